"""What shows the defects with sound requests: one that is refused, one with a wrong answer, several in a row."""

from tests.fuzz.sandbox.defects.shown import (
    HOOK,
    INVALID,
    LINE,
    MALFORMED,
    MISSING,
    NOT_FOUND,
    ORDER,
    PRODUCT,
    TAG,
    Shown,
    code,
)

READ, MADE, GONE = (200, None), (201, None), (204, None)
SUPPLIER = {"name": "S"}

REFUSALS = {
    "letters-beyond-ascii-refused": Shown(
        "POST /tags", '{"title":"é","color":"#112233","inherit":true}'.encode(), MADE, 400, told=code(22)
    ),
    "escaped-letters-refused": Shown("POST /tags", TAG | {"title": "é"}, MADE, 400, told=code(22)),
    "escaped-solidus-refused": Shown("PUT /tags/1", rb'{"title":"a\/b"}', READ, 400, told=code(22)),
    "leading-white-space-refused": Shown("PUT /tags/1", b' {"title":"a"}', READ, 400, told=code(22)),
    "exponents-refused": Shown("POST /customers", b'{"name":"C","discount":1e1}', MADE, 400, told=code(22)),
    "long-numbers-refused": Shown("POST /products", PRODUCT | {"price": 1234567890}, MADE, 400, told=code(22)),
    "fractions-refused-on-products": Shown("POST /products", PRODUCT | {"price": 1.5}, MADE, 400, told=code(22)),
    "empty-objects-refused": Shown("PUT /tags/1", {}, READ, 400, told=code(22)),
    "customer-needs-emailaddress": Shown("POST /customers", {"name": "C"}, MADE, 400, told=code(5)),
    "hook-needs-secret": Shown("POST /hooks", HOOK, MADE, 400, told=code(5)),
    "stock-change-needs-location": Shown(
        "POST /products/1/stock/1", {"amount": 1, "reason": "R", "idlocation": None}, READ, 400, told=code(5)
    ),
    "zero-counts-as-missing": Shown("POST /products", PRODUCT | {"price": 0}, MADE, 400, told=code(5)),
    "empty-text-counts-as-missing": Shown("POST /products", PRODUCT | {"name": ""}, MADE, 400, told=code(5)),
    "false-counts-as-missing": Shown("POST /tags", TAG, MADE, 400, told=code(5)),
    "empty-list-counts-as-missing": Shown("POST /customers", {"name": "C", "addresses": []}, MADE, 400, told=code(5)),
    "english-counts-as-missing": Shown("POST /suppliers", SUPPLIER | {"language": "en"}, READ, 400, told=code(5)),
    "null-counts-as-missing": Shown("POST /picklists/1/snooze", {"snooze_until": None}, READ, 400, told=code(5)),
    "wide-bodies-crash": Shown("POST /customers", {"name": "C"} | {f"x{n}": n for n in range(11)}, MADE, 500),
    "several-lines-crash": Shown("POST /orders", ORDER | {"products": [LINE, LINE]}, MADE, 500),
    "unknown-members-crash": Shown("POST /tags", TAG | {"X": 1}, MADE, 500),
}

SUCCESSES = {
    "created-is-200": Shown("POST /tags", TAG, MADE, 200),
    "created-is-202-for-hooks": Shown("POST /hooks", HOOK, MADE, 202),
    "deleted-is-200": Shown("DELETE /tags/2", b"", GONE, 200),
    "ids-are-texts": Shown("GET /tags/1", b"", READ, 200, told=lambda tag: tag["idtag"] == "1"),
    "times-in-another-form": Shown("GET /orders/1", b"", READ, 200, told=lambda order: "T" in order["created"]),
    "empty-list-is-null": Shown("GET /orders/1/notes", b"", READ, 200, told=lambda notes: notes is None),
    "empty-list-is-object": Shown("GET /orders/1/notes", b"", READ, 200, told=lambda notes: notes == {}),
    "list-is-wrapped": Shown("GET /tags", b"", READ, 200, told=lambda tags: "data" in tags),
    "created-without-id": Shown("POST /tags", TAG, MADE, 201, told=lambda tag: "idtag" not in tag),
    "page-wrapped-when-asked-with-offset": Shown(
        "GET /tags?offset=1", b"", READ, 200, told=lambda tags: "data" in tags
    ),
    "success-is-html": Shown("PUT /tags/1", {}, READ, 200),
    "success-without-body": Shown("PUT /tags/1", {}, READ, 200),
    "prices-are-texts": Shown("GET /products/1", b"", READ, 200, told=lambda one: isinstance(one["price"], str)),
    "tag-without-title": Shown("GET /tags/1", b"", READ, 200, told=lambda tag: "title" not in tag),
    "status-of-order-is-null": Shown("GET /orders", b"", READ, 200, told=lambda orders: orders[0]["status"] is None),
    "unknown-status-of-picklist": Shown("GET /picklists/1", b"", READ, 200, told=lambda one: one["status"] == "gone"),
    "customers-name-is-a-list": Shown(
        "POST /customers", {"name": "C"}, MADE, 201, told=lambda one: one["name"] == ["C"]
    ),
    "supplier-with-bad-limit-header": Shown("GET /suppliers/1", b"", READ, 200),
}

