"""What was learnt from valid answers changes no verdict: the hundredth answer is judged as the first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.judges.test_acceptance import bodies
from tests.judges.test_agreement import BODIES, HEADERS, STATUSES, contract_of, exchange, told
from tests.judges.test_judges import CONTRACT
from tests.strategies import document, documents
from validator.contract import Contract
from validator.exchange import Exchange, Headers, Request, Response
from validator.judges import make_judge
from validator.judges.compiled import CompiledJudge
from validator.judges.strictness import Strictness

if TYPE_CHECKING:
    from validator.findings import Verdict


def said(verdict: Verdict) -> tuple[Any, ...]:
    return told(verdict), verdict.outcome, verdict.operation, verdict.undecided


@pytest.mark.property
@given(document=documents(), data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_body_gets_the_verdict_of_a_judge_that_has_learnt_nothing(
    document: dict[str, Any], data: st.DataObject
) -> None:
    contract = contract_of(document)
    learning = make_judge(contract)
    for body in data.draw(st.lists(bodies(contract), min_size=1, max_size=4)):
        one = exchange(body)
        fresh = said(make_judge(contract)(one))
        for _ in range(5):
            assert said(learning(one)) == fresh
        event(f"valid: {not fresh[0]}")


LEARNING = make_judge(CONTRACT)


@pytest.mark.property
@given(
    status=STATUSES,
    body=BODIES,
    headers=HEADERS,
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "PUT"]),
    url=st.sampled_from(
        ["https://api.example/v1/things", "https://api.example/v1/things?x=/y"] * 3 + ["https://api.example/things"]
    ),
    damage=st.sampled_from([None, None, None, "gzip: cut short"]),
)
@settings(max_examples=400, deadline=None)
def test_every_answer_gets_the_verdict_of_a_judge_that_has_learnt_nothing(
    status: int, body: bytes | None, headers: list[tuple[str, str]], method: str, url: str, damage: str | None
) -> None:
    one = Exchange(
        request=Request(method=method, url=url),
        response=Response(status=status, headers=Headers(headers), body=body, damage=damage),
    )
    fresh = said(make_judge(CONTRACT)(one))
    for _ in range(5):
        assert said(LEARNING(one)) == fresh


def learnt(judge: Any, one: Exchange) -> Any:
    """The judge, that has seen the exchange often."""
    for _ in range(5):
        assert judge(one).valid
    return judge


def test_an_error_object_on_a_success_is_found_however_often_it_comes() -> None:
    """A schema of success that is open enough for the error object must not let it pass."""
    error = {
        "type": "object",
        "required": ["error", "code"],
        "properties": {"error": {"const": True}, "code": {"enum": [1, 2]}},
    }
    shop = document({"type": "object"})
    shop["paths"]["/things"]["get"]["responses"]["400"] = {
        "description": "",
        "content": {"application/json": {"schema": error}},
    }
    judge = learnt(make_judge(Contract.from_dict(shop)), exchange(b'{"a":1}'))
    for _ in range(5):
        assert [found.rule for found in judge(exchange(b'{"error":true,"code":1}')).findings] == ["error-on-success"]


def test_a_header_is_judged_by_its_own_text() -> None:
    body = b'{"id": 1}'

    def answer(*rates: str) -> Exchange:
        headers = [("Content-Type", "application/json"), *(("X-Rate", rate) for rate in rates)]
        return Exchange(
            request=Request(method="GET", url="https://api.example/v1/things"),
            response=Response(status=200, headers=Headers(headers), body=body),
        )

    judge = learnt(make_judge(CONTRACT), answer("1"))
    assert [found.rule for found in judge(answer("-1")).findings] == ["invalid-header"]
    assert [found.rule for found in judge(answer()).findings] == ["missing-header"]
    assert [found.rule for found in judge(answer("1", "1")).findings] == ["invalid-header"]
    assert judge(answer("2")).valid


def test_a_content_type_is_known_by_its_whole_text() -> None:
    contract = Contract.from_dict(document({"type": "string"}))
    judge = learnt(make_judge(contract), exchange(b'"\xc3\xa9"'))
    assert judge(exchange(b'"\xe9"', content_type="application/json; charset=latin-1")).valid
    assert [one.rule for one in judge(exchange(b'"\xe9"')).findings] == ["unreadable-body"]
    assert [one.rule for one in judge(exchange(b'"a"', content_type="text/html")).findings] == [
        "undocumented-content-type"
    ]


def test_bodies_with_undocumented_members_stay_valid() -> None:
    contract = Contract.from_dict(document({"type": "object", "properties": {"a": {"type": "integer"}}}))
    judge = learnt(make_judge(contract), exchange(b'{"a":1}'))
    for number in range(100):
        assert judge(exchange(json.dumps({"a": 1, "b": number}).encode())).valid


def test_with_strict_nothing_is_accepted_without_a_look() -> None:
    contract = Contract.from_dict(document({"type": "object", "properties": {"a": {"type": "integer"}}}))
    judge = make_judge(contract, strict=True)
    learnt(judge, exchange(b'{"a":1}'))
    assert [one.rule for one in judge(exchange(b'{"a":1,"a":1}')).findings] == ["duplicate-key"]


def test_what_is_remembered_has_a_bound() -> None:
    shop = document({"type": "object"})
    responses = shop["paths"]["/things"]["get"]["responses"]
    responses["default"] = responses.pop("200")
    responses["default"]["headers"] = {"X-Id": {"schema": {"type": "string"}}}
    judge = CompiledJudge(Contract.from_dict(shop), Strictness.OFF)
    for number in range(1500):
        headers = [("Content-Type", f"application/json; a={number % 40}"), ("X-Id", str(number))]
        answer = Response(status=200, headers=Headers(headers), body=b"{}")
        assert judge(Exchange(request=Request(method="GET", url="https://api.example/things"), response=answer)).valid
    (prepared,) = judge._prepared["/paths/~1things/get"].values()
    assert len(prepared._seen) <= 16
    assert len(prepared._headers[0]._valid) <= 1024
