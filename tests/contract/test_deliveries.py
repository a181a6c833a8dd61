"""Which message of the API's own a recorded request is: by what its body says, never by where it went."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import VALUES
from validator.contract import Contract
from validator.contract.deliveries import MAX_BYTES, Delivery
from validator.exchange import Request


def contract(schemas: dict[str, Any], *, method: str = "post", media_type: str = "application/json") -> Contract:
    """A contract with a webhook for each schema, and an envelope to refer to."""
    return Contract.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "webhooks": {
                name: {method: {"requestBody": {"content": {media_type: {"schema": schema}}}}}
                for name, schema in schemas.items()
            },
            "components": {"schemas": {"Envelope": ENVELOPE, "Created": {"const": "created"}}},
        }
    )


def found(contract: Contract, body: Any, *, method: str = "POST") -> Delivery | None:
    sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    return contract.deliveries.find(Request(method=method, url="https://me.example/hook", body=sent))


def name(delivery: Delivery | None) -> str | None:
    """The webhook's name, `?/member` for an unknown event, None for no delivery."""
    if delivery is None:
        return None
    return f"?/{delivery.member}" if delivery.webhook is None else delivery.webhook.path


ENVELOPE = {
    "type": "object",
    "required": ["id", "event", "data"],
    "properties": {"version": {"const": 1}, "event": {"type": "string"}},
}
REFERENCE = {"$ref": "#/components/schemas/Envelope"}


def fixing(event: Any) -> dict[str, Any]:
    return {"properties": {"event": event}}


CREATED, CLOSED = {"const": "created"}, {"enum": ["closed"]}
SPELT_OUT = {"created": {**ENVELOPE, **fixing(CREATED)}, "closed": {**ENVELOPE, **fixing(CLOSED)}}
BY_ALL_OF = {"created": {"allOf": [REFERENCE, fixing(CREATED)]}, "closed": {"allOf": [REFERENCE, fixing(CLOSED)]}}
BESIDE_REFERENCE = {"created": {**REFERENCE, **fixing(CREATED)}, "closed": {**REFERENCE, **fixing(CLOSED)}}
BEHIND_REFERENCE = {
    "created": {"allOf": [REFERENCE, fixing({"allOf": [{"$ref": "#/components/schemas/Created"}]})]},
    "closed": {"allOf": [REFERENCE, fixing(CLOSED)]},
}

WHOLE = {"id": 1, "event": "created", "data": {}, "version": 1}


@pytest.mark.parametrize("schemas", [SPELT_OUT, BY_ALL_OF, BESIDE_REFERENCE, BEHIND_REFERENCE])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (WHOLE, "created"),
        ({**WHOLE, "event": "closed"}, "closed"),
        ({**WHOLE, "version": 2}, "created"),
        ({**WHOLE, "id": "1", "data": None}, "created"),
        ({"event": "created", "id": 1}, "created"),
        ({"event": "created"}, None),
        ({**WHOLE, "event": "paused"}, "?/event"),
        ({**WHOLE, "event": 5}, "?/event"),
        ({**WHOLE, "event": None}, "?/event"),
        ({"event": "paused", "id": 1}, None),
        ({"id": 1, "data": {}}, None),
        ({}, None),
        ([WHOLE], None),
        ("created", None),
    ],
)
def test_a_member_that_is_fixed_tells_the_webhook(schemas: dict[str, Any], body: Any, expected: str | None) -> None:
    assert name(found(contract(schemas), body)) == expected


