"""Conditions for other domains' lists: what carries a tag, and what lies in a folder."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from procession.domains.organizing.tables import folder_objects, tag_links, tags
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.db import any_of


def _links_of(organization_id: sa.Column[Any], subject_id: sa.Column[Any]) -> list[Any]:
    return [tag_links.c.organization_id == organization_id, tag_links.c.subject_id == subject_id]


def _carries(table: sa.Table, is_meant: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        *_links_of(table.c.organization_id, table.c.id),
        tags.c.organization_id == tag_links.c.organization_id,
        tags.c.id == tag_links.c.tag_id,
        is_meant,
    )


def carries_any(table: sa.Table, name: str) -> sa.ColumnElement[bool]:
    """A row of `table` carries a tag whose id or exact title is bound under `name`."""
    return _carries(table, sa.or_(any_of(tags.c.id, name), any_of(tags.c.title, name)))


#: Nothing is asked to carry more.
MOST_TAGS = 30


def carries_all(table: sa.Table, count: int) -> sa.ColumnElement[bool]:
    """It carries each of `count` tags, whose ids or exact titles are bound as `tag_0`..."""
    if count > MOST_TAGS:
        return sa.false()
    return sa.and_(*[table.c.id.in_(_carrying(f"tag_{place}")) for place in range(count)])


def _carrying(name: str) -> sa.Select[Any]:
    """Ids of what carries the tag whose id or exact title is bound under `name`."""
    word = sa.bindparam(name, type_=sa.Text)
    meant = sa.select(tags.c.id).where(
        tags.c.organization_id == ORGANIZATION_ID, sa.or_(tags.c.id == word, tags.c.title == word)
    )
    return sa.select(tag_links.c.subject_id).where(
        tag_links.c.organization_id == ORGANIZATION_ID, tag_links.c.tag_id.in_(meant)
    )


def tag_values(words: Sequence[str]) -> dict[str, str]:
    """What `carries_all` binds."""
    return {f"tag_{place}": word for place, word in enumerate(words[:MOST_TAGS])}


def carries_none(table: sa.Table) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(*_links_of(table.c.organization_id, table.c.id))


def lies_in(table: sa.Table, name: str) -> sa.ColumnElement[bool]:
    """It lies directly in one of the folders bound under `name`."""
    return sa.exists().where(
        folder_objects.c.organization_id == table.c.organization_id,
        folder_objects.c.subject_id == table.c.id,
        any_of(folder_objects.c.folder_id, name),
    )


def lying_in(table: sa.Table, name: str) -> sa.Select[Any]:
    """Ids of the rows of `table` that `lies_in` is true for, found from the folders."""
    owner = {"processes": folder_objects.c.process_id, "tasks": folder_objects.c.task_id}
    return sa.select(owner[table.name]).where(
        folder_objects.c.organization_id == ORGANIZATION_ID,
        owner[table.name].is_not(None),
        any_of(folder_objects.c.folder_id, name),
    )


def carrying_any(name: str) -> sa.Select[Any]:
    """Ids of what carries a tag whose id or exact title is bound under `name`."""
    return (
        sa.select(tag_links.c.subject_id)
        .select_from(
            tag_links.join(
                tags,
                sa.and_(
                    tags.c.organization_id == tag_links.c.organization_id,
                    tags.c.id == tag_links.c.tag_id,
                ),
            )
        )
        .where(
            tags.c.organization_id == ORGANIZATION_ID,
            sa.or_(any_of(tags.c.id, name), any_of(tags.c.title, name)),
        )
    )
