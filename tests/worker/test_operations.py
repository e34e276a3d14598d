"""Part 70, row 7: a worker that is killed in the middle of an operation; others go on with it."""

from pathlib import Path

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
operating.work_on_one(server)

def stop(*which, **told):
    print("stopped", flush=True)
    time.sleep(600)

operating.note = stop
operating.work_on_one(server)
"""


@pytest.fixture
def people(alone: RunningServer) -> Cast:
    return assemble(alone)


def test_part70_7_a_worker_that_is_killed_loses_and_doubles_nothing(
    people: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runs = [launch(people.olga)["id"] for _ in range(30)]
    number = start_here(people, people.mia, select(people.mia), monkeypatch)
    first = start(people.server, tmp_path, "-c", _STOPPING)
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == b"stopped\n"
    finally:
        kill(first)
    half = read_operation(people.mia, {"number": number})
    assert (half["status"], half["done"]) == ("running", 10)
    workers = [start(people.server, tmp_path, "-m", "procession.cli", "work") for _ in range(2)]
    try:
        wait_for(lambda: read_operation(people.mia, {"number": number})["status"] == "finished")
    finally:
        for worker in workers:
            worker.terminate()
            worker.communicate()
    ended = read_operation(people.mia, {"number": number})
    assert (ended["done"], ended["skipped"], ended["total"]) == (30, [], 30)
    for run in runs:
        entries = activity_of(people.olga, {"id": run})
        assert [each["verb"][0] for each in entries] == ["archived", "created"]
        assert [each["process_entry"] for each in entries] == [2, 1]
    check_sums(people)
