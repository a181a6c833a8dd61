"""Suppliers and purchase orders: made, changed, purchased, closed, cancelled."""

import pytest

ORDER = {"idsupplier": 2, "products": [{"idproduct": 3, "amount": 5, "price": 2}]}
SECOND = "/purchaseorders/2"


def test_a_supplier_is_made_with_200_and_changed(sandbox):
    made = sandbox.ask("POST /suppliers", {"name": "Nieuw", "city": "Testdam", "country": "BE"})
    assert (made.status, made.json["idsupplier"], made.json["full_address"]) == (200, 3, "Nieuw\nTestdam\nBE")
    assert sandbox.ask("PUT /suppliers/3", {"city": ""}).json["full_address"] == "Nieuw\nBE"
    assert made.json["idsupplier"] in [one["idsupplier"] for one in sandbox.ask("GET /suppliers").json]


def test_a_supplier_has_the_products_that_name_it(sandbox):
    sandbox.ask("PUT /products/3", {"idsupplier": 2})
    assert [product["idproduct"] for product in sandbox.ask("GET /suppliers/2/products").json] == [3]
    assert sandbox.ask("GET /suppliers/9/products").outcome == (404, 20)


def test_a_purchase_order_is_made_in_concept_with_its_lines(sandbox):
    made = sandbox.ask("POST /purchaseorders", ORDER | {"status": "received"})
    assert (made.status, made.json["status"], made.json["purchaseorderid"]) == (201, "concept", "I2026-10003")
    (line,) = made.json["products"]
    assert (line["productcode"], line["price"], line["amountreceived"]) == ("LONT-1", 2, 0)
    assert sandbox.ask("GET /purchaseorders/3/products").json == [line]


def test_lines_are_added_changed_and_taken_away(sandbox):
    line = sandbox.ask(f"POST {SECOND}/products", {"idproduct": 1, "amount": 1}).json
    path = f"{SECOND}/products/{line['idpurchaseorder_product']}"
    assert sandbox.ask(f"PUT {path}", {"amount": 4, "delivery_date": "2026-03-01"}).json["amount"] == 4
    assert sandbox.ask(f"DELETE {path}").status == 204
    assert sandbox.ask(f"PUT {path}", {"amount": 5}).outcome == (404, 20)


def test_a_line_cannot_be_less_than_what_has_come_in(sandbox):
    assert sandbox.ask("PUT /purchaseorders/1/products/1", {"amount": 1}).outcome == (400, 39)
    assert sandbox.ask("PUT /purchaseorders/1/products/1", {"amount": 2}).status == 200


def test_a_concept_is_purchased_once(sandbox):
    purchased = sandbox.ask(f"POST {SECOND}/mark-as-purchased").json
    assert (purchased["status"], purchased["purchased_by_iduser"]) == ("purchased", 1)
    assert sandbox.ask(f"POST {SECOND}/mark-as-purchased").outcome == (400, 33)


def test_only_what_has_partly_come_in_is_closed(sandbox):
    sandbox.ask(f"POST {SECOND}/mark-as-purchased")
    assert sandbox.ask(f"POST {SECOND}/close").outcome == (400, 33)
    closed = sandbox.ask("POST /purchaseorders/1/close").json
    assert (closed["status"], closed["completed_by_iduser"]) == ("received", 1)


@pytest.mark.parametrize(
    ("request_line", "body"),
    [
        (f"PUT {SECOND}", {"remarks": "r"}),
        (f"POST {SECOND}/cancel", b""),
        (f"POST {SECOND}/close", b""),
        (f"POST {SECOND}/products", {"idproduct": 1, "amount": 1}),
        (f"PUT {SECOND}/products/3", {"amount": 1}),
        (f"DELETE {SECOND}/products/3", b""),
        (f"POST {SECOND}/receipts", b""),
    ],
)
def test_a_cancelled_purchase_order_stays_as_it_is(sandbox, request_line, body):
    assert sandbox.ask(f"POST {SECOND}/cancel").json["status"] == "cancelled"
    assert sandbox.ask(request_line, body).outcome == (400, 33)
