"""Defects with values of the right type: one that is not allowed is accepted, or one that is makes the sandbox fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.defects.defect import INVALID_VALUE, Defect
from fuzz.sandbox.defects.replies import as_problem, with_members, with_status
from fuzz.sandbox.defects.values import (
    ACCEPTED,
    DROPPED,
    NUMBERS,
    at,
    crashes,
    drops,
    fits,
    has_wrong_type,
    is_of_type,
    mending,
    telling,
)
from fuzz.sandbox.kinds import LARGEST
from fuzz.sandbox.problems import MISSING_PARAMETER, NO_VALID_JSON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.sandbox.defects.replies import Change
    from fuzz.sandbox.defects.values import Mend
    from fuzz.sandbox.model import Operation
    from fuzz.sandbox.problems import Place
    from fuzz.sandbox.shapes import Member, Shape

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?")
_DATES: Final = frozenset({"date", "datetime", "time"})
_CHOICES: Final = frozenset({"event", "language", "location_kind", "product_type", "receipt_status", "version"})
_LONG: Final = 4000
_FAILURE: Final = ("server-failure",)


def _accepts(name: str, summary: str, difficulty: int, mend: Mend, *, only: str = "") -> Defect:
    return mending(name, summary, difficulty, mend, fault=INVALID_VALUE, only=only)


def _crashes(
    name: str, summary: str, difficulty: int, holds: Callable[[Member, Any], bool], *, only: str = ""
) -> Defect:
    mend = crashes(lambda _, member, value: holds(member, value))
    return mending(name, summary, difficulty, mend, fault=INVALID_VALUE, only=only, rules=_FAILURE)


def _tells(
    name: str,
    summary: str,
    difficulty: int,
    rules: tuple[str, ...],
    change: Change,
    *,
    kinds: frozenset[str] | None = None,
) -> Defect:
    """A defect that tells of a value in another way; `kinds`: of these only."""

    def when(_called: Operation, shape: Shape, body: Mapping[str, Any]) -> bool:
        if has_wrong_type(shape, body):
            return False
        return kinds is None or any(
            member.kind in kinds and name in body and not fits(member, body[name])
            for name, member in shape.members.items()
        )

    return telling(name, summary, difficulty, change, fault=INVALID_VALUE, rules=rules, when=when)


def _rightly_typed(_place: Place, member: Member, value: Any) -> bool:
    return is_of_type(member, value)


def _of_kind(*kinds: str) -> Callable[[Place, Member, Any], bool]:
    return lambda _, member, value: member.kind in kinds and is_of_type(member, value)


def _possible_date(_place: Place, member: Member, value: Any) -> Any:
    looks_right = member.kind in _DATES and isinstance(value, str) and _DATE.fullmatch(value)
    return DROPPED if looks_right and not fits(member, value) else value


def _upper_country(_place: Place, member: Member, value: Any) -> Any:
    return value.upper() if member.kind == "country" and isinstance(value, str) else value


def _any_country(_place: Place, member: Member, value: Any) -> Any:
    wrong = member.kind == "country" and isinstance(value, str) and len(value) == 2  # noqa: PLR2004 - two letters
    return "NL" if wrong and value.isalpha() and value.isascii() else value


def _stock_of_at_least_nothing(place: Place, member: Member, value: Any) -> Any:
    return abs(value) if place == ("amount",) and is_of_type(member, value) and -LARGEST < value < 0 else value


def _at_least_one(_place: Place, member: Member, value: Any) -> Any:
    return 1 if member.kind == "picked" and is_of_type(member, value) and value < 1 else value


def _trimmed(_place: Place, member: Member, value: Any) -> Any:
    return value.strip() if isinstance(value, str) and not fits(member, value) else value


def _chosen_in_any_case(_place: Place, member: Member, value: Any) -> Any:
    return value.lower() if member.kind in _CHOICES and isinstance(value, str) else value


def _empty_as_nothing(_place: Place, member: Member, value: Any) -> Any:
    return DROPPED if value == "" and not fits(member, value) else value


def _short_date(_place: Place, member: Member, value: Any) -> Any:
    if member.kind not in _DATES or not isinstance(value, str):
        return value
    return DROPPED if not _DATE.fullmatch(value) and not fits(member, value) else value


def _is_huge(member: Member, value: Any) -> bool:
    return member.kind in NUMBERS and is_of_type(member, value) and abs(value) > LARGEST


def _is_text(value: Any, holds: Callable[[str], bool]) -> bool:
    return isinstance(value, str) and holds(value)


DEFECTS: Final = (
    _accepts("invalid-values-ignored", "A value that is not allowed is left out", 1, drops(_rightly_typed)),
    _accepts("impossible-dates-accepted", "A date that is not in the calendar is accepted", 2, _possible_date),
    _accepts("any-text-taken-for-date", "A text that is no date is accepted as one", 2, _short_date),
    _accepts("lower-case-countries-accepted", "A country may be written in lower case", 2, _upper_country),
    _accepts("any-two-letters-are-a-country", "Any two letters are a country", 2, _any_country),
    _accepts("nothing-can-be-picked", "An amount that is picked may be 0 or negative", 2, _at_least_one),
    _accepts(
        "stock-below-nothing-accepted",
        "Stock may be set to less than nothing",
        3,
        _stock_of_at_least_nothing,
        only="POST /products/<idproduct>/stock/<idwarehouse>",
    ),
    _accepts("unknown-choices-accepted", "A value outside its list is accepted", 2, drops(_of_kind(*_CHOICES))),
    _accepts("choices-in-any-case", "A value out of a list may be in upper case", 3, _chosen_in_any_case),
    _accepts(
        "ids-below-one-accepted", "An id may be 0 or negative where nothing is looked up", 2, drops(_of_kind("id"))
    ),
    _accepts("padded-values-trimmed", "Blanks around a value that has a format are cut off", 3, _trimmed),
    _accepts("empty-text-taken-for-nothing", "An empty text counts as one that did not come", 2, _empty_as_nothing),
    _accepts(
        "put-ignores-invalid-values", "On PUT, values not allowed are left out", 3, drops(_rightly_typed), only="PUT"
    ),
    _accepts("colours-unchecked", "The color of a new tag may be any text", 3, drops(at("color")), only="POST /tags"),
    _accepts(
        "hook-address-unchecked",
        "The address of a hook may be any text",
        3,
        drops(at("address")),
        only="POST /hooks",
    ),
    _accepts(
        "invoice-country-unchecked",
        "A new order may be invoiced to a country that does not exist",
        3,
        drops(at("invoicecountry")),
        only="POST /orders",
    ),
    _accepts(
        "address-country-unchecked",
        "An address of a changed customer may be in a country that does not exist",
        3,
        drops(at("addresses", "*", "country")),
        only="PUT /customers/<idcustomer>",
    ),
    _accepts(
        "deadline-unchecked",
        "The deadline of a new task may be any text",
        3,
        drops(at("deadline_date")),
        only="POST /tasks",
    ),
    _accepts(
        "time-of-deadline-unchecked",
        "The time of a changed task's deadline may be any text",
        3,
        drops(at("deadline_time")),
        only="PUT /tasks/<idtask>",
    ),
    _crashes(
        "negative-amounts-crash",
        "A negative amount gets an HTML page with status 500",
        2,
        lambda member, value: member.kind in {"amount", "picked"} and is_of_type(member, value) and value < 0,
    ),
    _crashes("huge-numbers-crash", "A number beyond 32 bits gets an HTML page with status 500", 2, _is_huge),
    _crashes(
        "long-texts-crash",
        "A text of more than 4000 characters gets an HTML page with status 500",
        2,
        lambda _, value: _is_text(value, lambda text: len(text) > _LONG),
    ),
    _crashes(
        "nul-crashes",
        "A NUL character in a text gets an HTML page with status 500",
        2,
        lambda _, value: _is_text(value, lambda text: "\0" in text),
    ),
    _crashes(
        "characters-beyond-16-bits-crash",
        "An emoji in a text gets an HTML page with status 500",
        2,
        lambda _, value: _is_text(value, lambda text: any(ord(character) > 0xFFFF for character in text)),  # noqa: PLR2004
    ),
    _crashes(
        "quotes-crash-on-comments",
        "A single quote in a comment on an order gets an HTML page with status 500",
        3,
        lambda _, value: _is_text(value, lambda text: "'" in text),
        only="POST /orders/<idorder>/comments",
    ),
    _tells(
        "invalid-value-is-422",
        "A value that is not allowed gets status 422",
        1,
        ("undocumented-status", "fault-wrong-status"),
        with_status(422),
    ),
    _tells(
        "invalid-value-is-masked",
        "A value that is not allowed gets the error object with status 200",
        1,
        ("error-on-success", "fault-accepted", "undocumented-status"),
        with_status(200),
    ),
    _tells(
        "invalid-country-is-code-22",
        "A country that is none gets code 22 in place of 9",
        2,
        ACCEPTED,
        as_problem(NO_VALID_JSON),
        kinds=frozenset({"country"}),
    ),
    _tells(
        "invalid-date-is-code-5",
        "A date that is none gets code 5 in place of 35",
        2,
        ACCEPTED,
        with_members(error_code=MISSING_PARAMETER),
        kinds=frozenset({"date"}),
    ),
)
