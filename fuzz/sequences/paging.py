"""Paging: a list page after page, where a parameter says how many things to skip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fuzz.names import OFFSETS
from fuzz.sequences import answers
from fuzz.sequences.expectations import is_whole

if TYPE_CHECKING:
    from validator.contract import Contract, Operation
    from validator.exchange import Exchange

_MOST: Final = 4
"""So many pages of a list are looked at: enough for most sandboxes, and cheap enough for each list."""


class Pages:
    """The pages of one list that came so far."""

    def __init__(self, contract: Contract, operation: Operation, first: Exchange) -> None:
        self._contract: Final = contract
        self._operation: Final = operation
        self._pages: Final = [first]
        self._items: Final = answers.things_in(answers.value_of(first)) or []
        self.is_whole = is_whole(contract, operation, first)
        """Whether there is no other page, as far as can be told."""

    @property
    def all(self) -> Exchange:
        """What all pages show, as if one had shown it."""
        first = self._pages[0]
        return first if len(self._pages) == 1 else answers.showing(first, self._items)

    @property
    def following(self) -> tuple[tuple[str, str], ...]:
        """The query of the next page; none where there is none, or nobody knows how to ask for it."""
        named = [
            one.name for one in self._operation.parameters if one.location == "query" and one.name.lower() in OFFSETS
        ]
        is_there = answers.succeeded(self._pages[-1]) and self._items and not self.is_whole
        if not named or not is_there or len(self._pages) >= _MOST:
            return ()
        return ((named[0], str(len(self._items))),)

    def add(self, page: Exchange) -> None:
        """The next page came."""
        found = answers.things_in(answers.value_of(page)) if answers.succeeded(page) else None
        if found is None or any(one in self._items for one in found):  # it is no page of this list
            self._pages.extend([self._pages[-1]] * _MOST)
            return
        self.is_whole = not found or is_whole(self._contract, self._operation, page)
        self._items.extend(found)
        self._pages.append(page)
