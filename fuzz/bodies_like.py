"""Bodies to be broken in one place: what the server took, or what is drawn and has nothing unusual in it.

A fault shows where nothing else is wrong. Of a body that is only drawn from its schema a server may refuse more than
the contract tells (an amount below 0, a profile that is not there), and that hides what it makes of the fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from fuzz.building import EACH, NO_DEMAND, below, heads
from fuzz.removals import bare
from fuzz.request_body import allows
from fuzz.strategies import bodies_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.building import Demand
    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation

_LARGEST: Final = 1000
"""No number beyond it is usual: an amount, a price, a weight."""

_WAYS: Final = ("drawn", "bare", *["whole"] * 10)
"""What a body is made of: mostly of all that was taken. Where that fails, a smaller one is told, if it fails, too."""


def bodies_like(
    contract: Contract, operation: Operation, knowledge: Knowledge, demand: Demand = NO_DEMAND
) -> st.SearchStrategy[Any]:
    """Sound bodies that meet a demand: like what the server took, if that is known, and with what they need beside."""
    is_valid = allows(contract, operation)
    drawn = bodies_with(contract, operation, demand).map(lambda body: knowledge.settle(usual(body, is_valid)))
    if knowledge.taken is None:
        return drawn
    return _grafted(contract, operation, knowledge.taken, drawn, demand)


@st.composite
def _grafted(
    draw: st.DrawFn, contract: Contract, operation: Operation, taken: Any, drawn: st.SearchStrategy[Any], demand: Demand
) -> Any:
    is_valid, way = allows(contract, operation), draw(st.sampled_from(_WAYS))
    donor = draw(drawn)
    if way == "drawn":
        return donor
    body = grafted(taken, donor, demand)
    if not is_valid(body):
        return donor
    return bare(body, demand, is_valid) if way == "bare" else body


def usual(body: Any, is_valid: Callable[[Any], bool]) -> Any:
    """The body with values in it that hardly anybody refuses: no blank text, no number that is huge or below 1.

    A schema allows them, and a server that does not, and says so, is not seen to miss the fault beside them.
    """
    tame = _usual(body)
    if is_valid(tame) or not isinstance(body, dict):
        return tame if is_valid(tame) else body
    for name, value in tame.items():
        one = {**body, name: value}
        body = one if is_valid(one) else body
    return body


def _usual(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _usual(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_usual(part) for part in value]
    if isinstance(value, str):
        return value if value.strip() else "a"
    if isinstance(value, bool) or not isinstance(value, int | float) or 1 <= value <= _LARGEST:
        return value
    return round(abs(value) % _LARGEST, 2) or 1


def grafted(taken: Any, donor: Any, demand: Demand) -> Any:
    """What was taken, with what a demand asks for from the donor, where it lacks that."""
    names = heads(demand)
    if taken is None or type(taken) is not type(donor):
        return donor if names else taken
    if isinstance(taken, dict):
        wanted = {name: below(demand, name) for name in sorted(names) if name != EACH and name in donor}
        if EACH in names:
            wanted = {name: below(demand, EACH) | wanted.get(name, NO_DEMAND) for name in taken or donor} | wanted
        for name, own in wanted.items():
            if taken.get(name) is None:
                taken = {**taken, name: donor.get(name)}
            elif name in donor:
                taken = {**taken, name: grafted(taken[name], donor[name], own)}
        return taken
    if isinstance(taken, list) and EACH in names:
        return [grafted(item, donor[0], below(demand, EACH)) for item in taken] if taken and donor else donor
    return taken
