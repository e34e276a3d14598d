"""JSON shapes of if-then rules (contract 50, 1 and 2)."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import optional_wire_time, wire_time
from procession.domains.templates.types import Action, Condition, Rule, StepAssignees
from procession.kit.binding import PersonNumber

_Name = Annotated[str, Meta(min_length=1, max_length=300)]
#: Far more than a rule can use; each entry of more would be read only to be refused.
_MANY = Meta(max_length=1_000)
#: Keys that the server manages; clients send them back with what they read.
_MANAGED = frozenset(("created_at", "last_updated", "archived_at"))


class ConditionIn(msgspec.Struct, kw_only=True):
    """What must hold. Everything is checked against the template (`content/conditions.py`)."""

    ECHOED: ClassVar[frozenset[str]] = _MANAGED

    id: str | None = None
    conditionable_type: str | None = None
    conditionable_id: str | None = None
    operation: str | None = None
    #: Text, a number, an option, or a list of those.
    statement: Any = None
    logic: str | None = None
    column_contains_name: str | None = None
    position: int | None = None


class RuleDeadlineIn(msgspec.Struct, kw_only=True):
    """All three together, always."""

    value: int | None = None
    unit: str | None = None
    option: str | None = None


class RulePeopleIn(msgspec.Struct, kw_only=True):
    """Whom an action assigns or takes away."""

    users: list[PersonNumber] | None = None
    guests: list[str] | None = None
    groups: list[str] | None = None
    #: Another name of `users`.
    assignees: list[int] | None = None

    @property
    def members(self) -> list[int]:
        return (self.assignees if self.users is None else self.users) or []


class ActionIn(msgspec.Struct, kw_only=True):
    """What happens to one step. Which keys it needs depends on its type."""

    ECHOED: ClassVar[frozenset[str]] = _MANAGED

    id: str | None = None
    action_type: str | None = None
    action_verb: str | None = None
    target_step_id: str | None = None
    position: int | None = None
    actionable_id: str | None = None
    actionable_type: str | None = None
    deadline: RuleDeadlineIn | None = None
    assignees: RulePeopleIn | None = None
    webhook_url: str | None = None
    alias_name: str | None = None


class RuleIn(msgspec.Struct, kw_only=True):
    """A rule, or the keys of it that change; a list that is sent replaces the stored one."""

    ECHOED: ClassVar[frozenset[str]] = _MANAGED | {"id", "position"}

    automated_alias: _Name | UnsetType = UNSET
    conditions: Annotated[list[ConditionIn], _MANY] | UnsetType = UNSET
    then_actions: Annotated[list[ActionIn], _MANY] | UnsetType = UNSET
    #: `and` or `or`, for every condition that says neither.
    condition_logic: str | UnsetType = UNSET
    #: Other names of `automated_alias` and `then_actions`.
    alias: _Name | UnsetType = UNSET
    actions: Annotated[list[ActionIn], _MANY] | UnsetType = UNSET


class RuleOrderIn(msgspec.Struct, kw_only=True):
    """Ids of rules in the order in which they are to be evaluated; the others follow."""

    order: list[str]


class RuleOut(msgspec.Struct, kw_only=True):
    id: str
    automated_alias: str
    conditions: list[dict[str, Any]]
    then_actions: list[dict[str, Any]]
    position: int
    created_at: str
    last_updated: str
    archived_at: str | None


def rule_out(rule: Rule, position: int) -> RuleOut:
    return RuleOut(
        id=rule.id,
        automated_alias=rule.name,
        conditions=[_condition_out(each, at) for at, each in enumerate(rule.conditions, start=1)],
        then_actions=[_action_out(each, at) for at, each in enumerate(rule.actions, start=1)],
        position=position,
        created_at=wire_time(rule.created_at),
        last_updated=wire_time(rule.updated_at),
        archived_at=optional_wire_time(rule.archived_at),
    )


def _condition_out(condition: Condition, position: int) -> dict[str, Any]:
    return {
        "id": condition.id,
        "conditionable_type": condition.source,
        "conditionable_id": condition.source_id,
        "operation": condition.operation,
        "statement": condition.statement,
        "logic": condition.logic,
        "position": position,
        "column_contains_name": condition.column,
    }


def _action_out(action: Action, position: int) -> dict[str, Any]:
    deadline = action.deadline
    return {
        "id": action.id,
        "action_type": action.action_type,
        "action_verb": action.verb,
        "target_step_id": action.step_id,
        "position": position,
        "actionable_id": action.source_id,
        "actionable_type": action.source,
        "deadline": None
        if deadline is None
        else {"value": deadline.value, "unit": deadline.unit, "option": deadline.option},
        "assignees": None if action.assignees is None else _people_out(action.assignees),
        "webhook_url": action.webhook_url,
        "alias_name": action.webhook_label,
    }


def _people_out(named: StepAssignees) -> dict[str, Any]:
    return {
        "users": list(named.users),
        "guests": list(named.guests),
        "groups": list(named.groups),
    }
