"""What is as good an answer as a documented refusal, for faults that DESIGN's list does not name.

Documents hardly ever say what a method that a path does not have must get, or a media type; and many servers take a
query that is odd. Where the contract promises something for the fault, that counts, and nothing here does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.families.unsupported_method import INVENTED
from fuzz.faults import INVALID_QUERY, UNSUPPORTED_MEDIA_TYPE, UNSUPPORTED_METHOD
from validator import rules
from validator.judges.common import is_success

if TYPE_CHECKING:
    from fuzz.case import Case
    from validator.findings import Finding

_REFUSALS: Final = range(400, 500)
_UNSUPPORTED_MEDIA_TYPE: Final = 415
_NOT_IMPLEMENTED: Final = 501
_NOT_MODIFIED: Final = 304


def is_tolerated(case: Case, status: int) -> bool:
    """Whether the status is good, though the contract documents or promises no such refusal."""
    match case.fault:
        case fault if fault == UNSUPPORTED_METHOD:
            return status in _REFUSALS or (status == _NOT_IMPLEMENTED and case.method == INVENTED)
        case fault if fault == UNSUPPORTED_MEDIA_TYPE:
            return status == _UNSUPPORTED_MEDIA_TYPE
        case fault if fault == INVALID_QUERY:
            return is_success(status) or status == _NOT_MODIFIED
    return False


def is_expected(case: Case, status: int, finding: Finding) -> bool:
    """Whether what the judge found is what the case is about: it asked for what is not documented."""
    if case.fault == UNSUPPORTED_METHOD:
        return finding.rule == rules.UNKNOWN_METHOD
    return (
        case.fault == UNSUPPORTED_MEDIA_TYPE
        and status == _UNSUPPORTED_MEDIA_TYPE
        and finding.rule == rules.UNDOCUMENTED_STATUS
    )
