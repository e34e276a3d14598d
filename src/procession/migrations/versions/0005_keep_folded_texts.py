"""Keep folded texts beside the texts that lists search and sort by, and index what pollers ask for.

Why: docs/decisions/0027-one-folding-of-texts.md. What is ASCII needs no folded text, so only other
rows are written. Servers of earlier releases go on meanwhile on PostgreSQL and know none of the
new columns: what they insert has no folded text, and a trigger takes it away where they change a
text. The workers of this release fold what they find so. The next one takes the triggers away.

The folding is written out here once more: rows that are upgraded in a year shall be folded as
everybody folds now, and the next change of the folding is a migration of its own.

Each step is found done when the migration was killed and runs again.
"""

import json
import logging
import re
import sqlite3
import time
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_log = logging.getLogger("procession.migrations")


class _Text(NamedTuple):
    """A text that gets a folded one: the column of that, and those that it is made from."""

    column: str
    made_from: tuple[str, ...]
    is_json: bool = False

    @property
    def joined(self) -> str:
        if len(self.made_from) == 1:
            return self.made_from[0]
        return " || ' ' || ".join(f"coalesce({name}, '')" for name in self.made_from)


def _of(name: str) -> _Text:
    return _Text(f"{name}_folded", (name,))


#: By table: its key, and its texts, in the order in which its index names them.
_TABLES: dict[str, tuple[tuple[str, ...], list[_Text]]] = {
    "organizations": (("id",), [_of("name")]),
    "guests": (("id",), [_of("email")]),
    "guest_links": (
        ("organization_id", "guest_id"),
        [_Text("name_folded", ("first_name", "last_name"))],
    ),
    "groups": (("organization_id", "id"), [_of("name"), _of("description")]),
    "job_titles": (("organization_id", "id"), [_of("name")]),
    "tags": (("organization_id", "id"), [_of("title")]),
    "custom_keys": (("organization_id", "id"), [_of("label")]),
    "option_lists": (("organization_id", "id"), [_of("title")]),
    "templates": (("organization_id", "id"), [_of("published_title"), _of("title")]),
    "processes": (
        ("organization_id", "id"),
        [_of("name"), _Text("answers_folded", ("answers",), is_json=True)],
    ),
    "tasks": (("organization_id", "id"), [_of("title")]),
    "activity": (("organization_id", "id"), [_of("sentence")]),
}
_ORDERED = "organization_id, everyone_may_read, {}, number"
#: By name: table, columns and rows.
_INDEXES = {
    "processes_archived_at_idx": (
        "processes", _ORDERED.format("archived_at"), "archived_at IS NOT NULL",
    ),
    "processes_archived_updated_idx": (
        "processes", _ORDERED.format("updated_at"), "archived_at IS NOT NULL",
    ),
    "processes_completed_idx": (
        "processes", _ORDERED.format("completed_at"), "completed_at IS NOT NULL",
    ),
    "tasks_updated_idx": ("tasks", "organization_id, updated_at, number", ""),
}  # fmt: skip
_SORTED_BY_NAME = _ORDERED.format("substr(coalesce(name_folded, lower({})), 1, 200)")
_TOLD_EVERY = 20_000


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgres()


# --- The folding, as it was when this migration was written ---

_ACCENTS = re.compile("[\u0300-\u0305\u0307-\u036f]|(?<!и)\u0306")
_LETTERS = str.maketrans(
    {"\u0131": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe"}
)


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text).casefold()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", apart)).casefold()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", apart)).translate(_LETTERS)
    return unicodedata.normalize("NFKC", plain or apart)


def _kept(text: _Text, values: tuple[str | None, ...]) -> str | None:
    whole = values[0] if len(values) == 1 else " ".join(value or "" for value in values)
    if whole is None or whole.isascii():
        return None
    if text.is_json:
        return json.dumps(
            _with_folded_texts(json.loads(whole)), ensure_ascii=False, separators=(",", ":")
        )
    return f"{_folded(whole)}\x01{whole}"


