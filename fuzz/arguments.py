"""What the command line of `picqer-fuzz` may say, beyond what click and `validator.arguments` know; and the key."""

from __future__ import annotations

import os
from difflib import get_close_matches
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from fuzz.credentials import VARIABLE
from validator.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from validator.contract import Contract

Command = TypeVar("Command", bound="Callable[..., Any]")


class DefectType(click.ParamType[str]):
    """The name of a defect of the sandbox."""

    name = "NAME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no defect, with the name that was meant."""
        from fuzz.sandbox import DEFECTS  # noqa: PLC0415 - only who asks for a defect waits for them

        if value not in DEFECTS:
            self.fail(f"there is no defect {value!r}{near(value, DEFECTS)}; see picqer-fuzz sandbox --list", param, ctx)
        return str(value)


_LIMITS: Final = (
    click.option(
        "--max-requests",
        metavar="N",
        type=click.IntRange(min=1),
        default=2000,
        show_default=True,
        help="Stop after so many requests.",
    ),
    click.option(
        "--time-budget",
        "seconds",
        metavar="SECONDS",
        type=click.FloatRange(min=0, min_open=True),
        help="Stop after so long.",
    ),
    click.option(
        "--max-failures",
        metavar="N",
        type=click.IntRange(min=1),
        help="Stop after so many failures that the baseline does not know.",
    ),
    click.option(
        "--rate",
        metavar="N",
        type=click.FloatRange(min=0, min_open=True),
        help="Requests in a second, at most.  [default: 5; no limit for this machine]",
    ),
    click.option(
        "--slow",
        "patience",
        metavar="SECONDS",
        type=click.FloatRange(min=0, min_open=True),
        default=5.0,
        show_default=True,
        help="Tell of answers that take longer.",
    ),
)


def limits(command: Command) -> Command:
    """The options that say how long a run goes on, how fast, and for how long an answer is waited for."""
    return reduce(lambda made, option: option(made), reversed(_LIMITS), command)


def check_operations(contract: Contract, wanted: Iterable[str]) -> None:
    """Refuse operations that the contract does not have."""
    known = {operation.id for operation in contract.operations}
    for one in wanted:
        if one not in known:
            raise click.BadParameter(f"no operation {one!r}{near(one, known)}", param_hint="--operation")


def near(name: str, known: Iterable[str]) -> str:
    """A guess at what was meant, to follow the name that is not known."""
    close = get_close_matches(name, list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""


def api_key(file: str | None) -> str | None:
    """The key: from the file, else from the environment. Never from the command line, which others can see."""
    place = VARIABLE if file is None else file
    if file is None:
        key = os.environ.get(VARIABLE, "")
    else:
        try:
            key = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not text"
            raise TargetError(f"the key cannot be read: {reason}", place=place) from None
        if not key:
            raise TargetError("holds no key", place=place, mend="write the key into it, on one line")
    if not key.isprintable() or not key.isascii():
        raise TargetError("holds characters that no key has", place=place, mend="one line of plain ASCII is a key")
    return key or None
