"""That an answer which breaks the service's own contract would not go unseen."""

from __future__ import annotations

import json

from flask import Flask, Response

from tests import witness


def test_a_good_answer_is_good() -> None:
    before = witness.verdicts()
    assert before[1] == []
    body = json.dumps({"status": "ok", "contract": {"title": "Shop", "version": "7"}}).encode()
    witness.saw("GET", "/healthz", 200, {"Content-Type": "application/json"}, body)
    assert witness.verdicts() == (1, [])


def test_a_broken_answer_is_told() -> None:
    assert witness.verdicts()[1] == []
    witness.saw("GET", "/healthz", 200, {"Content-Type": "application/json"}, b'{"status": "fine"}')
    witness.saw("POST", "/v1/validate", 500, {"Content-Type": "text/html"}, b"<h1>Oops</h1>")
    judged, wrong = witness.verdicts()
    assert judged == 2
    assert any("/healthz" in one for one in wrong)
    assert any("text/html" in one for one in wrong)


def test_a_client_of_the_service_is_seen() -> None:
    """Whatever application has its name: the session's fixture watches every client."""
    assert witness.verdicts()[1] == []
    app = Flask("validator.service")
    app.add_url_rule("/healthz", view_func=lambda: Response("{}", content_type="application/json"), endpoint="health")
    app.test_client().get("/healthz")
    judged, wrong = witness.verdicts()
    assert judged == 1
    assert wrong
