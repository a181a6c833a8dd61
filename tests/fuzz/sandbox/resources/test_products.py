"""Products: themselves, their parts, images, locations and settings."""

PRODUCT = {"productcode": "N-1", "name": "Nieuw", "price": 9.5, "idvatgroup": 2}


def test_a_product_is_made_read_and_changed(sandbox):
    made = sandbox.ask("POST /products", PRODUCT | {"productfields": [{"idproductfield": 2, "value": "rood"}]})
    assert made.status == 201
    assert made.json.items() >= PRODUCT.items()
    assert made.json["productfields"] == [{"idproductfield": 2, "title": "Field 2", "value": "rood"}]
    assert [row["idwarehouse"] for row in made.json["stock"]] == [1, 2]
    assert sandbox.ask("GET /products/4").json == made.json
    changed = sandbox.ask("PUT /products/4", {"price": 10, "productfields": []}).json
    assert (changed["price"], changed["productfields"], changed["name"]) == (10, [], "Nieuw")
    assert changed["updated"] > made.json["updated"]


def test_a_product_is_switched_off_and_on(sandbox):
    assert sandbox.ask("POST /products/1/inactivate").json["active"] is False
    assert sandbox.ask("POST /products/1/activate").json["active"] is True


def test_a_part_is_made_changed_and_deleted(sandbox):
    made = sandbox.ask("POST /products/3/parts", {"idproduct": 2, "amount": 4})
    assert (made.status, made.json["productcode"]) == (201, "KAARS-1")
    path = f"/products/3/parts/{made.json['idproduct_part']}"
    assert sandbox.ask(f"PUT {path}", {"amount": 5}).json["amount"] == 5
    assert sandbox.ask("GET /products/3/parts").json == [sandbox.ask(f"GET {path}").json]
    assert sandbox.ask(f"DELETE {path}").status == 204


def test_a_product_without_parts_is_answered_as_if_it_were_not_there(sandbox):
    assert sandbox.ask("GET /products/3/parts").outcome == (404, 20)


def test_an_image_is_added_shown_and_deleted(sandbox):
    made = sandbox.ask("POST /products/3/images", {"image": "aGVsbG8="})
    assert (made.status, made.json["size"]) == (201, 6)
    assert sandbox.ask("GET /products/3").json["images"] == [made.json["url"]]
    assert sandbox.ask(f"DELETE /products/3/images/{made.json['idproduct_image']}").status == 204


def test_a_location_is_linked_changed_and_unlinked(sandbox):
    assert sandbox.ask("POST /products/1/locations", {"idlocation": 2, "note": "achter"}).json["note"] == "achter"
    assert sandbox.ask("PUT /products/1/locations/2", {"is_preferred": True}).json["is_preferred"] is True
    assert sandbox.ask("DELETE /products/1/locations/2").status == 204


def test_warehouse_settings_are_changed(sandbox):
    changed = sandbox.ask("PUT /products/1/warehouses/2", {"stock_level_order": 5}).json
    assert sandbox.ask("GET /products/1/warehouses").json[1] == changed
    assert changed["stock_level_order"] == 5


def test_what_is_not_known_is_empty(sandbox):
    assert sandbox.ask("GET /products/1/pricehistory").json == sandbox.ask("GET /products/1/expected").json == []
