"""An answer in short: what tells one from another, and what does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.answers import error_code, in_words, signature
from validator.exchange import Response

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def answer(value: Any, status: int = 400) -> Response:
    return Response(status=status, body=json.dumps(value).encode())


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"error": True, "error_code": 22, "error_message": "No JSON"}, 22),
        ({"code": "not_found", "message": "No such order"}, "not_found"),
        ({"type": "https://shop.example/problems/gone", "title": "Gone"}, "https://shop.example/problems/gone"),
        ({"error": {"code": 3, "message": "x"}}, 3),
        ({"errors": [{"code": "E1"}, {"code": "E2"}]}, "E1"),
        ({"error": "invalid_request", "error_description": "no grant"}, "invalid_request"),
        ({"error": "The value 'x' cannot be used"}, None),
        ({"error": True}, None),
        ({"error_code": True}, None),
        ({"error_code": None, "code": 4}, 4),
        ({"errors": []}, None),
        ([], None),
        ("text", None),
        (None, None),
    ],
)
def test_the_code_is_found_where_apis_put_it(value: Any, code: object) -> None:
    assert error_code(answer(value)) == code


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", None])
def test_a_body_that_is_no_json_has_no_code(body: bytes | None) -> None:
    assert error_code(Response(status=400, body=body)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (answer({"a": 1}), answer({"a": 2})),
        (answer({"a": [1]}), answer({"a": [1, 2, 3]})),
        (answer({"a": {"b": {"c": 1}}}), answer({"a": {"b": {"d": 1}}})),
        (answer({"a": 1, "b": 2}), answer({"b": 2, "a": 1})),
        (answer({"code": 1}, 200), answer({"code": 2}, 200)),
    ],
)
def test_values_do_not_count(one: Response, other: Response) -> None:
    assert signature(one) == signature(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (answer({"a": 1}), answer({"a": 1}, 422)),
        (answer({"a": 1}), answer({"a": "1"})),
        (answer({"a": 1}), answer({"a": 1, "b": 1})),
        (answer({"code": 1}), answer({"code": 2})),
        (answer([]), answer({})),
        (answer({"a": []}), answer({"a": [1]})),
    ],
)
def test_status_code_and_shape_do(one: Response, other: Response) -> None:
    assert signature(one) != signature(other)


@pytest.mark.property
@given(JSON | st.binary(), st.integers(0, 599))
def test_every_answer_has_a_signature(value: Any, status: int) -> None:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    assert hash(signature(Response(status=status, body=body))) is not None


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (400, b'{"error":true,"error_code":5,"error_message":"Missing"}', "status 400, code 5"),
        (200, b'{"error":true,"error_code":8}', "status 200, code 8"),
        (200, b'{"type":"normal","code":"A-1"}', "status 200"),
        (404, b"<h1>Not Found</h1>", "status 404"),
        (0, b"", "no answer"),
    ],
)
def test_what_came_is_told_by_status_and_code(status: int, body: bytes, told: str) -> None:
    assert in_words(Response(status=status, body=body)) == told
