"""The declared tables, as PostgreSQL shall be told of them."""

from procession.kit.db import metadata


def in_words_of_postgres() -> None:
    """Partial indexes are declared in SQLite's words (`kit.columns.partial_index`)."""
    for table in metadata.sorted_tables:
        for index in table.indexes:
            where = index.dialect_options["sqlite"]["where"]
            index.dialect_options["postgresql"]["where"] = where
