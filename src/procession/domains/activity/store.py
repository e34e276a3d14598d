"""Reading the activity feed. It is written by the unit of work alone (`kit.work`)."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.activity.access import is_visible
from procession.domains.activity.types import (
    BY_WEBHOOKS,
    LAUNCHES,
    ActivityFilter,
    Entry,
    Origin,
)
from procession.domains.comments.tables import threads
from procession.domains.organizing.tables import folders, tags
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import guests, users
from procession.domains.processes import access as process_access
from procession.domains.processes.access import Sight, sight_of
from procession.domains.processes.tables import processes
from procession.domains.processes.types import LaunchedVia
from procession.domains.tasks.tables import tasks
from procession.domains.templates.tables import templates
from procession.kit.caller import Role
from procession.kit.db import BigNumber, Statement, any_of, like_pattern
from procession.kit.folding import holds
from procession.kit.journal import activity
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_STORED = [activity.c[name] for name in Entry.__struct_fields__[:19]]
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


_IS_GUEST = activity.c.actor_kind == "guest"
_IS_BY_WEBHOOK = activity.c.event.in_(BY_WEBHOOKS)
_EMAIL_KEY = sa.bindparam("email_key", type_=sa.Text)
#: By an address both a user and a guest may be known; actors of either kind match.
_HAS_ADDRESS = sa.or_(
    sa.and_(
        _IS_GUEST,
        activity.c.actor_id.in_(sa.select(guests.c.id).where(guests.c.email_key == _EMAIL_KEY)),
    ),
    sa.and_(
        ~_IS_GUEST,
        activity.c.actor_id.in_(sa.select(users.c.id).where(users.c.email_key == _EMAIL_KEY)),
    ),
)
_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    # Everything that happened inside a process is numbered in it.
    "entity_id": _IS_SUBJECT,
    "entity_of_run": activity.c.process_id == _ENTITY_ID,
    "category": activity.c.category == sa.bindparam("category"),
    "verb": activity.c.verb == sa.bindparam("verb"),
    # The bot is one of the users.
    "actor_user": ~_IS_GUEST,
    "actor_guest": _IS_GUEST,
    "actor_id": activity.c.actor_id == sa.bindparam("actor_id", type_=BigNumber),
    "actor_email": _HAS_ADDRESS,
    "source_member": sa.and_(~_IS_GUEST, ~_IS_BY_WEBHOOK),
    "source_guest": _IS_GUEST,
    "source_webhook": _IS_BY_WEBHOOK,
    "created_from": activity.c.occurred_at >= sa.bindparam("created_from", type_=sa.BigInteger),
    "created_to": activity.c.occurred_at < sa.bindparam("created_to", type_=sa.BigInteger),
    "field": activity.c.field == sa.bindparam("field"),
    "search": holds(activity.c.sentence_folded),
    **{f"type_{entity_type}": _is_about(entity_type) for entity_type in _KINDS},
}

_earlier = activity.alias("earlier")
_IS_OF_MANY = sa.and_(activity.c.operation.is_not(None), activity.c.subject_kind != "Operation")
_CONDITIONS |= {
    "operation": activity.c.operation == sa.bindparam("operation", type_=sa.BigInteger),
    "is_folded": ~sa.and_(
        _IS_OF_MANY,
        sa.exists().where(
            _earlier.c.organization_id == activity.c.organization_id,
            _earlier.c.operation == activity.c.operation,
            _earlier.c.id < activity.c.id,
            _earlier.c.subject_kind != "Operation",
        ),
    ),
}

_launched = processes.alias("launched")
_origins = processes.alias("origins")
_IS_LAUNCHED = _launched.c.launched_via == LaunchedVia.TASK.value
_ORIGIN_ID = sa.bindparam("origin_id", type_=sa.Text)
_AUTOMATIC = sa.select(_launched.c.id).where(
    _launched.c.organization_id == ORGANIZATION_ID, _IS_LAUNCHED
)
_OF_TASK = sa.select(tasks.c.launched_process_id).where(
    tasks.c.organization_id == ORGANIZATION_ID, tasks.c.launched_process_id.is_not(None)
)
#: Found from what launched; without that each entry is asked.
_LAUNCHED_FROM = {
    "run": _AUTOMATIC.where(_launched.c.parent_id == _ORIGIN_ID),
    "task": _OF_TASK.where(tasks.c.id == _ORIGIN_ID),
    "step": _AUTOMATIC.where(
        tasks.c.organization_id == ORGANIZATION_ID,
        tasks.c.process_id == _launched.c.parent_id,
        tasks.c.launched_process_id == _launched.c.id,
        tasks.c.step_id == _ORIGIN_ID,
    ),
    "checklist": _AUTOMATIC.where(
        _origins.c.organization_id == ORGANIZATION_ID,
        _origins.c.id == _launched.c.parent_id,
        _origins.c.template_id == _ORIGIN_ID,
    ),
}
_TELLS_OF_LAUNCH = activity.c.event.in_(LAUNCHES)
_CONDITIONS |= {
    f"origin_{kind}": sa.and_(_TELLS_OF_LAUNCH, activity.c.process_id.in_(found))
    for kind, found in _LAUNCHED_FROM.items()
}
_CONDITIONS["has_origin"] = sa.and_(
    _TELLS_OF_LAUNCH, _AUTOMATIC.where(_launched.c.id == activity.c.process_id).exists()
)

_Shape = tuple[Sight, Role, tuple[str, ...]]


def _shape(work: Work, wanted: ActivityFilter) -> _Shape:
    names = [
        name
        for name in (
            "category", "verb", "actor_id", "actor_email", "field", "search", "created_from",
            "created_to", "operation",
        )
        if getattr(wanted, name) is not None
    ]  # fmt: skip
    names += [f"actor_{wanted.actor_kind}"] if wanted.actor_kind else []
    names += ["is_folded"] if wanted.is_folded else []
    if wanted.origin_type is not None:
        names.append("has_origin" if wanted.origin_id is None else f"origin_{wanted.origin_type}")
    names += [f"source_{wanted.source.lower()}"] if wanted.source else []
    if wanted.entity_id is not None:
        names.append("entity_of_run" if wanted.entity_type == "run" else "entity_id")
    elif wanted.entity_type is not None:
        names.append(f"type_{wanted.entity_type}")
    return sight_of(work.caller), work.caller.role or Role.LIGHT, tuple(names)


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
def _following(shape: _Shape) -> Statement:
    return Statement(
        _narrowed(shape, _ENTRIES)
        .where(activity.c.id > sa.bindparam("after_id", type_=BigNumber))
        .order_by(activity.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )


@cache
def _count(shape: _Shape) -> Statement:
    return Statement(_narrowed(shape, sa.select(sa.func.count()).select_from(activity)))


def list_entries(work: Work, request: PageRequest, wanted: ActivityFilter) -> Page[Entry]:
    """Entries about what the caller may read now, whatever entity is named."""
    shape, values = _shape(work, wanted), _values(wanted)
    page = _page(shape, is_oldest_first=wanted.is_oldest_first)
    rows = work.all(page, Entry, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(shape), **values), request)


def list_following(work: Work, wanted: ActivityFilter, after_id: int, most: int) -> list[Entry]:
    """The oldest first, from the number on."""
    statement, values = _following(_shape(work, wanted)), _values(wanted)
    return work.all(statement, Entry, after_id=after_id, limit=most, **values)


def _values(wanted: ActivityFilter) -> dict[str, Any]:
    return {
        "entity_id": wanted.entity_id,
        "category": wanted.category,
        "verb": wanted.verb,
        "actor_id": wanted.actor_id,
        "email_key": (wanted.actor_email or "").lower(),
        "field": wanted.field,
        "pattern": like_pattern(wanted.search or ""),
        "created_from": wanted.created_from,
        "created_to": wanted.created_to,
        "operation": wanted.operation,
        "origin_id": wanted.origin_id,
    }


#: How many of the newest entries come with each task (contract 40, 2.1).
_MOST_OF_A_TASK = 100
_TASK_OF_ENTRY = sa.case(
    (activity.c.subject_kind == "Task", activity.c.subject_id), else_=activity.c.parent_id
)
_NEWEST_FIRST = (activity.c.occurred_at.desc(), activity.c.id.desc())
_ranked = (
    sa.select(
        activity.c.id,
        sa.func.row_number()
        .over(partition_by=_TASK_OF_ENTRY, order_by=_NEWEST_FIRST)
        .label("place"),
    )
    .where(
        activity.c.organization_id == ORGANIZATION_ID,
        sa.or_(
            sa.and_(activity.c.subject_kind == "Task", any_of(activity.c.subject_id, "task_ids")),
            sa.and_(activity.c.parent_kind == "Task", any_of(activity.c.parent_id, "task_ids")),
        ),
    )
    .subquery("ranked")
)
_OF_TASKS = Statement(
    _ENTRIES.where(
        activity.c.organization_id == ORGANIZATION_ID,
        activity.c.id.in_(sa.select(_ranked.c.id).where(_ranked.c.place <= _MOST_OF_A_TASK)),
    ).order_by(*_NEWEST_FIRST)
)


def of_tasks(work: Work, task_ids: Sequence[str]) -> dict[str, list[Entry]]:
    """By task, newest first, of tasks that the caller may see; comments on them are included."""
    found: dict[str, list[Entry]] = {task_id: [] for task_id in task_ids}
    for entry in work.all(_OF_TASKS, Entry, task_ids=list(task_ids)) if task_ids else ():
        task_id = entry.subject_id if entry.subject_kind == "Task" else entry.parent_id
        found[task_id or ""].append(entry)
    return found


_NEWEST = Statement(
    _ENTRIES.where(activity.c.organization_id == ORGANIZATION_ID, _IS_SUBJECT)
    .order_by(*_NEWEST_FIRST)
    .limit(1)
)


def find_newest(work: Work, thing_id: str) -> Entry | None:
    """About something that the caller sees, or about what is in it."""
    return work.first(_NEWEST, Entry, entity_id=thing_id)


#: In the JSON of a fact. What people write has its quotes escaped, so it never looks like this.
_NAMES_A_RULE = activity.c.subject_state.like('%"rule_id":"%')


@cache
def _by_rules(sight: Sight, role: Role) -> Statement:
    return Statement(
        _ENTRIES.where(
            activity.c.organization_id == ORGANIZATION_ID,
            activity.c.process_id == sa.bindparam("process_id", type_=sa.Text),
            _NAMES_A_RULE,
            is_visible(sight, role),
        )
        .order_by(*_NEWEST_FIRST)
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )


def list_by_rules(work: Work, process_id: str, most: int) -> list[Entry]:
    """What rules have changed in a process, newest first, of tasks that the caller may see."""
    statement = _by_rules(sight_of(work.caller), work.caller.role or Role.LIGHT)
    return work.all(statement, Entry, process_id=process_id, limit=most)


class _Touched(msgspec.Struct, array_like=True, frozen=True):
    id: str
    at: int


def _latest(named: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return (
        sa.select(named, sa.func.max(activity.c.occurred_at))
        .where(
            activity.c.organization_id == ORGANIZATION_ID,
            any_of(named, "ids"),
            activity.c.actor_kind != "bot",
            activity.c.verb != "downloaded",
        )
        .group_by(named)
    )


_TOUCHED = Statement(
    sa.union_all(*[_latest(activity.c[name]) for name in ("process_id", "subject_id", "parent_id")])
)


def last_touched(work: Work, ids: Sequence[str]) -> dict[str, int]:
    """When a person last did something to each, or to what is in it; looking is nothing."""
    found: dict[str, int] = {}
    for row in work.all(_TOUCHED, _Touched, ids=list(ids)) if ids else ():
        found[row.id] = max(found.get(row.id, 0), row.at)
    return found


def _named(kind: str, table: sa.Table, name: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(sa.literal(kind, sa.Text), table.c.id, name).where(
        table.c.organization_id == ORGANIZATION_ID, any_of(table.c.id, "ids")
    )


#: The one its readers know: that of a draft is for its editors.
_TEMPLATE_NAME = sa.case(
    (
        sa.and_(templates.c.has_draft, templates.c.published_version.is_not(None)),
        templates.c.published_title,
    ),
    else_=templates.c.title,
)

_NAMES = Statement(
    _named("Run", processes, processes.c.name).union_all(
        _named("Task", tasks, tasks.c.title),
        _named("Checklist", templates, _TEMPLATE_NAME),
        _named("Thread", threads, threads.c.content),
        _named("Tag", tags, tags.c.title),
        _named("Folder", folders, folders.c.name),
    )
)


class _Name(msgspec.Struct, array_like=True):
    kind: str
    id: str
    name: str


def names_now(work: Work, entries: Sequence[Entry]) -> dict[tuple[str, str], str]:
    """By kind and id, what the subjects and parents of these entries are called now.

    Whoever may see an entry may see them; what is gone is left out.
    """
    ids = {entry.subject_id for entry in entries} | {entry.parent_id for entry in entries}
    found = work.all(_NAMES, _Name, ids=list(ids - {None}))
    return {(row.kind, row.id): row.name for row in found}


#: In the JSON of a launch, as `_NAMES_A_RULE`: most launches are nobody's but a person's.
_VIA_TASK = f'"launched_via":"{LaunchedVia.TASK.value}"'


def _is_automatic(entry: Entry) -> bool:
    is_told = entry.event == "process.launched" and _VIA_TASK in (entry.subject_state or "")
    return is_told or entry.event == "process.linked"


@cache
def _origins_of(sight: Sight) -> Statement:
    return Statement(
        sa.select(_launched.c.id, processes.c.id, processes.c.name).where(
            _launched.c.organization_id == ORGANIZATION_ID,
            any_of(_launched.c.id, "ids"),
            _IS_LAUNCHED,
            processes.c.organization_id == ORGANIZATION_ID,
            processes.c.id == _launched.c.parent_id,
            process_access.is_visible(sight),
        )
    )


def origins_now(work: Work, entries: Sequence[Entry]) -> dict[str, Origin]:
    """By process, where these tell of its launch by another one that the caller sees."""
    ids = {each.process_id for each in entries if _is_automatic(each)}
    if not ids:
        return {}
    found = work.all(_origins_of(sight_of(work.caller)), Origin, ids=sorted(filter(None, ids)))
    return {each.launched_id: each for each in found}
