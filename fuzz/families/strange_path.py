"""Ids that nothing has, for requests that must not hit anything whatever the server makes of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fuzz.request_body import json_body

if TYPE_CHECKING:
    from validator.contract import Contract, Operation

STRANGE_NUMBER: Final = 2147480001
"""An id that fits into 32 bits, and that no table has come to."""

STRANGE_UUID: Final = "f3b0c1d2-7a64-4e19-9c55-0d8e2b7a4c11"
STRANGE_NAME: Final = "nothing-has-this-name"

_LAST_PARAMETER: Final = re.compile(r"\{([^{}]+)\}[^{}]*$")


def acts_by_address(operation: Operation) -> bool:
    """Whether the address alone makes the server do something."""
    return operation.method not in {"GET", "HEAD"} and json_body(operation) is None


def strange_path(contract: Contract, operation: Operation) -> tuple[tuple[str, str], ...]:
    """The last parameter of the path, with an id that nothing has; nothing where the path has no parameter."""
    found = _LAST_PARAMETER.search(operation.path)
    if found is None:
        return ()
    name = found[1]
    schema = next((one.schema for one in operation.parameters if one.location == "path" and one.name == name), None)
    node = contract.document.at(contract.document.follow(schema)) if schema is not None else {}
    return ((name, _strange(node)),)


def _strange(schema: Any) -> str:
    if not isinstance(schema, dict):
        return str(STRANGE_NUMBER)
    types = schema.get("type")
    if types == "string" or (isinstance(types, list) and "string" in types):
        return STRANGE_UUID if schema.get("format") == "uuid" else STRANGE_NAME
    return str(STRANGE_NUMBER)
