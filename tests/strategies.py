"""Shared strategies: schemas, bodies and whole documents, small ones first."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = ("a", "b", "c~/d")

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 40),
    st.sampled_from([0.5, 19.99, 3.0, -1.5, 2**31, 2**40, 2**70, 1e300]),
    st.sampled_from(["", "a", "ab", "2024-02-30", "2024-02-29", "x@y.nl", "é", "12345678901"]),
)

VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda children: st.one_of(
        st.lists(children, max_size=3), st.dictionaries(st.sampled_from([*NAMES, "z"]), children, max_size=4)
    ),
    max_leaves=8,
)

_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


def schemas(version: tuple[int, int]) -> st.SearchStrategy[Any]:
    """Schemas of OpenAPI's dialect: each keyword that both judges know, references to S0 to S2 among them."""
    references = st.sampled_from([{"$ref": f"#/components/schemas/S{number}"} for number in range(3)])
    leaves = st.one_of(st.just({}), _scalar_schemas(version), references)
    if version != (3, 0):
        leaves = st.one_of(leaves, st.booleans())
    return st.recursive(leaves, lambda children: _composed(children, version), max_leaves=6)


def _scalar_schemas(version: tuple[int, int]) -> st.SearchStrategy[dict[str, Any]]:
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "minimum": st.integers(-3, 20),
        "maximum": st.integers(-3, 20),
        "multipleOf": st.sampled_from([1, 2, 0.01, 0.5]),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "pattern": st.sampled_from(["^a", "b$", "^[0-9]+$", "a|b"]),
        "format": st.sampled_from(["date", "email", "int32", "int64", "byte", "uuid", "double", "unknown-to-all"]),
        "enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=repr),
    }
    if version == (3, 0):
        keywords["nullable"] = st.booleans()
        types: st.SearchStrategy[Any] = st.sampled_from([name for name in _TYPES if name not in ("null", "array")])
    else:
        keywords["exclusiveMinimum"] = st.integers(-3, 20)
        keywords["const"] = SCALARS
        types = st.one_of(st.sampled_from(_TYPES), st.lists(st.sampled_from(_TYPES), min_size=1, unique=True))
    return st.builds(
        lambda declared, others, excluded: {
            **declared,
            **others,
            **({"exclusiveMinimum": True} if excluded and "minimum" in others else {}),
        },
        st.one_of(st.just({}), st.builds(lambda name: {"type": name}, types)),
        st.fixed_dictionaries({}, optional=keywords).map(lambda found: dict(list(found.items())[:3])),
        st.booleans() if version == (3, 0) else st.just(False),
    )


def _composed(children: st.SearchStrategy[Any], version: tuple[int, int]) -> st.SearchStrategy[Any]:
    several = st.lists(children, min_size=1, max_size=3)
    named = st.dictionaries(st.sampled_from(NAMES), children, max_size=3)
    required = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)
    objects: dict[str, st.SearchStrategy[Any]] = {
        "required": required,
        "additionalProperties": st.one_of(st.booleans(), children),
        "minProperties": st.integers(0, 2),
        "maxProperties": st.integers(0, 3),
    }
    arrays: dict[str, st.SearchStrategy[Any]] = {
        "minItems": st.integers(0, 2),
        "maxItems": st.integers(0, 3),
        "uniqueItems": st.booleans(),
    }
    if version != (3, 0):
        objects |= {
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b"]), children, max_size=2),
            "propertyNames": children,
            "dependentRequired": st.dictionaries(st.sampled_from(NAMES), required, max_size=2),
            "dependentSchemas": named,
            "unevaluatedProperties": st.booleans(),
        }
        arrays |= {
            "prefixItems": several,
            "contains": children,
            "unevaluatedItems": st.booleans(),
        }
    choices = [
        st.builds(
            lambda properties, others: {"type": "object", "properties": properties, **others},
            named,
            st.fixed_dictionaries({}, optional=objects).map(lambda found: dict(list(found.items())[:3])),
        ),
        st.builds(
            lambda items, others: {"type": "array", "items": items, **others},
            children,
            st.fixed_dictionaries({}, optional=arrays).map(lambda found: dict(list(found.items())[:3])),
        ),
        st.builds(lambda word, found: {word: found}, st.sampled_from(["allOf", "anyOf", "oneOf"]), several),
        st.builds(lambda found: {"not": found}, children),
    ]
    if version != (3, 0):
        choices.append(st.fixed_dictionaries({"if": children}, optional={"then": children, "else": children}))
        choices.append(
            st.builds(
                lambda number, found: {"$ref": f"#/components/schemas/S{number}", **found},
                st.integers(0, 2),
                _scalar_schemas(version),
            )
        )
    return st.one_of(choices)


