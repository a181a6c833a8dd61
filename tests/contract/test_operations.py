"""What a document says of its operations."""

from __future__ import annotations

from typing import Any

from validator.contract import Contract


def contract(paths: dict[str, Any], **components: Any) -> Contract:
    return Contract.from_dict(
        {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths, "components": components}
    )


OK = {"200": {"description": ""}}


def test_an_operation_without_an_id_is_named_by_method_and_path() -> None:
    (operation,) = contract({"/x": {"get": {"responses": OK}}}).operations
    assert operation.id == "GET /x"
    assert operation.pointer == "/paths/~1x/get"


def test_parameters_of_the_path_hold_where_the_operation_does_not_say_otherwise() -> None:
    agent = {"name": "User-Agent", "in": "header", "required": True, "schema": {"type": "string"}}
    offset = {"name": "offset", "in": "query", "schema": {"type": "integer"}}
    (operation,) = contract(
        {
            "/x": {
                "parameters": [{"$ref": "#/components/parameters/Agent"}, offset],
                "get": {"parameters": [{**offset, "required": True}], "responses": OK},
            }
        },
        parameters={"Agent": agent},
    ).operations
    assert [(p.name, p.location, p.required, p.pointer) for p in operation.parameters] == [
        ("offset", "query", True, "/paths/~1x/get/parameters/0"),
        ("User-Agent", "header", True, "/components/parameters/Agent"),
    ]


def test_bodies_responses_and_headers_are_found_through_references() -> None:
    body = {"required": True, "content": {"application/json": {"schema": {}}}}
    header = {"schema": {"type": "integer"}, "required": True}
    response = {
        "description": "",
        "headers": {"X-A": {"$ref": "#/components/headers/A"}, "Content-Type": header},
        "content": {"text/plain": {}},
    }
    (operation,) = contract(
        {
            "/x": {
                "post": {
                    "requestBody": {"$ref": "#/components/requestBodies/B"},
                    "responses": {"200": {"$ref": "#/components/responses/R"}},
                }
            }
        },
        requestBodies={"B": body},
        responses={"R": response},
        headers={"A": header},
    ).operations
    assert operation.request_body_required
    assert [media_type.schema for media_type in operation.request_body] == [
        "/components/requestBodies/B/content/application~1json/schema"
    ]
    (found,) = operation.responses
    assert found.pointer == "/components/responses/R"
    assert [(media_type.name, media_type.schema) for media_type in found.content] == [("text/plain", None)]
    assert [(one.name, one.required, one.pointer) for one in found.headers] == [("X-A", True, "/components/headers/A")]


def test_a_path_may_be_a_reference() -> None:
    (operation,) = contract(
        {"/x": {"$ref": "#/components/pathItems/X"}}, pathItems={"X": {"get": {"responses": OK}}}
    ).operations
    assert (operation.path, operation.pointer) == ("/x", "/components/pathItems/X/get")


def test_the_operations_of_the_picqer_contract_are_found_by_id() -> None:
    picqer = Contract.load()
    assert picqer.operation("createOrder").method == "POST"
    assert len({operation.id for operation in picqer.operations}) == len(picqer.operations)


def test_a_webhook_is_an_operation_without_a_server() -> None:
    picqer = Contract.from_dict(
        {
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "webhooks": {
                "x-order.created": {
                    "post": {
                        "operationId": "onOrderCreated",
                        "requestBody": {"content": {"application/json": {"schema": {}}}},
                    }
                }
            },
        }
    )
    (webhook,) = picqer.webhooks
    assert picqer.operations == ()
    assert picqer.operation("onOrderCreated") is webhook
    assert (webhook.path, webhook.method, webhook.servers) == ("x-order.created", "POST", ())
    assert webhook.pointer == "/webhooks/x-order.created/post"
    assert [one.schema for one in webhook.request_body] == [
        "/webhooks/x-order.created/post/requestBody/content/application~1json/schema"
    ]
