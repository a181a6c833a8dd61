"""A run that comes every night: what it keeps, what it knows, whom it tells; and that it says when it shows nothing."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from typing import TYPE_CHECKING

import orjson
import pytest

from fuzz.state import State
from tests.fuzz.shop import DOCUMENT, Answer, Got, Served, error, serving
from tests.fuzz.test_cli import Run, accepting, run, shop
from validator.door import FINDINGS, FINE, OBSTACLE
from validator.posting import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FAULTS = ("--fault", "malformed-json", "--fault", "missing-parameter")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICQER_API_KEY", "s3cret")


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


def mending(got: Got) -> Answer:
    """A shop that reads a trailing comma as if it were not there."""
    if got.method == "GET":
        return shop(got)
    body = re.sub(rb"(?<=[^\[{,\s])\s*,\s*([}\]])", rb"\1", got.body)
    return Answer(200, b"{}") if body != got.body and _is_json(body) else shop(got)


def _is_json(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except ValueError:
        return False
    return True


@pytest.fixture
def night(spec: Path) -> Callable[..., Run]:
    """`night(server, *options)`: a small run."""

    def fuzzed(server: Served, *options: object) -> Run:
        return run("run", "--spec", spec, "--base-url", server.url, *FAULTS, *options)

    return fuzzed


def sent(server: Served) -> list[tuple[str, str, bytes]]:
    asked = [(got.method, got.path, got.body) for got in server.got]
    server.got.clear()
    return asked


def test_the_same_seed_and_state_send_the_same(night: Callable[..., Run], tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with serving(mending) as server:
        night(server, "--seed", 1, "--max-requests", 60, "--state", first)
        shutil.copytree(first, second)
        sent(server)
        night(server, "--seed", 2, "--max-requests", 60, "--state", first)
        asked = sent(server)
        night(server, "--seed", 2, "--max-requests", 60, "--state", second)
        assert sent(server) == asked
        night(server, "--seed", 2, "--max-requests", 60)
        assert sent(server) != asked
    assert (first / "state.json").read_bytes() == (second / "state.json").read_bytes()


def test_what_failed_comes_first_in_the_next_run(night: Callable[..., Run], tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with serving(mending) as server:
        assert night(server, "--seed", 1, "--max-requests", 120, "--state", folder).code == FINDINGS
        sent(server)
        assert [one.case.way for one in State.open(folder, "Shop").failing] == ["trailing-comma"]
        (body,) = {one.case.body for one in State.open(folder, "Shop").failing}
        # So small a budget would hardly come to it otherwise.
        assert night(server, "--seed", 2, "--max-requests", 8, "--state", folder).code == FINDINGS
        assert sent(server)[1][2] == body
    with serving(shop) as server:
        assert night(server, "--seed", 3, "--max-requests", 5, "--state", folder).code == FINE
        assert sent(server)[1][2] == body
    assert State.open(folder, "Shop").failing == ()


def test_where_much_fails_the_rest_is_seen_too(night: Callable[..., Run], tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with serving(accepting) as server:
        night(server, "--seed", 1, "--max-requests", 150, "--state", folder)
        failing = State.open(folder, "Shop").failing
        sent(server)
        night(server, "--seed", 2, "--max-requests", 40, "--state", folder)
        again = {one.case.body for one in failing} & {body for _, _, body in sent(server)[1:10]}
    assert len(failing) > 30
    assert len(again) == 9
    assert {one.case.body for one in failing} - again <= {one.case.body for one in State.open(folder, "Shop").failing}


@pytest.mark.end_to_end
def test_a_sequence_that_failed_is_played_first(tmp_path: Path) -> None:
    options = ["--allow-writes", "--defect", "changed-not-stored", "--state", tmp_path]
    tags = [word for name in ("create", "get", "update", "delete") for word in ("--operation", f"{name}Tag")]
    assert run("run", "--seed", 1, "--max-requests", 150, *tags, *options).code == FINDINGS
    (case, *_) = [one.case for one in State.open(tmp_path, "Picqer API").failing]
    assert case.before
    again = run("run", "--seed", 2, "--max-requests", 30, *tags, *options)
    assert again.code == FINDINGS
    assert "lost-write in getTag" in again.out


def test_nights_with_a_small_budget_cover_different_ways(night: Callable[..., Run], tmp_path: Path) -> None:
    folder, covered = tmp_path / "state", []
    with serving(shop) as server:
        for seed in range(4):
            night(server, "--seed", seed, "--max-requests", 20, "--state", folder)
            covered.append(len(State.open(folder, "Shop").covered))
        numbers = set(State.open(folder, "Shop").covered.values())
    assert covered == sorted(covered)
    assert covered[-1] > 1.5 * covered[0]
    assert len(numbers) > 1


def test_a_run_that_was_let_in_by_nobody_leaves_the_state_as_it_was(night: Callable[..., Run], tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with serving(lambda _: error(1, 401)) as server:
        assert night(server, "--state", folder).code == OBSTACLE
    assert list(folder.iterdir()) == []


def unreadable(path: Path) -> Path:
    path.write_text("no JSON")
    return path


@pytest.mark.parametrize("obstacle", ["down", "401", "503", "no key", "other host", "baseline", "record"])
def test_an_obstacle_at_the_start_is_in_the_reports_and_those_of_last_night_are_gone(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str
) -> None:
    """Whoever reads them, and not what was said on standard error, must not take last night's for today's."""
    reports = {name: tmp_path / f"last.{name}" for name in ("text", "markdown", "json", "junit")}
    for path in reports.values():
        path.write_text("last night")
    options: list[object] = [word for name, path in reports.items() for word in ("--format", f"{name}:{path}")]
    with serving(lambda _: error(1, 503 if obstacle == "503" else 401)) as server:
        url = server.url
        if obstacle == "no key":
            monkeypatch.delenv("PICQER_API_KEY")
        elif obstacle == "other host":
            url = "https://shop.example/v1"
        elif obstacle == "baseline":
            options += ["--baseline", unreadable(tmp_path / "known.json")]
        elif obstacle == "record":
            options += ["--record", "/no/such/folder/x.ndjson"]
        elif obstacle == "down":
            url = "http://127.0.0.1:1"
        done = run("run", "--spec", spec, "--base-url", url, "--quiet", *FAULTS, *options)
    assert (done.code, done.out) == (OBSTACLE, "")
    (met,) = json.loads(reports["json"].read_text())["obstacles"]
    assert met["reason"] in done.err
    assert f"\nobstacle {done.err.removeprefix('picqer-fuzz: ')}" in reports["text"].read_text()
    assert met["reason"] in reports["markdown"].read_text()
    assert "last night" not in reports["junit"].read_text()


@pytest.mark.parametrize(("form", "is_written"), [("markdown", True), ("json", True), ("text", False)])
def test_a_report_for_standard_output_is_written_too_but_not_what_is_said_already(
    spec: Path, form: str, *, is_written: bool
) -> None:
    done = run("run", "--spec", spec, "--base-url", "http://127.0.0.1:1", "--format", form)
    assert done.code == OBSTACLE
    assert ("cannot be reached" in done.out) == is_written
    assert "cannot be reached" in done.err


def test_what_keeps_a_dry_run_from_its_work_writes_no_report(spec: Path, tmp_path: Path) -> None:
    report, baseline = tmp_path / "report.json", unreadable(tmp_path / "known.json")
    options = ["--dry-run", "--baseline", baseline, "--format", f"json:{report}"]
    assert run("run", "--spec", spec, "--base-url", "http://127.0.0.1:1", *options).code == OBSTACLE
    assert not report.exists()


def test_answers_that_are_none_are_no_findings_of_the_night(night: Callable[..., Run], tmp_path: Path) -> None:
    folder, baseline = tmp_path / "state", tmp_path / "known.json"
    with serving(lambda _: Answer(503, b"<html>down")) as server, serving(lambda _: Answer(201)) as keeper:
        options = ["--state", folder, "--baseline", baseline, "--update-baseline"]
        for more in (["--max-requests", 8], ["--max-failures", 1], []):
            done = night(server, *options, "--post-to", keeper.url.removesuffix("/v1"), *more)
            assert done.code == OBSTACLE
            assert "answers 503 to every request" in done.err
            assert "broke a promise" not in done.out
        assert len(server.got) < 80
        assert keeper.got == []
    assert list(folder.iterdir()) == []
    assert not baseline.exists()


def test_what_is_known_does_not_fail_and_what_is_gone_is_told(night: Callable[..., Run], tmp_path: Path) -> None:
    baseline, report = tmp_path / "known.json", tmp_path / "report.json"
    with serving(mending) as server:
        options = ["--max-requests", 120, "--baseline", baseline]
        made = night(server, "--seed", 1, *options, "--update-baseline")
        assert made.code == FINE
        assert made.err == f"picqer-fuzz: {baseline}: 1 added, 0 no longer seen and taken out, 1 in all\n"
        known = night(server, "--seed", 2, *options, "--format", "text", "--format", f"json:{report}")
    assert known.code == FINE
    assert known.out.startswith("✓ nothing new in ")
    assert "known: 1\n    fault-accepted in updateOrder: malformed-json\n" in known.out
    summary = json.loads(report.read_text())["summary"]
    assert summary["failed"] == 0
    assert summary["by_severity"]["info"] > 0
    with serving(accepting) as server:
        assert night(server, "--seed", 3, *options).code == FINDINGS
    with serving(shop) as server:
        gone = night(server, "--seed", 4, *options)
        assert gone.code == FINE
        assert "no longer seen: 1\n    fault-accepted in updateOrder: malformed-json\n" in gone.out
        night(server, "--seed", 4, *options, "--update-baseline")
    assert json.loads(baseline.read_text())["known"] == []


def test_another_seed_finds_no_new_cause(night: Callable[..., Run], tmp_path: Path) -> None:
    """A server that takes every number for a text is one mistake at each place, with whatever number."""
    baseline = tmp_path / "known.json"
    everything = ["--max-requests", 400, "--fault", "wrong-type", "--fault", "invalid-value", "--baseline", baseline]
    with serving(accepting) as server:
        night(server, "--seed", 1, *everything, "--update-baseline")
        again = night(server, "--seed", 2, *everything)
    known = json.loads(baseline.read_text())["known"]
    assert again.code == FINE, again.out
    assert "no longer seen" not in again.out
    assert len({(one["operation"], one["fault"], one.get("place")) for one in known}) == len(known)


def test_what_was_not_looked_for_is_not_gone(spec: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "known.json"
    entry = {"operation": "*", "fault": "malformed-json", "rule": "fault-accepted", "kind": "trailing-comma"}
    baseline.write_text(json.dumps({"format": "picqer-fuzz baseline 1", "known": [entry]}))
    with serving(shop) as server:
        options = ["--fault", "missing-parameter", "--baseline", baseline, "--update-baseline"]
        done = run("run", "--spec", spec, "--base-url", server.url, "--max-requests", 30, *options)
    assert "no longer seen:" not in done.out
    assert json.loads(baseline.read_text())["known"] == [entry]


def expiring(after: int) -> Callable[[Got], Answer]:
    """A shop that knows the key no more after so many requests."""
    asked = 0

    def answer(got: Got) -> Answer:
        nonlocal asked
        asked += 1
        return shop(got) if asked < after else error(1, 401)

    return answer


def test_a_run_that_did_not_end_leaves_the_baseline_as_it_was(night: Callable[..., Run], tmp_path: Path) -> None:
    baseline = tmp_path / "known.json"
    with serving(expiring(20)) as server:
        done = night(server, "--baseline", baseline, "--update-baseline")
    assert done.code == OBSTACLE
    assert "stays as it was" in done.err
    assert not baseline.exists()


def test_the_report_is_posted(night: Callable[..., Run], tmp_path: Path) -> None:
    def service(_: Got) -> Answer:
        return Answer(201, b"{}", (("Location", "/v1/runs/7"),))

    report = tmp_path / "report.json"
    with serving(mending) as server, serving(service) as keeper:
        url = keeper.url.removesuffix("/v1")
        options = ["--post-to", url, "--label", "nightly", "--commit", "abc", "--format", f"json:{report}"]
        done = night(server, "--seed", 1, "--max-requests", 60, *options)
        (got,) = keeper.got
    assert done.code == FINDINGS
    assert f"stored as {url}/v1/runs/7" in done.err
    assert got.path == "/v1/runs?label=nightly&commit=abc"
    assert got.headers["content-type"] == MEDIA_TYPE
    assert json.loads(gzip.decompress(got.body)) == json.loads(report.read_text())


def test_a_service_that_takes_no_run_is_an_obstacle_and_the_report_is_there(
    night: Callable[..., Run], tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    with serving(shop) as server, serving(lambda _: error(1, 403)) as keeper:
        options = ["--post-to", keeper.url.removesuffix("/v1"), "--format", f"json:{report}"]
        done = night(server, "--seed", 1, "--max-requests", 30, *options)
    assert done.code == OBSTACLE
    assert "did not store the run: 403" in done.err
    assert json.loads(report.read_text())["summary"]["exchanges"] > 0


def test_the_summary_for_a_chat(night: Callable[..., Run]) -> None:
    with serving(mending) as server:
        done = night(server, "--seed", 1, "--max-requests", 120, "--format", "markdown")
    assert done.code == FINDINGS
    assert done.out.startswith("**✗ ")
    for told in (
        "- **fault-accepted** in `updateOrder`\n",
        "; seed 1\n",
        "To see them again: `picqer-fuzz run --seed 1 --record failing.ndjson`\n",
        "Coverage: ",
    ):
        assert told in done.out
    assert len(done.out) <= 3000
    assert "s3cret" not in done.out


def test_a_key_that_is_refused_half_way_ends_the_run_without_a_false_alarm(night: Callable[..., Run]) -> None:
    with serving(expiring(40)) as server:
        done = night(server, "--seed", 1, "--max-requests", 500)
        assert len(server.got) < 60
    assert done.code == OBSTACLE
    assert "answers 401 to a request that it let in before" in done.err
    assert "error fault" not in done.out


def test_a_key_that_may_only_read_has_shown_nothing_of_what_writes(night: Callable[..., Run]) -> None:
    with serving(lambda got: shop(got) if got.method == "GET" else error(1, 403)) as server:
        done = night(server, "--seed", 1, "--max-requests", 60)
    assert done.code == OBSTACLE
    assert "answers 403 to every request" in done.err
    assert "error fault" not in done.out


def test_an_answer_to_bad_credentials_says_nothing_of_the_door(spec: Path) -> None:
    def strict(got: Got) -> Answer:
        return shop(got) if got.headers.get("authorization") == "Basic czNjcmV0Og==" else error(1, 401)

    with serving(strict) as server:
        options = ["--fault", "no-credentials", "--max-requests", 30]
        done = run("run", "--spec", spec, "--base-url", server.url, *options)
    assert "let nobody in" not in done.out
    assert done.err == ""


@pytest.mark.parametrize("options", [[], ["--quiet"]])
def test_a_log_is_told_now_and_then_in_plain_lines(
    night: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.setattr("fuzz.commands.run.EVERY", 0.01)
    with serving(shop) as server:
        err = night(server, "--seed", 1, "--max-requests", 60, *options).err
    assert "\x1b" not in err
    told = re.search(r"^picqer-fuzz: \d+ of 60 requests, \d+/s, .*, no failure yet$", err, re.MULTILINE)
    assert (told is None) == bool(options)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--update-baseline"], "--baseline FILE"),
        (["--baseline", "/no/such/known.json"], "--update-baseline makes it"),
        (["--baseline", "/no/such/known.json", "--update-baseline"], "no folder"),
        (["--label", "x"], "--post-to"),
        (["--dry-run", "--post-to", "http://127.0.0.1:1"], "leave it out"),
        (["--state", "/dev/null/state"], "no folder"),
        (["--post-to", "somewhere"], "--post-to"),
        (["--format", "markdown:/no/such/folder/x.md"], "no folder"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_sent(options: list[str], told: str) -> None:
    done = run("run", "--base-url", "http://127.0.0.1:1", *options)
    assert (done.code, done.out) == (OBSTACLE, "")
    assert told in done.err
    assert "Traceback" not in done.err
