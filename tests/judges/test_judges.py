"""Each rule, on one exchange that breaks it, by both judges; and the corners where a judge could be fooled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.strategies import document
from validator.contract import Contract
from validator.errors import DocumentError
from validator.exchange import Exchange, Headers, Request, Response
from validator.findings import Outcome, Severity
from validator.judges import JUDGES, judge, make_judge

if TYPE_CHECKING:
    from validator.findings import Verdict

ERROR = {
    "type": "object",
    "required": ["error", "error_code", "error_message"],
    "properties": {
        "error": {"const": True},
        "error_code": {"type": "integer", "oneOf": [{"const": 5, "description": "five"}, {"const": 22}]},
        "error_message": {"type": "string"},
    },
}
CONTRACT = Contract.from_dict(
    {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://api.example/v1"}],
        "paths": {
            "/things": {
                "get": {
                    "operationId": "listThings",
                    "responses": {
                        "200": {
                            "description": "",
                            "headers": {
                                "X-Rate": {"required": True, "schema": {"type": "integer", "minimum": 0}},
                                "X-Ids": {"schema": {"type": "array", "items": {"type": "integer"}}},
                                "X-Open": {"schema": {"type": ["boolean", "null"]}},
                            },
                            "content": {
                                "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                                "application/*+json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                                "text/plain": {"schema": {"type": "string", "maxLength": 3}},
                                "image/*": {},
                            },
                        },
                        "204": {"description": ""},
                        "304": {"description": "", "content": {"application/json": {"schema": {}}}},
                        "400": {
                            "description": "",
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "allOf": [
                                            {"$ref": "#/components/schemas/Error"},
                                            {"properties": {"error_code": {"enum": [5]}}},
                                        ]
                                    }
                                }
                            },
                        },
                    },
                },
                "head": {
                    "operationId": "headThings",
                    "responses": {
                        "200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}
                    },
                },
            }
        },
        "components": {
            "schemas": {
                "Error": ERROR,
                "Thing": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {
                        "id": {"type": "integer"},
                        "word": {"type": "string", "pattern": "^(a+)+$"},
                        "inner": {"type": "object", "properties": {"a": {"type": "string"}}},
                        "open": {"type": "object", "additionalProperties": True, "properties": {"a": {}}},
                        "price": {"type": "number", "multipleOf": 0.01},
                    },
                },
            }
        },
    }
)
JSON = ("Content-Type", "application/json")
RATE = ("X-Rate", "1")


def exchange(
    status: int = 200,
    body: bytes | None = b'{"id": 1}',
    *headers: tuple[str, str],
    url: str = "https://api.example/v1/things",
    method: str = "GET",
    damage: str | None = None,
) -> Exchange:
    return Exchange(
        request=Request(method=method, url=url),
        response=Response(status=status, headers=Headers(headers or (JSON, RATE)), body=body, damage=damage),
    )


def verdict_of(judge: str, one: Exchange, **options: Any) -> Verdict:
    return make_judge(CONTRACT, judge, **options)(one)


BREAKING = [
    ("unknown-path", "", "/paths", exchange(url="https://api.example/v1/thing")),
    ("unknown-path", "", "/paths", exchange(url="https://api.example/things")),
    ("unknown-method", "", "/paths", exchange(method="PUT")),
    ("undocumented-status", "", "/paths/~1things/get/responses", exchange(418)),
    ("undocumented-content-type", "", "{200}/content", exchange(200, b"<p>", ("Content-Type", "text/html"), RATE)),
    ("missing-content-type", "", "{200}/content", exchange(200, b'{"id": 1}', RATE)),
    ("malformed-content-type", "", "{200}/content", exchange(200, b'{"id": 1}', ("Content-Type", "json"), RATE)),
    (
        "malformed-content-type",
        "",
        "{200}/content",
        exchange(200, b'{"id": 1}', ("Content-Type", "application/json; charset"), RATE),
    ),
    ("missing-body", "", "{200}/content", exchange(200, b"")),
    ("unexpected-body", "", "{204}", exchange(204, b"x")),
    ("unexpected-body", "", "{304}", exchange(304, b"{}")),
    ("unexpected-body", "", "/paths/~1things/head/responses/200", exchange(200, b"{}", method="HEAD")),
    ("unreadable-body", "", "{200}", exchange(200, b"\x1f\x8b", damage="gzip: cut short")),
    ("unreadable-body", "", "{200}/content", exchange(200, b'{"id": "\xff"}')),
    (
        "unreadable-body",
        "",
        "{200}/content",
        exchange(200, b'{"id":1}', ("Content-Type", "text/plain; charset=x"), RATE),
    ),
    ("invalid-json", "", "{200}/content", exchange(200, b'{"id": 1,}')),
    ("invalid-json", "", "{200}/content", exchange(200, b'{"id": NaN}')),
    ("invalid-json", "", "{200}/content", exchange(200, b'\xef\xbb\xbf{"id": 1}')),
    ("invalid-json", "", "{200}/content", exchange(200, b'{"id": "\\ud800"}')),
    ("invalid-json", "", "{200}/content", exchange(200, b'{"id": 1' + b"0" * 5000 + b"}")),
    ("nesting-too-deep", "", "{200}/content", exchange(200, b"[" * 1025 + b"]" * 1025)),
    ("schema-violation", "/id", "/components/schemas/Thing/properties/id/type", exchange(200, b'{"id": "1"}')),
    ("schema-violation", "", "/components/schemas/Thing/required/0", exchange(200, b"{}")),
    (
        "schema-violation",
        "/id",
        "/components/schemas/Thing/properties/id/type",
        exchange(200, b'{"id": []}', ("Content-Type", "application/vnd.thing+json"), RATE),
    ),
    (
        "schema-violation",
        "",
        "{200}/content/text~1plain/schema/maxLength",
        exchange(200, b"abcd", ("Content-Type", "text/plain"), RATE),
    ),
    (
        "undocumented-error-code",
        "/error_code",
        "/components/schemas/Error/properties/error_code",
        exchange(400, b'{"error": true, "error_code": 99, "error_message": ""}', JSON),
    ),
    (
        "error-code-not-for-status",
        "/error_code",
        "{400}/content/application~1json/schema/allOf/1/properties/error_code/enum",
        exchange(400, b'{"error": true, "error_code": 22, "error_message": ""}', JSON),
    ),
    (
        "schema-violation",
        "/error_code",
        "/components/schemas/Error/properties/error_code/type",
        exchange(400, b'{"error": true, "error_code": "5", "error_message": ""}', JSON),
    ),
    ("error-on-success", "", "{200}", exchange(200, b'{"error": true, "error_code": 5, "error_message": ""}')),
    ("missing-header", "", "{200}/headers/X-Rate", exchange(200, b'{"id": 1}', JSON)),
    ("invalid-header", "", "{200}/headers/X-Rate/schema/type", exchange(200, b'{"id": 1}', JSON, ("X-Rate", "1_0"))),
    ("invalid-header", "", "{200}/headers/X-Rate/schema/minimum", exchange(200, b'{"id": 1}', JSON, ("x-rate", "-1"))),
    (
        "invalid-header",
        "",
        "{200}/headers/X-Ids/schema/items/type",
        exchange(200, b'{"id": 1}', JSON, RATE, ("X-Ids", "1,b")),
    ),
    (
        "invalid-header",
        "",
        "{200}/headers/X-Open/schema/type",
        exchange(200, b'{"id": 1}', JSON, RATE, ("X-Open", "yes")),
    ),
]


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(("rule", "instance", "documented", "broken"), BREAKING)
def test_a_broken_promise_is_one_finding_at_its_place(
    judge: str, rule: str, instance: str, documented: str, broken: Exchange
) -> None:
    for status in ("200", "204", "304", "400"):
        documented = documented.replace("{%s}" % status, f"/paths/~1things/get/responses/{status}")  # noqa: UP031
    verdict = verdict_of(judge, broken)
    assert [(finding.rule, finding.instance, finding.documented) for finding in verdict.findings] == [
        (rule, instance, documented)
    ]
    assert verdict.outcome is Outcome.INVALID
    assert verdict.findings[0].severity is Severity.ERROR


KEEPING = [
    exchange(),
    exchange(url="https://api.example/v1/things?offset=100"),
    exchange(200, b'{"id": 1}', ("Content-Type", 'Application/JSON; charset="UTF-8"'), RATE),
    exchange(200, b'{"id": 1}', ("Content-Type", "application/json;"), RATE),
    exchange(200, b'{"id": 1}', ("Content-Type", "application/problem+json"), RATE),
    exchange(200, b'{"id": 18446744073709551616}'),
    exchange(200, b'{"id": 1, "price": 19.99}'),
    exchange(200, b'{"id": 1, "id": 2, "more": []}'),
    exchange(200, b'{"id": -1e3}'),
    exchange(200, b"\xe9", ("Content-Type", "text/plain; charset=ISO-8859-1"), RATE),
    exchange(200, b"\x89PNG", ("Content-Type", "image/png"), RATE),
    exchange(200, b'{"id": 1}', JSON, RATE, ("X-Ids", "1, 2"), ("X-Open", "true")),
    exchange(204, b""),
    exchange(304, b"", JSON),
    exchange(200, b"", method="HEAD"),
    exchange(400, b'{"error": true, "error_code": 5, "error_message": ""}', JSON),
    exchange(200, b'{"id": 1, "error": false, "error_code": 5}'),
    exchange(200, b'{"id": 1, "error": 1, "error_code": 5}'),
]


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("kept", KEEPING)
def test_a_kept_promise_is_no_finding(judge: str, kept: Exchange) -> None:
    verdict = verdict_of(judge, kept)
    assert verdict.findings == ()
    assert verdict.valid


@pytest.mark.parametrize("judge", JUDGES)
def test_another_host_is_skipped_with_the_rule_that_says_so(judge: str) -> None:
    verdict = verdict_of(judge, exchange(url="https://user:secret@cdn.example/x?key=secret"))
    assert verdict.outcome is Outcome.SKIPPED
    assert verdict.skipped == "another host: https://cdn.example"
    assert [finding.rule for finding in verdict.findings] == ["unknown-server"]
    assert "secret" not in repr(verdict.findings) + verdict.findings[0].message


@pytest.mark.parametrize("judge", JUDGES)
def test_an_exchange_without_a_response_is_skipped(judge: str) -> None:
    assert verdict_of(judge, exchange(0, b"")).skipped == "no response was received"


@pytest.mark.parametrize("judge", JUDGES)
def test_a_body_that_was_not_recorded_leaves_the_verdict_open(judge: str) -> None:
    verdict = verdict_of(judge, exchange(200, None))
    assert verdict.outcome is Outcome.UNDECIDED
    assert not verdict.valid
    with_header = verdict_of(judge, exchange(200, None, JSON))
    assert [finding.rule for finding in with_header.findings] == ["missing-header"], "a doubt hides no finding"


COSTLY = {"type": "string", "pattern": "^(a|a)*\\1b$"}


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("schema", [COSTLY, {"anyOf": [COSTLY, {"type": "null"}]}, {"items": COSTLY}])
def test_a_pattern_too_costly_is_undecided_not_invalid(judge: str, schema: dict[str, Any]) -> None:
    contract = Contract.from_dict(document(schema))
    value = ["a" * 40] if "items" in schema else "a" * 40
    one = exchange(200, json.dumps(value).encode(), JSON, url="https://api.example/things")
    verdict = make_judge(contract, judge)(one)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.undecided is not None
    assert verdict.undecided.startswith("a pattern is too costly for this value")


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"id": 1, "more": 1}', [("undocumented-property", "/more")]),
        (b'{"id": 1, "inner": {"a": "", "b": 1}}', [("undocumented-property", "/inner/b")]),
        (b'{"id": 1, "open": {"a": "", "b": 1}}', []),
        (b'{"id": 1, "id": 1}', [("duplicate-key", "/id")]),
        (b'{"id": 1, "inner": {"a": "", "a": ""}}', [("duplicate-key", "/inner/a")]),
        (b'{"id": 1}', []),
    ],
)
def test_drift_is_information_and_strict_makes_it_an_error(
    judge: str, body: bytes, expected: list[tuple[str, str]]
) -> None:
    drift = verdict_of(judge, exchange(200, body), drift=True)
    strict = verdict_of(judge, exchange(200, body), strict=True)
    assert [(finding.rule, finding.instance) for finding in drift.findings] == expected
    assert [(finding.rule, finding.instance) for finding in strict.findings] == expected
    assert all(finding.severity is not Severity.ERROR for finding in drift.findings)
    assert all(finding.severity is Severity.ERROR for finding in strict.findings)


def test_a_message_shows_no_value_unless_asked() -> None:
    (finding,) = verdict_of("compiled", exchange(200, b'{"id": "0612345678"}')).findings
    assert finding.message == "expected integer, got string (10 characters)"
    assert finding.describe(show_values=True) == 'expected integer, got "0612345678"'
    assert "0612345678" not in repr(finding)


def test_a_fingerprint_names_the_cause_not_the_row() -> None:
    contract = Contract.load()
    row = b'{"idtag": %s, "title": "t", "color": "#000000", "inherit": true, "textColor": "#FFFFFF"}'

    def found(body: bytes) -> str:
        tags = exchange(200, body, JSON, url="https://shop.picqer.com/api/v1/tags")
        (verdict,) = judge(contract, [tags])
        (finding,) = verdict.findings
        return finding.fingerprint

    first = found(b"[" + row % b'"x"' + b"]")
    second = found(b"[" + row % b"1" + b"," + row % b"null" + b"]")
    assert first == second
    assert first != found(b"[" + (row % b"1").replace(b"true", b"1") + b"]")


def test_verdicts_come_one_at_a_time() -> None:
    def endless() -> Any:
        while True:
            yield exchange()

    assert next(judge(CONTRACT, endless())).valid


def test_an_unknown_judge_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of the judges compiled, reference, got 'x'"):
        make_judge(CONTRACT, "x")


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("schema", "body"),
    [
        ({"uniqueItems": True}, b"[" + b"[" * 300 + b"]" * 300 + b"," + b"[" * 300 + b"]" * 300 + b"]"),
        (
            {"items": {"$ref": "#/paths/~1things/get/responses/200/content/application~1json/schema"}, "const": 1},
            b"[" * 1000 + b"]" * 1000,
        ),
    ],
)
def test_a_body_too_deep_for_the_engine_is_undecided(judge: str, schema: dict[str, Any], body: bytes) -> None:
    one = exchange(200, body, JSON, url="https://api.example/things")
    verdict = make_judge(Contract.from_dict(document(schema)), judge)(one)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.undecided == "the body is nested too deep for what its schema asks"


@pytest.mark.parametrize("judge", JUDGES)
def test_a_doubt_about_the_body_hides_no_finding_about_the_headers(judge: str) -> None:
    contract = Contract.from_dict(document(COSTLY))
    response = next(iter(contract.document.root["paths"].values()))["get"]["responses"]["200"]
    response["headers"] = {"X-Rate": {"required": True, "schema": {"type": "integer"}}}
    one = exchange(200, json.dumps("a" * 40).encode(), JSON, url="https://api.example/things")
    verdict = make_judge(Contract.from_dict(contract.document.root), judge)(one)
    assert [finding.rule for finding in verdict.findings] == ["missing-header"]
    assert verdict.undecided is not None


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("schema", [{"pattern": "((a{1000}){1000}){10}"}, {"$ref": "#/info/title"}])
def test_a_schema_that_cannot_be_compiled_is_an_obstacle_in_either_judge(judge: str, schema: dict[str, Any]) -> None:
    one = exchange(200, b'"a"', JSON, url="https://api.example/things")
    with pytest.raises(DocumentError, match="a schema cannot be compiled"):
        make_judge(Contract.from_dict(document(schema)), judge)(one)


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(("body", "valid"), [(b"1.0", True), (b"1e2", True), (b"1.5", False), (b"true", False)])
def test_a_whole_number_is_an_integer_however_it_is_written(judge: str, version: str, body: bytes, valid: bool) -> None:
    contract = Contract.from_dict({**document({"type": "integer"}), "openapi": version})
    assert make_judge(contract, judge)(exchange(200, body, JSON, url="https://api.example/things")).valid is valid


def test_what_only_the_compiled_judge_can_follow_is_an_obstacle_in_the_reference() -> None:
    """A dynamic reference: where it leads depends on how it was come by."""
    tree = {
        "$id": "https://x.example/tree",
        "$dynamicAnchor": "node",
        "properties": {"below": {"items": {"$dynamicRef": "#node"}}},
    }
    strict = {
        "$id": "https://x.example/strict",
        "$dynamicAnchor": "node",
        "$ref": "tree",
        "unevaluatedProperties": False,
    }
    contract = Contract.from_dict(document({"$ref": "https://x.example/strict"}, {"Tree": tree, "Strict": strict}))
    one = exchange(200, b'{"below": [{"other": 1}]}', JSON, url="https://api.example/things")
    (finding,) = make_judge(contract, "compiled")(one).findings
    assert (finding.instance, finding.documented) == (
        "/below/0",
        "/components/schemas/Strict/unevaluatedProperties",
    )
    with pytest.raises(DocumentError, match=r"openapi-core cannot follow the reference https://x.example/tree#node"):
        make_judge(contract, "reference")(one)


NAMED = {
    "A": {"$id": "https://x.example/a", "$ref": "#/$defs/in", "$defs": {"in": {"$anchor": "in", "type": "integer"}}},
    "B": {"$id": "https://x.example/dir/b", "properties": {"a": {"$ref": "../a#in"}, "b": {"$ref": "#"}}},
    "C": {"$anchor": "c", "properties": {"content": {"minLength": 2, "$ref": "#d"}}},
    "D": {"$dynamicAnchor": "d", "type": "string"},
}


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("schema", "body", "instance", "documented"),
    [
        ({"$ref": "https://x.example/a"}, b'"x"', "", "/components/schemas/A/$defs/in/type"),
        ({"$ref": "#/components/schemas/A"}, b'"x"', "", "/components/schemas/A/$defs/in/type"),
        ({"$ref": "https://x.example/dir/b"}, b'{"a": "x"}', "/a", "/components/schemas/A/$defs/in/type"),
        ({"$ref": "#/components/schemas/B"}, b'{"b": {"a": ""}}', "/b/a", "/components/schemas/A/$defs/in/type"),
        ({"$ref": "#c"}, b'{"content": 1}', "/content", "/components/schemas/D/type"),
        ({"$ref": "#c"}, b'{"content": "x"}', "/content", "/components/schemas/C/properties/content/minLength"),
        ({"$dynamicRef": "#d"}, b"1", "", "/components/schemas/D/type"),
        ({"$id": "b", "items": {"$ref": "#"}, "type": "array"}, b"[[1]]", "/0/0", "{schema}/type"),
        ({"$ref": "#/components/schemas/A", "$defs": {"x": True}, "maximum": 3}, b"4", "", "{schema}/maximum"),
        ({"$ref": "#d", "maxLength": 3, "allOf": [{}]}, b'"abcd"', "", "{schema}/maxLength"),
        ({"$ref": "#d", "minLength": 3, "allOf": [{"pattern": "a"}]}, b'"bcd"', "", "{schema}/allOf/0/pattern"),
    ],
)  # fmt: skip
def test_a_schema_is_found_by_any_of_its_names(
    judge: str, schema: dict[str, Any], body: bytes, instance: str, documented: str
) -> None:
    one = exchange(200, body, JSON, url="https://api.example/things")
    place = "/paths/~1things/get/responses/200/content/application~1json/schema"
    findings = make_judge(Contract.from_dict(document(schema, NAMED)), judge)(one).findings
    assert [(finding.instance, finding.documented) for finding in findings] == [
        (instance, documented.replace("{schema}", place))
    ]


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("name", ["content", "headers", "schema", "$ref"])
@pytest.mark.parametrize("version", [(3, 0), (3, 1)])
def test_a_property_may_be_called_like_a_part_of_openapi(judge: str, name: str, version: tuple[int, int]) -> None:
    below = {"type": "object", "additionalProperties": False, "properties": {"A; b": {"type": "integer"}}}
    schema = {"type": "object", "properties": {name: below}}
    one = exchange(200, json.dumps({name: {"A; b": "x"}}).encode(), JSON, url="https://api.example/things")
    findings = make_judge(Contract.from_dict(document(schema, version=version)), judge)(one).findings
    assert [(finding.instance, (finding.documented or "")[-5:]) for finding in findings] == [(f"/{name}/A; b", "/type")]


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("schema", "valid"),
    [
        ({"format": "date"}, False),
        ({"$schema": "https://spec.openapis.org/oas/3.1/dialect/base", "format": "date"}, False),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "format": "date"}, True),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [{"format": "date"}]}, True),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#/components/schemas/Day"}, False),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string", "maxLength": 3}, False),
    ],
)
def test_a_schema_that_asks_for_json_schema_itself_has_formats_as_notes(judge: str, schema: Any, valid: bool) -> None:
    """JSON Schema 2020-12, validation, section 7.2.1; what it refers to may ask for another dialect."""
    one = exchange(200, b'"2024-02-30"', JSON, url="https://api.example/things")
    contract = Contract.from_dict(document(schema, {"Day": {"format": "date"}}))
    assert make_judge(contract, judge)(one).valid is valid


@pytest.mark.parametrize("judge", JUDGES)
def test_the_schema_of_schemas_is_known_without_asking(judge: str) -> None:
    contract = Contract.from_dict(document({"$ref": "https://json-schema.org/draft/2020-12/schema"}))
    url = "https://api.example/things"
    assert make_judge(contract, judge)(exchange(200, b'{"items": {"minLength": 1}}', JSON, url=url)).valid
    findings = make_judge(contract, judge)(exchange(200, b'{"items": {"minLength": -1}}', JSON, url=url)).findings
    assert [(finding.instance, (finding.documented or "")[-33:]) for finding in findings] == [
        ("/items/minLength", "/$defs/nonNegativeInteger/minimum")
    ]


def test_a_key_in_the_address_of_a_server_is_not_told() -> None:
    contract = CONTRACT.with_servers("https://s3cr3t:pw@sandbox.example/v1")
    (finding,) = make_judge(contract)(exchange(url="https://other.example/")).findings
    assert "https://sandbox.example/v1 or https://api.example/v1" in finding.message
    assert "s3cr3t" not in finding.message


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("schema", "body", "documented"),
    [
        ({"patternProperties": {r"^\p{L}$": {"type": "integer"}}}, '{"é": ""}', r"/patternProperties/^\p{L}$/type"),
        ({"patternProperties": {r"^\d$": False}}, '{"٣": 1}', None),
        ({"patternProperties": {"^a$": {}}, "additionalProperties": False}, '{"a\\n": 1}', "/additionalProperties"),
        ({"patternProperties": {r"^\w$": {}}, "unevaluatedProperties": False}, '{"é": 1}', "/unevaluatedProperties"),
        ({"propertyNames": {"allOf": [False]}}, '{"a": 1}', "/propertyNames/allOf"),
        ({"propertyNames": False}, '{"a": 1}', "/propertyNames"),
        ({"contains": {"type": "string"}, "minContains": 2}, "[1]", "/minContains"),
        ({"contains": {"type": "string"}, "minContains": 2}, '["a"]', "/minContains"),
        ({"contains": {"type": "string"}}, "[1]", "/contains"),
        ({"contains": {"type": "string"}, "maxContains": 1}, "[1]", "/contains"),
        ({"contains": {"type": "string"}, "maxContains": 1}, '["a", "b"]', "/maxContains"),
        ({"contains": {"type": "string"}, "minContains": 2, "maxContains": 1}, "[1]", "/minContains"),
    ],
)
def test_names_are_matched_as_texts_are(judge: str, schema: Any, body: str, documented: str | None) -> None:
    """By ECMA-262, whoever judges; and few items are told as too few, even where there is none."""
    one = exchange(200, body.encode(), JSON, url="https://api.example/things")
    place = "/paths/~1things/get/responses/200/content/application~1json/schema"
    findings = make_judge(Contract.from_dict(document(schema)), judge)(one).findings
    assert [finding.documented for finding in findings] == ([] if documented is None else [place + documented])
