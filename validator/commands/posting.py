"""What `--post-to` and its companions say: whether and where a report is to be stored."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from validator.reports import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """The service that a report is for, and what is known of the run."""

    url: str
    label: str | None
    source: str | None
    commit: str | None

    def send(self, report: Report) -> str:
        """Have the report stored; the address of the run. Raises TargetError."""
        from validator.posting import TOKEN, post_report  # noqa: PLC0415 - only who posts needs HTTP

        token = os.environ.get(TOKEN, "").strip() or None
        return post_report(self.url, report, label=self.label, source=self.source, commit=self.commit, token=token)


def posting_of(
    url: str | None, *, label: str | None, source: str | None, commit: str | None, show_values: bool
) -> Posting | None:
    """What the options ask for; None where no report is to be stored."""
    if url is None:
        for name, value in (("--label", label), ("--source", source), ("--commit", commit)):
            if value is not None:
                raise click.UsageError(f"{name} is for a run that is stored: it needs --post-to")
        return None
    if show_values:
        raise click.UsageError("--show-values: what is stored has no values of the recording; leave out --post-to")
    return Posting(url=url, label=label, source=source, commit=commit)
