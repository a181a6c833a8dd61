"""Shown: a request, and what is asked before it, whose answer betrays a defect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

TAG = {"title": "T", "color": "#112233", "inherit": False}
PRODUCT = {"productcode": "P", "name": "P", "price": 1, "idvatgroup": 1}
LINE = {"idproduct": 1, "amount": 1}
ORDER = {"idcustomer": 1, "products": [LINE]}
GUEST = {"deliveryname": "A", "deliverycountry": "NL", "invoicename": "A", "invoicecountry": "NL"}
HOOK = {"name": "H", "event": "tasks.created", "address": "https://hooks.example"}
MALFORMED, MISSING, INVALID, NOT_FOUND, UNAUTHORIZED = (400, 22), (400, 5), (400, 39), (404, 20), (401, 40)


@dataclass(frozen=True)
class Shown:
    """`sound` is what the sandbox without defects answers, `status` that of the defect.

    `told` is true of the JSON of the defect's answer and false of the sound one's, where the status does not say it.
    """

    request: str
    body: Any
    sound: tuple[int, int | None]
    status: int
    told: Callable[[Any], bool] | None = None
    before: tuple[tuple[str, Any], ...] = ()
    authorization: str | None = None
    content_type: str = "application/json"
    rate_limit: int | None = None


def code(number: int) -> Callable[[Any], bool]:
    return lambda answer: isinstance(answer, dict) and answer.get("error_code") == number
