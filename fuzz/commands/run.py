"""`picqer-fuzz run`: break requests, send them, judge the answers, and tell."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from fuzz.arguments import DefectType, check_operations, limits
from fuzz.commands.target import ALLOW_HOST, KEY_FILE, limit_for, need_key, server_of
from fuzz.events import Failed
from fuzz.faults import MADE
from validator.arguments import POSTING, REPORTS, SPEC, Destination, ServerType
from validator.commands.posting import posting_of
from validator.errors import ReportError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from fuzz.commands.hearing import Hearing
    from fuzz.events import Cleaned
    from fuzz.runner import Runner
    from validator.door import Streams

EVERY: Final = 30.0
"""Seconds between two lines in the log of a run that nobody watches."""

IN_A_HURRY: Final = 20.0
"""Seconds for cleaning up after an interruption: who sends SIGTERM, kills half a minute later as a rule."""


@click.command("run")
@click.option("--base-url", type=ServerType(), help="The server to be fuzzed.  [default: an embedded sandbox]")
@SPEC
@limits
@click.option("--seed", metavar="N", type=click.IntRange(min=0), help="Send the same as the run with this seed.")
@click.option("--operation", "operations", metavar="ID", multiple=True, help="Only this operation.  [repeatable]")
@click.option(
    "--fault",
    "faults",
    metavar="FAULT",
    type=click.Choice(MADE),
    multiple=True,
    help=f"Only this fault: {', '.join(MADE)}.  [repeatable]",
)
@click.option(
    "--provoke-rate-limit", is_flag=True, help="At the end, send sound requests until the server wants no more of them."
)
@click.option("--dry-run", is_flag=True, help="Send nothing: list what would be sent, as far as it can be known.")
@click.option("--curl", is_flag=True, help="With --dry-run: list it as commands for curl.")
@ALLOW_HOST
@click.option(
    "--allow-writes",
    is_flag=True,
    help="Send what should succeed and changes what the server has, too; what is made so is deleted at the end.",
)
@KEY_FILE
@click.option(
    "--state",
    "state_folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Go on where the run before ended: what failed comes first, then what was never tried.",
)
@click.option(
    "--baseline",
    "baseline_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Findings that are known: only others make the run fail.",
)
@click.option(
    "--update-baseline", is_flag=True, help="Write what was found into --baseline, and what is gone out of it."
)
@click.option("--record", metavar="FILE", help="Write failing cases here, for picqer-fuzz replay.")
@REPORTS
@POSTING
@click.option("--quiet", is_flag=True, help="Say nothing while it goes on.")
@click.option("--defect", type=DefectType(), help="Switch on a defect of the embedded sandbox.")
@click.pass_obj
def run_command(  # noqa: PLR0913 - one parameter per option, named by click
    streams: Streams,
    *,
    base_url: str | None,
    spec: str | None,
    max_requests: int,
    seconds: float | None,
    max_failures: int | None,
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
    state_folder: Path | None,
    baseline_file: Path | None,
    update_baseline: bool,
    record: str | None,
    destinations: tuple[Destination, ...],
    post_to: str | None,
    label: str | None,
    source: str | None,
    commit: str | None,
    quiet: bool,
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
      picqer-fuzz run --state fuzz-state --baseline known.json --format markdown:summary.md

    Exit code: 0 all refused as promised, or known, 1 findings, 2 nothing could be shown, or only a part.
    """  # noqa: D301 - \b is a word to click: leave these lines as they are
    from fuzz.baseline import Baseline  # noqa: PLC0415 - help need not wait for all this
    from fuzz.commands.conclusion import Conclusion, obstructed  # noqa: PLC0415
    from fuzz.commands.hearing import Hearing  # noqa: PLC0415
    from fuzz.commands.listing import list_cases  # noqa: PLC0415
    from fuzz.live import Live  # noqa: PLC0415
    from fuzz.pace import Budget  # noqa: PLC0415
    from fuzz.runner import Runner  # noqa: PLC0415
    from fuzz.state import State  # noqa: PLC0415
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
    if dry_run and (update_baseline or post_to is not None):
        raise click.UsageError("--dry-run finds nothing that could be kept or stored; leave it out")
    if update_baseline and baseline_file is None:
        raise click.UsageError("--update-baseline says to write a baseline: name it with --baseline FILE")
    posting = posting_of(post_to, label=label, source=source, commit=commit, show_values=False)
    written = [destination.path for destination in destinations] + ([baseline_file] if update_baseline else [])
    for path in written:
        if path is not None:
            make_sure(path)
    contract = Contract.load(spec)
    check_operations(contract, operations)
    seed = random.SystemRandom().randrange(2**32) if seed is None else seed
    started = time.monotonic()
    budget = Budget(max_requests=max_requests, seconds=seconds, rate=rate)
    reporting = partial(obstructed, seed=seed, destinations=() if dry_run else destinations, streams=streams)
    with reporting(Summary(), Tally(contract)):
        baseline = Baseline() if baseline_file is None else Baseline.read(baseline_file, needed=not update_baseline)
        state = None if state_folder is None else State.open(state_folder, contract.title)
    summary, tally = Summary(baseline.knows), Tally(contract)
    with reporting(summary, tally), ExitStack() as stack:
        recording = None if record is None else stack.enter_context(_opened(record))
        server = server_of(
            stack,
            base_url,
            allowed,
            api_key_file,
            defect,
            limit_for(defect, max_requests, provoked=provoke_rate_limit),
        )
        if not dry_run:
            need_key(contract, server)
        runner = Runner(
            contract,
            stack.enter_context(HttpTransport(server.key)),
            base_url=server.origin.base_url,
            budget=budget,
            patience=patience,
            dry_run=dry_run,
            provoke_rate_limit=provoke_rate_limit,
            seed=seed,
            operations=operations,
            faults=faults or MADE,
            allow_writes=allow_writes,
            covered={} if state is None else state.covered,
            failing=() if state is None else state.failing,
            examples=None if state is None else state.examples,
            held=streams.interruption.held,
        )
        if dry_run:
            return list_cases(runner.run(), streams, curl=curl)
        hearing = Hearing(summary=summary, tally=tally, baseline=baseline, recording=recording, origin=server.origin)
        live = Live(summary, budget, lambda: runner.sent)
        told = nullcontext() if quiet else progress(streams.stderr, live, EVERY, streams.complain)
        interrupted = _listen(runner, hearing, told, streams, max_failures)
        hearing.end()
    conclusion = Conclusion(
        summary=summary,
        report=tally.report(seconds=time.monotonic() - started),
        seed=seed,
        server=server,
        record=record,
        state=state,
        waiting=runner.waiting,
        baseline=baseline,
        baseline_file=baseline_file if update_baseline else None,
        posting=posting,
        interrupted=interrupted,
    )
    return conclusion.conclude(destinations, streams)


