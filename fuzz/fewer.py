"""Fewer members: of a whole body that fails, those that it takes to fail so, found by halves (delta debugging).

Hypothesis makes no such body smaller: the simplest that it draws is whole, too. What can be left out is; what cannot,
has the value that the server took before, where one is known.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from fuzz.engine import Enough
from fuzz.places import replaced
from fuzz.removals import paths, without
from fuzz.request_body import allows
from validator.pointer import join, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fuzz.breakage import Breakage
    from fuzz.removals import Path
    from validator.contract import Contract, Operation

NAMED: Final = 6
"""So many of the members that are left are named."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A member is left out, or has the value that it had when the server took it."""

    path: Path
    taken: Any = None
    left_out: bool = False


def fewer_members(
    contract: Contract, operation: Operation, taken: Any, known: Breakage, fails: Callable[[Breakage], bool]
) -> None:
    """Look for a smaller body that fails, starting from the known one.

    `taken` is a body that the server took, if one is known; `fails` is asked for each, remembers what it wants to, and
    may raise Enough.
    """
    if known.body is None:
        return
    is_valid = allows(contract, operation)
    # Numbers stay as they are written: 1.0 may be what it takes.
    plain, written = (json.loads(known.body, parse_float=read, parse_int=read) for read in (float, _as_written))
    if not isinstance(plain, dict):
        return
    rest = list(_changes(plain, taken, is_valid))
    done: list[_Change] = []
    size = len(rest)
    with suppress(Enough):
        while size:
            for start in reversed(range(0, len(rest), size)):
                tried = [*done, *rest[start : start + size]]
                smaller = _changed(plain, tried)
                if is_valid(smaller) and fails(_told(known, plain, smaller, _changed(written, tried))):
                    done = tried
                    del rest[start : start + size]
            size //= 2


def _changes(body: Any, taken: Any, is_valid: Callable[[Any], bool]) -> Iterator[_Change]:
    """All that could make it smaller, one by one; what is outside comes last, for it is tried first."""
    gone: set[Path] = set()
    found = []
    for path in paths(body):
        if is_valid(without(body, [path])):
            gone.add(path)
            found.append(_Change(path, left_out=True))
        elif not isinstance(walk(body, path), dict | list):
            with suppress(KeyError):
                before = walk(taken, path)
                if before != walk(body, path) and is_valid(replaced(body, path, before)):
                    found.append(_Change(path, before))
    return reversed(found)


def _changed(body: Any, changes: Sequence[_Change]) -> Any:
    body = without(body, [one.path for one in changes if one.left_out])
    for one in changes:
        if not one.left_out:
            with suppress(KeyError):  # it stood in a part that is left out
                walk(body, one.path)
                body = replaced(body, one.path, one.taken)
    return body


def _told(known: Breakage, body: Any, smaller: Any, written: Any) -> Breakage:
    left = []
    for path in paths(smaller):
        value = walk(smaller, path)
        if not isinstance(value, dict | list) and value == walk(body, path):
            left.append(join("", *path))
    more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    described = f"{known.described}, of which it takes {', '.join(left[:NAMED])}{more}" if left else known.described
    return replace(known, body=orjson.dumps(written), described=described)


def _as_written(text: str) -> orjson.Fragment:
    return orjson.Fragment(text.encode())
