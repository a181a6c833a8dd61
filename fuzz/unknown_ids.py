"""Ids that nothing on the server has: numbers far beyond those known, texts in the form of those known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from fuzz.numbers import integers
from fuzz.texts import texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from fuzz.knowledge import Ids

FAR: Final = 900_000_000
"""From here on ids are taken to be of nothing; small enough for a database's integer of 32 bits."""

_FARTHEST: Final = 999_999_999
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MANY_DIGITS: Final = 3
_DIGITS: Final = "0123456789"
_LOWER: Final = "zyxwvutsrqponmlkjihgfedcba"
_HEXADECIMAL: Final = "f0123456789abcde"


def unknown_numbers(schemas: Sequence[Mapping[str, Any]], known: Collection[str]) -> st.SearchStrategy[int | float]:
    """Numbers that are no known ids; within the bounds of the schemas, where they have any that are nearer."""
    far = {"minimum": FAR, "maximum": _FARTHEST}
    bound = any(words.keys() & {"maximum", "exclusiveMaximum", "multipleOf"} for words in schemas)
    beyond = integers([*schemas, far])
    drawn = integers(schemas) if bound and beyond.is_empty else beyond
    return drawn.filter(lambda number: str(number) not in known)


def unknown_texts(schemas: Sequence[Mapping[str, Any]], like: Ids, known: Collection[str]) -> st.SearchStrategy[str]:
    """Texts that are no known ids, but look as if: in the form of a known one, or as the schemas want them."""
    samples = [one for one in like if isinstance(one, str)]
    if any(words.get("format") == "uuid" for words in schemas) or any(map(_UUID.fullmatch, samples)):
        drawn = st.uuids(version=4).map(str)
    elif samples:
        drawn = _alike(samples[0])
    elif any(words.keys() & {"pattern", "format", "maxLength"} for words in schemas):
        drawn = texts(schemas)
    else:
        drawn = st.text(st.sampled_from(_LOWER), min_size=12, max_size=12)
    return drawn.filter(lambda text: text not in known and text not in {"", ".", ".."})


def _alike(sample: str) -> st.SearchStrategy[str]:
    """Texts with other digits in the places of those of a sample; where it has but few, with other letters, too."""
    plain = re.fullmatch(r"[0-9a-f]{8,}", sample) is not None
    # In `b-0001`, the letter may say what it is an id of.
    kept = not plain and len(re.findall(r"[0-9]", sample)) >= _MANY_DIGITS
    return st.tuples(*(_like(character, _HEXADECIMAL if plain else "", kept) for character in sample)).map("".join)


def _like(character: str, alphabet: str, kept: bool) -> st.SearchStrategy[str]:  # noqa: FBT001 - of one caller
    if character.isascii() and character.isdigit():
        return st.sampled_from(alphabet or _DIGITS[::-1])
    if character.isascii() and character.isalpha() and not kept:
        lower = alphabet or _LOWER
        return st.sampled_from(lower if character.islower() else lower.upper())
    return st.just(character)
