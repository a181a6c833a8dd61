"""Numbers outside of the bounds that a schema sets, and off its steps."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from fuzz.numbers import plain
from fuzz.values.kind import Asked, Kind, fixed
from fuzz.written import Written

if TYPE_CHECKING:
    from collections.abc import Iterator

_HUGE: Final = (2**31, 2**32, 2**53 + 1, 2**63, 1e12, 1e308)
_BEYOND: Final = (
    Written("1e400", 1e308),
    Written("18446744073709551616", 1.8446744073709552e19),
    Written("9" * 400, 1e308),
)
"""Numbers in the grammar of JSON that no double, or no integer of 64 bits, holds."""


def below(asked: Asked) -> Iterator[Kind]:
    """For `minimum` and `exclusiveMinimum`."""
    bound = asked.words.get("minimum", asked.words.get("exclusiveMinimum"))
    yield fixed("below", *_beside(bound, -1))
    yield fixed("negative", -1, -12, -0.5)
    yield fixed("far-below", -(2**31) - 1, -(2**63), *(-huge for huge in _HUGE))
    yield fixed(
        "no-machine-number", Written("-1e400", -1e308), Written("-18446744073709551616", -1.8446744073709552e19)
    )


def above(asked: Asked) -> Iterator[Kind]:
    """For `maximum` and `exclusiveMaximum`."""
    bound = asked.words.get("maximum", asked.words.get("exclusiveMaximum"))
    yield fixed("above", *_beside(bound, 1))
    yield fixed("far-above", *_HUGE)
    yield fixed("no-machine-number", *_BEYOND)


def off_step(asked: Asked) -> Iterator[Kind]:
    """For `multipleOf`."""
    step = Fraction(str(asked.words["multipleOf"]))

    def make(value: Any) -> list[Any]:
        base = Fraction(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else Fraction(0)
        shifts = (step / 2, Fraction(1), step / 3, step / 10, -step / 2)
        return [plain(base + shift) for shift in shifts]

    yield Kind(name="off-step", make=make)


def _beside(bound: Any, way: int) -> list[Any]:
    """Just outside of a bound, and the bound itself, in case it is excluded."""
    exact = Fraction(str(bound))
    whole = exact.numerator // exact.denominator
    near = [Fraction(whole + way), exact + Fraction(way, 100), exact, exact + way]
    return [plain(one) for one in near]
