"""The JSON body that an operation takes: its media type, its schema, and what the schema allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.contract import Contract, MediaType, Operation


def json_body(operation: Operation) -> MediaType | None:
    """The JSON media type of the operation's request body; None where it takes no JSON."""
    by_name = {one.name.partition(";")[0].strip().lower(): one for one in reversed(operation.request_body)}
    like_json = [name for name in by_name if name.endswith("+json")]
    for name in ("application/json", *like_json, "application/*", "*/*"):
        if name in by_name:
            return by_name[name]
    return None


def body_schema(operation: Operation) -> str | None:
    """The pointer of the schema of the operation's JSON body; None where there is none."""
    media_type = json_body(operation)
    return None if media_type is None else media_type.schema


def schema_of(operation: Operation) -> str:
    """The same where there has to be one. ValueError where there is none."""
    schema = body_schema(operation)
    if schema is None:
        raise ValueError(f"{operation.id} has no schema for a JSON body")
    return schema


def allows(contract: Contract, operation: Operation) -> Callable[[Any], bool]:
    """Whether a value is allowed as the operation's JSON body; every value is where it has no schema."""
    schema = body_schema(operation)
    return (lambda _: True) if schema is None else contract.validator(schema, writing=True).is_valid
