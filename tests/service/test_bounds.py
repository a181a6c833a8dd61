"""What one request may bring and take, and that no address in it is ever asked for anything."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest

from validator.service import judging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import JudgedClient

    Make = Callable[..., dict[str, Any]]

LINES = "application/x-ndjson"


class TestOneRequest:
    @pytest.mark.parametrize("path", ["/v1/validate", "/v1/runs"])
    @pytest.mark.parametrize("bad", [b"", b"no exchange\n"])
    def test_brings_no_more_than_so_many_exchanges(
        self, storing: JudgedClient, exchange: Make, monkeypatch: pytest.MonkeyPatch, path: str, bad: bytes
    ) -> None:
        monkeypatch.setattr(judging, "MOST_EXCHANGES", 20)
        line = bad or json.dumps(exchange()).encode() + b"\n"
        good = json.dumps(exchange()).encode() + b"\n"
        assert storing.post(path, data=good + line * 19, content_type=LINES).status_code in {200, 201}
        before = storing.get("/v1/runs").get_json()
        response = storing.post(path, data=good + line * 20, content_type=LINES)
        told = response.get_json(force=True)
        assert (response.status_code, told["type"]) == (413, "/problems/too-much-to-judge")
        assert told["exchanges_read"] == (1 if bad else 21)
        assert told["bytes_read"] > 0
        assert storing.get("/v1/runs").get_json() == before

    @pytest.mark.parametrize("path", ["/v1/validate", "/v1/runs"])
    def test_takes_no_longer_than_so_many_seconds(
        self, storing: JudgedClient, exchange: Make, monkeypatch: pytest.MonkeyPatch, path: str
    ) -> None:
        monkeypatch.setattr(judging, "MOST_SECONDS", 0.0)
        response = storing.post(path, json=[exchange(), exchange()])
        told = response.get_json(force=True)
        assert (response.status_code, told["type"]) == (413, "/problems/too-much-to-judge")
        assert told["exchanges_read"] == 1
        assert "1 exchanges were judged" in told["detail"]
        assert storing.get("/v1/runs").get_json()["runs"] == []


asked: list[tuple[Any, ...]] = []
_watching = False


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and event in {"socket.connect", "socket.getaddrinfo", "urllib.Request"}:
        asked.append((event, *arguments[1:]))


sys.addaudithook(_note)  # a hook cannot be taken away; it looks only while it is told to


@contextlib.contextmanager
def watched() -> Iterator[str]:
    """The address of a server that nobody is to ask; Python's own calls are watched besides."""
    global _watching  # noqa: PLW0603 - see above
    with socket.create_server(("127.0.0.1", 0)) as listener:
        asked.clear()
        _watching = True
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            _watching = False
        readable, _, _ = select.select([listener], [], [], 0)
        assert not readable, "somebody called"
    assert asked == []


@pytest.fixture
def trap() -> Iterator[str]:
    with watched() as address:
        yield address


