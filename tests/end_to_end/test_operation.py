"""The service as a team runs it: several workers, tokens, a rate limit, logs, counters; real processes and sockets."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import urllib3

from tests.end_to_end.test_service import EXCHANGE, SHOP
from validator.service import access

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.end_to_end

SECRET = "s3cret-of-the-query"


@dataclass(kw_only=True)
class Running:
    """A service; `lines` are there once it has ended."""

    url: str
    process: subprocess.Popen[str]
    lines: list[dict[str, Any]]

    def ask(self, method: str, path: str, token: str = "", **more: Any) -> urllib3.BaseHTTPResponse:
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **more.pop("headers", {})}
        return urllib3.request(method, self.url + path, headers=headers, retries=False, timeout=20, **more)


def command(database: str, *argv: str) -> subprocess.CompletedProcess[str]:
    full = [sys.executable, "-m", "validator", *argv, "--database", database]
    return subprocess.run(full, capture_output=True, text=True, check=True, timeout=60)


@contextlib.contextmanager
def running(folder: Path, database: str, *options: str) -> Iterator[Running]:
    """A service with JSON logs; it is stopped with SIGTERM, and ends well."""
    spec = folder / "shop.json"
    spec.write_text(json.dumps(SHOP))
    argv = [sys.executable, "-m", "validator", "serve", "--spec", str(spec), "--port", "0", "--database", database]
    with (folder / "log").open("w+") as log:
        process = subprocess.Popen([*argv, "--log", "json", *options], stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        try:
            found = Running(url=process.stdout.readline().split()[3], process=process, lines=[])
            yield found
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        assert process.returncode == 0
        log.seek(0)
        found.lines += map(json.loads, log)


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'runs.db'}"


def token(database: str, scope: str, name: str) -> str:
    return command(database, "token", "create", "--scope", scope, "--name", name).stdout.strip()


def test_tokens_counters_and_logs_of_several_workers(tmp_path: Path, database: str) -> None:
    reader, writer = token(database, "read", "reader"), token(database, "write", "ci")
    with running(tmp_path, database, "--workers", "2", "--host", "0.0.0.0") as service:
        service.url = service.url.replace("0.0.0.0", "127.0.0.1")
        assert service.ask("GET", "/healthz").status == service.ask("GET", "/readyz").status == 200
        assert service.ask("POST", "/v1/validate", json=EXCHANGE).status == 401
        for _ in range(20):
            assert service.ask("POST", "/v1/validate", reader, json=EXCHANGE).status == 200
        stored = service.ask("POST", f"/v1/runs?label={SECRET}", writer, json=EXCHANGE, headers={"X-Request-Id": "a-1"})
        assert (stored.status, stored.headers["X-Request-Id"]) == (201, "a-1")
        run = stored.json()["id"]
        assert service.ask("DELETE", f"/v1/runs/{run}", reader).status == 403
        assert service.ask("DELETE", f"/v1/runs/{run}", writer).status == 204
        odd = service.ask("GET", f"/none?{SECRET}", headers={"X-Request-Id": "a b\t"})
        assert len(odd.headers["X-Request-Id"]) == 32

        # Every worker tells the same, for all of them.
        counted = service.ask("GET", "/metrics", reader).data.decode()
        assert 'picqer_contract_requests_total{method="POST",path="/v1/validate",status="200"} 20.0' in counted
        assert 'picqer_contract_exchanges_total{outcome="valid"} 21.0' in counted
        assert "picqer_contract_runs_stored_total 1.0" in counted
        assert 'picqer_contract_refusals_total{kind="unauthenticated"} 1.0' in counted
        assert 'path="other"' in counted
        assert SECRET not in counted
        assert service.ask("GET", "/metrics").status == 401

        command(database, "token", "revoke", "reader")
        until = time.monotonic() + 10 * access.FRESH
        while service.ask("POST", "/v1/validate", reader, json=EXCHANGE).status == 200:
            assert time.monotonic() < until, "a revoked token is still good"
            time.sleep(0.2)

    text = json.dumps(service.lines)
    assert SECRET not in text
    assert reader not in text
    assert writer not in text
    assert "shop.test" not in text
    audits = [line for line in service.lines if line["log"] == "audit"]
    assert [(line["who"].split()[0], line["action"], line["target"], line["outcome"]) for line in audits] == [
        ("ci", "addRun", run, "done"),
        ("reader", "deleteRun", run, "forbidden"),
        ("ci", "deleteRun", run, "done"),
    ]
    assert audits[0]["request_id"] == "a-1"
    requests = [line for line in service.lines if line["log"] == "request"]
    assert sum(line["path"] == "/v1/validate" and line["status"] == 200 for line in requests) >= 20
    assert all(line["request_id"] and line["seconds"] >= 0 for line in requests)


def test_the_rate_limit_holds_across_workers(tmp_path: Path, database: str) -> None:
    one, other = token(database, "read", "one"), token(database, "read", "other")
    with running(tmp_path, database, "--workers", "2", "--rate-limit", "10") as service:
        answers = [service.ask("POST", "/v1/validate", one, json=EXCHANGE) for _ in range(20)]
        statuses = [answer.status for answer in answers]
        # On a slow machine a request or two more become due meanwhile, one every six seconds.
        assert set(statuses) == {200, 429}
        assert statuses[:10] == [200] * 10
        refused = next(answer for answer in answers if answer.status == 429)
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["type"] == "/problems/too-many-requests"
        assert 1 <= int(refused.headers["Retry-After"]) <= 6
        assert refused.headers["RateLimit-Policy"] == '"default";q=10;w=60'
        assert refused.headers["RateLimit"].startswith('"default";r=0;t=')
        assert refused.headers["Cache-Control"] == "no-store"
        assert service.ask("POST", "/v1/validate", other, json=EXCHANGE).status == 200
        for _ in range(30):
            assert service.ask("GET", "/healthz").status == 200


def test_readyz_tells_of_a_database_that_is_gone_and_is_back(tmp_path: Path, database: str) -> None:
    file = tmp_path / "runs.db"
    with running(tmp_path, database, "--workers", "1") as service:
        assert service.ask("GET", "/readyz").json()["database"] == "ok"
        file.rename(tmp_path / "away")
        gone = service.ask("GET", "/readyz")
        assert (gone.status, gone.json()["type"]) == (503, "/problems/store-unavailable")
        assert int(gone.headers["Retry-After"]) > 0
        assert service.ask("GET", "/healthz").status == 200
        (tmp_path / "away").rename(file)
        assert service.ask("GET", "/readyz").status == 200


def test_what_the_service_changes_by_itself_is_an_audit_line_too(tmp_path: Path, database: str) -> None:
    with running(tmp_path, database, "--workers", "1", "--keep-runs", "2") as service:
        for _ in range(3):
            assert service.ask("POST", "/v1/runs", json=EXCHANGE).status == 201
    audits = [(line["action"], line.get("runs")) for line in service.lines if line["log"] == "audit"]
    assert audits == [
        ("upgradeDatabase", None),
        ("addRun", None),
        ("addRun", None),
        ("deleteOldRuns", 1),  # while the third is stored
        ("addRun", None),
    ]


def test_the_folder_of_the_counters_goes_with_the_service(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with running(tmp_path, database, "--workers", "1"):
        assert list(tmp_path.glob("picqer-contract-*"))
    assert not list(tmp_path.glob("picqer-contract-*"))


def test_a_run_in_flight_is_stored_and_answered_before_the_service_ends(tmp_path: Path, database: str) -> None:
    line = json.dumps(EXCHANGE).encode() + b"\n"
    fields = ("Host: x", "Content-Type: application/x-ndjson", f"Content-Length: {2 * len(line)}")
    with running(tmp_path, database, "--workers", "2") as service:
        parts = urlsplit(service.url)
        with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=20) as connection:
            connection.sendall("\r\n".join(["POST /v1/runs HTTP/1.1", *fields, "", ""]).encode() + line)
            assert service.ask("GET", "/healthz").status == 200  # by now a thread has taken up the request above
            service.process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
            connection.sendall(line)
            with connection.makefile("rb") as stream:
                assert stream.readline().startswith(b"HTTP/1.1 201 ")
                head = iter(stream.readline, b"\r\n")
                (location,) = (one for one in head if one.lower().startswith(b"location:"))
    run = location.decode().strip().rpartition("/")[2]
    with running(tmp_path, database, "--workers", "1") as service:
        assert service.ask("GET", f"/v1/runs/{run}").json()["summary"]["exchanges"] == 2


def test_what_a_worker_that_died_has_counted_still_counts(tmp_path: Path, database: str) -> None:
    with running(tmp_path, database, "--workers", "1") as service:
        for _ in range(3):
            service.ask("POST", "/v1/validate", json=EXCHANGE)
        children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
        if not children.exists():
            pytest.skip("needs /proc")
        os.kill(int(children.read_text()), signal.SIGKILL)
        until = time.monotonic() + 30
        counted = b""
        while b'outcome="valid"} 3.0' not in counted:
            assert time.monotonic() < until, counted
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                counted = service.ask("GET", "/metrics").data
