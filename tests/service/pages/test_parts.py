"""What the pages are made of: excerpts of a document, trends, examples."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import starmap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.service.pages import shop
from validator.contract import Contract
from validator.pointer import join, walk
from validator.service.catalogue import Catalogue
from validator.service.metrics import Metrics
from validator.service.pages.examples import examples, server_of
from validator.service.pages.excerpt import AROUND, MOST_CHARACTERS, MOST_LINES, excerpt
from validator.service.pages.trend import HEIGHT, LEFT, TOP, WIDTH, trend
from validator.service.store import Run

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("x" * 400),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(max_size=5), inner, max_size=30),
    max_leaves=60,
)


def places(value: Any, pointer: str = "") -> list[str]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [pointer, *(place for name, member in members for place in places(member, join(pointer, name)))]


class TestExcerpts:
    @pytest.mark.property
    @given(data=st.data(), root=st.dictionaries(st.text(max_size=5), VALUES, max_size=30))
    def test_show_every_place_within_bounds(self, data: st.DataObject, root: dict[str, Any]) -> None:
        pointer = data.draw(st.sampled_from(places(root)))
        found = excerpt(root, pointer)
        assert found is not None
        assert sum(line.is_marked for line in found.lines) == 1
        assert len(found.lines) <= MOST_LINES + 1 + 2 * AROUND + 4
        assert all("\n" not in line.text and len(line.text) <= 2 * MOST_CHARACTERS + 40 for line in found.lines)

    @pytest.mark.property
    @given(pointer=st.text(max_size=20) | st.just("/a/b/9") | st.just("/a/0/0"))
    def test_of_a_place_that_is_not_there_are_none(self, pointer: str) -> None:
        root = {"a": [1], "c": "text"}
        if pointer not in places(root):
            found = excerpt(root, pointer)
            assert found is None or walk(root, pointer.split("/")[1:]) is not None

    def test_fold_what_is_far(self) -> None:
        root = {"schema": {"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "string", "x": 1}}}}
        found = excerpt(root, "/schema/required")
        assert found is not None
        assert [line.text for line in found.lines] == [
            '"schema": {',
            '  "type": "object"',
            '  "required": ["a", "b"]',
            '  "properties": {…}',
            "}",
        ]
        assert [line.is_marked for line in found.lines] == [False, False, True, False, False]


def run(number: int, findings: int, seen: int, documented: int = 100) -> Run:
    covered = {"seen": seen, "documented": documented}
    return Run(
        number=number,
        id=f"{number:032x}",
        created_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number),
        label=None,
        source=None,
        commit=None,
        outcome="passed",
        contract=None,
        contract_title="Shop",
        contract_version="1",
        contract_sha256="0" * 64,
        summary={"findings": findings},
        coverage={"operations": covered, "responses": covered},
        digest=None,
    )


class TestTrends:
    @pytest.mark.property
    @given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 100)), min_size=2, max_size=60))
    def test_stay_inside_the_drawing(self, told: list[tuple[int, int]]) -> None:
        runs = [run(number, findings, seen) for number, (findings, seen) in enumerate(told)]
        drawn = trend(runs[::-1])
        assert drawn is not None
        assert [bar.findings for bar in drawn.bars] == [findings for findings, _ in told]
        for bar in drawn.bars:
            assert LEFT <= bar.x <= bar.x + bar.width <= WIDTH + 0.2
            assert TOP - 0.1 <= bar.y <= bar.y + bar.height <= HEIGHT + 0.2
            assert (bar.height > 0) == (bar.findings > 0)
        points = [tuple(map(float, point.split(","))) for point in drawn.operations.split()]
        assert len(points) == len(told)
        assert all(starmap(lambda x, y: LEFT <= x <= WIDTH and TOP <= y <= HEIGHT, points))

    def test_need_two_runs(self) -> None:
        assert trend([]) is None
        assert trend([run(1, 1, 1)]) is None

    def test_of_a_contract_without_operations_are_drawn(self) -> None:
        drawn = trend([run(1, 0, 0, 0), run(2, 0, 0, 0)])
        assert drawn is not None
        assert (drawn.most, drawn.last_operations) == (1, 0.0)


class TestExamples:
    def catalogue(self, document: dict[str, Any] | None) -> Catalogue:
        contract = Contract.load() if document is None else Contract.from_dict(document)
        return Catalogue(contract, None, Metrics())

    def test_of_the_picqer_contract_are_four(self) -> None:
        catalogue = self.catalogue(None)
        slugs = [example.slug for example in examples(catalogue, catalogue.default)]
        assert slugs == ["sound", "wrong-type", "undocumented-status", "unknown-code"]

    @pytest.mark.parametrize(
        "server", [[], [{"url": "/api"}], [{"url": "https://{a}.test", "variables": {"a": {"default": "x"}}}]]
    )
    def test_are_for_any_server(self, server: list[Any]) -> None:
        catalogue = self.catalogue({**shop.SHOP, "servers": server})
        assert len(examples(catalogue, catalogue.default)) == 4

    def test_of_a_document_without_examples_or_operations_are_none(self) -> None:
        bare = json.loads(json.dumps(shop.SHOP).replace('"example"', '"x-example"'))
        for document in (bare, {**shop.SHOP, "paths": {}}):
            catalogue = self.catalogue(document)
            assert examples(catalogue, catalogue.default) == ()
        assert server_of(catalogue.default.contract) == ""
