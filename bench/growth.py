"""Lists of an organization with 1,000 processes and of one with 1,000,000, by turns.

Both are made inside the database by the same few statements: 20 % of the processes are live and
open, 60 % live and complete, 20 % archived; each has two tasks. Of ten, nine may be read by
everyone. Everything belongs to fifty people who ask for nothing; the three who ask (administrator,
standard member, light member) have the same little work in both.
"""

from collections.abc import Mapping
from dataclasses import replace
from statistics import median
from typing import Any

import sqlalchemy as sa

from bench import data as bench_data
from bench.load import Connection, request_bytes, time_of
from bench.results import Bench, Result
from bench.sides import ours
from procession.core.times import DAY, HOUR
from procession.domains.processes.store import sums
from procession.domains.processes.tables import process_sums, processes
from procession.domains.tasks.tables import tasks
from procession.kit.db import Statement
from procession.kit.ids import new_id
from procession.kit.migrating import engine_for
from procession.kit.server import open_storage
from procession.kit.settings import Settings

#: What is asked for: (title, who, path).
LISTS = [
    ("processes", "admin", "/runs"),
    ("processes", "standard", "/runs"),
    ("processes", "light", "/runs"),
    ("processes, page 20", "admin", "/runs?page=20"),
    ("processes, active", "admin", "/runs?status=active"),
    ("processes, active", "standard", "/runs?status=active"),
    ("processes, complete", "admin", "/runs?status=complete"),
    ("processes, archived only", "admin", "/runs?archived=only"),
    ("processes by owner", "admin", "/runs?owners={standard}"),
    ("processes by name", "admin", "/runs?sort=name"),
    ("processes by due date", "admin", "/runs?sort=due_date"),
    ("processes by change", "standard", "/runs?sort=-updated_at"),
    ("tasks", "admin", "/tasks"),
    ("tasks", "standard", "/tasks"),
    ("tasks", "light", "/tasks"),
    ("tasks, completed", "admin", "/tasks?status=completed"),
    ("tasks, active", "admin", "/tasks?status=active"),
    ("tasks by deadline", "admin", "/tasks?status=active&sort=deadline"),
    ("my tasks", "standard", "/me/tasks"),
    ("a member's tasks", "admin", "/users/{light}/tasks?status=all"),
    ("tasks of a process", "standard", "/runs/{process}/tasks"),
]
#: Measured, and without a target: no index finds a substring.
SEARCH = ("processes that contain a text", "admin", "/runs?q=process%20999")


