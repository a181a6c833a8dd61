"""What holds for all tests: how Hypothesis searches, and that nothing is written into the user's home."""

from __future__ import annotations

import atexit
import os
import tempfile

from hypothesis import HealthCheck, settings

if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker has its parent's
    _caches = tempfile.TemporaryDirectory()
    atexit.register(_caches.cleanup)
    os.environ["XDG_CACHE_HOME"] = os.environ["XDG_DATA_HOME"] = _caches.name
    os.environ.pop("DATABASE_URL", None)

# With patience, and in CI with the same choices each time.
settings.register_profile(
    "tests",
    deadline=None,
    # Documents and schemas are slow to draw on a busy machine; what is drawn is used.
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("tests")
