"""Delete an archived template for ever (contract 20, 3.7). Its processes stay complete."""

from procession.domains.templates import policy, store
from procession.domains.templates.actions.unembedding import (
    Reference,
    lock_with_references,
    remove_references,
)
from procession.domains.templates.events import TemplateDeleted
from procession.domains.templates.types import Template
from procession.kit.errors import Forbidden, invalid
from procession.kit.work import Work


def purge_archived(work: Work, template_id: str) -> list[Reference]:
    """What embedded it, and does so no more."""
    store.get_visible(work, template_id)
    if not policy.can_purge(work.caller):
        raise Forbidden("Only administrators can permanently delete templates.")
    lock_with_references(work, template_id)
    template = store.get_visible(work, template_id, lock=True)
    if template.archived_at is None:
        raise invalid("template", "The template must be archived before it can be deleted.")
    purge(work, template)
    return remove_references(work, template)


def purge(work: Work, template: Template) -> None:
    """Versions stay that processes were launched from: what those show is in them."""
    store.lock_versions(work, template.id)
    store.delete_template(work, template.id)
    store.delete_unused_versions(work, template.id)
    work.record(
        TemplateDeleted(
            organization_id=work.caller.organization_id,
            template_id=template.id,
            title=template.title,
        )
    )
