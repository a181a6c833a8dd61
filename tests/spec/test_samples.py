"""Answers and deliveries in the form that is known from pages, clients and recordings; the values are invented.

`samples.ndjson` holds one of each form. A schema that refuses one of them is stricter than the API.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from validator.contract import Contract
from validator.judges import JUDGES, make_judge
from validator.recordings import read_recording

if TYPE_CHECKING:
    from validator.exchange import Exchange

CONTRACT: Final = Contract.load()
SAMPLES: Final = tuple(read_recording(Path(__file__).with_name("samples.ndjson")))
JUDGE: Final = {name: make_judge(CONTRACT, name, strict=True) for name in JUDGES}


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.index} {one.request.method} {one.request.url[-40:]}")
def test_a_sample_is_valid_and_has_no_undocumented_member(sample: Exchange, judge: str) -> None:
    verdict = JUDGE[judge](sample)
    assert verdict.valid, verdict.skipped or verdict.findings


def test_the_samples_are_of_many_operations_and_of_deliveries() -> None:
    judged = {JUDGE["compiled"](sample).operation for sample in SAMPLES}
    assert len(judged & {operation.id for operation in CONTRACT.operations}) > 130
    assert len(judged & {webhook.id for webhook in CONTRACT.webhooks}) == 10
