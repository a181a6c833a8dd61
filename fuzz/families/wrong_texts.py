"""Texts that a parameter outside the body cannot have: what makes a value wrong is asked of its schema."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from fuzz.readings import readings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from validator.contract import Contract, Parameter

LONG: Final = 2000
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
IMPOSSIBLE: Final = {"impossible-date": "2025-02-30", "thirteenth-month": "2025-13-01", "zero-date": "0000-00-00"}
_A_DATE: Final = "2025-01-31"
_TIMES: Final = (" 00:00:00", "T00:00:00Z", "")

_WORDS: Final[Mapping[str, tuple[Any, ...]]] = {"true": (True,), "false": (False,), "": (None,)}


@lru_cache(maxsize=4096)
def candidates(contract: Contract, parameter: Parameter) -> Mapping[str, str]:
    """By a name for what is wrong with them, texts that may be wrong for the parameter."""
    return dict(_offered(contract, parameter))


@lru_cache(maxsize=4096)
def wrong_texts(contract: Contract, parameter: Parameter) -> Mapping[str, str]:
    """Those that are, however they are read."""
    is_valid = _check(contract, parameter)
    return {kind: text for kind, text in candidates(contract, parameter).items() if not is_valid(text)}


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


def _offered(contract: Contract, parameter: Parameter) -> Iterator[tuple[str, str]]:
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
        yield from ((kind, day + end) for kind, day in IMPOSSIBLE.items())


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
    if isinstance(words.get("maxLength"), int) and words["maxLength"] < LONG:
        yield "too-long", "a" * (words["maxLength"] + 1)
    if isinstance(words.get("minLength"), int) and 1 < words["minLength"] < LONG:
        yield "too-short", "a" * (words["minLength"] - 1)
    if "pattern" in words or "format" in words:
        yield "no-match", "~"
    items = words.get("items")
    if isinstance(items, dict):
        yield "wrong-item", "~"
