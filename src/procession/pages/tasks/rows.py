"""Tasks as rows of a list: pure, from what the use cases gave (contract 95, 3.2)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from procession.core.deadline_states import DeadlineState
from procession.core.progress import Status
from procession.core.times import Instant
from procession.domains.organizing.types import TagLink
from procession.domains.processes.types import Process
from procession.domains.tasks import policy
from procession.domains.tasks.types import EXPIRING_TYPES, MAIL_TYPES, Task, TaskType
from procession.flows.processes.surveying import Names
from procession.flows.tasks.surveying import TaskBoard
from procession.kit.caller import Caller
from procession.pages.showing import state_of_task
from procession.pages.tasks.narrowing import day_word

#: What pressing the mark of an open task does, in people's words.
_WORDS = {
    TaskType.TASK: "Complete",
    TaskType.APPROVAL: "Decide",
    TaskType.EXPIRING: "Acknowledge",
    TaskType.EMAIL: "Send",
    TaskType.EXPIRING_EMAIL: "Send",
}


class Assignee(NamedTuple):
    """`kind`: member, guest or group."""

    name: str
    kind: str

    @property
    def words(self) -> str:
        return self.name if self.kind == "member" else f"{self.name} ({self.kind})"


@dataclass(frozen=True)
class CanTask:
    """What the caller may do with a task as it is: what is not here is not shown."""

    complete: bool = False
    reopen: bool = False
    edit: bool = False
    clone: bool = False
    remind: bool = False
    hide: bool = False
    archive: bool = False
    restore: bool = False


@dataclass(frozen=True)
class TaskRow:
    """A task in a list."""

    task: Task
    title: str
    state: DeadlineState
    process: Process | None
    assignees: Sequence[Assignee]
    tags: Sequence[TagLink]
    comment_count: int
    can: CanTask
    #: What is in the way of completing it; empty: nothing that is known here.
    obstacle: str
    #: Of a task that everyone must complete: how many have, and have to; None of others.
    parts: tuple[int, int] | None
    #: The caller has done theirs of it.
    is_part_done: bool

    @property
    def verb(self) -> str:
        """What completing it is called."""
        return _WORDS.get(TaskType(self.task.task_type), "Complete")

    @property
    def is_decided(self) -> bool:
        """It is approved or rejected, not simply completed."""
        return self.task.task_type == TaskType.APPROVAL

    @property
    def is_mail(self) -> bool:
        return self.task.task_type in MAIL_TYPES

    @property
    def is_expiring(self) -> bool:
        return self.task.task_type in EXPIRING_TYPES

    @property
    def is_archived(self) -> bool:
        return self.task.shown_archived_at is not None

    @property
    def has_state(self) -> bool:
        """Where nothing can be late, being on time says nothing."""
        return self.due_at is not None or self.state != DeadlineState.ON_TIME

    @property
    def due_at(self) -> Instant | None:
        """None also while it waits for another task: what is stored then is provisional."""
        return None if self.task.waits_for_anchor else self.task.deadline_at


class TaskGroup(NamedTuple):
    """Rows of one page that belong together; `name` is empty where they are not grouped."""

    name: str
    rows: list[TaskRow]


def rows_of(caller: Caller, board: TaskBoard, now: Instant) -> list[TaskRow]:
    return [_row(caller, task, board, now) for task in board.page.rows]


def grouped(rows: Sequence[TaskRow], by: str, now: Instant, zone: str) -> list[TaskGroup]:
    """In the order in which the first of each stands in the list."""
    names: dict[str, Callable[[TaskRow], str]] = {
        "process": lambda row: row.process.name if row.process else "One-off tasks",
        "assignee": lambda row: ", ".join(each.name for each in row.assignees) or "Nobody",
        "deadline": lambda row: day_word(row.due_at, now, zone),
    }
    name_of = names.get(by)
    found: dict[str, list[TaskRow]] = {}
    for row in rows:
        found.setdefault(name_of(row) if name_of else "", []).append(row)
    return [TaskGroup(name, inside) for name, inside in found.items()]


def _row(caller: Caller, task: Task, board: TaskBoard, now: Instant) -> TaskRow:
    process = board.processes.get(task.process_id or "")
    return TaskRow(
        task=task,
        title=board.texts.title(task),
        state=state_of_task(task, now),
        process=process,
        assignees=list(assignees_of(task, board.names)),
        tags=board.tags.get(task.id, ()),
        comment_count=board.comment_counts.get(task.id, 0),
        can=can_of(caller, task, process),
        obstacle=_obstacle(task),
        parts=task.parts,
        is_part_done=caller.person_id in task.finished_people.users,
    )


def can_of(caller: Caller, task: Task, process: Process | None) -> CanTask:
    """The policies that the API's answers go by, for the task as it is."""
    adds_tasks = process is None or process.can_add_tasks
    is_frozen = task.process_status in (Status.ARCHIVED, Status.ISSUE)
    is_away = task.shown_archived_at is not None
    may_archive = task.is_oneoff and not is_frozen and policy.can_archive(caller, task)
    is_changeable = not is_away and not is_frozen
    return CanTask(
        complete=is_changeable and task.is_open and policy.can_complete(caller, task),
        reopen=is_changeable and task.is_completed and policy.can_reopen(caller, task),
        edit=is_changeable and task.is_open and policy.can_edit(caller, task),
        clone=is_changeable and policy.can_clone(caller) and adds_tasks,
        remind=is_changeable
        and task.is_open
        and task.assigned is not None
        and policy.can_remind(caller, task),
        hide=is_changeable and task.is_open and not task.is_oneoff and policy.can_hide(caller),
        archive=may_archive and not is_away,
        restore=may_archive and is_away,
    )


def assignees_of(task: Task, names: Names) -> Iterable[Assignee]:
    named = task.people
    for user in named.users:
        yield Assignee(names.user(user), "member")
    for guest in named.guests:
        yield Assignee(names.guests.get(guest.lower(), guest), "guest")
    for group in named.groups:
        yield Assignee(names.groups.get(group, "A group"), "group")


def _obstacle(task: Task) -> str:
    if task.process_status == Status.ISSUE:
        return "Its process has an open issue: that has to be resolved first"
    if task.open_issue_count:
        return "It has an open issue: that has to be resolved first"
    return ""
