"""What a contract holds, worked out to be read: operations by resource, webhooks, and each error code with its places.

Two kinds of places. The responses' schemas say on which statuses of which operations a code is allowed: often all. The
promises (`x-fault-responses`) and `x-error-codes` say which operations are expected to give it, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from validator.contract.error_catalogue import is_success, reaches, same
from validator.contract.places import children
from validator.contract.promises import CODES, EXTENSION, promises_at
from validator.errors import DocumentError
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from validator.contract.contract import Contract
    from validator.contract.error_catalogue import ErrorCatalogue
    from validator.contract.operations import Operation, ResponseSpec
    from validator.contract.promises import FaultPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An operation or a webhook, with what is told of it besides."""

    operation: Operation
    summary: str

    @property
    def successes(self) -> tuple[str, ...]:
        """The documented statuses that are no errors."""
        return tuple(response.status for response in self.operation.responses if is_success(response))

    @property
    def errors(self) -> tuple[str, ...]:
        """The documented error statuses: 4xx, 5xx, default."""
        return tuple(response.status for response in self.operation.responses if not is_success(response))


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """The operations that have one tag; None for those that have none."""

    name: str | None
    description: str
    operations: tuple[Listed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """One place that names an error code: the operation (None: any), the extension, the reason or fault, the place."""

    operation: str | None
    extension: str
    reason: str
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCode:
    """An error code: what it means, on which statuses it is allowed, which operations allow it, which name it."""

    code: int | str
    meaning: str
    statuses: tuple[str, ...]
    documented_by: tuple[str, ...]
    named_by: tuple[Naming, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A contract, laid out to be read. `error_codes` is None where the document does not enumerate any.

    `everywhere` are the error statuses that each operation of the contract documents.
    """

    title: str
    version: str
    source: str
    sha256: str
    resources: tuple[Resource, ...]
    webhooks: tuple[Listed, ...]
    everywhere: tuple[str, ...]
    error_codes: tuple[ListedCode, ...] | None

    @property
    def operations(self) -> tuple[Listed, ...]:
        """All operations that are listed."""
        return tuple(listed for resource in self.resources for listed in resource.operations)


def resources_of(contract: Contract) -> tuple[str, ...]:
    """Every tag of an operation or a webhook."""
    return tuple(dict.fromkeys(tag for one in (*contract.operations, *contract.webhooks) for tag in one.tags))


def overview(contract: Contract, resource: str | None = None) -> Overview:
    """What the contract holds, or what it holds of one resource. Raises DocumentError."""
    operations = [one for one in contract.operations if resource is None or resource in one.tags]
    webhooks = [one for one in contract.webhooks if resource is None or resource in one.tags]
    return Overview(
        title=contract.title,
        version=contract.version,
        source=PurePath(contract.document.source).name,
        sha256=contract.document.sha256,
        resources=tuple(_by_resource(contract, operations, resource)),
        webhooks=tuple(_listed(contract, webhook) for webhook in webhooks),
        everywhere=_everywhere(contract),
        error_codes=_codes(contract, operations),
    )


def _by_resource(contract: Contract, operations: Iterable[Operation], resource: str | None) -> Iterator[Resource]:
    """The operations by their first tag, in the order of the document."""
    descriptions = {
        tag["name"]: " ".join(str(tag.get("description") or "").split())
        for tag in contract.document.root.get("tags") or ()
    }
    found: dict[str | None, list[Listed]] = {}
    for operation in operations:
        tag = resource or next(iter(operation.tags), None)
        found.setdefault(tag, []).append(_listed(contract, operation))
    for tag, listed in found.items():
        yield Resource(name=tag, description=descriptions.get(tag or "", ""), operations=tuple(listed))


def _listed(contract: Contract, operation: Operation) -> Listed:
    summary = contract.document.at(operation.pointer).get("summary")
    return Listed(operation=operation, summary=" ".join(str(summary or "").split()))


def _everywhere(contract: Contract) -> tuple[str, ...]:
    statuses = [_listed(contract, operation).errors for operation in contract.operations]
    shared = set.intersection(*map(set, statuses)) if len(statuses) > 1 else set()
    return tuple(status for status in statuses[0] if status in shared) if statuses else ()


def _codes(contract: Contract, operations: Sequence[Operation]) -> tuple[ListedCode, ...] | None:
    """Every code; of a part of the contract, those that it allows and that are not named for other parts only."""
    catalogue = contract.errors
    if catalogue is None:
        return None
    statuses: dict[int | str, dict[str, None]] = {code: {} for code in catalogue.codes}
    documented: dict[int | str, dict[str, None]] = {code: {} for code in catalogue.codes}
    takes = _Takes(contract, catalogue)
    for operation in operations:
        for response in operation.responses:
            for code in takes.codes(response):
                statuses[code][response.status] = None
                documented[code][operation.id] = None
    names = _Names(contract, catalogue).by_code()
    shown = {None, *(operation.id for operation in operations)}
    named = {code: [one for one in names[code] if one.operation in shown] for code in catalogue.codes}
    whole = len(shown) > len(contract.operations)
    return tuple(
        ListedCode(
            code=code,
            meaning=" ".join(meaning.split()),
            statuses=tuple(sorted(statuses[code], key=lambda status: (status == "default", status))),
            documented_by=tuple(documented[code]),
            named_by=tuple(named[code]),
        )
        for code, meaning in catalogue.codes.items()
        if whole or named[code] or (documented[code] and not names[code])
    )


class _Takes:
    """Which error codes the schemas of responses take."""

    def __init__(self, contract: Contract, catalogue: ErrorCatalogue) -> None:
        self._contract = contract
        self._catalogue = catalogue
        self._of = cache(self._codes)

    def codes(self, response: ResponseSpec) -> set[int | str]:
        """The codes that one of an error response's schemas takes; a success has none."""
        schemas = [] if is_success(response) else [one.schema for one in response.content if one.schema is not None]
        return set().union(*(self._of(schema) for schema in schemas))

    def _codes(self, schema: str) -> frozenset[int | str]:
        if not self._is_error(schema):
            return frozenset()
        return frozenset(code for code in self._catalogue.codes if self._takes(schema, code, frozenset()))

    def _is_error(self, schema: str) -> bool:
        """Whether the schema is that of the error object, asks for it, or describes it once more."""
        if reaches(self._contract.document, schema, self._catalogue.schema):
            return True
        node = self._contract.document.at(self._contract.document.follow(schema))
        properties = node.get("properties") if isinstance(node, dict) else None
        marks = self._catalogue.marks
        return bool(marks) and isinstance(properties, dict) and {self._catalogue.member, *marks} <= properties.keys()

    def _takes(self, place: str, code: int | str, above: frozenset[str]) -> bool:
        """Whether the schema, as far as it speaks of the code's member, lets the code through."""
        node = self._contract.schemas().at(place)
        if not isinstance(node, dict) or place in above:
            return node is not False
        above |= {place}
        target = self._contract.document.follow(place)
        if target != place and not self._takes(target, code, above):
            return False
        properties = node.get("properties")
        if isinstance(properties, dict) and self._catalogue.member in properties:
            member = join(place, "properties", self._catalogue.member)
            if not self._contract.validator(member).is_valid(code):
                return False
        parts = [join(place, "allOf", index) for index in range(len(node.get("allOf") or ()))]
        if not all(self._takes(part, code, above) for part in parts):
            return False
        for word in ("anyOf", "oneOf"):
            choices = [join(place, word, index) for index in range(len(node.get(word) or ()))]
            errors = [choice for choice in choices if self._is_error(choice)] or choices
            if errors and not any(self._takes(choice, code, above) for choice in errors):
                return False
        return True


class _Names:
    """Which places of the document name an error code."""

    def __init__(self, contract: Contract, catalogue: ErrorCatalogue) -> None:
        self._contract = contract
        self._catalogue = catalogue
        self._by_text = {str(code): code for code in catalogue.codes}
        self._promises = cache(self._below)

    def by_code(self) -> dict[int | str, list[Naming]]:
        """Each code with the places that name it: the root, then operation by operation."""
        found: dict[int | str, dict[Naming, None]] = {code: {} for code in self._catalogue.codes}
        for code, naming in self._at("", None):
            found[code][naming] = None
        for operation in self._contract.operations:
            for code, naming in self._of(operation):
                found[code][naming] = None
        return {code: list(namings) for code, namings in found.items()}

    def _of(self, operation: Operation) -> Iterator[tuple[int | str, Naming]]:
        """What the operation says itself, and the schemas inside its request body."""
        yield from self._at(operation.pointer, operation.id)
        for media_type in operation.request_body:
            if media_type.schema is not None:
                for promise in self._promises(media_type.schema):
                    yield from self._promised(promise, operation.id)

    def _at(self, place: str, operation: str | None) -> Iterator[tuple[int | str, Naming]]:
        for promise in promises_at(self._contract.document, place):
            yield from self._promised(promise, operation)
        for expected in self._contract.expected_codes[place]:
            if expected.code not in self._by_text:
                raise DocumentError(
                    f"expected one of the documented error codes, got {expected.code!r}",
                    place=f"{self._contract.document.source}: {expected.pointer}",
                    mend=f"document it at {self._catalogue.schema}, or name another",
                )
            yield (
                self._by_text[expected.code],
                Naming(operation=operation, extension=CODES, reason=expected.reason, pointer=expected.pointer),
            )

    def _promised(self, promise: FaultPromise, operation: str | None) -> Iterator[tuple[int | str, Naming]]:
        for value in promise.body.get(self._catalogue.member, ()):
            if (code := self._code(value)) is not None:
                yield (
                    code,
                    Naming(operation=operation, extension=EXTENSION, reason=promise.fault, pointer=promise.pointer),
                )

    def _code(self, value: Any) -> int | str | None:
        return next((code for code in self._catalogue.codes if same(code, value)), None)

    def _below(self, schema: str) -> tuple[FaultPromise, ...]:
        """The promises of a schema and of those that it is made of."""
        document = self._contract.document
        found: list[FaultPromise] = []
        seen: set[str] = set()
        pending = [schema]
        while pending:
            place = pending.pop(0)
            if place in seen:
                continue
            seen.add(place)
            found.extend(promises_at(document, place))
            node = document.at(place)
            if isinstance(node, dict):
                target = document.follow(place)
                pending.extend([target] if target != place else [])
                pending.extend(child for child in children(node, place) if not child.endswith("/not"))
        return tuple(found)
