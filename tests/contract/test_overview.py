"""What a contract holds: the codes that a response takes, by its schema; those that are named, by the extensions."""

from __future__ import annotations

from typing import Any

import pytest

from validator.contract import Contract
from validator.contract.overview import ListedCode, Overview, overview, resources_of
from validator.errors import DocumentError

ERROR = {
    "type": "object",
    "required": ["error", "code", "detail"],
    "properties": {
        "error": {"const": True},
        "code": {"oneOf": [{"const": number, "description": f"Meaning {number}"} for number in (1, 2, 3, 4)]},
        "detail": {"type": "string", "minLength": 10},
    },
}
REFERENCE = {"$ref": "#/components/schemas/Error"}


def narrowed(*codes: int) -> dict[str, Any]:
    return {"allOf": [REFERENCE, {"properties": {"code": {"enum": list(codes)}}}]}


def answer(schema: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def operation(name: str, *, tags: tuple[str, ...] = (), body: Any = None, **more: Any) -> dict[str, Any]:
    responses = {"200": {"description": ""}, **more.pop("responses", {"400": answer(narrowed(1, 2))})}
    request = {} if body is None else {"requestBody": {"content": {"application/json": {"schema": body}}}}
    return {"operationId": name, "tags": list(tags), "responses": responses, **request, **more}


def contract(
    operations: dict[str, Any] | None = None, *, version: str = "3.1.0", schemas: Any = None, **root: Any
) -> Contract:
    listed = operations or {"one": operation("one")}
    return Contract.from_dict(
        {
            "openapi": version,
            "info": {"title": "T", "version": "1"},
            "paths": {f"/{name}": {"post": one} for name, one in listed.items()},
            "components": {"schemas": {"Error": ERROR, **(schemas or {})}},
            **root,
        }
    )


def code(of: Contract | Overview, number: int) -> ListedCode:
    shown = of if isinstance(of, Overview) else overview(of)
    assert shown.error_codes is not None
    return next(listed for listed in shown.error_codes if listed.code == number)


def named(of: Contract, number: int) -> list[tuple[str | None, str]]:
    return [(naming.operation, naming.reason) for naming in code(of, number).named_by]


def taken(schema: Any, **how: Any) -> list[int | str]:
    """The codes that a response with this schema takes, beside one that is there to give the catalogue away."""
    given = contract(
        {
            "one": operation("one", responses={"400": answer(schema)}),
            "two": operation("two", responses={"400": answer(REFERENCE)}),
        },
        **how,
    )
    listed = overview(given).error_codes
    assert listed is not None
    return [entry.code for entry in listed if "one" in entry.documented_by]


@pytest.mark.parametrize(
    ("schema", "codes"),
    [
        (REFERENCE, [1, 2, 3, 4]),
        (narrowed(2), [2]),
        ({"allOf": [narrowed(1, 2), {"properties": {"code": {"not": {"const": 1}}}}]}, [2]),
        ({"allOf": [REFERENCE, {"properties": {"code": {"minimum": 3}}}]}, [3, 4]),
        ({"oneOf": [narrowed(1), narrowed(3)]}, [1, 3]),
        ({"anyOf": [narrowed(4), {"type": "object", "properties": {"title": {}}}]}, [4]),
        ({"allOf": [REFERENCE, {"anyOf": [{"properties": {"code": {"const": 1}}}, False]}]}, [1]),
        ({"$ref": "#/components/schemas/Error", "properties": {"code": {"const": 4}}}, [4]),
        ({"type": "object", "properties": {"code": {"const": 1}}}, []),
        # The error object once more, with a code that is not among the documented ones.
        ({"type": "object", "properties": {"error": {"const": True}, "code": {"enum": [0, 2]}}}, [2]),
    ],
)
def test_a_response_takes_the_codes_that_its_schema_takes(schema, codes):
    """The other members of the error object do not matter: no example of it has to be made."""
    assert taken(schema) == codes


def test_in_openapi_3_0_too():
    enumerated = {**ERROR, "properties": {"code": {"type": "integer", "enum": [1, 2, 3]}}, "required": ["code"]}
    given = contract(
        {
            "one": operation("one", responses={"400": answer(REFERENCE)}),
            "two": operation("two", responses={"404": answer(narrowed(3))}),
        },
        version="3.0.3",
        schemas={"Error": enumerated},
    )
    assert (code(given, 3).statuses, code(given, 3).documented_by) == (("400", "404"), ("one", "two"))
    assert (code(given, 1).statuses, code(given, 1).documented_by) == (("400",), ("one",))


def test_a_schema_that_refers_to_itself_has_an_end():
    looped = {"allOf": [REFERENCE, {"properties": {"inner": {"$ref": "#/components/schemas/Looped"}}}]}
    assert taken({"$ref": "#/components/schemas/Looped"}, schemas={"Looped": looped}) == [1, 2, 3, 4]


def test_statuses_are_in_order_and_default_is_the_last():
    responses = {"default": answer(REFERENCE), "500": answer(REFERENCE), "4XX": answer(REFERENCE)}
    assert code(contract({"one": operation("one", responses=responses)}), 1).statuses == ("4XX", "500", "default")


def test_a_success_has_no_error_codes():
    given = contract({"one": operation("one"), "two": operation("two", responses={"202": answer(REFERENCE)})})
    assert code(given, 1).documented_by == ("one",)


class TestNames:
    """Which places name a code."""

    def test_a_promise_names_its_codes_at_the_root_an_operation_and_inside_the_request_body(self):
        body = {
            "type": "object",
            "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}},
        }
        row = {"type": "object", "x-fault-responses": {"unknown-reference": {"status": 400, "body": {"code": [3, 4]}}}}
        given = contract(
            {
                "one": operation("one", body=body),
                "two": operation("two", **{"x-fault-responses": {"wrong-type": {"status": 400, "body": {"code": 3}}}}),
            },
            schemas={"Row": row},
            **{"x-fault-responses": {"malformed-json": {"status": 400, "body": {"code": 1}}}},
        )
        assert named(given, 1) == [(None, "malformed-json")]
        assert named(given, 2) == []
        assert named(given, 3) == [("one", "unknown-reference"), ("two", "wrong-type")]
        assert named(given, 4) == [("one", "unknown-reference")]
        assert code(given, 4).named_by[0].pointer == "/components/schemas/Row/x-fault-responses/unknown-reference"
        assert code(given, 4).named_by[0].extension == "x-fault-responses"

    def test_a_promise_that_is_taken_back_or_tells_no_code_names_none(self):
        promises = {"malformed-json": None, "wrong-type": {"status": 400}, "no-credentials": {"status": 401}}
        given = contract(**{"x-fault-responses": promises})
        assert all(named(given, number) == [] for number in (1, 2, 3, 4))

    def test_expected_codes_are_named_with_their_reasons(self):
        given = contract(
            {"one": operation("one", **{"x-error-codes": {"2": "The order\n is closed."}}), "two": operation("two")},
            **{"x-error-codes": {"4": "Anything may be busy."}},
        )
        assert named(given, 2) == [("one", "The order is closed.")]
        assert named(given, 4) == [(None, "Anything may be busy.")]
        assert code(given, 2).named_by[0].pointer == "/paths/~1one/post/x-error-codes/2"
        assert code(given, 2).named_by[0].extension == "x-error-codes"

    def test_a_code_that_is_not_documented_cannot_be_expected(self):
        given = contract({"one": operation("one", **{"x-error-codes": {"22": "No."}})})
        with pytest.raises(DocumentError) as refused:
            overview(given)
        assert refused.value.place == "<mapping>: /paths/~1one/post/x-error-codes/22"
        assert refused.value.reason == "expected one of the documented error codes, got '22'"

    def test_a_promise_of_true_is_not_one_of_1(self):
        given = contract(**{"x-fault-responses": {"wrong-type": {"status": 400, "body": {"code": True}}}})
        assert named(given, 1) == []


TAGGED = {
    "one": operation("one", tags=("orders", "life"), **{"x-error-codes": {"3": "Closed."}}),
    "two": operation("two", tags=("products",), responses={"400": answer(REFERENCE), "404": answer(REFERENCE)}),
    "three": operation("three", tags=("orders",)),
    "four": operation("four"),
}


class TestResources:
    """Operations by tag."""

    def test_operations_are_listed_once_by_their_first_tag(self):
        shown = overview(contract(TAGGED, tags=[{"name": "orders", "description": "What is\n sold"}]))
        assert [(one.name, one.description, [o.operation.id for o in one.operations]) for one in shown.resources] == [
            ("orders", "What is sold", ["one", "three"]),
            ("products", "", ["two"]),
            (None, "", ["four"]),
        ]
        assert shown.everywhere == ("400",)

    def test_one_resource_is_what_has_the_tag_first_or_later(self):
        shown = overview(contract(TAGGED), "life")
        assert [(one.name, [o.operation.id for o in one.operations]) for one in shown.resources] == [("life", ["one"])]

    def test_of_one_resource_codes_that_are_named_for_others_only_are_left_out(self):
        assert [listed.code for listed in overview(contract(TAGGED), "products").error_codes or ()] == [1, 2, 4]
        assert [listed.code for listed in overview(contract(TAGGED), "orders").error_codes or ()] == [1, 2, 3]

    def test_every_tag_is_known(self):
        webhooks = {"done": {"post": {"tags": ["events"], "responses": {"200": {"description": ""}}}}}
        given = contract(TAGGED, webhooks=webhooks)
        assert resources_of(given) == ("orders", "life", "products", "events")
        assert [one.operation.path for one in overview(given, "events").webhooks] == ["done"]
        assert overview(given, "orders").webhooks == ()


def test_a_document_without_error_codes_says_so():
    plain = {"/x": {"get": {"responses": {"200": {"description": ""}, "404": {"description": ""}}}}}
    given = Contract.from_dict({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": plain})
    shown = overview(given)
    assert shown.error_codes is None
    assert [(one.successes, one.errors) for one in shown.operations] == [(("200",), ("404",))]
    assert shown.everywhere == ()


def test_a_document_of_webhooks_only_can_be_shown():
    webhooks = {"done": {"post": {"summary": "It is done", "responses": {"2XX": {"description": ""}}}}}
    given = Contract.from_dict({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "webhooks": webhooks})
    shown = overview(given)
    assert (shown.resources, shown.everywhere, shown.error_codes) == ((), (), None)
    assert [(one.operation.path, one.summary, one.successes) for one in shown.webhooks] == [
        ("done", "It is done", ("2XX",))
    ]


def test_each_code_of_the_picqer_contract_is_allowed_somewhere():
    listed = overview(Contract.load()).error_codes
    assert listed is not None
    assert len(listed) == 41
    assert [entry.code for entry in listed if not entry.documented_by or not entry.statuses] == []
