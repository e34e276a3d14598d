"""PostgreSQL's SQL. Whoever uses SQLite does not import it: it takes longer than all our tables."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

#: Numbered places: what a statement names several times is sent, and prepared, once.
POSTGRES_DIALECT: sa.Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
