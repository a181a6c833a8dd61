"""Whatever a server does with a key, what comes out of the transport does not show it."""

from __future__ import annotations

import base64
import html
import json
from functools import reduce
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from fuzz.case import Case
from fuzz.credentials import Scheme
from fuzz.hiding import HIDDEN, SHORTEST, Secrets
from fuzz.spoiling import spoilings, spoilt
from fuzz.transport import HttpTransport, WsgiTransport
from tests.fuzz.shop import Answer, Got, serving
from tests.strategies import VALUES
from validator.exchange import Headers, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from validator.exchange import Exchange

PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
KEYS = st.one_of(
    st.text(st.sampled_from('aZ9/+"\\%&=-_ <u0'), min_size=SHORTEST, max_size=12),
    st.text(PRINTABLE, min_size=SHORTEST, max_size=40),
).filter(lambda key: key not in HIDDEN and not key.isspace())

SCHEMES = [
    Scheme(kind="basic"),
    Scheme(kind="bearer"),
    Scheme(kind="header", name="X-Key"),
    Scheme(kind="cookie", name="key"),
    Scheme(kind="query", name="key"),
]


def in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def base64_of(before: str = "", after: str = "", *, safe: bool = False) -> Callable[[str], str]:
    encode = base64.urlsafe_b64encode if safe else base64.b64encode
    return lambda text: encode(f"{before}{text}{after}".encode()).decode().rstrip("=")


ESCAPES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": in_json,
    "PHP's JSON": lambda text: in_json(text).replace("/", "\\/"),
    "JSON in numbers": lambda text: "".join(f"\\u{ord(one):04X}" for one in text),
    "a program's text": lambda text: "".join(f"\\x{ord(one):02x}" for one in text),
    "percent": lambda text: quote(text, safe=""),
    "percent, all of it": lambda text: "".join(f"%{ord(one):02x}" for one in text),
    "a form": quote_plus,
    "HTML": html.escape,
    "HTML in numbers": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "HTML in hex": lambda text: "".join(f"&#x{ord(one):X};" for one in text),
}
CODES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "base64": base64_of(),
    "base64 for addresses": base64_of(safe=True),
}
ECHOES = st.tuples(st.sampled_from([*CODES.values()]), st.lists(st.sampled_from([*ESCAPES.values()]), max_size=2)).map(
    lambda made: lambda key: reduce(lambda text, escape: escape(text), made[1], made[0](key))
)
"""How a server may write a key: in a code, and that in escapes, within each other."""


def case(scheme: Scheme, credentials: str = "", url: str = "http://127.0.0.1/v1/x") -> Case:
    return Case(operation="x", method="GET", url=url, scheme=scheme, credentials=credentials)


