"""Change a task: only the keys that were sent (contract 40, 5.5 and 5.6).

First what would be different is read from what was sent, for clients send back whole objects. Then
every key that changes asks for its right, all problems are told at once, and the rest happens in
an order in which each part finds what it needs: the task's own values, people, answers, its place,
its process, and last its state.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from procession.core.rules.model import Event, Reassigned
from procession.core.times import optional_wire_time
from procession.domains.organizing.types import subject_of_task
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.domains.tasks import policy
from procession.domains.tasks import store as tasks
from procession.domains.tasks.events import TaskChanged, about
from procession.domains.tasks.types import Task, TaskState
from procession.domains.tasks.wire import (
    DeadlineIn,
    GuestTaskChangesIn,
    OwnersChangeIn,
    TaskChangesIn,
)
from procession.flows.deadlines.redating import redate
from procession.flows.forms.answering import store_task_answers
from procession.flows.organizing.tagging import set_tags
from procession.flows.reaching.subjects import Held
from procession.flows.reaching.tasks import (
    Change,
    Reached,
    changed,
    reach,
    require_open_to_change,
    settle,
)
from procession.flows.rules.cascading import about_task, follow
from procession.flows.tasks import completing, hiding
from procession.flows.tasks.checking_changes import check_changes, check_rights
from procession.flows.tasks.linking import link_task, unlink_task
from procession.flows.tasks.ordering import move_task
from procession.flows.tasks.reading_changes import TaskChanges, read_changes
from procession.flows.tasks.reassigning import delegation, reassign_task, reassignment
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.ids import find_id
from procession.kit.work import Work, writing

#: How columns are called where they are told of.
_NAMES = {"deadline_at": "deadline"}
#: Columns that follow from others and are not told of.
_SILENT = ("deadline_is_pinned", "waits_for_anchor")


def update_task(
    caller: Caller, task_id: str, sent: TaskChangesIn, process_id: str | None = None
) -> Change:
    """`process_id`: the process named in the path; its tasks only."""
    with writing(caller) as work:
        _lock_target(work, task_id, sent)
        reached = reach(work, task_id, process_id)
        if not policy.can_change(caller, reached.task):
            raise Forbidden
        people = reassignment(reached.task, sent.owners)
        return _update(work, reached, read_changes(work, reached, sent, people))


def update_as_guest(caller: Caller, task_id: str, sent: GuestTaskChangesIn) -> Change:
    """By the link of a guest: answers, further guests, completion (contract 40, 9)."""
    with writing(caller) as work:
        reached = reach(work, task_id)
        if not policy.can_complete(caller, reached.task):
            raise Forbidden
        narrowed = TaskChangesIn(taskdata=sent.taskdata)
        if sent.status == TaskState.COMPLETED:
            narrowed = TaskChangesIn(
                taskdata=sent.taskdata, status=sent.status, is_approved=sent.is_approved
            )
        people = delegation(reached.task, sent.owners)
        if people.is_change and not policy.can_delegate(caller, reached.task):
            raise Forbidden
        changes = read_changes(work, reached, narrowed, people)
        return _update(work, reached, changes, may_reassign=True)


def add_to_answer(work: Work, task_id: str, field_id: str, entry: Mapping[str, Any]) -> Change:
    """One file more in what stands in the answer of a field, as a part of what else is written."""
    reached = reach(work, task_id)
    task, caller = reached.task, work.caller
    may = policy.can_complete if caller.is_guest else policy.can_change
    if not may(caller, task):
        raise Forbidden
    answer = task.form_answers.get(field_id)
    entries = [*((answer.value if answer else None) or []), entry]
    sent = TaskChangesIn(taskdata={field_id: entries})
    return _update(work, reached, read_changes(work, reached, sent, reassignment(task, UNSET)))


def set_deadline(caller: Caller, task_id: str, sent: DeadlineIn) -> Change:
    """By a connector that says it in a call of its own (contract 40, 10)."""
    with writing(caller) as work:
        reached = reach(work, task_id)
        if not policy.can_edit(caller, reached.task):
            raise Forbidden
        due_at = sent.deadline if sent.capitalized is UNSET else sent.capitalized
        if due_at is UNSET:
            raise invalid("deadline", "The deadline field is required.")
        nobody_else = reassignment(reached.task, UNSET)
        changes = read_changes(work, reached, TaskChangesIn(deadline=due_at), nobody_else)
        return _update(work, reached, changes)


def take_off(caller: Caller, task_id: str, *, user_id: int = 0, guest: str = "") -> Change:
    """One person fewer; who is not assigned is no change (contract 40, 10)."""
    with writing(caller) as work:
        reached = reach(work, task_id)
        task = reached.task
        if not policy.can_edit(caller, task):
            raise Forbidden
        stay = OwnersChangeIn(
            users=[one for one in task.users if one != user_id],
            guests=[one for one in task.guests if one.lower() != guest.lower()],
        )
        changes = read_changes(work, reached, TaskChangesIn(), reassignment(task, stay))
        return _update(work, reached, changes)


def _lock_target(work: Work, task_id: str, sent: TaskChangesIn) -> None:
    """A task that goes from one process to another needs both: in the order of their ids, so that
    two that go opposite ways never wait for each other in a circle."""
    target = find_id(sent.run_id) if isinstance(sent.run_id, str) else None
    if target is not None:
        seen = tasks.get_visible(work, task_id)
        if seen.is_oneoff and seen.process_id != target:
            processes.lock_all(work, {one for one in (seen.process_id, target) if one})


def _update(
    work: Work, reached: Reached, changes: TaskChanges, *, may_reassign: bool = False
) -> Change:
    check_rights(work.caller, reached.task, changes, may_reassign=may_reassign)
    require_open_to_change(reached)
    if changes.is_none:
        return changed(work, reached)
    target = check_changes(work, reached, changes)
    return _apply(work, reached, changes, target)


# --- Doing it ---


def _apply(work: Work, reached: Reached, changes: TaskChanges, target: Process | None) -> Change:
    also: list[str] = []
    events: list[Event] = []
    if changes.answers is not None:
        answered = store_task_answers(work, reached, changes.answers.answers)
        if answered is not None:
            events += answered
            reached = _moved_on(work, reached)
    if changes.columns:
        also += set_columns(work, reached, changes.columns)
        reached = _moved_on(work, reached)
    if changes.people.is_change and reassign_task(work, reached, changes.people):
        events += about_task(Reassigned, reached.task)
        reached = _moved_on(work, reached)
    _sort_in(work, reached, changes)
    if changes.run_id is not UNSET:
        reached = link_task(work, reached, target) if target else unlink_task(work, reached)
    if changes.position is not UNSET:
        move_task(work, reached.task, changes.position)
    if changes.turn == "complete":
        wanted = completing.Completion(reached.task.id, changes.is_approved)
        also += completing.complete_reached(work, _moved_on(work, reached), wanted, events)
    else:
        events += _take_turn(work, reached, changes.turn)
        also += follow(work, reached.process, events)
        settle(work, reached)
    return changed(work, reached, also)


def set_columns(work: Work, reached: Reached, columns: Mapping[str, Any]) -> list[str]:
    """Ids of others whose deadline counts from this one's, and is another now."""
    task = reached.task
    tasks.set_columns(work, task.id, columns)
    _tell(work, task, columns)
    is_redated = "deadline_at" in columns or "deadline_is_pinned" in columns
    return redate(work, reached.process, [task.id]) if is_redated else []


