"""Sequences in a run: in turn with broken requests, where writes are allowed; and the cleaning up after it."""

from __future__ import annotations

import io
import json
import re
from contextlib import nullcontext
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

from fuzz.addresses import Addresses
from fuzz.console import RunText
from fuzz.ending import Ending
from fuzz.events import Answered, Cleaned, Failed
from fuzz.pace import Budget
from fuzz.replay import Origin
from fuzz.runner import Runner
from fuzz.sandbox import create_app
from fuzz.state import State
from fuzz.summary import Summary
from fuzz.transport import WsgiTransport
from tests.fuzz.picqer import PICQER, sound_run
from tests.fuzz.picqer import URL as ADDRESS
from validator.reports import Tally

if TYPE_CHECKING:
    from pathlib import Path

    from fuzz.case import Case
    from fuzz.events import Event
    from validator.exchange import Exchange


class Recorder:
    """A sandbox that remembers what was sent."""

    def __init__(self, defect: str | None) -> None:
        self.server = WsgiTransport(create_app(defect=defect), "sandbox-key")
        self.sent: list[Case] = []

    def __call__(self, case: Case) -> Exchange:
        self.sent.append(case)
        return self.server(case)


@lru_cache
def on_sandbox(*, allow_writes: bool, defect: str | None = None) -> tuple[list[Event], Recorder]:
    """A run over what there is of tags."""
    recorder = Recorder(defect)
    operations = ["createTag", "getTag", "updateTag", "deleteTag", "listTags"]
    made = Runner(
        PICQER,
        recorder,
        base_url=ADDRESS,
        budget=Budget(max_requests=150),
        seed=1,
        operations=operations,
        allow_writes=allow_writes,
    )
    return list(made.run()), recorder


def test_sequences_are_for_those_who_allow_writes_and_are_cleaned_up_after() -> None:
    events, recorder = on_sandbox(allow_writes=True)
    assert not [event for event in events if isinstance(event, Failed)]
    steps = [event.case.act for event in events if isinstance(event, Answered) and event.case.act]
    assert {"create", "read", "list", "update", "delete"} <= set(steps)
    (cleaned,) = [event for event in events if isinstance(event, Cleaned)]
    assert cleaned.removed > 0
    assert cleaned.left == ()
    left = recorder(replace(recorder.sent[0], method="GET", url=f"{ADDRESS}/tags", body=b""))
    assert len(json.loads(left.response.body or b"")) == 2  # those that the sandbox is born with


def test_what_was_there_before_is_as_it_was() -> None:
    """Requests that should succeed go to things that the run makes, where it can make them."""
    before = titles(Recorder(None))
    events, recorder = on_sandbox(allow_writes=True)
    sound = [event.case for event in events if isinstance(event, Answered) and event.case.own]
    assert {case.operation for case in sound} == {"updateTag"}
    assert titles(recorder) == before


def titles(recorder: Recorder) -> dict[int, str]:
    """What tags there are."""
    asked = Addresses(PICQER, ADDRESS).case(PICQER.operation("listTags"))
    return {one["idtag"]: one["title"] for one in json.loads(recorder(asked).response.body or b"")}


def test_what_was_rare_is_kept_for_the_next_run(tmp_path: Path) -> None:
    """Hypothesis keeps it in the folder that the state has for it."""

    def steps(seed: int) -> list[str]:
        examples = State.open(tmp_path, PICQER.title).examples
        operations = ("createTag", "getTag", "updateTag", "deleteTag", "listTags")
        events = sound_run(Recorder(None), *operations, requests=900, seed=seed, examples=examples)
        return [event.case.variant for event in events if isinstance(event, Answered) and event.case.act]

    first = steps(1)
    assert list((tmp_path / "examples").iterdir())
    assert steps(1) != first, "begins with what the run before has left"


def test_without_that_lists_are_read_and_no_more() -> None:
    events, _ = on_sandbox(allow_writes=False)
    played = [event.case for event in events if isinstance(event, Answered) and event.case.act]
    assert {case.method for case in played} == {"GET"}
    assert {case.act.partition(" by ")[0] for case in played} == {"list"}


def test_a_run_finds_what_is_lost() -> None:
    events, _ = on_sandbox(allow_writes=True, defect="titles-cut-when-stored")
    found = {one.rule for event in events if isinstance(event, Failed) for one in event.failure.findings}
    assert found == {"lost-write"}


def test_a_run_that_is_interrupted_cleans_up_when_it_is_told_to() -> None:
    made = Runner(
        PICQER,
        Recorder(None),
        base_url=ADDRESS,
        budget=Budget(max_requests=150),
        seed=1,
        operations=["createTag", "getTag"],
        allow_writes=True,
    )
    for _ in made.run():
        if len(made.left.left) == 2:
            break
    assert made.clean_up().removed == 2
    assert made.left == Cleaned()


def test_what_a_request_made_that_was_cut_short_may_be_there() -> None:
    recorder = Recorder(None)

    def cut(case: Case) -> Exchange:
        exchange = recorder(case)
        if case.method == "POST":
            raise KeyboardInterrupt
        return exchange

    held: list[str] = []
    made = Runner(
        PICQER, cut, base_url=ADDRESS, budget=Budget(max_requests=150), seed=1, operations=["createTag"],
        allow_writes=True, held=lambda: nullcontext(held.append("held")),
    )  # fmt: skip
    with pytest.raises(KeyboardInterrupt):
        list(made.run())
    cleaned = made.clean_up()
    assert cleaned == Cleaned(unanswered=(f"POST {ADDRESS}/tags",))
    assert held == ["held"]  # none of the requests before: they ask for no change
    assert f"left behind perhaps what POST {ADDRESS}/tags made" in told([cleaned])


def told(events: list[Event]) -> str:
    """What a person is told of a run."""
    summary, stream = Summary(), io.StringIO()
    for event in events:
        summary.add(event)
    ending = Ending(summary=summary, seed=1, origin=Origin(base_url=ADDRESS))
    RunText(ending=ending).render(Tally(PICQER).report(seconds=1.0), stream)
    return stream.getvalue()


def test_a_person_is_told_of_steps_and_of_what_was_cleaned_up() -> None:
    text = told(on_sandbox(allow_writes=True)[0])
    assert re.search(r"sent .*, [0-9]+ in several steps, ", text)
    assert "cleaned up" in text
    assert "could not" not in text


def test_a_person_is_shown_each_step_of_a_failure_as_a_command() -> None:
    text = told(on_sandbox(allow_writes=True, defect="titles-cut-when-stored")[0])
    create, read = [line.strip() for line in text.splitlines() if line.strip().startswith("curl -i")][:2]
    assert create.startswith(f"curl -i -X POST {ADDRESS}/tags ")
    assert read.startswith(f"curl -i -X GET {ADDRESS}/tags/")
    assert "lost-write in getTag" in text
    assert "read, after create" in text


def test_a_person_is_told_what_is_left() -> None:
    text = told([Cleaned(removed=1, left=(f"{ADDRESS}/tags/9?token=abc",), kept=2)])
    assert "left behind could not delete http://127.0.0.1/api/v1/tags/9" in text
    assert "1 object of the run's own; 2 stay, which no operation deletes" in text