def echoed(told: str, sent: Case, key: str) -> Exchange:
    """What comes of an answer that tells this, in its body and in a header."""

    def app(_: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response("400 Bad Request", [("Content-Type", "text/plain"), ("X-Echo", f"no <{told}>")])
        return [b"no <", told.encode("latin-1"), b">"]

    return WsgiTransport(app, key)(sent)


class TestLaw:
    """For any key, and any spelling of it, nothing of it comes out of the transport."""

    @given(key=KEYS, echo=ECHOES, scheme=st.sampled_from(SCHEMES))
    @example(key="Zm9v/YmFy+cXV4", echo=ESCAPES["PHP's JSON"], scheme=SCHEMES[0])
    @example(key='Sup3r"Secret/Key+42', echo=CODES["base64"], scheme=SCHEMES[2])
    @pytest.mark.property
    def test_a_key_that_is_repeated(self, key: str, echo: Callable[[str], str], scheme: Scheme) -> None:
        response = echoed(echo(key), case(scheme), key).response
        assert response.body == f"no <{HIDDEN}>".encode()
        assert response.headers.get("x-echo") == f"no <{HIDDEN}>"

    @given(
        key=KEYS,
        before=st.sampled_from(["", ":", "u:", "me:", "Basic "]),
        after=st.sampled_from(["", ":", ":x", "\n\n\n"]),
        safe=st.booleans(),
    )
    @pytest.mark.property
    def test_a_key_within_base64(self, key: str, before: str, after: str, *, safe: bool) -> None:
        """What stands around it may be seen, and the characters that hold a part of both may not."""
        told = base64_of(before, after, safe=safe)(key)
        response = echoed(told, case(SCHEMES[2]), key).response
        came = response.headers.get("x-echo") or ""
        assert (response.body or b"").decode() == came
        left, _, right = came.removeprefix("no <").removesuffix(">").partition(HIDDEN)
        assert told[: len(before) * 8 // 6].startswith(left)
        assert told[-(-len(before + key) * 8 // 6) :].endswith(right)

    @given(key=KEYS, escape=st.sampled_from([*ESCAPES.values()]), data=st.data())
    @pytest.mark.property
    def test_what_is_made_of_a_key_to_be_shown_in_its_place(
        self, key: str, escape: Callable[[str], str], data: st.DataObject
    ) -> None:
        scheme = data.draw(st.sampled_from(SCHEMES))
        name = data.draw(st.sampled_from([*spoilings(scheme)]))
        shown = [text for text in spoilt(scheme, name).texts(key) if len(text) >= SHORTEST]
        assume(shown)
        text = data.draw(st.sampled_from(shown))
        assume(text not in HIDDEN)
        response = echoed(escape(text), case(scheme, name), key).response
        assert response.body == f"no <{HIDDEN}>".encode()
        assert response.headers.get("x-echo") == f"no <{HIDDEN}>"

    @given(key=KEYS, body=VALUES.map(json.dumps), scheme=st.sampled_from(SCHEMES))
    @pytest.mark.property
    def test_what_has_nothing_of_it_stays_as_it_is(self, key: str, body: str, scheme: Scheme) -> None:
        upper = "K" + key.translate({one: one % 17 + 0x47 for one in range(0x7F)})  # letters that no body here has
        response = echoed(body, case(scheme), upper).response
        assert response.body == f"no <{body}>".encode()
        assert response.headers.get("x-echo") == f"no <{body}>"


@pytest.mark.parametrize("key", ["a", "1", "id", "err"])
def test_a_short_key_destroys_nothing(key: str) -> None:
    told = '{"error": true, "error_code": 1, "error_message": "an id \\u0061 is missing", "a": "aa"}'
    for scheme in SCHEMES:
        assert echoed(told, case(scheme), key).response.body == f"no <{told}>".encode()


def test_the_request_is_known_by_its_own_key_however_it_is_sent() -> None:
    """A spoilt key tells the right one: what is told of a request that shows it is hidden, decoded or not."""
    key = "s3cret/Key"

    def answer(got: Got) -> Answer:
        pair = base64.b64decode(got.headers["authorization"].partition(" ")[2]).decode("latin-1")
        return Answer(401, json.dumps({"error": f"no user {pair[:-1]}"}).replace("/", "\\/").encode())

    with serving(answer) as server, HttpTransport(key) as send:
        for name in ("cut", "doubled", "other-case", "first-changed", "last-changed", "unknown-key"):
            response = send(case(SCHEMES[0], name, f"{server.url}/x")).response
            assert response.body == f'{{"error": "no user {HIDDEN}"}}'.encode(), name


def test_a_key_in_the_name_of_a_header_and_in_what_is_wrong() -> None:
    secrets = Secrets(frozenset({"s3cret"}))
    came = Response(status=400, headers=Headers([("X-s3cret", "1")]), body=b"", damage="cut short: s%33cret")
    hidden = secrets.hidden_in(came)
    assert hidden.headers.get("x-(hidden)") == "1"
    assert hidden.damage == "cut short: (hidden)"


def test_what_does_not_decode_is_not_shown() -> None:
    """Somebody may get out of it what we could not."""
    cut = (("Content-Encoding", "gzip"),)
    with serving(lambda _: Answer(200, b"\x1f\x8bcut", cut)) as server, HttpTransport("s3cret") as send:
        response = send(case(SCHEMES[0], url=f"{server.url}/x")).response
    assert (response.body, response.damage) == (HIDDEN.encode(), "the content coding gzip does not decode")


def test_text_of_any_script_is_looked_through() -> None:
    secrets = Secrets(frozenset({"s3cret"}))
    assert secrets.hidden("ключ s\\u0033cret") == "ключ (hidden)"
    assert secrets.hidden("ключ") == "ключ"


def test_a_nul_is_seen_where_a_page_writes_it() -> None:
    scheme = SCHEMES[0]
    assert echoed("0000&#0;&#58;", case(scheme, "nul"), "0000").response.body == f"no <{HIDDEN}>".encode()
