"""Bodies that are written: what they are made of, and how they differ from those before."""

from __future__ import annotations

from itertools import islice

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.knowledge import Knowledge
from fuzz.sequences.bodies import Bodies
from tests.fuzz.test_strategies import contract_taking
from validator.contract import Contract

URL = "http://127.0.0.1/v1"
THING = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "price": {"type": "number"},
        "stock": {"type": "integer", "minimum": 0},
        "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
    },
}
RECEIPT = {
    "type": "object",
    "required": ["status"],
    "properties": {
        "status": {"enum": ["open", "completed"]},
        "note": {"type": "string"},
        "is_default": {"type": "boolean"},
        "defaultdelivery": {"type": "boolean"},
        "default_note": {"type": "string"},
    },
}
CONTRACT = Contract.from_dict(
    {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {
            "/things": {
                "post": {
                    "operationId": "addThing",
                    "requestBody": {
                        "content": {
                            "application/json": {"schema": THING, "example": {"name": "Mug", "country": "NL"}},
                        }
                    },
                    "responses": {"201": {"description": "Made"}},
                }
            },
            "/shelves": {
                "post": {
                    "operationId": "addShelf",
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["language", "type"],
                                    "properties": {
                                        "language": {"enum": ["nl", "en", "fr"]},
                                        "type": {"enum": ["low", "high"]},
                                    },
                                },
                            },
                        }
                    },
                    "responses": {"201": {"description": "Made"}},
                }
            },
            "/receipts/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "put": {
                    "operationId": "updateReceipt",
                    "requestBody": {"content": {"application/json": {"schema": RECEIPT}}},
                    "responses": {"200": {"description": "Changed"}},
                },
            },
            "/shops": {
                "post": {
                    "operationId": "addShop",
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": {"type": "object"},
                                "example": {"at": [{"country": "BE"}, {"country": "Belgium"}]},
                            },
                        }
                    },
                    "responses": {"201": {"description": "Made"}},
                }
            },
        },
    },
    servers=[URL],
)
ADD = CONTRACT.operation("addThing")
SHELVE = CONTRACT.operation("addShelf")


def bodies() -> Bodies:
    return Bodies(CONTRACT, lambda body: body, seed=1)


def test_no_number_comes_again_in_the_bodies_that_follow() -> None:
    """A change that is not stored would be hidden by the next, if that put back what was there."""
    made = bodies()
    thing = next(made.to_create(ADD))
    seen = [thing]
    for _ in range(4):
        thing = thing | next(made.to_update(ADD, thing))
        seen.append(thing)
    for name in ("price", "stock"):
        assert len({one[name] for one in seen}) == len(seen)


def test_a_text_with_a_form_is_one_of_the_examples_of_any_operation_that_fits() -> None:
    """A schema says two letters; that the country exists, only an example shows."""
    made = bodies()
    thing = next(made.to_create(ADD))
    changed = next(made.to_update(ADD, thing))
    assert {thing["country"], changed["country"]} == {"NL", "BE"}


def test_the_two_parts_of_a_change_are_all_that_can_be_changed() -> None:
    made = bodies()
    first, second = (next(made.to_update(ADD, {}, part=part)) for part in (slice(1), slice(1, None)))
    needed = {"name"}
    assert set(first) | set(second) == set(made.changeable(ADD)) == set(THING["properties"])
    assert (set(first) & set(second)) <= needed


def test_with_the_least_comes_first_where_it_is_wanted() -> None:
    (full, *_), (least, *_) = (list(islice(bodies().to_create(ADD, least=one), 2)) for one in (False, True))
    assert set(full) == set(THING["properties"])
    assert set(least) == {"name"}


def test_each_body_has_another_one_of_the_listed_values_unless_they_tell_what_the_thing_is() -> None:
    made = bodies()
    seen = [next(made.to_create(SHELVE)) for _ in range(4)]
    assert {one["language"] for one in seen} == {"nl", "en", "fr"}
    assert len({one["type"] for one in seen}) == 1


def test_a_change_leaves_a_thing_where_it_is_in_its_life() -> None:
    """A receipt that is completed can not be deleted any more, and would be left behind."""
    receive = CONTRACT.operation("updateReceipt")
    for status in ("open", "completed"):
        body = next(bodies().to_update(receive, {"status": status, "note": "a"}))
        assert body["status"] == status
        assert body["note"] != "a"
    assert list(bodies().to_update(receive, {"status": "draft", "note": "a"})) == []


