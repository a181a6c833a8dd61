"""Sends a finished report to a service that keeps runs: `check --post-to`. Never the recording.

It is sent again where that may help, under one Idempotency-Key, so that it is stored once. No redirect is followed: the
token is for the service that was named.
"""

from __future__ import annotations

import gzip
import json
import re
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urljoin
from uuid import uuid4

import orjson
import urllib3
from urllib3 import exceptions as failures

from validator import redaction
from validator.errors import TargetError
from validator.reports.characters import visible
from validator.reports.json import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from validator.reports import Report

TOKEN: Final = "PICQER_CONTRACT_TOKEN"  # noqa: S105 - the name of the variable
"""The environment variable that holds the bearer token."""

MEDIA_TYPE: Final = "application/vnd.picqer-contract.report+json"

PATH: Final = "/v1/runs"

WAITS: Final = (0.5, 2.0, 5.0)
"""Seconds to wait before it is sent again; longer where the service asks for that, within LONGEST_WAIT."""

LONGEST_WAIT: Final = 30.0

PATIENCE: Final = urllib3.Timeout(connect=10.0, read=60.0)

_MAX_ANSWER: Final = 256 * 1024
_SHOWN: Final = 1000
_PASSING: Final = frozenset({429, 502, 503, 504})
_TOKEN: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)
_STORED: Final = frozenset({200, 201})


def post_report(
    url: str,
    report: Report,
    *,
    label: str | None = None,
    source: str | None = None,
    commit: str | None = None,
    token: str | None = None,
) -> str:
    """Send the report to the service at `url`, to be stored as a run; the address of the run.

    Raises TargetError where the service cannot be reached, or does not take it.
    """
    base = url.rstrip("/")
    place = redaction.url(base)
    if token is not None and not _TOKEN.fullmatch(token):
        raise TargetError("the token is not one", place=place, mend=f"put what `token create` printed into {TOKEN}")
    known = {"label": label, "source": source, "commit": commit}
    query = urlencode({name: value for name, value in known.items() if value is not None})
    address = f"{base}{PATH}?{query}" if query else f"{base}{PATH}"
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Encoding": "gzip",
        "Accept": "application/json",
        "Idempotency-Key": uuid4().hex,
        **({} if token is None else {"Authorization": f"Bearer {token}"}),
    }
    body = gzip.compress(orjson.dumps(as_json(report)), mtime=0)
    with urllib3.PoolManager(num_pools=1, timeout=PATIENCE, retries=False) as pool:
        return _location(address, _patiently(pool, address, body, headers, place), place)


def _patiently(
    pool: urllib3.PoolManager, address: str, body: bytes, headers: Mapping[str, str], place: str
) -> urllib3.BaseHTTPResponse:
    """What the service answered in the end."""
    for wait in (*WAITS, None):
        try:
            came = pool.request("POST", address, body=body, headers=headers, redirect=False, preload_content=False)
        except (failures.LocationParseError, failures.LocationValueError, UnicodeError):
            raise TargetError("not an address", place=place, mend=_MEND) from None
        except failures.HTTPError as error:
            if wait is None or isinstance(error, failures.SSLError):
                raise TargetError(f"cannot be reached: {_told(error)}", place=place, mend=_MEND) from None
            time.sleep(wait)
        else:
            if wait is None or came.status not in _PASSING:
                return came
            came.close()
            time.sleep(_wait(came, wait))
    raise AssertionError  # pragma: no cover - the last attempt returns or raises


_MEND: Final = "give the address of a `picqer-contract serve` to --post-to"


def _location(address: str, came: urllib3.BaseHTTPResponse, place: str) -> str:
    """The address of the run, as the service says it. Raises TargetError where it did not store one."""
    try:
        answer = came.read(_MAX_ANSWER)
    except failures.HTTPError as error:
        raise TargetError(f"broke off its answer: {_told(error)}", place=place, mend=_MEND) from None
    finally:
        came.close()
    location = came.headers.get("Location")
    if came.status in _STORED and location:
        return urljoin(address, location)
    detail, mend = _problem(answer)
    if came.status in {401, 403}:
        mend = f"put a token with the scope write into {TOKEN}"
    raise TargetError(f"did not store the run: {came.status}{detail}", place=place, mend=mend)


def _problem(answer: bytes) -> tuple[str, str]:
    """What a problem document says: its detail, and what to do."""
    told: Any
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return "", _MEND
    detail, mend = (str(told.get(name) or "")[:_SHOWN] for name in ("detail", "mend"))
    return f" ({visible(detail)})" if detail else "", visible(mend) or _MEND


def _wait(came: urllib3.BaseHTTPResponse, least: float) -> float:
    asked = came.headers.get("Retry-After", "")
    seconds = float(asked) if asked.isascii() and asked.isdecimal() else 0.0
    return min(max(least, seconds), LONGEST_WAIT)


def _told(error: failures.HTTPError) -> str:
    """What went wrong, without the address, whose query is the user's."""
    match error:
        case failures.NameResolutionError():
            return "there is no such host"
        case failures.NewConnectionError():
            return "nobody answers there"
        case failures.TimeoutError():
            return "it did not answer in time"
        case failures.SSLError():
            return "the connection is not secure"
    return "the connection broke off"
