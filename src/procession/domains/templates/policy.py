"""Who may do what with templates (contract 00, 8.2 and 8.4; 20, 5)."""

from collections.abc import Collection, Iterable

from procession.core.archive import Reason, Verb, state_refuses
from procession.domains.templates.types import EVERYONE, Grant, Permission, Template
from procession.kit.caller import Caller, Role

#: The lists that everybody with default access stands in (contract 20, 5).
DEFAULT_ACCESS = (Permission.READ, Permission.LAUNCH, Permission.READ_PROCESSES)
#: What light members never have, and what they have only where they are named.
_NEVER_LIGHT = (Permission.EDIT, Permission.DUPLICATE)
_NAMED_ONLY = (Permission.LAUNCH, Permission.READ_PROCESSES)


def can_create(caller: Caller) -> bool:
    return caller.is_admin or (caller.is_standard and caller.can_create_templates)


def _is_theirs(caller: Caller, template: Template) -> bool:
    return caller.person_id in (template.owner_id, template.created_by)


def can_edit(caller: Caller, template: Template) -> bool:
    """Archive and restore are edits too."""
    if caller.is_admin or _is_theirs(caller, template):
        return not caller.is_light
    return caller.is_standard and template.holds(Permission.EDIT)


def can_publish(caller: Caller, template: Template) -> bool:
    """Also what would come to the same: switching drafts, or this restriction, on or off."""
    is_chosen = caller.is_admin or caller.person_id == template.owner_id
    return can_edit(caller, template) and (is_chosen or not template.only_owner_publishes)


def can_hand_over(caller: Caller, template: Template) -> bool:
    """Give it another owner."""
    return caller.is_admin or caller.person_id == template.owner_id


def can_pin(caller: Caller) -> bool:
    """For everyone; featuring is the same right."""
    return caller.is_admin


def can_create_for_another(caller: Caller) -> bool:
    return caller.is_admin


def can_purge(caller: Caller) -> bool:
    return caller.is_admin


def why_not(caller: Caller, verb: Verb, template: Template) -> Reason | None:
    """Why the caller may not do this to it as it is; None: they may."""
    may = can_purge(caller) if verb is Verb.DELETE else can_edit(caller, template)
    if not may:
        return Reason.NOT_ALLOWED
    return state_refuses(verb, is_archived=template.archived_at is not None)


def can_duplicate(caller: Caller, template: Template) -> bool:
    if caller.is_admin or _is_theirs(caller, template):
        return not caller.is_light
    return caller.is_standard and template.holds(Permission.DUPLICATE)


def can_launch(caller: Caller, template: Template) -> bool:
    """For light members the lists count only where they are named (access.py sees to that)."""
    return caller.is_admin or _is_theirs(caller, template) or template.holds(Permission.LAUNCH)


def can_read_processes(caller: Caller, template: Template) -> bool:
    return (
        caller.is_admin or _is_theirs(caller, template) or template.holds(Permission.READ_PROCESSES)
    )


def can_change_lists(caller: Caller) -> bool:
    """Option lists belong to the organization; whoever writes templates writes them."""
    return caller.is_admin or caller.is_standard


def default_access(grants: Collection[Grant]) -> set[str]:
    """People and groups that stand in all of the lists that default access consists of."""
    named = [
        {grant.grantee for grant in grants if grant.permission == permission}
        for permission in DEFAULT_ACCESS
    ]
    return set.intersection(*named) - {EVERYONE}


def admits(grants: Iterable[Grant], role: Role, keys: Collection[str]) -> bool:
    """A template with these lists exists for a member of this role, known by these keys."""
    for grant in grants:
        if role is Role.LIGHT and grant.permission in _NEVER_LIGHT:
            continue
        is_for_all = grant.grantee == EVERYONE and not (
            role is Role.LIGHT and grant.permission in _NAMED_ONLY
        )
        if is_for_all or grant.grantee in keys:
            return True
    return False


def version_shown(caller: Caller, template: Template, *, published: bool = False) -> int | None:
    """Which version the caller reads: with drafts on, only who may edit sees the draft.

    None: there is only a draft, and it is not for the caller (contract 20, 1).
    """
    if not template.has_draft:
        return template.version
    if published or not can_edit(caller, template):
        return template.published_version
    return template.version


def can_read_version(caller: Caller, template: Template, version: int) -> bool:
    """A frozen one. Where drafts are on, readers get the published one and no other."""
    if not template.has_draft or can_edit(caller, template):
        return True
    return version == template.published_version


def version_launched(template: Template) -> int | None:
    """None: with drafts on, nothing can be launched before it is published."""
    return template.published_version if template.has_draft else template.version
