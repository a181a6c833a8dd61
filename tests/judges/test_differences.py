"""Every intended difference from openapi-core is one: on its witness, openapi-core as it comes says something else.

An entry of the table that nothing needs any more fails here, and so does one without a witness.
"""

from __future__ import annotations

import json
import warnings
from typing import Any

import pytest
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters

from tests.strategies import document
from validator.contract import Contract
from validator.errors import DocumentError
from validator.exchange import Exchange, Headers, Request, Response
from validator.findings import Outcome
from validator.judges import make_judge
from validator.judges.engine import DIFFERENCES

RAISES = "an exception of any kind"


class AsItComes:
    """openapi-core by its front door, with nothing set."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root

    def __call__(self, exchange: Exchange) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                errors = list(OpenAPI.from_dict(self._root).iter_response_errors(_Asked(exchange), _Answered(exchange)))
            except Exception:  # noqa: BLE001 - what it lets out is the point
                return RAISES
        return Outcome.INVALID.value if errors else Outcome.VALID.value


class _Asked:
    def __init__(self, exchange: Exchange) -> None:
        scheme, _, rest = exchange.request.url.partition("://")
        host, slash, path = rest.partition("/")
        self.host_url = f"{scheme}://{host}"
        self.path = f"{slash}{path}"
        self.method = exchange.request.method.lower()
        self.parameters = RequestParameters()
        self.content_type = ""
        self.body = None


class _Answered:
    def __init__(self, exchange: Exchange) -> None:
        self.status_code = exchange.response.status
        self.headers = dict(exchange.response.headers)
        self.content_type = exchange.response.headers.get("content-type")
        self.data = exchange.response.body


def came(
    body: bytes = b"",
    content_type: str | None = "application/json",
    *,
    status: int = 200,
    method: str = "GET",
    url: str = "https://api.example/things",
    **headers: str,
) -> Exchange:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    if content_type is not None:
        pairs.append(("Content-Type", content_type))
    return Exchange(
        request=Request(method=method, url=url), response=Response(status=status, headers=Headers(pairs), body=body)
    )


def answering(**response: Any) -> dict[str, Any]:
    root = document({})
    root["paths"]["/things"] = {
        method: {"responses": {status: {"description": "", **response} for status in ("200", "204")}}
        for method in ("get", "head")
    }
    return root


def content(**schemas: Any) -> dict[str, Any]:
    return answering(content={name.replace("__", "/"): {"schema": schema} for name, schema in schemas.items()})


EMPTY = {"200": {"description": ""}}
ID = {"name": "id", "in": "path", "required": True, "schema": {}}
CAT = {"Cat": {"type": "object", "properties": {"kind": {}}}, "Dog": {"type": "object", "required": ["bark"]}}
TREE = {
    "Tree": {"$id": "urn:x:t", "$dynamicAnchor": "n", "items": {"$dynamicRef": "#n"}},
    "Short": {"$id": "urn:x:s", "$dynamicAnchor": "n", "$ref": "urn:x:t", "maxItems": 1},
}

WITNESSES: dict[str, tuple[dict[str, Any], Exchange]] = {
    "routing": (
        {**document({}), "paths": {"/things/{id}": {"parameters": [ID], "get": {"responses": EMPTY}}}},
        came(url="https://api.example/things/"),
    ),
    "media-type-parameters": (document({}), came(b"1", "application/json;")),
    "media-types-told-apart-by-parameters": (
        answering(
            content={
                "application/json; v=1": {"schema": {"type": "string"}},
                "application/json; v=2": {"schema": {"type": "integer"}},
            }
        ),
        came(b"1", "application/json;v=2"),
    ),
    "media-type-ranges": (
        answering(content={"*/*": {"schema": {"type": "string"}}, "application/*": {"schema": {"const": 1}}}),
        came(b"1"),
    ),
    "media-type-decoding": (answering(content={"application/*+json": {"schema": {"type": "integer"}}}),
        came(b"1", "application/hal+json")),
    "body-on-bodiless": (content(application__json={}), came(method="HEAD")),
    "body-where-none-is-documented": (answering(), came(b"{}")),
    "missing-content-type": (document({}), came(b"1", None)),
    "json-parser": (document({}), came(b"NaN")),
    "pattern": (document({"pattern": r"^\d$"}), came('"٣"'.encode())),
    "multiple-of": (document({"multipleOf": 0.01}), came(b"19.99")),
    "formats": (document({"format": "email"}), came(b'"a@"')),
    "integer-formats": (document({"type": "number", "format": "int32"}), came(b"3e10")),
    "whole-numbers": (document({"type": "integer"}, version=(3, 0)), came(b"1.0")),
    "nesting": (document({"$ref": "#/components/schemas/S"}, {"S": {"items": {"$ref": "#/components/schemas/S"}}}),
        came(b"[" * 900 + b"]" * 900)),
    "discriminator": (
        document(
            {
                "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
                "discriminator": {"propertyName": "kind"},
            },
            CAT,
        ),
        came(b'{"kind": "Cat", "bark": 1}'),
    ),
    "ref-siblings": (document({"$ref": "#/components/schemas/S", "maximum": 0}, {"S": {}}), came(b"1")),
    "boolean-schemas": (document(False), came(b"1")),
    "names": (document({"$ref": "urn:x:s"}, {"S": {"$id": "urn:x:s"}}), came(b"1")),
    "dynamic-references": (document({"$ref": "urn:x:s"}, TREE), came(b"[[1, 2]]")),
    "formats-as-notes": (
        document({"$schema": "https://json-schema.org/draft/2020-12/schema", "format": "date"}),
        came(b'"soon"'),
    ),
    "header-casting": (
        answering(headers={"X-Open": {"schema": {"type": "boolean"}}}),
        came(X_Open="yes"),
    ),
    "header-content": (
        answering(headers={"X-Which": {"content": {"text/plain": {"schema": {"type": "integer"}}}}}),
        came(X_Which="1"),
    ),
}  # fmt: skip


def test_every_difference_has_a_witness() -> None:
    assert set(WITNESSES) == set(DIFFERENCES)


@pytest.mark.parametrize("difference", WITNESSES)
def test_openapi_core_as_it_comes_says_something_else(difference: str) -> None:
    root, exchange = WITNESSES[difference]
    verdict = make_judge(Contract.from_dict(root), "compiled")(exchange)
    assert AsItComes(json.loads(json.dumps(root)))(exchange) != verdict.outcome.value


@pytest.mark.parametrize("difference", sorted({*WITNESSES} - {"nesting", "dynamic-references"}))
def test_set_up_by_us_it_says_the_same(difference: str) -> None:
    root, exchange = WITNESSES[difference]
    contract = Contract.from_dict(root)
    compiled, reference = (make_judge(contract, judge)(exchange) for judge in ("compiled", "reference"))
    assert reference.outcome is compiled.outcome
    assert [(one.rule, one.instance, one.documented) for one in reference.findings] == [
        (one.rule, one.instance, one.documented) for one in compiled.findings
    ]


def test_what_it_cannot_do_at_all_is_no_verdict_of_ours() -> None:
    root, exchange = WITNESSES["nesting"]
    assert make_judge(Contract.from_dict(root), "reference")(exchange).outcome is Outcome.UNDECIDED
    root, exchange = WITNESSES["dynamic-references"]
    with pytest.raises(DocumentError, match="openapi-core cannot follow"):
        make_judge(Contract.from_dict(root), "reference")(exchange)
