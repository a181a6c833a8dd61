"""Products with their parts, images, locations and warehouse settings; what moves stock stands in `stock`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import (
    answering,
    assign,
    assign_below,
    changing,
    changing_below,
    creating,
    creating_below,
    deleting_below,
    listing,
    listing_below,
    not_found,
    reading,
    reading_below,
    taken,
)
from fuzz.sandbox.model import Operation, Reply, Resource
from fuzz.sandbox.problems import (
    ALREADY_RELATED,
    INVALID_LOCATION,
    NOT_FOUND,
    NOT_USABLE,
    UNKNOWN_VAT_GROUP,
    Problem,
)
from fuzz.sandbox.resources.common import comment_operations, refers, tag_map, tag_operations
from fuzz.sandbox.resources.locations import place_of
from fuzz.sandbox.shapes import Member, optional, shape
from fuzz.sandbox.state import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import State

FIELD_VALUE: Final = shape(idproductfield=refers("productfields!"), value="text!")
PRODUCT: Final = shape(
    productcode="text!",
    name="text!",
    price="number!",
    idvatgroup=Member(kind="reference", required=True, to="vatgroups", unknown=UNKNOWN_VAT_GROUP),
    fixedstockprice="number",
    idsupplier=refers("suppliers"),
    productcode_supplier="text",
    deliverytime="integer",
    description="text",
    barcode="text",
    type="product_type",
    unlimitedstock="boolean",
    weight="integer",
    length="integer",
    width="integer",
    height="integer",
    minimum_purchase_quantity="integer",
    purchase_in_quantities_of="integer",
    hs_code="text",
    country_of_origin="country",
    active="boolean",
    productfields=Member(each=FIELD_VALUE),
    idfulfilment_customer=refers("fulfilment_customers"),
)
_KEPT: Final = tuple(name for name in PRODUCT.members if name not in {"productfields", "idfulfilment_customer"})

PART: Final = shape(
    idproduct=Member(kind="reference", required=True, to="products", unknown=NOT_USABLE),
    amount="amount!",
)
PART_CHANGE: Final = shape(amount="amount!")
IMAGE: Final = shape(image="text!")
LOCATION_CHANGE: Final = shape(note="text", is_preferred="boolean")
LOCATION_LINK: Final = shape(
    idlocation=Member(kind="reference", required=True, to="locations", unknown=INVALID_LOCATION),
    **LOCATION_CHANGE.members,
)
WAREHOUSE_SETTINGS: Final = shape(
    stock_level_order="integer", stock_level_desired="integer", stock_level_maximum="integer", stock_location="text"
)


def _view(state: State, record: Record) -> dict[str, Any]:
    return record.fields | {
        "comment_count": len(record.below("comments")),
        "tags": tag_map(state, record),
        "productfields": record.below("productfields"),
        "images": [image["url"] for image in record.below("images")],
        "stock": record.below("stock"),
        "pricelists": [],
    }


PRODUCTS: Final = Resource(name="products", id="idproduct", view=_view)


def make_product(state: State, body: Mapping[str, Any]) -> Record:
    """A product out of a body that has passed its checks, with no stock."""
    now = state.now()
    fields = {
        "idproduct": state.next_id("products"),
        "idvatgroup": 1,
        "idsupplier": None,
        "productcode": "",
        "name": "",
        "price": 0,
        "fixedstockprice": 0,
        "productcode_supplier": None,
        "deliverytime": None,
        "description": "",
        "barcode": "",
        "type": "normal",
        "unlimitedstock": False,
        "assembled": False,
        "weight": 0,
        "length": None,
        "width": None,
        "height": None,
        "minimum_purchase_quantity": 1,
        "purchase_in_quantities_of": 1,
        "hs_code": None,
        "country_of_origin": None,
        "show_on_portal": False,
        "active": True,
        "analysis_abc_classification": None,
        "analysis_pick_amount_per_day": None,
        "created": now,
        "updated": now,
    }
    record = Record(fields=fields | taken(body, _KEPT))
    record.children["stock"] = [_stock_row(warehouse.fields["idwarehouse"]) for warehouse in state.all("warehouses")]
    record.children["warehouses"] = [
        {
            "idwarehouse": row["idwarehouse"],
            "stock_level_order": 0,
            "stock_level_desired": 0,
            "stock_level_maximum": 0,
            "stock_location": "",
        }
        for row in record.children["stock"]
    ]
    record.children["productfields"] = _field_values(body)
    return record


def _stock_row(warehouse: int) -> dict[str, int]:
    return {
        "idwarehouse": warehouse,
        "stock": 0,
        "reserved": 0,
        "reservedbackorders": 0,
        "reservedpicklists": 0,
        "reservedallocations": 0,
        "freestock": 0,
    }


def _field_values(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "idproductfield": value.get("idproductfield", 1),
            "title": f"Field {value.get('idproductfield', 1)}",
            "value": value.get("value", ""),
        }
        for value in body.get("productfields", [])
    ]


def _change_product(call: Call, record: Record) -> None:
    assign(_KEPT)(call, record)
    if "productfields" in call.body:
        record.children["productfields"] = _field_values(call.body)


def _switch(*, active: bool) -> Any:
    def change(_call: Call, record: Record) -> None:
        record.fields["active"] = active

    return change


def _add_image(call: Call, _record: Record) -> dict[str, Any]:
    return _make_image(call.state, size=len(call.body.get("image", "")) * 3 // 4)


def _make_image(state: State, *, size: int) -> dict[str, Any]:
    number = state.next_id("images")
    return {
        "idproduct_image": number,
        "url": f"https://images.example/{number}.png",
        "contenttype": "image/png",
        "size": size,
    }


def _parts(call: Call) -> Reply:
    parts = call.record(PRODUCTS).below("parts")
    # Seen in reality: a product without parts is answered as if it were not there, not with an empty list.
    return Reply(value=parts) if parts else not_found(call)


def _make_part(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    part = state.get("products", body.get("idproduct", 1))
    return {
        "idproduct_part": state.next_id("parts"),
        "idproduct": part.fields["idproduct"],
        "amount": body.get("amount", 1),
        "productcode": part.fields["productcode"],
        "name": part.fields["name"],
        "type": part.fields["type"],
    }


def location_of(state: State, number: Any, product: Record) -> dict[str, Any] | None:
    """A location as a product's answers show it, with the stock of its whole warehouse; None if it is gone."""
    location = state.find("locations", number)
    if location is None:
        return None
    stock = sum(row["stock"] for row in product.below("stock") if row["idwarehouse"] == location.fields["idwarehouse"])
    return place_of(state, location) | {"stock_for_product": {"stock": stock, "stock_reserved_picklists": 0}}


