"""Telling values: texts and numbers that can be told apart when they come back, within what a schema allows.

A text that no two bodies share shows whether it was kept, mixed up or lost. What switches a thing off, or moves it on
in its life, is left as it is.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from fuzz.names import IS_ID, OF_LIFE, OF_ONE
from fuzz.readings import readings_of
from fuzz.samples import values_by_name
from fuzz.sequences.answers import is_numbered
from fuzz.sequences.comparing import same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.readings import Pointers
    from validator.contract import Contract

USUAL_LENGTH: Final = 16
"""Characters of a text: enough to see where it is cut off, and not more than most places hold."""

LONG_LENGTH: Final = 40
"""The same where people write sentences."""

_TURNS: Final = 7
"""A number comes again in the so manieth body at the soonest: what was not stored is not hidden by the next change."""

_PLAIN: Final = 4
"""Each so manieth body is plain: some servers take no odd texts at all."""

_ODD: Final = "\u00e9\U0001f600&'\"\\"
"""How each second text begins: what is not ASCII, beyond 16 bits, or another thing in HTML, SQL or JSON, comes back."""

_FRACTION: Final = 0.5
"""So much is put to each second number that has not to be whole: it must not come back without it."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_ON: Final = re.compile(r"^(is_?)?(active|enabled|visible|public|published)", re.IGNORECASE)
_OF_KIND: Final = re.compile(r"type|kind|class|role|event|method|mode", re.IGNORECASE)
_OF_WORDS: Final = re.compile(
    r"title|remark|note|comment|descri|text|message|subject|reason|body|content", re.IGNORECASE
)
_MARK: Final = re.compile(r"pq[0-9a-z]+x[0-9]+")
_EMAIL: Final = re.compile(r"e[-_]?mail", re.IGNORECASE)
_LISTED: Final = frozenset({"enum", "const"})
RULED: Final = frozenset({"pattern", "format", "enum", "const"})
"""Words of a schema by which a text is more than a text."""


