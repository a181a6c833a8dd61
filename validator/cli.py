"""The door `picqer-contract`: arguments and streams in, an exit code out.

    0    nothing at or above the threshold
    1    findings, or less coverage than was asked for
    2    an obstacle: a recording, an entry of it, the document or the command line cannot be read, nothing was judged
    130  interrupted

What a command needs is imported when it runs: help should come at once.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

import click

from validator.arguments import (
    COVERAGE,
    DATABASE,
    FAIL_UNDER,
    KEEP_DAYS,
    KEEP_RUNS,
    MAX_FINDINGS,
    POSTING,
    REPORTS,
    SPEC,
    Destination,
    RuleType,
    ServerType,
)
from validator.commands.conclusion import check_documented, conclude
from validator.commands.contract import contract_command
from validator.commands.db import database_address, db_command
from validator.commands.merge import merge_command
from validator.commands.posting import posting_of
from validator.commands.token import token_command
from validator.door import FINE, Streams, leave, run
from validator.errors import NothingJudged
from validator.findings import Severity
from validator.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from validator.contract import Contract
    from validator.reports import Tally
    from validator.thresholds import CoverageThreshold

NAME: Final = "picqer-contract"

_SERVERS = click.option(
    "--server",
    "servers",
    type=ServerType(),
    multiple=True,
    help="One more address that serves the contract: a sandbox, a proxy.  [repeatable]",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name=NAME, message="%(prog)s %(version)s")
def cli() -> None:
    """Tell whether an API still keeps its documented contract.

    The contract is that of the Picqer warehouse API, or any OpenAPI 3.0 or 3.1 document: --spec FILE.
    """


@cli.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@SPEC
@_SERVERS
@REPORTS
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="Exit with 1 for findings of this severity and above.",
)
@click.option("--ignore", "ignored", type=RuleType(), multiple=True, help="Leave out a rule.  [repeatable]")
@click.option("--strict", is_flag=True, help="Undocumented properties and doubled members are errors.")
@click.option("--drift", is_flag=True, help="Undocumented properties and doubled members are mentioned.")
@click.option(
    "--judge",
    "judge_name",
    type=click.Choice(["compiled", "reference"]),
    default="compiled",
    show_default=True,
    help="Fast, or openapi-core.",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many processes judge. The report is the same.",
)
@click.option("--show-values", is_flag=True, help="Show values, personal data and all.")
@COVERAGE
@FAIL_UNDER
@MAX_FINDINGS
@POSTING
@click.pass_obj
def check(  # noqa: PLR0913 - one parameter per option, named by click
    streams: Streams,
    *,
    paths: tuple[str, ...],
    spec: str | None,
    servers: tuple[str, ...],
    destinations: tuple[Destination, ...],
    fail_on: str,
    ignored: tuple[str, ...],
    strict: bool,
    drift: bool,
    judge_name: str,
    workers: int,
    show_values: bool,
    coverage_in_full: bool,
    thresholds: tuple[CoverageThreshold, ...],
    max_groups: int,
    post_to: str | None,
    label: str | None,
    source: str | None,
    commit: str | None,
) -> int:
    """Judge recorded exchanges: files, folders, or - for standard input.

    A recording is a HAR file, a VCR cassette or exchange lines; which one is seen from its content.

    \b
    Examples:
      picqer-contract check session.har
      picqer-contract check recordings/ --format text --format junit:report.xml
      picqer-contract check --server http://127.0.0.1:8080 - < exchanges.ndjson
      picqer-contract check session.har --coverage --fail-under 50 --fail-under error-codes=25
      picqer-contract check session.har --post-to http://127.0.0.1:8080 --label nightly

    Exit code: 0 no findings at or above the threshold, 1 findings, or less coverage than asked for, 2 something could
    not be read or judged.
    """  # noqa: D301 - \b is a word to click: leave these lines as they are
    from validator.check import Setup, judge_recordings  # noqa: PLC0415 - help need not wait for the judges
    from validator.contract import Contract  # noqa: PLC0415
    from validator.coverage import documented  # noqa: PLC0415
    from validator.progress import progress  # noqa: PLC0415
    from validator.reports import Tally  # noqa: PLC0415
    from validator.reports.destination import make_sure  # noqa: PLC0415

    posting = posting_of(post_to, label=label, source=source, commit=commit, show_values=show_values)
    started = time.monotonic()
    for destination in destinations:
        if destination.path is not None:
            make_sure(destination.path)
    contract = Contract.load(spec, servers=servers)
    check_documented(documented(contract), thresholds)
    threshold = None if fail_on == "never" else Severity(fail_on)
    tally = Tally(contract, fail_on=threshold, show_values=show_values)
    setup = Setup(
        document=contract.document,
        servers=servers,
        judge=judge_name,
        strict=strict,
        drift=drift,
        show_values=show_values,
        ignored=frozenset(ignored),
    )
    told = progress(streams.stderr, lambda: f"{tally.exchanges:,} exchanges judged")
    if workers == 1:
        with told:
            passed_over = judge_recordings(paths, streams.stdin, setup.checker(contract, tally))
    else:
        from validator.parallel import Workers  # noqa: PLC0415 - one process has no need of it

        with Workers(workers, setup, contract) as several, told:  # the workers first: a fork has one thread
            passed_over = several.judge_recordings(paths, streams.stdin, tally)
    if not tally.judged and (tally.exchanges or not tally.obstacles_met):
        tally.add_obstacle(_nothing_judged(tally, contract))
    report = tally.report(seconds=time.monotonic() - started, max_groups=max_groups, coverage_in_full=coverage_in_full)
    code = conclude(report, destinations, thresholds, streams, passed_over=passed_over)
    if posting is not None and report.judged:
        streams.complain(f"stored as {posting.send(report)}")
    return code


cli.add_command(merge_command)
cli.add_command(contract_command)
cli.add_command(db_command)
cli.add_command(token_command)


@cli.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def rules(streams: Streams, form: str) -> int:
    """List the promises of a contract that can be broken.

    \b
    Examples:
      picqer-contract rules
      picqer-contract rules --format json
    """  # noqa: D301
    click.echo(_rules_as_json() if form == "json" else _rules_as_text(), file=streams.stdout)
    return FINE


@cli.command()
@click.option("--host", metavar="HOST", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="The port; 0 takes a free one.",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="How many processes judge.",
)
@click.option(
    "--max-body",
    metavar="MIB",
    type=click.IntRange(1, 4096),
    default=64,
    show_default=True,
    help="The biggest upload taken, in MiB.",
)
@click.option(
    "--rate-limit",
    metavar="N",
    type=click.IntRange(1, 10**6),
    help="The most requests a minute of a token, or of an address.  [default: any number]",
)
@click.option(
    "--log",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json: a line for every request, too.",
)
@SPEC
@_SERVERS
@DATABASE
@KEEP_DAYS
@KEEP_RUNS
def serve(  # noqa: PLR0913 - one parameter per option, named by click
    *,
    host: str,
    port: int,
    workers: int,
    max_body: int,
    rate_limit: int | None,
    log: str,
    spec: str | None,
    servers: tuple[str, ...],
    database: str | None,
    keep_days: int | None,
    keep_runs: int | None,
) -> int:
    """Judge recordings over HTTP: POST them to /v1/validate, or to /v1/runs, which keeps what was found.

    \b
    Examples:
      picqer-contract serve
      picqer-contract serve --database sqlite:///runs.db --keep-days 90
      curl --data-binary @session.har -H 'Content-Type: application/json' http://127.0.0.1:8080/v1/validate
    """  # noqa: D301
    from validator.service.server import serve as run_server  # noqa: PLC0415 - only this command needs a web server
    from validator.service.store import Keep, Store  # noqa: PLC0415 - or a database

    run_server(
        contract_path=spec,
        servers=servers,
        host=host,
        port=port,
        workers=workers,
        max_body=max_body * 1024 * 1024,
        rate_limit=rate_limit,
        log=log,
        store=Store(database_address(database), keep=Keep(days=keep_days, runs=keep_runs)),
        announce=click.echo,
    )
    return FINE


def main(argv: Sequence[str], *, stdin: BinaryIO, stdout: TextIO, stderr: TextIO) -> int:
    """Run one command and return its exit code. Raises nothing that a user can cause."""
    streams = Streams(name=NAME, stdin=stdin, stdout=stdout, stderr=stderr)
    return run(cli, argv, streams, interrupted="interrupted; no report was written")


def entry_point() -> None:
    """The console script."""
    leave(main)


def _nothing_judged(tally: Tally, contract: Contract) -> NothingJudged:
    if not tally.exchanges:
        return NothingJudged("no exchanges were found", mend="name recordings: HAR, VCR cassettes, exchange lines")
    address = tally.other_address
    mend = f"if {address} serves the contract, say so: --server {address}{contract.base_path}" if address else ""
    skipped = f"all {tally.exchanges:,} exchanges were" if tally.exchanges > 1 else "the only exchange was"
    return NothingJudged(f"nothing was judged: {skipped} skipped", mend=mend)


def _rules_as_text() -> str:
    width = max(len(rule.id) for rule in RULES)
    on_request = {True: "  (with --strict or --drift)", False: ""}
    return "\n".join(
        f"{rule.id:<{width}}  {rule.severity:<7}  {rule.title}{on_request[rule.on_request]}" for rule in RULES
    )


def _rules_as_json() -> str:
    return json.dumps([asdict(rule) for rule in RULES], indent=2)
