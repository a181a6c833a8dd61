"""Sending a report to a service: what is sent, when it is sent again, and what is told where it is not stored."""

from __future__ import annotations

import gzip
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.service.conftest import SHOP
from tests.test_cli import run
from validator import posting
from validator.contract import Contract
from validator.door import FINDINGS, FINE, OBSTACLE
from validator.errors import TargetError
from validator.posting import post_report
from validator.reports import Tally
from validator.reports.json import as_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from validator.reports import Report

STORED = (201, {"Location": "/v1/runs/1"}, b"{}")


@dataclass
class Service:
    """Answers as it is told to, and remembers what it was asked."""

    url: str
    answers: list[Any] = field(default_factory=list)
    asked: list[tuple[str, Any, bytes]] = field(default_factory=list)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setattr(posting, "WAITS", (0.0, 0.0, 0.0))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.asked.append((self.path, self.headers, body))
            answer = told.answers.pop(0) if told.answers else STORED
            if answer is None:
                self.close_connection = True
                return
            status, headers, content = answer
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    told = Service(url=f"http://127.0.0.1:{server.server_port}")
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def report() -> Report:
    return Tally(Contract.from_dict(SHOP)).report(seconds=1)


def test_the_report_is_sent_and_the_address_of_the_run_comes_back(service: Service, report: Report) -> None:
    address = post_report(f"{service.url}/", report, label="a b", source="s&t", commit=None, token="secret")
    assert address == f"{service.url}/v1/runs/1"
    ((path, headers, body),) = service.asked
    assert urlsplit(path).path == "/v1/runs"
    assert parse_qs(urlsplit(path).query) == {"label": ["a b"], "source": ["s&t"]}
    assert headers["Content-Type"] == posting.MEDIA_TYPE
    assert headers["Authorization"] == "Bearer secret"
    assert json.loads(gzip.decompress(body)) == as_json(report)


def test_without_a_token_none_is_sent(service: Service, report: Report) -> None:
    post_report(service.url, report)
    assert "Authorization" not in service.asked[0][1]


def test_a_service_below_a_path_and_an_absolute_location(service: Service, report: Report) -> None:
    service.answers = [(200, {"Location": "https://elsewhere.test/judge/v1/runs/2"}, b"{}")]
    assert post_report(f"{service.url}/judge", report) == "https://elsewhere.test/judge/v1/runs/2"
    assert service.asked[0][0] == "/judge/v1/runs"


@pytest.mark.parametrize("trouble", [None, (503, {}, b""), (429, {"Retry-After": "0"}, b""), (502, {}, b"<html>")])
def test_what_may_pass_is_tried_again_under_the_same_key(service: Service, report: Report, trouble: Any) -> None:
    service.answers = [trouble, trouble, STORED]
    assert post_report(service.url, report) == f"{service.url}/v1/runs/1"
    assert len({headers["Idempotency-Key"] for _, headers, _ in service.asked}) == 1
    assert len({body for _, _, body in service.asked}) == 1
    assert len(service.asked) == 3


def test_another_report_has_another_key(service: Service, report: Report) -> None:
    post_report(service.url, report)
    post_report(service.url, report)
    assert len({headers["Idempotency-Key"] for _, headers, _ in service.asked}) == 2


@pytest.mark.parametrize(
    ("answer", "times", "told"),
    [
        ((503, {}, b'{"detail": "full", "mend": "make room"}'), 4, "did not store the run: 503 (full) (make room)"),
        ((422, {}, b'{"detail": "a\\u001b[1m", "mend": 5}'), 1, r"422 (a\x1b[1m) (5)"),
        ((400, {}, b"[" * 5000), 1, "did not store the run: 400"),
        ((404, {}, b"<html>"), 1, "did not store the run: 404"),
        ((401, {}, b"{}"), 1, "PICQER_CONTRACT_TOKEN"),
        ((403, {}, b"{}"), 1, "PICQER_CONTRACT_TOKEN"),
        ((307, {"Location": "http://127.0.0.1:1/v1/runs"}, b""), 1, "did not store the run: 307"),
        ((201, {}, b"{}"), 1, "did not store the run: 201"),
        (None, 4, "cannot be reached: the connection broke off"),
    ],
)
def test_what_is_not_stored_is_an_obstacle(
    service: Service, report: Report, answer: Any, times: int, told: str
) -> None:
    service.answers = [answer] * times
    with pytest.raises(TargetError) as caught:
        post_report(service.url, report)
    assert told in str(caught.value)
    assert len(service.asked) == times
    assert caught.value.mend


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:1", "nobody answers there"),
        ("http://no.such.host.invalid", "no such host"),
        ("http://[", "not an address"),
        ("http://a:99999", "not an address"),
        ("ftp://a.test", "not an address"),
    ],
)
def test_where_no_service_is_is_an_obstacle(service: Service, report: Report, url: str, told: str) -> None:
    with pytest.raises(TargetError, match=told):
        post_report(url, report)


