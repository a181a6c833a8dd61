"""What the command line may say; a slip is answered with what was meant, where that can be guessed."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from validator.arguments import Destination, DestinationType, RuleType, ServerType, one_report_per_place
from validator.reports import FORMATS

PARAMETER = click.Option(["--format"])
CONTEXT = click.Context(click.Command("check"))


@pytest.mark.parametrize(
    ("value", "name", "path"),
    [
        ("json", "json", None),
        ("json:-", "json", None),
        ("junit:report.xml", "junit", "report.xml"),
        ("text:a:b.txt", "text", "a:b.txt"),
        ("json:/dev/stderr", "json", "/dev/stderr"),
    ],
)
def test_a_format_may_name_a_file(value, name, path):
    asked = DestinationType().convert(value, PARAMETER, CONTEXT)
    assert asked == Destination(form=FORMATS[name], path=path and Path(path))
    assert DestinationType().convert(asked, PARAMETER, CONTEXT) is asked


@pytest.mark.parametrize("value", ["", ":x", "xml", "JSON", "json:"])
def test_what_is_no_format_is_refused(value):
    with pytest.raises(click.BadParameter):
        DestinationType().convert(value, PARAMETER, CONTEXT)


def test_a_rule_is_known():
    assert RuleType().convert("unknown-path", PARAMETER, CONTEXT) == "unknown-path"
    with pytest.raises(click.BadParameter, match="did you mean 'unknown-path'"):
        RuleType().convert("unknown_path", PARAMETER, CONTEXT)


@pytest.mark.parametrize("value", ["http://localhost:8080", "https://shop.example/api/v1"])
def test_a_server_is_an_absolute_address(value):
    assert ServerType().convert(value, PARAMETER, CONTEXT) == value


@pytest.mark.parametrize("value", ["", "/api", "localhost", "ftp://shop.example", "http://", "http://[::1"])
def test_what_is_no_address_is_refused(value):
    with pytest.raises(click.BadParameter):
        ServerType().convert(value, PARAMETER, CONTEXT)


@pytest.mark.parametrize(
    ("paths", "good"),
    [([None, "a"], True), (["a", "b"], True), ([None, None], False), (["a", "./a"], False)],
)
def test_two_reports_never_share_a_place(paths, good):
    asked = tuple(Destination(form=FORMATS["json"], path=path and Path(path)) for path in paths)
    if good:
        assert one_report_per_place(CONTEXT, PARAMETER, asked) == asked
    else:
        with pytest.raises(click.BadParameter, match="two reports cannot both go to"):
            one_report_per_place(CONTEXT, PARAMETER, asked)
