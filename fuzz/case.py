"""Case: one request to be sent, and how it was made; as a curl command for whoever wants to see for himself."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from fuzz.credentials import NO_SCHEME, Scheme
from fuzz.shell import octal, quoted
from fuzz.spoiling import spoilt
from validator.exchange import Headers, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

_BODILESS: Final = frozenset({"GET", "HEAD", "DELETE", "OPTIONS", "TRACE"})
"""With these, no body is as usual as an empty one is with others (RFC 9110, section 8.6): none is announced."""

_NO_HEADERS: Final = Headers()


class Tried(NamedTuple):
    """A way of making a fault in an operation; of a step of a sequence, what it does there."""

    operation: str
    fault: str
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request, and how it was made.

    `fault` and `variant` say how the request was broken and `described` says it to a person; `place` and `kind` are
    those of the way that it was made by (fuzz/breakage.py), the same with any seed; `places` are the pointers of what
    is broken, as `Contract.promise` takes them, and `also` names other faults whose promises are as good; `doubted` are
    those of references that may be of nothing. A request that is not broken has no fault. Where the key goes is said by
    `scheme`, and how it is spoilt by `credentials`; the key is not here.

    `guessed`: nobody knows whether there is anything at the address; that there is nothing is then an answer, too.
    `own`: the address is of a thing that the run made, and will delete.

    A case of a sequence (fuzz/sequences) says by `act` what it does there, and has those that were sent `before` it.
    """

    operation: str
    method: str
    url: str
    headers: Headers = _NO_HEADERS
    body: bytes = b""
    scheme: Scheme = NO_SCHEME
    credentials: str = ""
    fault: str = ""
    variant: str = ""
    place: str = ""
    kind: str = ""
    places: tuple[tuple[str, ...], ...] = ()
    also: tuple[str, ...] = ()
    doubted: tuple[tuple[str, ...], ...] = ()
    guessed: bool = False
    own: bool = False
    described: str = ""
    seed: int = 0
    act: str = ""
    before: tuple[Case, ...] = ()

    @property
    def way(self) -> str:
        """The name of the way that it was made by."""
        return f"{self.place} {self.kind}".strip()

    @property
    def tried(self) -> Tried:
        """What was tried by it, in the same words in any run."""
        return Tried(self.operation, self.fault, self.way or self.act)

    @property
    def request(self) -> Request:
        """What goes over the wire, but for the key."""
        return Request(method=self.method, url=self.url, headers=self.headers, body=self.body)

    @property
    def curl(self) -> str:
        """A command for bash or zsh that sends the same request; the key comes from the environment."""
        command = " ".join(self._curl())
        if b"\0" not in self.body:
            return command
        # No argument of a program can hold a NUL; a pipe can.
        return f"printf '{octal(self.body)}' | {command}"

    def _curl(self) -> Iterator[str]:
        yield from ("curl", "-i", "-X", shlex.quote(self.method))
        if any(character in self.url for character in "[]{}"):
            yield "-g"  # brackets are a pattern to curl
        yield shlex.quote(self.url)
        yield from self.scheme.curl() if not self.credentials else spoilt(self.scheme, self.credentials).curl()
        for name, value in self.headers:
            # With a colon and nothing behind it, curl would leave the header out.
            yield from ("-H", shlex.quote(f"{name}: {value}" if value else f"{name};"))
        if b"\0" in self.body:
            yield from ("--data-binary", "@-")
        elif self.body.startswith(b"@"):  # the name of a file, to --data-binary
            yield from ("--data-raw", quoted(self.body))
        elif self.body or self.method not in _BODILESS:
            yield from ("--data-binary", quoted(self.body))
