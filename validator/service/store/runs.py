"""Runs in the store: kept, listed, read back, grouped, deleted."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import orjson
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from validator.reports.json import as_json
from validator.service import logs
from validator.service.store.contracts import keep_document, sweep_documents
from validator.service.store.schema import answers, codes, findings, row_text, runs
from validator.service.store.values import Cause, Run, Seen, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Table

    from validator.reports import Report
    from validator.service.store.database import Database
    from validator.service.store.values import Filters, Keep, NewRun


class Runs:
    """The stored runs. Every method raises StoreError where the database does not do its work."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database

    def add(self, new: NewRun) -> tuple[Run, bool]:
        """Store a run, in one transaction: the run, and whether it is new.

        It is not where one was stored under the same key before; whoever asks compares the digests.
        """
        told = as_json(new.report)
        values = _values(new, told)

        def work(connection: Connection) -> Run:
            if new.document is not None:
                keep_document(connection, new.document, values["created_at"])
            number = connection.execute(insert(runs).values(values).returning(runs.c.number)).scalar_one()
            for table, rows in (
                (findings, _findings(told)),
                (answers, _answers(new.report)),
                (codes, _codes(new.report)),
            ):
                _insert(connection, table, [{"run": number, **row} for row in rows])
            return _run(connection.execute(_RUNS.where(runs.c.number == number)).one())

        try:
            return self._database.write(work), True
        except IntegrityError:
            before = None if new.key is None else self.of_key(new.key)
            if before is None:
                raise
            return before, False

    def of_key(self, key: str) -> Run | None:
        """The run that was stored under an idempotency key."""
        return self._one(runs.c.idempotency_key == key)

    def get(self, run_id: str) -> Run | None:
        """The run with this id."""
        return self._one(runs.c.id == run_id)

    def report(self, run_id: str) -> bytes | None:
        """The JSON report of a run."""
        content = self._database.read(
            lambda connection: connection.execute(select(runs.c.report).where(runs.c.id == run_id)).scalar()
        )
        return None if content is None else zlib.decompress(content)

    def page(self, filters: Filters, *, limit: int, before: int | None = None) -> list[Run]:
        """The newest runs first; those with a number below `before` only."""
        wanted = _RUNS.where(*_conditions(filters)).order_by(runs.c.number.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(runs.c.number < before)
        return [_run(row) for row in self._database.read(lambda connection: connection.execute(wanted).all())]

    def labels(self) -> list[str]:
        """Every label that some run bears, in order."""
        wanted = select(runs.c.label).where(runs.c.label.is_not(None)).distinct().order_by(runs.c.label)
        return list(self._database.read(lambda connection: connection.execute(wanted).scalars().all()))

    def causes(self, filters: Filters, *, limit: int) -> list[Cause]:
        """What was found in some runs, by cause; what was seen last comes first."""
        last = func.max(runs.c.number)
        grouped = (
            select(
                findings.c.fingerprint,
                func.sum(findings.c.times).label("times"),
                func.count().label("runs"),
                last.label("run"),
            )
            .join(runs, runs.c.number == findings.c.run)
            .where(*_conditions(filters))
            .group_by(findings.c.fingerprint)
            .order_by(last.desc(), findings.c.fingerprint)
            .limit(limit)
            .subquery()
        )
        wanted = (
            select(findings, runs.c.created_at, grouped.c.times.label("all_times"), grouped.c.runs.label("in_runs"))
            .join(grouped, (findings.c.run == grouped.c.run) & (findings.c.fingerprint == grouped.c.fingerprint))
            .join(runs, runs.c.number == findings.c.run)
            .order_by(findings.c.run.desc(), findings.c.fingerprint)
        )
        return [
            Cause(
                fingerprint=row.fingerprint,
                rule=row.rule,
                severity=row.severity,
                operation=row.operation,
                message=row.message,
                documented=row.documented,
                times=int(row.all_times),
                runs=row.in_runs,
                last_seen=row.created_at,
            )
            for row in self._database.read(lambda connection: connection.execute(wanted).all())
        ]

    def codes(self, filters: Filters) -> list[Seen]:
        """Every error code that came in some runs."""
        return [
            Seen(operation=None, status=None, code=row.code, **_seen(row))
            for row in self._database.read(lambda connection: _grouped(connection, codes, ("code",), filters))
        ]

    def answers(self, filters: Filters) -> list[Seen]:
        """Every status of every operation (and webhook) that came in some runs."""
        return [
            Seen(operation=row.operation, status=row.status, code=None, **_seen(row))
            for row in self._database.read(
                lambda connection: _grouped(connection, answers, ("operation", "status"), filters)
            )
        ]

    def delete(self, run_id: str) -> bool:
        """Delete a run, and whether there was one."""

        def work(connection: Connection) -> bool:
            gone = connection.execute(delete(runs).where(runs.c.id == run_id)).rowcount
            sweep_documents(connection)
            return bool(gone)

        return self._database.write(work)

    def prune(self, keep: Keep) -> int:
        """Delete the runs that are not to be kept any longer: how many."""

        def work(connection: Connection) -> int:
            gone = 0
            if keep.days is not None:
                oldest = datetime.now(UTC) - timedelta(days=keep.days)
                gone += connection.execute(delete(runs).where(runs.c.created_at < oldest)).rowcount
            if keep.runs is not None:
                last = select(runs.c.number).order_by(runs.c.number.desc()).offset(keep.runs).limit(1)
                number = connection.execute(last).scalar()
                if number is not None:
                    gone += connection.execute(delete(runs).where(runs.c.number <= number)).rowcount
            if gone:
                sweep_documents(connection)
            return gone

        deleted = self._database.write(work)
        if deleted:
            logs.audit_of_process("deleteOldRuns", None, runs=deleted)
        return deleted

    def _one(self, condition: ColumnElement[bool]) -> Run | None:
        row = self._database.read(lambda connection: connection.execute(_RUNS.where(condition)).one_or_none())
        return None if row is None else _run(row)


_COLUMNS: Final = [column for column in runs.c if column.name not in {"report", "idempotency_key"}]
_RUNS: Final = select(*_COLUMNS)


def _run(row: Row[Any]) -> Run:
    return Run(
        number=row.number,
        id=row.id,
        created_at=row.created_at,
        label=row.label,
        source=row.source,
        commit=row.commit_id,
        outcome=row.outcome,
        contract=row.contract,
        contract_title=row.contract_title,
        contract_version=row.contract_version,
        contract_sha256=row.contract_sha256,
        summary=row.summary,
        coverage=row.coverage,
        digest=row.request_digest,
    )


def _values(new: NewRun, told: Mapping[str, Any]) -> dict[str, Any]:
    about = new.report.contract
    return {
        "id": uuid4().hex,
        "created_at": datetime.now(UTC),
        "label": new.label,
        "source": new.source,
        "commit_id": new.commit,
        "outcome": outcome_of(new.report),
        "contract": new.contract,
        "contract_title": row_text(about.title),
        "contract_version": row_text(about.version),
        "contract_sha256": row_text(about.sha256),
        "document": None if new.document is None else new.document.sha256,
        "summary": {name: value for name, value in told["summary"].items() if name != "by_fingerprint"},
        "coverage": {name: value for name, value in told["coverage"].items() if isinstance(value, dict)},
        "idempotency_key": new.key,
        "request_digest": new.digest,
        "report": zlib.compress(orjson.dumps(told)),
    }


def _findings(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The findings by cause: the first of each, with the count of all."""
    first: dict[str, Mapping[str, Any]] = {}
    for found in told["findings"]:
        first.setdefault(row_text(found["fingerprint"]), found)
    by_fingerprint: Mapping[str, int] = told["summary"]["by_fingerprint"]
    for fingerprint, found in first.items():
        yield {
            "fingerprint": fingerprint,
            "rule": found["rule"],
            "severity": found["severity"],
            "operation": _row_text(found["operation"]),
            "message": row_text(found["message"]),
            "documented": _row_text(found["documented"]),
            "times": max(1, by_fingerprint.get(found["fingerprint"], 1)),
        }


def _answers(report: Report) -> Iterator[dict[str, Any]]:
    counts: dict[tuple[str, str], tuple[bool, int]] = {}
    for entry in (*report.coverage.operations, *report.coverage.webhooks):
        for statuses, documented in ((entry.documented, True), (entry.undocumented, False)):
            for status, times in statuses:
                if times:
                    counts[row_text(entry.operation), row_text(str(status))] = documented, times
    for (operation, status), (documented, times) in counts.items():
        yield {"operation": operation, "status": status, "documented": documented, "times": times}


def _codes(report: Report) -> Iterator[dict[str, Any]]:
    counts = {row_text(str(code)): (False, times) for code, times in report.coverage.undocumented_codes}
    counts.update({row_text(str(entry.code)): (True, entry.exchanges) for entry in report.coverage.error_codes})
    for code, (documented, times) in counts.items():
        if times:
            yield {"code": code, "documented": documented, "times": times}


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    equal = (
        (runs.c.label, filters.label),
        (runs.c.source, filters.source),
        (runs.c.commit_id, filters.commit),
        (runs.c.outcome, filters.outcome),
        (runs.c.contract, filters.contract),
    )
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    if filters.since is not None:
        conditions.append(runs.c.created_at >= filters.since)
    if filters.until is not None:
        conditions.append(runs.c.created_at < filters.until)
    return conditions


def _grouped(connection: Connection, table: Table, names: tuple[str, ...], filters: Filters) -> Sequence[Row[Any]]:
    """How often each came in some runs, and when last."""
    columns = [table.c[name] for name in (*names, "documented")]
    wanted = (
        select(*columns, func.sum(table.c.times).label("times"), func.max(runs.c.created_at).label("last_seen"))
        .join(runs, runs.c.number == table.c.run)
        .where(*_conditions(filters))
        .group_by(*columns)
        .order_by(*columns)
    )
    return connection.execute(wanted).all()


def _seen(row: Row[Any]) -> dict[str, Any]:
    return {"documented": row.documented, "times": int(row.times), "last_seen": row.last_seen}


def _row_text(text: str | None) -> str | None:
    return None if text is None else row_text(text)
