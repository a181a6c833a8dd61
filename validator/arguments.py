"""What the command line of `picqer-contract` may say, beyond what click knows: formats, rules, servers, thresholds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

import click

from validator.coverage import MEASURES
from validator.reports import FORMATS
from validator.rules import BY_ID
from validator.thresholds import CoverageThreshold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from validator.reports import Format

Command = TypeVar("Command", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A report that was asked for: its format, and its file, None for standard output."""

    form: Format
    path: Path | None


class DestinationType(click.ParamType[Destination]):
    """`NAME` or `NAME:FILE`; `NAME:-` is standard output too."""

    name = "NAME[:FILE]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Destination:
        """Take the value apart."""
        if isinstance(value, Destination):
            return value
        name, colon, file = str(value).partition(":")
        if name not in FORMATS:
            known = ", ".join(FORMATS)
            self.fail(f"there is no format {name!r}{near(name, FORMATS)}; expected one of {known}", param, ctx)
        if colon and not file:
            self.fail(f"expected a file after {value!r}", param, ctx)
        return Destination(form=FORMATS[name], path=Path(file) if file not in {"", "-"} else None)


class RuleType(click.ParamType[str]):
    """The id of a rule."""

    name = "RULE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no rule: a slip in an --ignore would otherwise go unseen."""
        if value not in BY_ID:
            self.fail(f"there is no rule {value!r}{near(value, BY_ID)}; see picqer-contract rules", param, ctx)
        return str(value)


class ServerType(click.ParamType[str]):
    """An absolute http or https URL."""

    name = "URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what cannot be the start of an address."""
        try:
            parts = urlsplit(value)
        except ValueError:
            self.fail(f"{value!r} is not an address", param, ctx)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            slip = "" if "://" in value else f"; did you mean http://{value}?"
            self.fail(f"expected an http or https address, got {value!r}{slip}", param, ctx)
        return str(value)


def one_report_per_place(
    ctx: click.Context, param: click.Parameter, destinations: tuple[Destination, ...]
) -> tuple[Destination, ...]:
    """Two reports in one place would be neither."""
    seen: set[Path | None] = set()
    for destination in destinations:
        place = destination.path and destination.path.absolute()
        if place in seen:
            where = destination.path or "standard output"
            raise click.BadParameter(f"two reports cannot both go to {where}; write one as NAME:FILE", ctx, param)
        seen.add(place)
    return destinations


class ThresholdType(click.ParamType[CoverageThreshold]):
    """`PERCENT` or `MEASURE=PERCENT`."""

    name = "[WHAT=]PERCENT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> CoverageThreshold:
        """Take the value apart."""
        if isinstance(value, CoverageThreshold):
            return value
        measure, equals, number = str(value).rpartition("=")
        measure = measure if equals else MEASURES[0]
        if measure not in MEASURES:
            known = ", ".join(MEASURES)
            self.fail(
                f"there is no coverage of {measure!r}{near(measure, MEASURES)}; expected one of {known}", param, ctx
            )
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,9})?%?", number):
            self.fail(f"expected a percentage such as 80, got {number!r}", param, ctx)
        percent = Fraction(number.removesuffix("%"))
        if percent > 100:  # noqa: PLR2004 - per cent
            self.fail(f"expected a percentage from 0 to 100, got {number!r}", param, ctx)
        return CoverageThreshold(measure=measure, percent=percent)


def one_threshold_per_measure(
    ctx: click.Context, param: click.Parameter, thresholds: tuple[CoverageThreshold, ...]
) -> tuple[CoverageThreshold, ...]:
    """Of two thresholds for one measure, one would go unseen."""
    names = [threshold.measure for threshold in thresholds]
    for name in names:
        if names.count(name) > 1:
            raise click.BadParameter(f"{name} is given twice", ctx, param)
    return thresholds


def near(name: str, known: Iterable[str]) -> str:
    """What was meant, where it is near enough to a slip."""
    close = get_close_matches(name, list(known), n=1)
    return f", did you mean {close[0]!r}?" if close else ""


SPEC: Final = click.option("--spec", metavar="FILE", help="The OpenAPI document.  [default: the Picqer API]")
"""The option that every door has for its contract."""

REPORTS: Final = click.option(
    "--format",
    "destinations",
    type=DestinationType(),
    multiple=True,
    default=["text"],
    callback=one_report_per_place,
    help="text, json, junit or markdown; to a file, or shown.  [repeatable; default: text]",
)
"""The option that every door has for its reports."""

COVERAGE: Final = click.option(
    "--coverage", "coverage_in_full", is_flag=True, help="List all of the coverage in the text."
)
"""The option of every command whose text report can list the coverage."""

FAIL_UNDER: Final = click.option(
    "--fail-under",
    "thresholds",
    type=ThresholdType(),
    multiple=True,
    callback=one_threshold_per_measure,
    help="Exit with 1 where less of the contract was exercised. WHAT: operations (called; the default), responses (each"
    " documented status of each operation; 500 or 429 hardly ever come), error-codes (documented and seen), webhooks"
    " (sent).  [repeatable]",
)
"""The option of every command that can ask for coverage."""

MAX_FINDINGS: Final = click.option(
    "--max-findings",
    "max_groups",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Causes in the text.",
)
"""The option of every command that has a text report of findings."""


def _posting(command: Command) -> Command:
    for option in (
        click.option("--commit", metavar="TEXT", help="With --post-to: the commit recorded."),
        click.option("--source", metavar="TEXT", help="With --post-to: where it was recorded."),
        click.option("--label", metavar="TEXT", help="With --post-to: what the run is called."),
        click.option(
            "--post-to",
            metavar="URL",
            type=ServerType(),
            help="Have a service keep the report, not the recording; its token: PICQER_CONTRACT_TOKEN.",
        ),
    ):
        command = option(command)
    return command


POSTING: Final = _posting
"""The options of every door that can have its report stored."""

DATABASE: Final = click.option(
    "--database",
    metavar="URL",
    help="Where runs are kept: sqlite:///FILE or postgresql://USER@HOST/NAME.  [default: $DATABASE_URL, else"
    " picqer-contract/runs.db in the user's folder for data]",
)
"""The option of every command that needs the database of the service."""

KEEP_DAYS: Final = click.option(
    "--keep-days", metavar="N", type=click.IntRange(1, 36_500), help="Delete runs that are older than so many days."
)
KEEP_RUNS: Final = click.option(
    "--keep-runs", metavar="N", type=click.IntRange(1, 10**9), help="Delete the oldest runs beyond so many."
)
