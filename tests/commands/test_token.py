"""`picqer-contract token`: what is shown once, and what is told afterwards."""

from __future__ import annotations

import io
import json
import os
from typing import TYPE_CHECKING

import pytest

from validator.cli import main
from validator.service.access import Access, digest
from validator.service.store import Store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'runs.db'}"


def run(url: str, *argv: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["token", *argv, "--database", url], stdin=io.BytesIO(), stdout=out, stderr=err)
    return code, out.getvalue(), err.getvalue()


def test_a_token_is_shown_once_and_is_good(url: str) -> None:
    code, out, err = run(url, "create", "--scope", "write", "--name", "ci", "--expires", "30")
    assert code == 0
    token = out.removesuffix("\n")
    assert token not in err
    assert "token ci (id " in err
    store = Store(url)
    caller = Access(store).identify(token)
    store.database.close()
    assert (caller.name, caller.scope) == ("ci", "write")
    listed = run(url, "list")[1]
    assert token not in listed
    assert "ci" in listed
    assert "good until 20" in listed


def test_each_change_is_an_audit_line_of_who_made_it(url: str) -> None:
    """The hash of a token, or the token itself, is in none of them; what changes nothing has none."""
    _, token, created = run(url, "create", "--scope", "write", "--name", "ci")
    revoked = run(url, "revoke", "ci")[2]
    refused = run(url, "revoke", "ci")[2] + run(url, "list")[2]
    assert '"audit"' not in refused
    lines = [json.loads(line) for line in (created + revoked).splitlines() if line.startswith("{")]
    token_id = lines[1]["target"]
    assert [(line["log"], line["action"], line["target"], line["outcome"]) for line in lines] == [
        ("audit", "upgradeDatabase", "0002", "done"),
        ("audit", "createToken", token_id, "done"),
        ("audit", "revokeToken", token_id, "done"),
    ]
    assert all(line["who"].endswith(f"(uid {os.getuid()})") and line["time"] for line in lines)
    assert [(line["name"], line["scope"]) for line in lines[1:]] == [("ci", "write")] * 2
    assert token_id in run(url, "list")[1]
    assert token.strip() not in created + revoked
    assert digest(token.strip()) not in created + revoked


def test_a_token_without_a_name_is_called_by_its_id(url: str) -> None:
    run(url, "create", "--scope", "read")
    token_id, name, scope, _, state = run(url, "list")[1].splitlines()[1].split()
    assert (name, scope, state) == (token_id, "read", "good")


def test_a_token_that_was_revoked_is_listed_and_its_name_is_free(url: str) -> None:
    run(url, "create", "--scope", "read", "--name", "ci")
    code, out, _ = run(url, "revoke", "ci")
    assert code == 0
    assert "is revoked" in out
    assert run(url, "create", "--scope", "read", "--name", "ci")[0] == 0
    states = [line.split(maxsplit=4)[4] for line in run(url, "list")[1].splitlines()[1:]]
    assert sorted(state.split()[0] for state in states) == ["good", "revoked"]
    first = next(line.split()[0] for line in run(url, "list")[1].splitlines() if "revoked" in line)
    assert run(url, "revoke", first)[0] == 2


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("create",), "--scope"),
        (("create", "--scope", "root"), "'root' is not one of"),
        (("create", "--scope", "read", "--name", "a b"), "expected up to 64 of"),
        (("create", "--scope", "read", "--expires", "0"), "--expires"),
        (("create", "--scope", "read", "--name", "taken"), "there is a token taken already"),
        (("revoke", "none"), "there is no token 'none' to revoke"),
    ],
)
def test_what_cannot_be_done_is_told(url: str, argv: tuple[str, ...], told: str) -> None:
    run(url, "create", "--scope", "read", "--name", "taken")
    code, out, err = run(url, *argv)
    assert (code, out) == (2, "")
    assert told in err


def test_without_tokens_the_list_says_what_that_means(url: str) -> None:
    code, out, _ = run(url, "list")
    assert (code, out) == (0, "no tokens: the service asks nobody, and listens on loopback only\n")
