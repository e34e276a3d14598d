"""What the migrations build is what the code declares, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.schema import CreateIndex

import procession.web.routes
import procession.worker.loop  # noqa: F401 (these declare every table)
from declared import in_words_of_postgres
from migrations.releases import RELEASES, Release, Upgraded
from procession.kit.db import SQLITE_DIALECT, metadata
from procession.kit.migrating import engine_for, migrate
from procession.kit.schema import current_revision, newest_revision

#: Keyed by something that is not in any organization.
SERVER_WIDE = {
    "organizations", "users", "guests", "server_keys", "server_counters", "tokens",
    "oauth_clients", "refresh_tokens", "oauth_codes",
    "password_resets", "browser_sessions", "sign_ins", "verified_domains", "guesses", "workers",
}  # fmt: skip

#: On SQLite, whose row id is a key by itself: rows that are numbered as they are added.
KEEPS_ITS_ROW_ID = {
    "activity", "outbox", "mails", "tag_links", "folder_objects", "schedules", "notices",
    "notifications",
    "watchers", "watched_news", "webhook_deliveries", "webhook_attempts", "system_log",
}  # fmt: skip

#: SQLAlchemy reads none on SQLite, and says so; tests of query plans show that they are there.
_READS_NO_EXPRESSIONS = pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index",
    "ignore:autogenerate skipping metadata-specified expression-based index",
)


@pytest.fixture(params=["from nothing", *RELEASES], ids=str)
def url(
    request: pytest.FixtureRequest,
    database_kind: str,
    new_database: Callable[[str], str],
    upgraded_on: Callable[[Release, str], Upgraded],
) -> str:
    """A database that was migrated from nothing, or from a release with its rows."""
    if isinstance(request.param, Release):
        return upgraded_on(request.param, database_kind).url
    return new_database(database_kind)


@_READS_NO_EXPRESSIONS
def test_the_migrated_schema_is_the_declared_schema(url: str) -> None:
    with engine_for(url).connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": False,
                "include_object": _is_comparable,
            },
        )
        assert compare_metadata(context, metadata) == []


def _is_comparable(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    """Alembic compares this expression word by word, and PostgreSQL adds brackets to it; that it is
    the same is shown by the tests of what databases write down."""
    return not ((kind, name) == ("index", "processes_name_folded_idx") or _is_of_one_database(name))


def _is_of_one_database(name: str | None) -> bool:
    """What the terms of search are found by is each database's own (decision 0048): tables of
    SQLite's FTS5, and an index of PostgreSQL."""
    return str(name).startswith("search_terms") or name == "search_texts_terms_idx"


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
        if index.get("duplicates_constraint") or _is_of_one_database(index["name"]):
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


def test_on_postgres_every_word_of_the_schema_is_as_declared(
    new_database: Callable[[str], str], empty_database: Callable[[str], str]
) -> None:
    """As the database itself writes its tables, keys and indexes down, expressions included."""
    in_words_of_postgres()
    declared = empty_database("postgres")
    with engine_for(declared).begin() as connection:
        metadata.create_all(connection)
    migrated = [row for row in _written(new_database("postgres")) if row[2] not in _OF_POSTGRES]
    assert migrated == _written(declared)


#: Which this database has beside what is declared.
_OF_POSTGRES = ("search_texts_terms_idx",)


def test_on_sqlite_every_index_is_written_as_declared(new_database: Callable[[str], str]) -> None:
    """Those over expressions, too; whole tables it writes otherwise (rows that keep their id)."""
    declared = {
        " ".join(str(CreateIndex(index).compile(dialect=SQLITE_DIALECT)).split())
        for table in metadata.sorted_tables
        for index in table.indexes
    }
    found = {row[3] for row in _written(new_database("sqlite")) if row[1] == "index"}
    assert found == declared


@pytest.mark.parametrize("release", RELEASES, ids=str)
def test_an_upgraded_schema_is_that_of_a_new_database(
    release: Release,
    database_kind: str,
    new_database: Callable[[str], str],
    upgraded_on: Callable[[Release, str], Upgraded],
) -> None:
    upgraded = upgraded_on(release, database_kind).url
    assert _written(upgraded) == _written(new_database(database_kind))


#: Of each database: table, what, name, and its definition.
_WRITTEN = {
    "sqlite": """
        SELECT tbl_name, type, name, CASE type WHEN 'index' THEN sql
            ELSE iif(sql LIKE '%AUTOINCREMENT%', 'never reuses a number', '') END
        FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'alembic_version'
        UNION ALL
        SELECT tables.name, 'column', columns.name, columns.type
            || iif(columns."notnull", ' NOT NULL', '')
            || coalesce(' DEFAULT ' || columns.dflt_value, '')
        FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
        WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%'
        AND tables.name <> 'alembic_version'
        UNION ALL
        SELECT tables.name, 'key ' || keys.origin, (
            SELECT group_concat(name) FROM pragma_index_info(keys.name)
        ), '' FROM sqlite_master AS tables, pragma_index_list(tables.name) AS keys
        WHERE tables.type = 'table' AND keys.origin <> 'c' AND tables.name <> 'alembic_version'
        UNION ALL
        SELECT tables.name, 'reference', keys."from", keys."table" || coalesce(keys."to", '')
            || keys.on_delete || keys.seq
        FROM sqlite_master AS tables, pragma_foreign_key_list(tables.name) AS keys
        WHERE tables.type = 'table'""",
    "postgresql": """
        SELECT tablename, 'index', indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        UNION ALL
        SELECT relname, 'constraint', conname, pg_get_constraintdef(pg_constraint.oid)
            || CASE WHEN convalidated THEN '' ELSE ' (not valid)' END
        FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
        WHERE relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
        UNION ALL
        SELECT relname, 'column', attname, format_type(atttypid, atttypmod)
            || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
            || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '')
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
        AND NOT attisdropped AND relname <> 'alembic_version'
        UNION ALL
        SELECT relname, 'index state', relname, 'not valid' FROM pg_index
        JOIN pg_class ON pg_class.oid = indexrelid WHERE NOT indisvalid""",
}


def _written(url: str) -> list[tuple[str, ...]]:
    with engine_for(url).connect() as connection:
        rows = connection.execute(sa.text(_WRITTEN[connection.dialect.name])).all()
    return sorted(tuple(" ".join(str(each).split()) for each in row) for row in rows)


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


def test_migrating_again_changes_nothing(url: str) -> None:
    assert current_revision(url) == newest_revision()
    assert migrate(url) == newest_revision()
