"""Countries: where a document says that a text is a code of ISO 3166-1, one of a country that there is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CODES: Final = ("NL", "BE", "DE", "FR", "GB", "ES", "IT", "US", "NLD", "BEL", "DEU", "FRA", "528", "056", "276")
"""Some of each form, the most usual first; the contract says which form it wants, and perhaps that in lower case."""

_NAMED: Final = re.compile(r"iso.?3166(?!-[23])", re.IGNORECASE)
"""Parts 2 and 3 are of regions, and of countries that were."""


def names_countries(schemas: Iterable[Mapping[str, Any]]) -> bool:
    """Whether schemas name the list; a pattern of two letters may be all that is asked of a country."""
    return any(_NAMED.search(str(words.get(word, ""))) for words in schemas for word in ("title", "description"))
