"""Statements: written once as SQLAlchemy expressions, compiled once for each database."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.visitors import iterate

from procession.kit.content import Exempt, check_harmless
from procession.kit.sql_words import OF_ONE, AnyArray, JsonArray

Row = TypeVar("Row")

#: Python 3.12 takes numbered places of SQLite for names, which are not bound in order.
SQLITE_DIALECT = sqlite.dialect(paramstyle="qmark")

_WRITTEN_OUT = (str, int, list, tuple)


class Compiled:
    """SQL text of one dialect, with what goes into each of its places."""

    __slots__ = ("arrays", "lists", "places", "sql", "sql_bytes")

    def __init__(
        self, expression: sa.sql.expression.Executable, dialect: sa.Dialect, *, of_one: bool = False
    ) -> None:
        compiled = _compile(expression, dialect, of_one=of_one)
        self.sql: str = compiled.string
        #: One object for ever, which whoever prepares it knows again at once.
        self.sql_bytes = self.sql.encode()
        binds = compiled.binds
        constants = compiled.params
        named = {name for name, bind in binds.items() if not bind.unique}
        #: (name, constant): a place is filled by name, or holds a constant of the expression.
        #: SQLAlchemy calls the parameters that it named itself "unique": those are the constants,
        #: and so are the members of a written-out list, which are no parameters of their own.
        self.places: list[tuple[str | None, Any]] = [
            (name, None) if name in named else (None, constants[name])
            for name in compiled.positiontup or ()
        ]
        self.arrays = [name for name in binds if isinstance(binds[name].type, JsonArray)]
        self.lists = [name for name in binds if isinstance(binds[name].type, AnyArray)]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """In the order of `places`."""
        if self.arrays:
            texts = {name: msgspec.json.encode(values[name]).decode() for name in self.arrays}
            values = {**values, **texts}
        return [constant if name is None else values[name] for name, constant in self.places]


def _compile(expression: Any, dialect: sa.Dialect, *, of_one: bool) -> Any:
    """Constants are written out, and so are lists of them (`IN`): what is always the same need not
    be sent each time, and a planner that sees it knows which partial index will do.

    That needs parameters that may be missing.
    """
    for element in iterate(expression):
        if isinstance(element, sa.Delete | sa.Update | sa.Insert) and element is not expression:
            check_harmless(element)
        if isinstance(element, sa.BindParameter):
            element.required = False
            # SQLAlchemy calls the parameters that it named itself "unique".
            if element.unique and isinstance(element.value, _WRITTEN_OUT):
                element.literal_execute = True
    return expression.compile(
        dialect=dialect, compile_kwargs={"render_postcompile": True, OF_ONE: of_one}
    )


class Statement:
    """One SQL statement, the same for both databases. Parameters are `sa.bindparam("name")`.

    What would destroy content of a process, template or task is refused: see `kit.destroying`.
    """

    __slots__ = ("_compiled", "_of_one", "expression")

    def __init__(
        self, expression: sa.sql.expression.Executable, *, exempt: Exempt | None = None
    ) -> None:
        if exempt is None:
            check_harmless(expression)
        self._begin(expression)

    def _begin(self, expression: sa.sql.expression.Executable) -> None:
        self.expression = expression
        self._compiled: dict[str, Compiled] = {}
        self._of_one: Compiled | None = None

    @classmethod
    def guarded(cls, expression: sa.sql.expression.Executable) -> "Statement":
        """For `kit.destroying` alone, which hands it out for a clearance."""
        made = cls.__new__(cls)
        made._begin(expression)
        return made

    def compiled_for(self, dialect: sa.Dialect) -> Compiled:
        try:
            return self._compiled[dialect.name]
        except KeyError:
            return self._compiled.setdefault(dialect.name, Compiled(self.expression, dialect))

    def compiled_for_one(self, dialect: sa.Dialect) -> Compiled:
        """For PostgreSQL (`dialect`), where each list has one value, and is bound as that value.

        It plans `= ANY` anew each time for a short list, because it takes one that it does not know
        for longer. For a task with all that is shown of it, planning takes ten times as long as
        finding it.
        """
        if self._of_one is None:
            self._of_one = Compiled(self.expression, dialect, of_one=True)
        return self._of_one


def decode(rows: list[Any], row: type[Row]) -> list[Row]:
    """Tuples of the driver as frozen values; SQLite's 0 and 1 become booleans on the way."""
    return msgspec.convert(rows, list[row], strict=False)  # type: ignore[valid-type]
