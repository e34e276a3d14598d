"""How many processes of each template are under way."""

from collections.abc import Collection
from functools import cache

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.access import Sight, is_visible, sight_of
from procession.domains.processes.tables import processes
from procession.kit.db import Statement, any_of
from procession.kit.work import Work


@cache
def _by_template(sight: Sight) -> Statement:
    return Statement(
        sa.select(processes.c.template_id, sa.func.count())
        .where(
            processes.c.organization_id == ORGANIZATION_ID,
            any_of(processes.c.template_id, "template_ids"),
            processes.c.archived_at.is_(None),
            processes.c.completed_at.is_(None),
            is_visible(sight),
        )
        .group_by(processes.c.template_id)
    )


class _Count(msgspec.Struct, array_like=True):
    template_id: str
    count: int


def running_by_template(work: Work, template_ids: Collection[str]) -> dict[str, int]:
    """Those that the caller may see; templates without any are left out. One statement for all."""
    if not template_ids:
        return {}
    statement = _by_template(sight_of(work.caller))
    found = work.all(statement, _Count, template_ids=list(template_ids))
    return {row.template_id: row.count for row in found}
