"""JSON shapes of tasks (contract 40, 2)."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Protocol

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.progress import Status
from procession.core.times import Instant, optional_wire_time, wire_time
from procession.domains.answers.types import values_of
from procession.domains.people.wire import OwnersIn
from procession.domains.tasks.types import MAIL_TYPES, AssignedPeople, Task
from procession.domains.templates.wire.fields import FieldIn
from procession.kit.binding import DateTime, PersonNumber, RichText

TaskTitle = Annotated[str, Meta(min_length=1, max_length=600)]


class TaskIn(msgspec.Struct, kw_only=True):
    """Body of a one-off task's creation (contract 40, 5.2)."""

    title: TaskTitle
    task_type: str
    deadline: DateTime
    owners: OwnersIn
    summary: RichText | None = None
    description: RichText | None = None
    started_at: DateTime | None = None
    is_soft_start_date: bool | None = None
    status: str | None = None
    everyone_must_complete: bool | None = None
    can_complete_only_assignees: bool | None = None
    prevent_guest_comment: bool | None = None
    top_secret: bool | None = None
    max_assignable: Annotated[int, Meta(ge=0)] | None = None
    webhook: Annotated[str, Meta(max_length=2048)] | None = None
    #: A list, or one text with commas between.
    tags: Annotated[Any, Meta(description="Ids of tags.")] = None
    run_id: str | None = None
    #: In that process; without one the last place.
    position: int | None = None
    #: A template, and a step of it, that it has to do with.
    checklist_id: str | None = None
    linked_step_id: str | None = None
    form_fields: list[FieldIn] | None = None
    #: A process of their own for these tasks, unless `run_id` names one.
    separate_task_for_each_assignee: bool | None = None


class ConnectorTaskIn(msgspec.Struct, kw_only=True):
    """A one-off task as a connector describes it (contract 40, 10)."""

    name: TaskTitle
    task_type: str
    deadline: DateTime
    owners: OwnersIn
    description: RichText | None = None


class DeadlineIn(msgspec.Struct, kw_only=True):
    """A task's new deadline, as a connector sends it (contract 40, 10)."""

    deadline: DateTime | UnsetType | None = UNSET
    capitalized: DateTime | UnsetType | None = msgspec.field(name="Deadline", default=UNSET)


class CompletionIn(msgspec.Struct, kw_only=True):
    """Body of a completion (contract 40, 6.1)."""

    FIRST: ClassVar[tuple[str, ...]] = ("task_id",)

    task_id: str
    is_approved: bool | None = None
    override_user: PersonNumber | None = None
    comment: RichText | None = None


class OwnersOut(msgspec.Struct, kw_only=True):
    users: list[int]
    guests: list[str]
    groups: list[str]
    taskUrls: list[str]


