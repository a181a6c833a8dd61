"""Schemas that have names of their own (`$id`, `$anchor`), and references by these names, said as references by place.

In a document that comes out of here each `$ref` within it is a JSON Pointer from its root, whatever `$id` it stands
below: who walks through schemas needs to know nothing of names, and they are gone. A `$dynamicRef` that can lead to one
place only is a `$ref` to it; where any other stays, so do the names, the addresses whole.

JSON Schema 2020-12, core, section 8.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urljoin, urlsplit

from validator.errors import DocumentError
from validator.pointer import join, of_reference, split, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE: Final = "contract://document"
"""What relative references are resolved against: an address that nothing can be fetched from."""

DATA: Final = frozenset({"example", "examples", "default", "enum", "const"})
"""Members that hold data, not OpenAPI: a `$ref` in there is a string like any other."""

MAPS_BY_NAME: Final = frozenset(
    {
        *("properties", "patternProperties", "$defs", "definitions", "schemas", "dependentSchemas"),
        *("responses", "headers", "parameters", "requestBodies", "callbacks", "links", "pathItems"),
        *("paths", "webhooks", "securitySchemes", "content", "encoding"),
    }
)
"""Members whose own members are named by the author, or by a status: `default` among them is a name."""


def resolve(base: str, address: str) -> str:
    """An address as seen from `base` (RFC 3986, section 5.2), whatever its scheme."""
    scheme, _, rest = base.partition(":")
    try:
        if not address or urlsplit(address).scheme or not rest.startswith("//"):
            return address or base
        # Python joins only the schemes that it knows.
        return f"{scheme}:{urljoin(f'http:{rest}', address).removeprefix('http:')}"
    except ValueError:  # an address that is none
        return address


def base_of(node: dict[str, Any], base: str) -> str:
    """The base of what stands in a schema: its own `$id`, else that of what it stands in."""
    own = node.get("$id")
    return resolve(base, own.removesuffix("#")) if isinstance(own, str) else base


def reference_to(pointer: str) -> str:
    """The reference that a pointer from the root is, percent-encoded as a fragment."""
    return f"#{quote(pointer, safe='/~$')}"


_NAMES: Final = frozenset({"$id", "$anchor", "$dynamicAnchor", "$dynamicRef"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """`addresses` and `anchors` give the places of each name; `dynamic` how often each dynamic anchor stands."""

    addresses: dict[str, str] = field(default_factory=lambda: {BASE: ""})
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)
    dynamic: dict[str, int] = field(default_factory=dict)

    def place(self, base: str, reference: str) -> str | None:
        """The place that a reference leads to, None where it leads to none of the document."""
        address, _, fragment = reference.partition("#")
        address = resolve(base, address)
        if fragment and not fragment.startswith("/"):
            return self.anchors.get((address, fragment))
        resource = self.addresses.get(address)
        return None if resource is None else resource + of_reference(f"#{fragment}")


def has_names(root: Any) -> bool:
    """Whether anything of the document may be a name, or may ask for one: most documents have none."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            if not _NAMES.isdisjoint(node):
                return True
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return False


def by_place(root: dict[str, Any]) -> dict[str, Any]:
    """The document with each reference by a name turned into one by a pointer from its root. Raises DocumentError."""
    names = _Names()
    objects = list(_objects(root))
    for base, place, node in objects:
        if isinstance(node.get("$id"), str):
            names.addresses.setdefault(base, place)
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.get(keyword), str):
                names.anchors[base, node[keyword]] = place
        if isinstance(node.get("$dynamicAnchor"), str):
            names.dynamic[node["$dynamicAnchor"]] = names.dynamic.get(node["$dynamicAnchor"], 0) + 1
    for base, place, node in objects:
        _rename(root, names, base, place, node)
    if not any("$dynamicRef" in node for _, _, node in objects):
        for _, _, node in objects:
            for keyword in ("$id", "$anchor", "$dynamicAnchor"):
                if isinstance(node.get(keyword), str):
                    del node[keyword]
    return root


def _rename(root: dict[str, Any], names: _Names, base: str, place: str, node: dict[str, Any]) -> None:
    """Say the references of one object by place."""
    dynamic = node.get("$dynamicRef")
    if isinstance(dynamic, str) and "$ref" not in node and not _is_dynamic(root, names, base, dynamic):
        node["$ref"] = node.pop("$dynamicRef")
    for keyword in ("$ref", "$dynamicRef"):
        reference = node.get(keyword)
        if not isinstance(reference, str):
            continue
        target = names.place(base, reference)
        if target is None and base != BASE:
            raise DocumentError(
                f"a reference to an address ({reference}) that is none of the document's own",
                place=join(place, keyword),
                mend="put what it refers to into the document",
            )
        if target is not None and keyword == "$ref":
            node["$ref"] = reference_to(target)
        elif keyword == "$dynamicRef":
            address, _, fragment = reference.partition("#")
            node["$dynamicRef"] = f"{resolve(base, address)}#{fragment}"
    if isinstance(node.get("$id"), str):
        node["$id"] = base


def _is_dynamic(root: dict[str, Any], names: _Names, base: str, reference: str) -> bool:
    """Whether a `$dynamicRef` may lead elsewhere than it says: to a dynamic anchor that stands more than once."""
    name = reference.partition("#")[2]
    target = names.place(base, reference)
    if target is None:
        return True
    try:
        node = walk(root, split(target))
    except KeyError:
        return False
    return isinstance(node, dict) and node.get("$dynamicAnchor") == name and names.dynamic[name] > 1


def _objects(node: Any, place: str = "", base: str = BASE, *, named: bool = False) -> Iterator[tuple[str, str, Any]]:
    """Each object of the document that is no data, with its base and its place, the outer ones first."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _objects(item, join(place, index), base)
    elif isinstance(node, dict):
        if not named:
            base = base_of(node, base)
            yield base, place, node
        for key, value in node.items():
            if named or key not in DATA:
                yield from _objects(value, join(place, key), base, named=key in MAPS_BY_NAME and not named)
