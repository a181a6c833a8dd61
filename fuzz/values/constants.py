"""Values that are none of those that `enum` or `const` lists, though near to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fuzz.values.kind import fixed, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fuzz.values.kind import Asked, Kind


def broken_constants(asked: Asked) -> Iterator[Kind]:
    """For `enum` and `const`."""
    listed = asked.words["enum"] if "enum" in asked.words else [asked.words["const"]]
    texts = [value for value in listed if isinstance(value, str)]
    numbers = [value for value in listed if type_of(value) in {"integer", "number"}]
    if texts:
        yield fixed("unknown-value", "unknown", *(f"{text}x" for text in texts))
        yield fixed("other-case", *(other for text in texts for other in (text.upper(), text.title(), text.lower())))
        yield fixed("empty", "")
        yield fixed("blank-around", *(f"{text}{blank}" for text in texts for blank in " \n\t"), f" {texts[0]}")
        yield fixed("part-of-value", *(text[:-1] for text in texts if len(text) > 1))
        yield fixed("null-character", *(f"{text}\0" for text in texts))
        yield fixed("two-values", ",".join(texts[:2]), "|".join(texts[:2]))
    if numbers:
        yield fixed("unknown-value", max(numbers) + 1, min(numbers) - 1, -1, 0, 2**31, *(one + 0.5 for one in numbers))
    others: list[Any] = [True, False, None, [], {}, "unknown", 7]
    yield fixed("unknown-value", *others)
    for value in listed:
        if isinstance(value, list):
            yield fixed("unknown-value", [*value, *value, None], value[:-1])
        if isinstance(value, dict):
            yield fixed("unknown-value", {**value, "other": 1}, dict(list(value.items())[:-1]))