def grow(
    url: str, data: bench_data.Data, count: int, also: Mapping[str, str] | None = None
) -> None:
    """Set by set, with the secondary indexes built afterwards: minutes instead of hours.

    `also`: what columns of processes hold besides, as SQL of the place `n.i` among them."""
    engine = engine_for(url)
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if is_sqlite:
            for pragma in ("synchronous=OFF", "cache_size=-600000", "foreign_keys=OFF"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        indexes = _drop_indexes(connection, is_sqlite=is_sqlite)
        for statement in _statements(data, count, also or {}, is_sqlite=is_sqlite):
            # To psycopg a single one begins a parameter.
            connection.exec_driver_sql(statement if is_sqlite else statement.replace("%", "%%"))
        for create in indexes:
            connection.exec_driver_sql(create)
        connection.commit()
    engine.dispose()
    _sum_up(url, data)
    bench_data._analyze(url)


def _drop_indexes(connection: sa.Connection, *, is_sqlite: bool) -> list[str]:
    """Those of constraints stay."""
    tables = ("processes", "tasks", "task_assignees")
    named = ", ".join(f"'{table}'" for table in tables)
    found = connection.exec_driver_sql(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
        f"AND tbl_name IN ({named})"
        if is_sqlite
        else f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({named}) "
        "AND indexname LIKE '%%idx'"
    ).fetchall()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [create for _, create in found]


def _statements(
    data: bench_data.Data, count: int, also: Mapping[str, str], *, is_sqlite: bool
) -> list[str]:
    new_id = "lower(hex(randomblob(16)))" if is_sqlite else "md5(random()::text || random()::text)"
    counted = (
        f"(WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {count}) "
        "SELECT i FROM s)"
        if is_sqlite
        else f"(SELECT generate_series(1, {count}) AS i)"
    )
    text = "CAST(n.i AS TEXT)"
    old = "p.created_at - CAST(n.i AS BIGINT) * 10000000"
    is_open, is_archived = "n.i % 10 < 2", "n.i % 10 > 7"
    yes, no = ("1", "0") if is_sqlite else ("true", "false")
    process: dict[str, str] = {
        "id": new_id,
        "number": "1000000 + n.i",
        "name": f"'Grown process ' || {text}",
        "owner_id": "1000000 + n.i % 50",
        "started_by": "1000000 + n.i % 50",
        "everyone_may_read": f"CASE WHEN n.i % 11 = 0 THEN {no} ELSE {yes} END",
        "created_at": old,
        "started_at": old,
        "updated_at": f"p.created_at - (CAST(n.i AS BIGINT) * 7919 % {count}) * 1000000",
        "completed_at": f"CASE WHEN {is_open} THEN NULL ELSE {old} + {HOUR} END",
        "archived_at": f"CASE WHEN {is_archived} THEN {old} + {DAY} END",
        "archived_by": f"CASE WHEN {is_archived} THEN 1 END",
        "visible_task_count": "2",
        "completed_task_count": f"CASE WHEN {is_open} THEN 1 ELSE 2 END",
        "secret_task_count": "0",
        "lifecycle": f"CASE WHEN {is_open} THEN 'active' ELSE 'complete' END",
        "first_open_deadline_at": f"CASE WHEN {is_open} THEN "
        f"p.created_at + (CAST(n.i AS BIGINT) * 7919 % {count} + 100) * {HOUR} END",
        **also,
    }
    names = [column.name for column in processes.c]
    chosen = ", ".join(process.get(name, f"p.{name}") for name in names)
    statements = [
        f"INSERT INTO processes ({', '.join(names)}) SELECT {chosen} "
        f"FROM processes p, {counted} n WHERE p.id = '{data.process_ids[0]}'"
    ]
    grown = "p.number > 1000000"
    for place in (1, 2):
        done = "1 = 1" if place == 1 else "p.completed_at IS NOT NULL"
        at = f"p.started_at + {HOUR} * {place}"
        task: dict[str, str] = {
            "id": new_id,
            "number": f"10000000 + p.number * 2 + {place}",
            "process_id": "p.id",
            "state": f"CASE WHEN {done} THEN 'completed' ELSE 'not-started' END",
            "completed_at": f"CASE WHEN {done} THEN {at} END",
            "completed_by": "NULL",
            "created_at": "p.created_at",
            "updated_at": "p.created_at",
            "created_by": "p.started_by",
            "position": str(place),
            "top_secret": no,
            "deadline_at": "p.first_open_deadline_at",
        }
        names = [column.name for column in tasks.c]
        chosen = ", ".join(task.get(name, f"t.{name}") for name in names)
        statements.append(
            f"INSERT INTO tasks ({', '.join(names)}) SELECT {chosen} FROM processes p, tasks t "
            f"WHERE {grown} AND t.process_id = '{data.process_ids[0]}' AND t.position = 1"
        )
    statements.append(
        "INSERT INTO task_assignees (organization_id, task_id, person, process_id, written) "
        "SELECT t.organization_id, t.id, 'u:' || CAST(t.created_by AS TEXT), t.process_id, "
        "CAST(t.created_by AS TEXT) FROM tasks t WHERE t.number > 10000000"
    )
    for place, user in enumerate((data.member_id, data.light_id)):
        mine = f"number BETWEEN {1000001 + place * 20} AND {1000020 + place * 20}"
        statements.append(f"UPDATE processes SET owner_id = {user} WHERE {mine}")
        statements.append(
            "INSERT INTO task_assignees (organization_id, task_id, person, process_id, written) "
            f"SELECT t.organization_id, t.id, 'u:{user}', t.process_id, '{user}' "
            "FROM tasks t JOIN processes p ON p.organization_id = t.organization_id "
            f"AND p.id = t.process_id WHERE p.number BETWEEN {1000051 + place * 20} AND "
            f"{1000070 + place * 20}"
        )
    statements.append(f"UPDATE organizations SET process_count = {1000000 + count}")
    return statements


def _sum_up(url: str, data: bench_data.Data) -> None:
    """The journal says what the grown processes add."""
    database = open_storage(Settings(database_url=url))
    organization = {"organization_id": data.organization_id}
    with database.writing() as connection:
        connection.execute(Statement(process_sums.delete()), {})
        for row in connection.fetch(Statement(sums.counted_anew()), organization):
            values = dict(zip(sums._COLUMNS[2:], row, strict=True))
            for name in ("is_archived", "everyone_may_read"):
                values[name] = bool(values[name])
            connection.execute(sums._APPEND, {**organization, "id": new_id(), **values})
    database.close()


def measure_growth(bench: Bench) -> list[Result]:
    sizes = (1_000, bench.plan.archived)
    urls = []
    for size in sizes:
        url = bench.databases.copy(bench.seeded, f"grown_{size}")
        print(f"  growing to {size:,} processes ...", flush=True)
        grow(url, bench.data, size)
        urls.append(url)
    results = []
    first = bench.first_request()
    with ours(urls[0], first) as small, ours(urls[1], first) as big:
        connections = [Connection(small.port), Connection(big.port)]
        for title, who, path in [*LISTS, SEARCH]:
            request = request_bytes(
                "GET", bench.data.path(_filled(path, bench.data)), _token(bench, who)
            )
            repeats = bench.plan.repeats if title != SEARCH[0] else 5
            times: list[list[float]] = [[], []]
            for _ in range(repeats):
                for side, connection in enumerate(connections):
                    times[side].append(time_of(connection, request))
            found = _compared(f"{title} ({who}), {sizes[1]:,} beside 1,000", bench, times)
            if title == SEARCH[0]:
                found = replace(found, target="none", is_met=True)
            results.append(found)
        for connection in connections:
            connection.close()
    return results


def _filled(path: str, data: bench_data.Data) -> str:
    return path.format(standard=data.member_id, light=data.light_id, process=data.process_ids[0])


def _token(bench: Bench, who: str) -> str:
    data = bench.data
    return {"admin": data.token, "standard": data.member_token, "light": data.light_token}[who]


def _compared(case: str, bench: Bench, times: Any) -> Result:
    base, own = (median(side) * 1000 for side in times)
    ratio = own / base
    return Result(case, bench.kind, base, own, ratio, "<= 1.5 times", ratio <= 1.5, "ms")
