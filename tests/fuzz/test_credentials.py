"""Where the key goes, by the contract's security schemes."""

from __future__ import annotations

from typing import Any

import pytest

from fuzz.credentials import NO_SCHEME, Scheme, scheme_for
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract

SCHEMES = {
    "basic": {"type": "http", "scheme": "Basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "digest": {"type": "http", "scheme": "digest"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "oauth": {"type": "oauth2", "flows": {}},
    "referred": {"$ref": "#/components/securitySchemes/header"},
}


def chosen(security: Any, own: Any = None) -> Scheme:
    components = {**DOCUMENT["components"], "securitySchemes": SCHEMES}
    path = DOCUMENT["paths"]["/orders"]
    orders = path if own is None else {"get": {**path["get"], "security": own}}
    document = {**DOCUMENT, "components": components, "security": security, "paths": {"/orders": orders}}
    contract = Contract.from_dict(document)
    return scheme_for(contract, contract.operation("listOrders"))


@pytest.mark.parametrize(
    ("security", "scheme"),
    [
        ([{"basic": []}], Scheme(kind="basic")),
        ([{"bearer": []}], Scheme(kind="bearer")),
        ([{"oauth": []}], Scheme(kind="bearer")),
        ([{"header": []}], Scheme(kind="header", name="X-Key")),
        ([{"referred": []}], Scheme(kind="header", name="X-Key")),
        ([{"query": []}], Scheme(kind="query", name="key")),
        ([{"cookie": []}], Scheme(kind="cookie", name="sid")),
        ([{"digest": []}, {"basic": []}], Scheme(kind="basic")),
        ([{"digest": []}], NO_SCHEME),
        ([{}], NO_SCHEME),
        ([], NO_SCHEME),
    ],
)
def test_the_first_scheme_that_a_key_can_answer_is_used(security: Any, scheme: Scheme) -> None:
    assert chosen(security) == scheme


def test_an_operation_may_want_another_scheme_or_none() -> None:
    assert chosen([{"basic": []}], [{"bearer": []}]) == Scheme(kind="bearer")
    assert chosen([{"basic": []}], []) == NO_SCHEME
