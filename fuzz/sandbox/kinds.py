"""The kinds of values in request bodies: a name, a test, and the code of a value that fails it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.problems import INVALID_AMOUNT, INVALID_COUNTRY, INVALID_DATE, INVALID_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGEST: Final = 2**31 - 1
"""A MySQL integer; it also keeps sums of amounts finite."""

_LONGEST_TEXT: Final = 10_000
_LARGEST_NUMBER: Final = 1e12
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")
_DATETIME: Final = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
)
_PATH: Final = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*"
_PATH_OR_QUERY: Final = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*"
_URI: Final = re.compile(
    # RFC 3986: scheme, authority, path, query, fragment.
    r"[A-Za-z][A-Za-z0-9+.\-]*:"
    r"(?://(?:(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*@)?"
    r"(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?(?![^/?#])|(?!//))"
    rf"{_PATH}(?:\?{_PATH_OR_QUERY})?(?:\#{_PATH_OR_QUERY})?"
)
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_COUNTRIES: Final = frozenset(
    # A list of 249 strings would be a page long.
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
    GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
    MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
    UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()  # noqa: SIM905
)
_EVENTS: Final = frozenset(
    """
    comments.created movements.moved orders.created orders.allocated orders.closed orders.paused orders.resumed
    orders.status_changed orders.completed orders.notes.created picklists.created picklists.changed picklists.paused
    picklists.resumed picklists.closed picklists.cancelled picklists.snoozed picklists.unsnoozed
    picklists.shipments.created picklists.shipments.cancelled picklist_batches.created picklist_batches.changed
    picklist_batches.completed products.created products.changed products.free_stock_changed products.stock_changed
    products.assembled_stock_changed products.stock_on_location_changed products.parts.changed purchase_orders.created
    purchase_orders.changed purchase_orders.purchased receipts.created receipts.completed receipts.product_received
    receipts.product_reverted returns.created returns.changed returns.status_changed returns.products_received
    location_stock_counts.completed tasks.created tasks.changed tasks.deleted tasks.completed tasks.uncompleted
    webshop_orders.imported
    """.split()  # noqa: SIM905 - as above
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a value must be, and the code if it is not.

    `accepts` asks for the documented form; `bears`, which comes later, for what the sandbox can do something with: an
    amount of 0 has the form of an amount.
    """

    accepts: Callable[[Any], bool]
    bears: Callable[[Any], bool] = lambda _: True
    code: int = INVALID_VALUE

    def fits(self, value: Any) -> bool:
        """Whether it is a value of this kind in every respect."""
        return self.accepts(value) and self.bears(value)


def is_integer(value: Any) -> bool:
    """An integer that the database can hold; 2.0 is one, as JSON does not tell it from 2, and true is none."""
    return _is_whole(value) and _is_held(value)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and math.isfinite(value) and bool(value == int(value))


def _is_held(value: Any) -> bool:
    return bool(-LARGEST <= value <= LARGEST)


def is_datetime(value: Any) -> bool:
    """`YYYY-MM-DD HH:MM:SS`, a moment that exists."""
    return isinstance(value, str) and _DATETIME.fullmatch(value) is not None and _exists(datetime.fromisoformat, value)


def _is_date(value: Any) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None and _exists(date.fromisoformat, value)


def _exists(read: Callable[[str], object], value: str) -> bool:
    # Python knows no year 0, which has the days of the year 2000.
    try:
        read(value.replace("0000", "2000", 1) if value.startswith("0000") else value)
    except ValueError:
        return False
    return True


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_short(value: Any) -> bool:
    return len(value) <= _LONGEST_TEXT


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _one_of(*words: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in words


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "any": Kind(accepts=lambda _: True),
        "amount": Kind(
            accepts=_is_whole,
            bears=lambda value: 1 <= value <= LARGEST,
            code=INVALID_AMOUNT,
        ),
        "boolean": Kind(accepts=lambda value: isinstance(value, bool)),
        "colour": Kind(accepts=_matches(_COLOUR)),
        "country": Kind(accepts=_matches(_COUNTRY), bears=lambda value: value in _COUNTRIES, code=INVALID_COUNTRY),
        "date": Kind(accepts=_is_date, code=INVALID_DATE),
        "datetime": Kind(accepts=_matches(_DATETIME), bears=is_datetime, code=INVALID_DATE),
        "event": Kind(accepts=_one_of(*_EVENTS)),
        "id": Kind(accepts=lambda value: _is_whole(value) and value >= 1, bears=_is_held),
        "integer": Kind(accepts=_is_whole, bears=_is_held),
        "language": Kind(accepts=_one_of("nl", "en")),
        "location_kind": Kind(accepts=_one_of("location", "container")),
        "number": Kind(accepts=_is_number, bears=lambda value: -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER),
        "object": Kind(accepts=lambda value: isinstance(value, dict)),
        # Of picked amounts, the documents say themselves that there is no less than one.
        "picked": Kind(accepts=lambda value: _is_whole(value) and value >= 1, bears=_is_held, code=INVALID_AMOUNT),
        "product": Kind(accepts=lambda value: _is_whole(value) or _is_text(value)),
        "product_type": Kind(
            accepts=_one_of("normal", "unlimited_stock", "virtual_composition", "composition_with_stock")
        ),
        "receipt_status": Kind(accepts=_one_of("completed")),
        # An id that is looked up: 0 and less are ids of nothing, as 99 is.
        "reference": Kind(accepts=_is_whole),
        # Too little is a stock below nothing, which has a code of its own.
        "stock": Kind(
            accepts=lambda value: _is_whole(value) or value == -math.inf, bears=lambda value: value <= LARGEST
        ),
        "text": Kind(accepts=_is_text, bears=_is_short),
        "time": Kind(accepts=_matches(_TIME)),
        "uri": Kind(accepts=_matches(_URI), bears=_is_short),
        "version": Kind(accepts=lambda value: _is_whole(value) and value in {1, 2}),
    }
)
