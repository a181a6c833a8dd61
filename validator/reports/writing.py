"""Writes JSON for people and programs: indented, and in characters that the stream can take."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson

from validator.reports.characters import is_utf8

if TYPE_CHECKING:
    from typing import TextIO


def write_json(value: Any, stream: TextIO) -> None:
    """Write the value, and a line end; in ASCII where the stream is not UTF-8."""
    if is_utf8(stream.encoding):
        stream.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode())
    else:
        json.dump(value, stream, indent=2)
    stream.write("\n")
