"""Tags, VAT groups, warehouses, hooks."""

TAG = {"title": "Blauw", "color": "#0000ff", "inherit": True}
HOOK = {"name": "H", "event": "orders.created", "address": "https://hooks.example/h"}


def test_a_tag_is_made_read_changed_and_deleted(sandbox):
    made = sandbox.ask("POST /tags", TAG)
    assert (made.status, made.json) == (201, {"idtag": 3, **TAG, "textColor": "#FFFFFF"})
    assert sandbox.ask("GET /tags/3").json == made.json
    changed = {"idtag": 3, "title": "Wit", "color": "#ffffff", "inherit": True, "textColor": "#000000"}
    assert sandbox.ask("PUT /tags/3", {"title": "Wit", "color": "#ffffff"}).json == changed
    assert sandbox.ask("PUT /tags/3", {"name": "Anders"}).json == changed | {"title": "Anders"}
    deleted = sandbox.ask("DELETE /tags/3")
    assert (deleted.status, deleted.data) == (204, b"")
    assert sandbox.ask("GET /tags/3").status == 404
    assert sandbox.ask("DELETE /tags/3").outcome == (404, 20)


def test_the_secret_of_a_hook_is_never_told(sandbox):
    made = sandbox.ask("POST /hooks", HOOK | {"secret": "hush"})
    assert made.json == {"idhook": 3, **HOOK, "active": True, "secret": True}
    assert sandbox.ask("POST /hooks", HOOK).json["secret"] is False
    assert b"hush" not in sandbox.ask("GET /hooks").data


def test_a_deleted_hook_stays_inactive_until_it_is_woken(sandbox):
    hook = sandbox.ask("GET /hooks/1").json
    assert sandbox.ask("DELETE /hooks/1").status == 204
    assert sandbox.ask("GET /hooks/1").json == hook | {"active": False}
    assert sandbox.ask("POST /hooks/1/reactivate").json == hook


def test_the_stock_of_a_warehouse_has_a_row_per_product(sandbox):
    rows = sandbox.ask("GET /warehouses/1/stock").json
    assert [(row["productcode"], row["stock"]["stock"]) for row in rows] == [
        ("KAARS-SET", 100),
        ("KAARS-1", 2),
        ("LONT-1", 0),
    ]
    assert sandbox.ask("GET /warehouses/99/stock").status == 404


def test_vat_groups_can_be_read(sandbox):
    assert sandbox.ask("GET /vatgroups/2").json == {"idvatgroup": 2, "name": "Laag", "percentage": 9, "standard": False}
