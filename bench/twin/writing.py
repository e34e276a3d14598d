"""The changes: each is one transaction, with one activity row and one row of the outbox."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from bench.twin.columns import new_id
from bench.twin.models import (
    Assignee,
    Organization,
    Process,
    ProcessPerson,
    ProcessStar,
    ProcessSum,
    Task,
    Template,
    User,
)
from bench.twin.reading import Member, gather, visible_processes, visible_tasks
from bench.twin.recording import part_of_sum, record_process, record_task


class Refused(Exception):
    """`status`: 403 or 422."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


# --- Launching ---


def launch(member: Member, template_id: str, name: str) -> tuple[Process, datetime]:
    now = timezone.now()
    person = f"u:{member.user_id}"
    with transaction.atomic():
        template = _launchable(member, template_id)
        version, organization = template.version, template.organization
        steps = version.steps
        Organization.objects.filter(pk=organization.pk).update(
            process_count=F("process_count") + 1, task_count=F("task_count") + len(steps)
        )
        process_id = new_id()
        tasks = [
            Task(
                organization=organization,
                number=organization.task_count + place,
                process_id=process_id,
                template_id=template.id,
                step_id=step["id"],
                alias=step["alias"],
                title=step["title"],
                summary=step["summary"],
                position=place,
                step_position=place,
                started_at=now,
                deadline_at=now + timedelta(**{step["deadline_unit"]: step["deadline_value"]}),
                created_by=member.user_id,
                created_at=now,
                updated_at=now,
                top_secret=step["top_secret"],
            )
            for place, step in enumerate(steps, 1)
        ]
        deadlines = [task.deadline_at for task in tasks]
        process = Process.objects.create(
            id=process_id,
            organization=organization,
            number=organization.process_count + 1,
            template_id=template.id,
            template_version=version.number,
            template_title=template.title,
            type=template.type,
            name=name,
            owner_id=member.user_id,
            started_by=member.user_id,
            can_add_tasks=template.can_add_tasks,
            everyone_may_read=template.everyone_may_read,
            created_at=now,
            started_at=now,
            updated_at=now,
            visible_task_count=len(tasks),
            secret_task_count=sum(task.top_secret for task in tasks),
            first_open_deadline_at=min(deadlines, default=None),
            last_deadline_at=max(deadlines, default=None),
            entry_count=1,
        )
        Task.objects.bulk_create(tasks)
        Assignee.objects.bulk_create(
            [Assignee(task=task, process=process, person=person) for task in tasks]
        )
        part_of_sum(process).save(force_insert=True)
        fact = {"launched_via": process.launched_via, "task_count": len(tasks)}
        record_process(member, process, now, 1, "launched", "created", "launched", **fact)
    process.assigned_keys = [person] if tasks else []
    return process, now


def _launchable(member: Member, template_id: str) -> Template:
    """The template with its version; its organization is locked, whose numbers are given out."""
    templates = Template.objects.filter(organization_id=member.organization_id, archived_at=None)
    if member.role != "admin":
        templates = templates.filter(everyone_may_launch=True)
    chosen = templates.select_related("version", "organization")
    return chosen.select_for_update(of=("organization",), no_key=True).get(pk=template_id)


# --- Archiving and restoring ---


def archive(member: Member, process_id: str) -> tuple[Process, datetime]:
    now = timezone.now()
    with transaction.atomic():
        process = _locked(member, process_id)
        if process.archived_at is None:
            before = process.lifecycle
            _move(
                process, now, archived_at=now, archived_by=member.user_id, archived_via="person",
                archived_by_name=User.objects.values_list("name", flat=True).get(pk=member.user_id),
            )  # fmt: skip
            record_process(
                member, process, now, process.entry_count, "archived", "archived", "archived",
                old_value=before, status_before=before,
            )  # fmt: skip
    gather([process], member, now)
    return process, now


def restore(member: Member, process_id: str) -> tuple[Process, datetime]:
    now = timezone.now()
    with transaction.atomic():
        process = _locked(member, process_id)
        if process.archived_at is not None:
            _move(
                process, now, archived_at=None, archived_by=None, archived_via=None,
                archived_by_name=None, activated_at=now,
            )  # fmt: skip
            record_process(
                member, process, now, process.entry_count, "unarchived", "unarchived", "restored"
            )
    gather([process], member, now)
    return process, now


