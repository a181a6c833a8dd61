"""What is worked out once for the answers of an operation with one status: a valid one is then seen in a few steps.

Nothing is decided here but that an answer is valid for sure. What is not known yet, and all that may be wrong, is
judged at length (compiled.py); where that finds an answer valid, it is learnt how to know the like again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from validator.judges.common import is_success, may_carry_error, may_have_body
from validator.judges.content import find_media_type, is_utf8_json, parse_content_type

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from validator.contract import Contract, Operation, Parameter, ResponseSpec
    from validator.exchange import Response
    from validator.judges.acceptance import Acceptance, Acceptor

_TRUSTED: Final = 3
"""So many valid bodies are seen before a type is made of their schema: that takes as long as to judge some hundred."""

_MAX_TEXTS: Final = 1024
"""So many texts of one header are remembered."""

_MAX_CONTENT_TYPES: Final = 16
"""So many content types of one answer are remembered."""


class PreparedAnswer:
    """The answers of an operation with one status, by their content types and headers."""

    __slots__ = ("_acceptance", "_acceptors", "_bodiless", "_contract", "_headers", "_seen", "_spec", "_status")

    def __init__(
        self,
        contract: Contract,
        acceptance: Acceptance,
        operation: Operation,
        spec: ResponseSpec,
        status: int,
        headers: Sequence[PreparedHeader],
    ) -> None:
        self._contract: Final = contract
        self._acceptance: Final = acceptance
        self._spec: Final = spec
        self._status: Final = status
        self._bodiless: Final = not spec.content or not may_have_body(operation.method, status)
        self._headers: Final = headers
        self._acceptors: Final[dict[str | None, Acceptor | None]] = {}
        self._seen: Final[dict[str, int]] = {}

    def accepts(self, came: Response) -> bool:
        """Whether the answer is valid for sure."""
        body, headers = came.body, came.headers
        if body is None or came.damage is not None:
            return False
        for header in self._headers:
            if not header.accepts(headers.get(header.name)):
                return False
        if self._bodiless or not body:
            return self._bodiless and not body
        acceptor = self._acceptors.get(headers.get("content-type"))
        return acceptor is not None and acceptor.accepts(body)

    def learn(self, came: Response) -> None:
        """Take note of an answer that was not accepted and turned out to be valid."""
        text = came.headers.get("content-type")
        if self._bodiless or text is None:
            return
        known = self._acceptors.get(text)
        if known is not None:
            known.refused_valid()
        elif len(self._seen) < _MAX_CONTENT_TYPES or text in self._seen:
            seen = self._seen[text] = self._seen.get(text, 0) + 1
            if seen == _TRUSTED:
                self._acceptors[text] = self._acceptor(text)

    def _acceptor(self, text: str) -> Acceptor | None:
        """What accepts bodies with this content type."""
        content_type = parse_content_type(text)
        media_type = find_media_type(self._spec, content_type)
        if media_type is None or media_type.schema is None or not is_utf8_json(content_type):
            return None
        acceptor = self._acceptance.of(media_type.schema)
        errors = self._contract.errors if is_success(self._status) else None
        if errors is None or acceptor is None or may_carry_error(self._contract, self._spec):
            return acceptor
        return None if acceptor.may_have((errors.member, *errors.marks)) else acceptor


class PreparedHeader:
    """A documented header, by the texts that it was seen with."""

    __slots__ = ("_is_valid", "_required", "_valid", "name")

    def __init__(self, parameter: Parameter, is_valid: Callable[[str], bool]) -> None:
        self.name: Final = parameter.name
        self._required: Final = parameter.required
        self._is_valid: Final = is_valid
        self._valid: Final[set[str]] = set()

    def accepts(self, text: str | None) -> bool:
        """Whether the header is valid for sure."""
        if text is None:
            return not self._required
        if text in self._valid:
            return True
        if not self._is_valid(text):
            return False
        if len(self._valid) < _MAX_TEXTS:
            self._valid.add(text)
        return True
