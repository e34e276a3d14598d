"""Issue 5.2, row 13: a clock that was ahead, and is set back a day, keeps no event and no mail."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from cast import Cast, assemble
from factories import launch, made
from procession.core.times import DAY, MINUTE
from procession.kit.db import Statement
from procession.kit.journal import outbox
from procession.kit.mail import mails
from procession.kit.server import Server
from procession.worker.drain import Delivery, Drain
from procession.worker.loop import run_once, steps_of
from procession.worker.post import PostOffice, WaitingMail
from server import RunningServer, running_server

_WAITING = [
    Statement(sa.select(sa.func.count()).select_from(outbox)),
    Statement(sa.select(sa.func.count()).select_from(mails).where(mails.c.sent_at.is_(None))),
]
_TOMORROW = [
    Statement(table.update().values(due_at=sa.bindparam("at"))) for table in (outbox, mails)
]


@dataclass
class Receivers:
    """Of events and mails; they remember what they got."""

    events: list[Delivery] = field(default_factory=list)
    mails: list[WaitingMail] = field(default_factory=list)


def settle(server: Server) -> Receivers:
    got = Receivers()
    drain = Drain(server, (got.events.append,))
    office = PostOffice(server, got.mails.append)
    while drain.deliver_some() or office.send_one():
        pass
    return got


def invite(cast: Cast) -> None:
    made(cast.olga.post("/users/invite", {"email": "ann@new.test", "first_name": "Ann"}), 200)


@pytest.fixture
def alone(database_kind: str, new_database: Callable[[str], str]) -> Iterator[RunningServer]:
    with running_server(database_kind, new_database(database_kind)) as server:
        yield server


@pytest.fixture
def people(alone: RunningServer) -> Cast:
    return assemble(alone)


def test_11_13_what_was_written_while_the_clock_was_a_day_ahead_goes_on_at_once(
    alone: RunningServer,
) -> None:
    now = alone.storage.clock()
    alone.clock.set_off(days=1)
    people = assemble(alone)
    invite(people)
    launch(people.olga)
    alone.clock.let_go()
    assert alone.storage.clock() < now + DAY
    got = settle(alone.storage)
    assert "process.launched" in {event.event for event in got.events}
    assert [mail.address for mail in got.mails] == ["ann@new.test"]
    assert settle(alone.storage) == Receivers()


def test_11_13_leases_and_pauses_of_a_clock_that_was_ahead_run_out_within_a_minute(
    people: Cast, alone: RunningServer, tmp_path: Path
) -> None:
    invite(people)
    launch(people.olga)
    settings = replace(alone.settings, mail_folder=str(tmp_path))
    server = replace(alone.storage, settings=settings)
    passed = [0]
    steps = steps_of(server, lambda: passed[0])
    with server.database.writing() as connection:
        at = server.now_for_all(connection) + DAY
        for statement in _TOMORROW:
            connection.execute(statement, {"at": at})
    assert settle(server) == Receivers()
    for _ in range(3):
        passed[0] += MINUTE // 2
        while run_once(steps):
            pass
    connection = server.database.connection()
    assert [connection.fetch(each, {})[0][0] for each in _WAITING] == [0, 0]


def test_11_13_a_lease_that_is_not_too_long_is_left_to_who_has_it(
    people: Cast, alone: RunningServer
) -> None:
    launch(people.olga)
    drain = Drain(alone.storage, ())
    (claimed,) = drain.claim(most=1)
    drain.recall()
    got = settle(alone.storage)
    assert claimed.id not in {event.id for event in got.events}
