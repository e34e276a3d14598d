"""Job titles: placeholders for people."""

from collections.abc import Collection
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import job_titles
from procession.domains.people.types import JobTitle
from procession.kit.db import Statement, any_of
from procession.kit.folding import sort_key, with_folds
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_TITLE_ID = sa.bindparam("title_id", type_=sa.String(32))
_THIS = (job_titles.c.organization_id == ORGANIZATION_ID, job_titles.c.id == _TITLE_ID)
_TITLES = sa.select(*[job_titles.c[name] for name in JobTitle.__struct_fields__]).where(
    job_titles.c.organization_id == ORGANIZATION_ID
)
_TITLE = Statement(_TITLES.where(job_titles.c.id == _TITLE_ID))
_PAGE = Statement(
    _TITLES.order_by(sort_key(job_titles.c.name_folded), job_titles.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .offset(sa.bindparam("offset", type_=sa.Integer))
)
_COUNT = Statement(sa.select(sa.func.count()).select_from(_TITLES.subquery()))
_NAMED = Statement(
    sa.select(job_titles.c.id).where(
        job_titles.c.organization_id == ORGANIZATION_ID,
        job_titles.c.name_key == sa.bindparam("name_key", type_=sa.Text),
    )
)
_INSERT = Statement(
    job_titles.insert().values({column.name: sa.bindparam(column.name) for column in job_titles.c})
)
_DELETE = Statement(job_titles.delete().where(*_THIS))


def list_job_titles(work: Work, request: PageRequest) -> Page[JobTitle]:
    """By name."""
    rows = work.all(_PAGE, JobTitle, limit=request.size, offset=request.offset)
    return Page(rows, work.value(_COUNT), request)


def find_job_title(work: Work, title_id: str) -> JobTitle | None:
    return work.first(_TITLE, JobTitle, title_id=title_id)


def find_job_title_named(work: Work, name: str) -> str | None:
    """Its id, whatever the case of the name."""
    found: str | None = work.value(_NAMED, name_key=name.lower())
    return found


class _TitleId(msgspec.Struct, array_like=True, frozen=True):
    id: str


_AMONG = Statement(
    sa.select(job_titles.c.id).where(
        job_titles.c.organization_id == ORGANIZATION_ID, any_of(job_titles.c.id, "title_ids")
    )
)


def job_titles_among(work: Work, title_ids: Collection[str]) -> set[str]:
    if not title_ids:
        return set()
    return {row.id for row in work.all(_AMONG, _TitleId, title_ids=list(title_ids))}


def add_job_title(work: Work, title: JobTitle) -> None:
    work.run(
        _INSERT,
        id=title.id,
        **with_folds(job_titles, {"name": title.name}),
        name_key=title.name.lower(),
        description=title.description,
        created_at=title.created_at,
        updated_at=title.updated_at,
    )


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=job_titles.c[name].type) for name in names}
    now = sa.bindparam("now", type_=sa.BigInteger)
    return Statement(job_titles.update().where(*_THIS).values(new | {"updated_at": now}))


def set_job_title_columns(work: Work, title_id: str, changes: dict[str, Any]) -> None:
    columns = with_folds(job_titles, changes)
    if "name" in columns:
        columns["name_key"] = columns["name"].lower()
    new = {f"new_{name}": value for name, value in columns.items()}
    work.run(_setting(tuple(sorted(columns))), title_id=title_id, **new)


def delete_job_title(work: Work, title_id: str) -> None:
    work.run(_DELETE, title_id=title_id)
