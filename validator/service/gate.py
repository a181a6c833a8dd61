"""The gate: no request reaches a view unless the service's own OpenAPI document (openapi.yaml) allows it.

What is checked comes from the document: the scope that a token needs (`x-scope`), which parameters there are, the
schema of each, which bodies are taken. How a text becomes a value is written down here, for the few types that the
document has; tests/service/test_gate.py holds the gate to what openapi-core says of the same requests. To ask
openapi-core itself would take longer than all the rest.

Of a body the gate sees only whether there is one. The readers of recordings (validator/recordings) judge it, while it
streams.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import wraps
from importlib.resources import as_file, files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from flask import g, request

from validator.contract import Contract, Document
from validator.pointer import join
from validator.redaction import MASK, SHOWN_CHARACTERS
from validator.reports.characters import visible
from validator.service.access import Access
from validator.service.express import PATH
from validator.service.problems import INVALID_PARAMETER, MISSING_BODY, UNSUPPORTED_MEDIA_TYPE, Problem, Refusal
from validator.service.reception import OPERATION, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask import Request, Response
    from flask.sansio.scaffold import Scaffold
    from jsonschema_rs import Draft202012Validator
    from werkzeug.datastructures import MultiDict

_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii"})

_ANY_TEXT: Final = {"type": "string"}
"""The schema of a parameter that is not looked at: Flask takes any text in a path, and other headers are read later."""

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)

_BOOLEANS: Final[Mapping[str, bool]] = MappingProxyType(
    {
        **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
        **dict.fromkeys(("false", "f", "no", "n", "off", "0"), False),
    }
)
"""openapi-core's words for a boolean, in any case."""


def own_document() -> Document:
    """The OpenAPI document of the service, checked."""
    with as_file(files("validator.service") / "openapi.yaml") as path:
        return Document.load(path)


