"""Hits of each kind: a page of them in their order, and how many there are.

Only what the caller may open is looked at, by the one select of each domain. What is archived comes
after what is not; then whether the name is, begins with, or has what was asked for; then the newest
first.
"""

from functools import cache, lru_cache
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes import access as process_access
from procession.domains.processes.access import Sight, keys_of_caller, sight_of
from procession.domains.processes.tables import processes
from procession.domains.search.store import walking, words
from procession.domains.search.store.filtering import bound_by_filter, narrowing
from procession.domains.search.types import Filter, Found, Kind, Wanted
from procession.domains.snippets.tables import snippets
from procession.domains.tasks import access as task_access
from procession.domains.tasks.access import tasks_and_processes
from procession.domains.tasks.tables import tasks
from procession.domains.templates import access as template_access
from procession.domains.templates.tables import template_versions, templates
from procession.kit.caller import Role
from procession.kit.db import Statement
from procession.kit.folding import as_folded
from procession.kit.paging import PageRequest
from procession.kit.work import Work

_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_OFFSET = sa.bindparam("offset", type_=sa.Integer)


class Shape(NamedTuple):
    """What decides the text of a statement; everything else is bound."""

    kind: Kind
    role: Role
    sight: Sight
    word_count: int
    archived_templates_too: bool
    only_live: bool = False
    narrowed: Filter | None = None
    #: Of processes and tasks: of each word, the uses of the texts that have it.
    uses: tuple[str, ...] = ()
    #: Of processes, where there are many: the word by which they are found, and how they are asked
    #: for the others.
    found_by: int | None = None
    asked: walking.Shape | None = None


class _Source(NamedTuple):
    """Where hits of a kind are, what is seen of it, and what orders it."""

    rows: sa.FromClause
    id: sa.ColumnElement[Any]
    conditions: list[sa.ColumnElement[bool]]
    name: sa.ColumnElement[Any]
    is_archived: sa.ColumnElement[bool]
    newest: list[sa.ColumnElement[Any]]


def _of_processes(shape: Shape) -> _Source:
    return _Source(
        rows=processes,
        id=processes.c.id,
        conditions=[
            processes.c.organization_id == ORGANIZATION_ID,
            process_access.is_seen(shape.sight),
            *[_has_word(shape, place) for place in range(shape.word_count)],
        ],
        name=as_folded(processes.c.name_folded),
        is_archived=processes.c.archived_at.is_not(None),
        newest=[processes.c.created_at.desc(), processes.c.number.desc()],
    )


def _has_word(shape: Shape, place: int) -> sa.ColumnElement[bool]:
    if shape.asked is None or place == shape.found_by:
        return processes.c.id.in_(words.processes_saying(shape.sight, place, shape.uses[place]))
    return walking.has_word(shape.asked, place)


def _of_tasks(shape: Shape) -> _Source:
    seen = [task_access.is_seen(shape.sight)]
    if shape.sight is Sight.LIGHT:
        seen.append(task_access.may_be_seen(shape.sight))
    return _Source(
        rows=tasks_and_processes,
        id=tasks.c.id,
        conditions=[
            tasks.c.organization_id == ORGANIZATION_ID,
            *seen,
            *[
                tasks.c.id.in_(words.tasks_saying(place, shape.uses[place]))
                for place in range(shape.word_count)
            ],
        ],
        name=as_folded(tasks.c.title_folded),
        is_archived=sa.or_(tasks.c.archived_at.is_not(None), processes.c.archived_at.is_not(None)),
        newest=[tasks.c.created_at.desc(), tasks.c.number.desc()],
    )


#: With the version that its reader sees: the draft, or what is published.
def _templates_shown(role: Role) -> sa.Join:
    shown = sa.case(
        (template_access.sees_draft(role), templates.c.version),
        else_=templates.c.published_version,
    )
    return templates.join(
        template_versions,
        sa.and_(
            template_versions.c.organization_id == templates.c.organization_id,
            template_versions.c.template_id == templates.c.id,
            template_versions.c.version == shown,
        ),
    )


def _is_template_seen(shape: Shape) -> list[sa.ColumnElement[bool]]:
    seen = [
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.is_system.is_(False),
        template_access.is_visible(shape.role),
    ]
    return seen if shape.archived_templates_too else [*seen, templates.c.archived_at.is_(None)]


def _of_templates(shape: Shape) -> _Source:
    sees_draft = template_access.sees_draft(shape.role)

    def has(place: int) -> sa.ColumnElement[bool]:
        own = sa.or_(
            words.says(templates.c.title_text, place), words.says(templates.c.summary_text, place)
        )
        return sa.or_(
            sa.and_(sees_draft, own),
            sa.and_(~sees_draft, words.says(template_versions.c.face_text, place)),
            words.says(template_versions.c.steps_text, place),
            templates.c.id.in_(words.tagged("Checklist", place)),
        )

    return _Source(
        rows=_templates_shown(shape.role),
        id=templates.c.id,
        conditions=[*_is_template_seen(shape), *map(has, range(shape.word_count))],
        name=sa.case(
            (sees_draft, as_folded(templates.c.title_folded)),
            else_=as_folded(templates.c.published_title_folded),
        ),
        is_archived=templates.c.archived_at.is_not(None),
        newest=[templates.c.created_at.desc(), templates.c.number.desc()],
    )


