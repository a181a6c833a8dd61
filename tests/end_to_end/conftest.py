"""What the service answers in these tests is judged at their end by its own contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.witness import watch_clients

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def own_answers() -> Iterator[None]:
    with watch_clients():
        yield
