"""JSON shapes of steps and milestones (contract 20, 7 and 8)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import wire_time
from procession.domains.templates.types import Content, Stage, Step
from procession.domains.templates.wire.fields import CustomValues, FieldIn, FieldOut, field_out
from procession.kit.binding import PersonNumber, RichText

StepTitle = Annotated[str, Meta(min_length=1, max_length=600)]
StageName = Annotated[str, Meta(min_length=1, max_length=250)]
Url = Annotated[str, Meta(max_length=2048)]


class DeadlineIn(msgspec.Struct, kw_only=True):
    """`option` is `from` when it is left out; without a step it counts from the launch."""

    value: Annotated[int, Meta(ge=0, le=9999)]
    unit: str
    option: str | None = None
    step: str | None = None


class StartIn(msgspec.Struct, kw_only=True):
    value: Annotated[int, Meta(ge=1, le=9999)]
    unit: str


class StepRowIn(msgspec.Struct, kw_only=True):
    """What one of several steps is to be; what is left out stays."""

    deadline: DeadlineIn | UnsetType | None = UNSET
    assignees: list[int] | UnsetType | None = UNSET
    guests: list[str] | UnsetType | None = UNSET
    groups: list[str] | UnsetType | None = UNSET


class StepsIn(msgspec.Struct, kw_only=True):
    """Changes of several steps of one template, by their ids (contract 60, 9)."""

    steps: dict[str, Any]


class StepChangesIn(msgspec.Struct, kw_only=True):
    """Keys of a step (contract 20, 8.4); what is left out stays as it is."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(
        (
            "id", "checklist_id", "alias", "custom_fields", "owner_id", "ai_on_uncertainty",
            "ai_assigned", "ai_allowed_app_keys", "created_at", "last_updated", "archived_at",
            "original_summary",
        )
    )  # fmt: skip

    title: StepTitle | UnsetType = UNSET
    #: Another name of `title`.
    name: StepTitle | UnsetType = UNSET
    summary: RichText | UnsetType | None = UNSET
    #: Other names of `summary`.
    description: RichText | UnsetType | None = UNSET
    instructions: RichText | UnsetType | None = UNSET
    body: RichText | UnsetType | None = UNSET
    step_type: str | UnsetType = UNSET
    position: int | UnsetType | None = UNSET
    assignees: list[int] | UnsetType | None = UNSET
    #: Another name of `assignees`.
    users: list[PersonNumber] | UnsetType | None = UNSET
    guests: list[str] | UnsetType | None = UNSET
    groups: list[str] | UnsetType | None = UNSET
    roles: list[str] | UnsetType | None = UNSET
    role_changes_every_time: bool | UnsetType = UNSET
    max_assignable: Annotated[int, Meta(ge=0)] | UnsetType | None = UNSET
    allow_guest_owners: bool | UnsetType = UNSET
    assign_run_starter: bool | UnsetType = UNSET
    can_complete_only_assignees: bool | UnsetType = UNSET
    everyone_must_complete: bool | UnsetType = UNSET
    skip_start_process: bool | UnsetType = UNSET
    prevent_guest_comment: bool | UnsetType = UNSET
    top_secret: bool | UnsetType = UNSET
    send_chromeless: bool | UnsetType = UNSET
    webhook: Url | UnsetType | None = UNSET
    deadline: DeadlineIn | UnsetType | None = UNSET
    start_date: StartIn | UnsetType | None = UNSET
    is_soft_start_date: bool | UnsetType = UNSET
    #: An object, or the bare id of the template to launch.
    bp_to_launch: Any = UNSET
    stage_id: str | UnsetType | None = UNSET
    #: Ids of tags, or the associations that a step shows.
    tags: list[Any] | UnsetType | None = UNSET


class StepIn(StepChangesIn, kw_only=True):
    """A new step of a template."""

    #: Its form fields.
    captures: list[FieldIn] | None = None


class StepPlaceIn(msgspec.Struct, kw_only=True):
    """A step's new position; past the end is last."""

    position: Annotated[int, Meta(ge=1)]


class WhoCompletesIn(msgspec.Struct, kw_only=True):
    """`all` of the assignees must complete the step's task, or `any` of them may."""

    step_type: str = msgspec.field(name="stepType")


