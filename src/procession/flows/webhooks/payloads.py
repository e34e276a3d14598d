"""What webhooks are told: of a process (contract 60, 2.3), of a task (2.4), of an event (3)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from procession.core.times import Instant, optional_wire_time, wire_time
from procession.domains.comments.types import Thread
from procession.domains.comments.wire import thread_out
from procession.domains.files.types import StoredFile
from procession.domains.files.wire import public_link
from procession.domains.processes.types import Process
from procession.domains.processes.wire import ProgressOut, process_out
from procession.domains.tasks.types import Task
from procession.domains.tasks.wire import task_out
from procession.domains.templates.types import Field
from procession.domains.webhooks.content import PUBLIC_LINK, mark
from procession.flows.telling.addresses import GUEST_OF_WEBHOOK
from procession.flows.webhooks.scenes import Scene

Payload = dict[str, Any]


def process_payload(scene: Scene, process: Process, now: Instant, uid: str) -> Payload:
    """All that the Run object says, and what the receivers of webhooks ask for besides."""
    run = _run(scene, process, now)
    prerun = {
        asked.id: scene.value(asked, value)
        for asked, value in scene.answers(scene.kickoff, process.kickoff_answers)
        if value is not None
    }
    people = [scene.person(user_id) for user_id in process.users]
    return {
        **run,
        "prerun": prerun,
        "users": [
            {"user_id": each["id"], "full_name": each["full_name"]} for each in people if each
        ],
        "groups": [
            {"group_id": group_id, "name": scene.groups[group_id].name}
            for group_id in process.groups
            if group_id in scene.groups
        ],
        "process-tasks": _process_tasks(scene),
        "ko-form-fields": {
            asked.alias: scene.value(asked, value)
            for asked, value in scene.answers(scene.kickoff, process.kickoff_answers)
        },
        "guest-links": _guest_links(scene, uid),
        "launcher": scene.person(process.started_by),
    }


def task_payload(
    scene: Scene,
    task: Task,
    uid: str,
    *,
    completer: Mapping[str, Any] | None,
    assets: Sequence[StoredFile] = (),
) -> Payload:
    """`assets`: files on the task, and in its answers."""
    process = scene.process
    return {
        "this_task": _this_task(scene, task, assets),
        "launcher": scene.person(task.created_by if process is None else process.started_by),
        "completer": completer,
        "process-tasks": _process_tasks(scene),
        "form-fields": _flat_fields(scene),
        "template": _template(scene),
        "process": None if process is None else _process(scene, process),
        "guest-links": _guest_links(scene, uid),
        "next_task": _next_task(scene),
    }


def event_payload(
    scene: Scene | None,
    task: Task | None,
    now: Instant,
    *,
    organization_id: str,
    actor: Mapping[str, Any] | None,
    template: Mapping[str, Any] | None,
    comment: Thread | None = None,
    assignees: Mapping[str, Any] | None = None,
) -> Payload:
    """What watchers are told."""
    process = None if scene is None else scene.process
    return {
        "organization_id": organization_id,
        "actor": actor,
        "task": None if scene is None or task is None else _task(scene, task, now),
        "process": None if scene is None or process is None else _run(scene, process, now),
        "template": template,
        "comment": None if comment is None else msgspec.to_builtins(thread_out(comment, now)),
        "assignees": assignees,
    }


# --- Their parts ---


def _run(scene: Scene, process: Process, now: Instant) -> Payload:
    """As the API answers it, to a member who is nobody in particular."""
    out = process_out(process, now, scene.base_url, scene.organization_id)
    out.custom_fields = scene.custom_values.get(process.id, {})
    found: Payload = msgspec.to_builtins(out)
    return found


def _task(scene: Scene, task: Task, now: Instant) -> Payload:
    out = task_out(task, now, scene.texts, with_summary=True)
    out.custom_fields = scene.custom_values.get(task.id, {})
    found: Payload = msgspec.to_builtins(out)
    return found


def _this_task(scene: Scene, task: Task, assets: Sequence[StoredFile]) -> Payload:
    return {
        **_short_task(scene, task),
        "completed_at": optional_wire_time(task.completed_at),
        "completed_by": scene.completer(task),
        "assets": [
            {
                "id": file.id,
                "filename": file.filename,
                "version": str(file.version),
                PUBLIC_LINK: public_link(file, scene.organization_id, scene.base_url),
            }
            for file in assets
        ],
        "task_type": task.task_type,
        "is_approved": task.is_approved,
    }


def _short_task(scene: Scene, task: Task) -> Payload:
    return {
        "id": task.id,
        "title": scene.texts.title(task),
        "alias": task.alias,
        "status": task.state,
        "summary": scene.texts.summary(task) or "",
        "position": task.position,
        "deadline": optional_wire_time(task.deadline_at),
        "owners": scene.owners(task),
        "captures": _captures(scene, task),
    }


def _captures(scene: Scene, task: Task) -> Payload:
    """Every field of its form, answered or not."""
    asked = scene.fields_of(task)
    return {
        each.id: _capture(each, scene.value(each, value))
        for each, value in scene.answers(asked, task.form_answers)
    }


def _capture(asked: Field, value: Any) -> Payload:
    return {"alias": asked.alias, "label": asked.label, "value": value}


def _process_tasks(scene: Scene) -> dict[str, str]:
    """By alias; by its id where it has none."""
    return {task.alias or task.id: task.id for task in scene.tasks}


def _flat_fields(scene: Scene) -> Payload:
    """Of all forms; where two have one alias, a step's field stands before the kick-off's."""
    found: Payload = {}
    if scene.process is not None:
        given = scene.process.kickoff_answers
        for asked, value in scene.answers(scene.kickoff, given):
            found[asked.alias] = scene.flat_value(asked, value)
    for task in scene.tasks:
        for asked, value in scene.answers(scene.fields_of(task), task.form_answers):
            found[asked.alias] = scene.flat_value(asked, value)
    return found


def _template(scene: Scene) -> Payload | None:
    template = scene.template
    if template is None:
        return None
    return {
        "id": template.id,
        "title": template.title,
        "alias": template.alias,
        "summary": template.summary,
    }


def _process(scene: Scene, process: Process) -> Payload:
    forms = {
        task.step_id: _captures(scene, task)
        for task in scene.tasks
        if task.step_id is not None and scene.fields_of(task)
    }
    return {
        "id": process.id,
        "organization_id": scene.organization_id,
        "name": process.name,
        "summary": process.summary,
        "status": process.status,
        "progress": msgspec.to_builtins(ProgressOut(*process.progress)),
        "created_at": wire_time(process.created_at),
        "ClientURL": f"{scene.base_url}/tracker/{process.id}",
        "prerun": {
            asked.id: scene.value(asked, value)
            for asked, value in scene.answers(scene.kickoff, process.kickoff_answers)
            if value is not None
        },
        "process_forms": forms,
        "tags": [{"id": tag.tag_id, "name": tag.title, "color": tag.color} for tag in scene.tags],
    }


def _guest_links(scene: Scene, uid: str) -> Payload:
    """A mark in the stead of each code: the number is that of the guest in `scene.guests`."""
    base = scene.base_url + GUEST_OF_WEBHOOK.replace("{org}", scene.organization_id)
    return {
        guest.email: {"link_for_guest": base.replace("{code}", mark(uid, number))}
        for number, guest in enumerate(scene.guests)
    }


def _next_task(scene: Scene) -> Payload | list[Any]:
    """The first that waits to be done, after everything that rules did."""
    if scene.process is None:
        return []
    first = next((task for task in scene.tasks if task.is_open), None)
    return [] if first is None else _short_task(scene, first)
