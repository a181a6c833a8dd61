"""The compiled judge: each schema compiled once by jsonschema-rs, each answer matched against it in one step."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from validator import rules
from validator.depth import is_deeper
from validator.errors import DocumentError
from validator.findings import Verdict
from validator.judges.acceptance import Acceptance
from validator.judges.common import (
    MOST_FINDINGS,
    TOO_DEEP,
    TOO_MANY,
    TOO_MANY_WAYS,
    Undecided,
    error_on_success,
    finding,
    guard_body,
    invalid_header,
    judge_answer,
    judge_routed,
    may_carry_error,
    undocumented_content_type,
)
from validator.judges.content import Unreadable, find_media_type, read_value
from validator.judges.explain import Violation, expectation, explain, parent_of_refused
from validator.judges.extent import Extent, Part
from validator.judges.headers import NotOfType, cast_header
from validator.judges.prepared import PreparedAnswer, PreparedHeader
from validator.judges.strictness import Strictness
from validator.judges.ways import Ways
from validator.pointer import join, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.contract import Contract, MediaType, Operation, Parameter, ResponseSpec
    from validator.contract.schemas import Schemas
    from validator.exchange import Exchange, Response
    from validator.findings import Finding
    from validator.judges.common import Message

_GIVEN_UP: Final = (
    jsonschema_rs.ValidationErrorKind.BacktrackLimitExceeded,
    jsonschema_rs.ValidationErrorKind.RegexEngineFailure,
)
"""What jsonschema-rs reports where a pattern was given up: no broken promise, but no kept one either."""


_MAX_PREPARED: Final = 4096
"""So many pairs of operation and status are prepared for; `default` documents any status."""


class CompiledJudge:
    """Judges exchanges against a contract; see `validator.judges.judge`."""

    def __init__(self, contract: Contract, strictness: Strictness) -> None:
        self._contract: Final = contract
        self._find: Final = contract.router.find
        self._schemas: Final[Schemas] = contract.schemas()
        self._strictness: Final = strictness
        self._may_carry_error: Final[dict[str, bool]] = {}
        self._ways: Final = Ways(self._schemas)
        self._acceptance: Final = Acceptance(self._schemas, self._ways)
        self._extent: Final = Extent(self._schemas, self._ways)
        self._prepared: Final[dict[str, dict[int, PreparedAnswer]]] = {
            operation.pointer: {} for operation in contract.operations
        }
        self._count = 0
        self._headers_prepared: Final[dict[tuple[str, str], PreparedHeader]] = {}

    def __call__(self, exchange: Exchange) -> Verdict:
        """The verdict on one exchange. Raises DocumentError where a schema of the document cannot be compiled."""
        request, response = exchange.request, exchange.response
        operation = self._find(request.method, request.url)
        if operation is None:
            return judge_routed(self._contract, exchange, self._look)
        by_status = self._prepared[operation.pointer]
        prepared = by_status.get(response.status) or self._prepare(operation, response.status)
        if prepared is not None and prepared.accepts(response):
            return Verdict(exchange=exchange, operation=operation.id)
        if response.status == 0:
            return judge_routed(self._contract, exchange, self._look)
        verdict = judge_answer(exchange, operation, self._look)
        if prepared is not None and verdict.valid:
            prepared.learn(response)
        return verdict

    def _prepare(self, operation: Operation, status: int) -> PreparedAnswer | None:
        """What is worked out once for the answers with a status; None where none of them is valid for sure."""
        spec = operation.response_for(status)
        if spec is None or status == 0 or self._strictness is not Strictness.OFF or self._count >= _MAX_PREPARED:
            return None
        self._count += 1
        headers = [self._prepare_header(operation, header) for header in spec.headers]
        prepared = PreparedAnswer(self._contract, self._acceptance, operation, spec, status, headers)
        self._prepared[operation.pointer][status] = prepared
        return prepared

    def _prepare_header(self, operation: Operation, header: Parameter) -> PreparedHeader:
        """One for all answers that share the header, by reference."""

        def is_valid(text: str) -> bool:
            try:
                return not any(self._header(operation, header, text))
            except (Undecided, DocumentError):
                return False

        key = (header.name, header.pointer)
        if key not in self._headers_prepared:
            self._headers_prepared[key] = PreparedHeader(header, is_valid)
        return self._headers_prepared[key]

    def _look(self, operation: Operation, message: Message) -> Iterator[Finding]:
        # Headers first: a body that stays undecided must not hide them.
        yield from self._headers(operation, message.spec, message.came)
        yield from self._body(operation, message)

    def _body(self, operation: Operation, message: Message) -> Iterator[Finding]:
        response = message.spec
        guarded = guard_body(operation, message)
        yield from guarded.findings
        if not guarded.further:
            return
        content = join(response.pointer, "content")
        if guarded.content_type is None:
            yield finding(rules.MISSING_BODY, operation, "a body", documented=content)
            return
        media_type = find_media_type(response, guarded.content_type)
        if media_type is None:
            yield undocumented_content_type(operation, response, guarded.content_type)
            return
        body = message.came.body or b""
        try:
            value = read_value(body, guarded.content_type)
        except Unreadable as wrong:
            yield finding(wrong.rule, operation, wrong.expected, wrong.received, documented=content)
            return
        if isinstance(value, bytes):
            return
        errors = self._contract.errors if message.may_not_be_error else None
        if errors is not None and errors.recognises(value) and not self._error_is_documented(response):
            yield error_on_success(operation, response, errors.code_of(value))
            return
        yield from self._value(operation, media_type, value, len(body), success=message.success)
        yield from self._strictness.look(self._contract, operation, media_type.schema, value, body)

    def _value(
        self, operation: Operation, media_type: MediaType, value: Any, size: int, *, success: bool
    ) -> Iterator[Finding]:
        if media_type.schema is None:
            return
        levels = self._ways.levels(media_type.schema)
        if levels is not None and is_deeper(value, levels):
            raise Undecided(TOO_MANY_WAYS)
        validator = self._schemas.validator(media_type.schema)
        # What was tried and not accepted is most often broken: then its errors are asked for at once.
        if self._acceptance.is_tried(media_type.schema) or not _is_valid(validator, value):
            whole = Part(media_type.schema, value)
            is_small = self._is_small(whole, size)
            told = self._violations(whole) if is_small else self._some_violations(whole)
            violations = list(islice(told, MOST_FINDINGS))
            if violations:
                yield from explain(self._contract, operation, violations, value, success=success)
            if not is_small:
                raise Undecided(TOO_MANY)

    def _headers(self, operation: Operation, response: ResponseSpec, came: Response) -> Iterator[Finding]:
        for header in response.headers:
            text = came.headers.get(header.name)
            if text is not None:
                if not self._prepare_header(operation, header).accepts(text):
                    yield from self._header(operation, header, text)
            elif header.required:
                yield finding(rules.MISSING_HEADER, operation, f"the header {header.name}", documented=header.pointer)

    def _header(self, operation: Operation, header: Parameter, text: str) -> Iterator[Finding]:
        if header.schema is None:
            return
        try:
            value = cast_header(self._schemas, header, text)
        except NotOfType as wrong:
            yield invalid_header(operation, header, wrong.expected, text, wrong.documented)
            return
        validator = self._schemas.validator(header.schema)
        if not validator.is_valid(value):
            whole = Part(header.schema, value)
            told = self._violations(whole) if self._is_small(whole, len(text)) else self._some_violations(whole)
            for place in sorted({violation.documented for violation in told}):
                yield invalid_header(operation, header, expectation(self._contract, place), text, place)

    def _is_small(self, whole: Part, size: int | None = None) -> bool:
        try:
            return self._extent.is_small(whole, size)
        except ValueError:
            raise Undecided(TOO_DEEP) from None

    def _some_violations(self, whole: Part) -> Iterator[Violation]:
        """Of a value that breaks too much, part after part what is broken for certain."""
        for part in self._extent.parts(whole):
            if self._is_small(part):
                yield from self._violations(part)
            elif choice := self._extent.broken_choice(part):
                yield Violation(instance=part.at, documented=choice)

    def _violations(self, part: Part) -> Iterator[Violation]:
        """All that a part breaks."""
        for error in _errors(self._schemas.validator(part.place), part.value):
            documented = self._schemas.place(error)
            if _given_up(error):
                raise Undecided(f"a pattern is too costly for this value: {documented}")
            instance = (*part.at, *error.instance_path)
            if error.kind.name == "falseSchema" or (
                error.kind.name == "propertyNames" and self._contract.document.at(documented) is False
            ):
                instance, documented = parent_of_refused(instance, documented)
            elif error.kind.name == "contains":
                documented = self._of_contains(documented, walk(part.value, error.instance_path))
            yield Violation(instance=instance, documented=documented)

    def _of_contains(self, documented: str, items: list[Any]) -> str:
        """The keyword that is broken: jsonschema-rs files none at all under `maxContains`, where that stands there."""
        place, _, keyword = documented.rpartition("/")
        if keyword != "maxContains" or "minContains" in self._schemas.at(place):
            return documented
        contains = join(place, "contains")
        validator = self._schemas.validator(contains)
        return documented if any(validator.is_valid(item) for item in items) else contains

    def _error_is_documented(self, response: ResponseSpec) -> bool:
        if response.pointer not in self._may_carry_error:
            self._may_carry_error[response.pointer] = may_carry_error(self._contract, response)
        return self._may_carry_error[response.pointer]


def _is_valid(validator: jsonschema_rs.Draft202012Validator, value: Any) -> bool:
    try:
        return validator.is_valid(value)
    except ValueError:
        raise Undecided(TOO_DEEP) from None


def _errors(validator: jsonschema_rs.Draft202012Validator, value: Any) -> Iterator[jsonschema_rs.ValidationError]:
    """The errors of a value; jsonschema-rs copies the values that it tells of or compares, down to 255 levels."""
    try:
        yield from validator.iter_errors(value)
    except ValueError:
        raise Undecided(TOO_DEEP) from None


def _given_up(error: jsonschema_rs.ValidationError) -> bool:
    """Whether a pattern was given up here, or in a branch of a choice that might else have held."""
    branches = getattr(error.kind, "context", ())
    return isinstance(error.kind, _GIVEN_UP) or any(_given_up(one) for branch in branches for one in branch)
