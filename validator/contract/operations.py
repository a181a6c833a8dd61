"""What a document says of its operations, laid out once: parameters, bodies, responses, each with its pointer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from validator.contract.kinds import Kind, follow_to
from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from validator.contract.document import Document

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """A documented content type or range (`application/json`, `image/*`); `schema` points at its schema, if any."""

    name: str
    pointer: str
    schema: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A documented parameter or response header; `location` is path, query, header or cookie."""

    name: str
    location: str
    required: bool
    pointer: str
    schema: str | None
    explode: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSpec:
    """A documented response; `status` is as the document has it: `200`, `4XX` or `default`."""

    status: str
    pointer: str
    content: tuple[MediaType, ...]
    headers: tuple[Parameter, ...]
    by_type: Mapping[str, MediaType] = field(init=False, repr=False, compare=False)
    """The content types as they compare: in lower case, without parameters."""

    def __post_init__(self) -> None:
        by_type = {media_type.name.partition(";")[0].strip().lower(): media_type for media_type in self.content}
        object.__setattr__(self, "by_type", by_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the contract is served: a URL, absolute or relative, with the values that its `{variables}` may take.

    A variable that is not in `choices` may take any value; its default is in `defaults`.
    """

    url: str
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A documented operation; `id` is its operationId, or `GET /orders` where it has none.

    Of a webhook, `path` is its name in the document, and there are no servers: it is sent to whoever asked for it.
    """

    id: str
    method: str
    path: str
    pointer: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    request_body: tuple[MediaType, ...]
    request_body_required: bool
    request_body_pointer: str | None
    responses: tuple[ResponseSpec, ...]
    servers: tuple[Server, ...]

    def response_for(self, status: int) -> ResponseSpec | None:
        """The response documented for a status: the code itself, then its range, then `default`."""
        for wanted in (str(status), f"{status // 100}XX", "default"):
            for response in self.responses:
                if response.status == wanted:
                    return response
        return None


def read_operations(document: Document) -> Iterator[Operation]:
    """Every operation of the document, in its order."""
    root_servers = _servers(document.root) or (Server(url="/"),)
    for path, item_pointer, method, shared in _items(document, "paths"):
        item = document.at(item_pointer)
        servers = _servers(item[method]) or _servers(item) or root_servers
        yield _operation(document, path, method.upper(), join(item_pointer, method), shared, servers)


def read_webhooks(document: Document) -> Iterator[Operation]:
    """Every message that the API sends of itself (OpenAPI 3.1, "webhooks"), in the document's order."""
    for name, item_pointer, method, shared in _items(document, "webhooks"):
        yield _operation(document, name, method.upper(), join(item_pointer, method), shared, ())


def _items(document: Document, section: str) -> Iterator[tuple[str, str, str, list[Parameter]]]:
    """Each method of each path item: the item's name, its pointer, a method, the parameters shared by all."""
    for name in document.root.get(section) or {}:
        if section == "paths" and name.startswith("x-"):  # an extension; a webhook may have any name
            continue
        pointer = follow_to(document, join(f"/{section}", name), Kind.PATH_ITEM)
        item = document.at(pointer)
        shared = list(_parameters(document, pointer))
        yield from ((name, pointer, method, shared) for method in METHODS if isinstance(item.get(method), dict))


def _operation(
    document: Document,
    path: str,
    method: str,
    pointer: str,
    shared: list[Parameter],
    servers: tuple[Server, ...],
) -> Operation:
    node = document.at(pointer)
    own = list(_parameters(document, pointer))
    overridden = {(parameter.location, parameter.name) for parameter in own}
    has_body = "requestBody" in node
    body_pointer = follow_to(document, join(pointer, "requestBody"), Kind.REQUEST_BODY) if has_body else None
    body = document.at(body_pointer) if body_pointer else {}
    responses = node.get("responses") or {}
    return Operation(
        id=node.get("operationId") or f"{method} {path}",
        method=method,
        path=path,
        pointer=pointer,
        tags=tuple(node.get("tags") or ()),
        parameters=(*own, *(p for p in shared if (p.location, p.name) not in overridden)),
        request_body=tuple(_content(body, body_pointer or "")),
        request_body_required=bool(body.get("required")),
        request_body_pointer=body_pointer,
        responses=tuple(
            _response(document, status, join(pointer, "responses", status))
            for status in responses
            if not status.startswith("x-")
        ),
        servers=servers,
    )


def _response(document: Document, status: str, pointer: str) -> ResponseSpec:
    pointer = follow_to(document, pointer, Kind.RESPONSE)
    node = document.at(pointer)
    headers = node.get("headers") or {}
    return ResponseSpec(
        status=status,
        pointer=pointer,
        content=tuple(_content(node, pointer)),
        headers=tuple(
            _parameter(document.at(place), place, name=name, location="header")
            for name in headers
            # "If a response header is defined with the name "Content-Type", it SHALL be ignored."
            if name.lower() != "content-type"
            for place in (follow_to(document, join(pointer, "headers", name), Kind.HEADER),)
        ),
    )


def _parameters(document: Document, pointer: str) -> Iterator[Parameter]:
    for index in range(len(document.at(pointer).get("parameters") or ())):
        place = follow_to(document, join(pointer, "parameters", index), Kind.PARAMETER)
        node = document.at(place)
        yield _parameter(node, place, name=node["name"], location=node["in"])


def _parameter(node: Mapping[str, Any], pointer: str, *, name: str, location: str) -> Parameter:
    schema = join(pointer, "schema") if "schema" in node else None
    return Parameter(
        name=name,
        location=location,
        required=bool(node.get("required")),
        pointer=pointer,
        schema=schema,
        explode=bool(node.get("explode", location in ("query", "cookie"))),
    )


def _content(node: Mapping[str, Any], pointer: str) -> Iterator[MediaType]:
    for name, media_type in (node.get("content") or {}).items():
        place = join(pointer, "content", name)
        has_schema = isinstance(media_type, dict) and "schema" in media_type
        yield MediaType(name=name, pointer=place, schema=join(place, "schema") if has_schema else None)


def _servers(node: Mapping[str, Any]) -> tuple[Server, ...]:
    return tuple(
        Server(
            url=server["url"],
            choices=tuple(
                (name, tuple(variable["enum"]))
                for name, variable in (server.get("variables") or {}).items()
                if variable.get("enum")
            ),
            defaults=tuple((name, variable["default"]) for name, variable in (server.get("variables") or {}).items()),
        )
        for server in node.get("servers") or ()
    )
