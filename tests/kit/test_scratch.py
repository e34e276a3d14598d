"""A transaction that leaves nothing behind and, on SQLite, is waited for by nobody (0040)."""

import sqlite3
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from cast import Cast
from procession.domains.organizing.tables import tags
from procession.domains.people.tables import guests
from procession.kit.database import ScratchRows, savepoint
from procession.kit.db import Statement
from procession.kit.errors import Refusal

_ADD = Statement(
    sa.insert(tags).values(
        organization_id=sa.bindparam("organization_id"), id=sa.bindparam("id"),
        title=sa.bindparam("id"), title_folded=sa.bindparam("id"), created_at=0,
    )
)  # fmt: skip
_ALL = Statement(
    sa.select(tags.c.id)
    .where(tags.c.organization_id == sa.bindparam("organization_id"))
    .order_by(tags.c.id)
)


def test_50_13_what_is_written_aside_is_seen_there_alone(cast: Cast) -> None:
    database = cast.server.storage.database
    is_file = database.dialect.name == "sqlite"
    of = {"organization_id": cast.organization_id}

    def add(connection: Any, tag: str) -> None:
        connection.execute(_ADD, {**of, "id": tag})

    def titles(connection: Any) -> list[str]:
        return [row[0] for row in connection.fetch(_ALL, of)]

    with database.writing() as connection:
        add(connection, "kept")
    rows = ScratchRows(cast.organization_id, only={guests.name: ("id", [])})
    with database.scratch(rows) as aside:
        with suppress(Refusal), savepoint(aside):
            add(aside, "undone")
            raise Refusal
        add(aside, "tried")
        assert titles(aside) == ["kept", "tried"]
        if is_file:
            with database.writing_if_free() as connection:
                add(connection, "meanwhile")
            assert titles(aside) == ["kept", "tried"]
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                aside.raw.execute("DELETE FROM kept.tags")
    assert titles(database.connection()) == (["kept", "meanwhile"] if is_file else ["kept"])
