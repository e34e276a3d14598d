"""A server whose database no other test writes to: the worker's steps go through all of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from procession.domains.people.tables import guests, users
from procession.kit.db import Statement, metadata
from procession.kit.journal import notices, outbox
from server import RunningServer, running_server

#: What belongs to an organization goes with it.
_EMPTY = [
    Statement.guarded(metadata.tables["organizations"].delete()),
    *[Statement(table.delete()) for table in (outbox, notices, metadata.tables["mails"], guests)],
    Statement(users.delete()),
]


@pytest.fixture(scope="session")
def spare_server_on(
    new_database: Callable[[str], str],
) -> Iterator[Callable[[str], RunningServer]]:
    """Started at first use, and then kept: starting one takes longer than most tests."""
    with ExitStack() as running:
        servers: dict[str, RunningServer] = {}

        def get(kind: str) -> RunningServer:
            if kind not in servers:
                servers[kind] = running.enter_context(
                    running_server(kind, new_database(kind), WEBHOOK_NETWORKS="127.0.0.1")
                )
            return servers[kind]

        yield get


@pytest.fixture
def alone(
    database_kind: str, spare_server_on: Callable[[str], RunningServer]
) -> Iterator[RunningServer]:
    """With nothing in its database but what the test makes."""
    running = spare_server_on(database_kind)
    yield running
    running.clock.let_go()
    with running.storage.database.writing() as connection:
        for statement in _EMPTY:
            connection.execute(statement, {})
