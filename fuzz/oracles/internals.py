"""No answer shows the inside of the server: stack traces, SQL, file paths, pages of a debugger. Pure.

A table of what such things look like. What the request itself said is no leak where it comes back, and what a success
brings may be a text that somebody wrote: there, only what no person writes counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from fuzz.oracles.finding import make_finding
from validator import rules
from validator.judges.common import is_success
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.contract import Operation
    from validator.exchange import Exchange, Response
    from validator.findings import Finding

_MOST: Final = 256 * 1024
"""So many characters of a body are looked through; an error page begins with what went wrong."""

_TEXTS: Final = ("json", "text/", "xml", "html", "javascript")
_ESCAPED: Final = re.compile(r"\\([\\/\"nrt])|\\u([0-9a-fA-F]{4})|&(#39|#x27|quot|lt|gt|amp);")
_PLAIN: Final = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "#39": "'",
    "#x27": "'",
    "quot": '"',
    "lt": "<",
    "gt": ">",
    "amp": "&",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """What a part of the inside looks like. `anywhere`: in a success, too, for no person writes such a thing."""

    name: str
    pattern: re.Pattern[str]
    anywhere: bool = True


def _sign(name: str, *patterns: str, anywhere: bool = True) -> Sign:
    return Sign(name, re.compile("|".join(patterns)), anywhere)


_FILE: Final = r"[\w.+@-]+(?:/[\w.+@-]+)*"
_SOURCE: Final = (
    r"(?:php|phtml|pyc?|rb|java|jar|kt|scala|go|rs|cs|dll|ts|mjs|pl|exs?|so|sql|db|sqlite3?|conf|cfg|ini|ya?ml|toml"
    r"|env|log)"
)
_NO_LINK: Final = r"""(?<![\w.~:/%-])(?<!href=["'])(?<!src=["'])(?<!action=["'])"""
"""What a page loads, or links to, is a path of the site and not of a file."""

SIGNS: Final = (
    _sign(
        "a Python stack trace",
        r"Traceback \(most recent call last\):",
        r"File \"[^\"\n]{1,300}\", line \d+",
    ),
    _sign(
        "a PHP error",
        r"(?:Fatal error|Parse error|Warning|Notice|Deprecated)(?:</b>)?:\s[^\n]{1,500}? in (?:<b>)?\S{1,300}\.php",
        r"PHP (?:Fatal error|Parse error|Warning|Notice|Deprecated):",
        r"#\d+ \S{1,300}\.php\(\d+\)",
        r"Uncaught (?:\w+\\)*\w*(?:Exception|Error):",
    ),
    _sign(
        "a Java stack trace",
        r"\bat (?:[\w$]+\.)+[\w$<>]+\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)",
        r"Exception in thread \"",
        r"\b(?:javax?|jakarta|org|com|net|io)(?:\.\w+){2,}(?:Exception|Error)\b",
        r"\bjava\.lang\.\w+(?:Exception|Error)\b",
    ),
    _sign(
        "a JavaScript stack trace",
        r"\bat (?:async )?(?:new )?(?:[\w$.<>\[\]]{1,100}(?: \[as \w+\])? \()?(?:file:///|node:|/|[A-Z]:\\)[^\s()]{1,300}:\d+:\d+",
    ),
    _sign("a Ruby stack trace", r"\.rb:\d+:in [`']", r"\bActive(?:Record|Model|Support)::\w+"),
    _sign(
        "a .NET stack trace",
        r"\bat [\w.<>`\[\],+]{1,300}\([^)\n]{0,300}\) in [^\n]{1,300}:line \d+",
        r"\b(?:System|Microsoft)\.(?:\w+\.)*\w*Exception\b",
    ),
    _sign(
        "a Go stack trace",
        r"goroutine \d+ \[[\w ,]+\]:",
        r"panic: runtime error:",
        r"\.go:\d+ \+0x[0-9a-f]+",
    ),
    _sign("a Rust panic", r"thread '[^'\n]{1,100}' panicked at"),
    _sign(
        "an error of a database",
        r"SQLSTATE(?:\[\w{5}\]|[:= ]+[0-9A-Z]{5}\b)",
        r"You have an error in your SQL syntax",
        r"\bORA-\d{5}: ",
        r"\bPG::\w+",
        r"\bpsycopg\d?\.\w+",
        r"\bsqlite3?\.\w*Error\b",
        r"\bSQLITE_[A-Z]{3,}\b",
        r"near \"[^\"\n]{1,100}\": syntax error",
        r"\b(?:UNIQUE|NOT NULL|FOREIGN KEY|CHECK) constraint failed\b",
        r"(?:duplicate key value )?violates (?:unique|foreign key|not-null|check) constraint",
        r"Duplicate entry '[^'\n]{0,300}' for key",
        r"Unknown column '[^'\n]{1,100}' in '",
        r"Table '[^'\n]{1,100}' doesn't exist",
        r"ERROR:\s+(?:syntax error at or near|relation \"[^\"\n]+\" does not exist|column \"?[\w.]+\"? does not exist)",
        r"Unclosed quotation mark after the character string",
        r"Incorrect (?:integer|decimal|string|datetime|date) value: '[^'\n]{0,300}' for column",
        r"\b(?:mysqli?|pg|sqlsrv|oci)_\w+\(\)",
        r"\bsqlalchemy\.exc\b",
        r"MongoServerError|MongoError|E11000 duplicate key",
    ),
    _sign(
        "a statement in SQL",
        r"\bSELECT\b[^\n]{1,500}?\bFROM\b[^\n]{1,300}?\b(?:WHERE|LIMIT|ORDER BY|JOIN|GROUP BY)\b",
        r"\bSELECT \* FROM \w+",
        r"\bINSERT INTO\s+[\w`\".\[\]]+\s*\(",
        r"\bUPDATE\s+[\w`\".\[\]]+\s+SET\s+[\w`\".\[\]]+\s*=",
        r"\bDELETE FROM\s+[\w`\".\[\]]+(?:\s+WHERE\b|\s*;|\s*$)",
        anywhere=False,
    ),
    _sign(
        "a path of a file of the server",
        rf"{_NO_LINK}/(?:var/(?:lib|log|task|app)|usr/\w+|srv|opt|etc|app|root|code|workspace|vendor)/{_FILE}\.{_SOURCE}\b",
        rf"{_NO_LINK}/(?:var/www|usr/local/\w+|home/[\w.-]+|Users/[\w.-]+)/{_FILE}",
        r"\bfile:///[\w.]",
        r"\b[A-Za-z]:\\(?:[\w. -]{1,100}\\)+[\w. -]{1,100}",
        anywhere=False,
    ),
    _sign(
        "the address of a database or a queue",
        r"\b(?:mysql|mariadb|postgres|postgresql|mongodb|rediss?|amqps?|mssql|sqlserver|clickhouse)"
        r"(?:\+\w{1,20})?://[\w.:@%-]{1,300}",
        anywhere=False,
    ),
    _sign(
        "a page of a debugger",
        r"Werkzeug Debugger|werkzeug\.debug",
        r"You're seeing this error because you have <code>DEBUG = True</code>",
        r"\bWhoops\\(?:Exception|Handler|Run)|Whoops, looks like something went wrong",
        r"\b(?:Symfony|Illuminate|Laravel|Doctrine|Zend|Laminas)\\\w+\\\w+",
        r"Whitelabel Error Page",
        r"Server Error in '[^'\n]{0,100}' Application",
        r"Action Controller: Exception caught",
        r"<title>phpinfo\(\)</title>",
    ),
)

HEADERS: Final = re.compile(r"x-debug-(?:token(?:-link)?|exception(?:-file)?)", re.IGNORECASE)
"""Headers that only a debugger sends."""


def leaks(operation: Operation, exchange: Exchange) -> Iterator[Finding]:
    """A finding for each part of the inside that an answer shows, in its body or its headers."""
    response = exchange.response
    body, lines = _text(response), "\n".join(value for _, value in response.headers)
    said = _said(exchange)
    for sign in SIGNS:
        if sign.anywhere:
            shown = [*sign.pattern.finditer(body), *sign.pattern.finditer(lines)]
        else:
            shown = [] if is_success(response.status) else [*sign.pattern.finditer(body)]
        if any(found[0] not in said for found in shown):
            yield _finding(operation, sign.name)
    for name, _ in response.headers:
        if HEADERS.fullmatch(name):
            yield _finding(operation, f"the header {name.title()} of a debugger")


def _text(response: Response) -> str:
    """The body, as who reads it sees it; none where it is no text."""
    kind = (response.headers.get("content-type") or "text/").lower()
    if not response.body or not any(one in kind for one in _TEXTS):
        return ""
    return _unescaped(response.body.decode("utf-8", "replace")[:_MOST])


def _said(exchange: Exchange) -> str:
    """All that the request said, as a server may repeat it."""
    request = exchange.request
    body = (request.body or b"").decode("utf-8", "replace")
    lines = "\n".join(value for _, value in request.headers)
    return f"{unquote(request.url)}\n{request.url}\n{lines}\n{body}\n{_unescaped(body)}"


def _unescaped(text: str) -> str:
    """As it looks to who reads it, out of JSON or HTML."""
    return _ESCAPED.sub(lambda found: _character(found[1] or found[3], found[2]), text)


def _character(name: str | None, digits: str | None) -> str:
    return chr(int(digits, 16)) if digits else _PLAIN.get(name or "", name or "")


def _finding(operation: Operation, shown: str) -> Finding:
    expected = "an answer that shows nothing of the inside of the server"
    return make_finding(rules.INTERNALS_LEAKED, operation, expected, Safe(shown))
