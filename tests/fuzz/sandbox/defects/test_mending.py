"""Mends: what each makes of a broken text, and that none fails on any text."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.sandbox import DEFECTS
from fuzz.sandbox.defects import mending
from fuzz.sandbox.json_reader import NotJson
from fuzz.sandbox.resources import OPERATIONS

PUT_TAG = next(operation for operation in OPERATIONS if operation.name == "PUT /tags/<idtag>")

MENDED = [
    (mending.cut_short, '{"a": [1, {"b', {"a": [1, {}]}),
    (mending.cut_short, '{"a": 1, "b": tr', {"a": 1}),
    (mending.cut_short, '{"a": "x', {}),
    (mending.cut_short, "[1, 2", [1, 2]),
    (mending.missing_commas, '{"a": [1 "2" {}] "b": true}', {"a": [1, "2", {}], "b": True}),
    (mending.missing_colons, '{"a" {"b" [1, "c"]}}', {"a": {"b": [1, "c"]}}),
    (mending.unclosed_brackets, '{"a": [1}]', {"a": [1]}),
    (mending.unclosed_brackets, '{"a": [1, 2}', {"a": [1, 2]}),
    (mending.unclosed_brackets, "[[1, 2]", [[1, 2]]),
    (mending.doubled_quotes, '{""a"": "", "b": ""c""}', {"a": "", "b": "c"}),
    (mending.doubled_brackets, ' {{"a": {"b": 1}}} ', {"a": {"b": 1}}),
    (mending.doubled_brackets, '{{"a": 1}', {"a": 1}),
    (mending.single_quoted, """{'a': "it's", 'b"': 1}""", {"a": "it's", 'b"': 1}),
    (mending.surplus_closers, "[1] ]}", [1]),
    (mending.first_value, ' {"a": 1} {"b"', {"a": 1}),
    (mending.from_first_bracket, "while (1) {}", {}),
    (mending.without_bom, "\ufeff[1]", [1]),
]


@pytest.mark.parametrize(("mend", "text", "value"), MENDED)
def test_a_mend_makes_good_one_breakage(mend, text, value):
    with pytest.raises(ValueError):
        json.loads(text)
    assert json.loads(mend(text)) == value


@pytest.mark.parametrize(
    ("mend", "text"),
    [
        (mending.cut_short, ""),
        (mending.surplus_closers, "{} x"),
        (mending.first_value, "x"),
        (mending.first_value, "[" * 100_000),
        (mending.from_first_bracket, "x"),
    ],
)
def test_what_is_broken_otherwise_stays_broken(mend, text):
    with pytest.raises(NotJson):
        mend(text)


@pytest.mark.property
@settings(max_examples=300, deadline=None)
@given(
    defect=st.sampled_from([defect for defect in DEFECTS.values() if defect.fault == "malformed-json"]),
    raw=st.binary(max_size=40)
    | st.text(st.sampled_from("{}[]\"':,\\/*#1-+0eE.u \nNaNtrue\ufeff"), max_size=25).map(str.encode),
)
def test_no_body_makes_a_defective_reader_fail(defect, raw):
    try:
        defect.sew().read(PUT_TAG, raw)
    except NotJson:
        return
