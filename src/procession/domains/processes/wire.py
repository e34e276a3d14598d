"""JSON shapes of processes (contract 30, 2)."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.links import placed
from procession.core.times import Instant, optional_wire_time, wire_time
from procession.domains.answers.types import values_of
from procession.domains.answers.wire import PublicAnswerOut
from procession.domains.people.wire import OwnersIn
from procession.domains.processes.types import Process
from procession.kit.binding import DateTime, PersonNumber, RichText
from procession.kit.caller import Caller
from procession.kit.reading import stored_reader

_names = stored_reader(list[str])
Notes = Annotated[RichText, Meta(max_length=65_535)]


class StepOverrideIn(msgspec.Struct, kw_only=True):
    """What one step's task shall have instead of what the template says (contract 30, 3.4)."""

    owners: OwnersIn | None = None
    deadline: DateTime | None = None
    started_at: DateTime | None = None
    position: int | None = None
    max_assignable: int | None = None
    #: Answers to the step's form, by field.
    taskdata: Any = None


class LaunchIn(msgspec.Struct, kw_only=True):
    """Body of a launch (contract 30, 3.1)."""

    checklist_id: str | None = None
    template_id: str | None = None
    blueprint_id: str | None = None
    name: str | None = None
    summary: Notes | None = None
    owner_id: PersonNumber | None = None
    user_id: PersonNumber | None = None
    starred: bool | None = None
    is_public: bool | None = None
    publicly_hidden_fields: list[str] | None = None
    assign_someone_else: bool | None = None
    parent_id: str | None = None
    #: Answers to the kick-off form, by field (contract 31, 2).
    prerun: Any = None
    #: Another name of it.
    prerun_data: Any = None
    tasks: dict[str, StepOverrideIn] | None = None
    #: People by job title; also a list of objects with one key each.
    roles: Any = None
    users: list[PersonNumber] | None = None
    groups: list[str] | None = None
    tags: list[str] | None = None
    folders: list[str] | None = None


class FormLaunchIn(msgspec.Struct, kw_only=True):
    """What somebody sends who fills in a public kick-off form (contract 30, 3.7)."""

    name: str | None = None
    #: Answers by field.
    prerun: Any = None


class ProcessChangesIn(msgspec.Struct, kw_only=True):
    """Body of an update: absent keys stay as they are (contract 30, 6)."""

    name: str | UnsetType = UNSET
    summary: RichText | UnsetType | None = UNSET
    owner_id: PersonNumber | UnsetType = UNSET
    starred: bool | UnsetType = UNSET
    is_public: bool | UnsetType = UNSET
    publicly_hidden_fields: list[str] | UnsetType = UNSET
    assign_someone_else: bool | UnsetType = UNSET
    users: list[PersonNumber] | UnsetType | None = UNSET
    groups: list[str] | UnsetType | None = UNSET
    #: Answers to the kick-off form, merged into those that there are; `prerun_data` says the same.
    prerun: Any = UNSET
    prerun_data: Any = UNSET
    #: Lists of ids replace what is there; an include that is sent back means nothing.
    tags: Annotated[Any, Meta(description="Ids of tags.")] = UNSET
    folders: Annotated[Any, Meta(description="Ids of folders.")] = UNSET
    #: Read-only, but refused when it asks for an archive.
    status: Any = UNSET
    archived_at: Any = UNSET


class WakingIn(msgspec.Struct, kw_only=True):
    """Body of waking the rules of a process (README, ruling 37)."""

    #: Only say what it would change; nothing is kept.
    preview: bool = False


class ReadersIn(msgspec.Struct, kw_only=True):
    all_members: bool | None = None
    users: list[PersonNumber] | None = None
    groups: list[str] | None = None


class ProcessPermissionsIn(msgspec.Struct, kw_only=True):
    """Who may read a process (contract 30, 13.2)."""

    process_read: ReadersIn


class ProgressOut(msgspec.Struct):
    complete: int
    total: int
    percent: int


