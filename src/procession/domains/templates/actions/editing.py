"""Editing a template: the way every change of its texts or content goes.

A use case loads with `get_editable`, works out another content, records its facts and calls
`save`: one transaction, one lock on the template, so that two editors never lose each other's work.
"""

from collections.abc import Mapping
from typing import Any

from procession.domains.templates import policy, store
from procession.domains.templates.types import Content, Template
from procession.kit.errors import Forbidden, NotFound
from procession.kit.work import Work

NO_EDIT = "You do not have the right to edit this template."


def get_editable(work: Work, template_id: str) -> Template:
    """Locked; archived ones are not found (contract 20, 3.2)."""
    template = get_live(work, template_id)
    check_right(work, template)
    return template


def get_readable(work: Work, template_id: str) -> Template:
    """Not locked, and not archived."""
    template = store.get_visible(work, template_id)
    if template.archived_at is not None:
        raise NotFound(kind="Template")
    return template


def get_live(work: Work, template_id: str) -> Template:
    """Locked, and not archived. A part named in the path is looked up before `check_right`: what
    is not there is a 404 also for who may not edit (contract 00, 5.7)."""
    template = store.get_visible(work, template_id, lock=True)
    if template.archived_at is not None:
        raise NotFound(kind="Template")
    return template


def check_right(work: Work, template: Template) -> None:
    if not policy.can_edit(work.caller, template):
        raise Forbidden(NO_EDIT)


def get_content_to_edit(work: Work, template: Template) -> Content:
    """Of the version being edited: the draft, when drafts are on."""
    return store.get_content(work, template.id, template.version)


def save(
    work: Work,
    template: Template,
    was: Content,
    now: Content,
    changes: Mapping[str, Any] | None = None,
) -> Template:
    """Store what is different; nothing happens when nothing is. The template afterwards.

    `changes`: columns of the template by name; those equal to what is stored are left out.
    """
    different = {
        name: value for name, value in (changes or {}).items() if getattr(template, name) != value
    }
    if now == was and not different:
        return template
    return store.save(work, template, different, was, now)
