"""The one table of rules: every promise of a contract that can be broken, by its id.

Ids are promised for ever; titles and advice may be reworded. A test holds the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from validator.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One promise: its id (kebab-case), how much it weighs when it is broken, what it says, how to mend it.

    `on_request` rules are looked for only with `--drift` (with this severity) or `--strict` (as errors).
    """

    id: str
    severity: Severity
    title: str
    mend: str
    on_request: bool = False


UNKNOWN_SERVER: Final = "unknown-server"
UNKNOWN_PATH: Final = "unknown-path"
UNKNOWN_METHOD: Final = "unknown-method"
UNKNOWN_WEBHOOK: Final = "unknown-webhook"
UNDOCUMENTED_STATUS: Final = "undocumented-status"
UNDOCUMENTED_CONTENT_TYPE: Final = "undocumented-content-type"
MISSING_CONTENT_TYPE: Final = "missing-content-type"
MALFORMED_CONTENT_TYPE: Final = "malformed-content-type"
MISSING_BODY: Final = "missing-body"
UNEXPECTED_BODY: Final = "unexpected-body"
UNREADABLE_BODY: Final = "unreadable-body"
INVALID_JSON: Final = "invalid-json"
NESTING_TOO_DEEP: Final = "nesting-too-deep"
SCHEMA_VIOLATION: Final = "schema-violation"
UNDOCUMENTED_ERROR_CODE: Final = "undocumented-error-code"
ERROR_CODE_NOT_FOR_STATUS: Final = "error-code-not-for-status"
ERROR_ON_SUCCESS: Final = "error-on-success"
MISSING_HEADER: Final = "missing-header"
INVALID_HEADER: Final = "invalid-header"
UNDOCUMENTED_PROPERTY: Final = "undocumented-property"
DUPLICATE_KEY: Final = "duplicate-key"
FAULT_ACCEPTED: Final = "fault-accepted"
FAULT_WRONG_STATUS: Final = "fault-wrong-status"
FAULT_WRONG_BODY: Final = "fault-wrong-body"
SERVER_FAILURE: Final = "server-failure"
VALID_REFUSED: Final = "valid-refused"
INCONSISTENT_ERROR: Final = "inconsistent-error"
INTERNALS_LEAKED: Final = "internals-leaked"
SLOW_ANSWER: Final = "slow-answer"
LOST_WRITE: Final = "lost-write"
STILL_THERE: Final = "still-there"
WRONG_LIST: Final = "wrong-list"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id=UNKNOWN_SERVER,
        severity=Severity.INFO,
        title="The request went to an address under none of the contract's servers; it was not judged",
        mend="if this address serves the contract (a sandbox, a proxy), say so with --server URL",
    ),
    Rule(
        id=UNKNOWN_PATH,
        severity=Severity.ERROR,
        title="The path is not documented",
        mend="document the path, or mend the client that asks for it",
    ),
    Rule(
        id=UNKNOWN_METHOD,
        severity=Severity.ERROR,
        title="The path is documented, this method on it is not",
        mend="document the operation, or mend the client that asks for it",
    ),
    Rule(
        id=UNKNOWN_WEBHOOK,
        severity=Severity.ERROR,
        title="The API delivered a message of an event that is not documented",
        mend="document the event under webhooks, or do not send it",
    ),
    Rule(
        id=UNDOCUMENTED_STATUS,
        severity=Severity.ERROR,
        title="The operation does not document this status",
        mend="document the status with its body, or answer with a documented one",
    ),
    Rule(
        id=UNDOCUMENTED_CONTENT_TYPE,
        severity=Severity.ERROR,
        title="The content type is not documented",
        mend="document the content type, or send a documented one",
    ),
    Rule(
        id=MISSING_CONTENT_TYPE,
        severity=Severity.ERROR,
        title="A body came without a Content-Type header",
        mend="send Content-Type with every body (RFC 9110, section 8.3)",
    ),
    Rule(
        id=MALFORMED_CONTENT_TYPE,
        severity=Severity.ERROR,
        title="The Content-Type header is not a media type",
        mend="send type/subtype; name=value (RFC 9110, section 8.3.1)",
    ),
    Rule(
        id=MISSING_BODY,
        severity=Severity.ERROR,
        title="A body is documented, none came",
        mend="send the documented body, or document the response without content",
    ),
    Rule(
        id=UNEXPECTED_BODY,
        severity=Severity.ERROR,
        title="A body came where none is documented",
        mend="document the body, or send none (204, 205, 304 and answers to HEAD never have one)",
    ),
    Rule(
        id=UNREADABLE_BODY,
        severity=Severity.ERROR,
        title="The body cannot be decoded: content coding, charset, or cut short",
        mend="make Content-Encoding and charset tell the truth; JSON is UTF-8 (RFC 8259, section 8.1)",
    ),
    Rule(
        id=INVALID_JSON,
        severity=Severity.ERROR,
        title="The body is documented as JSON, and is not JSON",
        mend="send JSON as RFC 8259 defines it (no NaN, no trailing comma, no byte order mark)",
    ),
    Rule(
        id=NESTING_TOO_DEEP,
        severity=Severity.ERROR,
        title="The body is nested deeper than we, or most clients, can read",
        mend="nest less than 1,024 levels",
    ),
    Rule(
        id=SCHEMA_VIOLATION,
        severity=Severity.ERROR,
        title="The body is not what the schema documents",
        mend="compare the place in the body with the place in the document; one of them must change",
    ),
    Rule(
        id=UNDOCUMENTED_ERROR_CODE,
        severity=Severity.ERROR,
        title="The error body carries a code that the contract does not know",
        mend="document the code, or answer with a documented one",
    ),
    Rule(
        id=ERROR_CODE_NOT_FOR_STATUS,
        severity=Severity.ERROR,
        title="The error code is documented, but not for this status",
        mend="answer with a code that belongs to the status, or document the pairing",
    ),
    Rule(
        id=ERROR_ON_SUCCESS,
        severity=Severity.ERROR,
        title="A success status carries the error object",
        mend="answer an error with an error status: clients look at the status first",
    ),
    Rule(
        id=MISSING_HEADER,
        severity=Severity.ERROR,
        title="A header documented as required did not come",
        mend="send the header, or document it as optional",
    ),
    Rule(
        id=INVALID_HEADER,
        severity=Severity.ERROR,
        title="A header is not what its schema documents",
        mend="compare the header with its place in the document; one of them must change",
    ),
    Rule(
        id=UNDOCUMENTED_PROPERTY,
        severity=Severity.INFO,
        title="The body has a property that the schema does not name",
        mend="document the property, or stop sending it",
        on_request=True,
    ),
    Rule(
        id=DUPLICATE_KEY,
        severity=Severity.WARNING,
        title="An object in the body names a member twice; parsers differ on which counts",
        mend="send each member once (RFC 8259, section 4)",
        on_request=True,
    ),
    Rule(
        id=FAULT_ACCEPTED,
        severity=Severity.ERROR,
        title="A broken request was accepted",
        mend="refuse the request with the status and body that x-fault-responses promises",
    ),
    Rule(
        id=FAULT_WRONG_STATUS,
        severity=Severity.ERROR,
        title="A broken request was refused with another status than promised",
        mend="answer with the promised status, or mend x-fault-responses",
    ),
    Rule(
        id=FAULT_WRONG_BODY,
        severity=Severity.ERROR,
        title="A broken request was refused with another body than promised",
        mend="answer with the promised members, or mend x-fault-responses",
    ),
    Rule(
        id=SERVER_FAILURE,
        severity=Severity.ERROR,
        title="The server failed (5xx, or no answer at all)",
        mend="catch the fault in the handler; the recorded request reproduces it",
    ),
    Rule(
        id=VALID_REFUSED,
        severity=Severity.ERROR,
        title="A request that the contract allows was refused as malformed",
        mend="accept what the schema allows, or say in the schema what is not allowed",
    ),
    Rule(
        id=INCONSISTENT_ERROR,
        severity=Severity.ERROR,
        title="The same fault got another error than before",
        mend="let one place in the code answer this fault, with one status and one code",
    ),
    Rule(
        id=INTERNALS_LEAKED,
        severity=Severity.ERROR,
        title="The answer shows the inside of the server: a stack trace, SQL, or a file path",
        mend="log the details, and answer with the documented error; switch off the debug mode",
    ),
    Rule(
        id=SLOW_ANSWER,
        severity=Severity.ERROR,
        title="The answer took too long, twice in a row",
        mend="find what the request makes the server do; refuse it before that",
    ),
    Rule(
        id=LOST_WRITE,
        severity=Severity.ERROR,
        title="What was created or changed is not there when it is read, or something else was changed with it",
        mend="keep what a success says was kept, and leave the rest alone; the recorded steps reproduce it",
    ),
    Rule(
        id=STILL_THERE,
        severity=Severity.ERROR,
        title="What was deleted can still be read, or is still listed",
        mend="take it out of all that is read, or show in the answer that it is only switched off",
    ),
    Rule(
        id=WRONG_LIST,
        severity=Severity.ERROR,
        title="A list is not what its query asks for: it begins where it began before, or has other things",
        mend="heed the parameter, or take it out of the document; the recorded steps show both lists",
    ),
)

BY_ID: Final[Mapping[str, Rule]] = MappingProxyType({rule.id: rule for rule in RULES})
