"""A small contract, the service over it, and a client whose every answer is judged by the service's own contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from tests import databases
from tests.witness import ON_PURPOSE, watch_clients
from validator.contract import Contract
from validator.errors import StoreError
from validator.exchange import Exchange, Headers, Request, Response
from validator.judges import make_judge
from validator.service import create_app
from validator.service.gate import own_document
from validator.service.store import Store, upgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.databases import PostgreSql
    from validator.judges import Judge


ERROR = {
    "type": "object",
    "required": ["error", "error_code", "error_message"],
    "properties": {
        "error": {"const": True},
        "error_code": {"enum": [1, 2]},
        "error_message": {"type": "string"},
    },
}
SHOP = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "7"},
    "servers": [{"url": "https://shop.test/api"}],
    "paths": {
        "/items": {
            "get": {
                "operationId": "listItems",
                "responses": {
                    "200": {
                        "description": "The items",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": ["id"],
                                        "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
                                    },
                                }
                            }
                        },
                    },
                    "404": {
                        "description": "No such thing",
                        "content": {"application/json": {"schema": ERROR}},
                    },
                },
            }
        }
    },
}


@pytest.fixture(scope="session", autouse=True)
def own_answers() -> Iterator[None]:
    """All that the service answers in these tests is judged at their end by its own contract."""
    with watch_clients():
        yield


@pytest.fixture(scope="session")
def exchange() -> Callable[..., dict[str, Any]]:
    """Makes an exchange as a client posts it; by default one that keeps the contract of the shop."""

    def make(value: Any = None, *, status: int = 200, url: str = "https://shop.test/api/items") -> dict[str, Any]:
        return {
            "request": {"method": "GET", "url": url},
            "response": {
                "status": status,
                "headers": {"content-type": "application/json"},
                "json": [{"id": 1}] if value is None else value,
            },
        }

    return make


@pytest.fixture(scope="session")
def own_contract() -> Contract:
    return Contract(own_document())


@pytest.fixture(scope="session")
def own_judge(own_contract: Contract) -> Judge:
    return make_judge(own_contract, strict=True)


@pytest.fixture(scope="session")
def shop() -> Contract:
    return Contract.from_dict(SHOP)


@pytest.fixture(scope="session")
def app(shop: Contract) -> Flask:
    """The service without a store; it keeps nothing between requests, so that one does for all tests."""
    return create_app(shop, max_body=100_000)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSql]:
    """A PostgreSQL server of our own."""
    if databases.programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with databases.postgresql() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'runs.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: PostgreSql) -> str:
    """An empty database."""
    postgresql_server.empty()
    return postgresql_server.url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store, in either database."""
    if request.param == "sqlite":
        store = Store(request.getfixturevalue("sqlite_url"))
        store.database.prepare()
        upgrade(store.database)
    else:
        server: PostgreSql = request.getfixturevalue("postgresql_server")
        store = Store(server.url)
        try:
            store.check()
            server.truncate()
        except StoreError:  # a test before this one has left other tables, or none
            server.empty()
            upgrade(store.database)
    yield store
    store.database.close()


@pytest.fixture
def storing(shop: Contract, store: Store, own_judge: Judge) -> JudgedClient:
    """A client of the service with a store."""
    client = JudgedClient(create_app(shop, max_body=100_000, store=store), use_cookies=False)
    client.judge = own_judge
    return client


@pytest.fixture
def client(app: Flask, own_judge: Judge) -> JudgedClient:
    client = JudgedClient(app, use_cookies=False)
    client.judge = own_judge
    return client


class JudgedClient(FlaskClient):
    """Fails a test in which an answer breaks the service's own contract."""

    judge: Judge

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        verdict = self.judge(
            Exchange(
                request=Request(method=response.request.method, url=response.request.url),
                response=Response(
                    status=response.status_code, headers=Headers(response.headers), body=response.get_data()
                ),
            )
        )
        assert [found for found in verdict.findings if found.rule not in ON_PURPOSE] == []
        assert verdict.undecided is None
        assert verdict.skipped is None
        return response
