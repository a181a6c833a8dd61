"""What may be a contract, and what is refused before any library sees it."""

from __future__ import annotations

import json
import socket
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from tests.strategies import document
from validator.contract import Contract
from validator.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

SMALL = """
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /things:
    get:
      responses:
        200: {description: "", content: {application/json: {schema: {$ref: "common.yaml#/Thing"}}}}
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "openapi.yaml"


def test_the_bundled_contract_loads_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        contract = Contract.load()
    assert contract.title == "Picqer API"
    assert contract.errors is not None
    assert contract.errors.member == "error_code"
    assert len(contract.errors.codes) == 41
    assert contract.errors.codes[22] == "No valid JSON"


def test_files_of_the_same_folder_are_part_of_the_document(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        openapi=SMALL,
        common='{Thing: {type: object, properties: {other: {$ref: "#/Other"}}}, Other: {type: integer}}',
    )
    contract = Contract.load(path)
    (operation,) = contract.operations
    (media_type,) = operation.responses[0].content
    assert media_type.schema is not None
    assert contract.validator(media_type.schema).is_valid({"other": 1})
    assert not contract.validator(media_type.schema).is_valid({"other": "1"})


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("http://127.0.0.1:1/x.yaml", "reference to an address"),
        ("https://example.org/x.yaml#/A", "reference to an address"),
        ("file:///etc/passwd", "reference to an address"),
        ("//host/share", "reference to an address"),
        ("../secret.yaml", "leaves the document's own folder"),
        ("a/../../secret.yaml", "leaves the document's own folder"),
        ("/etc/passwd", "leaves the document's own folder"),
        ("%2e%2e/secret.yaml", "leaves the document's own folder"),
        ("absent.yaml", "cannot be read"),
        ("#/components/schemas/Absent", "reference to nothing"),
        ("common.yaml#/Absent", "reference to nothing"),
        ("link.yaml", "outside the document's own folder"),
    ],
)
def test_a_reference_that_leaves_the_folder_or_leads_nowhere_is_refused(
    tmp_path: Path, reference: str, said: str
) -> None:
    (tmp_path / "secret.yaml").write_text("{type: string}", encoding="utf-8")
    folder = tmp_path / "contract"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    path = write(folder, openapi=SMALL.replace("common.yaml#/Thing", reference), common="{Thing: {}}")
    with pytest.raises(DocumentError, match=said):
        Contract.load(path)


def test_a_reference_in_an_example_is_data() -> None:
    given = document({"type": "object"})
    content = given["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]
    content["example"] = {"$ref": "http://127.0.0.1:1/x"}
    assert Contract.from_dict(given).operations


@pytest.mark.parametrize(
    ("schema", "components"),
    [
        ({"$ref": "#/components/schemas/A"}, {"A": {"$ref": "#/components/schemas/A"}}),
        ({"$ref": "#/components/schemas/A"}, {"A": {"allOf": [{"$ref": "#/components/schemas/A"}]}}),
        (
            {},
            {
                "A": {"oneOf": [{"$ref": "#/components/schemas/B"}]},
                "B": {"allOf": [{"$ref": "#/components/schemas/A"}]},
            },
        ),
        ({}, {"A": {"not": {"$ref": "#/components/schemas/A"}}}),
    ],
)
def test_a_schema_that_asks_itself_about_the_same_value_is_refused(schema: Any, components: dict[str, Any]) -> None:
    with pytest.raises(DocumentError, match="circle"):
        Contract.from_dict(document(schema, components))


def test_a_schema_may_refer_to_itself_below_properties_and_items() -> None:
    tree = {"type": "object", "properties": {"below": {"type": "array", "items": {"$ref": "#/components/schemas/T"}}}}
    contract = Contract.from_dict(document({"$ref": "#/components/schemas/T"}, {"T": tree}))
    validator = contract.validator("/components/schemas/T")
    assert validator.is_valid({"below": [{"below": []}]})
    assert not validator.is_valid({"below": [{"below": 1}]})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected a mapping"),
        ("[]", "expected a mapping"),
        ("{}", "no member `openapi`"),
        ("swagger: '2.0'", "Swagger 2.0"),
        ("openapi: 2.0.0", 'expected openapi "3.0.x" or "3.1.x"'),
        ("openapi: 3.10.0", 'expected openapi "3.0.x" or "3.1.x"'),
        ("openapi: 3.1.0", "not valid OpenAPI 3.1"),
        ("openapi: [", "not YAML"),
        ("{" * 100_000, "nested deeper"),
        ("openapi: 3.1.0\nopenapi: 3.1.0", "comes twice"),
        ("\x00", "not YAML"),
        ('{"openapi": "3.1.0", "paths": {"/a": {}, "/a": {}}}', 'the member "/a" comes twice'),
        ("[" * 300 + "]" * 300, "nested deeper"),
    ],
)
def test_what_is_no_openapi_document_is_refused_with_the_reason(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as refused:
        Contract.load(write(tmp_path, openapi=text))
    assert str(tmp_path) in str(refused.value)


def test_a_file_that_is_not_there_is_an_obstacle_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"absent\.yaml: cannot be read: No such file"):
        Contract.load(tmp_path / "absent.yaml")


def test_json_and_yaml_give_the_same_contract(tmp_path: Path) -> None:
    given = document({"type": "integer"})
    (tmp_path / "a.json").write_text(json.dumps(given), encoding="utf-8")
    (tmp_path / "a.yaml").write_text(json.dumps(given, indent=1).replace("{", "{ "), encoding="utf-8")
    assert Contract.load(tmp_path / "a.json").document.root == Contract.load(tmp_path / "a.yaml").document.root == given


def test_integer_status_keys_are_statuses() -> None:
    given = document({"type": "integer"})
    responses = given["paths"]["/things"]["get"]["responses"]
    responses[404] = {"description": ""}
    (operation,) = Contract.from_dict(given).operations
    assert [response.status for response in operation.responses] == ["200", "404"]


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes"])
def test_from_dict_refuses_what_json_does_not_have(value: Any) -> None:
    with pytest.raises(DocumentError, match="not a JSON value"):
        Contract.from_dict({"openapi": "3.1.0", "x": value})


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "string", "pattern": "((a{1000}){1000}){10}"}, "cannot be compiled"),
        ({"type": "string", "pattern": "("}, "pattern|regex|compiled"),
    ],
)
def test_a_schema_that_cannot_be_compiled_is_an_obstacle_that_names_it(schema: Any, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        Contract.from_dict(document(schema)).validator(
            "/paths/~1things/get/responses/200/content/application~1json/schema"
        )


@pytest.mark.parametrize(
    ("statuses", "status", "expected"),
    [
        (["200", "2XX", "default"], 200, "200"),
        (["200", "2XX", "default"], 201, "2XX"),
        (["200", "2xx"], 201, None),
        (["200", "4XX", "default"], 500, "default"),
        (["200"], 500, None),
    ],
)
def test_the_most_exact_response_speaks_for_a_status(statuses: list[str], status: int, expected: str | None) -> None:
    given = document({})
    given["paths"]["/things"]["get"]["responses"] = {one: {"description": ""} for one in statuses}
    try:
        (operation,) = Contract.from_dict(given).operations
    except DocumentError:
        assert "2xx" in statuses  # OpenAPI wants the X in upper case
        return
    response = operation.response_for(status)
    assert (None if response is None else response.status) == expected


def test_a_document_in_json_is_bounded_in_depth_as_one_in_yaml() -> None:
    schema: dict[str, Any] = {}
    for _ in range(150):
        schema = {"allOf": [schema]}
    root = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}
    with pytest.raises(DocumentError, match="nested deeper than 200 levels"):
        Contract.from_dict({**root, "components": {"schemas": {"S": schema}}})


def test_a_dialect_named_in_a_schema_is_not_fetched() -> None:
    """jsonschema-rs asked the network for it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/dialect"
        schemas = {"S": {"$schema": address, "type": "integer"}}
        root = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}
        Contract.from_dict({**root, "components": {"schemas": schemas}})
        with pytest.raises(TimeoutError):
            server.accept()
