"""The form of a rule: what was typed, as a program would send it, and a rule as a form."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from procession.domains.templates.types import Content, Field, Rule, Source, Step
from procession.kit.errors import Invalid, sentences_of
from procession.pages.editor.bodies import RuleForm
from procession.pages.editor.people import Directory
from procession.pages.editor.rule_effects import (
    Effect,
    actions_of,
    effect_of,
    effect_sent,
    is_one_effect,
    texts_in,
)

#: What a condition can be made of here, by what it is about; programs know a few more.
FIELD_OPERATIONS = {
    "equals": "is",
    "not_equals": "is not",
    "contains": "contains",
    "not_contains": "does not contain",
    "greater_than": "is more than",
    "less_than": "is less than",
    "is_empty": "is empty",
    "is_not_empty": "is filled in",
}
STEP_OPERATIONS = {
    "completed": "is completed",
    "approved": "is approved",
    "rejected": "is rejected",
    "acknowledged": "is acknowledged",
    "expired": "expires",
    "reopened": "is reopened",
    "not_assigned": "has nobody assigned",
}


#: What is so when the other is not. Rules undo nothing by themselves (contract 50, 4.2).
_OPPOSITES = {
    "equals": "not_equals",
    "not_equals": "equals",
    "contains": "not_contains",
    "not_contains": "contains",
    "is_empty": "is_not_empty",
    "is_not_empty": "is_empty",
    "completed": "reopened",
    "reopened": "completed",
}
_NO_OPPOSITE = (
    "There is no opposite of that. Take away the tick at “the other way round”, "
    "and add a rule for it, if you want one."
)


@dataclass(frozen=True)
class Row:
    """One condition in the form. `about`: the source and the id, with a colon between."""

    logic: str = "and"
    about: str = ""
    operation: str = "equals"
    statement: str = ""


_ROW = tuple(each.name for each in fields(Row))


@dataclass(frozen=True)
class Draft:
    """A rule as its form shows it."""

    id: str = ""
    name: str = ""
    rows: Sequence[Row] = ()
    effect: Effect = field(default_factory=Effect)
    both: bool = True
    problem: str = ""

    @property
    def has_opposite(self) -> bool:
        """It is wanted, and what the rule does can be undone by another one."""
        return self.both and bool(self.rows) and self.effect.opposite is not None

    def opposite(self) -> "Draft":
        """What does the reverse when the condition is not met. Raises Invalid where one rule
        cannot say that."""
        rows = [replace(row, operation=_OPPOSITES.get(_operation(row), "")) for row in self.rows]
        if len(rows) != 1 or not rows[0].operation:
            raise Invalid({"both": [_NO_OPPOSITE]})
        name = f"{self.name}, the other way round"[:300] if self.name else ""
        return replace(self, name=name, rows=rows, effect=self.effect.opposite or self.effect)


def draft_sent(form: RuleForm, rule_id: str) -> Draft:
    listed = form.conditions if isinstance(form.conditions, list) else []
    rows = [Row(**{name: texts_in(each).get(name, "") for name in _ROW})
            for each in listed]  # fmt: skip
    return Draft(
        id=rule_id,
        name=(form.name or "").strip(),
        rows=[each for each in rows if each.about],
        effect=effect_sent(form),
        both=form.both == "1",
    )


def body_of(draft: Draft, content: Content, directory: Directory) -> dict[str, Any]:
    """As a program would send it. A rule without a name is called after what it does."""
    if not draft.rows:
        raise Invalid({"conditions": ["Say when: choose a field or a step."]})
    return {
        "automated_alias": draft.name or draft.effect.name(content),
        "conditions": [_condition(row) for row in draft.rows],
        "then_actions": actions_of(draft.effect, content, directory),
    }


def _condition(row: Row) -> dict[str, Any]:
    source, _, about = row.about.partition(":")
    operation = _operation(row)
    return {
        "conditionable_type": source,
        "conditionable_id": about,
        "operation": operation,
        "statement": None if source == Source.STEP else row.statement,
        "logic": row.logic or "and",
    }


def _operation(row: Row) -> str:
    """What was chosen for a field means nothing of a step, and the other way round."""
    of_step = row.about.startswith(f"{Source.STEP}:")
    allowed = STEP_OPERATIONS if of_step else FIELD_OPERATIONS
    return row.operation if row.operation in allowed else next(iter(allowed))


def refused(draft: Draft, wrong: Invalid) -> Draft:
    """As it was typed, with all that is wrong with it."""
    problem = " ".join(dict.fromkeys(sentences_of(wrong)))
    return replace(draft, problem=problem)


def is_simple(rule: Rule) -> bool:
    """The form can show all of it."""
    return is_one_effect(rule.actions) and all(
        each.column is None
        and each.operation in (*FIELD_OPERATIONS, *STEP_OPERATIONS)
        and not isinstance(each.statement, list)
        and (each.source != Source.STEP or each.statement in (None, "any_time"))
        for each in rule.conditions
    )


def draft_of(rule: Rule, directory: Directory) -> Draft:
    rows = [
        Row(
            each.logic, f"{each.source}:{each.source_id}", each.operation, str(each.statement or "")
        )
        for each in rule.conditions
    ]
    return Draft(rule.id, rule.name, rows, effect_of(rule.actions, directory))


def sources_in(content: Content) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a condition can be about: the group, and in it values with words."""
    groups = [("Kick-off form", [_field_choice(Source.KICKOFF_FIELD, each)
                                 for each in content.kickoff])]  # fmt: skip
    groups += [
        (step.title, [_field_choice(Source.FIELD, each) for each in step.fields])
        for step in content.steps
        if step.fields
    ]
    groups.append(("Steps", [_step_choice(step) for step in content.steps]))
    return [(name, choices) for name, choices in groups if choices]


def _field_choice(source: Source, asked: Field) -> tuple[str, str]:
    return f"{source}:{asked.id}", asked.label


def _step_choice(step: Step) -> tuple[str, str]:
    return f"{Source.STEP}:{step.id}", step.title


def fields_in(content: Content, field_type: str) -> list[tuple[str, str]]:
    """Those of one type, as values with words: what an action takes people or a date from."""
    return [
        *(_field_choice(Source.KICKOFF_FIELD, each)
          for each in content.kickoff if each.field_type == field_type),
        *(_field_choice(Source.FIELD, each)
          for step in content.steps for each in step.fields if each.field_type == field_type),
    ]  # fmt: skip


def steps_in(content: Content) -> list[tuple[str, str]]:
    """All of them, as values with words."""
    return [_step_choice(step) for step in content.steps]
