"""Why the sandbox refuses a request: Problem, with the documented codes and the status that each goes with.

Statuses of codes are documented for few of them; the others follow the meaning of the code: a bad value is 400, missing
rights are 403, what is not there is 404.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MISSING_PARAMETER: Final = 5
DOMAIN_EXISTS: Final = 6
NOT_IMPLEMENTED: Final = 8
INVALID_COUNTRY: Final = 9
UNKNOWN_VAT_GROUP: Final = 14
NO_PRODUCT_TO_PICK: Final = 15
INVALID_AMOUNT: Final = 16
PRODUCT_NOT_ON_PICKLIST: Final = 17
AMOUNT_TOO_HIGH: Final = 18
DOMAIN_RESERVED: Final = 19
ORDER_WITHOUT_PRODUCTS: Final = 13
NOT_FOUND: Final = 20
NOT_USABLE: Final = 21
NO_VALID_JSON: Final = 22
INCOMPLETE_ORDER_LINE: Final = 23
UNKNOWN_PRODUCT: Final = 24
UNKNOWN_CUSTOMER: Final = 25
CANNOT_SHIP: Final = 26
NOT_ON_PURCHASE_ORDER: Final = 27
RATE_LIMITED: Final = 28
BEING_PROCESSED: Final = 30
ALREADY_CLOSED: Final = 32
WRONG_STATUS: Final = 33
INVALID_DATE: Final = 35
ALREADY_RELATED: Final = 37
WRONG_TYPE_OF_OBJECT: Final = 38
INVALID_VALUE: Final = 39
"""A value of the wrong type, or out of range. No documented code says this. 39 ("can't change property due to
pre-conditions") is the only general one that speaks of a property that was sent and refused; 5 would say that it was
not sent, and would hide a wrong type among missing members."""
BAD_CREDENTIALS: Final = 40
NOT_ON_OPEN_PURCHASE_ORDERS: Final = 41
NEGATIVE_STOCK: Final = 43
INVALID_LOCATION: Final = 44

_TOLD: Final[Mapping[int, tuple[int, str]]] = MappingProxyType(
    {
        MISSING_PARAMETER: (400, "Missing parameters"),
        DOMAIN_EXISTS: (400, "This subdomain is taken"),
        NOT_IMPLEMENTED: (404, "Not implemented"),
        INVALID_COUNTRY: (400, "This is not a country code"),
        ORDER_WITHOUT_PRODUCTS: (400, "This order has no products"),
        UNKNOWN_VAT_GROUP: (400, "This VAT group is not known"),
        NO_PRODUCT_TO_PICK: (400, "Which product was picked?"),
        INVALID_AMOUNT: (400, "This amount cannot be used"),
        PRODUCT_NOT_ON_PICKLIST: (400, "This product is not on the picklist"),
        AMOUNT_TOO_HIGH: (400, "There is less left to pick than this"),
        DOMAIN_RESERVED: (400, "This subdomain is not given away"),
        NOT_FOUND: (404, "Nothing has this address"),
        NOT_USABLE: (400, "The item does not exist, or its status does not allow this"),
        NO_VALID_JSON: (400, "The body is not JSON"),
        INCOMPLETE_ORDER_LINE: (400, "A product of the order lacks its idproduct or amount"),
        UNKNOWN_PRODUCT: (400, "An ordered product does not exist"),
        UNKNOWN_CUSTOMER: (400, "The customer of the order does not exist"),
        CANNOT_SHIP: (400, "The shipment cannot be made"),
        NOT_ON_PURCHASE_ORDER: (400, "The purchase order does not have this product"),
        RATE_LIMITED: (429, "Too many requests in this minute"),
        BEING_PROCESSED: (400, "The order is being processed"),
        ALREADY_CLOSED: (400, "The order is closed"),
        WRONG_STATUS: (400, "The status does not allow this"),
        INVALID_DATE: (400, "This is not a date"),
        ALREADY_RELATED: (400, "The object has this already"),
        WRONG_TYPE_OF_OBJECT: (400, "This cannot be done with an object of this type"),
        INVALID_VALUE: (400, "A property has a value that it cannot have"),
        BAD_CREDENTIALS: (401, "The API key is not known"),
        NOT_ON_OPEN_PURCHASE_ORDERS: (400, "No open purchase order has this product"),
        NEGATIVE_STOCK: (400, "This would leave less than no stock"),
        INVALID_LOCATION: (400, "This location cannot be used here"),
    }
)

Place = tuple[str | int, ...]
"""Where in a body: member names and array positions, from the outside in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A required member that did not come, and the code that says so."""

    place: Place
    code: int = MISSING_PARAMETER


class Problem(Exception):  # noqa: N818 - the sandbox's word for a refusal; an error is what a defect makes of it
    """A refusal. `missing` holds every missing member where that is the reason."""

    def __init__(self, code: int, *, missing: tuple[Missing, ...] = ()) -> None:
        super().__init__(code, missing)
        self.code = code
        self.missing = missing
        self.status, self.message = _TOLD[code]

    @property
    def body(self) -> dict[str, object]:
        """The documented error object."""
        return {"error": True, "error_code": self.code, "error_message": self.message}
