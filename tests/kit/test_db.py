"""What statements become on each database."""

import sqlite3

import sqlalchemy as sa

from procession.kit.db import SQLITE_DIALECT, Statement, any_of
from procession.kit.postgres_dialect import POSTGRES_DIALECT

THINGS = sa.table("things", sa.column("id", sa.Text), sa.column("name", sa.Text))


def test_any_of_is_a_condition_that_finds_an_index() -> None:
    statement = Statement(sa.select(THINGS.c.name).where(any_of(THINGS.c.id, "ids")))
    compiled = statement.compiled_for(SQLITE_DIALECT)
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE things (id TEXT PRIMARY KEY, name TEXT)")
    database.executemany("INSERT INTO things VALUES (?, ?)", [("a", "A"), ("b", "B"), ("c", "C")])
    arguments = compiled.arguments({"ids": ["a", "c"]})
    plan = database.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", arguments).fetchall()
    assert any("SEARCH things USING INDEX" in row[-1] for row in plan), plan
    assert database.execute(compiled.sql, arguments).fetchall() == [("A",), ("C",)]


def test_any_of_can_be_one_of_several_conditions_and_be_turned_round() -> None:
    chosen = any_of(THINGS.c.id, "ids")
    for condition in (chosen, sa.or_(chosen, THINGS.c.name == "B"), ~chosen):
        for dialect in (SQLITE_DIALECT, POSTGRES_DIALECT):
            Statement(sa.select(THINGS.c.id).where(condition)).compiled_for(dialect)
    others = Statement(sa.select(THINGS.c.id).where(~chosen)).compiled_for(SQLITE_DIALECT)
    assert others.sql.endswith("= 0")
