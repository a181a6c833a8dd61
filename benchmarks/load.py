"""Many clients at once, each on a connection that it keeps, as fast as the service answers.

    python benchmarks/load.py --clients 64 --seconds 60

One in ten exchanges is stored as a run, the others are only judged. Tells the rate, errors, and how long answers took.
Ends with 1 where a request was not answered with 200 or 201.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from judges import workload
from serving import service

from validator.recordings.exchange_lines import write_exchange_line

if TYPE_CHECKING:
    from serving import Service

PATIENCE = 60
ONE_RUN_IN = 10
GOOD = {200, 201}
PATHS = ("/v1/validate", "/v1/runs?label=load")
HEADERS = {"Content-Type": "application/json"}
QUANTILES = {"p50": 499, "p99": 989, "p99.9": 998}


@dataclass
class Client:
    """One client: what it sent, how long the answers took, in seconds, and what else came."""

    number: int
    bodies: list[bytes]
    seconds: dict[str, list[float]] = field(default_factory=lambda: {path: [] for path in PATHS})
    errors: list[str] = field(default_factory=list)

    def work(self, target: Service, until: float) -> None:
        """Send one after the other until then."""
        connection = http.client.HTTPConnection(target.host, target.port, timeout=PATIENCE)
        count = self.number
        while time.perf_counter() < until:
            count += 1
            path = PATHS[count % ONE_RUN_IN == 0]
            started = time.perf_counter()
            try:
                connection.request("POST", path, body=self.bodies[count % len(self.bodies)], headers=HEADERS)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(f"{type(error).__name__} from {path}")
                connection.close()
                continue
            self.seconds[path].append(time.perf_counter() - started)
            if answer.status not in GOOD:
                self.errors.append(f"{answer.status} from {path}")
        connection.close()


def run(clients: int, seconds: float) -> int:
    """Let them all work; how many requests failed."""
    bodies = [write_exchange_line(exchange) for exchange in workload().values()]
    with service() as target:
        everybody = [Client(number=number, bodies=bodies) for number in range(clients)]
        until = time.perf_counter() + seconds
        threads = [threading.Thread(target=one.work, args=(target, until)) for one in everybody]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        memory = target.memory
    errors = [one for client in everybody for one in client.errors]
    for path in PATHS:
        took = sorted(one for client in everybody for one in client.seconds[path])
        quantiles = statistics.quantiles(took, n=1000)
        told = ", ".join(f"{name} {quantiles[at] * 1000:.1f} ms" for name, at in QUANTILES.items())
        sys.stdout.write(f"{path}: {len(took):,} answers, {len(took) / seconds:,.0f} a second; {told}\n")
    sys.stdout.write(f"{clients} clients, {seconds:g} s, memory of all workers: {memory:.0f} MiB\n")
    sys.stdout.write(f"{len(errors):,} errors{': ' if errors else ''}{'; '.join(errors[:5])}\n")
    return len(errors)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    return 1 if run(asked.clients, asked.seconds) else 0


if __name__ == "__main__":
    sys.exit(main())
