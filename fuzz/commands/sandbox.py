"""`picqer-fuzz sandbox`: an imitation of the Picqer API on this machine, to be fuzzed by hand."""

from __future__ import annotations

import threading
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import click

from fuzz.arguments import DefectType
from fuzz.credentials import VARIABLE
from validator.door import FINE
from validator.errors import TargetError

if TYPE_CHECKING:
    from validator.door import Streams


@click.command("sandbox")
@click.option(
    "--port",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    default=8081,
    show_default=True,
    help="The port on this machine; 0 takes a free one.",
)
@click.option("--defect", type=DefectType(), help="Switch on this defect.")
@click.option(
    "--rate-limit",
    metavar="N",
    type=click.IntRange(min=1),
    help="Let so many requests in, in a minute.  [default: any number]",
)
@click.option("--list", "listed", is_flag=True, help="List the defects, and start nothing.")
@click.pass_obj
def sandbox_command(streams: Streams, *, port: int, defect: str | None, rate_limit: int | None, listed: bool) -> int:
    """Imitate the Picqer API on this machine, in memory, until interrupted.

    \b
    Examples:
      picqer-fuzz sandbox --list
      picqer-fuzz sandbox --port 8081 --defect accepts-trailing-comma
      picqer-fuzz sandbox --rate-limit 500
    """  # noqa: D301 - \b is a word to click: leave these lines as they are
    from fuzz.sandbox import DEFECTS, SandboxServer  # noqa: PLC0415 - help need not wait for it

    if listed:
        names, faults = (max(map(len, column)) for column in (DEFECTS, {one.fault for one in DEFECTS.values()}))
        for name, one in DEFECTS.items():
            click.echo(f"{name:<{names}}  {one.fault:<{faults}}  {one.summary}", file=streams.stdout)
        return FINE
    with ExitStack() as stack:
        try:
            server = stack.enter_context(SandboxServer(defect=defect, rate_limit=rate_limit, port=port))
        except OSError as error:
            mend = "name another --port, or 0 for a free one"
            raise TargetError(f"cannot listen: {error.strerror}", place=f"127.0.0.1:{port}", mend=mend) from None
        streams.stdout.write(
            f"the sandbox listens at {server.url}, the key is {server.api_key}; Ctrl-C ends it\n"
            f"fuzz it with: {VARIABLE}={server.api_key} picqer-fuzz run --base-url {server.url}\n"
        )
        streams.stdout.flush()
        with suppress(KeyboardInterrupt):  # the way to end it
            threading.Event().wait()
    return FINE
