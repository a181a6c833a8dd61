"""Defects in answering: a broken request is refused, but not as promised."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.sandbox.defects.defect import MALFORMED_JSON, MISSING_PARAMETER, Defect, plain
from fuzz.sandbox.defects.replies import as_problem, crash, refusing, with_members, with_status, without_member
from fuzz.sandbox.model import Reply
from fuzz.sandbox.problems import (
    INCOMPLETE_ORDER_LINE,
    NO_VALID_JSON,
    NOT_FOUND,
    ORDER_WITHOUT_PRODUCTS,
    Problem,
)
from fuzz.sandbox.problems import MISSING_PARAMETER as MISSING_CODE

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.defects.replies import Change

    When = Callable[[Problem], bool]


def _malformed(problem: Problem) -> bool:
    return problem.code == NO_VALID_JSON


def _missing(problem: Problem) -> bool:
    return bool(problem.missing)


def _nested(problem: Problem) -> bool:
    return any(len(missing.place) > 1 for missing in problem.missing)


def _code(code: int) -> When:
    return lambda problem: problem.code == code


def _answers(
    name: str, summary: str, difficulty: int, rules: tuple[str, ...], change: Change, *, when: When = _malformed
) -> Defect:
    fault = MALFORMED_JSON if when is _malformed else MISSING_PARAMETER
    return plain(name, summary, difficulty, refusing(change, when), fault=fault, rules=rules)


def _cut(reply: Reply) -> Reply:
    return replace(reply, value=b'{"error":true,"error_code":22,"error_mess')


_FAULT_BODY: Final = ("fault-wrong-body",)
_STATUS: Final = ("undocumented-status", "fault-wrong-status")
_SCHEMA: Final = ("schema-violation", *_FAULT_BODY)

DEFECTS: Final = (
    _answers(
        "malformed-json-crashes",
        "Broken JSON gets an HTML page with status 500",
        1,
        ("server-failure", "undocumented-content-type"),
        crash,
    ),
    _answers(
        "malformed-json-is-missing-parameter",
        "Broken JSON gets code 5 in place of 22",
        1,
        _FAULT_BODY,
        with_members(error_code=MISSING_CODE),
    ),
    _answers("malformed-json-is-422", "Broken JSON gets status 422", 1, _STATUS, with_status(422)),
    _answers(
        "malformed-json-is-404",
        "Broken JSON gets status 404",
        1,
        ("error-code-not-for-status", *_STATUS),
        with_status(404),
    ),
    _answers(
        "malformed-json-is-masked",
        "Broken JSON gets the error object with status 200",
        1,
        ("error-on-success", "fault-accepted", "undocumented-status"),
        with_status(200),
    ),
    _answers(
        "malformed-json-is-created",
        "Broken JSON gets 201 and an empty object",
        1,
        ("fault-accepted", "schema-violation"),
        lambda _: Reply(value={}, status=201),
    ),
    _answers(
        "error-without-message", "The error object lacks error_message", 1, _SCHEMA, without_member("error_message")
    ),
    _answers("error-message-is-null", "error_message is null", 1, _SCHEMA, with_members(error_message=None)),
    _answers("error-code-is-text", "error_code is the string 22", 1, _SCHEMA, with_members(error_code="22")),
    _answers("error-flag-is-text", "error is the string true", 1, _SCHEMA, with_members(error="true")),
    _answers(
        "error-in-a-list",
        "The error object comes in a list",
        1,
        _SCHEMA,
        lambda reply: replace(reply, value=[reply.value]),
    ),
    _answers(
        "error-code-is-undocumented",
        "error_code is 99",
        1,
        ("undocumented-error-code", *_FAULT_BODY),
        with_members(error_code=99),
    ),
    _answers(
        "error-is-plain-text",
        "The error comes as text/plain",
        1,
        ("undocumented-content-type",),
        lambda reply: replace(reply, content_type="text/plain"),
    ),
    _answers(
        "error-without-content-type",
        "The error comes without a content type",
        1,
        ("missing-content-type",),
        lambda reply: replace(reply, content_type=None),
    ),
    _answers("error-body-is-cut", "The error object ends in the middle", 1, ("invalid-json", *_FAULT_BODY), _cut),
    _answers(
        "error-body-is-empty",
        "The error has no body",
        1,
        ("missing-body", *_FAULT_BODY),
        lambda reply: replace(reply, value=b""),
    ),
    _answers(
        "error-with-bad-rate-limit-header",
        "X-RateLimit-Remaining of an error is a word",
        1,
        ("invalid-header",),
        lambda reply: replace(reply, headers={"X-RateLimit-Remaining": "many"}),
    ),
    _answers(
        "missing-parameter-is-malformed-json",
        "A missing member gets code 22",
        1,
        _FAULT_BODY,
        with_members(error_code=NO_VALID_JSON),
        when=_missing,
    ),
    _answers(
        "missing-parameter-is-not-found",
        "A missing member gets 404 and code 20",
        1,
        (*_STATUS, *_FAULT_BODY),
        as_problem(NOT_FOUND),
        when=_missing,
    ),
    _answers(
        "missing-parameter-is-422",
        "A missing member gets status 422",
        1,
        _STATUS,
        with_status(422),
        when=_missing,
    ),
    _answers(
        "missing-parameter-is-masked",
        "A missing member gets the error object with status 200",
        1,
        ("error-on-success", "fault-accepted", "undocumented-status"),
        with_status(200),
        when=_missing,
    ),
    _answers(
        "missing-nested-member-crashes",
        "A member missing in a nested object gets an HTML page with status 500",
        2,
        ("server-failure", "undocumented-content-type"),
        crash,
        when=_nested,
    ),
    _answers(
        "missing-parameter-without-message",
        "The error object for a missing member lacks error_message",
        1,
        _SCHEMA,
        without_member("error_message"),
        when=_missing,
    ),
    _answers(
        "order-without-products-is-code-5",
        "An order without products gets code 5 in place of 13",
        2,
        _FAULT_BODY,
        with_members(error_code=MISSING_CODE),
        when=_code(ORDER_WITHOUT_PRODUCTS),
    ),
    _answers(
        "incomplete-order-line-is-code-5",
        "An incomplete line of an order gets code 5 in place of 23",
        2,
        _FAULT_BODY,
        with_members(error_code=MISSING_CODE),
        when=_code(INCOMPLETE_ORDER_LINE),
    ),
)
