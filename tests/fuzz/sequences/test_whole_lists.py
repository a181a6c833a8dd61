"""Whether a list is all that there is: where it may be a page, what is not in it may be on another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fuzz.sequences.expectations import is_whole
from validator.contract import Contract
from validator.exchange import Exchange, Headers, Request, Response


def contract(schema: dict[str, Any]) -> Contract:
    return Contract.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "List", "version": "1"},
            "paths": {
                "/things": {
                    "get": {
                        "operationId": "listThings",
                        "parameters": [{"name": "limit", "in": "query", "schema": schema}],
                        "responses": {"200": {"description": "Fine"}},
                    }
                }
            },
        }
    )


@pytest.mark.parametrize(
    ("schema", "query", "listed", "whole"),
    [
        ({"type": "integer"}, "", 3, True),
        ({"type": "integer"}, "", 10, False),  # a round number of things may be a page
        ({"type": "integer", "default": 3}, "", 3, False),
        ({"type": "integer", "default": 4}, "", 3, True),
        ({"type": "integer"}, "?limit=1", 1, False),
        ({"type": "integer"}, "?limit=3", 3, False),
        ({"type": "integer", "default": 2}, "?limit=100", 3, True),
    ],
)
def test_a_list_is_whole_where_it_is_shorter_than_a_page(
    schema: dict[str, Any], query: str, listed: int, *, whole: bool
) -> None:
    body = json.dumps([{"id": number} for number in range(listed)]).encode()
    exchange = Exchange(
        request=Request(method="GET", url=f"http://127.0.0.1/things{query}"),
        response=Response(status=200, headers=Headers([("Content-Type", "application/json")]), body=body),
    )
    made = contract(schema)
    assert is_whole(made, made.operation("listThings"), exchange) is whole
