"""A query that makes no sense is ignored, or refused as the contract documents: never 5xx, never another answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from fuzz.case import Case
from fuzz.sandbox import create_app
from fuzz.transport import WsgiTransport
from validator.contract import Contract
from validator.exchange import Headers
from validator.judges import make_judge

if TYPE_CHECKING:
    from validator.contract import Operation

BASE = "http://127.0.0.1/api/v1"
CONTRACT = Contract.load(servers=[BASE])
HEADERS = Headers([("Accept", "application/json")])
VALUES = ("abc", "-1", "1.5", "9" * 30, "", "2026-02-31", "\0", "'", "%", "é", "true", "null", "[]", "x" * 3000)


def asked_with(operation: Operation) -> list[str]:
    return [one.name for one in operation.parameters if one.location == "query"]


@pytest.mark.parametrize(
    "operation", [one for one in CONTRACT.operations if asked_with(one)], ids=lambda operation: operation.id
)
def test_a_query_without_sense_gets_a_documented_answer(operation: Operation) -> None:
    send, judge = WsgiTransport(create_app(), "sandbox-key"), make_judge(CONTRACT)
    address = BASE + re.sub(r"{\w+}", "1", operation.path)
    for name in (*asked_with(operation), "offset", "unknown"):
        for value in VALUES:
            url = f"{address}?{name}={quote(value, safe='')}"
            verdict = judge(
                send(Case(operation=operation.id, method=operation.method, url=url, headers=HEADERS, body=b""))
            )
            assert not verdict.findings, url
            assert verdict.exchange.response.status < 500
