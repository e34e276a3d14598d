"""Who is mentioned in a comment: who hears of it, and what they may read then (contract 45, 3.7).

Whoever is mentioned where they could not look may read it from then on, and works on nothing by
that. On a template or a step only those are mentioned who may read it: its lists are its authors'.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from procession.core.mentions import Named, named_in
from procession.domains.comments.actions.writing import Mentioned
from procession.domains.people import store as people
from procession.domains.people.types import Group, group_key, guest_key, user_key
from procession.domains.processes import store as processes
from procession.domains.processes.events import ProcessReadersChanged, about
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import policy as template_policy
from procession.domains.templates import store as templates
from procession.domains.templates.types import Template
from procession.flows.telling.topics import Topic
from procession.kit.caller import Role
from procession.kit.errors import invalid
from procession.kit.work import Work

_MOST = 100
_TOO_MANY = f"A comment may not mention more than {_MOST} people and groups."
_ONLY_ASSIGNEES = "Only who is assigned to this secret task can be mentioned."


@dataclass(frozen=True)
class _Known:
    """Those who are named and can be told."""

    #: Role by user: named themselves, and by a group.
    users: Mapping[int, str]
    groups: Sequence[Group]
    #: Users of those groups with their roles.
    of_groups: Mapping[int, str]
    #: Ids by lower-cased address.
    guests: Mapping[str, int]

    @property
    def roles(self) -> dict[int, str]:
        return {**self.of_groups, **self.users}

    @property
    def keys(self) -> tuple[str, ...]:
        return (
            *map(user_key, self.users),
            *(group_key(group.id) for group in self.groups),
            *map(guest_key, self.guests.values()),
        )

    @property
    def guests_of_groups(self) -> list[int]:
        return [guest.id for group in self.groups for guest in group.guests]


def mention(work: Work, topic: Topic, content: str, before: Collection[str] = ()) -> Mentioned:
    """Everybody whom the text mentions. `before`: keys of those whom it mentioned already: they
    are not told again.

    Raises Invalid for somebody who must not see a secret task.
    """
    named = named_in(content)
    if len(named) > _MOST:
        raise invalid("content", _TOO_MANY)
    if not named:
        return Mentioned()
    known = _find(work, named)
    if topic.template is not None:
        known = _who_may_read(work, topic.template, known)
    fresh = _without(known, before)
    if fresh.keys and topic.task is not None and topic.task.top_secret:
        _check_secret(work, topic.task, fresh)
    elif fresh.roles and topic.template is None:
        _let_read(work, topic, fresh)
    told = {user_id for user_id in fresh.roles if user_key(user_id) not in before}
    return Mentioned(
        keys=known.keys,
        users=tuple(sorted(told - _author(work))),
        guests=_guests_told(work, topic, fresh),
    )


def _author(work: Work) -> set[int]:
    return set() if work.caller.is_guest else {work.caller.person_id}


def _find(work: Work, named: Named) -> _Known:
    """Whom the organization has, and who is not disabled."""
    groups = people.groups_with_ids(work, named.groups)
    inside = {user_id for group in groups for user_id in group.members}
    roles = people.active_roles_among(work, [*dict.fromkeys([*named.users, *inside])])
    return _Known(
        users={user_id: roles[user_id] for user_id in named.users if user_id in roles},
        groups=groups,
        of_groups={user_id: role for user_id, role in roles.items() if user_id in inside},
        guests=_guests(work, [*named.guests, *named.newcomers]),
    )


def _guests(work: Work, addresses: Sequence[str]) -> dict[str, int]:
    if not addresses:
        return {}
    found = people.guests_by_email(work, addresses)
    linked = people.linked_among(work, [guest.id for guest in found.values()])
    return {
        address: guest.id
        for address, guest in found.items()
        if guest.id in linked and guest.disabled_at is None
    }


def _without(known: _Known, before: Collection[str]) -> _Known:
    """Those who are mentioned for the first time."""
    if not before:
        return known
    groups = [group for group in known.groups if group_key(group.id) not in before]
    inside = {user_id for group in groups for user_id in group.members}
    return _Known(
        users={each: role for each, role in known.users.items() if user_key(each) not in before},
        groups=groups,
        of_groups={each: role for each, role in known.of_groups.items() if each in inside},
        guests={name: each for name, each in known.guests.items() if guest_key(each) not in before},
    )


# --- Who may read it ---


def _who_may_read(work: Work, template: Template, known: _Known) -> _Known:
    """On a template guests are nobody, and so is who may not read it. Of a group those hear of it
    who may."""
    grants = templates.list_grants(work, template.id)
    keys = people.keys_of_users(work, list(known.roles))
    own = {template.owner_id, template.created_by}

    def among(roles: Mapping[int, str]) -> dict[int, str]:
        return {
            user_id: role
            for user_id, role in roles.items()
            if role == Role.ADMIN
            or user_id in own
            or template_policy.admits(grants, Role(role), keys[user_id])
        }

    return _Known(among(known.users), known.groups, among(known.of_groups), {})


def _check_secret(work: Work, task: Task, known: _Known) -> None:
    assigned = _assigned(task)
    keys = people.keys_of_users(work, list(known.roles))
    is_outside = any(
        user_id not in _author(work) and not assigned & {*keys[user_id]} for user_id in known.roles
    )
    guests = {guest_key(guest_id) for guest_id in known.guests.values()}
    if is_outside or not guests <= assigned:
        raise invalid("content", _ONLY_ASSIGNEES)


def _assigned(task: Task) -> set[str]:
    return {line.split(" ", 1)[0] for line in (task.assigned or "").split("\n") if line}


def _let_read(work: Work, topic: Topic, known: _Known) -> None:
    """Nobody's rights change who sees it anyway."""
    missing = _missing(known, blind_among(work, topic, known.roles))
    if not missing:
        return
    if topic.process is not None:
        process = topic.process
        before = {"all_members": process.everyone_may_read, "readers": sorted(process.readers)}
        processes.add_people(work, process.id, "reader", missing)
        work.record(ProcessReadersChanged(**about(process), before=before))
    elif topic.task is not None:
        tasks.add_readers(work, topic.task.id, missing)


