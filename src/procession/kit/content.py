"""What a hold keeps: which tables hold content of a process, a template or a one-off task, and
which statements would destroy some of it (contract 70, 4; decision 0056).

Every table says it beside its columns, by `info`: `content(...)`, `CARRIES_CONTENT`,
`DOOMS_CONTENT` or `NO_CONTENT`. A statement that destroys content cannot be made as others are
(`kit.destroying`).
"""

import re
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import Null

_KEY = "destroyed_by"
#: Words of a text that nobody here reads any further.
_CHANGES = re.compile(r"\b(delete|truncate|drop|update|insert|replace|merge)\b", re.IGNORECASE)
_COLUMNS = "content"

#: Who works on it, where it is filed, what the server needs for itself: changes while it is held.
NO_CONTENT: dict[str, Any] = {_KEY: frozenset()}
#: Nothing of its own that would be missed, but its rows take content of others along.
CARRIES_CONTENT: dict[str, Any] = {_KEY: frozenset({"delete"})}
#: A row in it is what destroys: it says which bytes are to go.
DOOMS_CONTENT: dict[str, Any] = {_KEY: frozenset({"insert"})}


def content(*columns: str) -> dict[str, Any]:
    """Deleting a row destroys content, and so does emptying one of these columns."""
    return {_KEY: frozenset({"delete"}), _COLUMNS: columns}


class Exempt(Enum):
    """The ways to destroy content that ask for no hold, all of them, each with its reason."""

    VALUE_EDITED = "Clearing a custom value is an edit: the record keeps the value as the old one."


class Removable(Enum):
    """Why bytes may go from the store of files, all reasons there are."""

    FILE_DELETED = "Its file was deleted with a clearance: that alone writes a `file_removals`."
    NEVER_A_FILE = "A day has passed, and no file was made of it; nothing on hold can name it."
    UNDONE = "What would have made a file of it was undone."


class Unguarded(RuntimeError):
    """A statement would destroy content without asking whether it is on hold: a mistake of ours."""


def check_harmless(expression: Any) -> None:
    """Raises Unguarded for what only `kit.destroying.Destroying` may be made of."""
    if isinstance(expression, sa.Delete | sa.Update | sa.Insert):
        if _destroys(expression):
            raise Unguarded(f"a statement on {expression.table} destroys content")
    elif isinstance(expression, sa.TextClause) and _CHANGES.search(expression.text):
        raise Unguarded(f"nobody can tell what this destroys: {expression.text}")


def is_declared(table: sa.Table) -> bool:
    return _KEY in table.info


def destroyed_by(table: sa.Table) -> frozenset[str]:
    """Kinds of statements; of a table that says nothing rows may be anything."""
    found: frozenset[str] = table.info.get(_KEY, frozenset({"delete"}))
    return found


def content_columns(table: sa.Table) -> tuple[str, ...]:
    found: tuple[str, ...] = table.info.get(_COLUMNS, ())
    return found


def _destroys(statement: sa.Delete | sa.Update | sa.Insert) -> bool:
    table = statement.table
    if not isinstance(table, sa.Table):
        return True
    if isinstance(statement, sa.Update):
        return any(
            getattr(column, "name", column) in content_columns(table) and _is_empty(value)
            for column, value in (statement._values or {}).items()
        )
    kind = "delete" if isinstance(statement, sa.Delete) else "insert"
    return kind in destroyed_by(table)


def _is_empty(value: Any) -> bool:
    """A constant that says nothing; what comes as a parameter is an edit."""
    if isinstance(value, Null):
        return True
    is_constant = isinstance(value, sa.BindParameter) and value.unique
    return is_constant and value.value in (None, "", "{}", "[]")
