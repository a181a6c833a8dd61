"""Every defect changes the answer to one request, which the sound sandbox answers as documented."""

import json
import re
from collections import Counter

import pytest

from fuzz.request_body import json_body
from fuzz.sandbox import DEFECTS
from fuzz.sandbox.defects import FAULTS, general
from tests.fuzz.sandbox.defects.shown import GUEST, LINE, MALFORMED, MISSING, TAG, Shown
from tests.fuzz.sandbox.defects.shown_doors import CREDENTIALS, LIMITS, PROTOCOL, QUERIES, RESOURCES
from tests.fuzz.sandbox.defects.shown_sound import GENERAL, REFUSALS, SEQUENCES, SLOW, SUCCESSES
from tests.fuzz.sandbox.defects.shown_values import INVALID_VALUES, REFERENCES, WRONG_TYPES
from validator.contract import Contract

BASE = "http://127.0.0.1/api/v1"
CONTRACT = Contract.load(servers=[BASE])

WIDE = {"name": "N", "price": 1, "idvatgroup": 1, "weight": 1, "barcode": "", "description": ""}
INCOMPLETE, NO_PRODUCTS = (400, 23), (400, 13)

# The request, what the sound sandbox answers to it, and the status under the defect.
BODIES = {
    "accepts-trailing-comma": ("PUT /tags/1", b'{"title":"T",}', MALFORMED, 200),
    "put-accepts-trailing-comma": ("PUT /tags/1", b'{"title":"T",}', MALFORMED, 200),
    "accepts-doubled-comma": ("PUT /tags/1", b'{"title":",,",,"inherit":true}', MALFORMED, 200),
    "accepts-missing-comma": ("PUT /tags/1", b'{"title":"T" "inherit":true}', MALFORMED, 200),
    "accepts-doubled-colon": ("PUT /tags/1", b'{"title"::"T"}', MALFORMED, 200),
    "accepts-missing-colon": ("PUT /tags/1", b'{"title" "T","inherit" true}', MALFORMED, 200),
    "accepts-truncated-body": ("POST /customers", b'{"name":"C","addresses":[{"name":"A","ci', MALFORMED, 201),
    "accepts-trailing-garbage": ("PUT /tags/1", b"{} and more", MALFORMED, 200),
    "accepts-surplus-brackets": ("PUT /tags/1", b"{}]}", MALFORMED, 200),
    "accepts-leading-garbage": ("PUT /tags/1", b"while(1);{}", MALFORMED, 200),
    "accepts-unclosed-brackets": ("POST /customers", b'{"name":"C","addresses":[}]', MALFORMED, 201),
    "accepts-doubled-brackets": ("PUT /tags/1", b'{{"title":"T"}}', MALFORMED, 200),
    "accepts-doubled-quotes": ("PUT /tags/1", b'{""title"":""T""}', MALFORMED, 200),
    "accepts-single-quotes": ("PUT /tags/1", b"{'title':'T'}", MALFORMED, 200),
    "accepts-unquoted-names": ("PUT /tags/1", b'{title:"a: b"}', MALFORMED, 200),
    "accepts-bare-words": ("PUT /tags/1", b'{"title":hello}', MALFORMED, 200),
    "accepts-comments": ("PUT /tags/1", b'{"title":"//" /* no */}', MALFORMED, 200),
    "accepts-nan": ("PUT /customers/1", b'{"discount":-Infinity}', MALFORMED, 200),
    "accepts-leading-zeros": ("PUT /customers/1", b'{"discount":007}', MALFORMED, 200),
    "accepts-plus-sign": ("PUT /customers/1", b'{"discount":+7}', MALFORMED, 200),
    "accepts-bad-escapes": ("PUT /tags/1", rb'{"title":"\x41\u12\n"}', MALFORMED, 200),
    "accepts-bom": ("PUT /tags/1", b"\xef\xbb\xbf{}", MALFORMED, 200),
    "accepts-invalid-utf8": ("PUT /tags/1", b'{"title":"\xff"}', MALFORMED, 200),
    "accepts-control-characters": ("PUT /tags/1", b'{"title":"\n"}', MALFORMED, 200),
    "accepts-empty-body": ("POST /tags", b"", MALFORMED, 400),
    "accepts-blank-body": ("PUT /tags/1", b" \n", MALFORMED, 200),
    "malformed-json-crashes": ("POST /tags", b"{", MALFORMED, 500),
    "malformed-json-is-missing-parameter": ("POST /tags", b"{", MALFORMED, 400),
    "malformed-json-is-422": ("POST /tags", b"{", MALFORMED, 422),
    "malformed-json-is-404": ("POST /tags", b"{", MALFORMED, 404),
    "malformed-json-is-masked": ("POST /tags", b"{", MALFORMED, 200),
    "malformed-json-is-created": ("POST /tags", b"{", MALFORMED, 201),
    "error-without-message": ("POST /tags", b"{", MALFORMED, 400),
    "error-message-is-null": ("POST /tags", b"{", MALFORMED, 400),
    "error-code-is-text": ("POST /tags", b"{", MALFORMED, 400),
    "error-flag-is-text": ("POST /tags", b"{", MALFORMED, 400),
    "error-in-a-list": ("POST /tags", b"{", MALFORMED, 400),
    "error-code-is-undocumented": ("POST /tags", b"{", MALFORMED, 400),
    "error-is-plain-text": ("POST /tags", b"{", MALFORMED, 400),
    "error-without-content-type": ("POST /tags", b"{", MALFORMED, 400),
    "error-body-is-cut": ("POST /tags", b"{", MALFORMED, 400),
    "error-body-is-empty": ("POST /tags", b"{", MALFORMED, 400),
    "error-with-bad-rate-limit-header": ("POST /tags", b"{", MALFORMED, 400),
    "missing-parameter-is-malformed-json": ("POST /tags", {}, MISSING, 400),
    "missing-parameter-is-not-found": ("POST /tags", {}, MISSING, 404),
    "missing-parameter-is-422": ("POST /tags", {}, MISSING, 422),
    "missing-parameter-is-masked": ("POST /tags", {}, MISSING, 200),
    "missing-nested-member-crashes": ("POST /customers", {"name": "C", "addresses": [{}]}, MISSING, 500),
    "missing-parameter-without-message": ("POST /tags", {}, MISSING, 400),
    "order-without-products-is-code-5": ("POST /orders", {"idcustomer": 1}, NO_PRODUCTS, 400),
    "incomplete-order-line-is-code-5": ("POST /orders", {"idcustomer": 1, "products": [{}]}, INCOMPLETE, 400),
    "tag-without-color": ("POST /tags", {"title": "T", "inherit": True}, MISSING, 201),
    "hook-without-address": ("POST /hooks", {"name": "H", "event": "tasks.created"}, MISSING, 201),
    "product-without-vatgroup": ("POST /products", {"productcode": "P", "name": "P", "price": 1}, MISSING, 201),
    "order-without-products": ("POST /orders", {"idcustomer": 1}, NO_PRODUCTS, 201),
    "guest-order-without-invoicename": (
        "POST /orders",
        {name: value for name, value in GUEST.items() if name != "invoicename"} | {"products": [LINE]},
        MISSING,
        201,
    ),
    "order-line-without-amount": ("POST /orders", {"idcustomer": 1, "products": [{"idproduct": 1}]}, INCOMPLETE, 201),
    "order-line-without-product": ("POST /orders", {"idcustomer": 1, "products": [{"amount": 1}]}, INCOMPLETE, 400),
    "address-without-name": ("POST /customers", {"name": "C", "addresses": [{"city": "T"}]}, MISSING, 201),
    "stock-change-without-amount": ("POST /products/1/stock/1", {"reason": "r"}, MISSING, 200),
    "comment-without-body": ("POST /orders/1/comments", {}, MISSING, 201),
    "only-first-item-checked": (
        "POST /orders",
        {"idcustomer": 1, "products": [LINE, {"idproduct": 1}]},
        INCOMPLETE,
        201,
    ),
    "first-item-unchecked": ("POST /orders", {"idcustomer": 1, "products": [{"idproduct": 1}, LINE]}, INCOMPLETE, 201),
    "nested-members-unchecked": ("POST /orders", {"idcustomer": 1, "products": [{"idproduct": 1}]}, INCOMPLETE, 201),
    "empty-object-accepted": ("POST /tags", {}, MISSING, 201),
    "several-missing-overlooked": ("POST /tags", {"title": "T"}, MISSING, 201),
    "wide-bodies-unchecked": ("POST /products", WIDE, MISSING, 201),
    "put-unchecked": ("PUT /products/1/parts/1", {}, MISSING, 200),
}


