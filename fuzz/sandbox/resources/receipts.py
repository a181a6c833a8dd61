"""Receipts: what comes in of a purchase order, or in version 2 from a supplier, and goes into stock at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering, taken
from fuzz.sandbox.model import Operation, Reply
from fuzz.sandbox.problems import (
    INVALID_LOCATION,
    NEGATIVE_STOCK,
    NOT_FOUND,
    NOT_ON_OPEN_PURCHASE_ORDERS,
    NOT_ON_PURCHASE_ORDER,
    WRONG_STATUS,
    WRONG_TYPE_OF_OBJECT,
    Problem,
)
from fuzz.sandbox.resources.common import refers
from fuzz.sandbox.resources.history import bring_in
from fuzz.sandbox.resources.purchasing import PURCHASE_ORDERS, complete
from fuzz.sandbox.resources.tables import Below, Making, Table, now, numbered, of
from fuzz.sandbox.shapes import Choice, shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import Record, State

    Item = dict[str, Any]

_USER: Final = {"iduser": 1, "name": "Robin Example"}


def _supplier(state: State, receipt: Record) -> Item | None:
    found = state.find("suppliers", receipt.fields["idsupplier"])
    return None if found is None else taken(found.fields, ("idsupplier", "name"))


def _purchase_order(state: State, receipt: Record) -> Item | None:
    found = state.find("purchaseorders", receipt.fields["idpurchaseorder"])
    return None if found is None else taken(found.fields, ("idpurchaseorder", "purchaseorderid"))


def _amount_received(_state: State, receipt: Record) -> int:
    return sum(item["amount"] for item in receipt.below("products") if item["reverted_at"] is None)


def _start(making: Making, receipt: Record) -> None:
    order = making.state.find("purchaseorders", receipt.fields["idpurchaseorder"])
    if order is None:
        return
    if order.fields["status"] != "purchased":
        raise Problem(WRONG_STATUS)
    receipt.fields |= taken(order.fields, ("idsupplier", "idwarehouse"))


def _refuse_completed(_call: Call, receipt: Record) -> None:
    if receipt.fields["status"] != "processing":
        raise Problem(WRONG_STATUS)


def _finish(call: Call, receipt: Record) -> None:
    _refuse_completed(call, receipt)
    receipt.fields |= {"completed_by": _USER, "completed_at": call.state.now()}
    order = call.state.find("purchaseorders", receipt.fields["idpurchaseorder"])
    if order is not None and all(line["amountreceived"] >= line["amount"] for line in order.below("products")):
        complete(call.state, order)


def _refuse_filled(call: Call, receipt: Record) -> None:
    _refuse_completed(call, receipt)
    if receipt.below("products"):
        raise Problem(WRONG_STATUS)


def _expected(state: State, receipt: Record) -> Iterator[tuple[Record, Item]]:
    """The lines that a receipt may bring in, with their purchase orders."""
    wanted, supplier = receipt.fields["idpurchaseorder"], receipt.fields["idsupplier"]
    for order in state.all("purchaseorders"):
        fits = order.fields["idsupplier"] == supplier if wanted is None else order.fields["idpurchaseorder"] == wanted
        if fits and order.fields["status"] == "purchased":
            yield from ((order, line) for line in order.below("products"))


def _line_for(making: Making, receipt: Record) -> Item | None:
    """The line of a purchase order that a body means; None where a product comes that nobody expected."""
    body, lines = making.body, list(_expected(making.state, receipt))
    number = body.get("idpurchaseorder_product")
    for order, line in lines:
        if line["idproduct"] == body.get("idproduct") and number in {None, line["idpurchaseorder_product"]}:
            return line | {"idpurchaseorder": order.fields["idpurchaseorder"], "line": line}
    if body.get("force") and receipt.fields["version"] == 1:
        return None
    ordered = receipt.fields["idpurchaseorder"] is not None or number is not None
    raise Problem(NOT_ON_PURCHASE_ORDER if ordered else NOT_ON_OPEN_PURCHASE_ORDERS)


def _receive(making: Making, item: Item) -> None:
    receipt = making.above
    if receipt is None:
        return
    line = _line_for(making, receipt)
    if line is not None:
        item |= taken(line, ("idpurchaseorder_product", "idpurchaseorder")) | {"amount_ordered": line["amount"]}
    number = making.body.get("idlocation")
    if number is not None:
        item["location"] = _location(making.state, number, receipt)
    _book(making.state, receipt, item, item["amount"])


def _location(state: State, number: int, receipt: Record) -> Item:
    location = state.find("locations", number)
    if location is None or location.fields["idwarehouse"] != receipt.fields["idwarehouse"]:
        raise Problem(INVALID_LOCATION)
    return taken(location.fields, ("idlocation", "name"))


def _book(state: State, receipt: Record, item: Item, amount: int) -> None:
    """Take so much more, or less, into stock, and note it at the line of the purchase order."""
    fields, location = receipt.fields, item["location"]
    bring_in(
        state,
        item["idproduct"],
        fields["idwarehouse"],
        amount,
        reason=f"Ontvangst {fields['receiptid']}",
        location=None if location is None else location["idlocation"],
    )
    order = state.find("purchaseorders", item["idpurchaseorder"])
    for line in () if order is None else order.below("products"):
        if line["idpurchaseorder_product"] == item["idpurchaseorder_product"]:
            line["amountreceived"] = max(0, line["amountreceived"] + amount)


RECEIVED: Final = shape(
    idproduct=refers("products!", unknown=NOT_ON_PURCHASE_ORDER),
    amount="amount",
    idlocation=refers("locations?", unknown=INVALID_LOCATION),
    idpurchaseorder_product="id",
    strategy="text",
    force="boolean",
)
_PRODUCTS: Final = Below(
    name="products",
    id="idreceipt_product",
    lists=False,
    fields={
        "idpurchaseorder_product": None,
        "idproduct": 0,
        "idpurchaseorder": None,
        **{
            name: of("products", "idproduct", name)
            for name in ("productcode", "productcode_supplier", "name", "barcode")
        },
        "amount": 1,
        "amount_ordered": None,
        "location": None,
        "created_at": now,
        "received_by_iduser": 1,
        "reverted_at": None,
        "reverted_by_iduser": None,
    },
    takes=RECEIVED,
    kept=("idproduct", "amount"),
    guard=_refuse_completed,
    also=_receive,
)
RECEIPTS: Final = Table(
    name="receipts",
    id="idreceipt",
    path="/receipts",
    fields={
        "idpurchaseorder": None,
        "idsupplier": None,
        "idwarehouse": 1,
        "version": 2,
        "receiptid": numbered("R2026-{}"),
        "status": "processing",
        "remarks": None,
        "completed_by": None,
        "completed_at": None,
        "created": now,
        "updated": now,
    },
    shown={
        "supplier": _supplier,
        "purchaseorder": _purchase_order,
        "amount_received": _amount_received,
        "products": lambda _, receipt: receipt.below("products"),
    },
    hidden=frozenset({"idpurchaseorder", "idsupplier"}),
    filters=("receiptid", "status", "idpurchaseorder", "idsupplier"),
    takes=shape(
        Choice(names=("idpurchaseorder", "idsupplier")),
        idpurchaseorder=refers("purchaseorders"),
        idsupplier=refers("suppliers"),
        version="version",
        remarks="text",
    ),
    changes=shape(status="receipt_status!", remarks="text"),
    deletes=True,
    also=_start,
    changed=_finish,
    deleted=_refuse_filled,
    below=(_PRODUCTS,),
    comments="receiptid",
    counted=False,
)
CORRECTION: Final = shape(
    Choice(names=("delta", "stock_idlocation")),
    delta="integer",
    stock_idlocation=refers("locations", unknown=INVALID_LOCATION),
)


def _of_version(call: Call, version: int) -> Record:
    """The receipt of the path, which must be open and of this version."""
    receipt = call.record(RECEIPTS.resource)
    if receipt.fields["version"] != version:
        raise Problem(WRONG_TYPE_OF_OBJECT)
    _refuse_completed(call, receipt)
    return receipt


def _correct(call: Call) -> Item:
    item = call.child(RECEIPTS.resource, "products", "idreceipt_product")
    receipt, delta = _of_version(call, 1), int(call.body.get("delta", 0))
    if item["amount"] + delta < 0:
        raise Problem(NEGATIVE_STOCK)
    number = call.body.get("stock_idlocation")
    location = item["location"] if number is None else _location(call.state, number, receipt)
    _book(call.state, receipt, item, delta)
    item |= {"amount": item["amount"] + delta, "location": location}
    return item


def _revert(call: Call) -> Item:
    item = call.child(RECEIPTS.resource, "products", "idreceipt_product")
    receipt = _of_version(call, 2)
    if item["reverted_at"] is not None:
        raise Problem(WRONG_STATUS)
    _book(call.state, receipt, item, -item["amount"])
    item |= {"reverted_at": call.state.now(), "reverted_by_iduser": 1}
    return item


def _receive_all(call: Call) -> Item:
    receipt = _of_version(call, 1)
    for _, line in list(_expected(call.state, receipt)):
        missing = line["amount"] - line["amountreceived"]
        if missing > 0:
            body = taken(line, ("idproduct", "idpurchaseorder_product")) | {"amount": missing}
            receipt.add_below("products", _PRODUCTS.make(call.state, body, receipt))
    return RECEIPTS.resource.view(call.state, receipt)


def _expectation(order: Record, line: Item) -> Item:
    # What a strategy looks like is not known; this one would be enough.
    shown = ("idproduct", "productcode", "name", "idpurchaseorder_product")
    missing = max(0, line["amount"] - line["amountreceived"])
    return taken(line, shown) | taken(order.fields, ("idpurchaseorder",)) | {"amount": missing, "strategies": ["fifo"]}


def _expectations(call: Call) -> list[Item]:
    return [_expectation(*one) for one in _expected(call.state, call.record(RECEIPTS.resource))]


def _expectations_of_one(call: Call) -> list[Item]:
    found = [one for one in _expectations(call) if one["idproduct"] == call.ids["idproduct"]]
    if not found:
        raise Problem(NOT_FOUND)
    return found


def _of_order(call: Call) -> list[Record]:
    number = call.record(PURCHASE_ORDERS.resource).fields["idpurchaseorder"]
    return [one for one in call.state.all("receipts") if one.fields["idpurchaseorder"] == number]


def _list_of_order(call: Call) -> list[Item]:
    return [RECEIPTS.row.view(call.state, one) for one in _of_order(call)]


def _one_of_order(call: Call) -> Item:
    for receipt in _of_order(call):
        if receipt.fields["idreceipt"] == call.ids["idreceipt"]:
            return RECEIPTS.resource.view(call.state, receipt)
    raise Problem(NOT_FOUND)


def _add_to_order(call: Call) -> Reply:
    number = call.record(PURCHASE_ORDERS.resource).fields["idpurchaseorder"]
    receipt = RECEIPTS.add(call.state, {"idpurchaseorder": number, "version": 1})
    return Reply(value=RECEIPTS.resource.view(call.state, receipt), status=201)


_ONE: Final = "/receipts/<idreceipt>"
_ITEM: Final = f"{_ONE}/products/<idreceipt_product>"
_LEGACY: Final = "/purchaseorders/<idpurchaseorder>/receipts"

OPERATIONS: Final = (
    *RECEIPTS.operations(),
    Operation(method="PUT", path=_ITEM, run=answering(_correct), shape=CORRECTION),
    Operation(method="POST", path=f"{_ITEM}/revert", run=answering(_revert), shape=shape()),
    Operation(method="POST", path=f"{_ONE}/mark-all-received", run=answering(_receive_all), shape=shape()),
    Operation(method="GET", path=f"{_ONE}/expected-products", run=answering(_expectations)),
    Operation(method="GET", path=f"{_ONE}/expected-products/<idproduct>", run=answering(_expectations_of_one)),
    # Older than the receipts with an address of their own.
    Operation(method="GET", path=_LEGACY, run=answering(_list_of_order)),
    Operation(method="GET", path=f"{_LEGACY}/<idreceipt>", run=answering(_one_of_order)),
    Operation(method="POST", path=_LEGACY, run=_add_to_order, shape=shape()),
)


def seed(state: State) -> None:
    """A receipt of each version of the first purchase order; some of it has come in."""
    for version in (2, 1):
        receipt = RECEIPTS.add(state, {"idpurchaseorder": 1, "version": version})
        receipt.add_below("products", _PRODUCTS.make(state, {"idproduct": 2, "amount": 1}, receipt))
