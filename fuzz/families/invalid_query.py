"""The family `invalid-query`: a parameter of the query with a value that it cannot have, or that nobody sends.

What makes a value wrong is asked of its schema. Some texts are odd rather than wrong: bytes that are no UTF-8, a name
given twice, a quote. A server may take those; where the contract promises an answer to the fault, they are left out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

from hypothesis import strategies as st

from fuzz.breakage import Breakage, Way
from fuzz.families.query_lists import wrong_lists
from fuzz.families.strange_path import strange_path
from fuzz.faults import INVALID_QUERY
from fuzz.readings import readings_of
from fuzz.samples import sound_bodies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation, Parameter

_Written: TypeAlias = tuple[tuple[str, str], ...]

_LONG: Final = 2000
"""Characters: more than any column holds, and less than servers allow an address to have."""

_NUMBERS: Final = {
    "text": "x",
    "half-number": "1x",
    "fraction": "1.5",
    "negative": "-1",
    "zero": "0",
    "overflow": "9223372036854775808",
    "huge": "1e400",
    "not-a-number": "NaN",
}
_BOOLEANS: Final = {"no-boolean": "maybe", "number": "2"}
_DATES: Final = {"no-date": "not-a-date", "half-date": "2025-1", "far-date": "99999-12-31"}
_IMPOSSIBLE: Final = {"impossible-date": "2025-02-30", "thirteenth-month": "2025-13-01", "zero-date": "0000-00-00"}
_A_DATE: Final = "2025-01-31"
_TIMES: Final = (" 00:00:00", "T00:00:00Z", "")
_ODD: Final = {
    "empty": "",
    "nul": "%00",
    "quote": "%27",
    "broken-percent": "%zz",
    "not-utf-8": "%ff",
    "surrogate": "%ED%A0%80",
    "very-long": "9" * _LONG,
}
"""In the writing of a URL."""

_ODD_KINDS: Final = frozenset({*_ODD, "twice", "as-list", "as-object"})

_WORDS: Final[Mapping[str, tuple[Any, ...]]] = {"true": (True,), "false": (False,), "": (None,)}


class InvalidQuery:
    """The family `invalid-query`."""

    def ways(self, contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """Each parameter with each wrong value, then each odd one; on what may change things, where it can be aimed."""
        if operation.method not in {"GET", "HEAD"} and not strange_path(contract, operation):
            return ()
        found = [
            Way(place=f"query/{parameter.name}", kind=kind, schema=parameter.pointer)
            for parameter in operation.parameters
            if parameter.location == "query"
            for kind in _texts(contract, operation, parameter)
        ]
        return tuple(sorted(found, key=lambda way: way.kind in _ODD_KINDS))

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Requests that are sound but for one parameter."""
        ways = self.ways(contract, operation) if way is None else (way,)
        return st.builds(
            lambda one, body: _broken(contract, operation, one, body),
            st.sampled_from(ways),
            sound_bodies(contract, operation, knowledge),
        )


def _broken(contract: Contract, operation: Operation, way: Way, body: bytes | None) -> Breakage:
    name = way.place.removeprefix("query/")
    parameter = next(one for one in operation.parameters if one.location == "query" and one.name == name)
    written = _texts(contract, operation, parameter)[way.kind]
    told = "&".join(f"{label}={text}" for label, text in written)
    return Breakage(
        fault=INVALID_QUERY,
        variant=way.name,
        described=f"?{told if len(told) < _LONG else told[:20] + '...'}",
        query=written,
        body=body,
        path=() if operation.method in {"GET", "HEAD"} else strange_path(contract, operation),
    )


@lru_cache(maxsize=4096)
def _texts(contract: Contract, operation: Operation, parameter: Parameter) -> Mapping[str, _Written]:
    """By the kind of the way: pairs for the query, encoded, except where the encoding is what is broken."""
    name = quote(parameter.name, safe="")
    is_valid = _check(contract, parameter)
    candidates = dict(_candidates(contract, parameter))
    wrong: dict[str, _Written] = {
        kind: ((name, quote(text, safe="")),) for kind, text in candidates.items() if not is_valid(text)
    }
    wrong |= wrong_lists(contract, parameter)
    if contract.promise(operation, INVALID_QUERY, ()) is not None:
        return wrong
    odd: dict[str, _Written] = {
        kind: ((name, quote(text, safe="")),) for kind, text in candidates.items() if kind in _IMPOSSIBLE
    }
    odd |= {kind: ((name, text),) for kind, text in _ODD.items()}
    odd |= {"twice": ((name, "1"), (name, "2")), "as-list": ((f"{name}[]", "1"),), "as-object": ((f"{name}[x]", "1"),)}
    return wrong | {kind: text for kind, text in odd.items() if kind not in wrong}


def _check(contract: Contract, parameter: Parameter) -> Callable[[str], bool]:
    """Whether a text can be read as a value that the schema allows."""
    if parameter.schema is None:
        return lambda _: True
    validator = contract.validator(parameter.schema, writing=True)
    return lambda text: any(validator.is_valid(value) for value in _values(text))


def _values(text: str) -> Iterator[Any]:
    """What a reader may make of a text, lists of one item among it."""
    for value in (text, *_numbers(text), *_WORDS.get(text, ())):
        yield value
        yield [value]


def _numbers(text: str) -> Iterator[Any]:
    for read in (int, float):
        try:
            yield read(text)
        except ValueError:
            continue


def _candidates(contract: Contract, parameter: Parameter) -> Iterator[tuple[str, str]]:
    """Texts that may be wrong for the parameter, by what its schema speaks of."""
    if parameter.schema is None:
        return
    readings = readings_of(contract)
    words = [readings.words(pointer) for reading in readings.readings((parameter.schema,)) for pointer in reading]
    types = {kind for one in words for kind in _types(one)}
    if types & {"integer", "number"}:
        yield from _NUMBERS.items()
    if "boolean" in types:
        yield from _BOOLEANS.items()
    for one in words:
        yield from _by_words(one)
    check = _check(contract, parameter)
    end = next((end for end in _TIMES if check(_A_DATE + end)), None)
    if types <= {"string", "null"} and end is not None and not check("x"):
        yield from _DATES.items()
        yield from ((kind, day + end) for kind, day in _IMPOSSIBLE.items())


def _types(words: Mapping[str, Any]) -> Iterator[str]:
    types = words.get("type")
    yield from types if isinstance(types, list) else [types] if isinstance(types, str) else []
    for value in (*words.get("enum", ()), *([words["const"]] if "const" in words else ())):
        if isinstance(value, bool | int):
            yield "boolean" if isinstance(value, bool) else "integer"


def _by_words(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    listed = [*words.get("enum", ()), *([words["const"]] if "const" in words else ())]
    if listed:
        yield "not-listed", "no-such-value"
        yield "other-case", str(listed[0]).swapcase()
    if isinstance(words.get("minimum"), int | float):
        yield "too-small", str(words["minimum"] - 1)
    if isinstance(words.get("maximum"), int | float):
        yield "too-big", str(words["maximum"] + 1)
    if isinstance(words.get("maxLength"), int) and words["maxLength"] < _LONG:
        yield "too-long", "a" * (words["maxLength"] + 1)
    if "pattern" in words or "format" in words:
        yield "no-match", "~"
    items = words.get("items")
    if isinstance(items, dict):
        yield "wrong-item", "~"
