"""Who may do what with a template: the five lists, and default access (contract 20, 5)."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.types import Member, group_key, groups_among, user_key
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.actions import permitting
from procession.domains.templates.actions.editing import get_editable
from procession.domains.templates.types import EVERYONE, Grant, Permission, Template
from procession.domains.templates.wire.templates import PermissionListIn, PermissionsIn
from procession.flows.telling import letters
from procession.kit.caller import Caller, Role
from procession.kit.errors import Invalid
from procession.kit.mail import post
from procession.kit.work import Work, writing


def set_template_permissions(
    caller: Caller, template_id: str, sent: PermissionsIn
) -> tuple[Template, list[Grant]]:
    """Lists that are sent replace the stored ones. Who sees the template now gets one mail."""
    with writing(caller) as work:
        template = get_editable(work, template_id)
        before = templates.list_grants(work, template.id)
        wanted = _checked(work, sent, before)
        after = set_lists(work, template, before, wanted)
        _tell_admitted(work, template, before, after)
        # Who gives their own right away still gets to see what they did.
        return templates.find_visible(work, template.id) or template, after


def set_lists(
    work: Work, template: Template, before: Sequence[Grant], wanted: Mapping[str, Sequence[str]]
) -> list[Grant]:
    """Whoever is in a group that is new to a list does not stand in it by name, too (00, 8.2)."""
    stored = permitting.by_permission(before)
    lists = {
        permission: _without_members_of_new_groups(work, stored.get(permission, []), keys)
        for permission, keys in wanted.items()
    }
    return permitting.set_permissions(work, template, lists)


def with_default_access(grants: Collection[Grant], wanted: set[str]) -> dict[str, list[str]]:
    """The three lists of default access, so that exactly `wanted` has it."""
    current = policy.default_access(grants)
    stored = permitting.by_permission(list(grants))
    if wanted == current:
        return {}
    return {
        permission.value: sorted(
            (set(stored.get(permission.value, [])) - (current - wanted)) | wanted
        )
        for permission in policy.DEFAULT_ACCESS
    }


def outside_of_groups(work: Work, users: Sequence[int], group_ids: Sequence[str]) -> Sequence[int]:
    """Those users that are in none of the groups."""
    if not users or not group_ids:
        return users
    inside = _members_of(work, group_ids)
    return [user for user in users if user not in inside]


def _checked(work: Work, sent: PermissionsIn, before: Sequence[Grant]) -> dict[str, list[str]]:
    """Everything wrong at once. Who is listed already may stay, even when disabled since."""
    stored = permitting.by_permission(before)
    problems: dict[str, list[str]] = {}
    wanted = {}
    for permission in Permission:
        named: PermissionListIn | None = getattr(sent, permission.value)
        if named is not None:
            known = set(stored.get(permission.value, []))
            wanted[permission.value] = _checked_list(work, permission.value, named, known, problems)
    if problems:
        raise Invalid(problems)
    return wanted


def _checked_list(
    work: Work,
    name: str,
    sent: PermissionListIn,
    stored: set[str],
    problems: dict[str, list[str]],
) -> list[str]:
    users, groups = sent.users or [], sent.groups or []
    check_named(work, users, groups, stored, problems, at=f"{name}.")
    everyone = [EVERYONE] if sent.all_members else []
    return [*everyone, *map(user_key, users), *map(group_key, groups)]


def check_named(
    work: Work,
    users: Sequence[int],
    groups: Sequence[str],
    stored: set[str],
    problems: dict[str, list[str]],
    *,
    at: str = "",
) -> None:
    """Members and groups that are not in `stored` must be active members, and groups there are."""
    active, known = people.active_users_among(work, users), people.groups_among(work, groups)
    for place, user in enumerate(users):
        if user not in active and user_key(user) not in stored:
            problems[f"{at}users.{place}"] = ["The selected user is invalid."]
    for place, group in enumerate(groups):
        if group not in known:
            problems[f"{at}groups.{place}"] = ["The selected group is invalid."]


def _without_members_of_new_groups(
    work: Work, stored: Collection[str], keys: Sequence[str]
) -> list[str]:
    inside = {user_key(user) for user in _members_of(work, groups_among(set(keys) - set(stored)))}
    return [key for key in keys if key not in inside]


def _members_of(work: Work, group_ids: Iterable[str]) -> set[int]:
    found = (people.find_group(work, group_id) for group_id in group_ids)
    return {member for group in found if group is not None for member in group.members}


def _tell_admitted(
    work: Work, template: Template, before: Sequence[Grant], after: Sequence[Grant]
) -> None:
    """Members who are named, by themselves or in a group, and could not see the template before.

    Opening it to everyone mails nobody: that is no message to a person.
    """
    if sorted(_keys(before)) == sorted(_keys(after)):
        return
    groups = {
        group_id: _members_of(work, [group_id])
        for group_id in groups_among({grant.grantee for grant in [*before, *after]})
    }
    admitted = [
        member
        for member in people.list_members(work)
        if _may_be_told(work, template, member)
        and not policy.admits(_counting(template, before), _role(member), _known_by(member, groups))
        and policy.admits(
            [grant for grant in _counting(template, after) if grant.grantee != EVERYONE],
            _role(member),
            _known_by(member, groups),
        )
    ]
    if admitted:
        organization = accounts.get_organization(work).name
        for member in admitted:
            post(work, letters.template_opened(member, organization, template.title))


def _keys(grants: Sequence[Grant]) -> list[tuple[str, str]]:
    return [(grant.permission, grant.grantee) for grant in grants]


def _may_be_told(work: Work, template: Template, member: Member) -> bool:
    """Administrators, owner and creator see it anyway, and who does it knows."""
    knows = (template.owner_id, template.created_by, work.caller.person_id)
    is_let_in = member.is_active and member.role in (Role.STANDARD.value, Role.LIGHT.value)
    return is_let_in and member.id not in knows


def _counting(template: Template, grants: Sequence[Grant]) -> list[Grant]:
    """Only who may edit sees a draft that was never published."""
    if not template.has_draft or template.published_version is not None:
        return list(grants)
    return [grant for grant in grants if grant.permission == Permission.EDIT]


def _role(member: Member) -> Role:
    return Role(member.role or Role.LIGHT)


def _known_by(member: Member, groups: Mapping[str, set[int]]) -> set[str]:
    inside = {group_key(group_id) for group_id, members in groups.items() if member.id in members}
    return {user_key(member.id), *inside}
