"""If-then rules of a template (contract 50, 1)."""

from enum import StrEnum
from typing import Any

import msgspec

from procession.core.times import Instant
from procession.domains.templates.types.steps import StepAssignees


class Source(StrEnum):
    """What a rule looks at, in the contract's words."""

    STEP = "Step"
    FIELD = "Capture"
    KICKOFF_FIELD = "Prerun"


class RuleDeadline(msgspec.Struct, frozen=True):
    """Not a step's deadline: `option` is `before` or `from` here, the unit is plural."""

    value: int
    unit: str
    option: str


class Condition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    #: One of Source.
    source: str
    source_id: str
    operation: str
    #: What the answer is compared with; for a step, the time clause.
    statement: Any = None
    #: `and` or `or`: how it joins the result of all earlier conditions.
    logic: str = "and"
    #: Of a table: the label of the column to look in; None: all of them.
    column: str | None = None


class Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    #: visibility, deadline, assignment, status or webhook.
    action_type: str
    verb: str
    step_id: str
    #: Where a date or people come from: one of Source, and which.
    source: str | None = None
    source_id: str | None = None
    deadline: RuleDeadline | None = None
    assignees: StepAssignees | None = None
    webhook_url: str | None = None
    webhook_label: str | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When the conditions hold, the actions happen. Rules are evaluated in their order."""

    id: str
    name: str
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]
    created_at: Instant
    updated_at: Instant
    #: Never evaluated since then.
    archived_at: Instant | None = None
