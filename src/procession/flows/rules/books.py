"""The rules of a version, as the engine reads them (contract 50, 4.9)."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from procession.core.deadlines import UNITS, Offset
from procession.core.launching import People
from procession.core.rules import acting, fields, listening, model, steps
from procession.domains.templates import store as templates
from procession.domains.templates.types import Action, Condition, Content, Field, Rule, Source
from procession.kit.work import Work


@dataclass(frozen=True)
class VersionBook:
    """Of one version of a template."""

    book: model.Book
    #: Every field, by its id.
    fields: Mapping[str, Field]
    #: Rules that cannot be evaluated: they name what is gone, or say what nobody understands.
    broken: tuple[Rule, ...]


#: Written once for each version that is remembered itself; the newest ones.
_written: "OrderedDict[tuple[str, str, int], tuple[Content, VersionBook]]" = OrderedDict()
_writing = threading.Lock()
_MOST_WRITTEN = 200


def launched_book(work: Work, template_id: str, version: int) -> VersionBook:
    """Of the version that some process was launched from."""
    content = templates.launched_content(work, template_id, version)
    key = (work.caller.organization_id, template_id, version)
    known = _written.get(key)
    if known is not None and known[0] is content:
        return known[1]
    written = write_book(content)
    with _writing:
        _written[key] = content, written
        while len(_written) > _MOST_WRITTEN:
            _written.popitem(last=False)
    return written


def forget_book(organization_id: str, template_id: str, version: int) -> None:
    """Of a version that there was in a rehearsal alone."""
    with _writing:
        _written.pop((organization_id, template_id, version), None)


def write_book(content: Content) -> VersionBook:
    """Archived rules are not in it (contract 50, 1)."""
    known = {field.id: field for field in content.all_fields()}
    in_force = [rule for rule in content.rules if rule.archived_at is None]
    step_ids = {step.id for step in content.steps}
    broken = tuple(rule for rule in in_force if _is_broken(rule, step_ids, known))
    sound = [_rule(rule) for rule in in_force if rule not in broken]
    of_steps = {
        step.id: tuple(field.id for field in step.fields) for step in content.steps if step.fields
    }
    return VersionBook(listening.write_book(sound, of_steps), known, broken)


# --- In the engine's words ---


def _rule(rule: Rule) -> model.Rule:
    return model.Rule(
        rule.id,
        rule.name,
        tuple(map(_condition, rule.conditions)),
        tuple(map(_action, rule.actions)),
    )


def _condition(condition: Condition) -> model.Condition:
    statement = condition.statement
    return model.Condition(
        id=condition.id,
        about=condition.source_id,
        is_about_step=condition.source == Source.STEP,
        operation=condition.operation,
        statement=tuple(statement) if isinstance(statement, list) else statement,
        logic=condition.logic,
        column=condition.column,
    )


def _action(action: Action) -> model.Action:
    source, named = action.source, action.assignees
    return model.Action(
        id=action.id,
        verb=action.verb,
        step_id=action.step_id,
        from_step=action.source_id if source == Source.STEP else None,
        from_moment=action.source_id if source is None else None,
        from_field=action.source_id if source not in (None, Source.STEP) else None,
        offset=_offset(action),
        people=People() if named is None else People(named.users, named.guests, named.groups),
        webhook_url=action.webhook_url or "",
        webhook_label=action.webhook_label or "",
    )


def _offset(action: Action) -> Offset | None:
    if action.deadline is None:
        return None
    sign = -1 if action.deadline.option == "before" else 1
    return Offset(sign * action.deadline.value, action.deadline.unit)


# --- What cannot be evaluated ---


def _is_broken(rule: Rule, step_ids: set[str], known: Mapping[str, Field]) -> bool:
    """Old versions may hold what is refused today; nothing of it may stop a process."""
    return (
        not rule.conditions
        or any(_is_broken_condition(each, step_ids, known) for each in rule.conditions)
        or any(_is_broken_action(each, step_ids, known) for each in rule.actions)
    )


def _is_broken_condition(
    condition: Condition, step_ids: set[str], known: Mapping[str, Field]
) -> bool:
    if condition.source == Source.STEP:
        return condition.source_id not in step_ids or condition.operation not in steps.OPERATIONS
    if condition.source_id not in known or condition.operation not in fields.OPERATIONS:
        return True
    if condition.operation in ("is_empty", "is_not_empty"):
        return False
    statement = condition.statement
    listed = statement if isinstance(statement, list) else [statement]
    return not listed or not all(isinstance(each, str) and each.strip() for each in listed)


def _is_broken_action(action: Action, step_ids: set[str], known: Mapping[str, Field]) -> bool:
    if action.step_id not in step_ids or action.verb not in acting.VERBS:
        return True
    if action.verb == "deadline" and (action.deadline is None or action.deadline.unit not in UNITS):
        return True
    if action.source is None:
        return False
    return action.source_id not in (step_ids if action.source == Source.STEP else known)


def is_missing_something(rule: Rule, step_ids: set[str], known: Mapping[str, Field]) -> bool:
    """It names a step or a field that is gone."""
    named = [(each.source, each.source_id) for each in rule.conditions]
    named += [(Source.STEP, each.step_id) for each in rule.actions]
    named += [(each.source, each.source_id or "") for each in rule.actions if each.source]
    return any(name not in (step_ids if of == Source.STEP else known) for of, name in named)