def test_nothing_becomes_the_default() -> None:
    """That would take it from what others have."""
    receive, made = CONTRACT.operation("updateReceipt"), bodies()
    for name in ("is_default", "defaultdelivery"):
        created = [body.get(name) for body in made.to_create(receive)]
        assert False in created
        assert True not in created
        assert name not in next(made.to_update(receive, {"status": "open", "note": "a", name: False}))
    assert next(made.to_update(receive, {"status": "open", "default_note": "a"}))["default_note"] != "a"


ONE = orjson.dumps(next(bodies().to_create(ADD)))


@pytest.mark.property
@given(st.binary(max_size=20), st.binary(max_size=20))
def test_what_tells_a_body_from_others_is_made_anew_whatever_is_wrong_with_it(before: bytes, after: bytes) -> None:
    made, told = bodies(), ONE
    for _ in range(6):
        made.telling.renewed(b"pq1x1")
    renewed = made.telling.renewed(before + told + b"," + told + after)
    start, length = len(before), len(told)
    first, second = renewed[start : start + length], renewed[start + length + 1 :][:length]
    assert first == second
    assert (renewed[:start], renewed[start + 2 * length + 1 :]) == (before, after)
    assert orjson.loads(first).keys() == orjson.loads(told).keys()
    assert b"pq1x7" in first


def test_what_two_members_both_say_is_said_once() -> None:
    """A server that is told of a normal thing of unlimited stock has to contradict one of the two."""
    kinds = {"enum": ["normal", "unlimited_stock"]}
    names = {"name": {"type": "string"}, "type": kinds, "unlimitedstock": {"type": "boolean"}}
    contract = contract_taking({"type": "object", "required": ["name"], "properties": names})
    add, made = contract.operation("createThing"), Bodies(contract, lambda body: body, seed=1)
    assert made.changeable(add) == ("name",)
    for body in made.to_create(add):
        assert not {"type", "unlimitedstock"} <= body.keys()


def test_two_lines_refer_to_two_things() -> None:
    """Two of the same may well become one."""
    line = {"type": "object", "required": ["idthing"], "properties": {"idthing": {"type": "integer", "minimum": 1}}}
    contract = contract_taking(
        {"type": "object", "required": ["lines"], "properties": {"lines": {"type": "array", "items": line}}}
    )
    for known, lines in (((3, 4, 5), 2), ((3,), 1)):
        settle = Knowledge({"idthing": known}).settle
        body = next(Bodies(contract, settle, seed=1).to_create(contract.operation("createThing")))
        ids = [one["idthing"] for one in body["lines"]]
        assert len(ids) == len(set(ids)) == lines


def test_all_but_what_may_refer_to_nothing_is_tried_where_all_is_refused() -> None:
    """One id of nothing would hide whether all other members are stored."""
    names = {"name": {"type": "string"}, "remark": {"type": "string"}, "idtemplate": {"type": "integer", "minimum": 1}}
    contract = contract_taking({"type": "object", "required": ["name"], "properties": names})
    operation = contract.operation("createThing")
    for known, tried in ((frozenset({"idtemplate"}), {*names}), (frozenset(), {"name", "remark"})):
        made = Bodies(contract, lambda body: body, 1, knows=lambda name, _value, _holder, known=known: name in known)
        whole, second, *_ = made.to_create(operation)
        assert whole.keys() == {*names}
        assert second.keys() == tried if not known else second.keys() != {"name", "remark"}


def test_of_an_id_and_a_code_of_one_thing_the_id_is_sent() -> None:
    """That both are good does not make them of one thing."""
    code = {"type": "string", "x-fault-responses": {"unknown-reference": {"status": 400, "body": {}}}}
    line = {
        "type": "object",
        "anyOf": [{"required": ["idproduct"]}, {"required": ["productcode"]}],
        "properties": {"idproduct": {"type": "integer"}, "productcode": code, "name": {"type": "string"}},
    }
    operation = (contract := contract_taking(line)).operation("createThing")
    assert next(Bodies(contract, lambda body: body, seed=1).to_create(operation)).keys() == {"idproduct", "name"}
    by_code = {"type": "object", "required": ["productcode"], "properties": {"productcode": code}}
    operation = (contract := contract_taking(by_code)).operation("createThing")
    settle = Knowledge(codes={"productcode": ("TEA-1",)}).settle
    assert next(Bodies(contract, settle, seed=1).to_create(operation)) == {"productcode": "TEA-1"}


def test_a_mail_address_looks_like_one() -> None:
    contract = contract_taking({"type": "object", "properties": {"emailaddress": {"type": "string"}}})
    body = next(Bodies(contract, lambda body: body, seed=1).to_create(contract.operation("createThing")))
    assert body["emailaddress"].endswith("@example.com")
