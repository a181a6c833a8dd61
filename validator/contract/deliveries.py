"""Deliveries: which message of the API's own (OpenAPI 3.1, "webhooks") a recorded request is.

A delivery goes to its subscriber's address, which no document knows: its body tells what it is. Most APIs fix a member
of each body (`event: {const: orders.created}`), and these members tell the webhooks apart. Where a body fixes none, it
is known by the members that it requires.

A delivery comes from the owner of the data, as a response does. So it is held to the schemas for reading: `readOnly`
members are what it tells of, `writeOnly` members have no place in it. (In OpenAPI 3.1 both words only annotate.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from validator.contract.error_catalogue import same
from validator.contract.operations import ResponseSpec
from validator.pointer import join, of_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from validator.contract.document import Document
    from validator.contract.operations import MediaType, Operation
    from validator.exchange import Request

MAX_BYTES: Final = 4 * 1024 * 1024
"""A bigger body is not read to find out whether it is a delivery: it came with a request for somebody else."""

_OBJECT: Final = re.compile(rb"[ \t\r\n]*\{")

# OpenAPI 3.1.1, "Parameter Object": header parameters with these names SHALL be ignored.
_NOT_DOCUMENTED: Final = frozenset({"accept", "content-type", "authorization"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a request turned out to deliver; of an event that is not documented, `webhook` is None.

    `message` is what the webhook documents of its request, in the words for responses: content and headers. `member`
    and `value` are what told the event; `known` are the values that are documented.
    """

    webhook: Operation | None
    message: ResponseSpec | None = None
    member: str = ""
    value: Any = None
    known: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What the body of a webhook is known by: the members that it requires, and those whose value it fixes."""

    webhook: Operation
    required: frozenset[str]
    fixed: Mapping[str, Any]

    def says(self, body: Mapping[str, Any], names: Iterable[str]) -> bool:
        """Whether the body has these members with the values that are fixed for them."""
        return all(name in body and same(body[name], self.fixed[name]) for name in names)

    def missing(self, body: Mapping[str, Any]) -> int:
        return len(self.required - body.keys())

    def is_likely(self, body: Mapping[str, Any]) -> bool:
        """Whether half of the required members are there: `{"event": "created"}` may be a word of anybody's."""
        return self.missing(body) * 2 <= len(self.required)

    def rank(self, body: Mapping[str, Any]) -> tuple[int, int, int]:
        """How well the form fits a body: the higher the better."""
        fixed = sum(self.says(body, (name,)) for name in self.fixed)
        return fixed, -self.missing(body), len(self.required)


class Deliveries:
    """All webhooks of a contract, ready to be recognised. Immutable once built."""

    def __init__(self, document: Document, webhooks: tuple[Operation, ...]) -> None:
        self.messages: Final[Mapping[str, ResponseSpec]] = {hook.pointer: _message(hook) for hook in webhooks}
        """What each webhook documents of its request, by the webhook's pointer."""
        forms: dict[str, list[_Form]] = {}
        for webhook in webhooks:
            forms.setdefault(webhook.method, []).extend(_forms(document, webhook))
        self._sorted: Final = {method: _Forms(found) for method, found in forms.items()}

    def find(self, request: Request) -> Delivery | None:
        """What the request delivers; None where it is no delivery. Never raises: a hostile body is none."""
        forms = self._sorted.get(request.method)
        body = _read(request.body) if forms is not None else None
        if forms is None or body is None:
            return None
        form = forms.find(body)
        if form is not None:
            return Delivery(webhook=form.webhook, message=self.messages[form.webhook.pointer])
        return forms.unknown(body)


