"""Defects in reading: what is no JSON is accepted, or taken for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fuzz.sandbox.defects import mending
from fuzz.sandbox.defects.defect import MALFORMED_JSON, Defect, plain
from fuzz.sandbox.defects.mending import in_strings, lenient, outside_strings
from fuzz.sandbox.json_reader import NotJson, read_json, read_text
from fuzz.sandbox.seams import Seams

if TYPE_CHECKING:
    from collections.abc import Callable

    from fuzz.sandbox.model import Operation

_RULES: Final = ("fault-accepted", "fault-wrong-body", "fault-wrong-status")
"""A mended body may be whole (accepted) or lack something then (refused with another code, or as not found)."""


def _accepts(name: str, what: str, difficulty: int, read: Callable[[bytes], Any], *, method: str = "") -> Defect:
    def read_body(operation: Operation, raw: bytes) -> Any:
        return read(raw) if method in {"", operation.method} else read_json(raw)

    seams = Seams(read=read_body)
    return plain(name, f"Accepts {what}", difficulty, seams, fault=MALFORMED_JSON, rules=_RULES)


def _mends(name: str, what: str, difficulty: int, mend: Callable[[str], str], *, method: str = "") -> Defect:
    return _accepts(name, what, difficulty, lenient(mend), method=method)


def _replacing_bad_utf8(raw: bytes) -> Any:
    return read_text(raw.decode("utf-8", "replace"))


def _with_control_characters(raw: bytes) -> Any:
    try:
        return read_text(raw.decode("utf-8"), strict=False)
    except UnicodeDecodeError:
        raise NotJson from None


def _empty_as_object(raw: bytes) -> Any:
    return read_json(raw) if raw else {}


def _blank_as_object(raw: bytes) -> Any:
    return {} if raw and not raw.strip() else read_json(raw)


_TRAILING_COMMA: Final = outside_strings(r",(?=\s*[\]}])", "")
_DOUBLED_COMMA: Final = outside_strings(r",(?:\s*,)+", ",")
_DOUBLED_COLON: Final = outside_strings(r":(?:\s*:)+", ":")
_UNQUOTED_NAME: Final = outside_strings(r"[A-Za-z_]\w*(?=\s*:)", lambda match: f'"{match[0]}"')
_BARE_WORD: Final = outside_strings(r"\b(?!(?:true|false|null)\b)[A-Za-z_]\w*\b(?!\s*:)", lambda match: f'"{match[0]}"')
_NAN: Final = outside_strings(r"-?\b(?:NaN|Infinity)\b", "1")
_LEADING_ZEROS: Final = outside_strings(r"(?<![\d.eE+-])(?P<sign>-?)0+(?=\d)", lambda match: match["sign"])
_PLUS_SIGN: Final = outside_strings(r"(?<![\deE])\+(?=\d)", "")
_BAD_ESCAPE: Final = in_strings(
    r'\\(?P<good>u[0-9a-fA-F]{4}|["\\/bfnrt])?', lambda match: match[0] if match["good"] else ""
)
_COMMENT: Final = outside_strings(r"/\*.*?\*/|//[^\n]*|\#[^\n]*", " ")

DEFECTS: Final = (
    _mends("accepts-trailing-comma", "a comma before a closing bracket", 2, _TRAILING_COMMA),
    _mends(
        "put-accepts-trailing-comma", "a comma before a closing bracket, on PUT only", 3, _TRAILING_COMMA, method="PUT"
    ),
    _mends("accepts-doubled-comma", "two commas in a row", 2, _DOUBLED_COMMA),
    _mends("accepts-missing-comma", "two members or items without a comma between them", 2, mending.missing_commas),
    _mends("accepts-doubled-colon", "two colons in a row", 2, _DOUBLED_COLON),
    _mends("accepts-missing-colon", "a member without a colon", 2, mending.missing_colons),
    _mends("accepts-truncated-body", "a body that ends too early, and repairs it", 2, mending.cut_short),
    _mends("accepts-trailing-garbage", "anything after the end of the value", 2, mending.first_value),
    _mends("accepts-surplus-brackets", "closing brackets after the end of the value", 2, mending.surplus_closers),
    _mends("accepts-leading-garbage", "anything before the first bracket", 2, mending.from_first_bracket),
    _mends(
        "accepts-unclosed-brackets", "brackets that nothing closes, or the wrong kind", 2, mending.unclosed_brackets
    ),
    _mends(
        "accepts-doubled-brackets", "a body that opens, and may close, with two braces", 2, mending.doubled_brackets
    ),
    _mends("accepts-doubled-quotes", "a string in two pairs of quotes", 2, mending.doubled_quotes),
    _mends("accepts-single-quotes", "strings in single quotes", 2, mending.single_quoted),
    _mends("accepts-unquoted-names", "member names without quotes", 2, _UNQUOTED_NAME),
    _mends("accepts-bare-words", "words without quotes as strings", 2, _BARE_WORD),
    _mends("accepts-comments", "comments", 2, _COMMENT),
    _mends("accepts-nan", "NaN and Infinity", 2, _NAN),
    _mends("accepts-leading-zeros", "numbers with leading zeros", 3, _LEADING_ZEROS),
    _mends("accepts-plus-sign", "numbers with a plus sign", 3, _PLUS_SIGN),
    _mends("accepts-bad-escapes", "escapes in strings that JSON does not have", 2, _BAD_ESCAPE),
    _mends("accepts-bom", "a byte order mark", 2, mending.without_bom),
    _accepts("accepts-invalid-utf8", "bytes that are not UTF-8, and replaces them", 2, _replacing_bad_utf8),
    _accepts(
        "accepts-control-characters", "line breaks and other control characters in strings", 3, _with_control_characters
    ),
    _accepts("accepts-empty-body", "an empty body as an empty object", 2, _empty_as_object),
    _accepts("accepts-blank-body", "a body of white space as an empty object", 2, _blank_as_object),
)