def blind_among(work: Work, topic: Topic, roles: Mapping[int, str]) -> set[int]:
    """Who of these members (role by number) cannot look at the process, or at the task that is in
    none. Of a template nobody is let in by being named."""
    if topic.process is not None:
        return _blind_to_process(work, topic.process, roles)
    return set() if topic.task is None else _blind_to_task(work, topic.task, roles)


def _blind_to_process(work: Work, process: Process, roles: Mapping[int, str]) -> set[int]:
    own = {process.owner_id, process.started_by}
    without = [
        user_id
        for user_id, role in roles.items()
        if role != Role.ADMIN
        and not (role == Role.STANDARD and process.everyone_may_read)
        and user_id not in own
    ]
    if not without:
        return set()
    may = {line.split(" ", 1)[1] for line in (process.people or "").split("\n") if line}
    return _without_keys(work, without, may | tasks.assigned_in(work, process.id))


def _blind_to_task(work: Work, task: Task, roles: Mapping[int, str]) -> set[int]:
    """A standalone one: administrators and standard members see all of them."""
    without = [
        user_id
        for user_id, role in roles.items()
        if role == Role.LIGHT and user_id != task.created_by
    ]
    if not without:
        return set()
    return _without_keys(work, without, _assigned(task) | tasks.readers_of(work, task.id))


def _without_keys(work: Work, user_ids: Sequence[int], may: Set[str]) -> set[int]:
    keys = people.keys_of_users(work, user_ids)
    return {user_id for user_id in user_ids if not may & {*keys[user_id]}}


def _missing(known: _Known, blind: Set[int]) -> list[str]:
    """Keys to add, so that these users see it: their own, or those of the groups they are in."""
    of_groups = [
        group_key(group.id) for group in known.groups if blind & {*group.members} - {*known.users}
    ]
    return [*map(user_key, sorted(blind & known.users.keys())), *of_groups]


def _guests_told(work: Work, topic: Topic, known: _Known) -> tuple[int, ...]:
    """Only of tasks that are theirs: nobody else sees what is said there (45, 2.1)."""
    task = topic.task
    if task is None or task.prevent_guest_comment:
        return ()
    assigned = _assigned(task)
    mentioned = {*known.guests.values(), *known.guests_of_groups}
    if work.caller.is_guest:
        mentioned -= {work.caller.person_id}
    return tuple(
        guest_id for guest_id in sorted(mentioned) if assigned & {*_keys_of_guest(work, guest_id)}
    )


def _keys_of_guest(work: Work, guest_id: int) -> Iterable[str]:
    return people.keys_of_guests(work, [guest_id])
