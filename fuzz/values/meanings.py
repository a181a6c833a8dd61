"""Values that their schema takes and that are wrong all the same: days that no calendar has, countries that are none.

Only where the document itself promises an answer to an invalid value at that very place: there it says that a value
can be wrong beyond its schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.countries import names_countries
from fuzz.faults import INVALID_VALUE
from fuzz.values.kind import Kind
from validator.contract.promises import EXTENSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fuzz.readings import Pointers
    from fuzz.values.kind import Asked

_SOUND: Final = "2026-02-28"
_IMPOSSIBLE: Final = ("2026-02-31", "2026-02-30", "2025-02-29", "2026-04-31")
_WRITTEN: Final = (
    "{0}",
    *("{0} 10:00:00", "{0} 10:00", "{0}T10:00:00", "{0}T10:00:00Z", "{0}T10:00:00+00:00", "{0}T10:00:00.000Z"),
    *("{2}-{1}-{0[0]}{0[1]}{0[2]}{0[3]}", "{2}/{1}/{0[0]}{0[1]}{0[2]}{0[3]}"),
    *("{0[0]}{0[1]}{0[2]}{0[3]}{1}{2}", "{0[0]}{0[1]}{0[2]}{0[3]}/{1}/{2}"),
)
"""Ways to write a date, or a moment: `{0}` is the whole date, and its first four characters the year; month, day."""

_UNASSIGNED: Final = ("XX", "ZZ", "AA", "QQ", "XXX", "ZZZ")
"""User-assigned in ISO 3166-1: no country has them, nor ever will."""

_LOWER_CASE: Final = ("nl", "de", "nld", "deu")

_NO_DATES: Final = ("abc", "2026", "aaaaaaaaaa")
_NO_CODES: Final = ("abcd", "ABCD", "Netherlands")
"""Where one of these may stand, so may the name of a country."""


def wrong_meanings(asked: Asked, own: Pointers) -> Iterator[Kind]:
    """The kinds for a place with these schemas."""
    applied = asked.readings.applied(own)
    if not any(INVALID_VALUE in (asked.readings.words(one).get(EXTENSION) or ()) for one in applied):
        return

    def allowed(text: str) -> bool:
        return all(asked.allows(pointer, text) for pointer in own)

    dates = [date for form in _forms(allowed) for date in (_dated(form, one) for one in _IMPOSSIBLE) if allowed(date)]
    if dates:
        yield Kind(name="impossible-date", make=lambda _: dates, meant=True, fixed=True)
    schemas = [asked.readings.words(pointer) for pointer in applied]
    words = {word for own_words in schemas for word in own_words}
    if words & {"enum", "const"} or not names_countries(schemas) or any(map(allowed, _NO_CODES)):
        return
    countries = [text for text in _UNASSIGNED if allowed(text)]
    if countries:
        yield Kind(name="unassigned-country", make=lambda _: countries, meant=True, fixed=True)
    # A pattern says itself whether lower case will do.
    lower = [text for text in _LOWER_CASE if "pattern" not in words and allowed(text)]
    if lower:
        yield Kind(name="lower-case-country", make=lambda _: lower, meant=True, fixed=True)


def _forms(allowed: Callable[[str], bool]) -> list[str]:
    """The ways in which the schema takes a date, if it does not take about any text."""
    if any(map(allowed, _NO_DATES)):
        return []
    return [form for form in _WRITTEN if allowed(_dated(form, _SOUND))]


def _dated(form: str, date: str) -> str:
    return form.format(date, date[5:7], date[8:])
