"""`POST /v1/validate` and its neighbours, through Flask's test client."""

from __future__ import annotations

import copy
import io
import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from tests.packing import gzipped
from tests.service.conftest import SHOP
from validator.contract import Contract
from validator.reports.json import as_json
from validator.reports.merging import merge
from validator.reports.reading import read_report
from validator.service import create_app
from validator.service.problems import KINDS, MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    Make = Callable[..., dict[str, Any]]

PATH = "/v1/validate"
NDJSON = "application/x-ndjson"
YAML = "application/yaml"


def post(client: FlaskClient, body: Any, content_type: str = "application/json", **kwargs: Any) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(kwargs.pop("path", PATH), data=data, content_type=content_type, **kwargs)


def problem(response: TestResponse, slug: str) -> dict[str, Any]:
    """The problem document, which must be of this kind."""
    assert response.content_type == MEDIA_TYPE
    told: dict[str, Any] = response.get_json(force=True)
    assert told["type"] == f"/problems/{slug}"
    assert told["title"] == KINDS[slug].title
    assert told["status"] == response.status_code == KINDS[slug].status
    assert told["detail"]
    assert told["mend"]
    assert told["instance"].startswith("urn:uuid:")
    return told


def har(*exchanges: dict[str, Any]) -> dict[str, Any]:
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "test", "version": "1"},
            "entries": [
                {
                    "startedDateTime": "2026-01-01T00:00:00Z",
                    "time": 1,
                    "request": {
                        "method": entry["request"]["method"],
                        "url": entry["request"]["url"],
                        "httpVersion": "HTTP/1.1",
                        "headers": [],
                        "queryString": [],
                        "cookies": [],
                        "headersSize": -1,
                        "bodySize": 0,
                    },
                    "response": {
                        "status": entry["response"]["status"],
                        "statusText": "",
                        "httpVersion": "HTTP/1.1",
                        "headers": [{"name": "Content-Type", "value": "application/json"}],
                        "cookies": [],
                        "content": {
                            "size": -1,
                            "mimeType": "application/json",
                            "text": json.dumps(entry["response"]["json"]),
                        },
                        "redirectURL": "",
                        "headersSize": -1,
                        "bodySize": -1,
                    },
                    "cache": {},
                    "timings": {"send": 0, "wait": 1, "receive": 0},
                }
                for entry in exchanges
            ],
        }
    }


def cassette(*exchanges: dict[str, Any]) -> dict[str, Any]:
    return {
        "interactions": [
            {
                "request": {
                    "method": entry["request"]["method"],
                    "uri": entry["request"]["url"],
                    "headers": {},
                    "body": None,
                },
                "response": {
                    "status": {"code": entry["response"]["status"], "message": "OK"},
                    "headers": {"Content-Type": ["application/json"]},
                    "body": {"string": json.dumps(entry["response"]["json"])},
                },
            }
            for entry in exchanges
        ],
        "version": 1,
    }


def lines(*exchanges: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(entry).encode() + b"\n" for entry in exchanges)


class TestOneExchange:
    def test_that_keeps_the_contract_is_valid(self, client: FlaskClient, exchange: Make) -> None:
        body = json.dumps(exchange()).encode()
        response = post(client, body)
        assert response.status_code == 200
        assert response.get_json() == {
            "valid": True,
            "outcome": "valid",
            "operation": "listItems",
            "findings": [],
            "undecided": None,
            "read": {"bytes": len(body), "exchanges": 1},
        }

    def test_that_breaks_the_contract_gets_its_findings(self, client: FlaskClient, exchange: Make) -> None:
        told = post(client, exchange([{"id": "1"}])).get_json()
        assert (told["valid"], told["outcome"], told["operation"]) == (False, "invalid", "listItems")
        (finding,) = told["findings"]
        assert (finding["rule"], finding["instance"]) == ("schema-violation", "/0/id")
        assert finding["exchange"] == {
            "source": "body",
            "index": 0,
            "method": "GET",
            "url": "https://shop.test/api/items",
            "status": 200,
        }

    def test_may_be_written_over_many_lines(self, client: FlaskClient, exchange: Make) -> None:
        assert post(client, json.dumps(exchange(), indent=2).encode()).get_json()["valid"] is True

    def test_without_a_recorded_body_is_undecided(self, client: FlaskClient, exchange: Make) -> None:
        made = exchange()
        del made["response"]["json"]
        made["response"]["body"] = None
        told = post(client, made).get_json()
        assert (told["valid"], told["outcome"]) == (False, "undecided")
        assert "body" in told["undecided"]

    def test_in_an_array_or_a_line_gets_the_report(self, client: FlaskClient, exchange: Make) -> None:
        for body, content_type in (([exchange()], "application/json"), (lines(exchange()), NDJSON)):
            assert post(client, body, content_type).get_json()["summary"]["valid"] == 1


