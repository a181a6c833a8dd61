"""The family `valid`: requests with nothing wrong with them, at the edges of what the contract allows.

Whether such a request may be sent is not decided here: those that write want to be allowed, and nothing that is not
ours is deleted (the runner).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson
from hypothesis import assume
from hypothesis import strategies as st

from fuzz.allowed import ALONE, kinds, values
from fuzz.bodies_like import bodies_like
from fuzz.breakage import Breakage, Way
from fuzz.faults import VALID
from fuzz.parameters import punctuated, query_kinds, query_values
from fuzz.places import body_members, replaced
from fuzz.readings import readings_of
from fuzz.removals import bare
from fuzz.renderings import CONTENT_TYPES, TEXTS
from fuzz.request_body import allows, body_schema, json_body
from fuzz.samples import samples
from fuzz.strategies import bodies, bodies_with
from fuzz.whole import at_edges, full
from fuzz.written import fragment, like, shown
from validator.errors import DocumentError
from validator.pointer import join, walk

if TYPE_CHECKING:
    from fuzz.knowledge import Knowledge
    from validator.contract import Contract, Operation

PLAIN: Final = "plain"
MINIMAL: Final = "minimal"
MINIMAL_OTHER: Final = "minimal-of-another-choice"
"""The kind with as little as there can be where there is a choice, taken the other way."""

FULL: Final = "full"

PUNCTUATED: Final = "punctuated"
"""The kind with a text that must be quoted wherever it goes, in all parameters of the query that take any text."""

MORE: Final = "more-members"
"""The kind with members that the document does not name, where it allows any."""

EDGES: Final = {f"edges-{number}": number for number in range(1, 5)}
"""Kinds in which every member has a value at an edge of what it may have, another one in each kind."""

WHOLE: Final = frozenset({FULL, MORE, *EDGES})
"""Kinds with many members in which there may be anything that is refused."""

_CLOSING: Final = frozenset(
    {"additionalProperties", "unevaluatedProperties", "patternProperties", "propertyNames", "maxProperties"}
)
"""Words that may say something of members that are not named."""

_UNNAMED: Final = {"unknown_member": "x", "unknownMember": 1, "X-UNKNOWN": None, "\u00fcnknown": {"a": []}, "0": True}
_QUERY: Final = "query/"


class Valid:
    """The family `valid`."""

    def ways(self, contract: Contract, operation: Operation) -> tuple[Way, ...]:
        """The plain request; each parameter of the query; each member of the body, and each way to write it.

        With as little as there can be, and with all at its edges: these show most, and come early.
        """
        if json_body(operation) is None:
            return () if operation.request_body_required else (Way(kind=PLAIN), *_in_query(contract, operation))
        if not _can_be_sent(contract, operation):
            return ()
        has_members = bool(body_members(contract, operation))
        first, *others = EDGES
        least = (MINIMAL, MINIMAL_OTHER) if _has_choice(contract, operation) else (MINIMAL,)
        broad = (first, *least, *others) if has_members else ()
        more = (MORE,) if has_members and _takes_more(contract, operation) else ()
        return (
            # With a schema of its own each is new to the operation, and is first made as simple as it can be.
            *(Way(kind=kind, schema=body_schema(operation), broad=True) for kind in broad),
            *(Way(kind=kind) for kind in (PLAIN, FULL, *more, *TEXTS, *CONTENT_TYPES)),
            *_in_query(contract, operation),
            *(
                Way(place=member.pointer, kind=kind, schema=member.schema)
                for member in body_members(contract, operation)
                for kind in kinds(contract, member)
                if kind != ALONE or not member.required
            ),
        )

    def broken(
        self, contract: Contract, operation: Operation, way: Way | None, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        """Requests that the contract allows."""
        ways = self.ways(contract, operation) if way is None else (way,)
        return st.sampled_from(ways).flatmap(lambda one: self._in_way(contract, operation, one, knowledge))

    def _in_way(
        self, contract: Contract, operation: Operation, way: Way, knowledge: Knowledge
    ) -> st.SearchStrategy[Breakage]:
        takes_json = json_body(operation) is not None
        sound = _sound(contract, operation, knowledge) if takes_json else st.just(None)
        if way.place.startswith(_QUERY):
            drawn = query_values(contract, operation, way.place.removeprefix(_QUERY), way.kind)
            return st.builds(
                lambda pairs, body: _made(way, f"with {way.name}", orjson.dumps(body) if takes_json else None, pairs),
                drawn,
                sound,
            )
        if way.kind == PUNCTUATED:
            query = punctuated(contract, operation)
            return sound.map(
                lambda body: _made(
                    way, "with punctuation in all texts", orjson.dumps(body) if takes_json else None, query
                )
            )
        if not takes_json:
            return st.just(_made(way, "with no more than it must have", None))
        if way.place:
            return _with_member(contract, operation, way, knowledge)
        if way.kind == FULL:
            return full(contract, operation, sound, knowledge).map(
                lambda body: _made(way, "with all that is allowed at once", orjson.dumps(body))
            )
        if way.kind in EDGES:
            turn = EDGES[way.kind]
            return full(contract, operation, sound, knowledge).map(
                lambda body: _made(
                    way, f"with members at their edges ({turn})", at_edges(contract, operation, body, turn)
                )
            )
        if way.kind == MORE:
            return sound.map(
                lambda body: _made(way, "with members that nobody named", orjson.dumps({**(body or {}), **_UNNAMED}))
            )
        if way.kind in {MINIMAL, MINIMAL_OTHER}:
            is_valid, first = allows(contract, operation), way.kind == MINIMAL
            return full(contract, operation, sound, knowledge).map(
                lambda body: _made(
                    way, "with what is required", orjson.dumps(bare(body, (), is_valid, first_members_first=first))
                )
            )
        write = TEXTS.get(way.kind, orjson.dumps)
        headers: tuple[tuple[str, str | None], ...] = ()
        if way.kind in CONTENT_TYPES:
            headers = (("Content-Type", CONTENT_TYPES[way.kind](_content_type(operation))),)
        return sound.map(lambda body: _made(way, f"in a form that is allowed ({way.kind})", write(body), (), headers))


def _made(
    way: Way,
    described: str,
    body: bytes | None,
    query: tuple[tuple[str, str], ...] = (),
    headers: tuple[tuple[str, str | None], ...] = (),
) -> Breakage:
    return Breakage(fault=VALID, variant=way.name, described=described, body=body, query=query, headers=headers)


def _in_query(contract: Contract, operation: Operation) -> tuple[Way, ...]:
    odd = (Way(kind=PUNCTUATED, broad=True),) if punctuated(contract, operation) else ()
    return odd + tuple(
        Way(place=f"{_QUERY}{one.name}", kind=kind, schema=one.schema)
        for one in operation.parameters
        if one.location == "query"
        for kind in query_kinds(contract, one)
    )


@lru_cache(maxsize=512)
def _can_be_sent(contract: Contract, operation: Operation) -> bool:
    try:
        bodies(contract, operation)
    except DocumentError:
        return False
    return True


def _sound(contract: Contract, operation: Operation, knowledge: Knowledge) -> st.SearchStrategy[Any]:
    """Sound bodies: what the server took, else first the document's examples, then all that the contract allows."""
    if knowledge.taken is not None:
        return bodies_like(contract, operation, knowledge)
    drawn = bodies(contract, operation)
    listed = samples(contract, operation)
    return (st.one_of(st.sampled_from(listed), drawn) if listed else drawn).map(knowledge.sound)


