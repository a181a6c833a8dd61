"""Schema -> what the contract allows: strategies for valid request bodies.

`bodies` is the door; `fuzz.building` does the work. Ours and not hypothesis-jsonschema: that package is no longer kept
up, and knows neither draft 2020-12 nor references into a document.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from fuzz.building import NO_DEMAND, Builder, Demand
from fuzz.engine import has_example
from fuzz.request_body import json_body
from fuzz.stretching import LONGEST, MOST
from validator.errors import DocumentError

if TYPE_CHECKING:
    from validator.contract import Contract
    from validator.contract.operations import MediaType, Operation

_ANYTHING: Final[st.SearchStrategy[Any]] = st.dictionaries(
    st.sampled_from(["name", "amount", "note"]), st.one_of(st.integers(0, 99), st.text("abc ", max_size=8)), max_size=3
)
"""For a body that the document does not describe."""


def bodies(contract: Contract, operation: Operation) -> st.SearchStrategy[Any]:
    """Valid request bodies of the operation, as values of JSON.

    Raises DocumentError where no value is found that the contract allows.
    """
    if not _are_there(contract, operation):
        raise DocumentError(
            "no value was found that this schema allows",
            place=f"{contract.document.source}: {_media_type(operation).schema}",
            mend="look for words that contradict each other, or ask for more than can be made: a text of more than "
            f"{LONGEST:,} characters, more than {MOST:,} items; as it is, the operation cannot be fuzzed",
        )
    return bodies_with(contract, operation, NO_DEMAND)


@lru_cache(maxsize=4096)
def bodies_with(contract: Contract, operation: Operation, demand: Demand) -> st.SearchStrategy[Any]:
    """Valid request bodies that meet a demand. There may be none: ask `has_example`."""
    pointer = _media_type(operation).schema
    if pointer is None:
        return _ANYTHING
    return builder(contract).body(pointer, demand).filter(contract.validator(pointer, writing=True).is_valid)


@lru_cache(maxsize=512)
def _are_there(contract: Contract, operation: Operation) -> bool:
    return has_example(bodies_with(contract, operation, NO_DEMAND))


def _media_type(operation: Operation) -> MediaType:
    media_type = json_body(operation)
    if media_type is None:
        raise ValueError(f"{operation.id} takes no JSON")
    return media_type


@lru_cache(maxsize=32)
def builder(contract: Contract) -> Builder:
    """The one builder of a contract: what it has built is built once."""
    return Builder(contract)
