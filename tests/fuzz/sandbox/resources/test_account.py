"""Users, fields, templates and the account itself."""

import pytest


def test_the_user_of_the_key_is_the_first(shared):
    me = shared.ask("GET /users/me").json
    assert me == shared.ask("GET /users/1").json
    assert (me["first_name"], me["firstname"], me["full_name"]) == ("Robin", "Robin", "Robin Example")
    assert all(right["granted"] for right in me["rights"])
    assert not any(right["granted"] for right in shared.ask("GET /users/2").json["rights"])


def test_rows_of_users_hold_no_rights(shared):
    assert all("rights" not in user for user in shared.ask("GET /users?active=true").json)


def test_only_a_select_has_values_to_choose_from(shared):
    for owner in ("product", "order", "customer"):
        fields = shared.ask(f"GET /{owner}fields").json
        assert [bool(field["values"]) for field in fields] == [field["type"] == "select" for field in fields]


def test_what_was_not_imported_has_no_order_and_says_why(shared):
    for imported in shared.ask("GET /webshoporders").json:
        assert (imported["idorder"] is None) == (imported["reason"] is not None) == (imported["status"] == "error")


@pytest.mark.parametrize(("domain", "code"), [("sandbox", 6), ("WWW", 19), ("api", 19)])
def test_a_subdomain_is_given_away_once_and_some_never(shared, domain, code):
    assert shared.ask("POST /companies", {"domain": domain}).outcome == (400, code)


def test_an_account_is_opened(sandbox):
    assert sandbox.ask("POST /companies", {"name": "Nieuw"}).status == 201
    assert sandbox.ask("POST /companies", {"domain": "nieuw"}).status == 201
    assert sandbox.ask("POST /companies", {"domain": "nieuw"}).outcome == (400, 6)


def test_product_types_are_listed(shared):
    assert shared.ask("GET /producttypes").json == [{"idproducttype": 1, "name": "Kaars"}]
