"""openapi-core, set up so that it means what OpenAPI means where 0.23 does not: `DIFFERENCES` lists each place.

Only its own hooks are used (Config). With reference.py, the only file that sees its types.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
from jsonschema.validators import extend
from jsonschema_path import SchemaPath
from openapi_core import Config, OpenAPI
from openapi_core.casting.schemas import oas31_schema_casters_factory
from openapi_core.datatypes import RequestParameters
from openapi_core.deserializing.styles.factories import StyleDeserializersFactory
from openapi_core.templating.datatypes import TemplateResult
from openapi_core.templating.paths.datatypes import PathOperationServer
from openapi_core.templating.paths.finders import APICallPathFinder
from openapi_core.validation.schemas.factories import SchemaValidatorsFactory
from openapi_schema_validator import OAS30ReadValidator, OAS31Validator

from validator.contract.schemas import FORMATS
from validator.judges.adapted import DELIVERIES, adapt, plain_names
from validator.judges.common import Kind
from validator.judges.content import ContentType, read_value
from validator.judges.keywords import OURS, OURS_IN_3_1
from validator.pointer import join, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from validator.contract import Contract, Operation
    from validator.exchange import Response

DIFFERENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "routing": "openapi-core lets the variable of a template be empty: /orders/ passes for /orders/{id}",
        "media-type-parameters": "parameters without `=`, or with two, leave openapi-core as ValueError",
        "media-types-told-apart-by-parameters": "openapi-core compares them letter by letter, spaces and all",
        "media-type-ranges": "openapi-core takes the first range that fits, the specification the most specific",
        "media-type-decoding": "openapi-core decodes application/json and vnd.api+json only, not those under a range",
        "body-on-bodiless": "a body on a 204, 205 or 304 passes in silence; a HEAD answer without one is refused",
        "body-where-none-is-documented": "it passes in silence",
        "missing-content-type": "openapi-core reads it as the first documented type, in silence",
        "json-parser": "the standard library accepts NaN and fails on depth with RecursionError; ours is orjson",
        "pattern": "Python's `re` has another meaning of \\d and $, and hangs on nested repetition",
        "multiple-of": "19.99 is not a multiple of 0.01 in binary floating point, and is one in decimal",
        "formats": "jsonschema checks only the formats whose packages are installed, and e-mail by its @ alone",
        "integer-formats": "int32 and int64 are ranges for every whole number, 3e10 too",
        "whole-numbers": "1.0 is an integer in 3.1 and none in 3.0; few writers of JSON can choose: it is one in both",
        "nesting": "openapi-core runs out of stack from a few hundred levels: the exchange is undecided",
        "discriminator": "openapi-core lets it replace oneOf; OpenAPI 3.1.1 says that it cannot change the result",
        "ref-siblings": "beside a $ref, keywords right under `schema` are ignored (3.1), and those below obeyed (3.0)",
        "boolean-schemas": "true or false right under `schema` leaves openapi-core as an exception",
        "names": "openapi-core would fetch what an `$id` of the document names, and knows no anchors in components",
        "dynamic-references": "openapi-core knows no dynamic scopes: such a document is an obstacle to it",
        "formats-as-notes": "a schema that asks for JSON Schema itself, by `$schema`, has formats as annotations",
        "header-casting": "openapi-core reads `yes` as true, 1_000 as an integer, and fails on a list of types",
        "header-content": "a header documented by media type is only looked for; openapi-core judges its text",
    }
)
"""Every intended difference from openapi-core as it comes, with its reason; a test has a witness of each."""

_HOST: Final = "http://contract.invalid"

_FORMATS: Final = (
    "byte",
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
)


def make_engine(contract: Contract) -> OpenAPI:
    """openapi-core over the contract's document."""
    version = contract.document.version
    deserializers: dict[str, Callable[[bytes], Any]] = dict.fromkeys(_documented_types(contract), _deserialize)
    return OpenAPI(
        SchemaPath.from_dict(adapt(contract), handlers={}),
        config=Config(
            spec_validator_cls=None,  # type: ignore[arg-type]  # Document has checked it; None is what the docs say
            path_finder_cls=_Routed,
            style_deserializers_factory=_CastFactory(oas31_schema_casters_factory),
            schema_validators_factory=SchemaValidatorsFactory(_validator_class(version)),
            extra_format_validators=_format_checks(),
            extra_media_type_deserializers=deserializers,
        ),
    )


