"""A recorded delivery, judged like any exchange: what the API sent, then what its subscriber answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from validator.contract import Contract
from validator.exchange import Exchange, Headers, Request, Response
from validator.findings import Outcome, Severity
from validator.judges import JUDGES, make_judge

ERROR = {
    "type": "object",
    "required": ["error", "error_code"],
    "properties": {"error": {"const": True}, "error_code": {"enum": [1, 2]}},
}


def webhook(event: str, data: Any, **members: Any) -> dict[str, Any]:
    body = {"allOf": [{"$ref": "#/components/schemas/Envelope"}, {"properties": {"event": {"const": event}, **data}}]}
    return {"post": {"requestBody": {"content": {"application/json": {"schema": body}}}, **members}}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "servers": [{"url": "https://api.example/v1"}],
    "paths": {
        "/orders": {
            "post": {
                "operationId": "createOrder",
                "responses": {
                    "201": {"description": ""},
                    "400": {"description": "", "content": {"application/json": {"schema": ERROR}}},
                },
            }
        }
    },
    "webhooks": {
        "orders.created": webhook(
            "orders.created",
            {"data": {"$ref": "#/components/schemas/Order"}},
            operationId="onOrderCreated",
            parameters=[
                {"name": "X-Count", "in": "header", "required": True, "schema": {"type": "integer", "minimum": 1}},
                {"name": "X-Signature", "in": "header", "schema": {"type": "string", "maxLength": 8}},
                {"name": "Content-Type", "in": "header", "required": True, "schema": {"const": "to be ignored"}},
                {"name": "idshop", "in": "query", "required": True, "schema": {"type": "integer"}},
            ],
            responses={
                "200": {"description": ""},
                "202": {
                    "description": "",
                    "headers": {"X-Job": {"required": True, "schema": {"type": "integer"}}},
                    "content": {"application/json": {"schema": {"type": "object", "required": ["job"]}}},
                },
                "204": {"description": ""},
            },
        ),
        "orders/closed": webhook("orders.closed", {"data": {"type": "object"}}),
    },
    "components": {
        "schemas": {
            "Envelope": {
                "type": "object",
                "required": ["id", "event", "data"],
                "properties": {"id": {"type": "integer"}, "event": {"type": "string"}},
            },
            "Order": {
                "type": "object",
                "required": ["idorder"],
                "properties": {
                    "idorder": {"type": "integer", "readOnly": True},
                    "secret": {"type": "string", "writeOnly": True},
                    "word": {"type": "string", "pattern": "^(a|a)*\\1b$"},
                },
            },
        }
    },
}
CONTRACT = Contract.from_dict(DOCUMENT)
JSON = ("Content-Type", "application/json")
COUNT = ("X-Count", "1")
WHOLE = {"id": 7, "event": "orders.created", "data": {"idorder": 1}}
CLOSED = {**WHOLE, "event": "orders.closed"}
BODY = "/webhooks/orders.created/post/requestBody"
RESPONSES = "/webhooks/orders.created/post/responses"


def delivery(
    body: Any = None,
    *headers: tuple[str, str],
    status: int = 200,
    answer: bytes | None = b"thank you",
    answer_headers: tuple[tuple[str, str], ...] = (),
    damage: str | None = None,
    url: str = "https://shop.example/hook?key=s3cr3t",
) -> Exchange:
    value = WHOLE if body is None else body
    sent = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Exchange(
        request=Request(method="POST", url=url, headers=Headers(headers or (JSON, COUNT)), body=sent),
        response=Response(status=status, headers=Headers(answer_headers), body=answer, damage=damage),
    )


KEEPING = [
    delivery(),
    delivery(answer=b""),
    delivery(answer=None),
    delivery(answer=b"\x1f\x8b", damage="gzip: cut short"),
    delivery(answer=b'{"error": true, "error_code": 1}', answer_headers=(JSON,)),
    delivery(status=204, answer=b"of no interest"),
    delivery(status=202, answer=b'{"job": 1}', answer_headers=(JSON, ("X-Job", "1"))),
    delivery(None, ("content-type", "application/json; charset=utf-8"), ("x-count", "12"), ("X-Signature", "abc=")),
    delivery({**WHOLE, "more": 1, "error": True, "error_code": 1}),
    delivery({**WHOLE, "data": {"idorder": 1, "secret": "written, not read: only a word in OpenAPI 3.1"}}),
    delivery(CLOSED, JSON, status=500),
    delivery(url="https://api.example.evil.example/v1/orders"),
    delivery(url="not an address"),
]


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("kept", KEEPING)
def test_a_delivery_that_keeps_the_contract_is_valid(judge: str, kept: Exchange) -> None:
    verdict = make_judge(CONTRACT, judge)(kept)
    assert verdict.findings == ()
    assert verdict.valid
    assert verdict.operation in ("onOrderCreated", "POST orders/closed")


BREAKING = [
    ("missing-content-type", "", f"{BODY}/content", delivery(None, COUNT)),
    ("malformed-content-type", "", f"{BODY}/content", delivery(None, COUNT, ("Content-Type", "json"))),
    ("undocumented-content-type", "", f"{BODY}/content", delivery(None, COUNT, ("Content-Type", "text/html"))),
    ("missing-header", "", "/webhooks/orders.created/post/parameters/0", delivery(None, JSON)),
    (
        "invalid-header",
        "",
        "/webhooks/orders.created/post/parameters/0/schema/minimum",
        delivery(None, JSON, ("X-Count", "0")),
    ),
    (
        "invalid-header",
        "",
        "/webhooks/orders.created/post/parameters/1/schema/maxLength",
        delivery(None, JSON, COUNT, ("X-Signature", "s3cr3t-s3cr3t")),
    ),
    (
        "schema-violation",
        "/data/idorder",
        "/components/schemas/Order/properties/idorder/type",
        delivery({**WHOLE, "data": {"idorder": "1"}}),
    ),
    ("schema-violation", "/data", "/components/schemas/Order/required/0", delivery({**WHOLE, "data": {}})),
    (
        "schema-violation",
        "",
        "/components/schemas/Envelope/required/2",
        delivery({"id": 7, "event": "orders.created"}),
    ),
]
REPLYING = [
    ("undocumented-status", "", RESPONSES, delivery(status=500)),
    ("undocumented-status", "", RESPONSES, delivery(status=302, answer=None)),
    ("invalid-json", "", f"{RESPONSES}/202/content", delivery(status=202, answer_headers=(JSON, ("X-Job", "1")))),
    (
        "schema-violation",
        "",
        f"{RESPONSES}/202/content/application~1json/schema/required/0",
        delivery(status=202, answer=b"{}", answer_headers=(JSON, ("X-Job", "1"))),
    ),
    (
        "missing-header",
        "",
        f"{RESPONSES}/202/headers/X-Job",
        delivery(status=202, answer=b'{"job": 1}', answer_headers=(JSON,)),
    ),
]


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("rule", "instance", "documented", "broken", "delivered"),
    [*((*case, True) for case in BREAKING), *((*case, False) for case in REPLYING)],
)
def test_a_broken_promise_is_one_finding_at_its_place(
    judge: str, rule: str, instance: str, documented: str, broken: Exchange, delivered: bool
) -> None:
    verdict = make_judge(CONTRACT, judge)(broken)
    assert [(found.rule, found.instance, found.documented, found.delivered) for found in verdict.findings] == [
        (rule, instance, documented, delivered)
    ]
    (finding,) = verdict.findings
    assert verdict.operation == finding.operation == "onOrderCreated"
    assert verdict.outcome is Outcome.INVALID
    assert finding.message.endswith(" in the delivery") is delivered
    assert "s3cr3t" not in finding.describe(show_values=True)


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("orders.archived", '"orders.archived"'),
        ("0612345678", "string (10 characters)"),
        ("jan@example.org", "string (15 characters)"),
        (5, "integer"),
    ],
)
def test_an_event_that_no_webhook_documents_is_an_error(judge: str, event: Any, told: str) -> None:
    verdict = make_judge(CONTRACT, judge)(delivery({**WHOLE, "event": event}, status=500))
    (finding,) = verdict.findings
    assert (finding.rule, finding.instance, finding.documented) == ("unknown-webhook", "/event", "/webhooks")
    assert finding.severity is Severity.ERROR
    assert finding.message == f'expected one of "orders.created", "orders.closed", got {told} in the delivery'
    assert verdict.operation is None
    assert verdict.outcome is Outcome.INVALID


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (delivery({"hello": 1}), "unknown-server"),
        (delivery(b"[" * 100_000), "unknown-server"),
        (delivery(b"event=orders.created"), "unknown-server"),
        (delivery(url="https://api.example/v1/hook"), "unknown-path"),
        (delivery(url="https://api.example/hook"), "unknown-path"),
    ],
)
def test_what_is_no_delivery_is_judged_as_ever(judge: str, other: Exchange, rule: str) -> None:
    assert [found.rule for found in make_judge(CONTRACT, judge)(other).findings] == [rule]


@pytest.mark.parametrize("judge", JUDGES)
def test_a_delivery_that_got_no_answer_is_skipped(judge: str) -> None:
    assert make_judge(CONTRACT, judge)(delivery(status=0)).skipped == "no response was received"


@pytest.mark.parametrize("judge", JUDGES)
def test_undocumented_members_of_a_delivery_are_found_on_request(judge: str) -> None:
    body = json.dumps({**WHOLE, "data": {"idorder": 1, "new": 1}}).encode().replace(b'"id": 7', b'"id": 7, "id": 7')
    drift = make_judge(CONTRACT, judge, drift=True)(delivery(body))
    strict = make_judge(CONTRACT, judge, strict=True)(delivery(body))
    for verdict in (drift, strict):
        assert {(found.rule, found.instance, found.delivered) for found in verdict.findings} == {
            ("undocumented-property", "/data/new", True),
            ("duplicate-key", "/id", True),
        }
    assert {found.severity for found in strict.findings} == {Severity.ERROR}


@pytest.mark.parametrize("judge", JUDGES)
def test_a_doubt_about_the_message_hides_nothing_about_the_answer(judge: str) -> None:
    verdict = make_judge(CONTRACT, judge)(delivery({**WHOLE, "data": {"idorder": 1, "word": "a" * 40}}, status=500))
    assert [found.rule for found in verdict.findings] == ["undocumented-status"]
    assert verdict.undecided is not None
    assert verdict.undecided.startswith("a pattern is too costly")


@pytest.mark.parametrize("judge", JUDGES)
def test_an_answer_that_was_not_recorded_leaves_open_what_is_documented_of_it(judge: str) -> None:
    one = delivery(status=202, answer=None, answer_headers=(JSON, ("X-Job", "1")))
    assert make_judge(CONTRACT, judge)(one).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("servers", [None, [{"url": "/v1"}], [{"url": "https://{host}/v1"}]])
def test_a_server_that_takes_any_host_claims_no_delivery(judge: str, servers: list[dict[str, Any]] | None) -> None:
    root = {key: value for key, value in DOCUMENT.items() if key != "servers"}
    if servers is not None:
        root["servers"] = [
            {**server, "variables": {"host": {"default": "api.example"}}} if "{" in server["url"] else server
            for server in servers
        ]
    judging = make_judge(Contract.from_dict(root), judge)
    assert judging(delivery()).operation == "onOrderCreated"
    base = "" if servers is None else "/v1"
    assert (
        judging(delivery(url=f"https://shop.example{base}/orders", status=201, answer=b"")).operation == "createOrder"
    )


@pytest.mark.parametrize("judge", JUDGES)
def test_a_document_may_hold_webhooks_alone_and_share_them_by_reference(judge: str) -> None:
    root = {key: value for key, value in DOCUMENT.items() if key not in ("servers", "paths")}
    hook = json.loads(json.dumps(DOCUMENT["webhooks"]["orders.created"]))
    body = hook["post"].pop("requestBody")
    hook["post"]["requestBody"] = {"$ref": "#/components/requestBodies/B"}
    root["webhooks"] = {"a%20b": {"$ref": "#/components/pathItems/Hook"}}
    root["components"] = {
        **DOCUMENT["components"],
        "pathItems": {"Hook": hook},
        "requestBodies": {"B": body},
    }
    contract = Contract.from_dict(root)
    assert make_judge(contract, judge)(delivery()).valid
    (finding,) = make_judge(contract, judge)(delivery(None, COUNT, ("Content-Type", "text/html"))).findings
    assert finding.documented == "/components/requestBodies/B/content"
    assert make_judge(contract, judge)(delivery({"hello": 1})).skipped == "another host: https://shop.example"
