"""A list that comes in pages is looked through page after page, as far as that is worth it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from fuzz.sequences.answers import things_in, value_of
from fuzz.sequences.paging import Pages
from validator.contract import Contract
from validator.exchange import Exchange, Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterable

PICQER = Contract.load()
LIST, UNPAGED = PICQER.operation("listTags"), PICQER.operation("listWebhooks")


def page(ids: Iterable[int], status: int = 200) -> Exchange:
    body = orjson.dumps([{"idtag": number} for number in ids])
    request = Request(method="GET", url="https://example.picqer.com/api/v1/tags")
    return Exchange(request=request, response=Response(status=status, body=body))


def shown(pages: Pages) -> list[Any]:
    return [one["idtag"] for one in things_in(value_of(pages.all)) or ()]


def test_pages_follow_until_one_is_not_full() -> None:
    pages = Pages(PICQER, LIST, page(range(100)))
    assert (pages.following, pages.is_whole) == ((("offset", "100"),), False)
    pages.add(page(range(100, 130)))
    assert (pages.following, pages.is_whole) == ((), True)
    assert shown(pages) == list(range(130))


def test_an_empty_page_is_the_end() -> None:
    pages = Pages(PICQER, LIST, page(range(100)))
    pages.add(page(()))
    assert (pages.following, pages.is_whole, len(shown(pages))) == ((), True, 100)


def test_a_list_that_is_not_full_has_no_other_page() -> None:
    for count in (0, 1, 50, 99):
        pages = Pages(PICQER, LIST, page(range(count)))
        assert (pages.following, pages.is_whole) == ((), True)


def test_where_the_same_comes_again_or_an_error_it_is_not_known_what_else_there_is() -> None:
    for odd in (page(range(100)), page((), status=500)):
        pages = Pages(PICQER, LIST, page(range(100)))
        pages.add(odd)
        assert (pages.following, pages.is_whole, len(shown(pages))) == ((), False, 100)


def test_nobody_asks_for_pages_without_end_or_without_a_word_for_it() -> None:
    pages, start = Pages(PICQER, LIST, page(range(100))), 100
    while pages.following:
        pages.add(page(range(start, start + 100)))
        start += 100
    assert (start, pages.is_whole) == (400, False)
    assert Pages(PICQER, UNPAGED, page(range(100))).following == ()
