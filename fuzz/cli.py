"""The door `picqer-fuzz`: arguments and streams in, an exit code out.

    0    every broken request was refused as promised
    1    findings
    2    an obstacle: no server, no key, nobody let us in, a document or a recording that cannot be read
    130  interrupted; what was found until then is told

What a command needs is imported when it runs: help should come at once.
"""

from __future__ import annotations

import os
import random
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from fuzz.arguments import DefectType, api_key, check_operations, limits
from fuzz.credentials import VARIABLE
from fuzz.faults import MADE
from validator.arguments import REPORTS, SPEC, Destination, ServerType
from validator.door import FINDINGS, FINE, INTERRUPTED, OBSTACLE, Streams, deliver, leave
from validator.door import run as run_command
from validator.errors import ReportError, TargetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from fuzz.replay import Origin
    from fuzz.runner import Cleaned, Event, Runner
    from fuzz.summary import Summary
    from validator.contract import Contract
    from validator.reports import Tally

NAME: Final = "picqer-fuzz"

_ALLOW_HOST = click.option(
    "--allow-host",
    "allowed",
    metavar="HOST",
    multiple=True,
    help="Fuzz this host too; without it, only this machine.  [repeatable]",
)
_KEY_FILE = click.option(
    "--api-key-file", metavar="FILE", help="The API key is in this file.  [default: the variable PICQER_API_KEY]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    """What is fuzzed: where it is, and the key that it knows."""

    origin: Origin
    key: str | None


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="picqer-contract", message="%(prog)s %(version)s")
def cli() -> None:
    """Send broken requests to an API, and tell whether it refuses them as its contract promises.

    The contract is that of the Picqer warehouse API, or any OpenAPI 3.0 or 3.1 document: --spec FILE.
    """


@cli.command()
@click.option("--base-url", type=ServerType(), help="The server to be fuzzed.  [default: an embedded sandbox]")
@SPEC
@limits
@click.option("--seed", metavar="N", type=click.IntRange(min=0), help="Send the same as the run with this seed.")
@click.option("--operation", "operations", metavar="ID", multiple=True, help="Only this operation.  [repeatable]")
@click.option("--fault", "faults", type=click.Choice(MADE), multiple=True, help="Only this fault.  [repeatable]")
@click.option(
    "--provoke-rate-limit", is_flag=True, help="At the end, send sound requests until the server wants no more of them."
)
@click.option("--dry-run", is_flag=True, help="Send nothing: list what would be sent, as far as it can be known.")
@click.option("--curl", is_flag=True, help="With --dry-run: list it as commands for curl.")
@_ALLOW_HOST
@click.option(
    "--allow-writes",
    is_flag=True,
    help="Send sound requests that write, too, and play sequences on things of our own; they are deleted at the end.",
)
@_KEY_FILE
@click.option("--record", metavar="FILE", help="Write failing cases here, for picqer-fuzz replay.")
@REPORTS
@click.option("--defect", type=DefectType(), help="Switch on a defect of the embedded sandbox.")
@click.pass_obj
def run(  # noqa: PLR0913 - one parameter per option, named by click
    streams: Streams,
    *,
    base_url: str | None,
    spec: str | None,
    max_requests: int,
    seconds: float | None,
    rate: float | None,
    patience: float,
    seed: int | None,
    operations: tuple[str, ...],
    faults: tuple[str, ...],
    provoke_rate_limit: bool,
    dry_run: bool,
    curl: bool,
    allowed: tuple[str, ...],
    allow_writes: bool,
    api_key_file: str | None,
    record: str | None,
    destinations: tuple[Destination, ...],
    defect: str | None,
) -> int:
    """Break requests in every way, send them, and judge the answers.

    Without --base-url, a sandbox is started on this machine and fuzzed. What a server accepts of a broken request it
    may keep: use a test account.

    \b
    Examples:
      picqer-fuzz run
      picqer-fuzz run --defect accepts-trailing-comma
      picqer-fuzz run --base-url http://127.0.0.1:8080/api/v1 --rate 5 --record failing.ndjson

    Exit code: 0 all refused as promised, 1 findings, 2 nothing could be shown.
    """  # noqa: D301 - \b is a word to click: leave these lines as they are
    from fuzz.console import RunText  # noqa: PLC0415 - help need not wait for all this
    from fuzz.runner import Budget, Ended, Runner  # noqa: PLC0415
    from fuzz.summary import Summary  # noqa: PLC0415
    from fuzz.transport import HttpTransport  # noqa: PLC0415
    from validator.contract import Contract  # noqa: PLC0415
    from validator.progress import progress  # noqa: PLC0415
    from validator.reports import Tally  # noqa: PLC0415
    from validator.reports.destination import make_sure  # noqa: PLC0415

    if curl and not dry_run:
        raise click.UsageError("--curl says how --dry-run lists what would be sent; add it")
    if base_url is None and spec is not None:
        raise click.UsageError("--spec needs --base-url: the embedded sandbox serves the Picqer contract only")
    for destination in destinations:
        if destination.path is not None:
            make_sure(destination.path)
    contract = Contract.load(spec)
    check_operations(contract, operations)
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    started, interrupted = time.monotonic(), False
    summary, tally = Summary(), Tally(contract)
    with ExitStack() as stack:
        recording = None if record is None else stack.enter_context(_opened(record))
        server = _server(stack, base_url, allowed, api_key_file, defect)
        if not dry_run:
            _need_key(contract, server)
        transport = stack.enter_context(HttpTransport(server.key))
        runner = Runner(
            contract,
            transport,
            base_url=server.origin.base_url,
            budget=Budget(max_requests=max_requests, seconds=seconds, rate=rate),
            patience=patience,
            allow_writes=allow_writes,
            dry_run=dry_run,
            provoke_rate_limit=provoke_rate_limit,
            seed=seed,
            operations=operations,
            faults=faults or MADE,
        )
        if dry_run:
            return _list(runner.run(), streams, curl=curl)
        try:
            with progress(streams.stderr, lambda: _live(summary)):
                for event in runner.run():
                    _take(event, summary, tally, recording, server.origin)
        except (KeyboardInterrupt, Exception) as stop:
            streams.interruption.heard()  # putting away what was made takes its time
            summary.add(_cleaned(runner))
            # Once the signal has come, whatever comes out of the libraries half way through is its doing.
            if not (streams.interruption.asked or isinstance(stop, KeyboardInterrupt)):
                raise
            interrupted = True
            summary.add(Ended(spent="the interruption"))
            streams.stderr.write("\n")
            streams.complain("interrupted; this is what was found until now")
    elapsed = time.monotonic() - started
    text = RunText(summary=summary, seed=seed, record=record, origin=server.origin)
    wanted = ((text if asked.form.name == text.name else asked.form, asked.path) for asked in destinations)
    delivered = deliver(tally.report(seconds=elapsed), wanted, streams)
    if interrupted:
        return INTERRUPTED
    if summary.obstacles or not delivered:
        _tell_obstacles(summary, destinations, streams)
        return OBSTACLE
    return FINDINGS if summary.groups else FINE


@cli.command()
@click.argument("file", metavar="FILE")
@click.option("--base-url", type=ServerType(), help="Send them to this server.  [default: as recorded]")
@SPEC
@_ALLOW_HOST
@_KEY_FILE
@click.pass_obj
def replay(
    streams: Streams,
    *,
    file: str,
    base_url: str | None,
    spec: str | None,
    allowed: tuple[str, ...],
    api_key_file: str | None,
) -> int:
    """Send recorded failing cases again, and judge the answers anew.

    They go where they were recorded; cases of an embedded sandbox to a new one with the same defect; or, with
    --base-url, to another server.

    \b
    Examples:
      picqer-fuzz run --base-url http://127.0.0.1:8080/api/v1 --record failing.ndjson
      picqer-fuzz replay failing.ndjson

    Exit code: 0 none fails any more, 1 some still do, 2 nothing could be shown.
    """  # noqa: D301
    from fuzz.console import render_replay  # noqa: PLC0415
    from fuzz.replay import read_cases, send_again  # noqa: PLC0415
    from fuzz.transport import HttpTransport  # noqa: PLC0415
    from validator.contract import Contract  # noqa: PLC0415

    recorded = read_cases(file)
    first = recorded[0].origin
    contract = Contract.load(spec)
    embedded = base_url is None and first.sandbox
    with ExitStack() as stack:
        server = _server(
            stack,
            None if embedded else base_url or first.base_url,
            allowed,
            api_key_file,
            first.defect if embedded else None,
        )
        _need_key(contract, server)
        transport = stack.enter_context(HttpTransport(server.key))
        results = list(send_again(recorded, contract, transport, server.origin.base_url))
    failing = [failure for failure in results if failure is not None]
    render_replay(len(results) - len(failing), failing, Path(contract.document.source).name, streams.stdout)
    return FINDINGS if failing else FINE


@cli.command()
@click.option(
    "--port",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    default=8081,
    show_default=True,
    help="The port on this machine; 0 takes a free one.",
)
@click.option("--defect", type=DefectType(), help="Switch on this defect.")
@click.option("--list", "listed", is_flag=True, help="List the defects, and start nothing.")
@click.pass_obj
def sandbox(streams: Streams, *, port: int, defect: str | None, listed: bool) -> int:
    """Imitate the Picqer API on this machine, in memory, until interrupted.

    \b
    Examples:
      picqer-fuzz sandbox --list
      picqer-fuzz sandbox --port 8081 --defect accepts-trailing-comma
    """  # noqa: D301
    from fuzz.sandbox import DEFECTS, SandboxServer  # noqa: PLC0415 - only this command needs it

    if listed:
        names, faults = (max(map(len, column)) for column in (DEFECTS, {one.fault for one in DEFECTS.values()}))
        for name, one in DEFECTS.items():
            click.echo(f"{name:<{names}}  {one.fault:<{faults}}  {one.summary}", file=streams.stdout)
        return FINE
    with ExitStack() as stack:
        try:
            server = stack.enter_context(SandboxServer(defect=defect, port=port))
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


def main(argv: Sequence[str], *, stdin: BinaryIO, stdout: TextIO, stderr: TextIO) -> int:
    """Run one command and return its exit code. Raises nothing that a user can cause."""
    streams = Streams(name=NAME, stdin=stdin, stdout=stdout, stderr=stderr)
    return run_command(cli, argv, streams, interrupted="interrupted")


def entry_point() -> None:
    """The console script."""
    # Hypothesis keeps what it has worked out about Unicode; it would put that in the folder that the user is in.
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - a Path without a home raises
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(Path(cache) / NAME))
    leave(main)


def _server(
    stack: ExitStack, base_url: str | None, allowed: Sequence[str], key_file: str | None, defect: str | None
) -> _Server:
    """The server that was named, if it may be fuzzed; or a sandbox, that ends with the stack."""
    from fuzz.replay import Origin  # noqa: PLC0415 - with all the rest of the work

    if base_url is not None:
        if defect is not None:
            raise click.UsageError("--defect is for the embedded sandbox; leave out --base-url")
        from fuzz.hosts import check_target  # noqa: PLC0415

        return _Server(origin=Origin(base_url=check_target(base_url, allowed)), key=api_key(key_file))
    from fuzz.sandbox import SandboxServer  # noqa: PLC0415 - only here a sandbox is needed

    sandbox = stack.enter_context(SandboxServer(defect=defect))
    return _Server(origin=Origin(base_url=sandbox.url, sandbox=True, defect=defect), key=sandbox.api_key)


def _cleaned(runner: Runner) -> Cleaned:
    """What became of what the run made, where it was cut short; who interrupts this as well has it left."""
    try:
        return runner.clean_up()
    except KeyboardInterrupt:
        return runner.left


def _need_key(contract: Contract, server: _Server) -> None:
    """Say before the first request, rather than after some 401, that the key is missing."""
    from fuzz.credentials import NO_SCHEME, scheme_for  # noqa: PLC0415

    if server.key is None and any(scheme_for(contract, one) != NO_SCHEME for one in contract.operations):
        raise TargetError(
            "the contract wants an API key, and there is none", mend=f"set {VARIABLE}, or name a file: --api-key-file"
        )


def _opened(path: str) -> BinaryIO:
    try:
        return Path(path).open("wb")
    except OSError as error:
        raise ReportError(f"cannot be written: {error.strerror}", place=path, mend="name another place") from None


def _list(events: Iterable[Event], streams: Streams, *, curl: bool) -> int:
    """Write what would be sent, a line each, and return the exit code."""
    from fuzz.events import Drawn, Met  # noqa: PLC0415
    from validator.reports.characters import for_encoding, visible  # noqa: PLC0415

    code = FINE
    for event in events:
        match event:
            case Drawn(case=case):
                line = case.curl if curl else f"{case.method} {case.url} {case.fault} {case.variant}"
                streams.stdout.write(for_encoding(f"{visible(line)}\n", streams.stdout.encoding))
            case Met(obstacle=obstacle):
                code = OBSTACLE
                streams.complain(str(obstacle))
    return code


def _take(event: Event, summary: Summary, tally: Tally, recording: BinaryIO | None, origin: Origin) -> None:
    """Let all who listen hear of an event. Cases are recorded as they come: a run that is killed has lost none."""
    from fuzz.replay import write_failure  # noqa: PLC0415
    from fuzz.runner import Answered, Failed, Met  # noqa: PLC0415

    summary.add(event)
    match event:
        case Answered(verdict=verdict, shrinking=False, again=False):
            tally.add(verdict)
        case Failed(failure=failure) if recording is not None:
            recording.write(write_failure(failure, origin))
            recording.flush()
        case Met(obstacle=obstacle):
            tally.add_obstacle(obstacle)


def _live(summary: Summary) -> str:
    found = len(summary.groups)
    kinds = "" if not found else f", {found} kind{'s' if found != 1 else ''} of failure"
    return f"{summary.requests:,} requests, {len(summary.ways):,} of {summary.planned.cases:,} ways tried{kinds}"


def _tell_obstacles(summary: Summary, destinations: Sequence[Destination], streams: Streams) -> None:
    """On standard error too, but not twice to the same terminal."""
    shown = any(asked.path is None and asked.form.name == "text" for asked in destinations)
    if not (shown and streams.stdout.isatty()):
        for obstacle in summary.obstacles:
            streams.complain(str(obstacle))
