"""What the page of a task offers: its buttons by type, and why one cannot be pressed. Pure.

The same rules as the use cases of completing (contract 40, 6.1), told before somebody tries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from procession.core.deadline_states import DeadlineState
from procession.core.times import Instant
from procession.domains.people.types import user_key
from procession.domains.processes import policy as of_processes
from procession.domains.processes.types import Process
from procession.domains.tasks import policy
from procession.domains.tasks.types import Task, TaskPerson, TaskType
from procession.flows.tasks.opening import OpenTask
from procession.flows.tasks.partaking import needs_everyone
from procession.flows.telling import addresses
from procession.kit.caller import Caller
from procession.kit.errors import Invalid
from procession.pages.clocks import typed_time
from procession.pages.forms import by_field
from procession.pages.showing import state_of_task
from procession.pages.tasks.fields import TaskField, task_fields

TYPE_WORDS = {
    TaskType.TASK.value: "Task",
    TaskType.APPROVAL.value: "Approval",
    TaskType.EXPIRING.value: "Expires at its deadline",
    TaskType.EMAIL.value: "E-mail",
    TaskType.EXPIRING_EMAIL.value: "E-mail, sent at its deadline",
}
_APPROVED, _REJECTED = "Approved", "Rejected"


class Button(NamedTuple):
    """One way to complete a task. `then`: what its form sends."""

    words: str
    then: str
    icon: str
    is_main: bool = True


class Part(NamedTuple):
    """What one of those does who must all complete it."""

    name: str
    is_done: bool
    is_mine: bool


class Assignee(NamedTuple):
    """`key`: by which a form names them."""

    key: str
    name: str
    is_guest: bool = False
    is_group: bool = False


@dataclass(frozen=True)
class Panel:
    """A task as its page shows it."""

    opened: OpenTask
    title: str
    summary: str | None
    state: DeadlineState
    type_word: str
    buttons: Sequence[Button]
    #: Why none of them can be pressed; None: they can.
    reason: str | None
    #: That is missing alone: as soon as it is typed, they can.
    waits_for_fields: bool
    can_reopen: bool
    can_fill: bool
    fields: Sequence[TaskField]
    parts: Sequence[Part]
    assignees: Sequence[Assignee]
    can_edit: bool
    can_turn: bool
    #: Its deadline as the browser's own control shows it.
    due_typed: str
    #: Where an archived one is restored, for who may.
    restore: str | None
    completed_by: str
    #: What is wrong with what was sent, but for what stands beside a field.
    problem: str | None

    @property
    def task(self) -> Task:
        return self.opened.task

    @property
    def process(self) -> Process | None:
        return self.opened.process

    @property
    def done_count(self) -> int:
        return sum(part.is_done for part in self.parts)

    @property
    def seen(self) -> dict[str, str]:
        """When each field was last answered: a change is one of what was seen."""
        return {each.asked.id: each.out.last_updated or "" for each in self.fields}

    @property
    def outcome(self) -> str | None:
        """Of an approval."""
        task = self.task
        if not task.is_completed or task.task_type != TaskType.APPROVAL:
            return None
        return _APPROVED if task.is_approved else _REJECTED


def panel_of(
    caller: Caller,
    opened: OpenTask,
    now: Instant,
    zone: str,
    *,
    given: dict[str, Any] | None = None,
    refused: Invalid | None = None,
) -> Panel:
    """`given`: answers that were sent and refused with `refused`. `zone`: the reader's."""
    task = opened.task
    problems = {} if refused is None else by_field(refused)
    fields = task_fields(opened, caller.timezone, given=given, problems=problems)
    parts = parts_of(caller, opened)
    beside = {f"taskdata.{each.asked.id}" for each in fields}
    elsewhere = [text for path, text in problems.items() if path not in beside]
    hindrance = hindrance_of(caller, opened)
    missing = [each.asked.label for each in fields if each.is_missing]
    return Panel(
        opened=opened,
        title=opened.texts.title(task),
        summary=opened.texts.summary(task),
        state=state_of_task(task, now),
        type_word=TYPE_WORDS.get(task.task_type, "Task"),
        buttons=() if is_closed(task) else buttons_of(caller, opened),
        reason=hindrance or (_needs(missing) if missing else None),
        waits_for_fields=hindrance is None and bool(missing),
        can_reopen=may_reopen(caller, opened),
        can_fill=may_fill(caller, opened),
        fields=fields,
        parts=parts,
        assignees=assignees_of(opened),
        can_edit=may_edit(caller, opened),
        can_turn=may_turn(caller, opened),
        due_typed=typed_time(task.deadline_at, zone),
        restore=restore_of(caller, task),
        completed_by=completer_of(opened),
        problem=" ".join(elsewhere) or None,
    )


def restore_of(caller: Caller, task: Task) -> str | None:
    """Where it is brought back, or the process that it went with; None: not by the caller, or it is
    not archived."""
    if task.archived_at is not None:
        may_restore = policy.can_archive(caller, task)
        return addresses.RESTORE_TASK.format(task=task.id) if may_restore else None
    if task.process_archived_at is not None and of_processes.can_archive(caller):
        return addresses.RESTORE_PROCESS.format(process=task.process_id)
    return None


