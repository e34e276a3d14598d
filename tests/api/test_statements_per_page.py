"""A page costs the same number of statements however many rows it has."""

import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest

from backdoor import set_template
from cast import Cast
from factories import launch, made, make_oneoff, make_template
from procession.domains.activity.types import ActivityFilter
from procession.domains.organizing.actions import folders, tags
from procession.domains.organizing.types import FolderFilter, TagFilter
from procession.domains.people.actions import groups, guest_reading, including
from procession.domains.people.actions import reading as members
from procession.domains.people.types import GroupFilter, GuestFilter
from procession.domains.processes.types import ProcessFilter
from procession.domains.tasks.types import TaskFilter
from procession.domains.templates.actions import reading
from procession.domains.templates.types import TemplateFilter
from procession.flows import (
    annotating,
    founding,
    remembering,
    showing,
    showing_tasks,
    supplying_options,
)
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.paging import PageRequest

PAGE = PageRequest(1, 100)
PROCESS_INCLUDES = frozenset(
    {"tasks", "tasks.threads", "next_task", "threads", "checklist", "tags", "folders"}
)
TASK_INCLUDES = frozenset({"run", "run.checklist", "step", "threads", "tags", "folders"})
TEMPLATE_INCLUDES = frozenset({"steps", "tags", "folder"})
MEMBER_INCLUDES = frozenset(
    {
        "groups", "stats", "country", "organizations", "preferences", "auth_methods", "assets",
        "member_watchers", "guest_watchers",
    }
)  # fmt: skip

LISTS: dict[str, Callable[[Caller], object]] = {
    "templates": lambda caller: annotating.templates_noted(
        caller, reading.list_templates(caller, PAGE, TemplateFilter())[1], TEMPLATE_INCLUDES
    ),
    "tags": lambda caller: tags.list_tags(caller, PAGE, TagFilter(), with_uses=True),
    "folders": lambda caller: folders.list_folders(caller, PAGE, FolderFilter(kind="run")),
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
        tag = made(cast.olga.post("/tags", {"title": secrets.token_hex(4)}))["id"]
        of_runs = {"name": secrets.token_hex(4), "folder_type": "run"}
        folder = made(cast.olga.post("/folders", of_runs))["id"]
        on_template = {"tag_id": tag, "subject_type": "Checklist", "subject_id": template["id"]}
        made(cast.olga.post("/checklists/tags", on_template))
        set_template(cast, template["id"], folder_id=folder)
        launch(cast.olga, template, tags=[tag], folders=[folder])
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
    assert max(before.values()) <= 18
