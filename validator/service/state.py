"""Views for who runs the service: is it ready, and what did it count? Each belongs to an operation of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Response

from validator.service.answers import JSON
from validator.service.metrics import MEDIA_TYPE
from validator.service.problems import to_json

if TYPE_CHECKING:
    from flask import Flask

    from validator.service.catalogue import Catalogue
    from validator.service.gate import Gate
    from validator.service.metrics import Metrics
    from validator.service.store import Store


class StateViews:
    """The views, over the store and the counters."""

    def __init__(self, catalogue: Catalogue, store: Store | None, metrics: Metrics) -> None:
        self._catalogue: Final = catalogue
        self._store: Final = store
        self._metrics: Final = metrics

    def register(self, app: Flask, gate: Gate) -> None:
        """Put every view at the path that openapi.yaml gives it."""
        gate.open(app, "/readyz", "get", self.ready)
        gate.open(app, "/metrics", "get", self.counted)

    def ready(self) -> Response:
        """Requests can be answered: the contract is loaded, the database works. Raises StoreError where it does not."""
        if self._store is not None:
            self._store.check()
        contract = self._catalogue.default.contract
        told = {
            "status": "ready",
            "contract": {"title": contract.title, "version": contract.version},
            "database": "none" if self._store is None else "ok",
        }
        return Response(to_json(told), content_type=JSON)

    def counted(self) -> Response:
        """The counters of all workers."""
        return Response(self._metrics.text(), content_type=MEDIA_TYPE)