class TaskOut(msgspec.Struct, kw_only=True):
    """The Task object (contract 40, 2)."""

    #: The names that `with` takes.
    INCLUDES: ClassVar[tuple[str, ...]] = (
        "holds", "run", "run.checklist", "step", "form_fields", "ko_form_fields", "ko-form-fields",
        "threads", "comments", "issues", "threads_count", "assets", "activities", "tags",
        "folders", "roles", "member_watchers", "member_watchers.watcher", "guest_watchers",
        "guest_watchers.watcher", "member-watchers", "guest-watchers", "summary",
        "selected_text_comment", "selected-text-comment",
    )  # fmt: skip

    id: str
    increment_id: int
    title: str
    original_title: str
    run_id: str | None
    checklist_id: str | None
    step_id: str | None
    linked_step_id: str | None = None
    stage_id: str | None = None
    alias: str | None
    task_type: str
    status: str
    status_label: str
    is_approved: bool | None
    is_completable: bool
    is_oneoff_task: bool
    position: int
    blueprint_position: int | None
    owners: OwnersOut
    taskdata: dict[str, Any] = {}
    started_at: str | None
    is_soft_start_date: bool
    deadline: str | None
    created_at: str
    last_updated: str
    completed_at: str | None
    archived_at: str | None
    #: Of its own mark, else of its process (contract 70, 10).
    archived_by: int | None
    archived_via: str | None
    archived_operation: int | None
    archived_by_name: str | None
    #: Something of it may not be deleted; null where that is not for the caller (contract 70, 4).
    held: bool | UnsetType | None = UNSET
    holds: Any = UNSET
    starter_id: int | None
    completer_id: int | None
    completer_guest: str | None
    completer_guest_id: int | None
    everyone_must_complete: bool
    completion_progress: int | None = None
    completed_by_assignees: dict[str, list[Any]]
    can_complete_only_assignees: bool
    allow_guest_owners: bool
    prevent_guest_comment: bool
    top_secret: bool
    max_assignable: int
    has_deadline_dependent_child_tasks: bool = False
    problem: bool
    due_date_passed: bool
    due_soon: bool
    webhook: str | None
    send_chromeless: bool | None = None
    run_status: str | None
    visibility_locked: bool = False
    shown_at: str | None = None
    custom_fields: dict[str, Any] | None
    summary: str | UnsetType | None = UNSET
    original_summary: str | UnsetType | None = UNSET
    run: Any = UNSET
    step: Any = UNSET
    threads: Any = UNSET
    issues: Any = UNSET
    threads_count: Any = UNSET
    form_fields: Any = UNSET
    ko_form_fields: Any = UNSET
    tags: Any = UNSET
    folders: Any = UNSET
    roles: Any = UNSET
    assets: Any = UNSET
    activities: Any = UNSET
    member_watchers: Any = UNSET
    guest_watchers: Any = UNSET
    selected_text_comment: Any = UNSET
    tasks_changed_by_rules: Any = UNSET


class ConnectorTaskOut(TaskOut, kw_only=True):
    """With the names that a connector reads (contract 40, 10)."""

    description: str | None
    owner_id: int | None


class RemindedOut(msgspec.Struct):
    """How many mails were sent."""

    sent: int


class TasksMetaOut(msgspec.Struct, kw_only=True):
    """A task in the include `tasks_meta` of a process (contract 30, 2.4)."""

    id: str
    increment_id: int
    alias: str | None
    title: str
    status: str
    position: int
    deadline: str | None
    completed_at: str | None
    task_type: str
    is_oneoff_task: bool
    stage_id: str | None = None
    problem: bool


class NextTaskOut(msgspec.Struct, kw_only=True):
    """The task to do next, in the include `next_task` of a process."""

    id: str
    increment_id: int
    title: str
    alias: str | None
    owners: dict[str, list[Any]]
    deadline: str | None


class OwnersChangeIn(msgspec.Struct, kw_only=True):
    """Who works on a task from now on: each list that is sent replaces what is there."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(("taskUrls",))

    users: list[PersonNumber] | UnsetType | None = UNSET
    guests: list[str] | UnsetType | None = UNSET
    groups: list[str] | UnsetType | None = UNSET


class TaskChangesIn(msgspec.Struct, kw_only=True):
    """Body of an update: absent keys stay as they are (contract 40, 5.5)."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(TaskOut.__struct_fields__) - {"custom_fields"}

    title: Annotated[str, Meta(max_length=600)] | UnsetType | None = UNSET
    summary: RichText | UnsetType | None = UNSET
    #: Another name of `summary`.
    description: RichText | UnsetType | None = UNSET
    #: The texts as they are stored, sent back beside those that have their variables filled in.
    original_title: Any = UNSET
    original_summary: Any = UNSET
    #: Null takes back, on a task of a process, a deadline that was set by hand.
    deadline: DateTime | UnsetType | None = UNSET
    started_at: DateTime | UnsetType | None = UNSET
    is_soft_start_date: bool | UnsetType = UNSET
    owners: OwnersChangeIn | UnsetType = UNSET
    #: Answers by field; those left out stay.
    taskdata: Any = UNSET
    status: str | UnsetType = UNSET
    #: Read together with `status` completed alone.
    is_approved: bool | UnsetType | None = UNSET
    position: int | UnsetType = UNSET
    task_type: str | UnsetType = UNSET
    max_assignable: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    webhook: Annotated[str, Meta(max_length=2048)] | UnsetType | None = UNSET
    everyone_must_complete: bool | UnsetType = UNSET
    can_complete_only_assignees: bool | UnsetType = UNSET
    prevent_guest_comment: bool | UnsetType = UNSET
    top_secret: bool | UnsetType = UNSET
    send_chromeless: bool | UnsetType = UNSET
    #: A list, or one text with commas between.
    tags: Annotated[Any, Meta(description="Ids of tags.")] = UNSET
    #: Of one-off tasks: the process to link it to, or null to take it out of its process.
    run_id: str | UnsetType | None = UNSET


