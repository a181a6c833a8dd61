"""What is longer than Hypothesis draws: a long text, list or object is made of a short one, or of a few parts.

Hypothesis gives a value some thousand bytes of choices, and spends most of its time on them: of five hundred items it
draws none at all. How long a value is, is rarely what a server reads wrongly; what is in it is as varied as elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

MANY: Final = 20
"""More items or members than these are not drawn one by one."""

LONGEST: Final = 1_000_000
MOST: Final = 10_000
"""A text that has to be longer, or a list or an object that has to hold more, is not made: servers refuse its size."""

_FEW: Final = 3
"""Parts that are drawn, and then repeated."""

_DIGITS: Final = "0123456789"
_LETTERS: Final = "abcdefghij"


def long_texts(short: st.SearchStrategy[str], shortest: int, longest: int | None) -> st.SearchStrategy[str]:
    """Short texts repeated until they are long enough."""
    return st.nothing() if shortest > LONGEST else short.map(lambda text: _repeated(text or "a", shortest, longest))


@st.composite
def stretched(draw: st.DrawFn, short: st.SearchStrategy[str], shortest: int, longest: int | None) -> str:
    """Texts of some form, those that are too short with the whole of them repeated, or one of their characters.

    Whether the form stands that depends on where it has room: they are to be checked.
    """
    text = draw(short)
    if not text or len(text) >= shortest:
        return text
    at = draw(st.integers(-1, len(text) - 1))
    if at < 0:
        return _repeated(text, shortest, longest)
    return text[:at] + text[at] * (shortest - len(text) + 1) + text[at + 1 :]


def _repeated(text: str, shortest: int, longest: int | None) -> str:
    """As often as it takes, and whole if there is room."""
    return (text * -(-shortest // len(text)))[:longest] if len(text) < shortest else text


def long_lists(items: st.SearchStrategy[Any], least: int, most: int, *, unique: bool) -> st.SearchStrategy[list[Any]]:
    """Lists of a few items, over and over; if no two may be equal, of variations of one, which are to be checked."""
    if least > MOST or items.is_empty:
        return st.nothing()
    lengths = st.integers(least, most)
    if unique:
        return st.builds(_variations, items, lengths, st.integers(0, MANY))
    few = st.lists(items, min_size=1, max_size=_FEW)
    return st.builds(lambda parts, length: [parts[index % len(parts)] for index in range(length)], few, lengths)


def many_names(names: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Different names for so many members; to be checked, where not all names may be there."""
    if least > MOST:
        return st.nothing()
    return st.builds(_variations, names, st.integers(least, most), st.integers(0, 1))


def few_of_each(draw: st.DrawFn) -> Callable[[st.SearchStrategy[Any]], Any]:
    """Draws values of strategies; of each a few, which then come again in turn."""
    pools: dict[st.SearchStrategy[Any], list[Any]] = {}

    def one_of(strategy: st.SearchStrategy[Any]) -> Any:
        pool = pools.setdefault(strategy, [])
        pool.append(draw(strategy) if len(pool) < _FEW else pool[-_FEW])
        return pool[-1]

    return one_of


def _variations(value: Any, count: int, way: int) -> list[Any]:
    """So many values like this one, no two of them equal; if nothing in it can be varied, they are."""
    width = len(str(count))
    return [_varied(value, number, width, way) for number in range(count)]


def _varied(value: Any, number: int, width: int, way: int) -> Any:
    if isinstance(value, str):
        digits = f"{number:0{width}}"
        if not any(one in _DIGITS for one in value):
            digits = digits.translate(str.maketrans(_DIGITS, _LETTERS.upper() if value.isupper() else _LETTERS))
        # Behind it, or over its end, where the form has no room.
        return value[:-width] + digits if way % 2 and len(value) >= width else value + digits
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + number
    if isinstance(value, dict):
        names = [name for name, part in value.items() if part is not None and not isinstance(part, bool)]
        if names:
            name = names[way // 2 % len(names)]
            return {**value, name: _varied(value[name], number, width, way)}
    if isinstance(value, list) and value:
        return [_varied(value[0], number, width, way), *value[1:]]
    return value
