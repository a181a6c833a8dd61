"""Bodies that the document itself gives as examples: what a server is most likely to take.

A schema says less than its author knows (an amount is an integer, and no line of an order has an amount of 0). Where
the fault is not in the body, or in one member only, the rest of the body should be nothing that a server refuses.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import orjson
from hypothesis import strategies as st

from fuzz.readings import readings_of
from fuzz.request_body import allows, json_body
from fuzz.strategies import bodies
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation
    from validator.contract.operations import MediaType

_MOST: Final = 5


@lru_cache(maxsize=512)
def _samples(contract: Contract, operation: Operation) -> tuple[bytes, ...]:
    media_type = json_body(operation)
    if media_type is None:
        return ()
    found = filter(allows(contract, operation), _examples(contract, media_type))
    return tuple(dict.fromkeys(map(orjson.dumps, islice(found, _MOST))))


def samples(contract: Contract, operation: Operation) -> list[Any]:
    """The examples of the operation's body that keep its schema."""
    return [orjson.loads(one) for one in _samples(contract, operation)]


@lru_cache(maxsize=32)
def values_by_name(contract: Contract) -> Mapping[str, tuple[int | float | str, ...]]:
    """The texts and numbers in the examples of all bodies, by the name of the member: what is usual there."""
    found: dict[str, dict[int | float | str, None]] = {}
    pending = [body for operation in contract.operations for body in samples(contract, operation)]
    while pending:
        value = pending.pop(0)
        if isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            pending += value.values()
            for name, part in value.items():
                if isinstance(part, str | int | float) and not isinstance(part, bool):
                    found.setdefault(name, {})[part] = None
    return {name: tuple(values) for name, values in found.items()}


def sound_bodies(contract: Contract, operation: Operation, knowledge: Knowledge) -> st.SearchStrategy[bytes | None]:
    """Bodies of sound requests, with ids that exist: the document's examples, if it has any; None where none is taken.

    Raises DocumentError where no value is found that the contract allows.
    """
    if json_body(operation) is None:
        return st.none()
    listed = samples(contract, operation)
    drawn = st.sampled_from(listed) if listed else bodies(contract, operation)
    return drawn.map(knowledge.sound).map(orjson.dumps)


def _examples(contract: Contract, media_type: MediaType) -> Iterator[Any]:
    """What stands at the media type, then at the schemas that it leads to."""
    document = contract.document
    node = document.at(media_type.pointer)
    if "example" in node:
        yield node["example"]
    for name in node.get("examples") or ():
        try:
            example = document.at(document.follow(join(media_type.pointer, "examples", name)))
        except KeyError:
            continue
        if isinstance(example, dict) and "value" in example:
            yield example["value"]
    for pointer in readings_of(contract).applied((media_type.schema,)) if media_type.schema is not None else ():
        schema = contract.schema_at(pointer)
        if isinstance(schema, dict):
            yield from [schema["example"]] if "example" in schema else []
            yield from schema["examples"] if isinstance(schema.get("examples"), list) else []
