"""How a request shows its API key: read from the contract's security schemes, put in by the transport.

The key itself is in no Case and no exchange, so no recording, report or curl command can show it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from validator.pointer import join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from validator.contract import Contract, Operation

VARIABLE: Final = "PICQER_API_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """Where a key goes: `basic` (as the user name, no password), `bearer`, or a `header`, `query` or `cookie` by name.

    `none` where the operation asks for nothing that a key could answer.
    """

    kind: str
    name: str = ""

    def headers(self, key: str) -> tuple[tuple[str, str], ...]:
        """The header that shows the key, if it is a header that does."""
        match self.kind:
            case "basic":
                pair = base64.b64encode(f"{key}:".encode()).decode()
                return (("Authorization", f"Basic {pair}"),)
            case "bearer":
                return (("Authorization", f"Bearer {key}"),)
            case "header":
                return ((self.name, key),)
            case "cookie":
                return (("Cookie", f"{self.name}={key}"),)
        return ()

    def url(self, url: str, key: str) -> str:
        """The address, with the key where it belongs into the query."""
        if self.kind != "query":
            return url
        return f"{url}{'&' if '?' in url else '?'}{quote(self.name, safe='')}={quote(key, safe='')}"

    def curl(self) -> tuple[str, ...]:
        """The same as arguments for curl, ready for a shell, which puts the key in from the environment."""
        match self.kind:
            case "basic":
                return ("-u", f'"${VARIABLE}:"')
            case "bearer":
                return ("-H", f'"Authorization: Bearer ${VARIABLE}"')
            case "header":
                return ("-H", f'"{self.name}: ${VARIABLE}"')
            case "cookie":
                return ("-b", f'"{self.name}=${VARIABLE}"')
            case "query":
                return ("--url-query", f'"{self.name}=${VARIABLE}"')
        return ()


NO_SCHEME: Final = Scheme(kind="none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an operation asks for: the schemes that one key can answer, each with its place in the document.

    `optional` where a request without a key is as good.
    """

    schemes: tuple[tuple[Scheme, str], ...]
    optional: bool


def asked(contract: Contract, operation: Operation) -> Asked:
    """What the operation, or else the document, asks for."""
    root = contract.document.root
    listed = contract.document.at(operation.pointer).get("security", root.get("security")) or ()
    return Asked(
        schemes=tuple(found for names in listed for found in _usable(contract, names)),
        optional=not listed or any(not names for names in listed),
    )


def scheme_for(contract: Contract, operation: Operation) -> Scheme:
    """The first scheme that the operation, or else the document, asks for and that one key can answer."""
    return next((scheme for scheme, _ in asked(contract, operation).schemes), NO_SCHEME)


def _usable(contract: Contract, names: Mapping[str, Any]) -> Iterator[tuple[Scheme, str]]:
    for name in names:
        pointer = join("/components/securitySchemes", name)
        try:
            node = contract.document.at(contract.document.follow(pointer))
        except KeyError:
            continue
        match node:
            case {"type": "http", "scheme": str(scheme)} if scheme.lower() in {"basic", "bearer"}:
                yield Scheme(kind=scheme.lower()), pointer
            case {"type": "oauth2" | "openIdConnect"}:
                yield Scheme(kind="bearer"), pointer
            case {"type": "apiKey", "in": "header" | "query" | "cookie" as place, "name": str(key)}:
                yield Scheme(kind=place, name=key), pointer
