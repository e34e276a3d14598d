"""The floor of completing, reopening and deleting: our statements by the bare driver."""

from secrets import token_hex
from typing import Any

from bench.floor_bodies import task_fact_text, task_text
from bench.floor_sql import Sql
from procession.domains.holds.store import asking


def complete(use: Sql, cursor: Any, org: str, user: int, now: int, task_id: str) -> str:
    """No task of the measured processes is their last open one."""
    process, task = _reach(use, cursor, org, user, now, task_id)
    sql, places = use.finish
    cursor.execute(sql, places(org, task_id, now, user))
    _settle(use, cursor, org, now, process)
    body = _answer(use, cursor, org, user, now, task_id)
    _record(
        use, cursor, org, user, now, task, "task.completed", "completed", "completed",
        ',"outcome":"completed"',
    )  # fmt: skip
    return body


def reopen(use: Sql, cursor: Any, org: str, user: int, now: int, task_id: str) -> str:
    process, task = _reach(use, cursor, org, user, now, task_id)
    sql, places = use.reopen
    cursor.execute(sql, places(org, use.list_of_one(task_id), now))
    sql, places = use.clear_parts
    cursor.execute(sql, places(org, use.list_of_one(task_id)))
    sql, places = use.gone
    gone = cursor.execute(sql, places(org, use.list_of_one(task_id))).fetchall()
    assert not gone
    _settle(use, cursor, org, now, process)
    body = _answer(use, cursor, org, user, now, task_id)
    _record(use, cursor, org, user, now, task, "task.reopened", "re-opened", "reopened")
    return body


def delete(use: Sql, cursor: Any, org: str, user: int, now: int, process_id: str) -> Any:
    """The process's row; it is gone."""
    execute = cursor.execute
    sql, places = use.shut_out_holds
    execute(sql, places(asking._number(org))).fetchall()
    sql, places = use.lock
    row = execute(sql, places(org, user, f"u:{user}", now, process_id)).fetchone()
    sql, places = use.any_hold
    assert execute(sql, places(org)).fetchone() is None
    sql, places = use.uncount_launch
    execute(sql, places(org, row[2]))
    sql, places = use.lock_versions
    execute(sql, places(org, row[2])).fetchall()
    sql, places = use.remove_bytes
    execute(sql, places(org, process_id))
    sql, places = use.take
    execute(sql, places(org, process_id, token_hex(16)))
    for sql, places in (use.orphan, use.delete):
        execute(sql, places(org, process_id))
    sql, places = use.delete_leftover
    execute(sql, places(org, row[2]))
    return row


def _reach(use: Sql, cursor: Any, org: str, user: int, now: int, task_id: str) -> tuple[Any, Any]:
    person = f"u:{user}"
    sql, places = use.lock_of_task
    process = cursor.execute(sql, places(org, user, person, now, task_id)).fetchone()
    sql, places = use.one_task
    task = cursor.execute(sql, places(org, user, person, now, task_id)).fetchone()
    return process, task


def _settle(use: Sql, cursor: Any, org: str, now: int, process: Any) -> None:
    sql, places = use.totals
    totals = cursor.execute(sql, places(org, process[0])).fetchone()
    visible, completed, troubled, secret, secret_completed, issues, first_open, last = totals
    assert completed < visible
    lifecycle = "issue" if issues else "problem" if troubled else "active"
    sql, places = use.foretell
    names = (token_hex(16), token_hex(16))
    counts = (visible, completed, secret, secret_completed)
    cursor.execute(sql, places(org, process[0], *names, lifecycle, *counts))
    sql, places = use.set_totals
    cursor.execute(
        sql,
        places(
            org, process[0], now, lifecycle, None, visible, completed, troubled, secret,
            secret_completed, issues, first_open, last,
        ),
    )  # fmt: skip


def _answer(use: Sql, cursor: Any, org: str, user: int, now: int, task_id: str) -> str:
    sql, places = use.one_task
    row = cursor.execute(sql, places(org, user, f"u:{user}", now, task_id)).fetchone()
    return f'{{"data":{task_text(row, now, with_changes=True)}}}'


def _record(
    use: Sql, cursor: Any, org: str, user: int, now: int, task: Any, event: str, verb: str,
    word: str, extra: str = "",
) -> None:  # fmt: skip
    sentence = f'{word} the task "{task[7]}"'
    state = task_fact_text(org, task, extra)
    sql, places = use.task_activity
    values = (org, task[2], now, user, task[0], event, verb, sentence, state)
    cursor.execute(sql, places(*values))
