"""Part 30, rows 25 to 49 and 59: launch, list, update and the public view.

Names (30) are in test_part30_names.py, overrides (31) in test_part30_overrides.py, public forms and
magic links (50) in test_part30_public_form.py, test_part30_form_page.py and
test_part30_magic_link.py. Drafts (29) are in test_part20_publishing.py, tags and folders (32) in
test_part60_*.py, roles in test_part20_steps.py, exports (48) in test_part31_export.py, more of the
public view (49) in test_part30_public.py. Files of a public form wait for part 45, watchers of a
template for part 60.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cast import GUS, Cast, Person
from factories import (
    activity_of,
    complete,
    launch,
    let_all_launch,
    made,
    make_template,
    read,
    tasks_of,
)
from procession.kit.caller import Role


def names(by: Person, query: str = "") -> list[str]:
    return [process["name"] for process in made(by.get(f"/runs{query}"), 200)]


def refused(answer: Any, field: str, status: int = 422) -> str:
    """The first sentence about `field`."""
    assert answer.status_code == status, answer.text
    return str(answer.json()["errors"][field][0])


def process_count(by: Person) -> int:
    return int(by.get("/runs?archived=true").json()["meta"]["pagination"]["total"])


def test_30_25_a_launch_makes_the_tasks_of_the_steps(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    process = launch(cast.olga, template, name="Ann")
    assert (process["name"], process["checklist_title"]) == ("Ann", "Onboarding")
    (task,) = tasks_of(cast.olga, process)
    assert (task["title"], task["status"], task["position"]) == ("Step 1", "not-started", 1)
    assert task["owners"]["users"] == [cast.olga.user_id]


@pytest.mark.parametrize("key", ["template_id", "blueprint_id"])
def test_30_26_other_names_of_the_template_id(cast: Cast, key: str) -> None:
    template = make_template(cast.olga)
    process = made(cast.olga.post("/runs", {key: template["id"]}))
    assert process["checklist_id"] == template["id"]


@pytest.mark.parametrize(
    "body",
    [{}, {"name": " "}, {"name": "x", "prerun": {}}, {"name": "x", "tasks": {}},
     {"name": "x", "roles": {}}, {"name": "x", "checklist": "y"}],
)  # fmt: skip
def test_30_26_without_a_template_only_a_name_will_do(cast: Cast, body: Any) -> None:
    answer = cast.olga.post("/runs", body)
    assert refused(answer, "checklist_id") == "The checklist id field is required."


def test_30_27_a_process_with_only_a_name(cast: Cast) -> None:
    process = made(cast.mia.post("/runs", {"name": "Office move"}))
    assert (process["checklist_title"], process["type"]) == ("MISC", "procedure")
    assert process["can_add_oot"] is True
    assert made(cast.olga.get("/checklists"), 200) == []
    assert cast.olga.get(f"/checklists/{process['checklist_id']}").status_code == 404
    assert cast.leo.post("/runs", {"name": "Office move"}).status_code == 403


def test_30_28_launching_needs_the_right_to(cast: Cast) -> None:
    template = make_template(cast.olga)
    body = {"checklist_id": template["id"], "name": "x"}
    answer = cast.mia.post("/runs", body)
    assert answer.status_code == 403
    sentence = "Permission denied: cannot launch process from this template."
    assert answer.json()["message"] == sentence
    let_all_launch(cast.olga, template)
    assert cast.mia.post("/runs", body).status_code == 201
    assert cast.leo.post("/runs", body).status_code == 403
    named = {"process_launch": {"all_members": True, "users": [cast.leo.user_id]}}
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", named), 200)
    assert cast.leo.post("/runs", body).status_code == 201
    owned = make_template(cast.olga, owner_id=cast.mia.user_id)
    assert launch(cast.mia, owned)["owner_id"] == cast.mia.user_id


def test_30_29_archived_and_unknown_templates(cast: Cast) -> None:
    template = make_template(cast.olga)
    assert cast.olga.delete(f"/checklists/{template['id']}").status_code == 200
    archived = cast.olga.post("/runs", {"checklist_id": template["id"], "name": "x"})
    sentence = "This template is archived. Restore it before launching."
    assert refused(archived, "checklist_id") == sentence
    for unknown in ("0" * 32, "nonsense"):
        answer = cast.olga.post("/runs", {"checklist_id": unknown, "name": "x"})
        assert refused(answer, "checklist_id") == "Template not found."
    other = cast.stranger()
    foreign = made(other.client.post(f"/organizations/{_own(other)}/checklists",
                                     {"title": "Foreign", "type": "procedure"}))  # fmt: skip
    answer = cast.olga.post("/runs", {"checklist_id": foreign["id"], "name": "x"})
    assert refused(answer, "checklist_id") == "Template not found."
    assert process_count(cast.olga) == 0


def test_ruling_25_a_launch_names_its_template_by_alias_or_title(cast: Cast) -> None:
    template = make_template(cast.olga, 1, title="Приёмка & Lager")
    other = make_template(cast.olga, 1, title="Other")
    for name in (template["id"].upper(), template["alias"], "Приёмка & Lager", " Приёмка  & Lager"):
        for key in ("checklist_id", "template_id", "blueprint_id"):
            run = made(cast.olga.post("/runs", {key: name, "name": "P"}))
            assert run["checklist_id"] == template["id"]
    # An alias comes before a title.
    made(cast.olga.put(f"/checklists/{other['id']}", {"title": template["alias"]}), 200)
    run = made(cast.olga.post("/runs", {"checklist_id": template["alias"], "name": "P"}))
    assert run["checklist_id"] == template["id"]


def test_ruling_25_a_title_is_of_exactly_one_template_to_launch(cast: Cast) -> None:
    first, second = (make_template(cast.olga, 1, title="Twice") for _ in range(2))
    let_all_launch(cast.olga, first)
    run = {"checklist_id": "Twice", "name": "P"}
    before = process_count(cast.olga)
    sentence = "Several templates have this title. Send the id or the alias of one of them."
    assert refused(cast.olga.post("/runs", run), "checklist_id") == sentence
    assert process_count(cast.olga) == before
    # mia may launch one of them only, and the archived one is none.
    assert made(cast.mia.post("/runs", run))["checklist_id"] == first["id"]
    made(cast.olga.delete(f"/checklists/{first['id']}"), 200)
    assert made(cast.olga.post("/runs", run))["checklist_id"] == second["id"]
    assert refused(cast.mia.post("/runs", run), "checklist_id") == "Template not found."


def test_ruling_25_a_draft_is_launched_by_the_title_that_was_published(cast: Cast) -> None:
    template = make_template(cast.olga, 1, title="Old", dual_version_enabled=True)
    unpublished = cast.olga.post("/runs", {"checklist_id": "Old", "name": "P"})
    assert refused(unpublished, "checklist_id") == "Template not found."
    path = f"/checklists/{template['id']}"
    made(cast.olga.put(f"{path}/publish"), 200)
    made(cast.olga.put(path, {"title": "New"}), 200)
    made(cast.olga.post("/runs", {"checklist_id": "Old", "name": "P"}))
    refused(cast.olga.post("/runs", {"checklist_id": "New", "name": "P"}), "checklist_id")


def _own(stranger: Person) -> str:
    return str(stranger.client.get("/me").json()["data"]["default_organization_id"])


def test_30_30_names(cast: Cast) -> None:
    template = make_template(cast.olga)
    unnamed = made(cast.olga.post("/runs", {"checklist_id": template["id"]}))
    assert unnamed["name"].startswith("Onboarding - 20")
    long = made(cast.olga.post("/runs", {"checklist_id": template["id"], "name": "é" * 550}))
    assert len(long["name"]) == 550
    too_long = cast.olga.post("/runs", {"checklist_id": template["id"], "name": "x" * 551})
    assert refused(too_long, "name") == "The name may not be greater than 550 characters."
    long_notes = {"checklist_id": template["id"], "summary": "é" * 65_536}
    sentence = "The summary may not be greater than 65535 characters."
    assert refused(cast.olga.post("/runs", long_notes), "summary") == sentence
    assert len(launch(cast.olga, template, summary="é" * 65_535)["summary"]) == 65_535
    tidy = launch(cast.olga, template, name="  A <b>bold</b>\n name ")
    assert tidy["name"] == "A bold name"


def test_30_31_overrides_of_steps(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "A", "assignees": [cast.mia.user_id]}])
    (step,) = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)

    def owners(override: Any) -> Any:
        process = launch(cast.olga, template, tasks={step["id"]: override})
        return tasks_of(cast.olga, process)[0]["owners"]

    named = owners({"owners": {"users": [str(cast.leo.user_id)], "guests": [GUS]}})
    assert (named["users"], named["guests"]) == ([cast.leo.user_id], [GUS])
    empty = owners({"owners": {"users": [], "guests": [], "groups": []}})
    assert empty["users"] == [cast.mia.user_id]
    only_guest = owners({"owners": {"guests": [GUS]}})
    assert (only_guest["users"], only_guest["guests"]) == ([cast.olga.user_id], [GUS])
    process = launch(cast.olga, template, tasks={step["id"]: {"deadline": "2031-05-15 14:30:00"}})
    assert tasks_of(cast.olga, process)[0]["deadline"] == "2031-05-15T14:30:00Z"


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        ({"tasks": {"0" * 32: {}}}, f"tasks.{'0' * 32}"),
        ({"roles": {"x": {}}}, "roles.x"),
        ({"prerun": {"x": 1}}, "prerun.x"),
        ({"folders": ["0" * 32]}, "folders.0"),
        ({"tags": ["0" * 32]}, "tags.0"),
        ({"owner_id": 999_999}, "owner_id"),
        ({"user_id": 999_999}, "user_id"),
        ({"users": [999_999]}, "users.0"),
        ({"groups": ["0" * 32]}, "groups.0"),
        ({"parent_id": "0" * 32}, "parent_id"),
        ({"publicly_hidden_fields": ["nonsense"]}, "publicly_hidden_fields.0"),
    ],
)
def test_30_32_what_names_nothing_is_refused_and_nothing_is_made(
    cast: Cast, extra: Any, field: str
) -> None:
    template = make_template(cast.olga)
    answer = cast.olga.post("/runs", {"checklist_id": template["id"], "name": "x", **extra})
    assert refused(answer, field)
    assert process_count(cast.olga) == 0


def test_30_32_who_is_disabled_and_folders_of_other_kinds(cast: Cast) -> None:
    gone = cast.add_light()
    made(cast.olga.delete(f"/users/{gone.user_id}/disable"), 200)
    kinds = {
        kind: made(cast.olga.post("/folders", {"name": kind, "folder_type": kind}))["id"]
        for kind in ("run", "checklist")
    }
    template = make_template(cast.olga)
    body: dict[str, Any] = {
        "checklist_id": template["id"], "name": "x", "owner_id": gone.user_id,
        "users": [cast.mia.user_id, gone.user_id], "folders": [kinds["run"], kinds["checklist"]],
        "user_id": str(gone.user_id),
    }  # fmt: skip
    errors = cast.olga.post("/runs", body)
    assert errors.status_code == 422
    assert set(errors.json()["errors"]) == {"owner_id", "user_id", "users.1", "folders.1"}
    sentence = "No such a folder exists in Processes."
    assert errors.json()["errors"]["folders.1"] == [sentence]
    assert process_count(cast.olga) == 0
    assert made(cast.olga.get("/tasks"), 200) == []
    # No number was used up.
    assert launch(cast.olga, template)["increment_id"] == 1


def test_30_33_fifty_launches_at_once_have_fifty_numbers(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    people = [cast.olga.again() for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        made_ones = list(pool.map(lambda n: launch(people[n % 10], template), range(50)))
    numbers = sorted(process["increment_id"] for process in made_ones)
    assert numbers == list(range(1, 51))
    tasks = made(cast.olga.get("/tasks?without_pagination=1"), 200)
    assert len({task["increment_id"] for task in tasks}) == 50


def test_30_34_a_repeated_launch_with_one_key_is_one_launch(cast: Cast) -> None:
    body, key = {"name": "Once"}, {"Idempotency-Key": "launch-1"}
    first = cast.olga.post("/runs", body, headers=key)
    again = cast.olga.post("/runs", body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert cast.olga.post("/runs", {"name": "Twice"}, headers=key).status_code == 422
    assert names(cast.olga) == ["Once"]


def test_30_36_an_absent_list_removes_nobody(cast: Cast) -> None:
    groups = sorted([cast.group(cast.mia), cast.group(cast.leo)])
    users = sorted([cast.mia.user_id, cast.leo.user_id])
    process = launch(cast.olga, users=users, groups=groups)
    path = f"/runs/{process['id']}"

    def people(body: Any) -> tuple[list[int], list[str]]:
        changed = made(cast.olga.put(path, body), 200)
        return changed["users"], sorted(changed["groups"])

    assert people({"name": "x"}) == (users, groups)
    assert people({"users": None, "groups": None}) == (users, groups)
    assert people({"users": []}) == ([], groups)
    assert people({"users": [str(users[0])], "groups": groups[:1]}) == (users[:1], groups[:1])
    assert people({"groups": []}) == (users[:1], [])


def test_30_37_echoing_a_process_changes_only_what_differs(cast: Cast) -> None:
    by = cast.olga
    tag = made(by.post("/tags", {"title": "T"}))["id"]
    folder = made(by.post("/folders", {"name": "F", "folder_type": "run"}))["id"]
    field = {"label": "Client", "field_type": "text", "required": False}
    template = make_template(by, prerun=[field])
    process = launch(
        by, template, summary="<p>Notes</p>", tags=[tag], folders=[folder], starred=True,
        users=[cast.mia.user_id], groups=[cast.group(cast.leo)], prerun={"Client": "Acme"},
    )  # fmt: skip
    includes = "tasks,checklist,permissions,tags,folders,threads,form_fields,stages,next_task"
    path = f"/runs/{process['id']}?with={includes}"
    whole = made(by.get(path), 200)
    answer = by.put(f"/runs/{process['id']}", {**whole, "name": "New"})
    assert "X-Ignored-Fields" not in answer.headers
    changed = made(answer, 200)
    expected = {**process, "name": "New", "last_updated": changed["last_updated"]}
    assert changed == expected
    after = made(by.get(path), 200)
    differing = {"name", "last_updated"}
    assert {key for key in whole if after[key] != whole[key]} - differing == set()
    verbs = [entry["verb"] for entry in activity_of(by, process)]
    typo = by.put(f"/runs/{process['id']}", {"nmae": "x"})
    assert made(typo, 200) == changed
    assert typo.headers["X-Ignored-Fields"] == "nmae"
    for body in ({"status": "archived"}, {"archived_at": "2026-03-04T09:30:00Z"}):
        ((sentences),) = by.put(f"/runs/{process['id']}", body).json()["errors"].values()
        assert sentences == ["Use DELETE to archive a process."]
    assert by.call("PUT", f"/runs/{process['id']}").json()["data"] == changed
    assert read(by, process) == changed
    assert [entry["verb"] for entry in activity_of(by, process)] == verbs


def test_30_38_39_progress_and_prerun_are_objects(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 3))
    complete(cast.olga, tasks_of(cast.olga, process)[0])
    seen = read(cast.olga, process)
    assert seen["progress"] == seen["whole_progress"] == {"complete": 1, "total": 3, "percent": 33}
    assert seen["prerun"] == {}
    path = f"/runs/{process['id']}"
    answers = [
        process,
        made(cast.olga.get("/runs"), 200)[0],
        made(cast.olga.put(path, {"name": "x"}), 200),
        made(cast.olga.delete(path), 200),
        made(cast.olga.put(f"{path}/activate"), 200),
        made(cast.olga.get(f"{path}/export"), 200)["run"],
    ]
    for answer in answers:
        for name in ("progress", "whole_progress"):
            assert set(answer[name]) == {"complete", "total", "percent"}
            assert answer[name]["total"] == 3
        assert answer["prerun"] == {}


def test_30_35_edits_of_the_template_are_for_the_next_launch(cast: Cast) -> None:
    by = cast.olga
    field = {"label": "Client", "field_type": "text", "required": False}
    plan = {**field, "label": "Plan", "field_type": "dropdown", "options": ["Silver", "Gold"]}
    steps = [{"title": "Sign", "captures": [field, plan]}, {"title": "Pay"}]
    template = make_template(by, steps, prerun=[field, plan])
    process = launch(by, template, name=None, prerun={"Client": "Acme", "Plan": "Gold"})
    path = f"/checklists/{template['id']}"

    def everything() -> Any:
        forms = made(by.get(f"/runs/{process['id']}/form-fields"), 200)
        return [read(by, process), tasks_of(by, process), forms]

    before = everything()
    first, second = made(by.get(f"{path}/steps"), 200)
    client, chosen = first["captures"]
    made(by.put(path, {"title": "Other title", "type": "procedure"}), 200)
    made(by.put(f"{path}/steps/{first['id']}", {"title": "Other"}), 200)
    other = {**plan, "label": "Other plan", "options": ["Tin"]}
    made(by.put(f"{path}/steps/{first['id']}/captures/{chosen['id']}", other), 200)
    assert by.delete(f"{path}/steps/{first['id']}/captures/{client['id']}").ok
    assert by.delete(f"{path}/steps/{second['id']}").ok
    made(by.post(f"{path}/steps", {"title": "New"}))
    for kickoff in template["prerun"]:
        assert by.delete(f"{path}/preruns/{kickoff['id']}").ok
    assert everything() == before
    # It can still be worked on as it was asked.
    task = tasks_of(by, process)[0]
    answers = {"taskdata": {client["id"]: "x", chosen["id"]: "Silver"}}
    worked = made(by.put(f"/tasks/{task['id']}", answers), 200)
    assert worked["taskdata"][chosen["id"]]["text"] == "Silver"
    titles = [task["title"] for task in tasks_of(by, launch(by, template))]
    assert titles == ["Other", "New"]


def test_progress_counts_what_the_caller_may_see(cast: Cast) -> None:
    steps = [{"title": "A"}, {"title": "B", "top_secret": True, "assignees": [cast.olga.user_id]}]
    process = launch(cast.olga, make_template(cast.olga, steps))
    seen = read(cast.mia, process)
    assert (seen["progress"]["total"], seen["whole_progress"]["total"]) == (1, 2)
    assert read(cast.olga, process)["progress"]["total"] == 2


def test_30_40_the_status_filter(cast: Cast) -> None:
    late = [{"title": "A", "deadline": {"value": 0, "unit": "minutes"}}]
    for name, steps in (("late", late), ("active", 1), ("problem", 1), ("issue", 1), ("done", 1)):
        process = launch(cast.olga, make_template(cast.olga, steps), name=name)
        (task,) = tasks_of(cast.olga, process)
        if name == "problem":
            made(cast.olga.post(f"/tasks/{task['id']}/problem", {"content": "x"}))
        if name == "issue":
            made(cast.olga.post(f"/runs/{process['id']}/problem", {"content": "x"}))
        if name == "done":
            complete(cast.olga, task)

    def found(status: str) -> list[str]:
        return sorted(names(cast.olga, f"?status={status}"))

    assert found("active") == ["active", "late"]
    assert found("problem") == ["issue", "problem"]
    assert found("issue") == ["issue"]
    assert found("delayed") == ["late"]
    assert found("completed") == found("complete") == ["done"]
    assert found("draft") == []
    assert found("complete,issue") == ["done", "issue"]
    assert len(found("all")) == 5
    assert "active, complete" in refused(cast.olga.get("/runs?status=bogus"), "status")


def test_30_41_limits_of_pages(cast: Cast) -> None:
    for number in range(4):
        launch(cast.olga, name=f"P{number}")
    page = cast.olga.get("/runs?limit=3").json()
    assert len(page["data"]) == 3
    assert page["meta"]["pagination"]["has_more_pages"] is True
    last = cast.olga.client.get(page["meta"]["pagination"]["links"]["next"].removeprefix(
        cast.server.base_url)).json()  # fmt: skip
    assert last["meta"]["pagination"]["has_more_pages"] is False
    assert cast.olga.get("/runs?per_page=5000").json()["meta"]["pagination"]["per_page"] == 1000


def test_30_42_sorting(cast: Cast) -> None:
    for name in ("b", "A", "c"):
        launch(cast.olga, name=name)
    first = made(cast.olga.get("/runs?q=b"), 200)[0]
    made(cast.olga.put(f"/runs/{first['id']}", {"summary": "later"}), 200)
    assert names(cast.olga, "?sort=name") == ["A", "b", "c"]
    assert names(cast.olga, "?sort=-name") == ["c", "b", "A"]
    assert names(cast.olga, "?sort=created_at") == ["b", "A", "c"]
    assert names(cast.olga, "?sort=-updated_at") == ["b", "c", "A"]
    assert names(cast.olga, "?sort=nonsense") == names(cast.olga) == ["c", "A", "b"]


def test_30_4_other_filters(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "A", "assignees": [cast.leo.user_id]}])
    launch(cast.olga, template, name="100% done", owner_id=cast.mia.user_id)
    other = launch(cast.olga, name="plain", starred=True)
    assert names(cast.olga, "?q=0%25%20D") == ["100% done"]
    assert names(cast.olga, f"?q={other['increment_id']}") == ["plain"]
    assert names(cast.olga, f"?owners={cast.leo.user_id},{cast.mia.user_id}") == ["100% done"]
    assert names(cast.leo, "?me=true") == ["100% done"]
    assert names(cast.olga, f"?checklist_id={template['id']}") == ["100% done"]
    assert names(cast.olga, "?starred=false") == ["100% done"]
    assert names(cast.olga, f"?started_by={cast.mia.user_id}") == []
    assert names(cast.olga, "?created=2001-01-01") == []
    assert len(names(cast.olga, "?created=2001-01-01:2101-01-01")) == 2
    assert names(cast.olga, "?type=form") == []


def test_30_44_the_next_task(cast: Cast) -> None:
    mia = cast.mia.user_id
    steps = [
        {"title": "Later", "deadline": {"value": 2, "unit": "days"}},
        {"title": "First", "deadline": {"value": 1, "unit": "day"}, "assignees": [mia]},
        {"title": "Hidden", "deadline": {"value": 1, "unit": "hours"}},
        {"title": "Whenever", "deadline": None},
        {"title": "Last", "deadline": None},
    ]
    process = launch(cast.olga, make_template(cast.olga, steps))
    every = {task["title"]: task for task in tasks_of(cast.olga, process)}
    path = f"/runs/{process['id']}/tasks/{every['Hidden']['id']}/hide"
    made(cast.olga.put(path), 200)

    def following() -> Any:
        (task,) = read(cast.olga, process, "?with=next_task")["next_task"]["data"]
        return task

    first = every["First"]
    assert following() == {
        **{key: first[key] for key in ("id", "increment_id", "title", "alias", "deadline")},
        "owners": {"users": [mia], "guests": [], "groups": []},
    }
    for title in ("First", "Later", "Whenever"):
        assert following()["title"] == title
        complete(cast.olga, every[title])
    assert following()["title"] == "Last"
    complete(cast.olga, every["Last"])
    assert read(cast.olga, process, "?with=next_task")["next_task"] == {"data": []}


def test_30_45_an_issue_of_the_process_freezes_its_tasks(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    (task,) = tasks_of(cast.olga, process)
    issue = made(cast.mia.post(f"/runs/{process['id']}/problem", {"content": "Stop"}))
    frozen = read(cast.olga, process)
    assert (frozen["status"], frozen["has_open_issue"]) == ("issue", True)
    answer = cast.olga.post("/completed-tasks", {"task_id": task["id"]})
    assert answer.status_code == 422
    sentence = "This process has an open issue. Resolve it before changing its tasks."
    assert answer.json()["message"] == sentence
    body = {"thread_id": issue["id"], "content": "Go on"}
    made(cast.olga.post(f"/runs/{process['id']}/resolved-threads", body))
    assert read(cast.olga, process)["status"] == "active"
    complete(cast.olga, task)


def test_30_46_the_last_task_completes_the_process_and_reopening_undoes_it(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 2))
    first, second = tasks_of(cast.olga, process)
    complete(cast.olga, first)
    assert read(cast.olga, process)["completed_at"] is None
    complete(cast.olga, second)
    done = read(cast.olga, process)
    assert done["status"] == "complete"
    assert done["completed_at"] is not None
    assert done["due_date"] is None
    made(cast.olga.delete(f"/completed-tasks/{second['id']}"), 200)
    again = read(cast.olga, process)
    assert (again["status"], again["completed_at"]) == ("active", None)


def test_30_47_a_project_without_tasks_is_active(cast: Cast) -> None:
    project = launch(cast.olga)
    assert (project["status"], project["progress"]) == (
        "active", {"complete": 0, "total": 0, "percent": 0},
    )  # fmt: skip
    form = launch(cast.olga, make_template(cast.olga, 0, type="form"))
    assert (form["status"], form["progress"]["percent"]) == ("complete", 100)


def test_30_49_the_public_view(cast: Cast) -> None:
    steps = [{"title": "Open"}, {"title": "Secret", "top_secret": True}]
    process = launch(cast.olga, make_template(cast.olga, steps))
    assert process["public_url"] is None
    shared = made(cast.olga.put(f"/runs/{process['id']}", {"is_public": True}), 200)
    path = shared["public_url"].removeprefix(cast.server.base_url)
    answer = cast.nobody.get(path)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert [task["title"] for task in answer.json()["data"]["tasks"]] == ["Open"]
    assert "@" not in answer.text
    assert process["id"] not in path
    made(cast.olga.put(f"/runs/{process['id']}", {"is_public": False}), 200)
    assert cast.nobody.get(path).status_code == 404
    again = made(cast.olga.put(f"/runs/{process['id']}", {"is_public": True}), 200)
    assert again["public_url"] == shared["public_url"]


def test_30_59_rights_per_key(cast: Cast) -> None:
    process = launch(cast.olga)
    path = f"/runs/{process['id']}"
    assert cast.mia.put(path, {"name": "Mia's"}).status_code == 200
    assert cast.mia.put(path, {"summary": "x"}).status_code == 403
    assert cast.mia.put(path, {"is_public": True}).status_code == 403
    assert cast.mia.put(path, {"name": "Both", "summary": "x"}).status_code == 403
    assert read(cast.olga, process)["name"] == "Mia's"
    made(cast.olga.put(path, {"owner_id": cast.mia.user_id}), 200)
    for body in ({"name": "a"}, {"summary": "b"}, {"is_public": True}):
        assert cast.mia.put(path, body).status_code == 200
    template = make_template(cast.olga, users=[cast.leo.user_id])
    own = launch(cast.leo, template)
    assert cast.leo.put(f"/runs/{own['id']}", {"name": "x"}).status_code == 403
    assert cast.leo.put(f"/runs/{own['id']}", {"summary": "x"}).status_code == 200
    assert cast.leo.put(f"/runs/{own['id']}", {"starred": True}).status_code == 200


def test_an_update_that_changes_nothing_tells_nothing(cast: Cast) -> None:
    process = launch(cast.olga, name="Same")
    made(cast.olga.put(f"/runs/{process['id']}", {"name": "Same", "users": []}), 200)
    feed = made(cast.olga.get(f"/activity-feeds?entity_type=run&entity_id={process['id']}"), 200)
    assert [entry["verb"] for entry in feed] == [["created"]]
    assert read(cast.olga, process)["last_updated"] == process["last_updated"]
    made(
        cast.olga.put(f"/runs/{process['id']}", {"name": "Other", "owner_id": cast.mia.user_id}),
        200,
    )
    feed = made(cast.olga.get(f"/activity-feeds?entity_type=run&entity_id={process['id']}"), 200)
    told = {entry["field"][0]: (entry["verb"][0], entry["old_value"][0]) for entry in feed[:2]}
    assert told == {
        "name": ("updated", "Same"),
        "owner_id": ("owners-updated", cast.olga.user_id),
    }


def test_30_13_2_who_may_read_a_process(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga))
    path = f"/runs/{process['id']}/permissions"
    assert cast.leo.get(f"/runs/{process['id']}").status_code == 404
    only_leo = {"process_read": {"all_members": False, "users": [cast.leo.user_id]}}
    assert cast.mia.put(path, only_leo).status_code == 403
    answer = made(cast.olga.put(path, only_leo), 200)
    expected = {"all_members": False, "users": [cast.leo.user_id], "groups": []}
    assert answer["process_read"] == expected
    assert read(cast.leo, process)["id"] == process["id"]
    assert cast.mia.get(f"/runs/{process['id']}").status_code == 404
    assert names(cast.mia) == []
    assert refused(cast.olga.put(path, {}), "process_read")
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    assert cast.olga.put(path, only_leo).json()["code"] == "ARCHIVED"


def test_an_owner_can_give_a_process_away_that_only_its_people_see(cast: Cast) -> None:
    process = launch(cast.mia)
    path = f"/runs/{process['id']}"
    made(cast.mia.put(f"{path}/permissions", {"process_read": {"all_members": False}}), 200)
    nia = cast.add(Role.STANDARD)
    assert nia.get(path).status_code == 404
    given = made(cast.mia.put(path, {"owner_id": nia.user_id}), 200)
    assert given["owner_id"] == nia.user_id
    made(nia.get(path), 200)
