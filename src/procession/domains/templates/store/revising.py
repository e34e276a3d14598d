"""Changing templates from outside of their editors: finding, locking and renewing them."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.templates.store.selecting import TEMPLATE_ID, visible
from procession.domains.templates.store.versions import (
    add_version,
    freeze_version,
    set_content,
    with_face,
)
from procession.domains.templates.store.writing import save
from procession.domains.templates.tables import template_versions, templates
from procession.domains.templates.types import Content, Face, Template
from procession.kit.caller import Role
from procession.kit.db import Statement, like_pattern, lower_ascii
from procession.kit.work import Work

_LOCK_ANY = Statement(
    visible(Role.ADMIN).where(templates.c.id == TEMPLATE_ID).with_for_update(of=templates)
)


def lock_templates(work: Work, template_ids: Collection[str]) -> list[Template]:
    """Those that are there, archived or not, whoever the caller is: an effect, not an edit.

    One after the other in the order of their ids, so that two works never wait in a circle.
    """
    found = [work.first(_LOCK_ANY, Template, template_id=each) for each in sorted(template_ids)]
    work.read_clock()
    return [template for template in found if template is not None]


_PATTERN = sa.bindparam("pattern", type_=sa.Text)
_TEXTS = (
    templates.c.summary,
    templates.c.guidance,
    templates.c.kickoff_description,
    template_versions.c.steps,
    template_versions.c.kickoff,
    template_versions.c.face,
)
_MENTIONING = Statement(
    sa.select(templates.c.id)
    .distinct()
    .select_from(
        templates.join(
            template_versions,
            sa.and_(
                templates.c.organization_id == template_versions.c.organization_id,
                templates.c.id == template_versions.c.template_id,
                sa.or_(
                    templates.c.version == template_versions.c.version,
                    templates.c.published_version == template_versions.c.version,
                ),
            ),
        )
    )
    .where(
        templates.c.organization_id == ORGANIZATION_ID,
        sa.or_(*[lower_ascii(text).like(_PATTERN, escape="\\") for text in _TEXTS]),
    )
)


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


def templates_mentioning(work: Work, text: str) -> list[str]:
    """Templates in whose current or published texts it may stand, archived ones too.

    `text` is ASCII."""
    return [row.id for row in work.all(_MENTIONING, _Id, pattern=like_pattern(text))]


def renew_published(
    work: Work, template: Template, draft: Content, now: tuple[Face, Content]
) -> Template:
    """What readers see changes, though its version is frozen: it gets a version of its own.

    The draft moves on to the version after that. No process was launched from a draft, so the
    number it had is free for what is published.
    """
    face, content = now
    number = template.version + template.version_is_frozen
    if template.version_is_frozen:
        add_version(work, template.id, number, content)
    else:
        set_content(work, template.id, number, draft, content)
    freeze_version(work, with_face(template, number, face))
    add_version(work, template.id, number + 1, draft)
    columns = {"version": number + 1, "version_is_frozen": False, "published_version": number}
    return save(work, template, columns, draft, draft)


def publish_again(work: Work, template: Template, content: Content) -> Template:
    """The version being edited is what readers see, as the one before it was."""
    freeze_version(work, template)
    columns = {
        "version_is_frozen": True,
        "published_version": template.version,
        "published_title": template.title,
    }
    return save(work, template, columns, content, content)
