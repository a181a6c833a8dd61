"""Parameters of a request outside its body, and the values that those of a query may have, as they stand in an address.

Values are those listed, the bounds, or any.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson
from hypothesis import strategies as st

from fuzz.building import NO_DEMAND
from fuzz.credentials import asked
from fuzz.engine import has_example
from fuzz.readings import readings_of
from fuzz.strategies import builder
from fuzz.styles import pair
from fuzz.values.kind import types_allowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.readings import Pointers
    from fuzz.styles import Pairs
    from validator.contract import Contract, Operation, Parameter

ANY: Final = "any"

PUNCTUATION: Final = "O'Hara \"%_\\; -- ${{7}} <b> *?[("
"""A text like any other, that must be quoted wherever it goes."""

_MOST: Final = 20
_USUAL: Final = (1, "a", True, "2025-01-31", "2025-01-31 10:00:00", "2025-01-31T10:00:00Z", "NL", 1000, 1.5)
_SCALARS: Final = (bool, int, float, str)
_SCALAR_TYPES: Final = frozenset({"boolean", "integer", "number", "string"})

_USUAL_HEADERS: Final = frozenset({"user-agent", "accept", "content-type", "authorization"})


def is_usual(parameter: Parameter) -> bool:
    """Whether it is a header that any request has, with a value of our own; OpenAPI has most of them ignored."""
    return parameter.location == "header" and parameter.name.lower() in _USUAL_HEADERS


def is_of_request(contract: Contract, operation: Operation, parameter: Parameter) -> bool:
    """Whether it says something of this request: no part of the path, no usual header, and not the key."""
    keys = {(scheme.kind, scheme.name.lower()) for scheme, _ in asked(contract, operation).schemes}
    here = (parameter.location, parameter.name.lower())
    return parameter.location != "path" and not is_usual(parameter) and here not in keys


def schemas_of(contract: Contract, parameter: Parameter) -> Pointers:
    """The schemas that its value has to keep without a choice, its own first."""
    return () if parameter.schema is None else readings_of(contract).applied((parameter.schema,))


def query_kinds(contract: Contract, parameter: Parameter) -> tuple[str, ...]:
    """The values of a parameter, each by a name; "any" is what its schema allows. None where none can be made."""
    fixed = _fixed(contract, parameter)
    return (*fixed, *([ANY] if _has_any(contract, parameter) else []))


def query_values(contract: Contract, operation: Operation, name: str, kind: str) -> st.SearchStrategy[Pairs]:
    """The query for a parameter with a value of that kind."""
    (parameter,) = [one for one in operation.parameters if (one.name, one.location) == (name, "query")]
    if kind == ANY:
        return _any(contract, parameter).map(lambda value: (pair(name, value),))
    return st.just((pair(name, _fixed(contract, parameter)[kind]),))


def punctuated(contract: Contract, operation: Operation) -> Pairs:
    """Parameters that take any text, each with what means something to databases, shells and templates."""
    return tuple(
        pair(one.name, PUNCTUATION)
        for one in operation.parameters
        if one.location == "query" and not one.required and one.schema is not None and _is_free(contract, one.schema)
    )


def _is_free(contract: Contract, schema: str) -> bool:
    words = readings_of(contract).words(schema)
    is_text = words.get("type") == "string" and not {"enum", "const", "format", "pattern"} & words.keys()
    return is_text and contract.validator(schema, writing=True).is_valid(PUNCTUATION)


@lru_cache(maxsize=1024)
def _fixed(contract: Contract, parameter: Parameter) -> Mapping[str, Any]:
    if parameter.schema is None:
        return {}
    validator = contract.validator(parameter.schema, writing=True)
    return {
        kind: value
        for kind, value in _offered(contract, parameter, parameter.schema)
        if isinstance(value, _SCALARS) and validator.is_valid(value)
    }


def _offered(contract: Contract, parameter: Parameter, schema: str) -> Iterator[tuple[str, Any]]:
    document = contract.document
    nodes = [document.at(parameter.pointer), contract.schema_at(schema), document.at(document.follow(schema))]
    for node in nodes:
        if isinstance(node, dict):
            for value in node.get("enum", ())[:_MOST]:
                yield f"value {orjson.dumps(value).decode()}", value
            yield from ((word, node[word]) for word in ("example", "default", "minimum", "maximum") if word in node)
    yield from (("true", True), ("false", False))


@lru_cache(maxsize=1024)
def _has_any(contract: Contract, parameter: Parameter) -> bool:
    if parameter.schema is None:
        return False
    # Nearly every parameter takes one of these, and then there is no need to draw.
    is_valid = contract.validator(parameter.schema, writing=True).is_valid
    if any(map(is_valid, _USUAL)):
        return True
    readings = readings_of(contract)
    # Of a list or an object, no draw is ever one of these.
    is_scalar = any(types_allowed(readings, one) & _SCALAR_TYPES for one in readings.readings((parameter.schema,)))
    return is_scalar and has_example(_any(contract, parameter))


def _any(contract: Contract, parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.schema is None:
        return st.nothing()
    return builder(contract).body(parameter.schema, NO_DEMAND).filter(lambda value: isinstance(value, _SCALARS))
