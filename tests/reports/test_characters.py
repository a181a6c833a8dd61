"""Text of a recording, made fit to be shown."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validator.reports.characters import for_encoding, for_xml, visible, whole

ANY_TEXT = st.text(alphabet=st.characters(codec=None))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /orders", "GET /orders"),
        ("café ✓", "café ✓"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\u009b31m", r"\x9b31m"),
        ("\udcff", r"\udcff"),
    ],
)
def test_what_does_not_print_is_spelt_out(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "encoding", "written"),
    [
        ("✓ kept", "utf-8", "✓ kept"),
        ("✓ kept", "UTF8", "✓ kept"),
        ("✓ kept", None, "✓ kept"),
        ("✓ kept", "ascii", "ok: kept"),
        ("✗ café", "ascii", r"FAIL: caf\xe9"),
        ("café", "latin-1", "café"),
        ("x\ud800", "utf-8", "x\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_stream_gets_what_its_encoding_can_take(text, encoding, written):
    assert for_encoding(text, encoding) == written


@pytest.mark.property
@given(ANY_TEXT)
def test_whole_text_has_a_utf8_form(text):
    whole(text).encode("utf-8")


@pytest.mark.property
@given(ANY_TEXT)
def test_visible_text_is_one_printable_line(text):
    assert visible(text).isprintable()


@pytest.mark.property
@given(ANY_TEXT)
def test_text_for_xml_can_stand_in_xml(text):
    element = ET.Element("a", {"b": for_xml(text)})
    ET.fromstring(ET.tostring(element, encoding="utf-8"))  # noqa: S314 - we wrote it


@pytest.mark.property
@given(ANY_TEXT, st.sampled_from(["ascii", "latin-1", "cp1252", "utf-8", "shift_jis"]))
def test_text_for_an_encoding_can_be_written_in_it(text, encoding):
    for_encoding(text, encoding).encode(encoding)
