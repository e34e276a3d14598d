"""Tasks that everyone must complete: each does their part, and the last one completes it (40, 6.2).

Who everyone is, is looked up at each completion: people who came since have a part to do, and the
parts of people who have gone no longer count.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from procession.domains.people.types import guest_key, user_key
from procession.domains.tasks import store as tasks
from procession.domains.tasks.actions.completing import Completer, decide_anew, finish_part
from procession.domains.tasks.types import Task, TaskPerson, TaskType
from procession.flows.reaching.tasks import Reached
from procession.flows.telling.noting import note
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.work import Work

_NOT_THEIRS = "This task is completed by the people assigned to it, each for themselves."


class Part(NamedTuple):
    """What one completion comes to."""

    #: Nobody is missing any more: the task is to be completed.
    is_last: bool
    #: With everybody's decision taken together.
    is_approved: bool | None
    #: Something was written.
    is_new: bool


def needs_everyone(task: Task) -> bool:
    """For the other types the flag means nothing (contract 40, 2)."""
    return task.everyone_must_complete and task.task_type in (TaskType.TASK, TaskType.APPROVAL)


def take_part(
    work: Work, reached: Reached, completer: Completer, *, is_approved: bool | None
) -> Part:
    """Record the part of whoever completes it.

    While the task is open, another decision of the same person replaces theirs (README, ruling 20);
    an equal one changes nothing.
    """
    task = reached.task
    everyone = tasks.people_of(work, task.id)
    person = _person_among(everyone, completer)
    if person is None:
        _require_whole(work.caller, completer, everyone)
        return Part(is_last=True, is_approved=is_approved, is_new=True)
    done = tasks.parts_of(work, task.id)
    is_decision = task.task_type == TaskType.APPROVAL
    is_first = person.key not in done
    is_other = not is_first and is_decision and done[person.key] is not is_approved
    decisions = done | {person.key: is_approved}
    missing = [each for each in everyone if each.key not in decisions]
    if not missing:
        approved = [decisions[each.key] for each in everyone]
        together = all(approved) if is_decision else None
        if is_first:
            tasks.add_part(work, task.id, person, is_approved=is_approved)
        elif is_other:
            decide_anew(work, task, person, is_approved=bool(is_approved))
        return Part(is_last=True, is_approved=together, is_new=True)
    if is_other:
        decide_anew(work, task, person, is_approved=bool(is_approved))
    if is_first:
        finish_part(work, task, person, is_approved=is_approved)
        finished = len(everyone) - len(missing)
        note(
            work,
            task,
            f"{escape(person.name)} has finished their part: {finished} of {len(everyone)}.",
        )
    return Part(is_last=False, is_approved=None, is_new=is_first or is_other)


def _person_among(everyone: Sequence[TaskPerson], completer: Completer) -> TaskPerson | None:
    key = (
        user_key(completer.user_id)
        if completer.user_id is not None
        else guest_key(completer.guest_id or 0)
    )
    return next((person for person in everyone if person.key == key), None)


def _require_whole(caller: Caller, completer: Completer, everyone: Sequence[TaskPerson]) -> None:
    """Administrators complete what is not theirs at once, for all; others only what is nobody's."""
    if caller.is_admin and completer.user_id != caller.person_id:
        raise invalid("override_user", "The selected override user is not assigned to this task.")
    if everyone and not caller.is_admin:
        raise Forbidden(_NOT_THEIRS)
