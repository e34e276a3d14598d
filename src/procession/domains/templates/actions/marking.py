"""Small marks on a template: its status label, the caller's star, the pin (contract 20, 3.10)."""

from procession.domains.templates import policy, store
from procession.domains.templates.content.attributes import read_status
from procession.domains.templates.events import TemplateChanged, about
from procession.domains.templates.types import Template
from procession.domains.templates.wire.attributes import PinIn, StatusIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound
from procession.kit.work import Work, writing


def set_status(caller: Caller, template_id: str, sent: StatusIn) -> Template:
    """By whoever sees the template: it is a label, nothing depends on it."""
    with writing(caller) as work:
        template = get_live(work, template_id)
        problems: dict[str, list[str]] = {}
        status = read_status(sent.status, problems)
        if problems:
            raise Invalid(problems)
        return _set(work, template, "status", status)


def set_pinned(caller: Caller, template_id: str, sent: PinIn) -> Template:
    with writing(caller) as work:
        template = get_live(work, template_id)
        if not policy.can_pin(caller):
            raise Forbidden
        return _set(work, template, "is_pinned", sent.is_pinned)


def star(work: Work, template: Template, *, is_starred: bool) -> None:
    if is_starred:
        store.set_star(work, template.id)
    else:
        store.clear_star(work, template.id)


def get_live(work: Work, template_id: str) -> Template:
    """Held against other writers. What is archived is not there."""
    template = store.get_visible(work, template_id, lock=True)
    if template.archived_at is not None:
        raise NotFound(kind="Template")
    return template


def _set(work: Work, template: Template, attribute: str, value: object) -> Template:
    before = getattr(template, attribute)
    if before == value:
        return template
    told = about(template, work.caller.organization_id)
    work.record(TemplateChanged(**told, attribute=attribute, before=before))
    return store.set_columns(work, template, {attribute: value})
