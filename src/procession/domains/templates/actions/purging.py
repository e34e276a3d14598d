"""Delete an archived template for ever (contract 20, 3.7). Its processes stay complete."""

from procession.domains.templates import store
from procession.domains.templates.events import TemplateDeleted
from procession.domains.templates.types import Template
from procession.kit.destroying import Clearance
from procession.kit.work import Work


def purge(work: Work, clearance: Clearance, template: Template) -> None:
    """Versions stay that processes were launched from: what those show is in them."""
    store.lock_versions(work, template.id)
    store.delete_template(work, clearance, template.id)
    store.delete_unused_versions(work, clearance, template.id)
    work.record(
        TemplateDeleted(
            organization_id=work.caller.organization_id,
            template_id=template.id,
            title=template.title,
        )
    )
