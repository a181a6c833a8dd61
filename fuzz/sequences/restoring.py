"""What others have, and the run is about to change with a request that should succeed: it is put back at the end.

What can be made is changed on things of the run's own. The rest is seen before its first change: a thing that none can
be made of; one that is not there, and that a PUT makes; and what there is but one of, a default, which is taken from
the thing that has it. Else a thing that the run made could not be deleted, and the server's own default were gone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from fuzz.breakage import Breakage
from fuzz.faults import VALID
from fuzz.names import OF_ONE
from fuzz.request_body import allows, json_body
from fuzz.sequences import acts, answers
from fuzz.sequences.kinds import id_names
from fuzz.sequences.members import written

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.addresses import Addresses
    from fuzz.case import Case
    from fuzz.sequences.created import Created
    from validator.contract import Contract, Operation
    from validator.exchange import Exchange

_MAKING: Final = re.compile(r"^(?P<collection>.*)/\{(?P<parameter>[^{}/]+)\}/(?P<what>[^{}/]+)$")
_LIST: Final = Breakage(fault=VALID, variant=acts.LIST, described="looks who has what is but one of")
_READ: Final = Breakage(fault=VALID, variant=acts.READ, described="looks what is there before it is changed")
_UNMADE: Final = Breakage(fault=VALID, variant="putting back", described="deletes what was not there")


def makes_it(operation: Operation) -> bool:
    """Whether the operation makes a thing what only one can be: `PUT /types/{id}/default`."""
    found = _MAKING.match(operation.path.rstrip("/"))
    return found is not None and operation.method != "GET" and OF_ONE.search(found["what"]) is not None


class Restoring:
    """Sees what is there before the first change; `ask` sends a look-up. What has to be put back is owed (Created)."""

    def __init__(
        self, contract: Contract, addresses: Addresses, created: Created, ask: Callable[[Case], Exchange]
    ) -> None:
        self._contract: Final = contract
        self._addresses: Final = addresses
        self._created: Final = created
        self._ask: Final = ask
        self._seen: Final[set[str]] = set()

    def foresee(self, operation: Operation, *, on_own: bool) -> None:
        """Owe it to the one that has it, if a sound request takes it; `on_own`: it goes to a thing of the run's own."""
        if operation.id in self._seen:
            return
        if makes_it(operation):
            self._seen.add(operation.id)
            self._owe_default(operation)
        elif operation.method in {"PUT", "PATCH"} and json_body(operation) is not None and not on_own:
            self._seen.add(operation.id)
            self._owe_values(operation)

    def _owe_values(self, operation: Operation) -> None:
        """The members that can be written, as they are; or the deletion of what is not there yet."""
        read, delete = (self._at(operation.path, method) for method in ("GET", "DELETE"))
        if read is None:
            return
        exchange = self._ask(self._addresses.case(read, _READ))
        if exchange.response.status in answers.GONE and operation.method == "PUT" and delete is not None:
            self._created.expect(self._addresses.case(operation).url, self._addresses.case(delete, _UNMADE))
            return
        thing = answers.only_thing(answers.value_of(exchange)) if answers.succeeded(exchange) else None
        names = written(self._contract, operation)
        before: dict[str, Any] = {name: value for name, value in (thing or {}).items() if name in names}
        # A server shows null for what was never set, and may well not take it.
        without = {name: value for name, value in before.items() if value is not None}
        body = next((one for one in (without, before) if one and allows(self._contract, operation)(one)), None)
        if body is not None:
            self._owe(operation, (), orjson.dumps(body))

    def _owe_default(self, operation: Operation) -> None:
        """What makes the thing that is the default the default again."""
        found = _MAKING.match(operation.path.rstrip("/"))
        listing = None if found is None else self._at(found["collection"], "GET")
        if found is None or listing is None:
            return
        things = answers.things_in(answers.value_of(self._ask(self._addresses.case(listing, _LIST)))) or []
        names = id_names(found["collection"], found["parameter"])
        for thing in things:
            number = next((thing[name] for name in names if name in thing), None)
            if number is not None and any(value is True and OF_ONE.search(name) for name, value in thing.items()):
                self._owe(operation, ((found["parameter"], str(number)),))
                return

    def _owe(self, operation: Operation, path: tuple[tuple[str, str], ...], body: bytes | None = None) -> None:
        back = Breakage(fault=VALID, variant="putting back", described="makes it what it was", path=path, body=body)
        self._created.owe(self._addresses.case(operation, back))

    def _at(self, path: str, method: str) -> Operation | None:
        return next((one for one in self._contract.operations if (one.method, one.path) == (method, path)), None)
