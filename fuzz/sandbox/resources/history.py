"""What has happened to stock: in warehouses, on locations, and the movements between locations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering
from fuzz.sandbox.kinds import LARGEST
from fuzz.sandbox.model import Operation
from fuzz.sandbox.problems import INVALID_VALUE, NEGATIVE_STOCK, NOT_USABLE, Problem
from fuzz.sandbox.resources.tables import Table, now

if TYPE_CHECKING:
    from fuzz.sandbox.state import Record, State

_CHANGE: Final = {"old_stock": 0, "stock_change": 0, "new_stock": 0, "change_type": "mutation", "changed_at": now}
_AT_FIRST: Final = {"idproduct": 1, "stock_change": 100, "new_stock": 100}

STOCK_HISTORY: Final = Table(
    name="stockhistory",
    id="idproduct_stock_history",
    path="/stockhistory",
    fields={"idproduct": 0, "idwarehouse": 0, "iduser": 1, "idlocation": None, "reason": None} | _CHANGE,
    filters=("idproduct", "idwarehouse", "iduser"),
    seeds=(_AT_FIRST | {"idwarehouse": 1, "reason": "Beginvoorraad"},),
)
LOCATION_HISTORY: Final = Table(
    name="location-stock-history",
    id="idproduct_location_stock_history",
    path="/location-stock-history",
    fields={"idproduct": 0, "idlocation": 0, "contra_idlocation": None} | _CHANGE,
    filters=("idproduct", "idlocation"),
    seeds=(_AT_FIRST | {"idlocation": 1},),
)
# What a movement tells of itself is not known, so there is no more than its id.
MOVEMENTS: Final = Table(name="movements", id="idmovement", path="/movements", fields={}, seeds=({},))


def stock_row(product: Record, warehouse: Any) -> dict[str, Any] | None:
    """The stock of a product in a warehouse, as it is kept."""
    return next((row for row in product.below("stock") if row["idwarehouse"] == warehouse), None)


def set_stock(
    state: State, product: Record, row: dict[str, Any], stock: float, *, reason: str, location: int | None = None
) -> None:
    """Change the stock in a warehouse and write it down; raises the Problem of what cannot be in stock."""
    if stock < 0:
        raise Problem(NEGATIVE_STOCK)
    old, new = row["stock"], int(stock)
    if new > LARGEST:
        raise Problem(INVALID_VALUE)
    row |= {"stock": new, "freestock": new - row["reserved"]}
    if new == old:
        return
    change = {
        "idproduct": product.fields["idproduct"],
        "idwarehouse": row["idwarehouse"],
        "old_stock": old,
        "stock_change": new - old,
        "new_stock": new,
    }
    STOCK_HISTORY.add(state, change | {"idlocation": location, "reason": reason})
    if location is not None:
        LOCATION_HISTORY.add(state, change | {"idlocation": location})


def bring_in(
    state: State, number: Any, warehouse: Any, amount: int, *, reason: str, location: int | None = None
) -> None:
    """So much more of a product, or so much less, in a warehouse."""
    product = state.find("products", number)
    row = None if product is None else stock_row(product, warehouse)
    if product is None or row is None:
        raise Problem(NOT_USABLE)
    set_stock(state, product, row, row["stock"] + amount, reason=reason, location=location)


def note_movement(
    state: State, product: Record, row: dict[str, Any], amount: int, *, start: int | None, end: int | None
) -> None:
    """Write down that stock was moved inside a warehouse; None is no location in particular."""
    MOVEMENTS.add(state, {})
    for place, contra, change in ((start, end, -amount), (end, start, amount)):
        if place is not None:
            LOCATION_HISTORY.add(
                state,
                {
                    "idproduct": product.fields["idproduct"],
                    "idlocation": place,
                    "contra_idlocation": contra,
                    # Stock is kept by warehouse here, so that a location shows the stock of all of them.
                    "old_stock": row["stock"] - change,
                    "stock_change": change,
                    "new_stock": row["stock"],
                    "change_type": "movement",
                },
            )


OPERATIONS: Final = (
    *STOCK_HISTORY.operations(),
    *LOCATION_HISTORY.operations(),
    *MOVEMENTS.operations(),
    # Whether this exists is doubtful; what a count looks like is not known.
    Operation(method="GET", path="/locationstockcounts", run=answering(lambda _: [])),
)


def seed(state: State) -> None:
    """The first stock of the first product, and a movement."""
    for table in (STOCK_HISTORY, LOCATION_HISTORY, MOVEMENTS):
        table.seed(state)
