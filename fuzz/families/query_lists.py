"""Lists in the query that are too long or too short, or repeat an item, and are wrong in nothing else.

Only where it is clear how a list is written: by `style: form`, as `a=1&a=2` or, without `explode`, as `a=1,2`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from fuzz import engine
from fuzz.readings import readings_of
from fuzz.strategies import builder
from fuzz.styles import as_text, in_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.readings import Pointers
    from fuzz.styles import Pairs
    from validator.contract import Contract, Parameter

_MOST: Final = 50
"""A list that has to be longer than this is not made: an address has its bounds."""

_DRAWN: Final = 2 * _MOST


@lru_cache(maxsize=1024)
def wrong_lists(contract: Contract, parameter: Parameter) -> Mapping[str, Pairs]:
    """By the kind of the way: pairs for the query, encoded."""
    if parameter.schema is None or contract.document.at(parameter.pointer).get("style", "form") != "form":
        return {}
    readings = readings_of(contract)
    found: dict[str, Pairs] = {}
    for reading in readings.readings((parameter.schema,)):
        words = [readings.words(pointer) for pointer in reading]
        if not any(one.get("type") == "array" for one in words):
            return {}
        items = _items(contract, readings.item(reading, 0))
        for one in words:
            for kind, keyword, values in _candidates(one, items):
                if kind not in found and _wrong_by(contract, parameter.schema, values) == {keyword}:
                    found[kind] = in_query(contract, parameter, values)
    return found


def _candidates(words: Mapping[str, Any], items: list[Any]) -> Iterator[tuple[str, str, list[Any]]]:
    """Lists that may break a keyword of these, with its name."""
    least, most = words.get("minItems", 0), words.get("maxItems", _MOST)
    if "maxItems" in words and most < _MOST:
        yield "too-many-items", "maxItems", items[: most + 1]
        yield "too-many-items", "maxItems", [*items, *items[:1] * _MOST][: most + 1]
    if least > 1:
        yield "too-few-items", "minItems", items[: least - 1]
    if words.get("uniqueItems") is True:
        yield "repeated-item", "uniqueItems", [*items[: max(1, least - 1)], *items[:1]]


def _wrong_by(contract: Contract, schema: str, values: list[Any]) -> set[str]:
    return {error.kind.name for error in contract.validator(schema, writing=True).iter_errors(values)}


def _items(contract: Contract, own: Pointers) -> list[Any]:
    """Different items that the schemas take, and that read as themselves wherever they stand in an address."""
    drawn = engine.sample(builder(contract).values(own), seed="items", count=_DRAWN)
    plain = (one for one in drawn if isinstance(one, str | int | float) and "," not in (text := as_text(one)) and text)
    return list({as_text(one): one for one in plain}.values())[: _MOST + 1]
