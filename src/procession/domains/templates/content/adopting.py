"""Content that comes from elsewhere names people and things that are not here: they are dropped.

What was dropped is said, never silently (contract 20, 3.8 and 4). A rule keeps its action without
the people it does not know; guests are addresses, which are everywhere the same.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from procession.core.addresses import is_address
from procession.domains.templates.types import (
    Action,
    Content,
    Field,
    Rule,
    Step,
    StepAssignees,
    SubProcess,
)

Key = TypeVar("Key", int, str)


@dataclass(frozen=True)
class Names:
    """Ids of what a content names, or of what is known in an organization."""

    users: frozenset[int] = frozenset()
    groups: frozenset[str] = frozenset()
    job_titles: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    templates: frozenset[str] = frozenset()


def names_in(content: Content) -> Names:
    people = [step.assignees for step in content.steps]
    people += [
        action.assignees
        for rule in content.rules
        for action in rule.actions
        if action.assignees is not None
    ]
    return Names(
        users=frozenset(user for named in people for user in named.users),
        groups=frozenset(group for named in people for group in named.groups),
        job_titles=frozenset(role for step in content.steps for role in step.roles),
        lists=frozenset(field.list_id for field in content.all_fields() if field.list_id),
        templates=frozenset(
            step.sub_process.template_id for step in content.steps if step.sub_process
        ),
    )


def adopted(content: Content, known: Names) -> tuple[Content, list[str]]:
    """The content with only what is known, and a sentence for each thing dropped."""
    said: list[str] = []
    now = msgspec.structs.replace(
        content,
        kickoff=tuple(_fields(content.kickoff, "prerun", known, said)),
        steps=tuple(
            _step(step, f"steps.{at}", known, said) for at, step in enumerate(content.steps)
        ),
        rules=tuple(
            _rule(rule, f"automated_actions.{at}", known, said)
            for at, rule in enumerate(content.rules)
        ),
    )
    return now, said


def public_part(content: Content) -> tuple[Content, list[str]]:
    """What the public view shows: no guests, no webhooks, no rules; and what was left out."""
    said = [
        f"steps.{at}.{name}: not part of what is public"
        for at, step in enumerate(content.steps)
        for name in ("guests", "webhook")
        if (step.assignees.guests if name == "guests" else step.webhook)
    ]
    if content.rules:
        said.append("automated_actions: not part of what is public")
    steps = tuple(
        msgspec.structs.replace(
            step, webhook=None, assignees=msgspec.structs.replace(step.assignees, guests=())
        )
        for step in content.steps
    )
    return msgspec.structs.replace(content, steps=steps, rules=()), said


def _step(step: Step, at: str, known: Names, said: list[str]) -> Step:
    return msgspec.structs.replace(
        step,
        assignees=_people(step.assignees, at, known, said),
        roles=_known(step.roles, known.job_titles, f"{at}.roles: role", said),
        sub_process=_sub_process(step.sub_process, at, known, said),
        fields=tuple(_fields(step.fields, f"{at}.captures", known, said)),
    )


def _people(named: StepAssignees, at: str, known: Names, said: list[str]) -> StepAssignees:
    return StepAssignees(
        users=_known(named.users, known.users, f"{at}.assignees: member", said),
        guests=_addresses(named.guests, at, said),
        groups=_known(named.groups, known.groups, f"{at}.groups: group", said),
    )


def _known(
    keys: Iterable[Key], known: Collection[Key], at: str, said: list[str]
) -> tuple[Key, ...]:
    kept = []
    for key in keys:
        if key in known:
            kept.append(key)
        else:
            said.append(f"{at} {key} is not in this organization")
    return tuple(kept)


def _addresses(guests: Iterable[str], at: str, said: list[str]) -> tuple[str, ...]:
    wrong = [guest for guest in guests if not is_address(guest)]
    said += [f"{at}.guests: {guest} is no address" for guest in wrong]
    return tuple(guest for guest in guests if guest not in wrong)


def _sub_process(
    launched: SubProcess | None, at: str, known: Names, said: list[str]
) -> SubProcess | None:
    if launched is None or launched.template_id in known.templates:
        return launched
    said.append(f"{at}.bp_to_launch: template {launched.template_id} is not in this organization")
    return None


def _fields(fields: Iterable[Field], at: str, known: Names, said: list[str]) -> Iterator[Field]:
    """Options that came from a list stay, as the field's own."""
    for place, field in enumerate(fields):
        if field.list_id is None or field.list_id in known.lists:
            yield field
        else:
            said.append(f"{at}.{place}.list: list {field.list_id} is not in this organization")
            yield msgspec.structs.replace(field, list_id=None)


def _rule(rule: Rule, at: str, known: Names, said: list[str]) -> Rule:
    actions = tuple(
        _action(action, f"{at}.then_actions.{place}", known, said)
        for place, action in enumerate(rule.actions)
    )
    return msgspec.structs.replace(rule, actions=actions)


def _action(action: Action, at: str, known: Names, said: list[str]) -> Action:
    if action.assignees is None:
        return action
    return msgspec.structs.replace(action, assignees=_people(action.assignees, at, known, said))
