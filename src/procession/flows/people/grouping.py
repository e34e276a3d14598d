"""Create, change and delete groups (contract 10, 6): members' ground, tasks' and templates' too."""

from procession.domains.accounts import store as accounts
from procession.domains.people import policy
from procession.domains.people import store as people
from procession.domains.people.actions import groups
from procession.domains.people.events import GroupDeleted, about_group
from procession.domains.people.types import group_key, guest_key, user_key
from procession.domains.people.wire.groups import GroupChangesIn, GroupIn
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.flows.people.reassigning import lock_begun_tasks_of, lock_everything_of
from procession.flows.rules.abandoning import follow_abandoned
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.work import Work, looking, writing


def may_change_groups(caller: Caller) -> bool:
    """By their role, and by what the organization lets its standard members do."""
    is_allowed = bool(accounts.get_settings(looking(caller))["allow_manage_groups"])
    return policy.can_change_groups(caller, is_allowed_to_standard=is_allowed)


def create_group(caller: Caller, sent: GroupIn) -> str:
    """The new group's id."""
    with writing(caller) as work:
        _check_right(work)
        _hold(work, sent)
        return groups.create(work, sent).id


def update_group(caller: Caller, group_id: str, sent: GroupChangesIn) -> None:
    with writing(caller) as work:
        groups.get_group(work, group_id)
        _check_right(work)
        begun = lock_begun_tasks_of(work, group_key(group_id))
        _hold(work, sent)
        groups.update(work, groups.get_group(work, group_id), sent)
        # Who has left it and comes back does their part again (contract 40, 6.2).
        tasks.forget_parts_of_others(work, begun)


def delete_group(caller: Caller, group_id: str) -> None:
    """Its people stay, and take its place on the tasks that it was assigned to."""
    with writing(caller) as work:
        groups.get_group(work, group_id)
        _check_right(work)
        lock_everything_of(work, group_key(group_id))
        people.lock_names(work)
        group = groups.get_group(work, group_id)
        successors = [
            *((user_key(user), str(user)) for user in group.members),
            *((guest_key(guest.id), guest.email) for guest in group.guests),
        ]
        its_tasks = [task.id for task in tasks.list_tasks_of(work, group_key(group.id))]
        tasks.replace_assignee(work, group_key(group.id), successors)
        templates.remove_assignee(work, group.id)
        templates.remove_grantee(work, group_key(group.id))
        processes.remove_from_all(work, group_key(group.id))
        tasks.remove_reader_from_all(work, group_key(group.id))
        people.delete_group(work, group.id)
        follow_abandoned(work, its_tasks)
        work.record(GroupDeleted(**about_group(group, caller.organization_id)))


def _hold(work: Work, sent: GroupChangesIn) -> None:
    """Nobody leaves the organization while they are put into a group: they would stay in it."""
    people.hold_members(work, sent.members if isinstance(sent.members, list) else [])
    people.lock_names(work)


def _check_right(work: Work) -> None:
    is_allowed = bool(accounts.get_settings(work)["allow_manage_groups"])
    if not policy.can_change_groups(work.caller, is_allowed_to_standard=is_allowed):
        raise Forbidden
