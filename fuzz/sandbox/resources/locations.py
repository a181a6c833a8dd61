"""Locations in warehouses, containers among them, and the types that locations have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering, paged, taken
from fuzz.sandbox.model import Operation
from fuzz.sandbox.problems import (
    INVALID_LOCATION,
    INVALID_VALUE,
    NOT_FOUND,
    WRONG_STATUS,
    WRONG_TYPE_OF_OBJECT,
    Problem,
)
from fuzz.sandbox.resources.common import refers
from fuzz.sandbox.resources.tables import Action, Making, Table
from fuzz.sandbox.shapes import optional, shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import Record, State

_ONLY_OF_LOCATIONS: Final = frozenset(
    {"parent_idlocation", "unlink_on_empty", "location_type", "is_bulk_location", "is_exclusive_location"}
)
_PLACE: Final = ("idlocation", "idwarehouse", "parent_idlocation", "name", "unlink_on_empty", "is_bulk_location")


def products_at(state: State, location: Record) -> Iterator[Record]:
    """The products that are linked to a location."""
    number = location.fields["idlocation"]
    for product in state.all("products"):
        if any(linked["idlocation"] == number for linked in product.below("locations")):
            yield product


def place_of(state: State, location: Record) -> dict[str, Any]:
    """A location as the answers of other resources show it."""
    return {name: location.fields[name] for name in _PLACE} | {"location_type": _type(state, location)}


def _type(state: State, location: Record) -> dict[str, Any] | None:
    found = state.find("locationtypes", location.fields["idlocation_type"])
    return None if found is None else found.fields


def _default_type(making: Making) -> int | None:
    return next((one.fields["idlocation_type"] for one in _types(making.state) if one.fields["default"]), None)


def _types(state: State) -> list[Record]:
    return state.all("locationtypes")


def _slim(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["type"] == "location":
        return answer
    return {name: value for name, value in answer.items() if name not in _ONLY_OF_LOCATIONS}


def _listed(query: Mapping[str, str], location: Record) -> bool:
    return location.fields["type"] == query.get("type", "location") and query.get("name", "") in location.fields["name"]


def _check(state: State, fields: Mapping[str, Any]) -> None:
    """Whether a parent suits what these members make of a location."""
    parent = state.find("locations", fields["parent_idlocation"])
    if parent is None:
        return
    if fields["type"] == "container":
        raise Problem(WRONG_TYPE_OF_OBJECT)
    if (
        parent.fields["type"] == "container"
        or parent.fields["idwarehouse"] != fields["idwarehouse"]
        or parent.fields["idlocation"] == fields["idlocation"]
    ):
        raise Problem(INVALID_LOCATION)


def _change(call: Call, location: Record) -> None:
    changed = location.fields | taken(call.body, LOCATION.members)
    _check(call.state, changed)
    moves = any(changed[name] != location.fields[name] for name in ("idwarehouse", "type"))
    if moves and any(products_at(call.state, location)):
        # The code is here for what its documented words say: a property cannot change.
        raise Problem(INVALID_VALUE)


def _delete(call: Call, location: Record) -> None:
    children = (one.fields["parent_idlocation"] for one in call.state.all("locations"))
    if any(products_at(call.state, location)) or location.fields["idlocation"] in children:
        raise Problem(INVALID_LOCATION)


def _make_default(call: Call, kind: Record) -> None:
    for other in _types(call.state):
        other.fields["default"] = other is kind


def _delete_type(call: Call, kind: Record) -> None:
    used = (location.fields["idlocation_type"] for location in call.state.all("locations"))
    if kind.fields["default"] or kind.fields["idlocation_type"] in used:
        raise Problem(WRONG_STATUS)


def _products(call: Call) -> list[dict[str, Any]]:
    found = products_at(call.state, call.record(LOCATIONS.resource))
    return paged(call, [{name: one.fields[name] for name in ("idproduct", "productcode", "name")} for one in found])


def _intend(call: Call) -> dict[str, Any]:
    container = call.record(LOCATIONS.resource)
    if call.ids["idproduct"] not in {one.fields["idproduct"] for one in products_at(call.state, container)}:
        raise Problem(NOT_FOUND)
    if container.fields["type"] != "container":
        raise Problem(WRONG_TYPE_OF_OBJECT)
    goal = call.state.find("locations", call.body.get("idlocation"))
    if goal is not None and (
        goal.fields["type"] == "container" or goal.fields["idwarehouse"] != container.fields["idwarehouse"]
    ):
        raise Problem(INVALID_LOCATION)
    return {"idproduct": call.ids["idproduct"], "idlocation": call.body.get("idlocation")}


LOCATION: Final = shape(
    idwarehouse=refers("warehouses!"),
    name="text!",
    type="location_kind",
    idlocation_type=refers("locationtypes"),
    parent_idlocation=refers("locations", unknown=INVALID_LOCATION),
    remarks="text",
    unlink_on_empty="boolean",
    is_bulk_location="boolean",
    is_exclusive_location="boolean",
)
LOCATIONS: Final = Table(
    name="locations",
    id="idlocation",
    path="/locations",
    fields={
        "idwarehouse": 1,
        "parent_idlocation": None,
        "type": "location",
        "name": "",
        "remarks": None,
        "unlink_on_empty": False,
        "idlocation_type": _default_type,
        "is_bulk_location": False,
        "is_exclusive_location": False,
    },
    shown={"location_type": _type},
    hidden=frozenset({"idlocation_type"}),
    slim=_slim,
    filters=("idlocation_type", "idwarehouse"),
    where=_listed,
    takes=LOCATION,
    changes=optional(LOCATION),
    deletes=True,
    also=lambda making, location: _check(making.state, location.fields),
    changed=_change,
    deleted=_delete,
    seeds=(
        {"idwarehouse": 1, "name": "A.01.1"},
        {"idwarehouse": 2, "name": "B.02.3"},
        {"idwarehouse": 1, "name": "Krat 12", "type": "container"},
    ),
)
LOCATION_TYPES: Final = Table(
    name="locationtypes",
    id="idlocation_type",
    path="/locationtypes",
    fields={"name": "", "default": False, "color": "#2080a0"},
    takes=shape(name="text!", color="colour!"),
    changes=shape(name="text", color="colour"),
    deletes=True,
    deleted=_delete_type,
    actions=(Action(name="default", also=_make_default),),
    seeds=({"name": "Plank", "default": True}, {"name": "Pallet", "color": "#806040"}),
)

_PRODUCTS: Final = "/locations/<idlocation>/products"

OPERATIONS: Final = (
    *LOCATIONS.operations(),
    *LOCATION_TYPES.operations(),
    Operation(method="GET", path=_PRODUCTS, run=answering(_products)),
    Operation(
        method="PUT",
        path=f"{_PRODUCTS}/<idproduct>/intent",
        run=answering(_intend),
        shape=shape(idlocation=refers("locations!?", unknown=INVALID_LOCATION)),
    ),
)


def seed(state: State) -> None:
    """Two types; a location in each warehouse, and a container."""
    LOCATION_TYPES.seed(state)
    LOCATIONS.seed(state)
