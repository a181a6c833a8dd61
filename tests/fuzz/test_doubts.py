"""A body that refers to something nobody knows of may be refused for that, whatever else is wrong with it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from fuzz.case import Case
from fuzz.engine import draw
from fuzz.families import broken, ways
from fuzz.knowledge import NOTHING_KNOWN, Knowledge
from fuzz.oracle import described, promises_for
from validator.contract import Contract

SERVER = "http://127.0.0.1/v1"
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Notes", "version": "1"},
    "servers": [{"url": SERVER}],
    "x-fault-responses": {
        "malformed-json": {"status": 400, "body": {"code": 22}},
        "missing-parameter": {"status": 400, "body": {"code": 5}},
        "wrong-type": {"status": 400, "body": {"code": 6}},
        "invalid-value": {"status": 400, "body": {"code": 7}},
    },
    "paths": {
        "/notes": {
            "post": {
                "operationId": "createNote",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["text", "iduser"],
                                "properties": {
                                    "text": {"type": "string", "minLength": 2},
                                    "iduser": {
                                        "type": "integer",
                                        "x-fault-responses": {
                                            "unknown-reference": {"status": 400, "body": {"code": 24}}
                                        },
                                    },
                                },
                            }
                        }
                    },
                },
                "responses": {"201": {"description": "made"}, "400": {"description": "refused"}},
            }
        }
    },
}
CONTRACT = Contract.from_dict(DOCUMENT)
NOTES = CONTRACT.operation("createNote")
KNOWN = Knowledge({"user_id": [7, 8]})


def told(
    fault: str, place: str, knowledge: Knowledge, contract: Contract = CONTRACT, taken: Any = None
) -> list[set[str]]:
    """What may be answered to each body with the fault at the place."""
    found = []
    notes = contract.operation("createNote")
    for way in ways(contract, notes, fault):
        if way.place == place:
            strategy = broken(contract, notes, fault, way, knowledge, taken=taken)
            for breakage in draw(strategy, seed="1", count=5):
                case = Case(
                    operation=notes.id,
                    method="POST",
                    url=f"{SERVER}/notes",
                    fault=breakage.fault,
                    places=breakage.places,
                    also=breakage.also,
                    doubted=breakage.doubted,
                    body=breakage.body or b"",
                )
                promises = promises_for(contract, notes, case)
                found.append({described(one)[-2:].strip() for one in promises if one is not None})
    assert found
    return found


@pytest.mark.parametrize(
    ("fault", "place", "sure"),
    [("missing-parameter", "/text", {"5"}), ("wrong-type", "/text", {"6"}), ("invalid-value", "/text", {"7"})],
)
def test_where_nothing_is_known_the_reference_may_be_told_of(fault: str, place: str, sure: set[str]) -> None:
    assert all(sure < codes and "24" in codes for codes in told(fault, place, NOTHING_KNOWN))
    assert all("24" not in codes for codes in told(fault, place, KNOWN))


def test_what_the_server_took_before_is_in_no_doubt() -> None:
    """A body is mostly made of what was taken: another id than that is in it only by chance."""
    assert {"5"} in told("missing-parameter", "/text", NOTHING_KNOWN, taken={"text": "hello", "iduser": 9})


def test_a_promise_for_all_references_is_one_for_those_that_a_name_tells() -> None:
    """A server that looks the user up before it looks for what is missing says so."""
    document: dict[str, Any] = copy.deepcopy(DOCUMENT)
    document["x-fault-responses"]["unknown-reference"] = {"status": [400, 404], "body": {"code": 24}}
    operation = document["paths"]["/notes"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    del schema["properties"]["iduser"]["x-fault-responses"]
    contract = Contract.from_dict(document)
    assert all("24" in codes for codes in told("missing-parameter", "/text", NOTHING_KNOWN, contract))
    assert all("24" not in codes for codes in told("missing-parameter", "/text", KNOWN, contract))
    del document["x-fault-responses"]["unknown-reference"]
    silent = Contract.from_dict(document)
    assert all("24" not in codes for codes in told("missing-parameter", "/text", NOTHING_KNOWN, silent))


def test_what_is_broken_itself_is_in_no_doubt() -> None:
    assert all("24" not in codes for codes in told("missing-parameter", "/iduser", NOTHING_KNOWN))
    assert all("24" not in codes for codes in told("wrong-type", "/iduser", NOTHING_KNOWN))


def test_a_body_that_cannot_be_read_refers_to_nothing() -> None:
    assert all(codes == {"22"} for codes in told("malformed-json", "", NOTHING_KNOWN))


def test_what_stands_in_an_answer_is_known() -> None:
    known: Any = KNOWN.at(CONTRACT, NOTES)
    assert known.has("iduser", 7)
    assert not known.has("iduser", 9)
    assert not known.has("iduser", None)
