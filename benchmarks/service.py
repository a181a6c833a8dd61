"""The service against a Flask view that returns a constant, on the same server; and against `check` on the same lines.

Each server has one worker; the client is this process, over plain sockets that are kept open. CPU time is the worker's.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from judges import workload

from validator import Exchange, Response
from validator.recordings.exchange_lines import write_exchange_line
from validator.service.server import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

ROUNDS = 21
STREAM_ROUNDS = 7
CONNECTIONS = 4
REQUESTS = 400
SMALL, LARGE = 1_000, 20_000
MIX = {"error": 45, "order": 45, "list": 10}
MIB = 1024 * 1024
PIECE = 64 * 1024
ALONE = ("--port", "0", "--workers", "1", "--max-body", "1024")
"""How the service is started, but for its database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server with one worker."""

    host: str
    port: int
    worker: int

    @property
    def cpu(self) -> float:
        """Seconds of CPU time that the worker has used."""
        return sum(
            int((task / "schedstat").read_text().split()[0]) / 1e9
            for task in Path(f"/proc/{self.worker}/task").iterdir()
        )

    @property
    def memory(self) -> float:
        """The most memory that the worker ever had, in MiB."""
        status = Path(f"/proc/{self.worker}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def serve_constant() -> None:
    """The other side: as little as a view can do, on the server of the service."""
    app = Flask("constant")
    app.add_url_rule("/v1/validate", "constant", lambda: "constant", methods=["POST"])
    run(app, host="127.0.0.1", port=0, workers=1, announce=partial(print, flush=True))


@contextlib.contextmanager
def serving(*command: str) -> Iterator[Server]:
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().split()[3].removeprefix("http://")
        host, _, port = address.partition(":")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not (workers := children.read_text().split()):
            time.sleep(0.01)
        yield Server(host=host, port=int(port), worker=int(workers[0]))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


class Client:
    """Posts one body again and again, over connections that are kept open."""

    def __init__(self, server: Server, body: bytes) -> None:
        fields = ("Host: x", "Accept: */*", "Content-Type: application/json", f"Content-Length: {len(body)}")
        self.request = "\r\n".join(("POST /v1/validate HTTP/1.1", *fields, "", "")).encode() + body
        self.server = server

    def post(self, times: int) -> None:
        with contextlib.ExitStack() as stack:
            address = (self.server.host, self.server.port)
            connections = [stack.enter_context(socket.create_connection(address)) for _ in range(CONNECTIONS)]
            for _ in range(times // CONNECTIONS):
                for connection in connections:
                    connection.sendall(self.request)
                for connection in connections:
                    self._receive(connection)

    def _receive(self, connection: socket.socket) -> None:
        came = b""
        while b"\r\n\r\n" not in came:
            piece = connection.recv(65536)
            assert piece, came
            came += piece
        head, _, content = came.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), came
        missing = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) - len(content)
        while missing > 0:
            missing -= len(connection.recv(65536))


def spent(server: Server, work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall, and of CPU time of the worker."""
    started, cpu = time.perf_counter(), server.cpu
    work()
    return time.perf_counter() - started, server.cpu - cpu


def tell(name: str, ratios: Sequence[float], unit: str = "") -> None:
    low, middle, high = min(ratios), statistics.median(ratios), max(ratios)
    sys.stdout.write(f"{name:<66} {low:6.2f} {middle:6.2f} {high:6.2f} {unit}\n")
    sys.stdout.flush()


def one_by_one(service: Server, constant: Server, name: str, exchange: Exchange) -> None:
    body = write_exchange_line(exchange)
    ours, theirs = Client(service, body), Client(constant, body)
    ours.post(200)
    theirs.post(200)
    rounds = [
        (spent(service, partial(ours.post, REQUESTS)), spent(constant, partial(theirs.post, REQUESTS)))
        for _ in range(ROUNDS)
    ]
    name = f"one exchange ({name}, {len(body)} bytes): rate / rate of a constant"
    tell(name, [constant[0] / service[0] for service, constant in rounds])
    tell("  the same by CPU time of the worker", [constant[1] / service[1] for service, constant in rounds])
    best = min(constant[0] for _, constant in rounds)
    sys.stdout.write(f"  (the constant: {REQUESTS / best:,.0f} a second)\n")


