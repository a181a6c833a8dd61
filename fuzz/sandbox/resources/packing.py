"""What is packed into, at and with: packagings, packing stations, picking containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sandbox.handlers import active
from fuzz.sandbox.problems import WRONG_STATUS, Problem
from fuzz.sandbox.resources.tables import Action, Table, now
from fuzz.sandbox.shapes import shape

if TYPE_CHECKING:
    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import Record, State


def _link(call: Call, container: Record) -> None:
    # Documented: what is no picklist is not linked, and nothing but the answer says so.
    if call.state.find("picklists", call.body.get("idpicklist")) is not None:
        container.fields["idpicklist"] = call.body["idpicklist"]


def _refuse_linked(_call: Call, container: Record) -> None:
    if container.fields["idpicklist"] is not None:
        raise Problem(WRONG_STATUS)


_SIZES: Final = {"length": "integer", "width": "integer", "height": "integer"}
_PACKAGING: Final = {"barcode": "text", **_SIZES, "use_in_auto_advice": "boolean"}
PACKAGINGS: Final = Table(
    name="packagings",
    id="idpackaging",
    path="/packagings",
    fields={
        "name": "",
        "barcode": None,
        **dict.fromkeys(_SIZES),
        "use_in_auto_advice": False,
        "active": True,
        "created_at": now,
        "updated_at": now,
    },
    where=active,
    takes=shape(name="text!", **_PACKAGING),
    changes=shape(name="text", active="boolean", **_PACKAGING),
    seeds=(
        {"name": "Doos klein", "barcode": "DOOS-K", "length": 30, "width": 20, "height": 10},
        {"name": "Doos groot", "use_in_auto_advice": True},
    ),
)
STATIONS: Final = Table(
    name="packingstations",
    id="idpacking_station",
    path="/packingstations",
    fields={
        "name": "",
        **dict.fromkeys(
            f"printer_{name}" for name in ("packinglists", "product_labels", "shipping_documents", "shipping_labels")
        ),
    },
    seeds=({"name": "Paktafel 1"},),
)
CONTAINERS: Final = Table(
    name="picking-containers",
    id="idpicking_container",
    path="/picking-containers",
    fields={"idpicklist": None, "name": "", "created_at": now, "updated_at": now},
    filters=("idpicklist",),
    takes=shape(name="text!"),
    changes=shape(name="text!"),
    deletes=True,
    deleted=_refuse_linked,
    actions=(Action(name="link", also=_link, shape=shape(idpicklist="id!")),),
    seeds=({"name": "12"}, {"name": "13"}),
)

_TABLES: Final = (PACKAGINGS, STATIONS, CONTAINERS)

OPERATIONS: Final = tuple(operation for table in _TABLES for operation in table.operations())


def seed(state: State) -> None:
    """Two boxes, a table, two containers."""
    for table in _TABLES:
        table.seed(state)
