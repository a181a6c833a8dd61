"""The views of contracts: put, list, read, delete. Each belongs to an operation of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import Response

from validator.contract import Contract, Document
from validator.errors import DocumentError
from validator.service import problems
from validator.service.answers import JSON
from validator.service.catalogue import DEFAULT, unknown
from validator.service.gate import current_request, query
from validator.service.problems import Problem, Refusal, to_json
from validator.service.runs import moment
from validator.service.upload import Upload

if TYPE_CHECKING:
    from flask import Flask

    from validator.service.catalogue import Catalogue
    from validator.service.gate import Gate
    from validator.service.store import Named

MAX_DOCUMENT: Final = 16 * 1024 * 1024
"""The most bytes that a document may have as it is sent; four times that when it is expanded."""


class ContractViews:
    """The views, over the contracts."""

    def __init__(self, catalogue: Catalogue, *, max_body: int) -> None:
        self._catalogue: Final = catalogue
        self._limit: Final = min(max_body, MAX_DOCUMENT)

    def register(self, app: Flask, gate: Gate) -> None:
        """Put every view at the path that openapi.yaml gives it."""
        gate.open(app, "/v1/contracts", "get", self.all)
        gate.open(app, "/v1/contracts/{name}", "get", self.get)
        gate.open(app, "/v1/contracts/{name}", "put", self.put)
        gate.open(app, "/v1/contracts/{name}", "delete", self.delete)

    def all(self) -> Response:
        """Every contract; the one that the service was started with is the first."""
        named = [_told(one) for one in self._catalogue.store.contracts.all()]
        return _json({"contracts": [self._default(), *named]})

    def get(self, name: str) -> Response:
        """The document of a contract: the version in force, or another."""
        wanted: str | None = query().get("version")
        default = self._catalogue.default.contract.document
        if name == DEFAULT and wanted in {None, default.sha256}:
            return _document(to_json(default.root), default.sha256)
        contracts = self._catalogue.store.contracts
        sha256 = wanted or contracts.in_force(name)
        if sha256 is None:
            raise unknown(name)
        content = contracts.document(sha256) if contracts.has(name, sha256) else None
        if content is None:
            detail = f"the contract {name} has no version {sha256}"
            raise Refusal(Problem(kind=problems.UNKNOWN_CONTRACT, detail=detail))
        return _document(to_json(orjson.loads(content)), sha256)

    def put(self, name: str) -> Response:
        """Put a document in force under a name."""
        _refuse_default(name)
        contracts = self._catalogue.store.contracts
        upload = Upload(current_request(), limit=self._limit)
        data = upload.stream.read()
        try:
            document = Document.from_bytes(data, name)
            Contract(document)  # what keeps it from being routed is said now
        except DocumentError as error:
            raise Refusal(Problem(kind=problems.INVALID_DOCUMENT, detail=error.told, mend=error.mend)) from None
        is_new = contracts.put(name, document)
        stored = contracts.get(name)
        if stored is None:
            raise unknown(name)  # deleted this very moment
        response = _json(_told(stored), status=201 if is_new else 200)
        response.headers["ETag"] = f'"{document.sha256}"'
        return response

    def delete(self, name: str) -> Response:
        """Delete a contract. Runs stay, and what they are bound to."""
        _refuse_default(name)
        if not self._catalogue.store.contracts.delete(name):
            raise unknown(name)
        response = Response(status=204)
        del response.headers["Content-Type"]
        return response

    def _default(self) -> dict[str, Any]:
        contract = self._catalogue.default.contract
        version = {"sha256": contract.document.sha256, "title": contract.title, "version": contract.version}
        return {
            "name": DEFAULT,
            "read_only": True,
            "changed_at": None,
            "versions": [{**version, "created_at": None}],
        }


def _told(named: Named) -> dict[str, Any]:
    """A contract in JSON."""
    return {
        "name": named.name,
        "read_only": False,
        "changed_at": moment(named.changed_at),
        "versions": [
            {
                "sha256": version.sha256,
                "title": version.title,
                "version": version.version,
                "created_at": moment(version.created_at),
            }
            for version in named.versions
        ],
    }


def _refuse_default(name: str) -> None:
    if name == DEFAULT:
        detail = f"the contract {name} is the one that the service was started with"
        raise Refusal(Problem(kind=problems.READ_ONLY_CONTRACT, detail=detail))


def _document(content: bytes, sha256: str) -> Response:
    response = Response(content, content_type=JSON)
    response.headers["ETag"] = f'"{sha256}"'
    return response


def _json(value: dict[str, Any], *, status: int = 200) -> Response:
    return Response(to_json(value), status=status, content_type=JSON)
