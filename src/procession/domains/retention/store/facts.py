"""What rules ask of processes: found template by template, oldest first, by an index each.

A rule is its template's, and so is the instant that its processes are compared with. So the oldest
of each template is asked for first, and only where that is due all that are.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from procession.core.archive import Verb
from procession.core.times import Instant
from procession.domains.holds.tables import holds
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.retention.types import Began, Keeping
from procession.kit.db import Statement, any_of
from procession.kit.work import Work

_HERE = processes.c.organization_id == ORGANIZATION_ID
_TEMPLATE = sa.bindparam("template_id", type_=sa.String(32))
#: Of holds nothing is stored with a process.
_ELSEWHERE = ("is_held", "released_at")
_COLUMNS = [processes.c[name] for name in Keeping.__struct_fields__ if name not in _ELSEWHERE]


class _Shelf(NamedTuple):
    """Where a verb finds its processes, as its index has them (processes.tables)."""

    conditions: tuple[Any, ...]
    column: Any


_SHELVES = {
    Verb.ARCHIVE: _Shelf(
        (processes.c.archived_at.is_(None), processes.c.completed_at.is_not(None)),
        processes.c.completed_at,
    ),
    Verb.DELETE: _Shelf((processes.c.archived_at.is_not(None),), processes.c.archived_at),
}


@cache
def _oldest(verb: Verb) -> Statement:
    """From one template to the next by the index: it is not read from end to end."""
    shelf = _SHELVES[verb]
    first = sa.select(sa.func.min(processes.c.template_id)).where(_HERE, *shelf.conditions)
    found = sa.select(first.scalar_subquery().label("template_id")).cte("found", recursive=True)
    following = first.where(processes.c.template_id > found.c.template_id)
    found = found.union_all(
        sa.select(following.correlate(found).scalar_subquery()).where(
            found.c.template_id.is_not(None)
        )
    )
    began = (
        sa.select(sa.func.min(shelf.column))
        .where(_HERE, *shelf.conditions, processes.c.template_id == found.c.template_id)
        .correlate(found)
        .scalar_subquery()
    )
    return Statement(sa.select(found.c.template_id, began).where(found.c.template_id.is_not(None)))


def list_oldest(work: Work, verb: Verb) -> list[Began]:
    """Of each template that has processes for the verb, when the oldest of them was completed, or
    archived."""
    return work.all(_oldest(verb), Began)


@cache
def _due(verb: Verb) -> Statement:
    shelf = _SHELVES[verb]
    before, after = (sa.bindparam(name, type_=sa.BigInteger) for name in ("before", "after_began"))
    behind = sa.tuple_(shelf.column, processes.c.id) > sa.tuple_(
        after, sa.bindparam("after_id", type_=sa.String(32))
    )
    return Statement(
        sa.select(*_COLUMNS)
        .where(
            _HERE, *shelf.conditions, processes.c.template_id == _TEMPLATE, shelf.column <= before,
            behind,
        )
        .order_by(shelf.column, processes.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )  # fmt: skip


def list_due(
    work: Work, verb: Verb, began: Began, *, behind: Keeping | None, most: int
) -> list[Keeping]:
    """Oldest first."""
    after = 0
    if behind is not None:
        after = (behind.completed_at if verb is Verb.ARCHIVE else behind.archived_at) or 0
    values = {
        "template_id": began.template_id,
        "before": began.at,
        "after_began": after,
        "after_id": "" if behind is None else behind.id,
        "limit": most,
    }
    return work.all(_due(verb), Keeping, **values)


_THESE = sa.select(*_COLUMNS).where(_HERE, any_of(processes.c.id, "process_ids"))
_OF = Statement(_THESE)
_LOCKED = Statement(_THESE.order_by(processes.c.id).with_for_update())
_CHILDREN = Statement(
    sa.select(*_COLUMNS).where(_HERE, any_of(processes.c.parent_id, "process_ids"))
)


def facts_of(work: Work, ids: Sequence[str], *, lock: bool = False) -> list[Keeping]:
    """Those that there are. `lock`: in the order of their ids."""
    if not ids:
        return []
    return work.all(_LOCKED if lock else _OF, Keeping, process_ids=list(ids))


def list_children(work: Work, ids: Sequence[str]) -> list[Keeping]:
    return work.all(_CHILDREN, Keeping, process_ids=list(ids)) if ids else []


_TITLE = Statement(
    sa.select(processes.c.template_title)
    .where(_HERE, processes.c.template_id == _TEMPLATE)
    .order_by(processes.c.template_id)
    .limit(1)
)


def title_left(work: Work, template_id: str) -> str | None:
    """Of a template, gone or not, as a process of it has it; None: there is none."""
    found: str | None = work.value(_TITLE, template_id=template_id)
    return found


# --- Holds ---


class Cover(msgspec.Struct, array_like=True, frozen=True):
    """All holds of one scope together."""

    scope_type: str
    scope_id: str
    active_count: int
    #: The last release of one of them.
    released_at: Instant | None


_COVERS = Statement(
    sa.select(
        holds.c.scope_type,
        holds.c.scope_id,
        sa.cast(sa.func.sum(sa.case((holds.c.released_at.is_(None), 1), else_=0)), sa.BigInteger),
        sa.func.max(holds.c.released_at),
    )
    .where(holds.c.organization_id == ORGANIZATION_ID)
    .group_by(holds.c.scope_type, holds.c.scope_id)
)


def list_covers(work: Work) -> list[Cover]:
    return work.all(_COVERS, Cover)
