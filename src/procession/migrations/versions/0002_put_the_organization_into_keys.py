"""Put the organization into every key of its tables, and widen the numbers of people to 64 bits.

Why: docs/decisions/0018-keys-that-many-machines-can-share.md. Servers of 0.1 go on meanwhile on
PostgreSQL, so everything is done in steps that each leave them working, and each of which is found
done when the migration was killed and runs again:

- Keys are built by CREATE INDEX CONCURRENTLY and take the old one's place in a moment.
- No column is widened where it stands, which would close its table while every row is written
  anew: a second column is kept equal by a trigger and filled some thousands of rows at a time,
  its indexes are built, and then both change places. Each row is written once more, so a table
  needs its size again until it is vacuumed.
- That moment closes all those tables together. Servers of 0.1 keep prepared statements, which
  PostgreSQL would refuse for ever after ("cached plan must not change result type"); so their
  connections are ended in it. Each answers one request with 503 and a Retry-After, and opens
  another.
- Two triggers stay for what servers of 0.1 write until they are replaced: they fill
  `verified_domains` and `alias_counters`. The next release takes them away, and `server_counters`.

Aliases are numbered for each organization from here on, beginning a million above the last number
that was given: servers of 0.1 go on counting for the whole server until they are replaced.
"""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_log = logging.getLogger("procession.migrations")

#: Numbers of aliases between what 0.1 gives and what is given from here on.
_APART = 1_000_000


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgres()


def _add_tables() -> None:
    op.create_table(
        "verified_domains",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("domain", name="verified_domains_pkey"),
        if_not_exists=True,
    )
    op.create_index(
        "verified_domains_organization_id_idx",
        "verified_domains",
        ["organization_id"],
        if_not_exists=True,
    )
    op.create_table(
        "alias_counters",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="alias_counters_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", name="alias_counters_pkey"),
        if_not_exists=True,
    )


def _fill_tables() -> None:
    op.execute(
        "INSERT INTO verified_domains (domain, organization_id) "
        "SELECT domain, organization_id FROM organization_domains WHERE verified_at IS NOT NULL "
        "ON CONFLICT DO NOTHING"
    )
    op.execute(
        f"INSERT INTO alias_counters (organization_id, value) "
        f"SELECT organizations.id, server_counters.value + {_APART} "
        f"FROM organizations JOIN server_counters ON server_counters.name = 'alias' "
        f"WHERE true ON CONFLICT DO NOTHING"
    )


# --- SQLite: nobody else is there ---


def _upgrade_sqlite() -> None:
    _add_tables()
    _fill_tables()
    _make_anew(
        "invitations",
        "CONSTRAINT invitations_code_digest_key UNIQUE (code_digest)",
        "CONSTRAINT invitations_code_digest_organization_id_key "
        "UNIQUE (code_digest, organization_id)",
    )
    _make_anew(
        "guest_links",
        "CONSTRAINT guest_links_code_digest_key UNIQUE (code_digest)",
        "CONSTRAINT guest_links_organization_id_code_digest_key "
        "UNIQUE (organization_id, code_digest)",
    )
    _make_anew("processes", "CONSTRAINT processes_public_key_key UNIQUE (public_key)", "")
    _make_anew(
        "oauth_clients",
        "CONSTRAINT oauth_clients_organization_id_fkey FOREIGN KEY(organization_id) "
        "REFERENCES organizations (id) ON DELETE CASCADE",
        "",
    )
    op.execute(_PUBLIC_KEYS.format(concurrently=""))
    op.execute("DROP INDEX organization_domains_verified_idx")


