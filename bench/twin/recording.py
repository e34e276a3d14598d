"""What every change leaves besides: a part of the sums, an activity row, a row of the outbox."""

from datetime import datetime
from typing import Any

from bench.twin.columns import new_id
from bench.twin.models import Activity, Outbox, Process, ProcessSum, Task
from bench.twin.reading import Member


def part_of_sum(process: Process, sign: int = 1) -> ProcessSum:
    """What a process adds to its class, times `sign`."""
    return ProcessSum(
        organization_id=process.organization_id,
        is_archived=process.archived_at is not None,
        everyone_may_read=process.everyone_may_read,
        lifecycle=process.lifecycle,
        process_count=sign,
        visible_task_count=sign * process.visible_task_count,
        completed_task_count=sign * process.completed_task_count,
        secret_task_count=sign * process.secret_task_count,
        secret_completed_task_count=sign * process.secret_completed_task_count,
    )


def record_process(
    member: Member, process: Process, now: datetime, entry: int, fact: str, verb: str,
    said: str, *, old_value: str | None = None, **more: Any,
) -> None:  # fmt: skip
    state = {
        "id": process.id, "number": process.number, "name": process.name,
        "template_id": process.template_id, **more,
    }  # fmt: skip
    activity = Activity(
        organization_id=member.organization_id,
        process_id=process.id,
        process_entry=entry,
        occurred_at=now,
        event=f"process.{fact}",
        verb=verb,
        category="Process",
        actor_id=member.user_id,
        subject_kind="Run",
        subject_id=process.id,
        parent_kind="Checklist",
        parent_id=process.template_id,
        sentence=f'{said} the process "{process.name}"',
        old_value=old_value,
        subject_state=state,
    )
    _record(activity)


def record_task(member: Member, task: Task, process: Process, now: datetime, entry: int) -> None:
    state = {
        "organization_id": member.organization_id, "id": task.id, "number": task.number,
        "title": task.title, "run_id": process.id, "outcome": task.state,
    }  # fmt: skip
    activity = Activity(
        organization_id=member.organization_id,
        process_id=process.id,
        process_entry=entry,
        occurred_at=now,
        event="task.completed",
        verb="completed",
        category="Task",
        actor_id=member.user_id,
        subject_kind="Task",
        subject_id=task.id,
        parent_kind="Run",
        parent_id=process.id,
        sentence=f'completed the task "{task.title}"',
        subject_state=state,
    )
    _record(activity)


def _record(activity: Activity) -> None:
    activity.save(force_insert=True)
    payload = {
        "event": activity.event,
        "occurred_at": activity.occurred_at.isoformat(),
        "actor": {"kind": activity.actor_kind, "id": activity.actor_id},
        "request_id": new_id()[:16],
        "fact": activity.subject_state,
    }
    Outbox.objects.create(
        organization_id=activity.organization_id,
        event=activity.event,
        payload=payload,
        created_at=activity.occurred_at,
        due_at=activity.occurred_at,
    )