SHOWN = {
    **{name: Shown(*shown) for name, shown in BODIES.items()},
    **(WRONG_TYPES | INVALID_VALUES | REFERENCES),
    **(RESOURCES | CREDENTIALS | LIMITS | PROTOCOL | QUERIES),
    **(REFUSALS | SUCCESSES | SEQUENCES | GENERAL | SLOW),
}


def seen(answer):
    """All of an answer that may betray a defect."""
    headers = ("Content-Type", "Content-Length", "X-RateLimit-Remaining")
    return answer.status, [answer.headers.get(name) for name in headers], answer.data


def asked(client, shown):
    for request, body in shown.before:
        client.ask(request, body)
    return client.ask(shown.request, shown.body, authorization=shown.authorization, content_type=shown.content_type)


def test_every_defect_is_shown():
    assert SHOWN.keys() == DEFECTS.keys()


@pytest.mark.parametrize("name", [name for name in SHOWN if name not in SLOW])
def test_the_defect_changes_a_documented_answer(start, name):
    shown = SHOWN[name]
    sound = asked(start(rate_limit=shown.rate_limit), shown)
    defective = asked(start(defect=name, rate_limit=shown.rate_limit), shown)
    assert sound.outcome == shown.sound
    assert defective.status == shown.status
    assert seen(defective) != seen(sound)
    if shown.told:
        assert shown.told(defective.json)
        assert not shown.told(sound.json)


