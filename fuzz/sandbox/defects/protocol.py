"""Defects with methods that no operation has, and with bodies of other media types than JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fuzz.sandbox.defects.defect import SEQUENCE, UNSUPPORTED_MEDIA_TYPE, UNSUPPORTED_METHOD, Defect
from fuzz.sandbox.defects.replies import by, crash, every, served, told
from fuzz.sandbox.model import Reply
from fuzz.sandbox.problems import NO_VALID_JSON, NOT_IMPLEMENTED
from fuzz.sandbox.seams import Seams

if TYPE_CHECKING:
    from fuzz.sandbox.defects.replies import Change, When
    from fuzz.sandbox.model import Asked
    from fuzz.sandbox.seams import Proceed
    from fuzz.sandbox.state import State

_ACCEPTED: Final = ("fault-accepted", "unknown-method", "undocumented-status", "schema-violation")
_FAILURE: Final = ("server-failure",)
_SUPPLIER: Final = re.compile(r"/suppliers/([0-9]{1,9})")
_FORM: Final = "application/x-www-form-urlencoded"

_no_operation: Final = told(NOT_IMPLEMENTED)


def _typed(*types: str) -> When:
    """A body with one of these content types, which the sandbox could not read."""

    def when(asked: Asked, reply: Reply) -> bool:
        came = asked.content_type.partition(";")[0].strip().lower()
        return came.endswith(types) and told(NO_VALID_JSON)(asked, reply)

    return when


def _method(
    name: str, summary: str, difficulty: int, rules: tuple[str, ...], change: Change, *, when: When = _no_operation
) -> Defect:
    return served(
        name, summary, difficulty, change, fault=UNSUPPORTED_METHOD, rules=rules, when=every(_no_operation, when)
    )


def _media(name: str, summary: str, difficulty: int, rules: tuple[str, ...], change: Change, when: When) -> Defect:
    return served(name, summary, difficulty, change, fault=UNSUPPORTED_MEDIA_TYPE, rules=rules, when=when)


def _accepted(_reply: Reply) -> Reply:
    return Reply(value={})


def _patching(asked: Asked, state: State, proceed: Proceed) -> Reply:
    found = _SUPPLIER.fullmatch(asked.address)
    if asked.method == "PATCH" and found is not None and state.find("suppliers", int(found[1])) is not None:
        return _accepted(Reply())
    return proceed(asked)


DEFECTS: Final = (
    _method(
        "unknown-method-crashes",
        "A method that the path does not have gets an HTML page with status 500",
        1,
        _FAILURE,
        crash,
    ),
    _method(
        "unknown-method-accepted",
        "A method that the path does not have gets 200 and an empty object",
        1,
        _ACCEPTED,
        _accepted,
    ),
    _method(
        "patch-accepted",
        "PATCH gets 200 and an empty object, where there is none",
        2,
        _ACCEPTED,
        _accepted,
        when=by("PATCH"),
    ),
    _method(
        "delete-of-all-tags-accepted",
        "DELETE of all tags at once gets 204",
        3,
        _ACCEPTED,
        lambda _: Reply(status=204, content_type=None),
        when=lambda asked, _: asked.method == "DELETE" and asked.address == "/tags",
    ),
    Defect(
        name="patch-of-a-supplier-accepted",
        summary="PATCH of a supplier that is there gets 200 and an empty object",
        fault=SEQUENCE,
        rules=_ACCEPTED,
        difficulty=4,
        sew=lambda: Seams(serve=_patching),
    ),
    _media(
        "form-accepted", "A form in place of JSON gets 200 and an empty object", 1, _ACCEPTED, _accepted, _typed(_FORM)
    ),
    _media(
        "xml-accepted",
        "XML in place of JSON gets 200 and an empty object",
        1,
        _ACCEPTED,
        _accepted,
        _typed("/xml", "+xml"),
    ),
    _media(
        "xml-crashes",
        "XML in place of JSON gets an HTML page with status 500",
        1,
        _FAILURE,
        crash,
        _typed("/xml", "+xml"),
    ),
    _media(
        "form-crashes-on-put",
        "A form in place of JSON gets an HTML page with status 500, on PUT",
        3,
        _FAILURE,
        crash,
        every(by("PUT"), _typed(_FORM)),
    ),
)
