"""Filters: a list that is asked for by a value shows nothing that has another, where the items have that member.

Browsing (fuzz/sequences/browsing.py) asks for values that are there. Here any sound query is held to it, whatever it
asks for beside: a value that nothing has, the last of those that the document lists.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from fuzz.oracles.finding import make_finding
from fuzz.readings import readings_of
from fuzz.sequences import answers
from fuzz.sequences.bounds import bound
from fuzz.sequences.questions import without_others
from fuzz.values.kind import types_allowed
from validator import rules
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.case import Case
    from validator.contract import Contract, Operation, Parameter
    from validator.exchange import Exchange
    from validator.findings import Finding

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""A value that every server reads as it stands."""

_NOTHING: Final = re.compile(r"0+")
"""Mostly means that nothing is asked for."""

_NUMBERS: Final = frozenset({"integer", "number", "null"})


def wrong_items(contract: Contract, operation: Operation, case: Case, exchange: Exchange) -> Iterator[Finding]:
    """What a list shows that its query does not ask for; a step of a sequence is held to more by others."""
    query = urlsplit(case.url).query
    if case.act or case.method != "GET" or not query or not answers.succeeded(exchange):
        return
    found = answers.things_in(answers.value_of(exchange))
    pairs = parse_qsl(query)
    for parameter in operation.parameters:
        values = [value for name, value in pairs if name == parameter.name]
        if not found or parameter.location != "query" or parameter.schema is None or len(values) != 1:
            continue
        if not _PLAIN.fullmatch(values[0]) or _NOTHING.fullmatch(values[0]):
            continue
        if bound(contract, operation, parameter, found) is not None:  # asks for all on one side of the value
            continue
        value = int(values[0]) if _is_number(contract, parameter) and values[0].isdecimal() else values[0]
        wrong = without_others(contract, parameter, value)([], found)
        if wrong is not None:
            expected, received = wrong
            yield make_finding(rules.WRONG_LIST, operation, expected, Safe(received), documented=operation.pointer)


def _is_number(contract: Contract, parameter: Parameter) -> bool:
    """Whether it can be nothing else: of a text, `5` may be a part."""
    known = readings_of(contract)
    readings = () if parameter.schema is None else known.readings((parameter.schema,))
    return bool(readings) and all(types_allowed(known, one) <= _NUMBERS for one in readings)