def _make_anew(table: str, constraint: str, instead: str) -> None:
    """SQLite cannot change a constraint of a table: so another table takes its rows and name."""
    run = op.get_bind().exec_driver_sql
    made = run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,))
    definition = " ".join(str(made.scalar_one()).split())
    assert constraint in definition, definition
    changed = (
        definition.replace(constraint, instead) if instead else _without(definition, constraint)
    )
    indexes = run(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
        (table,),
    ).scalars()
    remade = [str(sql) for sql in indexes]
    _log.info("%s: %s rows to copy", table, f"{_count(table):,}")
    run(changed.replace(f"CREATE TABLE {table} ", f"CREATE TABLE {table}_anew ", 1))
    run(f"INSERT INTO {table}_anew SELECT * FROM {table}")
    if "AUTOINCREMENT" in definition:
        # The highest number that was ever given, which may be of a row that is gone.
        run(
            "UPDATE sqlite_sequence SET seq = (SELECT max(seq) FROM sqlite_sequence "
            "WHERE name IN (?, ?)) WHERE name = ?",
            (table, f"{table}_anew", f"{table}_anew"),
        )
    run(f"DROP TABLE {table}")
    run(f"ALTER TABLE {table}_anew RENAME TO {table}")
    for sql in remade:
        run(sql)


def _without(definition: str, constraint: str) -> str:
    return definition.replace(f", {constraint}", "", 1)


def _count(table: str) -> int:
    return int(op.get_bind().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


_PUBLIC_KEYS = (
    "CREATE UNIQUE INDEX {concurrently} processes_public_key_idx "
    "ON processes (public_key, organization_id) WHERE public_key IS NOT NULL"
)


# --- PostgreSQL: servers of 0.1 are at work ---


def _upgrade_postgres() -> None:
    _add_tables()
    _follow_old_servers()
    _commit()
    _fill_tables()
    _commit()
    for table in ("mails", "outbox", "tag_links", "folder_objects", "activity"):
        _lead_with_organization(table)
    _change_unique("invitations", "code_digest", ["code_digest", "organization_id"])
    _change_unique("guest_links", "code_digest", ["organization_id", "code_digest"])
    _index_concurrently(
        "processes_public_key_idx", _PUBLIC_KEYS.format(concurrently="CONCURRENTLY")
    )
    op.execute("ALTER TABLE processes DROP CONSTRAINT IF EXISTS processes_public_key_key")
    _commit()
    op.execute("DROP INDEX IF EXISTS organization_domains_verified_idx")
    op.execute(
        "ALTER TABLE oauth_clients DROP CONSTRAINT IF EXISTS oauth_clients_organization_id_fkey"
    )
    _commit()
    _widen_people()


def _commit() -> None:
    """What was done is done, and its locks are free; the next step is another transaction."""
    with op.get_context().autocommit_block():
        pass


#: What servers of 0.1 write without knowing of the tables that are new.
_FOLLOWING = """
CREATE OR REPLACE FUNCTION verified_domains_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM verified_domains
        WHERE domain = OLD.domain AND organization_id = OLD.organization_id;
    ELSIF NEW.verified_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM verified_domains
        WHERE domain = NEW.domain AND organization_id = NEW.organization_id
    ) THEN
        INSERT INTO verified_domains (domain, organization_id)
        VALUES (NEW.domain, NEW.organization_id);
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS verified_domains_follow ON organization_domains;
CREATE TRIGGER verified_domains_follow
    AFTER INSERT OR UPDATE OR DELETE ON organization_domains
    FOR EACH ROW EXECUTE FUNCTION verified_domains_follow();
CREATE OR REPLACE FUNCTION alias_counters_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO alias_counters (organization_id, value)
    SELECT NEW.id, value + {apart} FROM server_counters WHERE name = 'alias'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS alias_counters_follow ON organizations;
CREATE TRIGGER alias_counters_follow AFTER INSERT ON organizations
    FOR EACH ROW EXECUTE FUNCTION alias_counters_follow();
"""


def _follow_old_servers() -> None:
    op.execute(_FOLLOWING.format(apart=_APART))


def _lead_with_organization(table: str) -> None:
    """The primary key, `id` alone until here, begins with the organization."""
    if _key_columns(f"{table}_pkey") == ["organization_id", "id"]:
        return
    name = f"{table}_organization_id_id_key"
    _index_concurrently(
        name, f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} (organization_id, id)"
    )
    op.execute(
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey, "
        f"ADD CONSTRAINT {table}_pkey PRIMARY KEY USING INDEX {name}"
    )
    _commit()