class ProcessOut(msgspec.Struct, kw_only=True):
    """The Run object (contract 30, 2.1)."""

    #: The names that `with` takes.
    INCLUDES: ClassVar[tuple[str, ...]] = (
        "checklist", "holds", "tasks", "tasks.summary", "tasks.threads", "tasks.form_fields",
        "next_task", "tasks_meta", "tags", "folders", "assets", "form_fields", "ko_form_fields",
        "ko-form-fields", "stages", "permissions", "member_watchers", "member_watchers.watcher",
        "guest_watchers", "guest_watchers.watcher", "threads", "comments", "issues",
        "threads_count",
        "selected_text_comment", "prerun",
    )  # fmt: skip

    id: str
    increment_id: int
    checklist_id: str
    checklist_title: str
    assign_someone_else: bool
    name: str
    summary: str | None
    status: str
    lifecycle_status: str
    has_open_issue: bool
    progress: ProgressOut
    whole_progress: ProgressOut
    started_by: int
    owner_id: int
    prerun: dict[str, Any] = {}
    prerun_status: str = "complete"
    prerun_completed_at: str | None = None
    prerun_completed_by: int | None = None
    prerun_submitted_by: dict[str, Any] | None = None
    prerun_length: int = 0
    starred: bool
    created_at: str
    started_at: str
    last_updated: str
    completed_at: str | None
    archived_at: str | None
    archived_by: int | None
    #: sweep, operation, application or person (contract 70, 10).
    archived_via: str | None
    archived_operation: int | None
    archived_by_name: str | None
    #: Where its bulk is kept: always in the database.
    storage: str = "hot"
    #: Something of it may not be deleted; null where that is not for the caller (contract 70, 4).
    held: bool | UnsetType | None = UNSET
    holds: Any = UNSET
    last_activated_at: str | None
    due_date: str | None
    max_task_deadline: str | None
    due_date_passed: bool
    due_soon: bool
    late_tasks: int
    collaborators: list[int]
    type: str
    is_public: bool
    publicly_hidden_fields: list[str]
    public_url: str | None
    users: list[int]
    groups: list[str]
    parent_id: str | None
    #: Its parent until that was deleted for ever.
    former_parent_id: str | None
    can_add_oot: bool
    launched_via: str
    #: The rules of its version are evaluated (README, ruling 37).
    rules_active: bool
    custom_fields: dict[str, Any] | None = {}
    checklist: Any = UNSET
    tasks: Any = UNSET
    next_task: Any = UNSET
    tasks_meta: Any = UNSET
    tags: Any = UNSET
    folders: Any = UNSET
    assets: Any = UNSET
    form_fields: Any = UNSET
    ko_form_fields: Any = UNSET
    stages: Any = UNSET
    permissions: Any = UNSET
    member_watchers: Any = UNSET
    guest_watchers: Any = UNSET
    threads: Any = UNSET
    issues: Any = UNSET
    threads_count: Any = UNSET
    selected_text_comment: Any = UNSET
    form_fields_values: Any = UNSET
    #: After waking its rules: the tasks that they have changed.
    tasks_changed_by_rules: Any = UNSET


class ProcessStageOut(msgspec.Struct, kw_only=True):
    """A milestone of a process, in the include `stages`, with the tasks that the caller sees."""

    id: str
    name: str
    position: int
    task_ids: list[str]


#: Keys of the Run object that an update ignores without naming them: clients echo what they read.
READ_ONLY_KEYS = frozenset(ProcessOut.__struct_fields__) | {"data", "checklist_type"}


