"""Tokens: who is let in, to what, and when it is heard that they are not any more."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from validator.commands import token as command
from validator.errors import StoreError
from validator.service import access as module
from validator.service import create_app
from validator.service.access import ANYBODY, PREFIX, SCOPES, Access, digest, new_token, presented
from validator.service.app import _SHORT
from validator.service.gate import own_document
from validator.service.store import Store

from .conftest import JudgedClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.contract import Contract
    from validator.judges import Judge

    Make = Callable[..., dict[str, Any]]

OPERATIONS = [
    (path, method, operation.get("x-scope"))
    for path, item in own_document().root["paths"].items()
    for method, operation in item.items()
]


def made(store: Store, scope: str, *, name: str | None = None, expires_at: datetime | None = None) -> str:
    text, hashed = new_token()
    assert store.tokens.add(hashed, name=name, scope=scope, expires_at=expires_at) is not None
    return text


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What changes is heard of at once."""
    monkeypatch.setattr(module, "FRESH", 0.0)


@pytest.fixture
def closed(shop: Contract, store: Store, own_judge: Judge) -> JudgedClient:
    """A client of a service that others than this machine can reach."""
    app = create_app(shop, max_body=100_000, store=store, access=Access(store, is_open=False))
    client = JudgedClient(app, use_cookies=False)
    client.judge = own_judge
    return client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def slug(response: Any) -> str:
    return str(response.get_json(force=True)["type"]).removeprefix("/problems/")


def test_a_token_is_32_random_bytes_and_known_by_its_hash() -> None:
    (one, hashed), (other, _) = new_token(), new_token()
    assert one != other
    assert one.startswith(PREFIX)
    assert len(one) == len(PREFIX) + 43
    assert hashed == digest(one)
    assert one not in hashed


