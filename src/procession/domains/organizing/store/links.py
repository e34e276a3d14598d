"""Which tags are on what."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from procession.domains.organizing.tables import tag_links, tags
from procession.domains.organizing.types import Subject, TagLink
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.db import Statement, any_of
from procession.kit.work import Work

_LINKS = (
    sa.select(
        *[tag_links.c[name] for name in TagLink.__struct_fields__[:6]], tags.c.title, tags.c.color
    )
    .select_from(
        tag_links.join(
            tags,
            sa.and_(
                tags.c.organization_id == tag_links.c.organization_id,
                tags.c.id == tag_links.c.tag_id,
            ),
        )
    )
    .where(tag_links.c.organization_id == ORGANIZATION_ID)
    .order_by(tag_links.c.id)
)
_ONE = Statement(_LINKS.where(tag_links.c.id == sa.bindparam("link_id", type_=sa.BigInteger)))
_OF_SUBJECTS = Statement(_LINKS.where(any_of(tag_links.c.subject_id, "subject_ids")))
_OF_TEMPLATES = Statement(_LINKS.where(any_of(tag_links.c.template_id, "template_ids")))

TagLinks = dict[str, list[TagLink]]


def find_link(work: Work, link_id: int) -> TagLink | None:
    return work.first(_ONE, TagLink, link_id=link_id)


def links_of(work: Work, subject_ids: Collection[str]) -> TagLinks:
    """By what carries them, in the order they were put on; one statement for all."""
    if not subject_ids:
        return {}
    return _by_subject(work.all(_OF_SUBJECTS, TagLink, subject_ids=list(subject_ids)))


def links_of_templates(work: Work, template_ids: Collection[str]) -> TagLinks:
    """Those of templates and of their steps."""
    if not template_ids:
        return {}
    return _by_subject(work.all(_OF_TEMPLATES, TagLink, template_ids=list(template_ids)))


def _by_subject(found: Sequence[TagLink]) -> TagLinks:
    links: TagLinks = {}
    for link in found:
        links.setdefault(link.subject_id, []).append(link)
    return links


_COLUMNS = (
    "organization_id", "tag_id", "subject_kind", "subject_id", "template_id", "process_id",
    "task_id", "created_at",
)  # fmt: skip
_INSERT = Statement(tag_links.insert().values({name: sa.bindparam(name) for name in _COLUMNS}))
_DELETE = Statement(
    tag_links.delete().where(
        tag_links.c.organization_id == ORGANIZATION_ID,
        tag_links.c.id == sa.bindparam("link_id", type_=sa.BigInteger),
    )
)


def add_links(work: Work, wanted: Sequence[tuple[Subject, str]]) -> None:
    """Put tags on things that do not carry them yet: pairs of what, and a tag's id."""
    work.run_many(
        _INSERT,
        [
            {
                "organization_id": work.caller.organization_id,
                "tag_id": tag_id,
                "subject_kind": subject.kind,
                "subject_id": subject.id,
                "template_id": subject.template_id,
                "process_id": subject.process_id,
                "task_id": subject.task_id,
                "created_at": work.now,
            }
            for subject, tag_id in wanted
        ],
    )


def delete_link(work: Work, link_id: int) -> None:
    work.run(_DELETE, link_id=link_id)
