"""Returns: what customers send back, what they get in its place, and the words for both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import changing, creating_below, listing_below, taken
from fuzz.sandbox.model import Operation
from fuzz.sandbox.problems import NOT_USABLE, WRONG_STATUS, Problem
from fuzz.sandbox.resources.common import ADDRESS, full_address, refers
from fuzz.sandbox.resources.history import bring_in
from fuzz.sandbox.resources.tables import Below, Making, Table, now, numbered
from fuzz.sandbox.shapes import Member, shape

if TYPE_CHECKING:
    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import Record, State

    Item = dict[str, Any]

STATUSES: Final = Table(
    name="return_statuses",
    id="idreturn_status",
    path="/return_statuses",
    fields={"name": "", "default": False, "completed": False, "color": None, "created_at": now, "updated_at": now},
    reads=False,
    seeds=(
        {"name": "Aangemeld", "default": True, "color": "#d0a010"},
        {"name": "Afgehandeld", "completed": True, "color": "#208040"},
    ),
)
REASONS: Final = Table(
    name="return_reasons",
    id="idreturn_reason",
    path="/return_reasons",
    fields={"name": "", "default": False, "created_at": now, "updated_at": now},
    reads=False,
    seeds=({"name": "Gebroken aangekomen", "default": True}, {"name": "Verkeerde kleur"}),
)


def _part(collection: str, name: str, *members: str) -> Any:
    """What a return shows of the record that it refers to by `name`."""

    def show(state: State, found: Record) -> Item | None:
        record = state.find(collection, found.fields[name])
        return None if record is None else taken(record.fields, members or record.fields)

    return show


def _order(state: State, found: Record) -> Item | None:
    order = state.find("orders", found.fields["idorder"])
    if order is None:
        return None
    return taken(order.fields, ("idorder", "orderid", "reference")) | {"created_at": order.fields["created"]}


def _totals(_state: State, found: Record) -> Item:
    totals: Item = {"days_after_order_shipped": None}
    for name in ("returned_products", "replacement_products"):
        lines = found.below(name)
        totals[f"{name}_count"] = sum(line["amount"] for line in lines)
        totals[f"{name}_value"] = round(sum(line["amount"] * line["price"] for line in lines), 2)
    return totals


def _product(making: Making) -> Item:
    product = making.state.find("products", making.body.get("idproduct"))
    shown = {} if product is None else taken(product.fields, ("idproduct", "productcode", "name"))
    images = [] if product is None else product.below("images")
    return shown | {"image_url": images[0]["url"] if images else None}


def _reason(making: Making) -> Item:
    reason = making.state.find(REASONS.name, making.body.get("idreturn_reason", 1))
    return {} if reason is None else taken(reason.fields, ("idreturn_reason", "name"))


def _is_completed(state: State, found: Record) -> bool:
    status = state.find(STATUSES.name, found.fields["idreturn_status"])
    return status is not None and status.fields["completed"]


def _refuse_completed(call: Call, found: Record) -> None:
    if _is_completed(call.state, found):
        raise Problem(WRONG_STATUS)


def _refuse_received(_call: Call, line: Item) -> None:
    if not line["changeable"]:
        raise Problem(WRONG_STATUS)


def _fill_in(making: Making, found: Record) -> None:
    """Name and address of the order or the customer, where the body has none of its own."""
    fields, state = found.fields, making.state
    if "name" in making.body:
        return
    order, customer = state.find("orders", fields["idorder"]), state.find("customers", fields["idcustomer"])
    if order is not None:
        names = ("name", "contactname", "address", "address2", "zipcode", "city", "region", "country")
        fields |= {name: order.fields[f"delivery{name}"] for name in names}
        fields["idcustomer"] = fields["idcustomer"] or order.fields["idcustomer"]
    elif customer is not None:
        address = next(iter(customer.below("addresses")), {})
        fields |= taken(address, ADDRESS) | {"name": customer.fields["name"]}
    fields |= taken(making.body, ADDRESS)


def _note_completion(call: Call, found: Record) -> None:
    _refuse_completed(call, found)
    _set_status(call, found)


def _set_status(call: Call, found: Record) -> None:
    before = found.fields["idreturn_status"]
    found.fields["idreturn_status"] = call.body.get("idreturn_status", before)
    found.fields["completed_at"] = call.state.now() if _is_completed(call.state, found) else None


def _refuse_delivered(_call: Call, found: Record) -> None:
    if any(line["idpicklist"] is not None for line in found.below("replacement_products")):
        raise Problem(WRONG_STATUS)


def _receive(call: Call, found: Record) -> None:
    _refuse_completed(call, found)
    lines = {line["idreturn_product"]: line for line in found.below("returned_products")}
    received = [(lines.get(one.get("idreturn_product")), one) for one in call.body.get("return_products", [])]
    for line, _ in received:
        if line is None:
            raise Problem(NOT_USABLE)
        _refuse_received(call, line)
    warehouse = call.body.get("idwarehouse", 1)
    for line, one in received:
        if line is not None and line["changeable"]:
            reason = f"Retour {found.fields['returnid']}"
            bring_in(call.state, line["idproduct"], warehouse, line["amount"], reason=reason)
            line |= {"status": one.get("status", "received"), "changeable": False, "idwarehouse": warehouse}
    found.fields["received_at"] = found.fields["received_at"] or call.state.now()


def _log(call: Call, found: Record) -> Item:
    _set_status(call, found)
    # What a log tells is not known; this is what can be said of it.
    return {
        "idreturn_log": call.state.next_id("return_logs"),
        "idreturn_status": found.fields["idreturn_status"],
        "message": call.body.get("message"),
        "created_at": call.state.now(),
    }


_LINE: Final = {"idreturn": lambda making: making.above.fields["idreturn"], "idproduct": 0, "product": _product} | {
    "price": 0,
    "amount": 1,
    "status": "new",
    "changeable": True,
}
_TAKEN: Final[dict[str, str | Member]] = {"idproduct": refers("products!"), "price": "number!", "amount": "amount!"}
_CHANGED: Final = shape(price="number", amount="amount")
RETURNED: Final = Below(
    name="returned_products",
    id="idreturn_product",
    fields=_LINE | {"idreturn_reason": 1, "return_reason": _reason, "idwarehouse": None},
    takes=shape(idreturn_reason=refers("return_reasons!"), **_TAKEN),
    changes=_CHANGED,
    deletes=True,
    guard=_refuse_completed,
    touched=_refuse_received,
)
REPLACEMENTS: Final = Below(
    name="replacement_products",
    id="idreturn_product_replacement",
    fields=_LINE | {"idpicklist": None},
    takes=shape(**_TAKEN),
    changes=_CHANGED,
    deletes=True,
    guard=_refuse_completed,
    touched=_refuse_received,
)

_CHANGE: Final[dict[str, str | Member]] = {
    "idreturn_status": refers("return_statuses"),
    "idtemplate": refers("templates"),
    "idorder": refers("orders"),
    "idcustomer": refers("customers"),
    "name": "text",
    **ADDRESS,
    "language": "language",
    "reference": "text",
    "tracking_code": "text",
    "received_at": "datetime",
    "idfulfilment_customer": refers("fulfilment_customers"),
}
_ALONE: Final = {
    "return_status": _part(STATUSES.name, "idreturn_status"),
    "customer": _part("customers", "idcustomer", "idcustomer", "customerid", "name", "contactname"),
    "order": _order,
    "returned_products": lambda _, found: found.below("returned_products"),
    "replacement_products": lambda _, found: found.below("replacement_products"),
    "totals": _totals,
}
RETURNS: Final = Table(
    name="returns",
    id="idreturn",
    path="/returns",
    fields={
        "idreturn_status": 1,
        "idcustomer": None,
        "idorder": None,
        "idtemplate": 1,
        "returnid": numbered("RT2026-{}"),
        "name": "",
        **dict.fromkeys(ADDRESS),
        "country": "NL",
        "language": "nl",
        "reference": None,
        "tracking_code": None,
        "received_at": None,
        "completed_at": None,
        "created_at": now,
        "updated_at": now,
    },
    shown={"full_address": lambda _, found: full_address(found.fields), **_ALONE},
    alone=frozenset({"completed_at", *_ALONE}),
    filters=("emailaddress", "idcustomer"),
    where=lambda query, found: query.get("status", "") in {"", str(found.fields["idreturn_status"])},
    takes=shape(
        **_CHANGE | {"idreturn_status": refers("return_statuses!"), "idtemplate": refers("templates!")},
        returned_products=Member(each=RETURNED.takes),
        replacement_products=Member(each=REPLACEMENTS.takes),
    ),
    changes=shape(**_CHANGE),
    deletes=True,
    also=_fill_in,
    changed=_note_completion,
    deleted=_refuse_delivered,
    below=(RETURNED, REPLACEMENTS),
    comments="returnid",
    seeds=(
        {
            "idorder": 1,
            "returned_products": [{"idreturn_reason": 1, "idproduct": 1, "price": 4.5, "amount": 1}],
            "replacement_products": [{"idproduct": 1, "price": 0, "amount": 1}],
        },
        {"name": "Gast Proef"},
    ),
)
RECEIVED: Final = shape(
    idwarehouse=refers("warehouses!"),
    return_products=Member(each=shape(idreturn_product="id!", status="text!"), required=True),
)
LOG: Final = shape(idreturn_status=refers("return_statuses"), message="text", notify_customer="boolean")

_ONE: Final = "/returns/<idreturn>"

OPERATIONS: Final = (
    *STATUSES.operations(),
    *REASONS.operations(),
    *RETURNS.operations(),
    Operation(method="POST", path=f"{_ONE}/receive", run=changing(RETURNS.resource, _receive), shape=RECEIVED),
    Operation(method="GET", path=f"{_ONE}/logs", run=listing_below(RETURNS.resource, "logs")),
    Operation(method="POST", path=f"{_ONE}/logs", run=creating_below(RETURNS.resource, "logs", _log), shape=LOG),
)


def seed(state: State) -> None:
    """Statuses, reasons, a return of the first order with all that it can have, and one of a guest."""
    for table in (STATUSES, REASONS, RETURNS):
        table.seed(state)
