"""deploy/ is in step with the commands that there are: every command line in it is one that click takes."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from validator.cli import cli
from validator.errors import Obstacle
from validator.service.access import SCOPES
from validator.service.gate import own_document
from validator.service.server import GRACE
from validator.yaml_reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPLOY = Path(__file__).parents[1] / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
COMPOSE: dict[str, Any] = read_yaml(
    (DEPLOY / "compose.yaml").read_bytes(), place="compose.yaml", error=Obstacle, unique_keys=True
)
UNIT_TEXT = (DEPLOY / "picqer-contract.service").read_text()


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=["="])
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(UNIT_TEXT)
    return parser


def of_containerfile(word: str) -> list[str]:
    """What ENTRYPOINT or CMD say, in their last word."""
    found: list[str] = json.loads(re.findall(rf"^{word} (\[.*\])$", CONTAINERFILE, re.MULTILINE)[-1])
    return found


def mentioned(text: str) -> Iterator[list[str]]:
    """Commands in comments."""
    comments = "\n".join(line.lstrip("# ") for line in text.splitlines() if line.startswith("#"))
    for line in re.findall(r"(?:picqer-contract|service) ((?:token|db|serve) [a-z][^`\n]*)", comments):
        yield shlex.split(line.removesuffix(" with it."))


COMMANDS = [
    of_containerfile("CMD"),
    *(one["command"] for one in COMPOSE["services"].values() if "command" in one),
    shlex.split(unit()["Service"]["ExecStart"])[1:],
    *(line for text in (CONTAINERFILE, (DEPLOY / "compose.yaml").read_text(), UNIT_TEXT) for line in mentioned(text)),
]


def test_the_commands_were_found() -> None:
    assert sorted({(command[0], command[1]) for command in COMMANDS if command[0] != "serve"}) == [
        ("db", "upgrade"),
        ("token", "create"),
    ]
    assert sum(command[0] == "serve" for command in COMMANDS) == 3
    assert sum(command[0] == "token" for command in COMMANDS) == 3


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_a_command_line_is_one_that_there_is(argv: list[str]) -> None:
    command: click.Command = cli
    left = list(argv)
    while isinstance(command, click.Group):
        command = command.commands[left.pop(0)]
    context = command.make_context(argv[0], left)  # raises for what it does not know
    if argv[0] == "token":
        assert context.params["scope"] in SCOPES


def test_the_container_runs_the_program_as_nobody_special() -> None:
    assert of_containerfile("ENTRYPOINT") == ["picqer-contract"]
    assert re.findall(r"^USER (\S+)$", CONTAINERFILE, re.MULTILINE) == ["10001"]
    for source in re.findall(r"^COPY (?!--)(.*) \S+$", CONTAINERFILE, re.MULTILINE):
        assert all((DEPLOY.parent / one).exists() for one in source.split())


def test_what_asks_for_its_health_asks_for_what_there_is() -> None:
    (path,) = re.findall(r"http://127\.0\.0\.1:8080(/\w+)", CONTAINERFILE)
    assert "get" in own_document().root["paths"][path]


def test_the_ports_are_one() -> None:
    service = COMPOSE["services"]["service"]
    ports = {argv[argv.index("--port") + 1] for argv in COMMANDS if argv[0] == "serve"}
    assert ports == set(re.findall(r"^EXPOSE (\d+)$", CONTAINERFILE, re.MULTILINE)) == {"8080"}
    assert service["ports"] == ["127.0.0.1:8080:8080"]


def test_requests_in_flight_have_the_time_that_the_service_gives_them() -> None:
    assert int(COMPOSE["services"]["service"]["stop_grace_period"].removesuffix("s")) > GRACE
    assert int(unit()["Service"]["TimeoutStopSec"]) > GRACE
    assert unit()["Service"]["KillMode"] == "mixed"  # not all at once: workers are stopped by the first process


def test_no_password_stands_in_a_file() -> None:
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or value.startswith("${POSTGRES_PASSWORD:?")
    assert ":" not in COMPOSE["services"]["service"]["environment"]["DATABASE_URL"].removeprefix("postgresql:")


@pytest.mark.parametrize(
    "setting",
    ["NoNewPrivileges", "PrivateTmp", "ProtectHome", "PrivateDevices", "RestrictNamespaces", "DynamicUser"],
)
def test_the_unit_is_hardened(setting: str) -> None:
    service = unit()["Service"]
    assert service[setting] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["StateDirectory"] == "picqer-contract"  # where the embedded database lies: XDG_DATA_HOME
    assert service["Environment"] == "XDG_DATA_HOME=/var/lib"
