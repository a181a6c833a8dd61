"""The reference judge: openapi-core, asked through its public face, its errors translated to findings in one place.

Slow, and the oracle for the compiled judge. Where openapi-core 0.23 and this project mean different things, its own
hooks are used to make it mean ours; each such place says why, and `DIFFERENCES` lists them.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
from jsonschema._keywords import allOf, anyOf, oneOf
from jsonschema.exceptions import ValidationError as SchemaError
from jsonschema.validators import extend
from jsonschema_path import SchemaPath
from openapi_core import Config, OpenAPI
from openapi_core.casting.schemas import oas31_schema_casters_factory
from openapi_core.datatypes import RequestParameters
from openapi_core.deserializing.styles.factories import StyleDeserializersFactory
from openapi_core.templating.datatypes import TemplateResult
from openapi_core.templating.media_types.exceptions import MediaTypeNotFound
from openapi_core.templating.paths.datatypes import PathOperationServer
from openapi_core.templating.paths.finders import APICallPathFinder
from openapi_core.templating.responses.exceptions import ResponseNotFound
from openapi_core.validation.response.exceptions import HeaderValidationError, MissingData, MissingRequiredHeader
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue
from openapi_core.validation.schemas.factories import SchemaValidatorsFactory
from openapi_schema_validator import OAS30ReadValidator, OAS31Validator

from validator import rules
from validator.contract.schemas import FORMATS
from validator.judges.adapted import WRAPPED, adapt, is_wrapped
from validator.judges.common import (
    Guarded,
    Undecided,
    error_on_success,
    finding,
    guard_body,
    invalid_header,
    is_success,
    judge_routed,
    may_carry_error,
    undocumented_content_type,
)
from validator.judges.content import ContentType, Unreadable, find_media_type, read_value
from validator.judges.explain import Violation, expectation, explain, parent_of_refused
from validator.judges.headers import NotOfType, cast_header
from validator.pointer import join, of_reference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from validator.contract import Contract, Operation, Parameter, ResponseSpec
    from validator.exchange import Exchange
    from validator.findings import Finding, Verdict
    from validator.judges.strictness import Strictness

DIFFERENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "routing": "openapi-core matches a template against the end of an address: /x/orders passes for /orders",
        "media-type-parameters": "parameters without `=`, or with two, leave openapi-core as ValueError",
        "media-type-ranges": "openapi-core takes the first range that fits, the specification the most specific",
        "media-type-decoding": "openapi-core decodes application/json and vnd.api+json only, not the types under a range",
        "body-on-bodiless": "a body on a 204, 205 or 304 passes in silence; a HEAD answer without one is refused",
        "missing-content-type": "openapi-core reads it as the first documented type, in silence",
        "json-parser": "the standard library accepts NaN and fails on depth with RecursionError; ours is orjson",
        "pattern": "Python's `re` has another meaning of \\d and $, and hangs on nested repetition",
        "multiple-of": "19.99 is not a multiple of 0.01 in binary floating point, and is one in decimal",
        "formats": "jsonschema checks only the formats whose packages are installed, and e-mail by its @ alone",
        "integer-formats": "int32 and int64 are ranges for every whole number, 3e10 too",
        "discriminator": "openapi-core lets it replace oneOf; OpenAPI 3.1.1 says that it cannot change the result",
        "ref-siblings": "beside a $ref, openapi-core ignores keywords right under `schema` (3.1) and obeys them below (3.0)",
        "header-casting": "openapi-core reads `yes` as true, 1_000 as an integer, and fails on a list of types",
    }
)
"""Every intended difference from openapi-core as it comes, with its reason."""

_HOST: Final = "http://contract.invalid"


class ReferenceJudge:
    """Judges exchanges against a contract; see `validator.judges.judge`."""

    def __init__(self, contract: Contract, strictness: Strictness) -> None:
        self._contract: Final = contract
        self._strictness: Final = strictness
        version = contract.document.version
        self._engine: Final = OpenAPI(
            SchemaPath.from_dict(adapt(contract.document.root, version), handlers={}),
            config=Config(
                spec_validator_cls=None,  # Document has checked it
                path_finder_cls=_Routed,
                style_deserializers_factory=_CastFactory(oas31_schema_casters_factory),
                schema_validators_factory=SchemaValidatorsFactory(_validator_class(version)),
                extra_format_validators=_format_checks(),
                extra_media_type_deserializers=dict.fromkeys(_documented_types(contract), _deserialize),
            ),
        )

    def __call__(self, exchange: Exchange) -> Verdict:
        """The verdict on one exchange."""
        return judge_routed(self._contract, exchange, self._look)

    def _look(self, operation: Operation, response: ResponseSpec, exchange: Exchange) -> Iterator[Finding]:
        doubt = None
        try:
            guarded = guard_body(operation, response, exchange)
        except Undecided as reason:
            guarded, doubt = Guarded(), reason
        value = self._value(guarded.content_type, exchange) if guarded.further else None
        success = is_success(exchange.response.status)
        errors = self._contract.errors
        masked = (
            success
            and errors is not None
            and errors.recognises(value)
            and not may_carry_error(self._contract, response)
        )
        about_body: list[Finding] = []
        for error in self._errors(operation, response, exchange, guarded.content_type):
            if isinstance(error, ResponseNotFound):
                raise AssertionError(
                    f"{operation.id} documents {exchange.response.status}, and openapi-core finds nothing"
                )
            if isinstance(error, HeaderValidationError):
                yield from self._header(operation, response, exchange, error)
            elif guarded.further:
                about_body.extend(self._body(operation, response, guarded.content_type, error, value, success=success))
        yield from self._uncast_headers(operation, response, exchange)
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
                body = exchange.response.body or b""
                yield from self._strictness.look(self._contract, operation, media_type.schema, value, body)

    def _errors(
        self, operation: Operation, response: ResponseSpec, exchange: Exchange, content_type: ContentType | None
    ) -> list[Exception]:
        headers = {}
        for header in response.headers:
            text = exchange.response.headers.get(header.name)
            if text is not None:
                with suppress(NotOfType):
                    headers[header.name] = cast_header(self._contract.schemas(), header, text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # a deprecated header is no broken promise
            return list(
                self._engine.iter_response_errors(_Request(operation), _Response(exchange, headers, content_type))
            )

    def _value(self, content_type: ContentType | None, exchange: Exchange) -> Any:
        if content_type is None:
            return None
        try:
            return read_value(exchange.response.body or b"", content_type)
        except Unreadable:
            return _UNREADABLE

    def _body(  # noqa: PLR0913 - what a translation needs
        self,
        operation: Operation,
        response: ResponseSpec,
        content_type: ContentType | None,
        error: Exception,
        value: Any,
        *,
        success: bool,
    ) -> Iterator[Finding]:
        """One error of openapi-core about the body, as findings."""
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
                violations = [self._violation(media_type.schema, broken) for broken in cause.schema_errors]
                yield from explain(self._contract, operation, violations, value, success=success)
        elif (wrong := _unreadable(error)) is not None:
            yield finding(wrong.rule, operation, wrong.expected, wrong.received, documented=content)
        else:
            raise AssertionError(
                f"openapi-core has an error that is not translated: {type(error).__name__} from {cause!r}"
            )

    def _header(
        self, operation: Operation, response: ResponseSpec, exchange: Exchange, error: HeaderValidationError
    ) -> Iterator[Finding]:
        """One error of openapi-core about a header, as findings."""
        header = next(header for header in response.headers if header.name == error.name)
        text = exchange.response.headers.get(header.name)
        if isinstance(error, MissingRequiredHeader):
            if text is None:
                yield finding(rules.MISSING_HEADER, operation, f"the header {header.name}", documented=header.pointer)
            return
        cause = error.__cause__
        if header.schema is None or not isinstance(cause, InvalidSchemaValue):
            raise AssertionError(f"openapi-core has an error that is not translated: {cause!r}")
        schema = header.schema
        for place in sorted({self._violation(schema, broken).documented for broken in cause.schema_errors}):
            yield invalid_header(operation, header, expectation(self._contract, place), text or "", place)

    def _uncast_headers(self, operation: Operation, response: ResponseSpec, exchange: Exchange) -> Iterator[Finding]:
        for header in response.headers:
            text = exchange.response.headers.get(header.name)
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
        if self._contract.document.version != (3, 0) and is_wrapped(node):
            tokens = tokens[len(WRAPPED) :]
        places = list(self._places(schema, tokens))
        # Beside a reference, the same keyword may stand in the schema and in what it refers to.
        place = next((one for one in places if self._holds(one, error.schema)), places[0] if places else schema)
        instance = tuple(error.absolute_path)
        if error.validator is None or error.schema is False:
            place = self._refused_at(place)
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

    def _refused_at(self, place: str) -> str:
        """The schema that is `false`, behind references."""
        node = self._contract.document.at(place)
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            place = of_reference(node["$ref"])
            node = self._contract.document.at(place)
        return place

    def _holds(self, place: str, schema: Any) -> bool:
        parent = self._contract.document.at(place.rpartition("/")[0])
        return bool(parent == schema)

    def _renamed(self, place: str, keyword: str) -> str:
        """The keyword that both judges name: jsonschema files some under their neighbours."""
        parent, _, last = place.rpartition("/")
        if last in ("contains",) and keyword in ("minContains", "maxContains"):
            return join(parent, keyword)
        if last in ("minimum", "maximum"):
            exclusive = f"exclusive{last.capitalize()}"
            node = self._contract.document.at(parent)
            if node.get(exclusive) is True:
                return join(parent, exclusive)
        return place


_UNREADABLE: Final = object()


class _Routed(APICallPathFinder):
    """Takes the template that our router has found (see DIFFERENCES, routing): the address is the template itself."""

    def find(self, method: str, name: str) -> PathOperationServer:
        template = name.removeprefix(_HOST)
        path = self.spec / "paths" / template
        return PathOperationServer(path, path / method, None, TemplateResult(template, {}), {})


class _Cast:
    """openapi-core's reader of header values, told to leave them: they are read (see DIFFERENCES, header-casting)."""

    def __init__(self, name: str) -> None:
        self._name = name

    def deserialize(self, location: Mapping[str, Any]) -> Any:
        """The value, as it was cast."""
        return location[self._name]


