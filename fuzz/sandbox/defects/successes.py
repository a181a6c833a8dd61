"""Defects with successes: a sound request is done, and its answer is not what the contract has it be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.defects.defect import VALID, Defect
from fuzz.sandbox.defects.replies import by, each_member, every, on, served, succeeded, with_status, without_member
from fuzz.sandbox.model import Reply

if TYPE_CHECKING:
    from fuzz.sandbox.defects.replies import Change, When
    from fuzz.sandbox.model import Asked

_SCHEMA: Final = ("schema-violation",)
_STATUS: Final = ("undocumented-status",)
_DATETIME: Final = 19
"""Characters in `2026-01-05 09:00:01`."""


def _answers(
    name: str, summary: str, difficulty: int, change: Change, *conditions: When, rules: tuple[str, ...] = _SCHEMA
) -> Defect:
    when = every(succeeded, _is_json, *conditions)
    return served(name, summary, difficulty, change, fault=VALID, rules=rules, when=when)


def _is_json(_asked: Asked, reply: Reply) -> bool:
    return not isinstance(reply.value, bytes)


def _created(_asked: Asked, reply: Reply) -> bool:
    return reply.status == 201  # noqa: PLR2004


def _empty_list(_asked: Asked, reply: Reply) -> bool:
    return isinstance(reply.value, list) and not reply.value


def _full_list(_asked: Asked, reply: Reply) -> bool:
    return isinstance(reply.value, list) and bool(reply.value)


def _has_id(_asked: Asked, reply: Reply) -> bool:
    return isinstance(reply.value, dict) and bool(reply.value)


def _without_first(reply: Reply) -> Reply:
    return without_member(next(iter(reply.value)))(reply)


def _is_datetime(value: Any) -> bool:
    return isinstance(value, str) and len(value) == _DATETIME and value[4] == value[7] == "-" and value[10] == " "


def _member(name: str, value: Any) -> Change:
    return each_member(lambda key, old: value if key == name else old)


DEFECTS: Final = (
    _answers(
        "created-is-200", "What is created is answered with status 200", 1, with_status(200), _created, rules=_STATUS
    ),
    _answers(
        "created-is-202-for-hooks",
        "A new hook is answered with status 202",
        3,
        with_status(202),
        _created,
        on("POST /hooks"),
        rules=_STATUS,
    ),
    _answers(
        "deleted-is-200",
        "What is deleted is answered with 200 and an empty object",
        2,
        lambda _: Reply(value={}),
        by("DELETE"),
        rules=(*_STATUS, *_SCHEMA),
    ),
    _answers(
        "ids-are-texts",
        "Ids in answers are strings",
        1,
        each_member(lambda name, value: str(value) if name.startswith("id") and isinstance(value, int) else value),
    ),
    _answers(
        "times-in-another-form",
        "Times in answers have a T in the middle",
        2,
        each_member(lambda _, value: value.replace(" ", "T") if _is_datetime(value) else value),
    ),
    _answers(
        "empty-list-is-null",
        "An empty list is answered as null",
        2,
        lambda reply: replace(reply, value=b"null"),
        _empty_list,
    ),
    _answers(
        "empty-list-is-object",
        "An empty list is answered as an empty object",
        2,
        lambda reply: replace(reply, value={}),
        _empty_list,
    ),
    _answers(
        "list-is-wrapped",
        "A list is answered inside an object",
        2,
        lambda reply: replace(reply, value={"data": reply.value}),
        _full_list,
    ),
    _answers("created-without-id", "What is created is answered without its id", 2, _without_first, _created, _has_id),
    _answers(
        "page-wrapped-when-asked-with-offset",
        "A list asked with an offset is answered inside an object",
        3,
        lambda reply: replace(reply, value={"data": reply.value}),
        _full_list,
        lambda asked, _: "offset" in asked.query,
    ),
    _answers(
        "success-is-html",
        "A success comes as text/html, on PUT",
        3,
        lambda reply: replace(reply, content_type="text/html"),
        by("PUT"),
        rules=("undocumented-content-type",),
    ),
    _answers(
        "success-without-body",
        "A changed record is answered without a body",
        3,
        lambda reply: replace(reply, value=b""),
        by("PUT"),
        rules=("missing-body",),
    ),
    _answers(
        "prices-are-texts",
        "The price of a product is a string",
        3,
        each_member(lambda name, value: str(value) if name == "price" else value),
        on("GET /products/<idproduct>"),
    ),
    _answers(
        "tag-without-title", "A tag, read alone, lacks its title", 3, without_member("title"), on("GET /tags/<idtag>")
    ),
    _answers(
        "status-of-order-is-null",
        "The status of an order in the list is null",
        3,
        _member("status", None),
        on("GET /orders"),
    ),
    _answers(
        "unknown-status-of-picklist",
        "The status of a picklist is a word that is not in its list",
        3,
        _member("status", "gone"),
        on("GET /picklists/<idpicklist>"),
    ),
    _answers(
        "customers-name-is-a-list",
        "The name of a created customer is a list",
        3,
        each_member(lambda name, value: [value] if name == "name" else value),
        on("POST /customers"),
    ),
    _answers(
        "supplier-with-bad-limit-header",
        "X-RateLimit-Remaining is a word where a supplier is read",
        3,
        lambda reply: replace(reply, headers={"X-RateLimit-Remaining": "many"}),
        on("GET /suppliers/<idsupplier>"),
        rules=("invalid-header",),
    ),
)
