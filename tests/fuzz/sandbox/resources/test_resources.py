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
}


def test_no_operation_stands_twice():
    assert max(Counter(operation.name for operation in OPERATIONS).values()) == 1


def test_get_and_delete_read_no_body_and_the_others_do():
    for operation in OPERATIONS:
        assert (operation.shape is None) == (operation.method in {"GET", "DELETE"}), operation.name


def test_only_what_demands_nothing_goes_without_a_body():
    for operation in OPERATIONS:
        assert not (operation.lenient and operation.shape.demands), operation.name


@pytest.mark.parametrize(("name", "number"), BORN.items())
def test_the_sandbox_is_born_with_records_that_are_numbered_from_one(shared, name, number):
    records = shared.ask(f"GET /{name}").json
    assert [record[next(iter(record))] for record in records] == list(range(1, number + 1))
    assert shared.ask(f"GET /{name}/1").json == records[0]


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
