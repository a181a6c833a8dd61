"""Whether bytes are a JSON text (RFC 8259), asked of two parsers that share no code.

What is sent as malformed must be malformed beyond doubt: both have to refuse it.
"""

from __future__ import annotations

import json
from typing import Final, NoReturn

import orjson

_DEPTH: Final = 1024
"""orjson refuses what is nested deeper, though the grammar does not."""


def is_malformed(body: bytes) -> bool:
    """Whether the bytes are no JSON text, by both parsers. What one of them cannot decide on is not called so."""
    return not _accepted_by_orjson(body) and not _accepted_by_json(body)


def _accepted_by_orjson(body: bytes) -> bool:
    if body.count(b"[") + body.count(b"{") > _DEPTH:
        return True
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True


def _accepted_by_json(body: bytes) -> bool:
    try:
        # Numbers stay text: how many digits Python takes is not the grammar's business.
        json.loads(body.decode("utf-8"), parse_int=str, parse_float=str, parse_constant=_refuse)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
