"""What a rule does, as its form shows it: one verb, the steps, and what the verb needs besides."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import msgspec

from procession.domains.templates.types import Action, Content, RuleDeadline
from procession.kit.errors import Invalid, invalid
from procession.pages.editor.bodies import RuleForm
from procession.pages.editor.people import Directory

#: What can be chosen, by the verb.
VERBS_IN_WORDS = {
    "show": "Show these steps",
    "hide": "Hide these steps",
    "reopen": "Reopen these steps",
    "assign": "Assign more people to these steps",
    "assign_only": "Assign these steps to nobody but",
    "unassign": "Take people off these steps",
    "clear_assignees": "Leave these steps without assignees",
    "deadline": "Set the deadline of these steps",
    "emit_webhook": "Call a webhook about these steps",
}
#: Of rules that have no name: what comes before the steps.
_NAMES = {
    "show": "Show",
    "hide": "Hide",
    "reopen": "Reopen",
    "assign": "Assign",
    "assign_only": "Reassign",
    "unassign": "Take people off",
    "clear_assignees": "Nobody for",
    "deadline": "Deadline of",
    "emit_webhook": "Webhook about",
}
_OPPOSITES = {"show": "hide", "hide": "show"}
_NAMING_PEOPLE = ("assign", "assign_only", "unassign")
#: Words of the API (contract 50, 1.1).
_TYPES = {
    "show": "visibility",
    "hide": "visibility",
    "reopen": "status",
    **dict.fromkeys((*_NAMING_PEOPLE, "clear_assignees"), "assignment"),
    "deadline": "deadline",
    "emit_webhook": "webhook",
}
_LONGEST_NAME = 300


@dataclass(frozen=True)
class Effect:
    """`picker` and `anchor`: the source and the id, with a colon between; or a moment's word."""

    verb: str = "show"
    steps: frozenset[str] = frozenset()
    #: Whom, one a line, and the field that names them.
    people: str = ""
    picker: str = ""
    #: How long before or after what; without an anchor, the deadline that a step has.
    value: str = ""
    unit: str = "days"
    option: str = "from"
    anchor: str = ""
    url: str = ""
    label: str = ""

    @property
    def opposite(self) -> "Effect | None":
        verb = _OPPOSITES.get(self.verb)
        return None if verb is None else replace(self, verb=verb)

    def name(self, content: Content) -> str:
        titles = [step.title for step in content.steps if step.id in self.steps]
        return f"{_NAMES[self.verb]} {', '.join(titles)}"[:_LONGEST_NAME]


_DETAILS = tuple(each.name for each in fields(Effect) if each.name not in ("verb", "steps"))


def effect_sent(form: RuleForm) -> Effect:
    details = texts_in(form.effect)
    return Effect(
        verb=form.verb if form.verb in VERBS_IN_WORDS else "show",
        steps=frozenset(str(each) for each in form.steps or ()),
        **{name: details[name].strip() for name in _DETAILS if name in details},
    )


def texts_in(sent: Any) -> dict[str, str]:
    """What a form holds under one name; whatever else was sent there is nothing."""
    found = sent if isinstance(sent, dict) else {}
    return {key: each for key, each in found.items() if isinstance(each, str)}


def actions_of(effect: Effect, content: Content, directory: Directory) -> list[dict[str, Any]]:
    """As a program would send them. Raises Invalid."""
    targets = [step for step in content.steps if step.id in effect.steps]
    if not targets:
        raise Invalid({"then_actions": ["Choose at least one step for what happens then."]})
    said = {
        "action_type": _TYPES[effect.verb],
        "action_verb": effect.verb,
        **_details(effect, directory),
    }
    return [{**said, "target_step_id": step.id} for step in targets]


def _details(effect: Effect, directory: Directory) -> dict[str, Any]:
    """What its verb needs; what was typed for another one is left out."""
    if effect.verb in _NAMING_PEOPLE:
        return {"assignees": _people(effect.people, directory), **_source(effect.picker)}
    if effect.verb == "deadline":
        if not effect.value:
            raise invalid("then_actions", "Say how long before or after; 0 is at that moment.")
        length = {"value": effect.value, "unit": effect.unit, "option": effect.option}
        return {"deadline": length, **_source(effect.anchor)}
    if effect.verb == "emit_webhook":
        return {"webhook_url": effect.url, "alias_name": effect.label or effect.url[:_LONGEST_NAME]}
    return {}


def _people(typed: str, directory: Directory) -> dict[str, list[Any]]:
    named: dict[str, list[Any]] = {"users": [], "groups": [], "guests": []}
    for line in filter(None, map(str.strip, typed.splitlines())):
        key, value = directory.find(line)
        if key == "roles":
            sentence = f"“{line}” is a job title. A rule assigns members, groups and guests."
            raise invalid("then_actions", sentence)
        named["users" if key == "assignees" else key].append(value)
    return named


def _source(about: str) -> dict[str, str]:
    source, colon, source_id = about.partition(":")
    if not about:
        return {}
    return {"actionable_type": source, "actionable_id": source_id} if colon else {
        "actionable_id": about
    }  # fmt: skip


def is_one_effect(actions: Sequence[Action]) -> bool:
    """They do the same to one step each."""
    return len({msgspec.json.encode(_without_step(each)) for each in actions}) == 1


def _without_step(action: Action) -> Action:
    return msgspec.structs.replace(action, id="", step_id="")


def effect_of(actions: Sequence[Action], directory: Directory) -> Effect:
    """Of actions that do the same."""
    said = actions[0]
    due = said.deadline or RuleDeadline(0, "days", "from")
    about = f"{said.source}:{said.source_id}" if said.source else said.source_id or ""
    return Effect(
        verb=said.verb,
        steps=frozenset(each.step_id for each in actions),
        people="" if said.assignees is None else "\n".join(directory.typed(said.assignees)),
        picker="" if said.verb == "deadline" else about,
        value="" if said.deadline is None else str(due.value),
        unit=due.unit,
        option=due.option,
        anchor=about if said.verb == "deadline" else "",
        url=said.webhook_url or "",
        label=said.webhook_label or "",
    )
