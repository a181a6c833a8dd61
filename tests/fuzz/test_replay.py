"""Failing cases go into a recording and come out of it again; the same requests are sent, and judged anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.case import Case
from fuzz.failures import Failure
from fuzz.replay import Origin, read_cases, send_again, write_failure
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.errors import RecordingError, TargetError
from validator.exchange import Exchange, Headers, Response
from validator.findings import Finding, Severity
from validator.recordings import read_recording

if TYPE_CHECKING:
    from pathlib import Path

SERVER = "http://127.0.0.1:8080/v1"
SHOP = Contract.from_dict(DOCUMENT, servers=[SERVER])
ORIGIN = Origin(base_url=SERVER)
FINDING = Finding(rule="fault-accepted", severity=Severity.ERROR, expected="400", operation="updateOrder")


def failing(body: bytes = b'{"name":', *, url: str = f"{SERVER}/orders/7") -> Failure:
    case = Case(
        operation="updateOrder",
        method="PUT",
        url=url,
        headers=Headers([("Content-Type", "application/json"), ("Authorization", "Basic secret")]),
        body=body,
        fault="malformed-json",
        variant="truncated",
        places=(("/paths/~1orders", ""), ()),
        also=("missing-parameter",),
        described="cut short",
        seed=3,
    )
    return Failure(
        case=case, exchange=Exchange(request=case.request, response=Response(status=200)), findings=(FINDING,)
    )


def recorded(tmp_path: Path, *lines: bytes) -> Path:
    path = tmp_path / "failing.ndjson"
    path.write_bytes(b"".join(lines))
    return path


@pytest.mark.property
@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=30), min_size=1, max_size=4))
def test_what_is_recorded_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]) -> None:
    written = [failing(body) for body in bodies]
    path = recorded(tmp_path_factory.mktemp("replay"), *(write_failure(one, ORIGIN) for one in written))
    read = [one.case for one in read_cases(path)]
    assert [replace(one, headers=Headers()) for one in read] == [
        replace(one.case, headers=Headers()) for one in written
    ]


def test_a_line_is_an_exchange_for_everybody_else(tmp_path: Path) -> None:
    path = recorded(tmp_path, write_failure(failing(), ORIGIN))
    (exchange,) = read_recording(path)
    assert exchange.request.body == b'{"name":'
    assert b"secret" not in path.read_bytes()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no recorded cases"),
        (b"\n\n", "holds no recorded cases"),
        (b'{"request": {"method": "GET", "url": "http://x/"}, "response": {"status": 200}}\n', "line 1.*fuzz"),
        (write_failure(failing(), ORIGIN) + b"{}\n", "line 2"),
        (b"not JSON\n", "line 1"),
        (b'{"fuzz": 1}\n', "line 1"),
        (b"[" * 5000, "line 1"),
        (b'{"fuzz": {"base_url": "\x80"}}\n', "line 1.*not UTF-8"),
        (write_failure(replace(failing(), case=replace(failing().case, act="fly")), ORIGIN), "there is no act 'fly'"),
    ],
)
def test_what_is_no_recording_of_cases_is_an_obstacle(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(RecordingError, match=reason):
        read_cases(recorded(tmp_path, content))


def test_a_missing_file_is_an_obstacle(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be read"):
        read_cases(tmp_path / "none.ndjson")


class Server:
    def __init__(self, status: int, body: bytes) -> None:
        self.response = Response(status=status, headers=Headers([("Content-Type", "application/json")]), body=body)
        self.sent: list[Case] = []

    def __call__(self, case: Case) -> Exchange:
        self.sent.append(case)
        listing = Response(status=200, headers=Headers(), body=b'[{"idorder": 9}]')
        return Exchange(request=case.request, response=self.response if case.fault else listing)


REFUSED = (400, b'{"error": true, "error_code": 2}')
ACCEPTED = (200, b"{}")


@pytest.mark.parametrize(("answer", "gone"), [(REFUSED, True), (ACCEPTED, False)])
def test_a_case_is_gone_once_it_is_refused_as_promised(tmp_path: Path, answer: tuple[int, bytes], gone: bool) -> None:
    cases = read_cases(recorded(tmp_path, write_failure(failing(), ORIGIN)))
    (result,) = send_again(cases, SHOP, Server(*answer), SERVER)
    assert (result is None) is gone


def test_the_same_request_goes_to_the_same_server(tmp_path: Path) -> None:
    server = Server(*ACCEPTED)
    list(send_again(read_cases(recorded(tmp_path, write_failure(failing(), ORIGIN))), SHOP, server, SERVER))
    (sent,) = [case for case in server.sent if case.fault]
    assert (sent.method, sent.url, sent.body) == ("PUT", f"{SERVER}/orders/7", b'{"name":')
    assert "Authorization" not in sent.headers
    assert sent.scheme.kind == "basic"


def test_another_server_is_asked_for_its_own_ids(tmp_path: Path) -> None:
    server, other = Server(*ACCEPTED), "http://127.0.0.1:9090/v1"
    list(send_again(read_cases(recorded(tmp_path, write_failure(failing(), ORIGIN))), SHOP, server, other))
    assert server.sent[-1].url == f"{other}/orders/9"


@pytest.mark.parametrize(("base_url", "guessed"), [(SERVER, True), ("http://127.0.0.1:9090/v1", False)])
def test_an_id_that_was_guessed_is_guessed_no_more_where_one_is_known(
    tmp_path: Path, base_url: str, guessed: bool
) -> None:
    """404 to a guessed id is right: nobody knows whether there is such a thing."""
    server, made = Server(*ACCEPTED), replace(failing(), case=replace(failing().case, guessed=True))
    list(send_again(read_cases(recorded(tmp_path, write_failure(made, ORIGIN))), SHOP, server, base_url))
    assert server.sent[-1].guessed is guessed


@pytest.mark.parametrize("changes", [{"operation": "buyMoon"}, {"places": (("/no/such/place",),)}])
def test_what_the_contract_does_not_have_is_an_obstacle(tmp_path: Path, changes: dict[str, Any]) -> None:
    stranger = failing()
    stranger = replace(stranger, case=replace(stranger.case, **changes))
    cases = read_cases(recorded(tmp_path, write_failure(stranger, ORIGIN)))
    with pytest.raises(RecordingError, match=r"--spec"):
        list(send_again(cases, SHOP, Server(*REFUSED), SERVER))


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_server_that_lets_nobody_in_shows_nothing(tmp_path: Path, status: int) -> None:
    cases = read_cases(recorded(tmp_path, write_failure(failing(), ORIGIN)))
    with pytest.raises(TargetError, match=str(status)):
        list(send_again(cases, SHOP, Server(status, REFUSED[1]), SERVER))


@pytest.mark.parametrize("url", ["https://evil.example/v1/orders/7", f"{SERVER}.evil.example/orders/7"])
def test_a_recording_does_not_say_to_which_host_the_key_goes(tmp_path: Path, url: str) -> None:
    server = Server(*ACCEPTED)
    cases = read_cases(recorded(tmp_path, write_failure(failing(url=url), ORIGIN)))
    list(send_again(cases, SHOP, server, SERVER))
    assert all(sent.url.startswith(f"{SERVER}/") for sent in server.sent)


@pytest.mark.parametrize(("recorded_as", "sent_as"), [([("X-Mode", "wrong")], "wrong"), ([], None)])
def test_a_header_that_is_wrong_or_missing_stays_so(
    tmp_path: Path, recorded_as: list[tuple[str, str]], sent_as: str | None
) -> None:
    mode = {"name": "x-mode", "in": "header", "required": True, "schema": {"enum": ["new"]}}
    orders = DOCUMENT["paths"]["/orders/{idorder}"]
    path = {**orders, "parameters": [*orders["parameters"], mode]}
    document = {**DOCUMENT, "paths": {**DOCUMENT["paths"], "/orders/{idorder}": path}}
    case = replace(failing().case, place="header/X-Mode", headers=Headers(recorded_as))
    one = Failure(
        case=case, exchange=Exchange(request=case.request, response=Response(status=200)), findings=(FINDING,)
    )
    server = Server(*ACCEPTED)
    cases = read_cases(recorded(tmp_path, write_failure(one, ORIGIN)))
    list(send_again(cases, Contract.from_dict(document, servers=[SERVER]), server, OTHER))
    assert server.sent[-1].headers.get("X-Mode") == sent_as


OTHER = "http://127.0.0.1:9090/v1"


@pytest.mark.parametrize(
    ("changes", "here", "there"),
    [
        (
            {"fault": "unsupported-method", "method": "FROB", "headers": Headers()},
            ("FROB", "/orders/7"),
            ("FROB", "/orders/9"),
        ),
        (  # what would change something is not aimed at anything that is there
            {"fault": "unsupported-method", "method": "DELETE", "headers": Headers()},
            ("DELETE", "/orders/7"),
            ("DELETE", "/orders/7"),
        ),
        ({"fault": "unknown-resource", "url": f"{SERVER}/orders/x"}, ("PUT", "/orders/x"), ("PUT", "/orders/x")),
        (
            {"fault": "invalid-query", "url": f"{SERVER}/orders/7?a=%zz"},
            ("PUT", "/orders/7?a=%zz"),
            ("PUT", "/orders/9?a=%zz"),
        ),
    ],
    ids=str,
)
def test_what_is_broken_outside_the_body_stays_broken(
    tmp_path: Path, changes: dict[str, Any], here: tuple[str, str], there: tuple[str, str]
) -> None:
    stranger = failing()
    case = replace(stranger.case, **changes)
    stranger = replace(stranger, case=case, exchange=Exchange(request=case.request, response=Response(status=200)))
    cases = read_cases(recorded(tmp_path, write_failure(stranger, ORIGIN)))
    for server_url, expected in ((SERVER, here), (OTHER, there)):
        server = Server(*ACCEPTED)
        list(send_again(cases, SHOP, server, server_url))
        assert (server.sent[-1].method, server.sent[-1].url) == (expected[0], server_url + expected[1])
        assert server.sent[-1].headers.get("content-type") == case.headers.get("content-type")


def test_spoilt_credentials_are_spoilt_again_and_a_401_to_them_is_right(tmp_path: Path) -> None:
    stranger = failing()
    stranger = replace(stranger, case=replace(stranger.case, fault="bad-credentials", credentials="cut"))
    cases = read_cases(recorded(tmp_path, write_failure(stranger, ORIGIN)))
    server = Server(401, b"{}")
    assert list(send_again(cases, SHOP, server, SERVER))
    assert server.sent[-1].credentials == "cut"
    strange = replace(cases[0], case=replace(cases[0].case, credentials="moonlight"))
    with pytest.raises(RecordingError, match="cannot be spoilt by 'moonlight'"):
        list(send_again([strange], SHOP, server, SERVER))
