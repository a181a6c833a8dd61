"""Numbers that a schema allows: in its range, on its step, small and round first."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_USUAL: Final = 1000
_EXACT: Final = 2**53
"""Up to here every JSON parser has the same integer (RFC 8259, section 6)."""

_MACHINE: Final = 2**63


def integers(schemas: Iterable[Mapping[str, Any]]) -> st.SearchStrategy[int | float]:
    """Integers for all these schemas."""
    schemas = list(schemas)
    step = math.lcm(1, *(_step(words).numerator for words in schemas))
    low, high = _bounds(schemas)
    return _multiples(Fraction(step), low, high).map(plain)


def numbers(schemas: Iterable[Mapping[str, Any]]) -> st.SearchStrategy[int | float]:
    """Numbers for all these schemas: whole ones, and ones with two decimals, as prices have."""
    schemas = list(schemas)
    low, high = _bounds(schemas)
    steps = [_step(words) for words in schemas if "multipleOf" in words]
    whole = integers(schemas)
    if not steps:
        return st.one_of(whole, _multiples(Fraction(1, 100), low, high).map(float))
    # The least common multiple of fractions: of the numerators, over the greatest common divisor of the denominators.
    step = Fraction(math.lcm(*(one.numerator for one in steps)), math.gcd(*(one.denominator for one in steps)))
    return st.one_of(whole, _multiples(step, low, high).map(plain))


def _step(words: Mapping[str, Any]) -> Fraction:
    return Fraction(str(words.get("multipleOf", 1)))


def plain(value: Fraction) -> int | float:
    """The number as it can be written: a whole one of more than 64 bits is a double, which is whole to JSON, too."""
    return value.numerator if value.denominator == 1 and -_MACHINE <= value < _MACHINE else float(value)


def _bounds(schemas: list[Mapping[str, Any]]) -> tuple[_Bound | None, _Bound | None]:
    """The highest lower bound and the lowest upper one, each with whether it is excluded."""
    lows = [(Fraction(str(words["minimum"])), False) for words in schemas if "minimum" in words]
    lows += [(Fraction(str(words["exclusiveMinimum"])), True) for words in schemas if "exclusiveMinimum" in words]
    highs = [(Fraction(str(words["maximum"])), False) for words in schemas if "maximum" in words]
    highs += [(Fraction(str(words["exclusiveMaximum"])), True) for words in schemas if "exclusiveMaximum" in words]
    return max(lows, default=None), min(highs, key=lambda bound: (bound[0], not bound[1]), default=None)


_Bound = tuple[Fraction, bool]


def _multiples(step: Fraction, low: _Bound | None, high: _Bound | None) -> st.SearchStrategy[Fraction]:
    """Multiples of the step between the bounds, most of them near to zero or to the bound nearest to it."""
    least = None if low is None else _first(low, step)
    most = None if high is None else -_first((-high[0], high[1]), step)
    if least is not None and most is not None and least > most:
        return st.nothing()
    usual = _integers_near(least, most, max(1, int(_USUAL / step)))
    wide = _integers_near(least, most, max(1, int(_EXACT / step)))
    several = st.one_of(usual, usual, usual, wide)
    if least is None and (most is None or most >= 1):
        # Where nothing is said, 1 is taken nearly everywhere, and 0 is no amount to many a server.
        several = st.one_of(st.just(1), several)
    return several.map(lambda count: count * step)


def _first(low: _Bound, step: Fraction) -> int:
    """The least count of steps that is not below the bound."""
    count = math.ceil(low[0] / step)
    return count + 1 if low[1] and count * step == low[0] else count


def _integers_near(least: int | None, most: int | None, reach: int) -> st.SearchStrategy[int]:
    if least is None:
        least = -reach if most is None else min(-reach, most - reach)
    if most is None:
        most = max(reach, least + reach)
    middle = min(max(0, least), most)
    return st.integers(max(least, middle - reach), min(most, middle + reach))
