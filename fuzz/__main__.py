"""`python -m fuzz` is `picqer-fuzz`."""

from __future__ import annotations

from fuzz.cli import entry_point

if __name__ == "__main__":
    entry_point()
