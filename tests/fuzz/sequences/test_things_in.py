"""Which things an answer lists, however it is wrapped; and whether it says that there are more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fuzz.sequences.answers import is_whole, things_in
from validator.exchange import Exchange, Request, Response

ONE, TWO = {"id": 1}, {"id": 2}
BOTH = [ONE, TWO]


@pytest.mark.parametrize(
    ("answer", "listed"),
    [
        (BOTH, BOTH),
        ([], []),
        ({"data": BOTH}, BOTH),
        ({"movies": BOTH, "total": 2}, BOTH),
        ({"items": BOTH, "warnings": []}, BOTH),
        ({"data": {"items": BOTH, "total": 2}}, BOTH),
        ({"status": "success", "data": {"posts": BOTH}}, BOTH),  # JSend
        ({"_embedded": {"orders": BOTH}, "_links": {"self": {"href": "/orders"}}}, BOTH),  # HAL
        ({"data": {"id": 7, "lines": BOTH}}, None),  # a thing, and what is below it
        ({"data": {"idmovie": 7, "items": BOTH}}, None),
        ({"data": {"a": BOTH, "b": []}}, None),
        ({"data": {"items": BOTH}, "result": {"items": []}}, None),
        ({"data": {"data": {"items": BOTH}}}, None),
        ({"data": [1, 2]}, None),
        ([1, 2], None),
        ({"data": 1}, None),
        ("x", None),
        (None, None),
    ],
    ids=str,
)
def test_the_things_of_a_list(answer: Any, listed: Any) -> None:
    assert things_in(answer) == listed


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        ({"data": {"items": BOTH, "total": 2}}, True),
        ({"data": {"items": BOTH, "total": 3}}, False),
        ({"data": {"items": BOTH, "has_more": True}}, False),
        ({"data": {"items": BOTH, "next_cursor": None}}, True),
        ({"data": BOTH, "meta": {"total": 3}}, False),
        ({"_embedded": {"orders": BOTH}, "_links": {"next": {"href": "/orders?page=2"}}}, False),
        ({"_embedded": {"orders": BOTH}, "_links": {"self": {"href": "/orders"}}}, True),
    ],
    ids=str,
)
def test_a_list_says_whether_there_is_more(answer: Any, *, whole: bool) -> None:
    request = Request(method="GET", url="http://127.0.0.1/things")
    assert (
        is_whole(Exchange(request=request, response=Response(body=json.dumps(answer).encode(), status=200)), None)
        is whole
    )
