"""Every list is read from an index that is named here, on both databases (decision 0015).

The organization is large enough for the planners to be honest; what they say is asked of each
statement that a list really runs, with the parameters it runs with.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from cast import assemble
from crowd import NOW, Crowd, make_crowd
from procession.core.archive import ArchivedShown, Verb
from procession.core.retention import VERBS, Period, Rule, Switches
from procession.core.since import Since
from procession.core.times import DAY
from procession.domains.people import store as people
from procession.domains.people.types import GuestFilter
from procession.domains.processes import store as processes
from procession.domains.processes.types import ProcessFilter
from procession.domains.retention import store as retention
from procession.domains.retention.types import Rules
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import TaskFilter
from procession.flows.archive.judging import Judge
from procession.kit.caller import Caller
from procession.kit.cursors import START
from procession.kit.folding import fold_what_is_not
from procession.kit.migrating import engine_for
from procession.kit.paging import PageRequest
from procession.kit.work import reading
from server import running_server

PAGE = PageRequest(1, 10)
ONLY = ArchivedShown.ONLY
#: As who polls asks: after what they know, so that there is little.
RECENTLY = NOW + 60_000_000

#: (list, filter, indexes that its statements must use besides primary keys), by who asks.
Case = tuple[str, Any, dict[str, tuple[str, ...]]]
LIVE, PEOPLE = "processes_live_idx", ("processes_owner_idx", "task_assignees_person_idx")
NEWEST = "tasks_organization_id_created_at_number_idx"
PROCESSES: list[Case] = [
    ("default", ProcessFilter(), {"olga": (LIVE,), "mia": (LIVE, *PEOPLE), "leo": PEOPLE}),
    (
        "active",
        ProcessFilter(statuses=("active",)),
        {"olga": ("processes_lifecycle_idx",), "mia": ("processes_lifecycle_idx", *PEOPLE)},
    ),
    ("complete", ProcessFilter(statuses=("complete",)), {"olga": ("processes_lifecycle_idx",)}),
    ("problem", ProcessFilter(statuses=("problem",)), {"olga": ("processes_lifecycle_idx",)}),
    (
        "archived",
        ProcessFilter(archived=ONLY),
        {"olga": ("processes_archived_idx",), "mia": ("processes_archived_idx", *PEOPLE)},
    ),
    (
        "name",
        ProcessFilter(sort=(("name", False),)),
        dict.fromkeys(("olga", "mia"), ("processes_name_folded_idx",)),
    ),
    ("name last", ProcessFilter(sort=(("name", True),)), {"olga": ("processes_name_folded_idx",)}),
    ("due", ProcessFilter(sort=(("due_date", False),)), {"olga": ("processes_due_idx",)}),
    ("due last", ProcessFilter(sort=(("due_date", True),)), {"olga": ("processes_due_idx",)}),
    (
        "changed",
        ProcessFilter(sort=(("updated_at", True),)),
        {"olga": ("processes_updated_idx",), "mia": ("processes_updated_idx", *PEOPLE)},
    ),
    (
        "changed since",
        ProcessFilter(since=Since(updated=RECENTLY)),
        {"olga": ("processes_updated_idx",), "mia": ("processes_updated_idx", *PEOPLE)},
    ),
    (
        "changed since, archived too",
        ProcessFilter(since=Since(updated=RECENTLY), archived=ArchivedShown.INCLUDED),
        dict.fromkeys(("olga", "mia"), ("processes_updated_idx", "processes_archived_updated_idx")),
    ),
    (
        "completed since, archived too",
        ProcessFilter(since=Since(completed=RECENTLY), archived=ArchivedShown.INCLUDED),
        {"olga": ("processes_completed_idx",), "mia": ("processes_completed_idx", *PEOPLE)},
    ),
    (
        "archived since",
        ProcessFilter(since=Since(archived=RECENTLY), archived=ONLY),
        {"olga": ("processes_archived_at_idx",), "mia": ("processes_archived_at_idx", *PEOPLE)},
    ),
    ("owners", ProcessFilter(owners=(1,)), {"olga": PEOPLE, "mia": PEOPLE}),
    ("mine", ProcessFilter(is_mine=True), {"olga": PEOPLE, "mia": PEOPLE}),
    (
        "assignees",
        ProcessFilter(assignees=(1,)),
        dict.fromkeys(("olga", "mia"), ("task_assignees_person_idx",)),
    ),
    ("owned", ProcessFilter(owned_by=(1,)), {"olga": ("processes_owner_idx",)}),
    ("starters", ProcessFilter(started_by=(1,)), {"olga": ("processes_starter_idx",)}),
    ("starred", ProcessFilter(is_starred=True), {"olga": ("process_stars_user_idx",)}),
]
TASKS: list[Case] = [
    ("default", TaskFilter(), {"olga": (NEWEST,), "mia": (NEWEST, *PEOPLE), "leo": PEOPLE}),
    ("guest", TaskFilter(), {"gus": ("task_assignees_person_idx",)}),
    ("active", TaskFilter(status="active"), {"olga": ("tasks_open_idx",)}),
    ("completed", TaskFilter(status="completed"), {"olga": ("tasks_completed_idx",)}),
    (
        "deadline",
        TaskFilter(status="active", sort=(("deadline", False),)),
        {"olga": ("tasks_due_idx",)},
    ),
    (
        "changed since",
        TaskFilter(since=Since(updated=RECENTLY)),
        {"olga": ("tasks_updated_idx",), "mia": ("tasks_updated_idx", *PEOPLE)},
    ),
    (
        "completed since",
        TaskFilter(since=Since(completed=RECENTLY)),
        {"olga": ("tasks_completed_idx",), "mia": ("tasks_completed_idx", *PEOPLE)},
    ),
    (
        "archived since",
        TaskFilter(since=Since(archived=RECENTLY), archived=ONLY),
        dict.fromkeys(("olga", "mia"), ("tasks_archived_idx", "processes_archived_at_idx")),
    ),
    (
        "mine",
        TaskFilter(status="active", assigned_to_user=1),
        dict.fromkeys(("olga", "mia", "leo"), ("task_assignees_person_idx",)),
    ),
]
#: No list reads one of these from end to end.
LARGE = ("processes", "tasks", "task_assignees", "process_people")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def crowd(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> Iterator[Crowd]:
    """A database of its own, whose statistics are fresh and concern nobody else."""
    url = new_database(request.param)
    with running_server("plans", url) as server:
        made = make_crowd(assemble(server), 1, process_count=6000, others=range(9000, 12000))
        with (
            engine_for(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection
        ):
            connection.execute(sa.text("ANALYZE"))
        yield made


@contextmanager
def told_plans(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The plan of every statement that runs inside of the block."""
    connection = caller.server.database.connection()
    kind: Any = type(connection)
    fetch, plans = kind.fetch, []
    dialect = caller.server.database.dialect
    explain = "EXPLAIN QUERY PLAN " if dialect.name == "sqlite" else "EXPLAIN "

    def explained(self: Any, statement: Any, values: Any) -> Any:
        compiled = statement.compiled_for(dialect)
        raw = self.raw if dialect.name == "sqlite" else psycopg.RawCursor(self.raw)
        rows = raw.execute(explain + compiled.sql, compiled.arguments(values)).fetchall()
        plans.append("\n".join(str(row[-1]) for row in rows))
        return fetch(self, statement, values)

    with monkeypatch.context() as patch:
        patch.setattr(kind, "fetch", explained)
        yield plans