class _CastFactory(StyleDeserializersFactory):
    def create(  # noqa: PLR0913, PLR0917 - openapi-core's signature
        self,
        spec: SchemaPath,
        schema: SchemaPath,
        style: str,
        explode: bool,
        name: str,  # noqa: FBT001, ARG002
    ) -> Any:
        return _Cast(name)


class _Request:
    """openapi-core's request protocol: only the operation matters to a response."""

    content_type = ""
    body = None

    def __init__(self, operation: Operation) -> None:
        self.host_url = _HOST
        self.path = operation.path
        self.path_pattern = operation.path
        self.method = operation.method.lower()
        self.parameters = RequestParameters()


class _Response:
    """openapi-core's response protocol.

    The content type is said anew: the parameter `essence` carries what came to the deserializer, which openapi-core
    tells only the documented range.
    """

    def __init__(self, exchange: Exchange, headers: Mapping[str, Any], content_type: ContentType | None) -> None:
        self.status_code = exchange.response.status
        self.data = exchange.response.body
        self.headers = headers
        self.content_type = ""
        if content_type is not None:
            charset = f"; charset={content_type.charset}" if content_type.charset else ""
            self.content_type = f"{content_type.essence}; essence={content_type.essence}{charset}"


def _deserialize(value: bytes, *, essence: str, charset: str | None = None) -> Any:
    return read_value(value, ContentType(essence=essence, charset=charset))


