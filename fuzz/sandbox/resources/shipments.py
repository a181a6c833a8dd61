"""Shipments of a picklist and of all, the shipping methods that it may go by, and who provides them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering, filtered, listing_below, paged, taken
from fuzz.sandbox.model import Operation, Reply
from fuzz.sandbox.problems import CANNOT_SHIP, NOT_FOUND, WRONG_STATUS, Problem
from fuzz.sandbox.resources.common import refers
from fuzz.sandbox.resources.picklists import PDF, PICKLISTS
from fuzz.sandbox.resources.tables import Making, Table, now
from fuzz.sandbox.shapes import Choice, Member, shape
from fuzz.sandbox.state import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import State

PARCEL: Final = shape(idpackaging=refers("packagings"), weight="integer")
SHIPMENT: Final = shape(
    Choice(names=("idshippingprofile", "idshippingprovider_profile")),
    idshippingprofile=refers("shippingprofiles", unknown=CANNOT_SHIP),
    idshippingprovider_profile=refers("shippingprofiles", unknown=CANNOT_SHIP),
    idpackaging=refers("packagings"),
    weight="integer",
    extrafields="object",
    parcels=Member(each=PARCEL),
)

_PROFILES: Final = MappingProxyType({1: "Pakket NL", 2: "Pakket EU"})


def _ship(call: Call) -> Reply:
    picklist, body = call.record(PICKLISTS), call.body
    wanted = body.get("idshippingprofile", body.get("idshippingprovider_profile", 1))
    if picklist.fields["status"] not in {"new", "closed"}:
        raise Problem(CANNOT_SHIP)
    shipment = _make_shipment(call.state, picklist, int(wanted), body)
    picklist.add_below("shipments", shipment)
    return Reply(value=shipment, status=201)


def _make_shipment(state: State, picklist: Record, profile: int, body: Mapping[str, Any]) -> dict[str, Any]:
    number, now = state.next_id("shipments"), state.now()
    label, track = f"https://files.example/label/{number}.pdf", f"https://track.example/{number}"
    code = f"3SDEMO{state.random.randrange(10**8):08}"
    packing = taken(body, ("idpackaging", "weight"))
    return {
        "idshipment": number,
        "idpicklist": picklist.fields["idpicklist"],
        "idorder": picklist.fields["idorder"],
        "idreturn": None,
        "idpackaging": None,
        "idshippingprovider": 1,
        "idcompany_shippingprovider": 1,
        "idcompany_shippingprovider_profile": profile,
        "provider": "DemoPost",
        "providername": "DemoPost zakelijk",
        "public_providername": "DemoPost",
        "profile_name": _PROFILES[profile],
        "carrier_key": "demopost",
        "labelurl": label,
        "labelurl_pdf": label,
        "labelurl_zpl": None,
        "trackingcode": code,
        "trackingurl": track,
        "tracktraceurl": track,
        "weight": None,
        "created_by_iduser": 1,
        "cancelled": False,
        "parcels": [
            _make_parcel(state, parcel)
            | {"tracking_code": code, "tracking_url": track, "documents": [_make_label(state, label)]}
            for parcel in body.get("parcels") or [packing]
        ],
        "created": now,
        "updated": now,
    } | packing


def _make_parcel(state: State, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"idparcel": state.next_id("parcels"), "idpackaging": None, "weight": None} | taken(body, PARCEL.members)


def _make_label(state: State, url: str) -> dict[str, Any]:
    return {"idparcel_document": state.next_id("labels"), "type": "label", "size": "A6", "format": "pdf", "url": url}


def _cancel(call: Call) -> Reply:
    shipment = call.child(PICKLISTS, "shipments", "idshipment")
    if shipment["cancelled"]:
        raise Problem(WRONG_STATUS)
    shipment |= {"cancelled": True, "updated": call.state.now()}
    return Reply(status=204, content_type=None)


def _everywhere(call: Call) -> list[dict[str, Any]]:
    found = [Record(fields=shipment) for _, shipment in call.state.everywhere("shipments")]
    return [record.fields for record in paged(call, filtered(call, found, "idshipment", ()))]


def _find(call: Call) -> dict[str, Any]:
    for _, shipment in call.state.everywhere("shipments"):
        if shipment["idshipment"] == call.ids["idshipment"]:
            return shipment
    raise Problem(NOT_FOUND)


def _label(call: Call) -> Reply:
    _find(call)
    return Reply(value=PDF, content_type="application/pdf")


def _methods(call: Call) -> list[dict[str, Any]]:
    chosen = call.record(PICKLISTS).fields["idshippingprovider_profile"]
    return [
        {
            "idshippingprovider_profile": number,
            "name": f"DemoPost - {name}",
            "provider": "DemoPost",
            "selected": number == chosen,
            "extra_fields": [],
        }
        for number, name in _PROFILES.items()
    ]


def _make_profile(making: Making, number: int, name: str) -> dict[str, Any]:
    times = {"created": making.now, "updated": making.now}
    return {"idshippingprovider_profile": number, "name": name, "standard": number == 1, "active": True} | times


PROVIDERS: Final = Table(
    name="shippingproviders",
    id="idshippingprovider",
    path="/shippingproviders",
    fields={
        "name": "DemoPost zakelijk",
        "provider": "DemoPost",
        "active": True,
        "created": now,
        "updated": now,
        "profiles": lambda making: [_make_profile(making, number, name) for number, name in _PROFILES.items()],
    },
    reads=False,
    seeds=({},),
)

_ONE: Final = "/picklists/<idpicklist>"

OPERATIONS: Final = (
    Operation(method="GET", path=f"{_ONE}/shippingmethods", run=answering(_methods)),
    Operation(method="GET", path=f"{_ONE}/shipments", run=listing_below(PICKLISTS, "shipments")),
    Operation(method="POST", path=f"{_ONE}/shipments", run=_ship, shape=SHIPMENT),
    Operation(method="DELETE", path=f"{_ONE}/shipments/<idshipment>", run=_cancel),
    Operation(method="GET", path="/shipments", run=answering(_everywhere)),
    Operation(method="GET", path="/shipments/<idshipment>", run=answering(_find)),
    Operation(method="GET", path="/shipments/<idshipment>/label", run=_label),
    *PROVIDERS.operations(),
)


def seed(state: State) -> None:
    """The provider with its profiles, and the shipment of the first picklist."""
    PROVIDERS.seed(state)
    for number, name in _PROFILES.items():
        state.add("shippingprofiles", number, Record(fields={"idshippingprovider_profile": number, "name": name}))
    picklist = state.all("picklists")[0]
    picklist.add_below("shipments", _make_shipment(state, picklist, 1, {"weight": 1250}))
