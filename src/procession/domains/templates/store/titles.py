"""Which steps job titles are bound to, in the versions that processes were launched from."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.templates.tables import template_versions
from procession.kit.db import Statement, like_pattern
from procession.kit.reading import stored_reader
from procession.kit.work import Work

#: Nobody asks for more at once; each is a search of its own.
_MOST_TITLES = 30
_NAMING = Statement(
    sa.select(
        template_versions.c.template_id, template_versions.c.version, template_versions.c.steps
    ).where(
        template_versions.c.organization_id == ORGANIZATION_ID,
        template_versions.c.steps.like(sa.bindparam("pattern", type_=sa.Text)),
    )
)


class _Step(msgspec.Struct, frozen=True):
    id: str
    roles: tuple[str, ...] = ()


class _Row(msgspec.Struct, array_like=True, frozen=True):
    template_id: str
    version: int
    steps: str


_read_steps = stored_reader(tuple[_Step, ...])


def steps_for_titles(work: Work, title_ids: Sequence[str]) -> list[tuple[str, int, str]]:
    """(template, version, step) of every step that is bound to one of these titles."""
    found = {
        (row.template_id, row.version, step.id)
        for title_id in title_ids[:_MOST_TITLES]
        for row in work.all(_NAMING, _Row, pattern=like_pattern(title_id))
        for step in _read_steps(row.steps)
        if title_id in step.roles
    }
    return sorted(found)
