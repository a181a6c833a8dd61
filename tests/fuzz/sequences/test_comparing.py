"""What counts as lost, and what a server may do with a value."""

from __future__ import annotations

from typing import Any

import pytest

from fuzz.sequences.comparing import disturbed, lost, same

TEXT = "qqqqqqqqpq1x7"


@pytest.mark.parametrize(
    ("sent", "shown", "before", "echo"),
    [
        (TEXT, None, None, None),
        (TEXT, "", None, None),
        (TEXT, "old", "old", None),
        (TEXT, TEXT[:8], None, None),
        (TEXT, "other", None, TEXT),
        (5, 0, None, None),
        (5, 9, 9, None),
        (5, 9, 9, 5),
        (5.5, 5, 9, None),
        (0.5, 1, None, None),
        (0, 9, 9, None),
        (0, None, 9, None),
        (["a", "b"], ["a"], None, None),
        ("a & b", "a &amp; b", None, None),
        ("", "old", "old", None),
        ([], ["old"], ["old"], None),
        (True, False, None, None),
        (True, False, False, None),
        (False, True, True, None),
        ([{"a": 1}], [], None, None),
        ({"city": TEXT}, {"city": ""}, None, None),
        ({"city": TEXT}, {"city": "old"}, {"city": "old"}, None),
        ({"city": TEXT}, None, None, None),
        ("\u00e9\U0001f600" + TEXT, f"??{TEXT}", None, None),
        ("\u00e9\U0001f600" + TEXT, f"\u00c3\u00a9{TEXT}", None, None),
        ("\u00e9\U0001f600" + TEXT, TEXT, None, None),
    ],
)
def test_a_value_is_lost(sent: Any, shown: Any, before: Any, echo: Any) -> None:
    assert _lost(sent, shown, before, echo) == ["it"]


@pytest.mark.parametrize(
    ("sent", "shown", "before", "echo"),
    [
        (TEXT, TEXT, "old", TEXT),
        (TEXT, f"  {TEXT.upper()} ", "old", None),
        (TEXT, "another form", "old", None),
        ("\u00e9" + TEXT, f"e{TEXT}", None, None),
        ("\u00e9" + TEXT, f"e\u0301{TEXT}", None, None),
        (TEXT, 7, None, None),
        (5.25, 5.3, 9, None),
        ("", None, "old", None),
        (0, 0.0, 9, None),
        (5, "5.00", None, None),
        ("5", 5, None, None),
        (5, 500, None, None),
        (None, "old", "old", None),
        ("", None, None, None),
        (False, True, None, None),
        ([1], [1, 2], None, None),
        ([1, 1], [1], None, None),
        (["a", "b"], ["b", "a"], None, None),
        ({"city": TEXT}, {"city": TEXT.upper(), "more": 1}, None, None),
        ({"city": TEXT}, {"town": "x"}, None, None),
    ],
)
def test_a_value_may_come_back_in_another_form(sent: Any, shown: Any, before: Any, echo: Any) -> None:
    assert _lost(sent, shown, before, echo) == []


def _lost(sent: Any, shown: Any, before: Any, echo: Any) -> list[str]:
    return list(
        lost(
            {"it": sent},
            {"it": shown},
            None if before is None else {"it": before},
            None if echo is None else {"it": echo},
            {"it"},
        )
    )


def test_secrets_are_not_compared() -> None:
    assert list(lost({"api_secret": TEXT}, {"api_secret": None}, None, None, {"api_secret"})) == []


def test_a_member_that_is_shown_only_sometimes_is_lost_where_the_answer_to_the_writing_had_it() -> None:
    assert list(lost({"a": TEXT}, {}, None, {"a": TEXT}, {"a"})) == ["a"]
    assert list(lost({"a": TEXT}, {}, None, None, {"a"})) == []


def test_values_that_are_mixed_up_are_lost_unless_the_one_is_another_name_for_the_other() -> None:
    written = {"title": "qqqqqq1", "name": "qqqqqq2"}
    assert list(lost(written, {"title": "qqqqqq2", "name": "qqqqqq1"}, None, None, set())) == ["title", "name"]
    assert list(lost(written, {"title": "qqqqqq2"}, None, None, set())) == []


@pytest.mark.parametrize(
    ("before", "after", "partial", "expected"),
    [
        ("a", "b", True, ["other"]),
        ("a", None, True, ["other"]),
        ("a", None, False, []),
        ("a", "b", False, ["other"]),
        ("a", " A ", True, []),
        ("a", TEXT, True, []),
        ([1], [], True, ["other"]),
        ([1], None, True, ["other"]),
        ({"a": 1}, None, True, ["other"]),
        ([1], [], False, []),
        ([1, 2], [2], True, []),
        ({"a": 1}, {"a": 2}, True, []),
        (5, "b", True, []),
    ],
)
def test_a_member_that_nobody_wrote_stays_as_it_was(
    before: Any, after: Any, partial: bool, expected: list[str]
) -> None:
    found = disturbed({"it": TEXT}, {"it": TEXT, "other": after}, {"other": before}, ["it", "other"], partial=partial)
    assert list(found) == expected


def test_the_time_of_a_change_may_change() -> None:
    assert list(disturbed({}, {"updated_at": "2"}, {"updated_at": "1"}, ["updated_at"], partial=True)) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1.004, True),
        (1, 1.5, False),
        (1, 3, False),
        (True, 1, False),
        ("a  b", "A b", True),
        ("2026-05-20", "2026-05-20 00:00:00", True),
        ("2026-05-20", "2026-05-20T00:00:00Z", True),
        ("2026-05-20", "2026-05-21 00:00:00", False),
        ("2026-05-20", "2026-05-20 10:00:00", False),
        (None, "", True),
        (None, 0, False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": 9}, False),
        ([], [1], False),
    ],
)
def test_what_is_the_same(one: Any, other: Any, expected: bool) -> None:
    assert same(one, other) is expected
