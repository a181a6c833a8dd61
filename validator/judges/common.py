"""What both judges say in the same words: the findings before and beside the schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from validator import redaction, rules
from validator.contract.error_catalogue import reaches
from validator.findings import Absent, Finding, Verdict
from validator.judges.content import ContentType, Unreadable, parse_content_type
from validator.pointer import join
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from validator.contract import Contract, Operation, Parameter, ResponseSpec
    from validator.contract.routing import Route
    from validator.exchange import Exchange

BODILESS: Final = frozenset({204, 205, 304})
"""RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5. Answers with 1xx and answers to HEAD have no body either."""


TOO_DEEP: Final = "the body is nested too deep for what its schema asks"


class Undecided(Exception):  # noqa: N818 - reads as what happened
    """A promise could not be checked; the reason is the argument."""


def finding(
    rule: str,
    operation: Operation | None,
    expected: str,
    received: Any = Absent.NOTHING,
    *,
    documented: str | None = None,
) -> Finding:
    """A finding about the response as a whole."""
    return Finding(
        rule=rule,
        severity=rules.BY_ID[rule].severity,
        operation=None if operation is None else operation.id,
        expected=expected,
        received=received,
        documented=documented,
    )


def judge_routed(
    contract: Contract, exchange: Exchange, look: Callable[[Operation, ResponseSpec, Exchange], Iterator[Finding]]
) -> Verdict:
    """The verdict on an exchange: `look` is asked once operation and response are known, and may raise Undecided."""
    status = exchange.response.status
    if status == 0:
        return Verdict(exchange=exchange, skipped="no response was received")
    route = contract.router.route(exchange.request.method, exchange.request.url)
    operation = route.operation
    if operation is None:
        return _unrouted(contract, exchange, route)
    response = operation.response_for(status)
    if response is None:
        return Verdict(exchange=exchange, operation=operation.id, findings=(_undocumented_status(operation, status),))
    findings: list[Finding] = []
    undecided = None
    try:
        findings.extend(look(operation, response, exchange))
    except Undecided as reason:
        undecided = str(reason)
    return Verdict(exchange=exchange, operation=operation.id, findings=tuple(findings), undecided=undecided)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """What can be said of a body before its content is looked at; `further` says whether there is content to judge.

    `content_type` is None where no body came, though one is documented.
    """

    findings: tuple[Finding, ...] = ()
    further: bool = False
    content_type: ContentType | None = None


def guard_body(operation: Operation, response: ResponseSpec, exchange: Exchange) -> Guarded:
    """The corners of HTTP that openapi-core passes in silence or trips over. Raises Undecided."""
    came = exchange.response
    if came.damage is not None:
        return _refused(operation, rules.UNREADABLE_BODY, "a whole body", Safe(came.damage), response.pointer)
    if came.body is None:
        raise Undecided("the recording does not hold the body")
    if not response.content or not _may_have_body(exchange):
        if came.body:
            return _refused(operation, rules.UNEXPECTED_BODY, "no body", came.body, response.pointer)
        return Guarded()
    if not came.body:
        return Guarded(further=True)
    content = join(response.pointer, "content")
    declared = came.headers.get("content-type")
    findings: tuple[Finding, ...] = ()
    if declared is None or not declared.strip():
        findings = (finding(rules.MISSING_CONTENT_TYPE, operation, "a Content-Type header", documented=content),)
        declared = response.content[0].name
    try:
        return Guarded(findings=findings, further=True, content_type=parse_content_type(declared))
    except Unreadable as wrong:
        return _refused(operation, wrong.rule, wrong.expected, wrong.received, content)


def may_carry_error(contract: Contract, response: ResponseSpec) -> bool:
    """Whether a documented success asks for the error object itself; then it may carry it."""
    catalogue = contract.errors
    return catalogue is not None and any(
        reaches(contract.document, media_type.schema, catalogue.schema)
        for media_type in response.content
        if media_type.schema is not None
    )


def is_success(status: int) -> bool:
    """2xx: RFC 9110, section 15.3."""
    return 200 <= status < 300  # noqa: PLR2004


def _may_have_body(exchange: Exchange) -> bool:
    """Whether HTTP lets the response have a body (RFC 9110, section 6.4.1)."""
    status = exchange.response.status
    return exchange.request.method.upper() != "HEAD" and status not in BODILESS and status >= 200  # noqa: PLR2004


def _refused(operation: Operation, rule: str, expected: str, received: Any, documented: str) -> Guarded:
    return Guarded(findings=(finding(rule, operation, expected, received, documented=documented),))


def _unrouted(contract: Contract, exchange: Exchange, route: Route) -> Verdict:
    """The verdict on a request for no documented operation."""
    address = redaction.url(exchange.request.url)
    if not route.server_known:
        servers = " or ".join(map(redaction.url, contract.servers))  # `--server https://key:@host` has a key
        host = Safe(_origin(address))
        return Verdict(
            exchange=exchange,
            skipped=f"another host: {host}",
            findings=(finding(rules.UNKNOWN_SERVER, None, f"an address under {servers}", host, documented="/servers"),),
        )
    if not route.path_known:
        path = Safe(urlsplit(address).path or "/")
        return Verdict(
            exchange=exchange,
            findings=(finding(rules.UNKNOWN_PATH, None, "a documented path", path, documented="/paths"),),
        )
    return Verdict(
        exchange=exchange,
        findings=(
            finding(
                rules.UNKNOWN_METHOD,
                None,
                f"one of the methods {', '.join(route.methods)}",
                Safe(exchange.request.method),
                documented="/paths",
            ),
        ),
    )


def _undocumented_status(operation: Operation, status: int) -> Finding:
    """No response is documented for the status."""
    documented = ", ".join(response.status for response in operation.responses)
    return finding(
        rules.UNDOCUMENTED_STATUS,
        operation,
        f"one of the statuses {documented}",
        Safe(str(status)),
        documented=join(operation.pointer, "responses"),
    )


def undocumented_content_type(operation: Operation, response: ResponseSpec, content_type: ContentType) -> Finding:
    """The response is documented, not with this content type."""
    documented = ", ".join(media_type.name for media_type in response.content)
    return finding(
        rules.UNDOCUMENTED_CONTENT_TYPE,
        operation,
        f"content of type {documented}",
        Safe(content_type.essence),
        documented=join(response.pointer, "content"),
    )


def invalid_header(operation: Operation, header: Parameter, expected: str, text: str, documented: str) -> Finding:
    """A header that its schema does not allow."""
    return finding(
        rules.INVALID_HEADER, operation, f"the header {header.name}: {expected}", text, documented=documented
    )


def error_on_success(operation: Operation, response: ResponseSpec, code: int | str | None) -> Finding:
    """A success status with the error object in the body."""
    return finding(
        rules.ERROR_ON_SUCCESS,
        operation,
        "an answer without the error object",
        Safe(f"the error object with code {code}" if isinstance(code, int) else "the error object"),
        documented=response.pointer,
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else address
