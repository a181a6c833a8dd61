"""Spoilt credentials never are right ones, and the key is seen by the server alone."""

from __future__ import annotations

import base64
import binascii
import os
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.case import Case
from fuzz.credentials import VARIABLE, Scheme
from fuzz.faults import BAD_CREDENTIALS, NO_CREDENTIALS
from fuzz.shell import quoted
from fuzz.spoiling import Key, spoilings, spoilt
from fuzz.transport import HttpTransport, WsgiTransport
from tests.fuzz.shop import Answer, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.fuzz.shop import Got

SCHEMES = (
    Scheme(kind="basic"),
    Scheme(kind="bearer"),
    Scheme(kind="header", name="X-Key"),
    Scheme(kind="query", name="the key"),
    Scheme(kind="cookie", name="sid"),
)
KEYS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=":;"), min_size=1, max_size=20)
ALL = [(scheme, name) for scheme in SCHEMES for name in spoilings(scheme)]
KEY = "s3cretKey"


def lets_in(scheme: Scheme, key: str, headers: Mapping[str, list[str]], query: Iterable[tuple[str, str]]) -> bool:
    """A sound server: the first of several headers counts, the scheme in any case, any password."""
    shown = headers.get("authorization", [""])[0]
    word, _, rest = shown.partition(" ")
    match scheme.kind:
        case "basic":
            try:
                user, colon, _ = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
            except (binascii.Error, ValueError):
                return False
            return word.lower() == "basic" and bool(colon) and user == key
        case "bearer":
            return word.lower() == "bearer" and rest.strip() == key
        case "header":
            return headers.get(scheme.name.lower(), [""])[0].strip() == key
        case "cookie":
            return f"{scheme.name}={key}" in (one.strip() for one in headers.get("cookie", [""])[0].split(";"))
    return (scheme.name, key) in query


def by_name(headers: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.lower(), []).append(value)
    return found


@pytest.mark.property
@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.kind)
def test_no_spoilt_key_is_let_in_and_the_right_one_is(scheme: Scheme) -> None:
    @settings(max_examples=100, deadline=None, database=None)
    @given(KEYS)
    def holds(key: str) -> None:
        query = parse_qsl(urlsplit(scheme.url("http://x/", key)).query)
        assert lets_in(scheme, key, by_name(scheme.headers(key)), query)
        for name, way in spoilings(scheme).items():
            query = parse_qsl(urlsplit(way.url("http://x/", key)).query, keep_blank_values=True)
            assert not lets_in(scheme, key, by_name(way.sent_headers(key)), query), name
            assert all("\n" not in value and "\r" not in value for _, value in way.sent_headers(key))

    holds()


@pytest.mark.property
@settings(max_examples=100, deadline=None, database=None)
@given(KEYS, st.sampled_from(["unknown", "swapped", "cut", "first", "last"]))
def test_a_changed_key_is_another(key: str, how: str) -> None:
    assert Key(how).filled(key) != key
    assert Key("right").filled(key) == key


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.kind)
def test_each_scheme_has_ways_of_both_faults_the_plainest_first(scheme: Scheme) -> None:
    ways = spoilings(scheme)
    assert {way.fault for way in ways.values()} == {NO_CREDENTIALS, BAD_CREDENTIALS}
    assert next(iter(ways)) == "absent"
    assert next(name for name, way in ways.items() if way.fault == BAD_CREDENTIALS) == "unknown-key"
    assert len({(way.headers, way.query) for way in ways.values()}) == len(ways)


def test_a_way_that_a_scheme_has_not_is_refused() -> None:
    assert spoilings(Scheme(kind="none")) == {}
    with pytest.raises(ValueError, match="the kind bearer cannot be spoilt by 'no-colon'; known: absent"):
        spoilt(Scheme(kind="bearer"), "no-colon")


def shell(words: Iterable[str]) -> list[bytes]:
    """The words as bash makes them."""
    script = f"printf '%s\\0' {' '.join(words)}"
    environment = {**os.environ, VARIABLE: KEY, "LC_ALL": "C"}
    made = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, check=True)
    return made.stdout.split(b"\0")[:-1]


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.kind)
def test_curl_shows_what_the_transport_shows(scheme: Scheme) -> None:
    for name, way in spoilings(scheme).items():
        # curl takes a semicolon for a header without a value, and encodes the value of a parameter itself.
        words = [
            word
            for header, value in way.sent_headers(KEY)
            for word in ("-H", f"{header}: {value}" if value else f"{header};")
        ]
        for (parameter, _), (_, value) in zip(way.sent_query(KEY), way.sent_query(KEY), strict=True):
            words += ["--url-query", f"{parameter}={dict(parse_qsl(f'x={value}', encoding='latin-1')).get('x', '')}"]
        expected = [word.encode("latin-1") for word in words]
        assert (shell(way.curl()) if words else []) == expected, name


def case(url: str, scheme: Scheme, name: str) -> Case:
    return Case(operation="x", method="GET", url=url, scheme=scheme, credentials=name)


def app_that_echoes(seen: list[Any]) -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        seen.append(environ)
        shown = "".join(f"{name}: {value}\n" for name, value in environ.items() if name.startswith("HTTP_"))
        start_response("401 Unauthorized", [("X-Echo", environ.get("HTTP_AUTHORIZATION", ""))])
        return [shown.encode("latin-1"), environ["QUERY_STRING"].encode()]

    return app


@pytest.mark.parametrize(("scheme", "name"), [*ALL, *((scheme, "") for scheme in SCHEMES)], ids=str)
def test_nothing_that_is_kept_depends_on_the_key(scheme: Scheme, name: str) -> None:
    """Though the server sends back all that it was shown: two keys, and not a byte that differs."""
    one = case("http://127.0.0.1/x", scheme, name)
    first, second = (WsgiTransport(app_that_echoes([]), key)(one) for key in (KEY, "0therKeyOfMine"))
    assert first == second
    assert KEY not in repr((one, first, one.curl))


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.kind)
def test_each_way_goes_over_the_wire_as_it_is(scheme: Scheme) -> None:
    def answer(got: Got) -> Answer:
        return Answer(401, repr(got).encode())

    with serving(answer) as server, HttpTransport(KEY) as send:
        for name, way in spoilings(scheme).items():
            exchange = send(case(f"{server.url}/x", scheme, name))
            assert exchange.response.status == 401, name
            got = server.got[-1]
            for header, value in way.sent_headers(KEY)[-1:]:
                assert got.headers[header.lower()] == value.strip(), name
            assert got.path == way.url("/v1/x", KEY)
            assert KEY not in repr(exchange), name


def test_without_a_key_the_ways_are_wrong_as_well() -> None:
    seen: list[Any] = []
    WsgiTransport(app_that_echoes(seen))(case("http://127.0.0.1/x", Scheme(kind="bearer"), "longer"))
    assert seen[0]["HTTP_AUTHORIZATION"] == "Bearer keyx"


def test_bytes_are_one_word_of_a_shell() -> None:
    assert shell([quoted(bytes(range(1, 256)))]) == [bytes(range(1, 256))]
