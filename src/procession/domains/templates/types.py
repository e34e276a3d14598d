"""Templates and their steps, as frozen values."""

from enum import StrEnum

import msgspec

from procession.core.archive import ArchivedShown
from procession.core.times import Instant


class TemplateType(StrEnum):
    PROCEDURE = "procedure"
    FORM = "form"
    DOCUMENT = "document"


class StepType(StrEnum):
    TASK = "task"
    APPROVAL = "approval"
    EXPIRING = "expiring"
    EMAIL = "email"
    EXPIRING_EMAIL = "expiring_email"


class Permission(StrEnum):
    """The five lists of contract 00, 8.2."""

    READ = "checklist_read"
    EDIT = "checklist_edit"
    DUPLICATE = "checklist_duplicate"
    LAUNCH = "process_launch"
    READ_PROCESSES = "process_read"


#: Labels that authors give their progress; they never block a launch.
STATUSES = ("started", "in-progress", "finishing", "published")

EVERYONE = "*"


class Template(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A template as one caller sees it; field order is the store's column order."""

    id: str
    number: int
    version: int
    version_is_frozen: bool
    title: str
    summary: str | None
    guidance: str | None
    icon: str | None
    alias: str
    webhook: str | None
    type: str
    status: str
    owner_id: int
    created_by: int
    updated_by: int | None
    can_add_tasks: bool
    is_system: bool
    launched_count: int
    created_at: Instant
    updated_at: Instant
    archived_at: Instant | None
    archived_by: int | None
    step_count: int
    is_starred: bool
    #: The caller's permissions through the lists, one per line; see `held`.
    granted: str | None

    def holds(self, permission: Permission) -> bool:
        """Granted to the caller by the lists; administrators, owner and creator hold all anyway."""
        return permission.value in (self.granted or "").split("\n")


class Step(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A step of one version of a template."""

    id: str
    template_id: str
    position: int
    alias: str
    title: str
    summary: str | None
    step_type: str
    #: JSON: {"users": [...], "guests": [...], "groups": [...]}.
    assignees: str
    #: JSON of a Deadline, or None for the organization's default.
    deadline: str | None
    max_assignable: int | None
    allow_guest_owners: bool
    assign_run_starter: bool
    can_complete_only_assignees: bool
    everyone_must_complete: bool
    prevent_guest_comment: bool
    top_secret: bool
    webhook: str | None
    created_at: Instant
    updated_at: Instant


class StepAssignees(msgspec.Struct, frozen=True):
    """People named on a step; guests stay addresses until a process is launched."""

    users: list[int] = []
    guests: list[str] = []
    groups: list[str] = []


class StepDeadline(msgspec.Struct, frozen=True):
    """When a step's task is due: so long after the launch, or after another step."""

    value: int
    unit: str
    option: str = "from"
    #: `start_run`, or None, which means the same.
    step: str | None = None


class Grant(msgspec.Struct, array_like=True, frozen=True):
    """One entry of one permission list: `*` (everyone), `u:7` or `g:<group id>`."""

    permission: str
    grantee: str


class TemplateFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of templates is narrowed to; empty or None: no condition."""

    q: str = ""
    archived: ArchivedShown = ArchivedShown.HIDDEN
    #: One of STATUSES, or draft; any other word matches nothing.
    status: str = ""
    types: tuple[str, ...] = ()
    owner_ids: tuple[int, ...] = ()
    is_starred: bool | None = None
    #: (key, is_descending).
    sort: tuple[tuple[str, bool], ...] = ()
