"""What an account is set up with: its users, templates, price lists, fields of its own, imports from web shops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering, said
from fuzz.sandbox.model import Operation, Reply
from fuzz.sandbox.problems import DOMAIN_EXISTS, DOMAIN_RESERVED, Problem
from fuzz.sandbox.resources.tables import Table, now
from fuzz.sandbox.shapes import Something, shape
from fuzz.sandbox.state import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import State

_RESERVED: Final = frozenset({"admin", "api", "picqer", "www"})


def _rights(_state: State, user: Record) -> list[dict[str, Any]]:
    rights = ("manage_products", "manage_settings")
    return [{"right": right, "granted": bool(user.fields["admin"])} for right in rights]


def _user_listed(query: Mapping[str, str], user: Record) -> bool:
    return said(query, "active") in {None, user.fields["active"]}


USERS: Final = Table(
    name="users",
    id="iduser",
    path="/users",
    fields={
        "idpacking_station": None,
        "username": "",
        "first_name": "",
        "last_name": "Example",
        "full_name": lambda making: f"{making.body['first_name']} Example",
        "emailaddress": None,
        "language": "nl",
        "admin": False,
        "active": True,
        "last_login_at": None,
        "created_at": now,
        "updated_at": now,
    },
    shown={
        # Older names, which still come as well.
        "firstname": lambda _, user: user.fields["first_name"],
        "lastname": lambda _, user: user.fields["last_name"],
        "rights": _rights,
    },
    alone=frozenset({"rights"}),
    where=_user_listed,
    seeds=(
        {"username": "robin", "first_name": "Robin", "admin": True, "last_login_at": "2026-01-05 08:30:00"},
        {"username": "kim", "first_name": "Kim", "emailaddress": "kim@sandbox.example", "language": None},
    ),
)
TEMPLATES: Final = Table(
    name="templates",
    id="idtemplate",
    path="/templates",
    fields={"name": "", "custom_css": None, "default": False},
    seeds=({"name": "Gewoon", "default": True}, {"name": "Feest", "custom_css": "h1 { color: red }"}),
)
PRICELISTS: Final = Table(
    name="pricelists",
    id="idpricelist",
    path="/pricelists",
    fields={"name": ""},
    seeds=({"name": "Groothandel"}, {"name": "Vaste klanten"}),
)
PRODUCT_TYPES: Final = Table(
    # Whether this exists is doubtful.
    name="producttypes",
    id="idproducttype",
    path="/producttypes",
    fields={"name": ""},
    reads=False,
    seeds=({"name": "Kaars"},),
)

_FIELD: Final = {"title": "", "type": "text", "values": [], "required": False}
_TEXT: Final = {"title": "Ochtend of middag"}
_SELECT: Final = {"title": "Geur", "type": "select", "values": ["roos", "den", ""]}


def _fields(owner: str, *visible: str) -> Table:
    """The fields that an account has added to its products, orders or customers."""
    return Table(
        name=f"{owner}fields",
        id=f"id{owner}field",
        path=f"/{owner}fields",
        fields=_FIELD | dict.fromkeys(visible, False),
        seeds=(_TEXT, _SELECT),
    )


_VISIBLE: Final = ("picklist", "invoice", "shippinglist", "portal", "purchase_order", "receipt")
PRODUCT_FIELDS: Final = _fields("product", *(f"visible_{place}" for place in _VISIBLE))
ORDER_FIELDS: Final = _fields("order", "visible_picklist", "visible_portal", "only_accessible_via_api")
CUSTOMER_FIELDS: Final = _fields("customer")

WEBSHOP_ORDERS: Final = Table(
    name="webshoporders",
    id="idcompany_webshop_order",
    path="/webshoporders",
    fields={
        "idcompany_webshop": 1,
        "idorder": None,
        "foreign_id": "",
        "foreign_number": "",
        "foreign_status": "processing",
        "status": "imported",
        "reason": None,
        "ordered": now,
        "created": now,
        "updated": now,
    },
    filters=("foreign_id", "foreign_number", "idorder"),
    seeds=(
        {"idorder": 1, "foreign_id": "7001", "foreign_number": "WEB-7001"},
        {"foreign_id": "7002", "foreign_number": "WEB-7002", "status": "error", "reason": "Een product is niet bekend"},
    ),
)


def _open_company(call: Call) -> Reply:
    # Which members there are is not known; two codes speak of the subdomain.
    domain = str(call.body.get("domain", ""))
    if domain.lower() in _RESERVED:
        raise Problem(DOMAIN_RESERVED)
    if domain and any(one.fields["domain"] == domain for one in call.state.all("companies")):
        raise Problem(DOMAIN_EXISTS)
    number = call.state.next_id("companies")
    call.state.add("companies", number, Record(fields={"idcompany": number, "domain": domain}))
    return Reply(value={"idcompany": number}, status=201)


_TABLES: Final = (
    *(USERS, TEMPLATES, PRICELISTS, PRODUCT_TYPES, PRODUCT_FIELDS, ORDER_FIELDS, CUSTOMER_FIELDS, WEBSHOP_ORDERS),
)

OPERATIONS: Final = (
    *(operation for table in _TABLES for operation in table.operations()),
    Operation(
        method="GET",
        path="/users/me",
        run=answering(lambda call: USERS.resource.view(call.state, call.state.get("users", 1))),
    ),
    Operation(method="POST", path="/companies", run=_open_company, shape=shape(Something(), domain="text")),
)


def seed(state: State) -> None:
    """Two of most things, and the account itself."""
    for table in _TABLES:
        table.seed(state)
    state.add("companies", state.next_id("companies"), Record(fields={"idcompany": 1, "domain": "sandbox"}))
