"""Erase all rows of one organization, a bounded number in each transaction.

Others write meanwhile, and who ends it half way runs it again. What refers to a row goes with it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache

import sqlalchemy as sa

from procession.kit.db import Database, Statement, metadata
from procession.kit.destroying import Clearance, Destroying
from procession.kit.work import Work

#: Begins a transaction, with the clearance for all that the organization has.
Begin = Callable[[], AbstractContextManager[tuple[Work, Clearance]]]

#: In one transaction: a moment, also where each has others that refer to it.
_AT_ONCE = 1000
#: Of a long table, so that who waits sees that it goes on.
_TOLD_EACH = 50_000


def erase_rows(begin: Begin, tell: Callable[[str, int], None]) -> None:
    """All but the organization itself. `tell` hears of each table's name and number of rows."""
    for table in _tables():
        count = 0
        while erased := _erase_some(begin, table):
            count += erased
            if count % _TOLD_EACH == 0:
                tell(f"{table.name} so far", count)
        if count:
            tell(table.name, count)


def _tables() -> Iterator[sa.Table]:
    """Those that refer to others first."""
    for table in reversed(metadata.sorted_tables):
        if "organization_id" in table.c:
            yield table


def _erase_some(begin: Begin, table: sa.Table) -> int:
    with begin() as (work, clearance):
        return work.destroy(clearance, work.caller.organization_id, _erasing(table))


@cache
def _erasing(table: sa.Table) -> Destroying:
    key = table.primary_key.columns
    of_organization = table.c.organization_id == sa.bindparam(
        "organization_id", type_=sa.String(32)
    )
    some = sa.select(*key).where(of_organization).limit(_AT_ONCE)
    return Destroying(table.delete().where(sa.tuple_(*key).in_(some)))


def orphans(database: Database) -> dict[str, int]:
    """How many rows name an organization that is not there, for each table that has some. Those of
    tables that refer to it can have none: the database sees to that."""
    found = {}
    with database.reading() as connection:
        for table in _tables():
            if not _refers_to_organization(table):
                count = int(connection.fetch(_orphans_in(table), {})[0][0])
                if count:
                    found[table.name] = count
    return found


def _refers_to_organization(table: sa.Table) -> bool:
    """By itself, or through what it refers to."""
    return any(
        key.referred_table.name == "organizations"
        or ("organization_id" in key.column_keys and _refers_to_organization(key.referred_table))
        for key in table.foreign_key_constraints
    )


@cache
def _orphans_in(table: sa.Table) -> Statement:
    """Each organization is looked up once, however many rows it has. Some rows have none."""
    organizations = metadata.tables["organizations"]
    named = sa.select(table.c.organization_id.label("id"), sa.func.count().label("count")).where(
        table.c.organization_id.is_not(None), table.c.organization_id != ""
    )
    of = named.group_by(table.c.organization_id).subquery()
    gone = ~sa.exists().where(organizations.c.id == of.c.id)
    total = sa.func.coalesce(sa.func.sum(of.c.count), 0)
    return Statement(sa.select(sa.cast(total, sa.BigInteger)).where(gone))
