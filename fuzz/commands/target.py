"""What a command sends to: a server that was named, with the key that it knows, or a sandbox of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from fuzz.arguments import api_key
from fuzz.faults import RATE_LIMITED
from validator.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack

    from fuzz.replay import Origin
    from validator.contract import Contract

ALLOW_HOST: Final = click.option(
    "--allow-host",
    "allowed",
    metavar="HOST",
    multiple=True,
    help="Fuzz this host too; without it, only this machine.  [repeatable]",
)
KEY_FILE: Final = click.option(
    "--api-key-file", metavar="FILE", help="The API key is in this file.  [default: the variable PICQER_API_KEY]"
)

SPARE: Final = 200
"""So many requests more than the budget of a run has does its sandbox let in: cleaning up takes some, too."""

MOST_LIMIT: Final = 20_000
"""So many requests can be sent in a minute: a limit above that would never be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What is fuzzed: where it is, and the key that it knows."""

    origin: Origin
    key: str | None


def server_of(
    stack: ExitStack,
    base_url: str | None,
    allowed: Sequence[str],
    key_file: str | None,
    defect: str | None,
    rate_limit: int | None = None,
) -> Server:
    """The server that was named, if it may be fuzzed; or a sandbox, that ends with the stack. Raises TargetError."""
    from fuzz.replay import Origin  # noqa: PLC0415 - with all the rest of the work

    if base_url is not None:
        if defect is not None:
            raise click.UsageError("--defect is for the embedded sandbox; leave out --base-url")
        from fuzz.hosts import check_target  # noqa: PLC0415

        return Server(origin=Origin(base_url=check_target(base_url, allowed)), key=api_key(key_file))
    from fuzz.sandbox import SandboxServer  # noqa: PLC0415 - only here a sandbox is needed

    sandbox = stack.enter_context(SandboxServer(defect=defect, rate_limit=rate_limit))
    return Server(
        origin=Origin(base_url=sandbox.url, sandbox=True, defect=defect, rate_limit=rate_limit), key=sandbox.api_key
    )


def limit_for(defect: str | None, max_requests: int, *, provoked: bool) -> int | None:
    """The rate limit of a sandbox that is to show one: the run stays below it, and then it is soon reached."""
    if not provoked:
        if defect is None:
            return None
        from fuzz.sandbox import DEFECTS  # noqa: PLC0415 - only who asks for a defect waits for them

        if DEFECTS[defect].fault != RATE_LIMITED:
            return None
    return min(max_requests, MOST_LIMIT) + SPARE


def need_key(contract: Contract, server: Server) -> None:
    """Say before the first request, rather than after some 401, that the key is missing. Raises TargetError."""
    from fuzz.credentials import VARIABLE, asked  # noqa: PLC0415

    wanted = (asked(contract, operation) for operation in contract.operations)
    if server.key is None and any(one.schemes and not one.optional for one in wanted):
        raise TargetError(
            "the contract wants an API key, and there is none", mend=f"set {VARIABLE}, or name a file: --api-key-file"
        )
