"""Bundling: a document of several files becomes one, and means the same."""

from __future__ import annotations

from typing import Any

import pytest

from validator.contract.references import BUNDLE, bundle
from validator.errors import DocumentError

FILES = {
    "a.yaml": {"A": {"$ref": "sub/b.yaml#/B"}, "default": {"$ref": "is a member"}},
    "sub/b.yaml": {
        "B": {"properties": {"default": {"$ref": "#/C"}, "a": {"$ref": "../a.yaml#/A"}}},
        "C": {"type": "string"},
    },
}


def read(name: str) -> Any:
    if name not in FILES:
        raise DocumentError("cannot be read", place=name)
    return FILES[name]


def test_files_that_refer_to_each_other_are_taken_once() -> None:
    bundled = bundle({"root": {"$ref": "a.yaml#/A"}}, read)
    assert set(bundled[BUNDLE]) == {"a.yaml", "sub/b.yaml"}
    assert bundled["root"]["$ref"] == f"#/{BUNDLE}/a.yaml/A"
    inner = bundled[BUNDLE]["sub/b.yaml"]["B"]["properties"]
    assert inner["default"]["$ref"] == f"#/{BUNDLE}/sub~1b.yaml/C", "a property may be called default"
    assert inner["a"]["$ref"] == f"#/{BUNDLE}/a.yaml/A"


def test_a_file_may_refer_back_to_the_document() -> None:
    files = {"parts/a.yaml": {"A": {"$ref": "../openapi.yaml#/components"}}}
    bundled = bundle({"x": {"$ref": "parts/a.yaml#/A"}, "components": {}}, files.__getitem__, name="openapi.yaml")
    assert bundled[BUNDLE] == {"parts/a.yaml": {"A": {"$ref": "#/components"}}}


def test_a_document_without_references_stays_as_it_is() -> None:
    document = {"paths": {"/x": {"get": {"example": {"$ref": "http://data.example"}}}}}
    assert bundle(document, None) == document


def test_a_document_without_a_folder_has_no_other_files() -> None:
    with pytest.raises(DocumentError, match="this document has no folder"):
        bundle({"x": {"$ref": "other.yaml"}}, None)


def test_a_circle_of_references_is_refused() -> None:
    with pytest.raises(DocumentError, match="circle of references"):
        bundle({"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}}, None)


def test_references_that_go_round_are_refused_whatever_stands_beside_them() -> None:
    with pytest.raises(DocumentError, match="circle of references"):
        bundle({"a": {"$ref": "#/b", "description": ""}, "b": {"$ref": "#/a", "description": ""}}, None)


@pytest.mark.parametrize("members", ["responses", "headers", "parameters", "requestBodies", "callbacks", "pathItems"])
def test_default_is_a_name_where_the_author_names_the_members(members: str) -> None:
    bundled = bundle({members: {"default": {"$ref": "a.yaml#/A"}}}, lambda _: {"A": {"description": ""}})
    assert bundled[members] == {"default": {"$ref": f"#/{BUNDLE}/a.yaml/A"}}
    with pytest.raises(DocumentError, match="a reference to an address"):
        bundle({members: {"default": {"content": {"a/b": {"schema": {"$ref": "file:///etc/passwd"}}}}}}, None)


def test_a_reference_beside_an_id_is_relative_to_it() -> None:
    embedded = {"$id": "https://x.example/s", "$ref": "#/$defs/i", "$defs": {"i": {"type": "integer"}}}
    bundle({"a": {"$ref": "#/b"}, "b": embedded}, None)


def test_a_reference_that_is_no_address_is_refused() -> None:
    with pytest.raises(DocumentError, match="no address"):
        bundle({"a": {"$ref": "http://[bad"}}, None)
