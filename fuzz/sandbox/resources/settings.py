"""The small resources that an account is set up with: tags, VAT groups, warehouses, hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.handlers import answering, assign, changing, creating, deleting, listing, paged, reading
from fuzz.sandbox.model import Operation, Reply, Resource
from fuzz.sandbox.resources.common import plain
from fuzz.sandbox.shapes import shape
from fuzz.sandbox.state import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fuzz.sandbox.model import Call
    from fuzz.sandbox.state import State

TAGS: Final = Resource(name="tags", id="idtag", view=plain)
VAT_GROUPS: Final = Resource(name="vatgroups", id="idvatgroup", view=plain)
WAREHOUSES: Final = Resource(name="warehouses", id="idwarehouse", view=plain)


def _hook_view(_state: State, record: Record) -> dict[str, Any]:
    # The secret is write-only: an answer says no more than that there is one.
    return record.fields | {"secret": bool(record.fields["secret"])}


HOOKS: Final = Resource(name="hooks", id="idhook", view=_hook_view)

TAG: Final = shape(title="text!", color="colour!", inherit="boolean!")
TAG_CHANGE: Final = shape(title="text", name="text", color="colour", inherit="boolean")
HOOK: Final = shape(name="text!", event="event!", address="uri!", secret="text")  # noqa: S106 - a kind


def _make_tag(state: State, body: Mapping[str, Any]) -> Record:
    fields = {
        "idtag": state.next_id("tags"),
        "title": body.get("title", ""),
        "color": body.get("color", "#c0c0c0"),
        "inherit": body.get("inherit", False),
    }
    return Record(fields=_with_text_colour(fields))


def _change_tag(call: Call, record: Record) -> None:
    # The documentation's table says title, its example says name.
    if "name" in call.body:
        record.fields["title"] = call.body["name"]
    assign(("title", "color", "inherit"))(call, record)
    record.fields = _with_text_colour(record.fields)


def _with_text_colour(fields: dict[str, Any]) -> dict[str, Any]:
    bright = sum(int(fields["color"][at : at + 2], 16) for at in (1, 3, 5)) > 3 * 127
    return fields | {"textColor": "#000000" if bright else "#FFFFFF"}


def _make_hook(state: State, body: Mapping[str, Any]) -> Record:
    return Record(
        fields={
            "idhook": state.next_id("hooks"),
            "name": body.get("name", ""),
            "event": body.get("event", "orders.created"),
            "address": body.get("address", "https://hooks.example/none"),
            "active": True,
            "secret": body.get("secret"),
        }
    )


def _deactivate(call: Call) -> Reply:
    # Documented: the hook stays, inactive, and can be woken again.
    call.record(HOOKS).fields["active"] = False
    return Reply(status=204, content_type=None)


def _reactivate(_call: Call, record: Record) -> None:
    record.fields["active"] = True


def _warehouse_stock(call: Call) -> list[dict[str, Any]]:
    number = call.record(WAREHOUSES).fields["idwarehouse"]
    rows = [
        {"idproduct": product.fields["idproduct"], "productcode": product.fields["productcode"], "stock": row}
        for product in call.state.all("products")
        for row in product.below("stock")
        if row["idwarehouse"] == number
    ]
    return paged(call, rows)


OPERATIONS: Final = (
    Operation(method="GET", path="/tags", run=listing(TAGS)),
    Operation(method="POST", path="/tags", run=creating(TAGS, _make_tag), shape=TAG),
    Operation(method="GET", path="/tags/<idtag>", run=reading(TAGS)),
    Operation(method="PUT", path="/tags/<idtag>", run=changing(TAGS, _change_tag), shape=TAG_CHANGE),
    Operation(method="DELETE", path="/tags/<idtag>", run=deleting(TAGS)),
    Operation(method="GET", path="/vatgroups", run=listing(VAT_GROUPS)),
    Operation(method="GET", path="/vatgroups/<idvatgroup>", run=reading(VAT_GROUPS)),
    Operation(method="GET", path="/warehouses", run=listing(WAREHOUSES)),
    Operation(method="GET", path="/warehouses/<idwarehouse>", run=reading(WAREHOUSES)),
    Operation(method="GET", path="/warehouses/<idwarehouse>/stock", run=answering(_warehouse_stock)),
    Operation(method="GET", path="/hooks", run=listing(HOOKS)),
    Operation(method="POST", path="/hooks", run=creating(HOOKS, _make_hook), shape=HOOK),
    Operation(method="GET", path="/hooks/<idhook>", run=reading(HOOKS)),
    Operation(method="DELETE", path="/hooks/<idhook>", run=_deactivate),
    Operation(method="POST", path="/hooks/<idhook>/reactivate", run=changing(HOOKS, _reactivate), shape=shape()),
)


def seed(state: State) -> None:
    """Three VAT groups, two warehouses, two tags, two hooks."""
    for name, percentage in (("Hoog", 21), ("Laag", 9), ("Nul", 0)):
        number = state.next_id("vatgroups")
        fields = {"idvatgroup": number, "name": name, "percentage": percentage, "standard": number == 1}
        state.add("vatgroups", number, Record(fields=fields))
    for name in ("Loods Noord", "Loods Zuid"):
        number = state.next_id("warehouses")
        fields = {
            "idwarehouse": number,
            "name": name,
            "accept_orders": True,
            "counts_for_general_stock": True,
            "priority": number,
            "active": True,
        }
        state.add("warehouses", number, Record(fields=fields))
    for title, color in (("Spoed", "#d01030"), ("Breekbaar", "#f0e060")):
        tag = _make_tag(state, {"title": title, "color": color, "inherit": True})
        state.add("tags", tag.fields["idtag"], tag)
    for event, secret in (("orders.created", "kept"), ("products.changed", None)):
        hook = _make_hook(
            state, {"name": event, "event": event, "address": "https://hooks.example/in", "secret": secret}
        )
        state.add("hooks", hook.fields["idhook"], hook)
