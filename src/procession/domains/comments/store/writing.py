"""Changes to threads."""

from collections.abc import Mapping
from functools import cache

import msgspec
import sqlalchemy as sa

from procession.domains.comments.store.selecting import THIS
from procession.domains.comments.tables import threads
from procession.domains.comments.types import Reactions, Thread
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.templates.tables import templates
from procession.kit.db import Statement, changing
from procession.kit.destroying import Clearance, Destroying
from procession.kit.searching import with_searched
from procession.kit.work import Work

_INSERT = Statement(
    threads.insert().values(
        {
            column.name: sa.bindparam(column.name)
            for column in threads.c
            if column.name != "row_version"
        }
    )
)


def add_thread(work: Work, **columns: object) -> None:
    """Those that are not given are null."""
    empty = dict.fromkeys(("template_id", "step_id", "mentions", "copied_from", "reactions"))
    work.run(_INSERT, **with_searched(work, threads, {**empty, **columns}))


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=threads.c[name].type) for name in names}
    return Statement(changing(threads).where(*THIS).values(new))


def set_columns(work: Work, thread_id: str, changes: Mapping[str, object]) -> None:
    columns = with_searched(work, threads, changes)
    new = {f"new_{name}": value for name, value in columns.items()}
    work.run(_setting(tuple(sorted(columns))), thread_id=thread_id, **new)


#: What was said stays as it was: nobody who edits it meanwhile has to look again.
_SET_REACTIONS = Statement(
    threads.update().where(*THIS).values(reactions=sa.bindparam("new_reactions", type_=sa.Text))
)


def set_reactions(work: Work, thread_id: str, reactions: Reactions) -> None:
    stored = msgspec.json.encode(reactions).decode()
    work.run(_SET_REACTIONS, thread_id=thread_id, new_reactions=stored)


def set_resolved(work: Work, thread_id: str, resolved_by: str) -> None:
    set_columns(work, thread_id, {"resolved_by_thread": resolved_by})


def clear_resolved(work: Work, thread_id: str) -> None:
    set_columns(work, thread_id, {"resolved_by_thread": None})


_DELETE = Destroying(threads.delete().where(*THIS))


def delete_thread(work: Work, clearance: Clearance, thread: Thread) -> None:
    work.destroy(clearance, thread.home_id, _DELETE, thread_id=thread.id)


_DELETE_OF_TEMPLATE = Destroying(
    threads.delete().where(
        threads.c.organization_id == ORGANIZATION_ID,
        threads.c.template_id == sa.bindparam("template_id", type_=sa.String(32)),
    )
)


def delete_of_template(work: Work, clearance: Clearance, template_id: str) -> None:
    """What was said about it and about its steps, when it is deleted for ever."""
    work.destroy(clearance, template_id, _DELETE_OF_TEMPLATE, template_id=template_id)


_TEMPLATE_IS_THERE = Statement(
    sa.select(templates.c.id)
    .where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.id == sa.bindparam("template_id", type_=sa.String(32)),
    )
    .with_for_update(read=True, key_share=True)
)


def template_is_there(work: Work, template_id: str) -> bool:
    """And stays until this work has ended."""
    return work.value(_TEMPLATE_IS_THERE, template_id=template_id) is not None


_SET_PROCESS = Statement(
    changing(threads)
    .where(
        threads.c.organization_id == ORGANIZATION_ID,
        threads.c.task_id == sa.bindparam("task_id", type_=sa.String(32)),
    )
    .values(process_id=sa.bindparam("new_process_id", type_=sa.String(32)))
)


def set_process_of_task(work: Work, task_id: str, process_id: str | None) -> None:
    """What was said about a task goes with it into another process, or out of any."""
    work.run(_SET_PROCESS, task_id=task_id, new_process_id=process_id)
