"""A response body as a value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import VALUES
from validator import rules
from validator.contract import MediaType, ResponseSpec
from validator.judges.content import (
    ContentType,
    Unreadable,
    find_media_type,
    parse_content_type,
    parse_json,
    read_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("header", "essence", "charset"),
    [
        ("application/json", "application/json", None),
        (" Application/JSON ;charset=UTF-8", "application/json", "utf-8"),
        ('text/html; charset="utf-8"; boundary=x', "text/html", "utf-8"),
        ("application/json;", "application/json", None),
        ("application/json ; ; a=b", "application/json", None),
        ('application/json; a="x;charset=no"', "application/json", None),
        ("application/vnd.api+json", "application/vnd.api+json", None),
    ],
)
def test_a_media_type_is_read_as_rfc_9110_has_it(header: str, essence: str, charset: str | None) -> None:
    assert parse_content_type(header) == ContentType(essence=essence, charset=charset)


@pytest.mark.parametrize(
    "header",
    ["json", "application/", "/json", "a/b c", "application/json; charset", "a/b; c=d=e", 'a/b; c="d', "", "a/b,c/d"],
)
def test_what_is_no_media_type_is_refused(header: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_content_type(header)
    assert refused.value.rule == rules.MALFORMED_CONTENT_TYPE


def rule_of(read: Callable[[Any], Any], given: Any) -> str | None:
    """The rule that reading breaks, None where it breaks none."""
    try:
        read(given)
    except Unreadable as refused:
        return refused.rule
    return None


@pytest.mark.property
@given(st.text())
def test_any_header_is_a_media_type_or_malformed(header: str) -> None:
    assert rule_of(parse_content_type, header) in {None, rules.MALFORMED_CONTENT_TYPE}


@pytest.mark.parametrize(
    ("documented", "came", "chosen"),
    [
        (["*/*", "application/*", "application/json"], "application/json", "application/json"),
        (["*/*", "application/*"], "application/json", "application/*"),
        (["*/*", "application/*", "application/*+json"], "application/problem+json", "application/*+json"),
        (["*/*"], "image/png", "*/*"),
        (["application/json; charset=utf-8"], "application/json", "application/json; charset=utf-8"),
        (["Application/JSON"], "application/json", "Application/JSON"),
        (["application/json"], "application/problem+json", None),
        (["image/*"], "application/json", None),
        ([], "application/json", None),
    ],
)
def test_the_most_specific_documented_type_is_taken(documented: list[str], came: str, chosen: str | None) -> None:
    response = ResponseSpec(
        status="200",
        pointer="",
        headers=(),
        content=tuple(MediaType(name=name, pointer="", schema=None) for name in documented),
    )
    found = find_media_type(response, parse_content_type(came))
    assert (None if found is None else found.name) == chosen


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", rules.INVALID_JSON),
        (b"NaN", rules.INVALID_JSON),
        (b"[1,]", rules.INVALID_JSON),
        (b"{'a': 1}", rules.INVALID_JSON),
        (b"\xef\xbb\xbf{}", rules.INVALID_JSON),
        (b"01", rules.INVALID_JSON),
        (b"1e999", rules.INVALID_JSON),
        (b'"\\ud800"', rules.INVALID_JSON),
        (b'"\xff"', rules.UNREADABLE_BODY),
        (b'"\xed\xa0\x80"', rules.UNREADABLE_BODY),
        (b"\xff\xfe{\x00}\x00", rules.UNREADABLE_BODY),
        (b"[" * 1025 + b"]" * 1025, rules.NESTING_TOO_DEEP),
        (b"[" * 100_000, rules.NESTING_TOO_DEEP),
        (b'{"a":' * 2000 + b"1" + b"}" * 2000, rules.NESTING_TOO_DEEP),
        (b'["' + b"[" * 5000, rules.INVALID_JSON),
    ],
)
def test_what_is_no_json_is_refused_for_the_right_reason(body: bytes, rule: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_json(body)
    assert refused.value.rule == rule


@pytest.mark.parametrize("number", [2**53 + 1, 2**63, 2**64, 2**70, -(2**70), 10**300])
def test_an_integer_of_any_size_stays_exact(number: int) -> None:
    assert parse_json(b'{"n": %d}' % number) == {"n": number}


@pytest.mark.property
@given(VALUES)
def test_what_the_standard_library_writes_is_read_as_it_was(value: Any) -> None:
    assert parse_json(json.dumps(value).encode()) == value


@pytest.mark.property
@given(st.binary())
def test_any_bytes_are_a_value_or_a_reason(body: bytes) -> None:
    known = {None, rules.INVALID_JSON, rules.UNREADABLE_BODY, rules.NESTING_TOO_DEEP}
    assert rule_of(parse_json, body) in known


@pytest.mark.parametrize(
    ("body", "content_type", "value"),
    [
        (b"caf\xe9", "text/plain; charset=iso-8859-1", "café"),
        (b"caf\xc3\xa9", "text/plain", "café"),
        (b'"caf\xe9"', "application/json; charset=iso-8859-1", "café"),
        (b"%PDF", "application/pdf", b"%PDF"),
        (b"<a/>", "application/xml", b"<a/>"),
        (b"1", "text/json", 1),
    ],
)
def test_a_body_is_read_by_its_type_and_charset(body: bytes, content_type: str, value: Any) -> None:
    assert read_value(body, parse_content_type(content_type)) == value


@pytest.mark.parametrize("charset", ["x-unknown", "zip", "hex", "rot13", "utf-16"])
def test_a_charset_that_is_none_or_does_not_fit_is_unreadable(charset: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_value(b'{"a"}', ContentType(essence="application/json", charset=charset))
    assert refused.value.rule == rules.UNREADABLE_BODY


@pytest.mark.parametrize("header", ["a/b" + "; " * 5000 + "@", "a/b" + "; a=b " * 5000 + "@", "a/b" + " " * 5000 + "@"])
def test_no_header_can_hang_the_reader(header: str) -> None:
    """White space between semicolons was shared out in 2^n ways."""
    assert rule_of(parse_content_type, header) == rules.MALFORMED_CONTENT_TYPE


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "raw-unicode-escape", "undefined", "zip"])
def test_the_codecs_of_python_are_no_charsets(charset: str) -> None:
    """Punycode would take hours for a megabyte."""
    body = b"a" * 3_000_000 + b"-" + b"9a" * 1_000_000
    for essence in ("application/json", "text/plain"):
        assert (
            rule_of(lambda given: read_value(body, given), ContentType(essence=essence, charset=charset))
            == rules.UNREADABLE_BODY
        )


@pytest.mark.parametrize("essence", ["text/xml", "text/x+xml", "application/xml"])
def test_xml_is_no_string_that_a_schema_of_its_elements_could_judge(essence: str) -> None:
    assert read_value(b"<a/>", ContentType(essence=essence, charset=None)) == b"<a/>"
