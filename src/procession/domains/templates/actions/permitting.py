"""Who may do what with a template: reading and replacing its five lists (contract 20, 5)."""

from collections.abc import Mapping, Sequence

from procession.domains.templates import store
from procession.domains.templates.events import TemplatePermissionsChanged
from procession.domains.templates.types import Grant, Template
from procession.kit.work import Work


def set_permissions(
    work: Work, template: Template, wanted: Mapping[str, Sequence[str]]
) -> list[Grant]:
    """Replace the lists in `wanted`; the others stay. Telling it only when something changed."""
    before = by_permission(store.list_grants(work, template.id))
    changed = {
        permission: grantees
        for permission, grantees in wanted.items()
        if sorted(grantees) != sorted(before.get(permission, []))
    }
    for permission, grantees in changed.items():
        store.set_grants(work, template.id, permission, grantees)
    if changed:
        store.set_columns(work, template, {})
        work.record(
            TemplatePermissionsChanged(
                organization_id=work.caller.organization_id,
                template_id=template.id,
                title=template.title,
                before={permission: before.get(permission, []) for permission in changed},
            )
        )
    return store.list_grants(work, template.id)


def by_permission(grants: Sequence[Grant]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for grant in grants:
        lists.setdefault(grant.permission, []).append(grant.grantee)
    return lists
