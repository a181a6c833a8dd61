"""Defects with wrong types: a value of another JSON type is taken for the right one, or makes the sandbox fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.defects.defect import WRONG_TYPE, Defect
from fuzz.sandbox.defects.replies import as_problem, crash, with_status, without_member
from fuzz.sandbox.defects.values import (
    DROPPED,
    NUMBERS,
    TEXTS,
    at,
    crashes,
    drops,
    has_wrong_type,
    is_of_type,
    mending,
    telling,
)
from fuzz.sandbox.problems import NOT_FOUND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.sandbox.defects.replies import Change
    from fuzz.sandbox.defects.values import Mend
    from fuzz.sandbox.model import Operation
    from fuzz.sandbox.problems import Place
    from fuzz.sandbox.shapes import Member, Shape

_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]+)?")
_WORDS: Final = {"true": True, "false": False}
_FAILURE: Final = ("server-failure",)
_STATUS: Final = ("undocumented-status", "fault-wrong-status")


def _accepts(name: str, summary: str, difficulty: int, mend: Mend, *, only: str = "") -> Defect:
    return mending(name, summary, difficulty, mend, fault=WRONG_TYPE, only=only)


def _crashes(name: str, summary: str, difficulty: int, holds: Callable[[Member, Any], bool]) -> Defect:
    mend = crashes(lambda _, member, value: holds(member, value))
    return mending(name, summary, difficulty, mend, fault=WRONG_TYPE, rules=_FAILURE)


def _tells(
    name: str, summary: str, difficulty: int, rules: tuple[str, ...], change: Change, *, only: str = ""
) -> Defect:
    def when(called: Operation, shape: Shape, body: Mapping[str, Any]) -> bool:
        return only in {"", called.name} and has_wrong_type(shape, body)

    return telling(name, summary, difficulty, change, fault=WRONG_TYPE, rules=rules, when=when)


def _wrongly_typed(_place: Place, member: Member, value: Any) -> bool:
    return not is_of_type(member, value)


def _number(_place: Place, member: Member, value: Any) -> Any:
    if member.kind not in NUMBERS or not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return value
    return float(value) if "." in value else int(value)


def _words(_place: Place, member: Member, value: Any) -> Any:
    return _WORDS.get(value, value) if member.kind == "boolean" and isinstance(value, str) else value


def _bits(_place: Place, member: Member, value: Any) -> Any:
    bit = member.kind == "boolean" and isinstance(value, int | float) and value in {0, 1}
    return bool(value) if bit else value


def _text(_place: Place, member: Member, value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if member.kind in TEXTS and is_number else value


def _floored(_place: Place, member: Member, value: Any) -> Any:
    wants_whole = member.kind in NUMBERS - {"number"}
    return int(value) if wants_whole and isinstance(value, float) and abs(value) < 1e9 else value  # noqa: PLR2004


def _one_as_list(_place: Place, member: Member, value: Any) -> Any:
    return [value] if member.each is not None and isinstance(value, dict) and value else value


def _object_as_list(_place: Place, member: Member, value: Any) -> Any:
    return [] if member.each is not None and value == {} else value


def _without_odd_items(place: Place, member: Member, value: Any) -> Any:
    return DROPPED if isinstance(place[-1], int) and not is_of_type(member, value) else value


DEFECTS: Final = (
    _accepts("wrong-types-ignored", "A value of a wrong type is left out, not refused", 1, drops(_wrongly_typed)),
    _accepts("texts-taken-for-numbers", "A number may come as a string", 2, _number),
    _accepts("words-taken-for-booleans", "A boolean may come as the string true or false", 2, _words),
    _accepts("bits-taken-for-booleans", "A boolean may come as 0 or 1", 2, _bits),
    _accepts("numbers-taken-for-texts", "A string may come as a number", 2, _text),
    _accepts("fractions-cut-off", "A whole number may have a fraction, which is cut off", 2, _floored),
    _accepts("single-object-taken-for-list", "An object may stand where a list of them is wanted", 2, _one_as_list),
    _accepts("empty-object-taken-for-list", "An empty object may stand for an empty list", 2, _object_as_list),
    _accepts("items-of-wrong-type-skipped", "Items of a wrong type are left out of a list", 2, _without_odd_items),
    _accepts(
        "null-taken-for-nothing",
        "A member that is null counts as one that did not come",
        2,
        lambda _, member, value: DROPPED if value is None and not member.nullable else value,
    ),
    _accepts("put-ignores-wrong-types", "On PUT, wrong types are left out", 3, drops(_wrongly_typed), only="PUT"),
    _accepts(
        "hook-name-of-any-type", "The name of a hook may be of any type", 3, drops(at("name")), only="POST /hooks"
    ),
    _accepts(
        "order-line-price-of-any-type",
        "The price in a line of a new order may be of any type",
        3,
        drops(at("products", "*", "price")),
        only="POST /orders",
    ),
    _accepts(
        "pickup-point-city-of-any-type",
        "The city of a changed order's pickup point may be of any type",
        3,
        drops(at("pickup_point_data", "city")),
        only="PUT /orders/<idorder>",
    ),
    _accepts(
        "task-with-any-assignee",
        "The user of a changed task may be of any type",
        3,
        drops(at("assigned_to_iduser")),
        only="PUT /tasks/<idtask>",
    ),
    _crashes(
        "list-for-object-crashes",
        "A list where an object is wanted gets an HTML page with status 500",
        2,
        lambda member, value: (member.shape is not None or member.kind == "object") and isinstance(value, list),
    ),
    _crashes(
        "null-crashes",
        "A null that is not allowed gets an HTML page with status 500",
        2,
        lambda member, value: value is None and not member.nullable,
    ),
    _crashes(
        "text-method-on-number-crashes",
        "A number where a string is wanted gets an HTML page with status 500",
        2,
        lambda member, value: member.kind in TEXTS and isinstance(value, int | float),
    ),
    _crashes(
        "loop-over-scalar-crashes",
        "A string or number where a list is wanted gets an HTML page with status 500",
        2,
        lambda member, value: member.each is not None and isinstance(value, str | int | float),
    ),
    _tells("wrong-type-is-422", "A wrong type gets status 422", 1, _STATUS, with_status(422)),
    _tells("wrong-type-is-not-found", "A wrong type gets 404 and code 20", 1, _STATUS, as_problem(NOT_FOUND)),
    _tells("wrong-type-crashes", "A wrong type gets an HTML page with status 500", 1, _FAILURE, crash),
    _tells(
        "wrong-type-is-masked",
        "A wrong type gets the error object with status 200",
        1,
        ("error-on-success", "fault-accepted", "undocumented-status"),
        with_status(200),
    ),
    _tells(
        "wrong-type-without-error",
        "A wrong type gets an error object without the member error, on one operation",
        3,
        ("schema-violation", "fault-wrong-body"),
        without_member("error"),
        only="POST /suppliers",
    ),
)
