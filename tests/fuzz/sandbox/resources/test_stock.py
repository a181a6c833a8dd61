"""Stock: changed by a difference or to an amount, produced, moved; never below nothing."""


def stock_of(sandbox, product=1):
    return [row["stock"] for row in sandbox.ask(f"GET /products/{product}/stock").json]


def test_stock_is_changed_by_and_to(sandbox):
    assert sandbox.ask("POST /products/1/stock/1", {"change": -10, "reason": "r"}).json["stock"] == 90
    assert (
        sandbox.ask("POST /products/1/stock/2", {"amount": 7, "reason": "r", "idlocation": None}).json["freestock"] == 7
    )
    assert stock_of(sandbox) == [90, 7]


def test_an_amount_outweighs_a_change(sandbox):
    assert sandbox.ask("POST /products/1/stock/1", {"change": 1, "amount": 3, "reason": "r"}).json["stock"] == 3


def test_locations_stand_with_the_stock_of_their_warehouse(sandbox):
    assert [location["name"] for location in sandbox.ask("GET /products/1/stock/1").json["locations"]] == ["A.01.1"]
    assert sandbox.ask("GET /products/1/stock/2").json["locations"] == []


def test_producing_adds_stock(sandbox):
    assert sandbox.ask("POST /products/1/produce", {"idwarehouse": 1, "amount": 5}).status == 200
    assert stock_of(sandbox) == [105, 0]


def test_no_more_can_be_moved_than_there_is(sandbox):
    move = {"from_idlocation": 1, "to_idlocation": None}
    assert sandbox.ask("POST /products/1/stock/1/move", move | {"amount": 100}).status == 200
    assert sandbox.ask("POST /products/1/stock/1/move", move | {"amount": 101}).outcome == (400, 43)


def test_a_move_shows_on_both_locations(sandbox):
    move = {"from_idlocation": 1, "to_idlocation": 2, "amount": 4}
    sandbox.ask("POST /products/1/stock/1/move", move)
    away, there = sandbox.ask("GET /location-stock-history?sinceid=1").json
    assert (away["idlocation"], away["contra_idlocation"], away["stock_change"]) == (1, 2, -4)
    assert (there["idlocation"], there["contra_idlocation"], there["stock_change"]) == (2, 1, 4)
    assert len(sandbox.ask("GET /movements").json) == 2
