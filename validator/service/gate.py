"""The gate: no request reaches a view unless the service's own OpenAPI document (openapi.yaml) allows it.

openapi-core's Flask integration checks method, parameters and content type, and gives the view its parameters as
typed values. It is kept from the body: it would read it whole, and check it with a validator that takes seconds for a
big HAR. So the copy of the document that it works with has no schemas for request bodies, and all that it sees of a
body is whether there is one. The readers of recordings (validator/recordings) judge the body, while it streams.
"""

from __future__ import annotations

import copy
from functools import wraps
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final, NoReturn

from flask import request
from openapi_core import Config, OpenAPI
from openapi_core.contrib.flask import FlaskOpenAPIRequest, FlaskOpenAPIViewDecorator
from openapi_core.contrib.flask.handlers import FlaskOpenAPIErrorsHandler
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.media_types.exceptions import MediaTypeNotFound
from openapi_core.validation.request.exceptions import MissingRequiredRequestBody, ParameterValidationError

from validator.contract import Document
from validator.redaction import MASK, SHOWN_CHARACTERS
from validator.reports.characters import visible
from validator.service.problems import INVALID_PARAMETER, MISSING_BODY, UNSUPPORTED_MEDIA_TYPE, Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flask import Response

_ANYWHERE: Final = "http://localhost"
_SOME_BODY: Final = b"(not read here)"
_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii"})


def own_document() -> Document:
    """The OpenAPI document of the service, checked."""
    with as_file(files("validator.service") / "openapi.yaml") as path:
        return Document.load(path)


def query() -> Mapping[str, Any]:
    """The query of the request that passed the gate, as typed values, with the documented defaults."""
    parameters: Mapping[str, Any] = request.openapi.parameters.query  # type: ignore[attr-defined]
    return parameters


class Gate:
    """Wraps views: what the document does not allow is refused before the view is called."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        without_bodies = copy.deepcopy(dict(document))
        media_types: set[str] = set()
        for item in without_bodies["paths"].values():
            for operation in item.values():
                content = operation.get("requestBody", {}).get("content", {})
                media_types.update(content)
                for media_type in content.values():
                    del media_type["schema"]
        self._paths: Final[Mapping[str, Any]] = without_bodies["paths"]
        config = Config(
            spec_validator_cls=None,  # type: ignore[arg-type]  # no check: it was made when the document was loaded
            extra_media_type_deserializers=dict.fromkeys(media_types, _left_alone),
        )
        self._check: Final = FlaskOpenAPIViewDecorator(
            OpenAPI.from_dict(without_bodies, config=config),
            request_cls=_Request,
            response_cls=None,  # type: ignore[arg-type]  # what it documents for "do not judge the answers"
            errors_handler_cls=_Raiser,
        )

    def __call__(self, path: str, method: str, view: Callable[..., Response]) -> Callable[..., Response]:
        """The view of a documented operation, behind the gate."""
        documented = {
            parameter["name"]: parameter["schema"]
            for parameter in self._paths[path][method].get("parameters", ())
            if parameter["in"] == "query"
        }
        checked: Callable[..., Response] = self._check(view)

        @wraps(view)
        def gated(**path_parameters: Any) -> Response:
            _refuse_undocumented(documented)
            _refuse_other_charsets()
            try:
                return checked(**path_parameters)
            except OpenAPIError as error:
                raise _refusal(error, documented) from None

        return gated


class _Request(FlaskOpenAPIRequest):
    """The request as openapi-core may see it: whatever name the service is reached by, and without its body."""

    @property
    def host_url(self) -> str:
        return _ANYWHERE

    @property
    def method(self) -> str:
        return "get" if self.request.method == "HEAD" else self.request.method.lower()

    @property
    def body(self) -> bytes:
        has_body = self.request.content_length or "Transfer-Encoding" in self.request.headers
        return _SOME_BODY if has_body else b""

    @property
    def content_type(self) -> str:
        # Without parameters: openapi-core fails on some of them, with a ValueError of its own.
        return self.request.mimetype or "application/octet-stream"

    def get_path(self, path: str) -> str:
        return path


class _Raiser(FlaskOpenAPIErrorsHandler):
    """Raises the first of openapi-core's errors, instead of making an answer of its own."""

    def __call__(self, errors: Iterable[Exception]) -> NoReturn:
        raise next(iter(errors))


def _refuse_undocumented(documented: Mapping[str, Mapping[str, Any]]) -> None:
    """What openapi-core lets pass: a parameter that the document does not name, or a second value of a single one."""
    for name in request.args:
        if name not in documented:
            known = ", ".join(sorted(documented)) or "none"
            raise _invalid(name, "it is not documented", mend=f"leave it out; there are: {known}")
        if documented[name]["type"] != "array" and len(request.args.getlist(name)) > 1:
            raise _invalid(name, "expected one value, got more", mend="give it once")


def _refuse_other_charsets() -> None:
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in _CHARSETS:
        detail = f"expected a body in UTF-8, got the charset {_shown(charset)}"
        members = {"accepted": [f"{request.mimetype}; charset=utf-8"]}
        raise Refusal(Problem(kind=UNSUPPORTED_MEDIA_TYPE, detail=detail, members=members))


def _refusal(error: OpenAPIError, documented: Mapping[str, Mapping[str, Any]]) -> Exception:
    """openapi-core's error as a refusal."""
    match error.__cause__ or error:
        case MediaTypeNotFound(mimetype=came, availableMimetypes=accepted):
            detail = f"expected one of {', '.join(accepted)} as Content-Type, got {_shown(came)}"
            return Refusal(Problem(kind=UNSUPPORTED_MEDIA_TYPE, detail=detail, members={"accepted": list(accepted)}))
        case MissingRequiredRequestBody():
            return Refusal(Problem(kind=MISSING_BODY, detail="expected a recording, got no body"))
    if isinstance(error, ParameterValidationError) and error.name in documented:
        came = " and ".join(_shown(value) for value in request.args.getlist(error.name)) or "nothing"
        return _invalid(error.name, f"expected {_expected(documented[error.name])}, got {came}")
    return error


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


def _invalid(name: str, reason: str, *, mend: str = "") -> Refusal:
    detail = f"query parameter {_shown(name)}: {reason}"
    return Refusal(Problem(kind=INVALID_PARAMETER, detail=detail, mend=mend, members={"parameter": _shown(name)}))


def _shown(text: str) -> str:
    """What the client sent, given back to it: on one line, and not at any length."""
    text = visible(text)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}{MASK}"


def _left_alone(body: bytes, **_: str) -> bytes:
    return body