_MADE_TAG = ("POST /tags", TAG)
_PHONE = {"telephone": "010"}
_GONE_TAG = ("DELETE /tags/2", b"")

SEQUENCES = {
    "created-not-stored": Shown("GET /tags/3", b"", READ, 404, before=(_MADE_TAG,)),
    "created-tag-not-stored": Shown("GET /tags/3", b"", READ, 404, before=(_MADE_TAG,)),
    "changed-not-stored": Shown(
        "GET /tags/1", b"", READ, 200, told=lambda tag: tag["title"] != "N", before=(("PUT /tags/1", {"title": "N"}),)
    ),
    "changed-supplier-not-stored": Shown(
        "GET /suppliers/1",
        b"",
        READ,
        200,
        told=lambda one: one["name"] != "N",
        before=(("PUT /suppliers/1", {"name": "N"}),),
    ),
    "deleted-not-removed": Shown("GET /tags/2", b"", NOT_FOUND, 200, before=(_GONE_TAG,)),
    "deleted-customer-not-removed": Shown(
        "GET /customers/2", b"", NOT_FOUND, 200, before=(("DELETE /customers/2", b""),)
    ),
    "comments-not-stored": Shown(
        "GET /orders/1/comments",
        b"",
        READ,
        200,
        told=lambda found: found == [],
        before=(("POST /orders/1/comments", {"body": "B"}),),
    ),
    "addresses-not-stored": Shown(
        "GET /customers/2/addresses",
        b"",
        READ,
        200,
        told=lambda found: found == [],
        before=(("POST /customers/2/addresses", {"name": "A"}),),
    ),
    "telephone-not-stored": Shown(
        "GET /customers/1",
        b"",
        READ,
        200,
        told=lambda one: one["telephone"] is None,
        before=(("PUT /customers/1", _PHONE),),
    ),
    "price-not-stored": Shown(
        "GET /products/1",
        b"",
        READ,
        200,
        told=lambda one: one["price"] != 77,
        before=(("PUT /products/1", {"price": 77}),),
    ),
    "change-resets-remarks": Shown(
        "GET /suppliers/1",
        b"",
        READ,
        200,
        told=lambda one: one["remarks"] is None,
        before=(("PUT /suppliers/1", {"remarks": "R"}), ("PUT /suppliers/1", {"name": "N"})),
    ),
    "second-delete-crashes": Shown("DELETE /tags/2", b"", NOT_FOUND, 500, before=(_GONE_TAG,)),
    "reading-deleted-crashes": Shown("GET /tags/2", b"", NOT_FOUND, 500, before=(_GONE_TAG,)),
    "same-again-crashes": Shown("POST /tags", TAG, MADE, 500, before=(_MADE_TAG,)),
    "second-change-crashes": Shown("PUT /tags/1", {}, READ, 500, before=(("PUT /tags/1", {}),)),
    "offset-ignored": Shown("GET /vatgroups?offset=1", b"", READ, 200, told=lambda rates: rates[0]["idvatgroup"] == 1),
    "offset-of-suppliers-ignored": Shown(
        "GET /suppliers?offset=1", b"", READ, 200, told=lambda found: found[0]["idsupplier"] == 1
    ),
    "filters-ignored": Shown("GET /customers?customerid=1002", b"", READ, 200, told=lambda found: len(found) > 1),
    "orders-of-all-customers": Shown("GET /orders?idcustomer=2", b"", READ, 200, told=lambda found: len(found) > 1),
    "purchase-orders-in-any-status": Shown(
        "GET /purchaseorders?status=cancelled", b"", READ, 200, told=lambda found: len(found) > 0
    ),
    "search-of-products-finds-all": Shown(
        "GET /products?search=qxzvkw", b"", READ, 200, told=lambda found: len(found) > 1
    ),
    "cancelled-orders-are-others": Shown(
        "GET /orders?status=cancelled", b"", READ, 200, told=lambda found: len(found) > 0
    ),
    "no-product-of-a-code": Shown("GET /products?productcode=KAARS-SET", b"", READ, 200, told=lambda found: not found),
    "completed-tasks-are-the-others": Shown(
        "GET /tasks?completed=true", b"", READ, 200, told=lambda found: len(found) > 0
    ),
    "orders-before-one-with-it": Shown(
        "GET /orders?beforeid=1", b"", READ, 200, told=lambda found: [one["idorder"] for one in found] == [1]
    ),
    "deactivated-hook-stays-active": Shown(
        "GET /hooks/1", b"", READ, 200, told=lambda hook: hook["active"] is True, before=(("DELETE /hooks/1", b""),)
    ),
    "created-not-listed": Shown("GET /tags", b"", READ, 200, told=lambda tags: len(tags) == 2, before=(_MADE_TAG,)),
    "tag-made-twice": Shown("GET /tags", b"", READ, 200, told=lambda tags: len(tags) == 4, before=(_MADE_TAG,)),
    "untagging-deletes-the-tag": Shown("GET /tags/1", b"", READ, 404, before=(("DELETE /customers/1/tags/1", b""),)),
    "next-tag-deleted": Shown("GET /tags/2", b"", READ, 404, before=(("DELETE /tags/1", b""),)),
    "next-task-changed": Shown(
        "GET /tasks/2", b"", READ, 200, told=lambda one: one["title"] == "N", before=(("PUT /tasks/1", {"title": "N"}),)
    ),
    "items-below-anything": Shown("PUT /customers/2/addresses/1", {}, NOT_FOUND, 200),
    "address-of-another-customer": Shown("PUT /customers/2/addresses/1", {}, NOT_FOUND, 200),
    "order-of-deleted-customer": Shown(
        "POST /orders", ORDER | {"idcustomer": 2}, (400, 25), 201, before=(("DELETE /customers/2", b""),)
    ),
    "addresses-of-deleted-customer": Shown(
        "GET /customers/2/addresses", b"", NOT_FOUND, 200, before=(("DELETE /customers/2", b""),)
    ),
    "created-under-another-id": Shown("POST /tags", TAG, MADE, 201, told=lambda tag: tag["idtag"] == 1003),
    "titles-cut-when-stored": Shown(
        "GET /tags/3",
        b"",
        READ,
        200,
        told=lambda tag: tag["title"] == "A title ",
        before=(("POST /tags", TAG | {"title": "A title that is long"}),),
    ),
    "first-read-is-old": Shown(
        "GET /tags/1", b"", READ, 200, told=lambda tag: tag["title"] != "N", before=(("PUT /tags/1", {"title": "N"}),)
    ),
}

