"""What several resources share: comments, tags, and a view that shows a record as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fuzz.sandbox.handlers import creating_below, listing_below, touch
from fuzz.sandbox.model import Operation, Reply
from fuzz.sandbox.problems import ALREADY_RELATED, NOT_FOUND, NOT_USABLE, Problem
from fuzz.sandbox.shapes import Member, shape

if TYPE_CHECKING:
    from fuzz.sandbox.model import Call, Resource
    from fuzz.sandbox.state import Record, State

COMMENT = shape(body="text!", show_at_related="boolean", is_visible_fulfilment="boolean")
TAGGING = shape(idtag=Member(kind="id", required=True, to="tags", unknown=NOT_USABLE))

_AUTHOR = {"iduser": 1, "username": "robin", "full_name": "Robin Example", "image_url": None}


def plain(_state: State, record: Record) -> dict[str, Any]:
    """The members of the record, no more."""
    return record.fields


def tag_map(state: State, record: Record) -> dict[str, Any]:
    """The tags of a record by title, as they stand inside its answer."""
    return {tag["title"]: tag for tag in _tags(state, record)}


def comment_operations(resource: Resource, path: str, number: str | None = None) -> tuple[Operation, ...]:
    """List and write comments below a record; `number` is its human number, which a comment shows as its source."""
    source_type = resource.id.removeprefix("id")

    def make(call: Call, record: Record) -> dict[str, Any]:
        now = call.state.now()
        return {
            "idcomment": call.state.next_id("comments"),
            "body": call.body.get("body", ""),
            "author_type": "user",
            "author": _AUTHOR,
            "mentions": [],
            "show_at_related": call.body.get("show_at_related", False),
            "source_type": source_type,
            "source": {name: record.fields[name] for name in (resource.id, number) if name},
            "created_at": now,
            "updated_at": now,
        }

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
