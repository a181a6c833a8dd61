"""The nightly runs in deploy/ are in step with the program: each command line is read by the door that it is for."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from fuzz.cli import cli
from fuzz.credentials import VARIABLE
from validator.errors import RecordingError
from validator.posting import TOKEN
from validator.yaml_reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "deploy").glob("nightly-fuzz.*"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def documents(path: Path) -> list[Any]:
    return [
        read_yaml(part.encode(), place=path.name, error=RecordingError, unique_keys=True)
        for part in path.read_text(encoding="utf-8").split("\n---\n")
    ]


def strings(value: Any) -> Iterator[str]:
    """All texts of a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.items() for text in strings(list(one)))
    elif isinstance(value, list):
        yield from (text for one in value for text in strings(one))


def commands(path: Path) -> list[list[str]]:
    """The command lines of the fuzzer in a file, as words."""
    if path.suffix == ".crontab":
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        return [shlex.split(found) for line in lines for found in re.findall(r"picqer-fuzz [^|&;>]*", line)]
    if "kubernetes" in path.name:
        containers = [one for document in documents(path) for one in found(document, "containers")]
        return [[*container["command"], *container["args"]] for container in containers[0]]
    texts = [text for document in documents(path) for run in found(document, "run") for text in strings(run)]
    return [shlex.split(one) for text in texts for one in re.findall(r"picqer-fuzz [^|&;>\n]*", text)]


def found(value: Any, name: str) -> Iterator[Any]:
    """Each member of this name, wherever it is."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key == name:
                yield one
            yield from found(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from found(one, name)


def parsed(words: list[str]) -> dict[str, Any]:
    """What the door understands. Raises click.UsageError where it does not."""
    program, command, *arguments = words
    assert program == "picqer-fuzz"
    return cli.commands[command].make_context(command, list(arguments)).params


def test_there_is_one_for_each_scheduler() -> None:
    assert [path.suffixes for path in FILES] == [[".crontab"], [".github", ".yml"], [".kubernetes", ".yml"]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_command_is_one_that_the_door_takes(path: Path) -> None:
    (words,) = commands(path)
    asked = parsed(words)
    assert asked["state_folder"] is not None
    assert asked["base_url"].startswith("https://sandbox.example")
    assert asked["allowed"] == ("sandbox.example",)
    # Five requests in a second are usual: the time ends the run, and the schedule allows for it.
    assert asked["seconds"] * 5 > asked["max_requests"]
    assert asked["post_to"] or asked["destinations"]


def test_a_command_that_is_out_of_step_would_be_seen() -> None:
    with pytest.raises(click.UsageError):
        parsed(["picqer-fuzz", "run", "--stats", "x"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_key_is_never_on_the_command_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert VARIABLE in text or "--api-key-file" in text
    named = set(re.findall(r"PICQER_[A-Z_]+", text))
    assert named <= {VARIABLE, TOKEN}


def test_what_the_workflow_keeps_is_what_the_run_writes() -> None:
    path = next(path for path in FILES if ".github" in path.suffixes)
    (words,) = commands(path)
    asked = parsed(words)
    written = {str(one.path) for one in asked["destinations"] if one.path} | {f"{asked['state_folder']}/failing.ndjson"}
    (document,) = documents(path)
    (artifact,) = (text for text in strings(list(found(document, "path"))) if "\n" in text)
    assert set(artifact.split()) <= written
    kept = {text for text in strings(list(found(document, "path"))) if "\n" not in text}
    assert kept == {str(asked["state_folder"])}
    assert any(
        "fuzz-summary.md" in text for text in strings(list(found(document, "run"))) if "GITHUB_STEP_SUMMARY" in text
    )


def test_what_the_cron_line_mails_is_what_the_run_writes() -> None:
    (path,) = (path for path in FILES if path.suffix == ".crontab")
    (line,) = (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    (words,) = commands(path)
    assert re.search(r"\|\| cat (\S+)$", line)[1] in {str(one.path) for one in parsed(words)["destinations"]}  # type: ignore[index]
    assert "%" not in line, "cron reads it as the end of the line"


def test_the_job_has_a_place_for_all_that_it_writes() -> None:
    (path,) = (path for path in FILES if "kubernetes" in path.name)
    claim, job = documents(path)
    ((container,),) = found(job, "containers")
    (words,) = commands(path)
    mounts = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
    assert str(parsed(words)["state_folder"]).startswith("/state/")
    volumes = {one["name"]: one for one in next(found(job, "volumes"))}
    assert volumes[mounts["/state"]]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert "emptyDir" in volumes[mounts["/tmp"]]
    assert {one["name"] for one in container["env"]} >= {VARIABLE, TOKEN}
    # A run that found something is not to be sent again at once.
    assert next(found(job, "backoffLimit")) == 0
    assert next(found(job, "activeDeadlineSeconds")) > parsed(words)["seconds"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_readme_tells_of_it_and_what_it_names_is_there(path: Path) -> None:
    assert f"`deploy/{path.name}`" in README
    for named in re.findall(r"\bdeploy/[\w.-]*\w", path.read_text(encoding="utf-8")):
        assert (ROOT / named).is_file()
