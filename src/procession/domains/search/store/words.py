"""Where a word occurs: conditions on the columns that say which text a row has."""

from collections.abc import Sequence
from typing import Any

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
from procession.kit.folding import as_folded
from procession.kit.searching import Holds, occurs_in, searched_columns, terms_bound

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


def processes_saying(sight: Sight, place: int) -> sa.CompoundSelect[Any]:
    """Ids of processes that have the word: by themselves, by a tag, by what is said about them, or
    by a task that the caller may see."""
    name = as_folded(other_processes.c.name_folded)
    # The name is in the row, so that the text need not be looked up.
    has_name = Holds(other_processes.c.name_text, f"n_{place}")
    commented = sa.select(threads.c.process_id).where(
        threads.c.organization_id == ORGANIZATION_ID,
        threads.c.task_id.is_(None),
        threads.c.process_id.is_not(None),
        says(threads.c.content_text, place),
    )
    worked = sa.select(tasks.c.process_id).where(
        tasks.c.organization_id == ORGANIZATION_ID,
        tasks.c.process_id.is_not(None),
        any_says(tasks, place),
        sa.or_(
            may_see_secret(sight), tasks.c.process_id.in_(ids_where(_is_owned(other_processes)))
        ),
    )
    return sa.union(
        ids_where(has_name, occurs_in(name, word(place)) > 0),
        ids_where(says(other_processes.c.summary_text, place)),
        commented,
        worked,
        tagged("Run", place),
    )


def _is_owned(owned: Any) -> sa.ColumnElement[bool]:
    return owned.c.owner_id == CALLER_ID  # type: ignore[no-any-return]


def tasks_saying(place: int) -> sa.CompoundSelect[Any]:
    """Ids of tasks that have the word: by themselves, or by what is said about them."""
    commented = sa.select(threads.c.task_id).where(
        threads.c.organization_id == ORGANIZATION_ID,
        threads.c.task_id.is_not(None),
        says(threads.c.content_text, place),
    )
    return sa.union(task_ids_where(any_says(other_tasks, place)), commented)


def rank(name: sa.ColumnElement[Any], places: Sequence[int]) -> sa.ColumnElement[int]:
    """As `core.searching.rank_of`. What is stored folded has the text itself behind it."""
    query = sa.bindparam("query", type_=sa.Text)
    begins = sa.func.substr(name, 1, sa.bindparam("query_length", type_=sa.Integer)) == query
    is_ended = sa.func.substr(
        name, 1, sa.bindparam("query_ended_length", type_=sa.Integer)
    ) == sa.bindparam("query_ended", type_=sa.Text)
    has_all = sa.and_(*[occurs_in(name, word(place)) > 0 for place in places])
    return sa.case((sa.or_(name == query, is_ended), 0), (begins, 1), (has_all, 2), else_=3)
