"""Laws of the Picqer contract itself: what `spec/openapi.yaml` must hold, whatever is added to it."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import pytest
import yaml
from openapi_core import OpenAPI
from openapi_spec_validator import OpenAPIV31SpecValidator

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE: Final = (Path(__file__).parents[2] / "spec" / "openapi.yaml").read_text(encoding="utf-8")
# The plain loader, on purpose: the document must also mean the same to tools that are not ours.
DOCUMENT: Final[dict[str, Any]] = yaml.load(SOURCE, Loader=yaml.CSafeLoader)  # noqa: TID251
COMPONENTS: Final[dict[str, dict[str, Any]]] = DOCUMENT["components"]

METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
OPERATIONS_BY_TAG: Final = {
    "orders": 32,
    "webshoporders": 2,
    "backorders": 4,
    "picklists": 23,
    "picklist-batches": 14,
    "shipments": 4,
    "packing": 12,
    "returns": 20,
    "products": 32,
    "stock": 7,
    "locations": 13,
    "warehouses": 3,
    "suppliers": 7,
    "purchaseorders": 16,
    "receipts": 13,
    "customers": 14,
    "tags": 5,
    "comments": 3,
    "tasks": 7,
    "users": 3,
    "vatgroups": 2,
    "pricelists": 2,
    "fields": 7,
    "templates": 2,
    "stats": 2,
    "webhooks": 5,
    "fulfilment": 5,
    "companies": 1,
}
ERROR_RESPONSES: Final = {
    "400": "BadRequest",
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "NotFound",
    "429": "TooManyRequests",
    "500": "ServerError",
}
PECULIAR_ERRORS: Final = {("createPurchaseOrder", "500"): "ServerErrorOrPage", ("getUser", "404"): "UserNotFound"}
"""Error answers that were seen of one operation, and that no page documents: each bears an `x-reality`."""

PLAIN_SUCCESS: Final = {"createSupplier", "linkPickingContainer", "resetPicklistBatch"}
"""POSTs that were seen to answer 200, and nothing else; each bears an `x-reality`."""

ERROR_CODES: Final = {
    1: "Unknown application error",
    5: "Missing parameters with POST or PUT",
    6: "Company domain already exists",
    7: "Resource ID found",
    8: "API function not yet implemented",
    9: "Invalid country code",
    10: "Invalid address",
    12: "Invalid customer to add to order",
    13: "Order is missing products",
    14: "Unknown vatgroup",
    15: "No product given when picking a product",
    16: "Not a valid picking amount",
    17: "Product to pick not found",
    18: "Amount to pick is too high",
    19: "Domain not allowed, this is a reserved domain",
    20: "Item not found",
    21: "Item not found or does not have the right status",
    22: "No valid JSON",
    23: "Idproduct or amount missing from product in a order",
    24: "Product you are trying to order, does not exists",
    25: "Customer you are making an order for, does not exists",
    26: "Cannot create shipment",
    27: "Product not found on purchase order",
    28: "Rate limit exceeded",
    29: "Cannot create order because monthly limit is reached",
    30: "Cannot change order. This order is being processed",
    31: "Function not available for fulfilment",
    32: "Order already closed",
    33: "Object has the wrong status for this action",
    34: "Cannot create invoice",
    35: "Invalid date or datetime format",
    36: "This user has no rights to this feature",
    37: "Relation already exists on object",
    38: "Object type is invalid for this action",
    39: "Can't change property due to pre-conditions",
    40: "Invalid credentials, could not log in",
    41: "Product is not found in open purchase orders",
    42: "Search query failed, please try again later",
    43: "Stock cannot be negative",
    44: "Invalid location for this action",
    45: "IP of request is not allowed",
}


FAULTS: Final = {
    "malformed-json",
    "missing-parameter",
    "wrong-type",
    "invalid-value",
    "unknown-reference",
    "unknown-resource",
    "no-credentials",
    "bad-credentials",
    "rate-limited",
}


# -- reading the document ------------------------------------------------------------------------------------


def at(pointer: str) -> Any:
    """The node that a `$ref` inside the document points to."""
    node: Any = DOCUMENT
    for step in pointer.removeprefix("#/").split("/"):
        node = node[step.replace("~1", "/").replace("~0", "~")]
    return node


def resolved(node: Any) -> Any:
    while "$ref" in node:
        node = at(node["$ref"])
    return node


def references(node: Any) -> Iterator[str]:
    """Every `$ref` below a node."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def validator(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"components": COMPONENTS, "allOf": [schema]})


