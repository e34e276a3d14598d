"""Whom a step names, and finding whom somebody has typed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from procession.core.addresses import is_address
from procession.domains.people.actions import groups, job_titles, reading
from procession.domains.people.types import Group, GroupFilter, JobTitle, Member
from procession.domains.templates.types import Content, Step, StepAssignees
from procession.flows.processes.surveying import Names
from procession.kit.caller import Caller
from procession.kit.errors import invalid
from procession.kit.paging import PageRequest

#: More than anybody chooses from; others are still found by their whole names.
_MOST = PageRequest(1, 1_000)


class Assigned(NamedTuple):
    """`key`: the list that it stands in, a colon, and its id there."""

    key: str
    name: str
    #: What kind it is, where that is not a member.
    word: str = ""


class Offer(NamedTuple):
    """What can be typed, and what is shown beside it."""

    text: str
    beside: str


@dataclass(frozen=True)
class Directory:
    """Everybody whom a step may name."""

    members: list[Member]
    groups: list[Group]
    titles: list[JobTitle]

    @property
    def names(self) -> Names:
        """For sentences about them."""
        return Names(
            users={each.id: each.full_name for each in self.members},
            groups={each.id: each.name for each in self.groups},
        )

    def of(self, step: Step) -> list[Assigned]:
        named = step.assignees
        members = {each.id: each for each in self.members}
        known_groups = {each.id: each.name for each in self.groups}
        titles = {each.id: each.name for each in self.titles}
        gone = "Somebody who has left"
        return [
            *(Assigned(f"assignees:{each}", members[each].full_name if each in members else gone)
              for each in named.users),
            *(Assigned(f"groups:{each}", known_groups.get(each, "A group that is gone"), "Group")
              for each in named.groups),
            *(Assigned(f"roles:{each}", titles.get(each, "A job title that is gone"), "Job title")
              for each in step.roles),
            *(Assigned(f"guests:{each}", each, "Guest") for each in named.guests),
        ]  # fmt: skip

    def offers(self) -> list[Offer]:
        return [
            *(Offer(each.full_name, each.email) for each in self.members if _may_get_work(each)),
            *(Offer(each.name, "Group") for each in self.groups),
            *(Offer(each.name, "Job title") for each in self.titles),
        ]

    def find(self, typed: str) -> tuple[str, Any]:
        """The list of a step that it belongs in, and what goes there. Raises Invalid."""
        text = typed.strip()
        folded = text.casefold()
        members = [each for each in self.members if _may_get_work(each)]
        of_address = [each for each in members if each.email.casefold() == folded]
        named = of_address or [each for each in members if each.full_name.casefold() == folded]
        if len(named) > 1:
            raise invalid("assign", f"There are {len(named)} people called “{text}”. "
                                    "Type the e-mail address of the one you mean.")  # fmt: skip
        if named:
            return "assignees", named[0].id
        for key, known in (("groups", self.groups), ("roles", self.titles)):
            for each in known:
                if each.name.casefold() == folded:
                    return key, each.id
        if is_address(text):
            return "guests", text
        raise invalid("assign", f"Nobody here is called “{text}”. "
                                "Type an e-mail address to assign a guest.")  # fmt: skip

    def typed(self, named: StepAssignees) -> list[str]:
        """Of each, what `find` finds it by."""
        members = {each.id: each for each in self.members}
        known_groups = {each.id: each.name for each in self.groups}
        names = Counter(each.full_name.casefold() for each in self.members if _may_get_work(each))
        found = [members[each] for each in named.users if each in members]
        return [
            *(each.full_name if names[each.full_name.casefold()] == 1 else each.email
              for each in found),
            *(known_groups[each] for each in named.groups if each in known_groups),
            *named.guests,
        ]  # fmt: skip


def _may_get_work(member: Member) -> bool:
    return member.is_active and not member.is_bot


def read_directory(
    caller: Caller, content: Content | None = None, *, all_groups: bool = False
) -> Directory:
    """`content`: groups and job titles only where it names some, for who chooses nobody.

    `all_groups`: for who chooses members and groups, and no job titles."""
    steps = () if content is None else content.steps
    has_groups = all_groups or content is None or any(each.groups for each in _named_in(content))
    has_titles = content is None or any(step.roles for step in steps)
    return Directory(
        reading.list_members(caller),
        list(groups.list_groups(caller, _MOST, GroupFilter(), frozenset())[0].rows)
        if has_groups
        else [],
        list(job_titles.list_job_titles(caller, _MOST).rows) if has_titles else [],
    )


def _named_in(content: Content) -> Iterator[StepAssignees]:
    for step in content.steps:
        yield step.assignees
    for rule in content.rules:
        for action in rule.actions:
            if action.assignees is not None:
                yield action.assignees


def with_person(step: Step, key: str, value: Any) -> dict[str, list[Any]]:
    """The list of a step with one more in it, as it is sent."""
    listed = _lists_of(step)[key]
    return {key: [*(each for each in listed if each != value), value]}


def without_person(step: Step, assigned: str) -> dict[str, list[Any]]:
    """`assigned`: the key of one of them. One that is none takes nobody away."""
    key, _, value = assigned.partition(":")
    lists = _lists_of(step)
    return {key: [each for each in lists[key] if str(each) != value]} if key in lists else {}


def _lists_of(step: Step) -> dict[str, list[Any]]:
    named = step.assignees
    return {
        "assignees": list(named.users),
        "groups": list(named.groups),
        "roles": list(step.roles),
        "guests": list(named.guests),
    }
