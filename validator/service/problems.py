"""Problem documents (RFC 9457): why a request was refused, as a value, an exception, and a response.

The table lists every kind. A slug is promised for ever (`type` is `/problems/<slug>`, and the service answers there);
titles and advice may be reworded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import orjson
from flask import Response

from validator.reports.characters import whole

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """One kind of problem: its slug, the status it is answered with, what it says, how to mend it."""

    slug: str
    status: int
    title: str
    mend: str

    @property
    def uri(self) -> str:
        """The `type` of its problem documents: relative, for a service has many names."""
        return f"/problems/{self.slug}"


INVALID_PARAMETER: Final = ProblemKind(
    slug="invalid-parameter",
    status=400,
    title="A parameter of the request is not what the service documents",
    mend="compare the request with /openapi.json",
)
MISSING_BODY: Final = ProblemKind(
    slug="missing-body",
    status=400,
    title="The request has no body",
    mend="send the file as the body; with curl: --data-binary @FILE",
)
BODY_CUT_SHORT: Final = ProblemKind(
    slug="body-cut-short",
    status=400,
    title="The body ended before its end; nothing was judged",
    mend="send it again, with a Content-Length that is its length in bytes",
)
UNREADABLE_CODING: Final = ProblemKind(
    slug="unreadable-coding",
    status=400,
    title="The body is not in the coding that Content-Encoding names",
    mend="send what gzip writes, or leave out Content-Encoding",
)
UNREADABLE_FORM: Final = ProblemKind(
    slug="unreadable-form",
    status=400,
    title="The form is not what the page sends",
    mend="load the page again, and fill it in once more; programs POST to /v1/validate",
)
UNAUTHENTICATED: Final = ProblemKind(
    slug="unauthenticated",
    status=401,
    title="The request does not say who asks, and must",
    mend="send a token of this service: Authorization: Bearer TOKEN; `picqer-contract token create` makes one",
)
FORBIDDEN: Final = ProblemKind(
    slug="forbidden",
    status=403,
    title="The scope of the token does not allow this",
    mend="use a token with the scope that `x-scope` in /openapi.json names, or one above it",
)
OTHER_SITE: Final = ProblemKind(
    slug="other-site",
    status=403,
    title="The form was sent by a page of another site",
    mend="open the page of this service, and send the form from there",
)
NOT_FOUND: Final = ProblemKind(
    slug="not-found",
    status=404,
    title="There is nothing at this path",
    mend="see /openapi.json for what there is",
)
UNKNOWN_CONTRACT: Final = ProblemKind(
    slug="unknown-contract",
    status=404,
    title="There is no contract of this name, or no such version of it",
    mend="see /v1/contracts for what there is",
)
METHOD_NOT_ALLOWED: Final = ProblemKind(
    slug="method-not-allowed",
    status=405,
    title="The path does not answer to this method",
    mend="use a method that the Allow header names",
)
NOT_ACCEPTABLE: Final = ProblemKind(
    slug="not-acceptable",
    status=406,
    title="No report is written in a media type that Accept names",
    mend="ask for one of the media types in `available`, or leave out Accept",
)
TOO_SLOW: Final = ProblemKind(
    slug="too-slow",
    status=408,
    title="The body did not arrive in time; nothing was judged",
    mend="send it faster, compressed, or in parts",
)
READ_ONLY_CONTRACT: Final = ProblemKind(
    slug="read-only-contract",
    status=409,
    title="This contract is the one that the service was started with",
    mend="use another name, or start the service with another --spec",
)
BODY_TOO_LARGE: Final = ProblemKind(
    slug="body-too-large",
    status=413,
    title="The body is larger than the service takes; nothing was judged",
    mend="send the recording in parts, or start the service with a larger --max-body",
)
UNSUPPORTED_MEDIA_TYPE: Final = ProblemKind(
    slug="unsupported-media-type",
    status=415,
    title="The service does not read this kind of body",
    mend="name a kind of `accepted` in Content-Type; of codings, gzip in Content-Encoding",
)
TOO_MUCH_TO_JUDGE: Final = ProblemKind(
    slug="too-much-to-judge",
    status=413,
    title="The recording takes more than one request may; nothing was stored",
    mend="send it in parts",
)
UNREADABLE_RECORDING: Final = ProblemKind(
    slug="unreadable-recording",
    status=422,
    title="No exchange of the recording could be read",
    mend="send exchanges, a HAR 1.2, or a VCR cassette; see /openapi.json",
)
NOTHING_JUDGED: Final = ProblemKind(
    slug="nothing-judged",
    status=422,
    title="Every exchange was skipped: nothing was judged",
    mend="record responses too; if the recorded address serves the contract (a sandbox, a proxy): ?server=URL",
)
RECORDING_CUT_SHORT: Final = ProblemKind(
    slug="recording-cut-short",
    status=422,
    title="The recording ends before its end; it was not stored",
    mend="send it whole; the last of the exchange lines ends with a line feed, too",
)
UNREADABLE_REPORT: Final = ProblemKind(
    slug="unreadable-report",
    status=422,
    title="The body is not a JSON report that this version reads",
    mend="send what `picqer-contract check --format json` of this version writes",
)
OTHER_CONTRACT: Final = ProblemKind(
    slug="other-contract",
    status=422,
    title="The report is about another contract than the one that was named",
    mend="leave out ?contract=, or PUT the document that the report is about under this name",
)
INVALID_DOCUMENT: Final = ProblemKind(
    slug="invalid-document",
    status=422,
    title="The OpenAPI document cannot be used as a contract",
    mend="send an OpenAPI 3.0 or 3.1 document, as one file",
)
IDEMPOTENCY_KEY_REUSED: Final = ProblemKind(
    slug="idempotency-key-reused",
    status=422,
    title="The Idempotency-Key was used before, for another request",
    mend="use a key of its own for each run, and the same again only to repeat the same request",
)
TOO_MANY_REQUESTS: Final = ProblemKind(
    slug="too-many-requests",
    status=429,
    title="Who asks has asked too often",
    mend="ask again after the time in Retry-After, or start the service with a larger --rate-limit",
)
INTERNAL_ERROR: Final = ProblemKind(
    slug="internal-error",
    status=500,
    title="The service failed; the fault is ours",
    mend="tell the operator of the service the `instance`; it stands in the log",
)
STORE_UNAVAILABLE: Final = ProblemKind(
    slug="store-unavailable",
    status=503,
    title="The database of the service cannot be used; nothing was stored",
    mend="try again after the time in Retry-After; an Idempotency-Key makes that safe",
)

KINDS: Final[Mapping[str, ProblemKind]] = MappingProxyType(
    {
        kind.slug: kind
        for kind in (
            INVALID_PARAMETER,
            MISSING_BODY,
            BODY_CUT_SHORT,
            UNREADABLE_CODING,
            UNREADABLE_FORM,
            UNAUTHENTICATED,
            FORBIDDEN,
            OTHER_SITE,
            NOT_FOUND,
            UNKNOWN_CONTRACT,
            METHOD_NOT_ALLOWED,
            NOT_ACCEPTABLE,
            TOO_SLOW,
            READ_ONLY_CONTRACT,
            BODY_TOO_LARGE,
            TOO_MUCH_TO_JUDGE,
            UNSUPPORTED_MEDIA_TYPE,
            UNREADABLE_RECORDING,
            NOTHING_JUDGED,
            RECORDING_CUT_SHORT,
            UNREADABLE_REPORT,
            OTHER_CONTRACT,
            INVALID_DOCUMENT,
            IDEMPOTENCY_KEY_REUSED,
            TOO_MANY_REQUESTS,
            INTERNAL_ERROR,
            STORE_UNAVAILABLE,
        )
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One refusal: its kind, what came and what was expected, and members and headers that help a program."""

    kind: ProblemKind
    detail: str
    mend: str = ""
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    instance: str = field(default_factory=lambda: uuid4().urn)

    def response(self) -> Response:
        """The problem document."""
        return _document(
            {
                "type": self.kind.uri,
                "title": self.kind.title,
                "status": self.kind.status,
                "detail": whole(self.detail),
                "instance": self.instance,
                "mend": whole(self.mend or self.kind.mend),
                **self.members,
            },
            self.headers,
        )


class Refusal(Exception):  # noqa: N818 - reads as what happened
    """Ends the request with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind.slug)
        self.problem: Final = problem


def to_json(value: Any) -> bytes:
    """JSON for a program, and fit to be read where curl prints it."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def plain(status: int, detail: str, headers: Mapping[str, str]) -> Response:
    """A problem that says no more than its status does (RFC 9457, section 4.2.1)."""
    title = HTTPStatus(status).phrase
    members = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": uuid4().urn}
    return _document({**members, "mend": NOT_FOUND.mend}, headers)


def _document(members: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    return Response(to_json(members), status=members["status"], headers=dict(headers), content_type=MEDIA_TYPE)
