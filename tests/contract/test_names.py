"""References by name said as references by place, so that who walks through schemas needs to know nothing of names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.strategies import document
from validator.contract import Contract
from validator.contract.names import by_place, has_names, resolve
from validator.contract.references import embedded_ids
from validator.errors import DocumentError


@pytest.mark.parametrize(
    ("base", "address", "resolved"),
    [
        ("contract://document", "list", "contract://document/list"),
        ("contract://document/a/b", "../c", "contract://document/c"),
        ("https://x.example/a/b", "c", "https://x.example/a/c"),
        ("https://x.example/a/b", "/c", "https://x.example/c"),
        ("https://x.example/a", "", "https://x.example/a"),
        ("https://x.example/a", "urn:uuid:1", "urn:uuid:1"),
        ("urn:uuid:1", "", "urn:uuid:1"),
        ("urn:uuid:1", "a", "a"),
        ("file:///folder/a.json", "b.json", "file:///folder/b.json"),
        ("https://x.example/a", "http://[bad", "http://[bad"),
    ],
)
def test_an_address_is_resolved_whatever_the_scheme(base: str, address: str, resolved: str) -> None:
    assert resolve(base, address) == resolved


@pytest.mark.parametrize("name", ["$id", "$anchor", "$dynamicAnchor", "$dynamicRef"])
def test_a_document_without_names_need_not_be_walked(name: str) -> None:
    assert not has_names({"a": [{"$ref": "#/b"}], "b": {"c": 1}})
    assert has_names({"a": [{"b": {name: "#x"}}]})


def test_what_is_data_has_no_names() -> None:
    root = {"a": {"$ref": "#/b"}, "b": {"enum": [{"$id": "https://x.example/no", "$ref": "no"}]}}
    assert by_place(root) == root


def test_a_reference_below_an_id_is_relative_to_it() -> None:
    root: dict[str, Any] = {
        "a": {"$id": "https://x.example/s", "b": {"$ref": "#/b"}, "c": {"$ref": "t"}, "d": {"$ref": "t#x"}},
        "e": {"$id": "https://x.example/t", "$ref": "s", "f": {"$anchor": "x"}, "g": {"$ref": "s#/b"}},
        "h": {"$id": "https://x.example/s2", "$anchor": "y", "i": {"$ref": "#y"}},
        "k": {"$ref": "#/a/b"},
    }
    assert by_place(root) == {
        "a": {"b": {"$ref": "#/a/b"}, "c": {"$ref": "#/e"}, "d": {"$ref": "#/e/f"}},
        "e": {"$ref": "#/a", "f": {}, "g": {"$ref": "#/a/b"}},
        "h": {"i": {"$ref": "#/h"}},
        "k": {"$ref": "#/a/b"},
    }


def test_a_dynamic_reference_that_can_lead_to_one_place_only_is_a_plain_one() -> None:
    once = {"$dynamicAnchor": "x", "properties": {"a": {"$dynamicRef": "#x"}, "b": {"$dynamicRef": "#/o"}}}
    assert by_place({"o": once}) == {"o": {"properties": {"a": {"$ref": "#/o"}, "b": {"$ref": "#/o"}}}}


def test_a_dynamic_reference_that_may_lead_elsewhere_stays_with_the_names_that_it_asks_for() -> None:
    root = {"o": {"$id": "o", "$dynamicAnchor": "x", "$dynamicRef": "#x"}, "p": {"$id": "p", "$dynamicAnchor": "x"}}
    assert by_place(root) == {
        "o": {"$id": "contract://document/o", "$dynamicAnchor": "x", "$dynamicRef": "contract://document/o#x"},
        "p": {"$id": "contract://document/p", "$dynamicAnchor": "x"},
    }


def test_the_addresses_of_a_document_are_those_of_its_schemas_not_of_its_data() -> None:
    root = {"a": {"$id": "https://x.example/dir/s", "b": {"$id": "t"}, "const": {"$id": "https://x.example/no"}}}
    root["c"] = {"properties": {"$id": {"type": "string"}, "const": {"$id": "u"}}}
    assert embedded_ids(root) == {"https://x.example/dir/s", "https://x.example/dir/t", "contract://document/u"}


@pytest.mark.parametrize(
    "schema",
    [
        {"$id": "https://x.example/a", "$ref": "https://x.example/a"},
        {"$id": "https://x.example/a", "allOf": [{"$ref": "#"}]},
        {"$anchor": "a", "not": {"$ref": "#a"}},
        {"$dynamicAnchor": "a", "anyOf": [{"$dynamicRef": "#a"}]},
    ],
)
def test_a_circle_by_names_is_a_circle(schema: dict[str, Any]) -> None:
    with pytest.raises(DocumentError, match="circle"):
        Contract.from_dict(document(schema))


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"$id": "https://x.example/a", "$ref": "b"}, "none of the document's own"),
        ({"$id": "https://x.example/a", "$ref": "#b"}, "a reference to an address"),
        ({"$id": "https://x.example/a", "items": {"$ref": "file:///etc/passwd"}}, "a reference to an address"),
        ({"$id": "https://x.example/a", "items": {"$dynamicRef": "http://127.0.0.1/x"}}, "a reference to an address"),
        ({"$id": "https://x.example/a", "items": {"$ref": "http://[bad"}}, "a reference to an address"),
    ],
)
def test_a_name_that_nothing_has_is_not_fetched(schema: dict[str, Any], said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        Contract.from_dict(document(schema))
