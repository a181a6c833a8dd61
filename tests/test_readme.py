"""The README tells the truth: its commands exist, its output is real, its table is the rules' own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from validator.rules import RULES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
MODULES = {"picqer-contract": "validator", "picqer-fuzz": "fuzz"}
ON_REQUEST = "; only with --strict or --drift"
CONSOLE = re.findall(r"```console\n\$ (.+)\n([\s\S]*?)```", README)
COMMANDS = sorted(
    set(re.findall(r"(picqer-(?:contract|fuzz)(?: (?:db|token) [a-z]+| [a-z]+)?)(?=[ `\n])((?: [^`\n|#]*)?)", README))
)


def run(command: str) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(command)
    return subprocess.run(
        [sys.executable, "-m", MODULES[program], *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        encoding="utf-8",
        env={
            "PATH": "",
            "PYTHONUTF8": "1",
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
        },
    )


@pytest.mark.parametrize(("command", "shown"), CONSOLE)
def test_what_the_readme_shows_is_what_the_command_prints(command: str, shown: str) -> None:
    assert run(command).stdout == shown


def test_the_readme_shows_output_in_the_first_screenful() -> None:
    assert CONSOLE
    assert README[: README.index("```console")].count("\n") < 20


@pytest.mark.parametrize(("command", "rest"), COMMANDS)
def test_each_command_and_option_of_the_readme_exists(command: str, rest: str) -> None:
    told = run(f"{command} --help")
    assert told.returncode == 0, told.stderr
    for option in re.findall(r"--[a-z-]+", rest):
        assert option in told.stdout, f"{command} has no {option}"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`?make ([a-z]+)", README))))
def test_each_make_target_of_the_readme_exists(target: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


def test_the_table_of_rules_is_that_of_the_program() -> None:
    table = re.search(r"<!-- rules.*?-->\n([\s\S]*?)<!-- /rules -->", README)
    assert table is not None
    rows = [
        f"| `{rule.id}` | {rule.severity} | {rule.title}{ON_REQUEST if rule.on_request else ''} |" for rule in RULES
    ]
    assert table[1].splitlines()[2:] == rows


def test_the_table_of_error_codes_is_that_of_the_document() -> None:
    """Where the document has changed: `python -m tests.rewrite_readme`."""
    told = re.search(r"<!-- errors: made by `(.*)`.*-->\n([\s\S]*?)<!-- /errors -->", README)
    assert told is not None
    assert run(told[1]).stdout == told[2]


@pytest.mark.parametrize("path", re.findall(r"`((?:spec|validator|fuzz|examples)/[\w./-]+)`", README))
def test_each_path_of_the_readme_exists(path: str) -> None:
    assert (ROOT / path).exists()
