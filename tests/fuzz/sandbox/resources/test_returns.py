"""Returns: made of an order, a customer or nothing, received, completed."""

NEW = {"idreturn_status": 1, "idtemplate": 1}
LINE = {"idreturn_reason": 2, "idproduct": 1, "price": 4.5, "amount": 2}
RETURN = "/returns/1"


def test_an_order_or_a_customer_fills_in_the_address(sandbox):
    sandbox.ask("PUT /orders/1", {"deliverycity": "Orderstad"})
    of_order = sandbox.ask("POST /returns", NEW | {"idorder": 1}).json
    assert (of_order["name"], of_order["city"], of_order["idcustomer"]) == ("Bakkerij Proef", "Orderstad", 1)
    of_customer = sandbox.ask("POST /returns", NEW | {"idcustomer": 1, "telephone": "1"}).json
    assert (of_customer["city"], of_customer["telephone"]) == ("Testdam", "1")
    assert sandbox.ask("POST /returns", NEW | {"name": "Gast", "idorder": 1}).json["city"] is None


def test_a_return_shows_its_lines_and_totals_alone_and_not_in_the_list(sandbox):
    lines = {"returned_products": [LINE], "replacement_products": [{"idproduct": 2, "price": 0, "amount": 1}]}
    made = sandbox.ask("POST /returns", NEW | lines).json
    assert made["totals"].items() >= {"returned_products_count": 2, "returned_products_value": 9.0}.items()
    assert made["returned_products"][0]["return_reason"] == {"idreturn_reason": 2, "name": "Verkeerde kleur"}
    assert made["returned_products"][0]["product"]["image_url"]
    rows = sandbox.ask("GET /returns").json
    assert {*made} - {*rows[0]} == {
        *("completed_at", "customer", "order", "replacement_products", "return_status", "returned_products", "totals"),
    }


def test_received_lines_go_into_stock_and_change_no_more(sandbox):
    body = {"idwarehouse": 2, "return_products": [{"idreturn_product": 1, "status": "ok"}]}
    line = sandbox.ask(f"POST {RETURN}/receive", body).json["returned_products"][0]
    assert (line["status"], line["changeable"], line["idwarehouse"]) == ("ok", False, 2)
    assert sandbox.ask("GET /products/1/stock/2").json["stock"] == 1
    assert sandbox.ask(f"GET {RETURN}").json["received_at"]
    for request, again in (("POST", body), ("PUT", {"amount": 2}), ("DELETE", b"")):
        path = f"{RETURN}/receive" if request == "POST" else f"{RETURN}/returned_products/1"
        assert sandbox.ask(f"{request} {path}", again).outcome == (400, 33)


def test_only_lines_of_the_return_are_received(sandbox):
    body = {"idwarehouse": 1, "return_products": [{"idreturn_product": 9, "status": "ok"}]}
    assert sandbox.ask(f"POST {RETURN}/receive", body).outcome == (400, 21)


def test_lines_are_added_changed_and_taken_away(sandbox):
    for name, line, number in (
        ("returned_products", LINE, "idreturn_product"),
        ("replacement_products", {"idproduct": 3, "price": 1, "amount": 1}, "idreturn_product_replacement"),
    ):
        made = sandbox.ask(f"POST {RETURN}/{name}", line)
        path = f"{RETURN}/{name}/{made.json[number]}"
        assert (made.status, made.json["idreturn"]) == (201, 1)
        assert sandbox.ask(f"PUT {path}", {"amount": 7}).json["amount"] == 7
        assert sandbox.ask(f"DELETE {path}").status == 204
        assert len(sandbox.ask(f"GET {RETURN}/{name}").json) == 1


def test_a_completed_return_stays_as_it_is(sandbox):
    logged = sandbox.ask(f"POST {RETURN}/logs", {"idreturn_status": 2, "message": "klaar"})
    assert logged.status == 201
    assert sandbox.ask(f"GET {RETURN}/logs").json == [logged.json]
    found = sandbox.ask(f"GET {RETURN}").json
    assert found["completed_at"]
    assert found["return_status"]["completed"] is True
    assert sandbox.ask(f"PUT {RETURN}", {"reference": "r"}).outcome == (400, 33)
    assert sandbox.ask(f"POST {RETURN}/returned_products", LINE).outcome == (400, 33)
    assert sandbox.ask(f"DELETE {RETURN}").status == 204


def test_changing_the_status_to_completed_completes(sandbox):
    assert sandbox.ask(f"PUT {RETURN}", {"idreturn_status": 2, "reference": "r"}).json["completed_at"]
