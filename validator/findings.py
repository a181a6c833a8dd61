"""What a judge says of an exchange: Severity, Finding, Verdict. Values, never exceptions."""

from __future__ import annotations

import hashlib
import re
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec

from validator.redaction import shape

if TYPE_CHECKING:
    from validator.exchange import Exchange


class Severity(StrEnum):
    """How much a broken rule weighs; ordered from `info` to `error`."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return _RANKS[self]


_RANKS: Final = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 2}


class Absent(Enum):
    """Nothing came: no header, no body, no member."""

    NOTHING = "nothing"


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One broken rule in one exchange.

    `expected` says what was documented; it is made from the document, so it may be shown. `received` is the value
    that came, raw: it is shown by type and shape only, unless the user asks for values. `instance` is a JSON Pointer
    (RFC 6901) into the response body, `documented` one into the document. The text is made when it is asked for.

    `delivered`: it is about what a webhook delivered; `instance` points into the request body then.
    """

    rule: str
    severity: Severity
    expected: str
    received: Any = Absent.NOTHING
    operation: str | None = None
    instance: str = ""
    documented: str | None = None
    delivered: bool = False

    # What came may be a credential: neither a traceback nor a log must show it.

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in self.__struct_fields__ if name != "received"]

    @property
    def message(self) -> str:
        """What was expected and what came, the latter by type and shape."""
        return self.describe()

    def describe(self, *, show_values: bool = False) -> str:
        """What was expected and what came; values of the exchange in full only with `show_values`."""
        came = "nothing" if self.received is Absent.NOTHING else shape(self.received, show=show_values)
        return f"expected {self.expected}, got {came}{' in the delivery' if self.delivered else ''}"

    @property
    def fingerprint(self) -> str:
        """16 hex digits that stay the same from run to run for the same cause: rule, operation, place, constraint.

        Array positions are left out of the place, so that the same fault in another row is the same finding.
        """
        place = re.sub(r"/\d+(?=/|$)", "/*", self.instance)
        cause = "\0".join((self.rule, self.operation or "", place, self.documented or ""))
        return hashlib.sha256(cause.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Outcome(StrEnum):
    """What became of an exchange."""

    VALID = "valid"
    INVALID = "invalid"
    SKIPPED = "skipped"
    """Not for this contract: another host, or no response was recorded."""
    UNDECIDED = "undecided"
    """For this contract, but the promise could not be checked: a pattern too costly, a body not recorded."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The findings of one exchange (none: valid), or the reason why it could not be judged."""

    exchange: Exchange
    operation: str | None = None
    findings: tuple[Finding, ...] = ()
    skipped: str | None = None
    undecided: str | None = None

    @property
    def valid(self) -> bool:
        """Judged in full, and nothing found."""
        return self.outcome is Outcome.VALID

    @property
    def outcome(self) -> Outcome:
        """A finding weighs more than a doubt: an exchange with both is invalid."""
        if self.skipped is not None:
            return Outcome.SKIPPED
        if self.findings:
            return Outcome.INVALID
        return Outcome.VALID if self.undecided is None else Outcome.UNDECIDED
