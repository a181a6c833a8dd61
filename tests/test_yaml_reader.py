"""YAML with JSON's types, and no YAML that can hurt us."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validator.errors import DocumentError, Obstacle, RecordingError
from validator.yaml_reader import MAX_DEPTH, MAX_MERGED, read_yaml


def read(text: str | bytes, **wishes: Any) -> Any:
    data = text.encode() if isinstance(text, str) else text
    return read_yaml(data, place="file.yaml", **{"error": DocumentError, **wishes})


def refusal(text: str | bytes, **wishes: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        read(text, **wishes)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("y", "y"),
        ("12:30:45", "12:30:45"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("017", "017"),
        ("00", "00"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("-.Inf", "-.Inf"),
        (".nan", ".nan"),
        ("NaN", "NaN"),
        ("١٢", "١٢"),
        ("1.2.3", "1.2.3"),
        ("-", [None]),
        ("+", "+"),
        ("=", "="),
        ("true", True),
        ("False", False),
        ("tRUE", "tRUE"),
        ("null", None),
        ("~", None),
        ("", None),
        ("# only a comment", None),
        ("'null'", "null"),
        ('"1"', "1"),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("-1e3", -1000.0),
        ("1180591620717411303424", 2**70),
        ("!!str 1", "1"),
        ("! 1", "1"),
        ('!!int "1"', 1),
        ("!!map {a: !!seq [!!null '']}", {"a": [None]}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("&a a: 1\n*a : 2", {"a": 2}),
        ("{a, b}", {"a": None, "b": None}),
        ("%YAML 1.2\n---\na\n...", "a"),
        ("\ufeffa: 1", {"a": 1}),
    ],
)
def test_scalars_have_the_types_of_json(text: str, value: Any) -> None:
    assert json.dumps(read(text)) == json.dumps(value)


@pytest.mark.parametrize("name", ["200", "on", "null", "2024-01-01", "1.0", "0x1F", "~", "!!int 5", '"<<"'])
def test_names_of_members_are_the_text_that_stands_there(name: str) -> None:
    assert read(f"{name}: 1") == {name.removeprefix("!!int ").strip('"'): 1}


def test_utf_16_is_yaml_too() -> None:
    assert read("a: é".encode("utf-16")) == {"a": "é"}


@pytest.mark.parametrize("number", ["9" * 5_000, "-" + "9" * 100_000, "1e999", "-1e999", "9" * 400 + ".5"])
def test_a_number_that_cannot_be_kept_stays_a_string(number: str) -> None:
    assert read(f"a: {number}") == {"a": number}


def test_an_integer_of_four_thousand_digits_is_exact() -> None:
    assert read("9" * 4_000) == 10**4_000 - 1


def test_binary_is_bytes_where_it_is_allowed() -> None:
    assert read("!!binary |\n  AAEC\n  /w==", pyyaml=True) == b"\x00\x01\x02\xff"
    assert "!!binary" in refusal("!!binary AA==")
    assert refusal("a: !!binary A", pyyaml=True) == "file.yaml: line 1, column 4: expected base64 after !!binary"
    assert "base64" in refusal("!!binary 'é'", pyyaml=True)


@pytest.mark.parametrize("tag", ["!!python/unicode", "!!python/str"])
def test_strings_of_python_2_are_strings_where_pyyaml_wrote(tag: str) -> None:
    assert read(f"{tag} 12", pyyaml=True) == "12"
    assert tag in refusal(f"{tag} 12")
    assert tag in refusal(f"{tag} [12]", pyyaml=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &a {x: 1, y: 2}\nb: {<<: *a, x: 3}", {"x": 3, "y": 2}),
        ("a: &a {x: 1, y: 2}\nb: {x: 3, <<: *a}", {"x": 3, "y": 2}),
        ("a: &a {x: 1}\nb: {<<: [*a, {x: 2, y: 2}]}", {"x": 1, "y": 2}),
        ("b: {<<: {<<: {x: 1}, y: 2}}", {"x": 1, "y": 2}),
        ("b: {<<: []}", {}),
    ],
)
def test_merge_keys_give_way_to_what_stands_there(text: str, value: Any) -> None:
    assert read(text, unique_keys=True)["b"] == value


@pytest.mark.parametrize("text", ["<<: 1", "<<: [1]", "<<: [[{}]]", "<<: ~"])
def test_only_mappings_can_be_merged(text: str) -> None:
    assert "expected a mapping to merge" in refusal(text)


class TestDuplicates:
    TEXT = "a: 1\nb:\n  c: 1\n  'c': 2\n"

    def test_are_refused_where_asked_for(self) -> None:
        assert refusal(self.TEXT, unique_keys=True) == "file.yaml: line 4, column 3: the member c comes twice"

    def test_are_the_last_one_elsewhere(self) -> None:
        assert read(self.TEXT) == {"a": 1, "b": {"c": 2}}


@pytest.mark.parametrize("text", ["[" * 1_000_000, "{a: " * 1_000_000, "- " * 1_000_000, "? " * 1_000_000])
def test_a_million_levels_are_refused_at_once(text: str) -> None:
    """PyYAML's C loader dies of this; the Python loader raises RecursionError."""
    started = time.perf_counter()
    assert f"nested deeper than {MAX_DEPTH} levels" in refusal(text)
    assert time.perf_counter() - started < 2


def test_the_depth_is_the_callers_choice() -> None:
    assert read("[[[]]]", max_depth=3) == [[[]]]
    assert refusal("[[[]]]", max_depth=2) == "file.yaml: line 1, column 3: nested deeper than 2 levels"


