"""Takes required members from a valid body, and makes sure that nothing else is wrong with it then."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from fuzz.building import EACH
from validator.pointer import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    import jsonschema_rs

    from fuzz.readings import Pointers
    from fuzz.requirements import Requirement

Path = tuple[str | int, ...]

_MOST: Final = 50
"""So many objects of a body are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Members of one object in a body: without them, something required is missing.

    `places` has the schemas of what is missing; where a choice is broken, of all that the schema would have taken.
    """

    holder: Path
    names: tuple[str, ...]
    places: tuple[Pointers, ...]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where in the body the members stand."""
        return tuple((*self.holder, name) for name in self.names)


def removals(body: Any, requirement: Requirement, validator: jsonschema_rs.Draft202012Validator) -> Iterator[Removal]:
    """The ways to break a requirement in a valid body: one for each object that is there and has the member.

    Of many objects in a list, the first ones will do: each costs a look at the whole body.
    """
    for holder in islice(requirement.holders(body), _MOST):
        there = walk(body, holder)
        present = [index for index, name in enumerate(requirement.names) if name in there]
        # The one member alone, if that is enough.
        for indexes in (present[:1], present):
            removal = Removal(
                holder=holder,
                names=tuple(requirement.names[index] for index in indexes),
                places=tuple((*own, *requirement.above) for own in requirement.own),
            )
            if only_misses(without(body, removal.paths), validator):
                yield removal
                break


def without(body: Any, gone: Iterable[Path]) -> Any:
    """The body without these members; what is untouched is shared with it."""
    for path in gone:
        body = _without(body, path)
    return body


def _without(value: Any, gone: Path) -> Any:
    head, rest = gone[0], gone[1:]
    if isinstance(value, dict) and head in value:
        if not rest:
            return {name: one for name, one in value.items() if name != head}
        return {**value, str(head): _without(value[head], rest)}
    if isinstance(value, list) and isinstance(head, int) and rest and head < len(value):
        return [*value[:head], _without(value[head], rest), *value[head + 1 :]]
    return value


def bare(
    body: Any,
    kept: Collection[Sequence[str | int]],
    is_valid: Callable[[Any], bool],
    *,
    first_members_first: bool = True,
) -> Any:
    """The body without what it can do without, but for what leads to one of these paths; `*` is any part.

    Where there is a choice, the members that stay are the last ones, or the first.
    """
    members = paths(body)
    for path in members if first_members_first else reversed(members):
        if any(_leads_to(one, path) for one in kept):
            continue
        try:
            walk(body, path)
        except KeyError:  # it stood in a part that is gone
            continue
        left = without(body, [path])
        body = left if is_valid(left) else body
    return body


def _leads_to(kept: Sequence[str | int], path: Path) -> bool:
    return len(path) <= len(kept) and all(one in (EACH, step) for one, step in zip(kept, path, strict=False))


def paths(value: Any, here: Path = ()) -> list[Path]:
    """The members of a value, the outer ones first, and of what stands in it."""
    if isinstance(value, dict):
        own: list[Path] = [(*here, name) for name in value]
        return own + [path for name, part in value.items() for path in paths(part, (*here, name))]
    if isinstance(value, list):
        return [path for index, part in enumerate(value) for path in paths(part, (*here, index))]
    return []


def only_misses(body: Any, validator: jsonschema_rs.Draft202012Validator) -> bool:
    """Whether the body is invalid, and for no other reason than that required members are missing."""
    return _all_missing(list(validator.iter_errors(body)))


def _all_missing(errors: Sequence[jsonschema_rs.ValidationError]) -> bool:
    """Whether errors come of missing members alone: a schema that fails for one says of none that it is known."""
    causes = [error for error in errors if error.kind.name != "unevaluatedProperties"]
    return bool(causes) and all(map(_is_missing, causes))


def _is_missing(error: jsonschema_rs.ValidationError) -> bool:
    """Whether an error says that a member is missing; a choice does if one of its branches lacks only members."""
    if error.kind.name == "required":
        return True
    branches: list[list[jsonschema_rs.ValidationError]] = getattr(error.kind, "context", [])
    # A branch without an error holds: what is wrong is that another one does, too.
    return all(branches) and any(map(_all_missing, branches))
