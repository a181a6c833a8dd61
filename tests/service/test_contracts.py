"""Contracts by name over HTTP: put, listed, read back, deleted; and runs that are bound to a version."""

from __future__ import annotations

import copy
import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.packing import gzipped
from tests.service.conftest import SHOP
from validator.contract import Contract, Document
from validator.service.catalogue import KEPT_CONTRACTS, Catalogue
from validator.service.metrics import Metrics
from validator.service.runs import REPORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from validator.service.store import Store

    Make = Callable[..., dict[str, Any]]

PATH = "/v1/contracts/mine"


def _answering(schema: str, more: str = "") -> str:
    """A document whose one answer has a schema, all in YAML."""
    return (
        "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {operationId: a, responses: {'200': "
        f"{{description: d, content: {{application/json: {{schema: {schema}}}}}}}}}}}}}}}\n{more}"
    )


_LAUGHS = "x-l:\n  a0: &a0 x\n" + "".join(
    f"  a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]\n" for number in range(1, 12)
)
_SCHEMAS = {f"S{number}": {"anyOf": [{"$ref": f"#/components/schemas/S{number + 1}"}] * 2} for number in range(40)}
_DOUBLED = f"components: {json.dumps({'schemas': {**_SCHEMAS, 'S40': {}}})}\n"
HOSTILE = [
    (_answering("{}", _LAUGHS), "values"),
    (_answering("[" * 50_000), "nested deeper"),
    (_answering("{$ref: 'http://127.0.0.1:9/x.json'}"), "a reference to an address"),
    (_answering("{$ref: 'file:///etc/passwd'}"), "a reference to an address"),
    (_answering("{$ref: '../../../etc/passwd'}"), "leaves the document's own folder"),
    (_answering("{$ref: '#/components/schemas/S0'}", _DOUBLED), "asks more"),
]


def slug(response: TestResponse) -> tuple[int, str]:
    return response.status_code, str(response.get_json(force=True)["type"]).removeprefix("/problems/")


def document(version: str = "1", *, id_type: str = "string") -> dict[str, Any]:
    """The shop again, in which an id is a text."""
    made = copy.deepcopy(SHOP)
    made["info"] = {"title": "Mine", "version": version}
    answer: Any = made["paths"]["/items"]["get"]["responses"]["200"]  # type: ignore[index]
    answer["content"]["application/json"]["schema"]["items"]["properties"]["id"]["type"] = id_type
    return made


def put(client: FlaskClient, given: Any, path: str = PATH) -> TestResponse:
    return client.put(path, json=given)