@pytest.mark.parametrize("token", ["", "a b", "a\r\nX: y", "é"])
def test_a_token_that_is_none_is_not_sent(service: Service, report: Report, token: str) -> None:
    with pytest.raises(TargetError) as caught:
        post_report(service.url, report, token=token)
    assert service.asked == []
    assert not token or token not in str(caught.value)


def test_a_name_in_the_address_is_not_told(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "WAITS", ())
    with pytest.raises(TargetError) as caught:
        post_report("http://me:hunter2@127.0.0.1:1", report)
    assert "hunter2" not in str(caught.value)


class TestCheck:
    """`check --post-to`."""

    @pytest.fixture
    def recording(self, tmp_path: Path) -> Path:
        (tmp_path / "shop.json").write_text(json.dumps(SHOP))
        asked = {"method": "GET", "url": "https://shop.test/api/items"}
        for name, status in (("good", 200), ("bad", 500)):
            answer = {"status": status, "headers": {"content-type": "application/json"}, "body": "[]"}
            (tmp_path / f"{name}.ndjson").write_text(json.dumps({"request": asked, "response": answer}))
        return tmp_path

    def test_the_report_is_stored_and_the_exit_code_is_that_of_the_findings(
        self, service: Service, recording: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PICQER_CONTRACT_TOKEN", " secret\n")
        spec = recording / "shop.json"
        for name, code in (("good", FINE), ("bad", FINDINGS)):
            done = run("check", recording / f"{name}.ndjson", "--spec", spec, "--post-to", service.url, "--label", "ci")
            assert (done.code, done.err) == (code, f"picqer-contract: stored as {service.url}/v1/runs/1\n")
        assert [headers["Authorization"] for _, headers, _ in service.asked] == ["Bearer secret"] * 2
        assert json.loads(gzip.decompress(service.asked[1][2]))["summary"]["invalid"] == 1
        assert b"[]" not in gzip.decompress(service.asked[0][2]).replace(b":[]", b"")  # no body

    def test_where_it_is_not_stored_the_report_is_written_all_the_same(self, service: Service, recording: Path) -> None:
        service.answers = [(400, {}, b'{"detail": "no"}')]
        done = run("check", recording / "good.ndjson", "--spec", recording / "shop.json", "--post-to", service.url)
        assert done.code == OBSTACLE
        assert "1 exchange" in done.out
        assert "did not store the run: 400 (no)" in done.err

    def test_where_nothing_was_judged_nothing_is_sent(self, service: Service, recording: Path) -> None:
        done = run("check", recording / "good.ndjson", "--post-to", service.url)
        assert done.code == OBSTACLE
        assert service.asked == []

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            (("--label", "a"), "--label"),
            (("--source", "a"), "--source"),
            (("--commit", "a"), "--commit"),
            (("--post-to", "http://127.0.0.1:1", "--show-values"), "--show-values"),
            (("--post-to", "127.0.0.1:1"), "did you mean http://127.0.0.1:1?"),
        ],
    )
    def test_options_that_do_not_go_together_are_refused(
        self, recording: Path, options: tuple[str, ...], told: str
    ) -> None:
        done = run("check", recording / "good.ndjson", *options)
        assert (done.code, done.out) == (OBSTACLE, "")
        assert told in done.err
