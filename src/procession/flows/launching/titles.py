"""Who fills the job titles of a template's steps in one launch (contract 30, 3.1 and 3.4)."""

from collections.abc import Mapping, Sequence
from typing import Any

from procession.core.launching import People
from procession.domains.people.wire import OwnersIn
from procession.domains.templates.types import Step
from procession.flows.reaching.people import people_of
from procession.kit.binding import bind_whole
from procession.kit.errors import Invalid, invalid


def people_by_title(sent: Any, steps: Sequence[Step]) -> dict[str, People]:
    """`sent`: people by job title; a list of objects with one key each is folded into one."""
    if isinstance(sent, list) and all(isinstance(entry, dict) for entry in sent):
        sent = {key: value for entry in sent for key, value in entry.items()}
    if not isinstance(sent or {}, dict):
        raise invalid("roles", "The roles must be an object.")
    known = sorted({title for step in steps for title in step.roles})
    people: dict[str, People] = {}
    problems: dict[str, Sequence[str]] = {}
    for key, value in (sent or {}).items():
        if key.lower() not in known:
            valid = ", ".join(known) or "it has none"
            problems[f"roles.{key}"] = [f"This template has no such role. Its roles: {valid}."]
            continue
        try:
            people[key.lower()] = _people(value)
        except Invalid as wrong:
            problems |= {f"roles.{key}.{path}": texts for path, texts in wrong.problems.items()}
    if problems:
        raise Invalid(problems)
    return people


def _people(sent: Any) -> People:
    if not isinstance(sent, dict):
        raise invalid("users", "The users must be lists of people by their kind.")
    return people_of(bind_whole(sent, OwnersIn)) or People()


def filled(step: Step, by_title: Mapping[str, People]) -> People:
    """Who fills the step's job titles; where that is nobody, whom the step names itself."""
    named = [by_title[title] for title in step.roles if title in by_title]
    if all(each.is_empty for each in named):
        return People(step.assignees.users, step.assignees.guests, step.assignees.groups)
    return People(
        users=tuple(dict.fromkeys(user for each in named for user in each.users)),
        guests=tuple(dict.fromkeys(guest for each in named for guest in each.guests)),
        groups=tuple(dict.fromkeys(group for each in named for group in each.groups)),
    )
