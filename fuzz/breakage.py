"""Way and Breakage: how a request can be broken, and one request that is; and a case, so broken.

A family (fuzz/families) makes them, the plan picks, the runner sends. What a breakage says nothing of stays as it is in
a sound request of the operation.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way of making a fault in the requests of an operation.

    `place` is where: a JSON Pointer into the body in which `*` is any item (`/products/*/amount`), `path/idorder`,
    `query/offset`, `header/X-Tenant`, or empty where the request as a whole is meant. `kind` is how (`text`,
    `truncated`), and may be empty where there is but one how. Together they name the way among those of a fault in an
    operation. `schema` points at the schema of the place in the document: operations that share it mostly share the
    code that reads it, too.
    `broad`: it tries all places of the request at once, so it is worth more than what tries one.
    `likely`: operations are seen to have it each for itself, though most of its kind is the same for all.
    """

    place: str = ""
    kind: str = ""
    schema: str | None = None
    broad: bool = False
    likely: bool = False

    @property
    def name(self) -> str:
        """`/products/*/amount text`."""
        return f"{self.place} {self.kind}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """A request with one fault, and how it was made.

    `variant` is the name of the way, with positions in place of `*`: `truncated`; `/products/0/amount` for a member
    that is gone (several: with commas between). `places` has, for each broken thing, the JSON Pointers of its schemas
    in the document, innermost first, as `Contract.promise` wants them; what has no schema has no place. `also` names
    other faults that a server may as well see in it: null for a required member is a missing one to many. `doubted` has
    places of references, as `places`, of which nobody knows whether they lead to anything (fuzz/doubts.py). `described`
    is for a person: `without /products/0/amount`.

    The rest is what differs from a sound request: the `body`; texts for parameters of the `path`, not yet encoded;
    parameters of the `query`, as they stand in an address, for their encoding may be what is broken, and `headers`
    (None: left out); the `method`; and how the `credentials` are spoilt, by a name that fuzz/spoiling.py knows, for the
    key itself is not here.
    """

    fault: str
    variant: str
    described: str
    places: tuple[tuple[str, ...], ...] = ()
    also: tuple[str, ...] = ()
    doubted: tuple[tuple[str, ...], ...] = ()
    body: bytes | None = None
    path: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str | None], ...] = ()
    headers: tuple[tuple[str, str | None], ...] = ()
    method: str | None = None
    credentials: str = ""
