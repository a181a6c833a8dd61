"""Which hosts are fuzzed unasked: only those that can be no other machine."""

from __future__ import annotations

import pytest

from fuzz.hosts import check_target
from validator.errors import TargetError


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8080/api/v1",
        "http://LOCALHOST",
        "http://127.0.0.1",
        "http://127.8.9.1:80/x",
        "https://[::1]:8443/api",
    ],
)
def test_this_machine_is_fuzzed_unasked(url: str) -> None:
    assert check_target(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://example.picqer.com/api/v1",
        "http://localhost.evil.example",
        "http://localhost.",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1.",
        "http://127.1",
        "http://0.0.0.0",
        "http://0",
        "http://2130706433",
        "http://0x7f000001",
        "http://0177.0.0.1",
        "http://127.0.0.01",
        "http://10.0.0.1",
        "http://[::]",
        "http://[::2]",
        "http://[::ffff:127.0.0.1]",
        "http://[::1%25eth0]",
    ],
)
def test_another_host_is_refused_and_may_be_allowed_by_name(url: str) -> None:
    with pytest.raises(TargetError, match=r"--allow-host|two ways|address"):
        check_target(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1@evil.example",
        "http://127.0.0.1:80@evil.example/",
        "http://user:secret@127.0.0.1",
        "http://127.0.0.1\\@evil.example",
        "http://127.0.0.1\\.evil.example",
        "http://evil.example#@127.0.0.1",
        "http://evil.example?@127.0.0.1",
        "http://127.0.0.1?x=1",
        "http://127.0.0.1\t.evil.example",
        "http://127.0.0.1 .evil.example",
        "http://ⓛocalhost",
        "http://[::1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "127.0.0.1:80",
        "",
    ],
)
def test_an_address_that_can_be_misread_is_refused_even_where_all_its_hosts_are_allowed(url: str) -> None:
    with pytest.raises(TargetError):
        check_target(url, ["evil.example", "127.0.0.1", "localhost"])


@pytest.mark.parametrize("allowed", ["test.picqer.example", "TEST.picqer.example"])
def test_a_host_is_fuzzed_where_the_user_allows_it(allowed: str) -> None:
    assert check_target("https://test.picqer.example/api/v1/", [allowed]) == "https://test.picqer.example/api/v1"


def test_to_allow_one_host_allows_no_host_below_it() -> None:
    with pytest.raises(TargetError, match=r"--allow-host a\.test\.example"):
        check_target("https://a.test.example", ["test.example"])


def test_a_refusal_does_not_show_the_password_in_an_address() -> None:
    with pytest.raises(TargetError) as refused:
        check_target("http://user:hunter2@127.0.0.1")
    assert "hunter2" not in str(refused.value)
