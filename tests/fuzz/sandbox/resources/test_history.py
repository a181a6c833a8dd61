"""The history of stock: a row for each change, whatever made it."""


def test_each_change_of_stock_is_written_down(sandbox):
    sandbox.ask("POST /products/1/stock/1", {"change": -3, "reason": "kapot", "idlocation": 1})
    entry = sandbox.ask("GET /stockhistory").json[-1]
    assert {name: entry[name] for name in ("old_stock", "stock_change", "new_stock", "reason", "idlocation")} == {
        "old_stock": 100,
        "stock_change": -3,
        "new_stock": 97,
        "reason": "kapot",
        "idlocation": 1,
    }
    assert sandbox.ask(f"GET /stockhistory/{entry['idproduct_stock_history']}").json == entry
    assert sandbox.ask("GET /location-stock-history").json[-1]["new_stock"] == 97


def test_no_change_is_no_history(sandbox):
    before = sandbox.ask("GET /stockhistory").json
    sandbox.ask("POST /products/1/stock/1", {"amount": 100, "reason": "geteld"})
    sandbox.ask("POST /products/1/stock/1", {"change": -101, "reason": "te veel"})
    assert sandbox.ask("GET /stockhistory").json == before


def test_a_location_that_is_not_named_has_no_history(sandbox):
    sandbox.ask("POST /products/1/produce", {"idwarehouse": 1, "amount": 5})
    assert sandbox.ask("GET /stockhistory").json[-1]["reason"] == "Geproduceerd"
    assert len(sandbox.ask("GET /location-stock-history").json) == 1


def test_counts_are_none(shared):
    assert shared.ask("GET /locationstockcounts").json == []
