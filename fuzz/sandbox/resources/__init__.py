"""The one table of operations, joined from a file per resource, and the state that the sandbox is born with.

A new resource is a file here with `OPERATIONS` and, if it has records of its own, `seed`; and its line below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.sandbox.resources import (
    customers,
    order_life,
    orders,
    picklists,
    products,
    settings,
    shipments,
    stock,
)
from fuzz.sandbox.state import State

if TYPE_CHECKING:
    from fuzz.sandbox.model import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *settings.OPERATIONS,
    *customers.OPERATIONS,
    *products.OPERATIONS,
    *stock.OPERATIONS,
    *orders.OPERATIONS,
    *order_life.OPERATIONS,
    *picklists.OPERATIONS,
    *shipments.OPERATIONS,
)


def born(seed: int) -> State:
    """A new state: a few records of each resource, under ids that count from 1.

    Whatever can hang below a record hangs below the first one, under id 1 as well: a path of ones leads somewhere.
    """
    state = State(seed)
    settings.seed(state)
    customers.seed(state)
    products.seed(state)
    orders.seed(state)
    order_life.seed(state)
    shipments.seed(state)
    state.mark_born()
    return state
