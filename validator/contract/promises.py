"""The document's two extensions: what a broken request gets, and where an error code is to be expected.

`x-fault-responses` and `x-error-codes`: docs/design.md, section 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from validator.errors import DocumentError
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.contract.document import Document

EXTENSION: Final = "x-fault-responses"
CODES: Final = "x-error-codes"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPromise:
    """What a request with the fault must get: one of the statuses, and members that have one of the values.

    `pointer` says where in the document the promise stands.
    """

    fault: str
    statuses: tuple[int, ...]
    body: Mapping[str, tuple[Any, ...]]
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedCode:
    """An error code that an operation is expected to give because of the state of things, and when; as it is written.

    `pointer` says where in the document that stands.
    """

    code: str
    reason: str
    pointer: str


def expected_codes(document: Document, place: str) -> tuple[ExpectedCode, ...]:
    """What `x-error-codes` says at the root, or at an operation. Raises DocumentError where it is malformed."""
    entries = document.at(place).get(CODES, {})
    pointer = join(place, CODES)
    if not isinstance(entries, Mapping):
        raise _malformed(document, pointer, "a mapping of error codes to reasons", entries)
    for code, reason in entries.items():
        if not isinstance(reason, str) or not reason.strip():
            raise _malformed(document, join(pointer, code), "a reason, in words", reason)
    return tuple(
        ExpectedCode(code=code, reason=" ".join(reason.split()), pointer=join(pointer, code))
        for code, reason in entries.items()
    )


def promises_at(document: Document, place: str) -> Iterator[FaultPromise]:
    """Every promise that stands at a place itself. Raises DocumentError."""
    node = document.at(place)
    for fault in (node.get(EXTENSION) or ()) if isinstance(node, dict) else ():
        promise = find_promise(document, fault, [place])
        if promise is not None:
            yield promise


def find_promise(document: Document, fault: str, places: Sequence[str]) -> FaultPromise | None:
    """The first promise for the fault, looking at each place in turn; None where there is none or it is taken back."""
    for place in places:
        node = document.at(place)
        entries = node.get(EXTENSION) if isinstance(node, dict) else None
        if entries is None:
            continue
        pointer = join(place, EXTENSION)
        if not isinstance(entries, Mapping):
            raise _malformed(document, pointer, "a mapping of faults", entries)
        if fault in entries:
            return None if entries[fault] is None else _read(document, fault, entries[fault], join(pointer, fault))
    return None


def _read(document: Document, fault: str, entry: Any, pointer: str) -> FaultPromise:
    if not isinstance(entry, Mapping):
        raise _malformed(document, pointer, "a mapping with `status` and `body`", entry)
    statuses = entry.get("status")
    listed = statuses if isinstance(statuses, list) else [statuses]
    known = tuple(status for status in listed if isinstance(status, int) and 100 <= status <= 599)  # noqa: PLR2004
    if not known or len(known) != len(listed):
        raise _malformed(document, join(pointer, "status"), "an HTTP status or a list of them", statuses)
    body = entry.get("body", {})
    if not isinstance(body, Mapping):
        raise _malformed(document, join(pointer, "body"), "a mapping of members to values", body)
    allowed = {name: tuple(value) if isinstance(value, list) else (value,) for name, value in body.items()}
    return FaultPromise(fault=fault, statuses=known, body=MappingProxyType(allowed), pointer=pointer)


def _malformed(document: Document, pointer: str, expected: str, came: Any) -> DocumentError:
    return DocumentError(
        f"expected {expected}, got {came!r}",
        place=f"{document.source}: {pointer}",
        mend="see docs/design.md, section 5",
    )
