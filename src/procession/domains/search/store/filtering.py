"""Filters of a search: which rows a condition keeps."""

import operator
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from procession.core.folding import folded
from procession.core.times import day_range
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.search.types import Condition, Filter, Group, Kind
from procession.domains.tasks.tables import tasks
from procession.domains.templates import access as template_access
from procession.domains.templates.tables import template_versions, templates
from procession.kit.caller import Role
from procession.kit.db import BigNumber
from procession.kit.folding import as_folded
from procession.kit.querying import query_id
from procession.kit.searching import occurs_in, search_texts

_Column = sa.ColumnElement[Any]
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "!=": operator.ne, "<": operator.lt, ">": operator.gt,
    "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
OPERATIONS = tuple(_COMPARED)
#: Which fields a filter may name, by what is searched. Others have none.
FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.TEMPLATE: ("starter", "date", "title", "description"),
    Kind.PROCESS: ("starter", "date", "title", "description"),
    Kind.TASK: ("starter", "title"),
}
_STARTERS = {
    Kind.TEMPLATE: templates.c.created_by,
    Kind.PROCESS: processes.c.started_by,
    Kind.TASK: tasks.c.created_by,
}
_DATES = {Kind.TEMPLATE: templates.c.created_at, Kind.PROCESS: processes.c.created_at}


def conditions_in(chosen: Filter) -> Iterator[Condition]:
    """In the order in which they are bound."""
    if isinstance(chosen, Condition):
        yield chosen
        return
    for part in chosen.parts:
        yield from conditions_in(part)


def bound_by_filter(chosen: Filter | None, zone: str) -> dict[str, Any]:
    """What `narrowing` binds. Dates have been found to be days."""
    values: dict[str, Any] = {}
    for place, condition in enumerate(conditions_in(chosen) if chosen else ()):
        if condition.field == "date":
            first, end = day_range(condition.value, zone)
            values |= {f"filter_{place}": first, f"filter_{place}_end": end}
        elif condition.field == "starter":
            values[f"filter_{place}"] = query_id(condition.value)
        else:
            values[f"filter_{place}"] = folded(" ".join(condition.value.split()))
    return values


def narrowing(kind: Kind, role: Role, chosen: Filter) -> sa.ColumnElement[bool]:
    """A filter does not narrow what has none of its fields."""
    places = {id(condition): place for place, condition in enumerate(conditions_in(chosen))}

    def of(part: Filter) -> sa.ColumnElement[bool]:
        if isinstance(part, Group):
            joined = sa.or_ if part.is_any else sa.and_
            return joined(*map(of, part.parts))
        return _condition(kind, role, part, places[id(part)])

    known = all(each.field in FIELDS.get(kind, ()) for each in conditions_in(chosen))
    return of(chosen) if known else sa.true()


def _condition(kind: Kind, role: Role, asked: Condition, place: int) -> sa.ColumnElement[bool]:
    compared, name = _COMPARED[asked.operation], f"filter_{place}"
    if asked.field == "date":
        return _in_days(_DATES[kind], asked.operation, name)
    if asked.field == "starter":
        return compared(_STARTERS[kind], sa.bindparam(name, type_=BigNumber))  # type: ignore[no-any-return]
    text = _title(kind, role) if asked.field == "title" else _description(kind, role)
    return compared(text, sa.bindparam(name, type_=sa.Text))  # type: ignore[no-any-return]


def _in_days(column: _Column, operation: str, name: str) -> sa.ColumnElement[bool]:
    """A day lasts from its first instant to that of the next one."""
    first = sa.bindparam(name, type_=sa.BigInteger)
    end = sa.bindparam(f"{name}_end", type_=sa.BigInteger)
    if operation == "=":
        return sa.and_(column >= first, column < end)
    if operation in ("<>", "!="):
        return sa.or_(column < first, column >= end)
    return {"<": column < first, "<=": column < end, ">": column >= end, ">=": column >= first}[
        operation
    ]


def _title(kind: Kind, role: Role) -> _Column:
    if kind is Kind.PROCESS:
        return _alone(as_folded(processes.c.name_folded))
    if kind is Kind.TASK:
        return _alone(as_folded(tasks.c.title_folded))
    return sa.case(
        (template_access.sees_draft(role), _alone(as_folded(templates.c.title_folded))),
        else_=_alone(as_folded(templates.c.published_title_folded)),
    )


def _alone(name: _Column) -> _Column:
    """What is stored folded has the text itself behind it (`core.folding`)."""
    between = sa.literal("\x01", sa.Text)
    return sa.case(
        (occurs_in(name, between) > 0, sa.func.substr(name, 1, occurs_in(name, between) - 1)),
        else_=name,
    )


def _description(kind: Kind, role: Role) -> _Column:
    """As people read it. Of a template, what its reader sees of it."""
    if kind is Kind.PROCESS:
        return _said(processes.c.summary_text)
    face = _said(template_versions.c.face_text)
    line = sa.literal("\n", sa.Text)
    published = sa.case(
        (occurs_in(face, line) > 0, sa.func.substr(face, occurs_in(face, line) + 1)), else_=""
    )
    is_draft = template_access.sees_draft(role)
    return sa.case((is_draft, _said(templates.c.summary_text)), else_=published)


def _said(number: _Column) -> _Column:
    text = (
        sa.select(search_texts.c.folded)
        .where(search_texts.c.organization_id == ORGANIZATION_ID, search_texts.c.id == number)
        .scalar_subquery()
    )
    return sa.func.coalesce(text, "")
