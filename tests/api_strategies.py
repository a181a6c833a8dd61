"""Whole documents, and exchanges with such an API: paths that overlap, servers, statuses, types of content, headers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.strategies import BY_NAME, BY_PLACE, COMPONENTS, SCALARS, VALUES, document, named, onward, schemas
from validator.exchange import Exchange, Headers, Request, Response

if TYPE_CHECKING:
    from collections.abc import Sequence

PATHS = (
    "/",
    "/things",
    "/things/me",
    "/things/{id}",
    "/things/{name}/parts",
    "/things/{id}.json",
    "/{any}/me",
    "/d/{from}-{to}",
)
"""Concrete and templated, for the same addresses."""

SERVERS: tuple[list[dict[str, Any]], ...] = (
    [{"url": "https://api.example"}],
    [{"url": "https://api.example/v1/"}, {"url": "https://api.example:8443"}],
    [{"url": "/v1"}],
    [
        {
            "url": "https://{region}.example/{base}",
            "variables": {"region": {"enum": ["api", "eu"], "default": "eu"}, "base": {"default": "v1"}},
        }
    ],
)
_VALUES = ("7", "me", "a%2Fb", "7.json", "1-2", "")
_METHODS = ("get", "head", "post", "delete")
_STATUSES = {
    "200": (200,),
    "201": (201,),
    "204": (204,),
    "304": (304,),
    "2XX": (200, 201, 299),
    "4XX": (404, 422),
    "404": (404,),
    "default": (100, 404, 500),
}
"""Statuses as they are documented, and such as may come."""
_CAME = (100, 200, 201, 204, 205, 299, 304, 404, 422, 500)
_SUCH = {
    "application/json": "application/json",
    "application/json; charset=utf-8": "application/json;charset=UTF-8",
    "application/json;v=1": "application/json; v=1",
    "application/json; v=2": "application/json; v=2; w=3",
    "application/problem+json": "Application/Problem+JSON",
    "application/*+json": "application/hal+json",
    "application/*": "application/json",
    "*/*": "application/json",
    "text/plain": "text/plain; charset=iso-8859-1",
    "text/*": "text/plain",
    "image/png": "image/png",
    "application/xml": "application/xml",
}
"""Types of content as they are documented, and one such as may come."""
_SENT_TYPES = (
    *(None, "", "nonsense", "application/json;", "Application/JSON", "application/json; v=2; w=3", "text/html"),
    *("application/hal+json; charset=UTF-8", "text/plain; charset=iso-8859-1", "application/json; charset"),
    *(name for name in _SUCH if "*" not in name),
)
_TEXTS = ("", "1", "-1", "1.5", "1e3", "true", "yes", "a", "a,b", "1, 2", "a,1,b,2", "a=1,b=x", "2024-02-29", "é")

NAMES = ("X-One", "X-Two", "x-three", "Content-Type")
_HEADER_SCHEMAS: tuple[Any, ...] = (
    {"type": "integer", "minimum": 0},
    {"type": "number", "multipleOf": 0.5},
    {"type": "boolean"},
    {"type": "string", "maxLength": 2, "pattern": "^a"},
    {"type": "string", "format": "date"},
    {"type": "array", "items": {"type": "integer"}, "maxItems": 2},
    {"type": "array", "uniqueItems": True},
    {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}, "additionalProperties": False},
    {"enum": ["a", "1"]},
    {"oneOf": [{"type": "integer"}, {"type": "string", "enum": ["a"]}]},
    {"allOf": [{"$ref": "#/components/schemas/Count"}, {"maximum": 1}]},
    {"$ref": "#/components/schemas/Count"},
)
_HEADER_SCHEMAS_OF_3_1: tuple[Any, ...] = (
    *_HEADER_SCHEMAS,
    True,
    False,
    {"type": ["integer", "null"]},
    {"type": ["boolean", "string"], "const": "a"},
    {"$ref": "#/components/schemas/Count", "maximum": 0},
)


@st.composite
def apis(draw: st.DrawFn) -> dict[str, Any]:
    """A document of several operations; its schemas are drawn, and shared by the responses."""
    version = draw(st.sampled_from([(3, 0), (3, 1)]))
    by_name = version != (3, 0) and draw(st.booleans())
    drawn = schemas(version, BY_NAME if by_name else BY_PLACE)
    components = {name: onward(draw(drawn), index) for index, name in enumerate(COMPONENTS)}
    bodies = [*({"$ref": f"#/components/schemas/{name}"} for name in COMPONENTS), draw(drawn), {}]
    headers = _headers(version)
    responses = _responses(bodies, headers)
    root = document(
        {}, {**(named(components) if by_name else components), "Count": {"type": "integer"}}, version=version
    )
    root["servers"] = draw(st.sampled_from(SERVERS))
    root["components"] |= {"responses": {"R": draw(_response(bodies, headers))}, "headers": {"H": draw(headers)}}
    root["paths"] = {
        path: {method: {"responses": draw(responses)} for method in draw(_several(_METHODS, 2))} | _parameters(path)
        for path in draw(_several(PATHS, 3))
    }
    return root


def _several(values: tuple[str, ...], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)


def _parameters(path: str) -> dict[str, Any]:
    names = [part.partition("}")[0] for part in path.split("{")[1:]]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {}} for name in names]
    return {"parameters": parameters} if parameters else {}


def _responses(bodies: list[Any], headers: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    either = st.one_of(
        _response(bodies, headers), _response(bodies, headers), st.just({"$ref": "#/components/responses/R"})
    )
    return st.dictionaries(st.sampled_from(list(_STATUSES)), either, min_size=1, max_size=3)


@st.composite
def _response(draw: st.DrawFn, bodies: list[Any], headers: st.SearchStrategy[Any]) -> dict[str, Any]:
    response: dict[str, Any] = {"description": ""}
    names = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
    if names:
        response["headers"] = {
            name: draw(st.one_of(headers, st.just({"$ref": "#/components/headers/H"}))) for name in names
        }
    if draw(st.sampled_from([True, True, True, False])):
        types = draw(st.lists(st.sampled_from(list(_SUCH)), min_size=1, max_size=3, unique=True))
        response["content"] = {
            name: draw(st.sampled_from([{}, *({"schema": one} for one in bodies)])) for name in types
        }
    return response


def _headers(version: tuple[int, int]) -> st.SearchStrategy[dict[str, Any]]:
    by_schema = st.fixed_dictionaries(
        {"schema": st.sampled_from(_HEADER_SCHEMAS if version == (3, 0) else _HEADER_SCHEMAS_OF_3_1)},
        optional={"required": st.booleans(), "explode": st.booleans(), "deprecated": st.booleans()},
    )
    by_type = st.just({"required": True, "content": {"application/json": {"schema": {"type": "integer"}}}})
    return st.one_of(by_schema, by_schema, by_schema, by_type)


BODIES: st.SearchStrategy[bytes | None] = st.one_of(
    VALUES.map(lambda value: json.dumps(value).encode()),
    SCALARS.map(lambda value: json.dumps(value).encode()),
    st.sampled_from([None, b"", b"ab", b"\xe9", b"[1,", b"NaN", b"{} "]),
)


@st.composite
def recorded(draw: st.DrawFn, most: int = 10) -> tuple[dict[str, Any], list[Exchange]]:
    """A document, and exchanges with the API that it describes."""
    root = draw(apis())
    return root, draw(st.lists(exchanges(root), min_size=1, max_size=most))


@st.composite
def exchanges(draw: st.DrawFn, root: dict[str, Any]) -> Exchange:
    """An exchange with the API of a document: as documented, but for a part or two that may be anything."""
    path = draw(st.sampled_from(list(root["paths"])))
    method = draw(_rather([name for name in _METHODS if name in root["paths"][path]], _METHODS))
    responses = root["paths"][path].get(method, {}).get("responses") or {"200": {}}
    documented = draw(st.sampled_from(list(responses)))
    response = responses[documented]
    response = root["components"]["responses"]["R"] if "$ref" in response else response
    headers = draw(st.lists(st.tuples(st.sampled_from(NAMES[:3]), st.sampled_from(_TEXTS)), max_size=1))
    headers += [(name, draw(st.sampled_from(_TEXTS))) for name in response.get("headers", {})]
    types = [_SUCH[name] for name in response.get("content", {})]
    content_type = draw(_rather(types, _SENT_TYPES))
    if content_type is not None:
        headers.append(("Content-Type", content_type))
    return Exchange(
        request=Request(method=method.upper(), url=_base(draw, root["servers"]) + _address(draw, path)),
        response=Response(
            status=draw(_rather(_STATUSES[documented], _CAME)),
            headers=Headers(headers),
            body=draw(BODIES if types and method != "head" else st.sampled_from([b"", b"", b"", b"{}", None])),
        ),
    )


def _rather(these: Sequence[Any], others: Sequence[Any]) -> st.SearchStrategy[Any]:
    """One of these, seven times out of eight."""
    return st.sampled_from([*list(these) * (1 + 7 * len(others) // len(these)), *others] if these else others)


def _base(draw: st.DrawFn, servers: list[dict[str, Any]]) -> str:
    url = str(draw(st.sampled_from(servers))["url"]).rstrip("/")
    url = url.replace("{region}", "eu").replace("{base}", draw(st.sampled_from(["v1", "v1", "v2"])))
    return draw(_rather([url if "//" in url else f"https://any.example{url}"], ["https://other.example", "http://"]))


def _address(draw: st.DrawFn, path: str) -> str:
    pieces = path.replace("}", "{").split("{")
    pieces[1::2] = [draw(st.sampled_from(_VALUES)) for _ in pieces[1::2]]
    return "".join(pieces) + draw(_rather(["", "?a=/b"], ["/", "/x"]))
