"""The store itself: what it keeps and lets go of, what it says when it cannot, and one writer at a time."""

from __future__ import annotations

import logging
import shutil
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, update

from validator.errors import StoreError
from validator.exchange import Exchange, Headers, Request, Response
from validator.judges import make_judge
from validator.reports import Tally
from validator.service import create_app
from validator.service.store import Filters, Keep, NewRun, Run, Store, database, schema, upgrade

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.databases import PostgreSql
    from validator.contract import Contract
    from validator.reports import Report

EVERY = Filters()


@pytest.fixture(scope="module")
def report(shop: Contract) -> Callable[..., Report]:
    """Makes a report on answers: (status, body), ..."""
    judge = make_judge(shop)

    def make(*answers: tuple[int, bytes]) -> Report:
        tally = Tally(shop)
        for index, (status, body) in enumerate(answers or [(200, b"[]")]):
            answer = Response(status=status, headers=Headers({"content-type": "application/json"}), body=body)
            asked = Request(method="GET", url="https://shop.test/api/items")
            tally.add(judge(Exchange(request=asked, response=answer, source="s", index=index)))
        return tally.report(seconds=0.5)

    return make


@pytest.fixture
def add(shop: Contract, store: Store, report: Callable[..., Report]) -> Callable[..., Run]:
    """Stores a run."""

    def make(*answers: tuple[int, bytes], **known: Any) -> Run:
        return store.add_run(NewRun(report=report(*answers), contract="default", document=shop.document, **known))[0]

    return make


WRONG = (200, b'[{"id": "x"}]')
MISSING = (404, b'{"error": true, "error_code": 2, "error_message": "none"}')
UNDOCUMENTED = (404, b'{"error": true, "error_code": 9, "error_message": "none"}')


class TestGrouping:
    def test_findings_are_told_by_cause_over_all_runs(self, store: Store, add: Callable[..., Run]) -> None:
        add(WRONG, WRONG)
        last = add(WRONG, (500, b""))
        add()
        causes = store.runs.causes(EVERY, limit=10)
        assert {(cause.rule, cause.times, cause.runs) for cause in causes} == {
            ("schema-violation", 3, 2),
            ("undocumented-status", 1, 1),
        }
        assert {cause.last_seen for cause in causes} == {last.created_at}
        assert {cause.operation for cause in causes} == {"listItems"}
        assert len(store.runs.causes(EVERY, limit=1)) == 1

    def test_codes_and_answers_are_told_with_when_they_were_last_seen(
        self, store: Store, add: Callable[..., Run]
    ) -> None:
        first = add(MISSING, label="a")
        last = add(MISSING, UNDOCUMENTED, (418, b""), label="b")
        codes = {(seen.code, seen.documented): seen for seen in store.runs.codes(EVERY)}
        assert {key: seen.times for key, seen in codes.items()} == {("2", True): 2, ("9", False): 1}
        assert codes["2", True].last_seen == last.created_at
        assert [seen.last_seen for seen in store.runs.codes(Filters(label="a"))] == [first.created_at]
        answers = {(seen.operation, seen.status, seen.documented): seen.times for seen in store.runs.answers(EVERY)}
        assert answers == {("listItems", "404", True): 3, ("listItems", "418", False): 1}

    def test_labels_are_told_once_each(self, store: Store, add: Callable[..., Run]) -> None:
        for label in ("b", "a", None, "b"):
            add(label=label)
        assert store.runs.labels() == ["a", "b"]

    def test_what_a_run_found_goes_with_it(self, store: Store, add: Callable[..., Run]) -> None:
        run = add(WRONG, MISSING)
        store.runs.delete(run.id)
        assert (store.runs.causes(EVERY, limit=9), store.runs.codes(EVERY), store.runs.answers(EVERY)) == ([], [], [])


