"""Part 70, row 7: workers that are killed in the middle of an operation; others go on with it."""

import subprocess
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any

import pytest

from backdoor import check_sums
from cast import Cast, assemble
from dying import kill, start, wait_for
from factories import activity_of, launch
from many import read_operation, select, start_here
from server import RunningServer

#: Has changed what its second turn takes, and committed none of it.
_STOPPING = """
import os
import time
from procession.flows.access.opening import open_migrated
from procession.flows.archive import operating
from procession.kit.settings import read_settings

operating._MOST_IN_A_TURN = 10
server = open_migrated(read_settings(os.environ))
while not operating.work_on_one(server):
    pass

def stop(*which, **told):
    print("stopped", flush=True)
    time.sleep(600)

operating.note = stop
while not operating.work_on_one(server):
    pass
"""


@pytest.fixture
def people(alone: RunningServer) -> Cast:
    return assemble(alone)


def test_part70_7_two_of_four_workers_are_killed_and_nothing_is_lost_or_doubled(
    people: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two workers each do one turn, and die in another; two are there when the second of them does,
    and go on."""
    runs = [launch(people.olga)["id"] for _ in range(40)]
    number = start_here(people, people.mia, select(people.mia), monkeypatch)

    def read() -> Any:
        return read_operation(people.mia, {"number": number})

    stopping = [start(people.server, tmp_path, "-c", _STOPPING) for _ in range(2)]
    working: list[subprocess.Popen[bytes]] = []
    try:
        _kill_one(stopping)
        working += [start(people.server, tmp_path, "-m", "procession.cli", "work") for _ in "ab"]
        _kill_one(stopping)
        wait_for(lambda: read()["status"] == "finished")
    finally:
        for worker in (*stopping, *working):
            worker.terminate()
            worker.communicate()
    ended = read()
    assert (ended["done"], ended["skipped"], ended["total"]) == (40, [], 40)
    for run in runs:
        entries = activity_of(people.olga, {"id": run})
        assert [each["verb"][0] for each in entries] == ["archived", "created"]
        assert [each["process_entry"] for each in entries] == [2, 1]
    check_sums(people)


def _kill_one(stopping: "list[subprocess.Popen[bytes]]") -> None:
    """Of them the first that has stopped in the middle of a turn."""
    with DefaultSelector() as selector:
        for worker in stopping:
            assert worker.stdout is not None
            selector.register(worker.stdout, EVENT_READ, worker)
        ((key, _), *_) = selector.select(20)
    worker = key.data
    assert worker.stdout.readline() == b"stopped\n"
    stopping.remove(worker)
    kill(worker)
