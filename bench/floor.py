"""The floor: the fastest bare application for the measured requests, on the same server.

It runs the statements our server runs, with the same parameters in the same transactions, by the
bare driver; parameter lists and JSON are written by hand. There is no framework, no typing, no
validation and no refusal beyond an unknown token. `checking.py` makes sure of the sameness.
"""

import json
import threading
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from time import time_ns
from typing import Any

import psycopg

from bench import floor_tasks
from bench.floor_bodies import fact_texts, page_text, process_text, task_text
from bench.floor_files import Files
from bench.floor_sql import Sql
from procession.domains.accounts.types import SETTING_DEFAULTS
from procession.domains.templates.types import Template
from procession.kit.searching import number_of, plain, text_row
from procession.kit.server import open_storage
from procession.kit.settings import Settings

_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_READ_BY_KEY = f"{_READ}; SET LOCAL plan_cache_mode = force_generic_plan"
_HEADERS = [("Content-Type", "application/json")]
_UNITS = {"minutes": 60_000_000, "hours": 3_600_000_000, "days": 86_400_000_000}


def _as_json(values: list[str]) -> str:
    return json.dumps(values, separators=(",", ":"))


#: Where a column of a template stands in its row.
_PLACE = {name: place for place, name in enumerate(Template.__struct_fields__)}


