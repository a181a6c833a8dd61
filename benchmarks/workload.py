"""A workload with a seed: a contract of 30 paths, and exchange lines of which it is known how many are broken.

The contract has what real ones have: nested objects, lists, nullable members, enumerations, patterns, formats,
references, `allOf`, and an error object whose codes are enumerated, for each status its own. Seven answers in ten tell
of success. Bodies are of some 60 bytes, 1 KB, 2 KB and 20 KB, mixed so that an average line has about 3.4 KB.

    python benchmarks/workload.py 20000 mixed.ndjson [--broken 0.05] [--seed 7]    # and mixed.openapi.json
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import uuid
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RESOURCES = (
    "orders", "products", "customers", "suppliers", "warehouses", "locations", "picklists", "shipments", "returns",
    "receipts", "invoices", "payments", "webhooks", "tags", "users",
)  # fmt: skip
HOST = "https://shop.example/api/v1"
JSON = "application/json"
CODES = {400: (5, 22, 23), 401: (40,), 404: (20, 21), 409: (30, 31), 429: (50,)}
"""The error codes of each status."""

MIX = {"60 bytes": 0.15, "1 KB": 0.30, "2 KB": 0.15, "20 KB": 0.10, "error": 0.30}
"""The share of each kind of answer."""

STATES = ("concept", "expected", "processing", "paused", "completed", "cancelled")
WORDS = ("amber", "birch", "cedar", "dune", "elm", "fjord", "grove", "heath", "isle", "juniper", "café", "Zürich")


def contract() -> dict[str, Any]:
    """The document: for each of 15 resources a list and an item, with GET, POST, PUT and DELETE."""
    paths: dict[str, Any] = {}
    for name in RESOURCES:
        listed = {"type": "array", "items": _ref("Row"), "maxItems": 100}
        paths[f"/{name}"] = {
            "get": _operation(f"list_{name}", {"200": listed}),
            "post": _operation(f"create_{name}", {"201": _ref("Detail")}),
        }
        paths[f"/{name}/{{id}}"] = {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": _operation(f"get_{name}", {"200": _ref("Row")}),
            "put": _operation(f"update_{name}", {"200": _ref("Done")}),
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Workload", "version": "1"},
        "servers": [{"url": HOST}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "headers": {"Remaining": {"schema": {"type": "integer", "minimum": 0}}},
            "responses": {
                f"E{status}": {
                    "description": f"An error with status {status}.",
                    "content": {
                        JSON: {
                            "schema": {
                                "allOf": [
                                    _ref("Error"),
                                    {"type": "object", "properties": {"error_code": {"enum": list(codes)}}},
                                ]
                            }
                        }
                    },
                }
                for status, codes in CODES.items()
            },
        },
    }


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(name: str, answers: dict[str, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {
        status: {
            "description": "As asked.",
            "headers": {"X-RateLimit-Remaining": {"$ref": "#/components/headers/Remaining"}},
            "content": {JSON: {"schema": schema}},
        }
        for status, schema in answers.items()
    }
    responses.update({str(status): {"$ref": f"#/components/responses/E{status}"} for status in CODES})
    return {"operationId": name, "responses": responses}


def _object(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties}


SCHEMAS: dict[str, Any] = {
    "Error": _object(
        {
            "error": {"const": True},
            "error_code": {
                "type": "integer",
                "oneOf": [{"const": code, "description": f"Code {code}."} for code in chain(*CODES.values())],
            },
            "error_message": {"type": "string"},
        }
    ),
    "Done": _object(
        {
            "id": {"type": "integer", "minimum": 1},
            "state": {"type": "string", "enum": list(STATES)},
            "at": {"type": "string", "format": "date-time"},
        }
    ),
    "Address": _object(
        {
            "name": {"type": "string", "minLength": 1, "maxLength": 100},
            "contact": {"type": ["string", "null"]},
            "street": {"type": "string"},
            "zipcode": {"type": "string", "pattern": "^[0-9]{4} ?[A-Z]{2}$"},
            "city": {"type": "string"},
            "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
            "email": {"type": ["string", "null"], "format": "email"},
        },
        "contact",
    ),
    "Line": _object(
        {
            "id": {"type": "integer", "minimum": 1},
            "productcode": {"type": "string", "pattern": r"^[A-Z]{3}-\d+$"},
            "name": {"type": "string"},
            "amount": {"type": "integer", "minimum": 0},
            "price": {"type": "number", "minimum": 0},
            "weight": {"type": ["integer", "null"]},
            "cancelled": {"type": "boolean"},
        },
        "weight",
    ),
    "Base": _object(
        {
            "id": {"type": "integer", "minimum": 1},
            "uuid": {"type": "string", "format": "uuid"},
            "created": {"type": "string", "format": "date-time"},
            "updated": {"type": ["string", "null"], "format": "date-time"},
        }
    ),
    "Row": {
        "allOf": [
            _ref("Base"),
            _object(
                {
                    "reference": {"type": ["string", "null"], "maxLength": 40},
                    "state": {"type": "string", "enum": list(STATES)},
                    "due": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                    "link": {"type": "string", "format": "uri"},
                    "discount": {"type": "number", "minimum": 0, "maximum": 100},
                    "partial": {"type": "boolean"},
                    "address": _ref("Address"),
                    "lines": {"type": "array", "items": _ref("Line"), "minItems": 1},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
                },
                "reference", "due", "tags",
            ),
        ]
    },
    "Detail": {
        "allOf": [
            _ref("Row"),
            _object(
                {
                    "invoice": {"oneOf": [_ref("Address"), {"type": "null"}]},
                    "remarks": {
                        "type": "array",
                        "items": _object({"body": {"type": "string"}, "by": {"type": "integer"}}),
                    },
                },
                "remarks",
            ),
        ]
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One line, whether it keeps the contract, and the kind of its answer."""

    line: bytes
    kind: str
    broken: str | None = None


