"""What the command line of `picqer-fuzz` may say, beyond what click and `validator.arguments` know; and the key."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fuzz.credentials import VARIABLE
from validator.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from validator.contract import Contract


class DefectType(click.ParamType[str]):
    """The name of a defect of the sandbox."""

    name = "NAME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no defect, with the name that was meant."""
        from fuzz.sandbox import DEFECTS  # noqa: PLC0415 - only who asks for a defect waits for them

        if value not in DEFECTS:
            self.fail(f"there is no defect {value!r}{near(value, DEFECTS)}; see picqer-fuzz sandbox --list", param, ctx)
        return str(value)


def check_operations(contract: Contract, wanted: Iterable[str]) -> None:
    """Refuse operations that the contract does not have, or that take no JSON: nothing of them could be fuzzed."""
    from fuzz.strategies import json_body  # noqa: PLC0415 - help need not wait for Hypothesis

    known = {operation.id for operation in contract.operations if json_body(operation) is not None}
    if not known:
        raise TargetError("no operation takes a JSON body", place=contract.document.source)
    for one in wanted:
        if one not in known:
            raise click.BadParameter(
                f"no operation {one!r} with a JSON body{near(one, known)}", param_hint="--operation"
            )


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
