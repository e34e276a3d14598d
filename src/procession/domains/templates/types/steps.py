"""Steps of a template, and the milestones that gather them (contract 20, 7 and 8)."""

from enum import StrEnum

import msgspec

from procession.core.times import Instant
from procession.domains.templates.types.fields import Field


class StepType(StrEnum):
    TASK = "task"
    APPROVAL = "approval"
    EXPIRING = "expiring"
    EMAIL = "email"
    EXPIRING_EMAIL = "expiring_email"


class StepAssignees(msgspec.Struct, frozen=True, omit_defaults=True):
    """People named on a step; guests stay addresses until a process is launched."""

    users: tuple[int, ...] = ()
    guests: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class StepDeadline(msgspec.Struct, frozen=True, omit_defaults=True):
    """When a step's task is due: so long after (`from`) or before (`prior_to`) its anchor."""

    value: int
    unit: str
    option: str = "from"
    #: The id of another step, `start_run`, or None, which means the same.
    step: str | None = None


class StepStart(msgspec.Struct, frozen=True):
    """When work on a step begins, counted from the launch."""

    value: int
    unit: str


class SubProcess(msgspec.Struct, frozen=True, omit_defaults=True):
    """The process that a step's task launches."""

    template_id: str
    name_format: str | None = None
    tasks_within_process: bool = False


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What to do, by whom, until when. `id` and `alias` never change; its position is its place."""

    id: str
    alias: str
    title: str
    summary: str | None = None
    step_type: str = StepType.TASK.value
    assignees: StepAssignees = StepAssignees()
    #: Job titles, filled with people at the launch.
    roles: tuple[str, ...] = ()
    role_changes_every_time: bool = False
    max_assignable: int | None = None
    allow_guest_owners: bool = True
    assign_run_starter: bool = True
    can_complete_only_assignees: bool = False
    everyone_must_complete: bool = False
    #: A flag that old clients send; kept, without effect.
    skip_start_process: bool = False
    prevent_guest_comment: bool = False
    top_secret: bool = False
    send_chromeless: bool = False
    webhook: str | None = None
    #: None: the organization's default.
    deadline: StepDeadline | None = None
    start_date: StepStart | None = None
    is_soft_start_date: bool = True
    sub_process: SubProcess | None = None
    stage_id: str | None = None
    fields: tuple[Field, ...] = ()
    created_at: Instant
    updated_at: Instant


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A milestone. Steps name theirs; a milestone's position is its place."""

    id: str
    name: str
    created_at: Instant
    updated_at: Instant
