"""Of many failures of one kind, the one that is shown says most; and what never took anything is told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeAlias

import orjson
import pytest

from fuzz.case import Case
from fuzz.failures import Failure, Symptom
from fuzz.summary import Group, include
from tests.fuzz.shop import Answer, Got, serving
from tests.fuzz.test_cli import Run, run
from validator.door import FINE, OBSTACLE
from validator.exchange import Exchange, Response
from validator.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def failure(operation: str, variant: str, body: bytes = b"") -> Failure:
    case = Case(
        operation=operation, method="GET", url="http://127.0.0.1/", fault="bad-credentials", variant=variant, body=body
    )
    finding = Finding(
        rule="fault-accepted", severity=Severity.ERROR, expected="401", received="200", operation=operation
    )
    return Failure(
        case=case, exchange=Exchange(request=case.request, response=Response(status=200)), findings=(finding,)
    )


def group(*failures: Failure) -> Group:
    groups: dict[Symptom, Group] = {}
    for one in failures:
        include(one, groups)
    (found,) = groups.values()
    return found


def test_of_those_that_are_as_small_the_variant_that_failed_most_is_shown() -> None:
    """Where any key is let in, that one in another case is, too, shows too little."""
    told = group(failure("a", "other-case"), *(failure(name, "unknown-key") for name in "bcd"), failure("e", "longer"))
    assert told.smallest.case.variant == "unknown-key"


def test_the_smallest_is_shown_whatever_failed_most() -> None:
    told = group(failure("a", "other-case", b"1"), *(failure(name, "unknown-key", b"[1, 2]") for name in "bcd"))
    assert told.smallest.case.variant == "other-case"


def harbour(*lists: str) -> dict[str, object]:
    """Lists of a harbour, and boats that are made: any JSON is a good answer."""
    any_json = {"description": "JSON", "content": {"application/json": {"schema": {}}}}
    responses = dict.fromkeys(("200", "201", "204", "400", "404", "422"), any_json)
    paths: dict[str, dict[str, object]] = {
        f"/{one}": {"get": {"operationId": f"list_{one}", "responses": responses}} for one in lists
    }
    boat = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    taken = {"required": True, "content": {"application/json": {"schema": boat}}}
    paths.setdefault("/boats", {})["post"] = {"operationId": "addBoat", "requestBody": taken, "responses": responses}
    by_id = {"name": "idboat", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths["/boats/{idboat}"] = {
        "parameters": [by_id],
        "get": {"operationId": "getBoat", "responses": responses},
        "delete": {"operationId": "deleteBoat", "responses": responses},
    }
    return {"openapi": "3.1.0", "info": {"title": "Harbour", "version": "1"}, "paths": paths}


SOUND = ("--fault", "valid")

Sail: TypeAlias = "Callable[..., Run]"


@pytest.fixture
def sail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sail:
    """`sail(answer, *options)`: a run over the harbour, with faults of bodies and with sound requests."""
    monkeypatch.setenv("PICQER_API_KEY", "s3cret")
    path = tmp_path / "harbour.json"
    path.write_text(json.dumps(harbour("boats", "berths", "locks")))

    def sailed(answer: Callable[[Got], Answer], *options: object) -> Run:
        with serving(answer) as server:
            limits = ["--max-requests", 150, "--seed", 5, "--fault", "malformed-json", "--fault", "missing-parameter"]
            return run("run", "--spec", path, "--base-url", server.url, *limits, *options)

    return sailed


def refusing_all_but_berths(got: Got) -> Answer:
    """No path is unknown to it, and all that is asked for needs something that no document tells of."""
    path = got.path.removeprefix("/v1/").partition("?")[0].partition("/")[0]
    if path not in {"boats", "berths", "locks"}:
        return Answer(404, b"{}")
    return Answer(200, b"[]") if path == "berths" and got.method == "GET" else Answer(400, b"{}")


def test_what_never_took_a_sound_request_is_told_and_fails_nothing(sail: Sail, tmp_path: Path) -> None:
    markdown = tmp_path / "summary.md"
    code, out, _ = sail(refusing_all_but_berths, *SOUND, "--format", "text", "--format", f"markdown:{markdown}")
    assert code == FINE
    assert "  never took  any sound request: " in out
    (line,) = (line for line in out.splitlines() if "never took" in line)
    # Without --allow-writes nothing is said of what was sent no sound request.
    assert {*re.findall(r"\w+_?[bB]oats?|list_\w+", line)} == {"list_boats", "list_locks", "getBoat"}
    assert "not there" not in out
    assert "Never took any sound request: `list_" in markdown.read_text()
    _, out, _ = sail(refusing_all_but_berths, *SOUND, "--allow-writes")
    (line,) = (line for line in out.splitlines() if "never took" in line)
    assert "addBoat" in line
    assert "not played" not in out


def test_a_server_that_takes_no_sound_request_at_all_is_an_obstacle(sail: Sail) -> None:
    code, out, err = sail(lambda got: Answer(404 if "nothing" in got.path else 400, b"{}"), *SOUND)
    assert code == OBSTACLE
    assert out.startswith("✗ no sound request was taken: that broken ones were refused shows little\n")
    assert "the server took no request that the document allows" in err
    code, _, err = sail(lambda _: Answer(400, b"{}"))  # and none was sent
    assert (code, err) == (FINE, "")


def test_an_operation_that_took_a_body_is_not_said_to_refuse_each(sail: Sail) -> None:
    boats: list[dict[str, object]] = []
    mooring: list[str] = []

    def crowded(got: Got) -> Answer:
        """A harbour with room for one boat, and for no other once it is gone."""
        if got.path == "/v1/boats/7":
            if not boats:
                return Answer(404, b"{}")
            if got.method == "DELETE":
                boats.clear()
                return Answer(204)
            return Answer(200, orjson.dumps(boats[0])) if got.method == "GET" else Answer(405, b"{}")
        if got.path != "/v1/boats":
            return Answer(200, b"[]") if got.method == "GET" and got.path.count("/") == 2 else Answer(404, b"{}")
        if got.method == "GET":
            return Answer(200, orjson.dumps(boats))
        try:
            body = orjson.loads(got.body)
        except ValueError:
            return Answer(400, b"{}")
        if mooring or not isinstance(body, dict) or not isinstance(body.get("name"), str):
            return Answer(422, b"{}")
        mooring.append(body["name"])
        boats.append({**body, "idboat": 7})
        return Answer(201, orjson.dumps(boats[0]))

    _, out, _ = sail(crowded, *SOUND, "--allow-writes")
    assert mooring
    assert "  not played  addBoat took some bodies and refused others (422)\n" in out
