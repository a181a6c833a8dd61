"""What is known of the server: ids that exist there, so that a request has but the one fault that is meant."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Knowledge:
    """Ids by the name that a member or a parameter has (`idproduct`). Does not change during a run."""

    def __init__(self, ids: Mapping[str, tuple[Any, ...]] = MappingProxyType({})) -> None:
        self.ids: Final = ids

    def settle(self, value: Any) -> Any:
        """The value, with ids that exist in place of those that were drawn, wherever one is known by the name."""
        if isinstance(value, list):
            return [self.settle(item) for item in value]
        if isinstance(value, dict):
            return {name: self._settled(name, part) for name, part in value.items()}
        return value

    def _settled(self, name: str, value: Any) -> Any:
        known = self.ids.get(name)
        if known and isinstance(value, int) and not isinstance(value, bool):
            return known[abs(value) % len(known)]
        return self.settle(value)


NOTHING_KNOWN: Final = Knowledge()
