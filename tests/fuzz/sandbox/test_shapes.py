"""Shapes: what is missing, in which order, and where."""

import pytest

from fuzz.sandbox.problems import INVALID_VALUE, MISSING_PARAMETER, Missing, Problem
from fuzz.sandbox.shapes import Choice, Member, Something, Unless, optional, shape

INNER = shape(x="text!", y="integer")
OUTER = shape(
    Choice(names=("a", "b"), code=15),
    Unless(trigger="free", names=("name",)),
    a="integer",
    b="text",
    free="boolean",
    name="text?",
    items=Member(each=INNER, required=True, filled=True, missing=13),
    one=Member(shape=INNER, nullable=True),
    ids=Member(each="id", to="things", unknown=21),
)
WHOLE = {"a": 1, "free": True, "items": [{"x": "."}]}

MISSING = {
    "nothing": (WHOLE, []),
    "a choice": ({**WHOLE, "a": None}, [(("a",), 15)]),
    "the other of a choice": ({**WHOLE, "a": None, "b": ""}, []),
    "what a trigger would spare": ({**WHOLE, "free": None}, [(("name",), 5)]),
    "a list": ({**WHOLE, "items": None}, [(("items",), 13)]),
    "all of a list": ({**WHOLE, "items": []}, [(("items",), 13)]),
    "in a list": ({**WHOLE, "items": [{"x": ""}, {}, {"y": 1}]}, [(("items", 1, "x"), 5), (("items", 2, "x"), 5)]),
    "in an object": ({**WHOLE, "one": {"y": 1}}, [(("one", "x"), 5)]),
    "nothing, where the type is wrong": ({**WHOLE, "items": [7], "one": "text"}, []),
    "all": ({}, [(("name",), 5), (("a",), 15), (("items",), 13)]),
}


@pytest.mark.parametrize(("body", "expected"), MISSING.values(), ids=MISSING)
def test_missing_members_are_found_in_order_with_their_place(body, expected):
    assert list(OUTER.missing(body)) == [Missing(place=place, code=code) for place, code in expected]


@pytest.mark.parametrize("value", [None, {"x": "."}])
def test_a_nullable_object_may_be_null(value):
    OUTER.check({**WHOLE, "one": value})


def test_null_is_missing_unless_it_may_be_null():
    assert list(shape(a="id!").missing({"a": None})) == [Missing(place=("a",), code=MISSING_PARAMETER)]
    assert list(shape(a="id!?").missing({"a": None})) == []
    assert list(shape(a="id!?").missing({})) == [Missing(place=("a",))]


@pytest.mark.parametrize(
    "member",
    [
        {"a": "1"},
        {"items": {}},
        {"items": [1]},
        {"items": [{"x": 1}]},
        {"one": []},
        {"ids": [None]},
    ],
)
def test_a_value_of_the_wrong_type_is_refused(member):
    with pytest.raises(Problem) as caught:
        OUTER.check({**WHOLE, **member})
    assert caught.value.code == INVALID_VALUE


@pytest.mark.parametrize("member", [{"ids": [1] * 1001}, {"a": 2**31}, {"items": [{"x": "y" * 10_001}]}])
def test_a_value_of_no_use_is_found_after_all_others(member):
    OUTER.check({**WHOLE, **member})
    with pytest.raises(Problem) as caught:
        OUTER.use({**WHOLE, **member})
    assert caught.value.code == INVALID_VALUE


def test_references_are_looked_up_one_by_one():
    asked = []
    OUTER.resolve({"ids": [1, 2]}, lambda *of: asked.append(of) is None)
    assert asked == [("things", 1), ("things", 2)]
    with pytest.raises(Problem) as caught:
        OUTER.resolve({"ids": [1, 2]}, lambda _, number: number == 1)
    assert caught.value.code == 21


def test_a_change_demands_nothing_at_the_top():
    change = optional(OUTER)
    assert not change.demands
    assert list(change.missing({})) == []
    assert [one.place for one in change.missing({"items": [{}]})] == [("items", 0, "x")]


def test_a_kind_that_does_not_exist_is_a_mistake_in_the_table():
    with pytest.raises(KeyError):
        shape(a="txet!")


def test_something_is_more_than_nothing_whatever_its_name():
    anything = shape(Something())
    assert anything.demands
    assert list(anything.missing({})) == [Missing(place=())]
    assert list(anything.missing({"whatever": None})) == []
