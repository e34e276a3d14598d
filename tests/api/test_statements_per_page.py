"""A page costs the same number of statements however many rows it has."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from backdoor import set_answers, set_template
from cast import Cast
from factories import launch, made, make_oneoff, make_template, tasks_of
from forms import asked
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
from procession.flows.forms import showing as showing_fields
from procession.flows.organizing import annotating
from procession.flows.processes import exporting, showing, showing_publicly
from procession.flows.reaching.bots import operator
from procession.flows.tasks import showing as showing_tasks
from procession.flows.telling import remembering
from procession.flows.templates import options
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.paging import PageRequest

PAGE = PageRequest(1, 100)
PROCESS_INCLUDES = frozenset(
    {
        "tasks", "tasks.threads", "next_task", "threads", "checklist", "tags", "folders",
        "form_fields", "ko_form_fields", "tasks.form_fields", "form_fields_values", "stages",
    }
)  # fmt: skip
TASK_INCLUDES = frozenset(
    {
        "run", "run.checklist", "step", "threads", "tags", "folders", "form_fields",
        "ko_form_fields",
    }
)  # fmt: skip
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
    "option lists": lambda caller: options.list_option_lists(caller, PAGE, "", ()),
    "activity": lambda caller: remembering.list_activity(caller, PAGE, ActivityFilter()),
}


def test_statements_do_not_grow_with_the_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = cast.server.storage
    mia = replace(
        operator(storage, cast.organization_id),
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

    olga = made(cast.olga.get("/me"), 200)["full_name"]

    def add_one_of_each() -> None:
        # Each names its own field, and whom it names: the worst that texts can ask for.
        kickoff = [asked("Who", "assignees_form", alias="who", position=1)]
        step = {
            "title": "{{who}} signs",
            "guests": ["gus@guests.test"],
            "captures": [asked("Name", guidance="{{who}}")],
        }
        template = make_template(cast.olga, [step], prerun=kickoff)
        tag = made(cast.olga.post("/tags", {"title": secrets.token_hex(4)}))["id"]
        of_runs = {"name": secrets.token_hex(4), "folder_type": "run"}
        folder = made(cast.olga.post("/folders", of_runs))["id"]
        on_template = {"tag_id": tag, "subject_type": "Checklist", "subject_id": template["id"]}
        made(cast.olga.post("/checklists/tags", on_template))
        set_template(cast, template["id"], folder_id=folder)
        process = launch(cast.olga, template, tags=[tag], folders=[folder])
        who = {"users": [cast.olga.user_id], "guests": ["jo@x.test"], "groups": []}
        set_answers(cast, process, {template["prerun"][0]["id"]: who})
        (task,) = tasks_of(cast.olga, process)
        assert task["title"] == f"{olga}, jo@x.test signs"
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
    assert max(before.values()) <= 34


ONE_PROCESS: dict[str, Callable[[Caller, str, str], object]] = {
    "form fields": lambda caller, process_id, _: showing_fields.get_forms(caller, process_id),
    "export": lambda caller, process_id, _: exporting.export_process(caller, process_id).rows(),
    "public view": lambda caller, _, key: showing_publicly.get_public_process(caller, key),
}


def test_statements_do_not_grow_with_a_process(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bot = operator(cast.server.storage, cast.organization_id)
    caller = replace(bot, kind=CallerKind.MEMBER, person_id=cast.olga.user_id, role=Role.ADMIN)
    connection = type(cast.server.storage.database.connection())
    fetch, counted = connection.fetch, [0]

    def count_and_fetch(self: object, *arguments: object) -> object:
        counted[0] += 1
        return fetch(self, *arguments)  # type: ignore[arg-type]

    def cost(name: str, process: Any) -> int:
        key = process["public_url"].rsplit("/", 1)[1]
        ONE_PROCESS[name](caller, process["id"], key)  # Versions are remembered from here on.
        counted[0] = 0
        ONE_PROCESS[name](caller, process["id"], key)
        return counted[0]

    def made_of(tasks: int) -> Any:
        asking = {
            "title": "{{who}}",
            "guests": ["gus@guests.test"],
            "captures": [asked("People", "assignees_form", guidance="{{who}}")],
        }
        kickoff = [asked("Who", "assignees_form", alias="who", position=1)]
        template = make_template(cast.olga, [asking] * tasks, prerun=kickoff)
        process = launch(cast.olga, template, is_public=True)
        who = {"users": [cast.olga.user_id], "guests": ["jo@x.test"], "groups": []}
        set_answers(cast, process, {template["prerun"][0]["id"]: who})
        for task in tasks_of(cast.olga, process):
            made(cast.olga.post(f"/tasks/{task['id']}/comment", {"content": "x"}))
        return process

    monkeypatch.setattr(connection, "fetch", count_and_fetch)
    small, large = made_of(1), made_of(5)
    costs = {name: cost(name, small) for name in ONE_PROCESS}
    assert {name: cost(name, large) for name in ONE_PROCESS} == costs
    assert max(costs.values()) <= 24, costs
