"""From what a client sent to a rule: every problem at once, under its dot path (contract 50, 2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from procession.core.times import Instant
from procession.domains.templates.content.conditions import (
    LOGICS,
    read_condition,
)
from procession.domains.templates.content.consequences import KnownPeople, read_action
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.types import Action, Condition, Content, Rule, Source
from procession.domains.templates.wire.rules import ActionIn, ConditionIn, RuleIn, RulePeopleIn
from procession.kit.ids import new_id

MOST_RULES = 500
_MOST_PARTS = 1_000
#: Kinds of actions that a rule may take only once on the same step.
_ONCE_A_STEP = ("visibility", "deadline")

Part = TypeVar("Part", Condition, Action)
PartIn = TypeVar("PartIn", ConditionIn, ActionIn)


@dataclass(frozen=True)
class Against:
    """What a body is read against, and where it is noted what is found."""

    content: Content
    known: KnownPeople
    found: Findings
    now: Instant


def new_rule(sent: RuleIn, against: Against) -> Rule:
    """Not yet a rule while problems were found."""
    found, now = against.found, against.now
    if _name_sent(sent) is UNSET:
        found.require("automated_alias")
    for name, value in (("conditions", sent.conditions), ("then_actions", actions_sent(sent)[1])):
        if value is UNSET:
            found.require(name)
    if len(against.content.rules) >= MOST_RULES:
        found.refuse("rules", f"A template may not have more than {MOST_RULES} rules.")
    empty = Rule(id=new_id(), name="", conditions=(), actions=(), created_at=now, updated_at=now)
    return _with(empty, sent, against)


def changed_rule(rule: Rule, sent: RuleIn, against: Against) -> Rule:
    """The same value when nothing is different; keys that were not sent stay."""
    changed = _with(rule, sent, against)
    return rule if changed == rule else msgspec.structs.replace(changed, updated_at=against.now)


def people_in(sent: RuleIn) -> Iterator[RulePeopleIn]:
    """Everybody named in a body, to be looked up before it is read."""
    _, actions = actions_sent(sent)
    for action in () if isinstance(actions, UnsetType) else actions:
        if action.assignees is not None:
            yield action.assignees


def people_of(rule: Rule) -> KnownPeople:
    """Those a rule names already. Sending them back is no assignment, whoever left meanwhile."""
    named = [action.assignees for action in rule.actions if action.assignees is not None]
    return KnownPeople(
        users=frozenset(user for each in named for user in each.users),
        guests=frozenset(guest for each in named for guest in each.guests),
        groups=frozenset(group for each in named for group in each.groups),
    )


def actions_sent(sent: RuleIn) -> tuple[str, list[ActionIn] | UnsetType]:
    """The key they were sent under, and what stood there."""
    if sent.then_actions is UNSET and sent.actions is not UNSET:
        return "actions", sent.actions
    return "then_actions", sent.then_actions


def _with(rule: Rule, sent: RuleIn, against: Against) -> Rule:
    """While problems remain, what was refused is left out: who calls stops there."""
    found = against.found
    name, logic = _name_sent(sent), _logic_sent(sent, found)
    conditions: Sequence[Condition | None] = rule.conditions
    if not isinstance(sent.conditions, UnsetType):
        read = _read_conditions(rule, sent.conditions, logic or LOGICS[0], against)
        conditions = _in_order(sent.conditions, read)
    elif logic is not None:
        conditions = [msgspec.structs.replace(each, logic=logic) for each in rule.conditions]
    key, actions_in = actions_sent(sent)
    actions: Sequence[Action | None] = rule.actions
    if not isinstance(actions_in, UnsetType):
        actions = _read_actions(rule, actions_in, key, against)
    _check_together(conditions, actions, key, found)
    if not isinstance(actions_in, UnsetType):
        actions = _in_order(actions_in, actions)
    return msgspec.structs.replace(
        rule,
        name=rule.name if isinstance(name, UnsetType) else name,
        conditions=tuple(each for each in conditions if each is not None),
        actions=tuple(each for each in actions if each is not None),
    )


def _name_sent(sent: RuleIn) -> str | UnsetType:
    return sent.alias if sent.automated_alias is UNSET else sent.automated_alias


def _logic_sent(sent: RuleIn, found: Findings) -> str | None:
    if isinstance(sent.condition_logic, UnsetType):
        return None
    logic = sent.condition_logic.lower()
    if logic not in LOGICS:
        found.refuse("condition_logic", "The selected condition logic is invalid.")
        return None
    return logic


def _read_conditions(
    rule: Rule, sent: Sequence[ConditionIn], logic: str, against: Against
) -> list[Condition | None]:
    content, found = against.content, against.found
    _check_count("conditions", "conditions", sent, found)
    read = [
        read_condition(each, f"conditions.{place}.", content, found, logic=logic)
        for place, each in enumerate(sent)
    ]
    return _with_known_ids(sent, read, [each.id for each in rule.conditions])


def _read_actions(
    rule: Rule, sent: Sequence[ActionIn], key: str, against: Against
) -> list[Action | None]:
    _check_count(key, "actions", sent, against.found)
    read = [
        read_action(each, f"{key}.{place}.", against.content, against.known, against.found)
        for place, each in enumerate(sent)
    ]
    return _with_known_ids(sent, read, [each.id for each in rule.actions])


def _check_count(key: str, word: str, sent: Sequence[object], found: Findings) -> None:
    if not sent:
        found.require(key)
    if len(sent) > _MOST_PARTS:
        found.refuse(key, f"A rule may not have more than {_MOST_PARTS} {word}.")


def _with_known_ids(
    sent: Sequence[PartIn], parts: Sequence[Part | None], known: Sequence[str]
) -> list[Part | None]:
    """An entry with the id of a stored one keeps it, though only the first that names it."""
    free = set(known)
    kept: list[Part | None] = []
    for entry, part in zip(sent, parts, strict=True):
        if part is None or entry.id not in free:
            kept.append(part)
        else:
            kept.append(msgspec.structs.replace(part, id=entry.id))
            free.discard(entry.id)
    return kept


def _in_order(sent: Sequence[PartIn], parts: Sequence[Part | None]) -> list[Part | None]:
    """By the positions sent; an entry without one stays behind the one before it."""
    places: list[int] = []
    for entry in sent:
        before = places[-1] if places else 0
        places.append(before if entry.position is None else entry.position)
    in_order = sorted(zip(places, parts, strict=True), key=lambda pair: pair[0])
    return [part for _, part in in_order]


def _check_together(
    conditions: Sequence[Condition | None],
    actions: Sequence[Action | None],
    key: str,
    found: Findings,
) -> None:
    """What only the whole rule shows. Actions are in the order of the body."""
    triggers = {each.source_id for each in conditions if each and each.source == Source.STEP}
    seen = set()
    for place, action in enumerate(actions):
        if action is None:
            continue
        path, target = f"{key}.{place}.target_step_id", (action.action_type, action.step_id)
        if action.action_type in _ONCE_A_STEP and target in seen:
            found.refuse(path, "A step can be targeted only once by this kind of action in a rule.")
        if action.action_type == "status" and action.step_id in triggers:
            found.refuse(path, "A status action cannot reopen the step that triggers it.")
        seen.add(target)
