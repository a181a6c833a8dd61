"""A document as the reference judge hands it to openapi-core: the same meaning, said so that openapi-core sees it.

Each is a corner of openapi-core 0.23.1; the table `DIFFERENCES` of engine.py gives the reasons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from validator.contract.document import plain
from validator.pointer import of_reference, split, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from validator.contract import Contract

WRAPPED: Final = ("allOf", 0)
"""Where a schema stands after wrapping: `{$ref: X, minimum: 1}` becomes `{allOf: [{$ref: X, minimum: 1}]}`."""


DELIVERIES: Final = "x-deliveries"
"""Where the messages of webhooks stand, by the webhook's pointer, laid out as the answers of operations.

openapi-core can judge a webhook's request too, but by other classes, with other hooks and other errors. A message is
content and headers, as a response is, and so one setting and one translator do for both.
"""


def adapt(contract: Contract) -> dict[str, Any]:
    """A copy of the document in which content types are plain and ordered, and siblings of `$ref` unmistakable."""
    version = contract.document.version
    copy: dict[str, Any] = plain({**contract.document.root, DELIVERIES: dict(_deliveries(contract))})
    pending: list[Any] = [copy]
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            if isinstance(node.get("content"), dict):
                node["content"] = _plain(node["content"])
            if isinstance(node.get("headers"), dict):
                _without_content(node["headers"])
            if version == (3, 0) and isinstance(node.get("$ref"), str):
                for key in set(node) - {"$ref"}:
                    del node[key]
            if isinstance(node.get("schema"), bool):
                node["schema"] = {} if node["schema"] else {"not": {}}
            elif version != (3, 0) and is_wrapped(contract.document.root, node.get("schema")):
                node["schema"] = {"allOf": [node["schema"]]}
            pending.extend(node.values())
    return copy


def _deliveries(contract: Contract) -> Iterator[tuple[str, Any]]:
    """Each webhook's message, as the answer of an operation."""
    at = contract.document.at
    for webhook in contract.webhooks:
        message = contract.deliveries.messages[webhook.pointer]
        headers = {
            header.name: {key: value for key, value in at(header.pointer).items() if key not in ("name", "in")}
            for header in message.headers
        }
        content = {media_type.name: at(media_type.pointer) for media_type in message.content}
        response = {"description": "", "headers": headers, "content": content}
        yield webhook.pointer, {webhook.method.lower(): {"responses": {"default": response}}}


def _without_content(headers: dict[str, Any]) -> None:
    """Headers documented by media type are only looked for, by both judges: their value is no JSON."""
    for header in headers.values():
        if isinstance(header, dict) and header.pop("content", None) is not None:
            header["schema"] = {}


def is_wrapped(root: Mapping[str, Any], schema: Any) -> bool:
    """Whether a schema right under `schema` is wrapped: there is something beside its reference, or further down it.

    openapi-core follows such a reference, and those that it leads to, before it hands the schema on.
    """
    seen: set[str] = set()
    while isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        reference = schema["$ref"]
        if set(schema) != {"$ref"}:
            return True
        if not reference.startswith("#/") or reference in seen:
            return False
        seen.add(reference)
        try:
            schema = walk(root, split(of_reference(reference)))
        except KeyError:
            return False
    return False


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """Content types without parameters, in lower case, the most specific first."""
    plain = {name.partition(";")[0].strip().lower(): media_type for name, media_type in content.items()}
    return dict(sorted(plain.items(), key=lambda item: (item[0].startswith("*"), "*" in item[0], -len(item[0]))))
