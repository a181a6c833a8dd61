"""The sandbox and the contract were written apart, from the same facts: here they are held against each other.

Every operation is asked for something sound, with the contract's own example where that fits the sandbox; each answer
must be a documented success, and hold documented members only.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from fuzz.case import Case
from fuzz.sandbox import create_app
from fuzz.sandbox.resources import OPERATIONS
from fuzz.transport import WsgiTransport
from validator.contract import Contract
from validator.exchange import Headers
from validator.judges import make_judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from validator.contract import Operation
    from validator.exchange import Exchange
    from validator.findings import Verdict

BASE = "http://127.0.0.1/api/v1"
HEADERS = Headers([("Authorization", "Basic c2FuZGJveC1rZXk6"), ("User-Agent", "test"), ("Accept", "application/json")])
ONE_IN = 10
"""The reference judge takes its time: it sees one answer in so many."""

BODIES: Mapping[str, Any] = {
    "createOrder": {
        "idcustomer": 1,
        "products": [{"idproduct": 1, "amount": 3}, {"productcode": "LONT-1", "amount": 1}],
    },
    "createPicklistBatch": {"idwarehouse": 1, "idpicklist_batch_preset": 1},
    "addOrderTag": {"idtag": 2},
    "addProductTag": {"idtag": 2},
    "addCustomerTag": {"idtag": 2},
    "linkProductLocation": {"idlocation": 2, "is_preferred": True},
    "addReceiptProduct": {"idproduct": 2, "amount": 12, "idlocation": 1, "idpurchaseorder_product": 1},
    "createFulfilmentCustomer": {"name": "Theehuis Voorbeeld", "allowed_shipping_profiles": [2]},
    "addReturnLog": {"message": "Parcel arrived in good order"},
    "updateReceiptProduct": {"delta": 2},
}
"""Bodies where the example does not fit, even with ids that exist: it names a code, or what is there already."""

IDS: Mapping[str, Mapping[str, Any]] = {
    "getStat": {"key": "open-orders"},
    "getReceiptExpectedProduct": {"idproduct": 2},
    "setLocationProductIntent": {"idlocation": 3, "idproduct": 2},
    "markPurchaseOrderAsPurchased": {"idpurchaseorder": 2},
    "updateReceiptProduct": {"idreceipt": 2, "idreceipt_product": 2},
    "markReceiptAsAllReceived": {"idreceipt": 2},
    "deleteReceipt": {"idreceipt": 3},
    "deleteLocation": {"idlocation": 2},
    "deleteLocationType": {"idlocation_type": 2},
}
"""What stands in a path where that is not 1."""

BEFORE: Mapping[str, tuple[str, ...]] = {
    "resumeOrder": ("pauseOrder",),
    "reopenOrder": ("cancelOrder",),
    "undoOrderCancellation": ("cancelOrder",),
    "resumePicklist": ("pausePicklist",),
    "addPicklistToBatch": ("removePicklistFromBatch",),
    "deleteReceipt": ("createReceipt",),
    "uncompleteTask": ("completeTask",),
}
"""What has to be asked first for an operation to be possible."""

STAYS = {"orders", "hooks", "shipments"}
"""What is cancelled or switched off by DELETE, and can still be read."""


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract.load(servers=[BASE])


class Sandbox:
    """A new sandbox, asked as the contract has it; every answer is kept."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._operations = {one.id: one for one in contract.operations}
        self._send = WsgiTransport(create_app())
        self.exchanges: list[Exchange] = []

    def ask(self, name: str, **ids: Any) -> Any:
        """Ask for something sound; `ids` go into the path. Gives the JSON value of the answer."""
        operation = self._operations[name]
        body = self._body(operation)
        path = re.sub(r"\{(\w+)\}", lambda found: str(ids.get(found[1], 1)), operation.path)
        exchange = self._send(
            Case(
                operation=name,
                method=operation.method,
                url=BASE + path,
                headers=HEADERS,
                body=b"" if body is None else json.dumps(body).encode(),
            )
        )
        self.exchanges.append(exchange)
        raw = exchange.response.body
        return json.loads(raw) if raw and raw[:1] in b"[{" else None

    def do(self, name: str) -> None:
        """What must come before, then the operation, with the ids that it needs."""
        for earlier in BEFORE.get(name, ()):
            self.ask(earlier)
        self.ask(name, **IDS.get(name, {}))

    def _body(self, operation: Operation) -> Any:
        if operation.id in BODIES:
            return BODIES[operation.id]
        request = self._contract.document.at(operation.pointer).get("requestBody", {"content": {}})
        return with_ids_that_exist(request["content"].get("application/json", {}).get("example"))


