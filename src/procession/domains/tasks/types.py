"""Tasks as frozen values, and what can be asked of a list of them."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import NamedTuple

import msgspec

from procession.core.archive import ArchivedShown
from procession.core.progress import is_past, is_soon
from procession.core.since import ALWAYS, WHENEVER, WHOEVER, ArchivedBy, Since, Until
from procession.core.sorting import Sorting
from procession.core.times import Instant
from procession.domains.answers.types import Answers, read_answers
from procession.domains.people.types import user_key


class TaskState(StrEnum):
    """not-started -> in-progress -> completed -> (reopened) in-progress; hidden while open."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    HIDDEN = "auto-skipped"


# Plain text: looking a member up in its class costs more than comparing it.
_COMPLETED, _HIDDEN = TaskState.COMPLETED.value, TaskState.HIDDEN.value


class TaskType(StrEnum):
    TASK = "task"
    APPROVAL = "approval"
    EXPIRING = "expiring"
    EMAIL = "email"
    EXPIRING_EMAIL = "expiring_email"


#: Completing one of these acknowledges it; otherwise it expires at its deadline.
EXPIRING_TYPES = (TaskType.EXPIRING, TaskType.EXPIRING_EMAIL)


#: Completing one of these sends a mail.
MAIL_TYPES = (TaskType.EMAIL, TaskType.EXPIRING_EMAIL)


class AssignedPeople(NamedTuple):
    """Who a task is assigned to, as the wire writes them; sorted."""

    users: list[int]
    guests: list[str]
    groups: list[str]


