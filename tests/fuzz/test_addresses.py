"""Where requests go: with ids that the server has, and with all that the contract requires."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from fuzz.addresses import AGENT, Addresses
from fuzz.breakage import Breakage
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.exchange import Exchange, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.case import Case

SERVER = "http://127.0.0.1/v1"


def addresses(
    lists: dict[str, Any], change: Callable[[dict[str, Any]], None] | None = None
) -> tuple[Addresses, list[str]]:
    """Addresses on a server with these lists; the second value fills with what it was asked for."""
    document = copy.deepcopy(DOCUMENT)
    if change is not None:
        change(document)
    asked: list[str] = []

    def ask(case: Case) -> Exchange:
        asked.append(case.url.removeprefix(SERVER))
        found = lists.get(asked[-1])
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        return Exchange(request=case.request, response=Response(status=200 if found is not None else 404, body=body))

    return Addresses.learnt(Contract.from_dict(document), SERVER, ask, seed=5), asked


def operation(made: Addresses, name: str) -> Any:
    return made._contract.operation(name)


@pytest.mark.parametrize(
    ("lists", "path"),
    [
        ({"/orders": [{"idorder": 7}, {"idorder": 8}]}, "/orders/7"),
        ({"/orders": [{"id": 7}]}, "/orders/7"),
        ({"/orders": {"data": [{"id": 7}], "total": 1}}, "/orders/7"),
        ({"/orders": [{"idorder": "a/b?c"}]}, "/orders/a%2Fb%3Fc"),
        ({"/orders": [{"idorder": None}]}, "/orders/1"),
        ({"/orders": [{"name": "x"}]}, "/orders/1"),
        ({"/orders": [7]}, "/orders/1"),
        ({"/orders": []}, "/orders/1"),
        ({"/orders": {}}, "/orders/1"),
        ({"/orders": b"<html>"}, "/orders/1"),
        ({}, "/orders/1"),
    ],
)
def test_the_first_of_the_list_is_used_else_1(lists: dict[str, Any], path: str) -> None:
    made, asked = addresses(lists)
    assert made.case(operation(made, "updateOrder")).url == SERVER + path
    assert asked == ["/orders"]


def test_a_list_is_asked_for_once() -> None:
    made, asked = addresses({"/orders": [{"idorder": 7}]})
    for _ in range(3):
        made.case(operation(made, "updateOrder"))
    assert asked == ["/orders"]


def test_a_list_below_another_thing_is_asked_for_with_its_id() -> None:
    def nest(document: dict[str, Any]) -> None:
        ok = {"200": {"$ref": "#/components/responses/Fine"}}
        names = ["idorder", "idline"]
        path = [{"name": name, "in": "path", "required": True, "schema": {"type": "integer"}} for name in names]
        document["paths"]["/orders/{idorder}/lines"] = {"parameters": path[:1], "get": {"responses": ok}}
        document["paths"]["/orders/{idorder}/lines/{idline}/note"] = {
            "parameters": path,
            "put": {"operationId": "note", "responses": ok},
        }

    made, asked = addresses({"/orders": [{"idorder": 7}], "/orders/7/lines": [{"idline": 9}]}, nest)
    assert made.case(operation(made, "note")).url == f"{SERVER}/orders/7/lines/9/note"
    assert asked == ["/orders", "/orders/7/lines"]


def test_where_nobody_knows_what_is_there_404_is_right_too() -> None:
    """An id that is guessed may be of nothing, whatever else is wrong with the request."""
    breakage = Breakage(fault="malformed-json", variant="truncated", described="cut")
    known, _ = addresses({"/orders": [{"idorder": 7}]})
    assert not known.case(operation(known, "updateOrder"), breakage).guessed
    unknown, _ = addresses({"/orders": []})
    assert unknown.case(operation(unknown, "updateOrder"), breakage).guessed
    given = replace(breakage, path=(("idorder", "8"),))
    assert not unknown.case(operation(unknown, "updateOrder"), given).guessed


def test_what_the_contract_requires_is_filled() -> None:
    def require(document: dict[str, Any]) -> None:
        document["paths"]["/orders/{idorder}"]["put"]["parameters"] = [
            {"name": "User-Agent", "in": "header", "required": True, "schema": {"type": "string"}},
            {"name": "X-Shop", "in": "header", "required": True, "example": "north", "schema": {"type": "string"}},
            {"name": "X-Many", "in": "header", "required": True, "schema": {"enum": ["few", "many"]}},
            {"name": "X-Free", "in": "header", "schema": {"type": "string"}},
            {"name": "page", "in": "query", "required": True, "schema": {"type": "integer"}},
            {"name": "a b", "in": "query", "required": True, "schema": {"type": "string"}},
            {"name": "limit", "in": "query", "required": True, "schema": {"type": "integer", "maximum": 60}},
        ]

    made, _ = addresses({}, require)
    case = made.case(operation(made, "updateOrder"))
    assert case.url == f"{SERVER}/orders/1?page=1&a%20b=x&limit=50"
    assert dict(case.headers) == {
        "User-Agent": AGENT,
        "Accept": "application/json",
        "X-Shop": "north",
        "X-Many": "few",
        "Content-Type": "application/json",
    }
    assert (case.method, case.scheme.kind, case.seed) == ("PUT", "basic", 5)
