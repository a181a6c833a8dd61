"""Where a request goes: a path with ids that exist, and the parameters that the contract requires.

A real API may look at the path before it looks at the body: a broken body for an order that does not exist would get
404, and show nothing. What exists is known from the server's lists (fuzz/learning.py).
"""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from fuzz.breakage import Breakage
from fuzz.case import Case
from fuzz.credentials import scheme_for
from fuzz.knowledge import NOTHING_KNOWN
from fuzz.learning import Learner
from fuzz.parameters import is_of_request
from fuzz.request_body import json_body
from fuzz.required import TEXT, sound_value
from fuzz.styles import in_query, simply
from validator.exchange import Headers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation, Parameter
    from validator.exchange import Exchange

AGENT: Final = f"picqer-fuzz/{version('picqer-contract')} (contract test; https://picqer.com/en/api)"

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
_ANY_ID: Final = "1"
_NOT_BROKEN: Final = Breakage(fault="", variant="", described="")


class Addresses:
    """Addresses of operations on one server, with ids of what is known to be there."""

    def __init__(
        self, contract: Contract, base_url: str, knowledge: Knowledge = NOTHING_KNOWN, *, seed: int = 0
    ) -> None:
        self._contract: Final = contract
        self._base_url: Final = base_url
        self._seed: Final = seed
        self.knowledge: Final = knowledge

    @classmethod
    def learnt(
        cls,
        contract: Contract,
        base_url: str,
        ask: Callable[[Case], Exchange],
        *,
        operations: Collection[Operation] = (),
        seed: int = 0,
    ) -> Addresses:
        """Those of a server that is asked for its lists, as far as these operations need them, or all."""
        unknown = cls(contract, base_url, seed=seed)
        return cls(contract, base_url, Learner(contract, unknown.case, ask).learn(operations), seed=seed)

    def case(self, operation: Operation, breakage: Breakage | None = None) -> Case:
        """A case of the operation that wants only its body; ids in the path are of what the server has.

        With a breakage, the case that it makes; the body of a sound request then has to be in it, if one is wanted.
        """
        broken = breakage or _NOT_BROKEN
        headers = [("User-Agent", AGENT), ("Accept", "application/json"), *self._headers(operation)]
        body = json_body(operation)
        if body is not None:
            headers.append(("Content-Type", "application/json" if "*" in body.name else body.name))
        own = {name.lower(): (name, value) for name, value in headers}
        own.update({name.lower(): (name, value) for name, value in broken.headers if value is not None})
        gone = {name.lower() for name, value in broken.headers if value is None}
        changed = {unquote(name).partition("[")[0] for name, _ in broken.query}
        required = [one for one in self._required(operation, "query") if one.name not in changed]
        written = [pair for one in required for pair in in_query(self._contract, one, sound_value(self._contract, one))]
        put_in = [(name, text) for name, text in broken.query if text is not None]
        query = "&".join(f"{name}={text}" for name, text in (*written, *put_in))
        return Case(
            operation=operation.id,
            method=broken.method or operation.method,
            url=self._base_url + self._path(operation, dict(broken.path)) + (f"?{query}" if query else ""),
            headers=Headers(pair for name, pair in own.items() if name not in gone),
            body=broken.body or b"",
            scheme=scheme_for(self._contract, operation),
            credentials=broken.credentials,
            fault=broken.fault,
            variant=broken.variant,
            places=broken.places,
            also=broken.also,
            doubted=broken.doubted,
            guessed=self._guesses(operation, dict(broken.path)),
            described=broken.described,
            seed=self._seed,
        )

    def _guesses(self, operation: Operation, instead: Mapping[str, str]) -> bool:
        """Whether the path has an id that is neither known nor given."""
        return not {*self.knowledge.path(operation.path), *instead}.issuperset(_PARAMETER.findall(operation.path))

    def _path(self, operation: Operation, instead: Mapping[str, str]) -> str:
        """The path with its parameters filled: with these texts, with ids that are known, or with any value."""
        known = self.knowledge.path(operation.path)

        def text(name: str) -> str:
            return instead[name] if name in instead else str(known.get(name, self._any_id(operation, name)))

        return _PARAMETER.sub(lambda found: quote(text(found[1]), safe=""), operation.path)

    def _any_id(self, operation: Operation, name: str) -> str:
        """Where nothing is known: what the document gives as an example, else what may be there on any server."""
        for parameter in operation.parameters:
            if parameter.location == "path" and parameter.name == name:
                text = self._simply(parameter)
                return _ANY_ID if text == TEXT else text
        return _ANY_ID

    def _headers(self, operation: Operation) -> Iterator[tuple[str, str]]:
        """The headers that the contract requires; cookies are one of them."""
        for parameter in self._required(operation, "header"):
            yield parameter.name, self._simply(parameter)
        cookies = [f"{one.name}={self._simply(one)}" for one in self._required(operation, "cookie")]
        if cookies:
            yield "Cookie", "; ".join(cookies)

    def _required(self, operation: Operation, location: str) -> list[Parameter]:
        return [
            one
            for one in operation.parameters
            if one.required and one.location == location and is_of_request(self._contract, operation, one)
        ]

    def _simply(self, parameter: Parameter) -> str:
        return simply(self._contract, parameter, sound_value(self._contract, parameter))
