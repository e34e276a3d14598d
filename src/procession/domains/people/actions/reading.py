"""Reading who the members are."""

from procession.domains.people import policy, store
from procession.domains.people.types import Account, Member
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.work import Work, looking


def get_self(caller: Caller) -> Member:
    member = store.find_member(looking(caller), caller.person_id)
    if member is None:
        raise NotFound
    return member


def get_account(caller: Caller) -> Account:
    """The caller across organizations; works without any."""
    return store.get_account(looking(caller), caller.person_id)


def list_members(caller: Caller) -> list[Member]:
    return store.list_members(looking(caller))


def get_member_named(caller: Caller, name: str) -> Member:
    """By id, address, username, or `me` (contract 00, 4.6; 10, 4.3)."""
    member = find_member_named(looking(caller), name)
    if member is None:
        raise NotFound("User not found")
    if not policy.can_read_member(caller, member):
        raise Forbidden
    return member


def find_member_named(work: Work, name: str) -> Member | None:
    """By id, address, username, or `me`."""
    if name == "me":
        return store.find_member(work, work.caller.person_id)
    return store.find_member_named(work, name)
