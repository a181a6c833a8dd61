"""The door `picqer-fuzz`: arguments and streams in, an exit code out.

    0    every broken request was refused as promised, or what was found is known
    1    findings
    2    an obstacle: no server, no key, nobody let us in, a document or a recording that cannot be read
    130  interrupted; what was found until then is told

What a command needs is imported when it runs: help should come at once.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from fuzz.commands.replay import replay_command
from fuzz.commands.run import run_command
from fuzz.commands.sandbox import sandbox_command
from validator.door import Streams, leave
from validator.door import run as run_in_door

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

NAME: Final = "picqer-fuzz"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="picqer-contract", message="%(prog)s %(version)s")
def cli() -> None:
    """Send broken requests to an API, and tell whether it refuses them as its contract promises.

    The contract is that of the Picqer warehouse API, or any OpenAPI 3.0 or 3.1 document: --spec FILE.
    """


cli.add_command(run_command)
cli.add_command(replay_command)
cli.add_command(sandbox_command)


def main(argv: Sequence[str], *, stdin: BinaryIO, stdout: TextIO, stderr: TextIO) -> int:
    """Run one command and return its exit code. Raises nothing that a user can cause."""
    streams = Streams(name=NAME, stdin=stdin, stdout=stdout, stderr=stderr)
    return run_in_door(cli, argv, streams, interrupted="interrupted")


def entry_point() -> None:
    """The console script."""
    # Hypothesis keeps what it has worked out about Unicode; it would put that in the folder that the user is in.
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - a Path without a home raises
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(cache) / NAME))
    leave(main)