@dataclass(slots=True)
class Workload:
    """Makes cases; the same seed makes the same."""

    seed: int = 7
    broken: float = 0.05
    mix: dict[str, float] = field(default_factory=lambda: dict(MIX))
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def cases(self, number: int) -> Iterator[Case]:
        kinds = self._random.choices(list(self.mix), list(self.mix.values()), k=number)
        yield from map(self._case, kinds)

    def _case(self, kind: str) -> Case:
        draw = self._random
        resource = draw.choice(RESOURCES)
        item = f"/{resource}/{draw.randrange(1, 10**6)}"
        status = draw.choice(tuple(CODES)) if kind == "error" else 201 if kind == "2 KB" else 200
        method, path, body = {
            "60 bytes": lambda: ("PUT", item, self._done()),
            "1 KB": lambda: ("GET", item, self._row(5)),
            "2 KB": lambda: ("POST", f"/{resource}", self._detail()),
            "20 KB": lambda: ("GET", f"/{resource}?offset={draw.randrange(9)}00", [self._row(5) for _ in range(20)]),
            "error": lambda: ("GET", item, self._error(status)),
        }[kind]()  # fmt: skip
        answer = {"status": status, "content_type": JSON, "body": body}
        broken = None
        if draw.random() < self.broken:
            broken, breaking = draw.choice(BREAKAGES)
            breaking(draw, answer)
        return Case(line=_line(draw, method, path, answer), kind=kind, broken=broken)

    def _word(self) -> str:
        return self._random.choice(WORDS)

    def _time(self) -> str:
        draw = self._random
        month, day, second = draw.randrange(1, 13), draw.randrange(1, 29), draw.randrange(60)
        return f"2026-{month:02}-{day:02}T10:30:{second:02}Z"

    def _done(self) -> dict[str, Any]:
        return {"id": self._random.randrange(1, 999), "state": self._random.choice(STATES), "at": self._time()}

    def _error(self, status: int) -> dict[str, Any]:
        return {"error": True, "error_code": self._random.choice(CODES[status]), "error_message": self._word()}

    def _address(self) -> dict[str, Any]:
        word = self._word()
        return {
            "name": f"{word} {self._word()}",
            "contact": self._random.choice([None, word]),
            "street": f"{word} 12",
            "zipcode": f"{self._random.randrange(1000, 9999)} AB",
            "city": self._word(),
            "country": "NL",
            "email": self._random.choice([None, f"info@{self._random.randrange(1000)}.example"]),
        }

    def _row(self, lines: int) -> dict[str, Any]:
        draw = self._random
        return {
            "id": draw.randrange(1, 10**8),
            "uuid": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
            "created": self._time(),
            "updated": draw.choice([None, self._time()]),
            "reference": draw.choice([None, self._word()]),
            "state": draw.choice(STATES),
            "due": draw.choice([None, "2026-10-02"]),
            "link": f"https://files.example/{draw.randrange(10**6)}",
            "discount": draw.choice([0, 5, 2.5]),
            "partial": draw.random() < 0.5,
            "address": self._address(),
            "lines": [
                {
                    "id": draw.randrange(1, 10**8),
                    "productcode": f"TEA-{draw.randrange(1000)}",
                    "name": f"{self._word()} {self._word()}",
                    "amount": draw.randrange(100),
                    "price": draw.randrange(10**4) / 100,
                    "weight": draw.choice([None, 250]),
                    "cancelled": False,
                }
                for _ in range(lines)
            ],
            "tags": [self._word() for _ in range(draw.randrange(3))],
            "counts": {self._word(): draw.randrange(9) for _ in range(2)},
        }

    def _detail(self) -> dict[str, Any]:
        remarks = [{"body": f'{self._word()} "{self._word()}"\n{self._word()}', "by": 4} for _ in range(8)]
        return {**self._row(10), "invoice": self._random.choice([None, self._address()]), "remarks": remarks}


