"""Rules of a template, with the people they name (contract 50, 2)."""

from collections.abc import Sequence

from procession.core.addresses import is_address
from procession.domains.people import store as people
from procession.domains.templates.actions import automating, editing
from procession.domains.templates.content.consequences import KnownPeople
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.rules import (
    Against,
    changed_rule,
    new_rule,
    people_in,
    people_of,
)
from procession.domains.templates.types import Rule
from procession.domains.templates.wire.rules import RuleIn
from procession.kit.caller import Caller
from procession.kit.work import Work, writing

#: A rule, its position, and what its author should know about it.
Kept = tuple[Rule, int, Sequence[str]]


def create_rule(caller: Caller, template_id: str, sent: RuleIn) -> Kept:
    with writing(caller) as work:
        template = editing.get_editable(work, template_id)
        content = editing.get_content_to_edit(work, template)
        found = Findings()
        rule = new_rule(sent, Against(content, _known(work, sent), found, work.now))
        found.refuse_problems()
        return rule, automating.add(work, template, content, rule), found.warnings


def update_rule(caller: Caller, template_id: str, rule_id: str, sent: RuleIn) -> Kept:
    with writing(caller) as work:
        template, content, was, position = automating.get_rule_to_edit(work, template_id, rule_id)
        found = Findings()
        known = _known(work, sent, people_of(was))
        now = changed_rule(was, sent, Against(content, known, found, work.now))
        found.refuse_problems()
        automating.change(work, template, content, was, now)
        return now, position, found.warnings


def _known(work: Work, sent: RuleIn, also: KnownPeople = KnownPeople()) -> KnownPeople:  # noqa: B008
    """Who of those named may be: members who are active, groups that exist, real addresses."""
    named = list(people_in(sent))
    users = [user for each in named for user in each.members]
    groups = [group.lower() for each in named for group in each.groups or []]
    guests = [guest for each in named for guest in each.guests or [] if is_address(guest)]
    return KnownPeople(
        users=also.users | people.active_users_among(work, users),
        guests=also.guests | set(guests),
        groups=also.groups | people.groups_among(work, groups),
    )
