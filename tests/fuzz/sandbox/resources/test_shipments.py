"""Shipments of a picklist."""

import pytest

PICKLIST = "/picklists/1"


@pytest.mark.parametrize("name", ["idshippingprofile", "idshippingprovider_profile"])
def test_a_shipment_is_made_under_either_name_of_the_profile(sandbox, name):
    made = sandbox.ask(f"POST {PICKLIST}/shipments", {name: 2, "weight": 500})
    assert (made.status, made.json["profile_name"], made.json["weight"]) == (201, "Pakket EU", 500)
    assert [parcel["weight"] for parcel in made.json["parcels"]] == [500]
    assert made.json in sandbox.ask(f"GET {PICKLIST}/shipments").json


def test_each_parcel_has_a_label(sandbox):
    body = {"idshippingprofile": 1, "parcels": [{"weight": 1}, {"idpackaging": 2}]}
    parcels = sandbox.ask(f"POST {PICKLIST}/shipments", body).json["parcels"]
    assert [(parcel["weight"], parcel["idpackaging"]) for parcel in parcels] == [(1, None), (None, 2)]
    assert all(parcel["documents"][0]["type"] == "label" for parcel in parcels)


def test_a_shipment_is_cancelled_once(sandbox):
    assert sandbox.ask(f"DELETE {PICKLIST}/shipments/1").status == 204
    assert sandbox.ask(f"GET {PICKLIST}/shipments").json[0]["cancelled"] is True
    assert sandbox.ask(f"DELETE {PICKLIST}/shipments/1").outcome == (400, 33)


def test_a_cancelled_picklist_is_not_shipped(sandbox):
    sandbox.ask(f"POST {PICKLIST}/cancel")
    assert sandbox.ask(f"POST {PICKLIST}/shipments", {"idshippingprofile": 1}).outcome == (400, 26)


def test_the_chosen_method_is_marked(sandbox):
    sandbox.ask(f"PUT {PICKLIST}", {"idshippingprovider_profile": 2})
    assert [method["selected"] for method in sandbox.ask(f"GET {PICKLIST}/shippingmethods").json] == [False, True]


def test_shipments_of_all_picklists_have_addresses_of_their_own(sandbox):
    made = sandbox.ask(f"POST {PICKLIST}/shipments", {"idshippingprofile": 1}).json
    assert [shipment["idshipment"] for shipment in sandbox.ask("GET /shipments").json] == [1, 2]
    assert sandbox.ask("GET /shipments/2").json == made
    assert sandbox.ask("GET /shipments/2/label").data[:5] == b"%PDF-"
    assert sandbox.ask("GET /shipments/3/label").outcome == (404, 20)


def test_a_provider_names_the_profiles_that_shipments_go_by(shared):
    (provider,) = shared.ask("GET /shippingproviders").json
    numbers = [profile["idshippingprovider_profile"] for profile in provider["profiles"]]
    methods = shared.ask(f"GET {PICKLIST}/shippingmethods").json
    assert numbers == [method["idshippingprovider_profile"] for method in methods]
