"""Bodies without their content coding, whatever a server made of it, and never more than the bound."""

from __future__ import annotations

import gzip
import resource
import zlib
from typing import TYPE_CHECKING

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.packing import gzipped
from validator.exchange import Headers
from validator.recordings.content_coding import decode, decode_leftover

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = b'{"idorder": 1, "lines": [1, 2, 3]}' * 20
MEGABYTE = 1024 * 1024


def bare_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


def endless_zstd(body: bytes) -> bytes:
    """A frame that does not say how large its content is."""
    stream = zstandard.ZstdCompressor().compressobj()
    return stream.compress(body) + stream.flush()


CODERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "bare deflate": ("deflate", bare_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
    "zstd of unknown size": ("zstd", endless_zstd),
}
every_coding = pytest.mark.parametrize(("coding", "encode"), CODERS.values(), ids=CODERS)


@every_coding
class TestEachCoding:
    def test_is_taken_off(self, coding, encode):
        assert decode(encode(TEXT), coding) == (TEXT, None)
        assert decode(encode(TEXT), f" {coding.upper()} ") == (TEXT, None)

    def test_of_nothing_is_nothing(self, coding, encode):
        """The answer to HEAD, and a 304, name the coding of a body that does not come."""
        assert decode(b"", coding) == (b"", None)
        assert decode(encode(b""), coding) == (b"", None)

    def test_cut_short_is_damage(self, coding, encode):
        cut = encode(TEXT)[:-3]
        body, damage = decode(cut, coding)
        assert body == cut
        assert damage == f"the content coding {coding} is cut short"

    def test_of_something_else_is_damage(self, coding, encode):  # noqa: ARG002 - the table is for the class
        assert decode(TEXT, coding) == (TEXT, f"the content coding {coding} does not decode")

    def test_fits_the_limit_exactly(self, coding, encode):
        assert decode(encode(TEXT), coding, len(TEXT)) == (TEXT, None)
        body, damage = decode(encode(TEXT), coding, len(TEXT) - 1)
        assert body == encode(TEXT)
        assert damage == f"the content coding {coding} expands to more than the {len(TEXT) - 1} bytes that are read"

    def test_bomb_is_damage_and_takes_no_memory(self, coding, encode):
        bomb = encode(bytes(96 * MEGABYTE))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert decode(bomb, coding, MEGABYTE)[1] == (
            f"the content coding {coding} expands to more than the 1,048,576 bytes that are read"
        )
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 48 * 1024  # KiB


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("", TEXT),
        ("identity", TEXT),
        (" , ", TEXT),
        ("gzip, br", brotli.compress(gzipped(TEXT))),
        ("identity, gzip,", gzipped(TEXT)),
        ("gzip", gzipped(TEXT[:9]) + gzipped(TEXT[9:])),
        ("gzip", gzipped(TEXT) + b"\0\0\0"),
        ("zstd", zstandard.compress(TEXT[:9]) + zstandard.compress(TEXT[9:])),
    ],
)
def test_what_a_header_may_say(coding, body):
    assert decode(body, coding) == (TEXT, None)


@pytest.mark.parametrize(
    ("coding", "said"),
    [
        ("compress", "an unknown content coding; known are gzip, "),
        ("gzip, aws-chunked", "an unknown content coding"),
        (", ".join(["gzip"] * 1000), "1000 content codings, at most 4 are decoded"),
        ("br, gzip", "the content coding br does not decode"),
    ],
)
def test_what_a_header_may_not_say_is_damage(coding, said):
    body = gzipped(TEXT)
    left, damage = decode(body, coding)
    assert left == body
    assert damage.startswith(said)


@pytest.mark.parametrize(
    ("coding", "recorded", "expected"),
    [
        (None, gzipped(TEXT), (gzipped(TEXT), None)),
        ("gzip", TEXT, (TEXT, None)),
        ("gzip", gzipped(TEXT), (TEXT, None)),
        ("zstd", zstandard.compress(TEXT), (TEXT, None)),
        ("br, gzip", gzipped(brotli.compress(TEXT)), (TEXT, None)),
        ("br", gzipped(TEXT), (gzipped(TEXT), None)),  # a .gz file, sent with br, recorded decoded
        ("br", brotli.compress(TEXT), (TEXT, None)),
        ("br", TEXT, (TEXT, None)),
        ("br", "é".encode(), ("é".encode(), None)),
        ("br", b"caf\xe9", (b"caf\xe9", None)),
        ("br", brotli.compress(TEXT)[:-3], (brotli.compress(TEXT)[:-3], None)),  # no mark: it may be anything
        ("deflate", zlib.compress(TEXT), (TEXT, None)),
        ("gzip, br", brotli.compress(gzipped(TEXT)), (TEXT, None)),
        ("gzip", b"\x1f\x8b?", (b"\x1f\x8b?", "the content coding gzip is cut short")),
    ],
)
def test_a_body_recorded_decoded_is_decoded_only_where_it_still_bears_the_mark(coding, recorded, expected):
    headers = Headers([("Content-Encoding", coding)] if coding else [])
    assert decode_leftover(recorded, headers) == expected


@pytest.mark.property
class TestAnyBytes:
    @settings(max_examples=150)
    @given(st.binary(max_size=200), st.lists(st.sampled_from([*CODERS.values()]), max_size=3))
    def test_come_back_from_any_codings(self, body, coders):
        coded = body
        for _, encode in coders:
            coded = encode(coded)
        assert decode(coded, ", ".join(name for name, _ in coders)) == (body, None)

    @settings(max_examples=300)
    @given(
        st.sampled_from([b"", b"\x1f\x8b\x08\0\0\0\0\0\0\0", b"\x78\x9c", b"\x28\xb5\x2f\xfd"]),
        st.binary(max_size=60),
        st.sampled_from(["gzip", "deflate", "br", "zstd"]),
    )
    def test_give_a_body_within_the_limit_or_damage(self, begin, data, coding):
        body, damage = decode(begin + data, coding, 100)
        assert body == begin + data if damage else len(body) <= 100
