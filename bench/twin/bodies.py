"""The answers: the fields that ours have, as dictionaries that orjson writes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import orjson

from bench.twin.models import Process, Task

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
_DAY = timedelta(days=1)


def json_of(body: Any) -> bytes:
    return orjson.dumps(body, option=_OPTIONS)


def _percent(complete: int, total: int, completed_at: datetime | None) -> int:
    if total:
        return int(100 * complete / total + 0.5)
    return 0 if completed_at is None else 100


def _progress(complete: int, total: int, completed_at: datetime | None) -> dict[str, int]:
    percent = _percent(complete, total, completed_at)
    return {"complete": complete, "total": total, "percent": percent}


def _values(answers: Any) -> dict[str, Any]:
    return answers or {}


def _split(keys: Iterable[str]) -> tuple[list[int], list[str], list[str]]:
    """Users, guests and groups."""
    users, guests, groups = [], [], []
    for person in keys:
        kind, _, written = person.partition(":")
        if kind == "u":
            users.append(int(written))
        elif kind == "e":
            guests.append(written)
        else:
            groups.append(written)
    return sorted(users), sorted(guests), sorted(groups)


def process_body(process: Process, now: datetime) -> dict[str, Any]:
    """`reading.gather` has been there."""
    archived_at, due_at = process.archived_at, process.first_open_deadline_at
    clock = archived_at or now
    users, _, groups = _split(process.member_keys)
    assigned, _, _ = _split(process.assigned_keys)
    total, complete = process.visible_task_count, process.completed_task_count
    seen, seen_complete = total - process.hidden_count, complete - process.hidden_completed_count
    has_form = process.kickoff_field_count and process.kickoff_completed_at is None
    return {
        "id": process.id,
        "increment_id": process.number,
        "checklist_id": process.template_id,
        "checklist_title": process.template_title,
        "assign_someone_else": process.assign_someone_else,
        "name": process.name,
        "summary": process.summary,
        "status": process.lifecycle if archived_at is None else "archived",
        "lifecycle_status": process.lifecycle,
        "has_open_issue": process.open_issue_count > 0,
        "progress": _progress(seen_complete, seen, process.completed_at),
        "whole_progress": _progress(complete, total, process.completed_at),
        "started_by": process.started_by,
        "owner_id": process.owner_id,
        "prerun": _values(process.answers),
        "prerun_status": "incomplete" if has_form else "complete",
        "prerun_completed_at": process.kickoff_completed_at,
        "prerun_completed_by": process.kickoff_completed_by,
        "prerun_submitted_by": process.submitter,
        "prerun_length": process.kickoff_field_count,
        "starred": process.is_starred,
        "created_at": process.created_at,
        "started_at": process.started_at,
        "last_updated": process.updated_at,
        "completed_at": process.completed_at,
        "archived_at": archived_at,
        "archived_by": process.archived_by,
        "archived_via": process.archived_via,
        "archived_operation": process.archived_operation,
        "archived_by_name": process.archived_by_name,
        "storage": "hot",
        # It knows no holds, and spends nothing on asking.
        "held": False,
        "last_activated_at": process.activated_at,
        "due_date": due_at,
        "max_task_deadline": process.last_deadline_at,
        "due_date_passed": due_at is not None and due_at < clock,
        "due_soon": due_at is not None and clock <= due_at <= clock + _DAY,
        "late_tasks": process.late_count,
        "collaborators": sorted({process.owner_id, process.started_by, *users, *assigned}),
        "type": process.type,
        "is_public": process.is_public,
        "publicly_hidden_fields": process.publicly_hidden_fields or [],
        "public_url": f"/public/{process.public_key}" if process.is_public else None,
        "users": users,
        "groups": groups,
        "parent_id": process.parent_id,
        "former_parent_id": process.former_parent_id,
        "can_add_oot": process.can_add_tasks,
        "launched_via": process.launched_via,
        # No rules run in what is measured, here as there.
        "rules_active": False,
        "custom_fields": process.custom_fields or {},
    }


def task_body(task: Task, process: Process, now: datetime) -> dict[str, Any]:
    """Of a task that comes from `shown_tasks`."""
    archived_at = task.archived_at or process.archived_at
    clock = archived_at or now
    state = task.state
    is_done = task.waits_for_anchor or state in {"completed", "auto-skipped"}
    due_at = None if is_done else task.deadline_at
    users, guests, groups = _split(task.assigned_keys)
    parts = task.parts or []
    guest = task.completed_by_guest
    is_open = state != "auto-skipped" and archived_at is None
    is_mail = task.task_type.endswith("email")
    return {
        "id": task.id,
        "increment_id": task.number,
        "title": task.title,
        "original_title": task.title,
        "run_id": process.id,
        "checklist_id": task.template_id,
        "step_id": task.step_id,
        "linked_step_id": task.linked_step_id,
        "stage_id": task.stage_id,
        "alias": task.alias,
        "task_type": task.task_type,
        "status": state,
        "status_label": _label(task),
        "is_approved": task.is_approved,
        "is_completable": is_open and not task.open_issue_count and process.lifecycle != "issue",
        "is_oneoff_task": task.is_oneoff,
        "position": task.position,
        "blueprint_position": task.step_position,
        "owners": {"users": users, "guests": guests, "groups": groups, "taskUrls": []},
        "taskdata": _values(task.answers),
        "started_at": task.started_at,
        "is_soft_start_date": task.is_soft_start_date,
        "deadline": task.deadline_at,
        "created_at": task.created_at,
        "last_updated": task.updated_at,
        "completed_at": task.completed_at,
        "archived_at": archived_at,
        "archived_by": task.archived_by or process.archived_by,
        "archived_via": process.archived_via,
        "archived_operation": process.archived_operation,
        "archived_by_name": process.archived_by_name,
        "held": False,
        "starter_id": task.created_by,
        "completer_id": task.completed_by,
        "completer_guest": guest and guest["email"],
        "completer_guest_id": guest and guest["id"],
        "everyone_must_complete": task.everyone_must_complete,
        "completion_progress": _progress(len(parts), len(users) + len(guests), None)
        if task.everyone_must_complete
        else None,
        "completed_by_assignees": {
            "users": [part["user"] for part in parts if "user" in part],
            "guests": [part["guest"] for part in parts if "guest" in part],
        },
        "can_complete_only_assignees": task.can_complete_only_assignees,
        "allow_guest_owners": task.allow_guest_owners,
        "prevent_guest_comment": task.prevent_guest_comment,
        "top_secret": task.top_secret,
        "max_assignable": task.max_assignable,
        "has_deadline_dependent_child_tasks": task.is_anchor,
        "problem": task.open_issue_count > 0,
        "due_date_passed": due_at is not None and due_at < clock,
        "due_soon": due_at is not None and clock <= due_at <= clock + _DAY,
        "webhook": task.webhook,
        "send_chromeless": task.send_chromeless if is_mail else None,
        "run_status": process.lifecycle if process.archived_at is None else "archived",
        "visibility_locked": task.visibility_locked,
        "shown_at": task.shown_at,
        "custom_fields": task.custom_fields or {},
    }


def _label(task: Task) -> str:
    if task.is_approved is None:
        return task.state
    return "approved" if task.is_approved else "rejected"


def full_task_body(task: Task, process: Process, now: datetime) -> dict[str, Any]:
    """As a change of the task answers it."""
    return {
        **task_body(task, process, now),
        "summary": task.summary,
        "original_summary": task.summary,
        "tasks_changed_by_rules": {"data": []},
    }
