"""How far a process is (contract 30, 2.2 and 2.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procession.core.progress import (
    Status,
    Totals,
    all_work_is_done,
    is_past,
    is_soon,
    lifecycle_status,
    progress,
)
from procession.core.times import DAY


@pytest.mark.parametrize(
    ("open_issues", "troubled", "is_done", "status"),
    [
        (1, 1, True, Status.ISSUE),
        (0, 1, True, Status.PROBLEM),
        (0, 0, True, Status.COMPLETE),
        (0, 0, False, Status.ACTIVE),
    ],
)
def test_the_first_status_that_matches_wins(
    open_issues: int, troubled: int, is_done: bool, status: Status
) -> None:
    found = lifecycle_status(open_issues=open_issues, troubled=troubled, is_done=is_done)
    assert found is status


@pytest.mark.parametrize(
    ("visible", "completed", "process_type", "is_done"),
    [(0, 0, "procedure", False), (0, 0, "form", True), (0, 0, "document", True),
     (2, 1, "procedure", False), (2, 2, "procedure", True), (1, 0, "form", False)],
)  # fmt: skip
def test_when_all_work_is_done(
    visible: int, completed: int, process_type: str, is_done: bool
) -> None:
    totals = Totals(visible=visible, completed=completed)
    assert all_work_is_done(totals, process_type, is_kickoff_complete=True) is is_done
    assert not all_work_is_done(totals, process_type, is_kickoff_complete=False)


@given(st.integers(1, 10_000), st.data())
def test_percent_is_rounded_and_whole(total: int, data: st.DataObject) -> None:
    complete = data.draw(st.integers(0, total))
    percent = progress(complete, total, is_done=complete == total).percent
    assert abs(percent - 100 * complete / total) <= 0.5


def test_nothing_to_do_is_nothing_done_except_for_forms() -> None:
    assert progress(0, 0, is_done=False).percent == 0
    assert progress(0, 0, is_done=True).percent == 100


def test_late_and_soon_exclude_each_other() -> None:
    now = 10 * DAY
    assert [is_past(now - 1, now), is_past(now, now), is_past(None, now)] == [True, False, False]
    assert [is_soon(now, now), is_soon(now + DAY, now), is_soon(now + DAY + 1, now)] == [
        True, True, False,
    ]  # fmt: skip
