"""Defects in overlooking: a member that must come is missing, and the request goes on without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.defects.defect import MISSING_PARAMETER, Defect, plain
from fuzz.sandbox.seams import Seams

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.sandbox.model import Operation
    from fuzz.sandbox.problems import Missing

_RULES: Final = ("fault-accepted", "fault-wrong-body", "fault-wrong-status")
"""The request may then succeed, or be refused for another reason: a made-up reference, an id in the path."""

_WIDE: Final = 6


def _overlooks(
    name: str, summary: str, difficulty: int, overlooked: Callable[[Missing], bool], *, operation: str = ""
) -> Defect:
    """Missing members for which `overlooked` holds are not seen, on one operation or on all."""

    def find_missing(called: Operation, _body: Mapping[str, Any], missing: tuple[Missing, ...]) -> tuple[Missing, ...]:
        if operation not in {"", called.name}:
            return missing
        return tuple(one for one in missing if not overlooked(one))

    return _defect(name, summary, difficulty, find_missing)


def _defect(name: str, summary: str, difficulty: int, find_missing: Any) -> Defect:
    seams = Seams(find_missing=find_missing)
    return plain(name, summary, difficulty, seams, fault=MISSING_PARAMETER, rules=_RULES)


def _at(*place: str) -> Callable[[Missing], bool]:
    """At this place; `*` stands for any position of a list."""
    return lambda missing: tuple("*" if isinstance(step, int) else step for step in missing.place) == place


def _position(accepts: Callable[[int], bool]) -> Callable[[Missing], bool]:
    return lambda missing: any(isinstance(step, int) and accepts(step) for step in missing.place)


def _nothing_missing_when_all_is(
    _operation: Operation, body: Mapping[str, Any], missing: tuple[Missing, ...]
) -> tuple[Missing, ...]:
    return missing if body else ()


def _only_one_missing(
    _operation: Operation, _body: Mapping[str, Any], missing: tuple[Missing, ...]
) -> tuple[Missing, ...]:
    return missing if len(missing) == 1 else ()


def _only_in_narrow_bodies(
    _operation: Operation, body: Mapping[str, Any], missing: tuple[Missing, ...]
) -> tuple[Missing, ...]:
    return missing if len(body) < _WIDE else ()


def _never_on_put(operation: Operation, _body: Mapping[str, Any], missing: tuple[Missing, ...]) -> tuple[Missing, ...]:
    return () if operation.method == "PUT" else missing


DEFECTS: Final = (
    _overlooks("tag-without-color", "A tag is made without its color", 3, _at("color"), operation="POST /tags"),
    _overlooks(
        "hook-without-address", "A hook is made without its address", 3, _at("address"), operation="POST /hooks"
    ),
    _overlooks(
        "product-without-vatgroup",
        "A product is made without its VAT group",
        3,
        _at("idvatgroup"),
        operation="POST /products",
    ),
    _overlooks(
        "order-without-products", "An order is made without products", 3, _at("products"), operation="POST /orders"
    ),
    _overlooks(
        "guest-order-without-invoicename",
        "A guest's order is made without a name to invoice",
        3,
        _at("invoicename"),
        operation="POST /orders",
    ),
    _overlooks(
        "order-line-without-amount",
        "An order is made with a line without amount",
        3,
        _at("products", "*", "amount"),
        operation="POST /orders",
    ),
    _overlooks(
        "order-line-without-product",
        "An order is made with a line that names no product",
        3,
        _at("products", "*", "idproduct"),
        operation="POST /orders",
    ),
    _overlooks(
        "address-without-name",
        "A customer is made with an address without name",
        3,
        _at("addresses", "*", "name"),
        operation="POST /customers",
    ),
    _overlooks(
        "stock-change-without-amount",
        "Stock is changed by neither amount nor change",
        3,
        _at("change"),
        operation="POST /products/<idproduct>/stock/<idwarehouse>",
    ),
    _overlooks(
        "comment-without-body",
        "An order gets a comment without text",
        3,
        _at("body"),
        operation="POST /orders/<idorder>/comments",
    ),
    _overlooks(
        "only-first-item-checked", "Of a list, only the first item is checked", 2, _position(lambda step: step > 0)
    ),
    _overlooks(
        "first-item-unchecked", "Of a list, the first item is not checked", 2, _position(lambda step: step == 0)
    ),
    _overlooks(
        "nested-members-unchecked", "Only the members at the top are checked", 2, lambda missing: len(missing.place) > 1
    ),
    _defect("empty-object-accepted", "An object without any member lacks nothing", 2, _nothing_missing_when_all_is),
    _defect("several-missing-overlooked", "Two missing members or more cancel each other out", 2, _only_one_missing),
    _defect("wide-bodies-unchecked", "A body of six members or more is not checked", 3, _only_in_narrow_bodies),
    _defect("put-unchecked", "PUT does not look for missing members", 3, _never_on_put),
)