def _with_folded_texts(value: Any) -> Any:
    if isinstance(value, str):
        return _folded(value)
    if isinstance(value, list):
        return [_with_folded_texts(each) for each in value]
    if isinstance(value, dict):
        return {key: _with_folded_texts(each) for key, each in value.items()}
    return value


def _folds(texts: list[_Text], row: tuple[Any, ...]) -> list[str | None]:
    """`row`: what all of `texts` are made from."""
    values = iter(row)
    return [_kept(text, tuple(next(values) for _ in text.made_from)) for text in texts]


def _sources(texts: list[_Text]) -> str:
    return ", ".join(name for text in texts for name in text.made_from)


def _is_unfolded(texts: list[_Text], bytes_of: str) -> str:
    return " OR ".join(
        f"{text.column} IS NULL AND {bytes_of.format(text.joined)} != length({text.joined})"
        for text in texts
    )


# --- SQLite: nobody else is there ---

_BYTES_ON_SQLITE = "length(CAST({} AS BLOB))"


def _upgrade_sqlite() -> None:
    for table, (key, texts) in _TABLES.items():
        for text in texts:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {text.column} TEXT")
        _fill_on_sqlite(table, texts)
        op.execute(
            f"CREATE INDEX {table}_unfolded_idx ON {table} ({', '.join(key)}) "
            f"WHERE {_is_unfolded(texts, _BYTES_ON_SQLITE)}"
        )
    op.execute(
        "CREATE INDEX processes_name_folded_idx ON processes "
        f"({_SORTED_BY_NAME.format('name')}) WHERE archived_at IS NULL"
    )
    op.execute("DROP INDEX processes_name_idx")
    for name, (table, columns, rows) in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {table} ({columns}){_where(rows)}")


def _where(rows: str) -> str:
    return f" WHERE {rows}" if rows else ""


def _fill_on_sqlite(table: str, texts: list[_Text]) -> None:
    raw = cast(sqlite3.Connection, op.get_bind().connection.dbapi_connection)
    change = ", ".join(f"{text.column} = ?" for text in texts)
    last = done = 0
    while True:
        rows = raw.execute(
            f"SELECT rowid, {_sources(texts)} FROM {table} "
            f"WHERE rowid > ? AND ({_is_unfolded(texts, _BYTES_ON_SQLITE)}) "
            f"ORDER BY rowid LIMIT {_TOLD_EVERY}",
            (last,),
        ).fetchall()
        raw.executemany(
            f"UPDATE {table} SET {change} WHERE rowid = ?",
            [(*_folds(texts, row[1:]), row[0]) for row in rows],
        )
        done += len(rows)
        if done:
            _log.info("%s: %s folded", table, f"{done:,}")
        if len(rows) < _TOLD_EVERY:
            return
        last = rows[-1][0]


# --- PostgreSQL: servers of earlier releases are at work ---

_BYTES_ON_POSTGRES = "octet_length({})"
_AT_ONCE = 1000
_MOST_PASSES = 5


def _upgrade_postgres() -> None:
    for table, (key, texts) in _TABLES.items():
        adding = ", ".join(f"ADD COLUMN IF NOT EXISTS {text.column} text" for text in texts)
        op.execute(f"ALTER TABLE {table} {adding}")
        for text in texts:
            _follow_old_servers(table, text)
        _commit()
        _index_concurrently(
            f"{table}_unfolded_idx",
            f"{table} ({', '.join(key)}) WHERE {_is_unfolded(texts, _BYTES_ON_POSTGRES)}",
        )
        _fill_on_postgres(table, key, texts)
    in_order = _SORTED_BY_NAME.format('(name) COLLATE "C"')
    _index_concurrently(
        "processes_name_folded_idx", f"processes ({in_order}) WHERE archived_at IS NULL"
    )
    op.execute("DROP INDEX IF EXISTS processes_name_idx")
    _commit()
    for name, (table, columns, rows) in _INDEXES.items():
        _index_concurrently(name, f"{table} ({columns}){_where(rows)}")


