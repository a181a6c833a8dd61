"""The text report, compared whole, and what a hostile recording may not do to a terminal.

`python -m tests.reports.rewrite` writes the expected files anew; look at the difference before you keep it.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.samples import (
    contract,
    elsewhere,
    exchange,
    invalid,
    obstacle,
    of_everything,
    undecided,
    valid,
    violation,
)
from validator.findings import Severity, Verdict
from validator.reports import FORMATS, Report, Tally

EXPECTED = Path(__file__).parent / "expected"


class Stream(io.StringIO):
    """A stream of any encoding, terminal or not."""

    def __init__(self, *, encoding: str | None = "utf-8", terminal: bool = False) -> None:
        super().__init__()
        self._encoding = encoding
        self._terminal = terminal

    @property
    def encoding(self) -> str | None:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self._terminal


def text_of(report: Report, **how: object) -> str:
    stream = Stream(**how)
    FORMATS["text"].render(report, stream)
    return stream.getvalue()


def report_of(*verdicts: Verdict, max_groups: int | None = None) -> Report:
    tally = Tally(contract())
    for verdict in verdicts:
        tally.add(verdict)
    return tally.report(seconds=0.1, max_groups=max_groups)


def test_a_report_of_everything_reads_as_expected():
    assert text_of(of_everything()) == (EXPECTED / "everything.txt").read_text(encoding="utf-8")


WARNING = violation(severity=Severity.WARNING)
INFO = violation(severity=Severity.INFO)


@pytest.mark.parametrize(
    ("verdicts", "first_line"),
    [
        ([valid()], "✓ 1 exchange keeps the contract  Shop 1.2 (<mapping>)"),
        ([valid(), valid(1)], "✓ 2 exchanges keep the contract  Shop 1.2 (<mapping>)"),
        ([valid(), undecided(1)], "✓ 1 exchange keeps the contract (1 undecided)  Shop 1.2 (<mapping>)"),
        ([valid(), elsewhere(1)], "✓ 1 exchange keeps the contract  Shop 1.2 (<mapping>)"),
        ([valid(), invalid(1, INFO)], "✓ 2 exchanges keep the contract  Shop 1.2 (<mapping>)"),
        (
            [valid(), invalid(1, WARNING)],
            "! 1 of 2 exchanges gives a warning, none breaks the contract  Shop 1.2 (<mapping>)",
        ),
        ([valid(), invalid(1, WARNING, violation())], "✗ 1 of 2 exchanges breaks the contract  Shop 1.2 (<mapping>)"),
        ([undecided()], "! 1 exchange could not be decided  Shop 1.2 (<mapping>)"),
        ([elsewhere()], "✗ nothing was judged  Shop 1.2 (<mapping>)"),
        ([], "✗ nothing was judged  Shop 1.2 (<mapping>)"),
    ],
)
def test_the_first_line_is_the_verdict(verdicts, first_line):
    assert text_of(report_of(*verdicts)).splitlines()[0] == first_line


def test_a_clean_report_is_three_lines_and_the_codes_never_seen():
    assert text_of(report_of(valid())).splitlines()[1:] == [
        "",
        "coverage: 1 of 2 operations, 1 of 4 responses, 0 of 4 error codes",
        "    error codes never seen: 1-3, 5",
    ]


def test_groups_left_out_are_counted():
    found = report_of(*(invalid(at, violation(f"/0/p{at}")) for at in range(5)), max_groups=2)
    text = text_of(found)
    assert text.count("error schema-violation in listOrders") == 2
    assert "and 3 more causes: --max-findings shows more" in text


def test_long_lists_are_cut():
    tally = Tally(contract())
    for at in range(30):
        tally.add(elsewhere(at, f"https://h{at}.example"))
        tally.add(undecided(at, f"reason {at}"))
        tally.add_obstacle(obstacle())
    lines = text_of(tally.report(seconds=0)).splitlines()
    assert lines.count("    and 10 more") == 3


def test_big_numbers_can_be_read():
    text = text_of(report_of(*(invalid(at) for at in range(1234)), *(elsewhere(at) for at in range(5))))
    assert text.startswith("✗ 1,234 of 1,234 exchanges break the contract")
    assert "  1,234  schema-violation" in text
    assert "      5  unknown-server" in text
    assert "error schema-violation in listOrders, 1,234 times" in text


def test_a_group_shows_different_requests_as_examples():
    found = report_of(
        invalid(0, url="https://shop.example/api/orders?page=1"),
        invalid(1, url="https://shop.example/api/orders?page=2"),
        invalid(2, url="https://shop.example/api/orders/1", status=0),
    )
    assert [line.split("seen")[-1].strip() for line in text_of(found).splitlines() if "session.har" in line] == [
        "session.har[0] GET https://shop.example/api/orders?page=1 200",
        "session.har[2] GET https://shop.example/api/orders/1 no response",
    ]


def test_markup_and_emoji_codes_are_text():
    found = report_of(invalid(0, violation("/[red]/:smile:"), url="https://shop.example/[bold]x[/bold]"))
    text = text_of(found, terminal=True)
    assert "/[red]/:smile:" in text
    assert "[bold]x[/bold]" in text


def test_colour_comes_only_to_a_terminal(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    report = of_everything()
    assert "\x1b[" not in text_of(report)
    assert "\x1b[1;31m" in text_of(report, terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31m" not in text_of(report, terminal=True)


def test_lines_are_never_wrapped(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    path = "/".join(["orders"] * 60)
    assert f"https://shop.example/{path} 200" in text_of(report_of(invalid(0, url=f"https://shop.example/{path}")))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_narrow_encoding_gets_plain_marks(encoding):
    text = text_of(of_everything(), encoding=encoding)
    text.encode(encoding)
    assert text.startswith("FAIL: 4 of 8 exchanges break the contract")
    assert "orders?email=... 200" in text


def test_nothing_of_a_value_is_shown():
    assert "someone@example.org" not in text_of(of_everything())
    assert "a@b.c" not in text_of(of_everything())


@pytest.mark.property
@given(st.text(alphabet=st.characters(), max_size=20), st.text(alphabet=st.characters(codec=None), max_size=20))
def test_what_a_recording_holds_never_reaches_the_terminal_raw(method, name):
    """Any text at all, lone surrogates and ESC among it, in every place of an exchange that is shown."""
    hostile = Verdict(
        exchange=exchange(method=method, url=f"https://shop.example/{name}", source=name),
        findings=(violation(f"/{name}"),),
    )
    text = text_of(report_of(hostile))
    text.encode("utf-8")
    assert all(char == "\n" or char.isprintable() for char in text)
