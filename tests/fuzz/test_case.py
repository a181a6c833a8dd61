"""A case as a curl command: what a real shell and a real curl make of it is the same request."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.case import Case, quoted
from fuzz.credentials import Scheme
from tests.fuzz.shop import Answer, Got, serving
from validator.exchange import Headers

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
needs_curl = pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="no bash or no curl")

KEY = "k3y-$HOME-`id`"
BODIES = [
    b'{"a":1}',
    b"",
    b" ",
    b"@/etc/passwd",
    b"@",
    b'it\'s "quoted" \\ $HOME `id` $(id) !x %s %%',
    b"\xff\xfe\x80 \xc3\xa9",
    b"line\nbreak\r\ttab\x01\x1b[31m",
    b"\x00nul\x000 100% '\\",
    b"-d",
    b"&& rm -rf x; # |",
    b"\xef\xbb\xbf{}",
    b"\x011f",
]


def case(**changes: object) -> Case:
    known = {
        "operation": "createTag",
        "method": "POST",
        "url": "http://127.0.0.1/tags",
        "headers": Headers([("User-Agent", "it's me (x)"), ("Content-Type", "application/json"), ("X-Empty", "")]),
        "scheme": Scheme(kind="basic"),
    }
    return Case(**(known | changes))


def executed(command: str) -> None:
    environment = {"PATH": os.environ["PATH"], "PICQER_API_KEY": KEY, "LC_ALL": "C"}
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr


@needs_curl
@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_a_shell_and_curl_send_the_very_request(body: bytes) -> None:
    with serving(lambda _: Answer(200)) as server:
        executed(case(url=f"{server.url}/tags/a[1]{{2}}?x='1'&y=$HOME", body=body).curl)
    (got,) = server.got
    assert got.method == "POST"
    assert got.body == body
    assert got.path == "/v1/tags/a[1]{2}?x='1'&y=$HOME"
    assert got.headers["user-agent"] == "it's me (x)"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["x-empty"] == ""


def shown_key(got: Got) -> str:
    return got.headers.get("authorization") or got.headers.get("x-key") or got.headers.get("cookie") or got.path


@needs_curl
@pytest.mark.parametrize(
    "scheme",
    [
        Scheme(kind="basic"),
        Scheme(kind="bearer"),
        Scheme(kind="header", name="X-Key"),
        Scheme(kind="cookie", name="key"),
    ],
    ids=lambda scheme: scheme.kind,
)
def test_curl_shows_the_key_of_the_environment_as_the_transport_does(scheme: Scheme) -> None:
    with serving(lambda _: Answer(200)) as server:
        executed(case(url=f"{server.url}/tags", scheme=scheme).curl)
    ((_, expected),) = scheme.headers(KEY)
    assert shown_key(server.got[0]) == expected


def test_a_key_in_the_query_is_left_to_curl() -> None:
    assert '--url-query "key=$PICQER_API_KEY"' in case(scheme=Scheme(kind="query", name="key")).curl


@pytest.mark.parametrize("method", ["GET", "DELETE", "TRACE"])
def test_what_is_usual_without_a_body_has_none(method: str) -> None:
    assert "--data" not in case(method=method).curl
    assert "--data" in case(method=method, body=b"{}").curl


@needs_bash
@pytest.mark.property
@settings(max_examples=10, deadline=None)
@given(st.lists(st.binary(max_size=40).map(lambda body: body.replace(b"\0", b"")), min_size=20, max_size=20))
def test_quoted_bytes_are_one_word_of_the_shell(bodies: list[bytes]) -> None:
    words = " ".join(map(quoted, bodies))
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    done = subprocess.run(["bash", "-c", f"printf '%s\\0' {words}"], env=environment, capture_output=True, check=True)
    assert done.stdout.split(b"\0")[:-1] == bodies
