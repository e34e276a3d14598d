"""What a rule does: reading actions that clients send (contract 50, 1.1 and 2.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from procession.core.deadlines import UNITS
from procession.core.urls import is_web_address
from procession.domains.templates.content.conditions import (
    find_source,
    refuse_selected,
    require,
    source_in,
)
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.types import (
    Action,
    Content,
    Field,
    FieldType,
    RuleDeadline,
    Source,
    StepAssignees,
)
from procession.domains.templates.wire.rules import ActionIn, RuleDeadlineIn
from procession.kit.ids import new_id

VERBS = {
    "visibility": ("show", "hide"),
    "deadline": ("deadline",),
    "assignment": ("assign", "assign_only", "unassign", "clear_assignees"),
    "status": ("reopen",),
    "webhook": ("emit_webhook",),
}
#: What a deadline may be counted from besides steps and dates (contract 50, 6.5).
MOMENTS = ("start_run", "now")
_OPTIONS = ("before", "from")
_FARTHEST = 9_999
_LONGEST_URL = 2_048
_LONGEST_LABEL = 300


@dataclass(frozen=True)
class KnownPeople:
    """Whom a rule may name: those of the organization, and guests whose addresses are such."""

    users: frozenset[int] = frozenset()
    guests: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


def read_action(
    sent: ActionIn, at: str, content: Content, known: KnownPeople, found: Findings
) -> Action | None:
    """`at` ends in a dot. None when something is wrong with it."""
    before = len(found.problems)
    step = content.step((sent.target_step_id or "").lower())
    if not sent.target_step_id:
        require(f"{at}target_step_id", found)
    elif step is None:
        refuse_selected(f"{at}target_step_id", found)
    action_type, verb = _read_verb(sent, at, found)
    source, source_id = _read_source(sent, action_type, at, content, found)
    deadline = assignees = url = label = None
    if action_type == "deadline":
        deadline = _read_deadline(sent.deadline, f"{at}deadline", found)
    elif action_type == "assignment" and verb not in (None, "clear_assignees"):
        has_picker = source in (Source.FIELD, Source.KICKOFF_FIELD)
        assignees = _read_people(sent, at, known, found, is_needed=not has_picker)
    elif action_type == "webhook":
        url, label = _read_webhook(sent, at, found)
    if step is None or action_type is None or verb is None or len(found.problems) > before:
        return None
    return Action(
        id=new_id(),
        action_type=action_type,
        verb=verb,
        step_id=step.id,
        source=None if source is None else source.value,
        source_id=source_id,
        deadline=deadline,
        assignees=assignees,
        webhook_url=url,
        webhook_label=label,
    )


def _read_verb(sent: ActionIn, at: str, found: Findings) -> tuple[str | None, str | None]:
    action_type, verb = (sent.action_type or "").lower(), (sent.action_verb or "").lower()
    if not action_type:
        require(f"{at}action_type", found)
    elif action_type not in VERBS:
        refuse_selected(f"{at}action_type", found)
    if not verb:
        require(f"{at}action_verb", found)
    elif action_type in VERBS and verb not in VERBS[action_type]:
        found.refuse(f"{at}action_verb", f"The action verb only accepts {_either(action_type)}.")
        verb = ""
    return action_type if action_type in VERBS else None, verb or None


def _either(action_type: str) -> str:
    *first, last = [f'"{verb}"' for verb in VERBS[action_type]]
    return f"{', '.join(first)} or {last}" if first else last


def _read_source(
    sent: ActionIn, action_type: str | None, at: str, content: Content, found: Findings
) -> tuple[Source | None, str | None]:
    """Where a date or people come from. Its type may be left out: ids are unique anyway."""
    wanted = sent.actionable_id
    if not wanted:
        return None, None
    if action_type == "deadline" and wanted.lower() in MOMENTS:
        return None, wanted.lower()
    if sent.actionable_type:
        named = find_source(sent.actionable_type)
        if named is None:
            refuse_selected(f"{at}actionable_type", found)
            return None, None
        sources: Sequence[Source] = (named,)
    else:
        sources = tuple(Source)
    for source in sources:
        about = source_in(content, source, wanted)
        if about is not None:
            if isinstance(about, Field):
                _check_supplies(about, action_type, f"{at}actionable_id", found)
            return source, about.id
    refuse_selected(f"{at}actionable_id", found)
    return None, None


def _check_supplies(field: Field, action_type: str | None, path: str, found: Findings) -> None:
    """The field holds what the action takes from it."""
    if action_type == "deadline" and field.field_type != FieldType.DATE:
        found.refuse(path, "The actionable must be a date field.")
    if action_type == "assignment" and field.field_type != FieldType.PEOPLE:
        found.refuse(path, "The actionable must be an assignees field.")


def _read_deadline(sent: RuleDeadlineIn | None, path: str, found: Findings) -> RuleDeadline | None:
    if sent is None:
        require(path, found)
        return None
    for name in ("value", "unit", "option"):
        if getattr(sent, name) is None:
            require(f"{path}.{name}", found)
    value, unit, option = sent.value, sent.unit, sent.option
    if value is not None and abs(value) > _FARTHEST:
        refuse_selected(f"{path}.value", found)
    if unit is not None and unit not in UNITS:
        refuse_selected(f"{path}.unit", found)
    if option is not None and option not in _OPTIONS:
        refuse_selected(f"{path}.option", found)
    if value is None or unit is None or option is None:
        return None
    return RuleDeadline(value, unit, option)


def _read_people(
    sent: ActionIn, at: str, known: KnownPeople, found: Findings, *, is_needed: bool
) -> StepAssignees | None:
    named = sent.assignees
    members = named.members if named else []
    guests = (named.guests if named else None) or []
    groups = [group.lower() for group in (named.groups if named else None) or []]
    if not (members or guests or groups):
        if is_needed:
            sentence = "Please fill a list of assignees for the assignment action."
            found.refuse(f"{at}assignees", sentence)
        return None
    users_key = "assignees" if named is not None and named.users is None else "users"
    _check_known(members, known.users, f"{at}assignees.{users_key}", "user", found)
    _check_known(guests, known.guests, f"{at}assignees.guests", "guest", found)
    _check_known(groups, known.groups, f"{at}assignees.groups", "group", found)
    once = {guest.lower(): guest for guest in reversed(guests)}
    return StepAssignees(
        tuple(dict.fromkeys(members)),
        tuple(reversed(once.values())),
        tuple(dict.fromkeys(groups)),
    )


def _check_known(
    named: Sequence[object], known: frozenset[object], path: str, word: str, found: Findings
) -> None:
    for place, person in enumerate(named):
        if person not in known:
            found.refuse(f"{path}.{place}", f"The selected {word} is invalid.")


def _read_webhook(sent: ActionIn, at: str, found: Findings) -> tuple[str | None, str | None]:
    url, label = sent.webhook_url, sent.alias_name
    if not url:
        sentence = "Please provide a webhook URL for the webhook action."
        found.refuse(f"{at}webhook_url", sentence)
    elif len(url) > _LONGEST_URL or not is_web_address(url):
        found.refuse(f"{at}webhook_url", f"The {at}webhook_url must be a valid URL.")
    if not label:
        require(f"{at}alias_name", found)
    elif len(label) > _LONGEST_LABEL:
        sentence = f"The {at}alias_name may not be greater than {_LONGEST_LABEL} characters."
        found.refuse(f"{at}alias_name", sentence)
    return url, label
