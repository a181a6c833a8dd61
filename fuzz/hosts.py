"""Which hosts may be fuzzed: this machine, by a name that cannot mean another one, and what the user allows by name.

What is sent is broken on purpose, and what is accepted of it is stored: it must not reach a live account by a slip.
"""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from validator import redaction
from validator.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Collection


def check_target(base_url: str, allowed: Collection[str] = ()) -> str:
    """The address, without a slash at its end. Raises TargetError where it is none, or its host may not be fuzzed."""
    host = _host(base_url)
    if not is_loopback(host) and host not in {_plain(name) for name in allowed}:
        raise TargetError(
            f"{host} is not this machine, and broken requests are not sent to others unasked",
            place=redaction.url(base_url),
            mend=f"if it is a test account of yours: --allow-host {host}",
        )
    return base_url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, said so that no resolver can read it otherwise (as it can 127.1 or 0.0.0.0)."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback if isinstance(address, IPv4Address) else str(address) == "::1"


def _host(base_url: str) -> str:
    """The one host that the address can mean. Programs differ in reading odd addresses; an odd one is refused."""
    if not base_url.isprintable() or not base_url.isascii() or any(character in base_url for character in " \\"):
        raise _refused(base_url, "has characters that no address has")
    try:
        parts = urlsplit(base_url)
        host, port, sent_to = parts.hostname, parts.port, parse_url(base_url)
    except (ValueError, LocationParseError):
        raise _refused(base_url, "is not an address") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise _refused(base_url, "is not an http or https address")
    if "@" in parts.netloc:
        raise _refused(base_url, "has a user name in it", mend="the key comes from PICQER_API_KEY or --api-key-file")
    if "?" in base_url or "#" in base_url:
        raise _refused(base_url, "has a query or a fragment, and paths are to be put behind it")
    if _plain(sent_to.host or "") != host or sent_to.port != port:
        raise _refused(base_url, "can be read in two ways")
    return host


def _plain(host: str) -> str:
    return host.strip().lower().removeprefix("[").removesuffix("]")


def _refused(base_url: str, reason: str, *, mend: str = "write it as http://127.0.0.1:8080/api/v1") -> TargetError:
    return TargetError(reason, place=redaction.url(base_url), mend=mend)