def check_plans(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch, listed: Callable[..., Any], case: Case
) -> None:
    name, wanted, indexes = case
    for who, expected in indexes.items():
        caller = crowd.callers()[who]
        with told_plans(caller, monkeypatch) as plans, reading(caller) as work:
            listed(work, PAGE, wanted)
        plan = "\n".join(plans)
        for index in expected:
            assert index in plan, (name, who, index, plan)
        for table in LARGE:
            words = (f"SCAN {table} ", f"SCAN {table}\n", f"Seq Scan on {table}")
            assert not any(word in f"{plan}\n" for word in words), (name, who, table, plan)


def test_what_is_not_folded_is_found_without_a_look_at_the_rest(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every half minute (decision 0027)."""
    caller = crowd.callers()["olga"]
    with told_plans(caller, monkeypatch) as plans:
        assert not fold_what_is_not(caller.server.database)
    plan = "\n".join(plans)
    for table in ("processes", "tasks"):
        assert f"{table}_unfolded_idx" in plan, plan


@pytest.mark.parametrize("case", PROCESSES, ids=[case[0] for case in PROCESSES])
def test_lists_of_processes(crowd: Crowd, monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    check_plans(crowd, monkeypatch, processes.list_visible, case)


@pytest.mark.parametrize("case", TASKS, ids=[case[0] for case in TASKS])
def test_lists_of_tasks(crowd: Crowd, monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    check_plans(crowd, monkeypatch, tasks.list_visible, case)


@pytest.mark.parametrize(
    ("listed", "wanted", "index"),
    [
        (processes.list_visible, ProcessFilter(), LIVE),
        (
            processes.list_visible,
            ProcessFilter(sort=(("name", False),)),
            "processes_name_folded_idx",
        ),
        (tasks.list_visible, TaskFilter(), NEWEST),
    ],
)
def test_found_f1_a_walk_goes_on_in_the_index(
    crowd: Crowd,
    monkeypatch: pytest.MonkeyPatch,
    listed: Callable[..., Any],
    wanted: Any,
    index: str,
) -> None:
    caller, cursor = crowd.callers()["olga"], START
    for _ in range(2):
        with told_plans(caller, monkeypatch) as plans, reading(caller) as work:
            page = listed(work, PageRequest(1, 10, cursor=cursor), wanted)
            cursor = page.next_cursor
        assert index in plans[0], plans[0]
        assert "Seq Scan" not in plans[0]
        assert len(page.rows) == 10
    entered = [line for line in plans[0].splitlines() if "Index Cond" in line or "SEARCH" in line]
    assert any("<" in line or ">" in line for line in entered), plans[0]


def test_the_tasks_of_one_process(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = TaskFilter(process_id=crowd.processes[7]["id"])
    index = "tasks_organization_id_process_id_position_idx"
    for who in ("olga", "mia", "leo"):
        check_plans(
            crowd, monkeypatch, tasks.list_visible, ("one process", wanted, {who: (index,)})
        )


def test_guests_of_a_light_member(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tasks that the member can read are gone through once, not once for each guest."""
    leo = crowd.callers()["leo"]
    with told_plans(leo, monkeypatch) as plans, reading(leo) as work:
        people.list_guests(work, PAGE, GuestFilter())
    for plan in plans[-2:]:
        assert "CTE sharing" in plan or "MATERIALIZE sharing" in plan, plan


@pytest.mark.parametrize("verb", VERBS)
def test_part70_11_what_a_pass_finds_is_found_by_an_index(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch, verb: Verb
) -> None:
    """Of each template the oldest, and then those that are due: however many there are beside."""
    on = Switches(archive=verb is Verb.ARCHIVE, delete=verb is Verb.DELETE)
    rule = Rule(archive_after=Period("days", 1), delete_after=Period("days", 1), enabled=on)
    index = "processes_kept_live_idx" if verb is Verb.ARCHIVE else "processes_kept_archived_idx"
    caller = crowd.callers()["olga"]
    with told_plans(caller, monkeypatch) as plans, reading(caller) as work:
        (began, *_) = retention.list_oldest(work, verb)
        due = retention.list_due(work, verb, began, behind=None, most=500)
        found = [*Judge(work, Rules(rule, {}), NOW + 2 * DAY, only_on=True).find_due()]
    assert due[0].template_id == began.template_id
    assert found
    assert index in plans[0]
    assert index in plans[1]
    for plan in plans:
        for table in LARGE:
            assert f"SCAN {table}" not in plan, plan
            assert f"Seq Scan on {table}" not in plan, plan
