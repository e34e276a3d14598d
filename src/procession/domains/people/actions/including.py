"""What callers want to see beside members (contract 10, 1.1), as far as they may.

A page of members costs as many statements as one member.
"""

from collections.abc import Sequence
from dataclasses import replace

from procession.domains.people import policy, store
from procession.domains.people.types import Account, Member, MemberStats, MemberView
from procession.kit.caller import Caller
from procession.kit.work import Work, reading

#: Only for administrators, and for the person.
_PRIVATE = frozenset(("preferences", "auth_methods"))
#: What has to be loaded; the rest is known with the member.
_LOADED = frozenset(("groups", "stats", "organizations", "auth_methods"))
#: Files and watchers do not exist yet, so there are none to show.
_KNOWN = _PRIVATE | _LOADED | {"country", "assets", "member_watchers", "guest_watchers"}


def view_member(caller: Caller, member: Member, includes: frozenset[str]) -> MemberView:
    return view_members(caller, [member], includes)[0]


def view_account(caller: Caller, account: Account, includes: frozenset[str]) -> MemberView:
    """The caller themselves, in their default organization."""
    default = account.default_organization_id or ""
    return view_member(replace(caller, organization_id=default), account, includes)


def view_members(
    caller: Caller, members: Sequence[Member], includes: frozenset[str]
) -> list[MemberView]:
    """Unknown names are ignored, and so are forbidden ones."""
    shown = [_shown(caller, member, includes) for member in members]
    wanted = frozenset().union(*shown) & _LOADED
    if not wanted:
        return [
            MemberView(member=member, shown=names)
            for member, names in zip(members, shown, strict=True)
        ]
    with reading(caller) as work:
        return _loaded(work, members, shown, wanted)


def _shown(caller: Caller, member: Member, includes: frozenset[str]) -> frozenset[str]:
    hidden = frozenset() if policy.can_read_member(caller, member) else _PRIVATE
    return (includes & _KNOWN) - hidden


def _loaded(
    work: Work,
    members: Sequence[Member],
    shown: Sequence[frozenset[str]],
    wanted: frozenset[str],
) -> list[MemberView]:
    ids = [member.id for member in members]
    groups = store.groups_of(work, ids) if "groups" in wanted else {}
    stats = store.member_stats(work, ids) if "stats" in wanted else {}
    organizations = store.shared_organizations(work, ids) if "organizations" in wanted else {}
    methods = store.sign_in_methods(work, ids) if "auth_methods" in wanted else {}
    return [
        MemberView(
            member=member,
            shown=names,
            groups=tuple(groups.get(member.id, ())),
            stats=stats.get(member.id, MemberStats()),
            organizations=tuple(organizations.get(member.id, ())),
            sign_in_methods=tuple(methods.get(member.id, ())),
        )
        for member, names in zip(members, shown, strict=True)
    ]
