"""Issue 5.2, row 13: a clock that is set back, or was ahead at boot, holds nothing up."""

import pytest

from cast import Cast, assemble
from factories import make_oneoff
from procession.core.times import MINUTE
from procession.worker.loop import run_once, steps_of
from server import ClockInHand, RunningServer


@pytest.fixture
def people(alone: RunningServer) -> Cast:
    return assemble(alone)


@pytest.fixture
def hand(alone: RunningServer) -> ClockInHand:
    return alone.clock


def test_5_2_13_a_clock_ahead_at_boot_delays_no_clock_job(people: Cast, hand: ClockInHand) -> None:
    passed = [0]
    hand.stop_at("2026-03-04T09:00:00Z")
    steps = steps_of(people.server.storage, lambda: passed[0])
    while run_once(steps):
        pass
    hand.stop_at("2026-03-03T09:00:00Z")
    task = make_oneoff(people.olga, task_type="expiring", deadline="2026-03-03T10:00:00Z")
    hand.move(hours=1, seconds=1)
    passed[0] += MINUTE
    while run_once(steps):
        pass
    assert people.olga.get(f"/tasks/{task['id']}").json()["data"]["status"] == "completed"