class TestPutting:
    def test_a_contract_is_listed_and_read_back(self, storing: FlaskClient) -> None:
        response = put(storing, document())
        assert response.status_code == 201
        told = response.get_json()
        assert (told["name"], told["read_only"]) == ("mine", False)
        assert [(version["title"], version["version"]) for version in told["versions"]] == [("Mine", "1")]
        assert response.headers["ETag"] == f'"{told["versions"][0]["sha256"]}"'
        assert storing.get("/v1/contracts").get_json()["contracts"][1] == told
        read = storing.get(PATH)
        assert read.get_json() == document()
        assert read.headers["ETag"] == response.headers["ETag"]

    def test_the_version_is_the_hash_of_the_text(self, storing: FlaskClient) -> None:
        text = json.dumps(document()).encode()
        response = storing.put(PATH, data=text, content_type="application/json")
        assert response.get_json()["versions"][0]["sha256"] == hashlib.sha256(text).hexdigest()

    def test_versions_are_kept_and_the_last_is_in_force(self, storing: FlaskClient) -> None:
        first = put(storing, document("1")).get_json()["versions"][0]["sha256"]
        response = put(storing, document("2"))
        assert response.status_code == 200
        assert [version["version"] for version in response.get_json()["versions"]] == ["2", "1"]
        assert storing.get(PATH).get_json()["info"]["version"] == "2"
        assert storing.get(f"{PATH}?version={first}").get_json()["info"]["version"] == "1"

    def test_the_same_content_is_the_same_version(self, storing: FlaskClient) -> None:
        first = put(storing, document("1")).get_json()
        assert put(storing, document("1")).get_json() == first

    def test_an_older_version_can_be_put_in_force_again(self, storing: FlaskClient) -> None:
        for version in ("1", "2", "1"):
            told = put(storing, document(version)).get_json()
        assert [version["version"] for version in told["versions"]] == ["1", "2"]
        assert storing.get(PATH).get_json()["info"]["version"] == "1"

    @pytest.mark.parametrize("content_type", ["application/yaml", "application/x-yaml", "text/yaml"])
    def test_yaml_is_read_and_so_is_gzip(self, storing: FlaskClient, content_type: str) -> None:
        text = b"openapi: 3.1.0\ninfo: {title: Y, version: 1.0.0}\npaths: {}\n"
        headers = {"Content-Encoding": "gzip"}
        response = storing.put(PATH, data=gzipped(text), content_type=content_type, headers=headers)
        assert response.status_code == 201, response.text
        assert storing.get(PATH).get_json()["info"]["title"] == "Y"

    @pytest.mark.parametrize(
        "given",
        [
            {},
            [],
            {"openapi": "3.1.0"},
            {"swagger": "2.0"},
            {**SHOP, "components": {"schemas": {"A": {"$ref": "file:///etc/passwd"}}}},
            {**SHOP, "components": {"schemas": {"A": {"$ref": "http://localhost:1/a.json"}}}},
            {**SHOP, "components": {"schemas": {"A": {"$ref": "other.yaml"}}}},
            {**SHOP, "components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}},
        ],
    )
    def test_what_is_no_contract_is_refused(self, storing: FlaskClient, given: Any) -> None:
        assert slug(put(storing, given)) == (422, "invalid-document")
        assert len(storing.get("/v1/contracts").get_json()["contracts"]) == 1

    @pytest.mark.parametrize("data", [b"{", b"a: [", b"\xff\xfe", b"- &a [*a]", b"[" * 3000])
    def test_what_is_no_document_is_refused(self, storing: FlaskClient, data: bytes) -> None:
        assert slug(storing.put(PATH, data=data, content_type="application/yaml")) == (422, "invalid-document")

    @pytest.mark.parametrize(("data", "told"), HOSTILE)
    def test_what_is_made_to_take_all_time_or_memory_is_refused_at_once(
        self, storing: FlaskClient, data: str, told: str
    ) -> None:
        started = time.perf_counter()
        response = storing.put(PATH, data=data, content_type="application/yaml")
        assert time.perf_counter() - started < 10
        assert slug(response) == (422, "invalid-document")
        problem = response.get_json()
        assert told in problem["detail"]
        assert problem["mend"]
        assert problem["mend"] not in problem["detail"], "it has a member of its own"

    @pytest.mark.parametrize("name", ["Mine", "-a", ".a", "a" * 65, "a%20b", "%00", "é", "a%0A"])
    def test_a_name_that_is_none_is_refused(self, storing: FlaskClient, name: str) -> None:
        for response in (
            put(storing, document(), f"/v1/contracts/{name}"),
            storing.get(f"/v1/contracts/{name}"),
            storing.delete(f"/v1/contracts/{name}"),
        ):
            assert slug(response) == (400, "invalid-parameter")


class TestTheDefault:
    def test_is_there_and_is_the_first(self, storing: FlaskClient, shop: Contract) -> None:
        told = storing.get("/v1/contracts").get_json()["contracts"]
        assert [(one["name"], one["read_only"]) for one in told] == [("default", True)]
        sha256 = shop.document.sha256
        assert told[0]["versions"][0]["sha256"] == sha256
        for path in ("/v1/contracts/default", f"/v1/contracts/default?version={sha256}"):
            assert storing.get(path).get_json() == SHOP

    def test_can_be_read_without_a_store(self, client: FlaskClient) -> None:
        assert client.get("/v1/contracts/default").get_json() == SHOP

    def test_cannot_be_changed(self, storing: FlaskClient) -> None:
        assert slug(put(storing, document(), "/v1/contracts/default")) == (409, "read-only-contract")
        assert slug(storing.delete("/v1/contracts/default")) == (409, "read-only-contract")


class TestUnknown:
    def test_contracts_are_not_found(self, storing: FlaskClient, exchange: Make) -> None:
        for response in (
            storing.get(PATH),
            storing.delete(PATH),
            storing.post("/v1/validate?contract=mine", json=exchange()),
            storing.post("/v1/runs?contract=mine", json=exchange()),
            storing.get(f"/v1/contracts/default?version={'0' * 64}"),
        ):
            assert slug(response) == (404, "unknown-contract")

    def test_a_version_of_another_contract_is_not_found(self, storing: FlaskClient) -> None:
        sha256 = put(storing, document(), "/v1/contracts/other").get_json()["versions"][0]["sha256"]
        put(storing, document("2"))
        assert slug(storing.get(f"{PATH}?version={sha256}")) == (404, "unknown-contract")


class TestJudging:
    def test_a_recording_is_judged_against_the_contract_that_is_named(
        self, storing: FlaskClient, exchange: Make
    ) -> None:
        put(storing, document())
        for path in ("/v1/validate", "/v1/validate?contract=default"):
            assert storing.post(path, json=exchange()).get_json()["valid"] is True
        assert storing.post("/v1/validate?contract=mine", json=exchange()).get_json()["valid"] is False
        report = storing.post("/v1/validate?contract=mine", json=[exchange()]).get_json()
        assert (report["contract"]["title"], report["contract"]["source"]) == ("Mine", "mine")

    def test_a_run_is_bound_to_the_version_that_judged_it(self, storing: FlaskClient, exchange: Make) -> None:
        versions, runs = [], []
        for number, id_type in enumerate(("string", "integer")):
            put(storing, document(str(number), id_type=id_type))
            run = storing.post("/v1/runs?contract=mine", json=exchange()).get_json()
            runs.append(run)
            versions.append(run["contract"])
        assert [run["outcome"] for run in runs] == ["failed", "passed"]
        assert [(one["name"], one["version"]) for one in versions] == [("mine", "0"), ("mine", "1")]
        for version in versions:
            told = storing.get(f"{PATH}?version={version['sha256']}").get_json()
            assert told["info"]["version"] == version["version"]
        assert [run["id"] for run in storing.get("/v1/runs?contract=mine").get_json()["runs"]] == [
            run["id"] for run in reversed(runs)
        ]

    def test_a_report_finds_its_contract_by_the_document(self, storing: FlaskClient, exchange: Make) -> None:
        put(storing, document())
        report = storing.post("/v1/validate?contract=mine", json=[exchange()]).get_json()
        put(storing, document("2"))
        for query in ("", "?contract=mine"):
            run = storing.post(f"/v1/runs{query}", json=report, content_type=REPORT).get_json()
            assert (run["contract"]["name"], run["contract"]["version"]) == ("mine", "1")
        refused = storing.post("/v1/runs?contract=default", json=report, content_type=REPORT)
        assert slug(refused) == (422, "other-contract")

    def test_a_contract_that_turns_out_unusable_is_told(self, storing: FlaskClient, exchange: Make) -> None:
        broken = document()
        answer = broken["paths"]["/items"]["get"]["responses"]["200"]
        answer["content"]["application/json"]["schema"] = {"type": "string", "pattern": "((a{1000}){1000}){10}"}
        assert put(storing, broken).status_code == 201
        for path in ("/v1/validate", "/v1/runs"):
            response = storing.post(f"{path}?contract=mine", json=exchange("a"))
            assert slug(response) == (422, "invalid-document")

    def test_deleted_it_is_gone_and_its_runs_are_not(self, storing: FlaskClient, store: Store, exchange: Make) -> None:
        put(storing, document())
        run = storing.post("/v1/runs?contract=mine", json=exchange()).get_json()
        sha256 = run["contract"]["sha256"]
        response = storing.delete(PATH)
        assert (response.status_code, response.data) == (204, b"")
        assert slug(storing.post("/v1/runs?contract=mine", json=exchange())) == (404, "unknown-contract")
        assert storing.get(f"/v1/runs/{run['id']}").get_json()["run"]["contract"] == run["contract"]
        assert store.contracts.document(sha256) is not None  # what the run is bound to
        storing.delete(f"/v1/runs/{run['id']}")
        assert store.contracts.document(sha256) is None


def test_contracts_are_kept_within_bounds(shop: Contract, store: Store) -> None:
    catalogue = Catalogue(shop, store, Metrics())
    text = json.dumps(document()).encode()
    for number in range(KEPT_CONTRACTS + 2):
        store.contracts.put(f"c{number}", Document.from_bytes(text, "c"))
        assert catalogue.find(f"c{number}").contract is catalogue.find(f"c{number}").contract
    assert catalogue._load.cache_info().currsize == KEPT_CONTRACTS