class TaskRowIn(msgspec.Struct, kw_only=True):
    """What one of many tasks is to be; what is left out stays."""

    title: Annotated[str, Meta(max_length=600)] | UnsetType | None = UNSET
    deadline: DateTime | UnsetType | None = UNSET
    owners: OwnersChangeIn | UnsetType = UNSET


class TaskRowsIn(msgspec.Struct, kw_only=True):
    """Changes of many tasks of one process, by their ids. `notify`: whom it concerns is told."""

    tasks: dict[str, Any]
    notify: bool = True


class TaskRowsOut(msgspec.Struct):
    """The tasks that were changed, and why others were not, by their ids."""

    data: list[Any]
    errors: dict[str, str]


class BulkIn(msgspec.Struct, kw_only=True):
    """One verb for many things."""

    FIRST: ClassVar[tuple[str, ...]] = ("ids", "verb")

    ids: list[str]
    verb: str
    #: Of `complete`, for tasks that are decided.
    is_approved: bool | None = None


class BulkResultOut(msgspec.Struct, kw_only=True):
    """What became of one of them; `code` and `message` where it was refused."""

    id: str
    is_done: bool
    #: As the single call would have answered.
    http_status: int
    code: str | None = None
    message: str | None = None


class DelegatesIn(msgspec.Struct, kw_only=True):
    """Addresses of further guests; nobody is taken off."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(("users", "groups", "taskUrls"))

    guests: list[str] | UnsetType | None = UNSET


class GuestTaskChangesIn(msgspec.Struct, kw_only=True):
    """What a guest may change of a task: everything else is ignored (contract 40, 9)."""

    ECHOED: ClassVar[frozenset[str]] = TaskChangesIn.ECHOED

    owners: DelegatesIn | UnsetType = UNSET
    #: Answers by field; those left out stay.
    taskdata: Any = UNSET
    #: Only `completed` means anything.
    status: str | UnsetType = UNSET
    is_approved: bool | UnsetType | None = UNSET


class TaskCommentIn(msgspec.Struct, kw_only=True):
    """A word about why a task is hidden or shown."""

    comment: RichText | None = None


class Shown(Protocol):
    """Titles and summaries of tasks with their variables filled in (contract 50, 7)."""

    def title(self, task: Task) -> str: ...
    def summary(self, task: Task) -> str | None: ...


def task_out(
    task: Task,
    now: Instant,
    texts: Shown,
    *,
    links: Mapping[str, str] | None = None,
    is_guest: bool = False,
    with_summary: bool = False,
) -> TaskOut:
    """`links`: guest's address -> task link, in the order of the guests and then of those in the
    groups; for callers who may see them."""
    # A guest learns nothing about the people of tasks that are not theirs.
    shows_people = not is_guest or task.is_callers
    users, guests, groups = task.people if shows_people else AssignedPeople([], [], [])
    is_late, is_due_soon = task.due(now)
    archived_at = optional_wire_time(task.shown_archived_at)
    has_open_issue = task.open_issue_count > 0 or task.process_status == Status.ISSUE
    is_completable = not task.is_hidden and archived_at is None and not has_open_issue
    return TaskOut(
        id=task.id,
        increment_id=task.number,
        title=texts.title(task),
        original_title=task.title,
        run_id=task.process_id,
        checklist_id=task.template_id,
        step_id=task.step_id,
        alias=task.alias,
        task_type=task.task_type,
        status=task.state,
        status_label=task.state,
        is_approved=task.is_approved,
        is_completable=is_completable,
        is_oneoff_task=task.is_oneoff,
        position=task.position,
        blueprint_position=task.step_position,
        owners=OwnersOut(
            users=users,
            guests=guests,
            groups=groups,
            taskUrls=list(links.values()) if links else [],
        ),
        started_at=optional_wire_time(task.started_at),
        is_soft_start_date=task.is_soft_start_date,
        deadline=optional_wire_time(task.deadline_at),
        created_at=wire_time(task.created_at),
        last_updated=wire_time(task.updated_at),
        completed_at=optional_wire_time(task.completed_at),
        archived_at=archived_at,
        archived_by=task.shown_archived_by,
        archived_via=task.archived_via,
        archived_operation=task.archived_operation,
        archived_by_name=task.archived_by_name,
        starter_id=task.created_by,
        completer_id=task.completed_by,
        completer_guest=task.completing_guest if shows_people else None,
        completer_guest_id=task.completed_by_guest if shows_people else None,
        everyone_must_complete=task.everyone_must_complete,
        can_complete_only_assignees=task.can_complete_only_assignees,
        allow_guest_owners=task.allow_guest_owners,
        prevent_guest_comment=task.prevent_guest_comment,
        top_secret=task.top_secret,
        max_assignable=task.max_assignable,
        problem=task.open_issue_count > 0,
        due_date_passed=is_late,
        due_soon=is_due_soon,
        webhook=None if is_guest else task.webhook,
        run_status=task.process_status,
        stage_id=task.stage_id,
        linked_step_id=task.linked_step_id,
        taskdata=values_of(task.form_answers),
        completion_progress=task.completion_progress,
        completed_by_assignees=_finished_out(task) if shows_people else _nobody(),
        has_deadline_dependent_child_tasks=task.is_anchor,
        send_chromeless=task.send_chromeless if task.task_type in MAIL_TYPES else None,
        visibility_locked=task.visibility_locked,
        shown_at=optional_wire_time(task.shown_at),
        custom_fields=None if is_guest else {},
        summary=texts.summary(task) if with_summary else UNSET,
        original_summary=task.summary if with_summary else UNSET,
    )


def connector_task_out(task: TaskOut) -> ConnectorTaskOut:
    keys = {name: getattr(task, name) for name in TaskOut.__struct_fields__}
    summary = None if task.summary is UNSET else task.summary
    return ConnectorTaskOut(**keys, description=summary, owner_id=task.starter_id)


def _nobody() -> dict[str, list[Any]]:
    return {"users": [], "guests": []}


def _finished_out(task: Task) -> dict[str, list[Any]]:
    users, guests, _ = task.finished_people
    return {"users": users, "guests": guests}


def tasks_meta_out(task: Task, texts: Shown) -> TasksMetaOut:
    return TasksMetaOut(
        id=task.id,
        increment_id=task.number,
        alias=task.alias,
        title=texts.title(task),
        status=task.state,
        position=task.position,
        deadline=optional_wire_time(task.deadline_at),
        completed_at=optional_wire_time(task.completed_at),
        task_type=task.task_type,
        is_oneoff_task=task.is_oneoff,
        stage_id=task.stage_id,
        problem=task.open_issue_count > 0,
    )


def next_task_out(task: Task, texts: Shown) -> NextTaskOut:
    return NextTaskOut(
        id=task.id,
        increment_id=task.number,
        title=texts.title(task),
        alias=task.alias,
        owners=task.people._asdict(),
        deadline=optional_wire_time(task.deadline_at),
    )


def find_next(tasks: list[Task]) -> Task | None:
    """The open task with the earliest deadline; without one last, then by position.

    A deadline that waits for another task does not count yet (contract 50, 6.4).
    """
    return min(
        (task for task in tasks if task.is_open and task.archived_at is None),
        key=_what_comes_first,
        default=None,
    )


def _what_comes_first(task: Task) -> tuple[bool, Instant, int]:
    due_at = None if task.waits_for_anchor else task.deadline_at
    return due_at is None, due_at or 0, task.position
