"""A database, and what goes wrong with one: transactions in and out, every failure an obstacle.

SQLite has one writer at a time, whatever the number of threads and processes: besides its own locks each write holds a
lock of ours. That is for SQLite before 3.51.3, where several connections that write and checkpoint may corrupt a
database in WAL mode. Who only reads never checkpoints, so that every checkpoint is made by the holder of the lock, too.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

from sqlalchemy import create_engine, event, exc, make_url

from validator.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import URL, Connection, Engine

PATIENCE: Final = 10.0
"""Seconds to wait for whoever writes, or for a connection."""

POOL: Final = 8
"""Connections that a process keeps: one for each of its threads."""

ENVIRONMENT: Final = "DATABASE_URL"

_FIRST_SAFE_SQLITE: Final = (3, 51, 3)
_POLL: Final = 0.005
_AGAIN: Final = 3
_PASSING: Final = frozenset({"40001", "40P01", "23503"})
"""What PostgreSQL says where two transactions came into each other's way: tried again, it goes well."""

_SQLITE_FULL: Final = frozenset({sqlite3.SQLITE_FULL})
_SQLITE_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNDEFINED_TABLE: Final = "42P01"
_DISK_FULL: Final = "53100"

_log: Final = logging.getLogger(__name__)

Value = TypeVar("Value")


def default_url(environment: Mapping[str, str]) -> str:
    """The embedded default: a file in the user's folder for data."""
    home = environment.get("XDG_DATA_HOME") or "~/.local/share"
    return f"sqlite:///{Path(home).expanduser() / 'picqer-contract' / 'runs.db'}"


class Database:
    """One database, by its address: `sqlite:///FILE` or `postgresql://...`.

    Nothing is opened before it is asked for. Raises StoreError, here for an address that is none of ours, later where
    the database is down, full or of another version.
    """

    def __init__(self, address: str) -> None:
        self._url: Final = _read(address)
        self.is_sqlite: Final = self._url.get_backend_name() == "sqlite"
        self._lock: Final = _WriterLock(f"{self._url.database}.lock") if self.is_sqlite else contextlib.nullcontext()
        self._engine: Final = _sqlite(self._url) if self.is_sqlite else _postgresql(self._url)

    @property
    def name(self) -> str:
        """The address as it was given, and may be shown: without the password."""
        return self._url.set(drivername=self._url.get_backend_name()).render_as_string(hide_password=True)

    def read(self, work: Callable[[Connection], Value]) -> Value:
        """What `work` reads, in one transaction."""
        with self._told(), self._engine.connect() as connection:
            return work(connection)

    def write(self, work: Callable[[Connection], Value]) -> Value:
        """What `work` gives, once all that it wrote is safely kept: all of it, or nothing."""
        for attempt in range(_AGAIN):
            try:
                return self._write(work)
            except exc.DBAPIError as error:
                if _sqlstate(error) not in _PASSING:
                    raise
                _log.info("%s: attempt %d: %s", self.name, attempt + 1, type(error).__name__)
        raise self._obstacle(_BUSY)

    def _write(self, work: Callable[[Connection], Value]) -> Value:
        with self._told(), self._lock, self._engine.connect() as connection:
            connection.execution_options(begin="BEGIN IMMEDIATE")  # before the first read, which could not become one
            with connection.begin():
                return work(connection)

    def prepare(self) -> None:
        """Make the file that SQLite keeps, for nobody else to read; it is never made again by the way."""
        if not self.is_sqlite or self._url.database is None:
            return
        file = Path(self._url.database)
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            reason = f"the file of the database cannot be opened: {error.strerror}"
            raise StoreError(reason, place=str(file), mend="give another --database") from None

    def warn(self) -> None:
        """Tell the log of what the operator should know."""
        if self.is_sqlite and sqlite3.sqlite_version_info < _FIRST_SAFE_SQLITE:
            _log.warning(
                "SQLite %s can corrupt a database that several write to at once; here one writes at a time. Let no"
                " other program write to %s",
                sqlite3.sqlite_version,
                self._url.database,
            )

    def close(self) -> None:
        """Close all connections: a process that is forked must not inherit one."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong, as an obstacle, without the texts of the driver: these may name hosts and users."""
        try:
            yield
        except (exc.IntegrityError, exc.DataError):
            raise
        except exc.TimeoutError:
            raise self._obstacle(_BUSY) from None
        except exc.DBAPIError as error:
            if _sqlstate(error) in _PASSING:
                raise
            told = _reason(error)
            if told is None:
                raise
            _log.error("%s: %s: %s", self.name, type(error).__name__, error.orig)
            raise self._obstacle(told) from None
        except OSError as error:
            _log.error("%s: %s", self.name, error)
            raise self._obstacle(f"the database cannot be opened: {error.strerror}") from None

    def _obstacle(self, reason: str) -> StoreError:
        mend = _UPGRADE if reason == _NO_TABLES else "see that the database runs and has room, then try again"
        return StoreError(reason, place=self.name, mend=mend)


