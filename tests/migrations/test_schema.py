"""What the migrations build is what the code declares, on both databases."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import procession.web.routes  # noqa: F401 (declares every table)
from procession.kit.db import metadata
from procession.kit.migrating import engine_for, migrate
from procession.kit.schema import current_revision, newest_revision

MIGRATIONS = Path(__file__).parents[2] / "src" / "procession" / "migrations"

#: Keyed by something that is not in any organization.
SERVER_WIDE = {
    "organizations", "users", "guests", "server_keys", "server_counters", "tokens",
    "oauth_clients", "refresh_tokens", "oauth_codes",
    "password_resets", "browser_sessions", "sign_ins", "verified_domains",
}  # fmt: skip

#: On SQLite, whose row id is a key by itself: rows that are only ever added.
KEEPS_ITS_ROW_ID = {"activity", "outbox", "mails", "tag_links", "folder_objects"}

#: SQLAlchemy reads none on SQLite, and says so; tests of query plans show that they are there.
_READS_NO_EXPRESSIONS = pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index",
    "ignore:autogenerate skipping metadata-specified expression-based index",
)


@pytest.fixture
def url(database_kind: str, new_database: Callable[[str], str]) -> str:
    return new_database(database_kind)


@_READS_NO_EXPRESSIONS
def test_the_migrated_schema_is_the_declared_schema(url: str) -> None:
    with engine_for(url).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False}
        )
        assert compare_metadata(context, metadata) == []


@_READS_NO_EXPRESSIONS
def test_constraints_and_partial_indexes_are_as_declared(url: str) -> None:
    """What the comparison above leaves out."""
    with engine_for(url).connect() as connection:
        inspector = sa.inspect(connection)
        for table in metadata.sorted_tables:
            declared = _declared_keys(table)
            if connection.dialect.name == "sqlite":
                if table.name in KEEPS_ITS_ROW_ID:
                    declared["primary"] = ["id"]
                # SQLAlchemy cannot read an index over an expression there.
                indexes = declared["indexes"].items()
                declared["indexes"] = {name: keys for name, keys in indexes if None not in keys[0]}
            assert _found_keys(inspector, table.name) == declared, table.name


def _declared_keys(table: sa.Table) -> dict[str, Any]:
    indexes = {}
    for index in table.indexes:
        where = index.dialect_options["sqlite"]["where"]
        names = [each.name if isinstance(each, sa.Column) else None for each in index.expressions]
        indexes[str(index.name)] = (names, where is not None)
    return {
        "primary": [column.name for column in table.primary_key.columns],
        "indexes": indexes,
        "foreign": sorted(
            (
                [column.name for column in key.columns],
                key.elements[0].column.table.name,
                key.ondelete,
            )
            for key in table.foreign_key_constraints
        ),
    }


def _found_keys(inspector: sa.Inspector, table: str) -> dict[str, Any]:
    indexes = {}
    for index in inspector.get_indexes(table):
        if index.get("duplicates_constraint"):
            continue
        options = index.get("dialect_options", {})
        is_partial = any(name.endswith("_where") for name in options)
        indexes[str(index["name"])] = (index["column_names"], is_partial)
    return {
        "primary": inspector.get_pk_constraint(table)["constrained_columns"],
        "indexes": indexes,
        "foreign": sorted(
            (key["constrained_columns"], key["referred_table"], key["options"].get("ondelete"))
            for key in inspector.get_foreign_keys(table)
        ),
    }


def test_every_table_names_its_organization_first_in_a_key() -> None:
    """So that one organization's rows can be moved to a server of their own (design, stack)."""
    for table in metadata.sorted_tables:
        if table.name in SERVER_WIDE:
            continue
        keys = [list(table.primary_key.columns)]
        keys += [
            list(constraint.columns)
            for constraint in table.constraints
            if isinstance(constraint, sa.UniqueConstraint)
        ]
        assert any(key[0].name == "organization_id" for key in keys), table.name


def test_migrations_are_numbered_by_their_revisions() -> None:
    """What `kit.schema` takes for the newest revision is Alembic's head."""
    script = ScriptDirectory(str(MIGRATIONS))
    assert script.get_current_head() == newest_revision()
    assert len(script.get_heads()) == 1


def test_migrating_again_changes_nothing(url: str) -> None:
    assert current_revision(url) == newest_revision()
    assert migrate(url) == newest_revision()