def _change_unique(table: str, was: str, columns: list[str]) -> None:
    name = f"{table}_{'_'.join(columns)}_key"
    if _key_columns(name) != columns:
        _index_concurrently(
            name, f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({', '.join(columns)})"
        )
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}")
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_{was}_key")
    _commit()


def _key_columns(constraint: str) -> list[str]:
    """Of a primary or unique key, in their order; empty when there is none of this name."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT attname FROM pg_constraint "
            "CROSS JOIN unnest(conkey) WITH ORDINALITY AS key (n, at) "
            "JOIN pg_attribute ON attrelid = conrelid AND attnum = n "
            "WHERE conname = :name AND connamespace = current_schema()::regnamespace ORDER BY at"
        ),
        {"name": constraint},
    )
    return [str(name) for name in found.scalars()]


def _index_concurrently(name: str, statement: str) -> None:
    """Unless it is there. What a killed one left behind is no index: nothing reads it."""
    is_valid = _is_valid_index(name)
    if is_valid:
        return
    with op.get_context().autocommit_block():
        if is_valid is False:
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
        _log.info("building %s", name)
        op.execute(statement)


def _is_valid_index(name: str) -> bool | None:
    found: bool | None = op.get_bind().scalar(
        sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"),
        {"name": name},
    )
    return found


# --- Numbers of people on PostgreSQL ---

#: By table, those that every request reads first come first: when they are closed, who is in the
#: others comes to an end, and nobody new comes in.
_PEOPLE = {
    "tokens": ("user_id",),
    "browser_sessions": ("user_id",),
    "users": ("id",),
    "memberships": ("user_id", "invited_by", "disabled_by", "reactivated_by"),
    "guest_links": ("guest_id", "disabled_by", "reactivated_by"),
    "guests": ("id",),
    "invitations": ("user_id",),
    "password_resets": ("user_id",),
    "refresh_tokens": ("user_id",),
    "oauth_codes": ("user_id",),
    "sign_ins": ("user_id",),
    "group_members": ("user_id",),
    "group_guests": ("guest_id",),
    "templates": (
        "owner_id", "created_by", "updated_by", "public_form_user_id", "archived_by",
    ),
    "template_versions": ("frozen_by",),
    "template_stars": ("user_id",),
    "process_stars": ("user_id",),
    "processes": (
        "owner_id", "started_by", "archived_by", "kickoff_completed_by", "submitted_by_guest",
    ),
    "tasks": ("created_by", "completed_by", "completed_by_guest", "archived_by"),
    "threads": ("author_id",),
    "activity": ("actor_id",),
    "custom_values": ("user_id", "guest_id"),
}  # fmt: skip
#: 2 MB of a table: some thousands of rows.
_BLOCKS_AT_ONCE = 256
_MOST_PASSES = 600
_TOLD_EVERY = 20_000


def _widen_people() -> None:
    if _is_narrow("users", "id"):
        for table, columns in _PEOPLE.items():
            _prepare(table, columns)
        with _closed(list(_PEOPLE)):
            _swap()
        _commit()
    _validate_references()


def _is_narrow(table: str, column: str) -> bool:
    return bool(
        op.get_bind().scalar(
            sa.text(
                "SELECT atttypid = 'integer'::regtype FROM pg_attribute "
                "WHERE attrelid = to_regclass(:table) AND attname = :column"
            ),
            {"table": table, "column": column},
        )
    )


def _prepare(table: str, columns: tuple[str, ...]) -> None:
    """A wide column beside each narrow one, equal from here on, with the same indexes."""
    wide = {column: f"{column}_wide" for column in columns}
    adding = ", ".join(f"ADD COLUMN IF NOT EXISTS {name} bigint" for name in wide.values())
    copying = " ".join(f"NEW.{name} := NEW.{column};" for column, name in wide.items())
    op.execute(
        f"ALTER TABLE {table} {adding}; "
        f"CREATE OR REPLACE FUNCTION {table}_widen() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {copying} RETURN NEW; END $$; "
        f"DROP TRIGGER IF EXISTS {table}_widen ON {table}; "
        f"CREATE TRIGGER {table}_widen BEFORE INSERT OR UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_widen()"
    )
    _commit()
    _fill(table, wide)
    for index in _indexes_on(table, wide):
        _index_concurrently(f"{index.name}_wide", index.statement)
    _promise_filled(table, wide)
    with op.get_context().autocommit_block():
        op.execute(f"ANALYZE {table} ({', '.join(wide.values())})")


def _fill(table: str, wide: dict[str, str]) -> None:
    """A row that somebody holds is left to the next pass: who waits for nobody cannot be waited for
    in a circle."""
    differs = " OR ".join(f"{name} IS DISTINCT FROM {column}" for column, name in wide.items())
    left = sa.text(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {differs})")
    with op.get_context().autocommit_block():
        for _ in range(_MOST_PASSES):
            if not op.get_bind().scalar(left):
                return
            _fill_once(table, wide, differs)
            time.sleep(0.1)
        raise RuntimeError(f"Rows of {table} are held by somebody all the time.")


def _fill_once(table: str, wide: dict[str, str], differs: str) -> None:
    bind = op.get_bind()
    equal = ", ".join(f"{name} = {column}" for column, name in wide.items())
    batch = sa.text(
        f"UPDATE {table} SET {equal} WHERE ctid = ANY (ARRAY ("
        f"SELECT ctid FROM {table} WHERE ctid >= CAST(:first AS tid) AND ctid < CAST(:last AS tid) "
        f"AND ({differs}) FOR NO KEY UPDATE SKIP LOCKED))"
    )
    size = sa.text(
        "SELECT pg_relation_size(oid) / current_setting('block_size')::int, reltuples::bigint "
        "FROM pg_class WHERE oid = to_regclass(:table)"
    )
    blocks, about = bind.execute(size, {"table": table}).one()
    done = told = 0
    for first in range(0, blocks + 1, _BLOCKS_AT_ONCE):
        ends = {"first": f"({first},0)", "last": f"({first + _BLOCKS_AT_ONCE},0)"}
        done += bind.execute(batch, ends).rowcount
        if done - told >= _TOLD_EVERY:
            told = done
            _log.info("%s: %s of about %s", table, f"{done:,}", f"{max(about, done):,}")


class _Index(NamedTuple):
    name: str
    #: Builds its like on the wide columns, under its name and `_wide`.
    statement: str
    #: `PRIMARY KEY` or `UNIQUE`; None for an index that is no key.
    key: str | None


def _indexes_on(table: str, wide: dict[str, str]) -> list[_Index]:
    """Those that have one of the columns."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT relname, pg_get_indexdef(indexrelid), "
            "CASE contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' END "
            "FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
            "LEFT JOIN pg_constraint ON conindid = indexrelid AND conrelid = indrelid "
            "AND contype IN ('p', 'u') WHERE indrelid = to_regclass(:table) "
            "AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = indrelid "
            "AND attnum = ANY (indkey) AND attname = ANY (:columns)) ORDER BY relname"
        ),
        {"table": table, "columns": list(wide)},
    )
    return [
        _Index(str(name), _on_wide_columns(str(name), str(definition), wide), key)
        for name, definition, key in found
    ]


