"""The family `unknown-resource`: ids in the path that nothing has, or that can be no ids at all.

One parameter is broken, the others are of things that exist, and the body is sound: servers may look at it first. Left
out are texts that a server may rightly take for an id that exists (`01`, `+1`, `1.0`), and those that do not stay one
segment of the path on their way (`..%2f`, `.`). A parameter that takes no ids (a day, one of some names) is given what
its schema refuses: there is nothing at such an address either.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from fuzz.breakage import Breakage, Way
from fuzz.families.wrong_texts import wrong_texts
from fuzz.faults import INVALID_VALUE, UNKNOWN_RESOURCE
from fuzz.knowledge import prefixes
from fuzz.names import referred
from fuzz.parameters import schemas_of
from fuzz.request_body import json_body
from fuzz.samples import sound_bodies
from fuzz.unknown_ids import FAR, unknown_numbers, unknown_texts
from validator.contract.promises import EXTENSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.knowledge import Knowledge
    from fuzz.readings import Pointers
    from validator.contract import Contract, Operation, Parameter

UNKNOWN: Final = "unknown"

_LONG: Final = 2000
_INT32: Final = 2**31
_INT64: Final = 2**63

_NUMBERS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "zero": lambda _: "0",
        "negative": lambda known: f"-{known}",
        "word": lambda _: "abc",
        "fraction": lambda known: f"{known}.5",
        "exponent": lambda known: f"{known}e9",
        "trailing": lambda known: f"{known}abc",
        "hexadecimal": lambda _: "0xfffffff",
        "beyond-32-bits": lambda _: str(_INT32),
        "beyond-64-bits": lambda _: str(_INT64),
        "many-digits": lambda _: "9" * 30,
        "no-number": lambda _: "NaN",
        "superscript": lambda _: "²",
    }
)
"""Texts in place of a number, made from an id that exists."""

_TEXTS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "space": lambda _: " ",
        "null": lambda _: "null",
        "undefined": lambda _: "undefined",
        "nul": lambda known: f"{known}\0",
        "unicode": lambda _: "\u00e9\U0001f600",
        "long": lambda _: "9" * _LONG,
        "quote": lambda known: f"{known}'",
        "condition": lambda known: f"{known} OR 1=1",
        # Encoded twice: who decodes it once too often leaves the segment.
        "traversal": lambda _: "..%2f..%2fetc%2fpasswd",
    }
)
"""Texts in place of any id."""

_LIKELY: Final = frozenset({"zero", "negative", "trailing", "word", "beyond-64-bits", "quote"})
"""What an operation may stumble over that looks for things in its own way."""

_TOO_BIG: Final = frozenset({"beyond-64-bits", "many-digits", "long"})
"""Where a number cannot be held, a server may say so: that it is not a good value is as true as that nothing has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """A parameter of the path that takes ids; `places` are its schemas, and the parameter itself."""

    parameter: Parameter
    places: Pointers
    is_number: bool
    is_text: bool


