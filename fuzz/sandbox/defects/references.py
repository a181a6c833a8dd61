"""Defects with references: what a body refers to need not exist, or makes the sandbox fail where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox import seams as sound
from fuzz.sandbox.defects.defect import UNKNOWN_REFERENCE, Defect, plain
from fuzz.sandbox.defects.replies import as_problem, crash, with_status
from fuzz.sandbox.defects.values import ACCEPTED, rewritten
from fuzz.sandbox.problems import BAD_CREDENTIALS, UNKNOWN_PRODUCT, UNKNOWN_VAT_GROUP, Problem
from fuzz.sandbox.seams import Answered, Seams

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.sandbox.defects.replies import Change
    from fuzz.sandbox.model import Operation
    from fuzz.sandbox.problems import Place
    from fuzz.sandbox.seams import Exists
    from fuzz.sandbox.shapes import Member, Shape

    When = Callable[[Operation, Problem], bool]

_FIRST: Final = 1
"""The id of something that the sandbox is born with, which an accepted reference is taken for."""


def _accepts(name: str, summary: str, difficulty: int, holds: Callable[[Operation, Place, Member], bool]) -> Defect:
    """References to nothing are taken for references to the first record, where `holds` does."""

    def resolve(called: Operation, shape: Shape, body: Mapping[str, Any], exists: Exists) -> Mapping[str, Any]:
        def mend(place: Place, member: Member, value: Any) -> Any:
            if member.to is None or member.each is not None or value is None or exists(member.to, value):
                return value
            return _FIRST if holds(called, place, member) else value

        return sound.resolve(called, shape, rewritten(shape, body, mend), exists)

    return plain(name, summary, difficulty, Seams(resolve=resolve), fault=UNKNOWN_REFERENCE, rules=ACCEPTED)


def _answers(
    name: str, summary: str, difficulty: int, rules: tuple[str, ...], change: Change, *, when: When = lambda *_: True
) -> Defect:
    def resolve(called: Operation, shape: Shape, body: Mapping[str, Any], exists: Exists) -> Mapping[str, Any]:
        try:
            return sound.resolve(called, shape, body, exists)
        except Problem as problem:
            if not when(called, problem):
                raise
            raise Answered(change(sound.refuse(called, problem))) from problem

    return plain(name, summary, difficulty, Seams(resolve=resolve), fault=UNKNOWN_REFERENCE, rules=rules)


DEFECTS: Final = (
    _accepts("references-unchecked", "What a body refers to need not exist", 1, lambda *_: True),
    _accepts(
        "references-in-lists-unchecked",
        "What an object in a list refers to need not exist",
        2,
        lambda _, place, __: any(isinstance(step, int) for step in place),
    ),
    _accepts(
        "references-unchecked-on-put",
        "On PUT, what a body refers to need not exist",
        3,
        lambda called, *_: called.method == "PUT",
    ),
    _accepts(
        "order-of-unknown-customer",
        "A new order may be of a customer that does not exist",
        3,
        lambda called, place, _: called.name == "POST /orders" and place == ("idcustomer",),
    ),
    _accepts(
        "product-of-unknown-supplier",
        "A new product may be of a supplier that does not exist",
        3,
        lambda called, place, _: called.name == "POST /products" and place == ("idsupplier",),
    ),
    _answers(
        "unknown-reference-crashes",
        "A reference to nothing gets an HTML page with status 500",
        1,
        ("server-failure",),
        crash,
    ),
    _answers(
        "unknown-reference-is-401",
        "A reference to nothing gets 401 and code 40",
        1,
        ("fault-wrong-status",),
        as_problem(BAD_CREDENTIALS),
    ),
    _answers(
        "unknown-reference-is-masked",
        "A reference to nothing gets the error object with status 200",
        1,
        ("error-on-success", "fault-accepted", "undocumented-status"),
        with_status(200),
    ),
    _answers(
        "unknown-vatgroup-is-code-24",
        "A VAT group that does not exist gets code 24 in place of 14",
        2,
        ("fault-wrong-body",),
        as_problem(UNKNOWN_PRODUCT),
        when=lambda _, problem: problem.code == UNKNOWN_VAT_GROUP,
    ),
    _answers(
        "unknown-tag-crashes-on-customer",
        "Tagging a customer with a tag that does not exist gets an HTML page with status 500",
        3,
        ("server-failure",),
        crash,
        when=lambda called, _: called.name == "POST /customers/<idcustomer>/tags",
    ),
)