@st.composite
def documents(draw: st.DrawFn, version: tuple[int, int] | None = None) -> dict[str, Any]:
    """A document with one operation whose 200 answer has a drawn schema, and three schemas to refer to."""
    version = version or draw(st.sampled_from([(3, 0), (3, 1)]))
    return document(
        draw(schemas(version)), {f"S{number}": draw(schemas(version)) for number in range(3)}, version=version
    )


EVENTS = ("a.made", "b.made")


@st.composite
def webhook_documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document of webhooks, with a schema drawn for the data of each, for a header, and for one of the answers.

    Their bodies fix an event, spelt out or by reference, or fix nothing.
    """
    drawn = schemas((3, 1))
    envelope = {"type": "object", "required": ["id", "event", "data"], "properties": {"id": {"type": "integer"}}}

    def body(number: int, event: str) -> dict[str, Any]:
        own = {
            "properties": {"event": draw(st.sampled_from([{"const": event}, {"enum": [event]}])), "data": draw(drawn)}
        }
        return draw(
            st.sampled_from(
                [
                    {"allOf": [{"$ref": "#/components/schemas/Envelope"}, own]},
                    {"$ref": "#/components/schemas/Envelope", **own},
                    {**own, "type": "object", "required": ["event", "data"]},
                    {"type": "object", "required": ["data", NAMES[number]], "properties": {"data": draw(drawn)}},
                ]
            )
        )

    def webhook(number: int, event: str) -> dict[str, Any]:
        answers = {
            "200": {"description": ""},
            "202": {"description": "", "content": {"application/json": {"schema": draw(drawn)}}},
        }
        return {
            "operationId": f"on{number}",
            "parameters": [{"name": "X-Mark", "in": "header", "required": draw(st.booleans()), "schema": draw(drawn)}],
            "requestBody": {"content": {"application/json": {"schema": body(number, event)}}},
            **draw(st.sampled_from([{}, {"responses": answers}])),
        }

    return {
        **document({}, {"Envelope": envelope, **{f"S{number}": draw(drawn) for number in range(3)}}),
        "webhooks": {event: {"post": webhook(number, event)} for number, event in enumerate(EVENTS)},
    }


DELIVERED: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"id": st.sampled_from([1, 1, 1, "1"]), "event": st.sampled_from([*EVENTS, *EVENTS, "c.made", 5]), "data": VALUES},
    optional=dict.fromkeys(NAMES, SCALARS),
).flatmap(
    # Whole more often than not; else without one of its members.
    lambda value: st.sampled_from([None, None, *value]).map(
        lambda dropped: {name: member for name, member in value.items() if name != dropped}
    )
)
"""What may be delivered to a subscriber of `webhook_documents`: valid, broken, or of an event that none documents."""


def document(
    schema: Any, components: dict[str, Any] | None = None, *, version: tuple[int, int] = (3, 1)
) -> dict[str, Any]:
    """The smallest document whose one operation answers with the schema."""
    return {
        "openapi": f"{version[0]}.{version[1]}.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://api.example"}],
        "paths": {
            "/things": {
                "get": {
                    "operationId": "getThings",
                    "responses": {
                        "200": {"description": "", "content": {"application/json": {"schema": schema}}},
                    },
                }
            }
        },
        "components": {"schemas": components or {}},
    }
