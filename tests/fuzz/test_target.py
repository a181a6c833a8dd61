"""What is fuzzed: whether a key is needed for it is the contract's to say."""

from __future__ import annotations

from typing import Any

import pytest

from fuzz.commands.target import Server, need_key
from fuzz.replay import Origin
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.errors import TargetError

SERVER = "http://127.0.0.1/v1"


@pytest.mark.parametrize(
    ("security", "is_needed"),
    [([{"key": []}], True), ([{"key": []}, {}], False), ([], False)],
    ids=["asked for", "optional", "none"],
)
def test_a_key_is_needed_where_no_request_without_one_is_as_good(security: list[Any], is_needed: bool) -> None:
    contract = Contract.from_dict({**DOCUMENT, "security": security}, servers=[SERVER])
    need_key(contract, Server(origin=Origin(base_url=SERVER), key="something"))
    server = Server(origin=Origin(base_url=SERVER), key=None)
    if not is_needed:
        need_key(contract, server)
        return
    with pytest.raises(TargetError, match="wants an API key"):
        need_key(contract, server)
