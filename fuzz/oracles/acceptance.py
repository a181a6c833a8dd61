"""What the contract allows is not refused as malformed; that the state of things forbids it is another matter. Pure.

A refusal of a sound request is wrong where it says what the document keeps for broken JSON or for a missing member. A
promise that has no code of its own says too little for that: a semantic refusal may look the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from fuzz.faults import MALFORMED_JSON, MISSING_PARAMETER
from fuzz.oracles.finding import make_finding
from validator import rules
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.contract import Contract, FaultPromise, Operation
    from validator.exchange import Response
    from validator.findings import Finding

_LEAST_FAILURE: Final = 500


def wrongly_refused(contract: Contract, operation: Operation, response: Response) -> Iterator[Finding]:
    """Where a request that the contract allows failed, or was refused for what it is not."""
    if response.status == 0 or response.status >= _LEAST_FAILURE:
        received = Safe(response.status or response.damage or "no answer")
        yield make_finding(rules.SERVER_FAILURE, operation, "an answer to a request that the contract allows", received)
        return
    for fault in (MALFORMED_JSON, MISSING_PARAMETER):
        promise = contract.promise(operation, fault)
        if promise is not None and response.status in promise.statuses and says(promise, response):
            expected = f"a request that the contract allows not to be refused as {fault}"
            came = Safe(f"status {response.status} with what is promised for {fault}")
            yield make_finding(rules.VALID_REFUSED, operation, expected, came, documented=promise.pointer)


def says(promise: FaultPromise, response: Response) -> bool:
    """Whether the body is the promised one, and that tells this fault from others."""
    value = _value(response)
    return (
        isinstance(value, dict)
        and any(_is_code(one) for allowed in promise.body.values() for one in allowed)
        and all(
            any(value.get(name) == one and isinstance(value[name], bool) == isinstance(one, bool) for one in allowed)
            for name, allowed in promise.body.items()
        )
    )


def _is_code(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _value(response: Response) -> Any:
    try:
        return orjson.loads(response.body or b"null")
    except orjson.JSONDecodeError:
        return None
