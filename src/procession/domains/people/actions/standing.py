"""What a member is in the organization: role, default administrator, let in or shut out.

Verbs for flows; each keeps that somebody active administers the organization (contract 10, 4.6).
"""

from typing import Any

from procession.domains.people import policy, store
from procession.domains.people.actions.reading import find_member_named
from procession.domains.people.actions.seats import check_seat, pool_of
from procession.domains.people.events import (
    MemberChanged,
    MemberDisabled,
    MemberEnabled,
    MemberRoleChanged,
    about,
)
from procession.domains.people.types import Member
from procession.kit.errors import BadRequest, Forbidden, NotFound, invalid
from procession.kit.work import Work

LAST_ADMIN = (
    "Cannot modify the default administrator. "
    "Please assign another member as default administrator first."
)


def get_member_to_change(work: Work, name: str) -> Member:
    """Held against other changes. Unknown comes before forbidden (contract 00, 5.7)."""
    named = find_member_named(work, name)
    member = store.lock_member(work, named.id) if named is not None else None
    if member is None:
        raise NotFound("User not found")
    if not policy.can_change_members(work.caller):
        raise Forbidden
    return member


def change_role(work: Work, member: Member, role: str) -> Member:
    if member.is_bot:
        raise BadRequest("The role of the bot cannot be changed.")
    if member.role == role:
        return member
    if member.role == "admin":
        keep_administered(work, member)
    # A disabled member has no seat, and moving down to light is never refused.
    if role != "light" and pool_of(member.role) != pool_of(role) and member.disabled_at is None:
        check_seat(work, role)
    store.set_membership(work, member.id, role=role)
    work.record(MemberRoleChanged(**_about(work, member), before=member.role, role=role))
    return _as_it_is(work, member)


def keep_administered(work: Work, member: Member) -> None:
    """Before an administrator goes: somebody else is there, and has the mark if this one had it."""
    if member.role != "admin" or not member.is_active:
        return
    others = store.other_active_admins(work, member.id)
    if not others:
        raise BadRequest(LAST_ADMIN)
    if member.is_default_admin:
        make_default_admin(work, others[0])


def make_default_admin(work: Work, member: Member) -> Member:
    if not member.is_active or member.role != "admin":
        raise invalid("user", "Only an active administrator can be the default administrator.")
    if member.is_default_admin:
        return member
    store.set_default_admin(work, member.id)
    work.record(MemberChanged(**_about(work, member), field="is_default_admin", before=False))
    return _as_it_is(work, member)


def disable(work: Work, member: Member) -> Member:
    """Shut out at once. Groups and assignments are kept, for the day they come back."""
    if member.disabled_at is not None:
        return member
    if member.id == work.caller.person_id:
        raise BadRequest("You cannot disable your own account.")
    keep_administered(work, member)
    store.set_membership(work, member.id, disabled_at=work.now, disabled_by=work.caller.person_id)
    work.record(MemberDisabled(**_about(work, member)))
    return _as_it_is(work, member)


def enable(work: Work, member: Member) -> Member:
    if member.disabled_at is None:
        return member
    check_seat(work, member.role)
    store.set_membership(
        work,
        member.id,
        disabled_at=None,
        disabled_by=None,
        reactivated_at=work.now,
        reactivated_by=work.caller.person_id,
    )
    work.record(MemberEnabled(**_about(work, member)))
    return _as_it_is(work, member)


def approve(work: Work, member: Member) -> Member:
    if member.approved_at is not None:
        return member
    store.set_membership(work, member.id, approved_at=work.now)
    work.record(MemberChanged(**_about(work, member), field="approved_at", before=None))
    return _as_it_is(work, member)


def _about(work: Work, member: Member) -> dict[str, Any]:
    return about(member, work.caller.organization_id)


def _as_it_is(work: Work, member: Member) -> Member:
    found = store.find_member(work, member.id)
    assert found is not None
    return found
