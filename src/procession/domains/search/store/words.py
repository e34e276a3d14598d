"""Where a word occurs: conditions on the columns that say which text a row has."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.comments.tables import threads
from procession.domains.organizing.tables import tag_links, tags
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.processes.access import (
    Sight,
    ids_where,
    may_see_secret,
    other_processes,
)
from procession.domains.search.types import Wanted
from procession.domains.tasks.access import other_tasks, task_ids_where
from procession.domains.tasks.tables import tasks
from procession.kit.db import Statement
from procession.kit.folding import as_folded
from procession.kit.searching import (
    Holds,
    occurs_in,
    search_texts,
    searched_columns,
    terms_bound,
)
from procession.kit.work import Work

#: Letters of the texts that are searched together (`searched_column`).
_USES = "ndtcsgbef"


def bound(organization_id: str, wanted: Wanted) -> dict[str, Any]:
    """What statements made of these conditions bind."""
    values: dict[str, Any] = {
        "query": wanted.query,
        "query_ended": f"{wanted.query}\x01",
        "query_length": len(wanted.query),
        "query_ended_length": len(wanted.query) + 1,
    }
    for place, word in enumerate(wanted.words):
        values[f"word_{place}"] = word
        for use in _USES:
            values[f"{use}_{place}"] = terms_bound(organization_id, use, word)
    return values


def says(column: Any, place: int) -> Holds:
    """The text of which this is the number has the word at this place of the query."""
    (declared,) = column.base_columns
    return Holds(column, f"{declared.info['use']}_{place}", f"word_{place}")


def any_says(table: sa.FromClause, place: int) -> sa.ColumnElement[bool]:
    """One of the texts of a row does."""
    columns = [table.c[column.name] for column in searched_columns(_table_of(table))]
    return sa.or_(*[says(column, place) for column in columns])


def _table_of(table: Any) -> sa.Table:
    return getattr(table, "element", table)  # type: ignore[no-any-return]


#: Those by which processes and tasks are found besides names of processes.
_ASKED_FOR = "dtcg"


@cache
def _whether_used(place: int) -> Statement:
    return Statement(
        sa.select(
            *[
                sa.exists().where(
                    search_texts.c.organization_id == ORGANIZATION_ID,
                    Holds(search_texts.c.id, f"{use}_{place}", f"word_{place}"),
                )
                for use in _ASKED_FOR
            ]
        )
    )


class _Used(msgspec.Struct, array_like=True, frozen=True):
    d: bool
    t: bool
    c: bool
    g: bool


def uses_of(work: Work, wanted: Wanted, values: dict[str, Any]) -> tuple[str, ...]:
    """Of each word, the uses of the texts that have it. Statements look for no others: databases
    take what is not there for much, and look at every row."""
    found = [
        work.all(_whether_used(place), _Used, **values)[0] for place in range(len(wanted.words))
    ]
    return tuple("".join(use for use in _ASKED_FOR if getattr(each, use)) for each in found)


def word(place: int) -> sa.BindParameter[str]:
    return sa.bindparam(f"word_{place}", type_=sa.Text)


def tagged(subject_kind: str, place: int) -> sa.Select[Any]:
    """Ids of what carries a tag that has the word."""
    titled = sa.select(tags.c.id).where(
        tags.c.organization_id == ORGANIZATION_ID, says(tags.c.title_text, place)
    )
    return sa.select(tag_links.c.subject_id).where(
        tag_links.c.organization_id == ORGANIZATION_ID,
        tag_links.c.subject_kind == subject_kind,
        tag_links.c.tag_id.in_(titled),
    )


def processes_saying(sight: Sight, place: int, uses: str) -> Any:
    """Ids of processes that have the word: by themselves, by a tag, by what is said about them, or
    by a task that the caller may see. `uses`: of the texts that have it (`uses_of`)."""
    return _together([processes_named(place), *_otherwise(sight, place, uses)])


def processes_named(place: int) -> sa.Select[Any]:
    """Ids of those that have it in their names."""
    # The name is in the row, so that the text need not be looked up.
    name = as_folded(other_processes.c.name_folded)
    has_name = Holds(other_processes.c.name_text, f"n_{place}")
    return ids_where(has_name, occurs_in(name, word(place)) > 0)


def processes_saying_otherwise(sight: Sight, place: int, uses: str) -> Any:
    """Ids of those that have it elsewhere, too or only. None: no text elsewhere has it."""
    found = _otherwise(sight, place, uses)
    return _together(found) if found else None


def _together(parts: list[sa.Select[Any]]) -> Any:
    return sa.union(*parts) if len(parts) > 1 else parts[0]


def _otherwise(sight: Sight, place: int, uses: str) -> list[sa.Select[Any]]:
    commented = sa.select(threads.c.process_id).where(
        threads.c.organization_id == ORGANIZATION_ID,
        threads.c.task_id.is_(None),
        threads.c.process_id.is_not(None),
        says(threads.c.content_text, place),
    )
    # Two selects: PostgreSQL finds what either of two indexes holds by a look at every task.
    worked = [
        sa.select(tasks.c.process_id).where(
            tasks.c.organization_id == ORGANIZATION_ID,
            tasks.c.process_id.is_not(None),
            says(column, place),
            sa.or_(
                may_see_secret(sight),
                tasks.c.process_id.in_(ids_where(_is_owned(other_processes))),
            ),
        )
        for column in searched_columns(tasks)
    ]
    found = {
        "d": [ids_where(says(other_processes.c.summary_text, place))],
        "c": [commented],
        "t": worked,
        "g": [tagged("Run", place)],
    }
    return [each for use in uses if use in found for each in found[use]]


def _is_owned(owned: Any) -> sa.ColumnElement[bool]:
    return owned.c.owner_id == CALLER_ID  # type: ignore[no-any-return]


def tasks_saying(place: int, uses: str) -> Any:
    """Ids of tasks that have the word: by themselves, or by what is said about them."""
    commented = sa.select(threads.c.task_id).where(
        threads.c.organization_id == ORGANIZATION_ID,
        threads.c.task_id.is_not(None),
        says(threads.c.content_text, place),
    )
    own = [
        task_ids_where(says(other_tasks.c[column.name], place))
        for column in searched_columns(tasks)
    ]
    return _together([*own, *([commented] if "c" in uses else [])])


def rank(name: sa.ColumnElement[Any], places: Sequence[int]) -> sa.ColumnElement[int]:
    """As `core.searching.rank_of`. What is stored folded has the text itself behind it."""
    query = sa.bindparam("query", type_=sa.Text)
    begins = sa.func.substr(name, 1, sa.bindparam("query_length", type_=sa.Integer)) == query
    is_ended = sa.func.substr(
        name, 1, sa.bindparam("query_ended_length", type_=sa.Integer)
    ) == sa.bindparam("query_ended", type_=sa.Text)
    is_named = has_all(name, places)
    return sa.case((sa.or_(name == query, is_ended), 0), (begins, 1), (is_named, 2), else_=3)


def has_all(name: sa.ColumnElement[Any], places: Sequence[int]) -> sa.ColumnElement[bool]:
    return sa.and_(*[occurs_in(name, word(place)) > 0 for place in places])
