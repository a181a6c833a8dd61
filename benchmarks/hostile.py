"""Thousands of hostile requests, over plain sockets: the service must stay up, fail at none, and keep its memory.

    python benchmarks/hostile.py --requests 10000

Ends with 1 where an answer was a 5xx, an answer that was due did not come, a worker died, or memory grew.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import random
import re
import socket
import sys
import threading
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import brotli
import zstandard
from serving import service

if TYPE_CHECKING:
    from collections.abc import Callable

    from serving import Service

MIB = 1024 * 1024
CLIENTS = 8
PATIENCE = 60
MAX_BODY = 4
"""MiB that the service takes."""

GROWTH = 0.10
"""By so much may memory grow from the middle to the end: what grows with each request would double."""

SLACK = 16
"""MiB that come and go with what is judged at the moment."""

SCRIPT = "<script>alert(1)</script>\"'>{{7*7}}${7*7}"
JSON = "application/json"
LINES = "application/x-ndjson"
YAML = "application/yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """What a client does: pieces to send, a pause after each, and whether an answer is due."""

    pieces: tuple[bytes, ...]
    pause: float = 0.0
    half_close: bool = False
    is_due: bool = True


def exchange(body: str | None = "{}", **response: object) -> dict[str, object]:
    """An exchange with the Picqer API."""
    return {
        "request": {"method": "GET", "url": "https://example.picqer.com/api/v1/tags"},
        "response": {"status": 404, "headers": {"content-type": JSON}, "body": body, **response},
    }


SOUND = json.dumps(exchange('{"error":true,"error_code":1,"error_message":"x"}')).encode()


def head(method: str, target: str, *fields: str) -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: localhost", *fields, "", ""]).encode()


def post(body: bytes, dice: random.Random, *fields: str, content_type: str = "", target: str = "") -> Hostile:
    """A body, whole and by its length, to where bodies are taken."""
    target = target or dice.choice(["/v1/validate", "/v1/validate?strict=true", "/v1/runs?label=x", "/v1/contracts/x"])
    content_type = content_type or dice.choice([JSON, JSON, LINES, YAML])
    method = "PUT" if "contracts" in target else "POST"
    fields = (f"Content-Type: {content_type}", f"Content-Length: {len(body)}", "Connection: close", *fields)
    return Hostile(pieces=(head(method, target, *fields), body))


def malformed(dice: random.Random) -> Hostile:
    """JSON that is broken somewhere."""
    text = SOUND.decode()
    at = dice.randrange(1, len(text))
    body = dice.choice(
        [
            text[:at],
            text[:at]
            + dice.choice([",", "]", "}", '"', "\\", "\x00", "\ufeff", "'", "//", "NaN", "\ud7ff"])
            + text[at:],
            text.replace('"', "'"),
            text.replace(":", "=", 1),
            text + text,
            text.replace("404", dice.choice(["NaN", "1e999", "-0", "0404", "9" * 5000, "true", "-Infinity"])),
            text.replace("}", ",}", 1),
            "\ufeff" + text,
            text.replace('"status"', '"status": 1, "status"'),
            text.replace("x", "\\ud800"),
        ]
    )
    return post(dice.choice([body.encode(), body.encode("utf-16"), body.encode() + b"\xff\xfe"]), dice)


def deep(dice: random.Random) -> Hostile:
    """Nesting, outside and inside of an exchange."""
    depth = dice.choice([500, 1_000, 1_030, 20_000, 100_000])
    nested = dice.choice(["[" * depth, "[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth])
    body = dice.choice([nested, json.dumps(exchange(nested)), nested.replace('"a"', "a"), "- " * depth])
    return post(body.encode(), dice)


@lru_cache
def bomb(kind: str) -> bytes:
    """A little that expands to a lot."""
    much = bytes(64 * MIB)
    match kind:
        case "gzip":
            return gzip.compress(much)
        case "members":
            return gzip.compress(bytes(MIB)) * 64
        case "twice":
            return gzip.compress(gzip.compress(much))
        case "deflate":
            return zlib.compress(much)
        case "br":
            return brotli.compress(much, quality=5)
    return zstandard.compress(much)


def bombs(dice: random.Random) -> Hostile:
    """Bombs as bodies, and as the recorded body of a response."""
    kind = dice.choice(["gzip", "members", "twice", "deflate", "br", "zstd"])
    if dice.random() < 0.5:
        inside = base64.b64encode(bomb(kind)).decode()
        headers = {"content-type": JSON, "content-encoding": "gzip" if kind in {"members", "twice"} else kind}
        told = exchange(None, headers=headers, body_base64=inside)
        return post(json.dumps(told).encode(), dice, content_type=dice.choice([JSON, LINES]))
    return post(
        bomb(kind), dice, f"Content-Encoding: {dice.choice(['gzip', 'x-gzip', 'br', 'identity', 'gzip, gzip'])}"
    )


def all_wrong(dice: random.Random) -> Hostile:
    """Answers with a list, each item of which breaks the contract."""
    item = dice.choice(["1", "[]", "{}", '{"idtag":"x"}', '{"z":1}'])
    body = f"[{','.join([item] * (MIB // 2 // len(item)))}]"
    target = dice.choice(["/v1/validate", "/v1/validate?strict=true", "/v1/runs", "/v1/validate?judge=reference"])
    return post(json.dumps(exchange(body, status=200)).encode(), dice, content_type=JSON, target=target)


def huge_heads(dice: random.Random) -> Hostile:
    """Heads that are too long, and such that smuggle."""
    fields = dice.choice(
        [
            ["X: " + "a" * dice.choice([8_000, 9_000, 70_000])],
            [f"X-{number}: x" for number in range(dice.choice([90, 200, 2_000]))],
            ["Authorization: Bearer " + "a" * 5_000],
            ["Cookie: " + "a=b; " * 1_000],
            ["Content-Length: 3", "Transfer-Encoding: chunked"],
            ["Content-Length: 3", "Content-Length: 4"],
            ["Content-Length: -1"],
            ["Content-Length: +3"],
            ["Transfer-Encoding: chunked, gzip"],
            ["Bad\x00Name: x"],
            [" folded: x"],
            ["X-Request-Id: " + SCRIPT],
            ["Idempotency-Key: " + "k" * 300],
            ["Accept: " + "a/b;q=0.1," * 800],
        ]
    )
    target = dice.choice(["/healthz", "/" + "a" * dice.choice([100, 5_000]), "/v1/runs?" + "a=b&" * 900])
    return Hostile(pieces=(head("GET", target, "Connection: close", *fields),))


def wrong_lengths(dice: random.Random) -> Hostile:
    """Bodies that are shorter or longer than they say."""
    target = dice.choice(["/v1/validate", "/v1/runs", "/v1/contracts/x"])
    method = "PUT" if "contracts" in target else "POST"
    kind = f"Content-Type: {dice.choice([JSON, LINES])}"
    cut = SOUND[: dice.randrange(len(SOUND))]
    if dice.random() < 0.4:
        sent = dice.choice([-1, 1, 100, 10**9, 10**30]) + len(SOUND)
        return Hostile(pieces=(head(method, target, kind, f"Content-Length: {sent}"), SOUND), half_close=True)
    ends = [b"", b"0\r\n", b"ffffff\r\nabc", b"zz\r\n\r\n", b"-1\r\n\r\n", b"1" * 40 + b"\r\n"]
    chunk = f"{len(cut):x}\r\n".encode() + cut + b"\r\n"
    chunked = head(method, target, kind, "Transfer-Encoding: chunked")
    return Hostile(pieces=(chunked, chunk, dice.choice(ends)), half_close=True)


def binary(dice: random.Random) -> Hostile:
    """Noise: as a body, and as a request."""
    noise = dice.randbytes(dice.choice([1, 100, 50_000]))
    if dice.random() < 0.2:
        return Hostile(pieces=(noise[:1000], b"\r\n\r\n"), half_close=True, is_due=False)
    return post(noise, dice)


def traversal(dice: random.Random) -> Hostile:
    """Ways out of the folder that there is not."""
    start = dice.choice(["/", "/v1/runs/", "/v1/contracts/", "/problems/"])
    way = dice.choice(
        ["../", "..%2f", "%2e%2e/", "..%5c", "....//", "%00", "%c0%ae%c0%ae/", "//", ";/"]
    ) * dice.randrange(1, 9)
    target = start + way + dice.choice(["etc/passwd", "proc/self/environ", "C:%5cboot.ini", "", "file:///etc/passwd"])
    return Hostile(pieces=(head(dice.choice(["GET", "DELETE", "PUT", "HEAD"]), target, "Connection: close"),))


def scripts(dice: random.Random) -> Hostile:
    """A script in every field that there is."""
    told = {
        "request": {
            "method": SCRIPT,
            "url": f"https://example.picqer.com/api/v1/{SCRIPT}",
            "headers": {SCRIPT: SCRIPT},
        },
        "response": {"status": 200, "headers": {"content-type": SCRIPT, SCRIPT: SCRIPT}, "body": SCRIPT},
        "recorded_at": SCRIPT,
        SCRIPT: SCRIPT,
    }
    if dice.random() < 0.5:
        told["request"].update(method="GET", url="https://example.picqer.com/api/v1/tags")
    quoted = "%3Cscript%3Ealert(1)%3C/script%3E"
    target = dice.choice(
        [f"/v1/runs?label={quoted}&source={quoted}&commit={quoted}", "/v1/validate", f"/v1/validate?x={quoted}"]
    )
    return post(
        json.dumps(told).encode(), dice, f"Accept: {dice.choice(['*/*', 'text/plain', 'text/html'])}", target=target
    )


def documents(dice: random.Random) -> Hostile:
    """Contracts that would have us read files, ask hosts, or never end."""
    texts = [
        '{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/a":{"$ref":"http://127.0.0.1:9/a.json"}}}',
        '{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/a":{"$ref":"file:///etc/passwd"}}}',
        "a: &a [x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(24)),
        "&a [*a]",
        "!!python/object/apply:os.system ['true']",
        '{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{},"components":{"schemas":{"A":{"$ref":"#/components/schemas/A"}}}}',
        '{"openapi":"3.0.0","info":{"title":"t","version":"1"},"paths":{"/{a}{b}":{"get":{}}}}',
    ]
    return post(dice.choice(texts).encode(), dice, content_type=dice.choice([JSON, YAML]), target="/v1/contracts/x")


def slow(dice: random.Random) -> Hostile:
    """A client that drips, and goes away."""
    whole = head("POST", "/v1/validate", f"Content-Type: {JSON}", "Content-Length: 1000") + b"{" * 20
    start = dice.randrange(10, len(whole) - 10)
    pieces = (whole[:start], *(whole[at : at + 1] for at in range(start, start + 5)))
    return Hostile(pieces=pieces, pause=0.05, is_due=False)


KINDS: dict[str, tuple[int, Callable[[random.Random], Hostile]]] = {
    "malformed": (30, malformed),
    "deep": (10, deep),
    "bombs": (6, bombs),
    "all wrong": (1, all_wrong),
    "heads": (14, huge_heads),
    "lengths": (14, wrong_lengths),
    "binary": (10, binary),
    "traversal": (10, traversal),
    "scripts": (6, scripts),
    "documents": (6, documents),
    "slow": (2, slow),
}


@dataclass
class Outcome:
    """What came of it, from all clients."""

    statuses: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, number: int, status: str, *, is_due: bool) -> None:
        with self.lock:
            self.statuses[f"{kind} {status}"] += 1
            if status.startswith("5") or (is_due and not status.isdecimal()):
                self.failures.append(f"{kind}, number {number}: {status}")


def send(target: Service, hostile: Hostile) -> str:
    """The status that came, or what came instead."""
    try:
        with socket.create_connection((target.host, target.port), timeout=PATIENCE) as connection:
            try:
                for piece in hostile.pieces:
                    connection.sendall(piece)
                    time.sleep(hostile.pause)
                if hostile.half_close:
                    connection.shutdown(socket.SHUT_WR)
            except ConnectionError:
                pass  # who refuses need not read on
            if not hostile.is_due:
                return "gone"
            came = b""
            while b"\r\n" not in came and (piece := connection.recv(65536)):
                came += piece
    except TimeoutError:
        return "no answer in time"
    except ConnectionError:
        return "reset"  # an answer may be lost where the client still sends: RFC 9112, section 9.6
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", came)
    return found[1].decode() if found else "no answer"


def attack(target: Service, numbers: range, seed: int, names: list[str], outcome: Outcome) -> None:
    """Send the requests of these numbers: each is made of the seed and its number alone."""
    weights = [KINDS[name][0] for name in names]

    def one(number: int) -> None:
        dice = random.Random(f"{seed} {number}")
        (name,) = dice.choices(names, weights)
        hostile = KINDS[name][1](dice)
        status = send(target, hostile)
        outcome.add(name, number, status, is_due=hostile.is_due and status != "reset")

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(one, numbers))


def is_well(target: Service) -> bool:
    """Whether a sound exchange is judged."""
    body = head("POST", "/v1/validate", f"Content-Type: {JSON}", f"Content-Length: {len(SOUND)}", "Connection: close")
    return send(target, Hostile(pieces=(body + SOUND,))) == "200"


def run(requests: int, seed: int, names: list[str]) -> list[str]:
    """Attack; what went wrong."""
    outcome = Outcome()
    with service("--max-body", str(MAX_BODY)) as target:
        workers = target.workers
        measured = []
        for tenth in range(10):
            attack(target, range(tenth * requests // 10, (tenth + 1) * requests // 10), seed, names, outcome)
            measured.append(target.memory)
        wrong = outcome.failures
        if target.workers != workers:
            wrong.append("a worker died")
        if not is_well(target):
            wrong.append("a sound exchange is not judged any more")
        if measured[-1] > measured[4] * (1 + GROWTH) + SLACK:
            wrong.append(f"memory grew from {measured[4]:.0f} to {measured[-1]:.0f} MiB")
        if "Traceback" in target.log.read_text():
            wrong.append("there is a traceback in the log")
    for name, times in sorted(outcome.statuses.items()):
        sys.stdout.write(f"{times:>7,} {name}\n")
    sys.stdout.write(f"memory of all workers, MiB, after each tenth: {' '.join(f'{one:.0f}' for one in measured)}\n")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS, action="append", help="only these  [repeatable]")
    asked = parser.parse_args()
    started = time.perf_counter()
    wrong = run(asked.requests, asked.seed, asked.kind or list(KINDS))
    for one in wrong[:20]:
        sys.stdout.write(f"FAILED {one}\n")
    sys.stdout.write(
        f"{asked.requests:,} hostile requests in {time.perf_counter() - started:.0f} s: {len(wrong)} failures\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
