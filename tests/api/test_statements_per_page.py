"""A page costs the same number of statements however many rows it has."""

import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest

from cast import Cast
from factories import launch, made, make_oneoff, make_template
from procession.domains.activity.types import ActivityFilter
from procession.domains.people.actions import groups, guest_reading, including
from procession.domains.people.actions import reading as members
from procession.domains.people.types import GroupFilter, GuestFilter
from procession.domains.processes.types import ProcessFilter
from procession.domains.tasks.types import TaskFilter
from procession.domains.templates.actions import reading
from procession.domains.templates.types import TemplateFilter
from procession.flows import founding, remembering, showing, showing_tasks, supplying_options
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.paging import PageRequest

PAGE = PageRequest(1, 100)
PROCESS_INCLUDES = frozenset({"tasks", "tasks.threads", "next_task", "threads", "checklist"})
TASK_INCLUDES = frozenset({"run", "run.checklist", "step", "threads"})
MEMBER_INCLUDES = frozenset(
    {
        "groups", "stats", "country", "organizations", "preferences", "auth_methods", "assets",
        "member_watchers", "guest_watchers",
    }
)  # fmt: skip

LISTS: dict[str, Callable[[Caller], object]] = {
    "templates": lambda caller: reading.list_templates(caller, PAGE, TemplateFilter()),
    "processes": lambda caller: showing.list_processes(
        caller, PAGE, ProcessFilter(), PROCESS_INCLUDES
    ),
    "tasks": lambda caller: showing_tasks.list_tasks(caller, PAGE, TaskFilter(), TASK_INCLUDES),
    "groups": lambda caller: groups.list_groups(
        caller, PAGE, GroupFilter(), frozenset({"users", "guests"})
    ),
    "guests": lambda caller: guest_reading.list_guests(
        caller, PAGE, GuestFilter(), frozenset({"stats"})
    ),
    "members": lambda caller: including.view_members(
        replace(caller, role=Role.ADMIN), members.list_members(caller), MEMBER_INCLUDES
    ),
    "option lists": lambda caller: supplying_options.list_option_lists(caller, PAGE, "", ()),
    "activity": lambda caller: remembering.list_activity(caller, PAGE, ActivityFilter()),
}


def test_statements_do_not_grow_with_the_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = cast.server.storage
    mia = replace(
        founding.operator(storage, cast.organization_id),
        kind=CallerKind.MEMBER,
        person_id=cast.mia.user_id,
        role=Role.STANDARD,
    )
    connection = type(storage.database.connection())
    fetch, counted = connection.fetch, [0]

    def count_and_fetch(self: object, *arguments: object) -> object:
        counted[0] += 1
        return fetch(self, *arguments)  # type: ignore[arg-type]

    def cost(name: str) -> int:
        counted[0] = 0
        LISTS[name](mia)
        return counted[0]

    def add_one_of_each() -> None:
        template = make_template(cast.olga, [{"title": "Sign", "guests": ["gus@guests.test"]}])
        launch(cast.olga, template)
        make_oneoff(cast.olga)
        address = f"{secrets.token_hex(4)}@guests.test"
        members = [cast.add_light().user_id, cast.mia.user_id]
        body = {"name": address, "guests": [address], "members": members}
        made(cast.olga.post("/groups", body))

    monkeypatch.setattr(connection, "fetch", count_and_fetch)
    add_one_of_each()
    before = {name: cost(name) for name in LISTS}
    for _ in range(3):
        add_one_of_each()
    assert {name: cost(name) for name in LISTS} == before
    assert max(before.values()) <= 11