@pytest.mark.parametrize("name", SLOW)
def test_the_defect_makes_an_answer_slow_and_no_other(start, shared, name, monkeypatch):
    slept = []
    monkeypatch.setattr(general.time, "sleep", slept.append)
    shown, client = SHOWN[name], start(defect=name)
    client.ask("GET /vatgroups")
    assert not slept
    answer = asked(client, shown)
    assert slept == [general.SECONDS]
    assert answer.outcome == asked(shared, shown).outcome == shown.sound


@pytest.mark.parametrize("name", [name for name in SHOWN if DEFECTS[name].fault not in {"valid", "sequence"}])
def test_the_defect_leaves_sound_requests_alone(start, sandbox, name):
    """It is found by its fault only."""
    defective = start(defect=name)
    for request, body in (
        ("POST /tags", TAG),
        ("PUT /tags/1", {"title": 'a, "b": [c], // d\\'}),
        ("POST /orders", GUEST | {"products": [LINE, LINE]}),
        ("POST /orders/1/process", b""),
        ("GET /orders?offset=1", b""),
    ):
        assert seen(defective.ask(request, body)) == seen(sandbox.ask(request, body))


def broken_bodies():
    """Those that are not meant to be sound: a defect that fails on a rare but sound value is found by that."""
    for name, shown in (WRONG_TYPES | INVALID_VALUES).items():
        if DEFECTS[name].rules != ("server-failure",) or name in WRONG_TYPES:
            yield name, shown, False
    for name, shown in REFUSALS.items():
        yield name, shown, True


@pytest.mark.parametrize(("name", "shown", "allowed"), list(broken_bodies()))
def test_what_shows_a_defect_is_allowed_by_the_contract_or_is_not(name, shown, allowed):
    """A fuzzer that reads the contract must be able to tell."""
    method, _, path = shown.request.partition(" ")
    operation = CONTRACT.router.find(method, f"{BASE}{path}")
    body = json.loads(shown.body) if isinstance(shown.body, bytes) else shown.body
    assert CONTRACT.validator(json_body(operation).schema, writing=True).is_valid(body) == allowed


def test_every_defect_says_how_it_is_found():
    for name, defect in DEFECTS.items():
        assert name == defect.name
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)
        assert defect.fault in FAULTS
        assert defect.rules
        assert defect.difficulty in {1, 2, 3, 4}
        assert not defect.summary.endswith(".")


def test_summaries_are_all_different():
    assert len({defect.summary for defect in DEFECTS.values()}) == len(DEFECTS)


def test_there_are_defects_of_every_kind_and_difficulty():
    assert {defect.fault for defect in DEFECTS.values()} == set(FAULTS)
    assert min(Counter(defect.difficulty for defect in DEFECTS.values()).values()) >= 10


def test_two_sandboxes_with_the_same_defect_remember_nothing_of_each_other(start):
    for _ in range(2):
        assert start(defect="same-again-crashes").ask("POST /tags", TAG).status == 201
