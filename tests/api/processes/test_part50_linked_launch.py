"""Part 50, 4.12: completing a task launches the process that its step names."""

from typing import Any

import pytest

from backdoor import set_answers
from cast import GUS, Cast, Person
from factories import (
    activity_of,
    complete,
    launch,
    made,
    make_template,
    read,
    tasks_of,
    verbs_of,
)
from forms import asked, template_with
from procession.kit.caller import Role
from server import ClockInHand


def linked(by: Person, target: Any, name: str | None = None, **step: Any) -> Any:
    """A process whose first task launches `target`; that task."""
    launches = {"id": target["id"], "default_name_format": name, "tasks_within_process": False}
    steps = [{"title": "Sign", **step}, {"title": "Last"}]
    template = make_template(by, steps, title="Source")
    path = f"/checklists/{template['id']}/steps"
    first, _ = made(by.get(path), 200)
    made(by.put(f"{path}/{first['id']}", {"title": "Sign", "bp_to_launch": launches}), 200)
    return tasks_of(by, launch(by, template, name="Source run"))[0]


def launched_from(by: Person, task: Any) -> list[Any]:
    return list(made(by.get(f"/runs?parent_id={task['run_id']}"), 200))


def notes_on(by: Person, task: Any) -> list[str]:
    threads = made(by.get(f"/tasks/{task['id']}?with=threads"), 200)["threads"]["data"]
    assert {thread["author_type"] for thread in threads} <= {"bot"}
    return [thread["content"] for thread in threads]


def test_30_51_it_is_launched_once_with_its_parent(cast: Cast, clock: ClockInHand) -> None:
    target = make_template(cast.olga, 2, title="Equipment")
    clock.stop_at("2026-03-02T09:05:00Z")
    task = linked(cast.olga, target)
    complete(cast.mia, task)
    (process,) = launched_from(cast.olga, task)
    assert process["name"] == "Mar 02, 9:05am - Equipment"
    assert (process["launched_via"], process["parent_id"]) == ("task", task["run_id"])
    # Mia could not launch it herself.
    assert (process["started_by"], process["owner_id"]) == (cast.mia.user_id, cast.mia.user_id)
    assert len(tasks_of(cast.olga, process)) == 2
    (note,) = notes_on(cast.olga, task)
    assert process["id"] in note
    assert "Mar 02" in note
    assert verbs_of(cast.olga, process) == ["created", "linked"]
    (told,) = [fact for fact in activity_of(cast.olga, process) if fact["verb"][0] == "linked"]
    assert (told["parentable_id"], told["actor_id"]) == (task["run_id"], [bot_of(cast)])
    check_origins(cast, task, process)
    # Done again after a reopening: nothing more than a word.
    made(cast.olga.delete(f"/completed-tasks/{task['id']}"), 200)
    complete(cast.olga, task)
    complete(cast.olga, task)
    assert len(launched_from(cast.olga, task)) == 1
    assert len(notes_on(cast.olga, task)) == 2
    # Not even when it has gone since.
    assert cast.olga.delete(f"/runs/{process['id']}").status_code == 200
    assert cast.olga.delete(f"/runs/{process['id']}/delete").status_code == 200
    made(cast.olga.delete(f"/completed-tasks/{task['id']}"), 200)
    complete(cast.olga, task)
    assert launched_from(cast.olga, task) == []


def check_origins(cast: Cast, task: Any, launched: Any) -> None:
    """60, 1.1: what came of an automatic launch is found from all that it came from."""
    source = made(cast.olga.get(f"/runs/{task['run_id']}"), 200)
    ids = {"task": task["id"], "run": source["id"], "step": task["step_id"],
           "checklist": source["checklist_id"]}  # fmt: skip
    wanted = [("linked", launched["id"]), ("created", launched["id"])]
    feed = "/activity-feeds?origin_type"
    for query in (f"{kind}{end}" for kind, of in ids.items() for end in ("", f"&origin_id={of}")):
        found = made(cast.olga.get(f"{feed}={query}"), 200)
        assert [(each["verb"][0], each["auditable_id"]) for each in found] == wanted, query
        origin = {"data": {"type": "Run", "id": source["id"], "name": "Source run"}}
        assert [each["origin"] for each in found] == [origin, origin]
    trigger = [{"type": "Task", "id": task["id"], "name": "Sign"}]
    assert found[0]["references"] == trigger
    for kind in ids:
        assert made(cast.olga.get(f"{feed}={kind}&origin_id={launched['id']}"), 200) == []
    # A template is everybody's to read.
    for kind in ("task", "run"):
        assert cast.leo.get(f"{feed}={kind}&origin_id={ids[kind]}").status_code == 403
    for wrong in (f"origin_id={task['id']}", "origin_type=thread"):
        refused = cast.olga.get(f"/activity-feeds?{wrong}")
        assert (refused.status_code, set(refused.json()["errors"])) == (422, {"origin_type"})


