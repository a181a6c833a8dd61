"""What an answer says of things: the id of the one that was made, the thing itself, the things of a list."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from fuzz.names import IS_ID
from validator.pointer import split, walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fuzz.sequences.kinds import Kind
    from validator.contract import Operation
    from validator.exchange import Exchange

_SUCCESS: Final = range(200, 300)
_REFUSALS: Final = range(400, 500)
_WRAPPINGS: Final = ("data", "items", "results", "result", "records", "content", "value", "values")
_HAL: Final = "_embedded"
"""Lists are in it, each by its own name (draft-kelly-json-hal, section 4.1.2)."""

_OF_PAGES: Final = ("meta", "pagination", "paging", "links", "page", "_links")
_STATE: Final = re.compile(
    r"activ|enabl|disabl|archiv|delet|cancel|clos|status|state|visib|hidden|remov", re.IGNORECASE
)
GONE: Final = frozenset({404, 410})
"""What says that there is nothing at an address (RFC 9110, sections 15.5.5 and 15.5.11)."""

_ROUND: Final = 5
"""Pages have round sizes: a list whose length is a multiple of this may have a next one."""


def value_of(exchange: Exchange) -> Any:
    """The JSON value of the answer; None where there is none."""
    try:
        return json.loads(exchange.response.body or b"null")
    except (ValueError, RecursionError):
        return None


def succeeded(exchange: Exchange) -> bool:
    """Whether the answer is a 2xx."""
    return exchange.response.status in _SUCCESS


def refused(exchange: Exchange) -> bool:
    """Whether the request was not taken, for a reason."""
    return exchange.response.status in _REFUSALS


def id_of(kind: Kind, exchange: Exchange, sent: Any, above: Sequence[str] = ()) -> str | None:
    """The id of the thing that was made: by the link, in the answer, in `Location`, or as it was sent.

    `above` are the ids in the path: an answer that shows what the thing is below is not taken for the thing.
    """
    answer = value_of(exchange)
    if kind.id_at is not None:
        try:
            return _text(walk(answer, split(kind.id_at)))
        except KeyError:
            return None
    names = [name for name in kind.id_names if name]
    thing = _unwrapped(answer, names)
    if thing is not None:
        for name in names:
            found = _text(thing.get(name))
            if found is not None and (name == kind.parameter or found not in above):
                return found
    for value in (sent, sent[0] if isinstance(sent, list) and sent else None):
        if isinstance(value, dict) and kind.parameter in value:
            return _text(value[kind.parameter])
    return located(kind, exchange)


def located(kind: Kind, exchange: Exchange) -> str | None:
    """The id that `Location` leads to, if it leads to a thing of the kind."""
    location = exchange.response.headers.get("location")
    if location is None or not kind.parameter:
        return None
    above, _, last = urlsplit(location).path.rstrip("/").rpartition("/")
    same = above.rpartition("/")[2] == kind.collection.rpartition("/")[2]
    return unquote(last) if same and last else None


def thing_in(kind: Kind, answer: Any, number: str) -> dict[str, Any] | None:
    """The thing of this id in an answer that is the thing, wraps it, or lists it."""
    names = kind.id_names
    thing = _unwrapped(answer, names)
    if thing is not None and has_id(kind, thing, number):
        return thing
    return next((one for one in things_in(answer) or () if has_id(kind, one, number)), None)


def only_thing(answer: Any) -> dict[str, Any] | None:
    """The thing in an answer that shows one, and not its id."""
    if isinstance(answer, dict):
        inner = [answer[name] for name in _WRAPPINGS if _is_object(answer, name)]
        return inner[0] if len(inner) == 1 else answer
    return None


def is_numbered(sent: Any, number: str) -> bool:
    """Whether the server gave the thing its id: a body that names it ties one that is there to another.

    A number that is none of an id may be the same by chance.
    """
    members = sent.items() if isinstance(sent, dict) else ()
    return number not in {_text(one) for name, one in members if isinstance(one, str) or IS_ID.search(name)}


def has_id(kind: Kind, thing: Mapping[str, Any], number: str) -> bool:
    """Whether the thing has this id; the first of the names that it has counts."""
    return next((_text(thing[name]) == number for name in kind.id_names if name in thing), False)


def tells_state(name: str) -> bool:
    """Whether a member of this name says what has become of a thing."""
    return _STATE.search(name) is not None


def things_in(answer: Any) -> list[dict[str, Any]] | None:
    """The things that a list shows; None where the answer is no list of things."""
    listed = _list_in(answer)
    if listed is None:
        wrapped = [answer[name] for name in (*_WRAPPINGS, _HAL) if _is_object(answer, name)]
        # What has an id is a thing, and its list is of something in it.
        about = [one for one in wrapped if not any(IS_ID.search(name) for name in one)]
        listed = _list_in(about[0]) if len(about) == len(wrapped) == 1 else None
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        return None
    return listed


def _list_in(answer: Any) -> Any:
    """The answer itself, or the one list in an object, or the one of a usual name."""
    if not isinstance(answer, dict):
        return answer
    named = [answer[name] for name in _WRAPPINGS if isinstance(answer.get(name), list)]
    lists = [value for value in answer.values() if isinstance(value, list)]
    return named[0] if named else lists[0] if len(lists) == 1 else None


def _is_object(answer: Any, name: str) -> bool:
    return isinstance(answer, dict) and isinstance(answer.get(name), dict)


def inside(kind: Kind, operation: Operation, exchange: Exchange) -> Exchange:
    """The answer, or what it shows of the kind's collection, as if that had been listed."""
    answer = value_of(exchange) if operation is kind.holder and succeeded(exchange) else None
    if not isinstance(answer, dict):
        return exchange
    holders = [one for one in (answer, *answer.values()) if isinstance(one, dict) and kind.inside in one]
    return showing(exchange, holders[0][kind.inside] if holders else None)


def showing(exchange: Exchange, value: Any) -> Exchange:
    """The answer, as if it showed this value."""
    return replace(exchange, response=replace(exchange.response, body=json.dumps(value).encode()))


def is_whole(exchange: Exchange, page: int | None) -> bool:
    """Whether a list has no other pages, as far as can be told; `page` is the size that the document speaks of."""
    answer = value_of(exchange)
    found = things_in(answer)
    if found is None or any("next" in value for value in exchange.response.headers.get_all("link")):
        return False
    if isinstance(answer, dict):
        told = {name.lower(): value for name, value in _flat(answer).items()}
        if any(told.get(name) for name in ("next", "next_page", "nextpage", "has_more", "hasmore", "next_cursor")):
            return False
        totals = [
            told[name] for name in ("total", "count", "total_count", "totalcount") if isinstance(told.get(name), int)
        ]
        if totals:
            return bool(max(totals) <= len(found))
    if page is not None:
        return len(found) < page
    return len(found) < _ROUND or len(found) % _ROUND != 0


def _flat(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an answer, and of what says something of its pages."""
    inner = [answer[name] for name in (*_OF_PAGES, *_WRAPPINGS) if _is_object(answer, name)]
    return {name: value for one in (answer, *inner) for name, value in one.items()}


def _unwrapped(answer: Any, names: Sequence[str]) -> dict[str, Any] | None:
    """The object that has one of the names: the answer, or the one object in it that does."""
    if not isinstance(answer, dict):
        return None
    if any(name in answer for name in names):
        return answer
    inner = [value for value in answer.values() if isinstance(value, dict) and any(name in value for name in names)]
    return inner[0] if len(inner) == 1 else None


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        return None
    return str(value)
