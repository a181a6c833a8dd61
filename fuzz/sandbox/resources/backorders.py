"""Backorders: what was ordered and is not in stock; and what is delivered of an order when it is processed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering
from fuzz.sandbox.model import Operation
from fuzz.sandbox.resources.history import stock_row
from fuzz.sandbox.resources.picklists import make_picklist
from fuzz.sandbox.resources.tables import Table, now
from fuzz.sandbox.shapes import shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import Record, State

_WAREHOUSE: Final = 1
"""Where all orders are delivered from."""


def _available(state: State, backorder: Record) -> int:
    return min(free_stock(state, backorder.fields["idproduct"]), int(backorder.fields["amount"]))


def free_stock(state: State, number: Any) -> int:
    """How many of a product can be delivered."""
    product = state.find("products", number)
    row = None if product is None else stock_row(product, _WAREHOUSE)
    return 0 if row is None else max(0, int(row["freestock"]))


def _date_available(state: State, backorder: Record) -> str | None:
    """The day on which the first open purchase order brings the product."""
    number = backorder.fields["idproduct"]
    days = (
        order.fields["delivery_date"]
        for order in state.all("purchaseorders")
        if order.fields["status"] == "purchased"
        and any(line["idproduct"] == number for line in order.below("products"))
    )
    return min((day for day in days if day), default=None)


def _cancel_line(call: Call, backorder: Record) -> None:
    order = call.state.find("orders", backorder.fields["idorder"])
    for line in () if order is None else order.below("products"):
        if line["idorder_product"] == backorder.fields["idorder_product"]:
            line["amount_cancelled"] += backorder.fields["amount"]


BACKORDERS: Final = Table(
    name="backorders",
    id="idbackorder",
    path="/backorders",
    fields={
        "idorder": None,
        "idorder_product": None,
        "idreturn": None,
        "idproduct": 0,
        "idcustomer": None,
        "idwarehouse": _WAREHOUSE,
        "amount": 0,
        "priority": 1,
        "has_parts": False,
        "part_of_idbackorder": None,
        "parts_per_parent": None,
        "created_at": now,
    },
    shown={"amount_available": _available, "amountavailable": _available, "date_available": _date_available},
    alone=frozenset({"date_available"}),
    filters=("idorder", "idproduct", "idcustomer"),
    deletes=True,
    deleted=_cancel_line,
)


def deliver(state: State, order: Record) -> None:
    """Put on a picklist what is in stock; the rest becomes backorders. What is on either already stays there."""
    picked: dict[int, int] = {}
    free: dict[int, int] = {}
    for line in order.below("products"):
        number, missing = line["idproduct"], _undelivered(state, line)
        stock = free.setdefault(number, free_stock(state, number))
        amount = min(stock, missing)
        free[number] -= amount
        if amount:
            picked[line["idorder_product"]] = amount
        if missing > amount:
            BACKORDERS.add(
                state,
                {name: order.fields[name] for name in ("idorder", "idcustomer")}
                | {name: line[name] for name in ("idorder_product", "idproduct")}
                | {"amount": missing - amount},
            )
    _make_picklist(state, order, picked)


def deliver_backorders(state: State, backorders: Iterable[Record]) -> int:
    """Put on picklists what has come into stock since; gives the number of picklists."""
    picked: dict[int, dict[int, int]] = {}
    free: dict[int, int] = {}
    for backorder in backorders:
        number, amount = backorder.fields["idproduct"], backorder.fields["amount"]
        if free.setdefault(number, free_stock(state, number)) < amount:
            continue
        free[number] -= amount
        state.remove(BACKORDERS.name, backorder.fields["idbackorder"])
        lines = picked.setdefault(backorder.fields["idorder"], {})
        line = backorder.fields["idorder_product"]
        lines[line] = lines.get(line, 0) + amount
    orders = ((state.find("orders", number), lines) for number, lines in picked.items())
    return sum(_make_picklist(state, order, lines) for order, lines in orders if order is not None)


def of_order(state: State, order: Record) -> list[Record]:
    """The backorders of an order."""
    number = order.fields["idorder"]
    return [one for one in state.all(BACKORDERS.name) if one.fields["idorder"] == number]


def _make_picklist(state: State, order: Record, amounts: dict[int, int]) -> bool:
    if not amounts:
        return False
    picklist = make_picklist(state, order, amounts)
    state.add("picklists", picklist.fields["idpicklist"], picklist)
    return True


def _undelivered(state: State, line: dict[str, Any]) -> int:
    number = line["idorder_product"]
    on_picklists = sum(
        int(item["amount"])
        for picklist in state.all("picklists")
        if picklist.fields["status"] != "cancelled"
        for item in picklist.below("products")
        if item["idorder_product"] == number
    )
    waiting = sum(
        int(one.fields["amount"]) for one in state.all(BACKORDERS.name) if one.fields["idorder_product"] == number
    )
    return max(0, int(line["amount"]) - int(line["amount_cancelled"]) - on_picklists - waiting)


def _process(call: Call) -> dict[str, int]:
    return {"picklists": deliver_backorders(call.state, call.state.all(BACKORDERS.name))}


OPERATIONS: Final = (
    *BACKORDERS.operations(),
    Operation(method="POST", path="/backorders/process", run=answering(_process), shape=shape()),
)
