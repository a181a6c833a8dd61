"""A document as the reference judge hands it to openapi-core: the same meaning, said so that openapi-core sees it.

Each is a corner of openapi-core 0.23.1; the table `DIFFERENCES` of engine.py gives the reasons.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from validator.contract.document import plain
from validator.judges.content import documented_type
from validator.pointer import of_reference, split, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from validator.contract import Contract

DYNAMIC: Final = "dynamic:"
"""What `$dynamicRef` becomes: openapi-core does not know the scopes that it asks for, and shall say so."""

DELIVERIES: Final = "x-deliveries"
"""Where the messages of webhooks stand, by the webhook's pointer, laid out as the answers of operations.

openapi-core can judge a webhook's request too, but by other classes, with other hooks and other errors. A message is
content and headers, as a response is, and so one setting and one translator do for both.
"""


def adapt(contract: Contract) -> dict[str, Any]:
    """A copy of the document in which content types are plain and ordered, and siblings of `$ref` unmistakable."""
    document = contract.document
    copy: dict[str, Any] = plain(document.root)
    _adapt_schemas(contract, copy)
    operations = (*contract.operations, *contract.webhooks)
    responses = {response.pointer: response for operation in operations for response in operation.responses}
    messages = list(contract.deliveries.messages.values())
    for spec in (*responses.values(), *messages):
        for pointer in (*(part.pointer for part in spec.content), *(header.pointer for header in spec.headers)):
            _adapt_entrance(document.root, walk(copy, split(pointer)), version=document.version)
    deliveries = dict(_deliveries(contract, copy))
    for pointer, spec in responses.items():
        if spec.content:
            response = walk(copy, split(pointer))
            response["content"] = _plain(response["content"])
    return {**copy, DELIVERIES: deliveries}


def _adapt_schemas(contract: Contract, copy: dict[str, Any]) -> None:
    """What of a schema openapi-core would read otherwise, wherever it stands."""
    dialect = contract.schemas().dialect
    for place in dialect.places:
        schema = walk(copy, split(place))
        if not isinstance(schema, dict):
            continue
        if isinstance(schema.get("$dynamicRef"), str):
            schema["$ref"] = f"{DYNAMIC}{schema.pop('$dynamicRef')}"
        if contract.document.version == (3, 0) and isinstance(schema.get("$ref"), str):
            for key in set(schema) - {"$ref"}:
                del schema[key]
        if place in dialect.resources:
            # References lead there by place: a name would only give them another base.
            del schema["$id"]
    for place in dialect.unformatted:
        walk(copy, split(place)).pop("format", None)


def _adapt_entrance(root: Mapping[str, Any], node: dict[str, Any], *, version: tuple[int, int]) -> None:
    """What openapi-core would make of a schema right under `schema`: a boolean is none to it, siblings are ignored."""
    if "schema" not in node:
        # A header documented by media type is only looked for, by both judges: its value is no JSON.
        if node.pop("content", None) is not None:
            node["schema"] = {}
        return
    schema = node["schema"]
    if isinstance(schema, bool):
        node["schema"] = {} if schema else {"not": {}}
    elif version != (3, 0) and is_wrapped(root, schema):
        schema["allOf"] = [*schema.get("allOf", ()), {"$ref": schema.pop("$ref")}]


def wrapped(schema: Mapping[str, Any]) -> tuple[str, int]:
    """Where the reference of a schema stands after wrapping: `{$ref: X, minimum: 1}` is `{allOf: [{$ref: X}], ...}`."""
    return "allOf", len(schema.get("allOf", ()))


def _deliveries(contract: Contract, copy: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each webhook's message, as the answer of an operation."""
    for webhook in contract.webhooks:
        message = contract.deliveries.messages[webhook.pointer]
        headers = {
            header.name: {
                key: value for key, value in walk(copy, split(header.pointer)).items() if key not in ("name", "in")
            }
            for header in message.headers
        }
        content = {media_type.name: walk(copy, split(media_type.pointer)) for media_type in message.content}
        response = {"description": "", "headers": headers, "content": _plain(content)}
        yield webhook.pointer, {webhook.method.lower(): {"responses": {"default": response}}}


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
    """Content types by `plain_names`, the most specific first."""
    names = plain_names(content)
    plain = {names[name]: media_type for name, media_type in content.items()}
    return dict(sorted(plain.items(), key=lambda item: (item[0].startswith("*"), "*" in item[0], -len(item[0]))))


def plain_names(names: Iterable[str]) -> dict[str, str]:
    """Documented content types without parameters, in lower case.

    openapi-core sees no parameters. Where only these tell types apart, each has a name that nothing else could have.
    """
    essences = {name: documented_type(name).essence for name in names}
    times = Counter(essences.values())
    return {
        name: essence if times[essence] == 1 else f"x-parameters-{index}/{essence.replace('/', '-').replace('*', '-')}"
        for index, (name, essence) in enumerate(essences.items())
    }
