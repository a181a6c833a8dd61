"""Where a request goes: a path with ids that exist, and the parameters that the contract requires.

A real API may look at the path before it looks at the body: a broken body for an order that does not exist would get
404, and show nothing. So the list that a path goes through (`/orders` for `/orders/{idorder}`) is asked for once.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlencode

from fuzz.breakage import Breakage
from fuzz.case import Case
from fuzz.credentials import scheme_for
from fuzz.strategies import json_body
from validator.exchange import Headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from validator.contract import Contract, Operation, Parameter
    from validator.exchange import Exchange

AGENT: Final = f"picqer-fuzz/{version('picqer-contract')} (contract test; https://picqer.com/en/api)"

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
_SUCCESS: Final = 200
_ANY_ID: Final = "1"
_NOT_BROKEN: Final = Breakage(fault="", variant="", described="")
_BY_TYPE: Final = {"integer": 1, "number": 1, "boolean": True}


class Addresses:
    """Addresses of operations on one server; `ask` sends a request for a list."""

    def __init__(self, contract: Contract, base_url: str, ask: Callable[[Case], Exchange], seed: int = 0) -> None:
        self._contract: Final = contract
        self._base_url: Final = base_url
        self._ask: Final = ask
        self._seed: Final = seed
        self._lists: Final = {one.path: one for one in contract.operations if one.method == "GET"}
        self._ids: Final[dict[tuple[str, str], str]] = {}

    def case(self, operation: Operation, breakage: Breakage | None = None) -> Case:
        """A case of the operation that wants only its body; ids in the path are of what the server has.

        With a breakage, the case that it makes; the body of a sound request then has to be in it, if one is wanted.
        """
        broken = breakage or _NOT_BROKEN
        headers = [("User-Agent", AGENT), ("Accept", "application/json"), *self._required(operation, "header")]
        body = json_body(operation)
        if body is not None:
            headers.append(("Content-Type", "application/json" if "*" in body.name else body.name))
        own = {name.lower(): (name, value) for name, value in headers}
        own.update({name.lower(): (name, value) for name, value in broken.headers if value is not None})
        gone = {name.lower() for name, value in broken.headers if value is None}
        changed = {unquote(name).partition("[")[0] for name, _ in broken.query}
        parameters = [pair for pair in self._required(operation, "query") if pair[0] not in changed]
        query = "&".join([*([urlencode(parameters)] if parameters else []), *map("=".join, broken.query)])
        return Case(
            operation=operation.id,
            method=broken.method or operation.method,
            url=self._base_url + self._path(operation.path, dict(broken.path)) + (f"?{query}" if query else ""),
            headers=Headers(pair for name, pair in own.items() if name not in gone),
            body=broken.body or b"",
            scheme=scheme_for(self._contract, operation),
            credentials=broken.credentials,
            fault=broken.fault,
            variant=broken.variant,
            places=broken.places,
            described=broken.described,
            seed=self._seed,
        )

    def _path(self, template: str, instead: Mapping[str, str]) -> str:
        """The path with its parameters filled, from the left: the list of an order's products needs the order."""
        path, end = "", 0
        for found in _PARAMETER.finditer(template):
            path += template[end : found.start()]
            text = instead.get(found[1])
            path += quote(self._id(template[: found.start()].rstrip("/"), found[1]) if text is None else text, safe="")
            end = found.end()
        return path + template[end:]

    def _id(self, collection: str, name: str) -> str:
        if (collection, name) not in self._ids:
            self._ids[collection, name] = self._look_up(collection, name)
        return self._ids[collection, name]

    def _look_up(self, collection: str, name: str) -> str:
        """The id of the first thing in the collection; 1 where there is no list, or nothing in it."""
        operation = self._lists.get(collection)
        if operation is None:
            return _ANY_ID
        answer = self._ask(self.case(operation)).response
        if answer.status != _SUCCESS:
            return _ANY_ID
        try:
            value = json.loads(answer.body or b"null")
        except (ValueError, RecursionError):
            return _ANY_ID
        return next(_ids(value, name), _ANY_ID)

    def _required(self, operation: Operation, location: str) -> Iterator[tuple[str, str]]:
        for parameter in operation.parameters:
            if parameter.required and parameter.location == location and parameter.name.lower() != "user-agent":
                yield parameter.name, str(self._value(parameter))

    def _value(self, parameter: Parameter) -> Any:
        """A value for a required parameter: the document's own example, else the plainest of its type."""
        document = self._contract.document
        nodes = [document.at(parameter.pointer)]
        if parameter.schema is not None:
            nodes.append(document.at(document.follow(parameter.schema)))
        for node in nodes:
            for word in ("example", "const", "default"):
                if word in node:
                    return node[word]
            if node.get("enum"):
                return node["enum"][0]
        return _BY_TYPE.get(str(nodes[-1].get("type")), "x")


def _ids(value: Any, name: str) -> Iterator[str]:
    """Ids in the answer to a list: of its first item, under the parameter's name, or `id`."""
    match value:
        case [dict(first), *_]:
            yield from (str(first[key]) for key in (name, "id") if isinstance(first.get(key), int | str))
        case {"data": list(inner)} | {"items": list(inner)} | {"results": list(inner)}:
            yield from _ids(inner, name)
