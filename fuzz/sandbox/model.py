"""The words of the sandbox's tables: Resource and Operation; Asked, Call and Reply travel between the app and them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fuzz.sandbox.problems import NOT_FOUND, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fuzz.sandbox.shapes import Shape
    from fuzz.sandbox.state import Record, State

    Handler = Callable[["Call"], "Reply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A collection of records: its name, the name of its ids, and how a record becomes an answer."""

    name: str
    id: str
    view: Callable[[State, Record], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came, before anything of it is checked. `operation` None: there is none at this address.

    `path` holds the words that stand where the operation has its ids; `raw` is None where the body is too long to read.
    """

    method: str
    address: str
    operation: Operation | None = None
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    authorization: str = ""
    content_type: str = ""
    raw: bytes | None = b""

    @property
    def name(self) -> str:
        """The operation's: `POST /tags`; empty where there is none."""
        return "" if self.operation is None else self.operation.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that has passed the checks of its body. An id that is no positive number is None."""

    state: State
    ids: Mapping[str, int | None]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    path: Mapping[str, str] = field(default_factory=dict)
    """What stands in the path, for what is named by a word instead of an id."""

    def record(self, resource: Resource) -> Record:
        """The record that the path names."""
        found = self.state.find(resource.name, self.ids[resource.id])
        if found is None:
            raise Problem(NOT_FOUND)
        return found

    def child(self, resource: Resource, name: str, id_name: str) -> dict[str, Any]:
        """The item below that record that the path names."""
        wanted = self.ids[id_name]
        for item in self.record(resource).below(name):
            if item[id_name] == wanted:
                return item
        raise Problem(NOT_FOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer before it is written: `value` is a JSON value, or bytes that are sent as they are; None is no body."""

    value: Any = None
    status: int = 200
    content_type: str | None = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path. `shape` None: no body is read."""

    method: str
    path: str
    run: Handler
    shape: Shape | None = None

    @property
    def name(self) -> str:
        """`POST /tags`."""
        return f"{self.method} {self.path}"

    @property
    def demands(self) -> bool:
        """Whether there must be a body; where nothing in it is demanded, none at all is as good as `{}`."""
        return self.shape is not None and self.shape.demands
