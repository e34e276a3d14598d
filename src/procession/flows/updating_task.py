"""Change a task: only the keys that were sent (contract 40, 5.5 and 5.6).

First what would be different is read from what was sent, for clients send back whole objects. Then
every key that changes asks for its right, all problems are told at once, and the rest happens in
an order in which each part finds what it needs: the task's own values, people, answers, its place,
its process, and last its state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from procession.core.times import Instant, optional_wire_time
from procession.domains.organizing import store as organizing
from procession.domains.organizing.types import TagLink, subject_of_task
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.domains.tasks import policy
from procession.domains.tasks import store as tasks
from procession.domains.tasks.events import TaskChanged, about
from procession.domains.tasks.types import MAIL_TYPES, Task, TaskState, TaskType
from procession.domains.tasks.wire import (
    DeadlineIn,
    GuestTaskChangesIn,
    OwnersChangeIn,
    TaskChangesIn,
)
from procession.domains.templates.content.steps import check_url
from procession.flows import advancing, dating, hiding
from procession.flows.answering import Merged, read_task_answers, store_task_answers
from procession.flows.linking_tasks import link_task, process_to_join, unlink_task
from procession.flows.ordering_tasks import move_task
from procession.flows.reaching import (
    Change,
    Reached,
    changed,
    reach,
    require_open_to_change,
    settle,
)
from procession.flows.reaching_subjects import Held
from procession.flows.reassigning_task import (
    Reassignment,
    delegation,
    reassign_task,
    reassignment,
    reassignment_problems,
)
from procession.flows.redating import redate
from procession.flows.rendering import texts_of
from procession.flows.tagging import set_tags, tag_problems
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, invalid
from procession.kit.html import clean_html, plain_line
from procession.kit.ids import find_id
from procession.kit.work import Work, writing

LONGEST_TITLE = 600
IS_COMPLETED = "Completed tasks cannot be updated. Reopen the task first."
_TYPES_FOR_EVERYONE = (TaskType.TASK, TaskType.APPROVAL)
#: Taken over as they are sent.
_PLAIN = (
    "is_soft_start_date", "task_type", "max_assignable", "webhook", "prevent_guest_comment",
    "top_secret", "everyone_must_complete", "can_complete_only_assignees",
)  # fmt: skip
#: How columns are called where they are told of.
_NAMES = {"deadline_at": "deadline"}
#: Columns that follow from others and are not told of.
_SILENT = ("deadline_is_pinned", "waits_for_anchor")
_OPEN_WORDS = (TaskState.NOT_STARTED, TaskState.IN_PROGRESS, "active")


@dataclass(frozen=True)
class _Changes:
    """What would have another value than it has."""

    columns: Mapping[str, Any]
    people: Reassignment
    #: Its answers with those that were sent, and what is wrong with them; None: they stay.
    answers: Merged | None
    #: complete, hide, show or a state to set; None: it stays.
    turn: str | None
    is_approved: bool | None
    #: UNSET: it stays.
    position: int | UnsetType
    tags: list[str] | UnsetType
    tags_on_it: list[TagLink]
    #: A process to join, or None to leave it; UNSET: it stays where it is.
    run_id: str | UnsetType | None

    @property
    def is_none(self) -> bool:
        is_work = self.answers is not None or self.turn is not None
        return not (self.is_edit or is_work or self.people.is_change)

    @property
    def is_edit(self) -> bool:
        """Anything but answers and state."""
        return bool(self.columns) or not (
            self.position is UNSET and self.tags is UNSET and self.run_id is UNSET
        )


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
        return _update(work, reached, _changes(work, reached, sent, people))


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
        changes = _changes(work, reached, narrowed, people)
        return _update(work, reached, changes, may_reassign=True)


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
        changes = _changes(work, reached, TaskChangesIn(deadline=due_at), nobody_else)
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
        changes = _changes(work, reached, TaskChangesIn(), reassignment(task, stay))
        return _update(work, reached, changes)


def _lock_target(work: Work, task_id: str, sent: TaskChangesIn) -> None:
    """A task that goes from one process to another needs both: in the order of their ids, so that
    two that go opposite ways never wait for each other in a circle."""
    try:
        target = find_id(sent.run_id) if isinstance(sent.run_id, str) else None
    except Invalid:
        # It is told once it is known that the caller may see the task.
        return
    if target is not None:
        seen = tasks.get_visible(work, task_id)
        if seen.is_oneoff and seen.process_id != target:
            processes.lock_all(work, {one for one in (seen.process_id, target) if one})


# --- What would be different ---


def _changes(work: Work, reached: Reached, sent: TaskChangesIn, people: Reassignment) -> _Changes:
    task = reached.task
    tags, on_it = _tags(work, task, sent.tags)
    run_id = (find_id(sent.run_id) or sent.run_id) if isinstance(sent.run_id, str) else sent.run_id
    return _Changes(
        columns=_columns(work, reached, sent),
        people=people,
        answers=_answers(work, reached, sent.taskdata),
        turn=_turn(task, sent),
        is_approved=None if sent.is_approved is UNSET else sent.is_approved,
        position=UNSET if sent.position == task.position else sent.position,
        tags=tags,
        tags_on_it=on_it,
        run_id=UNSET if run_id == task.process_id else run_id,
    )


def _answers(work: Work, reached: Reached, sent: Any) -> Merged | None:
    if sent is UNSET or sent is None or sent in ({}, []):
        return None
    merged = read_task_answers(work, reached, sent, "taskdata")
    is_same = not merged.problems and merged.answers == reached.task.form_answers
    return None if is_same else merged


def _columns(work: Work, reached: Reached, sent: TaskChangesIn) -> dict[str, Any]:
    task = reached.task
    wanted: dict[str, Any] = {name: getattr(sent, name) for name in _PLAIN}
    wanted |= _texts(work, task, sent)
    if task.task_type in MAIL_TYPES:
        wanted["send_chromeless"] = sent.send_chromeless
    task_type = task.task_type if sent.task_type is UNSET else sent.task_type
    if task_type not in _TYPES_FOR_EVERYONE:
        wanted["everyone_must_complete"] = False
    if not _is_echo(sent.started_at, task.started_at):
        wanted["started_at"] = sent.started_at
    wanted |= _deadline(work, reached, sent.deadline)
    return {
        name: value
        for name, value in wanted.items()
        if value is not UNSET and value != getattr(task, name)
    }


def _texts(work: Work, task: Task, sent: TaskChangesIn) -> dict[str, Any]:
    """What is sent is stored, but for a whole task that is sent back (contract 50, 7).

    Its texts have their variables filled in, and those with the variables come beside them.
    """
    summary = sent.description if sent.summary is UNSET else sent.summary
    texts: dict[str, Any] = {"summary": summary if summary is UNSET else clean_html(summary)}
    if sent.title is not UNSET:
        texts["title"] = plain_line(sent.title or "") or sent.title or ""
    if UNSET in (sent.original_title, sent.original_summary):
        return texts
    shown = texts_of(work, [task])
    if sent.original_title == task.title and sent.title == shown.title(task).strip():
        texts["title"] = task.title
    if sent.original_summary == task.summary and summary == shown.summary(task):
        texts["summary"] = task.summary
    return texts


def _is_echo(sent: Instant | UnsetType | None, stored: Instant | None) -> bool:
    """Answers show whole seconds: a time that is sent back is the one that is stored."""
    return sent is UNSET or optional_wire_time(sent) == optional_wire_time(stored)


def _deadline(work: Work, reached: Reached, sent: Instant | UnsetType | None) -> dict[str, Any]:
    """A deadline set by hand is pinned, and moved into working time (contract 40, 7.2 and 7.3)."""
    task = reached.task
    if sent is None and reached.process is not None and not task.is_oneoff:
        return dating.unpinned(work, reached.process, task) if task.deadline_is_pinned else {}
    if sent is None:
        return {"deadline_at": None}
    if sent is UNSET or _is_echo(sent, task.deadline_at):
        return {}
    due_at = dating.into_working_time(work, sent)
    if due_at == task.deadline_at:
        return {}
    return dating.pinned(due_at)


def _turn(task: Task, sent: TaskChangesIn) -> str | None:
    """What a status that was sent asks for (contract 40, 5.6)."""
    status = sent.status
    if status is UNSET or (status == "active" and task.is_open):
        return None
    if status == task.state:
        decides = task.is_completed and sent.is_approved not in (UNSET, None, task.is_approved)
        return "complete" if decides else None
    if task.is_hidden and status in _OPEN_WORDS:
        return "show"
    turns: dict[str, str] = {TaskState.HIDDEN: "hide", TaskState.COMPLETED: "complete"}
    return turns.get(status, status)


def _tags(work: Work, task: Task, sent: Any) -> tuple[list[str] | UnsetType, list[TagLink]]:
    """UNSET where they stay; the include `tags`, sent back, means what it shows."""
    wanted = read_tags(sent)
    if wanted is None:
        return UNSET, []
    on_it = organizing.links_of(work, [task.id]).get(task.id, [])
    is_same = set(wanted) == {link.tag_id for link in on_it}
    return (UNSET if is_same else wanted), on_it


def read_tags(sent: Any) -> list[str] | None:
    """A list, one text with commas between, or an include; None when nothing was said."""
    if sent is UNSET:
        return None
    if sent is None:
        return []
    if isinstance(sent, dict) and isinstance(sent.get("data"), list):
        sent = sent["data"]
    if isinstance(sent, str):
        sent = [word for word in sent.split(",") if word.strip()]
    if not isinstance(sent, list):
        raise invalid("tags", "The tags must be an array.")
    named = [
        entry.get("tag_id", entry.get("id")) if isinstance(entry, dict) else entry for entry in sent
    ]
    return list(dict.fromkeys(str(name).strip().lower() for name in named))


# --- May it be, and can it be ---


def _update(
    work: Work, reached: Reached, changes: _Changes, *, may_reassign: bool = False
) -> Change:
    _check_rights(work.caller, reached.task, changes, may_reassign=may_reassign)
    require_open_to_change(reached)
    if changes.is_none:
        return changed(work, reached)
    target = _check(work, reached, changes)
    return _apply(work, reached, changes, target)


def _check_rights(caller: Caller, task: Task, changes: _Changes, *, may_reassign: bool) -> None:
    """One key not allowed: nothing is applied. A key sent back unchanged needs no right."""
    edits = changes.is_edit or (changes.people.is_change and not may_reassign)
    if edits and not policy.can_edit(caller, task):
        raise Forbidden
    assigns_guests = bool(changes.people.new_guests) and not may_reassign
    if assigns_guests and not policy.can_assign_guests(caller):
        raise Forbidden
    if changes.turn in ("hide", "show") and not policy.can_hide(caller):
        raise Forbidden
    works = changes.answers is not None or changes.turn not in (None, "hide", "show")
    if works and not policy.can_complete(caller, task):
        raise Forbidden


def _check(work: Work, reached: Reached, changes: _Changes) -> Process | None:
    """Every problem at once; the process to join, locked."""
    task, columns = reached.task, changes.columns
    if task.is_completed:
        _check_completed(changes)
    problems = _column_problems(task, columns)
    if changes.position is not UNSET and changes.position < 1:
        problems["position"] = ["The selected position is invalid."]
    if changes.tags is not UNSET:
        problems |= tag_problems(work, changes.tags)
    most = columns.get("max_assignable", task.max_assignable)
    problems |= reassignment_problems(
        work, changes.people, most, most_is_new="max_assignable" in columns
    )
    problems |= _turn_problems(task, changes.turn)
    if changes.answers is not None:
        problems |= changes.answers.problems
    target = None
    if changes.run_id is not UNSET and not task.is_oneoff:
        problems["run_id"] = ["Only one-off tasks can be linked to a process."]
    elif isinstance(changes.run_id, str):
        try:
            target = process_to_join(work, changes.run_id)
        except Invalid as wrong:
            problems |= wrong.problems
    if problems:
        raise Invalid(problems)
    return target


def _column_problems(task: Task, columns: Mapping[str, Any]) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    title = columns.get("title", task.title)
    if not title:
        problems["title"] = ["The title field is required."]
    elif len(title) > LONGEST_TITLE:
        problems["title"] = [f"The title may not be greater than {LONGEST_TITLE} characters."]
    if "task_type" in columns:
        if columns["task_type"] not in tuple(TaskType):
            problems["task_type"] = ["The selected task type is invalid."]
        elif not task.is_open:
            problems["task_type"] = ["Only open tasks can change their type."]
    check_url("webhook", columns.get("webhook"), problems)
    if "deadline_at" in columns and columns["deadline_at"] is None:
        problems["deadline"] = ["The deadline field is required."]
    return problems


def _check_completed(changes: _Changes) -> None:
    """Only its place and its tags may change (contract 40, 5.5)."""
    is_answered = changes.answers is not None and not changes.answers.problems
    is_moved = changes.run_id is not UNSET
    if changes.columns or changes.people.is_change or is_moved or is_answered:
        raise invalid("task", IS_COMPLETED)


def _turn_problems(task: Task, turn: str | None) -> dict[str, list[str]]:
    if turn in ("hide", "show"):
        return hiding.visibility_problems(task, "status")
    if turn in (None, "complete"):
        return {}
    if turn not in _OPEN_WORDS:
        return {"status": ["The selected status is invalid."]}
    return {"status": ["Reopen the task to work on it again."]} if task.is_completed else {}


# --- Doing it ---


def _apply(work: Work, reached: Reached, changes: _Changes, target: Process | None) -> Change:
    also: list[str] = []
    if changes.answers is not None and store_task_answers(work, reached, changes.answers.answers):
        reached = _moved_on(work, reached)
    if changes.columns:
        also += _set_columns(work, reached, changes.columns)
        reached = _moved_on(work, reached)
    if changes.people.is_change and reassign_task(work, reached, changes.people):
        reached = _moved_on(work, reached)
    _sort_in(work, reached, changes)
    if changes.run_id is not UNSET:
        reached = link_task(work, reached, target) if target else unlink_task(work, reached)
    if changes.position is not UNSET:
        move_task(work, reached.task, changes.position)
    if changes.turn == "complete":
        wanted = advancing.Completion(reached.task.id, changes.is_approved)
        also += advancing.complete_reached(work, _moved_on(work, reached), wanted)
    else:
        _take_turn(work, reached, changes.turn)
        settle(work, reached)
    return changed(work, reached, also)


def _set_columns(work: Work, reached: Reached, columns: Mapping[str, Any]) -> list[str]:
    """Ids of others whose deadline counts from this one's, and is another now."""
    task = reached.task
    tasks.set_columns(work, task.id, columns)
    _tell(work, task, columns)
    is_redated = "deadline_at" in columns or "deadline_is_pinned" in columns
    return redate(work, reached.process, [task.id]) if is_redated else []


def _sort_in(work: Work, reached: Reached, changes: _Changes) -> None:
    if changes.tags is not UNSET:
        task = reached.task
        held = Held(subject_of_task(task.id), task.title, task.process_id)
        set_tags(work, held, changes.tags_on_it, changes.tags)


def _take_turn(work: Work, reached: Reached, turn: str | None) -> None:
    if turn == "hide":
        hiding.hide(work, reached)
    elif turn == "show":
        hiding.show(work, reached)
    elif turn is not None and turn != reached.task.state:
        tasks.set_columns(work, reached.task.id, {"state": turn})
        _tell(work, reached.task, {"status": turn})


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
