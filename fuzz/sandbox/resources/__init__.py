"""The one table of operations, joined from a file per resource, and the state that the sandbox is born with.

A new resource is a Table (see `tables`) in the file of its theme, or a file here with `OPERATIONS` and `seed`, and its
lines below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sandbox.resources import (
    account,
    backorders,
    batches,
    comments,
    customers,
    history,
    locations,
    office,
    order_life,
    orders,
    packing,
    picklists,
    products,
    purchasing,
    receipts,
    returns,
    settings,
    shipments,
    stock,
)
from fuzz.sandbox.state import State

if TYPE_CHECKING:
    from fuzz.sandbox.model import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *settings.OPERATIONS,
    *account.OPERATIONS,
    *locations.OPERATIONS,
    *customers.OPERATIONS,
    *products.OPERATIONS,
    *stock.OPERATIONS,
    *history.OPERATIONS,
    *orders.OPERATIONS,
    *order_life.OPERATIONS,
    *backorders.OPERATIONS,
    *picklists.OPERATIONS,
    *shipments.OPERATIONS,
    *packing.OPERATIONS,
    *batches.OPERATIONS,
    *purchasing.OPERATIONS,
    *receipts.OPERATIONS,
    *returns.OPERATIONS,
    *office.OPERATIONS,
    *comments.OPERATIONS,
)

_BORN_IN_THIS_ORDER: Final = (
    *(settings, locations, customers, products, history, orders, order_life, account, shipments, packing, batches),
    *(purchasing, receipts, returns, office, comments),
)
"""Whatever a record refers to is born before it."""


def born(seed: int) -> State:
    """A new state: a few records of each resource, under ids that count from 1.

    Whatever can hang below a record hangs below the first one, under id 1 as well: a path of ones leads somewhere.
    """
    state = State(seed)
    for resource in _BORN_IN_THIS_ORDER:
        resource.seed(state)
    state.mark_born()
    return state
