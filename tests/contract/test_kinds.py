"""What a reference leads to is of the kind that its place asks for."""

from __future__ import annotations

from typing import Any

import pytest

from validator.contract import Contract
from validator.errors import DocumentError

HERE: dict[str, Any] = {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}


def load(version: str, item: dict[str, Any], **members: Any) -> Contract:
    return Contract.from_dict(
        {"openapi": version, "info": {"title": "t", "version": "1"}, "paths": {"/x": item}, **members}
    )


def operation(**members: Any) -> dict[str, Any]:
    return {"get": {"responses": {"200": {"description": ""}}, **members}}


WRONG = {
    "parameter": operation(parameters=[{"$ref": "#/info"}]),
    "parameter that is text": operation(parameters=[{"$ref": "#/info/title"}]),
    "response": operation(responses={"200": {"$ref": "#/info/title"}}),
    "default response": operation(responses={"default": {"$ref": "#/info"}}),
    "request body": operation(requestBody={"$ref": "#/info/title"}),
    "header": operation(responses={"200": {"description": "", "headers": {"A": {"$ref": "#/info/title"}}}}),
    "path item": {"$ref": "#/info/title"},
    "anchor": operation(responses={"200": {"$ref": "#anchor"}}),
}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("item", WRONG.values(), ids=WRONG.keys())
def test_a_reference_to_something_else_is_refused_when_the_document_is_loaded(
    version: str, item: dict[str, Any]
) -> None:
    with pytest.raises(DocumentError, match="at the end of the reference") as caught:
        load(version, item)
    assert "/paths/~1x" in caught.value.place
    assert caught.value.mend


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_reference_to_the_right_kind_may_lead_anywhere(version: str) -> None:
    contract = load(
        version,
        operation(responses={"200": {"$ref": "#/x-parts/ok"}, "400": {"$ref": "#/components/responses/E"}}),
        components={"responses": {"E": {"$ref": "#/x-parts/ok"}}},
        **{"x-parts": {"ok": HERE}},
    )
    assert [response.pointer for response in contract.operations[0].responses] == ["/x-parts/ok"] * 2
