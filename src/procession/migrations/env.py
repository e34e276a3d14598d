"""Run by Alembic: migrate over the connection that `procession.kit.migrating` opened.

Each migration is a transaction of its own, in which SQLite changes tables as well.
"""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    transactional_ddl=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