class Task(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A task as one caller sees it; field order is the store's column order."""

    id: str
    number: int
    process_id: str | None
    template_id: str | None
    step_id: str | None
    alias: str | None
    task_type: str
    title: str
    summary: str | None
    state: str
    is_approved: bool | None
    is_oneoff: bool
    position: int
    step_position: int | None
    started_at: Instant | None
    is_soft_start_date: bool
    deadline_at: Instant | None
    deadline_is_pinned: bool
    created_by: int
    created_at: Instant
    updated_at: Instant
    completed_at: Instant | None
    completed_by: int | None
    completed_by_guest: int | None
    archived_at: Instant | None
    archived_by: int | None
    everyone_must_complete: bool
    can_complete_only_assignees: bool
    allow_guest_owners: bool
    prevent_guest_comment: bool
    top_secret: bool
    max_assignable: int
    webhook: str | None
    open_issue_count: int
    #: As stored; None without any.
    answers: str | None
    #: The form of a one-off task, as stored; a step's form is in its template's version.
    fields: str | None
    stage_id: str | None
    linked_step_id: str | None
    send_chromeless: bool
    state_before_hiding: str | None
    visibility_locked: bool
    shown_at: Instant | None
    anchor_step_id: str | None
    #: Its deadline is provisional: the task it counts from is open.
    waits_for_anchor: bool
    row_version: int
    #: People assigned to it, one `u:7 7`, `e:3 jo@acme.test` or `g:<id> <id>` a line.
    assigned: str | None
    is_callers: bool
    completing_guest: str | None
    process_archived_at: Instant | None
    process_owner_id: int | None
    #: Status words of its process (None for a standalone task).
    process_status: str | None
    #: An open task's deadline counts from this one.
    is_anchor: bool
    #: Where everyone must complete it: who has, a line each, as in `assigned`.
    finished: str | None
    #: And who has to, groups taken apart: `u:7` or `e:3`, a line each.
    needed: str | None
    #: Who has archived it, or its process where it has no mark of its own: their number, a word of
    #: `ArchivedVia`, the number of the operation, and what they were called then.
    shown_archived_by: int | None
    archived_via: str | None
    archived_operation: int | None
    archived_by_name: str | None

    @property
    def is_completed(self) -> bool:
        return self.state == _COMPLETED

    @property
    def is_hidden(self) -> bool:
        return self.state == _HIDDEN

    @property
    def is_open(self) -> bool:
        return self.state not in (_COMPLETED, _HIDDEN)

    @property
    def shown_archived_at(self) -> Instant | None:
        """Its own mark, else its process's (contract 30, 10.1)."""
        return self.archived_at if self.archived_at is not None else self.process_archived_at

    @property
    def people(self) -> AssignedPeople:
        return people_in(self.assigned)

    @property
    def finished_people(self) -> AssignedPeople:
        """Who did their part of a task that everyone must complete."""
        return people_in(self.finished)

    @property
    def parts(self) -> tuple[int, int] | None:
        """How many people have done their part, and how many have to; None where one is enough."""
        if not self.everyone_must_complete:
            return None
        needed = set((self.needed or "").split("\n")) - {""}
        finished = {line.split(" ", 1)[0] for line in (self.finished or "").split("\n")}
        return len(needed & finished), len(needed)

    @property
    def completion_progress(self) -> int | None:
        """Whole percent of the people who have done their part; None where one is enough."""
        if self.parts is None:
            return None
        done, needed = self.parts
        return int(100 * done / needed + 0.5) if needed else 0

    @property
    def form_answers(self) -> Answers:
        return read_answers(self.answers)

    @property
    def users(self) -> list[int]:
        return self.people.users

    @property
    def guests(self) -> list[str]:
        # Only a guest's line holds this: users are numbers, groups are hex.
        return self.people.guests if self.assigned and "e:" in self.assigned else []

    @property
    def concerned(self) -> set[str]:
        """Stored keys of everybody assigned to it, and of who owns its process."""
        keys = {line.split(" ", 1)[0] for line in (self.assigned or "").split("\n") if line}
        return keys if self.process_owner_id is None else {*keys, user_key(self.process_owner_id)}

    @property
    def groups(self) -> list[str]:
        return self.people.groups if self.assigned and "g:" in self.assigned else []

    def due(self, now: Instant) -> tuple[bool, bool]:
        """Is its deadline past, and is it soon? The clock of what is archived stands still."""
        counts = self.is_open and not self.waits_for_anchor
        due_at = self.deadline_at if counts else None
        archived_at = self.shown_archived_at
        clock = now if archived_at is None else archived_at
        return is_past(due_at, clock), is_soon(due_at, clock)


class Visibility(NamedTuple):
    """A task that is hidden or shown, as it is to be."""

    task_id: str
    state: str
    state_before_hiding: str | None
    shown_at: Instant | None
    #: A person chose it: rules leave it so.
    is_locked: bool


class AssigneesChange(NamedTuple):
    """Of one task. `gone`: stored keys; `added`: how each is written, by stored key."""

    task_id: str
    gone: Collection[str]
    added: Mapping[str, str]


class TaskPerson(NamedTuple):
    """Somebody assigned to a task, by name or through a group, and not shut out."""

    #: `u` or `e`.
    kind: str
    id: int
    email: str
    first_name: str
    last_name: str

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def written(self) -> str:
        """As the wire writes them."""
        return str(self.id) if self.kind == "u" else self.email

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


def people_in(lines: str | None) -> AssignedPeople:
    people = AssignedPeople([], [], [])
    if lines is None:
        return people
    for line in lines.split("\n"):
        key, written = line.split(" ", 1)
        if key[0] == "u":
            people.users.append(int(written))
        elif key[0] == "e":
            people.guests.append(written)
        else:
            people.groups.append(written)
    for names in people:
        names.sort()
    return people


#: What the `status` parameter of a task list asks for (contract 40, 3.3).
STATUSES = (
    "all", "active", "not-started", "in-progress", "completed", "overdue", "due_soon", "on_time",
    "hasproblem", "auto-skipped", "draft",
)  # fmt: skip
_SAME_STATUS = {
    "active_visible": "active",
    "incomplete": "active",
    "inprogress": "in-progress",
    "complete": "completed",
    "issue": "hasproblem",
    "problem": "hasproblem",
    "hidden": "auto-skipped",
}
STATUS_WORDS = (*STATUSES, *_SAME_STATUS, "archived")


def plain_status(word: str) -> str:
    """One word for the several that mean the same."""
    return _SAME_STATUS.get(word, word)


TASK_SORTING = Sorting(
    "id", "position", "deadline", "created_at", "updated_at", "name", "completed_at", "archived_at",
    "problems", completed_newest=("completed_at", True),
)  # fmt: skip


class TaskFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of tasks is narrowed to; None or empty: no condition."""

    q: str = ""
    #: One of STATUSES.
    status: str = "all"
    archived: ArchivedShown = ArchivedShown.HIDDEN
    process_id: str | None = None
    #: Whose list it is: the conditions below narrow it further.
    assigned_to_user: int | None = None
    assigned_to_guest: str | None = None
    #: Assigned to any of these, directly or by a group.
    owners: tuple[int, ...] = ()
    guests: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    #: Ids of job titles, and the steps bound to them: (template, version, step).
    roles: tuple[str, ...] = ()
    steps_of_roles: tuple[tuple[str, int, str], ...] = ()
    is_unassigned: bool | None = None
    is_oneoff: bool | None = None
    template_ids: tuple[str, ...] = ()
    #: Instants: the first included, the last excluded.
    created: tuple[Instant, Instant] | None = None
    since: Since = WHENEVER
    until: Until = ALWAYS
    archived_by: ArchivedBy = WHOEVER
    #: What `archived` says is asked of the task's own mark alone.
    is_by_own_mark: bool = False
    due_from: Instant | None = None
    due_before: Instant | None = None
    #: Ids or exact titles of tags, any of which is on it.
    tags: tuple[str, ...] = ()
    #: It lies directly in one of these.
    folder_ids: tuple[str, ...] = ()
    #: The key of a custom field, and how its value may be stored.
    custom_field: tuple[str, ...] = ()
    #: The page that holds this task is wanted, whatever its number.
    current_task: str | None = None
    sort: tuple[tuple[str, bool], ...] = ()