def current_request() -> Request:
    """The request itself: Flask's `request` looks it up again at every use."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Werkzeug documents it
    return found


def query() -> Mapping[str, Any]:
    """The query of the request that passed the gate, as typed values, with the documented defaults."""
    passed: Mapping[str, Any] = g.query
    return passed


class Gate:
    """Wraps views: what the document does not allow is refused before the view is called."""

    def __init__(self, document: Document, access: Access | None = None) -> None:
        """`access` knows who may do what; without it, everybody may."""
        self._document: Final = document
        self._access: Final = access or Access(None)
        self._schemas: Final = Contract(document).schemas()

    def open(self, app: Scaffold, path: str, method: str, view: Callable[..., Response]) -> None:
        """Put a view at its path, behind the gate."""
        rule = path.replace("{", "<").replace("}", ">")
        app.add_url_rule(rule, f"{method} {path}", self(path, method, view), methods=[method.upper()])

    def __call__(self, path: str, method: str, view: Callable[..., Response]) -> Callable[..., Response]:
        """The view of a documented operation, behind the gate."""
        operation: Mapping[str, Any] = self._document.at(join("/paths", path, method))
        parameters = list(self._parameters(join("/paths", path, method), operation))
        documented = {known.name: known for known in parameters if known.place == "query"}
        texts = [known for known in parameters if known.place != "query" and known.schema != _ANY_TEXT]
        defaults = {name: known.schema["default"] for name, known in documented.items() if "default" in known.schema}
        accepted = tuple(operation.get("requestBody", {}).get("content", ()))
        scope: str | None = operation.get("x-scope")
        asked_for = Operation(id=operation["operationId"], path=path, scope=scope)
        check_access = self._access.check
        keeps_nothing = path == PATH

        @wraps(view)
        def gated(**path_parameters: Any) -> Response:
            asked = current_request()
            asked.environ[OPERATION] = replace(asked_for, parameters=path_parameters) if path_parameters else asked_for
            if scope is not None:
                check_access(asked.environ, scope, keeps_nothing=keeps_nothing)
            given = asked.args if asked.query_string else None
            if given:
                _refuse_undocumented(given, documented)
            for known in texts:
                known.check(asked, path_parameters)
            _refuse_other_charsets(asked)
            if given:
                g.query = {**defaults, **_values(given, documented)}
            else:
                g.query = defaults
            if accepted:
                _refuse_other_bodies(asked, accepted)
            return view(**path_parameters)

        return gated

    def _parameters(self, place: str, operation: Mapping[str, Any]) -> Iterator[_Parameter]:
        """The parameters of the operation at a place in the document."""
        for index in range(len(operation.get("parameters", ()))):
            pointer = self._document.follow(join(place, "parameters", index))
            parameter = self._document.at(pointer)
            schema = self._document.follow(join(pointer, "schema"))
            yield _Parameter(
                name=parameter["name"],
                place=parameter["in"],
                schema=self._document.at(schema),
                validator=self._schemas.validator(schema),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parameter:
    """A documented parameter."""

    name: str
    place: str
    schema: Mapping[str, Any]
    validator: Draft202012Validator

    @property
    def is_list(self) -> bool:
        return bool(self.schema["type"] == "array")

    def value(self, texts: list[str]) -> Any:
        """The value that the texts stand for. Raises Refusal where the schema does not allow it."""
        value: Any
        match self.schema["type"]:
            case "array":  # of strings
                value = texts
            case "boolean":
                value = _BOOLEANS.get(texts[0].lower())
            case "integer":
                value = int(texts[0]) if _INTEGER.fullmatch(texts[0]) else texts[0]
            case _:
                value = texts[0]
        if not self.validator.is_valid(value):
            came = " and ".join(map(_shown, texts))
            was_plus = self.schema.get("format") == "date-time" and " " in texts[0]
            mend = "in a query + stands for a space: write %2B" if was_plus else ""
            raise _invalid(self.name, f"expected {_expected(self.schema)}, got {came}", mend=mend)
        return value

    def check(self, asked: Request, path_parameters: Mapping[str, str]) -> None:
        """Raise Refusal where the schema does not allow the text that came, in the path or a header."""
        text = path_parameters[self.name] if self.place == "path" else asked.headers.get(self.name)
        if text is not None and not self.validator.is_valid(text):
            came = _shown(text)
            raise _invalid(self.name, f"expected {_expected(self.schema)}, got {came}", place=self.place)


def _values(given: MultiDict[str, str], documented: Mapping[str, _Parameter]) -> dict[str, Any]:
    return {name: known.value(given.getlist(name)) for name, known in documented.items() if name in given}


def _refuse_undocumented(given: MultiDict[str, str], documented: Mapping[str, _Parameter]) -> None:
    """Refuse a parameter that the document does not name, and a second value of a single one."""
    for name in given:
        if name not in documented:
            known = ", ".join(sorted(documented)) or "none"
            raise _invalid(name, "it is not documented", mend=f"leave it out; there are: {known}")
        if not documented[name].is_list and len(given.getlist(name)) > 1:
            raise _invalid(name, "expected one value, got more", mend="give it once")


def _refuse_other_charsets(asked: Request) -> None:
    charset = asked.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in _CHARSETS:
        detail = f"expected a body in UTF-8, got the charset {_shown(charset)}"
        members = {"accepted": [f"{asked.mimetype}; charset=utf-8"]}
        raise Refusal(Problem(kind=UNSUPPORTED_MEDIA_TYPE, detail=detail, members=members))


def _refuse_other_bodies(asked: Request, accepted: tuple[str, ...]) -> None:
    """Refuse a request without a body, and one whose body is of a kind that the document does not name."""
    if not (asked.content_length or "Transfer-Encoding" in asked.headers):
        raise Refusal(Problem(kind=MISSING_BODY, detail="expected a body, got none"))
    if asked.mimetype not in accepted:
        came = _shown(asked.mimetype or "application/octet-stream")
        detail = f"expected one of {', '.join(accepted)} as Content-Type, got {came}"
        raise Refusal(Problem(kind=UNSUPPORTED_MEDIA_TYPE, detail=detail, members={"accepted": list(accepted)}))


def _expected(schema: Mapping[str, Any]) -> str:
    """What the schema of a parameter allows, in words."""
    match schema:
        case {"description": str(told)}:
            return told
        case {"enum": [*values]}:
            return " or ".join(map(str, values))
        case {"type": "boolean"}:
            return "true or false"
    return str(schema["type"])


def _invalid(name: str, reason: str, *, mend: str = "", place: str = "query") -> Refusal:
    detail = f"{place} parameter {_shown(name)}: {reason}"
    return Refusal(Problem(kind=INVALID_PARAMETER, detail=detail, mend=mend, members={"parameter": _shown(name)}))


def _shown(text: str) -> str:
    """What the client sent, given back to it: on one line, and not at any length."""
    text = visible(text)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}{MASK}"
