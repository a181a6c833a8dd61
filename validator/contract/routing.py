"""Which operation a request is for: server, path template and method, in one step.

OpenAPI 3.1.1, "Paths Object": concrete paths are matched before templated ones; a template's variable never holds a `/`
and is never empty. Where several templates fit, the one that is concrete earlier wins, and a template without the
method gives way to one that has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from math import prod
from posixpath import normpath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from validator.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validator.contract.operations import Operation, Server

_VARIABLE: Final = re.compile(r"\{([^{}/]+)\}")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_PLAIN_ADDRESS: Final = re.compile(r"(https?://[A-Za-z0-9.-]+(?::[0-9]+)?)([^?#]*)")
_MAX_PARENTS: Final = 4096
"""So many beginnings of addresses are remembered: of most operations, all that comes before an identifier."""

MAX_SPELT_OUT: Final = 1000
"""Of a server with more combinations of values than this, any value is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The operation that a request is for; or, where there is none, how far it got.

    `host_named`: a server's URL names the host. One that is relative, or all variable, takes any host.
    """

    operation: Operation | None
    server_known: bool
    path_known: bool
    host_named: bool = False
    methods: tuple[str, ...] = ()


@dataclass(slots=True)
class _Node:
    """One segment of the tree of path templates."""

    concrete: dict[str, _Node] = field(default_factory=dict)
    templated: dict[str, tuple[re.Pattern[str], _Node]] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    any_segment: _Node | None = None
    """Where all that is not concrete leads, if there is but one template and it is all variable."""

    def next(self, segment: str) -> _Node | None:
        """Where `_find` would look first; None where it is not as simple as that."""
        if "%" in segment:  # `%41` stands for a letter
            return None
        return self.concrete.get(segment) or (self.any_segment if segment else None)


class _ServerPattern:
    """A server's URL as a pattern; what is left of its `{variables}` may have any value."""

    __slots__ = ("_host", "_path", "base", "base_length", "names_host")

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise DocumentError(
                f"a server whose URL is none: {error}", place="servers", mend="write it as https://host/path"
            ) from None
        # `//host` is served by whatever scheme the document came by.
        origin = _origin(parts.scheme or "{scheme}", parts.netloc)
        self._host = _pattern(origin, "[^/]+") if parts.netloc else None
        host = _VARIABLE.sub("", parts.netloc.rpartition("@")[2])
        self.names_host = host.partition(":")[0].strip(".") != ""
        path = normpath(f"/{parts.path.strip('/')}").removesuffix("/")
        self._path = re.compile(_pattern(path, "[^/]+").pattern + r"(?=/|\Z)")
        self.base_length = len(path)
        self.base: Final = None if "{" in path else path
        """The server's own path, where it is plain."""

    def knows_host(self, origin: str) -> bool:
        return self._host is None or self._host.fullmatch(origin) is not None

    def rest(self, path: str) -> str | None:
        """The path below the server's own, None where it is not below it."""
        match = self._path.match(path)
        return None if match is None else path[match.end() :]


class Router:
    """All operations of a contract, ready to be matched. Immutable once built, but for what it remembers."""

    def __init__(self, operations: Iterable[Operation], servers: Iterable[Server] = ()) -> None:
        """`servers` are further addresses that serve every operation (`--server`)."""
        extra = tuple(servers)
        trees: dict[tuple[Server, ...], _Node] = {}
        for operation in operations:
            _insert(trees.setdefault(operation.servers, _Node()), operation)
        self._sites: Final = tuple(
            (pattern, tree)
            for own, tree in trees.items()
            for pattern in sorted(
                (_ServerPattern(url) for server in (*extra, *own) for url in _spelt_out(server)),
                key=lambda pattern: -pattern.base_length,
            )
        )
        self._parents: Final[dict[str, _Node]] = {}

    def find(self, method: str, url: str) -> Operation | None:
        """The operation for a request, where a plain address leads straight to it; None does not say there is none.

        What `route` says of most requests, in a tenth of its time.
        """
        parent, _, segment = url.partition("?")[0].rpartition("/")
        # Characters that are no part of a path, or stand for others: urlsplit knows what becomes of them.
        if not segment.isalnum() and ("#" in segment or not segment.isprintable()):
            return None
        node = self._parents.get(parent) or self._parent_at(parent)
        child = None if node is None else node.next(segment)
        return None if child is None else child.operations.get(method)

    def _parent_at(self, address: str) -> _Node | None:
        """The node for an address without its last segment; None where it is not to be found without trying."""
        match = _PLAIN_ADDRESS.fullmatch(address)
        if match is None or not match[2].isprintable():
            return None
        parts = urlsplit(match[1])
        origin = _origin(parts.scheme, parts.netloc)
        path = match[2]
        for pattern, tree in self._sites:
            if not pattern.knows_host(origin):
                continue
            rest = pattern.rest(path)
            if pattern.base is None or (rest is None and f"{pattern.base}/".startswith(f"{path}/")):
                return None  # the last segment may belong to the server's own path
            if rest is not None:
                node: _Node | None = tree
                for segment in rest.split("/")[1:]:
                    node = None if node is None else node.next(segment)
                return self._remembered(address, node)
        return None

    def _remembered(self, address: str, node: _Node | None) -> _Node | None:
        if node is not None:
            if len(self._parents) >= _MAX_PARENTS:
                self._parents.clear()
            self._parents[address] = node
        return node

    def route(self, method: str, url: str) -> Route:
        """The operation for a request. Never raises: an address that is none is under no server."""
        try:
            parts = urlsplit(url)
            origin = _origin(parts.scheme, parts.netloc)
        except ValueError:
            return Route(operation=None, server_known=False, path_known=False)
        host_known = host_named = False
        methods: set[str] = set()
        for pattern, tree in self._sites:
            if not pattern.knows_host(origin):
                continue
            host_known = True
            host_named = host_named or pattern.names_host
            rest = pattern.rest(parts.path or "/")  # RFC 9110, section 4.2.3: an empty path is `/`
            if rest is None:
                continue
            for node in _find(tree, rest.split("/")[1:], 0):
                operation = node.operations.get(method)
                if operation is not None:
                    return Route(operation=operation, server_known=True, path_known=True, host_named=host_named)
                methods.update(node.operations)
        return Route(
            operation=None,
            server_known=host_known,
            path_known=bool(methods),
            host_named=host_named,
            methods=tuple(sorted(methods)),
        )


