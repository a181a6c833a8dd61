"""Picklists: picking, pausing, closing, assigning, advice, PDF."""

import pytest

PICKLIST = "/picklists/1"


def test_products_are_picked_by_line_by_product_or_by_code(sandbox):
    for body in ({"idpicklist_product": 1}, {"product": 1}, {"product": "KAARS-SET"}):
        answer = sandbox.ask(f"POST {PICKLIST}/pick", body | {"amount": 1})
    picklist = answer.json
    assert (picklist["totalproducts"], picklist["totalpicked"]) == (5, 3)
    assert picklist["products"][0]["amountpicked"] == picklist["products"][0]["amount_picked"] == 3
    assert sandbox.ask(f"POST {PICKLIST}/pick", {"product": 1, "amount": 3}).outcome == (400, 18)
    assert sandbox.ask(f"POST {PICKLIST}/pickall").json["totalpicked"] == 5


def test_a_picklist_is_paused_resumed_snoozed_and_woken(sandbox):
    paused = sandbox.ask(f"POST {PICKLIST}/pause", {"reason": "r"}).json
    assert (paused["status"], paused["paused_reason"]) == ("paused", "r")
    assert sandbox.ask(f"POST {PICKLIST}/resume").json["status"] == "new"
    snoozed = sandbox.ask(f"POST {PICKLIST}/snooze", {"snooze_until": "2026-02-01 10:00:00"}).json
    assert (snoozed["status"], snoozed["snoozed_until"]) == ("snoozed", "2026-02-01 10:00:00")
    assert sandbox.ask(f"POST {PICKLIST}/snooze").json["status"] == "new"


def test_a_picklist_is_assigned_and_unassigned(sandbox):
    assert sandbox.ask(f"POST {PICKLIST}/assign", {"iduser": 2}).json["assigned_to_iduser"] == 2
    assert sandbox.ask(f"POST {PICKLIST}/assign", {"iduser": 99}).outcome == (400, 21)
    assert sandbox.ask(f"POST {PICKLIST}/unassign").json["assigned_to_iduser"] is None


def test_a_picklist_is_changed(sandbox):
    assert sandbox.ask(f"PUT {PICKLIST}", {"urgent": True}).json["urgent"] is True


@pytest.mark.parametrize("last", ["close", "cancel"])
def test_a_closed_picklist_stays_as_it_is(sandbox, last):
    assert sandbox.ask(f"POST {PICKLIST}/{last}").status == 200
    assert sandbox.ask(f"POST {PICKLIST}/close").outcome == (400, 21)
    for action in ("pickall", "pause", "cancel", "snooze", "unassign", "resume"):
        assert sandbox.ask(f"POST {PICKLIST}/{action}").outcome == (400, 33)


def test_packaging_advice_is_given_and_taken(sandbox):
    assert sandbox.ask(f"GET {PICKLIST}/packaging-advice").json == {"idpackaging": 1}
    assert sandbox.ask(f"PUT {PICKLIST}/packaging-advice", {"idpackaging": 2}).json == {"idpackaging": 2}


@pytest.mark.parametrize("name", ["picklistpdf", "packinglistpdf"])
def test_the_pdf_is_a_pdf(sandbox, name):
    answer = sandbox.ask(f"GET {PICKLIST}/{name}")
    assert (answer.headers["Content-Type"], answer.data[:5]) == ("application/pdf", b"%PDF-")
