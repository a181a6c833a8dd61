"""A small server that keeps tests/fuzz/books/openapi.yaml, or breaks it in one named way.

Written by hand, with nothing of the fuzzer or the judge in it. Checks come in this order: key, address, method, query,
media type, syntax, members, references, and then whether the thing is there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import threading
import traceback
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY: Final = "Lib-7h3kQz9XwA"
DEFECTS: Final = {
    "mends-commas": "malformed-json",
    "takes-nan": "malformed-json",
    "broken-json-is-422": "malformed-json",
    "broken-json-crashes-patch": "malformed-json",
    "book-without-title": "missing-parameter",
    "reader-without-name": "missing-parameter",
    "missing-name-is-400": "missing-parameter",
    "pages-as-text": "wrong-type",
    "list-of-tags-unchecked": "wrong-type",
    "note-crashes": "wrong-type",
    "any-page-count": "invalid-value",
    "any-date": "invalid-value",
    "any-kind": "invalid-value",
    "all-kinds": "valid",
    "any-author": "unknown-reference",
    "unknown-book-crashes": "unknown-resource",
    "unknown-shelf-is-empty": "unknown-resource",
    "bad-uuid-crashes": "unknown-resource",
    "open-authors": "no-credentials",
    "empty-key": "no-credentials",
    "key-in-any-case": "bad-credentials",
    "key-by-its-beginning": "bad-credentials",
    "key-as-bearer": "bad-credentials",
    "odd-key-crashes": "bad-credentials",
    "wrong-key-is-403": "bad-credentials",
    "any-method": "unsupported-method",
    "trace": "unsupported-method",
    "unknown-method-crashes": "unsupported-method",
    "takes-forms": "unsupported-media-type",
    "xml-crashes": "unsupported-media-type",
    "limit-crashes": "invalid-query",
    "any-limit": "invalid-query",
    "since-crashes": "invalid-query",
    "plain-errors": "unknown-resource",
    "no-location": "valid",
    "location-of-the-first": "valid",
    "pages-in-words": "valid",
    "null-is-refused": "valid",
    "patch-forgets": "valid",
    "deleted-stays": "valid",
    "tells-its-insides": "invalid-value",
}
"""By name: the fault that shows it; `valid` also stands for sequences."""


_SURROGATE: Final = re.compile("[\ud800-\udfff]")


TELLS_THE_KEY: Final = "tells-the-key"
"""One more, which is there to see what becomes of a key that a server repeats."""


class Refused(Exception):  # noqa: N818 - says what becomes of the request
    def __init__(self, status: int, kind: str, **more: Any) -> None:
        super().__init__(status, kind)
        self.status = status
        self.problem = {"type": f"/problems/{kind}", "title": kind.replace("-", " "), "status": status, **more}


@dataclass
class Library:
    """What there is."""

    authors: dict[str, dict[str, Any]] = field(default_factory=dict)
    shelves: dict[str, dict[str, Any]] = field(default_factory=dict)
    books: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    count: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def filled(cls) -> Library:
        library = cls()
        for name in ("A. Writer", "B. Poet"):
            one = _uuid(name)
            library.authors[one] = {"id": one, "name": name}
        for name in ("Novels", "Poems"):
            one = _uuid(name)
            library.shelves[one] = {"id": one, "name": name, "floor": 1, "note": None}
            library.books[one] = {}
            author = next(iter(library.authors))
            for pages in (120, 340):
                library.add_book(one, {"kind": "paper", "title": f"{name} {pages}", "authorId": author, "pages": pages})
        return library

    def add_book(self, shelf: str, body: dict[str, Any]) -> dict[str, Any]:
        self.count += 1
        book = {"id": f"b-{self.count:04}", **body}
        self.books[shelf][book["id"]] = book
        return book


def _uuid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def text(least: int = 0, most: int = 10**9) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and least <= len(value) <= most and not _SURROGATE.search(value)


def whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: number(value) and value == int(value) and least <= value <= most


def number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def like(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII) is not None


def is_date(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return False
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def or_null(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or check(value)


def is_object(value: Any) -> bool:
    return isinstance(value, dict)


def is_playtime(value: Any) -> bool:
    return number(value) and 0 < value <= 6000


is_tag = like("[a-z]{2,12}")
is_uuid = like("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
is_email = like(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def are_tags(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 5 and all(map(is_tag, value))


SHELF: Final = {"name": text(1, 60), "floor": whole(-1, 9), "note": or_null(text(0, 200))}
BOOK: Final = {"title": text(1, 200), "authorId": is_uuid, "published": or_null(is_date)}
PAPER: Final = {**BOOK, "pages": whole(1, 10000), "tags": are_tags}
AUDIO: Final = {**BOOK, "minutes": is_playtime, "reader": is_object}
READER: Final = {"name": text(1), "email": is_email}

Reply = tuple[int, Any, dict[str, str]]
"""Status, value of the body, headers."""


class Service:
    """Answers requests: a status, headers and a body."""

    def __init__(self, defect: str | None) -> None:
        self.url = ""
        self.become(defect)

    def become(self, defect: str | None) -> None:
        """Begin anew, sound or with a defect."""
        self.defect = defect
        self.holdings = Library.filled()

    def answer(self, method: str, target: str, headers: Any, raw: bytes) -> tuple[int, dict[str, str], bytes]:
        try:
            with self.holdings.lock:
                status, value, more = self._answer(method, target, headers, raw)
        except Refused as refused:
            if self.defect == "plain-errors" and refused.status == 404:
                return 404, {"Content-Type": "text/plain"}, b"not found"
            if self.defect == "tells-its-insides" and refused.status == 422:
                refused.problem["detail"] = "".join(traceback.format_exception(refused))
            kind = {"Content-Type": "application/problem+json"}
            return refused.status, kind, json.dumps(refused.problem).encode()
        except Exception:  # noqa: BLE001 - what a defect crashes with
            return 500, {"Content-Type": "text/html"}, b"<h1>Internal Server Error</h1>"
        if value is None:
            return status, more, b""
        return status, {"Content-Type": "application/json", **more}, json.dumps(value).encode()

    def _answer(self, method: str, target: str, headers: Any, raw: bytes) -> Reply:
        path, _, query = target.partition("?")
        parts = [unquote(part) for part in path.split("/")[1:]]
        if parts != ["health"]:
            self._let_in(parts, headers)
        routes = self._routes(parts)
        if method == "TRACE" and self.defect == "trace":
            return 200, dict(headers.items()), {}
        if method not in routes:
            if self.defect == "unknown-method-crashes" and method not in {"GET", "POST", "PUT", "PATCH", "DELETE"}:
                raise RuntimeError(method)
            if self.defect != "any-method" or "GET" not in routes:
                raise Refused(405, "method")
            method = "GET"
        media_type, handler = routes[method]
        wanted = parse_qs(query, keep_blank_values=True)
        if method == "GET":
            self._check_query(parts, wanted)
        body = self._body(media_type, headers, raw, parts) if media_type else None
        if parts[:1] == ["shelves"] and len(parts) > 1 and parts[1] not in self.holdings.shelves:
            if self.defect == "bad-uuid-crashes":
                uuid.UUID(parts[1])
            if self.defect == "unknown-shelf-is-empty" and len(parts) == 3 and method == "GET":
                return 200, {"items": [], "next": None}, {}
            raise Refused(404, "not-found")
        return handler(parts, body, wanted, headers)

    def _let_in(self, parts: list[str], headers: Any) -> None:
        shown = headers.get("X-Api-Key")
        if self.defect == "open-authors" and len(parts) == 2 and parts[0] == "authors":
            return
        if self.defect == "key-as-bearer" and shown is None:
            shown = (headers.get("Authorization") or "").removeprefix("Bearer ") or None
        if shown is None or (shown == "" and self.defect != "empty-key"):
            raise Refused(401, "no-key")
        if self.defect == "odd-key-crashes":
            shown.encode("ascii")
        good = shown == KEY
        if self.defect == "key-in-any-case":
            good = shown.lower() == KEY.lower()
        elif self.defect in {"key-by-its-beginning", "empty-key"}:
            good = good or (shown.startswith(KEY) if shown else self.defect == "empty-key")
        if not good and self.defect == TELLS_THE_KEY:
            raise Refused(403, "wrong-key", detail=f"{shown} is not the key", errors=[{"pointer": str(headers)}])
        if not good:
            raise Refused(403 if self.defect == "wrong-key-is-403" else 401, "wrong-key")

    def _routes(self, parts: list[str]) -> dict[str, tuple[str | None, Callable[..., Reply]]]:
        json_type = "application/json"
        match parts:
            case ["health"]:
                return {"GET": (None, lambda *_: (200, {"up": True}, {}))}
            case ["authors"]:
                return {"GET": (None, lambda *_: self._page(self.holdings.authors, _[2]))}
            case ["authors", _]:
                return {"GET": (None, self._author)}
            case ["shelves"]:
                return {
                    "GET": (None, lambda *_: self._page(self.holdings.shelves, _[2])),
                    "POST": (json_type, self._add_shelf),
                }
            case ["shelves", _]:
                return {
                    "GET": (None, lambda parts, *_: (200, self.holdings.shelves[parts[1]], {})),
                    "PATCH": ("application/merge-patch+json", self._change_shelf),
                    "DELETE": (None, self._remove_shelf),
                }
            case ["shelves", _, "books"]:
                return {"GET": (None, self._list_books), "POST": (json_type, self._add_book)}
            case ["shelves", _, "books", _]:
                return {
                    "GET": (None, self._get_book),
                    "PUT": (json_type, self._replace_book),
                    "DELETE": (None, self._remove_book),
                }
        raise Refused(404, "not-found")

    def _check_query(self, parts: list[str], query: dict[str, list[str]]) -> None:
        if parts[-1] not in {"authors", "shelves", "books"}:
            return
        limit = query.get("limit", ["20"])[-1]
        if self.defect == "limit-crashes":
            int(limit)
        if self.defect == "any-limit":
            query.pop("limit", None)
        elif not (limit.isascii() and limit.isdigit() and len(limit) < 4 and 1 <= int(limit) <= 100):
            raise Refused(400, "query")
        if parts[-1] != "books":
            return
        if query.get("kind", ["paper"])[-1] not in {"paper", "audio"}:
            raise Refused(400, "query")
        since = query.get("since", ["2000-01-01"])[-1]
        if self.defect == "since-crashes":
            dt.date.fromisoformat(since)
        if not is_date(since):
            raise Refused(400, "query")

    # ------------------------------------------------------------------------------------------------------- bodies

    def _body(self, media_type: str, headers: Any, raw: bytes, parts: list[str]) -> Any:
        came = (headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        if came == "application/x-www-form-urlencoded" and self.defect == "takes-forms":
            form = {name: values[-1] for name, values in parse_qs(raw.decode(), keep_blank_values=True).items()}
            raw = json.dumps({name: _read(value) for name, value in form.items()}).encode()
        elif came == "application/xml" and self.defect == "xml-crashes":
            raise RuntimeError(came)
        elif came != media_type:
            raise Refused(415, "media-type")
        try:
            written = raw.decode("utf-8")
            if self.defect == "mends-commas":
                written = re.sub(r",(\s*[}\]])", r"\1", written)
            value = json.loads(written, parse_constant=None if self.defect == "takes-nan" else _no_constant)
        except (ValueError, RecursionError):
            if self.defect == "broken-json-crashes-patch" and len(parts) == 2:
                raise RuntimeError from None
            if self.defect == "broken-json-is-422":
                raise Refused(422, "invalid") from None
            raise Refused(400, "malformed") from None
        if not isinstance(value, dict):
            raise Refused(422, "invalid", errors=[{"pointer": ""}])
        return value

    def _check(self, body: dict[str, Any], shape: dict[str, Callable[[Any], bool]], *needed: str) -> None:
        missing = [name for name in needed if name not in body and not self._is_spared(name, shape)]
        if missing and missing[0] == "name" and self.defect == "missing-name-is-400":
            raise Refused(400, "malformed")
        wrong = [name for name, fits in shape.items() if name in body and not self._passes(name, body[name], fits)]
        if missing or wrong:
            raise Refused(422, "invalid", errors=[{"pointer": f"/{name}"} for name in (*missing, *wrong)])

    def _is_spared(self, name: str, shape: dict[str, Callable[[Any], bool]]) -> bool:
        return (self.defect, name) == ("book-without-title", "title") or (
            self.defect == "reader-without-name" and shape is READER
        )

    def _passes(self, name: str, value: Any, fits: Callable[[Any], bool]) -> bool:
        match self.defect, name:
            case "pages-as-text", "pages" if isinstance(value, str):
                return value.isascii() and value.isdigit()
            case "any-page-count", "pages":
                return number(value)
            case "any-date", "published":
                return value is None or isinstance(value, str)
            case "list-of-tags-unchecked", "tags":
                return isinstance(value, list)
            case "null-is-refused", "note" if value is None:
                return False
            case "note-crashes", "note":
                return value is None or len(value) <= 200
        return fits(value)

    def _check_book(self, body: dict[str, Any]) -> None:
        kind = body.get("kind")
        if kind not in ("paper", "audio"):
            if self.defect != "any-kind" or not isinstance(kind, str):
                raise Refused(422, "invalid", errors=[{"pointer": "/kind"}])
            body["kind"] = kind = "audio" if "minutes" in body else "paper"
        if kind == "paper":
            self._check(body, PAPER, "title", "authorId", "pages")
        else:
            self._check(body, AUDIO, "title", "authorId", "minutes")
            if "reader" in body:
                self._check(body["reader"], READER, "name")
        if body["authorId"].lower() not in self.holdings.authors and self.defect != "any-author":
            raise Refused(422, "unknown-author")

    # ----------------------------------------------------------------------------------------------------- handlers

    def _page(self, things: dict[str, Any], query: dict[str, list[str]]) -> Reply:
        return 200, {"items": list(things.values())[: int(query.get("limit", ["20"])[-1])], "next": None}, {}

    def _author(self, parts: list[str], *_: Any) -> Reply:
        if parts[1] not in self.holdings.authors:
            raise Refused(404, "not-found")
        return 200, self.holdings.authors[parts[1]], {}

    def _add_shelf(self, _parts: list[str], body: dict[str, Any], *_: Any) -> Reply:
        self._check(body, SHELF, "name")
        self._need_new_name(body["name"], "")
        one = str(uuid.uuid4())
        self.holdings.shelves[one] = {"id": one, **{name: body[name] for name in SHELF if name in body}}
        self.holdings.books[one] = {}
        return 201, self.holdings.shelves[one], self._location(one)

    def _location(self, shelf: str) -> dict[str, str]:
        if self.defect == "location-of-the-first":
            shelf = next(iter(self.holdings.shelves))
        return {} if self.defect == "no-location" else {"Location": f"/shelves/{shelf}"}

    def _change_shelf(self, parts: list[str], body: dict[str, Any], *_: Any) -> Reply:
        self._check(body, SHELF)
        if "name" in body:
            self._need_new_name(body["name"], parts[1])
        shelf = {**self.holdings.shelves[parts[1]], **{name: body[name] for name in SHELF if name in body}}
        if self.defect != "patch-forgets":
            self.holdings.shelves[parts[1]] = shelf
        return 200, shelf, {}

    def _need_new_name(self, name: str, own: str) -> None:
        if any(shelf["name"] == name and one != own for one, shelf in self.holdings.shelves.items()):
            raise Refused(409, "name-taken")

    def _remove_shelf(self, parts: list[str], *_: Any) -> Reply:
        if self.holdings.books[parts[1]]:
            raise Refused(409, "not-empty")
        del self.holdings.shelves[parts[1]], self.holdings.books[parts[1]]
        return 204, None, {}

    def _list_books(self, parts: list[str], _body: Any, query: dict[str, list[str]], *_: Any) -> Reply:
        books = self.holdings.books[parts[1]]
        kinds, titles = query.get("kind"), query.get("title")
        if self.defect != "all-kinds":
            books = {one: book for one, book in books.items() if kinds is None or book["kind"] == kinds[-1]}
        return self._page(
            {one: book for one, book in books.items() if titles is None or book["title"] == titles[-1]}, query
        )

    def _book(self, parts: list[str]) -> dict[str, Any]:
        books = self.holdings.books[parts[1]]
        if parts[3] not in books:
            if self.defect == "unknown-book-crashes":
                raise KeyError(parts[3])
            raise Refused(404, "not-found")
        return books[parts[3]]

    def _get_book(self, parts: list[str], *_: Any) -> Reply:
        book = self._book(parts)
        if self.defect == "pages-in-words" and "pages" in book:
            book = {**book, "pages": f"{book['pages']} pages"}
        return 200, book, {}

    def _add_book(self, parts: list[str], body: dict[str, Any], *_: Any) -> Reply:
        self._check_book(body)
        book = self.holdings.add_book(parts[1], {"title": "", **_kept(body)})
        return 201, book, {"Location": f"/shelves/{parts[1]}/books/{book['id']}"}

    def _replace_book(self, parts: list[str], body: dict[str, Any], _query: Any, headers: Any) -> Reply:
        self._check_book(body)
        book = self._book(parts)
        if headers.get("If-Match") not in {None, "*", _tag(book)}:
            raise Refused(412, "changed-meanwhile")
        book = {"id": book["id"], "title": "", **_kept(body)}
        self.holdings.books[parts[1]][parts[3]] = book
        return 200, book, {}

    def _remove_book(self, parts: list[str], *_: Any) -> Reply:
        book = self._book(parts)
        if self.defect != "deleted-stays":
            del self.holdings.books[parts[1]][book["id"]]
        return 204, None, {}


def _kept(body: dict[str, Any]) -> dict[str, Any]:
    """What is stored of a book; not what a defect let pass, so that an answer breaks no other promise."""
    kept = {name: body[name] for name in ("kind", "title", "authorId") if name in body}
    if is_date(body.get("published")):
        kept["published"] = body["published"]
    if body["kind"] == "audio":
        kept["minutes"] = body["minutes"]
    elif number(body["pages"]):
        kept["pages"] = int(body["pages"])
    return kept


def _tag(book: dict[str, Any]) -> str:
    return f'"{hashlib.sha256(json.dumps(book).encode()).hexdigest()[:16]}"'


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _read(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


@contextmanager
def serving_library(defect: str | None = None) -> Iterator[Service]:
    """The server on a free port of loopback."""
    service = Service(defect)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self.serve
            raise AttributeError(name)

        def log_message(self, *_: object) -> None: ...

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, content = service.answer(self.command, self.path, self.headers, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        service.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
