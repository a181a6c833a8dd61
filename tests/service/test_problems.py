"""The table of problems, and what becomes of one."""

from __future__ import annotations

import re

import orjson
import pytest

from validator.service.problems import KINDS, MEDIA_TYPE, NOTHING_JUDGED, Problem, ProblemKind, plain


def test_kinds_and_their_statuses_are_a_promise() -> None:
    assert {slug: kind.status for slug, kind in KINDS.items()} == {
        "invalid-parameter": 400,
        "missing-body": 400,
        "body-cut-short": 400,
        "unreadable-coding": 400,
        "unreadable-form": 400,
        "unauthenticated": 401,
        "forbidden": 403,
        "other-site": 403,
        "not-found": 404,
        "unknown-contract": 404,
        "method-not-allowed": 405,
        "not-acceptable": 406,
        "too-slow": 408,
        "read-only-contract": 409,
        "body-too-large": 413,
        "too-much-to-judge": 413,
        "unsupported-media-type": 415,
        "unreadable-recording": 422,
        "nothing-judged": 422,
        "recording-cut-short": 422,
        "unreadable-report": 422,
        "other-contract": 422,
        "invalid-document": 422,
        "idempotency-key-reused": 422,
        "too-many-requests": 429,
        "internal-error": 500,
        "store-unavailable": 503,
    }


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
def test_every_kind_says_what_and_how_to_mend_it(kind: ProblemKind) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.slug)
    assert kind.title[0].isupper()
    assert not kind.title.endswith(".")
    assert kind.mend


def test_a_problem_is_a_document_of_rfc_9457() -> None:
    problem = Problem(kind=NOTHING_JUDGED, detail="d", members={"bytes_read": 1}, headers={"Accept-Encoding": "gzip"})
    response = problem.response()
    assert (response.status_code, response.content_type) == (422, MEDIA_TYPE)
    assert response.headers["Accept-Encoding"] == "gzip"
    assert orjson.loads(response.data) == {
        "type": "/problems/nothing-judged",
        "title": NOTHING_JUDGED.title,
        "status": 422,
        "detail": "d",
        "instance": problem.instance,
        "mend": NOTHING_JUDGED.mend,
        "bytes_read": 1,
    }


def test_each_problem_has_a_name_of_its_own() -> None:
    assert Problem(kind=NOTHING_JUDGED, detail="").instance != Problem(kind=NOTHING_JUDGED, detail="").instance


def test_advice_for_the_case_goes_before_that_of_the_kind() -> None:
    response = Problem(kind=NOTHING_JUDGED, detail="", mend="do this").response()
    assert orjson.loads(response.data)["mend"] == "do this"


def test_text_that_has_no_utf_8_form_does_not_fail() -> None:
    assert Problem(kind=NOTHING_JUDGED, detail="\ud800", mend="\udfff").response().status_code == 422


def test_a_status_that_is_no_kind_is_about_blank() -> None:
    told = orjson.loads(plain(414, "too long", {}).data)
    assert (told["type"], told["title"], told["status"]) == ("about:blank", "Request-URI Too Long", 414)
