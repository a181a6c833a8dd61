"""Defects with addresses: what a path leads to does not exist, and the sandbox does not say so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.sandbox.defects.defect import UNKNOWN_RESOURCE, Defect, plain
from fuzz.sandbox.defects.replies import (
    by,
    crash,
    every,
    on,
    served,
    told,
    with_members,
    with_status,
)
from fuzz.sandbox.model import Reply
from fuzz.sandbox.problems import NOT_FOUND
from fuzz.sandbox.seams import Seams

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.defects.replies import Change, When
    from fuzz.sandbox.model import Asked
    from fuzz.sandbox.seams import Proceed
    from fuzz.sandbox.state import State

_ACCEPTED: Final = ("fault-accepted", "schema-violation", "missing-body")
_STATUS: Final = ("undocumented-status", "fault-wrong-status", "error-code-not-for-status")
_FAILURE: Final = ("server-failure",)
_NULL: Final = b"null"
_WORD_SIZE: Final = 2**63


def _unknown(asked: Asked, reply: Reply) -> bool:
    return bool(asked.path) and told(NOT_FOUND)(asked, reply)


def _named(holds: Callable[[str], bool]) -> When:
    """A word in the place of an id for which this holds."""
    return lambda asked, reply: _unknown(asked, reply) and any(map(holds, asked.path.values()))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _answers(
    name: str, summary: str, difficulty: int, rules: tuple[str, ...], change: Change, *, when: When = _unknown
) -> Defect:
    return served(name, summary, difficulty, change, fault=UNKNOWN_RESOURCE, rules=rules, when=every(_unknown, when))


def _asks_again(name: str, summary: str, difficulty: int, mend: Callable[[str], str], *, only: str = "") -> Defect:
    """Where nothing is found, the ids are mended and it is asked once more."""

    def serve(asked: Asked, _state: State, proceed: Proceed) -> Reply:
        reply = proceed(asked)
        if not _unknown(asked, reply) or only not in {"", asked.method}:
            return reply
        return proceed(replace(asked, path={name: mend(text) for name, text in asked.path.items()}))

    return plain(name, summary, difficulty, Seams(serve=serve), fault=UNKNOWN_RESOURCE, rules=_ACCEPTED)


def _leading_number(text: str) -> str:
    digits = text.lstrip()
    end = next((at for at, character in enumerate(digits) if not _is_number(character)), len(digits))
    return digits[:end] or text


DEFECTS: Final = (
    _answers(
        "unknown-id-gives-null",
        "An id that does not exist gets null with status 200",
        1,
        _ACCEPTED,
        lambda _: Reply(value=_NULL),
    ),
    _answers(
        "unknown-id-is-masked",
        "An id that does not exist gets the error object with status 200",
        1,
        ("error-on-success", *_ACCEPTED),
        with_status(200),
    ),
    _answers("unknown-id-is-400", "An id that does not exist gets status 400", 1, _STATUS, with_status(400)),
    _answers("unknown-id-is-410", "An id that does not exist gets status 410", 1, _STATUS, with_status(410)),
    _answers(
        "unknown-id-is-code-5",
        "An id that does not exist gets code 5",
        1,
        ("fault-wrong-body", "error-code-not-for-status"),
        with_members(error_code=5),
    ),
    _answers(
        "unknown-id-is-html",
        "An id that does not exist gets an HTML page with status 404",
        1,
        ("undocumented-content-type", "fault-wrong-body"),
        lambda _: Reply(value=b"<h1>Not Found</h1>", status=404, content_type="text/html"),
    ),
    _answers(
        "list-below-nothing-is-empty",
        "A list below an id that does not exist is an empty list",
        2,
        _ACCEPTED,
        lambda _: Reply(value=[]),
        when=lambda asked, _: asked.method == "GET" and not asked.name.endswith(">"),
    ),
    _answers(
        "negative-id-crashes",
        "A negative id gets an HTML page with status 500",
        2,
        _FAILURE,
        crash,
        when=_named(lambda text: text.startswith("-")),
    ),
    _answers(
        "id-zero-crashes",
        "The id 0 gets an HTML page with status 500",
        2,
        _FAILURE,
        crash,
        when=_named(lambda text: text == "0"),
    ),
    _answers(
        "word-for-id-crashes",
        "A word in the place of an id gets an HTML page with status 500",
        2,
        _FAILURE,
        crash,
        when=_named(str.isalpha),
    ),
    _answers(
        "id-beyond-64-bits-crashes",
        "An id beyond 64 bits gets an HTML page with status 500",
        2,
        _FAILURE,
        crash,
        when=_named(lambda text: _is_number(text) and int(text[:400]) >= _WORD_SIZE),
    ),
    _asks_again(
        "first-record-in-place-of-unknown",
        "On GET, an id that does not exist gets the first record",
        2,
        lambda _: "1",
        only="GET",
    ),
    _asks_again("ids-read-as-far-as-they-go", "An id is read as far as it is a number: 1x is 1", 3, _leading_number),
    _answers(
        "unknown-delete-accepted",
        "DELETE of an id that does not exist gets 204",
        3,
        _ACCEPTED,
        lambda _: Reply(status=204, content_type=None),
        when=by("DELETE"),
    ),
    _answers(
        "unknown-put-accepted",
        "PUT of an id that does not exist gets 200 and an empty object",
        3,
        _ACCEPTED,
        lambda _: Reply(value={}),
        when=by("PUT"),
    ),
    _answers(
        "unknown-second-id-crashes",
        "The second id of a path, where it does not exist, gets an HTML page with status 500",
        3,
        _FAILURE,
        crash,
        when=lambda asked, _: len(asked.path) > 1,
    ),
    _answers(
        "unknown-supplier-crashes",
        "A supplier that does not exist gets an HTML page with status 500",
        3,
        _FAILURE,
        crash,
        when=on("GET /suppliers/<idsupplier>"),
    ),
    _answers(
        "unknown-picklist-closed",
        "Closing a picklist that does not exist gets 200 and null",
        3,
        _ACCEPTED,
        lambda _: Reply(value=_NULL),
        when=on("POST /picklists/<idpicklist>/close"),
    ),
)
