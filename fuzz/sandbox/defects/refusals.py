"""Defects with sound requests: what the contract allows is refused as malformed, as missing something, or with 500."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox import seams as sound
from fuzz.sandbox.defects.defect import VALID, Defect, plain
from fuzz.sandbox.defects.replies import crash
from fuzz.sandbox.json_reader import NotJson
from fuzz.sandbox.problems import Missing
from fuzz.sandbox.seams import Answered, Seams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fuzz.sandbox.model import Operation
    from fuzz.sandbox.problems import Place

_REFUSED: Final = ("valid-refused",)
_WIDE: Final = 12


def _not_json(name: str, summary: str, difficulty: int, pattern: str, *, only: str = "") -> Defect:
    """Bodies in which the pattern is found are no JSON to the sandbox."""
    found = re.compile(pattern.encode(), re.DOTALL)

    def read(operation: Operation, raw: bytes) -> Any:
        if only in {"", operation.name, operation.method} and found.search(raw):
            raise NotJson
        return sound.read(operation, raw)

    return plain(name, summary, difficulty, Seams(read=read), fault=VALID, rules=_REFUSED)


def _demands(name: str, summary: str, difficulty: int, member: str, operation: str) -> Defect:
    """A member that may be left out has to come."""

    def find_missing(called: Operation, body: Mapping[str, Any], missing: tuple[Missing, ...]) -> tuple[Missing, ...]:
        lacks = called.name == operation and body.get(member) is None
        return (*missing, Missing(place=(member,))) if lacks else missing

    return plain(name, summary, difficulty, Seams(find_missing=find_missing), fault=VALID, rules=_REFUSED)


def _overlooks(
    name: str, summary: str, difficulty: int, holds: Callable[[str, Any], bool], *, only: str = ""
) -> Defect:
    """Members that are there count as missing, where `holds` does for name and value."""

    def find_missing(called: Operation, body: Mapping[str, Any], missing: tuple[Missing, ...]) -> tuple[Missing, ...]:
        if only not in {"", called.name}:
            return missing
        return (*missing, *(Missing(place=place) for place, value in _values(body) if holds(str(place[-1]), value)))

    return plain(name, summary, difficulty, Seams(find_missing=find_missing), fault=VALID, rules=_REFUSED)


def _crashes(name: str, summary: str, difficulty: int, holds: Callable[[Mapping[str, Any]], bool]) -> Defect:
    """A sound body for which `holds` does makes the sandbox fail."""

    def find_missing(_called: Operation, body: Mapping[str, Any], missing: tuple[Missing, ...]) -> tuple[Missing, ...]:
        if holds(body) and not missing:
            raise Answered(crash())
        return missing

    return plain(name, summary, difficulty, Seams(find_missing=find_missing), fault=VALID, rules=("server-failure",))


def _values(body: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every member in the body, with its place."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield (*place, name), value
            yield from _values(value, (*place, name))
    elif isinstance(body, list):
        for index, value in enumerate(body):
            yield from _values(value, (*place, index))


def _is_zero(_name: str, value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == 0


DEFECTS: Final = (
    _not_json("letters-beyond-ascii-refused", "Letters beyond ASCII are no JSON", 2, r"[\x80-\xff]"),
    _not_json("escaped-letters-refused", "Letters written as \\u00e9 are no JSON", 2, r"\\u[0-9a-fA-F]{4}"),
    _not_json("escaped-solidus-refused", "An escaped solidus is no JSON", 3, r"\\/"),
    _not_json("leading-white-space-refused", "White space before the body is no JSON", 3, r"\A[ \t\r\n]"),
    _not_json("exponents-refused", "Numbers with an exponent are no JSON", 3, r"[0-9][eE][+-]?[0-9]"),
    _not_json("long-numbers-refused", "Numbers of ten digits and more are no JSON", 2, r"[0-9]{10}"),
    _not_json(
        "fractions-refused-on-products",
        "A price with cents is no JSON, for a new product",
        3,
        r"[0-9]\.[0-9]",
        only="POST /products",
    ),
    _not_json(
        "empty-objects-refused", "An empty object, where nothing is demanded, is no JSON", 3, r"\A\{\}\Z", only="PUT"
    ),
    _demands(
        "customer-needs-emailaddress", "A new customer must have an emailaddress", 3, "emailaddress", "POST /customers"
    ),
    _demands("hook-needs-secret", "A new hook must have a secret", 3, "secret", "POST /hooks"),
    _demands(
        "stock-change-needs-location",
        "A change of stock must name a location, which may not be null",
        3,
        "idlocation",
        "POST /products/<idproduct>/stock/<idwarehouse>",
    ),
    _overlooks("zero-counts-as-missing", "A number 0 counts as missing", 2, _is_zero),
    _overlooks("empty-text-counts-as-missing", "An empty text counts as missing", 2, lambda _, value: value == ""),
    _overlooks(
        "false-counts-as-missing", "A member that is false counts as missing", 2, lambda _, value: value is False
    ),
    _overlooks(
        "empty-list-counts-as-missing",
        "An empty list counts as missing, for a new customer",
        3,
        lambda _, value: value == [],
        only="POST /customers",
    ),
    _overlooks(
        "english-counts-as-missing",
        "The language en counts as missing, for a new supplier",
        3,
        lambda name, value: (name, value) == ("language", "en"),
        only="POST /suppliers",
    ),
    _overlooks(
        "null-counts-as-missing",
        "A null that is allowed counts as missing, in the snoozing of a picklist",
        3,
        lambda _, value: value is None,
        only="POST /picklists/<idpicklist>/snooze",
    ),
    _crashes(
        "wide-bodies-crash",
        "A body of twelve members or more gets an HTML page with status 500",
        2,
        lambda body: len(body) >= _WIDE,
    ),
    _crashes(
        "several-lines-crash",
        "Two lines in one order or more get an HTML page with status 500",
        3,
        lambda body: isinstance(body.get("products"), list) and len(body["products"]) > 1,
    ),
    _crashes(
        "unknown-members-crash",
        "A member whose name has an upper-case letter gets an HTML page with status 500",
        4,
        lambda body: any(name != name.lower() for name in body),
    ),
)
