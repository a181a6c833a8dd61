"""What there is but one of: an operation that makes something the default takes that from another, which gets it back.

Else the thing that the run made could not be deleted at its end, and the server's own default were gone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fuzz.breakage import Breakage
from fuzz.faults import VALID
from fuzz.names import OF_ONE
from fuzz.sequences import acts, answers
from fuzz.sequences.kinds import id_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.addresses import Addresses
    from fuzz.case import Case
    from fuzz.sequences.created import Created
    from validator.contract import Contract, Operation
    from validator.exchange import Exchange

_MAKING: Final = re.compile(r"^(?P<collection>.*)/\{(?P<parameter>[^{}/]+)\}/(?P<what>[^{}/]+)$")
_LIST: Final = Breakage(fault=VALID, variant=acts.LIST, described="looks who has what is but one of")


def makes_it(operation: Operation) -> bool:
    """Whether the operation makes a thing what only one can be: `PUT /types/{id}/default`."""
    found = _MAKING.match(operation.path.rstrip("/"))
    return found is not None and operation.method != "GET" and OF_ONE.search(found["what"]) is not None


class Reign:
    """Sees who has it, before the first time that another gets it."""

    def __init__(
        self, contract: Contract, addresses: Addresses, created: Created, ask: Callable[[Case], Exchange]
    ) -> None:
        self._contract: Final = contract
        self._addresses: Final = addresses
        self._created: Final = created
        self._ask: Final = ask
        self._seen: Final[set[str]] = set()

    def foresee(self, operation: Operation) -> None:
        """Owe it to the one that has it, if the operation takes it from that."""
        if operation.id in self._seen or not makes_it(operation):
            return
        self._seen.add(operation.id)
        found = _MAKING.match(operation.path.rstrip("/"))
        path = "" if found is None else found["collection"]
        lists = [one for one in self._contract.operations if (one.method, one.path) == ("GET", path)]
        if found is None or not lists:
            return
        things = answers.things_in(answers.value_of(self._ask(self._addresses.case(lists[0], _LIST)))) or []
        names = id_names(found["collection"], found["parameter"])
        for thing in things:
            number = next((thing[name] for name in names if name in thing), None)
            if number is not None and any(value is True and OF_ONE.search(name) for name, value in thing.items()):
                path = ((found["parameter"], str(number)),)
                back = Breakage(fault=VALID, variant="putting back", described="makes it what it was", path=path)
                self._created.owe(self._addresses.case(operation, back))
                return
