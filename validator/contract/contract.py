"""Contract: a checked document with everything that judging and fuzzing ask of it."""

from __future__ import annotations

from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from validator.contract.deliveries import Deliveries
from validator.contract.document import Document
from validator.contract.error_catalogue import find_catalogue
from validator.contract.operations import Server, read_operations, read_webhooks
from validator.contract.promises import expected_codes, find_promise
from validator.contract.routing import Router
from validator.contract.schemas import Schemas

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import jsonschema_rs

    from validator.contract.error_catalogue import ErrorCatalogue
    from validator.contract.operations import Operation
    from validator.contract.promises import ExpectedCode, FaultPromise


def bundled_document() -> Path:
    """The Picqer contract: beside the package where it is installed, in `spec/` in a checkout."""
    installed = Path(str(files("validator"))) / "spec" / "openapi.yaml"
    return installed if installed.is_file() else Path(__file__).parents[2] / "spec" / "openapi.yaml"


class Contract:
    """An OpenAPI document, loaded, checked and laid out. Immutable; safe to share between threads."""

    def __init__(
        self, document: Document, *, servers: Iterable[str] = (), schemas: tuple[Schemas, Schemas] | None = None
    ) -> None:
        """`schemas`: those of another contract on the same document, so that nothing is compiled twice."""
        self.document: Final = document
        self.title: Final[str] = str(document.root["info"]["title"])
        self.version: Final[str] = str(document.root["info"]["version"])
        self._added: Final = tuple(servers)
        self._reading, self._writing = schemas or (Schemas(document), Schemas(document, writing=True))
        # Not put off: whatever keeps the document from being routed is said when it is loaded.
        self.operations: Final = tuple(read_operations(document))
        """Every operation, in the document's order."""
        self.webhooks: Final = tuple(read_webhooks(document))
        """Every message that the API sends of itself, in the document's order."""
        self.expected_codes: Final[Mapping[str, tuple[ExpectedCode, ...]]] = {
            place: expected_codes(document, place) for place in ("", *(one.pointer for one in self.operations))
        }
        """The error codes that `x-error-codes` names, by where it stands: "" (for any operation), or an operation."""
        self.router: Final = Router(self.operations, [Server(url=url) for url in self._added_addresses()])
        """Finds the operation that a request is for."""

    @classmethod
    def load(cls, path: str | os.PathLike[str] | None = None, *, servers: Iterable[str] = ()) -> Contract:
        """Load a document from a file; with None, the Picqer contract. Raises DocumentError.

        `servers` are addresses that serve the contract too, besides those that it names.
        """
        return cls(Document.load(bundled_document() if path is None else path), servers=servers)

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any], *, servers: Iterable[str] = ()) -> Contract:
        """Take a document that is already parsed. Raises DocumentError."""
        return cls(Document.from_dict(mapping), servers=servers)

    def with_servers(self, *urls: str) -> Contract:
        """The same contract, served at these addresses too."""
        return Contract(self.document, servers=(*self._added, *urls), schemas=(self._reading, self._writing))

    @cached_property
    def _by_id(self) -> Mapping[str, Operation]:
        return {operation.id: operation for operation in (*self.webhooks, *self.operations)}

    def operation(self, operation_id: str) -> Operation:
        """The operation, or the webhook, with this id. KeyError where there is none."""
        return self._by_id[operation_id]

    @cached_property
    def servers(self) -> tuple[str, ...]:
        """The addresses that serve the contract, those added by hand first; variables stand as `{name}`."""
        own = (server.url for operation in self.operations for server in operation.servers)
        return tuple(dict.fromkeys([*self._added_addresses(), *own]))

    @property
    def base_path(self) -> str:
        """The path of the document's first server, without a slash at its end: a sandbox most often keeps it."""
        return _path(next((operation.servers[0].url for operation in self.operations), ""))

    def _added_addresses(self) -> Iterator[str]:
        """The addresses that were added; a host alone may serve right below it, or below the base path."""
        for url in self._added:
            yield url
            if not _path(url) and self.base_path:
                yield url.rstrip("/") + self.base_path

    @cached_property
    def errors(self) -> ErrorCatalogue | None:
        """The error contract; None where the document does not enumerate its error codes."""
        return find_catalogue(self.document, self.operations)

    @cached_property
    def deliveries(self) -> Deliveries:
        """Finds the webhook that a request to a subscriber is for."""
        return Deliveries(self.document, self.webhooks)

    def promise(self, operation: Operation, fault: str, place: Sequence[str] = ()) -> FaultPromise | None:
        """What the document promises for a request with the fault.

        `place` is what is broken: JSON Pointers of schemas, from the broken one up to the body's. Then the
        operation is asked, then the document. The first that names the fault wins; None where there is no promise.
        """
        return find_promise(self.document, fault, (*place, operation.pointer, ""))

    def schema_at(self, pointer: str) -> Any:
        """The schema at a pointer, in JSON Schema draft 2020-12, as a request must keep it; references are kept."""
        return self._writing.at(pointer)

    def validator(self, pointer: str, *, writing: bool = False) -> jsonschema_rs.Draft202012Validator:
        """The compiled schema at a pointer, for responses, or for requests (`writing`). Raises DocumentError."""
        return self.schemas(writing=writing).validator(pointer)

    def schemas(self, *, writing: bool = False) -> Schemas:
        """The compiled schemas, for responses or for requests."""
        return self._writing if writing else self._reading


def _path(url: str) -> str:
    """The path of an address, without a slash at its end; none where it is no address (Router says so)."""
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""
