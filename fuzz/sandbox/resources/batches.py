"""Batches of picklists, and the presets that choose the picklists of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import active, answering, taken
from fuzz.sandbox.model import Operation, Reply
from fuzz.sandbox.problems import ALREADY_RELATED, NOT_FOUND, WRONG_STATUS, Problem
from fuzz.sandbox.resources.common import refers
from fuzz.sandbox.resources.picklists import PDF
from fuzz.sandbox.resources.tables import Action, Making, Table, now
from fuzz.sandbox.shapes import Choice, Member, shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import Record, State

    Item = dict[str, Any]

_ALIASES: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _picklists(state: State, batch: Record) -> list[Record]:
    number = batch.fields["idpicklist_batch"]
    return [one for one in state.all("picklists") if one.fields["idpicklist_batch"] == number]


def _to_batch(state: State, warehouse: Any = None) -> list[Record]:
    """The picklists that a batch may be made of."""
    return [
        one
        for one in state.all("picklists")
        if one.fields["status"] == "new"
        and one.fields["idpicklist_batch"] is None
        and warehouse in {None, one.fields["idwarehouse"]}
    ]


def _rows(state: State, picklists: Iterable[Record]) -> list[Item]:
    return [
        taken(one.fields, ("idpicklist", "picklistid", "reference", "status"))
        | {
            "alias": _ALIASES[position % len(_ALIASES)],
            "picking_container": _container(state, one),
            "total_products": _total(one, "amount"),
            "delivery_name": one.fields["deliveryname"],
            "total_collected": _total(one, "amount_picked"),
            "has_notes": False,
            "has_customer_remarks": False,
            "customer_remarks": None,
            "created_at": one.fields["created"],
        }
        for position, one in enumerate(picklists)
    ]


def _total(picklist: Record, name: str) -> int:
    return sum(line[name] for line in picklist.below("products"))


def _container(state: State, picklist: Record) -> Item | None:
    for container in state.all("picking-containers"):
        if container.fields["idpicklist"] == picklist.fields["idpicklist"]:
            return taken(container.fields, ("name",))
    return None


def _products(state: State, batch: Record) -> list[Item]:
    found: dict[int, Item] = {}
    for picklist in _picklists(state, batch):
        for line in picklist.below("products"):
            number = line["idproduct"]
            product = state.find("products", number)
            item = found.setdefault(
                number,
                taken(line, ("idproduct", "name", "productcode", "stock_location"))
                | {
                    "productcode_supplier": None if product is None else product.fields["productcode_supplier"],
                    "image": None,
                    "barcodes": [] if product is None else [product.fields["barcode"]],
                    "productfields": [],
                    "picklists": [],
                },
            )
            amounts = taken(line, ("amount", "amount_picked")) | {"amount_collected": line["amount_picked"]}
            item["picklists"].append({"idpicklist": picklist.fields["idpicklist"]} | amounts)
    return list(found.values())


def _user(name: str) -> Any:
    def show(state: State, batch: Record) -> Item | None:
        user = state.find("users", batch.fields[name])
        return None if user is None else taken(user.fields, ("iduser", "full_name", "username"))

    return show


def _gather(making: Making, batch: Record) -> None:
    numbers = making.body.get("idpicklists")
    if numbers is None:
        picklists = _to_batch(making.state, batch.fields["idwarehouse"])
    else:
        picklists = [making.state.get("picklists", number) for number in dict.fromkeys(numbers)]
    for picklist in picklists:
        _refuse_unfit(picklist)
    for picklist in picklists:
        picklist.fields["idpicklist_batch"] = batch.fields["idpicklist_batch"]


def _refuse_unfit(picklist: Record) -> None:
    if picklist.fields["idpicklist_batch"] is not None:
        raise Problem(ALREADY_RELATED)
    if picklist.fields["status"] != "new":
        raise Problem(WRONG_STATUS)


def _release(call: Call, batch: Record) -> None:
    for picklist in _picklists(call.state, batch):
        picklist.fields["idpicklist_batch"] = None


def _add(call: Call, batch: Record) -> None:
    picklist = call.state.get("picklists", call.body.get("idpicklist", 1))
    _refuse_unfit(picklist)
    picklist.fields["idpicklist_batch"] = batch.fields["idpicklist_batch"]


def _assign(call: Call, batch: Record) -> None:
    batch.fields["assigned_to_iduser"] = call.body.get("iduser")


def _reset(call: Call, batch: Record) -> None:
    batch.fields["assigned_to_iduser"] = None
    for picklist in _picklists(call.state, batch):
        for line in picklist.below("products"):
            line["amount_picked"] = 0


def _remove(call: Call) -> Reply:
    for picklist in _picklists(call.state, call.record(BATCHES.resource)):
        if picklist.fields["idpicklist"] == call.ids["idpicklist"]:
            picklist.fields["idpicklist_batch"] = None
            return Reply(status=204, content_type=None)
    raise Problem(NOT_FOUND)


def _with_product(call: Call) -> list[Item]:
    batch, number = call.record(BATCHES.resource), call.ids["idproduct"]
    found = [
        one
        for one in _picklists(call.state, batch)
        if any(line["idproduct"] == number for line in one.below("products"))
    ]
    if not found:
        raise Problem(NOT_FOUND)
    return _rows(call.state, found)


def _pdf(call: Call) -> Reply:
    call.record(BATCHES.resource)
    return Reply(value=PDF, content_type="application/pdf")


PRESETS: Final = Table(
    name="picklist_batch_presets",
    id="idpicklist_batch_preset",
    path="/picklists/batches/presets",
    fields={"name": "", "active": True},
    shown={"picklists_count": lambda state, _: len(_to_batch(state))},
    alone=frozenset({"picklists_count"}),
    where=active,
    seeds=({"name": "Ochtendronde"}, {"name": "Vroeger", "active": False}),
)
BATCHES: Final = Table(
    name="picklist_batches",
    id="idpicklist_batch",
    path="/picklists/batches",
    fields={
        "picklist_batchid": lambda making: making.number,
        "idwarehouse": 1,
        "type": "normal",
        "status": "open",
        "assigned_to_iduser": None,
        "completed_by_iduser": None,
        "completed_at": None,
        "created_at": now,
        "updated_at": now,
    },
    shown={
        "assigned_to": _user("assigned_to_iduser"),
        "completed_by": _user("completed_by_iduser"),
        "total_products": lambda state, batch: sum(_total(one, "amount") for one in _picklists(state, batch)),
        "total_picklists": lambda state, batch: len(_picklists(state, batch)),
        "picklists": lambda state, batch: _rows(state, _picklists(state, batch)),
        "products": _products,
    },
    hidden=frozenset({"assigned_to_iduser", "completed_by_iduser"}),
    alone=frozenset({"picklists", "products"}),
    filters=("idwarehouse", "assigned_to_iduser", "type", "status"),
    takes=shape(
        Choice(names=("idpicklist_batch_preset", "idpicklists")),
        idpicklist_batch_preset=refers("picklist_batch_presets"),
        idpicklists=Member(each="reference", to="picklists", unknown=refers("picklists").unknown),
        idwarehouse=refers("warehouses"),
    ),
    deletes=True,
    also=_gather,
    deleted=_release,
    actions=(
        Action(name="picklists", also=_add, shape=shape(idpicklist=refers("picklists!"))),
        Action(name="assign", also=_assign, shape=shape(iduser=refers("users!?"))),
        Action(name="reset", also=_reset),
    ),
    comments="picklist_batchid",
    seeds=({"idpicklists": [1]},),
)

_ONE: Final = "/picklists/batches/<idpicklist_batch>"

OPERATIONS: Final = (
    *PRESETS.operations(),
    *BATCHES.operations(),
    Operation(method="DELETE", path=f"{_ONE}/picklists/<idpicklist>", run=_remove),
    Operation(method="GET", path=f"{_ONE}/products/<idproduct>/picklists", run=answering(_with_product)),
    Operation(method="GET", path=f"{_ONE}/pdf", run=_pdf),
)


def seed(state: State) -> None:
    """Two presets; a batch of the first picklist."""
    PRESETS.seed(state)
    BATCHES.seed(state)
