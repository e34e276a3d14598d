"""Rules of a template in plain words, as their authors would say them (contract 95, 3.8; 50, 3).

Pure: from what the use cases gave. `If “Approve the total” is rejected, show “Explain”.`
"""

from collections.abc import Sequence

from procession.domains.templates.types import (
    Action,
    Condition,
    Content,
    Field,
    Rule,
    RuleDeadline,
    Source,
    StepDeadline,
    StepStart,
)
from procession.flows.processes.surveying import Names

#: `{0}` is what it is compared with.
_OF_STEPS = {
    "completed": "is completed",
    "approved": "is approved",
    "rejected": "is rejected",
    "acknowledged": "is acknowledged",
    "expired": "expires",
    "reopened": "is reopened",
    "not_assigned": "has nobody assigned",
}
_OF_FIELDS = {
    "contains": "contains {0}",
    "not_contains": "does not contain {0}",
    "equals": "is {0}",
    "not_equals": "is not {0}",
    "equals_any": "is one of {0}",
    "greater_than": "is more than {0}",
    "less_than": "is less than {0}",
    "is_empty": "is empty",
    "is_not_empty": "is filled in",
}
#: Time clauses of a step's condition (50, 3.1).
_CLAUSES = {
    "on-time": " on time",
    "early_24": " at least 24 hours early",
    "late_24": " at least 24 hours late",
}
_VERBS = {
    "show": "show {0}",
    "hide": "hide {0}",
    "reopen": "reopen {0}",
    "clear_assignees": "leave {0} without assignees",
}
_ASSIGNING = {
    "assign": "assign {1} to {0}",
    "assign_only": "assign {0} to {1} alone",
    "unassign": "take {1} off {0}",
}
#: What is pointed at and is not there any more.
_GONE = "something that was deleted"


def sentence_of(rule: Rule, content: Content, names: Names) -> str:
    """The whole rule as one sentence. `names`: of everybody that its actions name."""
    told = ""
    for place, condition in enumerate(rule.conditions):
        joined = f", {condition.logic} " if place else ""
        told += joined + _condition(condition, content)
    actions = [_action(action, content, names) for action in rule.actions]
    return f"If {told}, {_listed(actions)}."


def deadline_in_words(deadline: StepDeadline, content: Content) -> str:
    """When the task of a step is due: `2 days after the launch`."""
    anchor = content.step(deadline.step or "")
    about = "the launch" if anchor is None else f"“{anchor.title}” is due"
    side = "before" if deadline.option == "prior_to" else "after"
    return f"{length_in_words(deadline.value, deadline.unit)} {side} {about}"


def start_in_words(start: StepStart) -> str:
    return f"{length_in_words(start.value, start.unit)} after the launch"


def length_in_words(value: int, unit: str) -> str:
    """`1 day`, `3 weeks`; `unit` in either number."""
    word = unit.removesuffix("s")
    return f"{value} {word}{'' if value == 1 else 's'}"


def _condition(condition: Condition, content: Content) -> str:
    about = _about(condition.source, condition.source_id, content)
    if condition.source == Source.STEP:
        clause = _CLAUSES.get(str(condition.statement), "")
        return f"{about} {_OF_STEPS[condition.operation]}{clause}"
    if condition.column:
        about = f"“{condition.column}” in {about}"
    return f"{about} {_OF_FIELDS[condition.operation].format(_statement(condition))}"


def _statement(condition: Condition) -> str:
    said = condition.statement
    texts = said if isinstance(said, list) else [said]
    return _listed([f"“{text}”" for text in texts], "or" if condition.operation == "equals_any"
                   else "and")  # fmt: skip


def _action(action: Action, content: Content, names: Names) -> str:
    step = _about(Source.STEP.value, action.step_id, content)
    if action.verb in _VERBS:
        return _VERBS[action.verb].format(step)
    if action.verb == "deadline" and action.deadline is not None:
        return f"set the deadline of {step} to {_due(action, action.deadline, content)}"
    if action.verb in _ASSIGNING:
        return _ASSIGNING[action.verb].format(step, _people(action, content, names))
    return f"call the webhook “{action.webhook_label or action.webhook_url}” about {step}"


def _due(action: Action, deadline: RuleDeadline, content: Content) -> str:
    side = "before" if deadline.option == "before" else "after"
    moments = {"now": "that moment", "start_run": "the launch"}
    if action.source is None:
        # Without anything named, it counts from the deadline that there is (50, 6.5).
        anchor = moments.get(action.source_id or "", "the deadline it had")
    else:
        anchor = _about(action.source, action.source_id or "", content)
    return f"{length_in_words(deadline.value, deadline.unit)} {side} {anchor}"


def _people(action: Action, content: Content, names: Names) -> str:
    named = [] if action.assignees is None else names.called(action.assignees)
    if action.source in (Source.FIELD, Source.KICKOFF_FIELD):
        named.append(f"whoever {_about(action.source, action.source_id or '', content)} names")
    return _listed(named) if named else "nobody"


def _about(source: str, source_id: str, content: Content) -> str:
    if source == Source.STEP:
        step = content.step(source_id)
        return _GONE if step is None else f"“{step.title}”"
    found = _field(source_id, content)
    return _GONE if found is None else f"the answer to “{found.label}”"


def _field(field_id: str, content: Content) -> Field | None:
    return next((each for each in content.all_fields() if each.id == field_id), None)


def _listed(texts: Sequence[str], word: str = "and") -> str:
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"
