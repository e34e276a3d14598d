"""Column and constraint shorthands shared by the table declarations of all domains."""

from typing import Any

import sqlalchemy as sa


def organization_column() -> sa.Column[str]:
    """Every table names its organization first, so that its rows can live together."""
    return sa.Column("organization_id", sa.String(32), nullable=False)


def id_column(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(32), nullable=nullable)


def number_column(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=nullable)


def count_column(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default=sa.text("0"))


def text_column(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=nullable)


def flag_column(name: str, *, default: bool = False) -> sa.Column[bool]:
    word = sa.true() if default else sa.false()
    return sa.Column(name, sa.Boolean, nullable=False, server_default=word)


def instant_column(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """Microseconds since 1970 UTC (`core.times`)."""
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def belongs_to(table: str, *columns: str, cascade: bool = True) -> sa.ForeignKeyConstraint:
    """A composite reference inside one organization; purging the parent takes the rows along."""
    targets = ["organization_id", "id"] if len(columns) == 2 else ["id"]
    return sa.ForeignKeyConstraint(
        columns,
        [f"{table}.{target}" for target in targets],
        ondelete="CASCADE" if cascade else None,
    )
