"""A settled body is as valid as it was, and speaks of what exists."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from fuzz.knowledge import NOTHING_KNOWN, Knowledge
from fuzz.request_body import json_body
from fuzz.strategies import bodies
from tests.fuzz.test_strategies import OPERATIONS, PICQER

KNOWN = Knowledge(
    {"idproduct": (901, 902), "idcustomer": (7,), "tag_ids": ("a-1",), "picklist": (5, 6)},
    codes={"productcode": ("TEA", "MUG")},
)


@pytest.mark.parametrize(
    ("value", "settled"),
    [
        ({"idproduct": 0}, {"idproduct": 901}),
        ({"productId": 3}, {"productId": 902}),
        ({"lines": [{"product_id": 0, "amount": 2}]}, {"lines": [{"product_id": 901, "amount": 2}]}),
        ({"idpicklists": [4, 4]}, {"idpicklists": [5, 6]}),
        ({"customer": {"id": 1}}, {"customer": {"id": 7}}),
        ({"customer": 1}, {"customer": 7}),
        ({"customer": "Jane"}, {"customer": "Jane"}),
        ({"tag_id": "x"}, {"tag_id": "a-1"}),
        ({"productcode": ""}, {"productcode": "TEA"}),
        ({"tag_id": 1}, {"tag_id": 1}),
        ({"idproduct": None, "idcustomer": True}, {"idproduct": None, "idcustomer": True}),
        ({"id": 1, "idsupplier": 2}, {"id": 1, "idsupplier": 2}),
        ([{"idcustomer": 1}], [{"idcustomer": 7}]),
        ("text", "text"),
    ],
)
def test_ids_that_exist_take_the_place_of_those_drawn(value: Any, settled: Any) -> None:
    assert KNOWN.settle(value) == settled


def test_a_path_without_a_list_gets_ids_of_the_kind_that_it_speaks_of() -> None:
    path = "/v1/customers/{id}/lines/{line}/products/{productId}"
    assert KNOWN.path(path) == {"id": 7, "productId": 901}


def test_what_refers_to_things_of_which_there_is_none_is_left_out() -> None:
    """A guessed id would have every request refused, and show nothing of what else is in it."""
    known = Knowledge({"idproduct": (901,)}, empty={"fulfilmentcustomer"})
    body = {"idfulfilmentcustomer": 1, "lines": [{"idproduct": 1, "idfulfilmentcustomer": 2, "amount": 3}]}
    assert known.sound(body) == {"lines": [{"idproduct": 901, "amount": 3}]}
    needed = Knowledge(empty={"fulfilmentcustomer"}, keeps=lambda body: "idfulfilmentcustomer" in body)
    assert needed.sound({"idfulfilmentcustomer": 1}) == {"idfulfilmentcustomer": 1}


def test_nothing_known_changes_nothing() -> None:
    assert NOTHING_KNOWN.settle({"idproduct": 4, "id": 1}) == {"idproduct": 4, "id": 1}


@pytest.mark.property
@pytest.mark.parametrize("operation", OPERATIONS[::3], ids=lambda operation: operation.id)
def test_a_settled_body_stays_valid(operation: Any) -> None:
    media_type = json_body(operation)
    validator = PICQER.validator(media_type.schema, writing=True)
    # Numbers that many schemas do not allow, and texts of a form that few do.
    wild = Knowledge({"product": (-5, "x"), "idcustomer": (0,), "idwarehouse": (2**70,), "idtag": (3, 3)})
    knowledge = wild.at(PICQER, operation)

    @settings(max_examples=5, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(bodies(PICQER, operation))
    def holds(body: Any) -> None:
        assert validator.is_valid(knowledge.settle(body))

    holds()