class Telling:
    """Makes values; the same seed, in the same order, makes the same."""

    def __init__(self, contract: Contract, seed: int) -> None:
        self._contract: Final = contract
        self._mark: Final = _base36(seed)
        self._counter: Final = count(1)
        self._turns: Final = count(1)

    def told(self, value: Any, pointers: Pointers, before: Any) -> Any:
        """The value of a body, or one that can be told apart; `before` is what it was like."""
        return self._told(value, pointers, before, next(self._turns))

    def renewed(self, body: bytes) -> bytes:
        """The same body, whatever is wrong with it, with new texts in place of those that tell it from others."""
        new: dict[bytes, bytes] = {}

        def another(found: re.Match[bytes]) -> bytes:
            old = found[0]
            if old not in new:
                new[old] = self._mark_of(next(self._counter)).rjust(len(old), "q").encode()[-len(old) :]
            return new[old]

        return re.sub(rb"q*pq%bx[0-9]+" % self._mark.encode(), another, body)

    def is_telling(self, body: Any) -> bool:
        """Whether the body has a text that no other body has."""
        return self._mark_of(0)[:-1] in str(body)

    def _told(self, value: Any, pointers: Pointers, before: Any, turn: int, name: str = "") -> Any:
        """The value, or one that can be told apart; `turn` is the number of the body that it is for."""
        known = readings_of(self._contract)
        readings = known.readings(pointers)
        was = before if isinstance(before, dict) else {}
        if isinstance(value, dict):
            reading = next((one for one in readings if set(value) <= set(known.names(one))), readings[0])
            members = {key: (part, known.member(reading, key)) for key, part in value.items()}
            return {key: self._told(part, own, was.get(key), turn, key) for key, (part, own) in members.items()}
        if isinstance(value, list):
            return [self._told(part, known.item(readings[0], index), None, turn) for index, part in enumerate(value)]
        words = [known.words(pointer) for reading in readings for pointer in reading]
        if IS_ID.search(name):
            return value
        if any(_LISTED & one.keys() for one in words):
            return self._listed(value, words, before, turn, name)
        if any(RULED & one.keys() for one in words):
            return self._usual(value, pointers, before, turn, name)
        if isinstance(value, bool):
            if OF_LIFE.search(name) or OF_ONE.search(name):
                return before if isinstance(before, bool) else _ON.search(name) is not None
            return not before if isinstance(before, bool) else True
        if isinstance(value, str):
            usual = LONG_LENGTH if _OF_WORDS.search(name) else USUAL_LENGTH
            longest = min([int(one["maxLength"]) for one in words if "maxLength" in one], default=40)
            shortest = max([int(one.get("minLength", 0)) for one in words], default=0)
            if _EMAIL.search(name) and longest >= LONG_LENGTH:
                return f"{self._mark_of(next(self._counter))}@example.com"
            return self._text(max(shortest, usual), longest, turn)
        if isinstance(value, int | float):
            return self._number(value, words, before, turn)
        return value

    def _listed(self, value: Any, words: list[Mapping[str, Any]], before: Any, turn: int, name: str) -> Any:
        """Another one of the listed values each time, where it is not what makes the thing another kind of thing.

        Where a thing is in its life, it stays: what is completed can often not be deleted any more.
        """
        listed = next((one["enum"] for one in words if "enum" in one), ())
        if OF_LIFE.search(name) and before in listed:
            return before
        good = [one for one in listed if one is not None and one != before]
        return value if _OF_KIND.search(name) or OF_LIFE.search(name) or not good else good[turn % len(good)]

    def _usual(self, value: Any, pointers: Pointers, before: Any, turn: int, name: str) -> Any:
        """A value under more rules than a schema tells (a country has to exist): one of the document's examples."""
        listed = values_by_name(self._contract).get(name, ())
        good = [
            one
            for one in listed
            if not same(one, before)
            and all(self._contract.validator(pointer, writing=True).is_valid(one) for pointer in pointers)
        ]
        return good[turn % len(good)] if good else value

    def _text(self, shortest: int, longest: int, turn: int) -> str:
        number = next(self._counter)
        # What is odd in one body is plain in the next: so who loses the one is told apart from who loses all.
        begin = _ODD if turn % _PLAIN and (turn + number) % 2 else ""
        return f"{begin}{self._mark_of(number).rjust(shortest - len(begin), 'q')}"[-longest:]

    def _mark_of(self, number: int) -> str:
        return f"pq{self._mark}x{number}"

    @staticmethod
    def _number(value: float, words: list[Mapping[str, Any]], before: Any, turn: int) -> float:
        """A small number, on its step, that is not the one from before, nor likely to be the one before that."""
        step = max([one["multipleOf"] for one in words if "multipleOf" in one] or [1])
        lows = [one["minimum"] for one in words if "minimum" in one]
        lows += [one["exclusiveMinimum"] + 1 for one in words if isinstance(one.get("exclusiveMinimum"), int | float)]
        highs = [one["maximum"] for one in words if "maximum" in one]
        start = max([2, *lows])
        if step != 1 and lows:
            return value
        made: float = start * step if step != 1 else start
        made += step * (turn % _TURNS)
        while isinstance(before, int | float) and not isinstance(before, bool) and same(made, before):
            made += 3 * step
        if turn % 2 and step == 1 and all("integer" not in str(one.get("type")) for one in words):
            made += _FRACTION
        return made if all(made <= high for high in highs) else value


def telling_texts(sent: Any, number: str) -> dict[str, str]:
    """The texts of a body that no other thing has; none where the body says itself which thing is meant.

    How long a text is says nothing: a date that the document gives as an example is that of many a thing.
    """
    if not isinstance(sent, dict) or not is_numbered(sent, number):
        return {}
    return {name: value for name, value in sent.items() if isinstance(value, str) and _MARK.search(value)}


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text or "0"
