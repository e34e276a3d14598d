"""Processes as frozen values, and what can be asked of a list of them."""

from enum import StrEnum

import msgspec

from procession.core.archive import ArchivedShown
from procession.core.progress import (
    Progress,
    Status,
    is_past,
    is_soon,
    lifecycle_status,
    progress,
)
from procession.core.since import ALWAYS, WHENEVER, WHOEVER, ArchivedBy, Since, Until
from procession.core.sorting import Sorting
from procession.core.times import Instant
from procession.domains.answers.types import Answers, read_answers
from procession.domains.people.types import (
    group_key,
    groups_among,
    user_key,
    users_among,
)
from procession.kit.errors import NotFound


class LaunchedVia(StrEnum):
    """What started a process."""

    API = "api"
    MANUAL = "manual"
    KICKOFF_FORM = "kickoff_form"
    PUBLIC_FORM = "public_form"
    EMAIL = "email"
    MAGIC_LINK = "magic_link"
    SCHEDULE = "schedule"
    TASK = "task"
    ONBOARDING = "onboarding"


class Away(NotFound):
    """A guest asks for what is in a process that is archived (contract 30, 10.2)."""

    message = "This process has been archived."


class Process(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A process as one caller sees it; field order is the store's column order."""

    id: str
    number: int
    template_id: str
    template_version: int
    template_title: str
    type: str
    name: str
    summary: str | None
    owner_id: int
    started_by: int
    launched_via: str
    parent_id: str | None
    can_add_tasks: bool
    assign_someone_else: bool
    is_public: bool
    public_key: str | None
    #: JSON list.
    publicly_hidden_fields: str
    everyone_may_read: bool
    created_at: Instant
    started_at: Instant
    updated_at: Instant
    completed_at: Instant | None
    archived_at: Instant | None
    archived_by: int | None
    activated_at: Instant | None
    visible_task_count: int
    completed_task_count: int
    problem_task_count: int
    secret_task_count: int
    open_issue_count: int
    first_open_deadline_at: Instant | None
    last_deadline_at: Instant | None
    #: Of the kick-off form, as stored.
    answers: str | None
    kickoff_field_count: int
    kickoff_completed_at: Instant | None
    kickoff_completed_by: int | None
    submitted_by_guest: int | None
    has_anchors: bool
    #: The rules of its version are evaluated.
    rules_active: bool
    row_version: int
    #: The parent that it had, deleted for ever since.
    former_parent_id: str | None
    #: Process-level people, one `member u:7` or `reader g:<id>` a line.
    people: str | None
    #: Users assigned to its tasks, one `u:7` a line.
    assigned_users: str | None
    is_starred: bool
    late_task_count: int
    #: Counts of the tasks that the caller may see.
    seen_task_count: int
    seen_completed_count: int
    #: Who filled in the kick-off form: address, a line break, full name.
    submitter: str | None
    #: A word of `ArchivedVia`, the number of the operation, and what who archived it was called
    #: then. None while it is live.
    archived_via: str | None
    archived_operation: int | None
    archived_by_name: str | None

    @property
    def is_kickoff_complete(self) -> bool:
        """Where there is no form, nothing is missing."""
        return self.kickoff_field_count == 0 or self.kickoff_completed_at is not None

    @property
    def kickoff_answers(self) -> Answers:
        return read_answers(self.answers)

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_done(self) -> bool:
        return self.completed_at is not None

    @property
    def lifecycle_status(self) -> Status:
        """The status as if it were not archived."""
        return lifecycle_status(
            open_issues=self.open_issue_count,
            troubled=self.problem_task_count,
            is_done=self.is_done,
        )

    @property
    def status(self) -> Status:
        return Status.ARCHIVED if self.is_archived else self.lifecycle_status

    def clock(self, now: Instant) -> Instant:
        """The clock of an archived process stands still."""
        return now if self.archived_at is None else self.archived_at

    @property
    def progress(self) -> Progress:
        return progress(self.seen_completed_count, self.seen_task_count, is_done=self.is_done)

    @property
    def whole_progress(self) -> Progress:
        return progress(self.completed_task_count, self.visible_task_count, is_done=self.is_done)

    def is_due_date_passed(self, now: Instant) -> bool:
        return is_past(self.first_open_deadline_at, self.clock(now))

    def is_due_soon(self, now: Instant) -> bool:
        return is_soon(self.first_open_deadline_at, self.clock(now))

    def _people(self, part: str) -> list[str]:
        lines = (self.people or "").split("\n")
        return [line.removeprefix(part) for line in lines if line.startswith(part)]

    @property
    def users(self) -> list[int]:
        """Process-level assignees."""
        return users_among(self._people("member ")) if self.people else []

    @property
    def groups(self) -> list[str]:
        return groups_among(self._people("member ")) if self.people else []

    @property
    def readers(self) -> list[str]:
        """Stored people and groups that may read it, besides those who work on it."""
        return self._people("reader ")

    @property
    def collaborators(self) -> list[int]:
        # A line for each assigned task, mostly of the same few people.
        lines = set((self.assigned_users or "").split("\n"))
        assigned = users_among(lines)
        return sorted({self.owner_id, self.started_by, *self.users, *assigned})

    @property
    def concerned(self) -> list[str]:
        """Stored keys of its collaborators and of the groups named on it."""
        return [*map(user_key, self.collaborators), *map(group_key, self.groups)]


class ShelvedProcess(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """What archiving needs to know of one of many; field order is the store's column order."""

    id: str
    number: int
    template_id: str
    template_title: str
    name: str
    lifecycle: str
    completed_at: Instant | None
    archived_at: Instant | None
    archived_operation: int | None
    activated_at: Instant | None

    @property
    def status(self) -> str:
        return self.lifecycle if self.archived_at is None else Status.ARCHIVED.value


class FormSource(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """Which version a process was launched from, and what its kick-off form was answered.

    Field order is the store's column order.
    """

    id: str
    number: int
    template_id: str
    template_version: int
    template_title: str
    started_at: Instant
    answers: str | None

    @property
    def version(self) -> tuple[str, int]:
        return self.template_id, self.template_version

    @property
    def kickoff_answers(self) -> Answers:
        return read_answers(self.answers)


PROCESS_SORTING = Sorting(
    "name", "created_at", "updated_at", "started_at", "completed_at", "archived_at", "due_date",
    "status", "id", most_delayed=("due_date", False),
)  # fmt: skip


class ProcessFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of processes is narrowed to; conditions are ANDed. None, empty: no condition."""

    q: str = ""
    #: Any of these lifecycle words; see `store._STATUS`.
    statuses: tuple[str, ...] = ()
    archived: ArchivedShown = ArchivedShown.HIDDEN
    #: Owner, or assigned to one of its tasks.
    owners: tuple[int, ...] = ()
    #: Named on it, or assigned to one of its tasks.
    groups: tuple[str, ...] = ()
    #: Addresses of guests assigned to one of its tasks.
    guests: tuple[str, ...] = ()
    started_by: tuple[int, ...] = ()
    #: They have one of its tasks, themselves or by a group.
    assignees: tuple[int, ...] = ()
    owned_by: tuple[int, ...] = ()
    is_mine: bool | None = None
    template_ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    parent_id: str | None = None
    #: It has a task in this state; of the owners, groups and the caller, where those are given.
    task_state: str = ""
    #: The answer to this field of its kick-off form contains the text.
    kickoff_field: str = ""
    kickoff_value: str = ""
    is_starred: bool | None = None
    #: Instants: the first included, the last excluded.
    created: tuple[Instant, Instant] | None = None
    since: Since = WHENEVER
    until: Until = ALWAYS
    archived_by: ArchivedBy = WHOEVER
    #: Ids or exact titles of tags: it carries all of them.
    tags: tuple[str, ...] = ()
    is_untagged: bool | None = None
    #: It lies directly in one of these.
    folder_ids: tuple[str, ...] = ()
    #: (key, is_descending).
    sort: tuple[tuple[str, bool], ...] = ()
