"""Backorders: what is not in stock when an order is processed, until it is."""

ORDER = {"idcustomer": 1, "products": [{"idproduct": 2, "amount": 5}, {"idproduct": 1, "amount": 1}]}


def process(sandbox):
    number = sandbox.ask("POST /orders", ORDER).json["idorder"]
    return f"/orders/{number}", sandbox.ask(f"POST /orders/{number}/process").json


def amounts(sandbox, path):
    return [one["amount"] for one in sandbox.ask(f"GET {path}/backorders").json]


def test_what_is_not_in_stock_becomes_a_backorder(sandbox):
    path, order = process(sandbox)
    (picklist,) = order["picklists"]
    assert picklist["totalproducts"] == 3
    (backorder,) = sandbox.ask(f"GET {path}/backorders").json
    assert (backorder["idproduct"], backorder["amount"], backorder["amount_available"]) == (2, 3, 2)
    alone = sandbox.ask(f"GET /backorders/{backorder['idbackorder']}").json
    assert alone == backorder | {"date_available": "2026-02-02"}


def test_processing_again_delivers_nothing_twice(sandbox):
    path, order = process(sandbox)
    sandbox.ask(f"POST {path}/pause")
    assert sandbox.ask(f"POST {path}/process").json["picklists"] == order["picklists"]
    assert amounts(sandbox, path) == [3]


def test_backorders_are_delivered_once_there_is_stock(sandbox):
    path, _ = process(sandbox)
    sandbox.ask(f"POST {path}/process-backorders")
    assert amounts(sandbox, path) == [3]
    sandbox.ask("POST /products/2/stock/1", {"amount": 3, "reason": "geteld"})
    assert len(sandbox.ask(f"POST {path}/process-backorders").json["picklists"]) == 2
    assert amounts(sandbox, path) == []


def test_all_backorders_are_processed_as_far_as_the_stock_goes(sandbox):
    path, _ = process(sandbox)
    sandbox.ask("POST /products/2/stock/1", {"amount": 4, "reason": "geteld"})
    assert sandbox.ask("POST /backorders/process").json == {"picklists": 1}
    assert sandbox.ask("GET /backorders/1").status == 404
    assert amounts(sandbox, path) == [3]


def test_deleting_a_backorder_cancels_that_part_of_the_line(sandbox):
    assert sandbox.ask("DELETE /backorders/1").status == 204
    assert [line["amount_cancelled"] for line in sandbox.ask("GET /orders/3/products").json] == [0, 2]
    assert sandbox.ask("GET /orders/3/backorders").json == []


def test_a_cancelled_order_waits_for_nothing(sandbox):
    assert sandbox.ask("DELETE /orders/3?force=true").status == 204
    assert sandbox.ask("GET /backorders").json == []