def laughs(levels: int, line: str) -> str:
    """Each level holds the one before nine times."""
    first = "a0: &a0 {x0: 1}\n"
    return first + "".join(
        f"a{level}: &a{level} " + line.format(nine=", ".join([f"*a{level - 1}"] * 9), level=level) + "\n"
        for level in range(1, levels)
    )


@pytest.mark.parametrize("line", ["[{nine}]", "{{<<: [{nine}], x{level}: 1}}", "{{k: [{nine}], <<: *a0}}"])
def test_billions_of_laughs_are_refused_at_once(line: str) -> None:
    started = time.perf_counter()
    assert "expected at most" in refusal(laughs(12, line))
    assert time.perf_counter() - started < 5


def test_aliases_count_for_what_they_stand_for() -> None:
    text = "[&a [1, 2], *a, *a]"  # 1 + 3 * 3
    assert read(text, max_nodes=10) == [[1, 2]] * 3
    assert "expected at most 9 values, aliases counted for what they stand for, got more" in refusal(text, max_nodes=9)


def test_a_long_string_repeated_counts_for_its_length() -> None:
    text = f"[&a {'x' * 64_000}, " + "*a, " * 99 + "]"  # 100 times 1,001, and 1 for the sequence
    assert len(read(text, max_nodes=100_101)) == 100
    assert "expected at most 100,100 values" in refusal(text, max_nodes=100_100)


def test_copies_made_by_merge_keys_are_bounded() -> None:
    members = ", ".join(f"m{number}: 1" for number in range(1_000))
    text = f"a: &a {{{members}}}\nb:\n" + "- <<: *a\n" * (MAX_MERGED // 1_000 + 1)
    assert "members merged (<<), got more" in refusal(text)


@pytest.mark.parametrize("text", ["&a [*a]", "&a {b: *a}", "&a {<<: *a}", "&a [{b: [*a]}]", "&a {? *a : 1}"])
def test_what_holds_itself_is_refused(text: str) -> None:
    assert "stands inside what it stands for" in refusal(text)


def test_an_inner_anchor_of_the_same_name_hides_the_outer() -> None:
    assert read("&a [&a 1, *a]") == [1, 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("*a", "the alias *a stands for nothing"),
        ("[*a, &a 1]", "the alias *a stands for nothing"),
        ("!!python/object:os.system [x]", "expected plain YAML, got the tag !!python/object:os.system"),
        ("!!python/object/apply:os.system [x]", "got the tag !!python/object/apply:os.system"),
        ("a: !!python/unicode x", "line 1, column 4: expected plain YAML, got the tag !!python/unicode"),
        ("!!set {a}", "got the tag !!set"),
        ("!!timestamp 2024-01-01", "got the tag !!timestamp"),
        ("!mine {}", "got the tag !mine"),
        ("!" + "x" * 500 + " a", "x…"),
        ("[a]: 1", "line 1, column 3: expected the name of a member, got a value that is no word"),
        ("? {a: 1}\n: 1", "got a value that is no word"),
        ("a: 1\n--- \nb: 2", "expected one YAML document, got a second (---)"),
        ("a: [1", "line 2, column 1: not YAML: did not find expected ',' or ']'"),
        ("a: b: c", "line 1, column 5: not YAML: mapping values are not allowed in this context"),
        ("\t- a", "line 1, column 1: not YAML"),
        ('"\\ud800"', "not YAML: found invalid Unicode character escape code"),
        (b"a: \xff", "file.yaml: not YAML: "),
        (b"a: \x00", "file.yaml: not YAML: "),
        (b"\xff\xfea", "file.yaml: not YAML: "),
    ],
)
def test_a_refusal_says_what_and_where(text: str | bytes, said: str) -> None:
    assert said in refusal(text)


def test_the_obstacle_is_the_callers_choice() -> None:
    with pytest.raises(RecordingError, match=r"^file.yaml: line 1, column 2: "):
        read("[*a]", error=RecordingError)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"], exclude_characters="\ufeff"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(TEXT, children, max_size=4),
    max_leaves=20,
)


@pytest.mark.property
class TestJson:
    """YAML 1.2, section 1.2: "every JSON file is also a valid YAML file"."""

    @given(JSON, st.sampled_from([None, 1]))
    @settings(max_examples=200)
    def test_is_read_as_json_reads_it(self, value: Any, indent: int | None) -> None:
        text = json.dumps(value, ensure_ascii=False, indent=indent)
        assert json.dumps(read(text, unique_keys=True)) == json.dumps(value)


@pytest.mark.property
class TestAnyInput:
    @given(
        st.binary(max_size=60)
        | st.lists(
            st.sampled_from(
                re.findall(r"\S+|\s", "a 1 - ? : , [ ] { } &a *a !!str !!binary !x | > ' \" # % --- ... << ~ \n \t")
            ),
            max_size=30,
        ).map(lambda parts: " ".join(parts).encode())
        | st.lists(st.sampled_from("a1-?:,[]{}&*!|>'\"#%@`~<\n "), max_size=40).map(
            lambda parts: "".join(parts).encode()
        )
    )
    @settings(max_examples=500)
    def test_gives_a_value_or_an_obstacle_with_a_reason(self, data: bytes) -> None:
        met = None
        try:
            read(data, pyyaml=True)
        except Obstacle as obstacle:
            met = obstacle
        assert met is None or (met.reason and met.place.startswith("file.yaml"))