def assignees_of(opened: OpenTask) -> list[Assignee]:
    task, names = opened.task, opened.names
    return [
        *(Assignee(str(each), names.user(each)) for each in task.users),
        *(Assignee(each, names.guests.get(each.lower(), each), True) for each in task.guests),
        *(Assignee(each, names.groups.get(each, "A group"), False, True) for each in task.groups),
    ]


def may_edit(caller: Caller, opened: OpenTask) -> bool:
    """Its people and dates."""
    task = opened.task
    is_changeable = not task.is_completed and task.shown_archived_at is None
    return is_changeable and not is_frozen(opened) and policy.can_edit(caller, task)


def may_turn(caller: Caller, opened: OpenTask) -> bool:
    """Hide it, or show it again."""
    task = opened.task
    is_movable = task.process_id is not None and not task.is_oneoff and not task.is_completed
    is_live = task.shown_archived_at is None and not is_frozen(opened)
    return is_movable and is_live and policy.can_hide(caller)


def is_closed(task: Task) -> bool:
    """Completed, hidden or archived: there is nothing to press."""
    return not task.is_open or task.shown_archived_at is not None


def is_frozen(opened: OpenTask) -> bool:
    """By an open issue of its process as a whole."""
    return opened.process is not None and bool(opened.process.open_issue_count)


def may_fill(caller: Caller, opened: OpenTask) -> bool:
    task = opened.task
    return not is_closed(task) and not is_frozen(opened) and policy.can_complete(caller, task)


def may_reopen(caller: Caller, opened: OpenTask) -> bool:
    task = opened.task
    is_live = task.shown_archived_at is None and not is_frozen(opened)
    return is_live and task.is_completed and policy.can_reopen(caller, task)


def buttons_of(caller: Caller, opened: OpenTask) -> list[Button]:
    """By the type of the task (contract 95, 3.3)."""
    task = opened.task
    match task.task_type:
        case TaskType.APPROVAL:
            return [Button("Approve", "approve", "check"), Button("Reject", "reject", "x", False)]
        case TaskType.EXPIRING:
            return [Button("Acknowledge", "complete", "check")]
        case TaskType.EMAIL:
            return [Button("Send", "complete", "send")]
        case TaskType.EXPIRING_EMAIL:
            return [Button("Send now", "complete", "send")]
        case _:
            return [Button(_word_for_parts(caller, opened), "complete", "check")]


def _word_for_parts(caller: Caller, opened: OpenTask) -> str:
    if not opened.everyone:
        return "Complete"
    return "Complete your part" if is_mine(caller, opened.everyone) else "Complete for everyone"


def is_mine(caller: Caller, everyone: Sequence[TaskPerson]) -> bool:
    return user_key(caller.person_id) in {each.key for each in everyone}


def parts_of(caller: Caller, opened: OpenTask) -> list[Part]:
    """Open or done, who has done their part; none where one is enough."""
    finished = finished_keys(opened.task)
    mine = user_key(caller.person_id)
    is_done = opened.task.is_completed
    return [
        Part(each.name, is_done or each.key in finished, each.key == mine)
        for each in opened.everyone
    ]


def finished_keys(task: Task) -> set[str]:
    return {line.split(" ", 1)[0] for line in (task.finished or "").split("\n")} - {""}


def hindrance_of(caller: Caller, opened: OpenTask) -> str | None:
    """Why the caller cannot complete it, whatever its form holds."""
    task = opened.task
    if is_frozen(opened):
        return "The process has an open issue. Its tasks wait until it is resolved."
    if not policy.can_complete(caller, task):
        return "Only the people assigned to it can complete it."
    if needs_everyone(task) and opened.everyone:
        hindrance = _of_parts(caller, opened)
        if hindrance is not None:
            return hindrance
    if task.open_issue_count:
        return "It has an open issue. Resolve it first."
    return None


def _of_parts(caller: Caller, opened: OpenTask) -> str | None:
    if not is_mine(caller, opened.everyone):
        if caller.is_admin:
            return None
        return "Each of the people assigned to it completes it for themselves."
    is_done = user_key(caller.person_id) in finished_keys(opened.task)
    # Another decision replaces the first one (README, ruling 20).
    if is_done and opened.task.task_type != TaskType.APPROVAL:
        return "Your part is done. It waits for the others."
    return None


def _needs(labels: Sequence[str]) -> str:
    first = ", ".join(f"“{label}”" for label in labels[:3])
    return f"Fill in {first}{f' and {len(labels) - 3} more' if len(labels) > 3 else ''} first."


def completer_of(opened: OpenTask) -> str:
    """Nobody but the clock completes what nobody completed."""
    task = opened.task
    if task.completed_by is not None:
        return opened.names.user(task.completed_by)
    if task.completing_guest is not None:
        return opened.names.guests.get(task.completing_guest.lower(), task.completing_guest)
    return "Procession"