def broken(exchange: Exchange) -> Exchange:
    """The exchange with a member of a wrong type."""
    body = json.loads(exchange.response.body or b"{}")
    body[next(iter(body))] = ["broken"]
    response = Response(status=200, headers=exchange.response.headers, body=json.dumps(body).encode())
    return Exchange(request=exchange.request, response=response)


def lines(exchanges: dict[str, Exchange], count: int) -> Iterator[bytes]:
    chosen = random.Random(5).choices(list(MIX), list(MIX.values()), k=count)
    ready = {name: write_exchange_line(exchange) for name, exchange in exchanges.items()}
    return (ready[name] for name in chosen)


def write(path: Path, all_lines: Iterable[bytes]) -> Path:
    with path.open("wb") as file:
        file.writelines(all_lines)
    return path


def post_stream(server: Server, path: Path, *, chunked: bool) -> None:
    connection = http.client.HTTPConnection(server.host, server.port, blocksize=PIECE)
    headers = {"Content-Type": "application/x-ndjson", "Accept": "text/plain"}
    if not chunked:
        headers["Content-Length"] = str(path.stat().st_size)
    with path.open("rb") as file:
        body = iter(partial(file.read, PIECE), b"") if chunked else file
        connection.request("POST", "/v1/validate", body=body, headers=headers, encode_chunked=chunked)
        answer = connection.getresponse()
        assert answer.read()
    assert answer.status == 200, answer.status
    connection.close()


def check(path: Path) -> None:
    command = [sys.executable, "-m", "validator", "check", str(path)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def streams(service: Server, small: Path, large: Path) -> None:
    """Rates in lines a second; start-up, which the service has behind it, is taken off the time of `check`."""
    for chunked in (True, False):
        post_stream(service, small, chunked=chunked)
    sys.stdout.write(f"  (memory of the worker after {SMALL:,} lines: {service.memory:.1f} MiB)\n")
    by_length, by_chunks = [], []
    for _ in range(STREAM_ROUNDS):
        start_up = spent(service, partial(check, small))[0]
        checked = spent(service, partial(check, large))[0] - start_up
        share = (LARGE - SMALL) / LARGE
        by_length.append(checked / spent(service, partial(post_stream, service, large, chunked=False))[0] / share)
        by_chunks.append(checked / spent(service, partial(post_stream, service, large, chunked=True))[0] / share)
    size = large.stat().st_size / MIB
    tell(f"{LARGE:,} lines ({size:.0f} MiB), Content-Length: rate / rate of `check`", by_length)
    tell(f"{LARGE:,} lines ({size:.0f} MiB), chunked: rate / rate of `check`", by_chunks)
    sys.stdout.write(f"  (`check`: {(LARGE - SMALL) / checked:,.0f} a second)\n")
    sys.stdout.write(f"  (memory of the worker after {LARGE:,} lines: {service.memory:.1f} MiB)\n")


def main() -> None:
    exchanges = workload()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("-m", "validator", "serve", *ALONE, "--database", f"sqlite:///{folder}/runs.db") as service,
        serving(__file__, "constant") as constant,
    ):
        sys.stdout.write(f"{'':<66} {'min':>6} {'median':>6} {'max':>6}\n")
        one_by_one(service, constant, "an error", exchanges["error"])
        one_by_one(service, constant, "an order", exchanges["order"])
        one_by_one(service, constant, "broken", broken(exchanges["order"]))
        small = write(Path(folder, "small.ndjson"), lines(exchanges, SMALL))
        large = write(Path(folder, "large.ndjson"), lines(exchanges, LARGE))
        streams(service, small, large)


if __name__ == "__main__":
    serve_constant() if sys.argv[1:] == ["constant"] else main()
