"""Customers and their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import (
    assign,
    assign_below,
    changing,
    changing_below,
    creating,
    creating_below,
    deleting,
    deleting_below,
    listing,
    listing_below,
    reading,
    taken,
)
from fuzz.sandbox.model import Operation, Resource
from fuzz.sandbox.resources.common import comment_operations, full_address, refers, tag_map, tag_operations
from fuzz.sandbox.shapes import Member, optional, shape
from fuzz.sandbox.state import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import State

ADDRESS: Final = shape(
    name="text!",
    contactname="text",
    address="text",
    address2="text",
    zipcode="text",
    city="text",
    region="text",
    country="country",
    defaultinvoice="boolean",
    defaultdelivery="boolean",
)
CUSTOMER: Final = shape(
    name="text!",
    idtemplate=refers("templates"),
    contactname="text",
    telephone="text",
    emailaddress="text",
    discount="number",
    vatnumber="text",
    calculatevat="boolean",
    remarks="text",
    default_order_remarks="text",
    language="language",
    auto_split="boolean",
    idfulfilment_customer=refers("fulfilment_customers"),
    addresses=Member(each=ADDRESS),
)
_KEPT: Final = tuple(name for name in CUSTOMER.members if name not in {"addresses", "idfulfilment_customer"})


def _view(state: State, record: Record) -> dict[str, Any]:
    return record.fields | {
        "defaultorderremarks": record.fields["default_order_remarks"],
        "addresses": record.below("addresses"),
        "tags": tag_map(state, record),
        "comment_count": len(record.below("comments")),
    }


CUSTOMERS: Final = Resource(name="customers", id="idcustomer", view=_view)


def make_customer(state: State, body: Mapping[str, Any]) -> Record:
    """A customer out of a body that has passed its checks."""
    number = state.next_id("customers")
    fields = {
        "idcustomer": number,
        "idtemplate": None,
        "customerid": str(1000 + number),
        "name": "",
        "contactname": None,
        "telephone": None,
        "emailaddress": None,
        "discount": 0,
        "vatnumber": None,
        "calculatevat": True,
        "remarks": None,
        "default_order_remarks": None,
        "language": "nl",
        "auto_split": True,
    }
    record = Record(fields=fields | taken(body, _KEPT))
    record.children["addresses"] = [_make_address(state, address) for address in body.get("addresses", [])]
    return record


def _make_address(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    address = {
        "idcustomer_address": state.next_id("addresses"),
        "name": "",
        "contactname": None,
        "address": None,
        "address2": None,
        "zipcode": None,
        "city": None,
        "region": None,
        "country": None,
        "full_address": "",
        "defaultinvoice": False,
        "defaultdelivery": False,
    } | taken(body, ADDRESS.members)
    return _with_full_address(address)


def _with_full_address(address: dict[str, Any]) -> dict[str, Any]:
    address["full_address"] = full_address(address)
    return address


def _change_customer(call: Call, record: Record) -> None:
    assign(_KEPT)(call, record)
    if "addresses" in call.body:
        record.children["addresses"] = [_make_address(call.state, address) for address in call.body["addresses"]]


def _change_address(call: Call, address: dict[str, Any]) -> None:
    assign_below(ADDRESS.members)(call, address)
    _with_full_address(address)


_ONE: Final = "/customers/<idcustomer>"
_ADDRESS: Final = f"{_ONE}/addresses/<idcustomer_address>"

OPERATIONS: Final = (
    Operation(method="GET", path="/customers", run=listing(CUSTOMERS, "customerid")),
    Operation(method="POST", path="/customers", run=creating(CUSTOMERS, make_customer), shape=CUSTOMER),
    Operation(method="GET", path=_ONE, run=reading(CUSTOMERS)),
    Operation(method="PUT", path=_ONE, run=changing(CUSTOMERS, _change_customer), shape=optional(CUSTOMER)),
    Operation(method="DELETE", path=_ONE, run=deleting(CUSTOMERS)),
    Operation(method="GET", path=f"{_ONE}/addresses", run=listing_below(CUSTOMERS, "addresses")),
    Operation(
        method="POST",
        path=f"{_ONE}/addresses",
        run=creating_below(CUSTOMERS, "addresses", lambda call, _: _make_address(call.state, call.body)),
        shape=ADDRESS,
    ),
    Operation(
        method="PUT",
        path=_ADDRESS,
        run=changing_below(CUSTOMERS, "addresses", "idcustomer_address", _change_address),
        shape=optional(ADDRESS),
    ),
    Operation(method="DELETE", path=_ADDRESS, run=deleting_below(CUSTOMERS, "addresses", "idcustomer_address")),
    *tag_operations(CUSTOMERS, _ONE),
    *comment_operations(CUSTOMERS, _ONE, "customerid"),
)


def seed(state: State) -> None:
    """A customer with an address and a tag, and one without."""
    address = {
        "name": "Bakkerij Proef",
        "address": "Teststraat 1",
        "zipcode": "1000 AA",
        "city": "Testdam",
        "country": "NL",
    }
    for body in (
        {"name": "Bakkerij Proef", "addresses": [address | {"defaultinvoice": True, "defaultdelivery": True}]},
        {"name": "Winkel Voorbeeld", "emailaddress": "winkel@example.com", "discount": 2.5},
    ):
        customer = make_customer(state, body)
        state.add("customers", customer.fields["idcustomer"], customer)
    state.all("customers")[0].tags.append(1)
