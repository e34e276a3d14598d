"""Who is in the organization, with what they have to do; and what a member would leave behind.

For people who look after members. All of it can be read by the API, one thing at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from procession.core.folding import occurs, sorting_key
from procession.domains.people import policy
from procession.domains.people import store as people
from procession.domains.people.actions.reading import find_member_named
from procession.domains.people.types import Group, Member, guest_key, user_key
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.paging import Page, PageRequest
from procession.kit.work import reading


@dataclass(frozen=True)
class MemberLine:
    """A member in a list. `open_tasks`: None for who may not know (contract 95, 8)."""

    member: Member
    groups: Sequence[Group]
    open_tasks: int | None


@dataclass(frozen=True)
class Leaving:
    """What another would take over from a member; `heirs` may."""

    member: Member
    open_tasks: int
    steps: int
    processes: int
    templates: int
    heirs: Sequence[Member]

    @property
    def is_empty(self) -> bool:
        return not (self.open_tasks or self.steps or self.processes or self.templates)


def survey_members(
    caller: Caller, request: PageRequest, text: str, is_wanted: Callable[[Member], bool]
) -> tuple[Page[MemberLine], int]:
    """By name, those whose name or address holds the text; and how many members there are."""
    with reading(caller) as work:
        everybody = people.list_members(work)
        found = sorted(
            (
                each
                for each in everybody
                if is_wanted(each) and occurs(text, each.full_name, each.email)
            ),
            key=lambda each: (each.is_bot, sorting_key(each.full_name or each.email), each.id),
        )
        shown = found[request.offset : request.offset + request.size]
        groups = people.groups_of(work, [each.id for each in shown])
        counts = None
        if policy.can_change_members(caller):
            counts = tasks.count_open_of(work, [user_key(each.id) for each in shown])
    lines = [
        MemberLine(
            each,
            tuple(groups.get(each.id, ())),
            None if counts is None else counts.get(user_key(each.id), 0),
        )
        for each in shown
    ]
    return Page(lines, len(found), request), len(everybody)


def survey_member(caller: Caller, name: str) -> MemberLine:
    with reading(caller) as work:
        member = find_member_named(work, name)
        if member is None:
            raise NotFound("User not found")
        if not policy.can_read_member(caller, member):
            raise Forbidden
        groups = people.groups_of(work, [member.id])
        key = user_key(member.id)
        counts = tasks.count_open_of(work, [key])
    return MemberLine(member, tuple(groups.get(member.id, ())), counts.get(key, 0))


def count_open_tasks_of_guests(caller: Caller, guest_ids: Sequence[int]) -> dict[int, int]:
    """By guest, for administrators; nothing for others."""
    if not policy.can_change_members(caller):
        return {}
    with reading(caller) as work:
        counts = tasks.count_open_of(work, [guest_key(each) for each in guest_ids])
    return {each: counts.get(guest_key(each), 0) for each in guest_ids}


def list_active_members(caller: Caller) -> list[Member]:
    """Who can be put into a group, by name."""
    with reading(caller) as work:
        active = [each for each in people.list_members(work) if each.is_active and not each.is_bot]
    return sorted(active, key=lambda each: (sorting_key(each.full_name), each.id))


def count_uses_of_group(caller: Caller, group_id: str) -> int:
    """Templates that assign it: what deleting it would change."""
    with reading(caller) as work:
        return templates.count_templates_naming_group(work, group_id)


def look_at_leaving(caller: Caller, name: str) -> Leaving:
    """What `leaving.disable_member` would hand over now."""
    with reading(caller) as work:
        member = find_member_named(work, name)
        if member is None:
            raise NotFound("User not found")
        if not policy.can_change_members(caller):
            raise Forbidden("Only administrators can deactivate members.")
        heirs = [
            each
            for each in people.list_members(work)
            if each.is_active and not each.is_bot and each.id != member.id
        ]
        return Leaving(
            member=member,
            open_tasks=len(tasks.list_open_tasks_of(work, user_key(member.id))),
            steps=templates.count_steps_naming(work, member.id),
            processes=len(processes.list_owned(work, member.id)),
            templates=templates.count_owned_templates(work, member.id),
            heirs=sorted(heirs, key=lambda each: (sorting_key(each.full_name), each.id)),
        )
