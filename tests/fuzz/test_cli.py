"""The door `picqer-fuzz`, as a user opens it: arguments and streams in, a summary and an exit code out."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import orjson
import pytest
import urllib3

from fuzz.cli import main
from fuzz.commands.target import limit_for
from fuzz.faults import RATE_LIMITED
from fuzz.sandbox import DEFECTS, SandboxServer
from tests.fuzz.shop import DOCUMENT, Answer, Got, error, serving
from validator.door import FINDINGS, FINE, OBSTACLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Run(NamedTuple):
    code: int
    out: str
    err: str


def run(*argv: object) -> Run:
    out, err = io.StringIO(), io.StringIO()
    code = main([str(argument) for argument in argv], stdin=io.BytesIO(), stdout=out, stderr=err)
    return Run(code, out.getvalue(), err.getvalue())


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICQER_API_KEY", "s3cret")


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


def shop(got: Got) -> Answer:
    """The shop of the contract, sound."""
    if got.method == "GET":
        return Answer(200, b'[{"idorder": 7}]')
    try:
        body = orjson.loads(got.body)
    except ValueError:
        return error(2)
    return error(1) if isinstance(body, dict) and "note" in body else error(3, 409)


def accepting(got: Got) -> Answer:
    return Answer(200, b"[]" if got.method == "GET" else b"{}")


@pytest.fixture
def fuzz(spec: Path) -> Callable[..., Run]:
    """`fuzz(answer, *options)`: a short run against a server that answers so."""

    def fuzzed(answer: Callable[[Got], Answer | bytes], *options: object) -> Run:
        with serving(answer) as server:
            limits = ["--max-requests", 150, "--seed", 5]
            faults = [] if "--fault" in options else ["--fault", "malformed-json", "--fault", "missing-parameter"]
            return run("run", "--spec", spec, "--base-url", server.url, *limits, *faults, *options)

    return fuzzed


def test_a_sound_server_is_fine(fuzz: Callable[..., Run]) -> None:
    code, out, err = fuzz(shop)
    assert (code, err) == (FINE, "")
    assert out.startswith("✓ all ")
    assert "seed 5" in out


def test_findings_are_told_with_all_that_one_needs_to_mend_them(fuzz: Callable[..., Run]) -> None:
    code, out, err = fuzz(accepting)
    assert (code, err) == (FINDINGS, "")
    for told in (
        "fault-accepted in updateOrder",
        "malformed-json (a body that is not JSON)",
        "came        status 200",
        "expected status 400 with error true and error_code 2",
        "shop.json#/x-fault-responses/malformed-json",
        "curl -i -X PUT http://127.0.0.1:",
        '-u "$PICQER_API_KEY:"',
        "--seed 5 sends the same again",
        "replay",
    ):
        assert told in out
    assert "s3cret" not in out


def test_reports_have_what_only_two_answers_show(fuzz: Callable[..., Run], tmp_path: Path) -> None:
    """Whoever reads JSON must not take a run for clean that ends with 1."""
    turns = count()

    def in_turn(got: Got) -> Answer:
        return shop(got) if got.method == "GET" or next(turns) % 2 else error(3, 409)

    report = tmp_path / "report.json"
    ran = fuzz(in_turn, "--fault", "missing-parameter", "--format", f"json:{report}", "--format", "text")
    assert ran.code == FINDINGS
    told = orjson.loads(report.read_bytes())
    assert "inconsistent-error" in ran.out
    assert told["summary"]["by_rule"]["inconsistent-error"] > 0


@pytest.mark.parametrize("enough", [1, 2])
def test_a_run_may_end_with_its_first_failures(fuzz: Callable[..., Run], tmp_path: Path, enough: int) -> None:
    recorded = tmp_path / "failing.ndjson"
    ran = fuzz(accepting, "--seed", 3, "--max-failures", enough, "--record", recorded)
    assert ran.code == FINDINGS, ran.err
    assert len(recorded.read_bytes().splitlines()) == enough
    assert f"--max-failures {enough} ended it before the rest" in ran.out


def test_failures_that_are_known_do_not_end_a_run(fuzz: Callable[..., Run], tmp_path: Path) -> None:
    baseline = tmp_path / "known.json"
    fuzz(accepting, "--seed", 3, "--baseline", baseline, "--update-baseline")
    ran = fuzz(accepting, "--seed", 3, "--max-failures", 1, "--baseline", baseline)
    assert ran.code == FINE, ran.err
    assert "--max-failures" not in ran.out


def test_only_what_is_asked_for_is_fuzzed(fuzz: Callable[..., Run]) -> None:
    assert "malformed-json" not in fuzz(accepting, "--fault", "missing-parameter").out
    assert fuzz(shop, "--operation", "updateOrder").code == FINE


def test_cases_are_recorded_and_replayed(fuzz: Callable[..., Run], spec: Path, tmp_path: Path) -> None:
    recording = tmp_path / "failing.ndjson"
    assert fuzz(accepting, "--record", recording).code == FINDINGS
    with serving(accepting) as server:
        failing = run("replay", recording, "--spec", spec, "--base-url", server.url)
    with serving(shop) as server:
        gone = run("replay", recording, "--spec", spec, "--base-url", server.url)
    assert failing.code == FINDINGS
    assert "still failing" in failing.out
    assert gone.code == FINE
    assert gone.out.startswith("✓ none of ")


def test_a_recorded_case_goes_to_where_it_was_recorded(fuzz: Callable[..., Run], spec: Path, tmp_path: Path) -> None:
    recording = tmp_path / "failing.ndjson"
    fuzz(accepting, "--record", recording)
    code, _, err = run("replay", recording, "--spec", spec)
    assert code == OBSTACLE
    assert "cannot be reached" in err


def test_a_clean_run_records_nothing(fuzz: Callable[..., Run], tmp_path: Path) -> None:
    recording = tmp_path / "failing.ndjson"
    fuzz(shop, "--record", recording)
    assert recording.read_bytes() == b""


def test_reports_come_in_every_format(fuzz: Callable[..., Run], tmp_path: Path) -> None:
    text, junit = tmp_path / "out.txt", tmp_path / "out.xml"
    code, out, _ = fuzz(accepting, "--format", "json", "--format", f"junit:{junit}", "--format", f"text:{text}")
    assert code == FINDINGS
    report = json.loads(out)
    assert report["summary"]["by_rule"]["fault-accepted"] > 0
    assert report["findings"][0]["exchange"]["source"] == "seed 5"
    assert "<failure" in junit.read_text()
    assert text.read_text().startswith("✗ ")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda _: error(1, 401), "answers 401 to every request"),
        (lambda _: error(1, 403), "answers 403 to every request"),
        (lambda _: error(1, 429)._replace(headers=(("Retry-After", "3600"),)), "--rate"),
    ],
)
def test_a_server_that_lets_nobody_in_is_an_obstacle(
    fuzz: Callable[..., Run], answer: Callable[[Got], Answer], told: str
) -> None:
    code, _, err = fuzz(answer)
    assert code == OBSTACLE
    assert told in err


def test_a_server_that_is_down_is_an_obstacle(spec: Path) -> None:
    with serving(shop) as server:
        url = server.url
    code, out, err = run("run", "--spec", spec, "--base-url", url)
    assert (code, out) == (OBSTACLE, "")
    assert "cannot be reached: Connection refused" in err


def test_a_run_that_sent_no_broken_request_is_an_obstacle(fuzz: Callable[..., Run]) -> None:
    code, out, err = fuzz(shop, "--max-requests", 1)
    assert code == OBSTACLE
    assert out.startswith("✗ nothing was tried\n")
    assert "--max-requests 1 ended the run" in err


@pytest.mark.parametrize(
    "rest",
    [{"paths": {}}, {"webhooks": {"paid": {"post": {"responses": {"200": {"description": "Fine"}}}}}}],
    ids=["none", "webhooks"],
)
def test_a_document_without_operations_is_said_to_have_none(rest: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    path.write_text(json.dumps({key: DOCUMENT[key] for key in ("openapi", "info")} | rest))
    with serving(shop) as server:
        code, out, err = run("run", "--spec", path, "--base-url", server.url)
    assert code == OBSTACLE
    assert out.startswith("✗ nothing was tried\n")
    assert "the document has no operations: nothing can be sent (give one that has some, in `paths`" in err
    assert "--operation" not in out + err


@pytest.mark.end_to_end
def test_a_run_leaves_nothing_in_the_folder_that_the_user_is_in(tmp_path: Path) -> None:
    here, cache = tmp_path / "here", tmp_path / "cache"
    here.mkdir()
    environment = {key: value for key, value in os.environ.items() if key != "HYPOTHESIS_STORAGE_DIRECTORY"}
    done = subprocess.run(
        [sys.executable, "-m", "fuzz", "run", "--max-requests", "60", "--seed", "1"],
        cwd=here,
        env=environment | {"XDG_CACHE_HOME": str(cache)},
        check=False,
        capture_output=True,
    )
    assert done.returncode == FINE
    assert list(here.iterdir()) == []
    assert (cache / "picqer-fuzz").is_dir()


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["run", "--base-url", "https://example.picqer.com/api/v1"], "--allow-host example.picqer.com"),
        (["run", "--base-url", "http://127.0.0.1@evil.example"], "user name"),
        (["run", "--base-url", "127.0.0.1"], "http://127.0.0.1"),
        (["run", "--spec", "x.yaml"], "--base-url"),
        (["run", "--operation", "createTagg"], "did you mean 'createTag'"),
        (["run", "--curl"], "--dry-run"),
        (["run", "--slow", "0"], "--slow"),
        (["run", "--fault", "typo"], "malformed-json"),
        (["run", "--defect", "accepts-bomb"], "did you mean 'accepts-bom'"),
        (["run", "--defect", "accepts-bom", "--base-url", "http://127.0.0.1:1"], "--defect"),
        (["run", "--record", "/no/such/folder/x.ndjson"], "cannot be written"),
        (["run", "--format", "json:/no/such/folder/x.json"], "no folder"),
        (["run", "--max-requests", "0"], "--max-requests"),
        (["run", "--rate", "0"], "--rate"),
        (["run", "--api-key-file", "/no/such/key", "--base-url", "http://127.0.0.1:1"], "/no/such/key"),
        (["replay", "/no/such/file"], "cannot be read"),
        (["sandbox", "--port", "70000"], "--port"),
        (["sandbox", "--rate-limit", "0"], "--rate-limit"),
        (["run", "--api-key", "s3cret"], "No such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_in_one_go(argv: list[str], told: str) -> None:
    code, _, err = run(*argv)
    assert code == OBSTACLE
    assert told in err
    assert "Traceback" not in err


def test_without_a_key_nothing_is_sent(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PICQER_API_KEY")
    with serving(shop) as server:
        code, _, err = run("run", "--spec", spec, "--base-url", server.url)
    assert (code, server.got) == (OBSTACLE, [])
    assert "PICQER_API_KEY" in err
    assert "--api-key-file" in err


def test_the_key_comes_from_a_file_before_the_environment(fuzz: Callable[..., Run], tmp_path: Path) -> None:
    file, seen = tmp_path / "key", set()
    file.write_text("from-file\n")

    def answer(got: Got) -> Answer:
        seen.add(got.headers["authorization"])
        return shop(got)

    assert fuzz(answer, "--api-key-file", file).code == FINE
    assert seen == {"Basic ZnJvbS1maWxlOg=="}


@pytest.mark.parametrize("content", [b"", b"two\nlines", b"caf\xc3\xa9", b"\xff"])
def test_a_key_that_is_none_is_refused_and_not_shown(fuzz: Callable[..., Run], tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    code, _, err = fuzz(shop, "--api-key-file", file)
    assert code == OBSTACLE
    assert "two" not in err


def test_the_defects_are_listed() -> None:
    code, out, _ = run("sandbox", "--list")
    assert code == FINE
    assert [line.split()[0] for line in out.splitlines()] == list(DEFECTS)


def test_a_port_that_is_taken_is_an_obstacle() -> None:
    with SandboxServer() as taken:
        port = taken.url.split(":")[2].split("/")[0]
        code, _, err = run("sandbox", "--port", port)
    assert code == OBSTACLE
    assert "--port" in err


LIMITS = [name for name, one in DEFECTS.items() if one.fault == RATE_LIMITED]


@pytest.mark.parametrize("defect", [None, *LIMITS])
def test_the_rate_limit_of_the_embedded_sandbox_is_reached_and_its_defects_are_found(
    tmp_path: Path, defect: str | None
) -> None:
    """And what is replayed is the whole: one request by itself is never one too many."""
    recorded = tmp_path / "failing.ndjson"
    options = ["--provoke-rate-limit", "--operation", "createTag", "--max-requests", 40, "--time-budget", 30]
    done = run("run", *options, "--seed", 1, "--record", recorded, *(["--defect", defect] if defect else []))
    assert done.err == ""
    assert " to reach the rate limit" in done.out
    if defect is None:
        assert done.code == FINE
        return
    assert done.code == FINDINGS
    assert set(DEFECTS[defect].rules) & set(re.findall(r"[a-z-]+", done.out))
    assert "--rate-limit 240" in done.out
    again = run("replay", recorded)
    assert (again.code, again.err) == (FINDINGS, "")
    recorded.write_text(recorded.read_text().replace(f'"{defect}"', "null"))
    assert run("replay", recorded).code == FINE


@pytest.mark.parametrize(
    ("defect", "provoked", "limit"),
    [(None, False, None), ("accepts-bom", False, None), (None, True, 300), (LIMITS[0], False, 300)],
)
def test_a_sandbox_has_a_limit_where_that_is_asked_for(
    defect: str | None, limit: int | None, *, provoked: bool
) -> None:
    assert limit_for(defect, 100, provoked=provoked) == limit


@pytest.mark.end_to_end
def test_a_sandbox_by_hand_has_a_limit_if_one_is_named() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "fuzz", "sandbox", "--port", "0", "--rate-limit", "3"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        found = re.search(r"listens at (\S+), the key is (\S+);", process.stdout.readline())
        assert found is not None
        url, key = found.groups()
        headers = urllib3.make_headers(basic_auth=f"{key}:") | {"User-Agent": "test"}
        statuses = [urllib3.request("GET", f"{url}/tags", headers=headers).status for _ in range(4)]
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == FINE
    assert statuses == [200, 200, 200, 429]


def test_a_dry_run_shows_the_bodies_fit_for_a_terminal_and_says_what_is_not_listed(fuzz: Callable[..., Run]) -> None:
    code, out, err = fuzz(shop, "--dry-run", "--allow-writes", "--fault", "malformed-json", "--fault", "valid")
    assert code == FINE
    line = next(line for line in out.splitlines() if " malformed-json doubled-comma " in line)
    assert re.fullmatch(r'PUT http://\S+/orders/\S+ malformed-json doubled-comma \{"name":"",,"note":""\}', line)
    assert any(line.endswith("bytes)") for line in out.splitlines())
    assert all(len(line) < 2000 and line.isprintable() for line in out.splitlines())
    assert "are not listed" in err


def test_a_schema_that_asks_for_too_much_is_told_once_and_the_rest_of_the_run_goes_on(tmp_path: Path) -> None:
    paths = {
        f"/{name}": {
            "post": {
                "operationId": name,
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"type": "string", "minLength": least}}},
                },
                "responses": {"400": {"description": ""}},
            }
        }
        for name, least in (("long", 10_000), ("endless", 10**9))
    }
    spec = tmp_path / "long.json"
    spec.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": paths}))
    code, out, err = run("run", "--spec", spec, "--base-url", "http://127.0.0.1:9", "--dry-run", "--max-requests", 20)
    assert code == OBSTACLE
    assert "POST http://127.0.0.1:9/long " in out
    assert err.count("no value was found that this schema allows") == 1
    assert "long.json: /paths/~1endless/post/" in err


@pytest.mark.parametrize("command", [[], ["run"], ["replay"], ["sandbox"]])
def test_help_is_there_and_says_the_exit_codes_where_they_count(command: list[str]) -> None:
    code, out, _ = run(*command, "--help")
    assert code == FINE
    assert "Usage: picqer-fuzz" in out
    assert ("Exit code" in out) == (command in (["run"], ["replay"]))


@pytest.mark.end_to_end
def test_help_does_not_wait_for_hypothesis() -> None:
    probe = "import sys, fuzz.cli; sys.exit('hypothesis' in sys.modules or 'flask' in sys.modules)"
    started = time.monotonic()
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
    assert time.monotonic() - started < 3
