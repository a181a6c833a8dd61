"""What a careful reader of OpenAPI 3.0.4 and 3.1.1, RFC 9110, 8259, 6570 and 3339 would ask of any judge, as a table.

A line is a question: what is documented, what came, and the rules that this breaks; none: it is valid. Both judges are
asked each.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import brotli
import pytest
import zstandard

from validator import read_recording
from validator.contract import Contract
from validator.findings import Outcome
from validator.judges import JUDGES, make_judge

if TYPE_CHECKING:
    from validator.exchange import Exchange

HERE = "https://api.example/v1"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Documented:
    """The parts of a document that a question is about; the rest is the same for all."""

    responses: dict[str, Any] = field(default_factory=dict)
    paths: tuple[str, ...] = ("/things",)
    methods: tuple[str, ...] = ("get",)
    servers: tuple[Any, ...] = (HERE,)
    version: str = "3.1.0"

    def contract(self) -> Contract:
        responses = self.responses or {"200": {"description": ""}}
        return Contract.from_dict(
            {
                "openapi": self.version,
                "info": {"title": "t", "version": "1"},
                "servers": [{"url": one} if isinstance(one, str) else one for one in self.servers],
                "paths": {
                    path: {
                        method: {"operationId": f"{method} {path}", **_parameters(path), "responses": responses}
                        for method in self.methods
                    }
                    for path in self.paths
                },
                "components": {"schemas": {"Cat": _pet("Cat", "meows"), "Dog": _pet("Dog", "barks")}},
            }
        )


def _pet(kind: str, sound: str) -> dict[str, Any]:
    properties = {"kind": {"type": "string", "enum": [kind]}, sound: {"type": "boolean"}}
    return {"type": "object", "required": ["kind"], "properties": properties}


def _parameters(path: str) -> dict[str, Any]:
    names = [part.partition("}")[0] for part in path.split("{")[1:]]
    return {"parameters": [{"name": name, "in": "path", "required": True, "schema": {}} for name in names]}


@dataclass(frozen=True, kw_only=True)
class Came:
    """An exchange; what is not said is as a valid one would have it."""

    method: str = "GET"
    url: str = f"{HERE}/things"
    status: int = 200
    headers: Any = field(default_factory=lambda: JSON)
    body: bytes | None = b""


Case = tuple[str, Documented, Came, tuple[str, ...]]
"""A question: its name, what is documented, what came, and the rules that it breaks."""


def statuses(*names: str, **options: Any) -> Documented:
    return Documented(responses={name: {"description": ""} for name in names}, **options)


def typed(*names: str, schema: Any = None, status: str = "200", **options: Any) -> Documented:
    content = {name: {} if schema is None else {"schema": schema} for name in names}
    return Documented(responses={status: {"description": "", "content": content}}, **options)


def body(schema: Any, version: str = "3.1.0") -> Documented:
    return typed("application/json", schema=schema, version=version)


def header(schema: Any, **more: Any) -> Documented:
    return Documented(responses={"200": {"description": "", "headers": {"X-It": {"schema": schema, **more}}}})


def paths(*names: str, **options: Any) -> Documented:
    return Documented(paths=names, **options)


def served(*servers: Any) -> Documented:
    return Documented(servers=servers)


def at(url: str, method: str = "GET") -> Came:
    return Came(url=url, method=method, headers={})


def answer(status: int, content: bytes = b"", method: str = "GET") -> Came:
    return Came(status=status, method=method, headers=JSON if content else {}, body=content)


def of_type(content_type: str | None, content: bytes = b"{}") -> Came:
    return Came(headers={} if content_type is None else {"Content-Type": content_type}, body=content)


def said(*lines: str) -> Came:
    return Came(headers=[["X-It", line] for line in lines])


def sent(text: str | bytes) -> Came:
    return Came(body=text.encode() if isinstance(text, str) else text)


def coded(coding: str, content: bytes) -> Came:
    return Came(headers={**JSON, "Content-Encoding": coding}, body=content)


NUMBER = b'{"id": 1}'
OBJECT = body({"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}})
ANY = body({})
PETS = body(
    {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind"},
    }
)
VERSIONED = Documented(
    responses={
        "200": {
            "description": "",
            "content": {
                "application/json; version=1": {"schema": {"type": "array"}},
                "application/json;version=2": {"schema": {"type": "object"}},
            },
        }
    }
)
VARIABLES = {
    "url": "https://{region}.example/{base}",
    "variables": {"region": {"enum": ["eu", "us"], "default": "eu"}, "base": {"default": "v1"}},
}
PORT = {"url": "https://api.example:{port}", "variables": {"port": {"enum": ["8443", "443"], "default": "8443"}}}
KINDS = ("undocumented-content-type",)
BROKEN = ("schema-violation",)
NOT_JSON = ("invalid-json",)
BAD_HEADER = ("invalid-header",)
NO_STATUS = ("undocumented-status",)
NO_PATH = ("unknown-path",)
NO_SERVER = ("unknown-server",)
UNREADABLE = ("unreadable-body",)
VALID = ()


def formats(
    name: str, good: tuple[str, ...], bad: tuple[str, ...]
) -> list[tuple[str, Documented, Came, tuple[str, ...]]]:
    documented = body({"type": "string", "format": name})
    return [
        *((f"{name}: {text}", documented, sent(json.dumps(text)), VALID) for text in good),
        *((f"no {name}: {text}", documented, sent(json.dumps(text)), BROKEN) for text in bad),
    ]


CASES: list[Case] = [
    # Statuses: OpenAPI, "Responses Object".
    ("a status documented", statuses("200"), answer(200), VALID),
    ("a status not documented", statuses("200"), answer(201), NO_STATUS),
    ("a range", statuses("2XX"), answer(204), VALID),
    ("the last of a range", statuses("2XX"), answer(299), VALID),
    ("beyond a range", statuses("2XX"), answer(300), NO_STATUS),
    ("a status goes before its range", Documented(responses={
        "2XX": {"description": "", "content": {"application/json": {}}}, "201": {"description": ""}}),
        answer(201, b"{}"), ("unexpected-body",)),
    ("a range goes before default", Documented(responses={
        "default": {"description": ""}, "4XX": {"description": "", "content": {"application/json": {}}}}),
        answer(404, b"{}"), VALID),
    ("default for the rest", statuses("200", "default"), answer(503), VALID),
    ("default for a success, too", statuses("400", "default"), answer(200), VALID),
    ("a status that nobody registered", statuses("5XX"), answer(599), VALID),
    ("a status of 6xx", statuses("200"), answer(600), NO_STATUS),
    ("an interim answer", statuses("1XX", "200"), answer(103), VALID),
    # Bodies and their absence: RFC 9110, sections 6.4.1, 9.3.2 and 15.
    ("no body where one is documented", ANY, answer(200), ("missing-body",)),
    ("a body where none is documented", statuses("200"), answer(200, b"{}"), ("unexpected-body",)),
    ("204 has no body", typed("application/json", status="2XX"), answer(204), VALID),
    ("205 has no body", typed("application/json", status="2XX"), answer(205), VALID),
    ("304 has no body", typed("application/json", status="304"), answer(304), VALID),
    ("a body on 204", typed("application/json", status="2XX"), answer(204, b"{}"), ("unexpected-body",)),
    ("HEAD has no body", typed("application/json", methods=("head",)), answer(200, method="HEAD"), VALID),
    ("HEAD with a body", typed("application/json", methods=("head",)), answer(200, b"{}", "HEAD"),
        ("unexpected-body",)),
    ("HEAD is not GET", statuses("200"), answer(200, method="HEAD"), ("unknown-method",)),
    ("HEAD has its type all the same", typed("application/json", methods=("head",)),
        Came(method="HEAD"), VALID),
    ("white space is no JSON text", ANY, sent("  "), NOT_JSON),
    # Content types: RFC 9110, section 8.3; OpenAPI, "Media Type Object".
    ("a type", typed("application/json"), of_type("application/json"), VALID),
    ("a type has no case", typed("application/json"), of_type("Application/JSON"), VALID),
    ("a documented type has no case", typed("Application/JSON"), of_type("application/json"), VALID),
    ("a charset", typed("application/json"), of_type("application/json; charset=utf-8"), VALID),
    ("a charset has no case", typed("application/json"), of_type('application/json;CHARSET="UTF-8"'), VALID),
    ("white space before a parameter", typed("application/json"), of_type("application/json ;charset=utf-8"), VALID),
    ("a parameter is documented", typed("application/json; charset=utf-8"), of_type("application/json"), VALID),
    ("another parameter", typed("application/json"), of_type("application/json; profile=x; q=0.1"), VALID),
    ("another type", typed("application/json"), of_type("text/html", b"<p>"), KINDS),
    ("a suffix is another type", typed("application/json"), of_type("application/problem+json"), KINDS),
    ("a type is no prefix", typed("application/json"), of_type("application/jsonp"), KINDS),
    ("a range of types", typed("application/*"), of_type("application/problem+json"), VALID),
    ("beyond a range of types", typed("image/*"), of_type("application/json"), KINDS),
    ("any type", typed("*/*"), of_type("image/png", b"\x89PNG"), VALID),
    ("a range of suffixes", typed("application/*+json"), of_type("application/hal+json"), VALID),
    ("no suffix for a range of suffixes", typed("application/*+json"), of_type("application/json"), KINDS),
    ("the most specific counts", Documented(responses={"200": {"description": "", "content": {
        "*/*": {"schema": {"type": "string"}}, "application/*": {"schema": {"type": "array"}},
        "application/json": {"schema": {"type": "object"}}}}}), of_type("application/json"), VALID),
    ("a schema under a range", typed("application/*", schema={"type": "array"}), of_type("application/json"), BROKEN),
    ("a schema under any type", typed("*/*", schema={"type": "array"}), of_type("application/hal+json"), BROKEN),
    ("no content type", typed("application/json"), of_type(None), ("missing-content-type",)),
    ("an empty content type", typed("application/json"), of_type(""), ("missing-content-type",)),
    ("no media type", typed("application/json"), of_type("json"), ("malformed-content-type",)),
    ("two content types", typed("application/json"),
        Came(headers=[["Content-Type", "application/json"], ["content-type", "text/html"]], body=b"{}"),
        ("malformed-content-type",)),
    ("the same content type twice", typed("application/json"),
        Came(headers=[["Content-Type", "application/json"], ["content-type", "application/json"]], body=b"{}"),
        ("malformed-content-type",)),
    ("text, by a schema", typed("text/plain", schema={"maxLength": 2}), of_type("text/plain", b"abc"), BROKEN),
    ("text, in characters", typed("text/plain", schema={"maxLength": 3}), of_type("text/plain", "a€😀".encode()),
        VALID),
    ("text, in its charset", typed("text/plain", schema={"const": "é"}),
        of_type("text/plain; charset=iso-8859-1", b"\xe9"), VALID),
    ("text that is no UTF-8", typed("text/plain", schema={"type": "string"}), of_type("text/plain", b"\xe9"),
        UNREADABLE),
    ("bytes have no schema to break", typed("image/png", schema={"type": "string", "format": "binary"}),
        of_type("image/png", b"\x89PNG\xff"), VALID),
    ("bytes of no format", typed("image/png", schema={"format": "date"}), of_type("image/png", b"\xff"), VALID),
    ("any bytes", typed("application/octet-stream", schema={"type": "string", "format": "binary"}, version="3.0.4"),
        of_type("application/octet-stream", b"\xff\x00"), VALID),
    ("XML is not judged", typed("application/xml", schema={"type": "object"}), of_type("application/xml", b"<a/>"),
        VALID),
    ("a vendor's JSON", typed("application/vnd.x.v1+json", schema={"type": "array"}),
        of_type("application/vnd.x.v1+json"), BROKEN),
    ("parameters tell which schema", VERSIONED, of_type("application/json; version=1"), BROKEN),
    ("parameters have no case", VERSIONED, of_type('application/json; VERSION="2"'), VALID),
    ("parameters tell which schema is broken", VERSIONED, of_type("application/json; version=2", b"[]"), BROKEN),
    ("a text under a range", typed("text/*", schema={"maxLength": 2}), of_type("text/csv", b"a,b"), BROKEN),
    ("an empty map of types is no content", typed(), of_type("application/json"), ("unexpected-body",)),
    ("the type of no body", statuses("200"), Came(headers={"Content-Type": "nonsense"}), VALID),
    # JSON: RFC 8259.
    ("a byte order mark", ANY, sent(b"\xef\xbb\xbf{}"), NOT_JSON),
    ("bytes that are no UTF-8", ANY, sent(b'"\xff"'), UNREADABLE),
    ("UTF-16", ANY, sent('{"a": 1}'.encode("utf-16")), UNREADABLE),
    ("an overlong form", ANY, sent(b'"\xc0\x80"'), UNREADABLE),
    ("a lone surrogate, escaped", ANY, sent(rb'"\ud800"'), NOT_JSON),
    ("a pair of surrogates", body({"maxLength": 1}), sent(rb'"\ud83d\ude00"'), VALID),
    ("a zero character", body({"minLength": 1, "maxLength": 1}), sent(rb'"\u0000"'), VALID),
    ("a bare control character", ANY, sent(b'"\t"'), NOT_JSON),
    ("NaN", ANY, sent("[NaN]"), NOT_JSON),
    ("infinity", ANY, sent("-Infinity"), NOT_JSON),
    ("a trailing comma", ANY, sent("[1,]"), NOT_JSON),
    ("cut short", ANY, sent('{"a": [1, 2'), NOT_JSON),
    ("two values", ANY, sent("{}{}"), NOT_JSON),
    ("a comment", ANY, sent("{} // so"), NOT_JSON),
    ("a leading zero", ANY, sent("01"), NOT_JSON),
    ("a name twice", ANY, sent('{"a": 1, "a": 2}'), VALID),
    ("a name twice, the last counts", OBJECT, sent('{"id": 1, "id": "x"}'), BROKEN),
    ("white space around", OBJECT, sent(' \r\n\t{"id":1}\n'), VALID),
    ("a value at the top", body({"type": "string"}), sent('"a"'), VALID),
    ("null", body({"type": "object"}), sent("null"), BROKEN),
    ("null where nullable", body({"type": "object", "nullable": True}, "3.0.4"), sent("null"), VALID),
    ("nullable is no word of 3.1", body({"type": "object", "nullable": True}), sent("null"), BROKEN),
    ("null among the types", body({"type": ["object", "null"]}), sent("null"), VALID),
    ("nullable says nothing to an enum", body({"type": "string", "nullable": True, "enum": ["a"]}, "3.0.4"),
        sent("null"), BROKEN),
    ("a thousand levels", ANY, sent("[" * 1000 + "]" * 1000), VALID),
    ("a hundred thousand levels", ANY, sent("[" * 100_000 + "]" * 100_000), ("nesting-too-deep",)),
    ("a name that other languages know", body({"required": ["__proto__"]}), sent('{"__proto__": 1}'), VALID),
    ("an empty name", body({"required": [""]}), sent('{"": 1}'), VALID),
    ("a name twice is one member", body({"minProperties": 2}), sent('{"a": 1, "a": 2}'), BROKEN),
    ("a pattern matches a part", body({"pattern": "b"}), sent('"abc"'), VALID),
    ("a line end is no end", body({"pattern": "^a$"}), sent(r'"a\n"'), BROKEN),
    ("digits are those of ASCII", body({"pattern": r"^\d$"}), sent('"\u0663"'), BROKEN),
    ("1 and true differ", body({"uniqueItems": True}), sent("[1, true]"), VALID),
    ("1 and 1.0 do not", body({"uniqueItems": True}), sent("[1, 1.0]"), BROKEN),
    ("the order of members is none", body({"uniqueItems": True}), sent('[{"a":1,"b":2},{"b":2,"a":1}]'), BROKEN),
    # Numbers.
    ("1.0 is an integer", body({"type": "integer"}), sent("1.0"), VALID),
    ("1.0 is an integer in 3.0, too", body({"type": "integer"}, "3.0.4"), sent("1.0"), VALID),
    ("1e2 is an integer", body({"type": "integer"}), sent("1e2"), VALID),
    ("-0 is an integer", body({"type": "integer", "minimum": 0}), sent("-0"), VALID),
    ("1.5 is none", body({"type": "integer"}), sent("1.5"), BROKEN),
    ("true is none", body({"type": "integer"}), sent("true"), BROKEN),
    ("a text is no number", body({"type": "number"}), sent('"1"'), BROKEN),
    ("true is not 1", body({"const": 1}), sent("true"), BROKEN),
    ("1.0 is 1", body({"enum": [1]}), sent("1.0"), VALID),
    ("false is not 0, in an enum", body({"enum": [0]}), sent("false"), BROKEN),
    ("the largest int32", body({"type": "integer", "format": "int32"}), sent("2147483647"), VALID),
    ("beyond int32", body({"type": "integer", "format": "int32"}), sent("2147483648"), BROKEN),
    ("the smallest int64", body({"type": "integer", "format": "int64"}), sent("-9223372036854775808"), VALID),
    ("beyond int64", body({"type": "integer", "format": "int64"}), sent("9223372036854775808"), BROKEN),
    ("an integer of any size", body({"type": "integer"}), sent("1" + "0" * 40), VALID),
    ("a float", body({"type": "number", "format": "float"}), sent("1.5e10"), VALID),
    ("a double", body({"type": "number", "format": "double"}), sent("1.7976931348623157e308"), VALID),
    ("beyond a double", body({"type": "number"}), sent("1e400"), NOT_JSON),
    ("19.99 in cents", body({"multipleOf": 0.01}), sent("19.99"), VALID),
    ("half a cent", body({"multipleOf": 0.01}), sent("19.995"), BROKEN),
    ("the bound itself, in 3.0", body({"minimum": 1, "exclusiveMinimum": True}, "3.0.4"), sent("1"), BROKEN),
    ("the bound itself, in 3.1", body({"exclusiveMinimum": 1}), sent("1"), BROKEN),
    ("the bound itself, not excluded", body({"minimum": 1, "exclusiveMinimum": False}, "3.0.4"), sent("1"), VALID),
    ("beyond a double, exactly", body({"const": 2**70 + 1}), sent(str(2**70)), BROKEN),
    ("beyond 53 bits, exactly", body({"const": 2**53 + 1}), sent(str(2**53)), BROKEN),
    ("beyond int64, with an exponent", body({"type": "integer", "format": "int64"}), sent("1e30"), BROKEN),
    ("three tenths", body({"multipleOf": 0.1}), sent("0.3"), VALID),
    ("a very small divisor", body({"multipleOf": 1e-8}), sent("12391239123"), VALID),
    # Schemas of answers.
    ("writeOnly does not come", body({"required": ["a"], "properties": {"a": {"writeOnly": True}}}, "3.0.4"),
        sent("{}"), VALID),
    ("writeOnly comes in 3.0", body({"properties": {"a": {"writeOnly": True}}}, "3.0.4"), sent('{"a": 1}'), BROKEN),
    ("writeOnly is a note in 3.1", body({"properties": {"a": {"writeOnly": True}}}), sent('{"a": 1}'), VALID),
    ("readOnly comes", body({"required": ["a"], "properties": {"a": {"readOnly": True}}}, "3.0.4"), sent("{}"), BROKEN),
    ("siblings of a reference count in 3.1", body({"$ref": "#/components/schemas/Cat", "maxProperties": 1}),
        sent('{"kind": "Cat", "meows": true}'), BROKEN),
    ("siblings of a reference do not in 3.0", body({"$ref": "#/components/schemas/Cat", "maxProperties": 1}, "3.0.4"),
        sent('{"kind": "Cat", "meows": true}'), VALID),
    ("more members than documented", OBJECT, sent('{"id": 1, "more": 2}'), VALID),
    ("no more members", body({"properties": {"a": {}}, "additionalProperties": False}), sent('{"b": 1}'), BROKEN),
    ("one of two, and both fit", body({"oneOf": [{"type": "integer"}, {"type": "number"}]}), sent("1"), BROKEN),
    ("a discriminator says which", PETS, sent('{"kind": "Cat", "meows": true}'), VALID),
    ("what the discriminator says is broken", PETS, sent('{"kind": "Cat", "meows": 1}'), BROKEN),
    ("a discriminator that says neither", PETS, sent('{"kind": "Cow"}'), BROKEN),
    ("no discriminator", PETS, sent("{}"), BROKEN),
    # Headers: OpenAPI, "Header Object"; RFC 9110, section 5; RFC 6570, section 3.2.2 (style simple).
    ("a header as documented", header({"type": "integer"}), said("5"), VALID),
    ("a header has no case", header({"type": "integer"}, required=True),
        Came(headers={"x-IT": "5"}), VALID),
    ("a header that is none", header({"type": "integer"}), said("five"), BAD_HEADER),
    ("a required header", header({}, required=True), Came(headers={}), ("missing-header",)),
    ("a header that may come", header({}), Came(headers={}), VALID),
    ("1.5 is no integer", header({"type": "integer"}), said("1.5"), BAD_HEADER),
    ("a plus sign is no part of a number", header({"type": "integer"}), said("+5"), BAD_HEADER),
    ("a leading zero is none either", header({"type": "integer"}), said("05"), BAD_HEADER),
    ("white space around a header", header({"type": "integer"}), said(" 5 "), VALID),
    ("a header twice is a list", header({"type": "integer"}), said("5", "6"), BAD_HEADER),
    ("a header without end", header({"type": "number"}), said("inf"), BAD_HEADER),
    ("a header with a number", header({"type": "number"}), said("1.5e3"), VALID),
    ("a header out of bounds", header({"type": "integer", "maximum": 4}), said("5"), BAD_HEADER),
    ("a header with true", header({"type": "boolean"}), said("true"), VALID),
    ("a header with True", header({"type": "boolean"}), said("True"), BAD_HEADER),
    ("a header with 1 for true", header({"type": "boolean"}), said("1"), BAD_HEADER),
    ("an enum in a header", header({"enum": ["a", "b"]}), said("c"), BAD_HEADER),
    ("a format in a header", header({"type": "string", "format": "date"}), said("2024-02-30"), BAD_HEADER),
    ("an array in a header", header({"type": "array", "items": {"type": "integer"}}), said("1,2, 3"), VALID),
    ("an array with a wrong item", header({"type": "array", "items": {"type": "integer"}}), said("1,x"), BAD_HEADER),
    ("an array over two lines", header({"type": "array", "items": {"type": "integer"}, "minItems": 2}),
        said("1", "2"), VALID),
    ("an object in a header", header({"type": "object", "properties": {"R": {"type": "integer"}}}),
        said("R,100"), VALID),
    ("an object, exploded", header({"type": "object", "properties": {"R": {"type": "integer"}}}, explode=True),
        said("R=x"), BAD_HEADER),
    ("an empty header", header({"type": "string"}), said(""), VALID),
    ("an empty header, too short", header({"type": "string", "minLength": 1}), said(""), BAD_HEADER),
    ("a header that is no schema's affair", Documented(responses={"200": {"description": "", "headers": {
        "Content-Type": {"required": True, "schema": {"type": "integer"}}}}}), Came(headers={}), VALID),
    # Content codings: RFC 9110, section 8.4.
    ("gzip", OBJECT, coded("gzip", gzip.compress(NUMBER)), VALID),
    ("x-gzip, and no case", OBJECT, coded("X-GZip", gzip.compress(NUMBER)), VALID),
    ("gzip of what is wrong", OBJECT, coded("gzip", gzip.compress(b"{}")), BROKEN),
    ("gzip, cut short", OBJECT, coded("gzip", gzip.compress(NUMBER)[:-4]), UNREADABLE),
    ("deflate", OBJECT, coded("deflate", zlib.compress(NUMBER)), VALID),
    ("br", OBJECT, coded("br", brotli.compress(NUMBER)), VALID),
    ("br of what is wrong", OBJECT, coded("br", brotli.compress(b"{}")), BROKEN),
    ("br, cut short", OBJECT, coded("br", brotli.compress(NUMBER * 9)[:-4]), UNREADABLE),
    ("zstd", OBJECT, coded("zstd", zstandard.compress(NUMBER)), VALID),
    ("gzip, then br", OBJECT, coded("gzip, br", brotli.compress(gzip.compress(NUMBER))), VALID),
    ("br, then gzip", OBJECT, coded("br, gzip", gzip.compress(brotli.compress(NUMBER))), VALID),
    ("deflate, cut short", OBJECT, coded("deflate", zlib.compress(NUMBER)[:-4]), UNREADABLE),
    ("zstd, cut short", OBJECT, coded("zstd", zstandard.compress(NUMBER)[:-3]), UNREADABLE),
    ("gzip, with a wrong sum", OBJECT, coded("gzip", gzip.compress(NUMBER)[:-8] + bytes(8)), UNREADABLE),
    ("gzip twice", OBJECT, coded("gzip, gzip", gzip.compress(gzip.compress(NUMBER))), VALID),
    ("identity", OBJECT, coded("identity", NUMBER), VALID),
    ("decoded by whoever recorded it", OBJECT, coded("br", NUMBER), VALID),
    # Paths: OpenAPI, "Paths Object"; RFC 3986, sections 3.3 and 6.2.2.
    ("a concrete path goes before a template", paths("/users/{id}", "/users/me"), at(f"{HERE}/users/me"), VALID),
    ("a template", paths("/users/{id}"), at(f"{HERE}/users/7"), VALID),
    ("a template holds no slash", paths("/users/{id}"), at(f"{HERE}/users/7/8"), NO_PATH),
    ("a template is not empty", paths("/users/{id}"), at(f"{HERE}/users/"), NO_PATH),
    ("a slash, encoded, is part of the value", paths("/users/{id}"), at(f"{HERE}/users/a%2Fb"), VALID),
    ("a path percent-encoded", paths("/caf\u00e9"), at(f"{HERE}/caf%C3%A9"), VALID),
    ("a letter percent-encoded for no need", paths("/users"), at(f"{HERE}/us%65rs"), VALID),
    ("a path documented percent-encoded", paths("/caf%C3%A9"), at(f"{HERE}/caf\u00e9"), VALID),
    ("percent-encoding has no case", paths("/a%2Fb"), at(f"{HERE}/a%2fb"), VALID),
    ("a suffix percent-encoded", paths("/files/{id}.json"), at(f"{HERE}/files/7%2Ejson"), VALID),
    ("a dot is a dot", paths("/a.b/{x}"), at(f"{HERE}/aXb/1"), NO_PATH),
    ("a variable in brackets", paths("/users({id})"), at(f"{HERE}/users(7)"), VALID),
    ("a verb after a variable", paths("/users/{id}:cancel"), at(f"{HERE}/users/7:cancel"), VALID),
    ("two templates that fit", paths("/{a}/b", "/a/{b}"), at(f"{HERE}/a/b"), VALID),
    ("two names of a variable", paths("/u/{id}/x", "/u/{name}/y"), at(f"{HERE}/u/1/y"), VALID),
    ("a path has case", paths("/users"), at(f"{HERE}/Users"), NO_PATH),
    ("a slash at the end", paths("/users"), at(f"{HERE}/users/"), NO_PATH),
    ("a slash at the end, documented", paths("/users/"), at(f"{HERE}/users/"), VALID),
    ("two slashes", paths("/users"), at(f"{HERE}//users"), NO_PATH),
    ("a suffix of a template", paths("/files/{id}.json"), at(f"{HERE}/files/7.json"), VALID),
    ("no suffix of a template", paths("/files/{id}.json"), at(f"{HERE}/files/7.xml"), NO_PATH),
    ("two variables in a segment", paths("/d/{from}-{to}"), at(f"{HERE}/d/1-2"), VALID),
    ("a path is no end of another", paths("/orders"), at(f"{HERE}/x/orders"), NO_PATH),
    ("a path is no beginning of another", paths("/orders"), at(f"{HERE}/orders/1"), NO_PATH),
    ("a query is no part of the path", paths("/orders"), at(f"{HERE}/orders?a=/x"), VALID),
    ("a fragment is no part of the path", paths("/orders"), at(f"{HERE}/orders#x"), VALID),
    ("a method that is not documented", paths("/orders"), at(f"{HERE}/orders", "DELETE"), ("unknown-method",)),
    ("a method has case", paths("/orders"), at(f"{HERE}/orders", "get"), ("unknown-method",)),
    ("the root", paths("/"), at(f"{HERE}/"), VALID),
    # Servers: OpenAPI, "Server Object"; RFC 9110, section 4.2.3.
    ("another host", served(HERE), at("https://other.example/v1/things"), NO_SERVER),
    ("another base path", served(HERE), at("https://api.example/v2/things"), NO_PATH),
    ("another scheme", served(HERE), at("http://api.example/v1/things"), NO_SERVER),
    ("another port", served(HERE), at("https://api.example:8443/v1/things"), NO_SERVER),
    ("the default port", served(HERE), at("https://api.example:443/v1/things"), VALID),
    ("scheme and host have no case", served(HERE), at("HTTPS://API.Example/v1/things"), VALID),
    ("a base path has case", served(HERE), at("https://api.example/V1/things"), NO_PATH),
    ("the second server", served("https://x.example", HERE), at(f"{HERE}/things"), VALID),
    ("a server with a slash at the end", served(f"{HERE}/"), at(f"{HERE}/things"), VALID),
    ("a relative server", served("/v1"), at("https://any.example/v1/things"), VALID),
    ("beside a relative server", served("/v1"), at("https://any.example/v2/things"), NO_PATH),
    ("a server of no scheme", served("//api.example/v1"), at("http://api.example/v1/things"), VALID),
    ("a variable", served(VARIABLES), at("https://us.example/v1/things"), VALID),
    ("a variable not in its enum", served(VARIABLES), at("https://cn.example/v1/things"), NO_SERVER),
    ("a variable of any value", served(VARIABLES), at("https://eu.example/v9/things"), VALID),
    ("a variable port", served(PORT), at("https://api.example:8443/things"), VALID),
    ("a variable port, the default one of the scheme", served(PORT), at("https://api.example/things"), VALID),
    ("a host is no beginning of another", served(HERE), at("https://api.example.evil.example/v1/things"), NO_SERVER),
    ("a base path is no beginning of another", served(HERE), at("https://api.example/v11/things"), NO_PATH),
    ("an address in figures", served("https://[::1]:8080/v1"), at("https://[::1]:8080/v1/things"), VALID),
    ("a server of no path", served("https://api.example"), at("https://api.example/things"), VALID),
    ("a user name in the address", served(HERE), at("https://me:secret@api.example/v1/things"), VALID),
    # Formats: OpenAPI, "Data Types"; JSON Schema 2020-12, validation, section 7.3.
    *formats("date", ("2024-02-29",), ("2023-02-29", "2024-1-1", "2024-01-01T00:00:00Z")),
    *formats("date-time", ("2024-02-29T23:59:59.123Z", "2024-01-01T00:00:00+02:00", "2016-12-31T23:59:60Z",
        "2024-01-01t00:00:00z"), ("2024-01-01T00:00:00", "2024-01-01 00:00:00", "2024-01-01T24:00:00Z")),
    *formats("time", ("12:00:00Z",), ("12:00:00", "25:00:00Z")),
    *formats("duration", ("P1DT12H", "P4W"), ("1D", "P", "P1Y2W")),
    *formats("uuid", ("2EB8AA08-aa98-11ea-B4AA-73B441D16380",), ("2eb8aa08aa9811eab4aa73b441d16380",)),
    *formats("email", ("a.b+c@x.example",), ("a@", "a.x.example", "a..b@x.example")),
    *formats("hostname", ("x.example",), ("-x.example", "x_y.example", "x..y")),
    *formats("ipv4", ("127.0.0.1",), ("127.0.0.256", "127.0.0", "127.0.0.01")),
    *formats("ipv6", ("::1", "::ffff:1.2.3.4"), ("1::2::3", "12345::", "::1%eth0")),
    *formats("uri", ("https://x.example/a?b#c", "urn:a:b"), ("/a/b", "https://x.example/a b", "\\\\x")),
    *formats("uri-reference", ("/a/b", "#c", ""), ("\\\\x", "a b")),
    *formats("json-pointer", ("", "/a~1b/0"), ("a", "/~2")),
    *formats("regex", ("^a+$",), ("^(a",)),
    *formats("byte", ("YQ==", ""), ("YQ", "*")),
    *formats("binary", ("any",), ()),
    *formats("password", ("any",), ()),
    *formats("nobody-knows-it", ("any",), ()),
    ("a format asks nothing of another type", body({"format": "date"}), sent("1"), VALID),
]  # fmt: skip


@pytest.fixture(scope="module")
def exchanges(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exchange]:
    """What came, of each case, read from one recording, as bytes that a server sent."""
    recording = tmp_path_factory.mktemp("cases") / "cases.ndjson"
    with recording.open("w") as lines:
        for _, _, came, _ in CASES:
            content = {} if came.body is None else {"body_base64": base64.b64encode(came.body).decode()}
            request = {"method": came.method, "url": came.url}
            response = {"status": came.status, "headers": came.headers, **content}
            lines.write(json.dumps({"request": request, "response": response}) + "\n")
    names = (name for name, *_ in CASES)
    return dict(zip(names, read_recording(recording), strict=True))


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(("name", "documented", "broken"), [(name, what, rules) for name, what, _, rules in CASES])
def test_a_careful_reader_would_say_so(
    exchanges: dict[str, Exchange], judge: str, name: str, documented: Documented, broken: tuple[str, ...]
) -> None:
    verdict = make_judge(documented.contract(), judge)(exchanges[name])
    assert tuple(finding.rule for finding in verdict.findings) == broken
    expected = Outcome.SKIPPED if broken == NO_SERVER else Outcome.INVALID if broken else Outcome.VALID
    assert verdict.outcome is expected


def test_each_case_has_a_name_of_its_own() -> None:
    names = [name for name, *_ in CASES]
    assert len(set(names)) == len(names)