class TestOneDelivery:
    """A webhook's receiver can ask of each message whether it is as documented."""

    @pytest.fixture
    def app(self) -> Flask:
        body = {"required": ["event", "data"], "properties": {"event": {"const": "made"}, "data": {"type": "object"}}}
        webhook = {"operationId": "onMade", "requestBody": {"content": {"application/json": {"schema": body}}}}
        return create_app(Contract.from_dict({**SHOP, "webhooks": {"made": {"post": webhook}}}))

    @pytest.mark.parametrize(
        ("sent", "operation", "found"),
        [
            ({"event": "made", "data": {}}, "onMade", []),
            ({"event": "made", "data": []}, "onMade", [("schema-violation", "/data")]),
            ({"event": "lost", "data": {}}, None, [("unknown-webhook", "/event")]),
        ],
    )
    def test_is_judged_without_an_option(
        self, client: FlaskClient, sent: Any, operation: str | None, found: list[tuple[str, str]]
    ) -> None:
        request = {"method": "POST", "url": "https://me.test/hook", "json": sent}
        told = post(client, {"request": request, "response": {"status": 200, "body": "thank you"}}).get_json()
        assert told["outcome"] == ("invalid" if found else "valid")
        assert told["operation"] == operation
        assert [(finding["rule"], finding["instance"]) for finding in told["findings"]] == found
        assert all(finding["message"].endswith(" in the delivery") for finding in told["findings"])


KINDS_OF_RECORDING = [
    pytest.param(lambda *exchanges: list(exchanges), "application/json", id="array"),
    pytest.param(har, "application/json", id="HAR"),
    pytest.param(cassette, "application/json", id="cassette in JSON"),
    pytest.param(cassette, YAML, id="cassette"),
    pytest.param(cassette, "application/x-yaml", id="cassette, x-yaml"),
    pytest.param(cassette, "text/yaml", id="cassette, text"),
    pytest.param(lines, NDJSON, id="exchange lines"),
]


@pytest.mark.parametrize(("made", "content_type"), KINDS_OF_RECORDING)
class TestRecordings:
    def test_are_judged_into_a_report(
        self, client: FlaskClient, exchange: Make, made: Callable[..., Any], content_type: str
    ) -> None:
        report = post(client, made(exchange(), exchange([{}])), content_type).get_json()
        assert (report["summary"]["valid"], report["summary"]["invalid"]) == (1, 1)
        assert [finding["exchange"]["index"] for finding in report["findings"]] == [1]
        assert report["read"]["exchanges"] == 2
        assert report["contract"]["title"] == "Shop"

    def test_may_be_compressed(
        self, client: FlaskClient, exchange: Make, made: Callable[..., Any], content_type: str
    ) -> None:
        plain = made(exchange(), exchange())
        sent = gzipped(plain if isinstance(plain, bytes) else json.dumps(plain).encode())
        response = post(client, sent, content_type, headers={"Content-Encoding": "gzip"})
        assert response.get_json()["summary"]["valid"] == 2
        assert response.headers["Recording-Bytes"] == str(len(sent))
        assert response.headers["Recording-Exchanges"] == "2"


class TestOptions:
    EXTRA = ({"id": 1, "colour": "red"},)

    @pytest.mark.parametrize(
        ("options", "severities"), [("", []), ("?drift=true", ["info"]), ("?strict=true", ["error"])]
    )
    def test_undocumented_properties_are_told_on_request(
        self, client: FlaskClient, exchange: Make, options: str, severities: list[str]
    ) -> None:
        told = post(client, exchange(list(self.EXTRA)), path=PATH + options).get_json()
        assert [finding["severity"] for finding in told["findings"]] == severities

    def test_the_reference_judge_says_the_same(self, client: FlaskClient, exchange: Make) -> None:
        made = [exchange(), exchange([{"id": "x"}]), exchange({"error": True}, status=404)]
        compiled, reference = (
            post(client, made, path=f"{PATH}?judge={name}").get_json()["summary"]["by_rule"]
            for name in ("compiled", "reference")
        )
        assert compiled == reference

    def test_a_recording_of_another_address_is_judged_with_server(self, client: FlaskClient, exchange: Make) -> None:
        made = exchange(url="http://localhost:8080/v2/items")
        refused = problem(post(client, made), "nothing-judged")
        assert "http://localhost:8080" in refused["detail"]
        assert refused["mend"].endswith("?server=http://localhost:8080/api")
        assert refused["skipped"][0]["exchanges"] == 1
        told = post(client, made, path=f"{PATH}?server=http://other.test&server=http://localhost:8080/v2").get_json()
        assert told["valid"] is True

    @pytest.mark.parametrize(
        ("options", "parameter"),
        [
            ("?strict=maybe", "strict"),
            ("?strict", "strict"),
            ("?strict=true&strict=false", "strict"),
            ("?judge=mine", "judge"),
            ("?judge=", "judge"),
            ("?server=localhost", "server"),
            ("?server=file:///etc/passwd", "server"),
            ("?server=http://%7Ba%7D%7Bb%7D.test", "server"),
            ("?server=http://localhost:port", "server"),
            ("?server=http://[::1", "server"),
            ("?" + "&".join(["server=http://a.test"] * 17), "server"),
            ("?servers=http://a.test", "servers"),
            ("?%00=1", "\\x00"),
        ],
    )
    def test_what_is_not_documented_is_refused(
        self, client: FlaskClient, exchange: Make, options: str, parameter: str
    ) -> None:
        told = problem(post(client, exchange(), path=PATH + options), "invalid-parameter")
        assert told["parameter"] == parameter
        assert told["detail"].startswith(f"query parameter {parameter}: ")

    def test_a_message_names_what_is_allowed_and_what_came(self, client: FlaskClient, exchange: Make) -> None:
        told = problem(post(client, exchange(), path=f"{PATH}?judge=mine"), "invalid-parameter")
        assert told["detail"] == "query parameter judge: expected compiled or reference, got mine"


