"""Runs over HTTP: stored, listed, read back in every format, deleted; in either database."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from tests.packing import gzipped
from validator.reports import Tally
from validator.reports.json import as_json
from validator.reports.reading import read_report
from validator.service.answers import MEDIA_TYPES
from validator.service.runs import REPORT
from validator.service.store import Filters

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from validator.contract import Contract
    from validator.service.store import Store

    Make = Callable[..., dict[str, Any]]

EVERY = Filters()
LINES = "application/x-ndjson"
WRONG = [{"id": "one"}]


def slug(response: TestResponse) -> tuple[int, str]:
    return response.status_code, str(response.get_json(force=True)["type"]).removeprefix("/problems/")


def stored(client: FlaskClient, body: Any, query: str = "", **headers: str) -> dict[str, Any]:
    """Post a recording; the run."""
    response = client.post(f"/v1/runs{query}", json=body, headers=headers)
    assert response.status_code == 201, response.text
    told: dict[str, Any] = response.get_json()
    return told


def ids(client: FlaskClient, query: str = "") -> list[str]:
    return [run["id"] for run in client.get(f"/v1/runs{query}").get_json()["runs"]]


class TestStoring:
    def test_a_run_is_judged_and_stored(self, storing: FlaskClient, exchange: Make) -> None:
        response = storing.post("/v1/runs?label=nightly&source=proxy&commit=abc", json=[exchange(), exchange(WRONG)])
        assert response.status_code == 201
        run = response.get_json()
        assert response.headers["Location"] == f"/v1/runs/{run['id']}"
        assert (run["label"], run["source"], run["commit"], run["outcome"]) == ("nightly", "proxy", "abc", "failed")
        assert run["contract"]["name"] == "default"
        assert run["summary"]["exchanges"] == 2
        assert run["summary"]["by_rule"] == {"schema-violation": 1}
        assert run["coverage"]["operations"] == {"documented": 1, "seen": 1}
        assert run["read"] == {"bytes": int(response.headers["Recording-Bytes"]), "exchanges": 2}
        assert response.headers["Recording-Exchanges"] == "2"

    def test_the_report_is_the_one_that_validate_gives(self, storing: FlaskClient, exchange: Make) -> None:
        body = [exchange(), exchange(WRONG), exchange(url="https://other.test/api/items")]
        at_once = storing.post("/v1/validate", json=body).get_json()
        kept = storing.get(f"/v1/runs/{stored(storing, body)['id']}").get_json()
        for told in (at_once, kept):
            told["summary"].pop("seconds")
            told.pop("read", None)
            told.pop("run", None)
        assert kept == at_once

    def test_below_a_prefix_the_run_is_there_too(self, storing: FlaskClient, exchange: Make) -> None:
        response = storing.post("/v1/runs", json=exchange(), environ_overrides={"SCRIPT_NAME": "/judge"})
        assert response.headers["Location"] == f"/judge/v1/runs/{response.get_json()['id']}"

    @pytest.mark.parametrize("media_type", MEDIA_TYPES)
    def test_a_report_is_read_in_every_format(self, storing: FlaskClient, exchange: Make, media_type: str) -> None:
        body = [exchange(), exchange(WRONG)]
        run = stored(storing, body)
        response = storing.get(f"/v1/runs/{run['id']}", headers={"Accept": media_type})
        assert response.status_code == 200
        assert response.headers["Vary"] == "Accept"
        assert response.mimetype == media_type
        at_once = storing.post("/v1/validate", json=body, headers={"Accept": media_type})
        if media_type != "application/json":
            assert without_time(response.text) == without_time(at_once.text)
        else:
            assert response.get_json()["run"] == {name: run[name] for name in run if name != "read"}

    def test_no_format_at_all_is_refused(self, storing: FlaskClient, exchange: Make) -> None:
        run = stored(storing, exchange())
        assert slug(storing.get(f"/v1/runs/{run['id']}", headers={"Accept": "image/png"})) == (406, "not-acceptable")

    def test_the_options_of_validate_hold(self, storing: FlaskClient, exchange: Make) -> None:
        extra = exchange([{"id": 1, "colour": "red"}])
        assert stored(storing, extra)["outcome"] == "passed"
        assert stored(storing, extra, "?strict=true")["summary"]["by_rule"] == {"undocumented-property": 1}
        elsewhere = exchange(url="http://localhost:1/api/items")
        assert slug(storing.post("/v1/runs", json=elsewhere)) == (422, "nothing-judged")
        assert stored(storing, elsewhere, "?server=http://localhost:1/api")["outcome"] == "passed"

    @pytest.mark.parametrize(
        ("bodies", "outcome"),
        [
            ([b"GOOD"], "passed"),
            ([b"GOOD", b"BAD"], "failed"),
            ([b"GOOD", b"NONE"], "incomplete"),
            ([b"BAD", b"NONE"], "failed"),
            ([b"GOOD", b"DOUBT"], "undecided"),
        ],
    )
    def test_what_a_run_comes_to(self, storing: FlaskClient, exchange: Make, bodies: list[bytes], outcome: str) -> None:
        unrecorded = exchange()
        unrecorded["response"] = {"status": 200, "headers": {"content-type": "application/json"}, "body": None}
        lines = {b"GOOD": exchange(), b"BAD": exchange(WRONG), b"NONE": {"request": 1}, b"DOUBT": unrecorded}
        data = b"".join(json.dumps(lines[name]).encode() + b"\n" for name in bodies)
        response = storing.post("/v1/runs", data=data, content_type=LINES)
        assert (response.status_code, response.get_json()["outcome"]) == (201, outcome)
        assert ids(storing, f"?outcome={outcome}") == [response.get_json()["id"]]

    def test_nothing_of_a_body_or_a_header_is_kept(self, storing: FlaskClient, store: Store, exchange: Make) -> None:
        secret = "Zk9-hunter2"
        asked = exchange([{"id": secret}], url=f"https://{secret}@shop.test/api/items?token={secret}")
        asked["request"]["headers"] = {"authorization": secret, "cookie": secret}
        asked["response"]["headers"]["set-cookie"] = secret
        run = stored(storing, asked)
        assert run["outcome"] == "failed"
        assert secret.encode() not in (store.runs.report(run["id"]) or b"")
        assert secret not in repr([store.runs.causes(EVERY, limit=10), store.runs.get(run["id"])])


class TestNotStoring:
    @pytest.mark.parametrize(
        ("data", "content_type", "problem"),
        [
            (b"", LINES, (400, "missing-body")),
            (b"{}", LINES, (422, "unreadable-recording")),
            (b"[]", "application/json", (422, "unreadable-recording")),
            (b"GOOD\nGOOD"[:-1], LINES, (422, "recording-cut-short")),
            (b"GOOD\nGOO", LINES, (422, "recording-cut-short")),
            (b'[GOOD, {"request"', "application/json", (422, "unreadable-recording")),
            (b"GOOD", "text/html", (415, "unsupported-media-type")),
        ],
    )
    def test_what_is_cut_or_cannot_be_judged(
        self, storing: FlaskClient, exchange: Make, data: bytes, content_type: str, problem: tuple[int, str]
    ) -> None:
        good = json.dumps(exchange()).encode()
        data = data.replace(b"GOOD", good).replace(b"GOO", good[:-1])
        assert slug(storing.post("/v1/runs", data=data, content_type=content_type)) == problem
        assert ids(storing) == []

    def test_a_body_that_ends_early(self, storing: FlaskClient, exchange: Make) -> None:
        data = json.dumps(exchange()).encode() + b"\n"
        environ = {"CONTENT_LENGTH": str(len(data) + 1)}
        response = storing.post("/v1/runs", input_stream=BytesIO(data), content_type=LINES, environ_overrides=environ)
        assert slug(response) == (400, "body-cut-short")
        assert ids(storing) == []

    def test_a_gzip_body_that_ends_early(self, storing: FlaskClient, exchange: Make) -> None:
        data = gzipped((json.dumps(exchange()).encode() + b"\n") * 100)[:-9]
        response = storing.post("/v1/runs", data=data, content_type=LINES, headers={"Content-Encoding": "gzip"})
        assert slug(response) == (400, "unreadable-coding")
        assert ids(storing) == []

    @pytest.mark.parametrize(
        "query",
        ["?label=", "?label=%00", "?label=a%0ab", "?label=a&label=b", f"?source={'x' * 201}", "?commit=%1b", "?x=1"],
    )
    def test_names_that_are_none(self, storing: FlaskClient, exchange: Make, query: str) -> None:
        assert slug(storing.post(f"/v1/runs{query}", json=exchange())) == (400, "invalid-parameter")


class TestRepeating:
    def test_the_same_request_is_stored_once(self, storing: FlaskClient, exchange: Make) -> None:
        first = storing.post("/v1/runs?label=a", json=exchange(), headers={"Idempotency-Key": "k"})
        again = storing.post("/v1/runs?label=a", json=exchange(), headers={"Idempotency-Key": "k"})
        assert (first.status_code, again.status_code) == (201, 200)
        assert "Idempotency-Replayed" not in first.headers
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.headers["Location"] == first.headers["Location"]
        assert again.get_json() == first.get_json()
        assert ids(storing) == [first.get_json()["id"]]

    def test_compressed_or_not_it_is_the_same(self, storing: FlaskClient, exchange: Make) -> None:
        data = json.dumps(exchange()).encode()
        sent = {"content_type": "application/json", "headers": {"Idempotency-Key": "k"}}
        first = storing.post("/v1/runs", data=data, **sent)
        sent["headers"]["Content-Encoding"] = "gzip"
        assert storing.post("/v1/runs", data=gzipped(data), **sent).get_json()["id"] == first.get_json()["id"]

    def test_another_request_is_refused(self, storing: FlaskClient, exchange: Make) -> None:
        stored(storing, exchange(), **{"Idempotency-Key": "k"})
        for query, body in (("", exchange(WRONG)), ("?label=b", exchange())):
            again = storing.post(f"/v1/runs{query}", json=body, headers={"Idempotency-Key": "k"})
            assert slug(again) == (422, "idempotency-key-reused")
        assert len(ids(storing)) == 1

    def test_what_was_not_stored_can_be_mended_under_the_same_key(self, storing: FlaskClient, exchange: Make) -> None:
        headers = {"Idempotency-Key": "k"}
        assert storing.post("/v1/runs", json=[], headers=headers).status_code == 422
        assert storing.post("/v1/runs", json=exchange(), headers=headers).status_code == 201

    def test_of_several_at_once_one_is_stored(self, storing: FlaskClient, exchange: Make) -> None:
        app = storing.application

        def post(number: int) -> tuple[int, str]:
            sent = app.test_client().post("/v1/runs", json=exchange(), headers={"Idempotency-Key": f"k{number % 3}"})
            return sent.status_code, sent.get_json()["id"]

        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(post, range(24)))
        assert sorted(status for status, _ in answers) == [200] * 21 + [201] * 3
        assert {run for _, run in answers} == set(ids(storing))

    @pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201])
    def test_a_key_that_is_none_is_refused(self, storing: FlaskClient, exchange: Make, key: str) -> None:
        response = storing.post("/v1/runs", json=exchange(), headers={"Idempotency-Key": key})
        assert slug(response) == (400, "invalid-parameter")


class TestListing:
    def test_the_newest_come_first_page_by_page(self, storing: FlaskClient, exchange: Make) -> None:
        made = [stored(storing, exchange())["id"] for _ in range(5)]
        seen, query = [], "?limit=2"
        for _ in range(3):
            page = storing.get(f"/v1/runs{query}").get_json()
            seen.append([run["id"] for run in page["runs"]])
            query = f"?limit=2&cursor={page['next']}"
        assert page["next"] is None
        assert seen == [made[4:2:-1], made[2:0:-1], made[:1]]

    def test_a_run_that_comes_in_between_moves_no_page(self, storing: FlaskClient, exchange: Make) -> None:
        made = [stored(storing, exchange())["id"] for _ in range(3)]
        cursor = storing.get("/v1/runs?limit=1").get_json()["next"]
        stored(storing, exchange())
        storing.delete(f"/v1/runs/{made[2]}")
        assert ids(storing, f"?cursor={cursor}") == made[1::-1]

    def test_filters_hold_together(self, storing: FlaskClient, exchange: Make) -> None:
        nightly = stored(storing, exchange(), "?label=nightly&source=a&commit=1")["id"]
        other = stored(storing, exchange(WRONG), "?label=nightly&source=b&commit=2")["id"]
        bare = stored(storing, exchange())["id"]
        assert ids(storing, "?label=nightly") == [other, nightly]
        assert ids(storing, "?label=nightly&source=a") == [nightly]
        assert ids(storing, "?commit=2") == [other]
        assert ids(storing, "?outcome=passed") == [bare, nightly]
        assert ids(storing, "?outcome=passed&label=nightly") == [nightly]
        assert ids(storing, "?contract=default") == [bare, other, nightly]
        assert ids(storing, "?contract=none") == []
        assert ids(storing, "?label=' OR 1=1 --") == []

    def test_time_bounds_what_is_listed(self, storing: FlaskClient, exchange: Make) -> None:
        run = stored(storing, exchange())
        when = datetime.fromisoformat(run["created_at"])
        assert abs(when - datetime.now(UTC)) < timedelta(minutes=5)
        exact, later = run["created_at"], (when + timedelta(microseconds=1)).isoformat().replace("+", "%2B")
        assert ids(storing, f"?since={exact}") == [run["id"]]
        assert ids(storing, f"?since={later}") == []
        assert ids(storing, f"?until={exact}") == []
        assert ids(storing, f"?until={later}&since=2020-01-01T00:00:00%2B02:00") == [run["id"]]

    @pytest.mark.parametrize(
        "query",
        [
            "?limit=0", "?limit=201", "?limit=ten", "?limit=1e1", "?limit=", f"?limit={'9' * 30}",
            "?cursor=", "?cursor=!", "?cursor=a", "?cursor=LTE", "?cursor=" + "MTEx" * 10,
            "?since=yesterday", "?since=2026-01-01", "?until=2026-01-01T00:00:60Z",
            "?until=0001-01-01T00:00:00%2B14:00",
            "?outcome=good", "?contract=A", "?label=", "?unknown=1",
        ],
    )  # fmt: skip
    def test_what_is_no_query_is_refused(self, storing: FlaskClient, query: str) -> None:
        response = storing.get(f"/v1/runs{query}")
        assert slug(response) == (400, "invalid-parameter")
        problem = response.get_json(force=True)
        assert problem["mend"]
        assert re.search(r"got |is not documented", problem["detail"])

    def test_an_offset_that_was_not_encoded_is_told_how_to(self, storing: FlaskClient) -> None:
        problem = storing.get("/v1/runs?since=2026-01-01T00:00:00+02:00").get_json(force=True)
        assert problem["detail"].endswith("got 2026-01-01T00:00:00 02:00")
        assert "%2B" in problem["mend"]


class TestOne:
    def test_a_run_that_is_deleted_is_gone(self, storing: FlaskClient, exchange: Make) -> None:
        run = stored(storing, exchange())["id"]
        response = storing.delete(f"/v1/runs/{run}")
        assert (response.status_code, response.data) == (204, b"")
        assert slug(storing.get(f"/v1/runs/{run}")) == (404, "not-found")
        assert slug(storing.delete(f"/v1/runs/{run}")) == (404, "not-found")
        assert ids(storing) == []

    @pytest.mark.parametrize("run", ["none", "%00", "é", "x" * 5000, "'"])
    def test_an_id_that_is_none_is_not_found(self, storing: FlaskClient, run: str) -> None:
        assert slug(storing.get(f"/v1/runs/{run}")) == (404, "not-found")
        assert slug(storing.delete(f"/v1/runs/{run}")) == (404, "not-found")


class TestReports:
    """A report that was made elsewhere."""

    def test_is_stored_as_it_is(self, storing: FlaskClient, exchange: Make) -> None:
        report = storing.post("/v1/validate", json=[exchange(), exchange(WRONG)]).get_json()
        response = storing.post("/v1/runs?label=ci", json=report, content_type=REPORT)
        assert response.status_code == 201
        run = response.get_json()
        assert (run["label"], run["outcome"], run["contract"]["name"]) == ("ci", "failed", "default")
        assert run["read"]["exchanges"] == 2
        kept = storing.get(f"/v1/runs/{run['id']}").get_json()
        assert {name: kept[name] for name in kept if name != "run"} == {
            name: report[name] for name in report if name != "read"
        }

    def test_a_run_can_be_stored_again_from_its_report(self, storing: FlaskClient, exchange: Make) -> None:
        kept = storing.get(f"/v1/runs/{stored(storing, [exchange(WRONG)])['id']}").get_json()
        again = storing.post("/v1/runs", json=kept, content_type=REPORT)
        assert again.get_json()["summary"] == kept["run"]["summary"]

    def test_loses_what_no_report_has(self, storing: FlaskClient, store: Store, exchange: Make) -> None:
        report = storing.post("/v1/validate", json=[exchange(WRONG)]).get_json()
        report["bodies"] = "SECRET1"
        report["exchanges"][0]["url"] = "https://SECRET2@shop.test/api/items?key=SECRET3"
        report["findings"][0]["body"] = "SECRET4"
        report["findings"][0]["instance"] = "/mail@SECRET5"
        run = storing.post("/v1/runs", json=report, content_type=REPORT).get_json()
        assert b"SECRET" not in (store.runs.report(run["id"]) or b"SECRET")

    def test_about_another_contract_has_no_name(self, storing: FlaskClient, exchange: Make) -> None:
        report = storing.post("/v1/validate", json=[exchange()]).get_json()
        report["contract"]["sha256"] = "0" * 64
        run = storing.post("/v1/runs", json=report, content_type=REPORT).get_json()
        assert (run["contract"]["name"], run["contract"]["sha256"]) == (None, "0" * 64)
        refused = storing.post("/v1/runs?contract=default", json=report, content_type=REPORT)
        assert slug(refused) == (422, "other-contract")

    @pytest.mark.parametrize("option", ["strict=true", "drift=1", "judge=compiled", "server=http://a.test"])
    def test_is_not_judged_again(self, storing: FlaskClient, exchange: Make, option: str) -> None:
        report = storing.post("/v1/validate", json=[exchange()]).get_json()
        refused = storing.post(f"/v1/runs?{option}", json=report, content_type=REPORT)
        assert slug(refused) == (400, "invalid-parameter")

    @pytest.mark.parametrize(
        ("place", "value"),
        [
            ("contract", None),
            ("contract.sha256", "no digest"),
            ("summary.valid", -1),
            ("summary.by_rule", {"no-such-rule": 1}),
            ("findings", []),
            ("findings.0.fingerprint", "x" * 5000),
            ("findings.0.rule", "no-such-rule"),
            ("coverage", {}),
        ],
    )
    def test_that_is_none_is_refused(self, storing: FlaskClient, exchange: Make, place: str, value: Any) -> None:
        report = storing.post("/v1/validate", json=[exchange(WRONG)]).get_json()
        *way, last = place.split(".")
        node: Any = report
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node[step]
        node[last] = value
        assert slug(storing.post("/v1/runs", json=report, content_type=REPORT)) == (422, "unreadable-report")
        assert ids(storing) == []

    @pytest.mark.parametrize("data", [b"{", b"[]", b"null", b'{"a": ' + b"[" * 2000, b"\xff"])
    def test_that_is_no_json_is_refused(self, storing: FlaskClient, data: bytes) -> None:
        assert slug(storing.post("/v1/runs", data=data, content_type=REPORT)) == (422, "unreadable-report")

    def test_in_which_nothing_was_judged_is_refused(self, storing: FlaskClient, shop: Contract) -> None:
        report = as_json(Tally(shop).report(seconds=0))
        assert slug(storing.post("/v1/runs", json=report, content_type=REPORT))[0] == 422
        assert ids(storing) == []

    def test_with_texts_that_no_database_takes_is_stored(self, storing: FlaskClient, exchange: Make) -> None:
        report = storing.post("/v1/validate", json=[exchange(WRONG)]).get_json()
        for name in ("operation", "message", "documented"):
            report["findings"][0][name] = "\0" + "ü" * 3000
        report["contract"]["title"] = "\0\u202e"
        report["coverage"]["by_operation"][0]["operation"] = "\0" * 3000
        response = storing.post("/v1/runs", json=report, content_type=REPORT)
        assert response.status_code == 201, response.text
        kept = storing.get(f"/v1/runs/{response.get_json()['id']}")
        assert read_report(BytesIO(kept.data), "kept").cases[0].findings[0].message.startswith("\0")


class TestWithoutAStore:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", "/v1/runs"), ("GET", "/v1/runs/1"), ("DELETE", "/v1/runs/1"), ("GET", "/v1/contracts")],
    )
    def test_what_needs_one_is_refused(self, client: FlaskClient, method: str, path: str) -> None:
        assert slug(client.open(path, method=method)) == (503, "store-unavailable")

    def test_a_run_is_refused(self, client: FlaskClient, exchange: Make) -> None:
        assert slug(client.post("/v1/runs", json=exchange())) == (503, "store-unavailable")


def without_time(text: str) -> str:
    """A report without the seconds that it took."""
    return "\n".join(line for line in text.splitlines() if "time=" not in line)
