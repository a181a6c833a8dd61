"""What the Picqer contract says of bodies is what both judges look for: whole bodies pass, each single break is found.

The laws are read from the document, so they hold for whatever is added to it.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.building import NO_DEMAND, Builder
from tests.spec.mutating import bodies_for, full_bodies, mutations
from validator.contract import Contract
from validator.exchange import Exchange, Headers, Request, Response
from validator.judges import JUDGES, make_judge
from validator.pointer import join
from validator.rules import ERROR_CODE_NOT_FOR_STATUS, SCHEMA_VIOLATION, UNDOCUMENTED_ERROR_CODE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.spec.mutating import Mutation
    from validator.findings import Finding

CONTRACT: Final = Contract.load()
JUDGE: Final = {name: make_judge(CONTRACT, name) for name in JUDGES}


JSON: Final = Headers([("Content-Type", "application/json")])


class Answer(NamedTuple):
    """A documented JSON answer of an operation."""

    method: str
    url: str
    status: int
    schema: str

    def exchange(self, body: Any) -> Exchange:
        return Exchange(
            request=Request(method=self.method, url=self.url),
            response=Response(status=self.status, headers=JSON, body=orjson.dumps(body)),
        )

    def mutations(self) -> tuple[Mutation, ...]:
        return mutations(CONTRACT, self.schema)


class Delivery(NamedTuple):
    """A documented message of a webhook."""

    schema: str

    def exchange(self, body: Any) -> Exchange:
        address = "https://shop.example/hooks"
        return Exchange(
            request=Request(method="POST", url=address, headers=JSON, body=orjson.dumps(body)),
            response=Response(status=200),
        )

    def mutations(self) -> tuple[Mutation, ...]:
        """Without its event, or as no object at all, it is not known for a delivery."""
        unknown = [(path, None) for path in ((), ("event",))] + [((), "event")]
        return tuple(way for way in mutations(CONTRACT, self.schema) if (way.path, way.name) not in unknown)


def answers() -> Iterator[tuple[str, Answer]]:
    """Every answer of the contract, once."""
    seen: set[str] = set()
    for operation in CONTRACT.operations:
        url = "https://example.picqer.com/api/v1" + re.sub(r"\{[^}]*\}", "1", operation.path)
        for response in operation.responses:
            for media_type in response.content:
                schema = media_type.schema
                if media_type.name == "application/json" and schema is not None and schema not in seen:
                    seen.add(schema)
                    name = response.pointer.rpartition("/")[2]
                    yield name, Answer(operation.method, url, int(response.status), schema)


def deliveries() -> Iterator[tuple[str, Delivery]]:
    """Every message of the contract."""
    for webhook in CONTRACT.webhooks:
        (media_type,) = webhook.request_body
        yield webhook.id, Delivery(media_type.schema or "")


each_answer: Final = pytest.mark.parametrize(
    "answer", [pytest.param(one, id=name) for name, one in (*answers(), *deliveries())]
)


@pytest.mark.property
@each_answer
def test_a_generated_body_is_valid(answer: Answer | Delivery) -> None:
    strategy = Builder(CONTRACT).body(answer.schema, NO_DEMAND).filter(CONTRACT.validator(answer.schema).is_valid)

    @settings(max_examples=8, deadline=None, database=None)
    @given(strategy, st.sampled_from(JUDGES))
    def holds(body: Any, judge: str) -> None:
        verdict = JUDGE[judge](answer.exchange(body))
        assert verdict.valid, verdict.findings

    holds()


@pytest.mark.property
@each_answer
def test_every_single_mutation_is_found_by_both_judges(answer: Answer | Delivery) -> None:
    """Each required member dropped, each type changed, each list of values left, each bound overstepped."""
    ways = answer.mutations()
    whole = full_bodies(CONTRACT, answer.schema, ways)
    for body, judge in product(whole, JUDGES):
        assert JUDGE[judge](answer.exchange(body)).valid
    # A full body may keep two branches of a choice at once: then one that keeps this branch alone shows the break.
    missed = [
        way
        for way in ways
        if not any(_found(answer, way, body) for body in whole)
        and not any(_found(answer, way, body) for body in bodies_for(CONTRACT, answer.schema, way))
    ]
    assert not missed, f"{len(missed)} of {len(ways)} are not found: {missed[:3]}"


def _found(answer: Answer | Delivery, way: Mutation, body: Any) -> bool:
    """Whether both judges see the body broken in this way, at the right place; not, where the body lacks the place."""
    broken = list(way.broken(body))
    return bool(broken) and all(
        any(_tells(finding, place, way.documented) for finding in JUDGE[judge](answer.exchange(copy)).findings)
        for (place, copy), judge in product(broken, JUDGES)
    )


def _tells(finding: Finding, place: tuple[str | int, ...], documented: str) -> bool:
    """Whether a finding names the keyword and the place; or a choice around it, of which no branch is kept."""
    at = join("", *place)
    in_a_choice = (finding.documented or "").endswith(("/anyOf", "/oneOf"))
    if in_a_choice and f"{at}/".startswith(f"{finding.instance}/"):
        return finding.rule == SCHEMA_VIOLATION
    if finding.instance != at:
        return False
    if finding.rule in (UNDOCUMENTED_ERROR_CODE, ERROR_CODE_NOT_FOR_STATUS):
        return at == "/error_code"
    return finding.rule == SCHEMA_VIOLATION and (finding.documented or "").startswith(documented)
