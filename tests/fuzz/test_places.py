"""Every place of a body is found once, and found again in a body."""

from __future__ import annotations

from typing import Any

import pytest

from fuzz.places import members, places, replaced
from fuzz.request_body import schema_of
from tests.fuzz.test_strategies import contract_taking

NODE = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
    },
}
MIXED = {
    "properties": {"a": {"type": "integer"}},
    "patternProperties": {"^x-": {"type": "string"}},
    "additionalProperties": {"type": "boolean"},
}


def found(schema: Any) -> dict[str, Any]:
    contract = contract_taking(schema, components={"Node": NODE})
    return {place.pointer: place for place in places(contract, schema_of(contract.operation("createThing")))}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, {""}),
        ({"properties": {"a": {}, "b/c": {"properties": {"d": {}}}}}, {"", "/a", "/b~1c", "/b~1c/d"}),
        ({"items": {"properties": {"a": {}}}}, {"", "/*", "/*/a"}),
        ({"prefixItems": [{}, {}], "items": {}}, {"", "/0", "/1", "/*"}),
        ({"prefixItems": [{}], "items": False}, {"", "/0"}),
        ({"allOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}, {"", "/a", "/b"}),
        ({"anyOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}, {"", "/a", "/b"}),
        ({"if": {"properties": {"a": {}}}, "then": {"properties": {"b": {}}}}, {"", "/a", "/b"}),
        ({"properties": {"a": False}}, {""}),
        ({"additionalProperties": {"properties": {"a": {}}}}, {"", "/*", "/*/a"}),
        (
            {"$ref": "#/components/schemas/Node"},
            {"", "/name", "/children", "/children/*", "/children/*/name", "/children/*/children"},
        ),
    ],
)
def test_the_places_of_a_schema_are_these(schema: Any, expected: set[str]) -> None:
    assert set(found(schema)) == expected


def test_a_place_is_found_in_a_body() -> None:
    place = found({"properties": {"list": {"items": {"properties": {"a": {}}}}}})["/list/*/a"]
    assert place.spots({"list": [{"a": 1}, {}, {"a": 2}, 5]}) == [("list", 0, "a"), ("list", 2, "a")]
    assert place.spots({"list": "none"}) == place.spots([]) == []


def test_an_item_of_a_tuple_is_found_at_its_position() -> None:
    both = found({"prefixItems": [{}, {}], "items": {}})
    assert both["/1"].spots(["a", "b", "c", "d"]) == [(1,)]
    assert both["/1"].spots(["a"]) == []
    assert both["/*"].spots(["a", "b", "c", "d"]) == [(2,), (3,)]


def test_members_of_a_map_are_told_apart_by_their_names() -> None:
    contract = contract_taking(MIXED)
    body = {"a": 1, "x-b": "b", "c": True}
    spots = [place.spots(body) for place in places(contract, schema_of(contract.operation("createThing")))]
    assert spots == [[()], [("a",)], [("x-b",)], [("c",)]]


def test_a_map_has_room_for_members_that_are_not_there() -> None:
    contract = contract_taking(MIXED)
    root, named, by_pattern, other = places(contract, schema_of(contract.operation("createThing")))
    assert root.room({}) == named.room({}) == []
    assert all(str(path[-1]).startswith("x-") for path in by_pattern.room({}))
    assert by_pattern.room({})
    assert ("other",) in other.room({})
    assert other.room([]) == []


def test_another_value_leaves_the_body_as_it_was() -> None:
    body = {"a": [{"b": 1}, {"b": 2}]}
    assert replaced(body, ("a", 1, "b"), "x") == {"a": [{"b": 1}, {"b": "x"}]}
    assert replaced(body, ("c",), 3) == {"a": [{"b": 1}, {"b": 2}], "c": 3}
    assert replaced(body, (), None) is None
    assert body == {"a": [{"b": 1}, {"b": 2}]}


def test_places_with_one_schema_share_it() -> None:
    schema = {"properties": {name: {"$ref": "#/components/schemas/Node"} for name in "ab"}}
    contract = contract_taking(schema, components={"Node": NODE})
    by_pointer = {place.pointer: place for place in places(contract, schema_of(contract.operation("createThing")))}
    assert by_pointer["/a"].schema == by_pointer["/b"].schema == "/components/schemas/Node"
    assert by_pointer["/a"].own != by_pointer["/b"].own


def test_members_are_what_has_a_name_or_stands_in_a_list_and_know_what_they_are_called() -> None:
    line = {"required": ["idproduct"], "properties": {"idproduct": {}, "tags": {"items": {}}}}
    contract = contract_taking({**MIXED, "properties": {"lines": {"items": line}}})
    found = {one.pointer: one for one in members(contract, schema_of(contract.operation("createThing")))}
    assert list(found) == ["/lines", "/lines/*", "/lines/*/idproduct", "/lines/*/tags", "/lines/*/tags/*"]
    assert [one.name for one in found.values()] == ["lines", "lines", "idproduct", "tags", "tags"]
    assert [one.holder for one in found.values()] == ["", "", "lines", "lines", "lines"]
    assert [pointer for pointer, one in found.items() if one.required] == ["/lines/*/idproduct"]
    assert found["/lines/*/tags"].holders({"lines": [{"tags": []}, 5, {}]}) == [("lines", 0), ("lines", 2)]
