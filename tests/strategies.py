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
    st.sampled_from(["", "a", "ab", "2024-02-30", "2024-02-29", "x@y.nl", "é", "12345678901", "x", "YQ==", "::1", "/"]),
)

VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda children: st.one_of(
        st.lists(children, max_size=3), st.dictionaries(st.sampled_from([*NAMES, "z"]), children, max_size=4)
    ),
    max_leaves=8,
)

_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


_PATTERNS = ("^a", "b$", "^[0-9]+$", "a|b", r"^\d+$", r"\w", r"^\p{L}$", "^.{2}$")
_FORMATS = (
    *("date", "date-time", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference", "uuid"),
    *("json-pointer", "regex", "byte", "binary", "password", "int32", "int64", "float", "double", "unknown-to-all"),
)
_NOTES: dict[str, st.SearchStrategy[Any]] = {
    "title": st.just("t"),
    "description": st.just("d"),
    "default": st.just({"$ref": "#/no/reference"}),
    "example": st.just({"type": 5}),
    "deprecated": st.booleans(),
    "externalDocs": st.just({"url": "https://x.example"}),
    "xml": st.just({"name": "x"}),
    "x-note": st.just({"minimum": "?"}),
}
"""Keywords that say nothing of a value."""

_CONSTANTS = st.one_of(SCALARS, st.sampled_from([[], {}, [1], [True], {"a": 1}, {"a": [0.0], "b": None}]))

COMPONENTS = ("S0", "S1", "S2")
BY_PLACE = tuple({"$ref": f"#/components/schemas/{name}"} for name in COMPONENTS)
BY_NAME = (
    {"$ref": "https://x.example/s0"},
    {"$ref": "https://x.example/s0#/$defs/inner"},
    {"$ref": "https://x.example/dir/s1#one"},
    {"$dynamicRef": "https://x.example/s2#two"},
)
"""How components are referred to that have names of their own (`named`)."""


def schemas(version: tuple[int, int], references: tuple[dict[str, str], ...] = BY_PLACE) -> st.SearchStrategy[Any]:
    """Schemas of OpenAPI's dialect: each keyword that both judges know, references to the components among them."""
    leaves = st.one_of(st.just({}), _scalar_schemas(version), st.sampled_from(references))
    if version != (3, 0):
        leaves = st.one_of(leaves, st.booleans())
    return st.recursive(leaves, lambda children: _composed(children, version, references), max_leaves=6)


@st.composite
def _some(draw: st.DrawFn, keywords: dict[str, st.SearchStrategy[Any]], most: int = 3) -> dict[str, Any]:
    """At most so many of these members."""
    names = draw(st.lists(st.sampled_from(sorted(keywords)), max_size=most, unique=True))
    return {name: draw(keywords[name]) for name in names}


def _scalar_schemas(version: tuple[int, int]) -> st.SearchStrategy[dict[str, Any]]:
    bounds = st.one_of(st.integers(-3, 20), st.sampled_from([0.5, 2**31, 2**70, -1e300]))
    keywords: dict[str, st.SearchStrategy[Any]] = {
        "minimum": bounds,
        "maximum": bounds,
        "multipleOf": st.sampled_from([1, 2, 0.01, 0.5, 1e-8]),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "pattern": st.sampled_from(_PATTERNS),
        "format": st.sampled_from(_FORMATS),
        "enum": st.lists(_CONSTANTS, min_size=1, max_size=3, unique_by=repr),
        "readOnly": st.booleans(),
        "writeOnly": st.booleans(),
        **_NOTES,
    }
    if version == (3, 0):
        keywords |= {
            "nullable": st.booleans(),
            "exclusiveMinimum": st.booleans(),
            "exclusiveMaximum": st.booleans(),
        }
        types: st.SearchStrategy[Any] = st.sampled_from([name for name in _TYPES if name not in ("null", "array")])
    else:
        keywords |= {
            "exclusiveMinimum": bounds,
            "exclusiveMaximum": bounds,
            "const": _CONSTANTS,
            "contentEncoding": st.just("base64"),
            "contentMediaType": st.just("application/json"),
            "contentSchema": st.just({"type": "integer"}),
            "examples": st.just([{"$ref": "#/no/reference"}]),
            "$comment": st.just("c"),
            "$schema": st.sampled_from(
                ["https://json-schema.org/draft/2020-12/schema", "https://spec.openapis.org/oas/3.1/dialect/base"]
            ),
            "unknown-keyword": st.just({"type": 5}),
            "nullable": st.just(True),  # no word of 3.1
        }
        types = st.one_of(st.sampled_from(_TYPES), st.lists(st.sampled_from(_TYPES), min_size=1, unique=True))
    return st.builds(
        lambda declared, others: {**declared, **others},
        st.one_of(st.just({}), st.builds(lambda name: {"type": name}, types)),
        _some(keywords),
    )


def _composed(
    children: st.SearchStrategy[Any], version: tuple[int, int], references: tuple[dict[str, str], ...]
) -> st.SearchStrategy[Any]:
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
    if version == (3, 0):
        objects["nullable"] = arrays["nullable"] = st.booleans()
        # A property that is for requests only, or for answers only: `required` speaks of one direction.
        marked = st.builds(
            lambda schema, mark: {**schema, mark: True} if "$ref" not in schema else schema,
            children,
            st.sampled_from(["readOnly", "writeOnly"]),
        )
        named = st.dictionaries(st.sampled_from(NAMES), st.one_of(children, children, marked), max_size=3)
    else:
        unevaluated = st.one_of(st.booleans(), children)
        objects |= {
            "patternProperties": st.dictionaries(st.sampled_from(_PATTERNS), children, max_size=2),
            "propertyNames": children,
            "dependentRequired": st.dictionaries(st.sampled_from(NAMES), required, max_size=2),
            "dependentSchemas": named,
            "unevaluatedProperties": unevaluated,
        }
        arrays |= {
            "prefixItems": several,
            "contains": children,
            "minContains": st.integers(0, 2),
            "maxContains": st.integers(0, 2),
            "unevaluatedItems": unevaluated,
        }
    choices = [
        st.builds(
            lambda properties, others: {"type": "object", "properties": properties, **others}, named, _some(objects)
        ),
        st.builds(lambda items, others: {"type": "array", "items": items, **others}, children, _some(arrays)),
        st.builds(lambda word, found: {word: found}, st.sampled_from(["allOf", "anyOf", "oneOf"]), several),
        st.builds(lambda found: {"not": found}, children),
        st.builds(_discriminated, st.sampled_from(["oneOf", "anyOf", "allOf"]), st.booleans(), several),
    ]
    if version != (3, 0):
        choices += [
            st.fixed_dictionaries({"if": children}, optional={"then": children, "else": children}),
            st.builds(
                lambda reference, found: {**reference, **found}, st.sampled_from(references), _scalar_schemas(version)
            ),
            # Without a type, keywords for arrays and objects and what they let unevaluated meet in one schema.
            st.builds(
                lambda word, parts, more, others: {word: parts, **more, **others},
                st.sampled_from(["allOf", "anyOf", "oneOf"]),
                several,
                _some(objects, 2),
                _some(arrays, 2),
            ),
        ]
    else:
        # Beside a reference nothing counts in 3.0.
        choices.append(st.builds(lambda reference: {**reference, "maxLength": 0}, st.sampled_from(references)))
    return st.one_of(choices)


def _discriminated(word: str, mapped: bool, parts: list[Any]) -> dict[str, Any]:
    mapping = {"mapping": {"x": "#/components/schemas/S0", "y": "S1"}} if mapped else {}
    return {word: parts, "discriminator": {"propertyName": "a", **mapping}}


def onward(schema: Any, index: int) -> Any:
    """The schema of the component at `index`, which asks only later ones about the same value: no circle."""
    if not isinstance(schema, dict):
        return schema
    earlier = tuple(name for name in COMPONENTS[: index + 1])
    return {
        key: _part_onward(key, value, index)
        for key, value in schema.items()
        if key not in ("$ref", "$dynamicRef") or not any(name in value.upper() for name in earlier)
    }


def _part_onward(keyword: str, value: Any, index: int) -> Any:
    if keyword in ("not", "if", "then", "else"):
        return onward(value, index)
    if keyword in ("allOf", "anyOf", "oneOf"):
        return [onward(part, index) for part in value]
    if keyword == "dependentSchemas":
        return {name: onward(part, index) for name, part in value.items()}
    return value


def named(components: dict[str, Any]) -> dict[str, Any]:
    """The components with names of their own, whose references `BY_NAME` are."""
    first, second, third = (
        schema if isinstance(schema, dict) and "$ref" not in schema else {"allOf": [schema]}
        for schema in components.values()
    )
    return {
        "S0": {"$id": "https://x.example/s0", **first, "$defs": {"inner": {"type": ["integer", "object"]}}},
        "S1": {
            "$id": "https://x.example/dir/s1",
            "allOf": [{"$anchor": "one", **second}, {"properties": {"a": {"$ref": "../s0"}}}],
        },
        "S2": {"$id": "https://x.example/s2", "$dynamicAnchor": "two", **third},
    }


@st.composite
def documents(draw: st.DrawFn, version: tuple[int, int] | None = None) -> dict[str, Any]:
    """A document with one operation whose 200 answer has a drawn schema, and three schemas to refer to."""
    version = version or draw(st.sampled_from([(3, 0), (3, 1)]))
    by_name = version != (3, 0) and draw(st.booleans())
    drawn = schemas(version, BY_NAME if by_name else BY_PLACE)
    components = {name: onward(draw(drawn), index) for index, name in enumerate(COMPONENTS)}
    return document(draw(drawn), named(components) if by_name else components, version=version)


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
        **document(
            {}, {"Envelope": envelope, **{name: onward(draw(drawn), index) for index, name in enumerate(COMPONENTS)}}
        ),
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