def _on_wide_columns(name: str, definition: str, wide: dict[str, str]) -> str:
    before, on, columns = definition.partition(" ON ")
    for column, wider in wide.items():
        columns = re.sub(rf"\b{column}\b", wider, columns)
    return before.replace(f"INDEX {name}", f"INDEX CONCURRENTLY {name}_wide") + on + columns


def _promise_filled(table: str, wide: dict[str, str]) -> None:
    """What is checked before the tables are closed need not be looked for while they are."""
    for column, name in wide.items():
        if not _is_required(table, column) or _has_constraint(f"{table}_{name}_filled"):
            continue
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_filled "
            f"CHECK ({name} IS NOT NULL) NOT VALID"
        )
    _commit()
    with op.get_context().autocommit_block():
        for name in wide.values():
            if _has_constraint(f"{table}_{name}_filled"):
                op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {table}_{name}_filled")


def _is_required(table: str, column: str) -> bool:
    return bool(
        op.get_bind().scalar(
            sa.text(
                "SELECT attnotnull FROM pg_attribute "
                "WHERE attrelid = to_regclass(:table) AND attname = :column"
            ),
            {"table": table, "column": column},
        )
    )


def _has_constraint(name: str) -> bool:
    return bool(_key_columns(name))


@contextmanager
def _closed(tables: list[str]) -> Iterator[None]:
    """To everybody. Gives way after a moment and tries again: who waits for us holds what we wait
    for. At the end connections of before are ended, while they can still see nothing new."""
    statement = f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE"
    bind = op.get_bind()
    bind.execute(sa.text("SELECT set_config('lock_timeout', '300ms', true)"))
    for _ in range(60):
        with suppress(sa.exc.OperationalError), bind.begin_nested():
            bind.execute(sa.text(statement))
            break
        time.sleep(0.2)
    else:
        bind.execute(sa.text(statement))
    yield
    bind.execute(_END_OTHERS)


