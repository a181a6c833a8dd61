"""A contract with what the pages show (examples, error codes, resources, long names), and recordings."""

from __future__ import annotations

import json
from typing import Any

ERROR = {
    "type": "object",
    "required": ["error", "error_code", "error_message"],
    "properties": {
        "error": {"const": True},
        "error_code": {
            "type": "integer",
            "oneOf": [
                {"const": 1, "description": "No such item"},
                {"const": 2, "description": "The item is locked"},
            ],
        },
        "error_message": {"type": "string"},
    },
}


def _json(description: str, schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema, "example": example}}}


def _error(code: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return _json("It was refused", schema, {"error": True, "error_code": code, "error_message": "No"})


ITEM = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string", "maxLength": 40}},
}
SHOP: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "7"},
    "servers": [{"url": "https://shop.test/api"}],
    "tags": [{"name": "items", "description": "What is sold"}],
    "paths": {
        "/items/{id}": {
            "get": {
                "operationId": "getItem",
                "tags": ["items"],
                "summary": "One item",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "responses": {
                    "200": _json("The item", {"$ref": "#/components/schemas/Item"}, {"id": 1, "name": "Tea"}),
                    "404": _error(1),
                },
            }
        },
        "/stock-movements-between-warehouses": {
            "get": {
                "operationId": "listStockMovementsBetweenWarehousesOfOneCompany",
                "tags": ["stock"],
                "summary": "Every movement of stock between two warehouses",
                "responses": {
                    status: _json("The movements", {"type": "array"}, []) for status in ("200", "201", "202", "203")
                }
                | {status: _error(2) for status in ("400", "401", "403", "404", "409", "429", "500")},
            }
        },
    },
    "components": {"schemas": {"Item": ITEM, "Error": ERROR}},
}


def exchange(value: Any, *, status: int = 200, url: str = "https://shop.test/api/items/1") -> dict[str, Any]:
    return {
        "request": {"method": "GET", "url": url},
        "response": {"status": status, "headers": {"content-type": "application/json"}, "json": value},
    }


SOUND = exchange({"id": 1, "name": "Tea"})
WRONG_TYPE = exchange({"id": "1", "name": "Tea"})
UNDOCUMENTED = exchange({}, status=418)
KNOWN_CODE = exchange({"error": True, "error_code": 1, "error_message": "No"}, status=404)
UNKNOWN_CODE = exchange({"error": True, "error_code": 77, "error_message": "No"}, status=404)


def lines(*exchanges: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in exchanges)


def har(*exchanges: dict[str, Any]) -> bytes:
    return json.dumps(
        {
            "log": {
                "version": "1.2",
                "creator": {"name": "test", "version": "1"},
                "entries": [
                    {
                        "startedDateTime": "2026-01-01T00:00:00Z",
                        "request": {**one["request"], "headers": []},
                        "response": {
                            "status": one["response"]["status"],
                            "headers": [{"name": "Content-Type", "value": "application/json"}],
                            "content": {"mimeType": "application/json", "text": json.dumps(one["response"]["json"])},
                        },
                    }
                    for one in exchanges
                ],
            }
        }
    ).encode()
