"""Publish a template, and switch drafts on and off (contract 20, 1 and 3.9)."""

from typing import Any

from procession.domains.templates import policy, store
from procession.domains.templates.actions.editing import get_editable
from procession.domains.templates.events import TemplateChanged, about
from procession.domains.templates.types import Template
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.work import Work, writing

NO_PUBLISHING = "Only administrators and the owner may publish this template."
_PUBLISHED = "published"


def publish_template(caller: Caller, template_id: str) -> Template:
    with writing(caller) as work:
        template = get_editable(work, template_id)
        if not policy.can_publish(caller, template):
            raise Forbidden(NO_PUBLISHING)
        return publish(work, template)


def publish(work: Work, template: Template) -> Template:
    """Readers see what editors see. Nothing happens when they do already."""
    is_same = template.published_version == template.version
    if is_same and template.status == _PUBLISHED:
        return template
    changes = {} if is_same else _as_published(work, template)
    work.record(
        TemplateChanged(
            **about(template, work.caller.organization_id),
            attribute="status",
            before=template.status,
        )
    )
    return store.set_columns(work, template, {**changes, "status": _PUBLISHED})


def start_drafting(work: Work, template: Template) -> Template:
    """From here on edits go to a draft; what was ever launched or published stays as it is."""
    changes = _as_published(work, template) if template.was_released else {}
    return store.set_columns(work, template, {**changes, "has_draft": True})


def stop_drafting(work: Work, template: Template) -> Template:
    """The draft is what everybody sees from here on."""
    return store.set_columns(work, template, {"has_draft": False})


def _as_published(work: Work, template: Template) -> dict[str, Any]:
    """Columns of a template whose version being edited is the published one, too."""
    if not template.version_is_frozen:
        store.freeze_version(work, template)
    return {
        "version_is_frozen": True,
        "published_version": template.version,
        "published_title": template.title,
    }
