"""Two judges, one verdict: the compiled judge says what openapi-core says, of generated documents and exchanges."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, event, example, given, reject, settings
from hypothesis import strategies as st

from tests.api_strategies import recorded
from tests.judges.test_judges import CONTRACT
from tests.strategies import DELIVERED, VALUES, document, documents, webhook_documents
from validator.contract import Contract
from validator.errors import DocumentError
from validator.exchange import Exchange, Headers, Request, Response
from validator.judges import JUDGES, make_judge

if TYPE_CHECKING:
    from validator.findings import Verdict

pytestmark = pytest.mark.property

OFTEN = 5
"""The compiled judge takes a shorter way with what it has seen before; the verdict is to be the same."""


def exchange(body: bytes, *, status: int = 200, content_type: str | None = "application/json") -> Exchange:
    headers = Headers(() if content_type is None else (("Content-Type", content_type),))
    return Exchange(
        request=Request(method="GET", url="https://api.example/things"),
        response=Response(status=status, headers=headers, body=body),
    )


def told(verdict: Verdict) -> set[tuple[str, str, str | None]]:
    return {(finding.rule, finding.instance, finding.documented) for finding in verdict.findings}


def contract_of(document: dict[str, Any]) -> Contract:
    try:
        contract = Contract.from_dict(document)
    except DocumentError as error:
        # A schema that asks itself about the same value is refused; that is tested elsewhere.
        assume("circle" not in str(error))
        raise
    return contract


@given(document=documents(), values=st.lists(VALUES, min_size=1, max_size=3))
@example(  # found so: keywords beside a reference that another reference leads to
    document=document(
        {"$ref": "#/components/schemas/S1"}, {"S0": {}, "S1": {"$ref": "#/components/schemas/S0", "const": 1}}
    ),
    values=[[], 1],
)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_two_judges_find_the_same_rules_at_the_same_places(document: dict[str, Any], values: list[Any]) -> None:
    contract = contract_of(document)
    compiled = make_judge(contract, "compiled")
    reference = make_judge(contract, "reference")
    for value in values:
        one = exchange(json.dumps(value).encode())
        expected = told(reference(one))
        for _ in range(OFTEN):
            assert told(compiled(one)) == expected


@given(recorded=recorded(), strict=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_two_judges_agree_on_whole_documents(recorded: tuple[dict[str, Any], list[Exchange]], strict: bool) -> None:
    document, came = recorded
    contract = contract_of(document)
    compiled = make_judge(contract, "compiled", strict=strict)
    reference = make_judge(contract, "reference", strict=strict)
    expected = [reference(one) for one in came]
    for verdict in expected:
        event(verdict.outcome.value)
    for _ in range(OFTEN):
        for one, by_reference in zip(came, expected, strict=True):
            by_compiled = compiled(one)
            assert told(by_compiled) == told(by_reference)
            assert (by_compiled.outcome, by_compiled.operation) == (by_reference.outcome, by_reference.operation)


@given(
    document=webhook_documents(),
    values=st.lists(DELIVERED, min_size=1, max_size=4),
    mark=st.sampled_from([None, "1", "a", "true", "2024-02-29"]),
    content_type=st.sampled_from(["application/json"] * 5 + ["text/plain", "nonsense", None]),
    status=st.sampled_from([200, 202, 204, 500]),
    answer=st.one_of(st.just(b"ok"), st.none(), VALUES.map(lambda value: json.dumps(value).encode())),
    strict=st.booleans(),
)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_two_judges_agree_on_every_kind_of_delivery(
    document: dict[str, Any],
    values: list[Any],
    mark: str | None,
    content_type: str | None,
    status: int,
    answer: bytes | None,
    strict: bool,
) -> None:
    contract = contract_of(document)
    compiled = make_judge(contract, "compiled", strict=strict)
    reference = make_judge(contract, "reference", strict=strict)
    sent = [(name, text) for name, text in (("Content-Type", content_type), ("X-Mark", mark)) if text is not None]
    for value in values:
        one = Exchange(
            request=Request(
                method="POST", url="https://me.example/hook", headers=Headers(sent), body=json.dumps(value).encode()
            ),
            response=Response(status=status, headers=Headers([("Content-Type", "application/json")]), body=answer),
        )
        by_compiled = compiled(one)
        try:
            by_reference = reference(one)
        except DocumentError as obstacle:  # openapi-core takes a default for a reference
            if "cannot follow the reference /no/reference" not in str(obstacle):
                raise
            reject()
        event(f"{by_compiled.outcome.value}: {by_compiled.operation}")
        assert told(by_compiled) == told(by_reference)
        assert (by_compiled.outcome, by_compiled.operation) == (by_reference.outcome, by_reference.operation)


JUDGE = {(name, strict): make_judge(CONTRACT, name, strict=strict) for name in JUDGES for strict in (False, True)}
STATUSES = st.sampled_from([0, 100, 200, 200, 200, 204, 304, 400, 400, 418, 500])
BODIES = st.one_of(
    st.none(),
    st.sampled_from([b"", b"{}", b'{"id": 1}', b'{"id": 1, "id": "1"}', b"[1,]", b'"\xff"', b"NaN", b"[" * 2000]),
    st.builds(
        lambda error, code, message: json.dumps(
            {"error": error, "error_code": code, "error_message": message}
        ).encode(),
        st.sampled_from([True, True, False, 1]),
        st.sampled_from([5, 22, 99, "5", None, True]),
        st.sampled_from(["", None]),
    ),
    st.dictionaries(st.sampled_from(["id", "word", "inner", "open", "price", "x"]), VALUES).map(
        lambda value: json.dumps(value).encode()
    ),
    st.binary(max_size=8),
)
HEADERS = st.lists(
    st.one_of(
        st.tuples(
            st.just("Content-Type"),
            st.sampled_from(
                [
                    "application/json",
                    "application/problem+json; charset=utf-8",
                    "text/plain",
                    "text/plain; charset=nothing",
                    "text/html",
                    "image/png",
                    "application/json; charset",
                    "nonsense",
                    "",
                ]
            ),
        ),
        st.tuples(
            st.sampled_from(["X-Rate", "x-ids", "X-Open"]), st.sampled_from(["1", "-1", "a", "1, 2", "true", ""])
        ),
    ),
    max_size=4,
)


@given(
    status=STATUSES,
    body=BODIES,
    headers=HEADERS,
    method=st.sampled_from(["GET", "GET", "GET", "HEAD", "PUT"]),
    url=st.sampled_from(
        ["https://api.example/v1/things"] * 4 + ["https://api.example/things", "https://other.example/"]
    ),
    damage=st.sampled_from([None, None, None, "gzip: cut short"]),
    strict=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_the_two_judges_agree_on_every_kind_of_answer(
    status: int,
    body: bytes | None,
    headers: list[tuple[str, str]],
    method: str,
    url: str,
    damage: str | None,
    strict: bool,
) -> None:
    one = Exchange(
        request=Request(method=method, url=url),
        response=Response(status=status, headers=Headers(headers), body=body, damage=damage),
    )
    compiled = JUDGE["compiled", strict](one)
    reference = JUDGE["reference", strict](one)
    assert told(compiled) == told(reference)
    assert (compiled.outcome, compiled.operation) == (reference.outcome, reference.operation)
