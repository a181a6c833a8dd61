"""Parameters that have to be there: the request that is broken in one place is sound in all others."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.addresses import Addresses
from fuzz.case import Case
from fuzz.engine import draw
from fuzz.families import broken, ways
from fuzz.faults import MISSING_PARAMETER
from fuzz.required import A_UUID, with_own_key
from validator.contract import Contract
from validator.exchange import Headers

URL = "http://127.0.0.1/v1"
TEXT = {"type": "string"}
OBJECT = {"type": "object"}
ARRAY = {"type": "array"}
JSON = "application/json"


def made(*parameters: dict[str, Any], path: str = "/x", **more: Any) -> tuple[Contract, Case]:
    operation = {"operationId": "x", "parameters": list(parameters), "responses": {"200": {"description": "Fine"}}}
    document = {"openapi": "3.1.0", "info": {"title": "S", "version": "1"}, "paths": {path: {"get": operation}}, **more}
    contract = Contract.from_dict(document)
    return contract, Addresses(contract, URL).case(contract.operation("x"))


def parameter(place: str, schema: dict[str, Any] | bool | None = None, **more: Any) -> dict[str, Any]:
    own = {} if schema is None else {"schema": schema}
    return {"name": "p", "in": place, "required": True, **own, **more}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 12, "maximum": 14},
        {"type": "number", "multipleOf": 0.25, "exclusiveMinimum": 3},
        {"type": "boolean"},
        {"type": "string", "format": "date"},
        {"type": ["string", "null"], "format": "date-time"},
        {"type": "string", "format": "email"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "format": "uri"},
        {"type": "string", "minLength": 5},
        {"type": "string", "minLength": 30},
        {"type": "string", "maxLength": 1},
        {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
        {"enum": ["a", "b"]},
        {"allOf": [{"type": "string"}, {"pattern": "^q"}]},
        {"oneOf": [{"type": "integer", "minimum": 700}, {"type": "boolean"}]},
    ],
)
@pytest.mark.parametrize("place", ["query", "header", "path", "cookie"])
def test_a_value_keeps_its_schema(place: str, schema: dict[str, Any]) -> None:
    contract, case = made(parameter(place, schema), path="/x/{p}" if place == "path" else "/x")
    text = (
        {
            "query": parse_qs(urlsplit(case.url).query).get("p", [""])[0],
            "header": case.headers.get("p") or "",
            "path": urlsplit(case.url).path.rpartition("/")[2],
            "cookie": (case.headers.get("Cookie") or "").removeprefix("p="),
        }[place]
        .replace("%3A", ":")
        .replace("%40", "@")
        .replace("%2F", "/")
    )
    (own,) = contract.operation("x").parameters
    is_valid = contract.validator(own.schema or "", writing=True).is_valid
    numbers = [float(text)] if text.replace(".", "", 1).isdecimal() else []
    assert any(is_valid(value) for value in (text, *numbers, {"true": True}.get(text)))


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (parameter("query", TEXT, example="a&b"), "p=a%26b"),
        (parameter("query", TEXT, examples={"one": {"value": "q"}}), "p=q"),
        (parameter("query", {"type": "string", "examples": ["r"]}), "p=r"),
        (parameter("query", {"type": "boolean"}), "p=true"),
        (parameter("query", ARRAY, example=["a", "b,c"]), "p=a&p=b%2Cc"),
        (parameter("query", ARRAY, example=["a", "b,c"], explode=False), "p=a,b%2Cc"),
        (parameter("query", ARRAY, example=["a", "b"], explode=False, style="pipeDelimited"), "p=a|b"),
        (
            parameter("query", OBJECT, example={"a": 1, "b": True}, style="deepObject"),
            "p%5Ba%5D=1&p%5Bb%5D=true",
        ),
        (parameter("query", OBJECT, example={"a": 1, "b": "c"}), "a=1&b=c"),
        (parameter("query", OBJECT, example={"a": 1, "b": "c"}, explode=False), "p=a,1,b,c"),
        (
            parameter("query", content={JSON: {"schema": {"const": {"a": [1]}}}}),
            "p=%7B%22a%22%3A%5B1%5D%7D",
        ),
        (parameter("query", content={JSON: {"example": ["b"]}}), "p=%5B%22b%22%5D"),
        (parameter("query", content={JSON: {"schema": TEXT}}), "p=%22x%22"),
        (parameter("query", content={"text/plain": {"schema": TEXT}}), "p=x"),
        (parameter("query", True), "p=x"),
        (parameter("query", {"type": "array"}, example=[]), ""),
    ],
)
def test_it_is_written_as_its_style_says(given: dict[str, Any], written: str) -> None:
    _, case = made(given)
    assert urlsplit(case.url).query == written


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (parameter("header", ARRAY, example=["a", 2]), "a,2"),
        (parameter("header", OBJECT, example={"a": 1, "b": "c"}), "a,1,b,c"),
        (parameter("header", OBJECT, example={"a": 1}, explode=True), "a=1"),
        (parameter("header", content={JSON: {"example": {"a": 1}}}), '{"a":1}'),
    ],
)
def test_in_a_header_it_is_simple(given: dict[str, Any], written: str) -> None:
    assert made(given)[1].headers.get("p") == written


@pytest.mark.parametrize("place", ["query", "header", "cookie"])
def test_a_parameter_that_may_be_anything_is_left_out_like_others(place: str) -> None:
    contract, _ = made(parameter(place, True))
    operation = contract.operation("x")
    (way,) = ways(contract, operation, MISSING_PARAMETER)
    (case,) = draw(broken(contract, operation, MISSING_PARAMETER, way), seed="1", count=1)
    assert case.described == f"without p in the {place}"


def test_what_there_is_may_be_changed_whatever_its_version() -> None:
    assert made({**parameter("header", TEXT), "name": "If-Match"})[1].headers.get("if-match") == "*"


def test_the_key_is_not_written_twice() -> None:
    scheme = {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "p"}}}
    _, case = made(parameter("query", TEXT), components=scheme, security=[{"key": []}])
    assert case.url == f"{URL}/x"


def test_a_cookie_is_left_out_where_it_is_the_only_one() -> None:
    contract, _ = made(parameter("cookie", TEXT))
    operation = contract.operation("x")
    (way,) = ways(contract, operation, MISSING_PARAMETER)
    assert way.place == "cookie/p"
    contract, _ = made(parameter("cookie", TEXT), {**parameter("cookie", TEXT), "name": "q"})
    assert ways(contract, contract.operation("x"), MISSING_PARAMETER) == ()


@pytest.mark.property
@given(bodies=st.lists(st.binary(max_size=8), unique=True, max_size=6))
def test_each_request_has_its_own_idempotency_key_and_the_same_one_the_same(bodies: list[bytes]) -> None:
    key = Headers([("Idempotency-Key", A_UUID)])
    cases = [Case(operation="x", method="POST", url=URL, headers=key, body=body) for body in bodies]
    keys = [with_own_key(case).headers.get("idempotency-key") for case in cases]
    assert len({*keys, A_UUID}) == len(cases) + 1
    assert keys == [with_own_key(case).headers.get("idempotency-key") for case in cases]