_BROKEN = ("POST /tags", b"{")

GENERAL = {
    "stack-trace-leaked": Shown(*_BROKEN, MALFORMED, 400, told=lambda answer: "Stack trace" in answer["error_message"]),
    "file-path-leaked": Shown(
        "GET /tags/99", b"", NOT_FOUND, 404, told=lambda answer: "/var/www" in answer["error_message"]
    ),
    "sql-leaked": Shown(
        "POST /orders",
        ORDER | {"idcustomer": 99},
        (400, 25),
        400,
        told=lambda answer: "INSERT" in answer["error_message"],
    ),
    "stack-frames-leaked": Shown("PUT /tags/1", {"color": "red"}, INVALID, 400, told=lambda answer: "trace" in answer),
    "database-address-leaked": Shown(
        "POST /hooks", {}, MISSING, 400, told=lambda answer: "mysql:" in answer["error_message"]
    ),
    "codes-taking-turns": Shown(*_BROKEN, MALFORMED, 400, told=code(5), before=(_BROKEN,)),
    "statuses-taking-turns": Shown(
        "PUT /tags/1", {"color": "red"}, INVALID, 404, before=(("PUT /tags/1", {"color": "red"}),)
    ),
    "every-third-refusal-crashes": Shown("POST /tags", {}, MISSING, 500, before=(("POST /tags", {}),) * 2),
    "tired-after-a-while": Shown("GET /vatgroups", b"", READ, 500, before=(("GET /vatgroups/1", b""),) * 300),
    "another-code-for-wrong-types-of-tags": Shown("PUT /tags/1", {"title": 7}, INVALID, 400, told=code(21)),
    "answer-cut-short": Shown("GET /customers", b"", READ, 200),
}

SLOW = {
    "products-listed-slowly": Shown("GET /products", b"", READ, 200),
    "customers-refused-slowly": Shown("POST /customers", {}, MISSING, 400),
    "letters-beyond-ascii-read-slowly": Shown("PUT /tags/1", '{"title":"é"}'.encode(), READ, 200),
}
