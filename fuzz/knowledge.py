"""What is known of the server: ids that exist there, so that a request has but the one fault that is meant."""

from __future__ import annotations

import copy
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fuzz.names import kind_of, referred
from fuzz.places import replaced
from fuzz.request_body import body_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from fuzz.places import Path
    from validator.contract import Contract, Operation

Ids = tuple[int | str, ...]

_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


class Knowledge:
    """Ids by the kind of thing that they are of. Does not change during a run; fuzz/learning.py makes it."""

    def __init__(  # noqa: PLR0913 - all that there is to know, by name
        self,
        ids: Mapping[str, Sequence[int | str]] = _EMPTY,
        *,
        paths: Mapping[str, Mapping[str, int | str]] = _EMPTY,
        inside: Mapping[str, Mapping[str, Sequence[int | str]]] = _EMPTY,
        codes: Mapping[str, Ids] = _EMPTY,
        own: Ids = (),
        listed: Collection[str] | None = None,
        empty: Collection[str] = (),
        keeps: Callable[[Any], bool] | None = None,
    ) -> None:
        """`ids` by a name that a member may have (`idproduct`), or by the kind of thing (`product`).

        `paths`: by the beginning of a path up to one of its parameters (`/orders/{idorder}`), values for all
        parameters in it that belong together. `inside`: by the same, the ids that the thing with these values holds.
        `codes`: what else things are told by, by the exact name (`productcode`). `own`: the id of what a body is about,
        for its `id`. `listed`: the kinds of which the server shows what there is; those in `ids`, if none are given.
        `empty`: the kinds of which it shows that there is nothing.
        `keeps` tells the bodies that are allowed.
        """
        self.ids: Final = _by_kind(ids)
        self._paths: Final = paths
        self._inside: Final = {place: _by_kind(held) for place, held in inside.items()}
        self._codes: Final = codes
        self._own: Final = own
        self._listed: Final = frozenset(self.ids if listed is None else listed)
        self._empty: Final = frozenset(empty)
        self._keeps: Final = keeps
        self.taken: Any = None
        """A body that the server took of the operation that this is about, if one is known."""

    def taking(self, body: Any) -> Knowledge:
        """The same, knowing of a body that the server took."""
        wiser = copy.copy(self)
        wiser.taken = body
        return wiser

    def of(self, name: str, holder: str = "") -> Ids:
        """The ids that a member or a parameter of this name may have; none where nothing is known.

        `holder` is what it stands in, by name: it tells what an `id` is of.
        """
        kind = referred(name)
        if kind == "":
            if not holder:
                return self._own
            kind = kind_of(holder)
        return self.ids.get(kind, ()) if kind else ()

    def has(self, name: str, value: Any, holder: str = "") -> bool:
        """Whether a member of this name, with this value, is known to refer to something that is there."""
        return any(value in known for known in (self._codes.get(name, ()), self.of(name, holder)))

    def is_of_listed(self, name: str, holder: str = "") -> bool:
        """Whether a member of this name is sure to be the id of something that the server has, or has not."""
        kind = referred(name)
        return (kind_of(holder) if kind == "" else kind) in self._listed

    def path(self, template: str) -> Mapping[str, int | str]:
        """Values for the parameters of a path, as far as they are known; they belong together."""
        known: dict[str, int | str] = {}
        for prefix in reversed(list(prefixes(template))):
            if prefix in self._paths:
                known.update(self._paths[prefix])
                break
        for prefix in prefixes(template):
            name = prefix.rpartition("{")[2].rstrip("}")
            values = self.of(name, prefix.rpartition("/")[0].rpartition("/")[2])
            if name not in known and values:
                known[name] = values[0]
        return known

    @cached_property
    def texts(self) -> frozenset[str]:
        """Every id that is known, as it would stand in a path."""
        everywhere = [
            *self.ids.values(),
            *self._codes.values(),
            *(ids for own in self._inside.values() for ids in own.values()),
        ]
        in_paths = (value for own in self._paths.values() for value in own.values())
        return frozenset(str(one) for ids in everywhere for one in ids) | frozenset(map(str, in_paths))

    def settle(self, value: Any) -> Any:
        """The value, with ids that exist in place of those that were drawn, wherever one is known by the name."""
        changes = dict(self._changes(value, (), ""))
        settled = value
        for place, known in changes.items():
            settled = replaced(settled, place, known)
        if self._keeps is None or not changes or self._keeps(settled) or not self._keeps(value):
            return settled
        for place, known in changes.items():
            one = replaced(value, place, known)
            value = one if self._keeps(one) else value
        return value

    def sound(self, value: Any) -> Any:
        """The value, settled, and without members that refer to things of which there is none, if it can do without."""
        settled = self.settle(value)
        left = self._without_empty(settled) if self._empty else settled
        return left if self._keeps is None or self._keeps(left) else settled

    def _without_empty(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._without_empty(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {name: self._without_empty(part) for name, part in value.items() if referred(name) not in self._empty}

    def at(self, contract: Contract, operation: Operation) -> Knowledge:
        """The same for the bodies of one operation: what belongs to the thing in its path comes first.

        A body that the contract allows is allowed with these ids, too: where one would break it, it is left out.
        """
        return _at(self, contract, operation)

    def nearer(self, operation: Operation, keeps: Callable[[Any], bool] | None) -> Knowledge:
        """The same with what the things in the operation's path hold, the nearest first, and with their own ids."""
        near = dict(self.ids)
        values = self.path(operation.path)
        for prefix in prefixes(operation.path):
            near |= self._inside.get(prefix, _EMPTY)
        for name, value in values.items():
            kind = referred(name)
            if kind:
                near[kind] = (value,)
        last = operation.path.rpartition("{")[2].rstrip("}") if operation.path.endswith("}") else ""
        own = (values[last],) if last in values else ()
        return Knowledge(
            near,
            paths=self._paths,
            inside=self._inside,
            codes=self._codes,
            own=own,
            listed=self._listed,
            empty=self._empty - near.keys(),
            keeps=keeps,
        )

    def _ids_for(self, name: str, holder: str, value: Any) -> Ids:
        """The ids that could stand in place of a value: of its type."""
        if isinstance(value, bool) or not isinstance(value, int | str):
            return ()
        known = self._codes.get(name) or self.of(name, holder)
        # `product: 7` is an id; `product: "Mug"` need not be.
        if not known and isinstance(value, int) and referred(name) is None:
            known = self.ids.get(kind_of(name), ())
        return tuple(one for one in known if isinstance(one, str) == isinstance(value, str))

    def _changes(self, value: Any, here: Path, holder: str) -> Iterator[tuple[Path, int | str]]:
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._changes(item, (*here, index), holder)
        elif isinstance(value, dict):
            for name, part in value.items():
                yield from self._member(name, part, (*here, name), holder)

    def _member(self, name: str, value: Any, here: Path, holder: str) -> Iterator[tuple[Path, int | str]]:
        parts = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for position, (index, part) in enumerate(parts):
            place = here if index is None else (*here, index)
            known = self._ids_for(name, holder, part)
            if known:
                # The simplest value becomes the first id; items of a list should differ.
                drawn = abs(part) if isinstance(part, int) else len(part)
                yield place, known[(drawn + position) % len(known)]
            elif isinstance(part, dict | list):
                yield from self._changes(part, place, name)


@lru_cache(maxsize=2048)
def _at(whole: Knowledge, contract: Contract, operation: Operation) -> Knowledge:
    schema = body_schema(operation)
    keeps = None if schema is None else contract.validator(schema, writing=True).is_valid
    return whole.nearer(operation, keeps)


def _by_kind(ids: Mapping[str, Sequence[int | str]]) -> Mapping[str, Ids]:
    return MappingProxyType({referred(name) or kind_of(name): tuple(values) for name, values in ids.items() if values})


def prefixes(template: str) -> Iterator[str]:
    """The beginnings of a path up to each of its parameters: `/orders/{idorder}`, ..."""
    end = template.find("}")
    while end != -1:
        yield template[: end + 1]
        end = template.find("}", end + 1)


NOTHING_KNOWN: Final = Knowledge()
