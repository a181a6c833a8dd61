"""The life of an order: each action in each status."""

import pytest

# From concept, by these actions, to this status.
LIVES = [
    (["process"], "processing"),
    (["process", "pause"], "paused"),
    (["pause", "resume"], "concept"),
    (["pause", "change-to-concept"], "concept"),
    (["pause", "process"], "processing"),
    (["allocate", "deallocate", "prioritise", "process-backorders"], "concept"),
]


@pytest.mark.parametrize(("actions", "status"), LIVES)
def test_actions_move_the_status(sandbox, actions, status):
    for action in actions:
        assert sandbox.ask(f"POST /orders/1/{action}").status == 200
    assert sandbox.ask("GET /orders/1").json["status"] == status


@pytest.mark.parametrize("action", ["process", "pause", "allocate", "prioritise", "change-to-concept"])
def test_a_closed_order_moves_no_more_until_it_is_reopened(sandbox, action):
    sandbox.ask("DELETE /orders/1")
    assert sandbox.ask(f"POST /orders/1/{action}").outcome == (400, 32)
    assert sandbox.ask("POST /orders/1/undo-cancellation").json["status"] == "concept"
    sandbox.ask("DELETE /orders/1")
    assert sandbox.ask("POST /orders/1/reopen").json["status"] == "concept"


def test_processing_makes_a_picklist_that_the_order_shows_without_products(sandbox):
    order = sandbox.ask("POST /orders/2/process").json
    (picklist,) = order["picklists"]
    assert "products" not in picklist
    assert sandbox.ask(f"GET /picklists/{picklist['idpicklist']}").json["totalproducts"] == 6


def test_an_anonymized_order_names_nobody(sandbox):
    sandbox.ask("PUT /orders/1", {"emailaddress": "iemand@example.com"})
    order = sandbox.ask("POST /orders/1/anonymize").json
    assert (order["deliveryname"], order["emailaddress"]) == ("Anonymous", None)


def test_a_line_is_added_changed_and_deleted(sandbox):
    made = sandbox.ask("POST /orders/1/products", {"productcode": "LONT-1", "amount": 2})
    assert made.status == 201
    path = f"/orders/1/products/{made.json['idorder_product']}"
    changed = sandbox.ask(f"PUT {path}", {"amount": 9}).json
    assert changed == made.json | {"amount": 9}
    assert changed in sandbox.ask("GET /orders/1/products").json
    assert sandbox.ask(f"DELETE {path}").status == 204
    assert sandbox.ask(f"DELETE {path}").outcome == (404, 20)