_END_OTHERS = sa.text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid() "
    "AND application_name NOT IN ('procession migrate', 'psql', 'pg_dump') "
    "AND backend_type = 'client backend'"
)


def _swap() -> None:
    """Nothing is read or written here but what PostgreSQL knows of its tables."""
    references = _references_to_people()
    for table, name, _ in references:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table, columns in _PEOPLE.items():
        _swap_columns(table, columns)
    for table, name, definition in references:
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")


def _references_to_people() -> list[tuple[str, str, str]]:
    """Table, name and definition of every foreign key that has a number of a person in it."""
    found = op.get_bind().execute(
        sa.text(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE contype = 'f' AND confrelid IN "
            "('users'::regclass, 'guests'::regclass, 'memberships'::regclass, "
            "'guest_links'::regclass) ORDER BY conname"
        )
    )
    return [(str(table), str(name), str(definition)) for table, name, definition in found]


def _swap_columns(table: str, columns: tuple[str, ...]) -> None:
    wide = {column: f"{column}_wide" for column in columns}
    indexes = _indexes_on(table, wide)
    op.execute(f"DROP TRIGGER {table}_widen ON {table}")
    op.execute(f"DROP FUNCTION {table}_widen()")
    for column, name in wide.items():
        if _is_required(table, column):
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL")
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{name}_filled")
        if column == "id":
            _hand_over_counter(table, name)
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {name} TO {column}")
    for index in indexes:
        if index.key is None:
            op.execute(f"ALTER INDEX {index.name}_wide RENAME TO {index.name}")
        else:
            op.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {index.name} {index.key} "
                f"USING INDEX {index.name}_wide"
            )


def _hand_over_counter(table: str, name: str) -> None:
    counter = f"{table}_id_seq"
    op.execute(f"ALTER SEQUENCE {counter} AS bigint")
    op.execute(f"ALTER SEQUENCE {counter} OWNED BY {table}.{name}")
    op.execute(f"ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT nextval('{counter}')")


def _validate_references() -> None:
    found = op.get_bind().execute(
        sa.text(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'f' AND NOT convalidated "
            "AND connamespace = current_schema()::regnamespace"
        )
    )
    unproved = [(str(table), str(name)) for table, name in found]
    with op.get_context().autocommit_block():
        for table, name in unproved:
            _log.info("checking %s", name)
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