def _link_location(call: Call, record: Record) -> dict[str, Any]:
    number = call.body.get("idlocation", 1)
    if any(linked["idlocation"] == number for linked in record.below("locations")):
        raise Problem(ALREADY_RELATED)
    return _link(call.state, number, record) | taken(call.body, ("note", "is_preferred"))


def _link(state: State, number: int, product: Record) -> dict[str, Any]:
    location = location_of(state, number, product) or {"idlocation": number}
    return location | {"note": None, "is_preferred": False}


def _unknown_yet(call: Call) -> list[Any]:
    # How a price or an expected delivery is shown is not known; that there are none is true of every product here.
    call.record(PRODUCTS)
    return []


def _change_settings(call: Call) -> Reply:
    for settings in call.record(PRODUCTS).below("warehouses"):
        if settings["idwarehouse"] == call.ids["idwarehouse"]:
            settings.update(taken(call.body, WAREHOUSE_SETTINGS.members))
            return Reply(value=settings)
    raise Problem(NOT_FOUND)


_ONE: Final = "/products/<idproduct>"
_PART: Final = f"{_ONE}/parts/<idproduct_part>"
_LOCATION: Final = f"{_ONE}/locations/<idlocation>"

OPERATIONS: Final = (
    Operation(method="GET", path="/products", run=listing(PRODUCTS, "productcode", "type", "idsupplier")),
    Operation(method="POST", path="/products", run=creating(PRODUCTS, make_product), shape=PRODUCT),
    Operation(method="GET", path=_ONE, run=reading(PRODUCTS)),
    Operation(method="PUT", path=_ONE, run=changing(PRODUCTS, _change_product), shape=optional(PRODUCT)),
    Operation(method="POST", path=f"{_ONE}/activate", run=changing(PRODUCTS, _switch(active=True)), shape=shape()),
    Operation(method="POST", path=f"{_ONE}/inactivate", run=changing(PRODUCTS, _switch(active=False)), shape=shape()),
    Operation(method="GET", path=f"{_ONE}/images", run=listing_below(PRODUCTS, "images")),
    Operation(method="POST", path=f"{_ONE}/images", run=creating_below(PRODUCTS, "images", _add_image), shape=IMAGE),
    Operation(
        method="DELETE",
        path=f"{_ONE}/images/<idproduct_image>",
        run=deleting_below(PRODUCTS, "images", "idproduct_image"),
    ),
    Operation(method="GET", path=f"{_ONE}/parts", run=_parts),
    Operation(
        method="POST",
        path=f"{_ONE}/parts",
        run=creating_below(PRODUCTS, "parts", lambda call, _: _make_part(call.state, call.body)),
        shape=PART,
    ),
    Operation(method="GET", path=_PART, run=reading_below(PRODUCTS, "parts", "idproduct_part")),
    Operation(
        method="PUT",
        path=_PART,
        run=changing_below(PRODUCTS, "parts", "idproduct_part", assign_below(("amount",))),
        shape=PART_CHANGE,
    ),
    Operation(method="DELETE", path=_PART, run=deleting_below(PRODUCTS, "parts", "idproduct_part")),
    Operation(method="GET", path=f"{_ONE}/locations", run=listing_below(PRODUCTS, "locations")),
    Operation(
        method="POST",
        path=f"{_ONE}/locations",
        run=creating_below(PRODUCTS, "locations", _link_location),
        shape=LOCATION_LINK,
    ),
    Operation(
        method="PUT",
        path=_LOCATION,
        run=changing_below(PRODUCTS, "locations", "idlocation", assign_below(LOCATION_CHANGE.members)),
        shape=LOCATION_CHANGE,
    ),
    Operation(method="DELETE", path=_LOCATION, run=deleting_below(PRODUCTS, "locations", "idlocation")),
    Operation(method="GET", path=f"{_ONE}/warehouses", run=listing_below(PRODUCTS, "warehouses")),
    Operation(method="PUT", path=f"{_ONE}/warehouses/<idwarehouse>", run=_change_settings, shape=WAREHOUSE_SETTINGS),
    Operation(method="GET", path=f"{_ONE}/pricehistory", run=answering(_unknown_yet)),
    Operation(method="GET", path=f"{_ONE}/expected", run=answering(_unknown_yet)),
    *tag_operations(PRODUCTS, _ONE),
    *comment_operations(PRODUCTS, _ONE, "productcode"),
)


def seed(state: State) -> None:
    """A composition that has all that a product can have, its part, a product without parts."""
    for code, name, kind in (
        ("KAARS-SET", "Kaarsen, set van twee", "composition_with_stock"),
        ("KAARS-1", "Kaars wit", "normal"),
        ("LONT-1", "Lont", "normal"),
    ):
        price = state.random.randrange(100, 5000) / 100
        body = {"productcode": code, "name": name, "price": price, "idvatgroup": 1, "type": kind, "weight": 250}
        product = make_product(state, body)
        state.add("products", product.fields["idproduct"], product)
    first, second, _ = state.all("products")
    second.fields["idsupplier"] = 1
    second.children["locations"] = [_link(state, 3, second)]
    first.tags.append(1)
    first.children["stock"][0] |= {"stock": 100, "freestock": 100}
    first.children["locations"] = [_link(state, 1, first) | {"is_preferred": True}]
    first.children["images"] = [_make_image(state, size=2048)]
    first.children["parts"] = [_make_part(state, {"idproduct": 2, "amount": 2})]
