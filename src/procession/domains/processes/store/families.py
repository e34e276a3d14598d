"""Families: whose parent leads to a process, whoever may see them (contract 70, 5)."""

from collections.abc import Collection, Sequence
from functools import cache

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.kit.db import Statement, any_of
from procession.kit.work import Work


class Member(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """One of a family; field order is the store's column order."""

    id: str
    number: int
    parent_id: str | None
    archived_at: Instant | None
    archived_operation: int | None


@cache
def _below() -> Statement:
    """Each once, so a circle of parents ends."""
    known = (
        sa.select(processes.c.id)
        .where(processes.c.organization_id == ORGANIZATION_ID, any_of(processes.c.id, "roots"))
        .cte("family", recursive=True)
    )
    child = processes.alias("child")
    known = known.union(
        sa.select(child.c.id).where(
            child.c.organization_id == ORGANIZATION_ID, child.c.parent_id == known.c.id
        )
    )
    columns = [processes.c[name] for name in Member.__struct_fields__]
    return Statement(
        sa.select(*columns)
        .select_from(known.join(processes, processes.c.id == known.c.id))
        .where(processes.c.organization_id == ORGANIZATION_ID)
        .order_by(processes.c.number)
    )


def families_of(work: Work, roots: Sequence[str]) -> list[Member]:
    """`roots` and all below them, in the order in which they were launched."""
    return work.all(_below(), Member, roots=list(roots)) if roots else []


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


_LOCK = Statement(
    sa.select(processes.c.id)
    .where(processes.c.organization_id == ORGANIZATION_ID, any_of(processes.c.id, "process_ids"))
    .order_by(processes.c.number)
    .with_for_update()
)


def lock_members(work: Work, process_ids: Collection[str]) -> None:
    """By ascending number: from the top down, as launches take them."""
    work.all(_LOCK, _Id, process_ids=list(process_ids))
    work.read_clock()
