"""Column and constraint shorthands shared by the table declarations of all domains."""

from typing import Any

import sqlalchemy as sa

from procession.kit.db import BigNumber


def organization_column() -> sa.Column[str]:
    """Every table names its organization first, so that its rows can live together."""
    return sa.Column("organization_id", sa.String(32), nullable=False)


def id_column(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(32), nullable=nullable)


def number_column(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=nullable)


def person_column(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """The number of a user or guest: counted on the whole server, so of 64 bits (decision 0018)."""
    return sa.Column(name, BigNumber, nullable=nullable)


def entry_columns() -> tuple[sa.Column[int], sa.Column[str], sa.PrimaryKeyConstraint]:
    """For rows that are only ever added: a number that grows, and the key that begins with the
    organization. SQLite keeps the number alone as its key, since that is its row id."""
    return (
        sa.Column("id", BigNumber, autoincrement=True, nullable=False),
        organization_column(),
        sa.PrimaryKeyConstraint("organization_id", "id"),
    )


def count_column(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))


def version_column() -> sa.Column[int]:
    """How often the row was changed, and its making (ruling 31): counted by each UPDATE itself."""
    return sa.Column("row_version", sa.Integer, nullable=False, server_default=sa.text("1"))


def text_column(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable)


def folded_column(name: str, *of: str, is_json: bool = False) -> sa.Column[Any]:
    """What lists search and sort a text by (`kit.folding`): `name` is the text's own name, or
    another where it is made of several."""
    return sa.Column(
        f"{name}_folded",
        sa.Text,
        nullable=True,
        info={"folds": of or (name,), "is_json": is_json},
    )


def flag_column(name: str, *, default: bool = False) -> sa.Column[bool]:
    word = sa.true() if default else sa.false()
    return sa.Column(name, sa.Boolean, nullable=False, server_default=word)


def instant_column(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Microseconds since 1970 UTC (`core.times`)."""
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def archived_columns() -> tuple[sa.Column[Any], ...]:
    """By what a row that has `archived_at` was archived (contract 70, 10), but for who did it."""
    return (
        # A word of `core.archive.ArchivedVia`; null where it was before that was kept.
        text_column("archived_via", nullable=True),
        # The number of an operation.
        number_column("archived_operation", nullable=True),
        # What who did it was called then.
        text_column("archived_by_name", nullable=True),
    )


def belongs_to(table: str, *columns: str, cascade: bool = True) -> sa.ForeignKeyConstraint:
    """A composite reference inside one organization; purging the parent takes the rows along."""
    targets = ["organization_id", "id"] if len(columns) == 2 else ["id"]
    return sa.ForeignKeyConstraint(
        columns,
        [f"{table}.{target}" for target in targets],
        ondelete="CASCADE" if cascade else None,
    )


def partial_index(
    name: str | None,
    *parts: Any,
    where: sa.ColumnElement[bool] | sa.TextClause,
    unique: bool = False,
) -> sa.Index:
    """Of the rows for which `where` is so, on both databases: migrations make it on each.

    Declared in SQLite's words alone. For PostgreSQL's, SQLAlchemy would import all of its dialect
    as soon as a table is declared, and at run time nobody asks what an index is like.
    """
    return sa.Index(name, *parts, unique=unique, sqlite_where=where)
