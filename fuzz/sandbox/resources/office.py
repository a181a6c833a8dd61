"""The work around the warehouse: tasks, statistics, fulfilment customers and their reports."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering, said
from fuzz.sandbox.kinds import KINDS
from fuzz.sandbox.model import Operation
from fuzz.sandbox.problems import INVALID_DATE, NOT_FOUND, NOT_USABLE, WRONG_STATUS, Problem
from fuzz.sandbox.resources.common import refers
from fuzz.sandbox.resources.tables import Action, Table, now
from fuzz.sandbox.shapes import Member, optional, shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import Record, State


def _midnight(_state: State, task: Record) -> str | None:
    day = task.fields["deadline_date"]
    return None if day is None else f"{day} 00:00:00"


def _task_listed(query: Mapping[str, str], task: Record) -> bool:
    return said(query, "completed") in {None, task.fields["completed_at"] is not None}


def _complete(call: Call, task: Record) -> None:
    if task.fields["completed_at"] is not None:
        raise Problem(WRONG_STATUS)
    task.fields |= {"completed_at": call.state.now(), "completed_by_iduser": 1}


def _uncomplete(_call: Call, task: Record) -> None:
    if task.fields["completed_at"] is None:
        raise Problem(WRONG_STATUS)
    task.fields |= {"completed_at": None, "completed_by_iduser": None}


TASK: Final = shape(
    title="text!",
    description="text",
    assigned_to_iduser=refers("users"),
    deadline_date="date",
    deadline_time="time",
)
TASKS: Final = Table(
    name="tasks",
    id="idtask",
    path="/tasks",
    fields={
        "title": "",
        "description": None,
        "assigned_to_iduser": None,
        "is_seen_by_assignee": False,
        "deadline_date": None,
        "deadline_time": None,
        "completed_at": None,
        "completed_by_iduser": None,
        "created_by_iduser": 1,
        "created_at": now,
        "updated_at": now,
    },
    # Sent as a date, answered as a date and a time.
    shown={"deadline_date": _midnight},
    where=_task_listed,
    takes=TASK,
    changes=optional(TASK),
    deletes=True,
    actions=(Action(name="complete", also=_complete), Action(name="uncomplete", also=_uncomplete)),
    seeds=({"title": "Gangpad A tellen", "assigned_to_iduser": 2, "deadline_date": "2026-01-09"}, {"title": "Vegen"}),
)

FULFILMENT_CUSTOMER: Final = shape(
    name="text!",
    can_login="boolean",
    username="text",
    password="text",  # noqa: S106 - a kind
    emailaddress="text",
    language="language",
    idtemplate=refers("templates"),
    allowed_shipping_profiles=Member(each="reference", to="shippingprofiles", unknown=NOT_USABLE),
    preferred_idwarehouse=refers("warehouses"),
)
FULFILMENT_CUSTOMERS: Final = Table(
    name="fulfilment_customers",
    id="idfulfilment_customer",
    path="/fulfilment/customers",
    # The password is not kept, so that it can never be told.
    fields={
        "name": "",
        "can_login": False,
        "username": None,
        "language": "nl",
        "idtemplate": None,
        "preferred_idwarehouse": None,
        "last_login_at": None,
        "allowed_shipping_profiles": [],
    },
    alone=frozenset({"allowed_shipping_profiles"}),
    takes=FULFILMENT_CUSTOMER,
    changes=optional(FULFILMENT_CUSTOMER),
    seeds=({"name": "Tuinwinkel Proef", "can_login": True, "username": "tuin", "allowed_shipping_profiles": [1]},),
)


def _report(call: Call) -> dict[str, Any]:
    call.record(FULFILMENT_CUSTOMERS.resource)
    for name in ("start-date", "end-date"):
        if name in call.query and not KINDS["date"].accepts(call.query[name]):
            raise Problem(INVALID_DATE)
    used = len(call.state.all("locations"))
    return {
        "meta_data": {
            "start_date": call.query.get("start-date", "2026-01-01"),
            "end_date": call.query.get("end-date", "2026-01-31"),
        },
        "inbound": {},
        "outbound": {},
        "storage_usage": {"stock_locations_in_use": [{"total_items": str(used)}]},
        "returns": {},
    }


def _count(collection: str, **members: Any) -> Callable[[State], int]:
    def count(state: State) -> int:
        records = (record.fields for record in state.all(collection))
        return sum(all(fields[name] in wanted for name, wanted in members.items()) for fields in records)

    return count


_OPEN: Final = {"new", "paused", "snoozed"}
_ORDERS: Final = {"concept", "expected", "processing", "paused"}

# The sandbox lives through a single day at most, so that today and this week are all there ever was.
STATS: Final[Mapping[str, tuple[str, Callable[[State], int]]]] = MappingProxyType(
    {
        "open-picklists": ("Picklists that are not closed", _count("picklists", status=_OPEN)),
        "open-orders": ("Orders that are not completed", _count("orders", status=_ORDERS)),
        "backorders": ("Backorders", _count("backorders")),
        "new-orders-today": ("Orders made today", _count("orders")),
        "new-orders-this-week": ("Orders made this week", _count("orders")),
        "closed-picklists-today": ("Picklists closed today", _count("picklists", status={"closed"})),
        "closed-picklists-this-week": ("Picklists closed this week", _count("picklists", status={"closed"})),
        "new-customers-this-week": ("Customers made this week", _count("customers")),
        "total-orders": ("All orders", _count("orders")),
        "total-products": ("All products", _count("products")),
        "active-products": ("Products that are active", _count("products", active={True})),
        "inactive-products": ("Products that are not active", _count("products", active={False})),
    }
)


def _stat(call: Call) -> dict[str, int]:
    if call.path["key"] not in STATS:
        raise Problem(NOT_FOUND)
    _, count = STATS[call.path["key"]]
    return {"value": count(call.state)}


def _stats(_call: Call) -> dict[str, Any]:
    return {key: {"description": description} for key, (description, _) in STATS.items()}


OPERATIONS: Final = (
    *TASKS.operations(),
    *FULFILMENT_CUSTOMERS.operations(),
    Operation(method="GET", path="/fulfilment/customers/<idfulfilment_customer>/report", run=answering(_report)),
    Operation(method="GET", path="/stats", run=answering(_stats)),
    Operation(method="GET", path="/stats/<key>", run=answering(_stat)),
)


def seed(state: State) -> None:
    """Two tasks and a fulfilment customer."""
    TASKS.seed(state)
    FULFILMENT_CUSTOMERS.seed(state)
