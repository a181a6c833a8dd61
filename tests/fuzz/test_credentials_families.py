"""The families of credentials: who is asked for a key gets requests without the right one, sound in all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from fuzz.addresses import Addresses
from fuzz.credentials import Scheme
from fuzz.engine import draw
from fuzz.families import broken, ways
from fuzz.families.credentials import AND_NO_JSON
from fuzz.faults import BAD_CREDENTIALS, NO_CREDENTIALS
from fuzz.oracle import Oracle
from fuzz.request_body import json_body
from fuzz.rfc8259 import is_malformed
from fuzz.sandbox import create_app
from fuzz.spoiling import spoilings
from fuzz.transport import WsgiTransport
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.judges import make_judge

if TYPE_CHECKING:
    from fuzz.breakage import Breakage

SERVER = "http://127.0.0.1/api/v1"
PICQER = Contract.load(servers=[SERVER])
FAULTS = (NO_CREDENTIALS, BAD_CREDENTIALS)
SCHEMES = {
    "key": {"type": "http", "scheme": "basic"},
    "token": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
}


def shop(security: Any) -> Contract:
    components = {**DOCUMENT["components"], "securitySchemes": SCHEMES}
    return Contract.from_dict({**DOCUMENT, "components": components, "security": security})


def kinds(contract: Contract, fault: str) -> set[str]:
    return {way.kind for way in ways(contract, contract.operation("listOrders"), fault)}


def all_broken(contract: Contract, operation: Any) -> list[Breakage]:
    return [
        draw(broken(contract, operation, fault, way), seed="1", count=1)[0]
        for fault in FAULTS
        for way in ways(contract, operation, fault)
    ]


@pytest.mark.parametrize("security", [[], [{}], [{}, {"key": []}], [{"key": []}, {}]], ids=str)
@pytest.mark.parametrize("fault", FAULTS)
def test_who_needs_no_key_cannot_lack_it(security: Any, fault: str) -> None:
    assert kinds(shop(security), fault) == set()


@pytest.mark.parametrize(
    ("security", "gone"),
    [
        ([{"key": []}], set()),
        ([{"key": []}, {"token": []}], {"wrong-scheme"}),
        ([{"key": []}, {"header": []}], {"key-in-header"}),
        ([{"key": []}, {"query": []}], {"key-in-query"}),
    ],
    ids=str,
)
def test_what_another_scheme_of_the_operation_takes_is_not_wrong(security: Any, gone: set[str]) -> None:
    every = {name for name, way in spoilings(Scheme(kind="basic")).items() if way.fault == BAD_CREDENTIALS}
    assert every - kinds(shop(security), BAD_CREDENTIALS) == gone


@pytest.mark.parametrize("operation", PICQER.operations[::13], ids=lambda operation: operation.id)
def test_all_but_the_credentials_is_sound(operation: Any) -> None:
    made = all_broken(PICQER, operation)
    body = json_body(operation)
    made = [one for one in made if one.variant != AND_NO_JSON]
    assert [one.credentials for one in made] == list(spoilings(Scheme(kind="basic")))
    for one in made:
        assert one.variant == one.credentials
        assert one.described
        assert (one.body is None) == (body is None)
        if body is not None:
            assert PICQER.validator(body.schema, writing=True).is_valid(orjson.loads(one.body or b""))


def test_who_has_no_key_is_not_read_where_the_contract_tells_the_two_apart() -> None:
    """Without promises of two kinds, a server may read first."""
    operation = PICQER.operation("createOrder")
    (one,) = (one for one in all_broken(PICQER, operation) if one.variant == AND_NO_JSON)
    assert one.credentials == "absent"
    assert is_malformed(one.body or b"")
    assert AND_NO_JSON not in kinds(PICQER, NO_CREDENTIALS), "there is no body to read"
    for promises in ({}, {"no-credentials": {"status": 400}}, {"no-credentials": {"status": 401}}):
        faults = {**DOCUMENT["x-fault-responses"], **promises}
        contract = Contract.from_dict({**shop([{"key": []}]).document.root, "x-fault-responses": faults})
        known = {way.kind for way in ways(contract, contract.operation("updateOrder"), NO_CREDENTIALS)}
        assert (AND_NO_JSON in known) is (promises == {"no-credentials": {"status": 401}})


@pytest.mark.parametrize("name", ["deleteTag", "cancelOrder", "getOrder", "updateOrder"])
def test_what_acts_by_its_address_alone_is_aimed_at_nothing(name: str) -> None:
    """A server that lets the request in would else have deleted something."""
    operation = PICQER.operation(name)
    aimed = {one.path != () for one in all_broken(PICQER, operation)}
    assert aimed == {json_body(operation) is None and operation.method != "GET"}


def test_the_sandbox_refuses_every_way_as_promised_and_the_right_key_is_good() -> None:
    send = WsgiTransport(create_app(), "sandbox-key")
    addresses = Addresses.learnt(PICQER, SERVER, send, operations=PICQER.operations)
    oracle = Oracle(PICQER, make_judge(PICQER))
    for name in ("getOrder", "createOrder", "deleteTag"):
        operation = PICQER.operation(name)
        for one in all_broken(PICQER, operation):
            made = addresses.case(operation, one)
            exchange = send(made)
            assert exchange.response.status == 401, one.variant
            assert oracle(made, exchange).findings == ()
    assert send(addresses.case(PICQER.operation("getOrder"))).response.status == 200
