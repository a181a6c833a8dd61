"""How a command with a report ends: `check --fail-under` and `--coverage`, as a user opens them."""

from __future__ import annotations

import json

import pytest

from tests.reports.samples import DOCUMENT, SERVER
from tests.test_cli import BAD_ENTRY, BROKEN, ELSEWHERE, REFUSED, VALID, line, run
from validator.door import FINDINGS, FINE, OBSTACLE

BODY = {"type": "object", "required": ["event"], "properties": {"event": {"const": "done"}}}
WEBHOOKS = {
    "done": {
        "post": {
            "operationId": "onDone",
            "requestBody": {"content": {"application/json": {"schema": BODY}}},
            "responses": {"2XX": {"description": ""}},
        }
    }
}
DELIVERED = (
    '{"request": {"method": "POST", "url": "https://me.example/hook", "headers": {"content-type": "application/json"},'
    ' "json": {"event": "done"}}, "response": {"status": 204, "body": ""}}\n'
)


@pytest.fixture
def check(tmp_path):
    spec, recording = tmp_path / "shop.json", tmp_path / "session.ndjson"

    def checked(text, *options, document=DOCUMENT):
        spec.write_text(json.dumps(document))
        recording.write_text(text)
        return run("check", "--spec", spec, recording, *options)

    return checked


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--fail-under", "50"], FINE, []),
        (["--fail-under", "50%"], FINE, []),
        (["--fail-under", "operations=50"], FINE, []),
        (["--fail-under", "0"], FINE, []),
        (["--fail-under", "50.1"], FINDINGS, ["coverage of operations is 50.0% (1 of 2), wanted at least 50.1%"]),
        (
            ["--fail-under", "responses=100"],
            FINDINGS,
            ["coverage of responses is 50.0% (2 of 4), wanted at least 100%"],
        ),
        (
            ["--fail-under", "80", "--fail-under", "error-codes=25", "--fail-under", "responses=60"],
            FINDINGS,
            [
                "coverage of operations is 50.0% (1 of 2), wanted at least 80%",
                "coverage of responses is 50.0% (2 of 4), wanted at least 60%",
            ],
        ),
        (
            ["--fail-under", "80", "--fail-on", "never"],
            FINDINGS,
            ["coverage of operations is 50.0% (1 of 2), wanted at least 80%"],
        ),
    ],
)
def test_less_coverage_than_asked_for_is_exit_code_1_and_a_line_each(check, options, code, told):
    done = check(VALID + REFUSED, *options)
    assert done.code == code
    assert done.err.splitlines() == [f"picqer-contract: {line}" for line in told]
    assert done.out.startswith("✓ 2 exchanges keep the contract")


def test_an_obstacle_weighs_more_than_missing_coverage(check):
    done = check(VALID + BAD_ENTRY, "--fail-under", "100")
    assert done.code == OBSTACLE
    assert "wanted at least 100%" in done.err


def test_where_nothing_was_judged_that_is_said_and_no_more(check):
    done = check(ELSEWHERE, "--fail-under", "100")
    assert done.code == OBSTACLE
    assert "wanted at least" not in done.err


@pytest.mark.parametrize(
    ("document", "measure", "told"),
    [
        (DOCUMENT, "webhooks", "the contract documents no webhooks"),
        ({**DOCUMENT, "components": {"responses": {"Refused": {"description": ""}}}}, "error-codes", "no error codes"),
    ],
)
def test_a_threshold_for_what_the_contract_has_none_of_is_refused(check, document, measure, told):
    done = check(VALID, "--fail-under", f"{measure}=0", document=document)
    assert (done.code, done.out) == (OBSTACLE, "")
    assert told in done.err


def test_webhooks_have_a_threshold_of_their_own(check):
    done = check(VALID, "--fail-under", "webhooks=1", "--fail-under", "50", document={**DOCUMENT, "webhooks": WEBHOOKS})
    assert done.code == FINDINGS
    assert done.err == "picqer-contract: coverage of webhooks is 0.0% (0 of 1), wanted at least 1%\n"
    assert "0 of 1 webhook\n" in done.out


def test_a_delivery_counts_for_webhooks_and_not_for_operations(check):
    document = {**DOCUMENT, "webhooks": WEBHOOKS}
    done = check(DELIVERED * 2, "--coverage", "--fail-under", "webhooks=100", document=document)
    assert (done.code, done.err) == (FINE, "")
    assert "coverage: 0 of 2 operations, 0 of 4 responses, 0 of 4 error codes, 1 of 1 webhook\n" in done.out
    assert "    onDone       2  2XX:2\n" in done.out


def test_coverage_in_full_is_the_end_of_the_text_report(check):
    answer = {"error": True, "error_code": 99, "error_message": "?"}
    text = VALID * 2 + REFUSED + BROKEN + line(404, url=f"{SERVER}/orders", method="POST", body=answer)
    done = check(text, "--coverage", "--fail-on", "never", document={**DOCUMENT, "webhooks": WEBHOOKS})
    assert (
        done.out.partition("\ncoverage")[2]
        == """\
: 2 of 2 operations, 3 of 4 responses, 1 of 4 error codes, 0 of 1 webhook
    in percent: operations 100.0%, responses 75.0%, error-codes 25.0%, webhooks 0.0%
    error codes never seen: 1, 3, 5
    not documented: listOrders 418 (once), error code 99 (once)

  (no tag)  2 of 2
    listOrders   4  200:2 400:1 undocumented 418:1
    createOrder  1  201:- 4XX:1

  sent by the API (webhooks)  0 of 1
    onDone       -  2XX:-

  error codes  1 of 4
     1  -  Unknown
     2  1  Missing
     3  -  Wrong
     5  -  Late
    99  1  (not documented)
"""
    )


def test_coverage_in_full_changes_no_other_format(check):
    plain, full = check(VALID, "--format", "junit"), check(VALID, "--format", "junit", "--coverage")
    assert plain.out.partition("<testcase")[2] == full.out.partition("<testcase")[2]
