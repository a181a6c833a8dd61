"""What the records of all resources have in common: the table, the born state, lists and their pages."""

from collections import Counter

import pytest

from fuzz.sandbox.resources import OPERATIONS

BORN = {
    "tags": 2,
    "vatgroups": 3,
    "warehouses": 2,
    "hooks": 2,
    "customers": 2,
    "products": 3,
    "orders": 3,
    "picklists": 1,
    "backorders": 1,
    "comments": 1,
    "customerfields": 2,
    "fulfilment/customers": 1,
    "location-stock-history": 1,
    "locations": 2,
    "locationtypes": 2,
    "movements": 1,
    "orderfields": 2,
    "packagings": 2,
    "packingstations": 1,
    "picking-containers": 2,
    "picklists/batches": 1,
    "picklists/batches/presets": 1,
    "pricelists": 2,
    "productfields": 2,
    "purchaseorders": 2,
    "receipts": 2,
    "returns": 2,
    "shipments": 1,
    "stockhistory": 3,
    "suppliers": 2,
    "tasks": 2,
    "templates": 2,
    "users": 2,
    "webshoporders": 2,
}
SLIM = {"backorders", "fulfilment/customers", "picklists/batches", "picklists/batches/presets", "returns", "users"}
"""Lists whose rows hold less than the record alone."""


def test_no_operation_stands_twice():
    assert max(Counter(operation.name for operation in OPERATIONS).values()) == 1


def test_get_and_delete_read_no_body_and_the_others_do():
    for operation in OPERATIONS:
        assert (operation.shape is None) == (operation.method in {"GET", "DELETE"}), operation.name


@pytest.mark.parametrize(("name", "number"), BORN.items())
def test_the_sandbox_is_born_with_records_that_are_numbered_from_one(shared, name, number):
    records = shared.ask(f"GET /{name}").json
    assert [record[next(iter(record))] for record in records] == list(range(1, number + 1))
    alone = shared.ask(f"GET /{name}/1").json
    assert alone.items() >= records[0].items()
    assert (alone != records[0]) == (name in SLIM)


@pytest.mark.parametrize(
    "path",
    [
        "/products/1/parts/1",
        "/products/1/stock/1",
        "/products/1/images",
        "/products/1/locations",
        "/products/1/tags",
        "/customers/1/tags",
        "/customers/1/addresses",
        "/orders/1/tags",
        "/orders/1/orderfields",
        "/orders/1/products",
        "/picklists/1/shipments",
        "/picklists/batches/1/products/1/picklists",
        "/purchaseorders/1/products",
        "/purchaseorders/1/comments",
        "/purchaseorders/1/receipts",
        "/purchaseorders/1/receipts/1",
        "/receipts/1/expected-products",
        "/returns/1/returned_products",
        "/returns/1/replacement_products",
        "/return_statuses",
        "/return_reasons",
        "/shippingproviders",
        "/suppliers/1/products",
        "/locations/1/products",
    ],
)
def test_a_path_of_ones_leads_somewhere(shared, path):
    answer = shared.ask(f"GET {path}")
    assert answer.status == 200
    assert answer.json


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3]),
        ("offset=1", [2, 3]),
        ("sinceid=1&beforeid=3", [2]),
        ("status=processing", [3]),
        ("idcustomer=1", [1]),
        ("search=proef", [1, 2]),
        ("sincedate=2030-01-01%2000:00:00", []),
        ("untildate=2030-01-01%2000:00:00", [1, 2, 3]),
    ],
)
def test_a_list_can_be_filtered(shared, query, numbers):
    assert [order["idorder"] for order in shared.ask(f"GET /orders?{query}").json] == numbers


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ("/receipts?status=processing&idpurchaseorder=1&idsupplier=1", [1, 2]),
        ("/receipts?completed_after=2026-01-01%2000:00:00", []),
        ("/returns?created_after=2026-01-01%2000:00:00", [1, 2]),
        ("/returns?status=1&idcustomer=1", [1]),
        ("/returns?status=2", []),
        ("/locations?type=container", [3]),
        ("/locations?name=B.02&idwarehouse=2", [2]),
        ("/picklists/batches/presets?inactive=true", [1, 2]),
        ("/stockhistory?idproduct=2&sincedate=2026-01-01%2000:00:00", [2, 3]),
        ("/stockhistory?untildate=2026-01-01%2000:00:00", []),
        ("/tasks?completed=true", []),
        ("/tasks?completed=false", [1, 2]),
        ("/users?active=false", []),
        ("/shipments?sinceid=1", []),
        ("/webshoporders?foreign_number=WEB-7002", [2]),
        ("/comments?idauthor=1&author_type=user", [1]),
        ("/comments?idmentioned=1", []),
        ("/comments?mentioned_type=user", []),
        ("/backorders?idorder=3", [1]),
        ("/picking-containers?idpicklist=1", []),
    ],
)
def test_each_list_has_filters_of_its_own(shared, address, numbers):
    rows = shared.ask(f"GET {address}").json
    assert [next(iter(row.values())) for row in rows] == numbers