class StageChangesIn(msgspec.Struct, kw_only=True):
    """Keys of a milestone; what is left out stays as it is. `step_ids`: all that belong to it."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(
        ("id", "checklist_id", "created_at", "last_updated")
    )

    name: StageName | UnsetType = UNSET
    position: int | UnsetType | None = UNSET
    step_ids: list[str] | UnsetType | None = UNSET


class StageIn(StageChangesIn, kw_only=True):
    """A new milestone."""

    name: StageName


class StepOut(msgspec.Struct, kw_only=True):
    """The Step object (contract 20, 8.1)."""

    #: The names that `with` takes.
    INCLUDES: ClassVar[tuple[str, ...]] = ("threads", "comments", "issues", "threads_count")

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
    roles: list[str]
    role_changes_every_time: bool
    max_assignable: int | None
    allow_guest_owners: bool
    assign_run_starter: bool
    can_complete_only_assignees: bool
    everyone_must_complete: bool
    skip_start_process: bool
    prevent_guest_comment: bool
    top_secret: bool
    send_chromeless: bool
    webhook: str | None
    deadline: dict[str, Any] | None
    start_date: dict[str, Any] | None
    is_soft_start_date: bool
    bp_to_launch: dict[str, Any] | None
    stage_id: str | None
    captures: list[FieldOut]
    tags: list[Any]
    custom_fields: dict[str, Any] | None
    owner_id: None = None
    ai_on_uncertainty: None = None
    ai_assigned: bool = False
    ai_allowed_app_keys: list[str] = []
    created_at: str
    last_updated: str
    archived_at: None = None
    #: As stored, where the summary shows snippets (50, 8).
    original_summary: str | UnsetType = UNSET
    # Includes.
    threads: Any = msgspec.UNSET
    issues: Any = msgspec.UNSET
    threads_count: Any = msgspec.UNSET


class StepDeadlineOut(msgspec.Struct, kw_only=True):
    """When a step's task would be due, and begin, if a process were launched now."""

    step_id: str
    step_title: str
    position: int
    deadline_time: str
    start_time: str


class StageOut(msgspec.Struct, kw_only=True):
    """A milestone, and its steps in their order."""

    id: str
    checklist_id: str
    name: str
    position: int
    step_ids: list[str]
    created_at: str
    last_updated: str


def step_out(
    step: Step,
    position: int,
    *,
    template_id: str,
    tags: Sequence[Any] = (),
    custom_fields: CustomValues | None = None,
) -> StepOut:
    """`custom_fields`: values by the id of the step or field; None shows none to anybody."""
    return StepOut(
        id=step.id,
        checklist_id=template_id,
        alias=step.alias,
        title=step.title,
        summary=step.summary,
        step_type=step.step_type,
        position=position,
        assignees=list(step.assignees.users),
        guests=list(step.assignees.guests),
        groups=list(step.assignees.groups),
        roles=list(step.roles),
        role_changes_every_time=step.role_changes_every_time,
        max_assignable=step.max_assignable,
        allow_guest_owners=step.allow_guest_owners,
        assign_run_starter=step.assign_run_starter,
        can_complete_only_assignees=step.can_complete_only_assignees,
        everyone_must_complete=step.everyone_must_complete,
        skip_start_process=step.skip_start_process,
        prevent_guest_comment=step.prevent_guest_comment,
        top_secret=step.top_secret,
        send_chromeless=step.send_chromeless,
        webhook=step.webhook,
        deadline=deadline_out(step),
        start_date=None
        if step.start_date is None
        else {"value": step.start_date.value, "unit": step.start_date.unit},
        is_soft_start_date=step.is_soft_start_date,
        bp_to_launch=_sub_process_out(step),
        stage_id=step.stage_id,
        captures=[
            field_out(
                field,
                at,
                template_id=template_id,
                step_id=step.id,
                custom_fields=values_of(custom_fields, field.id),
            )
            for at, field in enumerate(step.fields, start=1)
        ],
        tags=list(tags),
        custom_fields=values_of(custom_fields, step.id),
        created_at=wire_time(step.created_at),
        last_updated=wire_time(step.updated_at),
    )


def values_of(custom_fields: CustomValues | None, of: str) -> dict[str, Any] | None:
    return None if custom_fields is None else custom_fields.get(of, {})


def deadline_out(step: Step) -> dict[str, Any] | None:
    deadline = step.deadline
    if deadline is None:
        return None
    return {
        "value": deadline.value,
        "unit": deadline.unit,
        "option": deadline.option,
        "step": deadline.step,
    }


def _sub_process_out(step: Step) -> dict[str, Any] | None:
    launched = step.sub_process
    if launched is None:
        return None
    return {
        "id": launched.template_id,
        "default_name_format": launched.name_format,
        "tasks_within_process": launched.tasks_within_process,
    }


def steps_out(
    content: Content,
    *,
    template_id: str,
    tags: Mapping[str, Sequence[Any]] | None = None,
    custom_fields: CustomValues | None = None,
) -> list[StepOut]:
    """`tags`: associations by step id."""
    return [
        step_out(
            step,
            position,
            template_id=template_id,
            tags=(tags or {}).get(step.id, ()),
            custom_fields=custom_fields,
        )
        for position, step in enumerate(content.steps, start=1)
    ]


def stage_out(stage: Stage, position: int, content: Content, *, template_id: str) -> StageOut:
    return StageOut(
        id=stage.id,
        checklist_id=template_id,
        name=stage.name,
        position=position,
        step_ids=[step.id for step in content.steps if step.stage_id == stage.id],
        created_at=wire_time(stage.created_at),
        last_updated=wire_time(stage.updated_at),
    )


def stages_out(content: Content, *, template_id: str) -> list[StageOut]:
    return [
        stage_out(stage, position, content, template_id=template_id)
        for position, stage in enumerate(content.stages, start=1)
    ]
