"""Header fields as RFC 9110, section 5, has them."""

from __future__ import annotations

import pickle

import pytest

from validator.exchange import Exchange, Headers, Request, Response

HEADERS = Headers([("Content-Type", "a"), ("X-Id", "1"), ("x-id", "2")])


def test_names_compare_without_case_and_lines_are_joined() -> None:
    assert HEADERS.get("content-type") == "a"
    assert HEADERS.get("X-ID") == "1, 2"
    assert HEADERS.get_all("X-Id") == ("1", "2")
    assert HEADERS.get("absent") is None
    assert "x-ID" in HEADERS
    assert "absent" not in HEADERS
    assert 5 not in HEADERS


def test_order_and_case_are_kept() -> None:
    assert list(HEADERS) == [("Content-Type", "a"), ("X-Id", "1"), ("x-id", "2")]
    assert list(HEADERS.without("X-ID")) == [("Content-Type", "a")]


def test_equal_fields_are_equal_and_hashable() -> None:
    assert Headers([("A", "b")]) == Headers([("A", "b")])
    assert len({Headers([("A", "b")]), Headers([("A", "b")])}) == 1
    assert Headers() != "x"


def test_no_value_is_in_the_representation() -> None:
    """A traceback or a log must not show a key."""
    request = Request(method="GET", url="https://a.example", headers=Headers([("Authorization", "Basic c2VjcmV0")]))
    assert "c2VjcmV0" not in repr(Exchange(request=request, response=Response(status=200)))


def test_an_exchange_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Response(status=200).status = 404  # type: ignore[misc]


def test_headers_may_be_given_as_a_dictionary() -> None:
    given: dict[str, str | list[str]] = {"Content-Type": "a", "X-Id": ["1", "2"]}
    headers = Headers(given)
    assert headers == Headers([("Content-Type", "a"), ("X-Id", "1"), ("X-Id", "2")])
    assert hash(headers) == hash(Headers(list(headers)))
    assert (headers.get("content-type"), headers.get("x-id"), headers.get("absent")) == ("a", "1, 2", None)
    assert headers.get_all("x-id") == ("1", "2")
    assert len(headers) == 3


def test_names_of_a_dictionary_that_differ_in_case_only_are_one_field() -> None:
    headers = Headers({"X-Id": "1", "x-id": "2", "X-None": []})
    assert headers.get("X-ID") == "1, 2"
    assert headers.get("X-None") is None
    assert "x-none" not in headers


def test_an_exchange_travels_between_processes() -> None:
    request = Request(method="GET", url="https://a.example", headers=Headers({"A": "b"}))
    one = Exchange(request=request, response=Response(status=200, headers=HEADERS, body=None), index=3)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own
