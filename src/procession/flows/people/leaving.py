"""A member leaves: shut out, an invitation withdrawn, or deleted for ever (contract 10, 4.7)."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.actions.standing import disable, get_member_to_change
from procession.domains.people.events import InvitationWithdrawn, MemberDeleted, about
from procession.domains.people.types import Member, user_key
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.flows.people.handing_forms import hand_over_forms
from procession.flows.people.reassigning import (
    lock_everything_of,
    pass_on_possessions,
    reassign,
)
from procession.kit.caller import Caller
from procession.kit.errors import BadRequest, invalid
from procession.kit.work import Work, writing


@dataclass(frozen=True)
class Handover:
    """Whether somebody takes over, and who."""

    is_wanted: bool = False
    to: int | None = None


def disable_member(caller: Caller, name: str, handover: Handover) -> Member:
    with writing(caller) as work:
        member = get_member_to_change(work, name)
        if member.is_bot:
            raise BadRequest("Bot users cannot be disabled.")
        return _shut_out(work, member, handover)


def remove_member(caller: Caller, name: str, handover: Handover) -> Member:
    """As disabling; an invitation is withdrawn."""
    with writing(caller) as work:
        member = get_member_to_change(work, name)
        if member.is_bot:
            raise BadRequest("You can't remove a bot user from this organization!")
        if member.status != "invited":
            return _shut_out(work, member, handover)
        withdraw(work, member, _heir(work, member, handover))
        return msgspec.structs.replace(member, disabled_at=work.now, disabled_by=caller.person_id)


def withdraw_invitation(caller: Caller, name: str, handover: Handover) -> Member:
    with writing(caller) as work:
        member = get_member_to_change(work, name)
        if member.status != "invited" or member.is_bot:
            raise invalid("user", "This person has no open invitation.")
        withdraw(work, member, _heir(work, member, handover))
        return member


def withdraw(work: Work, member: Member, heir: Member | None) -> None:
    """The membership goes, with all assignments; an account that is nowhere else goes too.

    Unless it was used before: what was done with it keeps the name, and it may be invited again.
    """
    if heir is not None:
        reassign(work, member, heir)
    person = user_key(member.id)
    lock_everything_of(work, person, member.id)
    _end_membership(work, member, [task.id for task in tasks.list_tasks_of(work, person)])
    hand_over_forms(work, member.id)
    if member.activated_at is None and not people.belongs_elsewhere(work, member.id):
        people.delete_user(work, member.id)
    work.record(InvitationWithdrawn(**about(member, work.caller.organization_id)))


def purge_member(caller: Caller, name: str) -> Member:
    """What they completed and said keeps their name; their address is free again.

    Who answers for their open work, and owns what they owned, is somebody who is there (README,
    ruling 17).
    """
    with writing(caller) as work:
        member = get_member_to_change(work, name)
        if member.is_bot:
            raise BadRequest("You can't remove a bot user from this organization!")
        if member.disabled_at is None:
            raise BadRequest("Please disable the user before deletion.")
        is_elsewhere = people.belongs_elsewhere(work, member.id)
        person = user_key(member.id)
        lock_everything_of(work, person, member.id)
        open_tasks = tasks.list_unfinished_tasks_of(work, person)
        _end_membership(work, member, [task.id for task in open_tasks])
        accounts.revoke_tokens_of(work, member.id, only_here=is_elsewhere)
        if not is_elsewhere:
            accounts.delete_sessions_of(work, member.id)
        work.record(MemberDeleted(**about(member, caller.organization_id)))
        return member if is_elsewhere else _without_name(work, member)


def _without_name(work: Work, member: Member) -> Member:
    """The account is nobody's any more."""
    last_name = f"{member.last_name}(Deleted)"
    email = f"{member.email}.deleted.{member.id}"
    changes = {"last_name": last_name, "email": email, "email_key": email.lower()}
    people.set_user(work, member.id, {**changes, "password_hash": None})
    return msgspec.structs.replace(
        member, last_name=last_name, email=email, updated_at=work.now, is_default_admin=False
    )


def _shut_out(work: Work, member: Member, handover: Handover) -> Member:
    heir = _heir(work, member, handover)
    disabled = disable(work, member)
    if heir is not None:
        reassign(work, member, heir)
    if disabled != member:
        hand_over_forms(work, member.id)
    return disabled


def _heir(work: Work, member: Member, handover: Handover) -> Member | None:
    if not handover.is_wanted:
        return None
    if handover.to is None:
        raise invalid("to", "The to field is required.")
    heir = people.find_member(work, handover.to)
    if heir is None or not heir.is_active or heir.is_bot or heir.id == member.id:
        raise invalid("to", "The selected to is invalid.")
    return heir


def _end_membership(work: Work, member: Member, task_ids: Sequence[str]) -> None:
    """Out of templates, permissions, groups, processes, and of these tasks (README, ruling 17).

    `lock_everything_of` was called.
    """
    pass_on_possessions(work, member)
    templates.replace_step_assignee(work, member.id, None)
    templates.remove_grantee(work, user_key(member.id))
    processes.remove_from_all(work, user_key(member.id))
    tasks.remove_reader_from_all(work, user_key(member.id))
    people.clear_invitation(work, member.id)
    people.delete_membership(work, member.id)
    people.forget_associate(work, member.id)
    tasks.let_go_of_gone(work, task_ids)
    tasks.forget_parts_of_others(work, task_ids)
