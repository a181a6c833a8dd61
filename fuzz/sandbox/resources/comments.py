"""Comments on anything: read and deleted by their own ids, whatever record they hang below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering, paged
from fuzz.sandbox.model import Operation, Reply
from fuzz.sandbox.problems import NOT_FOUND, Problem
from fuzz.sandbox.resources.common import make_comment
from fuzz.sandbox.resources.purchasing import PURCHASE_ORDERS

if TYPE_CHECKING:
    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import Record, State

    Item = dict[str, Any]


def _wanted(call: Call, comment: Item) -> bool:
    query = call.query
    mentions = [(str(one["mentioned"]["iduser"]), one["mentioned_type"]) for one in comment["mentions"]]
    return (
        query.get("idauthor", "") in {"", str(comment["author"]["iduser"])}
        and query.get("author_type", "") in {"", comment["author_type"]}
        and ("idmentioned" not in query or any(number == query["idmentioned"] for number, _ in mentions))
        and ("mentioned_type" not in query or any(kind == query["mentioned_type"] for _, kind in mentions))
    )


def _listing(call: Call) -> list[Item]:
    found = [comment for _, comment in call.state.everywhere("comments") if _wanted(call, comment)]
    return paged(call, sorted(found, key=lambda comment: int(comment["idcomment"])))


def _find(call: Call) -> tuple[Record, Item]:
    for record, comment in call.state.everywhere("comments"):
        if comment["idcomment"] == call.ids["idcomment"]:
            return record, comment
    raise Problem(NOT_FOUND)


def _delete(call: Call) -> Reply:
    record, comment = _find(call)
    record.below("comments").remove(comment)
    return Reply(status=204, content_type=None)


_ONE: Final = "/comments/<idcomment>"

OPERATIONS: Final = (
    Operation(method="GET", path="/comments", run=answering(_listing)),
    Operation(method="GET", path=_ONE, run=answering(lambda call: _find(call)[1])),
    Operation(method="DELETE", path=_ONE, run=_delete),
)


def seed(state: State) -> None:
    """A comment on the first purchase order."""
    order = state.all(PURCHASE_ORDERS.name)[0]
    comment = make_comment(state, PURCHASE_ORDERS.resource, "purchaseorderid", order, {"body": "Komt in twee keer"})
    order.add_below("comments", comment)
