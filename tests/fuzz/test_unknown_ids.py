"""An id of nothing is the one thing wrong with a request: in its path, or in its body."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, find, given, settings

from fuzz.addresses import Addresses
from fuzz.engine import draw
from fuzz.families import broken, ways
from fuzz.knowledge import NOTHING_KNOWN, Knowledge
from fuzz.request_body import json_body
from fuzz.sandbox import create_app
from fuzz.transport import WsgiTransport
from tests.fuzz.test_strategies import PICQER as BUNDLED
from tests.fuzz.test_strategies import contract_taking
from validator.contract import Contract
from validator.pointer import split, walk

SERVER = f"http://127.0.0.1{BUNDLED.base_path}"
PICQER = BUNDLED.with_servers(SERVER)
ADDRESSES = Addresses.learnt(PICQER, SERVER, WsgiTransport(create_app(), key="sandbox-key"))
KNOWLEDGE = ADDRESSES.knowledge
IN_PATHS = [one for one in PICQER.operations if ways(PICQER, one, "unknown-resource")]
IN_BODIES = [one for one in PICQER.operations if ways(PICQER, one, "unknown-reference")]
FEW = settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
UUID = "0b1f7c1e-5b1a-4b63-9d2e-5a3f0f6f2c11"


def things(name: str, schema: Any, path: str = "/things") -> Contract:
    """A contract with things, each at an address with one parameter."""
    where = {"name": name, "in": "path", "required": True, "schema": schema}
    one = {"parameters": [where], "get": {"operationId": "read", "responses": {"404": {"description": ""}}}}
    paths = {"/things": {"get": {"responses": {"200": {"description": ""}}}}, f"{path}/{{{name}}}": one}
    return Contract.from_dict({"openapi": "3.1.0", "info": {"title": "Things", "version": "1"}, "paths": paths})


def kinds(contract: Contract) -> set[str]:
    return {way.kind for way in ways(contract, contract.operation("read"), "unknown-resource")}


@pytest.mark.property
@pytest.mark.parametrize("operation", IN_PATHS[::12], ids=lambda operation: operation.id)
def test_one_id_in_the_path_is_of_nothing_and_the_request_is_still_for_the_operation(operation: Any) -> None:
    media_type = json_body(operation)

    @FEW
    @given(broken(PICQER, operation, "unknown-resource", None, KNOWLEDGE))
    def holds(breakage: Any) -> None:
        ((name, text),) = breakage.path
        assert text not in KNOWLEDGE.texts
        case = ADDRESSES.case(operation, breakage)
        assert PICQER.router.route(case.method, case.url).operation == operation
        assert case.url.count("/") == ADDRESSES.case(operation).url.count("/")
        assert breakage.variant.startswith(f"path/{name} ")
        if media_type is not None:
            assert PICQER.validator(media_type.schema, writing=True).is_valid(orjson.loads(breakage.body))

    holds()


def test_every_way_to_name_nothing_can_be_drawn() -> None:
    operation = PICQER.operation("getOrder")
    for way in ways(PICQER, operation, "unknown-resource"):
        assert draw(broken(PICQER, operation, "unknown-resource", way, KNOWLEDGE), seed="1", count=1), way
    assert len(ways(PICQER, operation, "unknown-resource")) > 15


def test_what_the_parameter_does_not_allow_may_be_refused_as_such() -> None:
    operation = PICQER.operation("getOrder")
    also = {}
    for way in ways(PICQER, operation, "unknown-resource"):
        (made,) = draw(broken(PICQER, operation, "unknown-resource", way, KNOWLEDGE), seed="1", count=1)
        also[way.kind] = made.also
    assert also["unknown"] == also["beyond-32-bits"] == ()
    assert also["word"] == also["zero"] == also["beyond-64-bits"] == ("invalid-value",)


def test_texts_for_ids_that_are_texts_look_like_those_known() -> None:
    contract = things("id", {"type": "string"})
    assert "zero" not in kinds(contract)
    for known, form in ((UUID, "-4"), ("ord_A1", "_"), ("b-0001", "b-"), ("0f3a9b27c4", "")):
        knowledge = Knowledge({"thing": (known,)}, paths={"/things/{id}": {"id": known}})
        way = next(
            one for one in ways(contract, contract.operation("read"), "unknown-resource") if one.kind == "unknown"
        )
        strategy = broken(contract, contract.operation("read"), "unknown-resource", way, knowledge)
        for made in draw(strategy, seed="1", count=5):
            text = made.path[0][1]
            assert text != known
            assert len(text) == len(known)
            assert form in text


@pytest.mark.parametrize(
    ("contract", "is_broken"),
    [
        (things("id", {"type": "integer"}), True),
        (things("thingId", {"type": "string"}, "/other"), True),
        (things("term", {"type": "string"}, "/search"), False),
        (things("day", {"type": "string", "format": "date"}), False),
        (things("term", {"type": "string", "x-fault-responses": {"unknown-resource": {"status": 404}}}, "/by"), True),
    ],
)
def test_only_what_is_an_id_can_be_of_nothing(contract: Contract, is_broken: bool) -> None:
    assert ("unknown" in kinds(contract)) is is_broken


@pytest.mark.parametrize(
    ("schema", "wrong"),
    [
        ({"type": "string"}, ""),
        ({"enum": ["week", "month"]}, "not-listed other-case"),
        ({"type": "string", "pattern": "^[a-z]{3}$"}, "no-match"),
        ({"type": "string", "minLength": 3, "maxLength": 4}, "too-long too-short"),
        ({"type": "boolean"}, "no-boolean number"),
    ],
    ids=str,
)
def test_what_is_no_id_is_what_its_schema_refuses(schema: Any, wrong: str) -> None:
    contract = things("period", schema, "/reports")
    operation = contract.operation("read")
    assert kinds(contract) == set(wrong.split())
    for way in ways(contract, operation, "unknown-resource"):
        (made,) = draw(broken(contract, operation, "unknown-resource", way), seed="1", count=1)
        ((name, text),) = made.path
        assert name == "period"
        assert not contract.validator(made.places[0][0], writing=True).is_valid(text)
        assert made.also == ("invalid-value",)
    if wrong:
        assert draw(broken(contract, operation, "unknown-resource"), seed="1", count=3)


@pytest.mark.property
@pytest.mark.parametrize("operation", IN_BODIES[::6], ids=lambda operation: operation.id)
def test_a_body_that_refers_to_nothing_is_valid(operation: Any) -> None:
    strategy = broken(PICQER, operation, "unknown-reference", None, KNOWLEDGE)
    if strategy.is_empty:
        return

    @FEW
    @given(strategy)
    def holds(breakage: Any) -> None:
        body = orjson.loads(breakage.body)
        assert PICQER.validator(json_body(operation).schema, writing=True).is_valid(body)
        pointer, _, kind = breakage.variant.partition(" ")
        assert str(walk(body, split(pointer))) not in KNOWLEDGE.texts
        assert bool(breakage.also) == (kind not in {"unknown", "unknown-text"})

    holds()


@pytest.mark.parametrize(
    ("operation_id", "place", "codes"),
    [
        ("createOrder", "/products/*/idproduct", (24,)),
        ("createOrder", "/idcustomer", (12, 25)),
        ("updateReceiptProduct", "/stock_idlocation", (44,)),
    ],
)
def test_places_lead_to_what_the_document_promises(operation_id: str, place: str, codes: tuple[int, ...]) -> None:
    operation = PICQER.operation(operation_id)
    way = next(one for one in ways(PICQER, operation, "unknown-reference") if one.place == place)
    (made,) = draw(broken(PICQER, operation, "unknown-reference", way, KNOWLEDGE), seed="1", count=1)
    promise = PICQER.promise(operation, "unknown-reference", made.places[0])
    assert promise is not None
    assert promise.body["error_code"] == codes


def test_a_number_of_anybodys_own_is_no_reference() -> None:
    schema = {"type": "object", "properties": {"thing_id": {"type": "integer"}, "external_id": {"type": "integer"}}}
    contract = contract_taking(schema)
    operation = contract.operation("createThing")
    assert broken(contract, operation, "unknown-reference", None, NOTHING_KNOWN).is_empty
    strategy = broken(contract, operation, "unknown-reference", None, Knowledge({"thing_id": (1,)}))
    for made in draw(strategy, seed="1", count=20):
        assert made.variant.startswith("/thing_id ")


def test_another_name_for_the_same_thing_is_left_out() -> None:
    operation = PICQER.operation("addOrderProduct")
    way = next(one for one in ways(PICQER, operation, "unknown-reference") if one.place == "/productcode")
    made = find(broken(PICQER, operation, "unknown-reference", way, KNOWLEDGE), lambda _: True, settings=FEW)
    assert "idproduct" not in orjson.loads(made.body)


@pytest.mark.parametrize(
    ("statuses", "own", "expected"),
    [
        (["200", "404"], {}, True),
        (["200", "201"], {}, False),  # what is not there is made: nothing is wrong with the request
        (["200", "201"], {"x-fault-responses": {"unknown-resource": {"status": 404}}}, True),
    ],
)
def test_a_put_that_may_make_what_is_not_there_has_no_unknown_id(
    statuses: list[str], own: dict[str, Any], expected: bool
) -> None:
    document = dict(things("id", {"type": "string"}).document.root)
    item = document["paths"]["/things/{id}"]
    put = {"operationId": "put", "responses": {status: {"description": ""} for status in statuses}, **own}
    document["paths"] = {**document["paths"], "/things/{id}": {**item, "put": put}}
    contract = Contract.from_dict(document)
    assert bool(ways(contract, contract.operation("put"), "unknown-resource")) is expected
    assert ways(contract, contract.operation("read"), "unknown-resource")
