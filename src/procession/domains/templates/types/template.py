"""A template as its callers see it, and who may do what with it."""

from enum import StrEnum

import msgspec

from procession.core.archive import ArchivedShown
from procession.core.since import ALWAYS, WHENEVER, WHOEVER, ArchivedBy, Since, Until
from procession.core.sorting import Sorting
from procession.core.times import Instant


class TemplateType(StrEnum):
    PROCEDURE = "procedure"
    FORM = "form"
    DOCUMENT = "document"


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
    """A template as one caller sees it; field order is the store's column order.

    Its texts are those of the version being edited. What its steps, forms, milestones and rules
    are is the `Content` of a version.
    """

    id: str
    number: int
    version: int
    version_is_frozen: bool
    #: The version that `publish` froze last; None: never published.
    published_version: int | None
    published_title: str | None
    has_draft: bool
    only_owner_publishes: bool
    title: str
    type: str
    summary: str | None
    guidance: str | None
    explanation_video: str | None
    icon: str | None
    kickoff_title: str | None
    kickoff_description: str | None
    process_name_format: str | None
    alias: str
    webhook: str | None
    status: str
    owner_id: int
    created_by: int
    updated_by: int | None
    folder_id: str | None
    process_folder_id: str | None
    launcher_may_change_folder: bool
    launcher_must_choose_folder: bool
    launcher_must_tag: bool
    names_processes: bool
    launcher_may_change_name: bool
    can_add_tasks: bool
    is_public: bool
    has_been_public: bool
    public_cover: str | None
    has_public_form: bool
    #: In whose name launches from the public form run.
    public_form_user_id: int | None
    is_featured: bool
    is_pinned: bool
    is_system: bool
    launched_count: int
    created_at: Instant
    updated_at: Instant
    archived_at: Instant | None
    archived_by: int | None
    #: The number of the operation that it was archived by.
    archived_operation: int | None
    row_version: int
    is_starred: bool
    #: The caller's permissions through the lists, one per line; see `held`.
    granted: str | None
    #: A word of `ArchivedVia`; and what who archived it was called then. None while it is live.
    archived_via: str | None
    archived_by_name: str | None

    @property
    def was_released(self) -> bool:
        """Launched or published at least once: either freezes a version."""
        return self.version > 1 or self.version_is_frozen

    def holds(self, permission: Permission) -> bool:
        """Granted to the caller by the lists; administrators, owner and creator hold all anyway."""
        return permission.value in (self.granted or "").split("\n")


class FrozenVersion(msgspec.Struct, array_like=True, frozen=True):
    """A version that nobody changes any more."""

    version: int
    frozen_at: Instant
    frozen_by: int
    #: Processes launched from it that still exist, archived ones too.
    launch_count: int
    #: Of these, those under way: neither completed nor archived.
    running_count: int


class Grant(msgspec.Struct, array_like=True, frozen=True):
    """One entry of one permission list: `*` (everyone), `u:7` or `g:<group id>`."""

    permission: str
    grantee: str


TEMPLATE_SORTING = Sorting(
    "updated_at", "created_at", "title", "started_processes", "status", "owner_id", "archived_at",
    "id",
)  # fmt: skip


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
    folder_ids: tuple[str, ...] = ()
    #: Also those without a folder; or only those, when `folder_ids` is empty.
    without_folder: bool = False
    tags: tuple[str, ...] = ()
    is_public: bool | None = None
    is_published: bool | None = None
    #: The caller may launch it, and there is a version to launch.
    is_launchable: bool | None = None
    since: Since = WHENEVER
    until: Until = ALWAYS
    archived_by: ArchivedBy = WHOEVER
