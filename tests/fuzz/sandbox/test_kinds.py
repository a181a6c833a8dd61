"""Kinds: what each accepts and refuses."""

import pytest

from fuzz.sandbox.kinds import KINDS, LARGEST

ACCEPTED = {
    "any": [None, [], {}],
    "amount": [1, 1.0, LARGEST],
    "boolean": [True, False],
    "colour": ["#000000", "#aBcDeF"],
    "country": ["NL", "BE"],
    "date": ["2024-02-29", "0000-02-29"],
    "datetime": ["2024-02-29 23:59:59"],
    "event": ["orders.created"],
    "id": [1, 1.0, LARGEST],
    "integer": [0, -LARGEST, 2.0],
    "language": ["nl", "en"],
    "location_kind": ["location", "container"],
    "number": [0, -1.5, 1e12],
    "object": [{}],
    "picked": [1, LARGEST],
    "product": [1, "P"],
    "product_type": ["normal"],
    "receipt_status": ["completed"],
    "reference": [1, 0, -1],
    "stock": [0, LARGEST, -(2**40), -float("inf")],
    "text": ["", "é" * 10_000],
    "time": ["00:00:00", "23:59:59"],
    "uri": ["https://a.example:8080/b/%C3%A9?c=d/e?#f", "http://[::1]/", "urn:a:b", "a:"],
    "version": [1, 2],
}
REFUSED = {
    "any": [],
    "amount": [0, -1, 1.5, True, "1", None],
    "boolean": [0, 1, "true", None],
    "colour": ["000000", "#00000", "#00000g", "#000000\n", 0],
    "country": ["nl", "XX", "NLD", "", 1],
    "date": ["2023-02-29", "20240229", "2024-02-29 ", "٢٠٢٤-02-29", 20240229],
    "datetime": ["2024-02-29", "2024-02-29T10:00:00", "2024-02-29 24:00:00", 0],
    "event": ["Orders.created", "orders.exploded", "", None],
    "id": [0, -1, True, "1", 1.5, 2**31, None],
    "integer": [False, 0.5, 2**31, float("inf"), float("nan"), "0"],
    "language": ["de", None],
    "location_kind": ["shelf", None],
    "number": [True, float("inf"), float("nan"), 1e13, "1"],
    "object": [[], None, "{}"],
    "picked": [0, -1, 1.5, 2**31, True, "1", None],
    "product": [None, 1.5, []],
    "product_type": ["Normal", []],
    "receipt_status": ["processing", 1],
    "reference": [True, "1", 1.5, float("inf"), None],
    "stock": [2**31, 0.5, "1", None],
    "text": [1, None, [], "x" * 10_001],
    "time": ["24:00:00", "9:00:00", "12:00", 1],
    "uri": ["", "word", "//a.example", "https://a b", "https://a:x/", "https://é.example", "a:%zz", " a:b", 1],
    "version": [0, 3, "1", True],
}


def test_every_kind_is_tried():
    assert ACCEPTED.keys() == REFUSED.keys() == KINDS.keys()


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in ACCEPTED.items() for value in values])
def test_a_good_value_is_accepted(kind, value):
    assert KINDS[kind].fits(value)


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in REFUSED.items() for value in values])
def test_a_bad_value_is_refused(kind, value):
    assert not KINDS[kind].fits(value)


@pytest.mark.parametrize(
    ("kind", "value"), [("amount", 0), ("country", "XX"), ("id", 2**31), ("number", 1e13), ("text", "x" * 10_001)]
)
def test_a_value_of_no_use_can_have_the_right_form(kind, value):
    assert KINDS[kind].accepts(value)
    assert not KINDS[kind].bears(value)
