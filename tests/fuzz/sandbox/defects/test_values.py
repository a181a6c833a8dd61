"""Mending values: every value that a shape names goes through the mend, at its place."""

import pytest

from fuzz.sandbox.defects.values import DROPPED, at, drops, fits, has_wrong_type, is_of_type, rewritten
from fuzz.sandbox.kinds import KINDS
from fuzz.sandbox.shapes import Member, shape

INNER = shape(x="text")
OUTER = shape(a="integer", items=Member(each=INNER), one=Member(shape=INNER), ids=Member(each="reference", to="things"))
WHOLE = {"a": 1, "items": [{"x": "."}, 7], "one": {"x": "."}, "ids": [1, 2], "unknown": {"x": 1}}

# One value of each JSON type.
VALUES = (None, True, 7, "7", [], {})


def test_each_value_is_seen_at_its_place():
    seen = []
    rewritten(OUTER, WHOLE, lambda place, member, value: seen.append((place, member.to)) or value)
    assert sorted(seen, key=str) == sorted(
        [
            (("a",), None),
            (("items",), None),
            (("items", 0), None),
            (("items", 0, "x"), None),
            (("items", 1), None),
            (("one",), None),
            (("one", "x"), None),
            (("ids",), "things"),
            (("ids", 0), "things"),
            (("ids", 1), "things"),
        ],
        key=str,
    )


def test_what_is_dropped_is_gone_and_the_body_that_came_is_as_it_was():
    def mend(place, _member, value):
        return DROPPED if place in {("a",), ("items", 1), ("one", "x"), ("ids", 0)} else value

    assert rewritten(OUTER, WHOLE, mend) == {"items": [{"x": "."}], "one": {}, "ids": [2], "unknown": {"x": 1}}
    assert WHOLE["a"] == 1
    assert len(WHOLE["items"]) == 2


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"any", "product"}))
def test_a_kind_has_one_type(kind):
    assert [is_of_type(Member(kind=kind), value) for value in VALUES].count(True) == 1


def test_null_is_of_the_type_where_it_may_be():
    assert is_of_type(Member(kind="text", nullable=True), None)
    assert not is_of_type(Member(kind="text"), None)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [(WHOLE, True), (WHOLE | {"items": []}, False), ({"a": "1"}, True), ({"one": None}, True)],
)
def test_wrong_types_are_found_wherever_they_are(body, wrong):
    assert has_wrong_type(OUTER, body) == wrong


def test_only_what_does_not_fit_is_dropped():
    colour = Member(kind="colour")
    assert not fits(colour, "red")
    mend = drops(at("items", "*", "x"))
    assert mend(("items", 3, "x"), colour, "red") is DROPPED
    assert mend(("items", 3, "x"), colour, "#112233") == "#112233"
    assert mend(("x",), colour, "red") == "red"
