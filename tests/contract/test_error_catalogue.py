"""The error contract, found in standard words."""

from __future__ import annotations

from typing import Any

import pytest

from validator.contract import Contract

ENUMERATED = {
    "type": "object",
    "required": ["error", "error_code"],
    "properties": {
        "error": {"const": True},
        "error_code": {"oneOf": [{"const": 1, "description": "one"}, {"const": 2, "title": "two"}]},
    },
}


def contract(error: Any, *, success: Any = None, components: dict[str, Any] | None = None) -> Contract:
    def content(schema: Any) -> dict[str, Any]:
        return {"description": "", "content": {"application/json": {"schema": schema}}}

    return Contract.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {"/x": {"get": {"responses": {"200": content(success or {}), "4XX": content(error)}}}},
            "components": {"schemas": {"Error": ENUMERATED, **(components or {})}},
        }
    )


@pytest.mark.parametrize(
    "error",
    [
        {"$ref": "#/components/schemas/Error"},
        {"allOf": [{"$ref": "#/components/schemas/Error"}, {"properties": {"error_code": {"enum": [1]}}}]},
        {"allOf": [{"allOf": [{"$ref": "#/components/schemas/Error"}]}]},
        {"$ref": "#/components/schemas/Error", "description": "narrowed"},
    ],
)
def test_codes_are_found_through_references_and_all_of(error: Any) -> None:
    errors = contract(error).errors
    assert errors is not None
    assert errors.schema == "/components/schemas/Error"
    assert errors.member == "error_code"
    assert dict(errors.codes) == {1: "one", 2: "two"}
    assert dict(errors.marks) == {"error": True}


@pytest.mark.parametrize(
    "error",
    [
        {},
        True,
        {"type": "object", "properties": {"message": {"type": "string"}}},
        {"type": "object", "required": ["code"], "properties": {"code": {"enum": ["only-one"]}}},
        {
            "type": "object",
            "required": ["code"],
            "properties": {"code": {"oneOf": [{"type": "integer"}, {"const": 1}]}},
        },
        {"type": "object", "properties": {"code": {"enum": [1, 2]}}},
    ],
)
def test_a_document_that_enumerates_no_required_code_has_no_catalogue(error: Any) -> None:
    assert contract(error).errors is None


def test_a_code_in_an_error_here_and_there_is_no_error_contract() -> None:
    def error(schema: Any) -> dict[str, Any]:
        return {"description": "", "content": {"application/json": {"schema": schema}}}

    plain = {"type": "object", "properties": {"message": {"type": "string"}}}
    responses = {"400": error(ENUMERATED), "404": error(plain), "409": error(plain)}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/x": {"get": {"responses": responses}}},
    }
    assert Contract.from_dict(document).errors is None
    del responses["409"]
    assert Contract.from_dict(document).errors is not None


def test_words_are_codes_too_and_a_member_named_code_is_preferred() -> None:
    errors = contract(
        {
            "type": "object",
            "required": ["state", "code"],
            "properties": {"state": {"enum": ["x", "y"]}, "code": {"enum": ["not-found", "gone"]}},
        }
    ).errors
    assert errors is not None
    assert errors.member == "code"
    assert set(errors.codes) == {"not-found", "gone"}
    assert not errors.recognises({"code": "gone", "state": "x"}), "without a fixed member it could be anything"


@pytest.mark.parametrize(
    ("body", "recognised"),
    [
        ({"error": True, "error_code": 99}, True),
        ({"error": 1, "error_code": 1}, False),
        ({"error": False, "error_code": 1}, False),
        ({"error": True}, False),
        ([{"error": True, "error_code": 1}], False),
        (None, False),
    ],
)
def test_the_error_object_is_known_by_what_the_schema_fixes(body: Any, recognised: bool) -> None:
    errors = contract({"$ref": "#/components/schemas/Error"}).errors
    assert errors is not None
    assert errors.recognises(body) is recognised


@pytest.mark.parametrize(
    ("body", "code"),
    [({"error_code": 5}, 5), ({"error_code": True}, None), ({"error_code": [5]}, None), ({}, None), (5, None)],
)
def test_a_code_is_a_number_or_a_word(body: Any, code: int | None) -> None:
    errors = contract({"$ref": "#/components/schemas/Error"}).errors
    assert errors is not None
    assert errors.code_of(body) == code
