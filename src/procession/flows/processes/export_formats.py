"""A process as rows: for spreadsheets and for programs (contract 31, 9). Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procession.core.progress import Status
from procession.core.times import Instant, wire_time
from procession.domains.answers.content.rendering import Known, in_cell
from procession.domains.answers.types import Answers
from procession.domains.answers.wire import ExportRowOut
from procession.domains.comments.types import Thread, ThreadLabel
from procession.domains.processes.types import Process
from procession.domains.tasks.types import Task
from procession.domains.templates.types import Field, Stage
from procession.kit.spreadsheets import harmless

_ROWS_AT_ONCE = 200


@dataclass(frozen=True)
class ExportedTask:
    """A task with everything that its rows tell."""

    task: Task
    #: As it is shown.
    title: str
    fields: Sequence[Field]
    comments: Sequence[Thread] = ()


@dataclass(frozen=True)
class Exported:
    """What one export tells of a process."""

    process: Process
    tasks: Sequence[ExportedTask]
    kickoff: Sequence[Field]
    stages: Sequence[Stage]
    tags: Sequence[str]
    known: Known = field(default_factory=Known)
    #: Of the template, when it was launched.
    version: int = 1


def rows_of(exported: Exported) -> Iterator[ExportRowOut]:
    """The kick-off form's questions, then task by task: itself, its questions, its comments."""
    common = _common(exported)
    yield from _kickoff_rows(exported, common)
    places = {stage.id: place for place, stage in enumerate(exported.stages, start=1)}
    names = {stage.id: stage.name for stage in exported.stages}
    for each in exported.tasks:
        stage_id = each.task.stage_id
        milestone = {
            "milestone_id": stage_id,
            "milestone_name": names.get(stage_id or ""),
            "milestone_position": places.get(stage_id or ""),
        }
        yield from _task_rows(each, common | milestone, exported.known)


def _common(exported: Exported) -> dict[str, Any]:
    process = exported.process
    status = Status.ARCHIVED if process.is_archived else process.lifecycle_status
    return {
        "blueprint_id": process.template_id,
        "blueprint_name": process.template_title,
        "blueprint_version": exported.version,
        "process_id": process.id,
        "process_name": process.name,
        "process_tag": ", ".join(exported.tags),
        "process_owner": exported.known.users.get(process.owner_id, ""),
        "process_owner_id": process.owner_id,
        "total_tasks_in_process": len(exported.tasks),
        "tasks_completed": sum(each.task.is_completed for each in exported.tasks),
        "process_status": status.value,
        "process_last_modified": _time(process.updated_at),
        "process_completed_at": _time(process.completed_at),
    }


def _kickoff_rows(exported: Exported, common: Mapping[str, Any]) -> Iterator[ExportRowOut]:
    process = exported.process
    answers = process.kickoff_answers
    for asked in exported.kickoff:
        answer = answers.get(asked.id)
        yield ExportRowOut(
            **common,
            type="kick_off_task",
            kick_off_task_id=asked.id,
            kick_off_task_name=asked.label,
            no_of_form_fields=len(exported.kickoff),
            **_question(asked, answers, exported.known, is_final=process.is_kickoff_complete),
            last_modified=_time(process.created_at if answer is None else answer.at),
        )


def _question(asked: Field, answers: Answers, known: Known, *, is_final: bool) -> dict[str, Any]:
    """What is still being filled in is nobody's answer yet."""
    answer = answers.get(asked.id) if is_final else None
    return {
        "form_field_type": asked.field_type,
        "question_in_form_field": asked.label,
        "answer_in_form_field": in_cell(asked, answer and answer.value, known),
    }


def _task_rows(
    each: ExportedTask, common: Mapping[str, Any], known: Known
) -> Iterator[ExportRowOut]:
    told = {**common, **_told(each, known)}
    yield ExportRowOut(**told, type="process_task")
    answers, is_final = each.task.form_answers, each.task.is_completed
    for asked in each.fields:
        yield ExportRowOut(
            **told,
            type="process_task_data",
            process_task_data_id=asked.id,
            process_task_data_name=each.title,
            **_question(asked, answers, known, is_final=is_final),
        )
    for thread in each.comments:
        is_issue = thread.label == ThreadLabel.PROBLEM
        is_resolved = thread.label == ThreadLabel.RESOLVE or thread.resolved_by_thread is not None
        yield ExportRowOut(
            **told,
            type="process_task_comment",
            process_task_comment_id=thread.id,
            process_task_comment_name=each.title,
            issue_reported=_word(is_issue),
            issue_resolved=_word(is_resolved),
            comment=thread.shown,
        )


def _told(each: ExportedTask, known: Known) -> dict[str, Any]:
    """What every row of a task repeats."""
    task = each.task
    users, guests, groups = task.people
    named_groups = [f"GROUP_{group}_{known.groups.get(group, '')}" for group in groups]
    names = [known.users.get(user, str(user)) for user in users]
    issues = [thread for thread in each.comments if thread.label == ThreadLabel.PROBLEM]
    shown_at = task.created_at if task.shown_at is None else task.shown_at
    return {
        "process_task_id": task.id,
        "process_task_status": "hidden" if task.is_hidden else "shown",
        "process_task_name": each.title,
        "process_task_alias": task.alias or task.step_id or task.id,
        "user_assigned": ", ".join([*names, *named_groups]),
        "assigned_user_id": ", ".join(map(str, users)),
        "guest_assigned": ", ".join(guests),
        "total_users_assigned": len(users),
        "total_guests_assigned": len(guests),
        "total_assignees": len(users) + len(guests) + len(groups),
        "completed_by": _completer(task),
        "assigned_or_shown_on": None if task.is_hidden else _time(shown_at),
        "due_by": _time(task.deadline_at),
        "completed_on": _time(task.completed_at),
        "no_of_form_fields": len(each.fields),
        "no_of_issue_reported": len(issues),
        "no_of_issue_resolved": sum(issue.resolved_by_thread is not None for issue in issues),
        "total_comments": len(each.comments),
        "last_modified": _time(task.updated_at),
    }


def _completer(task: Task) -> int | str | None:
    """Nobody's number while it is open; none when the clock did it."""
    if not task.is_completed:
        return 0
    return task.completing_guest if task.completed_by is None else task.completed_by


def _word(is_so: bool) -> str:
    return "Yes" if is_so else "No"


def _time(instant: Instant | None) -> str | None:
    """`YYYY-MM-DD HH:MM:SS`, UTC."""
    return None if instant is None else wire_time(instant).replace("T", " ").removesuffix("Z")


# --- CSV ---


#: In their order (contract 31, 9).
COLUMNS = ExportRowOut.__struct_fields__


def csv_chunks(
    rows: Iterable[ExportRowOut], *, is_safe: bool, columns: Sequence[str] = COLUMNS
) -> Iterator[bytes]:
    """RFC 4180, some rows at a time; the first line names the columns.

    `is_safe`: for spreadsheets. What they would take for a formula is text, and a byte order mark
    tells them that it is UTF-8.
    """
    written = io.StringIO()
    if is_safe:
        written.write("\ufeff")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    for count, row in enumerate(rows, start=1):
        cells = [getattr(row, name) for name in columns]
        writer.writerow([harmless(cell) for cell in cells] if is_safe else cells)
        if count % _ROWS_AT_ONCE == 0:
            yield written.getvalue().encode()
            written.seek(0)
            written.truncate()
    yield written.getvalue().encode()