def _locked(member: Member, process_id: str) -> Process:
    if member.role == "light":
        raise Refused(403, "Light members do not archive processes.")
    visible = visible_processes(member)
    return visible.select_for_update(of=("self",), no_key=True).get(pk=process_id)


def _move(process: Process, now: datetime, **changes: Any) -> None:
    """Out of one class and into another; the process is locked, so its counts stay."""
    leaving = part_of_sum(process, -1)
    for name, value in {**changes, "updated_at": now}.items():
        setattr(process, name, value)
    process.entry_count += 1
    process.save(update_fields=[*changes, "updated_at", "entry_count"])
    ProcessSum.objects.bulk_create([leaving, part_of_sum(process)])


# --- Completing ---


def complete(member: Member, task_id: str) -> tuple[Task, Process, datetime]:
    now = timezone.now()
    with transaction.atomic():
        tasks = visible_tasks(member).select_related("process")
        task = tasks.select_for_update(of=("self", "process"), no_key=True).get(pk=task_id)
        process = task.process
        _refuse_completing(member, task, process)
        task.state, task.completed_at, task.completed_by = "completed", now, member.user_id
        task.last_completed_at = task.updated_at = now
        task.save(
            update_fields=[
                "state", "completed_at", "completed_by", "last_completed_at", "updated_at",
            ]
        )  # fmt: skip
        _count_completed(process, task, now)
        last = process.entry_count
        if process.completed_at is None:
            record_task(member, task, process, now, last)
        else:
            record_task(member, task, process, now, last - 1)
            record_process(member, process, now, last, "completed", "completed", "completed")
    return task, process, now


def _refuse_completing(member: Member, task: Task, process: Process) -> None:
    is_mine = f"u:{member.user_id}" in task.assigned_keys
    if task.can_complete_only_assignees and member.role != "admin" and not is_mine:
        raise Refused(403, "Only who is assigned may complete this task.")
    is_away = task.archived_at or process.archived_at or task.state == "auto-skipped"
    if is_away or task.open_issue_count or process.lifecycle == "issue":
        raise Refused(422, "This task cannot be completed now.")
    if task.state == "completed":
        raise Refused(422, "This task is completed already.")


def _count_completed(process: Process, task: Task, now: datetime) -> None:
    """What the process's columns and the sums say of its tasks; the process is locked."""
    leaving = part_of_sum(process, -1)
    before = process.lifecycle
    process.completed_task_count += 1
    process.secret_completed_task_count += task.top_secret
    process.entry_count += 1
    process.updated_at = now
    if process.completed_task_count == process.visible_task_count:
        process.entry_count += 1
        process.completed_at = now
        process.lifecycle = "problem" if process.problem_task_count else "complete"
    still_open = Task.objects.filter(
        process=OuterRef("pk"), archived_at=None, completed_at=None, waits_for_anchor=False
    ).exclude(state="auto-skipped")
    Process.objects.filter(pk=process.pk).update(
        completed_task_count=F("completed_task_count") + 1,
        secret_completed_task_count=process.secret_completed_task_count,
        entry_count=process.entry_count,
        completed_at=process.completed_at,
        lifecycle=process.lifecycle,
        first_open_deadline_at=Subquery(
            still_open.order_by("deadline_at").values("deadline_at")[:1]
        ),
        updated_at=now,
    )
    if process.lifecycle == before:
        added = part_of_sum(process, 0)
        added.completed_task_count = 1
        added.secret_completed_task_count = int(task.top_secret)
        added.save(force_insert=True)
    else:
        ProcessSum.objects.bulk_create([leaving, part_of_sum(process)])


# --- Deleting ---


def delete(member: Member, process_id: str) -> None:
    """For ever, with all that belongs to it: one statement for each table."""
    if member.role != "admin":
        raise Refused(403, "Only administrators delete processes for ever.")
    now = timezone.now()
    with transaction.atomic():
        process = visible_processes(member).select_for_update(of=("self",)).get(pk=process_id)
        if process.archived_at is None:
            raise Refused(422, "Archive this process before you delete it.")
        part_of_sum(process, -1).save(force_insert=True)
        for model in (Assignee, Task, ProcessPerson, ProcessStar):
            model.objects.filter(process_id=process_id).delete()
        Process.objects.filter(parent_id=process_id).update(parent_id=None)
        Process.objects.filter(pk=process_id).delete()
        entry = process.entry_count + 1
        record_process(member, process, now, entry, "deleted", "deleted", "deleted")
