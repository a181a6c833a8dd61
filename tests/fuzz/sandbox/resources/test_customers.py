"""Customers and their addresses."""


def test_a_customer_is_made_read_changed_and_deleted(sandbox):
    body = {"name": "C", "discount": 1.5, "addresses": [{"name": "A", "country": "BE"}], "default_order_remarks": "bel"}
    made = sandbox.ask("POST /customers", body)
    assert made.status == 201
    assert made.json["addresses"][0]["full_address"] == "A\nBE"
    assert made.json["defaultorderremarks"] == "bel"
    assert sandbox.ask("GET /customers/3").json == made.json
    changed = sandbox.ask("PUT /customers/3", {"telephone": "000", "addresses": []}).json
    assert changed == made.json | {"telephone": "000", "addresses": []}
    assert sandbox.ask("DELETE /customers/3").status == 204
    assert sandbox.ask("GET /customers/3").status == 404


def test_an_address_is_made_changed_and_deleted(sandbox):
    made = sandbox.ask("POST /customers/2/addresses", {"name": "A", "city": "Testdam"})
    assert (made.status, made.json["defaultinvoice"]) == (201, False)
    path = f"/customers/2/addresses/{made.json['idcustomer_address']}"
    assert sandbox.ask(f"PUT {path}", {"city": "", "country": "NL"}).json["full_address"] == "A\nNL"
    assert sandbox.ask(f"DELETE {path}").status == 204
    assert sandbox.ask("GET /customers/2/addresses").json == []