def test_the_store_has_no_token(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    store.start()
    text = made(store, "admin")
    everything = store.database.read(
        lambda connection: str(connection.exec_driver_sql("SELECT * FROM tokens").fetchall())
    )
    assert text not in everything
    assert text.removeprefix(PREFIX) not in everything
    store.database.close()


def test_the_scopes_are_those_of_the_command() -> None:
    assert SCOPES == command.SCOPES


def test_the_document_says_that_a_token_is_sent_where_a_scope_is_needed() -> None:
    root = own_document().root
    for item in root["paths"].values():
        for operation in item.values():
            assert bool(operation.get("security", root["security"])) == ("x-scope" in operation)


def test_the_short_way_needs_what_the_document_says() -> None:
    operation = own_document().root["paths"][_SHORT.path]["post"]
    assert (operation["operationId"], operation["x-scope"]) == (_SHORT.id, _SHORT.scope)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("given", [None, *SCOPES])
@pytest.mark.parametrize(("path", "method", "needed"), OPERATIONS)
def test_an_operation_needs_its_scope(
    closed: JudgedClient, store: Store, path: str, method: str, needed: str | None, given: str | None
) -> None:
    headers = {} if given is None else bearer(made(store, given))
    address = re.sub(r"\{\w+\}", "none", path)
    status = closed.open(address, method=method.upper(), headers=headers).status_code
    if needed is None:
        assert status not in {401, 403}
    elif given is None:
        assert status == 401
    else:
        assert (status == 403) == (SCOPES.index(given) < SCOPES.index(needed))
        assert status != 401


@pytest.mark.usefixtures("at_once")
class TestWithoutTokens:
    def test_nobody_is_asked_on_loopback(self, storing: JudgedClient, exchange: Make) -> None:
        assert storing.post("/v1/runs", json=exchange()).status_code == 201
        assert storing.post("/v1/validate", json=exchange(), headers=bearer("any")).status_code == 200

    def test_nobody_is_let_in_where_others_could_be(self, closed: JudgedClient, exchange: Make) -> None:
        response = closed.post("/v1/validate", json=exchange())
        assert slug(response) == "unauthenticated"
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="picqer-contract"'
        assert closed.get("/healthz").status_code == 200

    def test_the_first_one_closes_the_service(self, storing: JudgedClient, store: Store, exchange: Make) -> None:
        assert storing.post("/v1/validate", json=exchange()).status_code == 200
        text = made(store, "read")
        assert slug(storing.post("/v1/validate", json=exchange())) == "unauthenticated"
        assert storing.post("/v1/validate", json=exchange(), headers=bearer(text)).status_code == 200

    def test_the_last_one_does_not_open_it_again(self, storing: JudgedClient, store: Store, exchange: Make) -> None:
        text = made(store, "read", name="ci")
        assert store.tokens.revoke("ci") is not None
        assert slug(storing.post("/v1/validate", json=exchange())) == "unauthenticated"
        assert slug(storing.post("/v1/validate", json=exchange(), headers=bearer(text))) == "unauthenticated"


@pytest.mark.usefixtures("at_once")
class TestWhatIsNoToken:
    @pytest.mark.parametrize(
        "given",
        ["", "Bearer", "Bearer ", "Basic dXNlcjpw", "bearer pct_x", "Bearer a b", "Bearer " + "a" * 5000, "\xff"],
    )
    def test_is_refused(self, closed: JudgedClient, store: Store, exchange: Make, given: str) -> None:
        made(store, "admin")
        for path in ("/v1/validate", "/v1/runs"):
            response = closed.post(path, json=exchange(), headers={"Authorization": given})
            assert (response.status_code, slug(response)) == (401, "unauthenticated")
            assert given.partition(" ")[2][:20] not in response.text or not given.partition(" ")[2]

    def test_is_a_hash_from_the_database(self, closed: JudgedClient, store: Store, exchange: Make) -> None:
        hashed = digest(made(store, "admin"))
        assert closed.post("/v1/validate", json=exchange(), headers=bearer(hashed)).status_code == 401

    def test_is_one_that_has_expired(self, closed: JudgedClient, store: Store, exchange: Make) -> None:
        now = datetime.now(UTC)
        old = made(store, "admin", expires_at=now - timedelta(seconds=1))
        good = made(store, "admin", expires_at=now + timedelta(days=1))
        response = closed.post("/v1/validate", json=exchange(), headers=bearer(old))
        assert (response.status_code, response.get_json()["detail"]) == (401, "the token has expired")
        assert "invalid_token" in response.headers["WWW-Authenticate"]
        assert closed.post("/v1/validate", json=exchange(), headers=bearer(good)).status_code == 200

    def test_is_one_of_too_little_scope(self, closed: JudgedClient, store: Store, exchange: Make) -> None:
        response = closed.post("/v1/runs", json=exchange(), headers=bearer(made(store, "read")))
        assert (response.status_code, slug(response)) == (403, "forbidden")
        assert 'scope="write"' in response.headers["WWW-Authenticate"]


def test_the_scheme_may_be_written_in_any_case() -> None:
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert presented({"HTTP_AUTHORIZATION": f" {scheme}  abc "}) == "abc"
    assert presented({}) is None


class TestFreshness:
    def test_tokens_are_read_once_in_a_while(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        text = made(store, "read", name="ci")
        access = Access(store)
        assert access.identify(text).name == "ci"
        monkeypatch.setattr(store.tokens, "all", lambda: pytest.fail("read again"))
        assert access.identify(text).scope == "read"

    def test_a_token_that_is_revoked_is_heard_of(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "FRESH", 0.0)
        text = made(store, "read", name="ci")
        access = Access(store)
        assert access.identify(text).may("read")
        store.tokens.revoke("ci")
        assert access.identify(text).reason == "the token was revoked"

    def test_while_the_database_is_down_what_was_read_last_holds(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "FRESH", 0.0)
        text = made(store, "read")
        access = Access(store)
        assert access.identify(text).may("read")
        monkeypatch.setattr(store.tokens, "all", fail)
        assert access.identify(text).may("read")
        assert not access.identify("other").may("read")

    def test_before_it_was_ever_read_nobody_is_let_in(
        self, shop: Contract, store: Store, exchange: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "FRESH", 0.0)
        with monkeypatch.context() as down:
            down.setattr(store.tokens, "all", fail)
            client = create_app(shop, store=store).test_client()
            response = client.post("/v1/validate", json=exchange())
            assert (response.status_code, slug(response)) == (503, "store-unavailable")
        assert client.post("/v1/validate", json=exchange()).status_code == 200


def fail() -> None:
    raise StoreError("the database cannot be reached", place="db", mend="start it")


def test_without_a_store_anybody_may() -> None:
    assert Access(None).identify(None) is ANYBODY
