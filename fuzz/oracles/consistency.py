"""The same broken request, sent twice in a row, gets the same answer: status and code. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.answers import error_code
from fuzz.oracles.finding import make_finding
from validator import rules
from validator.redaction import Safe

if TYPE_CHECKING:
    from validator.contract import Operation
    from validator.exchange import Response
    from validator.findings import Finding


def inconsistent(operation: Operation, first: Response, second: Response) -> Finding | None:
    """What differs between the answers to the same request; None where nothing does that tells errors apart."""
    if _told(first) == _told(second):
        return None
    expected = f"the same answer as to the same request just before ({_told(first)})"
    return make_finding(rules.INCONSISTENT_ERROR, operation, expected, Safe(_told(second)))


def _told(response: Response) -> str:
    """A number is a code of the API; a text is shown by what it is, for it may hold what was sent."""
    code = error_code(response)
    if response.status == 0:
        return "no answer"
    return f"status {response.status}" if code is None else f"status {response.status} with code {code}"
