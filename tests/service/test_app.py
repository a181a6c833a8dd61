"""What the application does with errors, and the headers that every answer bears."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from validator.service.app import HARDENING

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

SECRET = "a value of the recording"
PATH = "/v1/validate"


def slug(response: TestResponse) -> str:
    """The kind of the problem."""
    return str(response.get_json(force=True)["type"]).removeprefix("/problems/")


@pytest.mark.parametrize("path", ["/v1", "/v1/validate/", "//v1/validate", "/healthz/", "/%2e%2e/etc/passwd"])
def test_a_path_that_is_not_there_is_a_problem(client: FlaskClient, path: str) -> None:
    assert slug(client.get(path)) == "not-found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", PATH, "POST"),
        ("PUT", PATH, "POST"),
        ("OPTIONS", PATH, "POST"),
        ("POST", "/healthz", "GET, HEAD"),
        ("DELETE", "/openapi.json", "GET, HEAD"),
        ("NONSENSE", "/healthz", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_allowed_is_told_those_that_are(
    client: FlaskClient, method: str, path: str, allowed: str
) -> None:
    response = client.open(path, method=method)
    assert (response.status_code, slug(response)) == (405, "method-not-allowed")
    assert response.headers["Allow"] == allowed


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/healthz"), ("GET", "/none"), ("PUT", "/healthz"), ("POST", PATH)]
)
def test_every_answer_is_hardened(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method)
    for name, value in HARDENING:
        assert response.headers[name] == value


class TestOurOwnFaults:
    @pytest.fixture
    def broken(self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
        def fail(*_: object, **__: object) -> None:
            raise ZeroDivisionError(SECRET)

        monkeypatch.setattr("validator.service.judging.read_stream", fail)
        return client

    def test_are_told_without_what_happened(self, broken: FlaskClient) -> None:
        response = broken.post(PATH, json={})
        assert (response.status_code, slug(response)) == (500, "internal-error")
        assert "ZeroDivision" not in response.text
        assert SECRET not in response.text

    def test_are_logged_without_values(self, broken: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR):
            response = broken.post(PATH, json={})
        assert response.get_json(force=True)["instance"] in caplog.text
        assert "ZeroDivisionError" in caplog.text
        assert "api.py" in caplog.text
        assert SECRET not in caplog.text
