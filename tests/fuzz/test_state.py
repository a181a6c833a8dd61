"""State: what a run leaves for the next, and what becomes of it when it is damaged or not ours."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.case import Case, Tried
from fuzz.failures import Failure
from fuzz.replay import Origin, Recorded, read_cases
from fuzz.state import RUNS, State
from validator.errors import ReportError
from validator.exchange import Exchange, Headers, Response
from validator.findings import Finding, Severity

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = Origin(base_url="http://127.0.0.1:1/v1")
CASE = Case(
    operation="updateOrder",
    method="PUT",
    url="http://127.0.0.1:1/v1/orders/7",
    headers=Headers([("Content-Type", "application/json")]),
    body=b'{"a":1,}',
    fault="malformed-json",
    variant="trailing-comma",
    kind="trailing-comma",
    described="a trailing comma at byte 7",
)
FINDING = Finding(rule="fault-accepted", severity=Severity.ERROR, expected="status 400", operation="updateOrder")


def failed(case: Case = CASE) -> Failure:
    response = Response(status=200, headers=Headers([("Set-Cookie", "s=s3cret")]), body=b"personal")
    return Failure(case=case, exchange=Exchange(request=case.request, response=response), findings=(FINDING,))


def leave(state: State, *failures: Failure, tried: tuple[Tried, ...] = (), waiting: tuple[Recorded, ...] = ()) -> None:
    tried = (*tried, *(one.case.tried for one in failures))
    state.leave(seed=1, tried=set(tried), failures=failures, waiting=waiting, origin=ORIGIN)


def test_a_new_folder_is_an_empty_state(tmp_path: Path) -> None:
    state = State.open(tmp_path / "new" / "state", "Shop")
    assert (state.failing, dict(state.covered), state.runs, state.number) == ((), {}, (), 1)


def test_what_a_run_left_is_there_for_the_next(tmp_path: Path) -> None:
    tried = Tried("listOrders", "invalid-query", "query/limit text")
    leave(State.open(tmp_path, "Shop"), failed(), tried=(tried,))
    state = State.open(tmp_path, "Shop")
    assert [one.case for one in state.failing] == [CASE]
    assert state.covered == {CASE.tried: 1, tried: 1}
    assert [(run.number, run.seed, run.ways, run.failures) for run in state.runs] == [(1, 1, 2, 1)]
    assert state.number == 2
    assert [one.case for one in read_cases(tmp_path / "failing.ndjson")] == [CASE]


def test_what_fails_no_more_is_forgotten_and_what_was_not_looked_at_stays(tmp_path: Path) -> None:
    other = replace(CASE, operation="createOrder", body=b"[")
    leave(State.open(tmp_path, "Shop"), failed(), failed(other))
    state = State.open(tmp_path, "Shop")
    leave(state, tried=(CASE.tried,), waiting=tuple(one for one in state.failing if one.case == other))
    state = State.open(tmp_path, "Shop")
    assert [one.case for one in state.failing] == [other]
    assert state.covered == {CASE.tried: 2, other.tried: 1}


def test_of_what_is_known_by_the_same_marks_the_smallest_case_is_kept(tmp_path: Path) -> None:
    small = replace(CASE, body=b"[1,]")
    leave(State.open(tmp_path, "Shop"), failed(), failed(small), failed(replace(CASE, body=b'{"abc":1,}')))
    assert [one.case for one in State.open(tmp_path, "Shop").failing] == [small]


def test_neither_answers_nor_keys_are_kept(tmp_path: Path) -> None:
    leave(State.open(tmp_path, "Shop"), failed())
    kept = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert "s3cret" not in kept
    assert "personal" not in kept


def test_runs_are_remembered_up_to_a_bound(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    leave(State.open(tmp_path, "Shop"))
    kept = json.loads(path.read_text())
    kept["runs"] = [{"number": number + 1, "seed": 1, "ways": 1, "failures": 0} for number in range(RUNS)]
    path.write_text(json.dumps(kept))
    leave(State.open(tmp_path, "Shop"))
    state = State.open(tmp_path, "Shop")
    assert len(state.runs) == RUNS
    assert state.number == RUNS + 2


def test_the_state_of_another_contract_is_an_obstacle(tmp_path: Path) -> None:
    leave(State.open(tmp_path, "Shop"))
    with pytest.raises(ReportError, match=r"state\.json: is of the contract 'Shop', not 'Library'"):
        State.open(tmp_path, "Library")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b"\xff", b'{"format": "other"}', b"[" * 5000, b'{"format":1}']
)
def test_what_is_no_state_is_an_obstacle_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(content)
    with pytest.raises(ReportError, match="is not a state of picqer-fuzz"):
        State.open(tmp_path, "Shop")
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"{}\n", b"{", b"\xff\xfe", b'{"fuzz": 1}\n'])
def test_damaged_cases_are_an_obstacle_that_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    leave(State.open(tmp_path, "Shop"), failed())
    (tmp_path / "failing.ndjson").write_bytes(content)
    with pytest.raises(ReportError, match="move it away"):
        State.open(tmp_path, "Shop")


def test_a_folder_that_cannot_be_one_is_an_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="no folder"):
        State.open(tmp_path / "file", "Shop")
    (tmp_path / "state.json").mkdir()
    with pytest.raises(ReportError, match="cannot be read"):
        State.open(tmp_path, "Shop")


def test_a_place_for_examples_that_can_be_no_folder_is_an_obstacle(tmp_path: Path) -> None:
    """Hypothesis would keep nothing there, and not say so."""
    (tmp_path / "examples").write_text("")
    with pytest.raises(ReportError, match="examples: no folder"):
        State.open(tmp_path, "Shop")


def test_nothing_unfinished_stays_behind(tmp_path: Path) -> None:
    for _ in range(2):
        leave(State.open(tmp_path, "Shop"), failed())
    assert {path.name for path in tmp_path.iterdir()} == {"state.json", "failing.ndjson"}


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@pytest.mark.property
@given(st.dictionaries(st.builds(Tried, TEXT, TEXT, TEXT), st.just(1), max_size=6))
def test_whatever_was_tried_comes_back(tmp_path_factory: pytest.TempPathFactory, covered: dict[Tried, int]) -> None:
    folder = tmp_path_factory.mktemp("state")
    leave(State.open(folder, "Shop"), tried=tuple(covered))
    assert State.open(folder, "Shop").covered == covered