def bot_of(cast: Cast) -> int:
    users = made(cast.olga.get("/users?without_pagination=true"), 200)
    return next(int(user["id"]) for user in users if user["is_bot"])


def test_50_4_12_its_name_holds_answers_of_where_it_comes_from(cast: Cast) -> None:
    naming = {"auto_naming": True, "allow_launcher_change_name": False}
    target = make_template(cast.olga, 1, title="Equipment", **naming)
    template = template_with(cast.olga, [{"title": "Sign"}], [asked("Who")], title="Source")
    (field,) = template["prerun"]
    path = f"/checklists/{template['id']}/steps"
    (step,) = made(cast.olga.get(path), 200)
    form = f"{{{{TEMPLATE_NAME}}}}: {{{{{field['alias']}}}}}"
    launches = {"id": target["id"], "default_name_format": form}
    made(cast.olga.put(f"{path}/{step['id']}", {"title": "Sign", "bp_to_launch": launches}), 200)
    process = launch(cast.olga, template)
    set_answers(cast, process, {field["id"]: "Ann & Eve"})
    (task,) = tasks_of(cast.olga, process)
    complete(cast.olga, task)
    (launched,) = launched_from(cast.olga, task)
    assert launched["name"] == "Source: Ann & Eve"


def test_50_4_12_a_guest_launches_for_who_started_the_source(cast: Cast) -> None:
    target = make_template(cast.olga, 1)
    task = linked(cast.olga, target, guests=[GUS])
    gus = cast.guest_of(task)
    assert gus.post("/completed-tasks", {"task_id": task["id"]}).status_code == 200
    (launched,) = launched_from(cast.olga, task)
    assert launched["started_by"] == cast.olga.user_id


@pytest.mark.parametrize("reason", ["archived", "gone", "document", "asks", "must be tagged"])
def test_50_4_12_where_it_cannot_be_launched_the_completion_stands(cast: Cast, reason: str) -> None:
    target = make_template(cast.olga, 1, title="Equip<b>ment")
    path = f"/checklists/{target['id']}"
    task = linked(cast.olga, target)
    if reason == "asks":
        made(cast.olga.post(f"{path}/preruns", asked("Who", required=True)))
    elif reason == "document":
        made(cast.olga.put(path, {"title": "Equipment", "type": "document"}), 200)
    elif reason == "must be tagged":
        made(cast.olga.put(path, {"title": "Equipment", "tag_process": True}), 200)
    else:
        assert cast.olga.delete(path).status_code in (200, 204)
    if reason == "gone":
        assert cast.olga.delete(f"{path}/delete").status_code in (200, 204)
    before = int(cast.olga.get("/runs").json()["meta"]["pagination"]["total"])
    assert complete(cast.olga, task)["status"] == "completed"
    (note,) = notes_on(cast.olga, task)
    assert note.startswith("No process was launched: ")
    assert "<b>" not in note
    assert int(cast.olga.get("/runs").json()["meta"]["pagination"]["total"]) == before
    assert "linked" not in verbs_of(cast.olga, {"id": task["run_id"]})
    # Once that has been seen to, completing it again launches it.
    if reason == "must be tagged":
        made(cast.olga.put(path, {"title": "Equipment", "tag_process": False}), 200)
        made(cast.olga.delete(f"/completed-tasks/{task['id']}"), 200)
        complete(cast.olga, task)
        assert len(launched_from(cast.olga, task)) == 1


def test_50_4_12_a_starter_who_has_gone_is_replaced_by_the_owner(cast: Cast) -> None:
    target = make_template(cast.olga, 1)
    ann = cast.add(Role.ADMIN)
    task = linked(ann, target, guests=[GUS], can_complete_only_assignees=False)
    made(cast.olga.put(f"/runs/{task['run_id']}", {"owner_id": cast.mia.user_id}), 200)
    gus = cast.guest_of(task)
    made(cast.olga.client.delete(cast.olga.path(f"/users/{ann.user_id}/disable")), 200)
    assert gus.post("/completed-tasks", {"task_id": task["id"]}).status_code == 200
    (launched,) = launched_from(cast.olga, task)
    assert launched["started_by"] == cast.mia.user_id
    assert read(cast.olga, launched)["status"] == "active"
