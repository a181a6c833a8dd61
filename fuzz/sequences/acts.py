"""Acts: what can be done to a thing, by the words that a report has for it."""

from __future__ import annotations

from typing import Final

CREATE: Final = "create"
CREATE_AGAIN: Final = "create again"
CREATE_WRONGLY: Final = "create wrongly"
"""One that has to be refused, and not to be there after it."""

READ: Final = "read"
"""Read, unless nothing was done since it was read."""

CHECK: Final = "check"
"""Read, unless the answer to the last change showed the thing as it should be."""

READ_OTHER: Final = "read the other"
LIST: Final = "list"
LIST_ELSEWHERE: Final = "list elsewhere"
"""List what is below another thing than the one that it was made below."""

LIST_BELOW: Final = "list what is below it"
"""List what was below a thing that is gone."""

READ_REFERRED: Final = "read what it referred to"
"""Read a thing that one that is gone referred to."""

REFER: Final = "refer to it by "
"""Make something that refers to a thing that is gone; the operation that makes it follows."""

REACH: Final = "reach from elsewhere"
"""Read it, change it or delete it below another thing than the one that it was made below."""

LIST_BY: Final = "list by "
"""List with one parameter of the query, whose name follows."""

UPDATE: Final = "update"
UPDATE_ONE: Final = "update one"
"""Update one member, to see whether the rest is left alone."""

UPDATE_REST: Final = "update the rest"
"""Update the members that `UPDATE_ONE` leaves alone."""

UPDATE_EMPTY: Final = "update to nothing"
"""Update what can be empty, or 0, to that."""

SPOIL: Final = "update wrongly"
MISUSE: Final = "use a method that it does not have"
DELETE: Final = "delete"
DO: Final = "do "

_WORDS: Final = frozenset(
    {
        *(CREATE, CREATE_AGAIN, CREATE_WRONGLY, READ, READ_OTHER, LIST, LIST_ELSEWHERE, LIST_BELOW),
        *(READ_REFERRED, REACH, UPDATE, SPOIL, MISUSE, DELETE),
    }
)


def is_told(act: str) -> bool:
    """Whether a report may have this word: `update one` and its like are updates, and `check` is a reading."""
    return act in _WORDS or act.startswith((LIST_BY, REFER, DO))
