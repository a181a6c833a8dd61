"""Defects of lists: what a query asks for is not what comes. It takes two lists to see it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.sandbox.defects.defect import SEQUENCE, Defect, plain
from fuzz.sandbox.seams import Seams

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.model import Asked, Reply
    from fuzz.sandbox.seams import Proceed
    from fuzz.sandbox.state import State

_RULES: Final = ("wrong-list",)


def _deaf(name: str, summary: str, parameters: Callable[[str], bool], *operations: str) -> Defect:
    """The parameters for which this holds change nothing, in these operations or in all."""

    def serve(asked: Asked, _state: State, proceed: Proceed) -> Reply:
        if operations and asked.name not in operations:
            return proceed(asked)
        heard = {key: value for key, value in asked.query.items() if not parameters(key)}
        return proceed(replace(asked, query=heard))

    return plain(name, summary, 4, Seams(serve=serve), fault=SEQUENCE, rules=_RULES)


def _empty(name: str, summary: str, parameter: str, operation: str) -> Defect:
    """Asked by the parameter, the list is empty."""

    def serve(asked: Asked, _state: State, proceed: Proceed) -> Reply:
        reply = proceed(asked)
        asks = asked.name == operation and parameter in asked.query
        return replace(reply, value=[]) if asks and isinstance(reply.value, list) else reply

    return plain(name, summary, 4, Seams(serve=serve), fault=SEQUENCE, rules=_RULES)


def _mistaken(name: str, summary: str, parameter: str, operation: str, mistake: Callable[[str], str]) -> Defect:
    """The parameter is taken for another value."""

    def serve(asked: Asked, _state: State, proceed: Proceed) -> Reply:
        if asked.name != operation or parameter not in asked.query:
            return proceed(asked)
        return proceed(replace(asked, query={**asked.query, parameter: mistake(asked.query[parameter])}))

    return plain(name, summary, 4, Seams(serve=serve), fault=SEQUENCE, rules=_RULES)


DEFECTS: Final = (
    _deaf("offset-ignored", "Every page of a list is the first", lambda name: name == "offset"),
    _deaf(
        "offset-of-suppliers-ignored",
        "Every page of the suppliers is the first",
        lambda name: name == "offset",
        "GET /suppliers",
    ),
    _deaf("filters-ignored", "A list has all, whatever is asked for", lambda name: name != "offset"),
    _deaf(
        "orders-of-all-customers",
        "The orders of a customer are those of all",
        lambda name: name == "idcustomer",
        "GET /orders",
    ),
    _deaf(
        "purchase-orders-in-any-status",
        "Purchase orders asked for by status are of any",
        lambda name: name == "status",
        "GET /purchaseorders",
    ),
    _deaf(
        "search-of-products-finds-all",
        "A search for products finds all of them, whatever is searched for",
        lambda name: name == "search",
        "GET /products",
    ),
    _mistaken(
        "cancelled-orders-are-others",
        "Asked for orders that are cancelled, one gets those that are processing",
        "status",
        "GET /orders",
        lambda status: "processing" if status == "cancelled" else status,
    ),
    _empty("no-product-of-a-code", "Products asked for by productcode are none", "productcode", "GET /products"),
    _mistaken(
        "completed-tasks-are-the-others",
        "Asked for tasks that are completed, one gets the others",
        "completed",
        "GET /tasks",
        lambda text: {"true": "false", "false": "true"}.get(text, text),
    ),
    _mistaken(
        "orders-before-one-with-it",
        "Orders asked for by beforeid are those before it, and itself",
        "beforeid",
        "GET /orders",
        lambda text: str(int(text) + 1) if text.isdecimal() else text,
    ),
)
