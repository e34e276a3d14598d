"""What depends on a step or a field, and so forbids deleting it (contract 20, 8.4; 21, 5)."""

from collections.abc import Iterator, Sequence

from procession.domains.templates.types import Content, Rule, Source, Step
from procession.kit.errors import Dependant


def rules_on_step(content: Content, step: Step) -> list[Rule]:
    """Rules that test the step, act on it, or use one of its fields."""
    fields = {field.id for field in step.fields}
    return [
        rule
        for rule in content.rules
        if step.id in set(_steps_in(rule)) or not fields.isdisjoint(_fields_in(rule))
    ]


def deadlines_on_step(content: Content, step_id: str) -> list[Step]:
    """Other steps whose deadline is counted from this one's."""
    return [
        step
        for step in content.steps
        if step.deadline is not None and step.deadline.step == step_id and step.id != step_id
    ]


def rules_on_field(content: Content, field_id: str) -> list[Rule]:
    """Rules that test the answer, or take a date or people from it. For both kinds of field."""
    return [rule for rule in content.rules if field_id in set(_fields_in(rule))]


def rules_sourced_from(content: Content, field_id: str) -> list[Rule]:
    """Rules an action of which takes its date or people from the field."""
    return [
        rule
        for rule in content.rules
        if any(
            action.source in (Source.FIELD, Source.KICKOFF_FIELD) and action.source_id == field_id
            for action in rule.actions
        )
    ]


def named(parts: Sequence[Rule | Step]) -> list[Dependant]:
    """For who is refused because of them."""
    return [
        Dependant("AutomatedAction", part.id, part.name)
        if isinstance(part, Rule)
        else Dependant("Step", part.id, part.title)
        for part in parts
    ]


def _steps_in(rule: Rule) -> Iterator[str]:
    for condition in rule.conditions:
        if condition.source == Source.STEP:
            yield condition.source_id
    for action in rule.actions:
        yield action.step_id
        if action.source == Source.STEP and action.source_id is not None:
            yield action.source_id


def _fields_in(rule: Rule) -> Iterator[str]:
    for condition in rule.conditions:
        if condition.source != Source.STEP:
            yield condition.source_id
    for action in rule.actions:
        if action.source not in (None, Source.STEP) and action.source_id is not None:
            yield action.source_id
