"""Obstacles: what they say, and that the whole tree is in the docstring."""

from __future__ import annotations

import pytest

from validator import errors
from validator.errors import EntryError, Obstacle, RecordingError

TREE = {name: value for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}


@pytest.mark.parametrize(
    ("obstacle", "told"),
    [
        (Obstacle("down"), "down"),
        (Obstacle("down", place="a.har"), "a.har: down"),
        (Obstacle("down", mend="start it"), "down (start it)"),
        (Obstacle("down", place="a.har", mend="start it"), "a.har: down (start it)"),
    ],
)
def test_an_obstacle_says_where_what_and_how_to_mend(obstacle: Obstacle, told: str) -> None:
    assert str(obstacle) == told


def test_the_path_grows_as_the_obstacle_climbs() -> None:
    inner = EntryError("expected an integer", place="response.status", mend="record again")
    outer = inner.within("session.har")
    assert type(outer) is EntryError
    assert str(outer) == "session.har: response.status: expected an integer (record again)"
    assert str(EntryError("x").within("a")) == "a: x"


@pytest.mark.parametrize("name", sorted(TREE))
def test_the_tree_in_the_docstring_is_whole(name: str) -> None:
    assert name in (errors.__doc__ or "")
    assert issubclass(TREE[name], Obstacle)


def test_an_entry_that_cannot_be_read_is_a_recording_error() -> None:
    assert issubclass(EntryError, RecordingError)