class _Forms:
    """The webhooks of one method."""

    def __init__(self, forms: list[_Form]) -> None:
        self._fixing: Final = [form for form in forms if form.fixed]
        self._free: Final = [form for form in forms if not form.fixed]
        self._shared: Final = frozenset.intersection(*(form.required for form in forms)) if forms else frozenset()
        fixed = [form.fixed for form in self._fixing]
        names = [name for name in (fixed[0] if fixed else ()) if all(name in members for members in fixed)]
        # `version: {const: 1}` in every webhook tells none of them apart.
        telling = [name for name in names if len(self._known(name)) > 1] or names
        self._telling: Final = tuple(telling)

    def _known(self, name: str) -> tuple[Any, ...]:
        """The values that webhooks fix for a member, each once."""
        known: list[Any] = []
        for form in self._fixing:
            if not any(same(form.fixed[name], value) for value in known):
                known.append(form.fixed[name])
        return tuple(known)

    def find(self, body: Mapping[str, Any]) -> _Form | None:
        """The one webhook that the body is for; None where there is none, or more than one."""
        likely = [
            form for form in self._fixing if form.says(body, self._telling or form.fixed) and form.is_likely(body)
        ]
        if likely:
            best = max(form.rank(body) for form in likely)
            likely = [form for form in likely if form.rank(body) == best]
        else:
            likely = [form for form in self._free if form.required and not form.missing(body)]
        return likely[0] if len(likely) == 1 else None

    def unknown(self, body: Mapping[str, Any]) -> Delivery | None:
        """The delivery of an event that is not documented: all that every webhook requires, but a value of none."""
        needed = self._shared.union(self._telling)
        # The telling members alone (`type`) are not enough: half of all JSON has one of that name.
        if not self._telling or len(needed) == len(self._telling) or needed - body.keys():
            return None
        if any(form.says(body, self._telling) for form in self._fixing):
            return None
        known = {name: self._known(name) for name in self._telling}
        member = next(
            (name for name, values in known.items() if not any(same(body[name], value) for value in values)),
            self._telling[0],
        )
        return Delivery(webhook=None, member=member, value=body[member], known=known[member])


def _read(body: bytes | None) -> dict[str, Any] | None:
    """The JSON object in a body, None where there is none to be had."""
    if body is None or len(body) > MAX_BYTES or not _OBJECT.match(body):
        return None
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _message(webhook: Operation) -> ResponseSpec:
    return ResponseSpec(
        status="",
        pointer=webhook.request_body_pointer or webhook.pointer,
        content=webhook.request_body,
        headers=tuple(
            parameter
            for parameter in webhook.parameters
            if parameter.location == "header" and parameter.name.lower() not in _NOT_DOCUMENTED
        ),
    )


def _forms(document: Document, webhook: Operation) -> Iterator[_Form]:
    """The form of the webhook's body; of several JSON types, that of the first."""
    schema = next((media_type.schema for media_type in webhook.request_body if _is_json(media_type)), None)
    if schema is None:
        return
    required: set[str] = set()
    fixed: dict[str, Any] = {}
    for place in _parts(document, schema):
        node = document.at(place)
        if isinstance(node.get("required"), list):
            required.update(node["required"])
        for name in node.get("properties") or ():
            value = _fixed(document, join(place, "properties", name))
            if value:
                fixed.setdefault(name, value[0])
    yield _Form(webhook=webhook, required=frozenset(required), fixed=fixed)


def _is_json(media_type: MediaType) -> bool:
    """A type of JSON, or a range that JSON falls under."""
    name = media_type.name.partition(";")[0].strip().lower()
    return name.endswith(("/json", "+json", "/*"))


def _fixed(document: Document, pointer: str) -> list[Any]:
    """The one value that a schema allows, in a list; empty where it allows more."""
    for place in _parts(document, pointer):
        node = document.at(place)
        if "const" in node:
            return [node["const"]]
        values = node.get("enum")
        if isinstance(values, list) and len(values) == 1:
            return values
    return []


def _parts(document: Document, pointer: str) -> Iterator[str]:
    """The schema and all that it asks for too: what it refers to, with what stands beside the reference, and allOf."""
    seen: set[str] = set()
    pending = [pointer]
    while pending:
        place = pending.pop(0)
        try:
            node = document.at(place)
        except KeyError:  # a reference relative to an `$id`
            continue
        if place in seen or not isinstance(node, dict):
            continue
        seen.add(place)
        yield place
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            pending.append(of_reference(reference))
        pending.extend(join(place, "allOf", index) for index in range(len(node.get("allOf") or ())))