def documents(address: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Contracts with an address in every place that may have one."""

    def made(paths: Any = None, **more: Any) -> dict[str, Any]:
        return {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths or {}, **more}

    def answering(schema: Any) -> dict[str, Any]:
        content = {"application/json": {"schema": schema}}
        return made({"/a": {"get": {"responses": {"200": {"description": "d", "content": content}}}}})

    yield "$ref of a path", made({"/a": {"$ref": f"{address}/path.json"}})
    yield "$ref of a schema", answering({"$ref": f"{address}/schema.json#/a"})
    yield "$dynamicRef", answering({"$dynamicRef": f"{address}/schema.json#a"})
    yield "$schema", answering({"$schema": f"{address}/meta.json", "type": "object"})
    yield "$id", answering({"$id": f"{address}/id.json", "$ref": "other.json"})
    yield "jsonSchemaDialect", made(jsonSchemaDialect=f"{address}/dialect.json")
    yield "servers", made(servers=[{"url": address}])
    yield "externalDocs", made(externalDocs={"url": f"{address}/docs"})
    yield "$ref to a file", made({"/a": {"$ref": "file:///etc/hostname"}})
    discriminator = {"propertyName": "p", "mapping": {"x": f"{address}/x.json"}}
    yield "discriminator", answering({"oneOf": [{"type": "object"}], "discriminator": discriminator})
    links = {"l": {"operationRef": f"{address}/o.json#/paths/~1b/get"}}
    yield "links", made({"/a": {"get": {"responses": {"200": {"description": "d", "links": links}}}}})
    callbacks = {"c": {f"{address}/call": {"post": {"responses": {"200": {"description": "d"}}}}}}
    yield (
        "callbacks",
        made({"/a": {"post": {"callbacks": callbacks, "responses": {"200": {"description": "d"}}}}}),
    )
    example = {"e": {"externalValue": f"{address}/example.json"}}
    content = {"application/json": {"examples": example}}
    yield (
        "externalValue",
        made({"/a": {"get": {"responses": {"200": {"description": "d", "content": content}}}}}),
    )


def test_no_address_in_a_contract_is_asked(storing: JudgedClient, trap: str) -> None:
    for number, (place, document) in enumerate(documents(trap)):
        name = f"c{number}"
        status = storing.put(f"/v1/contracts/{name}", json=document).status_code
        assert status in {201, 422}, place
        sent = {
            "request": {"method": "GET", "url": f"{trap}/a"},
            "response": {"status": 200, "headers": {"content-type": "application/json"}, "json": {"p": "x"}},
        }
        for judge in ("compiled", "reference"):
            query = {"contract": name, "judge": judge, "server": trap}
            answer = storing.post("/v1/validate", json=sent, query_string=query)
            assert answer.status_code in ({200, 422} if status == 201 else {404}), (place, answer.text)


def test_no_address_in_a_recording_is_asked(storing: JudgedClient, exchange: Make, trap: str) -> None:
    one = exchange({"callback": f"{trap}/a", "$ref": f"{trap}/b"}, url=f"{trap}/items")
    one["request"]["headers"] = {
        "host": trap.removeprefix("http://"),
        "referer": trap,
        "origin": trap,
        "forwarded": trap,
    }
    one["request"]["json"] = {"address": f"{trap}/hooks", "callback_url": trap}
    one["response"]["headers"] |= {"location": f"{trap}/c", "link": f'<{trap}/d>; rel="describedby"', "refresh": trap}
    har_request = {"method": "GET", "url": f"{trap}/items", "headers": [], "cookies": [], "queryString": []}
    har_content = {"mimeType": "application/json", "text": "[]", "_file": f"{trap}/e", "comment": trap}
    har = {
        "log": {
            "version": "1.2",
            "creator": {"name": trap, "version": "1"},
            "pages": [{"id": trap, "title": trap}],
            "entries": [
                {
                    "pageref": trap,
                    "request": har_request,
                    "response": {"status": 200, "headers": [], "content": har_content, "redirectURL": trap},
                    "serverIPAddress": "127.0.0.1",
                }
            ],
        }
    }
    cassette = (
        "interactions:\n- request: {method: GET, uri: 'ADDRESS/items', body: null, headers: {}}\n"
        "  response: {status: {code: 200, message: OK}, headers: {Location: ['ADDRESS/f']}, body: {string: '[]'}}\n"
        "version: 1\n"
    ).replace("ADDRESS", trap)
    for path in ("/v1/validate", "/v1/runs"):
        for query in ("", f"?server={trap}", f"?server={trap}&judge=reference"):
            for body, content_type in (
                (json.dumps(one), "application/json"),
                (json.dumps(one) + "\n", LINES),
                (json.dumps(har), "application/json"),
                (cassette, "application/yaml"),
            ):
                response = storing.post(path + query, data=body, content_type=content_type)
                assert response.status_code in {200, 201, 422}, response.text


def test_the_trap_would_tell() -> None:
    def call(address: str) -> None:
        host, _, port = address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))):
            pass

    with pytest.raises(AssertionError, match="somebody called"), watched() as address:
        call(address)
    assert asked
