"""What is other since a version was frozen, in plain words.

`Step “Count”: the title was “Sum”.`
"""

from collections.abc import Sequence
from typing import Any

from procession.domains.templates.types import Content, Difference, StepDeadline, StepStart
from procession.pages.rules_in_words import deadline_in_words, start_in_words

_PARTS = {
    "template": "Template",
    "milestone": "Milestone",
    "step": "Step",
    "field": "Field",
    "rule": "Rule",
}
_KINDS = {"added": "is new", "deleted": "was there then", "moved": "stood elsewhere"}
#: What an attribute is called; others are called what they are.
_ATTRIBUTES = {
    "actions": "what it does",
    "archived_at": "whether it is in force",
    "assign_run_starter": "assigning whoever launches",
    "can_complete_only_assignees": "“only those assigned may complete it”",
    "conditions": "when it acts",
    "default_value": "the answer to begin with",
    "everyone_must_complete": "“everyone must complete it”",
    "field_type": "the type",
    "field_validation": "what is accepted",
    "max_assignable": "the most people",
    "prevent_guest_comment": "“guests may not comment”",
    "process_name_format": "the name of processes",
    "roles": "the job titles",
    "stage_id": "the milestone",
    "start_date": "the start",
    "step_type": "the type",
    "sub_process": "the template that it launches",
    "summary": "the description",
}
_LONGEST_SHOWN = 80


def sentences_of(differences: Sequence[Difference], content: Content) -> list[str]:
    """One for each, in their order. `content`: as it is now."""
    return [_sentence(each, content) for each in differences]


def _sentence(each: Difference, content: Content) -> str:
    about = f"{_PARTS[each.part]} “{each.title}”"
    if each.kind != "changed":
        return f"{about} {_KINDS[each.kind]}."
    name = each.attribute or ""
    words = _ATTRIBUTES.get(name, f"the {name.replace('_', ' ')}")
    was = _shown(each.before, content)
    return f"{about}: {words} was {was}." if was else f"{about}: {words} was other."


def _shown(value: Any, content: Content) -> str:
    """Empty where it is too much for a sentence."""
    if value is None or value == "":
        return "not there"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, StepDeadline):
        return deadline_in_words(value, content)
    if isinstance(value, StepStart):
        return start_in_words(value)
    is_short = isinstance(value, str) and len(value) <= _LONGEST_SHOWN and "<" not in value
    return f"“{value}”" if is_short else ""