def process_out(
    process: Process, now: Instant, public_url: str, organization_id: str
) -> ProcessOut:
    """`public_url`: address of the web pages, for the public link."""
    mine, whole = process.progress, process.whole_progress
    public_link = f"{public_url}/public/runs/{placed(organization_id, process.public_key or '')}"
    return ProcessOut(
        id=process.id,
        increment_id=process.number,
        checklist_id=process.template_id,
        checklist_title=process.template_title,
        assign_someone_else=process.assign_someone_else,
        name=process.name,
        summary=process.summary,
        status=process.status,
        lifecycle_status=process.lifecycle_status,
        has_open_issue=process.open_issue_count > 0,
        progress=ProgressOut(*mine),
        whole_progress=ProgressOut(*whole),
        started_by=process.started_by,
        owner_id=process.owner_id,
        starred=process.is_starred,
        created_at=wire_time(process.created_at),
        started_at=wire_time(process.started_at),
        last_updated=wire_time(process.updated_at),
        completed_at=optional_wire_time(process.completed_at),
        archived_at=optional_wire_time(process.archived_at),
        archived_by=process.archived_by,
        archived_via=process.archived_via,
        archived_operation=process.archived_operation,
        archived_by_name=process.archived_by_name,
        last_activated_at=optional_wire_time(process.activated_at),
        due_date=optional_wire_time(process.first_open_deadline_at),
        max_task_deadline=optional_wire_time(process.last_deadline_at),
        due_date_passed=process.is_due_date_passed(now),
        due_soon=process.is_due_soon(now),
        late_tasks=process.late_task_count,
        collaborators=process.collaborators,
        type=process.type,
        is_public=process.is_public,
        publicly_hidden_fields=_names(process.publicly_hidden_fields),
        public_url=public_link if process.is_public else None,
        users=process.users,
        groups=process.groups,
        parent_id=process.parent_id,
        former_parent_id=process.former_parent_id,
        can_add_oot=process.can_add_tasks,
        launched_via=process.launched_via,
        rules_active=process.rules_active,
        prerun=values_of(process.kickoff_answers),
        prerun_status="complete" if process.is_kickoff_complete else "incomplete",
        prerun_completed_at=optional_wire_time(process.kickoff_completed_at),
        prerun_completed_by=process.kickoff_completed_by,
        prerun_submitted_by=_submitter(process),
        prerun_length=process.kickoff_field_count,
    )


def _submitter(process: Process) -> dict[str, Any] | None:
    if process.submitter is None:
        return None
    email, full_name = process.submitter.split("\n", 1)
    guest = process.submitted_by_guest
    return {
        "type": "user" if guest is None else "guest",
        "id": process.started_by if guest is None else guest,
        "email": email,
        "full_name": full_name.strip(),
    }


class GuestProcessOut(msgspec.Struct, kw_only=True):
    """What a guest learns about a process (contract 00, 8.4).

    Of one with a task of theirs: their own progress. Of one that they launched by the public form:
    the progress of all of it, and, when they come back, their own kick-off answers.
    """

    id: str
    name: str
    status: str
    progress: ProgressOut
    prerun: dict[str, Any] | UnsetType = UNSET


def submitted_process_out(process: Process) -> GuestProcessOut:
    """To who has just launched it by the public form (contract 30, 3.7)."""
    return GuestProcessOut(
        id=process.id,
        name=process.name,
        status=process.status,
        progress=ProgressOut(*process.whole_progress),
    )


def guest_process_out(process: Process, guest: Caller) -> GuestProcessOut:
    is_submitter = process.submitted_by_guest == guest.person_id
    return GuestProcessOut(
        id=process.id,
        name=process.name,
        status=process.status,
        progress=ProgressOut(*(process.whole_progress if is_submitter else process.progress)),
        prerun=values_of(process.kickoff_answers) if is_submitter else UNSET,
    )


# --- For anybody who has the public link (contract 30, 13.1) ---


class PublicCommentOut(msgspec.Struct, kw_only=True):
    """A comment that is open to everybody."""

    content: str
    label: str
    author: str | None
    created_at: str


class PublicMilestoneOut(msgspec.Struct, kw_only=True):
    id: str
    name: str
    position: int


class PublicTaskOut(msgspec.Struct, kw_only=True):
    """Keys that the process's people hide are absent."""

    title: str
    summary: str | None
    status: str
    position: int
    deadline: str | None
    completed_at: str | None
    stage_id: str | None
    #: What people are called, and groups.
    owners: list[str] | UnsetType = UNSET
    completed_by: str | UnsetType | None = UNSET
    form_fields: list[PublicAnswerOut] | UnsetType = UNSET
    comments: list[PublicCommentOut] | UnsetType = UNSET


class PublicProcessOut(msgspec.Struct, kw_only=True):
    """What anybody with the public link reads: what is listed here and nothing else."""

    name: str
    summary: str | None
    status: str
    progress: ProgressOut
    checklist_title: str
    started_at: str
    completed_at: str | None
    due_date: str | None
    stages: list[PublicMilestoneOut]
    tasks: list[PublicTaskOut]
    ko_form_fields: list[PublicAnswerOut] | UnsetType = UNSET
