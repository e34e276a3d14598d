"""Every list beside a look at every row: which rows, what order, how many (decision 0015)."""

from collections.abc import Callable
from typing import Any

import pytest

from cast import Cast
from crowd import GUEST, NOW, Crowd, by_keys, make_crowd
from procession.core.archive import ArchivedShown
from procession.core.since import Since
from procession.domains.processes import store as processes
from procession.domains.processes.types import ProcessFilter
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import TaskFilter
from procession.kit.caller import Caller
from procession.kit.paging import PageRequest
from procession.kit.work import Work, reading

PEOPLE = ("olga", "mia", "leo", "gus")
SHOWN = list(ArchivedShown)
Row = dict[str, Any]


@pytest.fixture(params=[1, 2, 3])
def crowd(cast: Cast, request: pytest.FixtureRequest) -> Crowd:
    return make_crowd(cast, request.param)


def check_list(
    caller: Caller,
    listed: Callable[[Work, PageRequest, Any], Any],
    wanted: Any,
    expected: list[Row],
    note: object,
) -> None:
    """Small pages, so that every part of a merged page comes to its end somewhere."""
    with reading(caller) as work:
        work.now = NOW
        work.act_as(caller)
        found: list[str] = []
        for number in range(1, len(expected) // 7 + 2):
            page = listed(work, PageRequest(number, 7), wanted)
            assert page.total == len(expected), (note, caller.person)
            found += [row.id for row in page.rows]
    assert found == [row["id"] for row in expected], (note, caller.person)


def matches(row: Row, statuses: tuple[str, ...], shown: ArchivedShown, stars: set[str]) -> bool:
    """Contract 30, section 4, in its words."""
    archived = row["archived_at"] is not None
    if statuses == ("archived",):
        return archived
    words = set(statuses) - {"archived"}
    if "archived" in statuses and shown is ArchivedShown.HIDDEN:
        if archived:
            return True
    elif shown is ArchivedShown.HIDDEN and archived:
        return False
    if shown is ArchivedShown.ONLY and not archived:
        return False
    clock = row["archived_at"] or NOW
    due = row["first_open_deadline_at"]
    late = row["completed_at"] is None and due is not None and due < clock
    of_row = {
        row["lifecycle"],
        "all",
        *(["problem"] if row["lifecycle"] == "issue" else []),
        *(["delayed"] if late else []),
        *(["starred"] if row["id"] in stars else []),
    }
    return not words or bool(words & of_row)


STATUSES: list[tuple[str, ...]] = [
    (), ("active",), ("complete",), ("problem",), ("issue",), ("delayed",), ("starred",),
    ("all",), ("archived",), ("active", "archived"), ("active", "issue"), ("complete", "delayed"),
    ("draft",), ("active", "draft"), ("all", "archived"),
]  # fmt: skip
COLUMNS = {
    "due_date": "first_open_deadline_at",
    "name": "lower",
    "status": "shown_status",
}


def test_processes_by_status_and_archive(crowd: Crowd) -> None:
    for who, caller in crowd.callers().items():
        seen = [row for row in crowd.processes if crowd.sees_process(caller, row)]
        stars = {process_id for process_id, user in crowd.stars if user == caller.person_id}
        for statuses in STATUSES:
            for shown in SHOWN:
                expected = [row for row in seen if matches(row, statuses, shown, stars)]
                expected = by_keys(expected, ("created_at", True), ("number", True))
                wanted = ProcessFilter(statuses=statuses, archived=shown)
                check_list(caller, processes.list_visible, wanted, expected, (who, statuses, shown))


@pytest.mark.parametrize(
    "key",
    ["name", "created_at", "updated_at", "started_at", "completed_at", "archived_at", "due_date",
     "status"],
)  # fmt: skip
def test_processes_in_every_order(crowd: Crowd, key: str) -> None:
    for row in crowd.processes:
        row["lower"] = row["name"].lower()
        row["shown_status"] = "archived" if row["archived_at"] else row["lifecycle"]
    for caller in crowd.callers().values():
        seen = [row for row in crowd.processes if crowd.sees_process(caller, row)]
        for shown in SHOWN:
            rows = [row for row in seen if matches(row, (), shown, set())]
            for turned in (False, True):
                expected = by_keys(rows, (COLUMNS.get(key, key), turned), ("number", True))
                wanted = ProcessFilter(archived=shown, sort=((key, turned),))
                check_list(caller, processes.list_visible, wanted, expected, (key, turned, shown))
        wanted = ProcessFilter(sort=(("name", True), ("due_date", False)))
        rows = [row for row in seen if matches(row, (), ArchivedShown.HIDDEN, set())]
        keys = (("lower", True), ("first_open_deadline_at", False), ("number", True))
        check_list(caller, processes.list_visible, wanted, by_keys(rows, *keys), "two keys")


def test_processes_with_every_filter(crowd: Crowd) -> None:
    cast = crowd.cast
    mia, leo = cast.mia.user_id, cast.leo.user_id
    mia_group = f"g:{crowd.mia_group}"

    def assigned(row: Row, *persons: str) -> bool:
        found = (crowd.assignees.get(task["id"], set()) for task in crowd.tasks_of(row["id"]))
        return any(each & set(persons) for each in found)

    def named(row: Row, *persons: str) -> bool:
        found = crowd.people.get(row["id"], set())
        return any(("member", person) in found for person in persons)

    def has_task(caller: Caller, row: Row, state: str, *persons: str) -> bool:
        return any(
            task["state"] == state
            and task["archived_at"] is None
            and (caller.is_guest or crowd.sees_task(caller, task))
            and (not caller.is_guest or crowd.is_assigned(caller, task))
            and (not persons or crowd.assignees.get(task["id"], set()) & set(persons))
            for task in crowd.tasks_of(row["id"])
        )

    middle = NOW - 2 * 3_600_000_000
    filters: dict[str, tuple[dict[str, Any], Callable[[Caller, Row], bool]]] = {
        "owners": (
            {"owners": (mia,)},
            lambda _, row: row["owner_id"] == mia or assigned(row, f"u:{mia}", mia_group),
        ),
        "two owners": (
            {"owners": (mia, leo)},
            lambda _, row: (
                row["owner_id"] in (mia, leo)
                or assigned(row, f"u:{mia}", f"u:{leo}", mia_group, f"g:{crowd.leo_group}")
            ),
        ),
        "groups": (
            {"groups": (crowd.mia_group,)},
            lambda _, row: named(row, mia_group) or assigned(row, mia_group),
        ),
        "assignees": (
            {"assignees": (mia,)},
            lambda _, row: assigned(row, f"u:{mia}", mia_group),
        ),
        "owned_by": ({"owned_by": (mia,)}, lambda _, row: row["owner_id"] == mia),
        "started_by": ({"started_by": (mia,)}, lambda _, row: row["started_by"] == mia),
        "types": ({"types": ("form",)}, lambda _, row: row["type"] == "form"),
        "q": ({"q": "AN"}, lambda _, row: "an" in row["name"].lower()),
        "number": ({"q": "12"}, lambda _, row: row["number"] == 12),
        "created": (
            {"created": (middle, NOW)},
            lambda _, row: middle <= row["created_at"] < NOW,
        ),
        "unstarred": (
            {"is_starred": False},
            lambda caller, row: (row["id"], caller.person_id) not in crowd.stars,
        ),
        "starred": (
            {"is_starred": True},
            lambda caller, row: (row["id"], caller.person_id) in crowd.stars,
        ),
        "completed task": (
            {"task_state": "completed"},
            lambda caller, row: has_task(caller, row, "completed"),
        ),
        "completed task of mia": (
            {"task_state": "completed", "owners": (mia,)},
            lambda caller, row: (
                (row["owner_id"] == mia or assigned(row, f"u:{mia}", mia_group))
                and has_task(caller, row, "completed", f"u:{mia}", mia_group)
            ),
        ),
        "template": ({"template_ids": ("0" * 32,)}, lambda *_: True),
        "no template": ({"template_ids": ("1" * 32,)}, lambda *_: False),
    }
    for caller in crowd.callers().values():
        seen = [row for row in crowd.processes if crowd.sees_process(caller, row)]
        for name, (given, is_meant) in filters.items():
            for shown in SHOWN:
                expected = [
                    row for row in seen if matches(row, (), shown, set()) and is_meant(caller, row)
                ]
                expected = by_keys(expected, ("created_at", True), ("number", True))
                wanted = ProcessFilter(archived=shown, **given)
                check_list(caller, processes.list_visible, wanted, expected, (name, shown))


HOUR = 3_600_000_000
#: One each, and two together.
POLLED = [
    *[Since(**{name: NOW - HOUR}) for name in ("updated", "completed", "archived")],
    Since(completed=NOW - 2 * HOUR, updated=NOW - 48 * HOUR),
]


def happened(row: Row, since: Since, archived_at: int | None) -> bool:
    """Each of them at that instant or later."""
    at = {"updated": row["updated_at"], "completed": row["completed_at"], "archived": archived_at}
    return all(
        at[name] is not None and at[name] >= first
        for name in at
        for first in [getattr(since, name)]
        if first is not None
    )


@pytest.mark.parametrize("since", POLLED, ids=lambda since: "+".join(since.names))
def test_ruling_26_processes_since(crowd: Crowd, since: Since) -> None:
    key = since.names[0].replace("_after", "_at")
    for caller in crowd.callers().values():
        seen = [row for row in crowd.processes if crowd.sees_process(caller, row)]
        for shown in SHOWN:
            rows = [row for row in seen if matches(row, (), shown, set())]
            rows = [row for row in rows if happened(row, since, row["archived_at"])]
            for sort, keys in (((), (key, False)), ((("name", False),), ("lower", False))):
                for row in rows:
                    row["lower"] = row["name"].lower()
                expected = by_keys(rows, keys, ("number", True))
                wanted = ProcessFilter(archived=shown, since=since, sort=sort)
                check_list(caller, processes.list_visible, wanted, expected, (since, shown, sort))


@pytest.mark.parametrize("since", POLLED, ids=lambda since: "+".join(since.names))
def test_ruling_26_tasks_since(crowd: Crowd, since: Since) -> None:
    key = since.names[0].replace("_after", "_at")
    archived = {row["id"]: row["archived_at"] for row in crowd.processes}
    for row in crowd.tasks:
        row["shown_archived"] = row["archived_at"] or archived.get(row["process_id"])
    for caller in crowd.callers().values():
        seen = [row for row in crowd.tasks if crowd.sees_task(caller, row)]
        for shown in SHOWN:
            rows = [row for row in seen if is_listed(crowd, row, "all", shown)]
            rows = [row for row in rows if happened(row, since, row["shown_archived"])]
            name = "shown_archived" if key == "archived_at" else key
            expected = by_keys(rows, (name, False), ("number", False))
            wanted = TaskFilter(archived=shown, since=since)
            check_list(caller, tasks.list_visible, wanted, expected, (since, shown))


def test_processes_that_are_mine(crowd: Crowd) -> None:
    """Owner, starter or assignee; whoever may only read it has no part in it."""
    for who in ("olga", "mia", "leo"):
        caller = crowd.callers()[who]
        persons = crowd.persons_of(caller)

        def is_mine(row: Row, caller: Caller = caller, persons: set[str] = persons) -> bool:
            members = {p for part, p in crowd.people.get(row["id"], set()) if part == "member"}
            return (
                caller.person_id in (row["owner_id"], row["started_by"])
                or bool(members & persons)
                or any(crowd.is_assigned(caller, task) for task in crowd.tasks_of(row["id"]))
            )

        rows = [r for r in crowd.processes if is_mine(r) and r["archived_at"] is None]
        rows = by_keys(rows, ("created_at", True), ("number", True))
        check_list(caller, processes.list_visible, ProcessFilter(is_mine=True), rows, who)


# --- Tasks ---


def is_listed(crowd: Crowd, task: Row, status: str, shown: ArchivedShown) -> bool:
    archived = crowd.is_archived(task)
    if (shown is ArchivedShown.HIDDEN and archived) or (
        shown is ArchivedShown.ONLY and not archived
    ):
        return False
    state, due = task["state"], task["deadline_at"]
    if state == "auto-skipped":
        return status == "auto-skipped"
    is_open = state != "completed"
    day = 24 * 3_600_000_000
    late = is_open and due is not None and due < NOW
    soon = is_open and due is not None and NOW <= due <= NOW + day
    is_meant: dict[str, bool] = {
        "all": True,
        "active": is_open,
        "not-started": state == "not-started",
        "in-progress": state == "in-progress",
        "completed": not is_open,
        "overdue": late,
        "due_soon": soon,
        "on_time": is_open and not late and not soon,
        "hasproblem": is_open and task["open_issue_count"] > 0,
        "auto-skipped": False,
        "draft": False,
    }
    return is_meant[status]


TASK_STATUSES = (
    "all", "active", "not-started", "in-progress", "completed", "overdue", "due_soon", "on_time",
    "hasproblem", "auto-skipped", "draft",
)  # fmt: skip


def test_tasks_by_status_and_archive(crowd: Crowd) -> None:
    for who, caller in crowd.callers().items():
        seen = [row for row in crowd.tasks if crowd.sees_task(caller, row)]
        for status in TASK_STATUSES:
            usual = "completed_at" if status == "completed" else "created_at"
            for shown in SHOWN:
                expected = [row for row in seen if is_listed(crowd, row, status, shown)]
                expected = by_keys(expected, (usual, True), ("number", True))
                wanted = TaskFilter(status=status, archived=shown)
                check_list(caller, tasks.list_visible, wanted, expected, (who, status, shown))


@pytest.mark.parametrize(
    "key", ["position", "deadline", "created_at", "updated_at", "name", "completed_at"]
)
def test_tasks_in_every_order(crowd: Crowd, key: str) -> None:
    for row in crowd.tasks:
        row["lower"] = row["title"].lower()
    columns = {"deadline": "deadline_at", "name": "lower"}
    for caller in crowd.callers().values():
        seen = [row for row in crowd.tasks if crowd.sees_task(caller, row)]
        rows = [row for row in seen if is_listed(crowd, row, "all", ArchivedShown.HIDDEN)]
        for turned in (False, True):
            expected = by_keys(rows, (columns.get(key, key), turned), ("number", turned))
            wanted = TaskFilter(sort=((key, turned),))
            check_list(caller, tasks.list_visible, wanted, expected, (key, turned))


def test_tasks_of_people_and_other_filters(crowd: Crowd) -> None:
    mia, leo = crowd.cast.mia.user_id, crowd.cast.leo.user_id
    mias = {f"u:{mia}", f"g:{crowd.mia_group}"}

    def held_by(row: Row, persons: set[str]) -> bool:
        return bool(crowd.assignees.get(row["id"], set()) & persons)

    filters: dict[str, tuple[dict[str, Any], Callable[[Row], bool]]] = {
        "owners": ({"owners": (mia,)}, lambda row: held_by(row, mias)),
        "groups": (
            {"groups": (crowd.leo_group,)},
            lambda row: held_by(row, {f"g:{crowd.leo_group}"}),
        ),
        "owners or groups": (
            {"owners": (leo,), "groups": (crowd.mia_group,)},
            lambda row: held_by(row, {f"u:{leo}", f"g:{crowd.leo_group}", f"g:{crowd.mia_group}"}),
        ),
        "theirs": ({"assigned_to_user": mia}, lambda row: held_by(row, mias)),
        "unassigned": ({"is_unassigned": True}, lambda row: not crowd.assignees.get(row["id"])),
        "oneoff": ({"is_oneoff": True}, lambda row: bool(row["is_oneoff"])),
        "not oneoff": ({"is_oneoff": False}, lambda row: not row["is_oneoff"]),
        "due": (
            {"due_from": NOW, "due_before": NOW + 90_000_000_000},
            lambda row: (
                row["deadline_at"] is not None and NOW <= row["deadline_at"] < NOW + 90_000_000_000
            ),
        ),
        "q": ({"q": "D"}, lambda row: "d" in row["title"].lower()),
    }
    assert GUEST not in (mia, leo)
    for caller in crowd.callers().values():
        seen = [row for row in crowd.tasks if crowd.sees_task(caller, row)]
        for name, (given, is_meant) in filters.items():
            for shown in SHOWN:
                expected = [
                    row for row in seen if is_listed(crowd, row, "all", shown) and is_meant(row)
                ]
                expected = by_keys(expected, ("created_at", True), ("number", True))
                check_list(
                    caller,
                    tasks.list_visible,
                    TaskFilter(archived=shown, **given),
                    expected,
                    (name, shown),
                )


def test_tasks_of_one_process(crowd: Crowd) -> None:
    for caller in crowd.callers().values():
        if caller.is_guest:
            continue
        for process in crowd.processes:
            if not crowd.sees_process(caller, process):
                continue
            rows = [
                row
                for row in crowd.tasks_of(process["id"])
                if crowd.sees_task(caller, row) and row["archived_at"] is None
            ]
            rows = by_keys(rows, ("position", False), ("number", False))
            wanted = TaskFilter(process_id=process["id"])
            check_list(caller, tasks.list_visible, wanted, rows, process["id"])
