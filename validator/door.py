"""What every door has in common: streams and arguments in, an exit code out, and no traceback on the way.

Only `leave` ends the process.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final, NoReturn, Protocol, TextIO

import click

from validator.errors import Obstacle, ReportError
from validator.interruption import Interruption
from validator.reports.characters import for_encoding, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from validator.reports import Format, Report

FINE: Final = 0
FINDINGS: Final = 1
OBSTACLE: Final = 2
INTERRUPTED: Final = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """What a command reads from and writes to, and who stops it.

    `name` is the command's own, for what it says on standard error.
    """

    name: str
    stdin: BinaryIO
    stdout: TextIO
    stderr: TextIO
    interruption: Interruption = field(default_factory=Interruption)

    def complain(self, told: str) -> None:
        """One line on standard error, fit for any terminal; where it has been closed, nobody is there to read it."""
        with suppress(OSError):
            self.stderr.write(for_encoding(f"{self.name}: {visible(told)}\n", self.stderr.encoding))
            self.stderr.flush()


class Main(Protocol):
    """A door: arguments and streams in, an exit code out."""

    def __call__(self, argv: Sequence[str], *, stdin: BinaryIO, stdout: TextIO, stderr: TextIO) -> int:
        """Run one command."""
        ...


def run(command: click.Command, argv: Sequence[str], streams: Streams, *, interrupted: str) -> int:
    """Run a command and return its exit code. Raises nothing that a user can cause."""
    out, err = redirect_stdout(streams.stdout), redirect_stderr(streams.stderr)
    try:
        with streams.interruption, out, err, command.make_context(streams.name, list(argv), obj=streams) as context:
            code: int = command.invoke(context)
            streams.stdout.flush()
    except click.exceptions.Exit as done:  # --help, --version
        return done.exit_code
    except click.ClickException as error:
        error.show(file=streams.stderr)
        return error.exit_code
    except Obstacle as obstacle:
        streams.complain(str(obstacle))
        return OBSTACLE
    except BrokenPipeError:  # `picqer-contract rules | head`: who reads no further wants no more
        return FINE
    except KeyboardInterrupt:
        streams.complain(interrupted)
        return INTERRUPTED
    return code


def leave(main: Main) -> NoReturn:
    """Run a console script, and end the process with its exit code."""
    stdin = sys.stdin.buffer if sys.stdin is not None else io.BytesIO()
    stdout, stderr = sys.stdout or io.StringIO(), sys.stderr or io.StringIO()
    for stream in (stdout, stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a locale without a character is no reason to fail
    try:
        code = main(sys.argv[1:], stdin=stdin, stdout=stdout, stderr=stderr)
    except Exception:  # noqa: BLE001 - a bug of ours must not leave with Python's 1, which here means findings
        traceback.print_exc(file=stderr)
        code = OBSTACLE
    try:
        stdout.flush()
    except OSError:  # the reader has gone: what is still buffered has nowhere to go, and Python would complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())
    sys.exit(code)


def deliver(report: Report, wanted: Iterable[tuple[Format, Path | None]], streams: Streams) -> bool:
    """Write each report to its file, or to standard output. One that cannot be written does not lose the others."""
    from validator.reports.destination import write  # noqa: PLC0415 - when there is a report

    delivered = True
    for form, path in wanted:
        try:
            if path is not None:
                write(report, form, path)
            else:
                form.render(report, streams.stdout)
                streams.stdout.flush()
        except BrokenPipeError:  # `| head`: who reads no further wants no more, and the exit code still tells
            continue
        except (ReportError, OSError) as error:
            told = error if isinstance(error, ReportError) else f"standard output: cannot be written: {error.strerror}"
            streams.complain(str(told))
            delivered = False
    return delivered
