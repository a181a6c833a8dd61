"""Stock of a product: reading it per warehouse, changing, moving and producing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering, listing_below
from fuzz.sandbox.model import Operation
from fuzz.sandbox.problems import (
    INVALID_LOCATION,
    NEGATIVE_STOCK,
    NOT_FOUND,
    WRONG_TYPE_OF_OBJECT,
    Problem,
)
from fuzz.sandbox.resources.common import refers
from fuzz.sandbox.resources.history import note_movement, set_stock, stock_row
from fuzz.sandbox.resources.products import PRODUCTS, location_of
from fuzz.sandbox.shapes import Choice, shape

if TYPE_CHECKING:
    from fuzz.sandbox.model import Call

_LOCATION: Final = refers("locations?", unknown=INVALID_LOCATION)
_LOCATION_TO_NAME: Final = refers("locations!?", unknown=INVALID_LOCATION)

CHANGE: Final = shape(
    Choice(names=("change", "amount")), change="integer", amount="stock", reason="text!", idlocation=_LOCATION
)
MOVE: Final = shape(from_idlocation=_LOCATION_TO_NAME, to_idlocation=_LOCATION_TO_NAME, amount="amount!")
PRODUCE: Final = shape(idwarehouse=refers("warehouses!"), amount="amount!", reason="text")


def _row(call: Call, warehouse: Any) -> dict[str, Any]:
    row = stock_row(call.record(PRODUCTS), warehouse)
    if row is None:
        raise Problem(NOT_FOUND)
    return row


def _with_locations(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    product = call.record(PRODUCTS)
    linked = (location_of(call.state, location["idlocation"], product) for location in product.below("locations"))
    here = [location for location in linked if location and location["idwarehouse"] == row["idwarehouse"]]
    return row | {"locations": here}


def _read(call: Call) -> dict[str, Any]:
    return _with_locations(call, _row(call, call.ids["idwarehouse"]))


def _change(call: Call) -> dict[str, Any]:
    row, body = _row(call, call.ids["idwarehouse"]), call.body
    stock = row["stock"] + body.get("change", 0) if body.get("amount") is None else body["amount"]
    product, reason = call.record(PRODUCTS), body.get("reason", "")
    set_stock(call.state, product, row, stock, reason=reason, location=body.get("idlocation"))
    return _with_locations(call, row)


def _move(call: Call) -> dict[str, Any]:
    row, body = _row(call, call.ids["idwarehouse"]), call.body
    amount = int(body.get("amount", 1))
    if amount > row["stock"]:
        raise Problem(NEGATIVE_STOCK)
    start, end = body.get("from_idlocation"), body.get("to_idlocation")
    note_movement(call.state, call.record(PRODUCTS), row, amount, start=start, end=end)
    return _with_locations(call, row)


def _produce(call: Call) -> dict[str, Any]:
    product = call.record(PRODUCTS)
    if not product.below("parts"):
        raise Problem(WRONG_TYPE_OF_OBJECT)
    row = _row(call, call.body.get("idwarehouse", 1))
    stock = row["stock"] + call.body.get("amount", 1)
    set_stock(call.state, product, row, stock, reason=call.body.get("reason") or "Geproduceerd")
    return PRODUCTS.view(call.state, product)


_STOCK: Final = "/products/<idproduct>/stock"

OPERATIONS: Final = (
    Operation(method="GET", path=_STOCK, run=listing_below(PRODUCTS, "stock")),
    Operation(method="GET", path=f"{_STOCK}/<idwarehouse>", run=answering(_read)),
    Operation(method="POST", path=f"{_STOCK}/<idwarehouse>", run=answering(_change), shape=CHANGE),
    Operation(method="POST", path=f"{_STOCK}/<idwarehouse>/move", run=answering(_move), shape=MOVE),
    Operation(method="POST", path="/products/<idproduct>/produce", run=answering(_produce), shape=PRODUCE),
)
