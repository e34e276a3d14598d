"""JSON shape of if-then rules (contract 50, 1)."""

from typing import Any

import msgspec

from procession.core.times import optional_wire_time, wire_time
from procession.domains.templates.types import Action, Condition, Rule, StepAssignees


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
