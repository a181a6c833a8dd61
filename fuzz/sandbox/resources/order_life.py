"""What moves an order from one status to another, and what its status forbids: actions and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import (
    assign_below,
    changing_below,
    creating_below,
    deleting_below,
    listing_below,
)
from fuzz.sandbox.model import Operation
from fuzz.sandbox.problems import ALREADY_CLOSED, BEING_PROCESSED, WRONG_STATUS
from fuzz.sandbox.resources.backorders import deliver, deliver_backorders, of_order
from fuzz.sandbox.resources.orders import CLOSED, LINE, ORDERS, make_line, make_order, refuse_closed
from fuzz.sandbox.resources.tables import Action
from fuzz.sandbox.shapes import shape

if TYPE_CHECKING:
    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import Record, State

_OPEN: Final = frozenset({"concept", "expected", "processing", "paused"})
_EVERY: Final = _OPEN | CLOSED


def _deliver(call: Call, order: Record) -> None:
    deliver(call.state, order)


def _deliver_backorders(call: Call, order: Record) -> None:
    deliver_backorders(call.state, of_order(call.state, order))


def _anonymize(_call: Call, order: Record) -> None:
    order.fields |= dict.fromkeys(("telephone", "emailaddress", "reference", "deliveryaddress", "invoiceaddress"))
    order.fields |= {"deliveryname": "Anonymous", "invoicename": "Anonymous"}


ACTIONS: Final = (
    Action(name="process", allowed=frozenset({"concept", "expected", "paused"}), becomes="processing", also=_deliver),
    Action(
        name="pause",
        allowed=frozenset({"concept", "expected", "processing"}),
        becomes="paused",
        shape=shape(reason="text"),
    ),
    Action(name="resume", allowed=frozenset({"paused"}), becomes="concept"),
    Action(name="reopen", allowed=CLOSED, becomes="concept"),
    Action(name="change-to-concept", allowed=frozenset({"expected", "paused", "concept"}), becomes="concept"),
    Action(name="undo-cancellation", allowed=frozenset({"cancelled"}), becomes="concept"),
    Action(name="allocate", allowed=_OPEN),
    Action(name="deallocate", allowed=_OPEN),
    Action(name="prioritise", allowed=_OPEN),
    Action(
        name="process-backorders",
        allowed=_OPEN,
        also=_deliver_backorders,
        shape=shape(prefer_bulk_locations="boolean"),
    ),
    Action(name="anonymize", allowed=_EVERY, also=_anonymize),
)


def _refusal(status: str) -> int:
    if status in CLOSED:
        return ALREADY_CLOSED
    return BEING_PROCESSED if status == "processing" else WRONG_STATUS


def _add_line(call: Call, order: Record) -> dict[str, Any]:
    refuse_closed(order, processing=WRONG_STATUS)
    return make_line(call.state, call.body)


def _change_line(call: Call, line: dict[str, Any]) -> None:
    refuse_closed(call.record(ORDERS), processing=WRONG_STATUS)
    given = {name: value for name, value in call.body.items() if value is not None or name == "remarks"}
    assign_below(name for name in ("amount", "price", "name", "remarks") if name in given)(call, line)


def _delete_line(call: Call) -> Any:
    refuse_closed(call.record(ORDERS), processing=WRONG_STATUS)
    return deleting_below(ORDERS, "products", "idorder_product")(call)


_LINES: Final = "/orders/<idorder>/products"
_LINE: Final = f"{_LINES}/<idorder_product>"

OPERATIONS: Final = (
    *(action.operation(ORDERS, "/orders/<idorder>", _refusal) for action in ACTIONS),
    Operation(method="GET", path=_LINES, run=listing_below(ORDERS, "products")),
    Operation(method="POST", path=_LINES, run=creating_below(ORDERS, "products", _add_line), shape=LINE),
    Operation(
        method="PUT",
        path=_LINE,
        run=changing_below(ORDERS, "products", "idorder_product", _change_line),
        shape=shape(amount="amount", price="number", name="text", remarks="text"),
    ),
    Operation(method="DELETE", path=_LINE, run=_delete_line),
)


def seed(state: State) -> None:
    """A third order, which is being processed: the first picklist is its own, and the first backorder."""
    lines = [{"productcode": "KAARS-SET", "amount": 5}, {"productcode": "KAARS-1", "amount": 2}]
    order = make_order(state, {"idcustomer": 2, "products": lines})
    order.fields["status"] = "processing"
    state.add("orders", order.fields["idorder"], order)
    deliver(state, order)
