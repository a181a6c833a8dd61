"""A sequence that failed is recorded with all its steps, and played again with a thing of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fuzz.replay import Origin, read_cases, send_again, write_failure
from fuzz.sandbox import create_app
from fuzz.transport import WsgiTransport
from tests.fuzz.sequences.club import URL, Club
from tests.fuzz.sequences.test_stories import CLUB, PICQER, PICQER_URL, played, sandbox
from validator.recordings import read_recording

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.failures import Failure


def recorded(tmp_path: Path, failures: list[Failure], url: str = URL) -> Path:
    path = tmp_path / "failing.ndjson"
    path.write_bytes(b"".join(write_failure(one, Origin(base_url=url)) for one in failures))
    return path


def test_what_is_recorded_is_what_is_read(tmp_path: Path) -> None:
    failures = played("update-drops-newsletter").failures
    read = [one.case for one in read_cases(recorded(tmp_path, failures))]
    for one, other in zip(read, failures, strict=True):
        assert (one.act, one.variant) == (other.case.act, other.case.variant)
        assert [(step.act, step.operation, step.url, step.body) for step in one.before] == [
            (step.act, step.operation, step.url, step.body) for step in other.case.before
        ]
    assert len(list(read_recording(tmp_path / "failing.ndjson"))) == len(failures)


@pytest.mark.parametrize(
    "defect",
    [
        "create-drops-remarks",
        "update-drops-newsletter",
        "delete-does-nothing",
        "card-limit-is-lost",
        "fails-on-doubles",
    ],
)
def test_a_sequence_fails_again_on_a_server_that_was_started_anew(tmp_path: Path, defect: str) -> None:
    """Ids are others by then: the thing is made again, and so is what it is below."""
    first = played(defect).failures[0]
    club = Club(defect)
    for _ in range(5):
        next(club._numbers)
    path = recorded(tmp_path, [first])
    (again,) = send_again(read_cases(path), CLUB, club, URL)
    assert again is not None
    assert {one.rule for one in again.findings} == {one.rule for one in first.findings}
    if defect != "delete-does-nothing":
        assert [one for one in club.members.values() if not one.get("gone")] == []


def test_a_sequence_fails_no_more_on_a_sound_server(tmp_path: Path) -> None:
    failures = played("update-drops-newsletter", "card-limit-is-lost").failures
    path = recorded(tmp_path, failures)
    assert set(send_again(read_cases(path), CLUB, Club(), URL)) == {None}


def test_a_thing_that_is_only_there_is_read_and_changed_again(tmp_path: Path) -> None:
    run = sandbox("second-change-crashes", "updatePicklist")
    run.take(run.stories.plain())
    (failure,) = [one for one in run.failures if one.case.operation == "updatePicklist"]
    assert failure.case.before[0].act == "read"
    path = recorded(tmp_path, [failure], PICQER_URL)
    for defect, fails in (("second-change-crashes", True), (None, False)):
        server = WsgiTransport(create_app(defect=defect), "sandbox-key")
        (again,) = send_again(read_cases(path), PICQER, server, PICQER_URL)
        assert (again is not None) == fails
