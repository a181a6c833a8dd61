"""Request, Response, Exchange: what was recorded, neutral of the format it was recorded in.

Readers build these once, at the border; past it nobody asks whether a key is there. They are structs of msgspec, which
are made ten times faster than frozen dataclasses; to change one, `msgspec.structs.replace`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class Headers:
    """An ordered multimap of header fields; names compare without case (RFC 9110, section 5.1). Immutable."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] | dict[str, str | list[str]] = ()) -> None:
        """`fields` are pairs of name and value, or a dictionary in which a list stands for several lines of a name.

        A dictionary is kept as it is: who hands one over leaves it alone.
        """
        self._fields: Final = fields if isinstance(fields, dict) else tuple(fields)

    @property
    def _pairs(self) -> tuple[tuple[str, str], ...]:
        if isinstance(self._fields, tuple):
            return self._fields
        return tuple(
            (name, value)
            for name, values in self._fields.items()
            for value in ((values,) if isinstance(values, str) else values)
        )

    def get(self, name: str) -> str | None:
        """The value of the field; several lines of one name joined by `, ` (RFC 9110, section 5.3)."""
        wanted = name.lower()
        fields = self._fields
        if isinstance(fields, dict):
            spelt = _spellings(tuple(fields)).get(wanted)
            if spelt is None:
                return None
            value = fields[spelt[0]]
            if len(spelt) == 1 and isinstance(value, str):
                return value
        found = [value for key, value in self._pairs if key.lower() == wanted]
        return ", ".join(found) if found else None

    def get_all(self, name: str) -> tuple[str, ...]:
        """Each line of the field, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self._pairs if key.lower() == wanted)

    def without(self, *names: str) -> Headers:
        """The same fields, less these."""
        dropped = {name.lower() for name in names}
        return Headers((key, value) for key, value in self._pairs if key.lower() not in dropped)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(key.lower() == name.lower() for key, _ in self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._pairs == other._pairs

    def __hash__(self) -> int:
        return hash(self._pairs)

    def __repr__(self) -> str:
        # Values may be credentials: a traceback or a log must not show them.
        return f"Headers({[key for key, _ in self._pairs]})"


@lru_cache(maxsize=1024)
def _spellings(names: tuple[str, ...]) -> Mapping[str, list[str]]:
    """How each name is spelt among these, by the name in lower case. Recordings repeat the same names in every line."""
    spelt: dict[str, list[str]] = {}
    for name in names:
        spelt.setdefault(name.lower(), []).append(name)
    return spelt


_NO_HEADERS: Final = Headers()


class Request(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was sent. `url` is absolute; `body` is None where the recording does not hold it, else bytes."""

    method: str
    url: str
    headers: Headers = _NO_HEADERS
    body: bytes | None = b""


class Response(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What came back.

    `status` is 0 where no response was received (HAR's convention for a blocked or aborted request). `body` has its
    content coding (gzip, br, zstd, deflate) removed; it is empty where none was sent, and None where the recording
    does not hold it. `damage` says why the body is not what the server meant (a coding that does not decode, cut
    short): it is then left as recorded.
    """

    status: int
    headers: Headers = _NO_HEADERS
    body: bytes | None = b""
    damage: str | None = None


class Exchange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One request and the response to it; `source` and `index` (from 0) say where it was recorded."""

    request: Request
    response: Response
    source: str = ""
    index: int = 0
    recorded_at: str | None = None
