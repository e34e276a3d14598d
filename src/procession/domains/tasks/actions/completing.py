"""Complete a task, and reopen it: the change to the task itself (contract 40, 6).

What follows for its process is the flow's part (`flows/tasks/completing.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from procession.domains.answers.types import Answers, write_answers
from procession.domains.tasks import store
from procession.domains.tasks.events import (
    TaskCompleted,
    TaskPartDecidedAnew,
    TaskPartDone,
    TaskReopened,
    about,
)
from procession.domains.tasks.types import (
    EXPIRING_TYPES,
    Task,
    TaskPerson,
    TaskState,
    TaskType,
)
from procession.kit.errors import Invalid, invalid
from procession.kit.work import Work


@dataclass(frozen=True)
class Completer:
    """Who counts as having completed it: a member, a guest, or (neither) the clock."""

    user_id: int | None = None
    guest_id: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What a completion says about the task. `word`: for people to read."""

    word: str
    is_approved: bool | None = None


#: Its deadline came before anybody did it.
EXPIRED = Outcome("expired", is_approved=False)


def check_same_decision(task: Task, is_approved: bool | None) -> None:
    """Completing what is completed changes nothing; another decision about it is refused."""
    if is_approved is not None and task.is_approved not in (None, is_approved):
        sentence = "This task was decided already. Reopen it to decide again."
        raise Invalid({"is_approved": [sentence]})


def check_completable(task: Task) -> None:
    if task.is_hidden:
        raise invalid("task_id", "Hidden tasks cannot be completed.")
    if task.open_issue_count:
        raise invalid("task_id", "This task has unresolved issues.")


def check_decision(task: Task, is_approved: bool | None) -> None:
    if task.task_type == TaskType.APPROVAL and is_approved is None:
        raise invalid("is_approved", "The is approved field is required.")
    if task.task_type in EXPIRING_TYPES and is_approved is False:
        raise invalid("is_approved", "Expiring tasks are acknowledged, not rejected.")


def decided(task: Task, is_approved: bool | None) -> Outcome:
    """What `is_approved` means after a person completed it (contract 40, 6.3)."""
    if task.task_type == TaskType.APPROVAL:
        return Outcome("approved" if is_approved else "rejected", is_approved)
    if task.task_type in EXPIRING_TYPES:
        return Outcome("acknowledged", is_approved=True)
    return Outcome("completed")


def complete(
    work: Work, task: Task, completer: Completer, outcome: Outcome, answers: Answers
) -> Task:
    """Of an open task, checked before. `answers`: with the defaults that completing stores."""
    changes = {
        "state": TaskState.COMPLETED.value,
        "is_approved": outcome.is_approved,
        "completed_at": work.now,
        "completed_by": completer.user_id,
        "completed_by_guest": completer.guest_id,
        "answers": write_answers(answers),
    }
    store.set_columns(work, task.id, {**changes, "last_completed_at": work.now})
    told = TaskCompleted(**about(task, work.caller.organization_id), outcome=outcome.word)
    work.record(told, among=task.concerned)
    return msgspec.structs.replace(task, **changes, updated_at=work.now)


def finish_part(work: Work, task: Task, person: TaskPerson, *, is_approved: bool | None) -> None:
    """One of those who must complete it has done their part; others have not."""
    store.add_part(work, task.id, person, is_approved=is_approved)
    store.set_columns(work, task.id, {"state": TaskState.IN_PROGRESS.value})
    work.record(TaskPartDone(**about(task, work.caller.organization_id), person=person.name))


def decide_anew(work: Work, task: Task, person: TaskPerson, *, is_approved: bool) -> None:
    """They had decided otherwise, and the task is still open."""
    store.set_part(work, task.id, person, is_approved=is_approved)
    store.set_columns(work, task.id, {})
    told = about(task, work.caller.organization_id)
    word = decided(task, is_approved).word
    work.record(TaskPartDecidedAnew(**told, person=person.name, outcome=word))


def reopen(work: Work, task: Task) -> Task:
    """Reopening what is open changes nothing. Everybody has their part to do again.

    Everybody who is there: it is new work, and nobody who was deleted since gets any.
    """
    if not task.is_completed:
        return task
    open_again(work, [task.id])
    told = TaskReopened(**about(task, work.caller.organization_id))
    work.record(told, among=task.concerned)
    return msgspec.structs.replace(
        task,
        state=TaskState.IN_PROGRESS.value,
        is_approved=None,
        completed_at=None,
        completed_by=None,
        completed_by_guest=None,
        completing_guest=None,
        finished=None,
        updated_at=work.now,
    )


def open_again(work: Work, task_ids: Sequence[str]) -> None:
    """The change itself, to completed tasks; who reopens them tells of it."""
    store.set_reopened(work, task_ids)
    store.clear_parts(work, task_ids)
    store.let_go_of_gone(work, task_ids)