def _documented_types(contract: Contract) -> Iterator[str]:
    for operation in contract.operations:
        for response in operation.responses:
            for media_type in response.content:
                essence = media_type.name.partition(";")[0].strip().lower()
                yield essence


def _unreadable(error: BaseException | None) -> Unreadable | None:
    """What our deserializer said, from behind openapi-core's wrappings."""
    while error is not None and not isinstance(error, Unreadable):
        error = error.__cause__ or error.__context__
    return error


def _format_checks() -> dict[str, Callable[[Any], bool]]:
    """The formats as the compiled judge checks them (see DIFFERENCES, formats and integer-formats)."""
    checks: dict[str, Callable[[Any], bool]] = {
        name: jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True, formats=FORMATS).is_valid
        for name in (
            "date date-time duration email hostname idn-email idn-hostname ipv4 ipv6 iri iri-reference json-pointer regex "
            "relative-json-pointer time uri uri-reference uri-template uuid byte"
        ).split()
    }
    # Formats that neither OpenAPI nor JSON Schema knows, and jsonschema checks all the same.
    checks.update(dict.fromkeys(("color", "binary", "float", "double", "password"), lambda _: True))
    for name, bits in (("int32", 31), ("int64", 63)):
        checks[name] = lambda value, limit=1 << bits: (
            isinstance(value, bool) or not isinstance(value, int | float) or -limit <= value < limit
        )
    return checks


def _validator_class(version: tuple[int, int]) -> Any:
    """openapi-core's own validator for the version, with the keywords of DIFFERENCES in our meaning."""
    return extend(
        OAS30ReadValidator if version == (3, 0) else OAS31Validator,
        {"pattern": _pattern, "multipleOf": _multiple_of, "allOf": allOf, "anyOf": anyOf, "oneOf": oneOf},
    )


def _pattern(validator: Any, pattern: str, instance: Any, _: Any) -> Iterator[SchemaError]:
    if validator.is_type(instance, "string") and not jsonschema_rs.is_valid({"pattern": pattern}, instance):
        yield SchemaError("does not match the pattern")


def _multiple_of(validator: Any, divisor: float, instance: Any, _: Any) -> Iterator[SchemaError]:
    if validator.is_type(instance, "number") and Fraction(str(instance)) % Fraction(str(divisor)) != 0:
        yield SchemaError("is not a multiple")
