"""Batches of picklists."""

BATCH = "/picklists/batches/1"


def test_a_batch_shows_its_picklists_and_their_products(sandbox):
    sandbox.ask("POST /picking-containers/1/link", {"idpicklist": 1})
    batch = sandbox.ask(f"GET {BATCH}").json
    assert (batch["total_picklists"], batch["total_products"]) == (1, 5)
    assert batch["picklists"][0].items() >= {"alias": "A", "picking_container": {"name": "12"}}.items()
    (product,) = batch["products"]
    assert product["picklists"] == [{"idpicklist": 1, "amount": 5, "amount_picked": 0, "amount_collected": 0}]
    assert sandbox.ask(f"GET {BATCH}/products/1/picklists").json == batch["picklists"]
    assert sandbox.ask(f"GET {BATCH}/products/2/picklists").outcome == (404, 20)


def test_picklists_are_put_into_one_batch_and_taken_out(sandbox):
    sandbox.ask("POST /orders/1/process")
    made = sandbox.ask("POST /picklists/batches", {"idpicklists": [2, 2]})
    assert (made.status, made.json["total_picklists"]) == (201, 1)
    assert sandbox.ask("GET /picklists/2").json["idpicklist_batch"] == 2
    assert sandbox.ask(f"POST {BATCH}/picklists", {"idpicklist": 2}).outcome == (400, 37)
    assert sandbox.ask("DELETE /picklists/batches/2/picklists/2").status == 204
    assert sandbox.ask(f"POST {BATCH}/picklists", {"idpicklist": 2}).json["total_picklists"] == 2
    assert sandbox.ask("DELETE /picklists/batches/2/picklists/2").outcome == (404, 20)


def test_a_preset_takes_every_picklist_that_is_free(sandbox):
    sandbox.ask("POST /orders/1/process")
    assert sandbox.ask("GET /picklists/batches/presets/1").json["picklists_count"] == 1
    made = sandbox.ask("POST /picklists/batches", {"idpicklist_batch_preset": 1}).json
    assert [one["idpicklist"] for one in made["picklists"]] == [2]
    assert sandbox.ask("GET /picklists/batches/presets/1").json["picklists_count"] == 0


def test_a_closed_picklist_comes_into_no_batch(sandbox):
    sandbox.ask("POST /orders/1/process")
    sandbox.ask("POST /picklists/2/close")
    assert sandbox.ask("POST /picklists/batches", {"idpicklists": [2]}).outcome == (400, 33)


def test_a_batch_is_assigned_and_reset(sandbox):
    sandbox.ask("POST /picklists/1/pickall")
    assigned = sandbox.ask(f"POST {BATCH}/assign", {"iduser": 2}).json["assigned_to"]
    assert assigned == {"iduser": 2, "full_name": "Kim Example", "username": "kim"}
    reset = sandbox.ask(f"POST {BATCH}/reset").json
    assert (reset["assigned_to"], reset["picklists"][0]["total_collected"]) == (None, 0)
    sandbox.ask(f"POST {BATCH}/assign", {"iduser": 2})
    assert sandbox.ask(f"POST {BATCH}/assign", {"iduser": None}).json["assigned_to"] is None


def test_a_deleted_batch_leaves_its_picklists(sandbox):
    assert sandbox.ask(f"DELETE {BATCH}").status == 204
    assert sandbox.ask("GET /picklists/1").json["idpicklist_batch"] is None


def test_a_comment_on_a_batch_has_no_type_of_source(sandbox):
    made = sandbox.ask(f"POST {BATCH}/comments", {"body": "boven beginnen"}).json
    assert "source_type" not in made
    assert made["source"]["idpicklist_batch"] == 1


def test_the_pdf_is_a_pdf(shared):
    assert shared.ask(f"GET {BATCH}/pdf").data[:5] == b"%PDF-"
