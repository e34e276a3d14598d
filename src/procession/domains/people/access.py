"""Whose permissions a caller has: their own, and those of the groups they are in."""

from typing import Any

import sqlalchemy as sa

from procession.domains.people.tables import group_members

#: Bound by every statement that narrows rows to what its caller may see.
CALLER_ID = sa.bindparam("caller_id", type_=sa.Integer)
CALLER_PERSON = sa.bindparam("caller_person", type_=sa.Text)
ORGANIZATION_ID = sa.bindparam("organization_id", type_=sa.String(32))


def is_caller(person: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The stored person is the calling member, or a group that holds them."""
    groups = (
        sa.select(sa.literal("g:", sa.Text).concat(group_members.c.group_id))
        .where(
            group_members.c.organization_id == ORGANIZATION_ID,
            group_members.c.user_id == CALLER_ID,
        )
        .union_all(sa.select(CALLER_PERSON))
    )
    return person.in_(groups)
