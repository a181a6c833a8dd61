"""What shows the defects with values: wrong types, values that are not allowed, references to nothing."""

from tests.fuzz.sandbox.defects.shown import (
    GUEST,
    HOOK,
    INVALID,
    LINE,
    ORDER,
    PRODUCT,
    TAG,
    Shown,
    code,
)

COUNTRY, DATE, AMOUNT = (400, 9), (400, 35), (400, 16)
_POINT = {"carrier": "c", "id": "1"}
_ADDRESS = {"name": "A"}

WRONG_TYPES = {
    "wrong-types-ignored": Shown("POST /customers", {"name": "C", "discount": []}, INVALID, 201),
    "texts-taken-for-numbers": Shown("POST /products", PRODUCT | {"price": "1.50"}, INVALID, 201),
    "words-taken-for-booleans": Shown("POST /tags", TAG | {"inherit": "true"}, INVALID, 201),
    "bits-taken-for-booleans": Shown("POST /tags", TAG | {"inherit": 1}, INVALID, 201),
    "numbers-taken-for-texts": Shown("POST /tags", TAG | {"title": 7}, INVALID, 201),
    "fractions-cut-off": Shown("POST /products", PRODUCT | {"weight": 1.5}, INVALID, 201),
    "single-object-taken-for-list": Shown("POST /orders", ORDER | {"products": LINE}, INVALID, 201),
    "empty-object-taken-for-list": Shown("POST /customers", {"name": "C", "addresses": {}}, INVALID, 201),
    "items-of-wrong-type-skipped": Shown("POST /orders", ORDER | {"products": [LINE, 7]}, INVALID, 201),
    "null-taken-for-nothing": Shown("POST /customers", {"name": "C", "discount": None}, INVALID, 201),
    "put-ignores-wrong-types": Shown("PUT /customers/1", {"discount": []}, INVALID, 200),
    "hook-name-of-any-type": Shown("POST /hooks", HOOK | {"name": ["H"]}, INVALID, 201),
    "order-line-price-of-any-type": Shown("POST /orders", ORDER | {"products": [LINE | {"price": "x"}]}, INVALID, 201),
    "pickup-point-city-of-any-type": Shown("PUT /orders/1", {"pickup_point_data": _POINT | {"city": 7}}, INVALID, 200),
    "task-with-any-assignee": Shown("PUT /tasks/1", {"assigned_to_iduser": "me"}, INVALID, 200),
    "list-for-object-crashes": Shown("POST /orders", ORDER | {"pickup_point_data": []}, INVALID, 500),
    "null-crashes": Shown("PUT /customers/1", {"discount": None}, INVALID, 500),
    "text-method-on-number-crashes": Shown("POST /tags", TAG | {"title": 7}, INVALID, 500),
    "loop-over-scalar-crashes": Shown("POST /customers", {"name": "C", "addresses": "A"}, INVALID, 500),
    "wrong-type-is-422": Shown("POST /tags", TAG | {"title": 7}, INVALID, 422),
    "wrong-type-is-not-found": Shown("POST /tags", TAG | {"title": 7}, INVALID, 404),
    "wrong-type-crashes": Shown("POST /tags", TAG | {"title": 7}, INVALID, 500),
    "wrong-type-is-masked": Shown("POST /tags", TAG | {"title": 7}, INVALID, 200),
    "wrong-type-without-error": Shown(
        "POST /suppliers", {"name": 7}, INVALID, 400, told=lambda answer: "error" not in answer
    ),
}

