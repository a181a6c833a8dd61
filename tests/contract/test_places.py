"""Where the schemas of a document are, and circles among them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.strategies import document, documents, schemas
from validator.contract.places import check_ends, children, entrances, schema_places
from validator.errors import DocumentError
from validator.pointer import split, walk

PLACE = "/paths/~1things/get/responses/200/content/application~1json/schema"


def test_schemas_begin_under_schema_and_in_components() -> None:
    assert set(entrances(document({}, {"A": {}, "B": True}))) == {
        PLACE,
        "/components/schemas/A",
        "/components/schemas/B",
    }


def test_what_an_example_holds_is_no_schema() -> None:
    given = document({})
    given["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["example"] = {"schema": {}}
    assert set(entrances(given)) == {PLACE}


def test_every_keyword_that_holds_schemas_is_walked() -> None:
    schema = {
        "allOf": [{}],
        "properties": {"a/b": True},
        "items": {},
        "not": False,
        "additionalProperties": False,
        "dependentSchemas": {"x": {}},
        "enum": [{"items": {}}],
    }
    assert set(children(schema, "")) == {
        "/allOf/0",
        "/properties/a~1b",
        "/items",
        "/not",
        "/additionalProperties",
        "/dependentSchemas/x",
    }


@pytest.mark.property
@given(documents())
def test_every_place_is_a_schema_and_comes_once(given_document: dict[str, Any]) -> None:
    places = list(schema_places(given_document))
    assert len(places) == len(set(places))
    for place in places:
        assert isinstance(walk(given_document, split(place)), dict | bool)


def test_a_chain_of_thousands_of_references_is_no_circle() -> None:
    chain = {f"S{number}": {"$ref": f"#/components/schemas/S{number + 1}"} for number in range(5000)}
    check_ends(document({}, {**chain, "S5000": {}}))
    with pytest.raises(DocumentError, match="circle"):
        check_ends(document({}, {**chain, "S5000": {"$ref": "#/components/schemas/S0"}}))


@pytest.mark.property
@given(schemas((3, 1)))
def test_a_schema_below_properties_may_lead_back(schema: Any) -> None:
    check_ends(document({"properties": {"a": {"$ref": f"#{PLACE}"}}, "examples": [schema]}))


def test_a_schema_that_asks_without_end_is_refused() -> None:
    """Each of 40 a choice between the next and the next: a billion of alternatives in two kilobytes."""
    doubled = {f"S{number}": {"anyOf": [{"$ref": f"#/components/schemas/S{number + 1}"}] * 2} for number in range(40)}
    with pytest.raises(DocumentError, match="asks more than 1,000,000 others about one value"):
        check_ends(document({}, {**doubled, "S40": {}}))
    below = {name: {"properties": {"a": schema}} for name, schema in doubled.items()}
    check_ends(document({}, {**below, "S40": {}}))
    wide = {"oneOf": [{"const": number} for number in range(50_000)]}
    check_ends(document({"oneOf": [wide]}))
