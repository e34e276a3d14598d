"""Where rows are at home: with their organization, or on the whole server (decision 0018)."""

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, Grouping
from sqlalchemy.sql.selectable import Alias, Join, Select, Subquery

import procession
from procession.kit.db import Statement, metadata

_RECORD = Path(__file__).parents[1] / "docs" / "decisions"
_ROW = re.compile(r"^\| `([a-z_]+)` \|", re.MULTILINE)


def import_everything() -> None:
    """Every module of the package, so that every table and statement is there."""
    for module in pkgutil.walk_packages(procession.__path__, "procession."):
        if ".migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


@cache
def global_tables() -> frozenset[str]:
    """Those that the decision record names with their home."""
    (record,) = _RECORD.glob("0018-*.md")
    return frozenset(_ROW.findall(record.read_text()))


def tables_of_organizations() -> list[sa.Table]:
    import_everything()
    elsewhere = global_tables()
    return [table for table in metadata.sorted_tables if table.name not in elsewhere]


def organization_column(table: sa.Table) -> str:
    """What an organization's rows are put together by."""
    return "id" if table.name == "organizations" else "organization_id"


def named_statements() -> dict[str, Statement]:
    """The statements that modules hold, alone or in a list, by the first name that they have."""
    import_everything()
    found: dict[int, tuple[str, Statement]] = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith("procession."):
            for key, held in vars(module).items():
                for each in _held(held):
                    where = f"{name.removeprefix('procession.')}.{key}"
                    found.setdefault(id(each), (where, each))
    names: dict[str, Statement] = {}
    for where, statement in found.values():
        place, number = where, 1
        while place in names:
            number += 1
            place = f"{where} ({number})"
        names[place] = statement
    return names


def _held(held: Any) -> Iterable[Statement]:
    if isinstance(held, dict):
        held = list(held.values())
    if isinstance(held, list | tuple):
        return [each for each in held if isinstance(each, Statement)]
    return [held] if isinstance(held, Statement) else []


# --- Which tables of organizations a statement reads or writes without saying whose rows ---


def unbound_tables(statement: Statement) -> set[str]:
    """Tables whose organization is not equal to a parameter, directly or by way of another table.

    What is asked under an OR does not count, and neither does a text that we did not parse.
    """
    expression: Any = statement.expression
    if isinstance(expression, sa.TextClause):
        return set()
    equal = _Equalities(expression)
    found = {table.name for place, table in _places(expression) if not equal.is_bound(place, table)}
    if isinstance(expression, Insert) and not _names_organization(expression):
        found.add(expression.table.name)
    return found


def _is_of_organization(table: sa.Table) -> bool:
    return table.name not in global_tables()


def _names_organization(insert: Any) -> bool:
    if not _is_of_organization(insert.table):
        return True
    names = {getattr(key, "name", key) for key in insert._values or {}}
    names |= {getattr(key, "name", key) for key in insert._select_names or []}
    return organization_column(insert.table) in names


def _places(expression: Any) -> Iterator[tuple[Any, sa.Table]]:
    """Each table or alias of one that rows come from or go to."""
    # What an insertion answers is its own row, whose organization it names.
    answered = {id(each) for each in getattr(expression, "_returning", ())}
    for part in visitors.iterate(expression):
        if isinstance(expression, Insert) and id(part) in answered:
            continue
        if isinstance(part, Select):
            for source in part._from_obj:
                yield from _tables_in(source)
        elif isinstance(part, sa.Update | sa.Delete | sa.Column):
            yield from _tables_in(part.table)


def _tables_in(source: Any) -> Iterator[tuple[Any, sa.Table]]:
    if isinstance(source, Join):
        yield from _tables_in(source.left)
        yield from _tables_in(source.right)
        return
    table = source.element if isinstance(source, Alias) else source
    if isinstance(table, sa.Table) and _is_of_organization(table):
        yield source, table


class _Equalities:
    """What is equal to what: columns by where they are from, and every parameter as one thing."""

    _BOUND = ("bound", "")

    def __init__(self, expression: Any) -> None:
        self._parent: dict[Any, Any] = {}
        for part in visitors.iterate(expression):
            if isinstance(part, Select | sa.Update | sa.Delete):
                self._learn(part._where_criteria)
            elif isinstance(part, Join):
                self._learn([part.onclause])
            elif isinstance(part, Subquery | sa.CTE):
                for column in part.c:
                    for base in column.base_columns:
                        self._join(column, base)

    def is_bound(self, place: Any, table: sa.Table) -> bool:
        column = place.c[organization_column(table)]
        return bool(self._root(self._key(column)) == self._root(self._BOUND))

    def _learn(self, conditions: Iterable[Any]) -> None:
        for condition in conditions:
            if isinstance(condition, Grouping):
                self._learn([condition.element])
            elif isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
                self._learn(condition.clauses)
            elif isinstance(condition, BinaryExpression) and condition.operator is operators.eq:
                self._join(condition.left, condition.right)

    def _join(self, left: Any, right: Any) -> None:
        one, other = self._key(left), self._key(right)
        if one is not None and other is not None:
            self._parent[self._root(one)] = self._root(other)

    def _key(self, part: Any) -> Any:
        if isinstance(part, sa.BindParameter):
            return self._BOUND
        table = getattr(part, "table", None)
        return None if table is None else (id(table), part.name)

    def _root(self, key: Any) -> Any:
        while key in self._parent and self._parent[key] != key:
            key = self._parent[key]
        return key
