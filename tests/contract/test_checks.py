"""What OpenAPI does not allow, and what judging needs besides."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator.schemas import openapi_v30_schema_validator, openapi_v31_schema_validator

from tests.strategies import document
from validator.contract.checks import check_openapi, published
from validator.errors import DocumentError


def changed(*path: str, to: Any, version: tuple[int, int] = (3, 1)) -> dict[str, Any]:
    given = document({"type": "object"}, {"A": {"type": "string"}}, version=version)
    node: Any = given
    for name in path[:-1]:
        node = node[name]
    node[path[-1]] = to
    return given


def test_the_schemas_are_those_that_openapi_core_checks_documents_with() -> None:
    assert published((3, 0)) == openapi_v30_schema_validator.schema
    assert published((3, 1)) == openapi_v31_schema_validator.schema


@pytest.mark.parametrize("version", [(3, 0), (3, 1)])
@pytest.mark.parametrize(
    ("path", "to", "place"),
    [
        (("info",), {"title": "t"}, "/info"),
        (("paths", "/things", "get", "responses", "abc"), {"description": ""}, "/paths/~1things/get/responses"),
        (("paths", "/things", "get", "parameters"), [{"name": "a", "in": "body"}], "/paths/~1things/get/parameters/0"),
        (("components", "schemas", "A"), 5, "/components/schemas/A"),
    ],
)
def test_what_openapi_does_not_allow_is_refused_at_its_place(
    path: tuple[str, ...], to: Any, place: str, version: tuple[int, int]
) -> None:
    with pytest.raises(DocumentError) as refused:
        check_openapi(changed(*path, to=to, version=version), version)
    assert refused.value.place.startswith(place)
    assert "not valid OpenAPI" in refused.value.reason


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "strin"}, "/components/schemas/A"),
        ({"properties": {"a": {"required": "a"}}}, "/components/schemas/A/properties/a"),
        ({"minLength": -1}, "/components/schemas/A/minLength"),
    ],
)
def test_what_is_no_schema_is_refused_at_its_place(schema: Any, place: str) -> None:
    with pytest.raises(DocumentError, match="not a schema") as refused:
        check_openapi(changed("components", "schemas", "A", to=schema), (3, 1))
    assert refused.value.place.startswith(place)


def test_an_operation_id_that_comes_twice_is_refused() -> None:
    same = {"operationId": "getThings", "responses": {"200": {"description": ""}}}
    with pytest.raises(DocumentError, match="operationId getThings comes twice, first at /paths/~1things/get"):
        check_openapi(changed("webhooks", to={"things": {"post": same}}), (3, 1))
    with pytest.raises(DocumentError, match="operationId getThings comes twice"):
        check_openapi(changed("paths", "/others", to={"get": same}), (3, 1))


def test_a_default_that_does_not_fit_is_no_obstacle() -> None:
    check_openapi(changed("components", "schemas", "A", to={"type": "string", "default": 5}), (3, 1))
