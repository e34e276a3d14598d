"""When members and guests were last here."""

import sqlalchemy as sa

from procession.core.times import MINUTE
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.people.tables import guest_links, memberships
from procession.kit.db import Statement
from procession.kit.work import Work


def _seeing(table: sa.Table, person: str) -> Statement:
    """Whoever was seen a moment ago is left alone, and so is a row that somebody else changes."""
    free = (
        sa.select(table.c[person])
        .where(
            table.c.organization_id == ORGANIZATION_ID,
            table.c[person] == CALLER_ID,
            sa.func.coalesce(table.c.last_accessed_at, 0) <= sa.bindparam("before"),
        )
        .with_for_update(key_share=True, skip_locked=True)
    )
    return Statement(
        table.update()
        .where(table.c.organization_id == ORGANIZATION_ID, table.c[person].in_(free))
        .values(last_accessed_at=sa.bindparam("now", type_=sa.BigInteger))
    )


_MEMBER = _seeing(memberships, "user_id")
_GUEST = _seeing(guest_links, "guest_id")


def set_member_seen(work: Work) -> None:
    work.run(_MEMBER, before=work.now - 5 * MINUTE)


def set_guest_seen(work: Work) -> None:
    work.run(_GUEST, before=work.now - 5 * MINUTE)
