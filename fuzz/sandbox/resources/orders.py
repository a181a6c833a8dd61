"""Orders: making, changing, cancelling and reading them; their lines and their life stand in files of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering, changing, creating, deleting_below, listing, listing_below, reading, taken
from fuzz.sandbox.model import Operation, Reply, Resource
from fuzz.sandbox.problems import (
    ALREADY_CLOSED,
    BEING_PROCESSED,
    INCOMPLETE_ORDER_LINE,
    NOT_FOUND,
    NOT_USABLE,
    ORDER_WITHOUT_PRODUCTS,
    UNKNOWN_CUSTOMER,
    UNKNOWN_PRODUCT,
    UNKNOWN_VAT_GROUP,
    Problem,
)
from fuzz.sandbox.resources.backorders import BACKORDERS, of_order
from fuzz.sandbox.resources.common import comment_operations, full_address, refers, tag_map, tag_operations
from fuzz.sandbox.resources.picklists import picklist_view
from fuzz.sandbox.shapes import Choice, Member, Shape, Unless, optional, shape
from fuzz.sandbox.state import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import State

CLOSED: Final = frozenset({"completed", "cancelled"})

LINE: Final = shape(
    Choice(names=("idproduct", "productcode"), code=INCOMPLETE_ORDER_LINE),
    idproduct=Member(kind="reference", to="products", unknown=UNKNOWN_PRODUCT),
    productcode="text",
    amount=Member(kind="amount", required=True, missing=INCOMPLETE_ORDER_LINE),
    price="number",
    name="text",
    remarks="text",
    idvatgroup=Member(kind="reference", to="vatgroups", unknown=UNKNOWN_VAT_GROUP),
)
PICKUP_POINT: Final = shape(
    carrier="text!",
    id="text!",
    name="text?",
    street="text?",
    house_number="text?",
    zipcode="text?",
    city="text?",
    country="country?",
    options="object?",
)
FIELD_VALUE: Final = shape(idorderfield=refers("orderfields!"), value="text!")
FIELD_CHANGE: Final = shape(value="text!")
NOTE: Final = shape(note="text!")

_ADDRESS: Final = ("contactname", "address", "address2", "zipcode", "city", "region")
_WITHOUT_LINES: Final = shape(
    idcustomer=Member(kind="reference", to="customers", unknown=UNKNOWN_CUSTOMER),
    idtemplate=refers("templates"),
    idshippingprovider_profile=refers("shippingprofiles"),
    deliveryname="text",
    deliverycountry="country",
    invoicename="text",
    invoicecountry="country",
    telephone="text",
    emailaddress="text",
    reference="text",
    customer_remarks="text",
    pickup_point_data=Member(shape=PICKUP_POINT),
    partialdelivery="boolean",
    auto_split="boolean",
    invoiced="boolean",
    discount="number",
    preferred_delivery_date="date",
    language="language",
    calculatevat="boolean",
    warehouses=Member(each="reference", to="warehouses", unknown=NOT_USABLE),
    pricelists=Member(each="reference", to="pricelists", unknown=NOT_USABLE),
    idfulfilment_customer=refers("fulfilment_customers"),
    orderfields=Member(each=FIELD_VALUE),
    **{f"{side}{part}": "text" for side in ("delivery", "invoice") for part in _ADDRESS},
)
ORDER: Final = Shape(
    members={
        "products": Member(each=LINE, required=True, filled=True, missing=ORDER_WITHOUT_PRODUCTS),
        **_WITHOUT_LINES.members,
    },
    unless=(Unless(trigger="idcustomer", names=("deliveryname", "deliverycountry", "invoicename", "invoicecountry")),),
)
_NOT_KEPT: Final = {"pickup_point_data", "orderfields", "idfulfilment_customer"}
_KEPT: Final = tuple(name for name in _WITHOUT_LINES.members if name not in _NOT_KEPT)


def _view(state: State, record: Record) -> dict[str, Any]:
    fields, number = record.fields, record.fields["idorder"]
    picklists = (item for item in state.all("picklists") if item.fields["idorder"] == number)
    return fields | {
        "full_delivery_address": full_address(fields, "delivery"),
        "full_invoice_address": full_address(fields, "invoice"),
        "products": record.below("products"),
        "tags": tag_map(state, record),
        "orderfields": record.below("orderfields"),
        "picklists": [
            {name: value for name, value in picklist_view(state, item).items() if name != "products"}
            for item in picklists
        ],
        "comment_count": len(record.below("comments")),
    }


ORDERS: Final = Resource(name="orders", id="idorder", view=_view)


def make_order(state: State, body: Mapping[str, Any]) -> Record:
    """An order in concept, out of a body that has passed its checks."""
    lines = [make_line(state, line) for line in body.get("products", [])]
    number, now = state.next_id("orders"), state.now()
    name = _customer_name(state, body.get("idcustomer"))
    fields: dict[str, Any] = {
        "idorder": number,
        "idcustomer": None,
        "idtemplate": 1,
        "idshippingprovider_profile": None,
        "orderid": f"O2026-{10000 + number}",
        "deliveryname": name,
        "deliverycountry": "NL",
        "invoicename": name,
        "invoicecountry": "NL",
        **{f"{side}{part}": None for side in ("delivery", "invoice") for part in _ADDRESS},
        "telephone": None,
        "emailaddress": None,
        "reference": None,
        "customer_remarks": None,
        "pickup_point_data": _pickup_point(body),
        "partialdelivery": True,
        "auto_split": True,
        "invoiced": False,
        "preferred_delivery_date": None,
        "discount": 0,
        "calculatevat": True,
        "language": "nl",
        "status": "concept",
        "public_status_page": f"https://sandbox.example/s/{number}",
        "via_portal": False,
        "created": now,
        "updated": now,
        "warehouses": [1],
        "pricelists": [],
    }
    record = Record(fields=fields | taken(body, _KEPT))
    record.children["products"] = lines
    record.children["orderfields"] = _field_values(body)
    return record


def make_line(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    """A line of an order; it keeps the product's name and price of the day."""
    product = _ordered(state, body)
    line = {
        "idorder_product": state.next_id("order_products"),
        "idproduct": product["idproduct"],
        "idvatgroup": product["idvatgroup"],
        "productcode": product["productcode"],
        "name": product["name"],
        "remarks": None,
        "price": product["price"],
        "amount": 1,
        "amount_cancelled": 0,
        "weight": product["weight"],
        "partof_idorder_product": None,
        "has_parts": False,
    }
    return line | taken(body, ("idvatgroup", "name", "remarks", "price", "amount"))


