"""A run over some operations of the Picqer contract, for what the tests ask of whole runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fuzz.pace import Budget
from fuzz.runner import Runner
from validator.contract import Contract

if TYPE_CHECKING:
    from fuzz.events import Event
    from fuzz.transport import Transport

URL = "http://127.0.0.1/api/v1"
PICQER = Contract.load(servers=[URL])


def sound_run(transport: Transport, *operations: str, requests: int, seed: int = 1, **options: Any) -> list[Event]:
    """All events of a run of requests that should succeed, and of sequences."""
    runner = Runner(
        PICQER,
        transport,
        base_url=URL,
        budget=Budget(max_requests=requests),
        seed=seed,
        operations=operations,
        faults=("valid",),
        allow_writes=True,
        **options,
    )
    return list(runner.run())
