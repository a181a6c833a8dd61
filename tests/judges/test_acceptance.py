"""Fast acceptance: what is accepted, orjson can parse, and its schema's validator holds valid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import orjson
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from fuzz.building import NO_DEMAND, Builder
from tests.judges.test_agreement import contract_of
from tests.strategies import VALUES, document, documents
from validator.contract import Contract
from validator.judges.acceptance import Acceptance
from validator.judges.content import parse_json
from validator.judges.shape import Doubtful
from validator.judges.shapes import Shapes
from validator.judges.ways import Ways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.judges.acceptance import Acceptor

SCHEMA: Final = "/paths/~1things/get/responses/200/content/application~1json/schema"
HOSTILE: Final = (
    b"\xff", b"\xed\xa0\x80", b"\xc3", b"\\ud800", b"\\u0000", b"\\q", b"\x00", b"\xef\xbb\xbf", b" ", b'"', b",", b":",
    b"[", b"]", b"{", b"}", b"1.0", b"-0", b"01", b"1e999", b"1E2", b"9" * 19, b"9" * 400, b"NaN", b"null", b"true",
    b"//", b'"a":1,', b'"a":null,', b'"b":[],', b"[" * 300 + b"]" * 300,
)  # fmt: skip
"""What libraries read differently, or some readers let pass."""


def acceptor_of(contract: Contract, schema: str = SCHEMA) -> Acceptor | None:
    return Acceptance(contract.schemas(), Ways(contract.schemas())).of(schema)


def accepts(
    schema: Any, body: bytes, components: dict[str, Any] | None = None, version: tuple[int, int] = (3, 1)
) -> bool:
    """Whether the body is accepted; if so, it is valid."""
    contract = Contract.from_dict(document(schema, components, version=version))
    acceptor = acceptor_of(contract)
    if acceptor is None or not acceptor.accepts(body):
        return False
    assert is_valid(contract, body)
    return True


def is_valid(contract: Contract, body: bytes, schema: str = SCHEMA) -> bool:
    """The slow way: raises where the body is no JSON."""
    orjson.loads(body)
    return contract.validator(schema).is_valid(parse_json(body))


def parts(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a value: what holds it, and the key."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from parts(value[key])


@st.composite
def bodies(draw: st.DrawFn, contract: Contract, schema: str = SCHEMA) -> bytes:
    """Bodies near to what the schema allows: valid ones, with a part replaced, with bytes put in or taken out."""
    built = Builder(contract).body(schema, NO_DEMAND)
    value = json.loads(json.dumps(draw(st.one_of(built, built, VALUES))))
    places = list(parts(value))
    if places and draw(st.booleans()):
        holder, key = draw(st.sampled_from(places))
        holder[key] = draw(VALUES)
    body = json.dumps(value, ensure_ascii=draw(st.booleans())).encode()
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(len(body), start + 3)))
        body = body[:start] + draw(st.sampled_from([b"", *HOSTILE])) + body[end:]
    return body


@pytest.mark.property
@given(document=documents(), data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_accepted_is_valid(document: dict[str, Any], data: st.DataObject) -> None:
    contract = contract_of(document)
    acceptor = acceptor_of(contract)
    event("no acceptor" if acceptor is None else "acceptor")
    assume(acceptor is not None)
    assert acceptor is not None
    for body in data.draw(st.lists(bodies(contract), min_size=1, max_size=8)):
        accepted = acceptor.accepts(body)
        event(f"accepted: {accepted}")
        assert not accepted or is_valid(contract, body)


RICH: Final = {
    "type": "object",
    "required": ["a", "b"],
    "properties": {
        "a": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}, "maxItems": 3},
        "b": {"type": ["string", "null"], "format": "date"},
        "c~/d": {"anyOf": [{"$ref": "#/components/schemas/Part"}, {"type": "null"}]},
        "e": {"type": "object", "additionalProperties": {"type": "string", "pattern": "^a"}},
        "f": {"oneOf": [{"type": "string", "format": "uuid"}, {"type": "array", "items": {"type": "integer"}}]},
        "g": {"type": "object"},
    },
}
PART: Final = {
    "type": "object",
    "required": ["a"],
    "properties": {
        "a": {"type": "integer", "minimum": 0},
        "b": {"type": "number", "multipleOf": 0.01},
        "c": {"const": True},
        "d": {"type": "string", "enum": ["a", "b"]},
        "e": {"type": "array", "items": {"type": "string", "format": "email"}},
        "f": {"$ref": "#/components/schemas/Part"},
    },
}
RICH_CONTRACT: Final = Contract.from_dict(document(RICH, {"Part": PART}))


@pytest.mark.property
@given(data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_accepted_of_a_rich_schema_is_valid(data: st.DataObject) -> None:
    body = data.draw(bodies(RICH_CONTRACT))
    acceptor = acceptor_of(RICH_CONTRACT)
    assert acceptor is not None
    accepted = acceptor.accepts(body)
    event(f"accepted: {accepted}")
    assert not accepted or is_valid(RICH_CONTRACT, body)


INTEGER: Final = {"type": "integer"}


@pytest.mark.parametrize(
    ("schema", "accepted", "refused"),
    [
        (INTEGER, [b"0", b"-0", b" 7 ", b"9223372036854775807"], [b"9223372036854775808", b"true", b'"1"', b"9" * 400]),
        ({"type": "integer", "exclusiveMinimum": 0.5, "maximum": 3}, [b"1", b"3"], [b"0", b"4", b"2.5"]),
        ({"type": "number", "minimum": 0.5}, [b"0.5", b"1", b"1e3"], [b"0.4", b"0", b"1e400", b"NaN"]),
        ({"type": "number", "maximum": 2**60}, [b"1"], [b"%d" % (2**60 + 1), b"1e60"]),
        ({"type": "string", "maxLength": 1}, ['"\U0001f600"'.encode(), b'"\\ud83d\\ude00"'], [b'"ab"', b'"\xff"']),
        ({"type": "string"}, [b'"\\u0000"'], [b'"\\ud800"', b'"\x00"', b'"\xed\xa0\x80"']),
        ({"type": "string", "pattern": "^[0-9]$"}, [b'"1"'], [b'"1\\n"', '"\u0661"'.encode(), b'"a"']),
        ({"type": "string", "format": "date-time"}, [b'"2026-01-01T00:00:00Z"'], [b'"2026-01-01 00:00:00Z"', b'"x"']),
        ({"type": "array", "items": {"const": True}}, [b"[]", b"[true]"], [b"[1]", b"[false]", b"[true,]"]),
        ({"type": "array", "items": INTEGER, "uniqueItems": True}, [b"[1,2]"], [b"[1,1]"]),
        ({"enum": ["a", 1, None]}, [b'"a"', b"1", b"null"], [b'"b"', b"true", b"2"]),
        ({"type": ["integer", "null"], "enum": [1, 2]}, [b"1"], [b"null", b"3"]),
        ({"oneOf": [{"type": "string"}, {"type": "null"}]}, [b'"a"', b"null"], [b"1"]),
        ({"oneOf": [INTEGER, {"type": "number"}]}, [b"0.5"], [b"1", b"1.0"]),
        ({"anyOf": [{"type": "object", "required": ["a"]}, INTEGER]}, [b'{"a":1}', b"1"], [b"{}", b'"a"']),
        ({"type": "object", "additionalProperties": INTEGER}, [b"{}", b'{"x":1}'], [b'{"x":""}', b'{"x":1,"x":""}']),
        ({"type": "object", "additionalProperties": False}, [b"{}"], [b'{"x":1}']),
    ],
    ids=str,
)  # fmt: skip
def test_a_body_is_accepted(schema: Any, accepted: list[bytes], refused: list[bytes]) -> None:
    for body in accepted:
        assert accepts(schema, body), body
    for body in refused:
        assert not accepts(schema, body), body


OBJECT: Final = {
    "type": "object",
    "required": ["a"],
    "properties": {"a": INTEGER, "b": {"type": "string", "pattern": "^x"}, "c": {"enum": ["y", "z"]}},
}


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        (b'{"a":1}', True),
        (b'{"a":1,"b":"x","c":"z"}', True),
        (b'{"\\u0061":1}', True),
        (b'{"a":"x","a":1}', False),  # the last one counts, and it is good; the first is not looked at by all
        (b'{"a":1,"a":2}', True),
        (b'{"b":"x"}', False),
        (b'{"a":1,"b":null}', False),
        (b'{"a":1,"b":"y"}', False),
        (b'{"a":1,"d":1}', False),  # allowed, but msgspec passes over what it does not know without a look
        (b'{"a":1,"d":"\xff"}', False),
        (b'{"a":1}{', False),
    ],
)
def test_an_object_is_accepted_if_its_members_are_known_and_good(body: bytes, accepted: bool) -> None:
    assert accepts(OBJECT, body) is accepted


def test_all_that_is_said_of_a_member_counts() -> None:
    base = {"type": "object", "required": ["code"], "properties": {"code": {"type": "integer", "minimum": 5}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"properties": {"code": {"enum": [1, 5, 7]}}}]}
    assert accepts(schema, b'{"code":7}', {"Base": base})
    assert not accepts(schema, b'{"code":1}', {"Base": base})
    assert not accepts(schema, b'{"code":6}', {"Base": base})


def test_a_not_about_a_member_that_cannot_come_holds() -> None:
    excluded = {"type": "object", "required": ["error"], "properties": {"error": {"const": True}}}
    assert accepts({**OBJECT, "not": excluded}, b'{"a":1}')
    assert not accepts({**OBJECT, "not": {"required": ["a"]}}, b'{"a":1}')
    assert not accepts({**OBJECT, "not": {"required": ["a"]}}, b'{"a":1}')
    assert not accepts({"type": "array", "not": {"type": "array"}}, b"[]")


def test_a_schema_that_holds_itself_is_accepted_to_some_depth() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, "n": INTEGER}}
    deep = b'{"next":' * 1500 + b"{}" + b"}" * 1500
    schema = {"$ref": "#/components/schemas/Node"}
    assert accepts(schema, b'{"n":1,"next":{"next":{"n":2}}}', {"Node": node})
    assert not accepts(schema, b'{"n":1,"next":{"next":{"n":""}}}', {"Node": node})
    assert not accepts(schema, deep, {"Node": node})


def test_what_openapi_3_0_means_is_accepted() -> None:
    schema = {
        "type": "object",
        "required": ["a", "secret"],
        "properties": {
            "a": {"type": "string", "nullable": True, "format": "byte"},
            "secret": {"type": "string", "writeOnly": True},
        },
    }
    assert accepts(schema, b'{"a":null}', version=(3, 0))
    assert accepts(schema, b'{"a":"YQ=="}', version=(3, 0))
    assert not accepts(schema, b'{"a":"Y"}', version=(3, 0))
    assert not accepts(schema, b'{"a":null,"secret":"x"}', version=(3, 0))


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object", "patternProperties": {"^a": INTEGER}},
        {"type": "array", "contains": INTEGER},
        {"oneOf": [OBJECT, {"type": "object"}]},
        {"if": INTEGER, "then": {"minimum": 1}},
        {"type": "string", "minLength": 10**30},
    ],
    ids=json.dumps,
)
def test_a_schema_that_a_type_does_not_say_has_no_acceptor(schema: dict[str, Any]) -> None:
    assert acceptor_of(Contract.from_dict(document(schema))) is None


@pytest.mark.parametrize("address", [{}, {"$id": "https://a.example/x"}])
def test_where_a_reference_leads_elsewhere_each_time_no_type_accepts(address: dict[str, str]) -> None:
    anchor = {"$dynamicAnchor": "n"}
    listed = {**address, **anchor, "type": "array", "items": {"$dynamicRef": "#n"}}
    acceptor = acceptor_of(Contract.from_dict(document(listed, {"Other": {**anchor, "type": "string"}})))
    assert acceptor is None or not acceptor.accepts(b'["a"]')


def test_choices_within_choices_are_not_gone_through_without_end() -> None:
    schema: Any = INTEGER
    for _ in range(16):
        schema = {"anyOf": [schema, {"allOf": [schema]}]}  # 2^16 ways down
    shapes = Shapes(Contract.from_dict(document(schema)).schemas())
    with pytest.raises(Doubtful):
        shapes.of(SCHEMA)


def test_it_is_given_up_where_valid_bodies_are_not_accepted() -> None:
    contract = Contract.from_dict(document(OBJECT))
    acceptor = acceptor_of(contract)
    assert acceptor is not None
    body = b'{"a":1,"more":1}'
    for _ in range(100):
        assert not acceptor.accepts(body)
        acceptor.refused_valid()
    assert acceptor.useless
    assert not acceptor.accepts(b'{"a":1}')


def test_most_answers_of_the_picqer_contract_are_accepted_fast() -> None:
    """A floor: 113 of 118 when it was written. A change of the document that loses more should be seen."""
    contract = Contract.load()
    acceptance = Acceptance(contract.schemas(), Ways(contract.schemas()))
    schemas = {
        media_type.schema
        for operation in contract.operations
        for response in operation.responses
        for media_type in response.content
        if media_type.schema is not None
    }
    fast = [schema for schema in schemas if acceptance.of(schema) is not None]
    assert len(fast) >= 0.94 * len(schemas)
