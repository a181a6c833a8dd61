"""Parameters outside the body that the contract requires, left out: part of the family `missing-parameter`.

A path has all of its parameters. A cookie is left out where it is the only one: the header goes with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.breakage import Breakage, Way
from fuzz.families.strange_path import acts_by_address, strange_path
from fuzz.faults import INVALID_QUERY, MISSING_PARAMETER, UNKNOWN_RESOURCE
from fuzz.parameters import is_of_request, schemas_of
from fuzz.readings import readings_of
from fuzz.samples import sound_bodies
from validator.contract.promises import EXTENSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis import strategies as st

    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation, Parameter

_NO_COOKIE: Final = (("Cookie", None),)


def ways_to_leave_out(contract: Contract, operation: Operation) -> tuple[Way, ...]:
    """One for each parameter that has to be there."""
    return tuple(Way(place=f"{one.location}/{one.name}", schema=one.pointer) for one in _required(contract, operation))


def left_out(contract: Contract, operation: Operation, way: Way, knowledge: Knowledge) -> st.SearchStrategy[Breakage]:
    """Requests that are sound but for the parameter of the way."""
    (parameter,) = (one for one in _required(contract, operation) if f"{one.location}/{one.name}" == way.place)
    # What would act by its address alone is aimed at nothing; that nothing is there is an answer then, too.
    path = strange_path(contract, operation) if acts_by_address(operation) else ()
    # What a contract promises for a missing member is mostly told of bodies: unless it is said of the parameter, or of
    # an operation that has no body, any documented refusal is as good.
    places = (*schemas_of(contract, parameter), parameter.pointer)
    speaking = (*places, *(() if operation.request_body else (operation.pointer,)))
    words = map(readings_of(contract).words, speaking)
    is_meant = any(MISSING_PARAMETER in (one.get(EXTENSION) or ()) for one in words)
    also = () if is_meant else (INVALID_QUERY,)
    gone = ((parameter.name, None),)

    def made(body: bytes | None) -> Breakage:
        return Breakage(
            fault=MISSING_PARAMETER,
            variant=way.name,
            described=f"without {parameter.name} in the {parameter.location}",
            places=(places,),
            also=(*also, *((UNKNOWN_RESOURCE,) if path else ())),
            body=body,
            path=path,
            query=gone if parameter.location == "query" else (),
            headers=gone if parameter.location == "header" else _NO_COOKIE if parameter.location == "cookie" else (),
        )

    return sound_bodies(contract, operation, knowledge).map(made)


def _required(contract: Contract, operation: Operation) -> Iterator[Parameter]:
    found = [one for one in operation.parameters if one.required and is_of_request(contract, operation, one)]
    cookies = sum(one.location == "cookie" for one in found)
    return (one for one in found if one.location != "cookie" or cookies == 1)
