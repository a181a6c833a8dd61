"""JSON Pointers (RFC 6901): how a place in a body or a document is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable


def escape(token: str | int) -> str:
    """One reference token, with `~` as `~0` and `/` as `~1`."""
    text = str(token)
    return text.replace("~", "~0").replace("/", "~1") if "~" in text or "/" in text else text


def join(base: str, *tokens: str | int) -> str:
    """The pointer to a place below `base`."""
    for token in tokens:
        base = f"{base}/{escape(token)}"
    return base


def split(pointer: str) -> list[str]:
    """The reference tokens of a pointer; `""` has none."""
    tokens = pointer.split("/")[1:]
    return [token.replace("~1", "/").replace("~0", "~") for token in tokens] if "~" in pointer else tokens


def of_reference(reference: str) -> str:
    """The pointer that a local reference (`#/components/...`, percent-encoded) holds, as one writes it here."""
    return join("", *split(unquote(reference[1:])))


def walk(value: Any, tokens: Iterable[str | int]) -> Any:
    """The value at the end of the path. KeyError where there is none."""
    for token in tokens:
        if isinstance(value, list):
            try:
                value = value[int(token)]
            except (ValueError, IndexError):
                raise KeyError(token) from None
        elif isinstance(value, dict):
            value = value[token] if token in value else value[str(token)]
        else:
            raise KeyError(token)
    return value