def _content_type(operation: Operation) -> str:
    media_type = json_body(operation)
    return "application/json" if media_type is None or "*" in media_type.name else media_type.name


@st.composite
def _with_member(draw: st.DrawFn, contract: Contract, operation: Operation, way: Way, knowledge: Knowledge) -> Breakage:
    is_valid = allows(contract, operation)
    member = next(one for one in body_members(contract, operation) if one.pointer == way.place)
    listed = list(map(knowledge.sound, samples(contract, operation)))
    having = [body for body in listed if member.spots(body)]
    if knowledge.taken is not None:
        body = draw(bodies_like(contract, operation, knowledge, member.demand))
    elif having:
        body = draw(st.sampled_from(having))
    else:
        body = knowledge.settle(draw(bodies_with(contract, operation, member.demand)))
        if isinstance(body, dict):
            # The member from what is drawn, the rest from what is known to be sound.
            own = {member.path[0]: body.get(member.path[0])}
            grafted = [{**sample, **own} for sample in listed if isinstance(sample, dict)]
            body = next((one for one in grafted if is_valid(one) and member.spots(one)), body)
    spots = member.spots(body)
    assume(spots)
    spot = draw(st.sampled_from(spots))
    written = draw(st.sampled_from(values(contract, member, way.kind, walk(body, spot))))
    if way.kind == ALONE:
        body = bare(body, [spot], is_valid)
    else:
        assume(is_valid(replaced(body, spot, like(written))))
    pointer = join("", *spot)
    return Breakage(
        fault=VALID,
        variant=f"{pointer} {way.kind}",
        described=f"with {shown(written)} at {pointer}",
        body=orjson.dumps(replaced(body, spot, fragment(written))),
    )


def _has_choice(contract: Contract, operation: Operation) -> bool:
    """Whether the body may lack one member where it has another."""
    schema = body_schema(operation)
    known = readings_of(contract)
    return schema is not None and len({frozenset(known.required(one)) for one in known.readings((schema,))}) > 1


def _takes_more(contract: Contract, operation: Operation) -> bool:
    """Whether members that the document does not name are allowed, as far as its words tell."""
    known, schema = readings_of(contract), body_schema(operation)
    readings = () if schema is None else known.readings((schema,))
    return not any(_CLOSING & known.words(pointer).keys() for reading in readings for pointer in reading)
