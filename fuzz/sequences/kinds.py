"""Kinds of things: which operations create, read, list, change and delete the same thing.

From the links of the document, where it has them; else from paths and the names of ids: `POST /things` creates what
`GET /things/{x}` reads. Where the path of the collection is not continued, another may do: the answer to
`POST /orders/{idorder}/comments` has the id that `DELETE /comments/{idcomment}` wants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from fuzz.request_body import json_body
from fuzz.sequences.members import lists_inside, shown, written
from validator.pointer import join, of_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from validator.contract import Contract, Operation

_LAST: Final = re.compile(r"^(?P<collection>.*)/\{(?P<parameter>[^{}/]+)\}$")
_NAME: Final = re.compile(r"\{([^{}]+)\}")
_CHANGES: Final = ("PATCH", "PUT")
_ON_BODY: Final = "$response.body#"
_KEEPING: Final = re.compile(r"cancel|deactivat|inactivat|disabl|archiv|clos|withdraw|revok|suspend", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of thing: the operations on it, the collection that it is in, and the parameter that takes its id.

    `id_at` points at the id in the answer to `create`, where a link of the document says so. `parent` is the collection
    of the kind whose things this kind's collection is below; empty where it stands alone. Where the collection cannot
    be listed, `holder` may read the thing that it is below, and show it `inside` one of its members: an order's lines.
    """

    collection: str
    parameter: str
    create: Operation | None = None
    read: Operation | None = None
    list: Operation | None = None
    update: Operation | None = None
    delete: Operation | None = None
    actions: tuple[Operation, ...] = ()
    id_at: str | None = None
    parent: str = ""
    holder: Operation | None = None
    inside: str = ""

    @property
    def listing(self) -> Operation | None:
        """What shows all things of the collection."""
        return self.list or self.holder

    @property
    def id_names(self) -> tuple[str, ...]:
        """The names under which an answer may have the thing's id, the best first."""
        return id_names(self.collection, self.parameter)

    @property
    def keeps_deleted(self) -> bool:
        """Whether the document speaks of the deletion as something else: a cancelled order can be read for ever."""
        return self.delete is not None and _KEEPING.search(self.delete.id) is not None

    def operations(self) -> Iterator[tuple[str, Operation]]:
        """What can be done, by its word."""
        for word in ("create", "read", "list", "update", "delete"):
            operation = getattr(self, word)
            if operation is not None:
                yield word, operation


def id_names(collection: str, parameter: str) -> tuple[str, ...]:
    """The names that the id of a thing in a collection may have, where a path calls it by the parameter's name."""
    noun = _singular(collection.rpartition("/")[2].replace("-", "_"))
    named = (parameter, f"id{noun}", f"{noun}_id", f"{noun}Id", "id", "uuid", "_id")
    return tuple(dict.fromkeys(name for name in named if name))


@lru_cache(maxsize=32)
def kinds(contract: Contract) -> tuple[Kind, ...]:
    """Every kind that can be created and looked at again, or read and changed; parents before what is below them."""
    found = _Inference(contract).kinds()
    return tuple(sorted(found, key=lambda kind: kind.collection.count("{")))


