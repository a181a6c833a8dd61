"""Picklists: picking, pausing, closing, assigning; their shipments stand in `shipments`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering, assign, changing, listing, reading, taken
from fuzz.sandbox.model import Operation, Reply, Resource
from fuzz.sandbox.problems import (
    AMOUNT_TOO_HIGH,
    INVALID_LOCATION,
    NO_PRODUCT_TO_PICK,
    NOT_USABLE,
    PRODUCT_NOT_ON_PICKLIST,
    WRONG_STATUS,
    Problem,
)
from fuzz.sandbox.resources.common import comment_operations, refers
from fuzz.sandbox.shapes import Choice, Member, Shape, shape
from fuzz.sandbox.state import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import State

PICKLIST_CHANGE: Final = shape(
    urgent="boolean", invoiced="boolean", idshippingprovider_profile=refers("shippingprofiles")
)
PICK: Final = shape(
    Choice(names=("idpicklist_product", "product"), code=NO_PRODUCT_TO_PICK),
    idpicklist_product="id",
    product="product",
    amount="picked!",
)
ASSIGN: Final = shape(iduser=refers("users!"))
SNOOZE: Final = shape(snooze_until="datetime?")
PAUSE: Final = shape(reason="text")
PICK_LOCATION: Final = shape(
    idlocation=Member(kind="reference", required=True, to="locations", unknown=INVALID_LOCATION), amount="picked!"
)
PACKAGING_ADVICE: Final = shape(idpackaging=refers("packagings!"))

_FROM_ORDER: Final = (
    *(f"delivery{part}" for part in ("name", "address", "address2", "zipcode", "city", "region", "country")),
    *("idcustomer", "idorder", "telephone", "emailaddress", "reference", "invoiced", "preferred_delivery_date"),
    *("idtemplate", "idshippingprovider_profile"),
)
_FROM_LINE: Final = (
    "idproduct",
    "idorder_product",
    "idvatgroup",
    "productcode",
    "name",
    "remarks",
    "amount",
    "price",
    "weight",
)
_OPEN: Final = frozenset({"new", "paused", "snoozed"})
PDF: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picklist_view(_state: State, record: Record) -> dict[str, Any]:
    """A picklist with its products; both spellings of what was renamed."""
    products = [
        line | {"amountpicked": line["amount_picked"], "stocklocation": line["stock_location"]}
        for line in record.below("products")
    ]
    return record.fields | {
        "totalproducts": sum(line["amount"] for line in products),
        "totalpicked": sum(line["amount_picked"] for line in products),
        "products": products,
        "comment_count": len(record.below("comments")),
    }


PICKLISTS: Final = Resource(name="picklists", id="idpicklist", view=picklist_view)


def make_picklist(state: State, order: Record, amounts: Mapping[int, int]) -> Record:
    """A picklist of an order, with so many of each of its lines."""
    number, now = state.next_id("picklists"), state.now()
    fields = {
        "idpicklist": number,
        "picklistid": f"P2026-{20000 + number}",
        "idreturn": None,
        "idwarehouse": 1,
        "idpicklist_batch": None,
        "deliverycontact": order.fields["deliverycontactname"],
        "assigned_to_iduser": None,
        "urgent": False,
        "status": "new",
        "paused_reason": None,
        "weight": None,
        "snoozed_until": None,
        "closed_by_iduser": None,
        "closed_at": None,
        "created": now,
        "updated": now,
    }
    record = Record(fields=fields | taken(order.fields, _FROM_ORDER))
    # An order may bear no template; a picklist always has one.
    record.fields["idtemplate"] = order.fields["idtemplate"] or 1
    record.children["products"] = [
        _make_line(state, line | {"amount": amounts[line["idorder_product"]]})
        for line in order.below("products")
        if line["idorder_product"] in amounts
    ]
    record.children["advice"] = [{"idpackaging": 1}]
    return record


def _make_line(state: State, line: dict[str, Any]) -> dict[str, Any]:
    return taken(line, _FROM_LINE) | {
        "idpicklist_product": state.next_id("picklist_products"),
        "idreturn_product_replacement": None,
        "amount_picked": 0,
        "stock_location": "A.01.1",
        "partof_idpicklist_product": None,
        "has_parts": False,
        "pick_locations": [{"idlocation": 1, "name": "A.01.1", "amount": line["amount"]}],
    }


def _pick(call: Call, record: Record) -> None:
    _refuse_unless_open(record)
    line = _line_to_pick(call, record)
    amount = call.body.get("amount", 1)
    if amount > line["amount"] - line["amount_picked"]:
        raise Problem(AMOUNT_TOO_HIGH)
    line["amount_picked"] += amount


def _line_to_pick(call: Call, record: Record) -> dict[str, Any]:
    number, product = call.body.get("idpicklist_product"), call.body.get("product")
    for line in record.below("products"):
        if number in {None, line["idpicklist_product"]} and product in {None, line["idproduct"], line["productcode"]}:
            return line
    raise Problem(PRODUCT_NOT_ON_PICKLIST)


def _pick_all(_call: Call, record: Record) -> None:
    _refuse_unless_open(record)
    for line in record.below("products"):
        line["amount_picked"] = line["amount"]


def _close(call: Call, record: Record) -> None:
    if record.fields["status"] not in _OPEN:
        raise Problem(NOT_USABLE)
    record.fields |= {"status": "closed", "closed_at": call.state.now(), "closed_by_iduser": 1}


def _cancel(_call: Call, record: Record) -> None:
    _refuse_unless_open(record)
    record.fields["status"] = "cancelled"


def _pause(call: Call, record: Record) -> None:
    _refuse_unless_open(record)
    record.fields |= {"status": "paused", "paused_reason": call.body.get("reason")}


def _resume(_call: Call, record: Record) -> None:
    if record.fields["status"] != "paused":
        raise Problem(WRONG_STATUS)
    record.fields |= {"status": "new", "paused_reason": None}


def _snooze(call: Call, record: Record) -> None:
    _refuse_unless_open(record)
    until = call.body.get("snooze_until")
    record.fields |= {"status": "snoozed" if until else "new", "snoozed_until": until}


def _assign(call: Call, record: Record) -> None:
    _refuse_unless_open(record)
    record.fields["assigned_to_iduser"] = call.body.get("iduser")


def _refuse_unless_open(record: Record) -> None:
    if record.fields["status"] not in _OPEN:
        raise Problem(WRONG_STATUS)


def _set_pick_locations(call: Call) -> Reply:
    line = call.child(PICKLISTS, "products", "idpicklist_product")
    line["pick_locations"] = [_pick_location(call)]
    return Reply(value=picklist_view(call.state, call.record(PICKLISTS)))


def _pick_location(call: Call) -> dict[str, Any]:
    location = call.state.get("locations", call.body.get("idlocation", 1))
    return taken(location.fields, ("idlocation", "name")) | {"amount": call.body.get("amount", 1)}


def _advice(call: Call) -> dict[str, Any]:
    advice = call.record(PICKLISTS).below("advice")[0]
    advice.update(taken(call.body, ("idpackaging",)))
    return advice


def _pdf(call: Call) -> Reply:
    call.record(PICKLISTS)
    return Reply(value=PDF, content_type="application/pdf")


_ONE: Final = "/picklists/<idpicklist>"


def _action(name: str, change: Callable[[Call, Record], None], takes: Shape | None = None) -> Operation:
    body = takes or shape()
    return Operation(method="POST", path=f"{_ONE}/{name}", run=changing(PICKLISTS, change), shape=body)


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/picklists",
        run=listing(PICKLISTS, "picklistid", "idpicklist_batch", "assigned_to_iduser", "idwarehouse", "status"),
    ),
    Operation(method="GET", path=_ONE, run=reading(PICKLISTS)),
    Operation(method="PUT", path=_ONE, run=changing(PICKLISTS, assign(PICKLIST_CHANGE.members)), shape=PICKLIST_CHANGE),
    _action("pick", _pick, PICK),
    _action("pickall", _pick_all),
    _action("close", _close),
    _action("cancel", _cancel),
    _action("pause", _pause, PAUSE),
    _action("resume", _resume),
    _action("snooze", _snooze, SNOOZE),
    _action("assign", _assign, ASSIGN),
    _action("unassign", _assign),
    Operation(
        method="PUT",
        path=f"{_ONE}/products/<idpicklist_product>/pick_locations",
        run=_set_pick_locations,
        shape=PICK_LOCATION,
    ),
    Operation(method="GET", path=f"{_ONE}/packaging-advice", run=answering(_advice)),
    Operation(method="PUT", path=f"{_ONE}/packaging-advice", run=answering(_advice), shape=PACKAGING_ADVICE),
    Operation(method="GET", path=f"{_ONE}/picklistpdf", run=_pdf),
    Operation(method="GET", path=f"{_ONE}/packinglistpdf", run=_pdf),
    *comment_operations(PICKLISTS, _ONE, "picklistid"),
)
