"""Whether a document is OpenAPI: held to the schemas that the OpenAPI Initiative publishes.

They come from openapi-spec-validator, which openapi-core itself checks documents with; asked by jsonschema-rs, as it
does itself. Only its files are read: to import it takes longer than all the rest. Its walk through every schema of a
document is left out: it takes minutes for a large public API, runs out of stack on long chains of references, and
refuses documents over a default that does not fit, which is no obstacle to judging. What judging does need, that each
schema is one and each operation has a name of its own, is checked here.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from validator.contract.operations import METHODS
from validator.contract.places import entrances
from validator.errors import DocumentError
from validator.pointer import join, split, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEND = "mend the document; see the OpenAPI specification"


def check_openapi(root: Mapping[str, Any], version: tuple[int, int]) -> None:
    """Raise DocumentError where the document is not what OpenAPI of the version allows."""
    schema = published(version)
    errors = list(jsonschema_rs.validator_cls_for(schema)(schema).iter_errors(root))
    if errors:
        # The deepest error is the nearest to the cause.
        error = max(errors, key=lambda error: len(error.instance_path))
        raise DocumentError(
            f"not valid OpenAPI {version[0]}.{version[1]}: {_first_line(str(error))}",
            place=join("", *error.instance_path) or "(root)",
            mend=_MEND,
        )
    if version != (3, 0):  # OpenAPI 3.0's schema holds that of its schemas
        _check_schemas(root)
    _check_operation_ids(root)


@cache
def published(version: tuple[int, int]) -> dict[str, Any]:
    """The schema that the OpenAPI Initiative publishes of the version."""
    package = find_spec("openapi_spec_validator")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("openapi-spec-validator is not installed")
    file = Path(package.origin).parent / "resources" / "schemas" / f"v{version[0]}.{version[1]}" / "schema.json"
    schema: dict[str, Any] = orjson.loads(file.read_bytes())
    return schema


def _check_schemas(root: Mapping[str, Any]) -> None:
    for place in entrances(root):
        schema = walk(root, split(place))
        if isinstance(schema, dict):  # jsonschema-rs would fetch what `$schema` names, over the network
            schema = {key: value for key, value in schema.items() if key != "$schema"}
        try:
            jsonschema_rs.meta.validate(schema)
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            inner = getattr(error, "instance_path", [])
            raise DocumentError(
                f"not a schema: {_first_line(str(error))}", place=join(place, *inner), mend=_MEND
            ) from None


def _check_operation_ids(root: Mapping[str, Any]) -> None:
    """OpenAPI: the operationId "MUST be unique among all operations described in the API", webhooks among them."""
    seen: dict[str, str] = {}
    items = [
        (join(f"/{part}", name), item)
        for part in ("paths", "webhooks")
        for name, item in (root.get(part) or {}).items()
    ]
    for at, item in items:
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            name = operation.get("operationId") if isinstance(operation, dict) else None
            if not isinstance(name, str):
                continue
            place = join(at, method)
            if name in seen:
                raise DocumentError(
                    f"the operationId {name} comes twice, first at {seen[name]}", place=place, mend="give each its own"
                )
            seen[name] = place


def _first_line(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) < 300 else f"{line[:300]}…"  # noqa: PLR2004 - a line or two
