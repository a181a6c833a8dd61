"""What several resources share: comments, tags, addresses, references, and a view that shows a record as it is."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import creating_below, listing_below, touch
from fuzz.sandbox.model import Operation, Reply
from fuzz.sandbox.problems import ALREADY_RELATED, NOT_FOUND, NOT_USABLE, Problem
from fuzz.sandbox.shapes import Member, shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.sandbox.model import Call, Resource
    from fuzz.sandbox.state import Record, State

COMMENT = shape(body="text!", show_at_related="boolean", is_visible_fulfilment="boolean")
TAGGING = shape(idtag=Member(kind="reference", required=True, to="tags", unknown=NOT_USABLE))

ADDRESS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("contactname", "address", "address2", "zipcode", "city", "region"), "text"),
        "country": "country",
        **dict.fromkeys(("telephone", "emailaddress"), "text"),
    }
)
"""What an address may say besides the name, in a request."""

_SOURCES: Final = {"customer", "order", "picklist", "product", "purchaseorder", "receipt", "return", "supplier"}
_AUTHOR = {"iduser": 1, "username": "robin", "full_name": "Robin Example", "image_url": None}


def plain(_state: State, record: Record) -> dict[str, Any]:
    """The members of the record, no more."""
    return record.fields


def refers(collection: str, *, unknown: int = NOT_USABLE) -> Member:
    """An id of a record of this collection; marked as a kind is, `users!` or `users?`."""
    name = collection.rstrip("!?")
    return Member(kind="reference", required="!" in collection, nullable="?" in collection, to=name, unknown=unknown)


def full_address(fields: Mapping[str, Any], side: str = "") -> str:
    """An address in lines, out of the members whose names begin with `side`."""
    parts = (fields[side + part] for part in ("name", "contactname", "address", "zipcode", "city", "country"))
    return "\n".join(part for part in parts if part)


def tag_map(state: State, record: Record) -> dict[str, Any]:
    """The tags of a record by title, as they stand inside its answer."""
    return {tag["title"]: tag for tag in _tags(state, record)}


def make_comment(
    state: State, resource: Resource, number: str | None, record: Record, body: Mapping[str, Any]
) -> dict[str, Any]:
    """A comment on a record; `number` is its human number, which the comment shows as its source."""
    moment, source_type = state.now(), resource.id.removeprefix("id")
    return {
        "idcomment": state.next_id("comments"),
        "body": body.get("body", ""),
        "author_type": "user",
        "author": _AUTHOR,
        "mentions": [],
        "show_at_related": body.get("show_at_related", False),
        # For batches, no type of source is known.
        **({"source_type": source_type} if source_type in _SOURCES else {}),
        "source": {name: record.fields[name] for name in (resource.id, number) if name},
        "created_at": moment,
        "updated_at": moment,
    }


def comment_operations(resource: Resource, path: str, number: str | None = None) -> tuple[Operation, ...]:
    """List and write comments below a record; `number` as above."""

    def make(call: Call, record: Record) -> dict[str, Any]:
        return make_comment(call.state, resource, number, record, call.body)

    return (
        Operation(method="GET", path=f"{path}/comments", run=listing_below(resource, "comments")),
        Operation(
            method="POST", path=f"{path}/comments", run=creating_below(resource, "comments", make), shape=COMMENT
        ),
    )


def tag_operations(resource: Resource, path: str) -> tuple[Operation, ...]:
    """List, add and take away the tags of a record."""

    def listing(call: Call) -> Reply:
        return Reply(value=_tags(call.state, call.record(resource)))

    def adding(call: Call) -> Reply:
        record, number = call.record(resource), int(call.body.get("idtag", 1))
        if number in record.tags:
            raise Problem(ALREADY_RELATED)
        record.tags.append(number)
        touch(call.state, record)
        return Reply(value=_tags(call.state, record))

    def removing(call: Call) -> Reply:
        record, number = call.record(resource), call.ids["idtag"]
        if number not in record.tags:
            raise Problem(NOT_FOUND)
        record.tags.remove(number)
        return Reply(status=204, content_type=None)

    return (
        Operation(method="GET", path=f"{path}/tags", run=listing),
        Operation(method="POST", path=f"{path}/tags", run=adding, shape=TAGGING),
        Operation(method="DELETE", path=f"{path}/tags/<idtag>", run=removing),
    )


def _tags(state: State, record: Record) -> list[dict[str, Any]]:
    found = (state.find("tags", number) for number in record.tags)
    return [tag.fields for tag in found if tag is not None]
