"""Lists of processes: one statement for each shape of filters."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.core.archive import ArchivedShown
from procession.domains.comments.tables import threads
from procession.domains.organizing.access import (
    MOST_TAGS,
    carries_all,
    carries_none,
    lies_in,
    tag_values,
)
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.processes.access import (
    Sight,
    has_assigned_task,
    is_attached,
    is_visible,
    sight_of,
)
from procession.domains.processes.store.selecting import CLOCK, IS_STARRED, visible
from procession.domains.processes.tables import processes
from procession.domains.processes.types import Process, ProcessFilter
from procession.domains.tasks.tables import task_assignees
from procession.kit.db import Statement, any_of, like_pattern
from procession.kit.paging import Page, PageRequest, known_sort
from procession.kit.work import Work

_FINISHED_BEFORE = Statement(
    sa.select(processes.c.id)
    .where(
        processes.c.organization_id == ORGANIZATION_ID,
        processes.c.archived_at.is_(None),
        processes.c.open_issue_count == 0,
        processes.c.problem_task_count == 0,
        processes.c.completed_at < sa.bindparam("before", type_=sa.BigInteger),
        sa.func.coalesce(processes.c.activated_at, 0) < sa.bindparam("before", type_=sa.BigInteger),
    )
    .order_by(processes.c.completed_at, processes.c.id)
    .limit(1)
)


def find_finished_before(work: Work, before: int) -> str | None:
    """A live process with status complete since before then, and not restored since."""
    found: str | None = work.value(_FINISHED_BEFORE, before=before)
    return found


_STATUS: dict[str, sa.ColumnElement[bool]] = {
    "active": sa.and_(
        processes.c.open_issue_count == 0,
        processes.c.problem_task_count == 0,
        processes.c.completed_at.is_(None),
    ),
    "complete": sa.and_(
        processes.c.open_issue_count == 0,
        processes.c.problem_task_count == 0,
        processes.c.completed_at.is_not(None),
    ),
    "problem": sa.or_(processes.c.open_issue_count > 0, processes.c.problem_task_count > 0),
    "issue": processes.c.open_issue_count > 0,
    "delayed": sa.and_(
        processes.c.completed_at.is_(None), processes.c.first_open_deadline_at < CLOCK
    ),
    "improvement": sa.exists().where(
        threads.c.organization_id == processes.c.organization_id,
        threads.c.process_id == processes.c.id,
        threads.c.task_id.is_not(None),
        threads.c.label == "improvement",
    ),
    "starred": IS_STARRED,
    "draft": sa.false(),
}
_ARCHIVED = {
    ArchivedShown.HIDDEN: processes.c.archived_at.is_(None),
    ArchivedShown.ONLY: processes.c.archived_at.is_not(None),
    ArchivedShown.INCLUDED: sa.true(),
}
_STATUS_ORDER = sa.case(
    (processes.c.archived_at.is_not(None), "archived"),
    (_STATUS["issue"], "issue"),
    (_STATUS["problem"], "problem"),
    (_STATUS["complete"], "complete"),
    else_="active",
)
_SORTS: dict[str, Any] = {
    "name": sa.func.lower(processes.c.name),
    "created_at": processes.c.created_at,
    "updated_at": processes.c.updated_at,
    "started_at": processes.c.started_at,
    "completed_at": processes.c.completed_at,
    "archived_at": processes.c.archived_at,
    "due_date": processes.c.first_open_deadline_at,
    "status": _STATUS_ORDER,
}
_NULLABLE_SORTS = ("completed_at", "archived_at", "due_date")
_SORT_ALIASES: dict[str, tuple[str, bool]] = {
    "title": ("name", False),
    "created": ("created_at", False),
    "last_updated": ("updated_at", False),
    "updated": ("updated_at", False),
    "newest": ("created_at", True),
    "oldest": ("created_at", False),
    "most_delayed": ("due_date", False),
}


_NAMED_AS_IN_FILTER = (
    "owners", "started_by", "is_mine", "template_ids", "types", "parent_id", "created",
    "folder_ids",
)  # fmt: skip


def _conditions(wanted: ProcessFilter) -> list[str]:
    """Names of the conditions that `wanted` needs: the shape of its statement."""
    names = []
    if wanted.q:
        names.append("q_or_number" if wanted.q.isascii() and wanted.q.isdecimal() else "q")
    names += [name for name in _NAMED_AS_IN_FILTER if getattr(wanted, name)]
    if wanted.is_starred is not None:
        names.append("starred" if wanted.is_starred else "unstarred")
    if wanted.is_untagged is not None:
        names.append("untagged" if wanted.is_untagged else "tagged")
    return names


def _bound_name_matches() -> sa.ColumnElement[bool]:
    pattern = sa.bindparam("pattern", type_=sa.Text)
    return sa.func.lower(processes.c.name).like(pattern, escape="\\")


_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "q": _bound_name_matches(),
    "q_or_number": sa.or_(
        _bound_name_matches(), processes.c.number == sa.bindparam("number", type_=sa.Integer)
    ),
    "owners": sa.or_(
        any_of(processes.c.owner_id, "owners"),
        sa.exists().where(
            task_assignees.c.organization_id == processes.c.organization_id,
            task_assignees.c.process_id == processes.c.id,
            any_of(task_assignees.c.person, "owner_people"),
        ),
    ),
    "started_by": any_of(processes.c.started_by, "started_by"),
    "is_mine": sa.or_(
        processes.c.owner_id == CALLER_ID,
        processes.c.started_by == CALLER_ID,
        is_attached(),
        has_assigned_task(),
    ),
    "template_ids": any_of(processes.c.template_id, "template_ids"),
    "types": any_of(processes.c.type, "types"),
    "parent_id": processes.c.parent_id == sa.bindparam("parent_id", type_=sa.String(32)),
    "starred": IS_STARRED,
    "unstarred": ~IS_STARRED,
    "untagged": carries_none(processes),
    "tagged": ~carries_none(processes),
    "folder_ids": lies_in(processes, "folder_ids"),
    "created": sa.and_(
        processes.c.created_at >= sa.bindparam("created_from", type_=sa.BigInteger),
        processes.c.created_at < sa.bindparam("created_to", type_=sa.BigInteger),
    ),
}


def _status_condition(statuses: tuple[str, ...], archived: ArchivedShown) -> sa.ColumnElement[bool]:
    """Statuses are ORed; beside others, `archived` adds the archive to the live rows that match."""
    words = [status for status in statuses if status not in ("archived", "all")]
    if "all" in statuses or not words:
        condition: sa.ColumnElement[bool] = sa.true()
    else:
        condition = sa.or_(*[_STATUS[word] for word in words])
    if "archived" in statuses and words and archived is ArchivedShown.HIDDEN:
        live = sa.and_(processes.c.archived_at.is_(None), condition)
        return sa.or_(processes.c.archived_at.is_not(None), live)
    if statuses == ("archived",):
        return _ARCHIVED[ArchivedShown.ONLY]
    return sa.and_(_ARCHIVED[archived], condition)


_Shape = tuple[Sight, tuple[str, ...], tuple[str, ...], ArchivedShown, int]


def _shape(work: Work, wanted: ProcessFilter) -> _Shape:
    names = tuple(_conditions(wanted))
    return (
        sight_of(work.caller),
        names,
        wanted.statuses,
        wanted.archived,
        min(len(wanted.tags), MOST_TAGS + 1),
    )


def _narrowed(shape: _Shape, selected: sa.Select[Any]) -> sa.Select[Any]:
    _, names, statuses, archived, tag_count = shape
    conditions = [_CONDITIONS[name] for name in names]
    if tag_count:
        conditions.append(carries_all(processes, tag_count))
    return selected.where(_status_condition(statuses, archived), *conditions)


@cache
def _page(shape: _Shape, sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = []
    for key, is_descending in sort:
        column = _SORTS[key]
        ordered = column.desc() if is_descending else column.asc()
        order.append(ordered.nulls_last() if key in _NULLABLE_SORTS else ordered)
    return Statement(
        _narrowed(shape, visible(shape[0]))
        .order_by(*order, processes.c.number.desc())
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(shape: _Shape) -> Statement:
    counted = sa.select(sa.func.count()).select_from(processes)
    counted = counted.where(processes.c.organization_id == ORGANIZATION_ID, is_visible(shape[0]))
    return Statement(_narrowed(shape, counted))


def list_visible(work: Work, request: PageRequest, wanted: ProcessFilter) -> Page[Process]:
    shape = _shape(work, wanted)
    created_from, created_to = wanted.created or (0, 0)
    values = {
        "pattern": like_pattern(wanted.q),
        "number": int(wanted.q[:9]) if wanted.q.isascii() and wanted.q.isdecimal() else 0,
        "owners": list(wanted.owners),
        "owner_people": [f"u:{user}" for user in wanted.owners],
        "started_by": list(wanted.started_by),
        "template_ids": list(wanted.template_ids),
        "types": list(wanted.types),
        "parent_id": wanted.parent_id,
        "created_from": created_from,
        "created_to": created_to,
        "folder_ids": list(wanted.folder_ids),
        **tag_values(wanted.tags),
    }
    page = _page(shape, known_sort(wanted.sort, _SORTS, _SORT_ALIASES, usual=("created_at", True)))
    rows = work.all(page, Process, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(shape), **values), request)
