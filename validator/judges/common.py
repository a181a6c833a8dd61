"""What both judges say in the same words: the findings before and beside the schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from validator import redaction, rules
from validator.contract.error_catalogue import reaches
from validator.exchange import Response
from validator.findings import Absent, Finding, Verdict
from validator.judges.content import ContentType, Unreadable, parse_content_type
from validator.judges.explain import named
from validator.pointer import join
from validator.redaction import Safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.contract import Contract, Operation, Parameter, ResponseSpec
    from validator.contract.deliveries import Delivery
    from validator.contract.routing import Route
    from validator.exchange import Exchange

BODILESS: Final = frozenset({204, 205, 304})
"""RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5. Answers with 1xx and answers to HEAD have no body either."""


_EVENT_NAME: Final = re.compile(r"(?=.{1,60}\Z)[A-Za-z]+(?:[._:/-][A-Za-z]+)*", re.ASCII)

MOST_FINDINGS: Final = 10_000
"""Findings of one message; a recording can have a million of them in one body, each with its words."""

TOO_MANY: Final = "more was found than can be told: the rest of the body was not looked at"

TOO_MANY_WAYS: Final = "the schema asks too often about a body so deep: choices within choices"

TOO_DEEP: Final = "the body is nested too deep for what its schema asks"


class Kind(Enum):
    """Who sent what is judged."""

    ANSWER = "answer"
    """The API, to a request."""
    DELIVERY = "delivery"
    """The API, of itself."""
    REPLY = "reply"
    """The subscriber, to a delivery."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged: what came, and what is documented of it. A delivery is a request; it is told as a response."""

    kind: Kind
    spec: ResponseSpec
    came: Response
    may_have_body: bool = True

    @property
    def success(self) -> bool:
        """Whether it tells of no error. The error contract speaks of answers only."""
        return self.kind is not Kind.ANSWER or is_success(self.came.status)

    @property
    def may_not_be_error(self) -> bool:
        """Whether it is an answer that promises success."""
        return self.kind is Kind.ANSWER and self.success


Look = Callable[["Operation", Message], "Iterator[Finding]"]


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


def judge_routed(contract: Contract, exchange: Exchange, look: Look) -> Verdict:
    """The verdict on an exchange: `look` is asked of each message that is documented, and may raise Undecided."""
    status = exchange.response.status
    if status == 0:
        return Verdict(exchange=exchange, skipped="no response was received")
    route = contract.router.route(exchange.request.method, exchange.request.url)
    operation = route.operation
    if operation is None:
        delivery = None if route.host_named or route.path_known else contract.deliveries.find(exchange.request)
        return _unrouted(contract, exchange, route) if delivery is None else _delivered(exchange, delivery, look)
    return judge_answer(exchange, operation, look)


def judge_answer(exchange: Exchange, operation: Operation, look: Look) -> Verdict:
    """The verdict on what came of a request for an operation; its status is not 0."""
    status = exchange.response.status
    response = operation.response_for(status)
    if response is None:
        return Verdict(exchange=exchange, operation=operation.id, findings=(_undocumented_status(operation, status),))
    has_body = may_have_body(exchange.request.method, status)
    message = Message(kind=Kind.ANSWER, spec=response, came=exchange.response, may_have_body=has_body)
    findings, undecided = _looked(look, operation, message)
    return Verdict(exchange=exchange, operation=operation.id, findings=tuple(findings), undecided=undecided)


def _looked(look: Look, operation: Operation, message: Message) -> tuple[list[Finding], str | None]:
    """The findings about a message, and why it could not be judged in full."""
    findings: list[Finding] = []
    try:
        for found in look(operation, message):
            if len(findings) == MOST_FINDINGS:
                return findings, TOO_MANY
            findings.append(found)
    except Undecided as reason:
        return findings, str(reason)
    return findings, None


def _delivered(exchange: Exchange, delivery: Delivery, look: Look) -> Verdict:
    """The verdict on a delivery: what the API sent, then what its subscriber answered."""
    webhook, spec = delivery.webhook, delivery.message
    if webhook is None or spec is None:
        return Verdict(exchange=exchange, findings=(_unknown_webhook(delivery),))
    # The status is none that came: it says that a body may have come.
    sent = Response(status=200, headers=exchange.request.headers, body=exchange.request.body)
    findings, undecided = _looked(look, webhook, Message(kind=Kind.DELIVERY, spec=spec, came=sent))
    findings = [replace(found, delivered=True) for found in findings]
    response = webhook.response_for(exchange.response.status)
    if response is not None:
        came = exchange.response
        has_body = may_have_body(exchange.request.method, came.status)
        if not response.content or not has_body:
            came = replace(
                came, body=b"", damage=None
            )  # whatever a subscriber says beside the status is its own affair
        reply = Message(kind=Kind.REPLY, spec=response, came=came, may_have_body=has_body)
        further, doubt = _looked(look, webhook, reply)
        findings, undecided = [*findings, *further], undecided or doubt
    elif webhook.responses:
        findings.append(_undocumented_status(webhook, exchange.response.status))
    return Verdict(exchange=exchange, operation=webhook.id, findings=tuple(findings), undecided=undecided)


class Guarded(msgspec.Struct, frozen=True, kw_only=True):
    """What can be said of a body before its content is looked at; `further` says whether there is content to judge.

    `content_type` is None where no body came, though one is documented.
    """

    findings: tuple[Finding, ...] = ()
    further: bool = False
    content_type: ContentType | None = None


def guard_body(operation: Operation, message: Message) -> Guarded:
    """The corners of HTTP that openapi-core passes in silence or trips over. Raises Undecided."""
    response, came = message.spec, message.came
    if came.damage is not None:
        return _refused(operation, rules.UNREADABLE_BODY, "a whole body", Safe(came.damage), response.pointer)
    if came.body is None:
        raise Undecided("the recording does not hold the body")
    if not response.content or not message.may_have_body:
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


def may_have_body(method: str, status: int) -> bool:
    """Whether HTTP lets the response have a body (RFC 9110, section 6.4.1)."""
    return method.upper() != "HEAD" and status not in BODILESS and status >= 200  # noqa: PLR2004


def _refused(operation: Operation, rule: str, expected: str, received: Any, documented: str) -> Guarded:
    return Guarded(findings=(finding(rule, operation, expected, received, documented=documented),))


def _unrouted(contract: Contract, exchange: Exchange, route: Route) -> Verdict:
    """The verdict on a request for no documented operation."""
    address = redaction.url(exchange.request.url)
    if not route.server_known:
        # `--server https://key:@host` has a key. A document of webhooks alone has no servers.
        servers = " or ".join(map(redaction.url, contract.servers)) or "a server of the contract, which has none"
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


def _unknown_webhook(delivery: Delivery) -> Finding:
    """The message is one of the API's own, by its form, and of no documented event."""
    value = delivery.value
    return replace(
        finding(
            rules.UNKNOWN_WEBHOOK,
            None,
            f"one of {named(delivery.known)}",
            # The name of an event is the news; letters in parts are a name, and no person or key.
            Safe(f'"{value}"') if isinstance(value, str) and _EVENT_NAME.fullmatch(value) else value,
            documented="/webhooks",
        ),
        instance=join("", delivery.member),
        delivered=True,
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
    masked = redaction.header(header.name, text) != text
    received = Safe("a secret that it does not allow") if masked else text
    return finding(
        rules.INVALID_HEADER, operation, f"the header {header.name}: {expected}", received, documented=documented
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
