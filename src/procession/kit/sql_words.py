"""What SQL is written with besides SQLAlchemy's own words: each is written for both databases."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from procession.core.folding import folded

#: An automatic number: 64 bits on PostgreSQL, and the rowid on SQLite (which only INTEGER can be).
BigNumber = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class AnyOf(sa.ColumnElement[bool]):
    """`column` equals one of the values bound under `name` as one parameter.

    One parameter for the whole list keeps one prepared statement for lists of every length.
    """

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[Any], name: str) -> None:
        self.column = column
        self.name = name

    def self_group(self, against: Any = None) -> "AnyOf":
        """A condition already: wrapped as `(... IN ...) = 1` it would find no index on SQLite."""
        return self


class JsonArray(sa.Text):
    """SQLite takes a list as one JSON text."""

    cache_ok = True


class AnyArray(sa.ARRAY[Any]):
    """PostgreSQL takes a list as it is."""

    cache_ok = True


#: Told to what writes `AnyOf`: its list has one value.
OF_ONE = "any_of_one"


def any_of(column: sa.ColumnElement[Any], name: str) -> AnyOf:
    return AnyOf(column, name)


@compiles(AnyOf, "sqlite")
def _any_of_on_sqlite(element: AnyOf, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    values = compiler.process(sa.bindparam(element.name, type_=JsonArray(), required=False), **kw)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608


@compiles(AnyOf, "postgresql")
def _any_of_on_postgres(element: AnyOf, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    if kw.get(OF_ONE):
        kind = element.column.type
        value = compiler.process(sa.bindparam(element.name, type_=kind, required=False), **kw)
        return f"{column} = {value}"
    array = AnyArray(element.column.type)
    values = compiler.process(sa.bindparam(element.name, type_=array, required=False), **kw)
    return f"{column} = ANY({values})"


class JsonSays(sa.ColumnElement[bool]):
    """Of a JSON object of lists, its texts folded: does the first entry under a key say a text?

    What people read of it counts: texts and numbers, alone, in lists, and what objects have under
    `text` (unless they are not `selected`) and `filename`; not ids and names of keys. `key` is
    bound and must be plain letters and digits; `pattern` is bound, by `like_pattern`.
    """

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[Any], key: str, pattern: str) -> None:
        self.parts = (
            column,
            sa.bindparam(key, type_=sa.Text, required=False),
            sa.bindparam(pattern, type_=sa.Text, required=False),
        )


@compiles(JsonSays, "sqlite")
def _json_says_on_sqlite(element: JsonSays, compiler: Any, **kw: Any) -> str:
    column, key, pattern = (compiler.process(each, **kw) for each in element.parts)
    return (
        f"EXISTS (SELECT 1 FROM json_tree({column}, '$.\"' || {key} || '\"[0]') AS said "  # noqa: S608
        "WHERE said.type IN ('text', 'integer', 'real') "
        "AND (typeof(said.key) <> 'text' OR said.key IN ('text', 'filename')) "
        f"AND json_extract({column}, said.path || '.selected') IS NOT 0 "
        f"AND lower(said.atom) LIKE {pattern} ESCAPE '\\')"
    )


@compiles(JsonSays, "postgresql")
def _json_says_on_postgres(element: JsonSays, compiler: Any, **kw: Any) -> str:
    column, key, pattern = (compiler.process(each, **kw) for each in element.parts)
    paths = ("$[*][*]", "$[*] ? (!(@.selected == false)).text", "$[*].filename", "$.guests[*]")
    listed = ", ".join(f"(CAST('{path}' AS jsonpath))" for path in paths)
    return (
        f"EXISTS (SELECT 1 FROM (VALUES {listed}) AS places (place), "  # noqa: S608
        f"jsonb_path_query(CAST({column} AS jsonb) -> {key} -> 0, place) AS said "
        "WHERE jsonb_typeof(said) IN ('string', 'number') "
        f"AND lower((said #>> '{{}}') COLLATE \"C\") LIKE {pattern} ESCAPE '\\')"
    )


class lower_ascii(sa.sql.functions.FunctionElement[str]):  # noqa: N801  # it reads as a function
    """A text with A to Z in lower case, and all else as it is: the same on every database.

    What people write is folded by `kit.folding`; this is for texts that are ASCII.
    """

    inherit_cache = True
    type = sa.Text()


@compiles(lower_ascii, "sqlite")
def _lower_ascii_on_sqlite(element: lower_ascii, compiler: Any, **kw: Any) -> str:
    return f"lower({compiler.process(element.clauses, **kw)})"


@compiles(lower_ascii, "postgresql")
def _lower_ascii_on_postgres(element: lower_ascii, compiler: Any, **kw: Any) -> str:
    return f'lower(({compiler.process(element.clauses, **kw)}) COLLATE "C")'


class byte_length(sa.sql.functions.FunctionElement[int]):  # noqa: N801  # it reads as a function
    """How many bytes a text has: as many as `length` says it has signs, if it is ASCII."""

    inherit_cache = True
    type = sa.Integer()


@compiles(byte_length, "sqlite")
def _byte_length_on_sqlite(element: byte_length, compiler: Any, **kw: Any) -> str:
    return f"length(CAST({compiler.process(element.clauses, **kw)} AS BLOB))"


@compiles(byte_length, "postgresql")
def _byte_length_on_postgres(element: byte_length, compiler: Any, **kw: Any) -> str:
    return f"octet_length({compiler.process(element.clauses, **kw)})"


class try_lock(sa.sql.functions.FunctionElement[bool]):  # noqa: N801  # it reads as a function
    """Whether the lock of this number was to be had; the end of the transaction lets go of it.

    On SQLite always: whoever writes is alone.
    """

    inherit_cache = True
    type = sa.Boolean()


@compiles(try_lock, "sqlite")
def _try_lock_on_sqlite(element: try_lock, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.clauses, **kw)} IS NOT NULL"


@compiles(try_lock, "postgresql")
def _try_lock_on_postgres(element: try_lock, compiler: Any, **kw: Any) -> str:
    return f"pg_try_advisory_xact_lock({compiler.process(element.clauses, **kw)})"


class wait_lock(sa.sql.functions.FunctionElement[Any]):  # noqa: N801  # it reads as a function
    """Waits for the lock of this number, which the end of the transaction lets go of.

    On SQLite there is nothing to wait for: whoever writes is alone.
    """

    inherit_cache = True
    type = sa.Text()


class wait_lock_shared(sa.sql.functions.FunctionElement[Any]):  # noqa: N801  # the same
    """With others that take it shared; nobody has it alone meanwhile."""

    inherit_cache = True
    type = sa.Text()


@compiles(wait_lock, "sqlite")
@compiles(wait_lock_shared, "sqlite")
def _wait_lock_on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.clauses, **kw)} IS NOT NULL"


@compiles(wait_lock, "postgresql")
def _wait_lock_on_postgres(element: wait_lock, compiler: Any, **kw: Any) -> str:
    """As text, since it answers nothing that a driver would know."""
    return f"CAST(pg_advisory_xact_lock({compiler.process(element.clauses, **kw)}) AS text)"


@compiles(wait_lock_shared, "postgresql")
def _wait_lock_shared_on_postgres(element: wait_lock_shared, compiler: Any, **kw: Any) -> str:
    number = compiler.process(element.clauses, **kw)
    return f"CAST(pg_advisory_xact_lock_shared({number}) AS text)"


class wait_at_most(sa.sql.functions.FunctionElement[Any]):  # noqa: N801  # the same
    """How long the next statements of this transaction wait for locks, such as `5s`; `0`: as long
    as it takes. On SQLite nothing: who waits there waits to begin."""

    inherit_cache = True
    type = sa.Text()


@compiles(wait_at_most, "sqlite")
def _wait_at_most_on_sqlite(element: wait_at_most, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.clauses, **kw)}"


@compiles(wait_at_most, "postgresql")
def _wait_at_most_on_postgres(element: wait_at_most, compiler: Any, **kw: Any) -> str:
    return f"set_config('lock_timeout', {compiler.process(element.clauses, **kw)}, true)"


#: SQLite refuses patterns of 50,000 bytes; no text that is searched is half as long.
_LONGEST_PATTERN = 5000


def changing(table: sa.Table) -> sa.Update:
    """An UPDATE of a table whose rows count their changes (ruling 31): by itself, so that nobody
    who changes one at the same time is missed, and no statement more is needed."""
    return table.update().values(row_version=table.c.row_version + 1)


def like_pattern(q: str) -> str:
    """For LIKE with `escape="\\"` on what is folded: substring, `%` and `_` literal."""
    escaped = (
        folded(q)[:_LONGEST_PATTERN].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    )
    return f"%{escaped}%"
