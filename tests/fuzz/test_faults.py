"""The table of faults has the names that docs/design.md promises."""

from __future__ import annotations

from fuzz.faults import FAULTS, MADE


def test_the_names_are_the_promised_ones() -> None:
    assert list(FAULTS) == [
        "malformed-json",
        "missing-parameter",
        "wrong-type",
        "invalid-value",
        "unknown-reference",
        "unknown-resource",
        "no-credentials",
        "bad-credentials",
        "rate-limited",
        # Of our own making; a document may promise something for these as well.
        "unsupported-method",
        "unsupported-media-type",
        "invalid-query",
        "valid",
    ]
    assert all(fault.name == name for name, fault in FAULTS.items())


def test_what_is_made_is_in_the_table() -> None:
    assert set(MADE) <= set(FAULTS)
