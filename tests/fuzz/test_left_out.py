"""Parameters of the query and headers that have to be there are left out, one at a time, and nothing else is wrong."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fuzz.addresses import Addresses
from fuzz.engine import draw
from fuzz.families import broken, ways
from fuzz.families.strange_path import STRANGE_NUMBER
from fuzz.faults import MISSING_PARAMETER
from tests.fuzz.shop import DOCUMENT, Answer, Got, error, serving
from tests.fuzz.test_cli import run
from validator.contract import Contract
from validator.door import FINDINGS, FINE

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.case import Case

SERVER = "http://127.0.0.1/v1"
LIMIT = {"name": "limit", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 1, "example": 7}}
TENANT = {"name": "X-Tenant", "in": "header", "required": True, "schema": {"type": "string", "example": "north"}}
USUAL = [
    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
    for name in ("User-Agent", "Accept", "authorization", "Content-Type")
]
OPTIONAL = [{"name": "since", "in": "query", "schema": {}}, {"name": "X-Free", "in": "header", "schema": {}}]
REFUSED = {"$ref": "#/components/responses/Refused"}


def shop(**changes: Any) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    orders = document["paths"]["/orders"]["get"]
    orders["parameters"] = [LIMIT, TENANT, *USUAL, *OPTIONAL]
    orders["responses"]["400"] = REFUSED
    orders.update(changes)
    order = document["paths"]["/orders/{idorder}"]
    order["put"]["parameters"] = [TENANT]
    order["delete"] = {"operationId": "deleteOrder", "parameters": [TENANT], "responses": {"204": {"description": ""}}}
    return document


def case(contract: Contract, name: str, place: str) -> Case:
    operation = contract.operation(name)
    (way,) = (one for one in ways(contract, operation, MISSING_PARAMETER) if one.place == place)
    (made,) = draw(broken(contract, operation, MISSING_PARAMETER, way), seed="1", count=1)
    return Addresses(contract, SERVER).case(operation, made)


def places(contract: Contract, name: str) -> list[str]:
    return [way.place for way in ways(contract, contract.operation(name), MISSING_PARAMETER)]


def test_each_required_parameter_can_be_missing_but_for_what_every_request_has() -> None:
    contract = Contract.from_dict(shop())
    assert places(contract, "listOrders") == ["query/limit", "header/X-Tenant"]
    assert places(contract, "updateOrder")[-1] == "header/X-Tenant"


def test_where_the_key_goes_is_the_business_of_other_families() -> None:
    document = shop()
    for scheme in ({"in": "header", "name": "x-tenant"}, {"in": "query", "name": "limit"}):
        document["components"]["securitySchemes"]["key"] = {"type": "apiKey", **scheme}
        assert len(places(Contract.from_dict(document), "listOrders")) == 1


def test_the_parameter_is_all_that_is_missing() -> None:
    contract = Contract.from_dict(shop())
    limit = case(contract, "listOrders", "query/limit")
    assert (limit.url, limit.headers.get("X-Tenant")) == (f"{SERVER}/orders", "north")
    tenant = case(contract, "listOrders", "header/X-Tenant")
    assert (tenant.url, tenant.headers.get("X-Tenant")) == (f"{SERVER}/orders?limit=7", None)
    body = json.loads(case(contract, "updateOrder", "header/X-Tenant").body)
    assert {"name", "note"} <= body.keys()


def test_what_acts_by_its_address_is_aimed_at_nothing() -> None:
    made = case(Contract.from_dict(shop()), "deleteOrder", "header/X-Tenant")
    assert made.url == f"{SERVER}/orders/{STRANGE_NUMBER}"
    assert "unknown-resource" in made.also


@pytest.mark.parametrize("where", ["root", "operation", "parameter"])
def test_a_promise_that_is_told_of_bodies_is_not_held_against_a_query(where: str) -> None:
    document = copy.deepcopy(shop())
    operation = document["paths"]["/orders"]["get"]
    promise = {"x-fault-responses": {MISSING_PARAMETER: {"status": 422}}}
    holders = {"root": document, "operation": operation, "parameter": operation["parameters"][0]["schema"]}
    holders[where].update(promise)
    made = case(Contract.from_dict(document), "listOrders", "query/limit")
    assert ("invalid-query" in made.also) is (where == "root")


def test_any_of_them_is_drawn_where_no_way_is_asked_for() -> None:
    contract = Contract.from_dict(shop())
    for name in ("listOrders", "updateOrder"):
        operation = contract.operation(name)
        drawn = draw(broken(contract, operation, MISSING_PARAMETER), seed="1", count=30)
        assert any(one.headers for one in drawn)


def answering(*, without: str, status: int) -> Any:
    """A shop that asks for both parameters, and answers with this status where one of them is not there."""

    def answer(got: Got) -> Answer:
        query = parse_qs(urlsplit(got.path).query)
        missing = [
            name for name, there in (("limit", "limit" in query), ("X-Tenant", "x-tenant" in got.headers)) if not there
        ]
        if not missing:
            return Answer(200, b"[]")
        return Answer(status, b"[]") if missing == [without] else error(1)

    return answer


@pytest.mark.parametrize(
    ("promise", "without", "status", "found"),
    [
        ({}, "", 0, None),
        ({}, "limit", 200, "fault-accepted"),
        ({}, "X-Tenant", 500, "server-failure"),
        ({"status": 422}, "", 0, "fault-wrong-status"),
    ],
)
def test_a_server_that_does_not_ask_for_it_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, promise: Any, without: str, status: int, found: str | None
) -> None:
    monkeypatch.setenv("PICQER_API_KEY", "s3cret")
    document = shop()
    del document["x-fault-responses"]["missing-parameter"]
    if promise:
        schema = {**LIMIT["schema"], "x-fault-responses": {MISSING_PARAMETER: promise}}
        document["components"]["schemas"]["Limit"] = schema
        document["paths"]["/orders"]["get"]["parameters"][0] = {
            **LIMIT,
            "schema": {"$ref": "#/components/schemas/Limit"},
        }
    spec, recorded = tmp_path / "shop.json", tmp_path / "failing.ndjson"
    spec.write_text(json.dumps(document))
    told = ["--spec", spec, "--base-url"]
    with serving(answering(without=without, status=status)) as server:
        options = ["--operation", "listOrders", "--fault", MISSING_PARAMETER, "--record", recorded]
        done = run("run", *told, server.url, *options)
    if found is None:
        assert done.code == FINE, done.out
        return
    assert done.code == FINDINGS
    assert done.out.count(f"error {found}") == 1
    with serving(answering(without=without, status=status)) as other:
        assert run("replay", recorded, *told, other.url).code == FINDINGS
