"""Two judges, one verdict: the compiled judge says what openapi-core says, of generated documents and exchanges."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.strategies import VALUES, documents
from validator.contract import Contract
from validator.errors import DocumentError
from validator.exchange import Exchange, Headers, Request, Response
from validator.judges import make_judge

if TYPE_CHECKING:
    from validator.findings import Verdict

pytestmark = pytest.mark.property


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
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_two_judges_find_the_same_rules_at_the_same_places(document: dict[str, Any], values: list[Any]) -> None:
    contract = contract_of(document)
    compiled = make_judge(contract, "compiled")
    reference = make_judge(contract, "reference")
    for value in values:
        one = exchange(json.dumps(value).encode())
        assert told(compiled(one)) == told(reference(one))
