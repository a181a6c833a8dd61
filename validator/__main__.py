"""`python -m validator` is `picqer-contract`."""

from __future__ import annotations

from validator.cli import entry_point

if __name__ == "__main__":
    entry_point()
