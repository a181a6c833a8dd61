"""The family `invalid-query`: a parameter of the query with a value that it cannot have, or that nobody sends.

What makes a value wrong is asked of its schema. Some texts are odd rather than wrong: bytes that are no UTF-8, a name
given twice, a quote. A server may take those; where the contract promises an answer to the fault, they are left out.
A header that the contract describes is given wrong values only.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

from hypothesis import strategies as st

from fuzz.breakage import Breakage, Way
from fuzz.families.query_lists import wrong_lists
from fuzz.families.strange_path import strange_path
from fuzz.families.wrong_texts import IMPOSSIBLE, LONG, candidates, wrong_texts
from fuzz.faults import INVALID_QUERY
from fuzz.parameters import is_of_request
from fuzz.samples import sound_bodies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation, Parameter

_Written: TypeAlias = tuple[tuple[str, str], ...]

_ODD: Final = {
    "empty": "",
    "nul": "%00",
    "quote": "%27",
    "broken-percent": "%zz",
    "not-utf-8": "%ff",
    "surrogate": "%ED%A0%80",
    "very-long": "9" * LONG,
}
"""In the writing of a URL."""

ODD_KINDS: Final = frozenset({*_ODD, "twice", "as-list", "as-object"})
"""Kinds that are odd rather than wrong."""

_LIKELY: Final = frozenset({"negative", "text", "half-number", "not-listed", "no-boolean", "no-date"})
"""What an operation takes that reads its query by itself."""


class InvalidQuery:
    """The family `invalid-query`."""

    def ways(self, contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """Each parameter with each wrong value, then each odd one; on what may change things, where it can be aimed."""
        if operation.method not in {"GET", "HEAD"} and not strange_path(contract, operation):
            return ()
        found = [
            Way(
                place=f"{parameter.location}/{parameter.name}",
                kind=kind,
                schema=parameter.pointer,
                likely=kind in _LIKELY,
            )
            for parameter in operation.parameters
            if parameter.location == "query" or _is_header(contract, operation, parameter)
            for kind in _kinds(contract, operation, parameter)
        ]
        return tuple(sorted(found, key=lambda way: way.kind in ODD_KINDS))

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Requests that are sound but for one parameter."""
        ways = self.ways(contract, operation) if way is None else (way,)
        return st.builds(
            lambda one, body: _broken(contract, operation, one, body),
            st.sampled_from(ways),
            sound_bodies(contract, operation, knowledge),
        )


def _broken(contract: Contract, operation: Operation, way: Way, body: bytes | None) -> Breakage:
    parameter = next(one for one in operation.parameters if f"{one.location}/{one.name}" == way.place)
    sound = Breakage(
        fault=INVALID_QUERY,
        variant=way.name,
        described="",
        body=body,
        path=() if operation.method in {"GET", "HEAD"} else strange_path(contract, operation),
    )
    if parameter.location == "header":
        text = wrong_texts(contract, parameter)[way.kind]
        return replace(sound, described=f"{parameter.name}: {_told(text)}", headers=((parameter.name, text),))
    written = _texts(contract, operation, parameter)[way.kind]
    told = "&".join(f"{label}={text}" for label, text in written)
    return replace(sound, described=f"?{_told(told)}", query=written)


def _told(text: str) -> str:
    return text if len(text) < LONG else f"{text[:20]}..."


def _is_header(contract: Contract, operation: Operation, parameter: Parameter) -> bool:
    return parameter.location == "header" and is_of_request(contract, operation, parameter)


def _kinds(contract: Contract, operation: Operation, parameter: Parameter) -> Iterable[str]:
    if parameter.location == "header":
        return wrong_texts(contract, parameter)
    return _texts(contract, operation, parameter)


@lru_cache(maxsize=4096)
def _texts(contract: Contract, operation: Operation, parameter: Parameter) -> Mapping[str, _Written]:
    """By the kind of the way: pairs for the query, encoded, except where the encoding is what is broken."""
    name = quote(parameter.name, safe="")
    wrong: dict[str, _Written] = {
        kind: ((name, quote(text, safe="")),) for kind, text in wrong_texts(contract, parameter).items()
    }
    wrong |= wrong_lists(contract, parameter)
    if contract.promise(operation, INVALID_QUERY, ()) is not None:
        return wrong
    odd: dict[str, _Written] = {
        kind: ((name, quote(text, safe="")),)
        for kind, text in candidates(contract, parameter).items()
        if kind in IMPOSSIBLE
    }
    odd |= {kind: ((name, text),) for kind, text in _ODD.items()}
    odd |= {"twice": ((name, "1"), (name, "2")), "as-list": ((f"{name}[]", "1"),), "as-object": ((f"{name}[x]", "1"),)}
    return wrong | {kind: text for kind, text in odd.items() if kind not in wrong}
