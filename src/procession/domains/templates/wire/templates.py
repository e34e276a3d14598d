"""JSON shapes of templates, and of who may do what with them (contract 20, 2 and 5)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from procession.core.times import optional_wire_time, wire_time
from procession.domains.people.types import groups_among, users_among
from procession.domains.schedules.wire import DocumentScheduleIn, DocumentScheduleOut
from procession.domains.templates import policy
from procession.domains.templates.types import (
    EVERYONE,
    Content,
    Difference,
    FrozenVersion,
    Grant,
    Permission,
    Template,
)
from procession.domains.templates.wire.attributes import (
    ORIGINALS,
    READ_ONLY,
    AttributesIn,
    Text,
    Title,
)
from procession.domains.templates.wire.fields import CustomValues, FieldOut, field_out
from procession.domains.templates.wire.importing import DocumentStageIn, DocumentStepIn
from procession.domains.templates.wire.rules import RuleIn, RuleOut, rule_out
from procession.domains.templates.wire.steps import steps_out, values_of
from procession.kit.binding import PersonNumber
from procession.kit.caller import Caller


class TemplateIn(AttributesIn, kw_only=True):
    """Body of a template's creation, or a document of one (contract 20, 3.3 and 4)."""

    #: A new template gets an alias of its own.
    ECHOED: ClassVar[frozenset[str]] = (READ_ONLY - {"custom_fields", *ORIGINALS}) | {"alias"}

    #: Who counts as its creator.
    user_id: PersonNumber | UnsetType = UNSET
    steps: list[DocumentStepIn] | UnsetType | None = UNSET
    stages: list[DocumentStageIn] | UnsetType | None = UNSET
    automated_actions: list[RuleIn] | UnsetType | None = UNSET
    #: Titles, ids or the associations that a template shows.
    tags: list[Any] | UnsetType | None = UNSET
    #: Of a document: when it is launched again and again.
    schedules: list[DocumentScheduleIn] | UnsetType | None = UNSET
    #: Of a document: values by key.
    custom_fields: Any = UNSET
    #: Of a document: texts with the tokens of snippets, beside those that show what they say.
    original_summary: Text = UNSET
    original_guidance: Text = UNSET
    original_kickoff_description: Text = UNSET
    # Only documents have these two (`is_document`); nobody writes them.
    increment_id: Any = UNSET
    last_updated_by: Any = UNSET

    @property
    def is_document(self) -> bool:
        """Of a template that was read elsewhere: what it names may not be here."""
        marks = (
            self.increment_id, self.last_updated_by, self.steps, self.automated_actions,
            self.schedules,
        )  # fmt: skip
        return any(mark is not UNSET for mark in marks)


class CloneIn(msgspec.Struct, kw_only=True):
    """Where a template is copied from (another organization of the caller), and its new title."""

    tenant: str | None = None
    title: Title | None = None


class PermissionListIn(msgspec.Struct, kw_only=True):
    all_members: bool | None = None
    users: list[PersonNumber] | None = None
    groups: list[str] | None = None


class PermissionsIn(msgspec.Struct, kw_only=True):
    """Any subset of the five lists; a sent one replaces the stored one."""

    checklist_read: PermissionListIn | None = None
    checklist_edit: PermissionListIn | None = None
    checklist_duplicate: PermissionListIn | None = None
    process_launch: PermissionListIn | None = None
    process_read: PermissionListIn | None = None


