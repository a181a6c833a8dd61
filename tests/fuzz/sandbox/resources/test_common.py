"""Tags and comments below products, orders, customers; comments below picklists."""

import pytest

TAGGED = ["products", "orders", "customers"]


@pytest.mark.parametrize("name", TAGGED)
def test_tags_are_added_shown_by_title_and_taken_away(sandbox, name):
    assert sandbox.ask(f"POST /{name}/1/tags", {"idtag": 2}).status == 200
    assert [tag["idtag"] for tag in sandbox.ask(f"GET /{name}/1/tags").json] == [1, 2]
    assert sandbox.ask(f"GET /{name}/1").json["tags"].keys() == {"Spoed", "Breekbaar"}
    assert sandbox.ask(f"DELETE /{name}/1/tags/2").status == 204
    sandbox.ask("DELETE /tags/1")
    assert sandbox.ask(f"GET /{name}/1").json["tags"] == {}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("products", {"idproduct": 1, "productcode": "KAARS-SET"}),
        ("orders", {"idorder": 1, "orderid": "O2026-10001"}),
        ("customers", {"idcustomer": 1, "customerid": "1001"}),
        ("picklists", {"idpicklist": 1, "picklistid": "P2026-20001"}),
    ],
)
def test_comments_are_written_listed_and_counted(sandbox, name, source):
    made = sandbox.ask(f"POST /{name}/1/comments", {"body": "Let op", "show_at_related": True})
    assert made.status == 201
    assert made.json["source"] == source
    assert made.json["source_type"] == name[:-1]
    assert sandbox.ask(f"GET /{name}/1/comments").json == [made.json]
    assert sandbox.ask(f"GET /{name}/1").json["comment_count"] == 1
