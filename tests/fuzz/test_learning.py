"""Ids are learnt from lists of any form, with few requests, and the same each time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.addresses import Addresses
from fuzz.learning import MOST_LISTS
from fuzz.sandbox import create_app
from fuzz.transport import WsgiTransport
from tests.fuzz.test_strategies import PICQER
from validator.contract import Contract
from validator.exchange import Exchange, Response

if TYPE_CHECKING:
    from fuzz.case import Case
    from fuzz.knowledge import Knowledge

SERVER = "http://127.0.0.1/v1"
FINE = {"200": {"description": ""}}


def parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": ["integer", "string"]}}


def shop(*paths: str, takes: dict[str, Any] | None = None) -> Contract:
    """A contract with a GET at each path; the last may take a body, too."""
    items: dict[str, Any] = {}
    for path in paths:
        names = [part.partition("}")[0] for part in path.split("{")[1:]]
        items[path] = {"parameters": [parameter(name) for name in names], "get": {"responses": FINE}}
    if takes is not None:
        body = {"content": {"application/json": {"schema": {"type": "object", "properties": takes}}}}
        items[paths[-1]]["put"] = {"operationId": "put", "requestBody": body, "responses": FINE}
    return Contract.from_dict({"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"}, "paths": items})


def learnt(contract: Contract, answers: dict[str, Any]) -> tuple[Knowledge, list[str]]:
    asked: list[str] = []

    def ask(case: Case) -> Exchange:
        asked.append(case.url.removeprefix(SERVER))
        found = answers.get(asked[-1])
        body = json.dumps(found).encode()
        return Exchange(request=case.request, response=Response(status=200 if found is not None else 404, body=body))

    return Addresses.learnt(contract, SERVER, ask).knowledge, asked


@pytest.mark.parametrize(
    ("paths", "answer", "known"),
    [
        (("/products", "/products/{productId}"), [{"productId": 3}], 3),
        (("/products", "/products/{productId}"), [{"id": 3}], 3),
        (("/products", "/products/{product_id}"), [{"idproduct": 3, "id": 4}], 3),
        (("/products", "/products/{id}"), [{"product_id": 3}], 3),
        (("/products", "/products/{id}"), [{"idsupplier": 9, "id": "p-1"}], "p-1"),
        (("/products", "/products/{slug}"), {"data": [{"slug": "tea"}], "total": 1}, "tea"),
        (("/products", "/products/{id}"), {"total": 1, "products": [{"id": 3}]}, 3),
        (("/products", "/products/{id}"), {"_embedded": {"products": [{"id": 3}]}, "_links": {}}, 3),
    ],
)
def test_an_id_is_found_in_lists_of_many_forms(paths: tuple[str, ...], answer: Any, known: int | str) -> None:
    knowledge, asked = learnt(shop(*paths), {"/products": answer})
    assert list(knowledge.path(paths[1]).values()) == [known]
    assert knowledge.of("productId") == (known,)
    assert asked == ["/products"]


def test_a_link_of_the_document_says_which_member_a_parameter_is() -> None:
    contract = shop("/products", "/products/{which}")
    root = json.loads(json.dumps(contract.document.root))
    root["paths"]["/products/{which}"]["get"]["operationId"] = "read"
    link = {"operationId": "read", "parameters": {"which": "$response.body#/sku"}}
    root["paths"]["/products"]["get"]["responses"]["200"]["links"] = {"read": link}
    knowledge, _ = learnt(Contract.from_dict(root), {"/products": [{"id": 1, "sku": "T-1"}]})
    assert knowledge.path("/products/{which}") == {"which": "T-1"}


def test_what_stands_inside_a_thing_is_not_asked_for() -> None:
    contract = shop("/orders", "/orders/{idorder}", "/orders/{idorder}/lines", "/orders/{idorder}/lines/{idline}")
    answers = {"/orders": [{"idorder": 1, "lines": []}, {"idorder": 2, "lines": [{"idline": 5}]}]}
    knowledge, asked = learnt(contract, answers)
    assert knowledge.path("/orders/{idorder}/lines/{idline}") == {"idorder": 2, "idline": 5}
    assert asked == ["/orders", "/orders/1/lines"]


def test_what_no_list_shows_is_known_by_the_way_and_is_not_all_there_is() -> None:
    contract = shop("/orders", "/orders/{idorder}", takes={"idproduct": {"type": "integer"}})
    known, _ = learnt(contract, {"/orders": [{"idorder": 1, "lines": [{"idproduct": 5}, {"idproduct": 6}]}]})
    assert known.of("idproduct") == (5, 6)
    assert known.is_of_listed("idorder")
    assert not known.is_of_listed("idproduct")


def test_a_thing_without_a_list_of_its_own_is_looked_for_in_what_holds_it() -> None:
    contract = shop("/orders", "/orders/{idorder}", "/orders/{idorder}/lines/{idline}")
    answers = {"/orders": [{"idorder": 1}], "/orders/1": {"idorder": 1, "lines": [{"idline": 5}]}}
    knowledge, asked = learnt(contract, answers)
    assert knowledge.path("/orders/{idorder}/lines/{idline}") == {"idorder": 1, "idline": 5}
    assert asked == ["/orders", "/orders/1"]


def test_a_body_gets_ids_that_belong_to_what_is_in_the_path() -> None:
    takes = {name: {"type": "integer"} for name in ("line_id", "product_id", "id", "amount", "foreign_id")}
    contract = shop("/products", "/products/{id}", "/lines/{line_id}", "/orders", "/orders/{id}", takes=takes)
    answers = {
        "/products": [{"id": 11}, {"id": 12}],
        "/orders": [{"id": 7, "lines": [{"line_id": 70, "product_id": 12}]}, {"id": 8, "lines": [{"line_id": 80}]}],
    }
    knowledge, _ = learnt(contract, answers)
    local = knowledge.at(contract, contract.operation("put"))
    body = {"line_id": 0, "product_id": 5, "id": 3, "amount": 0, "foreign_id": 4}
    assert local.settle(body) == {"line_id": 70, "product_id": 12, "id": 7, "amount": 0, "foreign_id": 4}
    assert knowledge.is_of_listed("product_id")
    assert not knowledge.is_of_listed("foreign_id")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "idorder", "data", "lines", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@pytest.mark.property
@settings(max_examples=150, deadline=None)
@given(JSON, JSON)
def test_any_answer_is_taken_as_it_is(first: Any, second: Any) -> None:
    paths = ("/orders", "/orders/{idorder}", "/orders/{idorder}/lines", "/orders/{idorder}/lines/{id}")
    contract = shop(*paths, takes={"idorder": {"type": "integer"}, "idthing": {"type": "string"}})
    answers = {"/orders": first, "/orders/1/lines": second, "/orders/1": second}
    knowledge, asked = learnt(contract, answers)
    assert len(asked) <= MOST_LISTS
    assert len(asked) == len(set(asked))
    again, _ = learnt(contract, answers)
    assert again.ids == knowledge.ids
    for path in paths[1:]:
        assert again.path(path) == knowledge.path(path)
        assert not {"", ".", ".."} & set(knowledge.path(path).values())


def test_the_sandbox_is_known_by_few_requests() -> None:
    contract = PICQER.with_servers(SERVER)
    sent: list[Case] = []
    transport = WsgiTransport(create_app(), key="sandbox-key")

    def ask(case: Case) -> Exchange:
        sent.append(case)
        return transport(case)

    knowledge = Addresses.learnt(contract, f"{SERVER.removesuffix('/v1')}{contract.base_path}", ask).knowledge
    assert len(sent) < 60
    for operation in contract.operations:
        names = {one.name for one in operation.parameters if one.location == "path"} - {"key"}
        assert names <= knowledge.path(operation.path).keys(), operation.id


def test_a_list_with_nothing_in_it_shows_that_there_is_none() -> None:
    contract = PICQER.with_servers(SERVER)
    transport = WsgiTransport(create_app(), key="sandbox-key")

    def ask(case: Case) -> Exchange:
        exchange = transport(case)
        nothing = msgspec.structs.replace(exchange.response, body=b"[]")
        return msgspec.structs.replace(exchange, response=nothing) if "/fulfilment/" in case.url else exchange

    knowledge = Addresses.learnt(contract, f"{SERVER.removesuffix('/v1')}{contract.base_path}", ask).knowledge
    assert knowledge.sound({"idfulfilment_customer": 1, "idcustomer": 1}).keys() == {"idcustomer"}