class _Routed(APICallPathFinder):
    """Takes what our router has found (see DIFFERENCES, routing): the address is a pointer to the path item."""

    def find(self, method: str, name: str) -> PathOperationServer:
        """The operation at the pointer."""
        section, item = split(name.removeprefix(_HOST))
        path = self.spec / section / item
        return PathOperationServer(path, path / method, None, TemplateResult(item, {}), {})


class _Cast:
    """openapi-core's reader of header values, told to leave them: they are read (see DIFFERENCES, header-casting)."""

    def __init__(self, name: str) -> None:
        self._name = name

    def deserialize(self, location: Mapping[str, Any]) -> Any:
        """The value, as it was cast."""
        return location[self._name]


class _CastFactory(StyleDeserializersFactory):
    """Makes readers that leave the value alone."""

    def create(
        self,
        spec: SchemaPath,  # noqa: ARG002 - openapi-core's signature, here and below
        schema: SchemaPath,  # noqa: ARG002
        style: str,  # noqa: ARG002
        explode: bool,  # noqa: ARG002, FBT001
        name: str,
    ) -> Any:
        """The reader of one header."""
        return _Cast(name)


class OperationRequest:
    """openapi-core's request protocol: only the operation matters to a response."""

    content_type = ""
    body = None

    def __init__(self, operation: Operation, kind: Kind) -> None:
        self.host_url = _HOST
        section, item = {
            Kind.ANSWER: ("paths", operation.path),
            Kind.DELIVERY: (DELIVERIES, operation.pointer),
            Kind.REPLY: ("webhooks", operation.path),
        }[kind]
        self.path = join("", section, item)
        self.path_pattern = self.path
        self.method = operation.method.lower()
        self.parameters = RequestParameters()


class RecordedResponse:
    """openapi-core's response protocol.

    The content type is said anew: the parameter `essence` carries what came to the deserializer, which openapi-core
    tells only the documented range. `documented` is the name that adapted.py gave to the documented type that fits.
    """

    def __init__(
        self, came: Response, headers: Mapping[str, Any], content_type: ContentType | None, documented: str | None
    ) -> None:
        self.status_code = came.status
        self.data = came.body
        self.headers = headers
        self.content_type = ""
        if content_type is not None:
            charset = f"; charset={content_type.charset}" if content_type.charset else ""
            name = documented if documented is not None and "*" not in documented else content_type.essence
            self.content_type = f"{name}; essence={content_type.essence}{charset}"


def _deserialize(value: bytes, *, essence: str = "", charset: str | None = None) -> Any:
    return read_value(value, ContentType(essence=essence, charset=charset))


def _format_checks() -> dict[str, Callable[[Any], bool]]:
    """The formats as the compiled judge checks them (see DIFFERENCES, formats and integer-formats)."""
    checks: dict[str, Callable[[Any], bool]] = {
        name: partial(
            _is_of_format,
            jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True, formats=FORMATS).is_valid,
        )
        for name in _FORMATS
    }
    # Formats that neither OpenAPI nor JSON Schema knows, and jsonschema checks all the same.
    checks.update(dict.fromkeys(("color", "binary", "float", "double", "password"), lambda _: True))
    for name, bits in (("int32", 31), ("int64", 63)):
        checks[name] = partial(_within, 1 << bits)
    return checks


def _is_of_format(check: Callable[[str], bool], value: Any) -> bool:
    """Formats speak of strings; the value may be the bytes of a picture, which nothing speaks of."""
    return not isinstance(value, str) or check(value)


def _within(limit: int, value: Any) -> bool:
    return isinstance(value, bool) or not isinstance(value, int | float) or -limit <= value < limit


def _validator_class(version: tuple[int, int]) -> Any:
    """openapi-core's own validator for the version, with the keywords of DIFFERENCES in our meaning."""
    is_old = version == (3, 0)
    base = OAS30ReadValidator if is_old else OAS31Validator
    return extend(  # type: ignore[no-untyped-call]
        base,
        OURS if is_old else {**OURS, **OURS_IN_3_1},
        type_checker=base.TYPE_CHECKER.redefine("integer", _is_integer),
    )


def _is_integer(_: Any, value: Any) -> bool:
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


def _documented_types(contract: Contract) -> Iterator[str]:
    for operation in (*contract.operations, *contract.webhooks):
        for content in (operation.request_body, *(response.content for response in operation.responses)):
            yield from plain_names(media_type.name for media_type in content).values()
