"""The error contract of a document: the schema of its error body and the codes that it enumerates.

Found in standard words, without an extension: among the schemas of documented error responses (4xx, 5xx, default), an
object with one member that is enumerated (`enum`, or `oneOf` of `const`s with descriptions).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from validator.contract.places import children
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from validator.contract.document import Document
    from validator.contract.operations import Operation, ResponseSpec

_AT_LEAST: Final = 2
"""A catalogue of one code catalogues nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCatalogue:
    """`schema` points at the error object; `member` holds its code; `codes` gives each code's documented meaning.

    `marks` are the members that the schema fixes (`error: true`): a body that has them all is an error object.
    """

    schema: str
    member: str
    codes: Mapping[int | str, str]
    marks: Mapping[str, Any]

    def recognises(self, body: Any) -> bool:
        """Whether a body is the error object: it has every fixed member, and the code."""
        return (
            bool(self.marks)
            and isinstance(body, dict)
            and self.member in body
            # `is`-like for booleans: 1 == True in Python, and not in JSON.
            and all(name in body and same(body[name], value) for name, value in self.marks.items())
        )

    def code_of(self, body: Any) -> int | str | None:
        """The error code of a body, None where it has none of a code's type."""
        code = body.get(self.member) if isinstance(body, dict) else None
        return code if isinstance(code, int | str) and not isinstance(code, bool) else None


def same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def find_catalogue(document: Document, operations: tuple[Operation, ...]) -> ErrorCatalogue | None:
    """The catalogue that most error responses of the document use; None where there is none.

    An enumerated member in an error response here and there is no error contract: half of them must have it.
    """
    found: dict[str, ErrorCatalogue] = {}
    uses: Counter[str] = Counter()
    seen: dict[str, list[str]] = {}
    responses = 0
    for operation in operations:
        for response in operation.responses:
            if is_success(response):
                continue
            for media_type in response.content:
                if media_type.schema is None:
                    continue
                if media_type.schema not in seen:
                    candidates = list(_catalogues(document, media_type.schema))
                    found.update((candidate.schema, candidate) for candidate in candidates)
                    seen[media_type.schema] = [candidate.schema for candidate in candidates]
                uses.update(seen[media_type.schema])
                responses += 1
    for schema, times in uses.most_common(1):
        if times * 2 >= responses:
            return found[schema]
    return None


def is_success(response: ResponseSpec) -> bool:
    """Whether a documented response is for 1xx to 3xx only."""
    return response.status[:1] in ("1", "2", "3")


def reaches(document: Document, pointer: str, goal: str) -> bool:
    """Whether a schema asks for the schema at `goal`, through references and combinations, but not through `not`."""
    seen: set[str] = set()
    pending = [pointer]
    while pending:
        place = document.follow(pending.pop())
        if place == goal:
            return True
        if place not in seen:
            seen.add(place)
            node = document.at(place)
            if isinstance(node, dict):
                pending.extend(child for child in children(node, place) if not child.endswith("/not"))
    return False


def _catalogues(document: Document, pointer: str) -> Iterator[ErrorCatalogue]:
    for place in _parts(document, pointer):
        node = document.at(place)
        properties = node.get("properties") if isinstance(node, dict) else None
        # A reusable schema, not the narrowing of it that stands in one response.
        if not isinstance(properties, dict) or not isinstance(node.get("required"), list):
            continue
        for name in sorted(properties, key=lambda name: "code" not in name.lower()):
            codes = _enumerated(document, join(place, "properties", name))
            if len(codes) >= _AT_LEAST and name in node["required"]:
                marks = {
                    key: value["const"]
                    for key, value in properties.items()
                    if isinstance(value, dict) and "const" in value and key in node["required"]
                }
                yield ErrorCatalogue(
                    schema=place, member=name, codes=MappingProxyType(codes), marks=MappingProxyType(marks)
                )
                break


def _parts(document: Document, pointer: str) -> Iterator[str]:
    """The schema itself and, through references and allOf, the schemas that it is made of."""
    seen: set[str] = set()
    pending = [pointer]
    while pending:
        place = document.follow(pending.pop(0))
        if place in seen:
            continue
        seen.add(place)
        yield place
        node = document.at(place)
        if isinstance(node, dict):
            pending.extend(join(place, "allOf", index) for index in range(len(node.get("allOf") or ())))


def _enumerated(document: Document, pointer: str) -> dict[int | str, str]:
    """The codes that a schema enumerates, with their descriptions; empty where it does not."""
    node = document.at(document.follow(pointer))
    if not isinstance(node, dict):
        return {}
    if isinstance(node.get("enum"), list):
        return {code: "" for code in node["enum"] if _is_code(code)}
    codes: dict[int | str, str] = {}
    for choice in node.get("oneOf") or node.get("anyOf") or ():
        if not isinstance(choice, dict) or not _is_code(choice.get("const")):
            return {}
        codes[choice["const"]] = str(choice.get("description") or choice.get("title") or "")
    return codes


def _is_code(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool)