def with_ids_that_exist(value: Any) -> Any:
    """The same value, with 1 for every id in it: the sandbox is born with one of everything."""
    match value:
        case list():
            return [with_ids_that_exist(item) for item in value]
        case dict():
            return {
                name: 1 if isinstance(item, int) and re.search(r"(^|_)id[a-z]", name) else with_ids_that_exist(item)
                for name, item in value.items()
            }
    return value


def wrong(verdicts: Iterable[Verdict]) -> list[str]:
    """What is not a success that the contract documents."""
    return [
        f"{verdict.exchange.request.method} {verdict.exchange.request.url}: {verdict.exchange.response.status}"
        f" {[(found.rule, found.instance, found.documented) for found in verdict.findings]}"
        for verdict in verdicts
        if not verdict.valid or verdict.exchange.response.status >= 300
    ]


def resources(contract: Contract) -> Iterator[tuple[Operation, Operation, Operation | None]]:
    """Each resource that can be created and read: the operations that do so, and the one that deletes."""
    found = {(one.method, one.path): one for one in contract.operations}
    for (method, path), reads in found.items():
        collection, _, last = path.rpartition("/")
        if method == "GET" and last.startswith("{") and ("POST", collection) in found:
            yield found["POST", collection], reads, found.get(("DELETE", path))


def test_the_sandbox_has_the_operations_of_the_contract(contract: Contract) -> None:
    served = {(one.method, re.sub(r"<(\w+)>", r"{\1}", one.path)) for one in OPERATIONS}
    assert served == {(one.method, one.path) for one in contract.operations}


def test_every_operation_is_answered_as_documented(contract: Contract) -> None:
    exchanges = []
    reads = Sandbox(contract)
    for operation in contract.operations:
        sandbox = reads if operation.method == "GET" else Sandbox(contract)
        sandbox.do(operation.id)
        exchanges.append(sandbox.exchanges[-1])
    assert len(exchanges) == len(contract.operations)
    assert not wrong(map(make_judge(contract, strict=True), exchanges))
    assert not wrong(map(make_judge(contract, "reference", strict=True), exchanges[::ONE_IN]))


def test_what_was_created_and_changed_is_still_shown_as_documented(contract: Contract) -> None:
    """In one sandbox, after all that can be done but deleting; a refusal is as good as a success where documented."""
    sandbox = Sandbox(contract)
    for method in ("POST", "PUT", "GET"):
        for operation in contract.operations:
            if operation.method == method:
                sandbox.do(operation.id)
    verdicts = map(make_judge(contract, strict=True), sandbox.exchanges)
    assert not [verdict.findings for verdict in verdicts if not verdict.valid]


def test_what_is_created_can_be_read_and_what_is_deleted_is_gone(contract: Contract) -> None:
    lives = list(resources(contract))
    assert len(lives) >= 15
    for creates, reads, deletes in lives:
        sandbox = Sandbox(contract)
        made = sandbox.ask(creates.id)
        name = reads.path.rpartition("{")[2].rstrip("}")
        ids = {name: made[name]}
        assert sandbox.ask(reads.id, **ids) == made, creates.id
        if deletes is not None and creates.path.strip("/").rpartition("/")[2] not in STAYS:
            sandbox.ask(deletes.id, **ids)
            sandbox.ask(reads.id, **ids)
            statuses = [exchange.response.status for exchange in sandbox.exchanges]
            assert statuses[2:] == [204, 404], deletes.id
