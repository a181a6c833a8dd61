"""Orders: made of a customer or of a guest, read, changed, cancelled; notes and fields."""

GUEST = {"deliveryname": "G", "deliverycountry": "NL", "invoicename": "H", "invoicecountry": "BE"}
LINE = {"idproduct": 1, "amount": 2}


def test_a_guest_order_is_made_and_read(sandbox):
    body = GUEST | {"products": [LINE, {"productcode": "LONT-1", "amount": 1, "price": 3, "remarks": "let op"}]}
    made = sandbox.ask("POST /orders", body)
    assert made.status == 201
    order = made.json
    assert (order["idcustomer"], order["status"], order["full_invoice_address"]) == (None, "concept", "H\nBE")
    assert [(line["idproduct"], line["amount"]) for line in order["products"]] == [(1, 2), (3, 1)]
    assert (order["products"][1]["price"], order["products"][1]["remarks"]) == (3, "let op")
    assert sandbox.ask(f"GET /orders/{order['idorder']}").json == order


def test_a_customers_order_bears_the_customers_name(sandbox):
    order = sandbox.ask("POST /orders", {"idcustomer": 2, "products": [LINE]}).json
    assert (order["deliveryname"], order["invoicename"]) == ("Winkel Voorbeeld", "Winkel Voorbeeld")


def test_pickup_point_and_fields_are_kept(sandbox):
    point = {"carrier": "demopost", "id": "7", "city": "Testdam", "options": {"a": 1}}
    body = {"idcustomer": 1, "products": [LINE], "pickup_point_data": point | {"x": 1}}
    order = sandbox.ask("POST /orders", body | {"orderfields": [{"idorderfield": 2, "value": "v"}]}).json
    assert order["pickup_point_data"] == point
    assert order["orderfields"] == [{"idorderfield": 2, "title": "Field 2", "value": "v"}]


def test_an_order_is_changed(sandbox):
    change = {
        "reference": "R",
        "pickup_point_data": {"carrier": "c", "id": "1"},
        "orderfields": [],
    }
    order = sandbox.ask("PUT /orders/1", change).json
    assert (order["reference"], order["invoicename"], order["orderfields"]) == ("R", "Bakkerij Proef", [])


def test_an_order_is_cancelled_and_one_being_processed_only_by_force(sandbox):
    assert sandbox.ask("DELETE /orders/1").status == 204
    assert sandbox.ask("GET /orders/1").json["status"] == "cancelled"
    assert sandbox.ask("DELETE /orders/1").outcome == (400, 32)
    assert sandbox.ask("DELETE /orders/3").outcome == (400, 30)
    assert sandbox.ask("DELETE /orders/3?force=true").status == 204


def test_fields_are_set_one_by_one_and_deleted(sandbox):
    assert sandbox.ask("PUT /orders/2/orderfields/2", {"value": "a"}).status == 200
    assert sandbox.ask("PUT /orders/2/orderfields/2", {"value": "b"}).json["value"] == "b"
    assert [field["value"] for field in sandbox.ask("GET /orders/2/orderfields").json] == ["b"]
    assert sandbox.ask("DELETE /orders/2/orderfields/2").status == 204
    assert sandbox.ask("PUT /orders/2/orderfields/9", {"value": "c"}).outcome == (404, 20)


def test_a_note_is_added_and_listed(sandbox):
    made = sandbox.ask("POST /orders/1/notes", {"note": "gebeld"})
    assert (made.status, made.json["description"]) == (201, "gebeld")
    assert sandbox.ask("GET /orders/1/notes").json == [made.json]


def test_the_status_of_products_is_told_by_line(sandbox):
    lines = sandbox.ask("GET /orders/2/productstatus").json["products"]
    assert [line["allocated"] for line in lines] == [0, 0]
    assert sandbox.ask("GET /orders/2/backorders").json == []
