"""A club with members and their cards: a contract unlike Picqer's, and a server in memory that keeps it, or not.

Ids are words, answers are wrapped, errors are problem documents. What a sound server may do in its own way is a habit;
what no sound server does is a defect. Each is a name that the server is given.
"""

from __future__ import annotations

import html
import json
import re
from itertools import count
from typing import TYPE_CHECKING, Any

from validator.exchange import Exchange, Headers, Response

if TYPE_CHECKING:
    from fuzz.case import Case

URL = "http://127.0.0.1/v1"

MEMBER: dict[str, Any] = {
    "type": "object",
    "required": ["name", "email"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "email": {"type": "string", "minLength": 1},
        "remarks": {"type": ["string", "null"]},
        "discount": {"type": "number", "minimum": 0},
        "newsletter": {"type": "boolean"},
        "address": {"type": "object", "properties": {"street": {"type": "string"}, "city": {"type": "string"}}},
        "tags": {"type": "array", "items": {"type": "string", "minLength": 1}},
    },
}
CARD = {
    "type": "object",
    "required": ["label"],
    "properties": {"label": {"type": "string"}, "limit": {"type": ["integer", "null"]}},
}


def _answer(schema: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
    content = {} if schema is None else {"content": {"application/json": {"schema": schema}}}
    return {status: {"description": "Fine", **content}}


def _operation(name: str, success: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
    refused = {"$ref": "#/components/responses/Refused"}
    asked = (
        {} if body is None else {"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}}
    )
    refusals = dict.fromkeys(("400", "404", "405", "409", "422"), refused)
    return {"operationId": name, "responses": {**success, **refusals}, **asked}


def _wrapped(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": ["data"], "properties": {"data": schema}}


def _with_id(schema: dict[str, Any], name: str) -> dict[str, Any]:
    return {**schema, "properties": {name: {"type": "string"}, **schema["properties"]}}


def _parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


_SHOWN = _with_id(MEMBER, "member_id")
_SHOWN_CARD = _with_id(CARD, "id")
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Club", "version": "1"},
    "servers": [{"url": "http://club.example/v1"}],
    "components": {
        "responses": {
            "Refused": {
                "description": "Refused",
                "content": {"application/problem+json": {"schema": {"type": "object", "required": ["title"]}}},
            }
        }
    },
    "paths": {
        "/members": {
            "get": _operation("listMembers", _answer(_wrapped({"type": "array", "items": _SHOWN}))),
            "post": _operation("addMember", _answer(_wrapped(_SHOWN), "201"), MEMBER),
        },
        "/members/{member}": {
            "parameters": [_parameter("member")],
            "get": _operation("getMember", _answer(_wrapped(_SHOWN))),
            "patch": _operation("changeMember", _answer(_wrapped(_SHOWN)), {**MEMBER, "required": []}),
            "delete": _operation("removeMember", _answer(None, "204")),
        },
        "/members/{member}/cards": {
            "parameters": [_parameter("member")],
            "get": _operation("listCards", _answer(_wrapped({"type": "array", "items": _SHOWN_CARD}))),
            "post": _operation("addCard", _answer(_wrapped(_SHOWN_CARD), "201"), CARD),
        },
        "/cards/{card}": {
            "parameters": [_parameter("card")],
            "put": _operation("replaceCard", _answer(None, "204"), CARD),
            "delete": _operation("removeCard", _answer(None, "204")),
        },
    },
}


class Club:
    """A server. `does` names its habits and defects."""

    def __init__(self, *does: str) -> None:
        self.does = frozenset(does)
        self.members: dict[str, dict[str, Any]] = {}
        self.cards: dict[str, dict[str, Any]] = {}
        self.sent: list[Case] = []
        self._numbers = count(1)
        if "has-a-member" in self.does:
            self._add_member({"name": "Ann", "email": "ann@club.example"})

    def __call__(self, case: Case) -> Exchange:
        self.sent.append(case)
        path = case.url.removeprefix(URL).partition("?")[0]
        status, value = self._answered(case.method, path, case.body)
        content = "application/problem+json" if status >= 400 else "application/json"
        headers = Headers([("Content-Type", content)] if value is not None else [])
        body = b"" if value is None else json.dumps(value).encode()
        return Exchange(request=case.request, response=Response(status=status, headers=headers, body=body))

    def _answered(self, method: str, path: str, raw: bytes) -> tuple[int, Any]:
        body = json.loads(raw) if raw else None
        if path == "/members":
            return self._listed(self.members) if method == "GET" else self._add_member(body)
        if found := re.fullmatch(r"/members/(\w+)/cards", path):
            member = self.members.get(found[1])
            if member is None or (member.get("gone") and "cards-outlive-members" not in self.does):
                return _refused(404)
            mixes = "cards-of-all" in self.does
            below = {number: card for number, card in self.cards.items() if mixes or card["of"] == found[1]}
            return self._listed(below) if method == "GET" else self._add_card(found[1], body)
        if found := re.fullmatch(r"/members/(\w+)", path):
            return self._member(method, found[1], body)
        if found := re.fullmatch(r"/cards/(\w+)", path):
            return self._card(method, found[1], body)
        return _refused(404)

    def _listed(self, things: dict[str, dict[str, Any]]) -> tuple[int, Any]:
        shown = [_view(one) for one in things.values() if not one.get("gone") or "lists-deleted" in self.does]
        if "list-skips-new" in self.does:
            shown = shown[:-1]
        if "list-is-paged" in self.does:
            return 200, {"data": shown[:1], "meta": {"total": len(shown)}}
        return 200, {"data": shown}

    def _add_member(self, body: Any) -> tuple[int, Any]:
        if not _is_member(body) or not {"name", "email"} <= body.keys():
            if "create-keeps-what-it-refuses" in self.does and isinstance(body, dict):
                number = f"m{next(self._numbers)}"
                kept = {name: value for name, value in body.items() if _is_member({name: value})}
                self.members[number] = {"member_id": number, **kept}
            return _refused(422)
        if "emails-are-unique" in self.does and any(one["email"] == body["email"] for one in self.members.values()):
            return _refused(409)
        if "fails-on-doubles" in self.does and any(one["email"] == body["email"] for one in self.members.values()):
            return 500, {"title": "oops"}
        number = f"m{next(self._numbers)}"
        empty: dict[str, Any] = {"remarks": None, "discount": 0, "newsletter": False, "address": {}, "tags": []}
        member = {"member_id": number, **empty, **self._kept(body)}
        if "create-drops-remarks" in self.does:
            member["remarks"] = None
        if "create-drops-tags" in self.does:
            member["tags"] = []
        if "create-drops-city" in self.does:
            member["address"] = {**member["address"], "city": ""}
        if "create-mixes-up" in self.does:
            member["name"], member["email"] = member["email"], member["name"]
        self.members[number] = member
        if "create-makes-two" in self.does:
            other = f"m{next(self._numbers)}"
            self.members[other] = member | {"member_id": other}
        told = _view(member)
        if "create-says-more-than-it-keeps" in self.does:
            member["name"] = member["name"][:-1] + "?"
        if "create-is-lost" in self.does:
            del self.members[number]
        return 201, {"data": told}

    def _kept(self, body: dict[str, Any]) -> dict[str, Any]:
        if "ascii-only" in self.does:
            body = {
                name: one.encode("ascii", "replace").decode() if isinstance(one, str) else one
                for name, one in body.items()
            }
        if "names-are-escaped" in self.does:
            body = {name: html.escape(one) if isinstance(one, str) else one for name, one in body.items()}
        if "keeps-first-tag" in self.does:
            body = {name: one[:1] if isinstance(one, list) else one for name, one in body.items()}
        if "zero-is-none" in self.does and body.get("discount") == 0:
            body = body | {"discount": None}
        if "names-are-cut" in self.does:
            body = {name: one[:10] if name == "remarks" else one for name, one in body.items()}
        if "trims-and-folds" in self.does:
            body = {name: f" {one.upper()}" if isinstance(one, str) else one for name, one in body.items()}
        if "rounds" in self.does and "discount" in body:
            body = body | {"discount": round(float(body["discount"]) + 0.0001, 4)}
        if "discounts-are-whole" in self.does and "discount" in body:
            body = body | {"discount": int(body["discount"])}
        return body

    def _member(self, method: str, number: str, body: Any) -> tuple[int, Any]:
        member = self.members.get(number)
        is_kept = not self.does.isdisjoint({"keeps-deleted", "reads-deleted"})
        if member is None or (member.get("gone") and not is_kept):
            if "deletes-twice" in self.does and method == "DELETE":
                return 204, None
            if member is not None and method == "DELETE" and "fails-on-second-delete" in self.does:
                return 500, {"title": "oops"}
            if member is not None and method == "PATCH" and "changes-deleted" in self.does:
                return 200, {"data": _view(member)}
            return _refused(404)
        if method == "DELETE":
            if "delete-does-nothing" not in self.does:
                member["gone"] = True
            if "delete-clears-all" in self.does:
                self.members.clear()
            if "keeps-deleted" in self.does:
                member["status"] = "deleted"
            return 204, None
        if method == "PATCH":
            return self._change(member, body)
        if method == "GET" or "takes-any-method" in self.does:
            return 200, {"data": _view(member)}
        return _refused(405)

    def _change(self, member: dict[str, Any], body: Any) -> tuple[int, Any]:
        if not _is_member(body):
            if "keeps-part-of-what-it-refuses" in self.does and isinstance(body, dict):
                member.update({name: value for name, value in body.items() if _is_member({name: value})})
            return _refused(422)
        kept = {name: value for name, value in self._kept(body).items() if self._heeds(name, value)}
        told = _view(member if "update-answers-old" in self.does else {**member, **kept})
        if "update-is-not-kept" not in self.does:
            member.update(kept)
        if "update-clears-email" in self.does and "email" not in body:
            member["email"] = ""
        for name in MEMBER["properties"]:
            if f"update-resets-{name}" in self.does and name not in body:
                member[name] = None
        if "update-changes-all" in self.does:
            for one in self.members.values():
                one.update(kept)
        if "second-update-is-lost" in self.does:
            member["changes"] = member.get("changes", 0) + 1
            if member["changes"] > 1:
                member["name"] = "from before"
        return 200, {"data": told}

    def _heeds(self, name: str, value: Any) -> bool:
        """Whether a change of a member is made."""
        if name == "discount" and value == 0:
            return "update-ignores-zero" not in self.does
        is_nothing = not value and value is not False
        return not (is_nothing and "update-ignores-nothing" in self.does) and f"update-drops-{name}" not in self.does

    def _add_card(self, member: str, body: Any) -> tuple[int, Any]:
        if not isinstance(body, dict) or not isinstance(body.get("label"), str):
            return _refused(422)
        number = f"c{next(self._numbers)}"
        self.cards[number] = {"id": number, "of": member, **body}
        return 201, {"data": _view(self.cards[number])}

    def _card(self, method: str, number: str, body: Any) -> tuple[int, Any]:
        card = self.cards.get(number)
        if card is None:
            return _refused(404)
        if method == "DELETE":
            if "card-stays-listed" not in self.does:
                del self.cards[number]
            return 204, None
        if method != "PUT":
            return _refused(405)
        if not isinstance(body, dict) or not isinstance(body.get("label"), str):
            return _refused(422)
        empty: dict[str, Any] = {"limit": None} if "put-replaces-all" in self.does else {}
        self.cards[number] = {"id": number, "of": card["of"], **empty, **body}
        if "card-limit-is-lost" in self.does:
            self.cards[number]["limit"] = card.get("limit")
        return 204, None


def _view(thing: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if name not in {"gone", "of", "changes"}}


def _refused(status: int) -> tuple[int, Any]:
    return status, {"title": "refused"}


_TYPES: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "email": (str,),
    "remarks": (str, type(None)),
    "discount": (int, float),
    "newsletter": (bool,),
    "address": (dict,),
    "tags": (list,),
}


def _is_member(body: Any) -> bool:
    if not isinstance(body, dict):
        return False
    return all(isinstance(value, _TYPES[name]) for name, value in body.items() if name in _TYPES)