INVALID_VALUES = {
    "invalid-values-ignored": Shown("PUT /tags/1", {"color": "red"}, INVALID, 200),
    "impossible-dates-accepted": Shown("POST /tasks", {"title": "T", "deadline_date": "2026-02-31"}, DATE, 201),
    "any-text-taken-for-date": Shown("POST /tasks", {"title": "T", "deadline_date": "soon"}, DATE, 201),
    "lower-case-countries-accepted": Shown("POST /orders", ORDER | {"deliverycountry": "nl"}, COUNTRY, 201),
    "any-two-letters-are-a-country": Shown("POST /orders", ORDER | {"deliverycountry": "nl"}, COUNTRY, 201),
    "nothing-can-be-picked": Shown("POST /picklists/1/pick", {"idpicklist_product": 1, "amount": 0}, AMOUNT, 200),
    "stock-below-nothing-accepted": Shown("POST /products/1/stock/1", {"amount": -1, "reason": "R"}, (400, 43), 200),
    "unknown-choices-accepted": Shown("POST /customers", {"name": "C", "language": "xx"}, INVALID, 201),
    "choices-in-any-case": Shown("POST /customers", {"name": "C", "language": "NL"}, INVALID, 201),
    "ids-below-one-accepted": Shown("POST /picking-containers/1/link", {"idpicklist": 0}, INVALID, 200),
    "padded-values-trimmed": Shown("POST /orders", ORDER | {"deliverycountry": " NL"}, COUNTRY, 201),
    "empty-text-taken-for-nothing": Shown("POST /orders", ORDER | {"deliverycountry": ""}, COUNTRY, 201),
    "put-ignores-invalid-values": Shown("PUT /tags/1", {"color": "red"}, INVALID, 200),
    "colours-unchecked": Shown("POST /tags", TAG | {"color": "red"}, INVALID, 201),
    "hook-address-unchecked": Shown("POST /hooks", HOOK | {"address": "here"}, INVALID, 201),
    "invoice-country-unchecked": Shown("POST /orders", ORDER | GUEST | {"invoicecountry": "nl"}, COUNTRY, 201),
    "address-country-unchecked": Shown(
        "PUT /customers/1", {"addresses": [_ADDRESS | {"country": "Nederland"}]}, COUNTRY, 200
    ),
    "deadline-unchecked": Shown("POST /tasks", {"title": "T", "deadline_date": "2026-13-01"}, DATE, 201),
    "time-of-deadline-unchecked": Shown("PUT /tasks/1", {"deadline_time": "25:00:00"}, INVALID, 200),
    "negative-amounts-crash": Shown("PUT /orders/1/products/1", {"amount": -5}, AMOUNT, 500),
    "huge-numbers-crash": Shown("POST /products", PRODUCT | {"weight": 2**40}, INVALID, 500),
    "long-texts-crash": Shown("POST /tags", TAG | {"title": "x" * 4001}, (201, None), 500),
    "nul-crashes": Shown("POST /tags", TAG | {"title": "a\0b"}, (201, None), 500),
    "characters-beyond-16-bits-crash": Shown("POST /tags", TAG | {"title": "\U0001f600"}, (201, None), 500),
    "quotes-crash-on-comments": Shown("POST /orders/1/comments", {"body": "it's"}, (201, None), 500),
    "invalid-value-is-422": Shown("POST /tags", TAG | {"color": "red"}, INVALID, 422),
    "invalid-value-is-masked": Shown("POST /tags", TAG | {"color": "red"}, INVALID, 200),
    "invalid-country-is-code-22": Shown("PUT /orders/1", {"deliverycountry": "nl"}, COUNTRY, 400, told=code(22)),
    "invalid-date-is-code-5": Shown("PUT /tasks/1", {"deadline_date": "soon"}, DATE, 400, told=code(5)),
}

REFERENCES = {
    "references-unchecked": Shown("POST /orders", ORDER | {"idcustomer": 99}, (400, 25), 201),
    "references-in-lists-unchecked": Shown(
        "POST /orders", ORDER | {"products": [LINE | {"idproduct": 99}]}, (400, 24), 201
    ),
    "references-unchecked-on-put": Shown("PUT /products/1", {"idvatgroup": 99}, (400, 14), 200),
    "order-of-unknown-customer": Shown("POST /orders", ORDER | {"idcustomer": 99}, (400, 25), 201),
    "product-of-unknown-supplier": Shown("POST /products", PRODUCT | {"idsupplier": 99}, (400, 21), 201),
    "unknown-reference-crashes": Shown("POST /products", PRODUCT | {"idvatgroup": 99}, (400, 14), 500),
    "unknown-reference-is-401": Shown("POST /products", PRODUCT | {"idvatgroup": 99}, (400, 14), 401),
    "unknown-reference-is-masked": Shown("POST /products", PRODUCT | {"idvatgroup": 99}, (400, 14), 200),
    "unknown-vatgroup-is-code-24": Shown("POST /products", PRODUCT | {"idvatgroup": 99}, (400, 14), 400, told=code(24)),
    "unknown-tag-crashes-on-customer": Shown("POST /customers/1/tags", {"idtag": 99}, (400, 21), 500),
}
