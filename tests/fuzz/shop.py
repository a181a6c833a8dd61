"""A small contract and the server that keeps it, for what the tests of the fuzzer ask."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ERROR = {
    "type": "object",
    "required": ["error", "error_code"],
    "properties": {"error": {"const": True}, "error_code": {"enum": [1, 2, 3]}},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "http://shop.example/v1"}],
    "security": [{"key": []}],
    "x-fault-responses": {
        "malformed-json": {"status": 400, "body": {"error": True, "error_code": 2}},
        "missing-parameter": {"status": [400, 422], "body": {"error": True, "error_code": [1, 3]}},
    },
    "components": {
        "securitySchemes": {"key": {"type": "http", "scheme": "basic"}},
        "schemas": {"Error": ERROR},
        "responses": {
            "Refused": {
                "description": "Refused",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            },
            "Fine": {"description": "Fine", "content": {"application/json": {"schema": {"type": ["object", "array"]}}}},
        },
    },
    "paths": {
        "/orders": {
            "get": {"operationId": "listOrders", "responses": {"200": {"$ref": "#/components/responses/Fine"}}},
        },
        "/orders/{idorder}": {
            "parameters": [{"name": "idorder", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "put": {
                "operationId": "updateOrder",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["name", "note"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "note": {
                                        "type": "string",
                                        "x-fault-responses": {
                                            "missing-parameter": {"status": 409, "body": {"error_code": 3}}
                                        },
                                    },
                                    "free": {"x-fault-responses": {"missing-parameter": None}},
                                },
                            }
                        }
                    },
                },
                "responses": {
                    "200": {"$ref": "#/components/responses/Fine"},
                    "400": {"$ref": "#/components/responses/Refused"},
                    "404": {"$ref": "#/components/responses/Refused"},
                    "409": {"$ref": "#/components/responses/Refused"},
                },
            },
        },
    },
}


class Got(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)


def error(code: int, status: int = 400) -> Answer:
    return Answer(status, json.dumps({"error": True, "error_code": code}).encode())


class Served(NamedTuple):
    url: str
    got: list[Got]


@contextmanager
def serving(answer: Callable[[Got], Answer | bytes]) -> Iterator[Served]:
    """A server of loopback; `bytes` go out as they are, and the connection ends."""
    got: list[Got] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None: ...

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            request = Got(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            got.append(request)
            reply = answer(request)
            if isinstance(reply, bytes):
                self.wfile.write(reply)
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in (*reply.headers, ("Content-Length", str(len(reply.body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_PUT = do_POST = do_DELETE = serve  # noqa: N815 - names that http.server looks for

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_address[1]}/v1", got)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
