"""Archive a template, and bring it back (contract 20, 3.5 and 3.6)."""

import msgspec

from procession.domains.templates import policy, store
from procession.domains.templates.actions.editing import NO_EDIT
from procession.domains.templates.events import TemplateArchived, TemplateFact, TemplateUnarchived
from procession.domains.templates.types import Template
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.work import Work, writing


def archive_template(caller: Caller, template_id: str) -> Template:
    with writing(caller) as work:
        template = _get_editable(work, template_id)
        return archive(work, template)


def unarchive_template(caller: Caller, template_id: str) -> Template:
    with writing(caller) as work:
        template = _get_editable(work, template_id)
        return unarchive(work, template)


def archive(work: Work, template: Template) -> Template:
    """Nothing happens to one that is archived already."""
    archived = store.set_archived(work, template.id)
    if archived is None:
        return template
    work.record(_told(TemplateArchived, work, template))
    return msgspec.structs.replace(
        template,
        archived_at=work.now,
        archived_by=work.caller.person_id,
        archived_via=work.caller.archives_via,
        archived_operation=work.caller.operation,
        archived_by_name=archived.by_name,
        updated_at=work.now,
    )


def unarchive(work: Work, template: Template) -> Template:
    if not store.clear_archived(work, template.id):
        return template
    work.record(_told(TemplateUnarchived, work, template))
    # Read again: its folder may be gone.
    return store.get_visible(work, template.id)


def _get_editable(work: Work, template_id: str) -> Template:
    template = store.get_visible(work, template_id, lock=True)
    if not policy.can_edit(work.caller, template):
        raise Forbidden(NO_EDIT)
    return template


def _told(fact: type[TemplateFact], work: Work, template: Template) -> TemplateFact:
    return fact(
        organization_id=work.caller.organization_id,
        template_id=template.id,
        title=template.title,
    )
