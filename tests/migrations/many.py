"""A database of schema 0001 with as many processes as are asked for, by straight SQL.

It knows the frozen schema alone, nothing of today's code.
"""

import hashlib
from typing import Any

import sqlalchemy as sa

from procession.kit.migrating import engine_for, migrate

_AT = 1_790_000_000_000_000
_ORGANIZATION = "a" * 32
_COUNT = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "

#: For each process: three tasks with their assignees, a comment, two entries of the activity feed;
#: every tenth one is archived, and one event and one mail of every hundredth still wait.
_STATEMENTS = (
    f"""INSERT INTO organizations (id, name, timezone, settings, created_at, updated_at,
            process_count, task_count)
        VALUES (:organization, 'Many', 'UTC', '{{}}', {_AT}, {_AT}, :count, 3 * :count)""",
    f"""INSERT INTO users (email, email_key, username, first_name, last_name, timezone, created_at,
            updated_at)
        VALUES ('ann@many.test', 'ann@many.test', 'ann', 'Ann', 'Many', 'UTC', {_AT}, {_AT})""",
    f"""INSERT INTO memberships (organization_id, user_id, role, joined_at)
        VALUES (:organization, 1, 'admin', {_AT})""",
    f"""INSERT INTO processes (organization_id, id, number, template_id, template_version,
            template_title, type, name, owner_id, started_by, launched_via, public_key,
            publicly_hidden_fields, created_at, started_at, updated_at, archived_at, lifecycle)
        SELECT :organization, <id:i>, i, <id:0>, 1, 'Template', 'procedure', 'Process ' || i, 1, 1,
            'api', CASE WHEN i % 7 = 0 THEN <id:i> END, '[]', {_AT} + i, {_AT} + i, {_AT} + i,
            CASE WHEN i % 10 = 0 THEN {_AT} + i + 5 END, 'active' FROM n""",
    f"""INSERT INTO tasks (organization_id, id, number, process_id, task_type, title, state,
            position, created_by, created_at, updated_at, max_assignable)
        SELECT :organization, <id:3 * i + step>, 3 * i + step, <id:i>, 'task', 'Step ' || step,
            'not-started', step, 1, {_AT} + i, {_AT} + i, 0
        FROM n, (SELECT 0 AS step UNION ALL SELECT 1 UNION ALL SELECT 2) AS steps""",
    """INSERT INTO task_assignees (organization_id, task_id, person, process_id, written)
        SELECT organization_id, id, 'u:1', process_id, '1' FROM tasks""",
    f"""INSERT INTO threads (organization_id, id, process_id, content, label, state, author_kind,
            author_id, created_at, updated_at)
        SELECT :organization, <id:i>, <id:i>, 'Said ' || i, 'comment', 'open', 'member', 1,
            {_AT} + i, {_AT} + i FROM n""",
    f"""INSERT INTO activity (organization_id, process_id, process_entry, occurred_at, event, verb,
            category, actor_kind, actor_id, subject_kind, subject_id, sentence)
        SELECT :organization, <id:i>, entry, {_AT} + i, 'process.launched', 'launched', 'process',
            'member', 1, 'process', <id:i>, 'launched it'
        FROM n, (SELECT 1 AS entry UNION ALL SELECT 2) AS entries""",
    f"""INSERT INTO outbox (organization_id, event, payload, created_at, due_at)
        SELECT :organization, 'process.launched', '{{}}', {_AT} + i, {_AT} + i FROM n
        WHERE i % 100 = 0""",
    f"""INSERT INTO mails (organization_id, address, subject, text, created_at, due_at)
        SELECT :organization, 'ann@many.test', 'News ' || i, 'Text', {_AT} + i, {_AT} + i FROM n
        WHERE i % 100 = 0""",
)
_IDS = {
    "sqlite": "printf('%032x', {})",
    "postgresql": "lpad(to_hex({}), 32, '0')",
}


def fill(url: str, count: int) -> None:
    """Make the database at `url`, at schema 0001, with `count` processes."""
    migrate(url, to="0001")
    with engine_for(url).begin() as connection:
        for statement in _STATEMENTS:
            text = _with_ids(statement, _IDS[connection.dialect.name])
            if " n" in text and " FROM n" in text:
                text = text.replace("SELECT", f"{_COUNT}SELECT", 1)
            given = {"organization": _ORGANIZATION, "count": count}
            used = {name: value for name, value in given.items() if f":{name}" in text}
            connection.execute(sa.text(text), used)


def _with_ids(statement: str, written: str) -> str:
    before, *rest = statement.split("<id:")
    for part in rest:
        number, _, after = part.partition(">")
        before += written.format(number) + after
    return before


def digests(url: str, columns: dict[str, list[str]]) -> dict[str, tuple[int, str]]:
    """Of each table: how many rows it has, and a digest of what they say in these columns."""
    found = {}
    with engine_for(url).connect() as connection:
        for table, names in columns.items():
            quoted = ", ".join(f'"{name}"' for name in names)
            rows: list[Any] = sorted(
                repr([int(value) if isinstance(value, bool) else value for value in row])
                for row in connection.execute(sa.text(f'SELECT {quoted} FROM "{table}"'))
            )
            found[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def columns_of(url: str) -> dict[str, list[str]]:
    """Of each table that holds what people wrote."""
    with engine_for(url).connect() as connection:
        inspector = sa.inspect(connection)
        return {
            table: [column["name"] for column in inspector.get_columns(table)]
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }
