"""Keys of the server itself."""

import sqlalchemy as sa

from procession.domains.accounts.tables import server_keys
from procession.kit.db import Connection, Statement
from procession.kit.work import Work

_SERVER_KEY = Statement(
    sa.select(server_keys.c.value).where(server_keys.c.name == sa.bindparam("name"))
)
_INSERT_SERVER_KEY_ONCE = Statement(
    server_keys.insert().from_select(
        ["name", "value"],
        sa.select(sa.bindparam("name", type_=sa.Text), sa.bindparam("value", type_=sa.Text))
        .where(sa.true())
        .suffix_with("ON CONFLICT DO NOTHING"),
    )
)

_REPLACE_SERVER_KEY = Statement(
    server_keys.update()
    .where(
        server_keys.c.name == sa.bindparam("of_name", type_=sa.Text),
        server_keys.c.value == sa.bindparam("seen", type_=sa.Text),
    )
    .values(value=sa.bindparam("new_value", type_=sa.Text))
)

_DELETE_SERVER_KEY = Statement(
    server_keys.delete().where(server_keys.c.name == sa.bindparam("of_name", type_=sa.Text))
)
_LOCK_SERVER_KEY = Statement(
    sa.select(server_keys.c.value)
    .where(server_keys.c.name == sa.bindparam("of_name", type_=sa.Text))
    .with_for_update()
)


def find_server_key(connection: Connection, name: str) -> str | None:
    rows = connection.fetch(_SERVER_KEY, {"name": name})
    return rows[0][0] if rows else None


def add_server_key_once(connection: Connection, name: str, value: str) -> None:
    """The first value stays: the processes of a new server all start at the same moment."""
    connection.execute(_INSERT_SERVER_KEY_ONCE, {"name": name, "value": value})


def replace_server_key(connection: Connection, name: str, seen: str, value: str) -> bool:
    """False when it is not `seen` any more."""
    values = {"of_name": name, "seen": seen, "new_value": value}
    return connection.execute(_REPLACE_SERVER_KEY, values) > 0


def set_server_key(connection: Connection, name: str, value: str) -> None:
    """Whatever it was."""
    connection.execute(_DELETE_SERVER_KEY, {"of_name": name})
    add_server_key_once(connection, name, value)


def take_server_key(work: Work, name: str) -> str | None:
    """It is nobody else's afterwards: two who take it at once wait for each other."""
    found: str | None = work.value(_LOCK_SERVER_KEY, of_name=name)
    work.run(_DELETE_SERVER_KEY, of_name=name)
    return found
