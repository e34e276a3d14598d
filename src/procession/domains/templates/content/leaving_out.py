"""Content without people who left, for who makes work from it; each of them is told of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from procession.domains.templates.types import Action, Content, Rule, Step, StepAssignees


@dataclass(frozen=True)
class Leavers:
    """People who may be given no work."""

    #: Names by id; empty where nothing is known of somebody any more.
    users: Mapping[int, str]
    #: Addresses, lower-cased.
    guests: Collection[str]

    @property
    def is_somebody(self) -> bool:
        return bool(self.users or self.guests)

    def has_guest(self, address: str) -> bool:
        return address.lower() in self.guests

    def word_for(self, user: int) -> str:
        """For people to read."""
        return f"{self.users[user]} ({user})" if self.users[user] else f"member {user}"


class LeftOut(NamedTuple):
    """Somebody who was left out."""

    #: Of the step that names them; None: a rule does.
    step_id: str | None
    sentence: str


def named_in(content: Content) -> tuple[set[int], set[str]]:
    """Ids of members and addresses of guests, of steps and of rules."""
    named = [step.assignees for step in content.steps]
    named += [
        action.assignees
        for rule in content.rules
        for action in rule.actions
        if action.assignees is not None
    ]
    users = {user for each in named for user in each.users}
    return users, {guest for each in named for guest in each.guests}


def left_out(content: Content, leavers: Leavers) -> tuple[Content, list[LeftOut]]:
    """The content without them, and a sentence for each place that named one."""
    said: list[LeftOut] = []
    steps = tuple(
        _step(step, f"steps.{at}", leavers, said) for at, step in enumerate(content.steps)
    )
    rules = tuple(
        _rule(rule, f"automated_actions.{at}", leavers, said)
        for at, rule in enumerate(content.rules)
    )
    return msgspec.structs.replace(content, steps=steps, rules=rules), said


def _step(step: Step, at: str, leavers: Leavers, said: list[LeftOut]) -> Step:
    sentences = _sentences(step.assignees, at, f'"{step.title}"', leavers)
    said += [LeftOut(step.id, sentence) for sentence in sentences]
    return msgspec.structs.replace(step, assignees=_without(step.assignees, leavers))


def _rule(rule: Rule, at: str, leavers: Leavers, said: list[LeftOut]) -> Rule:
    actions = tuple(
        _action(action, f"{at}.then_actions.{place}", leavers, said)
        for place, action in enumerate(rule.actions)
    )
    return msgspec.structs.replace(rule, actions=actions)


def _action(action: Action, at: str, leavers: Leavers, said: list[LeftOut]) -> Action:
    if action.assignees is None:
        return action
    sentences = _sentences(action.assignees, at, "this action", leavers)
    said += [LeftOut(None, sentence) for sentence in sentences]
    return msgspec.structs.replace(action, assignees=_without(action.assignees, leavers))


def _sentences(named: StepAssignees, at: str, what: str, leavers: Leavers) -> list[str]:
    return [
        *(
            f"{at}.assignees: {what} leaves out {leavers.word_for(user)}, who is no active member"
            for user in named.users
            if user in leavers.users
        ),
        *(
            f"{at}.guests: {what} leaves out {guest}, who is kept out"
            for guest in named.guests
            if leavers.has_guest(guest)
        ),
    ]


def _without(named: StepAssignees, leavers: Leavers) -> StepAssignees:
    return StepAssignees(
        users=tuple(user for user in named.users if user not in leavers.users),
        guests=tuple(guest for guest in named.guests if not leavers.has_guest(guest)),
        groups=named.groups,
    )
