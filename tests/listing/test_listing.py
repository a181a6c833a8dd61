"""The formats that a contract is shown in, compared whole on a small contract, and what may not reach a terminal."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import validator.listing
from tests.contract.test_overview import REFERENCE, answer, contract, operation
from validator.contract import Contract
from validator.contract.overview import overview
from validator.listing import LISTINGS, write_listing

NOT_FORMATS = {"__init__", "words"}

SMALL = contract(
    {
        "one": operation("one", tags=("orders",), **{"x-error-codes": {"3": "The order is closed."}}),
        "two": operation("two", responses={"400": answer(REFERENCE), "404": answer(REFERENCE)}),
    },
    webhooks={"done": {"post": {"operationId": "onDone", "responses": {"2XX": {"description": ""}}}}},
    tags=[{"name": "orders", "description": "What is sold."}],
    **{"x-error-codes": {"2": "Anything may be busy."}},
)


class Stream(io.StringIO):
    """A stream of any encoding, terminal or not."""

    def __init__(self, *, encoding: str | None = "utf-8", terminal: bool = False) -> None:
        super().__init__()
        self._encoding = encoding
        self._terminal = terminal

    @property
    def encoding(self) -> str | None:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self._terminal


def shown(of: Contract, form: str = "text", *, errors_only: bool = False, **how: Any) -> str:
    stream = Stream(**how)
    write_listing(overview(of), form, stream, errors_only=errors_only)
    return stream.getvalue()


def test_the_formats_are_pinned():
    assert list(LISTINGS) == ["text", "json", "markdown"]


def test_every_file_with_a_format_is_in_the_table():
    files = {file.stem for file in Path(validator.listing.__file__).parent.glob("*.py")} - NOT_FORMATS
    assert {f"validator.listing.{name}" for name in files} == set(LISTINGS.values())


def test_the_text_reads_as_expected():
    assert (
        shown(SMALL)
        == """\
T 1 (<mapping>): 2 operations, 1 webhook, 4 error codes
errors of every operation, not repeated below: 400

orders  What is sold.
  POST    /one  one  200

(no tag)
  POST    /two  two  200  404

sent by the API (webhooks)
  POST    done  onDone  2XX

code  meaning    statuses  where
   1  Meaning 1  400 404   one, two
   2  Meaning 2  400 404   any
   3  Meaning 3  400 404   one
   4  Meaning 4  400 404   two
"""
    )


def test_markdown_reads_as_expected():
    assert (
        shown(SMALL, "markdown")
        == """\
# T 1 (\\<mapping>): 2 operations, 1 webhook, 4 error codes

## orders

What is sold.

| method | path | operation | success | error |
| --- | --- | --- | --- | --- |
| POST | `/one` | `one` | 200 | 400 |

## (no tag)

| method | path | operation | success | error |
| --- | --- | --- | --- | --- |
| POST | `/two` | `two` | 200 | 400 404 |

## sent by the API (webhooks)

| method | name | operation | success | error |
| --- | --- | --- | --- | --- |
| POST | `done` | `onDone` | 2XX |  |

## error codes

"""
        + shown(SMALL, "markdown", errors_only=True)
    )


def test_the_table_of_error_codes_is_there_alone_on_request():
    assert (
        shown(SMALL, "markdown", errors_only=True)
        == """\
