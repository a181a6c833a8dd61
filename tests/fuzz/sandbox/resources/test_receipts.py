"""Receipts: what comes in goes into stock, and is noted at the purchase order."""

import pytest

RECEIPT = "/receipts/1"


def stock_of(sandbox, product, warehouse=1):
    return sandbox.ask(f"GET /products/{product}/stock/{warehouse}").json["stock"]


def received(sandbox):
    return [line["amountreceived"] for line in sandbox.ask("GET /purchaseorders/1").json["products"]]


def test_what_is_received_is_in_stock_and_noted(sandbox):
    before = stock_of(sandbox, 3)
    body = {"idproduct": 3, "amount": 8, "idlocation": 1, "idpurchaseorder_product": 2}
    made = sandbox.ask(f"POST {RECEIPT}/products", body)
    assert (made.status, made.json["amount_ordered"], made.json["location"]["name"]) == (201, 50, "A.01.1")
    assert stock_of(sandbox, 3) == before + 8
    assert received(sandbox) == [2, 8]
    assert sandbox.ask(f"GET {RECEIPT}").json["amount_received"] == 9
    assert sandbox.ask("GET /stockhistory").json[-1]["reason"] == "Ontvangst R2026-10001"


def test_a_product_that_is_on_no_purchase_order_is_refused(sandbox):
    assert sandbox.ask(f"POST {RECEIPT}/products", {"idproduct": 1}).outcome == (400, 27)
    assert sandbox.ask(f"POST {RECEIPT}/products", {"idproduct": 2, "idpurchaseorder_product": 2}).outcome == (400, 27)
    made = sandbox.ask("POST /receipts", {"idsupplier": 1}).json
    assert made["purchaseorder"] is None
    path = f"POST /receipts/{made['idreceipt']}/products"
    assert sandbox.ask(path, {"idproduct": 1}).outcome == (400, 41)
    assert sandbox.ask(path, {"idproduct": 3}).json["idpurchaseorder"] == 1


def test_version_1_takes_what_was_not_expected_by_force(sandbox):
    assert sandbox.ask("POST /receipts/2/products", {"idproduct": 1}).outcome == (400, 27)
    assert sandbox.ask("POST /receipts/2/products", {"idproduct": 1, "force": True}).json["idpurchaseorder"] is None
    assert sandbox.ask(f"POST {RECEIPT}/products", {"idproduct": 1, "force": True}).outcome == (400, 27)


def test_a_location_of_another_warehouse_is_refused(sandbox):
    assert sandbox.ask(f"POST {RECEIPT}/products", {"idproduct": 2, "idlocation": 2}).outcome == (400, 44)
    assert sandbox.ask("PUT /receipts/2/products/2", {"stock_idlocation": 2}).outcome == (400, 44)


def test_a_registration_is_reverted_once(sandbox):
    before = stock_of(sandbox, 2)
    reverted = sandbox.ask(f"POST {RECEIPT}/products/1/revert").json
    assert reverted["reverted_by_iduser"] == 1
    assert (stock_of(sandbox, 2), received(sandbox)) == (before - 1, [1, 0])
    assert sandbox.ask(f"GET {RECEIPT}").json["amount_received"] == 0
    assert sandbox.ask(f"POST {RECEIPT}/products/1/revert").outcome == (400, 33)


def test_what_is_no_longer_in_stock_cannot_be_reverted(sandbox):
    sandbox.ask("POST /products/2/stock/1", {"amount": 0, "reason": "weg"})
    assert sandbox.ask(f"POST {RECEIPT}/products/1/revert").outcome == (400, 43)


def test_an_amount_of_version_1_is_corrected(sandbox):
    corrected = sandbox.ask("PUT /receipts/2/products/2", {"delta": 3, "stock_idlocation": 1}).json
    assert (corrected["amount"], corrected["location"]["idlocation"]) == (4, 1)
    assert (stock_of(sandbox, 2), received(sandbox)) == (5, [5, 0])
    assert sandbox.ask("PUT /receipts/2/products/2", {"delta": -5}).outcome == (400, 43)


def test_all_that_is_missing_is_received_at_once_and_ends_the_purchase_order(sandbox):
    assert sandbox.ask("POST /receipts/2/mark-all-received").status == 200
    assert received(sandbox) == [20, 50]
    done = sandbox.ask("PUT /receipts/2", {"status": "completed"}).json
    assert (done["status"], done["completed_by"]["iduser"]) == ("completed", 1)
    assert sandbox.ask("GET /purchaseorders/1").json["status"] == "received"


@pytest.mark.parametrize(
    ("request_line", "body"),
    [
        ("PUT /receipts/1/products/1", {"delta": 1}),
        ("POST /receipts/1/mark-all-received", b""),
        ("POST /receipts/2/products/2/revert", b""),
    ],
)
def test_each_version_has_ways_of_its_own(sandbox, request_line, body):
    assert sandbox.ask(request_line, body).outcome == (400, 38)


@pytest.mark.parametrize(
    ("request_line", "body"),
    [
        ("PUT /receipts/1", {"status": "completed"}),
        ("DELETE /receipts/1", b""),
        ("POST /receipts/1/products", {"idproduct": 2}),
        ("POST /receipts/1/products/1/revert", b""),
    ],
)
def test_a_completed_receipt_stays_as_it_is(sandbox, request_line, body):
    assert sandbox.ask("PUT /receipts/1", {"status": "completed"}).status == 200
    assert sandbox.ask("GET /purchaseorders/1").json["status"] == "purchased"
    assert sandbox.ask(request_line, body).outcome == (400, 33)


def test_only_an_empty_receipt_is_deleted(sandbox):
    assert sandbox.ask(f"DELETE {RECEIPT}").outcome == (400, 33)
    made = sandbox.ask("POST /purchaseorders/1/receipts").json
    path = f"/receipts/{made['idreceipt']}"
    assert made == sandbox.ask(f"GET /purchaseorders/1{path}").json
    assert sandbox.ask(f"DELETE {path}").status == 204
    assert sandbox.ask(f"GET /purchaseorders/1{path}").outcome == (404, 20)


def test_only_what_is_purchased_is_received(sandbox):
    assert sandbox.ask("POST /receipts", {"idpurchaseorder": 2}).outcome == (400, 33)


def test_what_is_expected_is_told_by_line(sandbox):
    expected = sandbox.ask(f"GET {RECEIPT}/expected-products").json
    assert [(one["idproduct"], one["amount"]) for one in expected] == [(2, 18), (3, 50)]
    assert sandbox.ask(f"GET {RECEIPT}/expected-products/3").json == expected[1:]
    assert sandbox.ask(f"GET {RECEIPT}/expected-products/1").outcome == (404, 20)