class Floor:
    """The WSGI application."""

    def __init__(self, url: str, files: str = "") -> None:
        """`files`: the folder that files go to, where some are sent."""
        self._files = Files(Path(files))
        self._database: Any = open_storage(Settings(database_url=url))
        self._sql = Sql(self._database.dialect)
        is_sqlite = url.startswith("sqlite")
        self._writer = threading.Lock() if is_sqlite else None
        self._begin = "BEGIN IMMEDIATE" if is_sqlite else "BEGIN"
        self._look = "BEGIN" if is_sqlite else _READ
        self._look_by_key = "BEGIN" if is_sqlite else _READ_BY_KEY
        self._insert_many = _one_by_one if is_sqlite else _together
        self._say = _say if is_sqlite else _say_unprepared
        self._cursor_of = _cursor if is_sqlite else _raw_cursor
        self._one = self._sql.list_of_one
        self._many: Callable[[Any], Any] = _as_json if is_sqlite else list
        self._threads = threading.local()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        token = sha256(environ["HTTP_AUTHORIZATION"][7:].encode()).hexdigest()
        parts = environ["PATH_INFO"].split("/")
        organization = parts[2]
        cursor = self.cursor()
        sql, places = self._sql.token
        holder = cursor.execute(sql, places(token, organization)).fetchone()
        if holder is None:
            start_response("401 Unauthorized", _HEADERS)
            return [b"{}"]
        method, now = environ["REQUEST_METHOD"], time_ns() // 1000
        if parts[3] == "file":
            if method == "GET":
                return self._files.give(parts[4], start_response)
            body = self._files.take(environ["wsgi.input"])
            start_response("200 OK", _HEADERS)
            return [body.encode()]
        asks = (cursor, organization, holder[0], now)
        if method == "GET":
            if len(parts) == 4:
                body = self._list(*asks, environ)
            else:
                body = self._get(*asks, parts[4], with_tasks=bool(environ["QUERY_STRING"]))
        elif len(parts) > 5 and parts[5] == "completed-tasks":
            if method == "POST":
                task_id = json.loads(environ["wsgi.input"].read())["task_id"]
                body = self._write(self._complete, *asks, task_id)
            else:
                body = self._write(self._reopen, *asks, parts[6])
        elif method == "POST":
            body = self._write(self._launch, *asks, environ["wsgi.input"].read())
            start_response("201 Created", _HEADERS)
            return [body.encode()]
        else:
            body = self._write(self._act_for(method, parts), *asks, parts[4])
        start_response("200 OK", _HEADERS)
        return [body.encode()]

    def _act_for(self, method: str, parts: list[str]) -> Callable[..., str]:
        if method == "PUT":
            return self._activate
        return self._archive if len(parts) == 5 else self._delete

    def launch(self, token: str, organization: str, body: bytes) -> str:
        """Without HTTP; as the user that the token belongs to."""
        cursor = self.cursor()
        sql, places = self._sql.token
        digest = sha256(token.encode()).hexdigest()
        user = cursor.execute(sql, places(digest, organization)).fetchone()[0]
        return self._write(self._launch, cursor, organization, user, time_ns() // 1000, body)

    def cursor(self) -> Any:
        try:
            return self._threads.cursor
        except AttributeError:
            cursor = self._cursor_of(self._database.connection().raw)
            self._threads.cursor = cursor
            return cursor

    def _get(
        self, cursor: Any, org: str, user: int, now: int, process_id: str, *, with_tasks: bool
    ) -> str:
        execute, person = cursor.execute, f"u:{user}"
        self._say(cursor, self._look_by_key)
        sql, places = self._sql.get
        row = execute(sql, places(org, user, person, now, process_id)).fetchone()
        include = ""
        if with_tasks:
            sql, places = self._sql.tasks
            one = self._one(process_id)
            rows = execute(sql, places(org, user, person, now, one)).fetchall()
            shown = ",".join([task_text(task, now) for task in rows])
            include = f',"tasks":{{"data":[{shown}]}}'
        execute("COMMIT")
        return f'{{"data":{process_text(row, now, include)}}}'

    def _list(self, cursor: Any, org: str, user: int, now: int, environ: Any) -> str:
        execute, person = cursor.execute, f"u:{user}"
        execute(self._look)
        sql, places = self._sql.page
        ids = [row[0] for row in execute(sql, places(org, user, person, now, 10, 0)).fetchall()]
        sql, places = self._sql.rows
        found = execute(sql, places(org, user, person, now, self._many(ids))).fetchall()
        by_id = {row[0]: row for row in found}
        rows = [by_id[process_id] for process_id in ids]
        sql, places = self._sql.count
        total = execute(sql, places(org, user, person, now)).fetchone()[0]
        execute("COMMIT")
        link = f"http://{environ['HTTP_HOST']}{environ['PATH_INFO']}?page=2"
        return page_text(rows, total, now, link)

    def _write(
        self, act: Callable[..., str], cursor: Any, org: str, user: int, now: int, what: Any
    ) -> str:
        if self._writer is None:
            return self._transact(act, cursor, org, user, now, what)
        with self._writer:
            return self._transact(act, cursor, org, user, now, what)

    def _transact(
        self, act: Callable[..., str], cursor: Any, org: str, user: int, now: int, what: Any
    ) -> str:
        cursor.execute(self._begin)
        try:
            body = act(cursor, org, user, now, what)
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        return body

    def _archive(self, cursor: Any, org: str, user: int, now: int, process_id: str) -> str:
        execute = cursor.execute
        sql, places = self._sql.lock
        row = execute(sql, places(org, user, f"u:{user}", now, process_id)).fetchone()
        sql, places = self._sql.archive
        changed = execute(sql, places(org, self._one(process_id), now, user)).fetchall()
        if changed:
            self._move(cursor, org, process_id)
            status = "issue" if row[29] else "problem" if row[27] else "active"
            if status == "active" and row[21] is not None:
                status = "complete"
            self._record(
                cursor, org, user, now, row, "process.archived", "archived", "archived",
                f',"status_before":"{status}"', f'"{status}"',
            )  # fmt: skip
            name = changed[0][1]
            row = (*row[:20], now, row[21], now, user, *row[24:-3], "person", None, name)
        undo = f"/organizations/{org}/runs/{process_id}/activate"
        return f'{{"data":{process_text(row, now)},"meta":{{"undo":"{undo}"}}}}'

    def _activate(self, cursor: Any, org: str, user: int, now: int, process_id: str) -> str:
        execute, person = cursor.execute, f"u:{user}"
        sql, places = self._sql.lock
        row = execute(sql, places(org, user, person, now, process_id)).fetchone()
        sql, places = self._sql.activate
        if execute(sql, places(org, self._one(process_id), now)).fetchall():
            self._move(cursor, org, process_id)
            before = row
            if row[30] is not None and row[30] < now:
                sql, places = self._sql.get
                row = execute(sql, places(org, user, person, now, process_id)).fetchone()
            else:
                row = (*row[:20], now, row[21], None, None, now, *row[25:-3], None, None, None)
            self._record(
                cursor, org, user, now, before, "process.unarchived", "unarchived", "restored"
            )
        return f'{{"data":{process_text(row, now)}}}'

    def _complete(self, cursor: Any, org: str, user: int, now: int, task_id: str) -> str:
        return floor_tasks.complete(self._sql, cursor, org, user, now, task_id)

    def _reopen(self, cursor: Any, org: str, user: int, now: int, task_id: str) -> str:
        return floor_tasks.reopen(self._sql, cursor, org, user, now, task_id)

    def _delete(self, cursor: Any, org: str, user: int, now: int, process_id: str) -> str:
        row = floor_tasks.delete(self._sql, cursor, org, user, now, process_id)
        self._record(
            cursor, org, user, now, row, "process.deleted", "deleted", "deleted",
            end=f" (#{row[1]}) for ever",
        )  # fmt: skip
        return ""

    def _move(self, cursor: Any, org: str, process_id: str) -> None:
        sql, places = self._sql.move
        cursor.execute(sql, places(org, self._one(process_id), token_hex(16), token_hex(16)))

    def _record(
        self, cursor: Any, org: str, user: int, now: int, row: Any, event: str, verb: str,
        word: str, extra: str = "", old_value: str | None = None, end: str = "",
    ) -> None:  # fmt: skip
        told = fact_texts(row, event, verb, word, extra, old_value, end)
        sql, places = self._sql.activity
        cursor.execute(sql, places(org, row[0], now, user, row[2], *told))

    def _launch(self, cursor: Any, org: str, user: int, now: int, sent: bytes) -> str:
        execute, person, use = cursor.execute, f"u:{user}", self._sql
        body = json.loads(sent)
        sql, places = use.template
        template = execute(sql, places(org, user, person, now, body["checklist_id"])).fetchone()
        template_id, version = template[0], template[2]
        sql, places = use.content
        content = execute(sql, places(org, template_id, version)).fetchone()
        steps = json.loads(content[0])
        sql, places = use.settings
        stored = json.loads(execute(sql, places(org)).fetchone()[0])
        due = stored.get("default_deadline") or SETTING_DEFAULTS["default_deadline"]
        sql, places = use.count_launch
        execute(sql, places(org, template_id))
        sql, places = use.numbers
        number, last = execute(sql, places(org, len(steps))).fetchone()
        sql, places = use.grants
        grants = execute(sql, places(org, self._one(template_id))).fetchall()
        process_id = token_hex(16)
        named = number_of(org, "n", body["name"])
        sql, places = use.text
        execute(sql, places(*text_row(org, named, ("n", plain, body["name"])).values()))
        deadlines = [now + _length(step.get("deadline"), due) for step in steps]
        sql, places = use.process
        execute(
            sql,
            places(
                org, process_id, number, template_id, version, template[_PLACE["title"]],
                template[_PLACE["type"]], body["name"], named, user,
                template[_PLACE["can_add_tasks"]],
                ("process_read", "*", template_id) in grants, now, len(steps),
                sum(step.get("top_secret", False) for step in steps), min(deadlines),
                max(deadlines),
            ),
        )  # fmt: skip
        sql, places = use.add
        execute(sql, places(org, process_id, token_hex(16)))
        self._add_tasks(
            cursor, org, user, now, process_id, template_id, last - len(steps), steps, deadlines
        )
        for sql, places in (use.step_tags, use.step_values):
            assert not execute(sql, places(org, self._one(template_id))).fetchall()
        sql, places = use.get
        row = execute(sql, places(org, user, person, now, process_id)).fetchone()
        extra = f',"launched_via":"api","task_count":{len(steps)}'
        self._record(cursor, org, user, now, row, "process.launched", "created", "launched", extra)
        return f'{{"data":{process_text(row, now)}}}'

    def _add_tasks(
        self, cursor: Any, org: str, user: int, now: int, process_id: str, template_id: str,
        first: int, steps: Any, deadlines: list[int],
    ) -> None:  # fmt: skip
        add_task, places = self._sql.task
        add_assignee, assignee_places = self._sql.assignee
        rows, assignees = [], []
        texts = {number_of(org, "t", said) for step in steps for said in _said(step) if said}
        sql, text_places = self._sql.known_texts
        known = cursor.execute(sql, text_places(org, self._many(sorted(texts)))).fetchall()
        assert len(known) == len(texts)
        for place, (step, deadline_at) in enumerate(zip(steps, deadlines, strict=True), 1):
            get = step.get
            task_id = token_hex(16)
            rows.append(
                places(
                    org, task_id, first + place, process_id, template_id, step["id"],
                    step["alias"], get("step_type", "task"), step["title"],
                    *_numbered(org, step), place, place, deadline_at, user, now,
                    get("everyone_must_complete", False),
                    get("can_complete_only_assignees", False), get("allow_guest_owners", True),
                    get("prevent_guest_comment", False), get("top_secret", False),
                    get("max_assignable", 0), get("webhook"), get("stage_id"),
                    get("send_chromeless", False),
                )
            )  # fmt: skip
            users = get("assignees", {}).get("users")
            assignees += [
                assignee_places(org, task_id, process_id, f"u:{one}", str(one))
                for one in users or ([user] if get("assign_run_starter", True) else ())
            ]
        self._insert_many(cursor, add_task, rows)
        self._insert_many(cursor, add_assignee, assignees)


def _said(step: Any) -> tuple[str, str | None]:
    return step["title"], step.get("summary")


def _numbered(org: str, step: Any) -> tuple[int, str | None, int]:
    title, summary = _said(step)
    return number_of(org, "t", title), summary, number_of(org, "t", summary)


def _cursor(connection: Any) -> Any:
    return connection.cursor()


def _raw_cursor(connection: Any) -> Any:
    """Our statements have PostgreSQL's own marks; each is prepared when first met."""
    connection.prepare_threshold = 0
    return psycopg.RawCursor(connection)


def _say(cursor: Any, sql: str) -> None:
    cursor.execute(sql)


def _say_unprepared(cursor: Any, sql: str) -> None:
    """Two commands in one message."""
    cursor.execute(sql, prepare=False)


def _one_by_one(cursor: Any, sql: str, rows: list[Any]) -> None:
    cursor.executemany(sql, rows)


def _together(cursor: Any, sql: str, rows: list[Any]) -> None:
    cursor.execute(sql, [json.dumps(rows)])


def _length(deadline: Any, default: Any) -> int:
    """Microseconds from the launch; the organization's zone is UTC, so days are 24 hours."""
    length = deadline or default
    return int(length["value"] * _UNITS[length.get("unit") or length["type"]])
