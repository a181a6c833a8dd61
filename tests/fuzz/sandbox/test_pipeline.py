"""The order of the checks, and the code that each one gives."""

import pytest

GUEST = {"deliveryname": "A", "deliverycountry": "NL", "invoicename": "A", "invoicecountry": "NL"}
LINE = {"idproduct": 1, "amount": 1}
ORDER = {"idcustomer": 1, "products": [LINE]}
PRODUCT = {"productcode": "P", "name": "P", "price": 1, "idvatgroup": 1}
TAG = {"title": "T", "color": "#112233", "inherit": False}
ADDRESS = "PUT /customers/1/addresses/1"
STOCK = "POST /products/1/stock/1"
PICK = "POST /picklists/1/pick"
SHIP = "POST /picklists/1/shipments"

# What is refused, and with which status and code, in the order of the checks.
REFUSED = [
    # syntax
    ("POST /tags", b"", 400, 22),
    ("POST /tags", b"  ", 400, 22),
    ("POST /tags", b"{", 400, 22),
    ("POST /orders/1/pause", b"{", 400, 22),
    ("POST /orders/1/pause", b" ", 400, 22),
    # no object
    ("POST /tags", [], 400, 5),
    ("POST /tags", None, 400, 5),
    ("PUT /tags/1", "text", 400, 5),
    ("POST /orders/1/pause", 7, 400, 5),
    ("POST /orders/1/pause", None, 400, 5),
    ("POST /orders/1/pause", [], 400, 5),
    ("PUT /picklists/1/products/1/pick_locations", [7], 400, 5),
    # missing
    ("POST /tags", {}, 400, 5),
    ("POST /tags", {"title": "T", "inherit": True}, 400, 5),
    ("POST /tags", TAG | {"color": None}, 400, 5),
    ("POST /orders", {}, 400, 5),
    ("POST /orders", {"idcustomer": 1}, 400, 13),
    ("POST /orders", ORDER | {"products": []}, 400, 13),
    ("POST /orders", ORDER | {"products": None}, 400, 13),
    ("POST /orders", ORDER | {"products": [LINE, {"idproduct": 1}]}, 400, 23),
    ("POST /orders", ORDER | {"products": [LINE, {"amount": 1}]}, 400, 23),
    ("POST /orders", {"products": [LINE]}, 400, 5),
    *(("POST /orders", {"products": [LINE]} | GUEST | {name: None}, 400, 5) for name in GUEST),
    ("POST /orders", ORDER | {"pickup_point_data": {"carrier": "c"}}, 400, 5),
    ("POST /orders", ORDER | {"orderfields": [{"idorderfield": 1}]}, 400, 5),
    ("POST /orders/1/products", {"amount": 1}, 400, 23),
    ("POST /orders/1/products", {"idproduct": 1}, 400, 23),
    ("POST /customers", {"name": "C", "addresses": [{"name": "A"}, {"city": "B"}]}, 400, 5),
    (STOCK, {"reason": "r"}, 400, 5),
    (STOCK, {"change": 1}, 400, 5),
    (f"{STOCK}/move", {"from_idlocation": None, "amount": 1}, 400, 5),
    (PICK, {"amount": 1}, 400, 15),
    (PICK, {"product": 2}, 400, 5),
    (SHIP, {"weight": 1}, 400, 5),
    ("PUT /picklists/1/products/1/pick_locations", [{"idlocation": 1, "amount": 1}], 400, 5),
    ("POST /purchaseorders", {"idwarehouse": 1}, 400, 5),
    ("POST /purchaseorders", {"idsupplier": 1, "products": [{"idproduct": 1}]}, 400, 5),
    ("POST /receipts", {"version": 2}, 400, 5),
    ("PUT /receipts/1", {}, 400, 5),
    ("PUT /receipts/2/products/2", {}, 400, 5),
    ("POST /returns", {"idtemplate": 1}, 400, 5),
    ("POST /returns/1/receive", {"idwarehouse": 1, "return_products": [{"status": "x"}]}, 400, 5),
    ("POST /picklists/batches", {"idwarehouse": 1}, 400, 5),
    ("POST /picklists/batches/1/assign", {}, 400, 5),
    ("PUT /locations/3/products/2/intent", {}, 400, 5),
    ("POST /picking-containers/1/link", {}, 400, 5),
    ("POST /companies", {}, 400, 5),
    # values
    ("POST /tasks", {"title": "T", "deadline_date": "morgen"}, 400, 35),
    ("POST /tags", TAG | {"title": 5}, 400, 39),
    ("POST /tags", TAG | {"inherit": 1}, 400, 39),
    ("POST /tags", TAG | {"color": "red"}, 400, 39),
    ("POST /products", PRODUCT | {"idvatgroup": True}, 400, 39),
    ("POST /products", PRODUCT | {"price": "1"}, 400, 39),
    ("POST /products", PRODUCT | {"name": "x" * 10_001}, 400, 39),
    ("POST /products", PRODUCT | {"weight": 2**31}, 400, 39),
    ("POST /products", PRODUCT | {"type": "other"}, 400, 39),
    ("POST /products", PRODUCT | {"productfields": {}}, 400, 39),
    ("POST /orders", ORDER | {"products": {"0": LINE}}, 400, 39),
    ("POST /orders", ORDER | {"products": [1]}, 400, 39),
    ("POST /orders", ORDER | {"pickup_point_data": "p"}, 400, 39),
    ("POST /orders", ORDER | {"warehouses": ["1"]}, 400, 39),
    ("POST /orders", ORDER | {"invoicecountry": "XX"}, 400, 9),
    ("POST /orders", ORDER | {"preferred_delivery_date": "2026-02-30"}, 400, 35),
    ("POST /orders", ORDER | {"products": [LINE | {"amount": 0}]}, 400, 16),
    ("POST /picklists/1/snooze", {"snooze_until": "tomorrow"}, 400, 35),
    ("PUT /products/1", {"name": None}, 400, 39),
    ("GET /orders?sincedate=yesterday", b"", 400, 35),
    # references
    ("POST /products", PRODUCT | {"idvatgroup": 99}, 400, 14),
    ("POST /orders", ORDER | {"idcustomer": 99}, 400, 25),
    ("POST /orders", ORDER | {"products": [{"idproduct": 99, "amount": 1}]}, 400, 24),
    ("POST /orders", ORDER | {"products": [{"productcode": "?", "amount": 1}]}, 400, 24),
    ("POST /orders", ORDER | {"products": [LINE | {"idvatgroup": 99}]}, 400, 14),
    ("POST /orders", ORDER | {"warehouses": [1, 99]}, 400, 21),
    ("POST /orders/1/tags", {"idtag": 99}, 400, 21),
    ("POST /products/1/locations", {"idlocation": 99}, 400, 44),
    (STOCK, {"amount": 1, "reason": "r", "idlocation": 99}, 400, 44),
    ("POST /receipts/1/products", {"idproduct": 99}, 400, 27),
    ("POST /locations", {"idwarehouse": 1, "name": "L", "parent_idlocation": 99}, 400, 44),
    ("POST /purchaseorders", {"idsupplier": 99}, 400, 21),
    ("POST /returns", {"idreturn_status": 99, "idtemplate": 1}, 400, 21),
    # path
    ("PUT /tags/99", {}, 404, 20),
    ("GET /products/99", b"", 404, 20),
    ("GET /products/3/parts", b"", 404, 20),
    ("DELETE /customers/1/tags/2", b"", 404, 20),
    ("POST /products/1/stock/99", {"amount": 1, "reason": "r"}, 404, 20),
    ("PUT /products/1/warehouses/99", {}, 404, 20),
    ("POST /orders/99/process", b"", 404, 20),
    # state
    ("POST /orders/1/tags", {"idtag": 1}, 400, 37),
    ("POST /products/1/locations", {"idlocation": 1}, 400, 37),
    ("PUT /orders/3", {}, 400, 30),
    ("POST /orders/3/process", b"", 400, 30),
    ("POST /orders/3/products", LINE, 400, 33),
    ("PUT /orders/3/products/4", {"amount": 2}, 400, 33),
    ("POST /orders/1/resume", b"", 400, 33),
    (STOCK, {"change": -101, "reason": "r"}, 400, 43),
    (STOCK, {"amount": -1, "reason": "r"}, 400, 43),
    (STOCK, b'{"amount":-1e400,"reason":"r"}', 400, 43),
    (STOCK, {"change": 2**31 - 1, "reason": "r"}, 400, 39),
    ("POST /products/3/produce", {"idwarehouse": 1, "amount": 1}, 400, 38),
    (PICK, {"product": 99, "amount": 1}, 400, 17),
    (PICK, {"idpicklist_product": 1, "amount": 6}, 400, 18),
    (SHIP, {"idshippingprofile": 99}, 400, 26),
    ("POST /picklists/1/resume", b"", 400, 33),
]


