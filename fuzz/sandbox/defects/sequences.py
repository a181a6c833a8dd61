"""Defects that take several requests: what was created, changed or deleted is not so when it is looked at again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fuzz.sandbox.defects.defect import SEQUENCE, Defect
from fuzz.sandbox.defects.replies import by, crash, every, on, succeeded
from fuzz.sandbox.model import Reply
from fuzz.sandbox.seams import Seams

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.defects.replies import When
    from fuzz.sandbox.model import Asked
    from fuzz.sandbox.seams import Proceed
    from fuzz.sandbox.state import Snapshot, State

    Serve = Callable[[Asked, State, Proceed], Reply]

_LOST: Final = ("lost-write",)
_STILL_THERE: Final = ("still-there",)
_FAILURE: Final = ("server-failure",)
_ELSEWHERE: Final = 1000
_LONG_TITLE: Final = 8


def _defect(name: str, summary: str, rules: tuple[str, ...], make: Callable[[], Serve]) -> Defect:
    """`make` is called for each sandbox: what it remembers, one sandbox remembers."""

    def sew() -> Seams:
        serve = make()

        def serve_alone(asked: Asked, state: State, proceed: Proceed) -> Reply:
            with state.lock:
                return serve(asked, state, proceed)

        return Seams(serve=serve_alone)

    return Defect(name=name, summary=summary, fault=SEQUENCE, rules=rules, difficulty=4, sew=sew)


def _undoes(name: str, summary: str, rules: tuple[str, ...], *conditions: When) -> Defect:
    """What succeeded under these conditions is answered, and not done."""
    when = every(succeeded, *conditions)

    def serve(asked: Asked, state: State, proceed: Proceed) -> Reply:
        before = state.snapshot()
        reply = proceed(asked)
        if when(asked, reply):
            state.restore(before)
        return reply

    return _defect(name, summary, rules, lambda: serve)


def _keeps(name: str, summary: str, operation: str, collection: str, member: str, *, reset: bool = False) -> Defect:
    """One member of a changed record keeps its value; with `reset`, it is lost where the change does not name it."""

    def serve(asked: Asked, state: State, proceed: Proceed) -> Reply:
        number = int(next(iter(asked.path.values()), "0")) if asked.name == operation and _is_number(asked) else 0
        record = state.find(collection, number)
        old = None if record is None else record.fields[member]
        reply = proceed(asked)
        if record is not None and succeeded(asked, reply):
            named = f'"{member}"'.encode() in (asked.raw or b"")
            if named != reset:
                record.fields = record.fields | {member: None if reset else old}
        return reply

    return _defect(name, summary, _LOST, lambda: serve)


def _is_number(asked: Asked) -> bool:
    return all(text.isascii() and text.isdigit() for text in asked.path.values())


def _crashes_again(name: str, summary: str, first: When, again: When, key: Callable[[Asked], object]) -> Defect:
    """What was done once, with success, makes the sandbox fail the next time; `key` tells what is the same thing."""

    def make() -> Serve:
        done: set[object] = set()

        def serve(asked: Asked, _state: State, proceed: Proceed) -> Reply:
            if key(asked) in done and again(asked, Reply()):
                return crash()
            reply = proceed(asked)
            if first(asked, reply) and succeeded(asked, reply):
                done.add(key(asked))
            return reply

        return serve

    return _defect(name, summary, _FAILURE, make)


def _address(asked: Asked) -> object:
    return asked.address


def _address_and_body(asked: Asked) -> object:
    return asked.address, asked.raw


def _hiding_created() -> Serve:
    created: set[tuple[str, object]] = set()

    def serve(asked: Asked, _state: State, proceed: Proceed) -> Reply:
        reply = proceed(asked)
        if asked.method == "POST" and _is_created(asked, reply):
            created.add((asked.address, next(iter(reply.value.values()))))
        if asked.method == "GET" and isinstance(reply.value, list):
            kept = [row for row in reply.value if (asked.address, next(iter(row.values()))) not in created]
            return replace(reply, value=kept)
        return reply

    return serve


def _renumbering(asked: Asked, _state: State, proceed: Proceed) -> Reply:
    reply = proceed(asked)
    if not _is_created(asked, reply):
        return reply
    name, number = next(iter(reply.value.items()))
    return replace(reply, value=reply.value | {name: number + _ELSEWHERE}) if isinstance(number, int) else reply


def _cutting_titles(asked: Asked, state: State, proceed: Proceed) -> Reply:
    reply = proceed(asked)
    if asked.name == "POST /tags" and _is_created(asked, reply):
        tag = state.get("tags", reply.value["idtag"])
        tag.fields = tag.fields | {"title": tag.fields["title"][:_LONG_TITLE]}
    return reply


def _showing_old_once() -> Serve:
    before_change: dict[str, Snapshot] = {}

    def serve(asked: Asked, state: State, proceed: Proceed) -> Reply:
        now = state.snapshot()
        if asked.method == "GET" and asked.address in before_change:
            state.restore(before_change.pop(asked.address))
            reply = proceed(asked)
            state.restore(now)
            return reply
        reply = proceed(asked)
        if asked.method == "PUT" and succeeded(asked, reply):
            before_change[asked.address] = now
        return reply

    return serve


def _blind_to_owner(name: str, summary: str, *operations: str) -> Defect:
    """An item is found by its own id, whatever record the path says it is below; in these operations, or in all."""

    def serve(asked: Asked, state: State, proceed: Proceed) -> Reply:
        ids = [*asked.path.items()]
        if len(ids) != 2 or not _is_number(asked) or (operations and asked.name not in operations):  # noqa: PLR2004
            return proceed(asked)
        (owner, _), (own, number) = ids
        for record, item in state.everywhere(asked.address.split("/")[-2]):
            if item.get(own) == int(number) and owner in record.fields:
                return proceed(replace(asked, path=dict(asked.path) | {owner: str(record.fields[owner])}))
        return proceed(asked)

    return _defect(name, summary, ("fault-accepted",), lambda: serve)


def _making_two(asked: Asked, _state: State, proceed: Proceed) -> Reply:
    reply = proceed(asked)
    if asked.name == "POST /tags" and _is_created(asked, reply):
        proceed(asked)
    return reply


def _taking_the_next(asked: Asked, state: State, proceed: Proceed) -> Reply:
    reply = proceed(asked)
    if asked.name == "DELETE /tags/<idtag>" and succeeded(asked, reply):
        following = int(asked.path["idtag"]) + 1
        if state.find("tags", following) is not None:
            state.remove("tags", following)
    return reply


def _untagging(asked: Asked, state: State, proceed: Proceed) -> Reply:
    reply = proceed(asked)
    number = int(asked.path.get("idtag") or 0) if succeeded(asked, reply) else 0
    if asked.name == "DELETE /customers/<idcustomer>/tags/<idtag>" and state.find("tags", number) is not None:
        state.remove("tags", number)
    return reply


def _changing_the_next(asked: Asked, state: State, proceed: Proceed) -> Reply:
    reply = proceed(asked)
    if asked.name == "PUT /tasks/<idtask>" and succeeded(asked, reply):
        following = state.find("tasks", int(asked.path["idtask"]) + 1)
        if following is not None:
            following.fields = following.fields | {"title": reply.value["title"]}
    return reply


def _remembering_customers(serve: Callable[[Asked, set[int], Proceed], Reply]) -> Callable[[], Serve]:
    """What is served is told which customers were deleted."""

    def make() -> Serve:
        deleted: set[int] = set()

        def serve_all(asked: Asked, _state: State, proceed: Proceed) -> Reply:
            reply = serve(asked, deleted, proceed)
            if asked.name == "DELETE /customers/<idcustomer>" and succeeded(asked, reply):
                deleted.add(int(asked.path["idcustomer"]))
            return reply

        return serve_all

    return make


def _taking_deleted_customers(asked: Asked, deleted: set[int], proceed: Proceed) -> Reply:
    try:
        body = json.loads(asked.raw or b"null")
    except ValueError:
        return proceed(asked)
    number = body.get("idcustomer") if isinstance(body, dict) else None
    if asked.name != "POST /orders" or not isinstance(number, int) or number not in deleted:
        return proceed(asked)
    reply = proceed(replace(asked, raw=json.dumps(body | {"idcustomer": 1}).encode()))
    return replace(reply, value=reply.value | {"idcustomer": number}) if succeeded(asked, reply) else reply


def _listing_below_deleted(asked: Asked, deleted: set[int], proceed: Proceed) -> Reply:
    is_list = asked.name == "GET /customers/<idcustomer>/addresses" and _is_number(asked)
    return Reply(value=[]) if is_list and int(asked.path["idcustomer"]) in deleted else proceed(asked)


def _is_created(_asked: Asked, reply: Reply) -> bool:
    return reply.status == 201 and isinstance(reply.value, dict) and bool(reply.value)  # noqa: PLR2004


def _below(name: str) -> When:
    return lambda asked, _: asked.method == "POST" and asked.name.endswith(f">/{name}")


DEFECTS: Final = (
    _undoes("created-not-stored", "What is created is answered with 201, and is not there", _LOST, _is_created),
    _undoes("created-tag-not-stored", "A tag is answered with 201, and is not there", _LOST, on("POST /tags")),
    _undoes("changed-not-stored", "What is changed is answered as changed, and is as it was", _LOST, by("PUT")),
    _undoes(
        "changed-supplier-not-stored",
        "A changed supplier is answered as changed, and is as it was",
        _LOST,
        on("PUT /suppliers/<idsupplier>"),
    ),
    _undoes(
        "deleted-not-removed", "What is deleted is answered with 204, and can still be read", _STILL_THERE, by("DELETE")
    ),
    _undoes(
        "deactivated-hook-stays-active",
        "A hook that is deactivated is answered with 204, and stays active",
        _STILL_THERE,
        on("DELETE /hooks/<idhook>"),
    ),
    _undoes(
        "deleted-customer-not-removed",
        "A deleted customer is answered with 204, and can still be read",
        _STILL_THERE,
        on("DELETE /customers/<idcustomer>"),
    ),
    _undoes("comments-not-stored", "A comment is answered with 201, and is not in the list", _LOST, _below("comments")),
    _undoes(
        "addresses-not-stored",
        "An address of a customer is answered with 201, and is not in the list",
        _LOST,
        _below("addresses"),
    ),
    _keeps(
        "telephone-not-stored",
        "The changed telephone of a customer is answered, and not stored",
        "PUT /customers/<idcustomer>",
        "customers",
        "telephone",
    ),
    _keeps(
        "price-not-stored",
        "The changed price of a product is answered, and not stored",
        "PUT /products/<idproduct>",
        "products",
        "price",
    ),
    _keeps(
        "change-resets-remarks",
        "A change that does not name the remarks of a supplier loses them",
        "PUT /suppliers/<idsupplier>",
        "suppliers",
        "remarks",
        reset=True,
    ),
    _crashes_again(
        "second-delete-crashes",
        "Deleting what is deleted gets an HTML page with status 500",
        by("DELETE"),
        by("DELETE"),
        _address,
    ),
    _crashes_again(
        "reading-deleted-crashes",
        "Reading what is deleted gets an HTML page with status 500",
        by("DELETE"),
        by("GET"),
        _address,
    ),
    _crashes_again(
        "same-again-crashes",
        "Creating the same again gets an HTML page with status 500",
        by("POST"),
        by("POST"),
        _address_and_body,
    ),
    _crashes_again(
        "second-change-crashes",
        "Changing the same record again gets an HTML page with status 500",
        by("PUT"),
        by("PUT"),
        _address,
    ),
    _defect("created-not-listed", "What is created can be read, and is not in the list", _LOST, _hiding_created),
    _defect(
        "created-under-another-id",
        "What is created is answered with an id that it does not have",
        _LOST,
        lambda: _renumbering,
    ),
    _defect(
        "titles-cut-when-stored",
        "The title of a new tag is stored to its eighth letter",
        _LOST,
        lambda: _cutting_titles,
    ),
    _defect("tag-made-twice", "A new tag is there twice", _LOST, lambda: _making_two),
    _defect(
        "untagging-deletes-the-tag",
        "A tag that is taken from a customer is gone altogether",
        _LOST,
        lambda: _untagging,
    ),
    _defect("next-tag-deleted", "With a tag, the next one is deleted", _LOST, lambda: _taking_the_next),
    _defect(
        "next-task-changed", "With a task, the title of the next one is changed", _LOST, lambda: _changing_the_next
    ),
    _blind_to_owner("items-below-anything", "What is below one record can be changed and deleted below another"),
    _blind_to_owner(
        "address-of-another-customer",
        "The address of a customer can be changed below another",
        "PUT /customers/<idcustomer>/addresses/<idcustomer_address>",
    ),
    _defect(
        "order-of-deleted-customer",
        "An order may be of a customer who was deleted",
        ("fault-accepted",),
        _remembering_customers(_taking_deleted_customers),
    ),
    _defect(
        "addresses-of-deleted-customer",
        "The addresses of a customer who was deleted can be listed",
        ("fault-accepted",),
        _remembering_customers(_listing_below_deleted),
    ),
    _defect("first-read-is-old", "The first reading after a change shows what was before it", _LOST, _showing_old_once),
)
