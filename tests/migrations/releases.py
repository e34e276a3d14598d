"""Databases as earlier releases made them: kept as rows in text files, put in by straight inserts.

`upgrades/release_0_1_0` was made by `make_release_0_1_0.py`, which says what is in there.
"""

import json
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from procession.kit.migrating import engine_for, migrate

Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class Answer:
    """What a GET got back. Pages are known by status and type alone: their words may change."""

    who: str
    path: str
    status: int
    type: str
    location: str | None
    body: Any


@dataclass(frozen=True)
class Release:
    """What is kept of one."""

    folder: Path
    #: The migration that its database is at.
    schema: str

    def __str__(self) -> str:
        return self.folder.name

    @cached_property
    def story(self) -> dict[str, Any]:
        """`known` ids, what people `held`, the time `now` and the `environment` of the server."""
        return dict(json.loads((self.folder / "held.json").read_text()))

    @property
    def now(self) -> int:
        """Microseconds, when the rows were kept and the questions asked."""
        return int(self.story["now"])

    @property
    def known(self) -> dict[str, Any]:
        return dict(self.story["known"])

    @property
    def held(self) -> dict[str, Any]:
        return dict(self.story["held"])

    @cached_property
    def rows(self) -> Rows:
        found = {}
        for file in sorted((self.folder / "rows").glob("*.jsonl")):
            columns, *rows = (json.loads(line) for line in _lines(file))
            found[file.stem] = [dict(zip(columns, row, strict=True)) for row in rows]
        return found

    @cached_property
    def answers(self) -> list[Answer]:
        bodies = [json.loads(line) for line in _lines(self.folder / "bodies.jsonl")]
        return [
            Answer(
                each["who"],
                each["path"],
                each["status"],
                each["type"],
                each.get("location"),
                bodies[each["body"]] if "body" in each else None,
            )
            for each in map(json.loads, _lines(self.folder / "answers.jsonl"))
        ]

    @property
    def routes(self) -> list[str]:
        """Every GET route that it had."""
        return list(json.loads((self.folder / "routes.json").read_text()))

    def headers_of(self, who: str) -> dict[str, str]:
        """How people of the story say who they are."""
        host = {"Host": "procession.example"}
        if who in ("nobody", "guest", "browser"):
            kept = {"nobody": {}, "guest": {"X-Guest-Code": self.held["guest"]},
                    "browser": {"Cookie": self.held["cookie"]}}  # fmt: skip
            return {**host, **kept[who]}
        token = self.held[who]
        text = token["access_token"] if isinstance(token, dict) else token
        return {**host, "Authorization": f"Bearer {text}"}

    def restore(self, url: str) -> None:
        """Make the empty database at `url` what the release's was."""
        migrate(url, to=self.schema)
        engine = engine_for(url)
        with engine.begin() as connection:
            tables = _reflected(connection)
            for table in reversed(tables.sorted_tables):
                if table.name in self.rows:
                    connection.execute(table.delete())
            for table in tables.sorted_tables:
                if table.name in self.rows:
                    connection.execute(table.insert(), self.rows[table.name])
            if connection.dialect.name == "postgresql":
                set_sequences(connection, tables)


#: The oldest first.
RELEASES = [Release(Path(__file__).parent / "upgrades" / "release_0_1_0", "0001")]


@dataclass
class Upgraded:
    """A release's database after the upgrade; copies of it are quick to make."""

    release: Release
    url: str
    copy: Callable[[], str]


def _lines(file: Path) -> Iterator[str]:
    """Texts may hold other line ends than the files'."""
    return (line for line in file.read_text().split("\n") if line)


def _reflected(connection: sa.Connection, names: Iterable[str] | None = None) -> sa.MetaData:
    """As they are in the database; None: all tables."""
    found = sa.MetaData()
    with warnings.catch_warnings():
        # Of indexes over expressions, which no insert needs.
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        found.reflect(connection, only=None if names is None else [*names])
    return found


def set_sequences(connection: sa.Connection, tables: sa.MetaData) -> None:
    """Numbers go on behind those that were put in."""
    for table in tables.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        connection.execute(
            sa.text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) "
                f"FROM {table.name}"
            )
        )


def read_rows(url: str) -> Rows:
    """Everything that a database holds, in the words of the kept files."""
    with engine_for(url).connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        return {
            name: [
                {key: int(each) if isinstance(each, bool) else each for key, each in row.items()}
                for row in connection.execute(sa.text(f'SELECT * FROM "{name}"')).mappings()
            ]
            for name in tables
            if name != "alembic_version"
        }


def ask(
    release: Release, base_url: str, who: str, path: str, body: Any = None, **options: Any
) -> requests.Response:
    """`session=`, `headers=`, and `method=` where it is neither GET nor, with a body, POST."""
    by_session = options.get("session") or requests
    answer: requests.Response = by_session.request(
        options.get("method") or ("GET" if body is None else "POST"),
        f"{base_url}{path}",
        json=body,
        headers={**release.headers_of(who), **options.get("headers", {})},
        timeout=30,
        allow_redirects=False,
    )
    return answer


# --- Rows of what was new in later schemas ---

#: Those that there are rows of, the oldest first.
SCHEMA_NUMBERS = sorted(
    path.name.removeprefix("schema_")
    for path in (Path(__file__).parent / "upgrades").glob("schema_*")
)


def rows_of(number: str) -> Rows:
    """What is new in a schema, or changed in rows that came before."""
    path = Path(__file__).parent / "upgrades" / f"schema_{number}" / "rows.json"
    found: Rows = json.loads(path.read_text())
    return found


def put(url: str, rows: Rows) -> None:
    """Rows that are there already, by their keys, say from now on what these say."""
    with engine_for(url).begin() as connection:
        tables = _reflected(connection, rows)
        for table in tables.sorted_tables:
            for row in rows.get(table.name, ()):
                key = [column == row[column.name] for column in table.primary_key]
                if not connection.execute(table.update().where(*key).values(row)).rowcount:
                    connection.execute(table.insert(), row)
        if connection.dialect.name == "postgresql":
            set_sequences(connection, tables)
