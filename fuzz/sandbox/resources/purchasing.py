"""Suppliers and what is ordered from them: purchase orders and their lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import active, answering, paged
from fuzz.sandbox.kinds import LARGEST
from fuzz.sandbox.model import Operation
from fuzz.sandbox.problems import INVALID_VALUE, WRONG_STATUS, Problem
from fuzz.sandbox.resources.common import ADDRESS, full_address, refers
from fuzz.sandbox.resources.products import PRODUCTS
from fuzz.sandbox.resources.tables import Action, Below, Making, Table, now, numbered, of
from fuzz.sandbox.shapes import Choice, Member, optional, shape

if TYPE_CHECKING:
    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import Record, State


def _supplied(call: Call) -> list[dict[str, Any]]:
    number = call.record(SUPPLIERS.resource).fields["idsupplier"]
    found = [one for one in call.state.all("products") if one.fields["idsupplier"] == number]
    return [PRODUCTS.view(call.state, one) for one in paged(call, found)]


SUPPLIER: Final = shape(name="text!", remarks="text", language="language", idtemplate=refers("templates"), **ADDRESS)
SUPPLIERS: Final = Table(
    name="suppliers",
    id="idsupplier",
    path="/suppliers",
    fields={
        "name": "",
        **dict.fromkeys(ADDRESS),
        "remarks": None,
        "language": "nl",
        "idtemplate": None,
        "active": True,
    },
    shown={"full_address": lambda _, supplier: full_address(supplier.fields)},
    where=active,
    takes=SUPPLIER,
    changes=optional(SUPPLIER),
    # Documented so, against the rule for a POST that creates.
    created=200,
    comments="name",
    seeds=(
        {"name": "Wasfabriek Proef", "address": "Bijenpad 3", "zipcode": "1000 AB", "city": "Testdam", "country": "NL"},
        {"name": "Lontspinnerij Voorbeeld"},
    ),
)


def _lines(_state: State, order: Record) -> list[dict[str, Any]]:
    return order.below("products")


def _refuse_done(_call: Call, order: Record) -> None:
    if order.fields["status"] not in {"concept", "purchased"}:
        raise Problem(WRONG_STATUS)


def _refuse_less_than_received(call: Call, line: dict[str, Any]) -> None:
    if call.body.get("amount", LARGEST) < line["amountreceived"]:
        raise Problem(INVALID_VALUE)


def _purchase(call: Call, order: Record) -> None:
    order.fields |= {"purchased_by_iduser": 1, "purchased_at": call.state.now()}


def complete(state: State, order: Record) -> None:
    """Nothing more is expected of a purchase order."""
    order.fields |= {"status": "received", "completed_by_iduser": 1, "completed_at": state.now()}


def _close(call: Call, order: Record) -> None:
    if not any(line["amountreceived"] for line in order.below("products")):
        raise Problem(WRONG_STATUS)
    complete(call.state, order)


_DATED_LINE: Final = {"amount": "amount", "price": "number", "delivery_date": "date"}
LINE: Final = shape(idproduct=refers("products!"), **_DATED_LINE | {"amount": "amount!"})
_LINES: Final = Below(
    name="products",
    id="idpurchaseorder_product",
    fields={
        "idproduct": 0,
        "amount": 1,
        "amountreceived": 0,
        "delivery_date": None,
        # What the line takes from its product stays as it was on the day.
        **{
            name: of("products", "idproduct", name)
            for name in ("idvatgroup", "productcode", "productcode_supplier", "name", "weight")
        },
        "price": of("products", "idproduct", "fixedstockprice"),
    },
    takes=LINE,
    changes=shape(**_DATED_LINE),
    deletes=True,
    guard=_refuse_done,
    touched=_refuse_less_than_received,
)


def _start_in_concept(_making: Making, order: Record) -> None:
    # One client sends a status: every order starts in concept whatever it says.
    order.fields["status"] = "concept"


PURCHASE_ORDERS: Final = Table(
    name="purchaseorders",
    id="idpurchaseorder",
    path="/purchaseorders",
    fields={
        "idsupplier": None,
        "idtemplate": None,
        "idwarehouse": 1,
        "purchaseorderid": numbered("I2026-{}"),
        "supplier_name": None,
        "supplier_orderid": None,
        "status": "concept",
        "remarks": None,
        "delivery_date": None,
        "language": "nl",
        "created_by_iduser": None,
        "created": now,
        "updated": now,
        "purchased_by_iduser": None,
        "purchased_at": None,
        "completed_by_iduser": None,
        "completed_at": None,
    },
    shown={"products": _lines},
    filters=("status", "idsupplier", "idwarehouse"),
    takes=shape(
        Choice(names=("idsupplier", "supplier_name")),
        idsupplier=refers("suppliers"),
        supplier_name="text",
        idwarehouse=refers("warehouses"),
        idtemplate=refers("templates"),
        supplier_orderid="text",
        remarks="text",
        delivery_date="date",
        language="language",
        status="text",
        idfulfilment_customer=refers("fulfilment_customers"),
        products=Member(each=LINE),
    ),
    changes=shape(supplier_orderid="text", remarks="text", delivery_date="date"),
    also=_start_in_concept,
    changed=_refuse_done,
    actions=(
        Action(name="mark-as-purchased", allowed=frozenset({"concept"}), becomes="purchased", also=_purchase),
        Action(name="close", allowed=frozenset({"purchased"}), also=_close),
        Action(name="cancel", allowed=frozenset({"concept", "purchased"}), becomes="cancelled"),
    ),
    below=(_LINES,),
    comments="purchaseorderid",
)

OPERATIONS: Final = (
    *SUPPLIERS.operations(),
    Operation(method="GET", path="/suppliers/<idsupplier>/products", run=answering(_supplied)),
    *PURCHASE_ORDERS.operations(),
)


def seed(state: State) -> None:
    """Two suppliers; a purchase order that is purchased and one in concept."""
    SUPPLIERS.seed(state)
    line = {"idproduct": 2, "amount": 20, "price": 1.5}
    for body in (
        {"idsupplier": 1, "delivery_date": "2026-02-02", "products": [line, {"idproduct": 3, "amount": 50}]},
        {"supplier_name": "Losse leverancier", "products": [line]},
    ):
        PURCHASE_ORDERS.add(state, body)
    first = state.all(PURCHASE_ORDERS.name)[0]
    first.fields |= {"status": "purchased", "purchased_by_iduser": 1, "purchased_at": state.now()}
