"""Erase all rows of one organization, a bounded number in each transaction.

Others write meanwhile, and who ends it half way runs it again. What refers to a row goes with it.
"""

from collections.abc import Callable, Iterator
from functools import cache

import sqlalchemy as sa

from procession.kit.db import Database, Statement, metadata

#: In one transaction: a moment, also where each has others that refer to it.
_AT_ONCE = 1000


def erase_rows(database: Database, organization_id: str, tell: Callable[[str, int], None]) -> None:
    """All but the organization itself. `tell` hears of each table's name and number of rows."""
    for table in _tables():
        count = 0
        while erased := _erase_some(database, table, organization_id):
            count += erased
        if count:
            tell(table.name, count)


def _tables() -> Iterator[sa.Table]:
    """Those that refer to others first."""
    for table in reversed(metadata.sorted_tables):
        if "organization_id" in table.c:
            yield table


def _erase_some(database: Database, table: sa.Table, organization_id: str) -> int:
    with database.writing() as connection:
        erased: int = connection.execute(_erasing(table), {"organization_id": organization_id})
    return erased


@cache
def _erasing(table: sa.Table) -> Statement:
    key = table.primary_key.columns
    of_organization = table.c.organization_id == sa.bindparam(
        "organization_id", type_=sa.String(32)
    )
    some = sa.select(*key).where(of_organization).limit(_AT_ONCE)
    return Statement(table.delete().where(sa.tuple_(*key).in_(some)))
