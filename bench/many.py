"""Selecting and archiving many, beside the bare driver writing the same rows in the same portions.

Neither has HTTP. The driver is told what to write: it looks nothing up, asks for no right and finds
no number. Ours is an operation as the worker carries it out, one turn after another, without the
rests between them.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import psycopg

from bench import growth
from bench.results import Bench, Result
from procession.core.archive import ArchivedShown, Verb
from procession.domains.accounts.actions.authenticating import authenticate_member
from procession.domains.processes.types import ProcessFilter
from procession.flows.access.opening import open_server
from procession.flows.archive import building, operating, selecting
from procession.flows.archive.selecting import Wanted
from procession.kit.database_address import sqlite_file
from procession.kit.settings import Settings

_CHUNK = 100
_STATE = msgspec.json.Encoder().encode


def measure_many(bench: Bench) -> list[Result]:
    count = bench.plan.archived // 10
    grown = f"many{count}"
    growth.grow(bench.databases.copy(bench.seeded, grown), bench.data, count)
    urls = [bench.databases.copy(grown, f"{grown}_{side}") for side in ("bare", "ours")]
    bare, ours = _Bare(urls[0], bench), _Ours(urls[1], bench)
    pairs = [("select", bare.select, ours.select), ("archive", bare.archive, ours.archive)]
    return [_compared(bench, verb, one, other) for verb, one, other in pairs]


def _compared(bench: Bench, verb: str, bare: Callable[[], int], ours: Callable[[], int]) -> Result:
    began = time.perf_counter()
    count = bare()
    between = time.perf_counter()
    found = ours()
    end = time.perf_counter()
    assert count == found, (count, found)
    base, own = between - began, end - between
    ratio = own / base
    title = f"{verb} {count:,} processes at once"
    note = f"{count / own:,.0f} a second"
    return Result(title, bench.kind, base, own, ratio, "<= 2 times the rows", ratio <= 2, "s", note)


class _Ours:
    def __init__(self, url: str, bench: Bench) -> None:
        settings = Settings(database_url=url)
        self._server = open_server(settings)
        data = bench.data
        self._olga = authenticate_member(self._server, data.token, data.organization_id, "bench")
        self._token = ""

    def select(self) -> int:
        narrowed = ProcessFilter(archived=ArchivedShown.HIDDEN)
        wanted = Wanted(verb=Verb.ARCHIVE, kind="run", filter={"all": True}, narrowed=narrowed)
        _, self._token = selecting.select(self._olga, wanted)
        while building.build_one(self._server):
            pass
        selection, _ = selecting.get_selection(self._olga, self._token, with_also=False)
        return selection.will_change

    def archive(self) -> int:
        operation = operating.start(self._olga, self._token, None, None)
        organization = self._olga.organization_id
        while operating.take_turn(self._server, organization, operation.number):
            pass
        return operating.get_operation(self._olga, operation.number).done


class _Bare:
    """Two connections: one reads, the other writes."""

    def __init__(self, url: str, bench: Bench) -> None:
        self._is_sqlite = sqlite_file(url) is not None
        self._reader, self._writer = self._connect(url), self._connect(url)
        self._organization = bench.data.organization_id
        self._ids: list[str] = []

    def _connect(self, url: str) -> Any:
        path = sqlite_file(url)
        if path is None:
            return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-8000"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _sql(self, text: str) -> str:
        return text if self._is_sqlite else text.replace("?", "%s")

    def _many(self, cursor: Any, text: str, rows: list[tuple[Any, ...]]) -> None:
        cursor.executemany(self._sql(text), rows)

    def select(self) -> int:
        cursor, after = self._reader.cursor(), ""
        read = self._sql(
            "SELECT id FROM processes WHERE organization_id = ? AND archived_at IS NULL "
            "AND id > ? ORDER BY id LIMIT 500"
        )
        writer = self._writer.cursor()
        while True:
            rows = cursor.execute(read, (self._organization, after)).fetchall()
            if not rows:
                return len(self._ids)
            ids = [row[0] for row in rows]
            after = ids[-1]
            self._ids += ids
            writer.execute("BEGIN")
            self._many(
                writer,
                "INSERT INTO selection_items (organization_id, selection_id, object_id) "
                "VALUES (?, ?, ?)",
                [(self._organization, "b" * 32, each) for each in ids],
            )
            writer.execute("COMMIT")

    def archive(self) -> int:
        cursor, now = self._writer.cursor(), int(time.time() * 1_000_000)
        for number, ids in enumerate(self._chunks()):
            cursor.execute("BEGIN")
            self._many(
                cursor,
                "UPDATE processes SET archived_at = ?, archived_by = ?, archived_via = ?, "
                "archived_operation = ?, archived_by_name = ?, updated_at = ? "
                "WHERE organization_id = ? AND id = ?",
                [
                    (now, 2, "operation", 1, "Olga Bench", now, self._organization, each)
                    for each in ids
                ],
            )
            self._many(
                cursor,
                "INSERT INTO process_sums (organization_id, id, is_archived, everyone_may_read, "
                "lifecycle, process_count) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (self._organization, f"{number:031x}{sign}", bool(sign), True, "active", count)
                    for sign, count in ((1, len(ids)), (0, -len(ids)))
                ],
            )
            self._many(cursor, _ACTIVITY, [self._entry(each, now) for each in ids])
            cursor.execute("COMMIT")
        return len(self._ids)

    def _chunks(self) -> Iterator[list[str]]:
        for start in range(0, len(self._ids), _CHUNK):
            yield self._ids[start : start + _CHUNK]

    def _entry(self, process_id: str, now: int) -> tuple[Any, ...]:
        state = _STATE(
            {
                "id": process_id,
                "number": 1000001,
                "name": "Grown process 12345",
                "template_id": "a" * 32,
                "status_before": "active",
            }
        ).decode()
        return (
            self._organization, process_id, 1000, now, "process.archived", "archived", "Process",
            "user", 2, "Run", process_id, "Checklist", "a" * 32,
            'archived the process "Grown process 12345"', '"active"', state, 1,
        )  # fmt: skip


_ACTIVITY = (
    "INSERT INTO activity (organization_id, process_id, process_entry, occurred_at, event, verb, "
    "category, actor_kind, actor_id, subject_kind, subject_id, parent_kind, parent_id, sentence, "
    "old_value, subject_state, operation) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
