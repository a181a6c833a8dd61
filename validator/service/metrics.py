"""What the service counts, for Prometheus: the same numbers whichever worker is asked.

No label takes a value that a client makes up: paths are those of openapi.yaml, rules and problems those of our tables.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable by which prometheus_client knows, from its import on, where workers count together."""

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

OTHER: Final = "other"
"""The path of a request for which there is no operation, and a method that HTTP does not know."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A request that was answered; `problem` is the kind of its refusal."""

    path: str
    method: str
    status: int
    seconds: float
    problem: str | None


class Metrics:
    """The counters of a process, or, where FOLDER is set, of all processes that count there."""

    def __init__(self) -> None:
        import prometheus_client  # noqa: PLC0415 - the environment says by now whether it counts in files

        self._client: Final = prometheus_client
        self._registry: Final = prometheus_client.CollectorRegistry()
        self._requests: Final = self._counter("requests", "Requests answered", "path", "method", "status")
        self._seconds: Final = prometheus_client.Histogram(
            "picqer_contract_request_seconds",
            "Time from the head of a request to its answer",
            ["path"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._refusals: Final = self._counter("refusals", "Requests refused, by the kind of the problem", "kind")
        self._exchanges: Final = self._counter("exchanges", "Exchanges judged", "outcome")
        self._findings: Final = self._counter("findings", "Findings in them", "rule")
        self._runs: Final = self._counter("runs_stored", "Runs stored")
        self._children: Final[dict[tuple[Any, ...], Any]] = {}

    def answered(self, request: Answered) -> None:
        """Count a request."""
        method = request.method if request.method in _METHODS else OTHER
        self._child(self._requests, request.path, method, str(request.status)).inc()
        self._child(self._seconds, request.path).observe(request.seconds)
        if request.problem is not None:
            self.refused(request.problem)

    def refused(self, kind: str) -> None:
        """Count a refusal."""
        self._child(self._refusals, kind).inc()

    def judged(self, outcomes: Mapping[str, int], rules: Iterable[tuple[str, int]]) -> None:
        """Count exchanges by outcome, and findings by rule."""
        for outcome, times in outcomes.items():
            if times:
                self._child(self._exchanges, outcome).inc(times)
        for rule, times in rules:
            self._child(self._findings, rule).inc(times)

    def stored(self) -> None:
        """Count a run."""
        self._runs.inc()

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        registry = self._registry
        if FOLDER in os.environ:
            from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415 - it needs the folder

            registry = self._client.CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return self._client.generate_latest(registry)

    def _counter(self, name: str, told: str, *labels: str) -> Any:
        return self._client.Counter(f"picqer_contract_{name}", told, labels, registry=self._registry)

    def _child(self, metric: Any, *labels: str) -> Any:
        """The counter for these labels: to look it up here takes less than there."""
        key = (metric, *labels)
        found = self._children.get(key)
        if found is None:
            found = self._children[key] = metric.labels(*labels)
        return found
