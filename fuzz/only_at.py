"""Whether a body is wrong in one place, and nowhere else: by what its validator says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import jsonschema_rs

    from fuzz.places import Path

_LEFT_OVER: Final = frozenset({"unevaluatedProperties", "unevaluatedItems"})
"""What no schema has looked at; where a part is wrong, its siblings may count as not looked at."""


def only_wrong_at(body: Any, path: Path, validator: jsonschema_rs.Draft202012Validator, *, lacks: bool = False) -> bool:
    """Whether the body is invalid because of the value at the path alone.

    That something is missing counts as another fault, unless it is the very one (`lacks`).
    """
    errors = list(validator.iter_errors(body))
    told = [error for error in errors if error.kind.name not in _LEFT_OVER or _is_below(error, path)]
    return bool(told) and all(_is_at(error, path, lacks=lacks) for error in told)


def _is_at(error: jsonschema_rs.ValidationError, path: Path, *, lacks: bool) -> bool:
    """Whether an error speaks of the place; a choice above it does if one of its branches fails only there."""
    if error.kind.name == "required" and not lacks:
        return False
    branches: list[list[jsonschema_rs.ValidationError]] = getattr(error.kind, "context", [])
    if not branches:
        return _is_below(error, path)
    if _is_below(error, path):
        # Where each branch lacks a member, the value is of the right type and incomplete.
        return lacks or not all(branches) or any(all(_is_other(one) for one in branch) for branch in branches)
    # A branch without an error holds: what is wrong then is that another one does, too, and that is not told here.
    return all(branches) and any(all(_is_at(one, path, lacks=lacks) for one in branch) for branch in branches)


def _is_other(error: jsonschema_rs.ValidationError) -> bool:
    """Whether an error says something else than that a member is missing."""
    branches: list[list[jsonschema_rs.ValidationError]] = getattr(error.kind, "context", [])
    if branches:
        return not all(branches) or any(all(_is_other(one) for one in branch) for branch in branches)
    return error.kind.name != "required"


def _is_below(error: jsonschema_rs.ValidationError, path: Path) -> bool:
    return tuple(error.instance_path)[: len(path)] == path