def _sort_in(work: Work, reached: Reached, changes: TaskChanges) -> None:
    if isinstance(changes.tags, list):
        task = reached.task
        held = Held(subject_of_task(task.id), task.title, task.process_id)
        set_tags(work, held, changes.tags_on_it, changes.tags)


def _take_turn(work: Work, reached: Reached, turn: str | None) -> list[Event]:
    """What rules hear of. That work on it has begun is nothing to them."""
    if turn == "hide":
        return hiding.hide(work, reached)
    if turn == "show":
        return hiding.show(work, reached)
    if turn is not None and turn != reached.task.state:
        tasks.set_columns(work, reached.task.id, {"state": turn})
        _tell(work, reached.task, {"status": turn})
    return []


def _moved_on(work: Work, reached: Reached) -> Reached:
    """The same task with what has happened to it."""
    task_id = reached.task.id
    task = tasks.find_visible(work, task_id) or tasks.get_any(work, task_id)
    return Reached(task, reached.process)


def _tell(work: Work, task: Task, columns: Mapping[str, Any]) -> None:
    """One fact for each field, with the value it had before."""
    named = msgspec.structs.replace(task, title=columns.get("title", task.title))
    told = about(named, work.caller.organization_id)
    for name in columns:
        if name not in _SILENT:
            field = _NAMES.get(name, name)
            work.record(TaskChanged(**told, field=field, before=_before(task, name)))


def _before(task: Task, name: str) -> object:
    if name in ("deadline_at", "started_at"):
        return optional_wire_time(getattr(task, name))
    return task.state if name == "status" else getattr(task, name)
