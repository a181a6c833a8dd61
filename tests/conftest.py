"""How Hypothesis searches in the tests: with patience, and in CI with the same choices each time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "tests",
    deadline=None,
    # Documents and schemas are slow to draw on a busy machine; what is drawn is used.
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("tests")