class UnknownResource:
    """The family `unknown-resource`."""

    def ways(self, contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """One for each parameter that takes ids, and each kind of text that is none; then for the other parameters."""
        of_ids = (
            Way(place=f"path/{target.parameter.name}", kind=kind, schema=_shared(target), likely=kind in _LIKELY)
            for target in _targets(contract, operation)
            for kind in _kinds(target)
        )
        of_others = (
            Way(place=f"path/{parameter.name}", kind=kind, schema=parameter.pointer)
            for parameter in _others(contract, operation)
            for kind in wrong_texts(contract, parameter)
        )
        return (*of_ids, *of_others)

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Requests for what is not there."""
        ways = self.ways(contract, operation) if way is None else (way,)
        targets = {f"path/{one.parameter.name}": one for one in _targets(contract, operation)}
        others = {f"path/{one.name}": one for one in _others(contract, operation)}
        sound = sound_bodies(contract, operation, knowledge)

        def made(way: Way) -> st.SearchStrategy[Breakage]:
            if way.place in others:
                parameter = others[way.place]
                text = wrong_texts(contract, parameter)[way.kind]
                places = (*schemas_of(contract, parameter), parameter.pointer)
                return sound.map(lambda body: _breakage(way, places, parameter.name, text, body, lenient=True))
            target = targets[way.place]
            return st.builds(
                lambda text, body: _breakage(
                    way,
                    target.places,
                    target.parameter.name,
                    text,
                    body,
                    lenient=way.kind in _TOO_BIG or not _fits(contract, target, text),
                ),
                _texts(contract, operation, target, way.kind, knowledge),
                sound,
            )

        return st.sampled_from(ways).flatmap(made)


def _breakage(way: Way, places: Pointers, name: str, text: str, body: bytes | None, *, lenient: bool) -> Breakage:
    return Breakage(
        fault=UNKNOWN_RESOURCE,
        variant=way.name,
        described=f"with {_told(text)} for {name} in the path",
        places=(places,),
        path=((name, text),),
        body=body,
        also=(INVALID_VALUE,) if lenient else (),
    )


def _told(text: str) -> str:
    return ascii(text) if len(text) <= len("..%2f..%2fetc%2fpasswd") + 20 else f"{len(text):,} characters"


def _texts(
    contract: Contract, operation: Operation, target: _Target, kind: str, knowledge: Knowledge
) -> st.SearchStrategy[str]:
    schemas = [_words(contract, pointer) for pointer in target.places]
    known = knowledge.texts
    example = knowledge.path(operation.path).get(target.parameter.name)
    if kind == UNKNOWN:
        numbers = unknown_numbers(schemas, known).map(str)
        like = () if example is None else (example,)
        is_number = isinstance(example, int) if target.is_text and example is not None else target.is_number
        return numbers if is_number else unknown_texts(schemas, like, known)
    make = {**_NUMBERS, **_TEXTS}[kind]
    # Nothing is deleted if a server takes the beginning of the text for the id.
    base = str(FAR) if example is None or operation.method == "DELETE" else str(example)
    text = make(base)
    return st.nothing() if text in known else st.just(text)


@lru_cache(maxsize=1024)
def _targets(contract: Contract, operation: Operation) -> tuple[_Target, ...]:
    """The parameters of the path that take ids. None where no sound request can be made for want of a body."""
    if operation.request_body_required and json_body(operation) is None:
        return ()
    by_name = {one.name: one for one in operation.parameters if one.location == "path"}
    lists = {one.path for one in contract.operations if one.method == "GET"}
    found = []
    for prefix in prefixes(operation.path):
        collection, slash, name = prefix.rpartition("/{")
        parameter = by_name.get(name.rstrip("}"))
        if parameter is None or not slash or operation.path[len(prefix) :][:1] not in {"", "/"}:
            continue
        if prefix == operation.path and _may_make(contract, operation):
            continue
        places = schemas_of(contract, parameter)
        schemas = [_words(contract, pointer) for pointer in places]
        promised = any(UNKNOWN_RESOURCE in (words.get(EXTENSION) or ()) for words in schemas)
        dated = any(words.get("format") in {"date", "date-time", "time"} for words in schemas)
        if promised or (not dated and (referred(parameter.name) is not None or collection in lists)):
            types = _types(schemas)
            is_number, is_text = bool(types & {"integer", "number"}), not types or "string" in types
            if is_number or is_text:
                found.append(
                    _Target(
                        parameter=parameter, places=(*places, parameter.pointer), is_number=is_number, is_text=is_text
                    )
                )
    return tuple(found)


@lru_cache(maxsize=1024)
def _others(contract: Contract, operation: Operation) -> tuple[Parameter, ...]:
    """The parameters of the path that take no ids."""
    if operation.request_body_required and json_body(operation) is None:
        return ()
    ids = {target.parameter.name for target in _targets(contract, operation)}
    return tuple(one for one in operation.parameters if one.location == "path" and one.name not in ids)


def _may_make(contract: Contract, operation: Operation) -> bool:
    """Whether a PUT to what is not there makes it (RFC 9110, section 9.3.4): it documents 201, and promises no less."""
    if operation.method != "PUT" or all(response.status != "201" for response in operation.responses):
        return False
    promise = contract.promise(operation, UNKNOWN_RESOURCE)
    return promise is None or not promise.pointer.startswith(operation.pointer)


def _kinds(target: _Target) -> tuple[str, ...]:
    return (UNKNOWN, *(_NUMBERS if target.is_number else ()), *_TEXTS)


def _shared(target: _Target) -> str | None:
    """The schema that says most of the parameter: the one that a reference leads to."""
    return target.places[-2] if len(target.places) > 1 else None


def _types(schemas: list[Mapping[str, Any]]) -> frozenset[str]:
    said = [words["type"] for words in schemas if "type" in words]
    return frozenset(one for types in said for one in ([types] if isinstance(types, str) else types))


def _words(contract: Contract, pointer: str) -> Mapping[str, Any]:
    node = contract.schema_at(pointer)
    return node if isinstance(node, dict) else {}


def _fits(contract: Contract, target: _Target, text: str) -> bool:
    """Whether a text is what the parameter's schema allows: then it is an id as any other, but of nothing."""
    schema = target.parameter.schema
    if schema is None:
        return True
    values: list[Any] = [text] if target.is_text else []
    if target.is_number and text.removeprefix("-").isascii() and text.removeprefix("-").isdigit():
        values.append(int(text))
    bits = {"int32": _INT32, "int64": _INT64}
    limits = [
        bits[words["format"]]
        for words in (_words(contract, pointer) for pointer in target.places)
        if words.get("format") in bits
    ]
    return any(
        contract.validator(schema, writing=True).is_valid(value)
        and not (isinstance(value, int) and any(abs(value) >= limit for limit in limits))
        for value in values
    )
