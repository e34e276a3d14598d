"""JSON shapes of templates and steps (contract 20, 2 and 8)."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from procession.core.times import optional_wire_time, wire_time
from procession.domains.people.types import groups_among, users_among
from procession.domains.templates import policy
from procession.domains.templates.types import EVERYONE, Grant, Permission, Step, Template
from procession.kit.binding import RichText
from procession.kit.caller import Caller

Title = Annotated[str, Meta(min_length=1, max_length=250)]
StepTitle = Annotated[str, Meta(min_length=1, max_length=600)]
LongText = Annotated[str, Meta(max_length=65_535)]
Url = Annotated[str, Meta(max_length=2048)]


class DeadlineIn(msgspec.Struct, kw_only=True):
    value: Annotated[int, Meta(ge=0, le=9999)]
    unit: str
    option: str | None = None
    step: str | None = None


class StepIn(msgspec.Struct, kw_only=True):
    """A step of a template that is being created (contract 20, 8.4)."""

    title: StepTitle
    summary: RichText | None = None
    description: RichText | None = None
    step_type: str | None = None
    assignees: list[int] | None = None
    guests: list[str] | None = None
    groups: list[str] | None = None
    deadline: DeadlineIn | None = None
    position: int | None = None
    max_assignable: Annotated[int, Meta(ge=0)] | None = None
    allow_guest_owners: bool | None = None
    assign_run_starter: bool | None = None
    can_complete_only_assignees: bool | None = None
    everyone_must_complete: bool | None = None
    prevent_guest_comment: bool | None = None
    top_secret: bool | None = None
    webhook: Url | None = None


class TemplateIn(msgspec.Struct, kw_only=True):
    """Body of a template's creation (contract 20, 3.3)."""

    title: Title | None = None
    name: Title | None = None
    type: str | None = None
    summary: RichText | None = None
    description: RichText | None = None
    guidance: RichText | None = None
    help_text: RichText | None = None
    icon: Annotated[str, Meta(max_length=100)] | None = None
    webhook: Url | None = None
    status: str | None = None
    owner_id: int | None = None
    starred: bool | None = None
    can_add_oot: bool | None = None
    users: list[int] | None = None
    groups: list[str] | None = None
    steps: list[StepIn] | None = None


class PermissionListIn(msgspec.Struct, kw_only=True):
    all_members: bool | None = None
    users: list[int] | None = None
    groups: list[str] | None = None


class PermissionsIn(msgspec.Struct, kw_only=True):
    """Any subset of the five lists; a sent one replaces the stored one."""

    checklist_read: PermissionListIn | None = None
    checklist_edit: PermissionListIn | None = None
    checklist_duplicate: PermissionListIn | None = None
    process_launch: PermissionListIn | None = None
    process_read: PermissionListIn | None = None


class StepOut(msgspec.Struct, kw_only=True):
    """The Step object (contract 20, 8.1)."""

    id: str
    checklist_id: str
    alias: str
    title: str
    summary: str | None
    step_type: str
    position: int
    assignees: list[int]
    guests: list[str]
    groups: list[str]
    roles: list[str] = []
    role_changes_every_time: bool = False
    max_assignable: int | None
    allow_guest_owners: bool
    assign_run_starter: bool
    can_complete_only_assignees: bool
    everyone_must_complete: bool
    skip_start_process: bool = False
    prevent_guest_comment: bool
    top_secret: bool
    send_chromeless: bool = False
    webhook: str | None
    deadline: dict[str, Any] | None
    start_date: dict[str, Any] | None = None
    is_soft_start_date: bool = True
    bp_to_launch: dict[str, Any] | None = None
    stage_id: str | None = None
    captures: list[Any] = []
    tags: list[Any] = []
    custom_fields: dict[str, Any] = {}
    owner_id: None = None
    ai_on_uncertainty: None = None
    ai_assigned: bool = False
    ai_allowed_app_keys: list[str] = []
    created_at: str
    last_updated: str
    archived_at: None = None