@pytest.mark.parametrize(("request_line", "body", "status", "code"), REFUSED)
def test_a_broken_request_is_refused_with_its_code(shared, request_line, body, status, code):
    assert shared.ask(request_line, body).outcome == (status, code)


# Each request breaks two checks; the earlier one speaks.
EARLIER = {
    "syntax before missing": ("POST /tags", b"{,}", 22),
    "missing before values": ("POST /tags", {"title": 5, "inherit": 1}, 5),
    "missing below before values above": ("POST /customers", {"name": 5, "addresses": [{}]}, 5),
    "values before references": ("POST /products", PRODUCT | {"idvatgroup": 99, "price": "1"}, 39),
    "form before the path": ("PUT /tags/99", {"title": 5}, 39),
    "the path before references": ("PUT /orders/99", {"idcustomer": 99}, 20),
    "the path before use": ("POST /orders/99/products", {"idproduct": 1, "amount": 0}, 20),
    "references before use": ("POST /orders/1/products", {"idproduct": 99, "amount": 0}, 24),
    "syntax before the path": ("PUT /tags/99", b"{", 22),
    "the path before the state": ("PUT /orders/99/products/4", {"amount": 2}, 20),
}


@pytest.mark.parametrize(("request_line", "body", "code"), EARLIER.values(), ids=EARLIER)
def test_checks_come_in_the_documented_order(shared, request_line, body, code):
    assert shared.ask(request_line, body).code == code


@pytest.mark.parametrize("body", [b"", b"{}", b'{"what":"ever"}'])
@pytest.mark.parametrize(
    "request_line", ["POST /orders/1/process", "POST /orders/1/pause", "POST /products/1/activate", "PUT /tags/1"]
)
def test_where_nothing_is_demanded_there_need_be_no_body(sandbox, request_line, body):
    assert sandbox.ask(request_line, body).status == 200


def test_unknown_members_are_ignored(sandbox):
    assert sandbox.ask("POST /tags", TAG | {"error": True, "x": [{"deep": None}]}).status == 201


def test_a_whole_number_with_a_point_is_an_integer(sandbox):
    assert sandbox.ask("POST /orders", b'{"idcustomer":1.0,"products":[{"idproduct":1.0,"amount":2.0}]}').status == 201
