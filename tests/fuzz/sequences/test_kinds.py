"""Which operations work on one kind of thing: from paths, from names of ids, from links."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from fuzz.sequences.kinds import Kind, id_names, kinds
from tests.fuzz.sequences.club import DOCUMENT
from validator.contract import Contract

PICQER = {kind.collection: kind for kind in kinds(Contract.load())}


def words(kind: Kind) -> dict[str, str]:
    return {word: operation.id for word, operation in kind.operations()}


def test_the_picqer_contract_has_so_many_kinds() -> None:
    assert len(PICQER) == 43
    assert sum(kind.create is not None for kind in PICQER.values()) == 42
    assert sum(kind.delete is not None for kind in PICQER.values()) == 34


@pytest.mark.parametrize(
    ("collection", "parameter", "expected"),
    [
        ("/tags", "idtag", "create=createTag read=getTag list=listTags update=updateTag delete=deleteTag"),
        (
            "/customers/{idcustomer}/addresses",
            "idcustomer_address",
            "list=listCustomerAddresses update=updateCustomerAddress delete=deleteCustomerAddress",
        ),
        # The id in the answer leads to another collection of the same name.
        (
            "/orders/{idorder}/comments",
            "idcomment",
            "create=addOrderComment read=getComment list=listOrderComments delete=deleteComment",
        ),
        (
            "/picklists/{idpicklist}/shipments",
            "idshipment",
            "create=createShipment read=getShipment list=listPicklistShipments delete=cancelShipment",
        ),
        # A tag that is tied to a customer is not made, so it is neither read nor changed by itself.
        (
            "/customers/{idcustomer}/tags",
            "idtag",
            "create=addCustomerTag list=listCustomerTags delete=removeCustomerTag",
        ),
        ("/orders/{idorder}/notes", "", "create=addOrderNote list=listOrderNotes"),
        ("/picklists", "idpicklist", "read=getPicklist list=listPicklists update=updatePicklist"),
    ],
)
def test_a_kind_is_inferred(collection: str, parameter: str, expected: str) -> None:
    kind = PICQER[collection]
    assert kind.parameter == parameter
    told = " ".join(f"{word}={name}" for word, name in words(kind).items())
    assert told.removeprefix("create=addCustomerAddress ") == expected


def test_actions_parents_and_cancellations_are_seen() -> None:
    orders = PICQER["/orders"]
    assert {"processOrder", "pauseOrder"} <= {one.id for one in orders.actions}
    assert orders.keeps_deleted
    assert not PICQER["/tags"].keeps_deleted
    assert PICQER["/orders/{idorder}/products"].parent == "/orders"
    assert PICQER["/fulfilment/customers"].parent == ""


def test_parents_come_before_what_is_below_them() -> None:
    order = list(PICQER)
    assert all(order.index(kind.parent) < order.index(name) for name, kind in PICQER.items() if kind.parent in PICQER)


def linked(expression: str) -> Kind:
    """The club's cards, in another place than their name says, so that only a link leads there."""
    document: dict[str, Any] = copy.deepcopy(DOCUMENT)
    document["paths"]["/plastic/{card}"] = document["paths"].pop("/cards/{card}")
    create = document["paths"]["/members/{member}/cards"]["post"]
    create["responses"]["201"]["links"] = {
        "replace": {"operationId": "replaceCard", "parameters": {"card": expression}},
        "remove": {"operationRef": "#/paths/~1plastic~1{card}/delete", "parameters": {"path.card": expression}},
    }
    found = {kind.collection: kind for kind in kinds(Contract.from_dict(document))}
    return found["/members/{member}/cards"]


def test_links_lead_to_operations_elsewhere() -> None:
    kind = linked("$response.body#/data/id")
    assert words(kind)["update"] == "replaceCard"
    assert words(kind)["delete"] == "removeCard"
    assert (kind.parameter, kind.id_at) == ("card", "/data/id")


def test_a_link_that_does_not_say_where_the_id_is_leads_nowhere() -> None:
    kind = linked("$request.query.card")
    assert "delete" not in words(kind)
    assert kind.id_at is None


@pytest.mark.parametrize(
    ("collection", "parameter", "some"),
    [
        ("/customers", "idcustomer", {"idcustomer", "customer_id", "customerId", "id"}),
        ("/categories", "x", {"category_id", "id"}),
        ("/boxes", "box", {"box", "boxId"}),
        ("/picking-containers", "c", {"idpicking_container"}),
    ],
)
def test_an_id_may_have_many_names(collection: str, parameter: str, some: set[str]) -> None:
    assert some <= set(id_names(collection, parameter))
    assert id_names(collection, parameter)[0] == parameter
