"""What names say: whose id it is, and what kind of thing stands in a list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.names import kind_of, kinds_below, referred


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("idproduct", "product"),
        ("productId", "product"),
        ("productID", "product"),
        ("product_id", "product"),
        ("product-uuid", "product"),
        ("id_product", "product"),
        ("idorder_product", "orderproduct"),
        ("orderProductId", "orderproduct"),
        ("idpicklists", "picklist"),
        ("tagIDs", "tag"),
        ("category_ids", "category"),
        ("parent_idlocation", "location"),
        ("defaultWarehouseId", "warehouse"),
        ("external_order_id", "externalorder"),
        ("id", ""),
        ("_id", ""),
        ("uuid", ""),
        ("product", None),
        ("orderid", None),
        ("width", None),
        ("", None),
        ("\u2460", None),
    ],
)
def test_whose_id_a_name_speaks_of(name: str, kind: str | None) -> None:
    assert referred(name) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("products", "product"),
        ("picking-containers", "pickingcontainer"),
        ("orderProducts", "orderproduct"),
        ("batches", "batch"),
        ("addresses", "address"),
        ("statuses", "status"),
        ("status", "status"),
        ("warehouses", "warehouse"),
        ("companies", "company"),
        ("boxes", "box"),
    ],
)
def test_what_kind_of_thing_a_list_holds(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_a_list_may_be_told_by_what_it_stands_in() -> None:
    assert kinds_below("/v1/returns/{idreturn}/statuses") == ("status", "returnstatus")


@pytest.mark.property
@given(st.text(max_size=30))
def test_any_name_is_read(name: str) -> None:
    assert referred(name) is None or isinstance(referred(name), str)
    assert kind_of(kind_of(name)) == kind_of(name)


@pytest.mark.property
@given(st.lists(st.sampled_from(["order", "line", "stock", "status", "box"]), min_size=1, max_size=3))
def test_all_ways_to_write_an_id_say_the_same(words: list[str]) -> None:
    camel = words[0] + "".join(word.title() for word in words[1:])
    spellings = [f"{'_'.join(words)}_id", f"{camel}Id", f"{camel}ID", f"{'-'.join(words)}-uuid", f"id{'_'.join(words)}"]
    assert {referred(one) for one in spellings} == {kind_of(f"{'-'.join(words)}")}
