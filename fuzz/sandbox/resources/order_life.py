"""What moves an order from one status to another, and what its status forbids: actions and lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import (
    assign_below,
    changing,
    changing_below,
    creating_below,
    deleting_below,
    listing_below,
)
from fuzz.sandbox.model import Operation
from fuzz.sandbox.problems import ALREADY_CLOSED, BEING_PROCESSED, WRONG_STATUS, Problem
from fuzz.sandbox.resources.orders import CLOSED, LINE, ORDERS, make_line, make_order, refuse_closed
from fuzz.sandbox.resources.picklists import make_picklist
from fuzz.sandbox.shapes import Shape, shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import Record, State

_OPEN: Final = frozenset({"concept", "expected", "processing", "paused"})
_EVERY: Final = _OPEN | CLOSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action on an order: in which statuses it may be done, what the status becomes, what else it does."""

    name: str
    allowed: frozenset[str]
    becomes: str | None = None
    also: Callable[[Call, Record], None] | None = None
    shape: Shape = shape()  # noqa: RUF009 - immutable


def _make_picklists(call: Call, order: Record) -> None:
    picklist = make_picklist(call.state, order)
    call.state.add("picklists", picklist.fields["idpicklist"], picklist)


def _anonymize(_call: Call, order: Record) -> None:
    order.fields |= dict.fromkeys(("telephone", "emailaddress", "reference", "deliveryaddress", "invoiceaddress"))
    order.fields |= {"deliveryname": "Anonymous", "invoicename": "Anonymous"}


ACTIONS: Final = (
    Action(
        name="process", allowed=frozenset({"concept", "expected", "paused"}), becomes="processing", also=_make_picklists
    ),
    Action(
        name="pause",
        allowed=frozenset({"concept", "expected", "processing"}),
        becomes="paused",
        shape=shape(reason="text?"),
    ),
    Action(name="resume", allowed=frozenset({"paused"}), becomes="concept"),
    Action(name="reopen", allowed=CLOSED, becomes="concept"),
    Action(name="change-to-concept", allowed=frozenset({"expected", "paused", "concept"}), becomes="concept"),
    Action(name="undo-cancellation", allowed=frozenset({"cancelled"}), becomes="concept"),
    Action(name="allocate", allowed=_OPEN),
    Action(name="deallocate", allowed=_OPEN),
    Action(name="prioritise", allowed=_OPEN),
    Action(name="process-backorders", allowed=_OPEN, shape=shape(prefer_bulk_locations="boolean")),
    Action(name="anonymize", allowed=_EVERY, also=_anonymize),
)


def _doing(action: Action) -> Callable[[Call, Record], None]:
    def change(call: Call, order: Record) -> None:
        status = order.fields["status"]
        if status not in action.allowed:
            raise Problem(_refusal(status))
        if action.also:
            action.also(call, order)
        if action.becomes:
            order.fields["status"] = action.becomes

    return change


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
    *(
        Operation(
            method="POST",
            path=f"/orders/<idorder>/{action.name}",
            run=changing(ORDERS, _doing(action)),
            shape=action.shape,
            lenient=True,
        )
        for action in ACTIONS
    ),
    Operation(method="GET", path=_LINES, run=listing_below(ORDERS, "products")),
    Operation(method="POST", path=_LINES, run=creating_below(ORDERS, "products", _add_line), shape=LINE),
    Operation(
        method="PUT",
        path=_LINE,
        run=changing_below(ORDERS, "products", "idorder_product", _change_line),
        shape=shape(amount="amount", price="number?", name="text?", remarks="text?"),
    ),
    Operation(method="DELETE", path=_LINE, run=_delete_line),
)


def seed(state: State) -> None:
    """A third order, which is being processed: the first picklist is its own."""
    order = make_order(state, {"idcustomer": 2, "products": [{"productcode": "KAARS-SET", "amount": 5}]})
    order.fields["status"] = "processing"
    state.add("orders", order.fields["idorder"], order)
    picklist = make_picklist(state, order)
    state.add("picklists", picklist.fields["idpicklist"], picklist)