class TestReports:
    @pytest.mark.parametrize(
        ("accept", "content_type"),
        [
            (None, "application/json"),
            ("*/*", "application/json"),
            ("application/*", "application/json"),
            ("text/html, */*;q=0.8", "application/json"),
            ("text/plain", "text/plain; charset=utf-8"),
            ("text/plain;q=0.9, application/json;q=0.1", "text/plain; charset=utf-8"),
            ("application/xml", "application/xml"),
            ("application/junit+xml", "application/junit+xml"),
        ],
    )
    def test_come_as_accept_asks(
        self, client: FlaskClient, exchange: Make, accept: str | None, content_type: str
    ) -> None:
        response = post(client, exchange([{}]), headers={"Accept": accept} if accept else {})
        assert response.content_type == content_type
        assert response.headers["Vary"] == "Accept"

    def test_as_text_can_be_read(self, client: FlaskClient, exchange: Make) -> None:
        text = post(client, exchange([{}]), headers={"Accept": "text/plain"}).text
        assert "schema-violation" in text
        assert "\x1b" not in text

    def test_as_junit_can_be_parsed(self, client: FlaskClient, exchange: Make) -> None:
        text = post(client, exchange([{}]), headers={"Accept": "application/xml"}).text
        assert ET.fromstring(text).find(".//failure") is not None  # noqa: S314 - we wrote it

    @pytest.mark.parametrize("accept", ["text/html", "application/problem+json", "image/*", "nonsense", ","])
    def test_in_no_other_form(self, client: FlaskClient, exchange: Make, accept: str) -> None:
        told = problem(post(client, exchange(), headers={"Accept": accept}), "not-acceptable")
        assert "application/json" in told["available"]


class TestBadRecordings:
    def test_one_bad_entry_does_not_lose_the_others(self, client: FlaskClient, exchange: Make) -> None:
        report = post(client, lines(exchange()) + b"{}\n[\n" + lines(exchange()), NDJSON).get_json()
        assert (report["summary"]["valid"], report["summary"]["obstacles"]) == (2, 2)
        assert all(met["place"] for met in report["obstacles"])

    @pytest.mark.parametrize("content_type", ["application/json", NDJSON, YAML])
    @pytest.mark.parametrize(
        "body",
        [
            b"nonsense",
            b"{",
            b"{}",
            b"[]",
            b"null",
            b"[null]",
            b"\xff\xfe",
            b"\x00" * 100,
            b"[" * 100_000,
            b'{"request": 1, "response": 2}',
            b'{"request": {"method": "GET"}, "response": {"status": 200}}',
            b'{"log": {}}',
            b'{"log": {"entries": []}}',
            b'{"interactions": []}',
            b" \n ",
            b"&a [*a]",
            b"1e999",
            b'{"request":' * 5_000,
        ],
    )
    def test_nothing_to_read_is_a_problem(self, client: FlaskClient, body: bytes, content_type: str) -> None:
        told = problem(post(client, body, content_type), "unreadable-recording")
        assert told["bytes_read"] <= len(body)
        assert told["exchanges_read"] == 0

    def test_no_response_at_all_is_nothing_judged(self, client: FlaskClient, exchange: Make) -> None:
        told = problem(post(client, exchange(status=0)), "nothing-judged")
        assert "no response" in told["detail"]
        assert told["exchanges_read"] == 1

    def test_a_schema_that_cannot_be_used_is_the_fault_of_the_service(self, shop: Contract, exchange: Make) -> None:
        document = copy.deepcopy(dict(shop.document.root))
        answer = document["paths"]["/items"]["get"]["responses"]["200"]["content"]["application/json"]
        answer["schema"] = {"type": "string", "pattern": "((a{1000}){1000}){10}"}
        client = create_app(Contract.from_dict(document)).test_client()
        told = problem(post(client, exchange()), "internal-error")
        assert "regex" in told["detail"]
        answers = post(client, [exchange(), exchange({"error": 1}, status=404)]).get_json()
        assert (answers["summary"]["exchanges"], answers["summary"]["obstacles"]) == (1, 1)

    def test_what_is_told_holds_no_values(self, client: FlaskClient, exchange: Make) -> None:
        made = exchange([{"id": "secret-value"}], url="https://user:secret-value@shop.test/api/items?key=secret-value")
        for accept in ("application/json", "text/plain", "application/xml"):
            assert "secret-value" not in post(client, made, headers={"Accept": accept}).text
        assert "secret-value" not in post(client, exchange(url="http://a:secret-value@b.test/")).text


