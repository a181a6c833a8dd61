"""Defects that no single fault shows: answers that leak, are slow, are cut short, or change from time to time."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.sandbox.defects.defect import GENERAL, Defect
from fuzz.sandbox.defects.replies import crash, every, on, served, told, with_members
from fuzz.sandbox.problems import (
    INVALID_VALUE,
    MISSING_PARAMETER,
    NO_VALID_JSON,
    NOT_FOUND,
    NOT_USABLE,
    UNKNOWN_CUSTOMER,
    UNKNOWN_PRODUCT,
    UNKNOWN_VAT_GROUP,
)
from fuzz.sandbox.seams import Seams

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.defects.replies import Change, When
    from fuzz.sandbox.model import Asked, Reply
    from fuzz.sandbox.seams import Proceed
    from fuzz.sandbox.state import State

SECONDS: Final = 1.5
"""So long a slow answer takes."""

_LEAKED: Final = ("internals-leaked",)
_TRACE: Final = (
    "PHP Fatal error: Uncaught JsonException: Syntax error in /var/www/picqer/app/Http/Request.php:87\n"
    "Stack trace:\n#0 /var/www/picqer/app/Http/Kernel.php(41): Request->json()\n#1 {main}"
)
_SQL: Final = "SQLSTATE[23000]: Integrity constraint violation: INSERT INTO `orders` (`idcustomer`) VALUES (?)"
_FILE: Final = "No such record at /var/www/picqer/app/Models/Model.php line 42"
_FRAMES: Final = [{"file": "/srv/app/src/Validator.php", "line": 118, "function": "assertType"}]
_LONG_LIFE: Final = 300


def _leaks(name: str, summary: str, difficulty: int, change: Change, when: When) -> Defect:
    return served(name, summary, difficulty, change, fault=GENERAL, rules=_LEAKED, when=when)


def _slow(name: str, summary: str, difficulty: int, when: When) -> Defect:
    def wait(reply: Reply) -> Reply:
        time.sleep(SECONDS)
        return reply

    return served(name, summary, difficulty, wait, fault=GENERAL, rules=("slow-answer",), when=when)


def _at_times(
    name: str,
    summary: str,
    difficulty: int,
    change: Change,
    *,
    rules: tuple[str, ...],
    when: When,
    turn: Callable[[int], bool],
) -> Defect:
    """A defect that shows at some of the answers for which `when` holds: at those whose number is in `turn`."""

    def sew() -> Seams:
        def serve(asked: Asked, state: State, proceed: Proceed) -> Reply:
            reply = proceed(asked)
            if not when(asked, reply):
                return reply
            with state.lock:
                number = state.next_id(name)
            return change(reply) if turn(number) else reply

        return Seams(serve=serve)

    return Defect(name=name, summary=summary, fault=GENERAL, rules=rules, difficulty=difficulty, sew=sew)


def _cut(reply: Reply) -> Reply:
    """The connection closes before all has come that was announced."""
    return replace(reply, headers={"Content-Length": "100000", "Connection": "close"})


_refers_to_nothing: Final = told(NOT_USABLE, UNKNOWN_CUSTOMER, UNKNOWN_PRODUCT, UNKNOWN_VAT_GROUP)

DEFECTS: Final = (
    _leaks(
        "stack-trace-leaked",
        "Broken JSON gets a stack trace in error_message",
        1,
        with_members(error_message=_TRACE),
        told(NO_VALID_JSON),
    ),
    _leaks(
        "file-path-leaked",
        "What is not found gets the path of a source file in error_message",
        1,
        with_members(error_message=_FILE),
        told(NOT_FOUND),
    ),
    _leaks(
        "sql-leaked",
        "A reference to nothing gets SQL in error_message",
        2,
        with_members(error_message=_SQL),
        _refers_to_nothing,
    ),
    _leaks(
        "stack-frames-leaked",
        "A value that cannot be used gets stack frames in a member of their own",
        2,
        with_members(trace=_FRAMES),
        told(INVALID_VALUE),
    ),
    _leaks(
        "database-address-leaked",
        "A hook that lacks something gets the address of the database in error_message",
        3,
        with_members(error_message="Connection refused: mysql://picqer:welkom@10.0.0.7:3306/hooks"),
        every(on("POST /hooks"), told(MISSING_PARAMETER)),
    ),
    _slow("products-listed-slowly", "The list of products takes 1.5 seconds", 3, on("GET /products")),
    _slow(
        "customers-refused-slowly",
        "To refuse a customer that lacks something takes 1.5 seconds",
        3,
        every(on("POST /customers"), told(MISSING_PARAMETER)),
    ),
    _slow(
        "letters-beyond-ascii-read-slowly",
        "To read a body with letters beyond ASCII takes 1.5 seconds",
        2,
        lambda asked, _: not (asked.raw or b"").isascii(),
    ),
    _at_times(
        "codes-taking-turns",
        "Broken JSON gets code 22 and code 5 in turn",
        2,
        with_members(error_code=MISSING_PARAMETER),
        rules=("inconsistent-error", "fault-wrong-body"),
        when=told(NO_VALID_JSON),
        turn=lambda number: number % 2 == 0,
    ),
    _at_times(
        "statuses-taking-turns",
        "A value that cannot be used gets 400 and 404 in turn",
        2,
        lambda reply: replace(reply, status=404),
        rules=("inconsistent-error", "fault-wrong-status", "error-code-not-for-status"),
        when=told(INVALID_VALUE),
        turn=lambda number: number % 2 == 0,
    ),
    _at_times(
        "every-third-refusal-crashes",
        "Every third member that is missing gets an HTML page with status 500",
        2,
        crash,
        rules=("server-failure", "inconsistent-error"),
        when=told(MISSING_PARAMETER),
        turn=lambda number: number % 3 == 0,
    ),
    _at_times(
        "tired-after-a-while",
        "After 300 requests, every request gets an HTML page with status 500",
        4,
        crash,
        rules=("server-failure",),
        when=lambda _, __: True,
        turn=lambda number: number > _LONG_LIFE,
    ),
    served(
        "another-code-for-wrong-types-of-tags",
        "A value that cannot be used gets code 21 in a changed tag, and 39 wherever else",
        3,
        with_members(error_code=NOT_USABLE),
        fault=GENERAL,
        rules=("inconsistent-error",),
        when=every(on("PUT /tags/<idtag>"), told(INVALID_VALUE)),
    ),
    served(
        "answer-cut-short",
        "The connection closes in the middle of the list of customers",
        3,
        _cut,
        fault=GENERAL,
        rules=("server-failure", "unreadable-body", "invalid-json", "schema-violation"),
        when=on("GET /customers"),
    ),
)
