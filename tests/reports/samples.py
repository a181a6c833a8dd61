"""A small contract, and verdicts on it made by hand: what the report tests are about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from validator.contract import Contract
from validator.errors import EntryError
from validator.exchange import Exchange, Headers, Request, Response
from validator.findings import Finding, Severity, Verdict
from validator.redaction import Safe
from validator.reports import Report, Tally

SERVER = "https://shop.example/api"

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1.2"},
    "servers": [{"url": SERVER}],
    "paths": {
        "/orders": {
            "get": {
                "operationId": "listOrders",
                "responses": {
                    "200": {"description": "the orders"},
                    "400": {"$ref": "#/components/responses/Refused"},
                },
            },
            "post": {
                "operationId": "createOrder",
                "responses": {
                    "201": {"description": "the order"},
                    "4XX": {"$ref": "#/components/responses/Refused"},
                },
            },
        }
    },
    "components": {
        "responses": {
            "Refused": {
                "description": "refused",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            }
        },
        "schemas": {
            "Error": {
                "type": "object",
                "required": ["error", "error_code", "error_message"],
                "properties": {
                    "error": {"const": True},
                    "error_code": {
                        "oneOf": [
                            {"const": 1, "description": "Unknown"},
                            {"const": 2, "description": "Missing"},
                            {"const": 3, "description": "Wrong"},
                            {"const": 5, "description": "Late"},
                        ]
                    },
                    "error_message": {"type": "string"},
                },
            }
        },
    },
}


def contract() -> Contract:
    return Contract.from_dict(DOCUMENT)


def exchange(
    index: int = 0,
    *,
    method: str = "GET",
    url: str = f"{SERVER}/orders",
    status: int = 200,
    body: bytes | None = b"[]",
    source: str = "session.har",
) -> Exchange:
    return Exchange(
        request=Request(method=method, url=url),
        response=Response(status=status, headers=Headers([("content-type", "application/json")]), body=body),
        source=source,
        index=index,
    )


def violation(instance: str = "/0/id", received: Any = "x", severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        rule="schema-violation",
        severity=severity,
        expected="integer",
        received=received,
        operation="listOrders",
        instance=instance,
        documented="/components/schemas/Order/properties/id/type",
    )


def valid(index: int = 0, **how: Any) -> Verdict:
    return Verdict(exchange=exchange(index, **how), operation="listOrders")


def invalid(index: int = 0, *findings: Finding, **how: Any) -> Verdict:
    return Verdict(exchange=exchange(index, **how), operation="listOrders", findings=findings or (violation(),))


def elsewhere(index: int = 0, host: str = "https://fonts.example") -> Verdict:
    finding = Finding(
        rule="unknown-server",
        severity=Severity.INFO,
        expected=f"an address under {SERVER}",
        received=Safe(host),
        documented="/servers",
    )
    return Verdict(exchange=exchange(index, url=f"{host}/a.css"), skipped=f"another host: {host}", findings=(finding,))


def undecided(index: int = 0, reason: str = "the recording does not hold the body") -> Verdict:
    return Verdict(exchange=exchange(index, body=None), operation="listOrders", undecided=reason)


def obstacle() -> EntryError:
    return EntryError(
        "expected an integer, got a string", place="session.har: log.entries[9].response.status", mend="record it again"
    )


def of_everything() -> Report:
    """A report in which everything happened once, and one thing three times."""
    tally = Tally(contract())
    unknown_path = Finding(
        rule="unknown-path",
        severity=Severity.ERROR,
        expected="a documented path",
        received=Safe("/api/[red]x\x1b[31m"),
        documented="/paths",
    )
    undocumented_status = Finding(
        rule="undocumented-status",
        severity=Severity.ERROR,
        expected="one of the statuses 200, 400",
        received=Safe("418"),
        operation="listOrders",
        documented="/paths/~1orders/get/responses",
    )
    duplicate = Finding(
        rule="duplicate-key",
        severity=Severity.WARNING,
        expected="each member once",
        received=Safe("it twice"),
        operation="listOrders",
    )
    refused = b'{"error": true, "error_code": 2, "error_message": "Missing"}'
    for verdict in (
        valid(0),
        invalid(1, violation("/0/id"), violation("/1/id", "someone@example.org"), url=f"{SERVER}/orders?email=a@b.c"),
        Verdict(exchange=exchange(2, url=f"{SERVER}/[red]x\x1b[31m"), findings=(unknown_path,)),
        elsewhere(3),
        invalid(4, undocumented_status, status=418),
        valid(5, status=400, body=refused),
        undecided(6),
        invalid(7, duplicate),
        invalid(8, source="other.ndjson"),
    ):
        tally.add(verdict)
    tally.add_obstacle(obstacle(), source="session.har")
    report = tally.report(seconds=0.25)
    return replace(
        report, contract=replace(report.contract, sha256="0" * 64)
    )  # how a mapping is hashed is not our affair
