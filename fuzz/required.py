"""Sound values of parameters that have to be there.

Whatever is broken in a request, the rest of it has to be sound: a server that refuses it for `day=x` shows nothing.
What the document gives as an example comes first, then the plainest value that the schema takes, then a drawn one.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from fuzz import engine
from fuzz.names import PAGE_SIZES
from fuzz.readings import readings_of
from fuzz.strategies import builder
from fuzz.styles import as_text
from validator.exchange import Headers
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fuzz.case import Case
    from validator.contract import Contract, Parameter

A_UUID: Final = "00000000-0000-4000-8000-000000000001"

_BY_TYPE: Final = {"integer": 1, "number": 1, "boolean": True}
TEXT: Final = "x"
"""Any text."""

_MOMENTS: Final = ("2025-01-31", "2025-01-31T10:00:00Z", "2025-01-31 10:00:00", "10:00:00", "10:00:00Z", "P1D")
_ADDRESSES: Final = ("someone@example.com", "https://example.com/", "example.com", "/", "192.0.2.1", "2001:db8::1")
_PLAIN: Final = (1, True, TEXT, "xxxxxxxx", A_UUID, *_MOMENTS, *_ADDRESSES, "NL", "nl", "EUR", 10, 100, 1000, 0.5)
"""Values of the usual formats, the plainest first."""

_SIZES: Final = (100, 50, 20, 10)
"""So long may a list be that wants to know: the longest that it takes."""

IDEMPOTENCY_KEY: Final = "idempotency-key"
_OF_HEADER: Final[Mapping[str, Any]] = {"if-match": "*", IDEMPOTENCY_KEY: A_UUID}
"""What a header says that is sound whatever there is (RFC 9110, section 13.1.1), or has to be another each time."""

_DRAWN: Final = 20
_WRITABLE: Final = re.compile(r"[\x21-\x7e]+(?: [\x21-\x7e]+)*")
"""What goes into any header, and any segment of a path once it is quoted."""

_DOTS: Final = frozenset({".", ".."})


@lru_cache(maxsize=4096)
def sound_value(contract: Contract, parameter: Parameter) -> Any:
    """A value of the parameter: by the document, the plainest of its kind, or one that is drawn from its schema."""
    given = [one for one in _given(contract, parameter) if one is not None]
    schema = _schema(contract, parameter)
    if schema is None:
        return given[0] if given else TEXT
    is_valid = contract.validator(schema, writing=True).is_valid
    # An example that breaks the schema tells more of what the server takes than a value that keeps it.
    known = (*filter(is_valid, given), *given, *filter(is_valid, _plain(contract, parameter, schema)))
    if known:
        return known[0]
    return next((one for one in _drawn(contract, schema) if is_valid(one) and _is_writable(parameter, one)), TEXT)


def with_own_key(case: Case) -> Case:
    """The case, with an `Idempotency-Key` that no other request has: a server answers a key that it knows from memory.

    The same request once more has the same key (draft-ietf-httpapi-idempotency-key-header, section 2).
    """
    if case.headers.get(IDEMPOTENCY_KEY) != A_UUID:
        return case
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"{case.seed} {case.method} {case.url} {case.body.hex()}")
    headers = Headers((name, str(key) if name.lower() == IDEMPOTENCY_KEY else value) for name, value in case.headers)
    return replace(case, headers=headers)


def _given(contract: Contract, parameter: Parameter) -> Iterator[Any]:
    """What the document itself says that the value may be."""
    node = contract.document.at(parameter.pointer)
    nodes = [node]
    nodes += [one for one in (node.get("content") or {}).values() if isinstance(one, dict)]
    schema = _schema(contract, parameter)
    if schema is not None:
        nodes.append(_words(contract, schema))
    for one in nodes:
        yield from (one[word] for word in ("example", "const", "default") if word in one)
        yield from (one.get("enum") or ())[:1]
        several = one.get("examples") or ()
        if isinstance(several, list):
            yield from several[:1]
        elif isinstance(several, dict):
            yield from (each["value"] for each in several.values() if isinstance(each, dict) and "value" in each)


def _plain(contract: Contract, parameter: Parameter, schema: str) -> Iterator[Any]:
    words = _words(contract, schema)
    if parameter.location == "header" and parameter.name.lower() in _OF_HEADER:
        yield _OF_HEADER[parameter.name.lower()]
    if words.get("format") == "uuid":
        yield A_UUID
    if parameter.location == "query" and parameter.name.lower() in PAGE_SIZES:
        yield from _SIZES
    yield _BY_TYPE.get(str(words.get("type")), TEXT)
    yield from _PLAIN


def _drawn(contract: Contract, schema: str) -> list[Any]:
    values = engine.sample(builder(contract).values((schema,)), seed="required", count=_DRAWN)
    return sorted(values, key=lambda one: (one in ([], {}), len(orjson.dumps(one, option=orjson.OPT_NON_STR_KEYS))))


def _is_writable(parameter: Parameter, value: Any) -> bool:
    text = as_text(value)
    return parameter.location == "query" or (_WRITABLE.fullmatch(text) is not None and text not in _DOTS)


def _words(contract: Contract, schema: str) -> Mapping[str, Any]:
    """The keywords of a schema, or of the one that it refers to."""
    return readings_of(contract).words(contract.document.follow(schema))


def _schema(contract: Contract, parameter: Parameter) -> str | None:
    """The schema of the value: its own, or that of its content."""
    if parameter.schema is not None:
        return parameter.schema
    for name, media_type in (contract.document.at(parameter.pointer).get("content") or {}).items():
        if isinstance(media_type, dict) and "schema" in media_type:
            return join(parameter.pointer, "content", name, "schema")
    return None
