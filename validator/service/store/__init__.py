"""The store: runs and contracts in a database. All SQL of the project is in this folder.

database    one database: transactions, its single writer where it is SQLite, and failures as obstacles
schema      the tables; migrations/ and upgrade bring a database up to them
values      what these take and give
runs        runs: kept, listed, read back, grouped
contracts   contracts by name, every version kept
tokens      who may use the service, by the hashes of tokens
"""

from __future__ import annotations

import logging
from typing import Final

from validator.errors import StoreError
from validator.service.store.contracts import Contracts, Named, Version
from validator.service.store.database import Database, other_version
from validator.service.store.runs import Runs
from validator.service.store.tokens import Token, Tokens
from validator.service.store.upgrade import is_current, upgrade
from validator.service.store.values import OUTCOMES, Cause, Filters, Keep, NewRun, Run, Seen

__all__ = [
    "OUTCOMES",
    "Cause",
    "Contracts",
    "Filters",
    "Keep",
    "Named",
    "NewRun",
    "Run",
    "Seen",
    "Store",
    "Token",
    "Tokens",
    "Version",
    "upgrade",
]

_log: Final = logging.getLogger(__name__)


class Store:
    """What the service keeps. Safe to share between threads; before a process is forked, it is to be closed.

    `keep` says how long runs are kept. Raises StoreError where the address is none.
    """

    def __init__(self, address: str, *, keep: Keep | None = None) -> None:
        self.database: Final = Database(address)
        self.runs: Final = Runs(self.database)
        self.contracts: Final = Contracts(self.database)
        self.tokens: Final = Tokens(self.database)
        self._keep: Final = keep or Keep()

    def start(self) -> None:
        """Make sure that the tables are there: a SQLite file is made and brought up to this version by the way.

        Raises StoreError where they are not. With PostgreSQL, whose tables may be shared, that is the operator's to
        decide; a server that is down may come up later, and is only mentioned.
        """
        try:
            self.database.prepare()
            self.database.warn()
            if self.database.is_sqlite:
                upgrade(self.database)
            elif self._is_up():
                self.check()
            self._prune()
        finally:
            self.database.close()

    def add_run(self, new: NewRun) -> tuple[Run, bool]:
        """Store a run: the run, and whether it is new (see Runs.add). Then let go of those that are too old."""
        added = self.runs.add(new)
        self._prune()
        return added

    def check(self) -> None:
        """Raise StoreError where the database is down, or has not the tables of this version."""
        if not is_current(self.database):
            raise other_version(self.database)

    def _is_up(self) -> bool:
        """Whether the database can be reached; where not, the log says so."""
        try:
            self.database.read(lambda _: None)
        except StoreError as obstacle:
            _log.warning("%s; until then no runs are stored", obstacle)
            return False
        return True

    def _prune(self) -> None:
        """Let go of runs; where that fails the run that was stored is stored all the same."""
        if self._keep == Keep():
            return
        try:
            self.runs.prune(self._keep)
        except StoreError as obstacle:
            _log.warning("old runs were not deleted: %s", obstacle)
