"""What is put off is done in its order, told when it fails, and undone with the rest (0051)."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from procession.kit.content import NO_CONTENT
from procession.kit.database import Connection, Database, savepoint
from procession.kit.db import Statement, driver_errors
from procession.kit.errors import Refusal
from server import RunningServer

_MAKE = Statement(sa.text("CREATE TEMPORARY TABLE put_off (id INTEGER PRIMARY KEY)"))
_DROP = Statement.guarded(sa.text("DROP TABLE put_off"))
_NOTES = sa.Table("put_off", sa.MetaData(), sa.Column("id", sa.Integer), info=NO_CONTENT)
_ADD = Statement(sa.insert(_NOTES).values(id=sa.bindparam("id")))
_ALL = Statement(sa.select(_NOTES.c.id).order_by(_NOTES.c.id))


@pytest.fixture
def database(server: RunningServer) -> Iterator[Database]:
    """With a table that this thread alone has."""
    database: Database = server.storage.database
    with database.writing() as connection:
        connection.execute(_MAKE, {})
    yield database
    with database.writing() as connection:
        connection.execute(_DROP, {})


def put_off(connection: Connection, *ids: int) -> None:
    for number in ids:
        connection.execute_later(_ADD, {"id": number})


def refuse_after(connection: Connection, *ids: int) -> None:
    put_off(connection, *ids)
    raise Refusal


def ask_after(connection: Connection, *ids: int) -> None:
    put_off(connection, *ids)
    connection.fetch(_ALL, {})


def kept(database: Database) -> list[int]:
    return [row[0] for row in database.connection().fetch(_ALL, {})]


def test_who_asks_sees_what_was_put_off_and_the_end_does_the_rest(database: Database) -> None:
    with database.writing() as connection:
        put_off(connection, 1, 2)
        assert [row[0] for row in connection.fetch(_ALL, {})] == [1, 2]
        put_off(connection, 3)
    assert kept(database) == [1, 2, 3]


def test_what_fails_at_the_end_undoes_everything(database: Database) -> None:
    with pytest.raises(driver_errors()), database.writing() as connection:
        put_off(connection, 1, 2, 2, 3)
    assert kept(database) == []


def test_a_part_is_undone_alone_with_what_was_put_off_in_it(database: Database) -> None:
    with database.writing() as connection:
        put_off(connection, 1)
        with pytest.raises(driver_errors()), savepoint(connection):
            put_off(connection, 2, 1)
        with pytest.raises(Refusal), savepoint(connection):
            refuse_after(connection, 3)
        put_off(connection, 4)
    assert kept(database) == [1, 4]


def test_a_statement_that_failed_can_be_said_again(database: Database) -> None:
    """Also where it was to be prepared in the message that failed."""
    for _ in range(2):
        with pytest.raises(driver_errors()), database.writing() as connection:
            ask_after(connection, 5, 5)
    with database.writing() as connection:
        put_off(connection, 5)
    assert kept(database) == [5]


def test_many_statements_are_prepared_and_many_forgotten(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procession.kit.postgres_talk._MOST_PREPARED", 3)
    for number in range(8):
        other = Statement(sa.select(_NOTES.c.id).where(_NOTES.c.id > number))
        assert database.connection().fetch(other, {}) == []


def test_a_message_larger_than_the_network_takes_at_once(database: Database) -> None:
    with database.writing() as connection:
        put_off(connection, *range(3000))
    assert len(kept(database)) == 3000
