"""Locations, containers and location types."""

import pytest

NEW = {"idwarehouse": 1, "name": "A.01.2"}


def test_a_location_is_made_with_the_default_type_and_changed(sandbox):
    made = sandbox.ask("POST /locations", NEW | {"parent_idlocation": 1})
    assert (made.status, made.json["location_type"]["name"], made.json["parent_idlocation"]) == (201, "Plank", 1)
    changed = sandbox.ask("PUT /locations/4", {"idlocation_type": 2, "remarks": "droog"}).json
    assert (changed["location_type"]["name"], changed["remarks"]) == ("Pallet", "droog")
    assert "idlocation_type" not in changed


def test_a_container_shows_less_and_stands_in_a_list_of_its_own(sandbox):
    made = sandbox.ask("POST /locations", NEW | {"type": "container"}).json
    assert made.keys() == {"idlocation", "idwarehouse", "type", "name", "remarks"}
    assert made in sandbox.ask("GET /locations?type=container").json
    assert made not in sandbox.ask("GET /locations").json


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"type": "container", "parent_idlocation": 1}, 38),
        ({"parent_idlocation": 2}, 44),
        ({"parent_idlocation": 3}, 44),
    ],
)
def test_a_parent_must_suit(sandbox, body, code):
    assert sandbox.ask("POST /locations", NEW | body).outcome == (400, code)
    assert sandbox.ask("PUT /locations/1", {"parent_idlocation": 1}).outcome == (400, 44)


def test_where_products_are_linked_a_location_stays(sandbox):
    assert sandbox.ask("DELETE /locations/1").outcome == (400, 44)
    assert sandbox.ask("PUT /locations/1", {"idwarehouse": 2}).outcome == (400, 39)
    assert [product["idproduct"] for product in sandbox.ask("GET /locations/1/products").json] == [1]
    sandbox.ask("DELETE /products/1/locations/1")
    assert sandbox.ask("DELETE /locations/1").status == 204
    assert sandbox.ask("GET /locations/1").outcome == (404, 20)


def test_a_parent_stays_as_long_as_it_is_one(sandbox):
    sandbox.ask("POST /locations", {"idwarehouse": 2, "name": "B.02.4", "parent_idlocation": 2})
    assert sandbox.ask("DELETE /locations/2").outcome == (400, 44)


def test_a_product_in_a_container_is_told_where_to_go(sandbox):
    assert sandbox.ask("PUT /locations/3/products/2/intent", {"idlocation": 1}).json["idlocation"] == 1
    assert sandbox.ask("PUT /locations/3/products/2/intent", {"idlocation": None}).status == 200
    assert sandbox.ask("PUT /locations/3/products/2/intent", {"idlocation": 2}).outcome == (400, 44)
    assert sandbox.ask("PUT /locations/3/products/1/intent", {"idlocation": 1}).outcome == (404, 20)
    assert sandbox.ask("PUT /locations/1/products/1/intent", {"idlocation": 1}).outcome == (400, 38)


def test_there_is_one_default_type_and_it_stays(sandbox):
    made = sandbox.ask("POST /locationtypes", {"name": "Koel", "color": "#00aaff"}).json
    assert made["default"] is False
    assert sandbox.ask("POST /locationtypes/3/default").json["default"] is True
    assert [one["default"] for one in sandbox.ask("GET /locationtypes").json] == [False, False, True]
    assert sandbox.ask("DELETE /locationtypes/3").outcome == (400, 33)
    assert sandbox.ask("DELETE /locationtypes/1").outcome == (400, 33)
    assert sandbox.ask("PUT /locationtypes/2", {"color": "#123456"}).json["color"] == "#123456"
    assert sandbox.ask("DELETE /locationtypes/2").status == 204


def test_a_linked_location_that_is_gone_is_no_longer_shown(sandbox):
    assert [one["idlocation"] for one in sandbox.ask("GET /products/1/stock/1").json["locations"]] == [1]
    for number in range(400):
        sandbox.ask("POST /locations", NEW | {"name": str(number)})
        if number == 0:
            sandbox.ask("POST /products/1/locations", {"idlocation": 4})
    assert sandbox.ask("GET /locations/4").status == 404
    assert [one["idlocation"] for one in sandbox.ask("GET /products/1/stock/1").json["locations"]] == [1]