def operations() -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Path, method, path item, operation."""
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item, item[method]


def parameters(item: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [resolved(entry) for entry in (*item.get("parameters", ()), *operation.get("parameters", ()))]


def body_schema(operation: dict[str, Any]) -> dict[str, Any] | None:
    if "requestBody" not in operation:
        return None
    schema: dict[str, Any] = resolved(operation["requestBody"])["content"]["application/json"]["schema"]
    return schema


def extensions(name: str, node: Any = DOCUMENT, place: str = "#") -> Iterator[tuple[str, Any]]:
    """Every value of an extension: where it stands, and what it says."""
    if isinstance(node, dict):
        if name in node:
            yield place, node[name]
        for key, value in node.items():
            if key not in {"example", name}:
                yield from extensions(name, value, f"{place}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from extensions(name, value, f"{place}/{index}")


def promised_codes(promise: dict[str, Any] | None) -> set[int]:
    """The codes that a promise of `x-fault-responses` names."""
    codes = promise.get("body", {}).get("error_code", []) if promise else []
    return set(codes if isinstance(codes, list) else [codes])


def codes_of(response: str) -> set[int]:
    """The error codes that belong to an error response."""
    schema = COMPONENTS["responses"][response]["content"]["application/json"]["schema"]
    error, pairing = schema.get("allOf", ({"$ref": "#/components/schemas/Error"}, schema))
    assert error == {"$ref": "#/components/schemas/Error"}
    return set(pairing["properties"]["error_code"]["enum"])


def error_response(operation: dict[str, Any], status: str) -> str:
    """The name of the response that an operation documents for an error status."""
    return str(operation["responses"][status]["$ref"].rpartition("/")[2])


def promises(schema: Any, seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Every promise of `x-fault-responses` at a schema and below it."""
    if isinstance(schema, list):
        for branch in schema:
            yield from promises(branch, seen)
    elif isinstance(schema, dict):
        yield from schema.get("x-fault-responses", {}).items()
        if (pointer := schema.get("$ref")) and pointer not in seen:
            yield from promises(at(pointer), seen | {pointer})
        for key, branch in schema.items():
            if key == "properties":
                yield from promises(list(branch.values()), seen)
            elif key in {"items", "anyOf", "oneOf", "allOf", "additionalProperties"}:
                yield from promises(branch, seen)


def examples(node: Any = DOCUMENT, place: str = "#") -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example: where it stands, the schema that it must obey, its value."""
    if isinstance(node, dict):
        if "example" in node:
            yield place, node.get("schema", node), node["example"]
        for key, value in node.items():
            if key != "example":
                yield from examples(value, f"{place}/{key}")


def success_bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every JSON schema of a success answer, once."""
    found: dict[str, dict[str, Any]] = {}
    for _, _, _, operation in operations():
        for status, entry in operation["responses"].items():
            content = resolved(entry).get("content", {}) if status < "300" else {}
            if "application/json" in content:
                found[entry.get("$ref", operation["operationId"])] = content["application/json"]["schema"]
    yield from found.items()


each_operation: Final = pytest.mark.parametrize(
    ("path", "method", "item", "operation"),
    [pytest.param(*entry, id=entry[3]["operationId"]) for entry in operations()],
)


# -- the document --------------------------------------------------------------------------------------------


def test_the_document_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_openapi_core_loads_the_document() -> None:
    OpenAPI.from_dict(DOCUMENT)


