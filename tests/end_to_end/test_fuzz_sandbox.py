"""The fuzzer finds defects of every kind in the sandbox, and nothing in a sandbox without one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from fuzz.events import Answered, Failed, Met
from fuzz.faults import MADE, NO_CREDENTIALS, RATE_LIMITED, VALID
from fuzz.pace import Budget
from fuzz.runner import Runner
from fuzz.sandbox import DEFECTS, create_app
from fuzz.sandbox.defects.defect import GENERAL, SEQUENCE
from fuzz.sandbox.defects.general import SECONDS
from fuzz.transport import WsgiTransport
from tests.fuzz.shop import Answer, Got, Served, serving
from validator.contract import Contract

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from fuzz.events import Event
    from fuzz.sandbox import Defect

BASE = "http://127.0.0.1/api/v1"

FAULTS: Mapping[str, Collection[str]] = {GENERAL: MADE, SEQUENCE: [VALID], RATE_LIMITED: [NO_CREDENTIALS]}
"""What is tried where a defect is not one of a fault that a family makes."""

BUDGET = 500
OPERATIONS = {
    "database-address-leaked": ["createWebhook", "listWebhooks", "getWebhook"],
    "escaped-solidus-refused": ["createTag", "updateTag"],
    "patch-of-a-supplier-accepted": ["createSupplier", "getSupplier"],
    "put-accepts-trailing-comma": ["createTag", "updateTag"],
    "users-need-no-credentials": ["listUsers", "getUser", "listTags"],
}
"""Where a run over the whole contract comes to the one operation later than the tests have time for."""

BEYOND = {
    "delete-of-all-tags-accepted": "DELETE of a whole collection is never tried: it might succeed",
    "unknown-members-crash": "members that no schema names have names of lower-case letters only",
}
"""Defects that are not found, and why."""

LIMIT = 60
"""Requests in a minute that a sandbox with a limit takes."""


def sample() -> list[Defect]:
    """One defect of each kind of fault and each difficulty; benchmarks/fuzzing.py tries them all."""
    found: dict[tuple[str, int], Defect] = {}
    for defect in DEFECTS.values():
        if defect.name not in BEYOND:
            found.setdefault((defect.fault, defect.difficulty), defect)
    return [*found.values()]


@pytest.fixture(scope="module")
def contract() -> Contract:
    """One for all runs: what the fuzzer has worked out for a contract, it keeps."""
    return Contract.load(servers=[BASE])


def fuzz(
    contract: Contract, faults: Collection[str], defect: str | None = None, *, allow_writes: bool = True
) -> Iterator[Event]:
    limited = defect is not None and DEFECTS[defect].fault == RATE_LIMITED
    app = create_app(defect=defect, rate_limit=LIMIT) if limited else create_app(defect=defect)
    return Runner(
        contract,
        WsgiTransport(app, "sandbox-key"),
        base_url=BASE,
        budget=Budget(max_requests=LIMIT // 2 if limited else BUDGET),
        seed=7,
        operations=OPERATIONS.get(defect or "", ()),
        faults=faults,
        allow_writes=allow_writes,
        provoke_rate_limit=limited,
        patience=SECONDS / 2,
    ).run()


@pytest.mark.parametrize("defect", sample(), ids=lambda defect: defect.name)
def test_a_defect_of_each_kind_is_found(contract: Contract, defect: Defect) -> None:
    """By a rule that it names, so that it is found for the right reason; a run over the whole contract stops there."""
    requests = 0
    seen = set()
    for event in fuzz(contract, FAULTS.get(defect.fault, [defect.fault]), defect.name):
        requests += isinstance(event, Answered)
        if isinstance(event, Failed):
            seen |= {finding.rule for finding in event.failure.findings}
            if seen & set(defect.rules):
                return
    pytest.fail(f"not found in {requests} requests; seen: {sorted(seen)}")


@pytest.mark.parametrize("defect", BEYOND)
def test_what_is_beyond_the_fuzzer_is_still_a_defect(defect: str) -> None:
    assert defect in DEFECTS


@pytest.mark.parametrize("allow_writes", [False, True], ids=["reading", "writing"])
def test_a_sandbox_without_defects_is_clean(contract: Contract, *, allow_writes: bool) -> None:
    events = list(fuzz(contract, MADE, allow_writes=allow_writes))
    assert not [event for event in events if isinstance(event, Failed | Met)]
    assert sum(isinstance(event, Answered) for event in events) > BUDGET / 2


@contextmanager
def asked_to_end(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that heeds signals: whoever runs the tests in the background has them ignored, and it inherits that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            yield run
            run.kill()
    finally:
        signal.signal(signal.SIGINT, before)


def picqer_fuzz(*argv: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PICQER_API_KEY"}
    command = [sys.executable, "-m", "fuzz", *map(str, argv)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


@pytest.mark.end_to_end
def test_a_run_over_http_records_what_fails_and_replay_sends_it_again(tmp_path: Path) -> None:
    recording, report = tmp_path / "failing.ndjson", tmp_path / "report.json"
    options = ["--operation", "createTag", "--seed", 3, "--max-requests", 200]

    clean = picqer_fuzz("run", *options)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    assert clean.stderr == ""
    assert clean.stdout.startswith("✓ all 200 answers kept")

    broken = picqer_fuzz(
        "run", *options, "--defect", "accepts-trailing-comma", "--record", recording, "--format", "text",
        "--format", f"json:{report}",
    )  # fmt: skip
    assert broken.returncode == 1, broken.stdout + broken.stderr
    assert "trailing-comma" in broken.stdout
    assert '-u "$PICQER_API_KEY:"' in broken.stdout
    assert json.loads(report.read_text())["summary"]["by_rule"]["fault-accepted"] > 0
    # The sandbox's own key is no secret: it is told, once, to whoever wants to run the commands.
    assert "sandbox-key" not in recording.read_text()
    assert broken.stdout.count("sandbox-key") == broken.stdout.count("export PICQER_API_KEY=sandbox-key") == 1

    again = picqer_fuzz("replay", recording)
    assert again.returncode == 1, again.stdout + again.stderr
    assert "still failing" in again.stdout


@pytest.mark.end_to_end
def test_what_failed_is_gone_once_the_server_is_mended(tmp_path: Path) -> None:
    recording = tmp_path / "failing.ndjson"
    picqer_fuzz("run", "--operation", "createTag", "--max-requests", 40, "--defect", "malformed-json-is-422",
                "--record", recording)  # fmt: skip
    command = [sys.executable, "-u", "-m", "fuzz", "sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sandbox:
        try:
            assert sandbox.stdout is not None
            url = sandbox.stdout.readline().split("listens at ")[1].split(",")[0]
            key = tmp_path / "key"
            key.write_text("sandbox-key\n")
            mended = picqer_fuzz("replay", recording, "--base-url", url, "--api-key-file", key)
        finally:
            sandbox.terminate()
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert "none of" in mended.stdout


@pytest.mark.end_to_end
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_who_asks_for_the_end_gets_it_at_once_with_what_was_found(tmp_path: Path, number: signal.Signals) -> None:
    recording, report = tmp_path / "failing.ndjson", tmp_path / "report.json"
    command = [sys.executable, "-m", "fuzz", "run", "--defect", "malformed-json-crashes", "--rate", "20"]
    command += ["--operation", "updateTag", "--record", str(recording), "--state", str(tmp_path / "state")]
    command += ["--format", "text", "--format", f"json:{report}"]
    with asked_to_end(command) as run:
        while not (recording.exists() and recording.stat().st_size):
            assert run.poll() is None, run.communicate()
            time.sleep(0.05)
        run.send_signal(number)
        if number is not signal.SIGINT:
            run.send_signal(number)  # as `timeout` does: to the process, and to its group
        asked = time.monotonic()
        out, err = run.communicate(timeout=20)
    assert time.monotonic() - asked < 5
    assert run.returncode == 130, out + err
    assert "server-failure" in out
    assert "to learn ids" in out
    answered, sent = re.search(r"of ([\d,]+) answers", out), re.search(r"sent +([\d,]+) requests", out)
    assert answered is not None
    assert sent is not None
    assert int(answered[1].replace(",", "")) <= int(sent[1].replace(",", ""))
    assert "interrupted" in err
    assert (tmp_path / "state" / "failing.ndjson").stat().st_size
    assert json.loads(report.read_text())["summary"]["by_rule"]["server-failure"] > 0


TAG = {
    "type": "object",
    "required": ["idtag", "title"],
    "properties": {"idtag": {"type": "integer"}, "title": {"type": "string"}},
}
TAGS = {
    "openapi": "3.1.0",
    "info": {"title": "Tags", "version": "1"},
    "paths": {
        "/tags": {
            "post": {
                "operationId": "createTag",
                "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {"201": {"description": "", "content": {"application/json": {"schema": TAG}}}},
            }
        },
        "/tags/{idtag}": {
            "parameters": [{"name": "idtag", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"operationId": "getTag", "responses": {"404": {"description": ""}}},
            "delete": {"operationId": "deleteTag", "responses": {"204": {"description": ""}}},
        },
    },
}


class Creating(NamedTuple):
    """A run whose first request that creates something is not answered yet."""

    run: subprocess.Popen[str]
    answers: threading.Event
    server: Served


@pytest.fixture
def creating(tmp_path: Path) -> Iterator[Creating]:
    spec = tmp_path / "tags.json"
    spec.write_text(json.dumps(TAGS))
    comes, answers = threading.Event(), threading.Event()

    def answer(got: Got) -> Answer:
        if got.method != "POST":
            return Answer(204 if got.method == "DELETE" else 404)
        comes.set()
        answers.wait(20)
        return Answer(201, b'{"idtag": 7, "title": "x"}')

    with serving(answer) as server:
        command = [sys.executable, "-m", "fuzz", "run", "--spec", str(spec), "--base-url", server.url]
        with asked_to_end([*command, "--operation", "createTag", "--allow-writes"]) as run:
            assert comes.wait(20)
            yield Creating(run, answers, server)
            answers.set()


@pytest.mark.end_to_end
def test_what_is_being_made_is_waited_for_and_deleted(creating: Creating) -> None:
    creating.run.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    creating.answers.set()
    out, err = creating.run.communicate(timeout=20)
    assert creating.run.returncode == 130, out + err
    assert [(got.method, got.path) for got in creating.server.got[-2:]] == [
        ("POST", "/v1/tags"),
        ("DELETE", "/v1/tags/7"),
    ]
    assert "1 object of the run's own" in out
    assert "left behind" not in out


@pytest.mark.end_to_end
def test_who_asks_again_does_not_wait_and_is_told_what_may_be_there(creating: Creating) -> None:
    creating.run.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert creating.run.poll() is None
    creating.run.send_signal(signal.SIGINT)
    out, err = creating.run.communicate(timeout=3)
    assert creating.run.returncode == 130, out + err
    assert f"left behind perhaps what POST {creating.server.url}/tags made" in out