def _insert(tree: _Node, operation: Operation) -> None:
    node = tree
    for segment in operation.path.split("/")[1:]:
        if "{" not in segment:
            node = node.concrete.setdefault(unquote(segment), _Node())
        else:
            # Templates that differ only in the names of their variables are one.
            anonymous = _VARIABLE.sub("{}", segment)
            if anonymous not in node.templated:
                node.templated[anonymous] = (_pattern(unquote(segment), "(?s:.+?)"), _Node())
                node.any_segment = node.templated["{}"][1] if node.templated.keys() == {"{}"} else None
            node = node.templated[anonymous][1]
    node.operations[operation.method] = operation


def _find(node: _Node, segments: list[str], depth: int) -> Iterator[_Node]:
    """The nodes whose template fits the path, the most concrete first."""
    if depth == len(segments):
        if node.operations:
            yield node
        return
    # RFC 3986, section 6.2.2.2: a character may be written as it is or percent-encoded. `%2F` divides no segments.
    segment = unquote(segments[depth])
    if segment in node.concrete:
        yield from _find(node.concrete[segment], segments, depth + 1)
    # A segment that is partly concrete (`{id}.json`) says more than one that is all variable.
    for _, (pattern, child) in sorted(node.templated.items(), key=lambda item: -len(item[0])):
        if pattern.fullmatch(segment):
            yield from _find(child, segments, depth + 1)


def _spelt_out(server: Server) -> Iterator[str]:
    """The server's URL with the values of its variables put in; `{name}` stays where any value may stand.

    A value may be a scheme, a port, or several segments of a path, and only a whole URL can be taken apart.
    """
    choices, defaults = dict(server.choices), dict(server.defaults)
    names = list(dict.fromkeys(_VARIABLE.findall(server.url)))
    values: list[tuple[str, ...]] = []
    for name in names:
        any_value, default = f"{{{name}}}", defaults.get(name)
        if name in choices:
            values.append(choices[name])
        elif default is None:
            values.append((any_value,))
        elif server.url.startswith(any_value):  # a scheme or a whole address: no value, but not just any
            values.append((default,))
        else:
            values.append((default, any_value))
    if prod(map(len, values)) > MAX_SPELT_OUT:
        values = [(f"{{{name}}}",) for name in names]
    for combination in product(*values):
        chosen = dict(zip(names, combination, strict=True))
        yield _VARIABLE.sub(lambda match, chosen=chosen: chosen[match[1]], server.url)  # type: ignore[misc]


def _pattern(template: str, otherwise: str) -> re.Pattern[str]:
    """A template as a regular expression; `otherwise` is what a variable may hold."""
    pieces = _VARIABLE.split(template)
    pieces[::2] = map(re.escape, pieces[::2])
    pieces[1::2] = [otherwise] * len(pieces[1::2])
    return re.compile("".join(pieces))


def _origin(scheme: str, netloc: str) -> str:
    """Scheme, host and port as they compare: lower case, no user name, no default port."""
    host = netloc.rpartition("@")[2]
    scheme = scheme.lower()
    # A name in braces is the document's own and keeps its case.
    host = "".join(part if part.startswith("{") else part.lower() for part in re.split(r"(\{[^{}]*\})", host))
    default = _DEFAULT_PORTS.get(scheme)
    if default is not None:
        host = host.removesuffix(f":{default}")
    return f"{scheme}://{host}"
