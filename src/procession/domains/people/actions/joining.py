"""Becoming a member of an organization."""

from procession.core.addresses import is_address
from procession.domains.people import store
from procession.domains.people.events import MemberJoined
from procession.domains.people.types import Member
from procession.kit.caller import Role
from procession.kit.errors import Conflict, Invalid
from procession.kit.work import Work


def join(
    work: Work,
    *,
    email: str,
    first_name: str,
    last_name: str,
    role: Role,
    timezone: str,
    is_default_admin: bool = False,
) -> Member:
    """Make the account when the address is new to the server, and the membership."""
    check_address(email)
    user = store.find_user(work, email)
    if user is not None and store.find_member(work, user.id) is not None:
        raise Conflict(f"{email} is a member of this organization already.")
    user_id = (
        user.id
        if user is not None
        else store.add_user(
            work, email=email, first_name=first_name, last_name=last_name, timezone=timezone
        )
    )
    if user is not None and store.get_secrets(work, user_id).activated_at is None:
        # Invited elsewhere, and not there yet: from now on the account is in use.
        store.set_user(work, user_id, {"activated_at": work.now})
    store.add_membership(work, user_id, role.value, is_default_admin=is_default_admin)
    member = store.find_member(work, user_id)
    assert member is not None
    work.record(
        MemberJoined(
            organization_id=work.caller.organization_id,
            user_id=user_id,
            full_name=member.full_name,
            role=member.role or "",
        )
    )
    return member


def check_address(email: str) -> None:
    if not is_address(email):
        raise Invalid({"email": ["The email must be a valid email address."]})
