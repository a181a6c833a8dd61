"""The family `unsupported-method`: a method that the path does not have.

OPTIONS and HEAD are left out: servers answer them everywhere, and may. A method that would change something, if it were
there after all, is aimed at an id that nothing has; PUT and DELETE are not tried on a whole collection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from fuzz.breakage import Breakage, Way
from fuzz.families.strange_path import strange_path
from fuzz.faults import UNSUPPORTED_METHOD

if TYPE_CHECKING:
    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation

INVENTED: Final = "FROB"
"""No standard knows this one. RFC 9110, section 9.1: for such a method, 501 is as good an answer as 405."""

_METHODS: Final = (INVENTED, "POST", "PUT", "PATCH", "DELETE", "GET", "TRACE")
_HARMLESS: Final = frozenset({INVENTED, "GET", "TRACE"})
_WHOLE: Final = frozenset({"PUT", "DELETE"})
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class UnsupportedMethod:
    """The family `unsupported-method`."""

    def ways(self, contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """One for each method that no path of this shape has; the first operation of a path stands for all."""
        if next(one for one in contract.operations if one.path == operation.path) != operation:
            return ()
        aimed = bool(strange_path(contract, operation)) and operation.path.endswith("}")
        return tuple(
            Way(kind=method, likely=True)
            for method in methods_lacking(contract, operation.path)
            if aimed or method not in _WHOLE
        )

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, _knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Requests with that method, or with any that the path does not have."""
        methods = [one.kind for one in (self.ways(contract, operation) if way is None else (way,))]
        return st.sampled_from(methods).map(lambda method: _broken(contract, operation, method))


def methods_lacking(contract: Contract, path: str) -> tuple[str, ...]:
    """Methods that no path has that an address of this one can be of."""
    known = {one.method for one in contract.operations if _may_be_the_same(one.path, path)}
    return tuple(method for method in _METHODS if method not in known)


def _broken(contract: Contract, operation: Operation, method: str) -> Breakage:
    has_body = method in _WITH_BODY
    return Breakage(
        fault=UNSUPPORTED_METHOD,
        variant=method,
        described=f"{method} where the path has no such method",
        method=method,
        path=() if method in _HARMLESS else strange_path(contract, operation),
        body=b"{}" if has_body else None,
        headers=(("Content-Type", "application/json" if has_body else None),),
    )


def _may_be_the_same(path: str, other: str) -> bool:
    """Whether one address can be of both paths: `/orders/{id}` and `/orders/export`."""
    ones, others = path.split("/"), other.split("/")
    return len(ones) == len(others) and all(
        one == two or "{" in one or "{" in two for one, two in zip(ones, others, strict=True)
    )