def _follow_old_servers(table: str, text: _Text) -> None:
    """Who changes a text and leaves the folded one as it was knows of none. A server of this
    release never does: that of another text is another one, unless there is none.

    Only answers may fold as before though they are others; theirs come back with the next round of
    a worker.
    """
    name = f"{table}_{text.column}_follow"
    differs = " OR ".join(
        f"OLD.{source} IS DISTINCT FROM NEW.{source}" for source in text.made_from
    )
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN NEW.{text.column} := NULL; RETURN NEW; END $$; "
        f"DROP TRIGGER IF EXISTS {name} ON {table}; "
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {', '.join(text.made_from)} ON {table} "
        f"FOR EACH ROW WHEN (NEW.{text.column} IS NOT NULL AND ({differs}) "
        f"AND NEW.{text.column} IS NOT DISTINCT FROM OLD.{text.column}) "
        f"EXECUTE FUNCTION {name}()"
    )


def _commit() -> None:
    """What was done is done, and its locks are free; the next step is another transaction."""
    with op.get_context().autocommit_block():
        pass


def _fill_on_postgres(table: str, key: tuple[str, ...], texts: list[_Text]) -> None:
    """Rows that somebody holds are left to the next pass, and in the end to a worker: who waits
    for nobody cannot be waited for in a circle."""
    is_unfolded = _is_unfolded(texts, _BYTES_ON_POSTGRES)
    for attempt in range(_MOST_PASSES):
        time.sleep(attempt * 0.1)
        done = told = 0
        for count in _batches(table, key, texts, is_unfolded):
            done += count
            if done - told >= _TOLD_EVERY:
                told = done
                _log.info("%s: %s folded", table, f"{done:,}")
        if not done:
            return
        if done > told:
            _log.info("%s: %s folded", table, f"{done:,}")


def _batches(
    table: str, key: tuple[str, ...], texts: list[_Text], is_unfolded: str
) -> Iterator[int]:
    """One transaction each; how many rows it folded."""
    keys = ", ".join(key)
    beyond = f"AND ({keys}) > ({', '.join(f':{name}' for name in key)}) "
    last: dict[str, Any] = {}
    while True:
        reading = (
            f"SELECT {keys}, {_sources(texts)} FROM {table} WHERE ({is_unfolded}) "
            f"{beyond if last else ''}ORDER BY {keys} LIMIT {_AT_ONCE} "
            "FOR NO KEY UPDATE SKIP LOCKED"
        )
        rows = op.get_bind().execute(sa.text(reading), last).all()
        if rows:
            _write_folds(table, key, texts, [tuple(row) for row in rows])
        _commit()
        if not rows:
            return
        yield len(rows)
        last = dict(zip(key, rows[-1], strict=False))


def _write_folds(
    table: str, key: tuple[str, ...], texts: list[_Text], rows: list[tuple[Any, ...]]
) -> None:
    """In one statement: `rows` have their keys first, then what the texts are made from."""
    new = [(*row[: len(key)], *_folds(texts, row[len(key) :])) for row in rows]
    names = [*key, *(text.column for text in texts)]
    lists = dict(zip(names, map(list, zip(*new, strict=True)), strict=True))
    kinds = {name: "bigint" if isinstance(lists[name][0], int) else "text" for name in names}
    op.get_bind().execute(
        sa.text(
            f"UPDATE {table} SET "
            + ", ".join(f"{text.column} = said.{text.column}" for text in texts)
            + " FROM unnest("
            + ", ".join(f"CAST(:{name} AS {kinds[name]}[])" for name in names)
            + f") AS said ({', '.join(names)}) WHERE "
            + " AND ".join(f"{table}.{name} = said.{name}" for name in key)
        ),
        lists,
    )


def _index_concurrently(name: str, what: str) -> None:
    """Unless it is there. What a killed one left behind is no index: nothing reads it."""
    is_valid: bool | None = op.get_bind().scalar(
        sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"),
        {"name": name},
    )
    if is_valid:
        return
    with op.get_context().autocommit_block():
        if is_valid is False:
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
        _log.info("building %s", name)
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")
