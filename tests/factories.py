"""Making what a test is about, through the public API."""

from typing import Any

from cast import Person


def made(response: Any, status: int = 201) -> Any:
    """The object of an answer that must have succeeded."""
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    return response.json()["data"]


#: What a body with steps cannot decide: it is a document, and its template is its importer's alone.
_OF_NO_DOCUMENT = (
    "status", "owner_id", "starred", "is_public", "is_public_kickoff", "is_pinned", "is_featured",
)  # fmt: skip


def make_template(by: Person, steps: list[Any] | int = 3, **fields: Any) -> Any:
    """`steps`: a number of plain ones, or their bodies."""
    if isinstance(steps, int):
        steps = [{"title": f"Step {number}"} for number in range(1, steps + 1)]
    body = {"title": "Onboarding", "type": "procedure", **fields}
    if not any(name in fields for name in _OF_NO_DOCUMENT):
        return made(by.post("/checklists", {**body, "steps": steps}))
    template = made(by.post("/checklists", body))
    for step in steps:
        made(by.post(f"/checklists/{template['id']}/steps", step))
    return read_template(by, template)


def read_template(by: Person, template: Any, query: str = "") -> Any:
    return made(by.get(f"/checklists/{template['id']}{query}"), 200)


def make_rule(by: Person, template: Any, **fields: Any) -> Any:
    """When the first step of a template is completed, the second one shows."""
    path = f"/checklists/{template['id']}"
    first, second, *_ = made(by.get(f"{path}/steps"), 200)
    condition = {"conditionable_type": "Step", "conditionable_id": first["id"]}
    action = {"action_type": "visibility", "action_verb": "show", "target_step_id": second["id"]}
    body = {
        "automated_alias": "Go on",
        "conditions": [{**condition, "operation": "completed"}],
        "then_actions": [action],
        **fields,
    }
    return made(by.post(f"{path}/automated-actions", body))


def launch(by: Person, template: Any | None = None, **fields: Any) -> Any:
    """A process from a template, or without one."""
    body = {"name": "Ann joins", **fields}
    if template is not None:
        body["checklist_id"] = template["id"]
    return made(by.post("/runs", body))


def tasks_of(by: Person, process: Any) -> list[Any]:
    return list(made(by.get(f"/runs/{process['id']}/tasks?without_pagination=true"), 200))


def complete(by: Person, task: Any, **fields: Any) -> Any:
    return made(by.post("/completed-tasks", {"task_id": task["id"], **fields}), 200)


def fill(by: Person, task: Any, label: str, value: Any) -> None:
    """Answer the question of a task that has this label."""
    fields = made(by.get(f"/tasks/{task['id']}?with=form_fields"), 200)["form_fields"]["data"]
    (field,) = [each for each in fields if each["label"] == label]
    made(by.put(f"/tasks/{task['id']}", {"taskdata": {field["id"]: value}}), 200)


def sorting_ids(cast: Any) -> dict[str, Any]:
    """What paths name of tags, folders and custom fields; the numbers name nothing."""
    key = {"key": "some_key", "applies_to": "process", "field_type": "text"}
    return {
        "tag": made(cast.olga.post("/tags", {"title": "Some tag"}))["id"],
        "folder": made(cast.olga.post("/folders", {"name": "F", "folder_type": "run"}))["id"],
        "snippet": made(cast.olga.post("/snippets", {"title": "Some snippet"}))["id"],
        "schedule": 2**31 - 1,
        "watcher": 2**31 - 1,
        "delivery": "0" * 32,
        "endpoint": "0" * 32,
        "notification": 2**31 - 1,
        "word": "none",
        "key": made(cast.olga.post("/custom-field-keys", key))["id"],
        "association": 2**31 - 1,
        "version": 2**31 - 1,
        "object": 2**31 - 1,
    }


def make_oneoff(by: Person, **fields: Any) -> Any:
    body = {
        "title": "Order a desk",
        "task_type": "task",
        "deadline": "2031-05-15 14:30:00",
        "owners": {"users": [], "guests": [], "groups": []},
        **fields,
    }
    return made(by.post("/tasks", body))


def make_link(by: Person, process: Any) -> Any:
    """A file of the process that is somewhere on the web."""
    sent = {"subject_type": "Run", "subject_id": process["id"], "uploaded_from": "note"}
    sent |= {"source": "url", "url": "https://files.test/plan.pdf", "filename": "plan.pdf"}
    return made(by.post("/file", sent), 200)


def read(by: Person, process: Any, query: str = "") -> Any:
    return made(by.get(f"/runs/{process['id']}{query}"), 200)


def let_all_launch(by: Person, template: Any) -> None:
    made(
        by.put(
            f"/checklists/{template['id']}/permissions", {"process_launch": {"all_members": True}}
        ),
        200,
    )


def activity_of(by: Person, process: Any) -> list[Any]:
    """Everything that happened in a process, newest first."""
    path = f"/activity-feeds?entity_type=run&entity_id={process['id']}&without_pagination=true"
    return list(made(by.get(path), 200))


def verbs_of(by: Person, process: Any) -> list[str]:
    """Verbs of what happened in a process, oldest first."""
    return [entry["verb"][0] for entry in reversed(activity_of(by, process))]


def without_ages(seen: Any) -> Any:
    """The same without `created_ago` ("3 seconds ago"), which another second makes another."""
    if isinstance(seen, dict):
        return {key: without_ages(value) for key, value in seen.items() if key != "created_ago"}
    return [without_ages(each) for each in seen] if isinstance(seen, list) else seen