class TemplateOut(msgspec.Struct, kw_only=True, omit_defaults=False):
    """The Checklist object (contract 20, 2)."""

    id: str
    increment_id: int
    title: str
    summary: str | None
    starred: bool
    webhook: str | None
    explanation_video: str | None = None
    guidance: str | None
    icon: str | None
    alias: str
    folder_id: str | None = None
    prerun: list[Any] = []
    automated_actions: list[Any] = []
    created_by: int
    owner_id: int
    last_updated_by: int | None
    started_processes: int
    kickoff_title: str | None = None
    kickoff_description: str | None = None
    created_at: str
    last_updated: str
    archived_at: str | None
    is_public: bool = False
    is_featured: bool = False
    public_cover: str | None = None
    industry_tags: list[Any] = []
    topic_tags: list[Any] = []
    type: str
    steps_count: int
    default_process_name_format: str | None = None
    is_public_kickoff: bool = False
    kickoff_sharing_user_id: int | None = None
    ko_form_blueprint_id: str | None = None
    dual_version_enabled: bool = False
    is_published_state: bool = False
    replace_state_conditionally: bool = False
    auto_naming: bool = False
    allow_launcher_change_name: bool = False
    folderize_process: bool = False
    tag_process: bool = False
    default_folder: str | None = None
    folder_changeable_by_launcher: bool = True
    can_add_oot: bool
    is_pinned: bool = False
    status: str
    users: list[int]
    groups: list[str]
    custom_fields: dict[str, Any] = {}
    version: int
    steps: Any = msgspec.UNSET
    permissions: Any = msgspec.UNSET
    tags: Any = msgspec.UNSET
    stages: Any = msgspec.UNSET
    linked_tasks: Any = msgspec.UNSET
    assets: Any = msgspec.UNSET
    member_watchers: Any = msgspec.UNSET
    guest_watchers: Any = msgspec.UNSET
    threads: Any = msgspec.UNSET
    issues: Any = msgspec.UNSET


class TemplateArchivedOut(msgspec.Struct, kw_only=True):
    """The message object of archive and permanent delete (contract 20, 3.5 and 3.7)."""

    message: str
    deleted_references: list[Any] = []
    data: Any = msgspec.UNSET


def template_out(
    template: Template,
    grants: Sequence[Grant],
    caller: Caller,
    *,
    steps: Sequence[Step] | None = None,
    with_permissions: bool = False,
) -> TemplateOut:
    with_default_access = _default_access(grants)
    return TemplateOut(
        id=template.id,
        increment_id=template.number,
        title=template.title,
        summary=template.summary,
        starred=template.is_starred,
        webhook=template.webhook,
        guidance=template.guidance,
        icon=template.icon,
        alias=template.alias,
        created_by=template.created_by,
        owner_id=template.owner_id,
        last_updated_by=template.updated_by,
        started_processes=template.launched_count,
        created_at=wire_time(template.created_at),
        last_updated=wire_time(template.updated_at),
        archived_at=optional_wire_time(template.archived_at),
        type=template.type,
        steps_count=template.step_count,
        can_add_oot=template.can_add_tasks,
        status=template.status,
        users=users_among(with_default_access),
        groups=groups_among(with_default_access),
        version=template.version,
        steps=msgspec.UNSET if steps is None else {"data": [step_out(step) for step in steps]},
        permissions={"data": permissions_out(template, grants, caller)}
        if with_permissions
        else msgspec.UNSET,
    )


def _default_access(grants: Sequence[Grant]) -> set[str]:
    """People named in the three lists that default access consists of (contract 20, 5)."""
    named = [
        {grant.grantee for grant in grants if grant.permission == permission}
        for permission in (Permission.READ, Permission.LAUNCH, Permission.READ_PROCESSES)
    ]
    return set.intersection(*named) - {EVERYONE}


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


def step_out(step: Step) -> StepOut:
    people = json.loads(step.assignees)
    return StepOut(
        id=step.id,
        checklist_id=step.template_id,
        alias=step.alias,
        title=step.title,
        summary=step.summary,
        step_type=step.step_type,
        position=step.position,
        assignees=people["users"],
        guests=people["guests"],
        groups=people["groups"],
        max_assignable=step.max_assignable,
        allow_guest_owners=step.allow_guest_owners,
        assign_run_starter=step.assign_run_starter,
        can_complete_only_assignees=step.can_complete_only_assignees,
        everyone_must_complete=step.everyone_must_complete,
        prevent_guest_comment=step.prevent_guest_comment,
        top_secret=step.top_secret,
        webhook=step.webhook,
        deadline=None if step.deadline is None else json.loads(step.deadline),
        created_at=wire_time(step.created_at),
        last_updated=wire_time(step.updated_at),
    )
