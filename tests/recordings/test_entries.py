"""JSON at the border: what is wrong with an entry is told in few words, with its place."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.errors import EntryError, RecordingError
from validator.recordings.entries import decode, decode_whole, entry_error, from_base64, to_bytes


class Inner(msgspec.Struct):
    names: dict[str, int] = {}
    numbers: list[int] = []


class Outer(msgspec.Struct):
    inner: Inner


OUTER = msgspec.json.Decoder(Outer)
ANY = msgspec.json.Decoder()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ('{"inner": {"numbers": [1, "x"]}}', "f: line 1: inner.numbers[1]: expected an integer, got a string"),
        ('{"inner": {"names": {"a": ""}}}', "f: line 1: inner.names[...]: expected an integer, got a string"),
        ("{}", "f: line 1: object missing required field `inner`"),
        ("[]", "f: line 1: expected an object, got an array"),
        ('{"inner"', "f: line 1: not JSON: it ends before its end"),
        ('{"inner": x}', "f: line 1: not JSON: invalid character (byte 10)"),
        ("[" * 10_000, "f: line 1: expected an object, got an array"),
        ('{"a": ' * 10_000, "f: line 1: nested too deep to be read"),
    ],
)
def test_an_error_is_told_with_its_place(data, told):
    with pytest.raises((msgspec.DecodeError, RecursionError)) as caught:
        decode(OUTER, data.encode())
    assert str(entry_error(caught.value, "f: line 1", ": ")) == told


def test_a_path_is_joined_as_paths_are():
    assert entry_error(EntryError("no", place="a.b"), "f: log[1]").place == "f: log[1].a.b"
    assert entry_error(EntryError("no", place="[2].b"), "f: log[1]").place == "f: log[1][2].b"
    assert entry_error(EntryError("no"), "f: log[1]").place == "f: log[1]"


def test_a_recording_that_is_one_value_is_refused_whole():
    with pytest.raises(RecordingError) as caught:
        decode_whole(OUTER, b'{"inner": 1}', "f")
    assert (caught.value.place, caught.value.reason) == ("f: inner", "expected an object, got an integer")


@pytest.mark.parametrize("text", ["é", "/", "a===", "AA", "A" * 1_000 + "!"])
def test_what_is_no_base64_is_told_without_its_value(text):
    with pytest.raises(EntryError) as caught:
        from_base64(text, "body")
    assert caught.value.reason.startswith("expected base64: ")
    assert text * 2 not in str(caught.value)


@pytest.mark.property
class TestLaws:
    @settings(max_examples=200)
    @given(st.text(st.characters(categories=["Cs", "Ll", "So"]) | st.sampled_from('\\u\U0001f600"')))
    def test_text_with_any_surrogates_is_read(self, text):
        """Python's own writer escapes each surrogate, alone or not."""
        expected = "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in _paired(text))
        assert decode(ANY, json.dumps(text).encode()) == expected
        assert to_bytes(text) == expected.encode()


def _paired(text: str) -> str:
    """A high and a low surrogate that meet are one character, in JSON's escapes as in UTF-16."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