def _first(body: Any) -> dict[str, Any]:
    return body[0] if isinstance(body, list) else body


def _wrong_type(draw: random.Random, answer: dict[str, Any]) -> None:
    body = _first(answer["body"])
    place = draw.choice([name for name, value in body.items() if value is not None])
    body[place] = {"?": 1} if not isinstance(body[place], dict) else "?"


def _missing_member(draw: random.Random, answer: dict[str, Any]) -> None:
    body = _first(answer["body"])
    optional = ("reference", "due", "tags", "remarks")
    del body[draw.choice([name for name in body if name not in optional])]


def _left_enum(_: random.Random, answer: dict[str, Any]) -> None:
    body = _first(answer["body"])
    body.update({"state": "lost"} if "state" in body else {"error_code": 99})


def _undocumented_status(draw: random.Random, answer: dict[str, Any]) -> None:
    answer["status"] = draw.choice([202, 418, 503])


def _wrong_content_type(draw: random.Random, answer: dict[str, Any]) -> None:
    answer["content_type"] = draw.choice(["text/html", "application/xml; charset=utf-8"])


def _bad_json(draw: random.Random, answer: dict[str, Any]) -> None:
    text = _text(answer["body"])
    answer["body"] = draw.choice([text[: len(text) // 2], text[:-1] + ",}", text.replace(":", "=", 1)])


def _undocumented_code(draw: random.Random, answer: dict[str, Any]) -> None:
    """An error on a success; on an error, a code of another status or of none."""
    if "error" in _first(answer["body"]):
        answer["body"]["error_code"] = draw.choice([99, 40 if answer["status"] != 401 else 50])
    else:
        answer["body"] = {"error": True, "error_code": 22, "error_message": "?"}


BREAKAGES: tuple[tuple[str, Callable[[random.Random, dict[str, Any]], None]], ...] = (
    ("wrong type", _wrong_type),
    ("missing member", _missing_member),
    ("enumeration left", _left_enum),
    ("undocumented status", _undocumented_status),
    ("wrong content type", _wrong_content_type),
    ("bad JSON", _bad_json),
    ("undocumented code", _undocumented_code),
)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _line(draw: random.Random, method: str, path: str, answer: dict[str, Any]) -> bytes:
    line = {
        "request": {
            "method": method,
            "url": HOST + path,
            "headers": {"Accept": JSON, "User-Agent": "benchmark", "Authorization": "Basic ?"},
        },
        "response": {
            "status": answer["status"],
            "headers": {
                "Content-Type": answer["content_type"],
                "Date": "Fri, 02 Oct 2026 10:00:00 GMT",
                "X-RateLimit-Remaining": str(draw.randrange(500)),
            },
            "body": _text(answer["body"]),
        },
        "recorded_at": "2026-10-02T10:00:00Z",
    }
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def write(path: Path, number: int, *, broken: float = 0.05, seed: int = 7, mix: dict[str, float] | None = None) -> int:
    """Write so many lines to a file. Returns how many of them are broken."""
    count = 0
    with path.open("wb") as out:
        for case in Workload(seed=seed, broken=broken, mix=mix or dict(MIX)).cases(number):
            out.write(case.line)
            count += case.broken is not None
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description="Write exchange lines, and the contract they are recorded against.")
    parser.add_argument("number", type=int)
    parser.add_argument("path", type=Path)
    parser.add_argument("--broken", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    broken = write(given.path, given.number, broken=given.broken, seed=given.seed)
    given.path.with_suffix(".openapi.json").write_text(json.dumps(contract()), encoding="utf-8")
    size = given.path.stat().st_size
    sys.stdout.write(f"{given.number} lines, {size / given.number:,.0f} bytes each, {broken} broken\n")


if __name__ == "__main__":
    main()
