"""Comments by their own ids, whatever they are on."""

import pytest


@pytest.mark.parametrize("path", ["/orders/1", "/products/1", "/customers/1", "/picklists/1", "/purchaseorders/1",
                                  "/receipts/1", "/returns/1", "/suppliers/1", "/picklists/batches/1"])  # fmt: skip
def test_a_comment_on_anything_is_listed_read_and_deleted(sandbox, path):
    made = sandbox.ask(f"POST {path}/comments", {"body": "Let op"}).json
    number = made["idcomment"]
    assert sandbox.ask("GET /comments").json[-1] == made
    assert sandbox.ask(f"GET /comments/{number}").json == made
    assert sandbox.ask(f"DELETE /comments/{number}").status == 204
    assert sandbox.ask(f"DELETE /comments/{number}").outcome == (404, 20)
    assert made not in sandbox.ask(f"GET {path}/comments").json


def test_comments_of_all_records_stand_in_the_order_of_their_writing(sandbox):
    for path in ("/suppliers/1", "/orders/1", "/customers/2"):
        sandbox.ask(f"POST {path}/comments", {"body": "x"})
    assert [comment["idcomment"] for comment in sandbox.ask("GET /comments").json] == [1, 2, 3, 4]


def test_with_its_record_a_comment_goes_too(sandbox):
    sandbox.ask("POST /returns/2/comments", {"body": "x"})
    sandbox.ask("DELETE /returns/2")
    assert sandbox.ask("GET /comments/2").outcome == (404, 20)
