"""JSON shapes of trying a template's rules (contract 50, 13)."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from procession.domains.processes.wire import ProgressOut, StepOverrideIn
from procession.domains.tasks.wire import OwnersChangeIn
from procession.domains.templates.wire.firings import FiredOut
from procession.kit.binding import DateTime, PersonNumber


class TryEventIn(msgspec.Struct, kw_only=True):
    """One thing that happens: one of the words below, each with the id of a step, or `set` or
    `clock`."""

    complete: str | None = None
    approve: str | None = None
    reject: str | None = None
    acknowledge: str | None = None
    #: Without `at`: as soon as it can.
    expire: str | None = None
    reopen: str | None = None
    hide: str | None = None
    show: str | None = None
    assign: str | None = None
    #: An issue on the step's task.
    report: str | None = None
    resolve: str | None = None
    #: Answers by field, of the kick-off form and of steps.
    set: dict[str, Any] | None = None
    #: Time passes until then.
    clock: DateTime | None = None
    #: When; without it right after the event before it.
    at: DateTime | None = None
    #: Answers by field, stored along with a completion.
    taskdata: Any = None
    #: With `assign`.
    owners: OwnersChangeIn | None = None


class TryIn(msgspec.Struct, kw_only=True):
    """A launch, and what happens afterwards."""

    prerun: Any = None
    events: list[TryEventIn] = []
    started_at: DateTime | None = None
    name: str | None = None
    owner_id: PersonNumber | None = None
    tasks: dict[str, StepOverrideIn] | None = None


class TriedProcessOut(msgspec.Struct, kw_only=True):
    name: str
    status: str
    progress: ProgressOut


class TriedStepOut(msgspec.Struct, kw_only=True):
    """A step's task as it ended."""

    step_id: str
    title: str
    status: str
    owners: dict[str, Any]
    deadline: str | None


class HappenedOut(msgspec.Struct, kw_only=True):
    """One event, and the rules that fired. `refused`: why a process would not have let it be."""

    at: str
    event: dict[str, Any]
    fired: list[FiredOut]
    refused: list[str] | UnsetType = UNSET


class TriedWebhookOut(msgspec.Struct, kw_only=True):
    """What would have been called."""

    at: str
    rule_id: str
    action_id: str
    step_id: str
    webhook_url: str
    alias_name: str


class TriedLaunchOut(msgspec.Struct, kw_only=True):
    """What completing a step would have launched."""

    step_id: str
    checklist_id: str
    name: str


class TriedOut(msgspec.Struct, kw_only=True):
    process: TriedProcessOut
    steps: list[TriedStepOut]
    timeline: list[HappenedOut]
    webhooks: list[TriedWebhookOut]
    launches: list[TriedLaunchOut]
    #: Some events were left out: there are too many, or they take too long.
    truncated: bool