def test_yaml_reads_as_json_without_loss() -> None:
    """No key twice in a mapping, no alias, no key or value that YAML makes a date or a number of unasked."""
    for event in yaml.parse(SOURCE, Loader=yaml.CSafeLoader):
        assert not isinstance(event, yaml.AliasEvent)

    def check(node: yaml.Node) -> None:
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            assert max(Counter(keys).values(), default=1) == 1, keys
            assert {key.tag for key, _ in node.value} <= {"tag:yaml.org,2002:str"}, keys
            for _, value in node.value:
                check(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                check(value)

    root = yaml.compose(SOURCE, Loader=yaml.CSafeLoader)
    assert root is not None
    check(root)
    assert json.loads(json.dumps(DOCUMENT, allow_nan=False)) == DOCUMENT


def test_every_component_is_used_and_every_reference_resolves() -> None:
    used = set(references(DOCUMENT))
    for pointer in used:
        at(pointer)
    defined = {
        f"#/components/{kind}/{name}"
        for kind, members in COMPONENTS.items()
        if kind != "securitySchemes"
        for name in members
    }
    assert defined == used


def test_each_resource_is_there_whole() -> None:
    counted = Counter(tag for _, _, _, operation in operations() for tag in operation["tags"])
    assert counted == OPERATIONS_BY_TAG
    assert [tag["name"] for tag in DOCUMENT["tags"]] == list(OPERATIONS_BY_TAG)


def test_operation_ids_are_unique_and_in_camel_case() -> None:
    ids = [operation["operationId"] for _, _, _, operation in operations()]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", name) for name in ids)


# -- the operations ------------------------------------------------------------------------------------------


@each_operation
def test_every_operation_wants_a_user_agent_and_a_key(
    path: str, method: str, item: dict[str, Any], operation: dict[str, Any]
) -> None:
    found = {(entry["in"], entry["name"]): entry for entry in parameters(item, operation)}
    assert found["header", "User-Agent"]["required"] is True
    assert "security" not in operation
    (scheme,) = DOCUMENT["security"]
    assert COMPONENTS["securitySchemes"][next(iter(scheme))]["scheme"] == "basic"


@each_operation
def test_every_operation_documents_the_errors_that_it_can_give(
    path: str, method: str, item: dict[str, Any], operation: dict[str, Any]
) -> None:
    documented = {status: entry for status, entry in operation["responses"].items() if status >= "300"}
    wanted = {"401", "403", "429", "500"}
    if method != "get" or any(entry["in"] == "query" for entry in parameters(item, operation)):
        wanted.add("400")
    if "{" in path:
        wanted.add("404")
    # 404 is also for an object that the body names.
    assert wanted <= set(documented) <= wanted | {"404"}
    for status, entry in documented.items():
        name = PECULIAR_ERRORS.get((operation["operationId"], status), ERROR_RESPONSES[status])
        assert entry == {"$ref": f"#/components/responses/{name}"}


@pytest.mark.parametrize("name", PECULIAR_ERRORS.values())
def test_a_peculiar_error_takes_what_the_usual_one_takes_and_says_what_was_seen(name: str) -> None:
    (usual,) = {ERROR_RESPONSES[status] for (_, status), own in PECULIAR_ERRORS.items() if own == name}
    assert codes_of(usual) <= codes_of(name)
    assert len(list(extensions("x-reality", COMPONENTS["responses"][name]))) == 1


@each_operation
def test_success_statuses_fit_the_method(
    path: str, method: str, item: dict[str, Any], operation: dict[str, Any]
) -> None:
    successes = {status for status in operation["responses"] if status < "300"}
    if operation["operationId"] in PLAIN_SUCCESS:
        assert (method, successes, "x-reality" in operation) == ("post", {"200"}, True)
        return
    allowed = {"get": [{"200"}], "put": [{"200"}], "post": [{"201"}, {"200", "201"}]}
    assert successes in allowed.get(method, [{"204"}, {"200", "204"}])
    if "204" in successes:
        assert "content" not in resolved(operation["responses"]["204"])


@each_operation
def test_a_body_is_required_exactly_where_a_member_is(
    path: str, method: str, item: dict[str, Any], operation: dict[str, Any]
) -> None:
    if (schema := body_schema(operation)) is None:
        return
    accepts_nothing = validator(schema).is_valid({})
    assert resolved(operation["requestBody"]).get("required", False) is not accepts_nothing
    assert "example" in resolved(operation["requestBody"])["content"]["application/json"]


@each_operation
def test_every_operation_and_each_of_its_parameters_is_described(
    path: str, method: str, item: dict[str, Any], operation: dict[str, Any]
) -> None:
    assert operation["summary"]
    assert operation["description"] not in {"Seen in client code only.", operation["summary"]}, "it must add something"
    assert [entry["name"] for entry in parameters(item, operation) if not entry.get("description")] == []


@pytest.mark.parametrize("name", COMPONENTS["responses"])
def test_every_response_with_json_has_an_example(name: str) -> None:
    content = COMPONENTS["responses"][name].get("content", {})
    assert "example" in content.get("application/json", {"example": None})


@pytest.mark.parametrize(
    "name",
    sorted(
        pointer.rpartition("/")[2]
        for pointer in set(references(DOCUMENT["paths"]))
        if pointer.startswith("#/components/responses/")
    ),
)
def test_every_response_may_carry_the_rate_limit_and_need_not(name: str) -> None:
    """Every answer of Picqer, that is: what a subscriber answers to a delivery is not for Picqer to limit."""
    headers = COMPONENTS["responses"][name]["headers"]
    assert set(headers) == {"X-RateLimit-Limit", "X-RateLimit-Remaining"}
    assert not any(resolved(header).get("required", False) for header in headers.values())


@pytest.mark.parametrize(("place", "schema", "value"), [pytest.param(*e, id=e[0]) for e in examples()])
def test_every_example_is_valid(place: str, schema: dict[str, Any], value: Any) -> None:
    assert [error.message for error in validator(schema).iter_errors(value)] == []


# -- the error contract --------------------------------------------------------------------------------------


def test_the_catalogue_holds_the_documented_codes_word_for_word() -> None:
    entries = COMPONENTS["schemas"]["Error"]["properties"]["error_code"]["oneOf"]
    assert [(entry["const"], entry["description"]) for entry in entries] == list(ERROR_CODES.items())


def test_every_code_belongs_to_a_status_and_to_the_catalogue() -> None:
    assert set().union(*map(codes_of, ERROR_RESPONSES.values())) == set(ERROR_CODES)


@pytest.mark.parametrize("response", ERROR_RESPONSES.values())
def test_an_error_response_takes_its_codes_and_no_others(response: str) -> None:
    judge = validator(COMPONENTS["responses"][response]["content"]["application/json"]["schema"])

    def body(code: Any, **changed: Any) -> dict[str, Any]:
        return {"error": True, "error_code": code, "error_message": "x"} | changed

    taken = {code for code in range(-1, 100) if judge.is_valid(body(code))}
    assert taken == codes_of(response)
    assert 1 in taken, "an unknown application error fits every status"
    assert not judge.is_valid(body("1"))
    assert not judge.is_valid(body(1, error=False))
    assert not judge.is_valid(body(1, error=1))
    assert not judge.is_valid(body(1, error_message=None))
    for member in body(1):
        assert not judge.is_valid({name: value for name, value in body(1).items() if name != member})


@pytest.mark.parametrize(("place", "schema"), [pytest.param(*e, id=e[0]) for e in success_bodies()])
def test_no_success_body_may_be_the_error_object(place: str, schema: dict[str, Any]) -> None:
    judge = validator(schema)
    assert not judge.is_valid({"error": True, "error_code": 8, "error_message": "x"})
    if resolved(schema).get("type") != "array":
        # Not only because members are missing: a body that is whole otherwise is refused as well.
        assert {"$ref": "#/components/schemas/NotAnError"} in schema.get("allOf", [schema])


@pytest.mark.parametrize("body", [{}, [], None, "done", {"error": False}, {"errors": True}, [{"error": True}]])
def test_an_open_success_body_takes_any_other_json(body: Any) -> None:
    assert validator({"$ref": "#/components/schemas/NotAnError"}).is_valid(body)


# -- x-fault-responses ---------------------------------------------------------------------------------------


def applies(fault: str, path: str, operation: dict[str, Any]) -> bool:
    """Whether a request to the operation can be broken in this way."""
    if fault in {"no-credentials", "bad-credentials", "rate-limited"}:
        return True
    if fault == "unknown-resource":
        return "{" in path
    if fault == "unknown-reference":
        return "requestBody" in operation and "404" in operation["responses"]
    return "requestBody" in operation


@each_operation
def test_broken_requests_are_promised_only_what_the_operation_documents(
    path: str, method: str, item: dict[str, Any], operation: dict[str, Any]
) -> None:
    for fault, promise in (
        *((name, entry) for name, entry in DOCUMENT["x-fault-responses"].items() if applies(name, path, operation)),
        *operation.get("x-fault-responses", {}).items(),
        *promises(body_schema(operation)),
    ):
        assert fault in FAULTS
        if promise is None:
            continue
        statuses = promise["status"] if isinstance(promise["status"], list) else [promise["status"]]
        assert {str(status) for status in statuses} <= set(operation["responses"]), fault
        if min(statuses) < 400:
            continue  # broken, and taken all the same: it says so
        body = promise["body"]
        assert set(body) <= {"error", "error_code"}
        assert body["error"] is True
        for status in statuses:
            assert promised_codes(promise) <= codes_of(error_response(operation, str(status))), (fault, status)


def test_every_fault_has_a_promise_at_the_root() -> None:
    assert set(DOCUMENT["x-fault-responses"]) == FAULTS


# -- x-error-codes and x-reality -----------------------------------------------------------------------------


def test_error_codes_are_told_with_a_reason_and_at_the_root_or_an_operation_only() -> None:
    homes = {"#", *(f"#/paths/{path}/{method}" for path, method, _, _ in operations())}
    for place, codes in extensions("x-error-codes"):
        assert place in homes
        assert codes, place
        for code, reason in codes.items():
            assert int(code) in ERROR_CODES, (place, code)
            assert reason not in {"", ERROR_CODES[int(code)]}, "a reason, in our own words"


@each_operation
def test_an_operation_tells_only_error_codes_that_its_error_responses_take(
    path: str, method: str, item: dict[str, Any], operation: dict[str, Any]
) -> None:
    told = {int(code) for code in operation.get("x-error-codes", {})}
    errors = (status for status in operation["responses"] if status >= "300")
    assert told <= set().union(*(codes_of(error_response(operation, status)) for status in errors))


def test_the_root_tells_only_error_codes_that_some_error_response_takes() -> None:
    assert {int(code) for code in DOCUMENT["x-error-codes"]} <= set().union(*map(codes_of, ERROR_RESPONSES.values()))


@each_operation
def test_a_search_may_fail(path: str, method: str, item: dict[str, Any], operation: dict[str, Any]) -> None:
    if any((entry["in"], entry["name"]) == ("query", "search") for entry in parameters(item, operation)):
        assert "42" in operation["x-error-codes"]


def test_every_code_is_named_by_a_promise() -> None:
    told = {int(code) for _, codes in extensions("x-error-codes") for code in codes}
    promised = [promise for _, entries in extensions("x-fault-responses") for promise in entries.values()]
    assert set(ERROR_CODES) <= told.union(*map(promised_codes, promised))


@pytest.mark.parametrize(("place", "reality"), [pytest.param(*e, id=e[0]) for e in extensions("x-reality")])
def test_reality_says_what_was_seen_and_where_it_is_known_from(place: str, reality: dict[str, str]) -> None:
    assert set(reality) == {"seen", "source"}
    assert all(isinstance(text, str) and text for text in reality.values())


# -- request bodies ------------------------------------------------------------------------------------------

GUEST: Final = {"deliveryname": "A", "deliverycountry": "NL", "invoicename": "A", "invoicecountry": "NL"}
LINES: Final = [{"idproduct": 1, "amount": 1}]


@pytest.mark.parametrize(
    ("schema", "body", "accepted"),
    [
        ("OrderCreate", {"idcustomer": 1, "products": LINES}, True),
        ("OrderCreate", GUEST | {"products": LINES}, True),
        ("OrderCreate", {"deliveryname": "A", "products": LINES}, False),
        ("OrderCreate", {"idcustomer": 1}, False),
        ("OrderCreate", {"idcustomer": 1, "products": []}, False),
        ("OrderCreate", {"idcustomer": 1, "products": [{"idproduct": 1}]}, False),
        ("OrderCreate", {"idcustomer": 1, "products": [{"amount": 1}]}, False),
        ("OrderCreate", {"idcustomer": 1, "products": [{"productcode": "A", "amount": 1}]}, True),
        ("OrderCreate", GUEST | {"products": LINES, "deliverycountry": "nl"}, False),
        ("OrderCreate", {"idcustomer": 0, "products": LINES}, False),
        ("OrderUpdate", {"preferred_delivery_date": "2025-13-01"}, False),
        ("OrderUpdate", {"language": "de"}, False),
        ("StockChange", {"reason": "A", "change": -1}, True),
        ("StockChange", {"reason": "A", "amount": 0}, True),
        ("StockChange", {"reason": "A", "amount": -1}, False),
        ("StockChange", {"reason": "A"}, False),
        ("StockMove", {"from_idlocation": None, "to_idlocation": 2, "amount": 1}, True),
        ("Pick", {"idpicklist_product": 1, "amount": 1}, True),
        ("Pick", {"product": "A", "amount": 1}, True),
        ("Pick", {"amount": 1}, False),
        ("ShipmentCreate", {"idshippingprofile": 1}, True),
        ("ShipmentCreate", {"weight": 1}, False),
        ("CustomerCreate", {"name": "A", "addresses": [{"city": "A"}]}, False),
        ("TagCreate", {"title": "A", "color": "#a1b2c3", "inherit": True}, True),
        ("TagCreate", {"title": "A", "color": "red", "inherit": True}, False),
    ],
)
def test_a_request_body_needs_what_is_documented(schema: str, body: dict[str, Any], *, accepted: bool) -> None:
    assert validator(COMPONENTS["schemas"][schema]).is_valid(body) is accepted


@pytest.mark.parametrize(
    ("schema", "text", "accepted"),
    [
        ("DateTime", "2025-05-14 09:30:00", True),
        ("DateTime", "2024-02-29 23:59:59", True),
        ("DateTime", "2025-05-14T09:30:00", False),
        ("DateTime", "2025-05-14 09:30:00Z", False),
        ("DateTime", "2025-05-14", False),
        ("DateTime", "2025-13-14 09:30:00", False),
        ("DateTime", "2025-05-32 09:30:00", False),
        ("DateTime", "2025-05-14 24:00:00", False),
        ("DateTime", "2025-05-14 09:60:00", False),
        ("DateTime", "٢٠٢٥-05-14 09:30:00", False),
        ("Date", "2025-05-14", True),
        ("Date", "14-05-2025", False),
        ("CountryCode", "NL", True),
        ("CountryCode", "NLD", False),
    ],
)
def test_a_pattern_means_the_same_in_rust_and_in_python(schema: str, text: str, *, accepted: bool) -> None:
    entry = COMPONENTS["schemas"][schema]
    assert validator(entry).is_valid(text) is accepted
    assert (re.search(entry["pattern"], text) is not None) is accepted


def test_patterns_are_anchored_and_portable() -> None:
    found = re.findall(r"^ *pattern: (.+)$", SOURCE, re.MULTILINE)
    assert found
    for pattern in found:
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        assert "\\" not in pattern, "classes such as \\d differ between engines"
        assert "(?" not in pattern, "look-around is not linear"
