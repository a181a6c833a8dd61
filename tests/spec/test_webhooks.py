"""Laws of the webhooks in `spec/openapi.yaml`: each event is one; its example is a delivery that both judges take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from validator.contract import Contract
from validator.exchange import Exchange, Headers, Request, Response
from validator.judges import JUDGES, make_judge

if TYPE_CHECKING:
    from validator.contract import Operation
    from validator.judges import Judge

CONTRACT: Final = Contract.load(Path(__file__).parents[2] / "spec" / "openapi.yaml")
JUDGE: Final[dict[str, Judge]] = {name: make_judge(CONTRACT, name) for name in JUDGES}
SIGNATURE: Final = CONTRACT.document.at("/components/parameters/X-Picqer-Signature")["example"]

each_webhook: Final = pytest.mark.parametrize("webhook", CONTRACT.webhooks, ids=lambda webhook: webhook.path)
each_judge: Final = pytest.mark.parametrize("judge", JUDGES)


def example(webhook: Operation) -> dict[str, Any]:
    (media_type,) = webhook.request_body
    value: dict[str, Any] = CONTRACT.document.at(media_type.pointer)["example"]
    return value


def delivery(body: Any, *, status: int = 200, signature: str = SIGNATURE) -> Exchange:
    headers = Headers([("Content-Type", "application/json"), ("X-Picqer-Signature", signature)])
    return Exchange(
        request=Request(
            method="POST", url="https://shop.example/hooks/picqer", headers=headers, body=json.dumps(body).encode()
        ),
        response=Response(status=status, body=b"thank you"),
    )


def test_every_event_that_can_be_asked_for_is_a_webhook() -> None:
    events = CONTRACT.document.at("/components/schemas/WebhookEvent")["enum"]
    assert [webhook.path for webhook in CONTRACT.webhooks] == events
    assert {webhook.method for webhook in CONTRACT.webhooks} == {"POST"}


@each_webhook
def test_a_webhook_is_named_by_its_event_and_told_in_full(webhook: Operation) -> None:
    node = CONTRACT.document.at(webhook.pointer)
    assert webhook.id == "on" + "".join(part.capitalize() for part in re.split(r"[._]", webhook.path))
    assert webhook.id not in {operation.id for operation in CONTRACT.operations}
    assert node["tags"] == ["webhooks"]
    assert node["summary"]
    assert node["description"]
    assert example(webhook)["event"] == webhook.path


@each_webhook
def test_a_webhook_takes_three_statuses_and_may_be_signed(webhook: Operation) -> None:
    assert [response.status for response in webhook.responses] == ["200", "201", "202"]
    assert not any(response.content for response in webhook.responses)
    assert [(one.name, one.required) for one in webhook.parameters] == [("X-Picqer-Signature", False)]


@each_judge
@each_webhook
def test_its_example_is_a_delivery_and_a_broken_one_is_not_taken(judge: str, webhook: Operation) -> None:
    whole = example(webhook)
    assert JUDGE[judge](delivery(whole)).valid
    for broken in (
        *({name: value for name, value in whole.items() if name != left_out} for left_out in whole),
        {**whole, "idhook": "1"},
        {**whole, "data": [whole["data"]]},
        {**whole, "event_triggered_at": "2025-05-14T09:30:00Z"},
    ):
        verdict = JUDGE[judge](delivery(broken))
        assert not verdict.valid
        # Without its event, nobody can tell that it is one.
        assert verdict.operation == (webhook.id if "event" in broken else None)
    assert [found.rule for found in JUDGE[judge](delivery(whole, status=500)).findings] == ["undocumented-status"]
    assert [found.rule for found in JUDGE[judge](delivery(whole, signature="sha256=ab")).findings] == ["invalid-header"]


@each_judge
def test_an_event_of_which_we_have_not_heard_is_told(judge: str) -> None:
    (finding,) = JUDGE[judge](delivery({**example(CONTRACT.webhooks[0]), "event": "orders.archived"})).findings
    assert (finding.rule, finding.instance) == ("unknown-webhook", "/event")