def _ordered(state: State, line: Mapping[str, Any]) -> dict[str, Any]:
    number, code = line.get("idproduct"), line.get("productcode")
    for product in state.all("products"):
        if product.fields["idproduct"] == number if number is not None else product.fields["productcode"] == code:
            return product.fields
    raise Problem(UNKNOWN_PRODUCT)


def _customer_name(state: State, number: Any) -> str:
    customer = state.find("customers", number)
    return customer.fields["name"] if customer else "Gast"


def _pickup_point(body: Mapping[str, Any]) -> dict[str, Any] | None:
    given = body.get("pickup_point_data")
    return None if given is None else {"carrier": "", "id": ""} | taken(given, PICKUP_POINT.members)


def _field_values(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_field_value(value.get("idorderfield", 1), value.get("value", "")) for value in body.get("orderfields", [])]


def _field_value(number: int | None, value: str) -> dict[str, Any]:
    return {"idorderfield": number, "title": f"Field {number}", "value": value}


def refuse_closed(record: Record, *, processing: int = BEING_PROCESSED) -> None:
    """A closed order cannot change, nor can one that is being processed; the code of the latter depends on what for."""
    if record.fields["status"] in CLOSED:
        raise Problem(ALREADY_CLOSED)
    if record.fields["status"] == "processing":
        raise Problem(processing)


def _change_order(call: Call, record: Record) -> None:
    refuse_closed(record)
    record.fields.update(taken(call.body, _KEPT))
    if "pickup_point_data" in call.body:
        record.fields["pickup_point_data"] = _pickup_point(call.body)
    if "orderfields" in call.body:
        record.children["orderfields"] = _field_values(call.body)


