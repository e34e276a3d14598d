"""A PostgreSQL database whose tables of organizations lie in partitions, as several machines would
keep them (decision 0018)."""

import psycopg
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from declared import in_words_of_postgres
from homes import organization_column, tables_of_organizations
from procession.kit.db import metadata
from procession.kit.postgres_dialect import POSTGRES_DIALECT
from procession.kit.schema import newest_revision

COUNT = 4


def make_partitioned(url: str, seeds_from: str) -> None:
    """Everything that is declared, in an empty database, and the rows of one that is migrated."""
    in_words_of_postgres()
    spread = {table.name: organization_column(table) for table in tables_of_organizations()}
    with psycopg.connect(url) as connection:
        for table in metadata.sorted_tables:
            options = table.dialect_options["postgresql"]
            options["partition_by"] = (
                f"HASH ({spread[table.name]})" if table.name in spread else None
            )
            try:
                connection.execute(_ddl(CreateTable(table)))
            finally:
                options["partition_by"] = None
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                connection.execute(_ddl(CreateIndex(index)))
            for number in range(COUNT) if table.name in spread else ():
                connection.execute(
                    f"CREATE TABLE {table.name}_{number} PARTITION OF {table.name} "
                    f"FOR VALUES WITH (MODULUS {COUNT}, REMAINDER {number})".encode()
                )
        connection.execute("CREATE TABLE alembic_version (version_num text PRIMARY KEY)")
        connection.execute("INSERT INTO alembic_version VALUES (%s)", (newest_revision(),))
        _copy_rows(seeds_from, connection)


def _ddl(element: sa.schema.ExecutableDDLElement) -> bytes:
    return str(element.compile(dialect=POSTGRES_DIALECT)).encode()


def _copy_rows(seeds_from: str, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """What migrations put into tables, and the numbers that are given out already."""
    with psycopg.connect(seeds_from) as seeded:
        for table in metadata.sorted_tables:
            rows = seeded.execute(f"SELECT * FROM {table.name}".encode())
            names = [column.name for column in rows.description or ()]
            places = ", ".join(["%s"] * len(names))
            for row in rows.fetchall():
                statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"
                connection.execute(statement.encode(), row)
    connection.execute("SELECT setval('oauth_clients_id_seq', max(id)) FROM oauth_clients")
