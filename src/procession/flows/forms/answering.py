"""Answers that are sent for a form, read and checked: one validator for every way to send them.

`merge_answers` is for one form and raises; `merge_forms` is for several at once, and tells what is
wrong, so that a caller can report it with everything else (contract 31, 1).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from procession.core.launching import People
from procession.core.rules.model import Answered, Event
from procession.domains.answers.content.asking import Known
from procession.domains.answers.content.defaults import with_defaults
from procession.domains.answers.content.keys import Owner
from procession.domains.answers.content.reading import (
    Merged,
    mentioned,
    merge,
    open_form,
    uploads_in,
)
from procession.domains.answers.content.requiring import missing_answers
from procession.domains.answers.types import Answers, changed_answers, read_form, write_answers
from procession.domains.people import store as people
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.events import TaskAnswered, about
from procession.domains.tasks.types import Task, TaskState
from procession.domains.templates import store as templates
from procession.domains.templates.types import Field
from procession.flows.forms.uploads import entries_of, keep_uses, name_files
from procession.flows.reaching.tasks import Reached
from procession.kit.errors import Invalid
from procession.kit.work import Work

__all__ = [
    "Merged", "Owner", "SentForm", "form_of_task", "merge_answers", "merge_forms",
    "missing_answers", "read_task_answers", "store_task_answers", "with_defaults",
    "write_task_answers",
]  # fmt: skip


class SentForm(NamedTuple):
    """What a body says about one form, and where it says it."""

    fields: Sequence[Field]
    sent: Any
    at: str
    stored: Answers
    #: Whose form it is, for value ids; None before there is a process.
    owner: Owner | None


def merge_answers(  # noqa: PLR0917  # in the order in which one says it
    work: Work,
    fields: Sequence[Field],
    sent: Any,
    at: str,
    stored: Answers,
    owner: Owner | None,
) -> Answers:
    """The stored answers with those that were sent.

    Raises Invalid with everything wrong. Answers that are what they were stay the same values, so
    that `==` tells whether anything changed.
    """
    (merged,) = merge_forms(work, [SentForm(fields, sent, at, stored, owner)])
    if merged.problems:
        raise Invalid(merged.problems)
    return merged.answers


def merge_forms(work: Work, forms: Sequence[SentForm]) -> list[Merged]:
    """Each form's answers and problems, in their order. Whom they name is looked up once."""
    opened = [open_form(form.sent, form.fields, form.at, form.owner) for form in forms]
    known = _known(work, mentioned(opened), uploads_in(opened))
    return [
        merge(each, form.stored, known, work.now) for each, form in zip(opened, forms, strict=True)
    ]


def _known(work: Work, named: People, uploads: Sequence[str]) -> Known:
    return Known(
        files=entries_of(work, uploads) if uploads else {},
        users=frozenset(people.active_users_among(work, named.users)),
        groups=frozenset(people.groups_among(work, named.groups)),
        members=people.members_by_email(work, named.guests) if named.guests else {},
    )


# --- Of a task ---

COMPLETED = "Completed tasks cannot be updated. Reopen the task first."


def form_of_task(work: Work, task: Task, process: Process | None) -> tuple[Field, ...]:
    """Its questions: of its step in the version that was launched, or its own."""
    if task.is_oneoff or process is None or task.step_id is None:
        return read_form(task.fields)
    content = templates.launched_content(work, process.template_id, process.template_version)
    step = content.step(task.step_id)
    return () if step is None else step.fields


def write_task_answers(work: Work, reached: Reached, sent: Any, at: str) -> list[Event] | None:
    """What was sent for its form becomes its answers.

    Returns what rules are to `follow`; None when nothing was written. Rights, and that it is open
    to change, have been checked by who calls; so do `follow` and `settle` come after it. Raises
    Invalid with everything wrong.
    """
    merged = read_task_answers(work, reached, sent, at)
    if merged.problems:
        raise Invalid(merged.problems)
    return store_task_answers(work, reached, merged.answers)


def read_task_answers(work: Work, reached: Reached, sent: Any, at: str) -> Merged:
    """The first half of it, for who has more to check: nothing is written."""
    task = reached.task
    form = SentForm(
        fields=form_of_task(work, task, reached.process),
        sent=sent,
        at=at,
        stored=task.form_answers,
        owner=Owner(task.number, is_of_process=False),
    )
    (merged,) = merge_forms(work, [form])
    return merged


def store_task_answers(work: Work, reached: Reached, answers: Answers) -> list[Event] | None:
    """The second half. The first answer begins the work on it (contract 40, 4.1)."""
    task = reached.task
    before = task.form_answers
    if answers == before:
        return None
    fields = form_of_task(work, task, reached.process)
    changed = changed_answers(fields, before, answers)
    if task.is_completed:
        if not changed:  # Nothing that anybody would see: no default will be filled in any more.
            return None
        raise Invalid({"task": [COMPLETED]})
    columns: dict[str, Any] = {"answers": write_answers(answers)}
    if any(answers[field.id].value is not None for field, _ in changed):
        columns |= _as_begun(task)
    tasks.set_columns(work, task.id, columns)
    if name_files(field for field, _ in changed):
        keep_uses(work, fields, answers, task_id=task.id)
    told = about(task, work.caller.organization_id)
    for field, old in changed:
        work.record(
            TaskAnswered(
                **told, field_id=field.id, alias=field.alias, label=field.label, before=old
            )
        )
    return answered([field.id for field, _ in changed])


def answered(field_ids: Sequence[str]) -> list[Event]:
    """What rules hear when these fields have other answers."""
    return [Answered(tuple(field_ids))] if field_ids else []


def _as_begun(task: Task) -> dict[str, Any]:
    """A hidden task remembers it for when it shows again."""
    if task.state == TaskState.NOT_STARTED:
        return {"state": TaskState.IN_PROGRESS.value}
    if task.is_hidden and task.state_before_hiding == TaskState.NOT_STARTED:
        return {"state_before_hiding": TaskState.IN_PROGRESS.value}
    return {}