| code | meaning | statuses | where |
| --- | --- | --- | --- |
| 1 | Meaning 1 | 400 404 | `one`, `two` |
| 2 | Meaning 2 | 400 404 | any |
| 3 | Meaning 3 | 400 404 | `one` |
| 4 | Meaning 4 | 400 404 | `two` |
"""
    )
    assert "/one" not in shown(SMALL, errors_only=True)
    assert json.loads(shown(SMALL, "json", errors_only=True)).keys() == {"contract", "error_codes"}


def test_json_has_all_in_full_with_the_reasons():
    told = json.loads(shown(SMALL, "json"))
    assert told["contract"] == {
        "title": "T", "version": "1", "source": "<mapping>", "sha256": SMALL.document.sha256,
    }  # fmt: skip
    assert told["operations"][1] == {
        "resource": None,
        "operation": "two",
        "method": "POST",
        "path": "/two",
        "summary": "",
        "tags": [],
        "successes": ["200"],
        "errors": ["400", "404"],
    }
    assert told["webhooks"][0]["operation"] == "onDone"
    assert told["error_codes"][2] == {
        "code": 3,
        "meaning": "Meaning 3",
        "statuses": ["400", "404"],
        "documented_by": ["two"],
        "named_by": [
            {
                "operation": "one",
                "extension": "x-error-codes",
                "reason": "The order is closed.",
                "pointer": "/paths/~1one/post/x-error-codes/3",
            }
        ],
    }


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_document_without_error_codes_says_so(form):
    plain = {"/x": {"get": {"responses": {"200": {"description": ""}}}}}
    of = Contract.from_dict({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": plain})
    assert shown(of, form).endswith("\nno error codes: the document does not enumerate them\n")
    assert json.loads(shown(of, "json"))["error_codes"] is None


def many(count: int, **more: Any) -> Contract:
    return contract({f"operation{at}": operation(f"operation{at}", **more) for at in range(count)})


@pytest.mark.parametrize(
    ("of", "where"),
    [
        (many(1), "operation0"),
        (many(2), "operation0, operation1"),
        (many(3), "all 3"),
        (contract({f"o{at}": operation(f"o{at}", **({} if at else {"responses": {}})) for at in range(9)}), "8 of 9"),
        (many(2, **{"x-error-codes": {"1": "Why"}}), "operation0, operation1"),
        (many(5, **{"x-error-codes": {"1": "Why"}}), "operation0, operation1 and 3 more"),
    ],
)
def test_where_names_few_operations_and_counts_many(of, where):
    line = shown(of, errors_only=True).splitlines()[3]
    assert line.split("  ")[-1].strip() == where


def test_a_code_that_no_response_allows_is_allowed_nowhere():
    line = shown(many(1), errors_only=True).splitlines()[-1]
    assert line == "   4  Meaning 4            none"


def test_the_whole_picqer_contract_fits_a_hundred_columns():
    text = shown(Contract.load())
    assert max(map(len, text.splitlines())) <= 100
    assert all(line == line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize(("columns", "widest"), [(70, 70), (100, 100), (300, 140)])
def test_a_terminal_gets_its_own_width(monkeypatch, columns, widest):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    lines = shown(Contract.load(), terminal=True).splitlines()
    table = lines[next(at for at, line in enumerate(lines) if line.startswith("code ")) :]
    assert max(map(len, table)) <= widest
    assert len([line for line in lines if "/orders/{idorder}/products/{idorder_product}" in line]) == 2


def test_colour_comes_only_to_a_terminal(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" not in shown(SMALL)
    assert "\x1b[1m" in shown(SMALL, terminal=True)


HOSTILE = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=20)


@pytest.mark.property
@given(HOSTILE, st.sampled_from(["text", "markdown"]), st.sampled_from(["utf-8", "ascii"]))
def test_what_a_document_holds_never_reaches_the_terminal_raw(text, form, encoding):
    error = {
        "type": "object",
        "required": ["code"],
        "properties": {"code": {"oneOf": [{"const": text, "description": text}, {"const": "other"}]}},
    }
    of = contract(
        {"one": operation(text, tags=(text,), responses={"400": answer(error)}, **{"x-error-codes": {text: "a b"}})},
        tags=[{"name": text, "description": text}],
    )
    written = shown(of, form, encoding=encoding)
    written.encode(encoding)
    assert all(char == "\n" or char.isprintable() for char in written)


@pytest.mark.property
@given(HOSTILE)
def test_a_row_of_markdown_stays_a_row(text):
    of = contract({"one": operation(text, tags=(text,))})
    rows = [line for line in shown(of, "markdown").splitlines() if line.startswith("| POST")]
    assert [row.replace("\\\\", "").replace("\\|", "").count("|") for row in rows] == [6]