class TemplateOut(msgspec.Struct, kw_only=True, omit_defaults=False):
    """The Checklist object (contract 20, 2)."""

    #: The names that `with` takes.
    INCLUDES: ClassVar[tuple[str, ...]] = (
        "holds", "steps", "tags", "folder", "permissions", "stages", "linked_tasks", "assets",
        "member_watchers", "member_watchers.watcher", "guest_watchers",
        "guest_watchers.watcher", "threads", "comments", "issues", "threads_count", "owner",
        "prerun", "automated_actions",
    )  # fmt: skip

    id: str
    increment_id: int
    title: str
    summary: str | None
    starred: bool
    webhook: str | None
    explanation_video: str | None
    guidance: str | None
    icon: str | None
    alias: str
    folder_id: str | None
    prerun: list[FieldOut]
    automated_actions: list[RuleOut]
    created_by: int
    owner_id: int
    last_updated_by: int | None
    started_processes: int
    kickoff_title: str | None
    kickoff_description: str | None
    created_at: str
    last_updated: str
    archived_at: str | None
    archived_by: int | None
    #: sweep, operation, application or person (contract 70, 10).
    archived_via: str | None
    archived_operation: int | None
    archived_by_name: str | None
    #: Something of it may not be deleted; null where that is not for the caller (contract 70, 4).
    held: bool | UnsetType | None = UNSET
    holds: Any = msgspec.UNSET
    is_public: bool
    is_featured: bool
    public_cover: str | None
    industry_tags: list[Any] = []
    topic_tags: list[Any] = []
    type: str
    steps_count: int
    default_process_name_format: str | None
    is_public_kickoff: bool
    kickoff_sharing_user_id: int | None
    ko_form_blueprint_id: None = None
    dual_version_enabled: bool
    is_published_state: bool
    replace_state_conditionally: bool
    auto_naming: bool
    allow_launcher_change_name: bool
    folderize_process: bool
    tag_process: bool
    default_folder: str | None
    folder_changeable_by_launcher: bool
    can_add_oot: bool
    is_pinned: bool
    status: str
    users: list[int]
    groups: list[str]
    custom_fields: dict[str, Any] | None
    version: int
    #: As stored, where the text shows snippets (50, 8).
    original_summary: str | UnsetType = UNSET
    original_guidance: str | UnsetType = UNSET
    original_kickoff_description: str | UnsetType = UNSET
    owner: Any = msgspec.UNSET
    steps: Any = msgspec.UNSET
    permissions: Any = msgspec.UNSET
    tags: Any = msgspec.UNSET
    folder: Any = msgspec.UNSET
    stages: Any = msgspec.UNSET
    linked_tasks: Any = msgspec.UNSET
    assets: Any = msgspec.UNSET
    member_watchers: Any = msgspec.UNSET
    guest_watchers: Any = msgspec.UNSET
    threads: Any = msgspec.UNSET
    issues: Any = msgspec.UNSET
    threads_count: Any = msgspec.UNSET
    #: In a document alone: those that the caller may see.
    schedules: dict[str, list[DocumentScheduleOut]] | UnsetType = UNSET


class VersionOut(msgspec.Struct, kw_only=True):
    """A frozen version of a template, and how many processes were launched from it."""

    version: int
    frozen_at: str
    frozen_by: int
    launches: int
    #: Of these, those under way.
    running: int


class DifferenceOut(msgspec.Struct, kw_only=True):
    """What is other in what is edited now than in a version. `kind`: added, deleted, moved or
    changed; the values are there of a change, except of what rules look at and do."""

    kind: str
    #: template, milestone, step, field or rule.
    part: str
    part_id: str | None
    title: str
    field: str | None
    old_value: Any
    new_value: Any


#: Attributes whose name on the wire is another one.
_ON_THE_WIRE = {
    "actions": "then_actions",
    "list_id": "list",
    "process_name_format": "default_process_name_format",
    "sub_process": "bp_to_launch",
}


def difference_out(found: Difference) -> DifferenceOut:
    name = found.attribute
    if found.part == "rule" and name == "name":
        name = "automated_alias"
    return DifferenceOut(
        kind=found.kind,
        part=found.part,
        part_id=found.part_id,
        title=found.title,
        field=_ON_THE_WIRE.get(name or "", name),
        old_value=msgspec.to_builtins(found.before),
        new_value=msgspec.to_builtins(found.after),
    )


def version_out(frozen: FrozenVersion) -> VersionOut:
    return VersionOut(
        version=frozen.version,
        frozen_at=wire_time(frozen.frozen_at),
        frozen_by=frozen.frozen_by,
        launches=frozen.launch_count,
        running=frozen.running_count,
    )


class TemplateArchivedOut(msgspec.Struct, kw_only=True):
    """The message object of archive and permanent delete (contract 20, 3.5 and 3.7)."""

    #: Of the template that it holds.
    INCLUDES: ClassVar[tuple[str, ...]] = TemplateOut.INCLUDES

    message: str
    deleted_references: list[Any] = []
    data: Any = msgspec.UNSET