def _listen(
    runner: Runner, hearing: Hearing, told: AbstractContextManager[None], streams: Streams, max_failures: int | None
) -> bool:
    """Hear the run to its end, to so many new failures, or to where it is interrupted: whether it was.

    What was made is put away in any case.
    """
    try:
        with told:
            for event in runner.run():
                hearing.hear(event)
                if isinstance(event, Failed) and len(hearing.summary.new) == max_failures:
                    hearing.hear(runner.clean_up())
                    hearing.hear(runner.ended(f"--max-failures {max_failures}"))
                    break
    except (KeyboardInterrupt, Exception) as stop:
        streams.interruption.heard()  # putting away what was made takes its time
        hearing.summary.add(_cleaned(runner))
        # Once the signal has come, whatever comes out of the libraries half way through is its doing.
        if not (streams.interruption.asked or isinstance(stop, KeyboardInterrupt)):
            raise
        hearing.summary.add(runner.ended("the interruption"))
        with suppress(OSError):  # a terminal that was closed
            streams.stderr.write("\n")
        streams.complain("interrupted; this is what was found until now")
        return True
    return False


def _cleaned(runner: Runner) -> Cleaned:
    """What became of what the run made, where it was cut short; who interrupts this as well has it left."""
    try:
        return runner.clean_up(IN_A_HURRY)
    except KeyboardInterrupt:
        return runner.left


def _opened(path: str) -> BinaryIO:
    try:
        return Path(path).open("wb")
    except OSError as error:
        raise ReportError(f"cannot be written: {error.strerror}", place=path, mend="name another place") from None
