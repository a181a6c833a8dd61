"""What others have is as it was after a run: defaults, and things that nobody can make."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from fuzz.addresses import Addresses
from fuzz.breakage import Breakage
from fuzz.events import Cleaned
from fuzz.pace import Budget
from fuzz.runner import Runner
from fuzz.sandbox import create_app
from fuzz.sequences.restoring import makes_it
from fuzz.transport import WsgiTransport
from tests.fuzz.picqer import PICQER, URL, sound_run
from validator.contract import Contract
from validator.exchange import Exchange, Headers, Response

if TYPE_CHECKING:
    from fuzz.case import Case


_PLAIN = Breakage(fault="", variant="", described="")


def test_the_default_is_what_it_was_after_a_run() -> None:
    app = create_app()
    transport = WsgiTransport(app, "sandbox-key")
    seen: list[tuple[str, str]] = []

    def sent(case: Case) -> Exchange:
        seen.append((case.method, case.url))
        return transport(case)

    events = sound_run(sent, "makeLocationTypeDefault", "createLocationType", requests=400)
    cleaned = [event for event in events if isinstance(event, Cleaned)]
    made = [url for method, url in seen if method == "POST" and url.endswith("/default")]
    assert len(made) > 1, "another than the one before was made the default, and that again"
    assert [one.left for one in cleaned] == [()]
    addresses = Addresses(PICQER, URL, seed=1)
    exchange = transport(addresses.case(PICQER.operation("listLocationTypes"), _PLAIN))
    assert {one["name"]: one["default"] for one in json.loads(exchange.response.body or b"")} == {
        "Plank": True,
        "Pallet": False,
    }


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/locationtypes/{id}/default", True),
        ("PUT", "/shops/{shop}/cards/{card}/make-primary", True),
        ("GET", "/locationtypes/{id}/default", False),
        ("POST", "/locationtypes/{id}/archive", False),
        ("POST", "/defaults/{id}", False),
    ],
)
def test_it_is_told_by_the_end_of_the_path(method: str, path: str, expected: bool) -> None:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    contract = Contract.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "paths": {
                path: {
                    method.lower(): {
                        "operationId": "op",
                        "parameters": [
                            {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}}
                            for name in names
                        ],
                        "responses": {"200": {"description": "Fine"}},
                    }
                }
            },
        }
    )
    assert makes_it(contract.operation("op")) is expected


_BERTH = {
    "type": "object",
    "required": ["length"],
    "additionalProperties": False,
    "properties": {"length": {"type": "integer", "minimum": 1}, "note": {"type": "string", "minLength": 1}},
}


def _told(*statuses: str, body: bool = False) -> dict[str, Any]:
    asked = {"requestBody": {"required": True, "content": {"application/json": {"schema": _BERTH}}}} if body else {}
    return {"responses": {key: {"description": "Told"} for key in (*statuses, "400", "404", "405", "415")}, **asked}


_BERTHS = Contract.from_dict(
    {
        "openapi": "3.1.0",
        "info": {"title": "Yard", "version": "1"},
        "servers": [{"url": URL}],
        "paths": {
            "/berths/{code}": {
                "parameters": [
                    {"name": "code", "in": "path", "required": True, "example": "A1", "schema": {"type": "string"}}
                ],
                "get": {"operationId": "getBerth", **_told("200")},
                "put": {"operationId": "putBerth", **_told("200", "201", body=True)},
                "delete": {"operationId": "deleteBerth", **_told("204")},
            },
            "/settings": {
                "get": {"operationId": "getSettings", **_told("200")},
                "patch": {"operationId": "changeSettings", **_told("200", body=True)},
            },
        },
    }
)


class _Yard:
    """A server of what nobody can make with a POST."""

    def __init__(self, there: dict[str, dict[str, Any]]) -> None:
        self.there = {name: dict(value) for name, value in there.items()}
        self.changes = 0

    def __call__(self, case: Case) -> Exchange:
        status, body = self._answered(case)
        response = Response(
            status=status,
            headers=Headers({"content-type": "application/json"}),
            body=b"" if status == 204 else json.dumps(body).encode(),
        )
        return Exchange(request=case.request, response=response)

    def _answered(self, case: Case) -> tuple[int, Any]:
        name = case.url.removeprefix(URL).partition("?")[0]
        if name not in {"/berths/A1", "/settings"}:
            return 404, None
        if case.method == "DELETE" and name != "/settings":
            return (204 if self.there.pop(name, None) else 404), None
        if case.method in {"PUT", "PATCH"} and (case.method == "PATCH") == (name == "/settings"):
            return self._changed(case, name)
        if case.method != "GET":
            return 405, None
        return (200, {"note": None, **self.there[name]}) if name in self.there else (404, None)

    def _changed(self, case: Case, name: str) -> tuple[int, Any]:
        try:
            value = json.loads(case.body)
        except ValueError:
            return 400, None
        if not Draft202012Validator(_BERTH).is_valid(value):
            return 400, None
        is_new = name not in self.there
        self.changes += value != self.there.get(name)
        self.there[name] = {**self.there.get(name, {}), **value} if name == "/settings" else value
        return (201 if is_new else 200), self.there[name]


@pytest.mark.parametrize("berths", [{}, {"/berths/A1": {"length": 42, "note": "mine"}}, {"/berths/A1": {"length": 7}}])
def test_what_nobody_can_make_is_as_it_was_after_a_run(berths: dict[str, dict[str, Any]]) -> None:
    yard = _Yard({**berths, "/settings": {"length": 3, "note": "ours"}})
    before = copy.deepcopy(yard.there)
    runner = Runner(
        _BERTHS, yard, base_url=URL, budget=Budget(max_requests=120), seed=1, faults=("valid",), allow_writes=True
    )
    cleaned = [event for event in runner.run() if isinstance(event, Cleaned)]
    assert yard.changes > 4, "it was changed"
    assert yard.there == before
    assert [(one.left, one.owed) for one in cleaned] == [((), ())]
