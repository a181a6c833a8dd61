"""The service's own OpenAPI document, and that what it says is what the service does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from validator.judges import JUDGES
from validator.service.answers import MEDIA_TYPES
from validator.service.problems import KINDS

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from validator.contract import Contract


class Untouchable:
    """A body that must not be read."""

    def read(self, *_: object) -> bytes:
        raise AssertionError("the gate read the body")

    readline = readlines = __iter__ = read


def test_every_view_is_documented_and_every_operation_has_a_view(app: Flask, own_contract: Contract) -> None:
    views = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }
    assert views == {(operation.method, operation.path) for operation in own_contract.operations}


def test_the_document_is_served_as_it_is(client: FlaskClient, own_contract: Contract) -> None:
    assert client.get("/openapi.json").get_json() == own_contract.document.root


def test_every_media_type_of_a_report_is_documented(own_contract: Contract) -> None:
    answer = own_contract.operation("validate").response_for(200)
    assert answer is not None
    assert {media_type.name for media_type in answer.content} == set(MEDIA_TYPES)


def test_every_judge_is_documented(own_contract: Contract) -> None:
    parameters: list[dict[str, Any]] = own_contract.document.at("/paths/~1v1~1validate/post/parameters")
    assert next(given["schema"]["enum"] for given in parameters if given["name"] == "judge") == list(JUDGES)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
def test_every_status_of_a_problem_is_documented(own_contract: Contract, kind: Any) -> None:
    assert all(operation.response_for(kind.status) is not None for operation in own_contract.operations)


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("?strict=maybe", {"Content-Type": "application/json"}, 400),
        ("?unknown=1", {"Content-Type": "application/json"}, 400),
        ("", {"Content-Type": "text/html"}, 415),
        ("", {"Content-Type": "application/json", "Accept": "image/png"}, 406),
        ("", {"Content-Type": "application/json", "Content-Length": "100001"}, 413),
    ],
)
def test_a_request_is_refused_before_its_body_is_read(
    client: FlaskClient, query: str, headers: dict[str, str], status: int
) -> None:
    untouchable = {"wsgi.input": Untouchable(), "CONTENT_LENGTH": "10"}
    if "Content-Length" in headers:
        untouchable["CONTENT_LENGTH"] = headers.pop("Content-Length")
    response = client.post(f"/v1/validate{query}", headers=headers, environ_overrides=untouchable)
    assert response.status_code == status


@pytest.mark.parametrize("host", ["example.com:1234", "[::1]:80", "localhost"])
def test_the_service_answers_by_whatever_name_it_is_reached(client: FlaskClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_the_service_answers_below_a_prefix(client: FlaskClient) -> None:
    response = client.get("/healthz", environ_overrides={"SCRIPT_NAME": "/judge"})
    assert response.status_code == 200
