"""Every defect changes the answer to one request, which the sound sandbox answers as documented."""

import re

import pytest

from fuzz.sandbox import DEFECTS

TAG = {"title": "T", "color": "#112233", "inherit": False}
GUEST = {"deliveryname": "A", "deliverycountry": "NL", "invoicename": "A", "invoicecountry": "NL"}
LINE = {"idproduct": 1, "amount": 1}
WIDE = {"name": "N", "price": 1, "idvatgroup": 1, "weight": 1, "barcode": "", "description": ""}
MALFORMED, MISSING, NO_PRODUCTS, INCOMPLETE = (400, 22), (400, 5), (400, 13), (400, 23)

# The request, what the sound sandbox answers to it, and the status under the defect.
SHOWN = {
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


def seen(answer):
    """All of an answer that may betray a defect."""
    return answer.status, answer.headers.get("Content-Type"), answer.headers["X-RateLimit-Remaining"], answer.data


def test_every_defect_is_shown():
    assert SHOWN.keys() == DEFECTS.keys()


@pytest.mark.parametrize("name", SHOWN)
def test_the_defect_changes_a_documented_answer(start, shared, name):
    request, body, documented, status = SHOWN[name]
    sound, defective = shared.ask(request, body), start(defect=name).ask(request, body)
    assert sound.outcome == documented
    assert defective.status == status
    assert seen(defective) != seen(sound)


@pytest.mark.parametrize("name", SHOWN)
def test_the_defect_leaves_sound_requests_alone(start, sandbox, name):
    """It is found by its fault only."""
    defective = start(defect=name)
    for request, body in (
        ("POST /tags", TAG),
        ("PUT /tags/1", {"title": 'a, "b": [c], // d\\'}),
        ("POST /orders", GUEST | {"products": [LINE, LINE]}),
        ("GET /orders/99", b""),
        ("POST /orders/1/process", b""),
    ):
        assert seen(defective.ask(request, body)) == seen(sandbox.ask(request, body))


def test_every_defect_says_how_it_is_found():
    for name, defect in DEFECTS.items():
        assert name == defect.name
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)
        assert defect.fault in {"malformed-json", "missing-parameter"}
        assert defect.rules
        assert defect.difficulty in {1, 2, 3}
        assert not defect.summary.endswith(".")


def test_summaries_are_all_different():
    assert len({defect.summary for defect in DEFECTS.values()}) == len(DEFECTS)
