"""Tables: one entry for each column, in their order; an entry is a cell, or the column's rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from procession.core.texts import is_storable
from procession.domains.answers.content.asking import Asked, BadAnswer
from procession.domains.templates.types import Column
from procession.kit.reading import NotJson, read_json

_WRONG_COUNT = "Number of columns does not match required columns"
_MOST_ROWS = 5_000
_LONGEST_CELL = 30_000


def read_table(sent: Any, asked: Asked) -> list[Any] | None:
    """None for JSON text that says nothing."""
    if isinstance(sent, str):
        sent = _decoded(sent, asked)
        if not sent:
            return None
    entries = _by_column(sent, asked)
    if len(entries) != len(asked.field.columns):
        raise BadAnswer(_WRONG_COUNT)
    return _even([_checked(entry, asked) for entry in entries])


def _decoded(text: str, asked: Asked) -> Any:
    try:
        found = read_json(text)
    except NotJson:
        raise asked.invalid from None
    if not isinstance(found, list | dict):
        raise asked.invalid
    return found


def _by_column(sent: Any, asked: Asked) -> list[Any]:
    """Whatever way round it was sent."""
    columns = _Columns(asked.field.columns)
    if isinstance(sent, dict):
        if set(sent) == {"rows"} and isinstance(sent["rows"], list) and not columns.name("rows"):
            return _from_rows(sent["rows"], columns, asked)
        return columns.in_order(sent, asked)
    if not isinstance(sent, list):
        raise asked.invalid
    if all(isinstance(entry, dict) and all(map(columns.name, entry)) for entry in sent):
        return _from_rows(sent, columns, asked)
    return sent


def _from_rows(rows: Sequence[Any], columns: "_Columns", asked: Asked) -> list[Any]:
    lines = [_row(row, columns, asked) for row in rows]
    return [list(column) for column in zip(*lines, strict=True)] or [[] for _ in columns.order]


def _row(row: Any, columns: "_Columns", asked: Asked) -> list[Any]:
    if isinstance(row, dict):
        row = columns.in_order(row, asked)
    if not isinstance(row, list) or any(isinstance(cell, list | dict) for cell in row):
        raise asked.invalid
    if len(row) != len(columns.order):
        raise BadAnswer(_WRONG_COUNT)
    return row


class _Columns:
    """The columns of a table, found by id or label."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.order = [column.id for column in columns]
        self._named: dict[str, int] = {}
        ways = (
            {str(column.id): column.id for column in columns},
            {column.label: column.id for column in reversed(columns)},
            {_folded(column.label): column.id for column in reversed(columns)},
        )
        for way in reversed(ways):
            self._named |= way

    def name(self, key: str) -> bool:
        """Is there a column of this name?"""
        return self._find(key) is not None

    def in_order(self, named: Mapping[str, Any], asked: Asked) -> list[Any]:
        """Columns that are not named are empty; a name of none, or two of one, is refused."""
        found: dict[int, Any] = {}
        for key, entry in named.items():
            column = self._find(key)
            if column is None or column in found:
                raise asked.invalid
            found[column] = entry
        return [found.get(column) for column in self.order]

    def _find(self, key: str) -> int | None:
        exact = self._named.get(key)
        return self._named.get(_folded(key)) if exact is None else exact


def _checked(entry: Any, asked: Asked) -> Any:
    if not isinstance(entry, list):
        return _cell(entry, asked)
    if len(entry) > _MOST_ROWS:
        raise asked.refuse(f"may not have more than {_MOST_ROWS} rows.")
    return [_cell(cell, asked) for cell in entry]


def _cell(cell: Any, asked: Asked) -> Any:
    if isinstance(cell, list | dict):
        raise asked.invalid
    if isinstance(cell, str):
        if not is_storable(cell):
            raise asked.invalid
        if len(cell) > _LONGEST_CELL:
            raise asked.refuse(f"may not have cells of more than {_LONGEST_CELL} characters.")
    return cell


def _even(entries: list[Any]) -> list[Any]:
    """Where any column has rows, all have as many."""
    if not any(isinstance(entry, list) for entry in entries):
        return entries
    lists = [entry if isinstance(entry, list) else [entry] for entry in entries]
    height = max(len(column) for column in lists)
    return [column + [None] * (height - len(column)) for column in lists]


def _folded(text: str) -> str:
    return text.strip().casefold()