class TestRefusals:
    @pytest.mark.parametrize(
        "content_type",
        ["", "text/html", "application/x-www-form-urlencoded", "nonsense", "*/*", "application/json; charset=utf-16"],
    )
    def test_of_another_content_type_list_what_is_read(
        self, client: FlaskClient, exchange: Make, content_type: str
    ) -> None:
        response = client.post(PATH, data=json.dumps(exchange()), headers={"Content-Type": content_type})
        assert problem(response, "unsupported-media-type")["accepted"]

    @pytest.mark.parametrize(
        "content_type",
        [
            "application/json; charset=utf-8",
            "APPLICATION/JSON",
            'application/json;charset="UTF-8"',
            "application/json;",
        ],
    )
    def test_are_not_for_parameters_that_change_nothing(
        self, client: FlaskClient, exchange: Make, content_type: str
    ) -> None:
        assert post(client, exchange(), content_type).status_code == 200

    def test_of_no_body(self, client: FlaskClient) -> None:
        problem(post(client, b""), "missing-body")
        problem(client.post(PATH), "missing-body")

    def test_of_a_body_too_large(self, client: FlaskClient) -> None:
        assert problem(post(client, b" " * 100_001), "body-too-large")["limit"] == 100_000

    def test_of_a_bomb(self, client: FlaskClient, exchange: Make) -> None:
        sent = gzipped(lines(exchange()) * 3000)
        problem(post(client, sent, NDJSON, headers={"Content-Encoding": "gzip"}), "body-too-large")

    def test_of_a_bad_coding(self, client: FlaskClient) -> None:
        problem(post(client, b"x", headers={"Content-Encoding": "gzip"}), "unreadable-coding")
        response = post(client, b"x", headers={"Content-Encoding": "br"})
        problem(response, "unsupported-media-type")
        assert response.headers["Accept-Encoding"] == "gzip"


class TestTheOthers:
    def test_health_names_the_contract(self, client: FlaskClient) -> None:
        told = client.get("/healthz").get_json()
        assert told == {"status": "ok", "contract": {"title": "Shop", "version": "7"}}

    @pytest.mark.parametrize("path", ["/healthz", "/openapi.json", "/problems/not-found"])
    def test_head_has_the_headers_of_get_and_no_body(self, client: FlaskClient, path: str) -> None:
        got, head = client.get(path), client.head(path)
        assert head.status_code == 200
        assert head.data == b""
        assert head.headers["Content-Length"] == str(len(got.data))

    def test_an_undocumented_parameter_is_refused_everywhere(self, client: FlaskClient) -> None:
        problem(client.get("/healthz?verbose=1"), "invalid-parameter")

    @pytest.mark.parametrize("slug", KINDS)
    def test_the_type_of_a_problem_leads_to_what_it_means(self, client: FlaskClient, slug: str) -> None:
        assert client.get(f"/problems/{slug}").get_json()["title"] == KINDS[slug].title

    def test_an_unknown_kind_of_problem_is_not_found(self, client: FlaskClient) -> None:
        problem(client.get("/problems/none"), "not-found")


def test_the_json_report_can_be_merged(client: FlaskClient, exchange: Make) -> None:
    report = read_report(io.BytesIO(post(client, [exchange(), exchange()]).get_data()), "answer.json")
    merged = as_json(merge([("one.json", report), ("two.json", report)], fail_on=report.fail_on))
    assert merged["summary"]["exchanges"] == 4
    assert merged["coverage"]["operations"]["seen"] == report.coverage.operations_seen == 1