_BUSY: Final = "the database is busy"
_NO_TABLES: Final = "the database has not the tables of this version"
_UPGRADE: Final = "run `picqer-contract db upgrade` with the same --database"


def other_version(database: Database) -> StoreError:
    """That the database has other tables than this version needs."""
    return StoreError(_NO_TABLES, place=database.name, mend=_UPGRADE)


def _read(address: str) -> URL:
    try:
        url = make_url(address)
        backend = url.get_backend_name()
    except (exc.ArgumentError, ValueError):
        raise _no_address() from None
    if backend in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:" and not url.query and not url.host:
        return url.set(database=str(Path(url.database).absolute()))
    raise _no_address()


def _no_address() -> StoreError:
    """Not with the address in it: it may hold a password."""
    return StoreError(
        "expected the address of a database",
        place="--database",
        mend="give sqlite:///FILE, sqlite:////ABSOLUTE/FILE or postgresql://USER@HOST/NAME",
    )


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url,
        pool_size=POOL,
        max_overflow=0,
        pool_timeout=PATIENCE,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            "application_name": "picqer-contract",
            "options": "-c statement_timeout=60s",
            "tcp_user_timeout": 15_000,  # milliseconds: a network that swallows everything is a server that is down
        },
    )


def _sqlite(url: URL) -> Engine:
    path = str(url.database)
    engine = create_engine(
        f"sqlite:///file:{quote(path)}?mode=rw&uri=true",  # never made by the way: see `prepare`
        pool_size=POOL,
        max_overflow=0,
        pool_timeout=PATIENCE,
        connect_args={"timeout": PATIENCE, "isolation_level": None, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, record: Any) -> None:
        record.info["file"] = _identity(path)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "journal_size_limit=67108864"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "checkout")
    def checked_out(_: Any, record: Any, __: Any) -> None:
        if record.info.get("file") != _identity(path):
            # The file is another, or gone: what were written to the old one would be lost.
            raise exc.DisconnectionError

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - what counts is speed
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _sqlstate(error: exc.DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _reason(error: exc.DBAPIError) -> str | None:
    """Why the database did not do it; None where we asked for the wrong thing."""
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    state = _sqlstate(error)
    if state == _UNDEFINED_TABLE or "no such table" in str(error.orig):
        return _NO_TABLES
    if isinstance(error, exc.ProgrammingError):
        return None
    if code in _SQLITE_FULL or state == _DISK_FULL:
        return "the disk of the database is full"
    if code in _SQLITE_BUSY:
        return _BUSY
    return "the database cannot be reached, or does not work"


class _WriterLock:
    """Held by who writes to a SQLite database: one thread of one process."""

    def __init__(self, path: str) -> None:
        self._path: Final = path
        self._threads: Final = threading.Lock()
        self._file = -1

    def __enter__(self) -> None:
        until = time.monotonic() + PATIENCE
        if not self._threads.acquire(timeout=PATIENCE):
            raise _busy()
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                self._wait(until)
            except BaseException:
                os.close(self._file)
                raise
        except BaseException:
            self._threads.release()
            raise

    def _wait(self, until: float) -> None:
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise _busy() from None
                time.sleep(_POLL)
            else:
                return

    def __exit__(self, *_: object) -> None:
        os.close(self._file)  # and with it goes the lock
        self._threads.release()


def _busy() -> exc.TimeoutError:
    return exc.TimeoutError("somebody else writes")
