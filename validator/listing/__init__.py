"""What a contract holds, for a terminal, a program or a page: one file per format, and the one table of them."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TextIO

    from validator.contract.overview import Overview

LISTINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "text": "validator.listing.text",
        "json": "validator.listing.json",
        "markdown": "validator.listing.markdown",
    }
)
"""Each format, and the module whose `render` writes it."""


def write_listing(shown: Overview, form: str, stream: TextIO, *, errors_only: bool = False) -> None:
    """Write the overview, or its error codes only, to the stream."""
    render: Callable[..., None] = import_module(LISTINGS[form]).render
    render(shown, stream, errors_only=errors_only)
