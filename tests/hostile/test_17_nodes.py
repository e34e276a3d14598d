"""Issue 5.2, row 17: two API nodes and three workers on one PostgreSQL, clocks minutes apart."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from cast import Cast, Person, assemble
from factories import complete, launch, made, make_template, tasks_of
from procession.core.times import SECOND
from procession.kit.db import Statement
from procession.kit.journal import activity, outbox
from procession.kit.mail import mails
from server import Client, RunningServer, free_port, running_server

_SECONDS = 5
_EVENTS_LEFT = Statement(sa.select(sa.func.count()).select_from(outbox))
_MAILS_LEFT = Statement(
    sa.select(sa.func.count()).select_from(mails).where(mails.c.sent_at.is_(None))
)
_HAPPENED = Statement(sa.select(sa.func.count()).select_from(activity))


@dataclass
class SlowArrivals:
    """A mail server that thinks for a while: meanwhile another worker could come."""

    got: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(0.3)
        self.got[envelope.rcpt_tos[0]] += 1
        return "250 OK"


@contextmanager
def worker(url: str, off: str, folder: Path, **environment: str) -> Iterator[Path]:
    """`procession work` with a clock that is off; its log."""
    name = f"worker{off}"
    clock, log = folder / f"{name}.clock", folder / f"{name}.log"
    clock.write_text(off)
    variables = {
        "PROCESSION_DATABASE_URL": url,
        "PROCESSION_CLOCK_FILE": str(clock),
        "PROCESSION_EVENT_LOG": "on",
        **{f"PROCESSION_{key}": value for key, value in environment.items()},
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "procession.cli", "work"],
            env={**os.environ, **variables},
            stdout=output,
            stderr=output,
        )
    try:
        yield log
    finally:
        process.terminate()
        process.wait(10)


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def until(condition: Callable[[], bool], seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def _work(actor: Person, template: dict[str, Any], number: int, done: list[str]) -> None:
    give_up, count = time.monotonic() + _SECONDS, 0
    while time.monotonic() < give_up:
        count += 1
        process = launch(actor, template, name=f"{number}-{count}")
        complete(actor, tasks_of(actor, process)[0])
        if count % 4 == 1:
            address = f"p{number}-{count}@new.test"
            made(actor.post("/users/invite", {"email": address, "first_name": "P"}), 200)
        done.append(str(process["id"]))


def _on(node: RunningServer, cast: Cast) -> Person:
    return replace(cast.olga, client=Client(node.base_url, cast.olga.token))


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_11_17_two_nodes_and_three_workers_with_clocks_apart_do_everything_once(
    database_kind: str, new_database: Callable[[str], str], tmp_path: Path
) -> None:
    url, arrivals, port = new_database(database_kind), SlowArrivals(), free_port()
    controller = Controller(arrivals, hostname="127.0.0.1", port=port)
    with ExitStack() as running:
        controller.start()
        running.callback(controller.stop)
        first = running.enter_context(running_server("first", url))
        second = running.enter_context(running_server("second", url))
        second.clock.set_off(minutes=3)
        logs = [
            running.enter_context(worker(url, off, tmp_path, SMTP_URL=f"smtp://127.0.0.1:{port}"))
            for off in ("+0", f"+{180 * SECOND}", f"-{180 * SECOND}")
        ]
        cast = assemble(first)
        template = make_template(cast.olga, 2)
        done: list[str] = []
        loads = [
            threading.Thread(target=_work, args=(_on(node, cast), template, number, done))
            for number, node in enumerate((first, first, second, second))
        ]
        for each in loads:
            each.start()
        for each in loads:
            each.join(60)
        connection = first.storage.database.connection()
        until(
            lambda: (
                not (
                    connection.fetch(_EVENTS_LEFT, {})[0][0]
                    or connection.fetch(_MAILS_LEFT, {})[0][0]
                )
            ),
            60,
        )
        delivered = Counter(
            line["id"] for log in logs for line in lines(log) if line["event"] == "event"
        )
        assert max(delivered.values()) == 1
        assert len(delivered) == connection.fetch(_HAPPENED, {})[0][0]
        assert arrivals.got
        assert set(arrivals.got.values()) == {1}
        found = cast.olga.get("/runs?without_pagination=true").json()["data"]
        assert sorted(each["id"] for each in found) == sorted(done)
        for each in found:
            progress = each["progress"]
            assert (progress["complete"], progress["total"]) == (1, 2)
        told = [
            [line for line in lines(log) if line["event"].startswith("clock differs")]
            for log in logs
        ]
        assert [len(each) for each in told] == [0, 1, 1]
        assert [each[0]["this_clock_is"] for each in told[1:]] == ["ahead", "behind"]
        assert all(179 <= each[0]["seconds"] <= 181 for each in told[1:])
        health = cast.nobody.get("/health").json()
        assert (health["status"], health["worker"]["outbox_oldest_seconds"]) == ("ok", None)
