"""The fuzzer on a contract and a server that it was not made for: no false alarm, and every defect found."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fuzz import cli
from fuzz.credentials import VARIABLE, Scheme
from fuzz.events import Failed
from fuzz.pace import Budget
from fuzz.runner import Runner
from fuzz.spoiling import spoilings
from fuzz.transport import HttpTransport
from tests.fuzz.books.server import DEFECTS, KEY, TELLS_THE_KEY, serving_library
from validator.contract import Contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.books.server import Service

SPEC = Path(__file__).parent / "openapi.yaml"
PROMISED = "x-fault-responses"


def as_3_0(document: Any) -> Any:
    """The same API in the words of OpenAPI 3.0, and without promises."""
    if isinstance(document, list):
        return [as_3_0(one) for one in document]
    if not isinstance(document, dict):
        return document
    made: dict[str, Any] = {}
    for name, value in document.items():
        if name == PROMISED:
            continue
        if name == "openapi":
            made[name] = "3.0.3"
        elif name == "const":
            made["enum"] = [value]
        elif name == "type" and isinstance(value, list):
            made["type"], made["nullable"] = value[0], True
        elif name == "exclusiveMinimum":
            made["minimum"], made[name] = value, True
        else:
            made[name] = as_3_0(value)
    return made


@pytest.fixture(params=["3.1", "3.0"])
def spec(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "3.1":
        return SPEC
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(as_3_0(Contract.load(SPEC).document.root)))
    return path


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)


def run_as(form: str, url: str, spec: Path, *options: str) -> tuple[int, str]:
    """Exit code, and all that was written."""
    out = io.StringIO()
    arguments = ["run", "--spec", str(spec), "--base-url", url, "--seed", "1", "--format", form, *options]
    code = cli.main(arguments, stdin=io.BytesIO(), stdout=out, stderr=out)
    return code, out.getvalue()


def run(url: str, spec: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, report, and all that was written."""
    code, output = run_as("json", url, spec, *options)
    return code, json.loads(output) if output.startswith("{") else {}, output


def told(report: dict[str, Any]) -> list[str]:
    return [f"{one['rule']} {one['operation']} {one['message']}" for one in report.get("findings", ())]


@pytest.mark.parametrize("options", [(), ("--allow-writes",)], ids=str)
def test_a_sound_server_gives_no_finding(spec: Path, options: tuple[str, ...], tmp_path: Path) -> None:
    with serving_library() as server:
        record = tmp_path / "failing.ndjson"
        code, report, output = run(server.url, spec, "--max-requests", "250", "--record", str(record), *options)
    assert told(report) == []
    assert code == 0, output[-2000:]
    assert report["summary"]["exchanges"] > 200
    assert record.read_bytes() == b""


@pytest.fixture(scope="module")
def library() -> Iterator[tuple[Service, Contract]]:
    """One server and one contract for all: what the fuzzer has worked out for a contract, it keeps."""
    with serving_library() as server:
        yield server, Contract.load(SPEC, servers=[server.url])


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_found(library: tuple[Service, Contract], defect: str) -> None:
    """A run is ended by its first failure, which is of the fault that the defect is about."""
    server, contract = library
    server.become(defect)
    fault = DEFECTS[defect]
    with HttpTransport(KEY) as transport:
        runner = Runner(
            contract,
            transport,
            base_url=server.url,
            budget=Budget(max_requests=300),
            seed=1,
            faults=[fault],
            allow_writes=True,
        )
        failed = next((event.failure for event in runner.run() if isinstance(event, Failed)), None)
    assert failed is not None
    assert failed.case.fault == fault


def test_the_key_and_what_was_shown_in_its_place_are_in_no_output(tmp_path: Path) -> None:
    """Though the server repeats all of it in its refusals, which are findings, and recorded."""
    record = tmp_path / "failing.ndjson"
    scheme = Scheme(kind="header", name="X-Api-Key")
    shown = [pair for way in spoilings(scheme).values() for pair in (*way.sent_headers(KEY), *way.sent_query(KEY))]
    other = [pair for way in spoilings(scheme).values() for pair in (*way.sent_headers("?"), *way.sent_query("?"))]
    secrets = {KEY, *(value for _, value in set(shown) - set(other))}
    assert len(secrets) > 6
    for form in ("json", "text", "junit"):
        with serving_library(TELLS_THE_KEY) as server:
            options = ("--fault", "bad-credentials", "--max-requests", "60", "--record", str(record))
            code, output = run_as(form, server.url, SPEC, *options)
        assert code == 1
        assert "403" in record.read_text()
        for secret in secrets:
            assert secret not in output, form
            assert secret not in record.read_text()