class _Inference:
    """Looks for operations by path and method."""

    def __init__(self, contract: Contract) -> None:
        self._contract: Final = contract
        self._by_path: Final[dict[str, dict[str, Operation]]] = {}
        for operation in contract.operations:
            self._by_path.setdefault(operation.path.rstrip("/") or "/", {})[operation.method] = operation
        self._items: Final = {
            found["collection"]: path for path in self._by_path if (found := _LAST.match(path)) is not None
        }

    def kinds(self) -> list[Kind]:
        found = [kind for path in self._by_path if (kind := self._creatable(path)) is not None]
        known = {kind.collection for kind in found}
        found += [kind for path in self._items if path not in known and (kind := self._found(path)) is not None]
        return found

    def _creatable(self, path: str) -> Kind | None:
        methods = self._by_path[path]
        create = methods.get("POST")
        if create is None or path.endswith("}") or (create.request_body and json_body(create) is None):
            return None  # a form, or a file, is nothing that we know how to fill in
        linked, id_at = self._linked(create)
        own = self._items.get(path)
        item = own or next((one.path for one in linked.values()), None) or self._elsewhere(create)
        parameter = "" if item is None else _last_parameter(item)
        at_item = dict(self._by_path.get(item, {})) if item else {}
        elsewhere = self._elsewhere(create)
        if own is not None and elsewhere is not None and _last_parameter(elsewhere) == parameter:
            # `DELETE /picklists/{idpicklist}/shipments/{idshipment}`, and `GET /shipments/{idshipment}`
            at_item = {**self._by_path[elsewhere], **at_item}
        at_item.update(linked)
        holder, inside = (None, "") if "GET" in methods else self._held(path, parameter)
        kind = Kind(
            collection=path,
            parameter=parameter,
            create=create,
            read=at_item.get("GET"),
            list=methods.get("GET"),
            update=self._change(at_item),
            delete=at_item.get("DELETE"),
            actions=self._actions(item),
            id_at=id_at,
            parent=_parent(path),
            holder=holder,
            inside=inside,
        )
        looked_at = kind.read or kind.list or kind.update or kind.delete
        return kind if looked_at is not None and self._makes(create) else None

    def _found(self, path: str) -> Kind | None:
        """A kind of which the server has some, and none can be made."""
        item = self._items[path]
        at_item = self._by_path[item]
        update = self._change(at_item)
        if update is None or "GET" not in at_item:
            return None
        return Kind(
            collection=path,
            parameter=_last_parameter(item),
            read=at_item["GET"],
            list=self._by_path.get(path, {}).get("GET"),
            update=update,
            parent=_parent(path),
        )

    def _held(self, path: str, parameter: str) -> tuple[Operation | None, str]:
        """What reads the thing that the collection is below, and the member in which that shows the collection."""
        above, _, noun = path.rpartition("/")
        holder = self._by_path.get(above, {}).get("GET") if above.endswith("}") else None
        inside = {} if holder is None else lists_inside(self._contract, holder)
        by_id = (name for name, items in inside.items() if parameter and parameter in items)
        by_noun = (
            name
            for name, items in inside.items()
            if name.replace("_", "-") == noun and not items.isdisjoint(id_names(path, parameter))
        )
        name = next((one for names in (by_id, by_noun) for one in names), "")
        return (holder, name) if name else (None, "")

    def _makes(self, create: Operation) -> bool:
        """Whether the operation may succeed by making something: an action takes no body, as a rule."""
        return any(one.status in {"201", "202", "2XX"} for one in create.responses) or json_body(create) is not None

    @staticmethod
    def _change(at_item: Mapping[str, Operation]) -> Operation | None:
        return next((at_item[one] for one in _CHANGES if one in at_item and json_body(at_item[one]) is not None), None)

    def _elsewhere(self, create: Operation) -> str | None:
        """The item of another collection of the same name, that wants no more than is known: the answer has its id.

        An operation that takes the id in its body makes no such thing: it ties one that is there to another.
        """
        path = create.path.rstrip("/")
        noun, known = path.rpartition("/")[2], set(_NAME.findall(path))
        told, asked = shown(self._contract, create), written(self._contract, create)
        for collection, item in self._items.items():
            *above, own = _NAME.findall(item)
            is_same = collection != path and collection.rpartition("/")[2] == noun and set(above) <= known
            if is_same and own not in asked and (not told or not told.isdisjoint(id_names(collection, own))):
                return item
        return None

    def _actions(self, item: str | None) -> tuple[Operation, ...]:
        if item is None:
            return ()
        below = re.compile(re.escape(item) + r"/[^/{}]+$")
        return tuple(
            methods["POST"]
            for path, methods in self._by_path.items()
            if below.match(path) and "POST" in methods and "GET" not in methods and path not in self._items
        )

    def _linked(self, create: Operation) -> tuple[dict[str, Operation], str | None]:
        """By method, the operations that links of a success lead to, with the thing's id; and where the id stands."""
        found: dict[str, Operation] = {}
        id_at: str | None = None
        for response in create.responses:
            if not response.status.startswith("2"):
                continue
            for link in self._links(response.pointer):
                operation = self._target(link)
                for name, expression in (link.get("parameters") or {}).items():
                    plain = str(name).removeprefix("path.")
                    is_id = operation is not None and _last_parameter(operation.path) == plain
                    if operation is not None and is_id and str(expression).startswith(_ON_BODY):
                        found.setdefault(operation.method, operation)
                        id_at = id_at or str(expression).removeprefix(_ON_BODY)
        return found, id_at

    def _links(self, pointer: str) -> Iterator[Mapping[str, Any]]:
        document = self._contract.document
        for name in document.at(pointer).get("links") or ():
            link = document.at(document.follow(join(pointer, "links", name)))
            if isinstance(link, dict):
                yield link

    def _target(self, link: Mapping[str, Any]) -> Operation | None:
        reference = link.get("operationRef")
        for operation in self._contract.operations:
            if operation.id == link.get("operationId"):
                return operation
            if (
                isinstance(reference, str)
                and reference.startswith("#/")
                and of_reference(reference) == operation.pointer
            ):
                return operation
        return None


def _last_parameter(item: str) -> str:
    found = _LAST.match(item)
    return found["parameter"] if found else ""


def _parent(path: str) -> str:
    """The collection of the things that this collection is below."""
    above, brace, _ = path.rpartition("}")
    found = _LAST.match(above + brace)
    return found["collection"] if found else ""


def _singular(noun: str) -> str:
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    if noun.endswith(("sses", "xes", "ches", "shes", "uses")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
