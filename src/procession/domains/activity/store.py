"""Reading the activity feed. It is written by the unit of work alone (`kit.work`)."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.domains.activity.access import is_visible
from procession.domains.activity.types import ActivityFilter, Entry
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import guests, users
from procession.domains.processes.access import Sight, sight_of
from procession.kit.caller import Role
from procession.kit.db import Statement, like_pattern
from procession.kit.journal import activity
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_STORED = [activity.c[name] for name in Entry.__struct_fields__[:18]]
_ENTRIES = sa.select(
    *_STORED,
    sa.func.coalesce(users.c.email, guests.c.email),
    users.c.username,
    users.c.first_name,
    users.c.last_name,
).select_from(
    activity.outerjoin(
        users, sa.and_(activity.c.actor_kind != "guest", users.c.id == activity.c.actor_id)
    ).outerjoin(
        guests, sa.and_(activity.c.actor_kind == "guest", guests.c.id == activity.c.actor_id)
    )
)
_ENTITY_ID = sa.bindparam("entity_id", type_=sa.Text)
_IS_SUBJECT = sa.or_(activity.c.subject_id == _ENTITY_ID, activity.c.parent_id == _ENTITY_ID)
_KINDS = {
    "checklist": "Checklist",
    "run": "Run",
    "step": "Step",
    "task": "Task",
    "thread": "Thread",
}


def _is_about(entity_type: str) -> sa.ColumnElement[bool]:
    kind = _KINDS[entity_type]
    return sa.or_(activity.c.subject_kind == kind, activity.c.parent_kind == kind)


_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    # Everything that happened inside a process is numbered in it.
    "entity_id": _IS_SUBJECT,
    "entity_of_run": activity.c.process_id == _ENTITY_ID,
    "category": activity.c.category == sa.bindparam("category"),
    "verb": activity.c.verb == sa.bindparam("verb"),
    "actor_kind": activity.c.actor_kind == sa.bindparam("actor_kind"),
    "actor_id": activity.c.actor_id == sa.bindparam("actor_id"),
    "field": activity.c.field == sa.bindparam("field"),
    "search": sa.func.lower(activity.c.sentence).like(
        sa.bindparam("pattern", type_=sa.Text), escape="\\"
    ),
    **{f"type_{entity_type}": _is_about(entity_type) for entity_type in _KINDS},
}

_Shape = tuple[Sight, Role, tuple[str, ...]]


def _shape(work: Work, wanted: ActivityFilter, *, is_entity_readable: bool) -> _Shape:
    names = [
        name
        for name in ("category", "verb", "actor_kind", "actor_id", "field", "search")
        if getattr(wanted, name) is not None
    ]
    if wanted.entity_id is not None:
        names.append("entity_of_run" if wanted.entity_type == "run" else "entity_id")
    elif wanted.entity_type is not None:
        names.append(f"type_{wanted.entity_type}")
    sight = sight_of(work.caller)
    if is_entity_readable and wanted.entity_type != "run":
        sight = Sight.ALL
    return sight, work.caller.role or Role.LIGHT, tuple(names)


def _narrowed(shape: _Shape, selected: sa.Select[Any]) -> sa.Select[Any]:
    sight, role, names = shape
    return selected.where(
        activity.c.organization_id == ORGANIZATION_ID,
        is_visible(sight, role),
        *[_CONDITIONS[name] for name in names],
    )


@cache
def _page(shape: _Shape, *, is_oldest_first: bool) -> Statement:
    order = (
        (activity.c.occurred_at.asc(), activity.c.id.asc())
        if is_oldest_first
        else (activity.c.occurred_at.desc(), activity.c.id.desc())
    )
    return Statement(
        _narrowed(shape, _ENTRIES)
        .order_by(*order)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(shape: _Shape) -> Statement:
    return Statement(_narrowed(shape, sa.select(sa.func.count()).select_from(activity)))


def list_entries(
    work: Work, request: PageRequest, wanted: ActivityFilter, *, is_entity_readable: bool
) -> Page[Entry]:
    """`is_entity_readable`: the caller may read the named entity, which decides for its entries."""
    shape = _shape(work, wanted, is_entity_readable=is_entity_readable)
    values = {
        "entity_id": wanted.entity_id,
        "category": wanted.category,
        "verb": wanted.verb,
        "actor_kind": wanted.actor_kind,
        "actor_id": wanted.actor_id,
        "field": wanted.field,
        "pattern": like_pattern(wanted.search or ""),
    }
    page = _page(shape, is_oldest_first=wanted.is_oldest_first)
    rows = work.all(page, Entry, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(shape), **values), request)
