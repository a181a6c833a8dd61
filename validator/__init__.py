"""Tells whether an API still keeps its documented contract.

>>> from validator import Contract, judge, read_recording
>>> contract = Contract.load()  # the Picqer contract; or Contract.load("openapi.yaml")
>>> for verdict in judge(contract, read_recording("session.har")):
...     for finding in verdict.findings:
...         print(finding.rule, finding.message)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from validator.contract import Contract
    from validator.exchange import Exchange, Request, Response
    from validator.findings import Finding, Verdict
    from validator.judges import judge
    from validator.recordings import read_recording

__all__ = ["Contract", "Exchange", "Finding", "Request", "Response", "Verdict", "judge", "read_recording"]

_HOMES = {
    "Contract": "validator.contract",
    "Exchange": "validator.exchange",
    "Finding": "validator.findings",
    "Request": "validator.exchange",
    "Response": "validator.exchange",
    "Verdict": "validator.findings",
    "judge": "validator.judges",
    "read_recording": "validator.recordings",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, and no more: a command that judges nothing loads no judge (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - used once per name

    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