class TestKeeping:
    def test_only_so_many_runs(self, store: Store, add: Callable[..., Run]) -> None:
        made = [add().id for _ in range(5)]
        assert store.runs.prune(Keep(runs=2)) == 3
        assert [run.id for run in store.runs.page(EVERY, limit=9)] == made[:2:-1]
        assert store.runs.prune(Keep(runs=2)) == 0

    def test_only_so_many_days(self, store: Store, add: Callable[..., Run]) -> None:
        old, young = add(), add()
        long_ago = datetime.now(UTC) - timedelta(days=8)
        store.database.write(
            lambda connection: connection.execute(
                update(schema.runs).where(schema.runs.c.id == old.id).values(created_at=long_ago)
            )
        )
        assert store.runs.prune(Keep(days=9)) == 0
        assert store.runs.prune(Keep(days=7)) == 1
        assert [run.id for run in store.runs.page(EVERY, limit=9)] == [young.id]

    def test_applied_as_runs_come(self, shop: Contract, store: Store, report: Callable[..., Report]) -> None:
        keeping = Store(address(store), keep=Keep(runs=2))
        for _ in range(4):
            keeping.add_run(NewRun(report=report(), contract="default", document=shop.document))
        assert len(store.runs.page(EVERY, limit=9)) == 2
        keeping.database.close()

    def test_the_number_of_a_run_is_never_given_again(self, store: Store, add: Callable[..., Run]) -> None:
        """A cursor stays where it is."""
        first = add()
        store.runs.delete(first.id)
        assert add().number > first.number

    def test_a_document_stays_as_long_as_a_run_needs_it(self, store: Store, add: Callable[..., Run]) -> None:
        run = add()
        assert store.contracts.document(run.contract_sha256) is not None
        store.runs.prune(Keep(runs=0))
        assert store.contracts.document(run.contract_sha256) is None

    def test_a_run_that_cannot_be_stored_leaves_nothing(
        self, store: Store, add: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("validator.service.store.runs._codes", fail)
        with pytest.raises(ZeroDivisionError):
            add(WRONG, MISSING)
        assert store.runs.page(EVERY, limit=9) == []
        assert store.runs.causes(EVERY, limit=9) == []


class TestAddresses:
    @pytest.mark.parametrize(
        "given",
        [
            "",
            "runs.db",
            "sqlite://",
            "sqlite:///:memory:",
            "sqlite:///a?mode=ro",
            "mysql://a:hunter2@b/c",
            "://",
            "sqlite://h/a",
        ],
    )
    def test_that_are_none_are_refused_without_their_password(self, given: str) -> None:
        with pytest.raises(StoreError) as caught:
            Store(given)
        assert "hunter2" not in str(caught.value)

    def test_a_password_is_not_shown(self) -> None:
        assert "hunter2" not in Store("postgresql://me:hunter2@db.test/runs").database.name

    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
    def test_postgresql_has_several_names(self, scheme: str) -> None:
        assert Store(f"{scheme}://me@db.test/runs").database.name == "postgresql://me@db.test/runs"

    def test_the_default_is_in_the_folder_for_data(self) -> None:
        assert database.default_url({"XDG_DATA_HOME": "/d"}) == "sqlite:////d/picqer-contract/runs.db"
        home = Path.home()
        assert database.default_url({}) == f"sqlite:///{home}/.local/share/picqer-contract/runs.db"

    def test_a_file_is_for_its_owner_only(self, tmp_path: Path) -> None:
        store = Store(f"sqlite:///{tmp_path}/new/runs%20?.db".replace("?", "ü"))
        store.start()
        (file,) = (tmp_path / "new").glob("*.db")
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700

    def test_a_file_that_cannot_be_is_an_obstacle(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StoreError, match="cannot be opened"):
            Store(f"sqlite:///{tmp_path}/file/runs.db").start()
        with pytest.raises(StoreError, match="cannot be opened"):
            Store(f"sqlite:///{tmp_path}").start()

    def test_a_file_that_is_no_database_is_an_obstacle(self, tmp_path: Path) -> None:
        (tmp_path / "runs.db").write_bytes(b"no database" * 1000)
        with pytest.raises(StoreError, match="does not work"):
            Store(f"sqlite:///{tmp_path}/runs.db").start()


def address(store: Store) -> str:
    return store.database._url.render_as_string(hide_password=False)


class TestSQLite:
    def test_writes_ahead_and_waits_for_the_disk(self, sqlite_url: str) -> None:
        store = Store(sqlite_url)
        store.start()
        told = store.database.read(
            lambda connection: [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
        )
        assert told == ["wal", 2, 1, 10_000]
        store.database.close()

    def test_an_older_version_is_warned_of(
        self, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        for version, warned in (((3, 51, 2), True), ((3, 51, 3), False)):
            caplog.clear()
            monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
            with caplog.at_level(logging.WARNING):
                Store(sqlite_url).start()
            assert ("can corrupt a database" in caplog.text) is warned

    def test_threads_and_processes_write_one_at_a_time(self, sqlite_url: str) -> None:
        """Each reads a number and writes the next one: none is lost, and nobody is told that the database is busy."""
        store = Store(sqlite_url)
        store.start()
        code = (
            "import sys, threading; from validator.service.store import Store\n"
            "store = Store(sys.argv[1])\n"
            "def work(c):\n"
            "    n = c.exec_driver_sql('SELECT coalesce(max(n), 0) FROM numbers').scalar()\n"
            "    c.exec_driver_sql('INSERT INTO numbers VALUES (?)', (n + 1,))\n"
            "def many():\n"
            "    for _ in range(10): store.database.write(work)\n"
            "ts = [threading.Thread(target=many) for _ in range(4)]\n"
            "[t.start() for t in ts]; [t.join() for t in ts]; store.database.close()\n"
        )
        store.database.write(
            lambda connection: connection.exec_driver_sql("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
        )
        running = [
            subprocess.Popen([sys.executable, "-c", code, sqlite_url], stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        assert [(process.communicate(timeout=60)[1], process.returncode) for process in running] == [("", 0)] * 2
        count = store.database.read(
            lambda connection: connection.exec_driver_sql("SELECT max(n) FROM numbers").scalar()
        )
        assert count == 80
        store.database.close()

    def test_who_waits_too_long_is_told(self, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(database, "PATIENCE", 0.05)
        store, other = Store(sqlite_url), Store(sqlite_url)
        store.start()
        writing, done = threading.Event(), threading.Event()

        def hold(_: Any) -> None:
            writing.set()
            done.wait(10)

        thread = threading.Thread(target=lambda: store.database.write(hold))
        thread.start()
        writing.wait(10)
        for waiting in (store, other):
            with pytest.raises(StoreError, match="busy"):
                waiting.database.write(lambda _: None)
        assert other.runs.page(EVERY, limit=1) == []  # who reads does not wait
        done.set()
        thread.join()
        other.database.write(lambda _: None)
        store.database.close()
        other.database.close()


class Trouble:
    """A service whose database has trouble, and gets over it."""

    def __init__(self, shop: Contract, store: Store, exchange: dict[str, Any]) -> None:
        self.client = create_app(shop, store=store).test_client()
        self.exchange = exchange

    def post(self) -> tuple[int, str]:
        """Status, and the id or the detail."""
        response = self.client.post("/v1/runs", json=self.exchange)
        told = response.get_json(force=True)
        if response.status_code == 503:
            assert response.headers["Retry-After"] == "5"
            assert told["type"] == "/problems/store-unavailable"
            assert self.client.post("/v1/validate", json=self.exchange).status_code == 200
        return response.status_code, told.get("id") or told["detail"]

    def kept(self) -> set[str]:
        return {run["id"] for run in self.client.get("/v1/runs").get_json()["runs"]}


class TestTrouble:
    """The service says 503 as long as it lasts, and goes on after it without being started again."""

    def test_a_full_disk(self, shop: Contract, sqlite_url: str, exchange: Any) -> None:
        store = Store(sqlite_url)
        store.start()
        service = Trouble(shop, store, exchange())
        status, first = service.post()
        assert status == 201
        pages: list[int] = []

        @event.listens_for(store.database._engine, "checkout")
        def limit(connection: sqlite3.Connection, *_: object) -> None:
            connection.execute(f"PRAGMA max_page_count={pages[0] if pages else 2**30}").close()

        pages.append(1)  # no more than there are
        seen = [service.post() for _ in range(60)]
        assert seen[-1] == (503, "the disk of the database is full")
        pages.clear()
        status, last = service.post()
        assert status == 201
        assert service.kept() == {first, last, *(told for status, told in seen if status == 201)}
        store.database.close()

    def test_a_file_that_is_moved_away_and_back(
        self, shop: Contract, sqlite_url: str, tmp_path: Path, exchange: Any
    ) -> None:
        store = Store(sqlite_url)
        store.start()
        service = Trouble(shop, store, exchange())
        status, first = service.post()
        assert status == 201
        files = list(tmp_path.glob("runs.db*"))
        (tmp_path / "away").mkdir()
        for file in files:
            shutil.move(file, tmp_path / "away" / file.name)
        assert service.post()[0] == 503
        assert not (tmp_path / "runs.db").exists()  # a new one would be empty
        for file in files:
            shutil.move(tmp_path / "away" / file.name, file)
        status, last = service.post()
        assert (status, service.kept()) == (201, {first, last})
        store.database.close()

    def test_a_server_that_is_down(
        self, shop: Contract, postgresql_server: PostgreSql, postgresql_url: str, exchange: Any
    ) -> None:
        store = Store(postgresql_url)
        upgrade(store.database)
        service = Trouble(shop, store, exchange())
        status, first = service.post()
        postgresql_server.stop()
        try:
            assert service.post() == (503, "the database cannot be reached, or does not work")
        finally:
            postgresql_server.start()
        status, last = service.post()
        assert (status, service.kept()) == (201, {first, last})
        store.database.close()

    def test_a_server_without_the_tables(self, shop: Contract, postgresql_url: str, exchange: Any) -> None:
        store = Store(postgresql_url)
        with pytest.raises(StoreError, match="picqer-contract db upgrade"):
            store.start()
        service = Trouble(shop, store, exchange())
        assert service.post() == (503, "the database has not the tables of this version")
        upgrade(store.database)
        assert service.post()[0] == 201
        store.start()
        store.database.close()

    def test_a_server_that_is_not_up_yet(self, shop: Contract, tmp_path: Path, exchange: Any, caplog: Any) -> None:
        store = Store(f"postgresql://me:hunter2@/runs?host={tmp_path}")
        with caplog.at_level(logging.WARNING):
            store.start()
            assert Trouble(shop, store, exchange()).post()[0] == 503
        assert "cannot be reached" in caplog.text
        assert "hunter2" not in caplog.text
