"""Rows that a worker takes on later: when one is due, and by whose clock.

A claim moves `due_at` of a row ahead: a lease, which runs out by itself. Workers stand on several
machines whose clocks differ, so leases and pauses go by one clock for all: the database's.
"""

import sqlalchemy as sa

from procession.core.times import Instant
from procession.kit.db import Connection, Statement

#: `due_at` of what is new. It is nobody's reading of a clock, so no clock can make it wait; among
#: themselves, new rows go in the order of their numbers.
AT_ONCE: Instant = 0

#: And of what is told by operations on many things (contract 70, 2): it is due at once, too, but
#: behind all that is told of single ones.
AFTER_OTHERS: Instant = 1

_DATABASE_CLOCK = Statement(
    sa.select(sa.cast(sa.extract("epoch", sa.func.clock_timestamp()) * 1_000_000, sa.BigInteger()))
)


def database_clock(connection: Connection) -> Instant:
    """Of PostgreSQL, as it runs on within a transaction. SQLite has none but the machine's."""
    return int(connection.fetch(_DATABASE_CLOCK, {})[0][0])


def recalling(table: sa.Table, waits: sa.ColumnElement[bool], longest: int) -> Statement:
    """Makes due what is to wait for longer than `longest`, the longest lease or pause there is.

    It was dated by a clock that was ahead and has been set back since.
    """
    latest = sa.bindparam("now", type_=sa.BigInteger) + longest
    return Statement(table.update().where(table.c.due_at > latest, waits).values(due_at=AT_ONCE))
