"""Who may do what with templates (contract 00, 8.2 and 8.4; 20, 5)."""

from procession.domains.templates.types import Permission, Template
from procession.kit.caller import Caller


def can_create(caller: Caller) -> bool:
    return caller.is_admin or (caller.is_standard and caller.can_create_templates)


def _is_theirs(caller: Caller, template: Template) -> bool:
    return caller.person_id in (template.owner_id, template.created_by)


def can_edit(caller: Caller, template: Template) -> bool:
    """Archive and restore are edits too."""
    if caller.is_admin or _is_theirs(caller, template):
        return not caller.is_light
    return caller.is_standard and template.holds(Permission.EDIT)


def can_purge(caller: Caller) -> bool:
    return caller.is_admin


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


def version_shown(caller: Caller, template: Template, *, published: bool = False) -> int | None:
    """Which version the caller reads: with drafts on, only who may edit sees the draft.

    None: there is only a draft, and it is not for the caller (contract 20, 1).
    """
    if not template.has_draft:
        return template.version
    if published or not can_edit(caller, template):
        return template.published_version
    return template.version


def version_launched(template: Template) -> int | None:
    """None: with drafts on, nothing can be launched before it is published."""
    return template.published_version if template.has_draft else template.version