def _of_snippets(shape: Shape) -> _Source:
    return _Source(
        rows=snippets,
        id=snippets.c.id,
        conditions=[
            snippets.c.organization_id == ORGANIZATION_ID,
            *[words.any_says(snippets, place) for place in range(shape.word_count)],
        ],
        name=as_folded(snippets.c.title_folded),
        is_archived=sa.false(),
        newest=[snippets.c.created_at.desc(), snippets.c.id.desc()],
    )


_SOURCES = {
    Kind.PROCESS: _of_processes,
    Kind.TASK: _of_tasks,
    Kind.TEMPLATE: _of_templates,
    Kind.SNIPPET: _of_snippets,
}


def _selected(shape: Shape, source: _Source, *columns: Any) -> sa.Select[Any]:
    chosen = sa.select(*columns).select_from(source.rows).where(*source.conditions)
    if shape.only_live:
        chosen = chosen.where(sa.not_(source.is_archived))
    if shape.narrowed is None:
        return chosen
    return chosen.where(narrowing(shape.kind, shape.role, shape.narrowed))


def _page(shape: Shape) -> Statement:
    source = _SOURCES[shape.kind](shape)
    rank = words.rank(source.name, range(shape.word_count))
    order = [sa.case((source.is_archived, 1), else_=0), rank, *source.newest]
    chosen = _selected(shape, source, source.id).order_by(*order)
    return Statement(chosen.limit(_LIMIT).offset(_OFFSET))


def _count(shape: Shape) -> Statement:
    source = _SOURCES[shape.kind](shape)
    return Statement(_selected(shape, source, sa.func.count()))


#: Of words there may be many, and of each it counts where it occurs.
_KEPT = 256
_remembered_page = lru_cache(_KEPT)(_page)
_remembered_count = lru_cache(_KEPT)(_count)


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


def shape_of(work: Work, kind: Kind, wanted: Wanted) -> Shape:
    return Shape(
        kind,
        work.caller.role or Role.LIGHT,
        sight_of(work.caller),
        len(wanted.words),
        wanted.archived_templates_too,
        wanted.only_live,
        wanted.narrowed,
    )


def values_of(work: Work, wanted: Wanted) -> dict[str, Any]:
    return {
        **words.bound(work.caller.organization_id, wanted),
        **bound_by_filter(wanted.narrowed, work.caller.timezone),
        "caller_keys": keys_of_caller(work) if sight_of(work.caller) is not Sight.ALL else [],
    }


class Search:
    """Of templates, processes, tasks or snippets."""

    def __init__(self, work: Work, kind: Kind, wanted: Wanted) -> None:
        self._work = work
        self._shape = shape_of(work, kind, wanted)
        self._values = values_of(work, wanted)
        # Filters are as many as people write: theirs are not kept.
        self._is_kept = wanted.narrowed is None
        self._walk: walking.Walk | None = None
        if kind is Kind.PROCESS:
            self._look(wanted)
        elif kind is Kind.TASK:
            uses = words.uses_of(work, wanted, self._values)
            self._shape = self._shape._replace(uses=uses)

    def _look(self, wanted: Wanted) -> None:
        looked = walking.look(self._work, wanted, self._values)
        if looked.is_common and self._is_kept and not wanted.only_live:
            self._walk = walking.Walk(self._work, looked, self._values)
        asked = None if looked.rarest is None else looked.shape
        self._shape = self._shape._replace(
            uses=looked.shape.uses, found_by=looked.rarest, asked=asked
        )

    def page(self, request: PageRequest) -> list[str]:
        """Ids in their order."""
        if self._walk is not None:
            return self._walk.page(request)
        page = _remembered_page(self._shape) if self._is_kept else _page(self._shape)
        window = {"limit": request.size, "offset": request.offset}
        return [row.id for row in self._work.all(page, _Id, **window, **self._values)]

    def count(self) -> int:
        if self._walk is not None:
            return self._walk.count()
        count = _remembered_count(self._shape) if self._is_kept else _count(self._shape)
        return int(self._work.value(count, **self._values))


def find(work: Work, kind: Kind, wanted: Wanted, request: PageRequest) -> Found:
    search = Search(work, kind, wanted)
    return Found(search.page(request), search.count())


# --- What is inside of templates ---


class ShownVersion(msgspec.Struct, array_like=True, frozen=True):
    """The version of a template that the caller sees, of one that may have hits."""

    template_id: str
    version: int
    is_archived: bool
    created_at: int


@cache
def _shown_versions(shape: Shape) -> Statement:
    """Of those in which every word occurs somewhere."""
    columns = template_versions.c
    texts = [columns.steps_text]
    if shape.kind is Kind.FIELD:
        texts = [columns.forms_text, columns.kickoff_text]
    conditions = [
        sa.or_(*[words.says(column, place) for column in texts])
        for place in range(shape.word_count)
    ]
    return Statement(
        sa.select(
            templates.c.id, columns.version, templates.c.archived_at.is_not(None),
            templates.c.created_at,
        )
        .select_from(_templates_shown(shape.role))
        .where(*_is_template_seen(shape), *conditions)
    )  # fmt: skip


def versions_with_words(work: Work, kind: Kind, wanted: Wanted) -> list[ShownVersion]:
    shape = shape_of(work, kind, wanted)._replace(narrowed=None)
    return work.all(_shown_versions(shape), ShownVersion, **values_of(work, wanted))