def template_out(
    template: Template,
    content: Content,
    grants: Sequence[Grant],
    caller: Caller,
    *,
    with_steps: bool = False,
    with_permissions: bool = False,
    step_tags: Mapping[str, Sequence[Any]] | None = None,
    custom_fields: CustomValues | None = None,
) -> TemplateOut:
    """`custom_fields`: values by the id of the template, step or field they are about."""
    with_default_access = policy.default_access(grants)
    steps: Any = msgspec.UNSET
    if with_steps:
        steps = {
            "data": steps_out(
                content, template_id=template.id, tags=step_tags, custom_fields=custom_fields
            )
        }
    return TemplateOut(
        id=template.id,
        increment_id=template.number,
        title=template.title,
        summary=template.summary,
        starred=template.is_starred,
        webhook=template.webhook,
        explanation_video=template.explanation_video,
        guidance=template.guidance,
        icon=template.icon,
        alias=template.alias,
        folder_id=template.folder_id,
        prerun=kickoff_out(content, template_id=template.id, custom_fields=custom_fields),
        automated_actions=[
            rule_out(rule, position) for position, rule in enumerate(content.rules, start=1)
        ],
        created_by=template.created_by,
        owner_id=template.owner_id,
        last_updated_by=template.updated_by,
        started_processes=template.launched_count,
        kickoff_title=template.kickoff_title,
        kickoff_description=template.kickoff_description,
        created_at=wire_time(template.created_at),
        last_updated=wire_time(template.updated_at),
        archived_at=optional_wire_time(template.archived_at),
        archived_by=template.archived_by,
        archived_via=template.archived_via,
        archived_operation=template.archived_operation if template.archived_at else None,
        archived_by_name=template.archived_by_name,
        is_public=template.is_public,
        is_featured=template.is_featured,
        public_cover=template.public_cover,
        type=template.type,
        steps_count=len(content.steps),
        default_process_name_format=template.process_name_format,
        is_public_kickoff=template.has_public_form,
        kickoff_sharing_user_id=template.public_form_user_id,
        dual_version_enabled=template.has_draft,
        is_published_state=template.published_version == template.version,
        replace_state_conditionally=template.only_owner_publishes,
        auto_naming=template.names_processes,
        allow_launcher_change_name=template.launcher_may_change_name,
        folderize_process=template.launcher_must_choose_folder,
        tag_process=template.launcher_must_tag,
        default_folder=template.process_folder_id,
        folder_changeable_by_launcher=template.launcher_may_change_folder,
        can_add_oot=template.can_add_tasks,
        is_pinned=template.is_pinned,
        status=template.status,
        users=users_among(with_default_access),
        groups=groups_among(with_default_access),
        custom_fields=values_of(custom_fields, template.id),
        version=template.version,
        steps=steps,
        permissions={"data": permissions_out(template, grants, caller)}
        if with_permissions
        else msgspec.UNSET,
    )


def kickoff_out(
    content: Content, *, template_id: str, custom_fields: CustomValues | None = None
) -> list[FieldOut]:
    return [
        field_out(
            field,
            position,
            template_id=template_id,
            custom_fields=values_of(custom_fields, field.id),
        )
        for position, field in enumerate(content.kickoff, start=1)
    ]


def permissions_out(template: Template, grants: Sequence[Grant], caller: Caller) -> dict[str, Any]:
    lists: dict[str, Any] = {}
    for permission in Permission:
        named = {grant.grantee for grant in grants if grant.permission == permission}
        lists[permission.value] = {
            "all_members": EVERYONE in named,
            "users": users_among(named),
            "groups": groups_among(named),
        }
    can_edit = policy.can_edit(caller, template)
    lists["can"] = {
        "read": True,
        "edit": can_edit,
        "duplicate": policy.can_duplicate(caller, template),
        "launch": policy.can_launch(caller, template),
        "process_read": policy.can_read_processes(caller, template),
        "archive": can_edit,
        "delete": policy.can_purge(caller),
        "pin": caller.is_admin,
    }
    return lists
