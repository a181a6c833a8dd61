"""What shows the defects at the door: addresses, credentials, the rate limit, methods, media types, queries."""

from base64 import b64encode

from tests.fuzz.sandbox.defects.shown import MALFORMED, NOT_FOUND, TAG, UNAUTHORIZED, Shown, code

FORM = "application/x-www-form-urlencoded"
LIMITED, NOT_IMPLEMENTED = (429, 28), (404, 8)
_ONCE = (("GET /tags", b""),)


def basic(credentials):
    return "Basic " + b64encode(credentials.encode()).decode()


def _no_key(request, body, status, **more):
    return Shown(request, body, UNAUTHORIZED, status, authorization="", **more)


def _key(credentials, status, request="GET /tags", **more):
    return Shown(request, b"", UNAUTHORIZED, status, authorization=credentials, **more)


RESOURCES = {
    "unknown-id-gives-null": Shown("GET /tags/99", b"", NOT_FOUND, 200, told=lambda answer: answer is None),
    "unknown-id-is-masked": Shown("GET /tags/99", b"", NOT_FOUND, 200),
    "unknown-id-is-400": Shown("GET /tags/99", b"", NOT_FOUND, 400),
    "unknown-id-is-410": Shown("GET /tags/99", b"", NOT_FOUND, 410),
    "unknown-id-is-code-5": Shown("GET /tags/99", b"", NOT_FOUND, 404, told=code(5)),
    "unknown-id-is-html": Shown("GET /tags/99", b"", NOT_FOUND, 404),
    "list-below-nothing-is-empty": Shown("GET /orders/99/notes", b"", NOT_FOUND, 200),
    "negative-id-crashes": Shown("GET /tags/-1", b"", NOT_FOUND, 500),
    "id-zero-crashes": Shown("GET /tags/0", b"", NOT_FOUND, 500),
    "word-for-id-crashes": Shown("GET /tags/abc", b"", NOT_FOUND, 500),
    "id-beyond-64-bits-crashes": Shown(f"GET /tags/{2**63}", b"", NOT_FOUND, 500),
    "first-record-in-place-of-unknown": Shown("GET /tags/99", b"", NOT_FOUND, 200),
    "ids-read-as-far-as-they-go": Shown("GET /tags/1abc", b"", NOT_FOUND, 200),
    "unknown-delete-accepted": Shown("DELETE /tags/99", b"", NOT_FOUND, 204),
    "unknown-put-accepted": Shown("PUT /tags/99", {}, NOT_FOUND, 200),
    "unknown-second-id-crashes": Shown("DELETE /customers/1/addresses/99", b"", NOT_FOUND, 500),
    "unknown-supplier-crashes": Shown("GET /suppliers/99", b"", NOT_FOUND, 500),
    "unknown-picklist-closed": Shown("POST /picklists/99/close", b"", NOT_FOUND, 200),
}

CREDENTIALS = {
    "no-credentials-accepted": _no_key("GET /tags", b"", 200),
    "reads-need-no-credentials": _no_key("GET /tags", b"", 200),
    "only-reads-need-credentials": _no_key("POST /tags", TAG, 201),
    "users-need-no-credentials": _no_key("GET /users", b"", 200),
    "notes-need-no-credentials": _no_key("POST /orders/1/notes", {"note": "N"}, 201),
    "credentials-remembered": _no_key("GET /tags", b"", 200, before=_ONCE),
    "broken-json-before-credentials": _no_key("POST /tags", b"{", 400),
    "path-before-credentials": _no_key("GET /tags/abc", b"", 404),
    "no-credentials-is-403": _no_key("GET /tags", b"", 403),
    "no-credentials-is-code-22": _no_key("GET /tags", b"", 401, told=code(22)),
    "no-credentials-without-body": _no_key("GET /tags", b"", 401),
    "no-credentials-is-login-page": _no_key("GET /tags", b"", 200),
    "bad-credentials-masked": _key(basic("other:"), 200),
    "any-key-accepted": _key(basic("other:"), 200),
    "empty-key-accepted": _key(basic(":"), 200),
    "bearer-accepted": _key("Bearer sandbox-key", 200),
    "key-as-password-accepted": _key(basic(":sandbox-key"), 200),
    "plain-key-accepted": _key("Basic sandbox-key", 200),
    "key-in-any-case": _key(basic("SANDBOX-KEY:"), 200),
    "longer-key-accepted": _key(basic("sandbox-key-2:"), 200),
    "start-of-key-accepted": _key(basic("sandbox:"), 200),
    "bad-base64-crashes": _key("Basic %%%", 500),
    "credentials-without-colon-crash": _key(basic("sandbox-key"), 500),
    "key-beyond-ascii-crashes": _key(basic("clé:"), 500),
}

LIMITS = {
    "limit-never-reached": Shown("POST /tags", TAG, LIMITED, 201, before=_ONCE, rate_limit=1),
    "reads-are-not-limited": Shown("GET /tags", b"", LIMITED, 200, before=_ONCE, rate_limit=1),
    "limited-is-503": Shown("GET /tags", b"", LIMITED, 503, before=_ONCE, rate_limit=1),
    "limited-without-body": Shown("GET /tags", b"", LIMITED, 429, before=_ONCE, rate_limit=1),
    "limited-is-code-5": Shown("GET /tags", b"", LIMITED, 429, told=code(5), before=_ONCE, rate_limit=1),
}

PROTOCOL = {
    "unknown-method-crashes": Shown("DELETE /vatgroups", b"", NOT_IMPLEMENTED, 500),
    "unknown-method-accepted": Shown("PUT /tags", b"", NOT_IMPLEMENTED, 200),
    "patch-accepted": Shown("PATCH /tags/1", b"", NOT_IMPLEMENTED, 200),
    "delete-of-all-tags-accepted": Shown("DELETE /tags", b"", NOT_IMPLEMENTED, 204),
    "patch-of-a-supplier-accepted": Shown("PATCH /suppliers/1", b"", NOT_IMPLEMENTED, 200),
    "form-accepted": Shown("POST /tags", b"title=T", MALFORMED, 200, content_type=FORM),
    "xml-accepted": Shown("POST /tags", b"<tag/>", MALFORMED, 200, content_type="application/xml"),
    "xml-crashes": Shown("POST /tags", b"<tag/>", MALFORMED, 500, content_type="text/xml; charset=utf-8"),
    "form-crashes-on-put": Shown("PUT /tags/1", b"title=T", MALFORMED, 500, content_type=FORM),
}

QUERIES = {
    "offset-no-number-crashes": Shown("GET /orders?offset=x", b"", (200, None), 500),
    "negative-offset-crashes": Shown("GET /orders?offset=-1", b"", (200, None), 500),
    "huge-offset-crashes": Shown("GET /orders?offset=9999999999", b"", (200, None), 500),
    "offset-of-tags-crashes": Shown("GET /tags?offset=x", b"", (200, None), 500),
    "nul-in-query-crashes": Shown("GET /orders?search=%00", b"", (200, None), 500),
    "bad-date-filter-crashes": Shown("GET /orders?sincedate=x", b"", (400, 35), 500),
    "bad-date-filter-masked": Shown("GET /orders?sincedate=x", b"", (400, 35), 200),
    "bad-date-filter-leaks": Shown(
        "GET /orders?sincedate=x", b"", (400, 35), 400, told=lambda answer: "SQLSTATE" in answer["error_message"]
    ),
    "bad-date-filter-is-null": Shown("GET /orders?sincedate=x", b"", (400, 35), 200),
}
