"""Fast acceptance: what is accepted, orjson parses and its schema's validator holds valid. Of the rest nothing is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import orjson
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from fuzz.building import NO_DEMAND, Builder
from tests.judges.test_agreement import contract_of
from tests.strategies import VALUES, documents
from validator.contract import Contract
from validator.judges.acceptance import Acceptance, Acceptor
from validator.judges.content import parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA: Final = "/paths/~1things/get/responses/200/content/application~1json/schema"
HOSTILE: Final = (
    b"\xff", b"\xed\xa0\x80", b"\xc3", b"\\ud800", b"\\u0000", b"\\q", b"\x00", b"\xef\xbb\xbf", b" ", b'"', b",", b":",
    b"[", b"]", b"{", b"}", b"1.0", b"-0", b"01", b"1e999", b"1E2", b"9" * 19, b"9" * 400, b"NaN", b"null", b"true",
    b"//", b'"a":1,', b'"a":null,', b'"b":[],', b"[" * 300 + b"]" * 300,
)  # fmt: skip


def acceptor_of(contract: Contract, schema: str = SCHEMA) -> Acceptor | None:
    return Acceptance(contract.schemas()).of(schema)


def is_valid(contract: Contract, body: bytes, schema: str = SCHEMA) -> bool:
    """The slow way: raises where the body is no JSON."""
    return contract.validator(schema).is_valid(parse_json(body))


def parts(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a value: what holds it, and the key."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from parts(value[key])


@st.composite
def bodies(draw: st.DrawFn, contract: Contract) -> bytes:
    """Bodies near to what the schema allows: valid ones, with a part replaced, with bytes put in or taken out."""
    built = Builder(contract).body(SCHEMA, NO_DEMAND)
    value = json.loads(json.dumps(draw(st.one_of(built, built, VALUES))))
    places = list(parts(value))
    if places and draw(st.booleans()):
        holder, key = draw(st.sampled_from(places))
        holder[key] = draw(VALUES)
    body = json.dumps(value, ensure_ascii=draw(st.booleans())).encode()
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(len(body), start + 3)))
        body = body[:start] + draw(st.sampled_from([b"", *HOSTILE])) + body[end:]
    return body


@pytest.mark.property
class TestWhatIsAcceptedIsValid:
    @given(document=documents(), data=st.data())
    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    def test_of_any_schema(self, document: dict[str, Any], data: st.DataObject) -> None:
        contract = contract_of(document)
        acceptor = acceptor_of(contract)
        event("no acceptor" if acceptor is None else "acceptor")
        assume(acceptor is not None)
        assert acceptor is not None
        for body in data.draw(st.lists(bodies(contract), min_size=1, max_size=8)):
            accepted = acceptor.accepts(body)
            event(f"accepted: {accepted}")
            if accepted:
                orjson.loads(body)
                assert is_valid(contract, body)
