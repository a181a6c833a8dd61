"""What there is but one of goes back to the thing that had it, and nothing of the run's own is left behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from fuzz.addresses import Addresses
from fuzz.breakage import Breakage
from fuzz.events import Cleaned
from fuzz.sandbox import create_app
from fuzz.sequences.reign import makes_it
from fuzz.transport import WsgiTransport
from tests.fuzz.picqer import PICQER, URL, sound_run
from validator.contract import Contract

if TYPE_CHECKING:
    from fuzz.case import Case
    from validator.exchange import Exchange


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
