"""Migration 0005: texts that were there are folded, and so is what older servers write meanwhile.

Decision 0027. The rows are those of the kept releases, with texts that no database folds by itself.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from migrations.killing import kill_when_told
from migrations.releases import RELEASES, Release, Row, read_rows
from procession.core.folding import folded
from procession.kit.db import Database, metadata
from procession.kit.folding import fold_what_is_not, folded_columns, with_folds
from procession.kit.migrating import engine_for, migrate
from procession.kit.schema import VERSIONS, current_revision, newest_revision
from procession.kit.server import open_storage
from procession.kit.settings import Settings

TABLES = [
    "organizations", "guests", "guest_links", "groups", "job_titles", "tags", "custom_keys",
    "option_lists", "templates", "processes", "tasks", "activity",
]  # fmt: skip
#: Their texts were folded from the first release on that had them.
NEW_TABLES = ["holds", "presets", "snippets", "system_log"]
#: Another one for each row, since some must differ within their organization.
_UNUSUAL = "'{}' || CAST({} AS text)"
_ANSWER = """'{"f0": [[{"id": 1, "text": "ÖL ' || CAST(id AS text) || '"}], "Ёлка", 7, null]}'"""


def test_these_are_all_that_have_folded_texts() -> None:
    import procession.web.routes  # noqa: F401 (declares every table)

    assert {table.name for table in metadata.sorted_tables if folded_columns(table)} == {
        *TABLES,
        *NEW_TABLES,
    }


def sources(table: str) -> list[str]:
    columns = folded_columns(metadata.tables[table])
    return [name for column in columns for name in column.info["folds"]]


def write_unusual_texts(url: str, text: str, answer: str = _ANSWER) -> None:
    """As servers do that know of no folding: into every text, and nothing else."""
    with engine_for(url).begin() as connection:
        for table in TABLES:
            key = "guest_id" if table == "guest_links" else "id"
            for name in sources(table):
                unusual = answer if name == "answers" else _UNUSUAL.format(text, key)
                connection.execute(sa.text(f"UPDATE {table} SET {name} = {unusual}"))


@pytest.fixture(params=RELEASES, ids=str)
def old(
    request: pytest.FixtureRequest, database_kind: str, empty_database: Callable[[str], str]
) -> str:
    """A release's database, whose texts are all unusual."""
    release: Release = request.param
    url = empty_database(database_kind)
    release.restore(url)
    write_unusual_texts(url, "Приёмка ÄRZTE ")
    return url


@pytest.fixture
def database(old: str) -> Iterator[Database]:
    """The same after the upgrade."""
    migrate(old)
    database = open_storage(Settings(database_url=old))
    yield database
    database.close()


def rows_of(url: str) -> Iterator[tuple[sa.Table, Row]]:
    every = read_rows(url)
    for table in TABLES:
        assert every[table], table
        for row in every[table]:
            yield metadata.tables[table], row


def folds(table: sa.Table, row: Row) -> tuple[dict[str, Any], dict[str, Any]]:
    """As the row has them, and as a server of today would write them."""
    names = [column.name for column in folded_columns(table)]
    texts = {name: row[name] for name in sources(table.name)}
    wanted = with_folds(table, texts)
    return {name: row[name] for name in names}, {name: wanted[name] for name in names}


def check_folded(url: str) -> None:
    for table, row in rows_of(url):
        found, wanted = folds(table, row)
        assert found == wanted, table.name
        assert any(found.values()), table.name


def test_what_was_there_is_folded_as_it_would_be_written_now(old: str) -> None:
    told: list[str] = []
    migrate(old, tell=told.append)
    check_folded(old)
    assert any("processes: " in line and line.endswith("folded") for line in told), told


def test_a_text_of_ascii_is_left_alone(
    database_kind: str, empty_database: Callable[[str], str]
) -> None:
    url = empty_database(database_kind)
    RELEASES[0].restore(url)
    write_unusual_texts(url, "Plain ", answer="""'{"f0": ["x"]}'""")
    migrate(url)
    for table, row in rows_of(url):
        assert not any(folds(table, row)[0].values())


@pytest.mark.parametrize("moment", ["guest_links: ", "templates: ", "activity: "])
def test_killed_while_it_folds_it_goes_on(old: str, moment: str) -> None:
    kill_when_told(old, VERSIONS, moment)
    assert current_revision(old) != newest_revision()
    migrate(old)
    check_folded(old)


def test_run_again_it_finds_everything_done(old: str) -> None:
    """Where one transaction is all of it, nothing is ever half done."""
    migrate(old)
    if old.startswith("sqlite"):
        return
    with engine_for(old).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0004'"))
        connection.execute(sa.text("UPDATE tasks SET title_folded = NULL"))
        connection.execute(sa.text("DROP INDEX processes_name_folded_idx"))
    migrate(old)
    check_folded(old)


def test_what_servers_of_the_release_before_write_is_folded_by_the_worker(
    database: Database, old: str
) -> None:
    assert not fold_what_is_not(database)
    write_unusual_texts(old, "İstanbul ", answer=_ANSWER.replace("ÖL", "ÜL"))
    if old.startswith("sqlite"):
        # There it is stopped before the upgrade; rows of any origin are folded nevertheless.
        with engine_for(old).begin() as connection:
            for name in TABLES:
                for column in folded_columns(metadata.tables[name]):
                    connection.execute(sa.text(f"UPDATE {name} SET {column.name} = NULL"))
    for table, row in rows_of(old):
        assert not any(folds(table, row)[0].values()), table.name
    rounds = 0
    while fold_what_is_not(database):
        rounds += 1
    assert rounds > 0
    check_folded(old)


def test_what_servers_of_this_release_write_stays_as_they_write_it(
    database: Database, old: str
) -> None:
    """A text that folds as the one before has another text behind it."""
    with engine_for(old).begin() as connection:
        for name in ("ärzte", "ÄRZTE", "Plain", "ärzte"):
            changes = with_folds(metadata.tables["processes"], {"name": name})
            statement = "UPDATE processes SET name = :name, name_folded = :name_folded"
            connection.execute(sa.text(statement), changes)
            kept = connection.execute(sa.text("SELECT DISTINCT name_folded FROM processes"))
            assert kept.scalars().all() == [changes["name_folded"]], name
    assert folded("ärzte") == "arzte"
    assert not fold_what_is_not(database)