def test_an_unknown_event_comes_with_all_that_are_known() -> None:
    unknown = found(contract(SPELT_OUT), {**WHOLE, "event": "paused"})
    assert unknown is not None
    assert (unknown.value, unknown.known) == ("paused", ("created", "closed"))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"kind": "a", "action": "x", "id": 1}, "a-x"),
        ({"kind": "b", "action": "x", "id": 1}, "b-x"),
        ({"kind": "c", "action": "x", "id": 1}, "?/kind"),
        ({"kind": "a", "action": "z", "id": 1}, "?/action"),
        ({"kind": "b", "action": "y", "id": 1}, "?/kind"),
    ],
)
def test_several_fixed_members_tell_together(body: Any, expected: str) -> None:
    schemas = {
        f"{kind}-{action}": {
            "required": ["kind", "action", "id"],
            "properties": {"kind": {"const": kind}, "action": {"const": action}},
        }
        for kind, action in [("a", "x"), ("a", "y"), ("b", "x")]
    }
    assert name(found(contract(schemas), body)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"action": "created", "issue": 1, "comment": 1}, "comment"),
        ({"action": "created", "issue": 1}, "issue"),
        ({"action": "created", "pull": 1}, "pull"),
        ({"action": "created", "pull": 1, "issue": 1}, None),
        ({"action": "deleted", "issue": 1}, None),
    ],
)
def test_of_webhooks_with_the_same_fixed_members_the_required_ones_tell(body: Any, expected: str | None) -> None:
    schemas = {
        "comment": {"required": ["action", "issue", "comment"], "properties": {"action": {"const": "created"}}},
        "issue": {"required": ["action", "issue"], "properties": {"action": {"const": "created"}}},
        "pull": {"required": ["action", "pull"], "properties": {"action": {"const": "created"}}},
    }
    assert name(found(contract(schemas), body)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"id": 1, "order": {}}, "order"),
        ({"id": "1", "stock": {}, "more": 1}, "stock"),
        ({"id": 1, "order": {}, "stock": {}}, None),
        ({"id": 1}, None),
        ({"order": {}}, None),
        ({}, None),
    ],
)
def test_where_no_member_is_fixed_the_required_ones_tell_if_they_fit_one_webhook(
    body: Any, expected: str | None
) -> None:
    schemas = {"order": {"required": ["id", "order"]}, "stock": {"required": ["id", "stock"]}, "any": {}}
    assert name(found(contract(schemas), body)) == expected


def test_a_word_that_anybody_may_use_makes_no_unknown_event() -> None:
    schemas = {event: {"required": ["type"], "properties": {"type": {"const": event}}} for event in ("a", "b")}
    assert name(found(contract(schemas), {"type": "pageview", "id": 1})) is None
    assert name(found(contract(schemas), {"type": "a", "id": 1})) == "a"


def test_true_is_not_one() -> None:
    schemas = {"yes": {"required": ["id", "live"], "properties": {"live": {"const": True}}}}
    assert name(found(contract(schemas), {"id": 1, "live": 1})) == "?/live"
    assert name(found(contract(schemas), {"id": 1, "live": True})) == "yes"


def test_the_method_is_the_webhooks() -> None:
    assert name(found(contract(SPELT_OUT), WHOLE, method="PUT")) is None
    assert name(found(contract(SPELT_OUT, method="put"), WHOLE, method="PUT")) == "created"


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/json; charset=utf-8", "created"),
        ("application/cloudevents+json", "created"),
        ("application/*", "created"),
        ("*/*", "created"),
        ("application/xml", None),
        ("application/x-www-form-urlencoded", None),
    ],
)
def test_only_a_body_documented_as_json_can_be_recognised(media_type: str, expected: str | None) -> None:
    assert name(found(contract(SPELT_OUT, media_type=media_type), WHOLE)) == expected


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"",
        b"null",
        b"{",
        b'{"id": 1, "event": "created", "data": {},}',
        b"\xef\xbb\xbf" + json.dumps(WHOLE).encode(),
        json.dumps(WHOLE).encode("utf-16"),
        b'{"id": 1, "event": "created", "data": "\xff"}',
        b'{"id": 1, "event": "\\ud800", "data": 1, "event": NaN}',
        b'{"data":' * 100_000,
        b'{"id": 1, "event": ' + b"[" * 2000 + b"]" * 2000 + b', "data": 1}',
    ],
)
def test_a_body_that_cannot_be_read_is_no_delivery(body: bytes | None) -> None:
    assert found(contract(SPELT_OUT), body) is None


def test_a_body_is_read_up_to_a_size() -> None:
    fits = json.dumps(WHOLE).encode().ljust(MAX_BYTES)
    assert name(found(contract(SPELT_OUT), fits)) == "created"
    assert found(contract(SPELT_OUT), fits + b" ") is None


def test_schemas_that_refer_in_a_circle_or_to_an_id_are_followed_as_far_as_they_go() -> None:
    itself = {"$ref": "#/webhooks/tree/post/requestBody/content/application~1json/schema"}
    schemas = {
        "tree": {"required": ["kind", "below"], "properties": {"kind": {"const": "tree"}, "below": itself}},
        "leaf": {
            "$id": "https://t.example/leaf",
            "$defs": {"Kind": {"const": "leaf"}},
            "required": ["kind"],
            "properties": {"kind": {"$ref": "#/$defs/Kind"}},
        },
    }
    assert name(found(contract(schemas), {"kind": "tree", "below": {}})) == "tree"


@pytest.mark.property
@given(st.one_of(st.binary(), VALUES.map(lambda value: json.dumps(value).encode())))
def test_no_body_makes_it_fail(body: bytes) -> None:
    found(contract(SPELT_OUT), body)