def _cancel_order(call: Call) -> Reply:
    record = call.record(ORDERS)
    if call.query.get("force") not in {"true", "1"}:
        refuse_closed(record)
    record.fields["status"] = "cancelled"
    for backorder in of_order(call.state, record):
        call.state.remove(BACKORDERS.name, backorder.fields["idbackorder"])
    return Reply(status=204, content_type=None)


def _product_status(call: Call) -> dict[str, Any]:
    lines = call.record(ORDERS).below("products")
    return {
        "products": [
            {name: line[name] for name in ("idorder_product", "idproduct", "amount")} | {"allocated": 0}
            for line in lines
        ]
    }


def _backorders(call: Call) -> list[Any]:
    return [BACKORDERS.row.view(call.state, one) for one in of_order(call.state, call.record(ORDERS))]


def _add_note(call: Call) -> Reply:
    record, now = call.record(ORDERS), call.state.now()
    note = {
        "idorder_log": call.state.next_id("notes"),
        "iduser": 1,
        "idorder": record.fields["idorder"],
        "idpicklist": None,
        "type": "note",
        "action": "added",
        "description": call.body.get("note", ""),
        "details": "",
        "created_at": now,
    }
    record.add_below("notes", note)
    return Reply(value=note, status=201)


def _set_field(call: Call) -> dict[str, Any]:
    number = call.ids["idorderfield"]
    if call.state.find("orderfields", number) is None:
        raise Problem(NOT_FOUND)
    record, field = call.record(ORDERS), _field_value(number, call.body.get("value", ""))
    kept = [old for old in record.below("orderfields") if old["idorderfield"] != number]
    record.children["orderfields"] = kept
    record.add_below("orderfields", field)
    return field


_ONE: Final = "/orders/<idorder>"
_FIELD: Final = f"{_ONE}/orderfields/<idorderfield>"
_FILTERS: Final = ("status", "reference", "emailaddress", "orderid", "idcustomer")

OPERATIONS: Final = (
    Operation(method="GET", path="/orders", run=listing(ORDERS, *_FILTERS)),
    Operation(method="POST", path="/orders", run=creating(ORDERS, make_order), shape=ORDER),
    Operation(method="GET", path=_ONE, run=reading(ORDERS)),
    Operation(method="PUT", path=_ONE, run=changing(ORDERS, _change_order), shape=optional(_WITHOUT_LINES)),
    Operation(method="DELETE", path=_ONE, run=_cancel_order),
    Operation(method="GET", path=f"{_ONE}/productstatus", run=answering(_product_status)),
    Operation(method="GET", path=f"{_ONE}/backorders", run=answering(_backorders)),
    Operation(method="GET", path=f"{_ONE}/notes", run=listing_below(ORDERS, "notes")),
    Operation(method="POST", path=f"{_ONE}/notes", run=_add_note, shape=NOTE),
    Operation(method="GET", path=f"{_ONE}/orderfields", run=listing_below(ORDERS, "orderfields")),
    Operation(method="PUT", path=_FIELD, run=answering(_set_field), shape=FIELD_CHANGE),
    Operation(method="DELETE", path=_FIELD, run=deleting_below(ORDERS, "orderfields", "idorderfield")),
    *tag_operations(ORDERS, _ONE),
    *comment_operations(ORDERS, _ONE, "orderid"),
)


def seed(state: State) -> None:
    """An order of a customer and a guest's, both in concept; the first is tagged."""
    guest = {"deliveryname": "Gast Proef", "deliverycountry": "NL", "invoicename": "Gast Proef", "invoicecountry": "BE"}
    line = {"idproduct": 1, "amount": 3}
    fields = {"orderfields": [{"idorderfield": 1, "value": "ochtend"}]}
    for body in ({"idcustomer": 1, "products": [line]} | fields, guest | {"products": [line, line]}):
        order = make_order(state, body)
        state.add("orders", order.fields["idorder"], order)
    state.all("orders")[0].tags.append(1)
