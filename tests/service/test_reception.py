"""What every request passes: ids, counters, and lines in the log that tell no more than they should."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest

from validator.service import logs
from validator.service.logs import JsonLines
from validator.service.metrics import OTHER

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import JudgedClient

    Make = Callable[..., dict[str, Any]]

SECRET = "hunter2-of-the-payload"


def lines(caplog: pytest.LogCaptureFixture, kind: str) -> list[dict[str, Any]]:
    """The lines of one kind, as they would be written."""
    return [json.loads(JsonLines().format(one)) for one in caplog.records if one.name.endswith(f".log.{kind}")]


class TestIds:
    @pytest.mark.parametrize("path", ["/healthz", "/none", "/v1/runs"])
    @pytest.mark.parametrize("given", ["a", "5d6a1c8e-2f0f-4d0c-9f5f-0a4a2a8f7c11", "x" * 64, "A.b:c_d"])
    def test_a_sane_one_is_given_back(self, client: JudgedClient, path: str, given: str) -> None:
        assert client.get(path, headers={"X-Request-Id": given}).headers.getlist("X-Request-Id") == [given]

    @pytest.mark.parametrize("given", ["", "x" * 65, "a b", "<script>", "\xe9", '"', "a;b"])
    def test_another_is_replaced(self, client: JudgedClient, given: str) -> None:
        answers = [client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] for _ in range(2)]
        assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in answers)
        assert answers[0] != answers[1]

    def test_the_short_way_has_one_too(self, client: JudgedClient, exchange: Make) -> None:
        assert (
            client.post("/v1/validate", json=exchange(), headers={"X-Request-Id": "a"}).headers["X-Request-Id"] == "a"
        )


class TestLines:
    @pytest.fixture(autouse=True)
    def logged(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO, "validator.service.log")

    def test_a_request_is_told_by_the_template_of_its_path(
        self, client: JudgedClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        client.get(f"/problems/{SECRET}?{SECRET}=1")
        client.get(f"/{SECRET}")
        client.open("/healthz", method="BREW")
        first, second, third = lines(caplog, "request")
        assert (first["path"], first["status"], first["problem"]) == ("/problems/{slug}", 400, "invalid-parameter")
        assert (second["path"], second["status"], second["problem"]) == (OTHER, 404, "not-found")
        assert third["method"] == OTHER
        assert SECRET not in json.dumps([first, second, third])
        assert first["level"] == "info"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", first["time"])

    def test_a_change_is_told_with_who_and_what(
        self, storing: JudgedClient, exchange: Make, caplog: pytest.LogCaptureFixture
    ) -> None:
        sent = exchange([{"id": SECRET}])
        run = storing.post(f"/v1/runs?label={SECRET}", json=sent).get_json()["id"]
        storing.put("/v1/contracts/shop", data=SECRET, content_type="application/yaml")
        storing.delete(f"/v1/runs/{run}")
        storing.delete(f"/v1/runs/%0A{SECRET}%22")
        storing.get("/v1/runs")
        storing.post("/v1/validate", json=sent)
        told = lines(caplog, "audit")
        assert [(one["action"], one["target"], one["outcome"], one["status"]) for one in told] == [
            ("addRun", run, "done", 201),
            ("putContract", "shop", "invalid-document", 422),
            ("deleteRun", run, "done", 204),
            ("deleteRun", None, "not-found", 404),
        ]
        assert {one["who"] for one in told} == {"anybody"}
        assert SECRET not in json.dumps(told)

    def test_a_line_is_one_line(self) -> None:
        record = logging.LogRecord("validator.x", logging.ERROR, "", 0, "a\nb\x1b[0m %s", ("\u2028",), None)
        written = JsonLines().format(record)
        assert written.isprintable()
        assert json.loads(written)["log"] == "validator.x"

    def test_without_json_requests_are_not_told(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.WARNING, "validator.service.log")
        assert not logs.logs_requests()


class TestCounters:
    def counted(self, client: JudgedClient) -> str:
        return client.get("/metrics").text

    def test_no_label_is_made_up_by_a_client(self, storing: JudgedClient, exchange: Make) -> None:
        for number in range(5):
            storing.get(f"/{SECRET}{number}")
            storing.open("/healthz", method=f"BREW{number}")
            storing.get(f"/v1/runs/{SECRET}{number}")
            storing.get(f"/v1/runs?{SECRET}{number}=1")
            storing.post(f"/v1/runs?label={SECRET}{number}", json=exchange())
        text = self.counted(storing)
        assert SECRET not in text
        assert "BREW" not in text
        assert f'picqer_contract_requests_total{{method="{OTHER}",path="{OTHER}",status="405"}} 5.0' in text
        assert 'path="/v1/runs/{id}"' in text
        assert "picqer_contract_runs_stored_total 5.0" in text

    def test_findings_are_counted_by_rule_on_either_way(self, storing: JudgedClient, exchange: Make) -> None:
        broken = exchange([{"id": "1"}])
        storing.post("/v1/validate", json=broken)
        storing.post("/v1/validate?strict=true", json=[broken, broken])
        text = self.counted(storing)
        assert 'picqer_contract_exchanges_total{outcome="invalid"} 3.0' in text
        assert re.search(r'picqer_contract_findings_total\{rule="[a-z-]+"\} 3\.0', text)

    def test_rules_of_a_report_from_elsewhere_are_not_counted(self, storing: JudgedClient, exchange: Make) -> None:
        report = storing.post("/v1/validate", json=[exchange([{"id": "1"}])] * 2).get_json()
        before = re.findall(r"picqer_contract_findings.*", self.counted(storing))
        media_type = "application/vnd.picqer-contract.report+json"
        assert storing.post("/v1/runs", json=report, content_type=media_type).status_code == 201
        assert re.findall(r"picqer_contract_findings.*", self.counted(storing)) == before

    def test_refusals_are_counted_by_kind(self, client: JudgedClient) -> None:
        client.post("/v1/validate", data=b"nonsense", content_type="application/json")
        client.get("/none")
        text = self.counted(client)
        for kind in ("unreadable-recording", "not-found"):
            assert f'picqer_contract_refusals_total{{kind="{kind}"}}' in text
