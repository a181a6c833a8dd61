"""The reference judge: openapi-core, asked through its public face, its errors translated to findings in one place.

Slow, and the oracle for the compiled judge. How openapi-core is set up, and where it differs as it comes: engine.py.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from jsonschema.exceptions import ValidationError as SchemaError
from msgspec.structs import replace
from openapi_core.templating.media_types.exceptions import MediaTypeNotFound
from openapi_core.validation.response.exceptions import HeaderValidationError, MissingData, MissingRequiredHeader
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue
from referencing.exceptions import Unresolvable

from validator import rules
from validator.errors import DocumentError
from validator.judges.adapted import DYNAMIC, is_wrapped, plain_names, wrapped
from validator.judges.common import (
    TOO_DEEP,
    Guarded,
    Message,
    Undecided,
    error_on_success,
    finding,
    guard_body,
    invalid_header,
    judge_routed,
    may_carry_error,
    undocumented_content_type,
)
from validator.judges.content import ContentType, Unreadable, find_media_type, read_value
from validator.judges.engine import OperationRequest, RecordedResponse, make_engine
from validator.judges.explain import Violation, expectation, explain, parent_of_refused
from validator.judges.headers import NotOfType, cast_header
from validator.pointer import join, of_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from validator.contract import Contract, Operation, ResponseSpec
    from validator.exchange import Exchange
    from validator.findings import Finding, Verdict
    from validator.judges.strictness import Strictness

MOST_BYTES: Final = 256 * 1024
"""A body of a MiB in which all is wrong took openapi-core a GiB of memory, and more than a minute."""

_UNREADABLE: Final = object()


class ReferenceJudge:
    """Judges exchanges against a contract; see `validator.judges.judge`."""

    def __init__(self, contract: Contract, strictness: Strictness) -> None:
        self._contract: Final = contract
        self._strictness: Final = strictness
        self._engine: Final = make_engine(contract)

    def __call__(self, exchange: Exchange) -> Verdict:
        """The verdict on one exchange."""
        return judge_routed(self._contract, exchange, self._look)

    def _look(self, operation: Operation, message: Message) -> Iterator[Finding]:
        response = message.spec
        self._compile(response)
        doubt = None
        try:
            guarded = guard_body(operation, message)
        except Undecided as reason:
            guarded, doubt = Guarded(), reason
        value = self._value(guarded.content_type, message) if guarded.further else None
        errors = self._contract.errors if message.may_not_be_error else None
        masked = errors is not None and errors.recognises(value) and not may_carry_error(self._contract, response)
        try:
            met = self._errors(operation, message, guarded.content_type, value)
        except Undecided as reason:  # the headers are judged all the same
            guarded, doubt = Guarded(findings=guarded.findings), reason
            bare = replace(message, came=replace(message.came, body=b""))
            met = self._errors(operation, bare, None)
        about_body: list[Finding] = []
        for error in met:
            if isinstance(error, HeaderValidationError):
                yield from self._header(operation, message, error)
            elif guarded.further:
                about_body.extend(self._body(operation, message, guarded.content_type, error, value))
        yield from self._uncast_headers(operation, message)
        yield from guarded.findings
        if masked and errors is not None:
            yield error_on_success(operation, response, errors.code_of(value))
            return
        yield from about_body
        if doubt is not None:
            raise doubt
        if guarded.content_type is not None and not isinstance(value, bytes) and value is not _UNREADABLE:
            media_type = find_media_type(response, guarded.content_type)
            if media_type is not None:
                body = message.came.body or b""
                yield from self._strictness.look(self._contract, operation, media_type.schema, value, body)

    def _compile(self, response: ResponseSpec) -> None:
        """Meet what cannot be compiled as the obstacle that it is; in openapi-core it would be any exception."""
        schemas = [documented.schema for documented in response.content]
        schemas += [documented.schema for documented in response.headers]
        for schema in schemas:
            if schema is not None:
                self._contract.validator(schema)

    def _errors(
        self, operation: Operation, message: Message, content_type: ContentType | None, value: Any = None
    ) -> list[Exception]:
        if isinstance(value, list | dict) and len(message.came.body or b"") > MOST_BYTES:
            raise Undecided(f"a body of more than {MOST_BYTES:,} bytes is for the compiled judge")
        headers = {}
        media_type = None if content_type is None else find_media_type(message.spec, content_type)
        documented = None
        if media_type is not None:
            documented = plain_names(one.name for one in message.spec.content)[media_type.name]
        for header in message.spec.headers:
            text = message.came.headers.get(header.name)
            if text is not None:
                with suppress(NotOfType):
                    headers[header.name] = cast_header(self._contract.schemas(), header, text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # a deprecated header is no broken promise
            try:
                return list(
                    self._engine.iter_response_errors(
                        OperationRequest(operation, message.kind),
                        RecordedResponse(message.came, headers, content_type, documented),
                    )
                )
            except RecursionError:
                raise Undecided(TOO_DEEP) from None
            except Unresolvable as error:
                raise DocumentError(
                    f"openapi-core cannot follow the reference {error.ref.removeprefix(DYNAMIC)}",
                    place=f"{self._contract.document.source}: {message.spec.pointer}",
                    mend="refer by a JSON Pointer (#/components/schemas/...), or use the compiled judge",
                ) from None

    def _value(self, content_type: ContentType | None, message: Message) -> Any:
        if content_type is None:
            return None
        try:
            return read_value(message.came.body or b"", content_type)
        except Unreadable:
            return _UNREADABLE

    def _body(
        self,
        operation: Operation,
        message: Message,
        content_type: ContentType | None,
        error: Exception,
        value: Any,
    ) -> Iterator[Finding]:
        """One error of openapi-core about the body, as findings."""
        response = message.spec
        content = join(response.pointer, "content")
        cause = error.__cause__
        if isinstance(error, MissingData):
            yield finding(rules.MISSING_BODY, operation, "a body", documented=content)
        elif content_type is None:
            raise AssertionError(f"an error about no body: {type(error).__name__}")
        elif isinstance(cause, MediaTypeNotFound):
            yield undocumented_content_type(operation, response, content_type)
        elif isinstance(cause, InvalidSchemaValue):
            media_type = find_media_type(response, content_type)
            if media_type is None or media_type.schema is None:
                raise AssertionError(f"a schema error without a schema at {content}")
            if not isinstance(value, bytes):
                violations = [self._violation(media_type.schema, broken) for broken in _schema_errors(cause)]
                yield from explain(self._contract, operation, violations, value, success=message.success)
        elif (wrong := _unreadable(error)) is not None:
            yield finding(wrong.rule, operation, wrong.expected, wrong.received, documented=content)
        else:
            raise AssertionError(
                f"openapi-core has an error that is not translated: {type(error).__name__} from {cause!r}"
            )

    def _header(self, operation: Operation, message: Message, error: HeaderValidationError) -> Iterator[Finding]:
        """One error of openapi-core about a header, as findings."""
        header = next(header for header in message.spec.headers if header.name == error.name)
        text = message.came.headers.get(header.name)
        if isinstance(error, MissingRequiredHeader):
            if text is None:
                yield finding(rules.MISSING_HEADER, operation, f"the header {header.name}", documented=header.pointer)
            return
        cause = error.__cause__
        if header.schema is None or not isinstance(cause, InvalidSchemaValue):
            raise AssertionError(f"openapi-core has an error that is not translated: {cause!r}")
        schema = header.schema
        for place in sorted({self._violation(schema, broken).documented for broken in _schema_errors(cause)}):
            yield invalid_header(operation, header, expectation(self._contract, place), text or "", place)

    def _uncast_headers(self, operation: Operation, message: Message) -> Iterator[Finding]:
        for header in message.spec.headers:
            text = message.came.headers.get(header.name)
            if text is not None and header.schema is not None:
                try:
                    cast_header(self._contract.schemas(), header, text)
                except NotOfType as wrong:
                    yield invalid_header(operation, header, wrong.expected, text, wrong.documented)

    def _violation(self, schema: str, error: SchemaError) -> Violation:
        """Where an error of jsonschema is, in the body and in the author's document."""
        node = self._contract.document.at(schema)
        if node is False:
            return Violation(instance=(), documented=schema)
        tokens = list(error.absolute_schema_path)
        if self._contract.document.version != (3, 0) and is_wrapped(self._contract.document.root, node):
            at = wrapped(node)
            tokens = tokens[len(at) :] if tuple(tokens[: len(at)]) == at else tokens
        places = list(self._places(schema, tokens))
        # Beside a reference, the same keyword may stand in the schema and in what it refers to.
        place = next((one for one in places if self._holds(one, error.schema)), places[0] if places else schema)
        instance = tuple(error.absolute_path)
        if error.schema is False:
            place = self._refused_at(place, error.instance)
            instance, place = parent_of_refused(instance, place)
            return Violation(instance=instance, documented=place)
        return Violation(instance=instance, documented=self._renamed(place, str(error.validator)))

    def _places(self, place: str, tokens: list[str | int]) -> Iterator[str]:
        """The places in the document that a path of jsonschema may mean: it does not name the references it took."""
        if not tokens:
            yield place
            return
        node = self._contract.document.at(place)
        if (isinstance(node, dict) and tokens[0] in node) or isinstance(node, list):
            yield from self._places(join(place, tokens[0]), tokens[1:])
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            yield from self._places(of_reference(node["$ref"]), tokens)

    def _refused_at(self, place: str, value: Any) -> str:
        """The schema that is `false`: behind references, or a branch of a condition, which jsonschema does not name."""
        node = self._contract.document.at(place)
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            place = of_reference(node["$ref"])
            node = self._contract.document.at(place)
        if isinstance(node, dict) and "if" in node:
            holds = self._contract.validator(join(place, "if")).is_valid(value)
            return join(place, "then" if holds else "else")
        return place

    def _holds(self, place: str, schema: Any) -> bool:
        parent = self._contract.document.at(place.rpartition("/")[0])
        return bool(parent == schema)

    def _renamed(self, place: str, keyword: str) -> str:
        """The keyword that both judges name: jsonschema files some under their neighbours."""
        parent, _, last = place.rpartition("/")
        if last == "contains" and keyword == "contains" and "minContains" in self._contract.document.at(parent):
            return join(parent, "minContains")  # no item at all is too few, too
        if last == "contains" and keyword in ("minContains", "maxContains"):
            return join(parent, keyword)
        if last in ("minimum", "maximum"):
            exclusive = f"exclusive{last.capitalize()}"
            node = self._contract.document.at(parent)
            if node.get(exclusive) is True:
                return join(parent, exclusive)
        return place


def _unreadable(error: BaseException) -> Unreadable | None:
    """What our deserializer said, from behind openapi-core's wrappings."""
    inner: BaseException | None = error
    while inner is not None and not isinstance(inner, Unreadable):
        inner = inner.__cause__ or inner.__context__
    return inner


def _schema_errors(error: InvalidSchemaValue) -> list[SchemaError]:
    """The errors of jsonschema behind one of openapi-core, which types them as exceptions of any kind."""
    return [broken for broken in error.schema_errors if isinstance(broken, SchemaError)]
