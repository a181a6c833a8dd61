"""Packagings, packing stations, picking containers."""


def test_a_packaging_is_made_changed_and_put_away(sandbox):
    made = sandbox.ask("POST /packagings", {"name": "Zak", "length": 10})
    assert (made.status, made.json["length"], made.json["width"], made.json["active"]) == (201, 10, None, True)
    assert sandbox.ask("PUT /packagings/3", {"active": False}).json["active"] is False
    assert [one["idpackaging"] for one in sandbox.ask("GET /packagings").json] == [1, 2]
    assert len(sandbox.ask("GET /packagings?inactive=true").json) == 3


def test_linking_a_container_answers_200_even_where_nothing_was_linked(sandbox):
    unlinked = sandbox.ask("POST /picking-containers/1/link", {"idpicklist": 99})
    assert (unlinked.status, unlinked.json["idpicklist"]) == (200, None)
    assert sandbox.ask("POST /picking-containers/1/link", {"idpicklist": 1}).json["idpicklist"] == 1
    assert [one["name"] for one in sandbox.ask("GET /picking-containers?idpicklist=1").json] == ["12"]


def test_a_container_is_renamed_and_goes_unless_it_is_linked(sandbox):
    assert sandbox.ask("PUT /picking-containers/2", {"name": "14"}).json["name"] == "14"
    assert sandbox.ask("DELETE /picking-containers/2").status == 204
    sandbox.ask("POST /picking-containers/1/link", {"idpicklist": 1})
    assert sandbox.ask("DELETE /picking-containers/1").outcome == (400, 33)


def test_a_packing_station_names_its_printers(shared):
    assert shared.ask("GET /packingstations/1").json["printer_packinglists"] is None
