"""How migrations run: each by itself, repeatable, giving way, and told of; on both databases.

The history is the frozen 0001 and `example_migration.py`, which does what real migrations do.
"""

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from migrations.killing import kill_when_told, migrator
from migrations.many import columns_of, digests, fill
from procession.cli.main import main
from procession.cli.migrating import migrate_first
from procession.kit.migrating import Limits, engine_for, migrate
from procession.kit.schema import (
    MigrationFailed,
    NotMigrated,
    current_revision,
    newest_revision,
)
from procession.kit.settings import Settings
from server import free_port

IMPATIENT = Limits(lock_s=0.7, pauses_s=(0.1, 0.1))
COUNT = 1_000


@pytest.fixture(scope="module")
def filled(empty_database: Callable[[str], str]) -> Callable[[str], str]:
    """One database of each kind with processes at 0001; the tests of this module share it."""
    made: dict[str, str] = {}

    def get(kind: str) -> str:
        if kind not in made:
            made[kind] = empty_database(kind)
            fill(made[kind], COUNT)
        return made[kind]

    return get


def fetch(url: str, question: str) -> list[Any]:
    with engine_for(url).connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(question))]


@contextmanager
def held(url: str, statement: str) -> Iterator[None]:
    """Somebody else's transaction, open for as long as the block runs."""
    engine = engine_for(url)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
        yield
        connection.rollback()


# --- Killed and repeated ---


MOMENTS = ["processes: 500", "index made", "threads made anew"]


def test_killed_anywhere_and_run_again_it_ends_well_and_nothing_is_lost(
    database_kind: str, filled: Callable[[str], str], history: Path
) -> None:
    url = filled(database_kind)
    columns = columns_of(url)
    before = digests(url, columns)
    assert before["processes"][0] == COUNT
    for moment in MOMENTS:
        kill_when_told(url, history, moment)
        assert current_revision(url) == "0001"
        assert digests(url, columns) == before
    told: list[str] = []
    assert migrate(url, tell=told.append, versions=history) == "0002"
    assert digests(url, columns) == before
    assert fetch(url, "SELECT DISTINCT initial FROM processes") == [("P",)]
    assert "0002: processes: 1,000 of 1,000" in told
    assert told[0] == (
        "0002: Processes know their initial, and their public keys are looked up by organization."
    )
    assert told[-1].startswith("0002: done in ")
    told.clear()
    assert migrate(url, tell=told.append, versions=history) == "0002"
    assert told == []
    with pytest.raises(NotMigrated, match="newer than this version knows"):
        migrate(url, to="0001", versions=_only_first(history))


def _only_first(history: Path) -> Path:
    folder = history / "old"
    folder.mkdir()
    shutil.copyfile(history / "0001_first_tables.py", folder / "0001_first_tables.py")
    return folder


# --- Several at once ---


def test_two_at_once_go_one_after_the_other(empty: str, history: Path) -> None:
    with migrator(empty, history) as first, migrator(empty, history) as second:
        told = [process.communicate(timeout=60)[0] for process in (first, second)]
        assert (first.returncode, second.returncode) == (0, 0)
    assert current_revision(empty) == "0002"
    assert sum("0001: done" in each for each in told) == 1
    assert sum("0002: done" in each for each in told) == 1


def test_who_waits_for_another_migrator_is_told_and_keeps_no_index_waiting(
    empty: str, history: Path
) -> None:
    """The second one waits while the first builds its index: neither waits for the other."""
    slow = history / "0002_example.py"
    begins = "    connection = op.get_bind()\n"
    text = slow.read_text()
    assert begins in text
    slow.write_text(text.replace(begins, f"    __import__('time').sleep(2)\n{begins}"))
    migrate(empty, to="0001", versions=history)
    with migrator(empty, history) as first:
        assert first.stdout is not None
        assert "Processes know" in first.stdout.readline()
        told: list[str] = []
        migrate(empty, tell=told.append, versions=history)
        assert told == ["Another migration of this database is running; waiting for it to end."]
        assert "done" in first.communicate(timeout=20)[0]


# --- Giving way ---


LOCKS = {
    "sqlite": "UPDATE organizations SET name = name",
    "postgres": "LOCK TABLE processes IN ACCESS SHARE MODE",
}


def test_a_lock_that_is_held_is_waited_for_again_and_again(
    database_kind: str, empty: str, history: Path
) -> None:
    migrate(empty, to="0001", versions=history)
    told: list[str] = []
    tried = threading.Event()

    def tell(line: str) -> None:
        told.append(line)
        if "trying again" in line:
            tried.set()

    patient = Limits(lock_s=0.7, pauses_s=(0.2,) * 20)
    with held(empty, LOCKS[database_kind]):
        waiting = threading.Thread(
            target=lambda: migrate(empty, tell=tell, versions=history, limits=patient)
        )
        waiting.start()
        assert tried.wait(10)
    waiting.join(20)
    assert current_revision(empty) == "0002"
    assert told[-1].startswith("0002: done in ")


def test_a_lock_that_is_never_let_go_fails_with_a_sentence_that_names_its_holder(
    database_kind: str, empty: str, history: Path
) -> None:
    migrate(empty, to="0001", versions=history)
    with held(empty, LOCKS[database_kind]):
        by = _holder(empty) if database_kind == "postgres" else "another program is writing to the"
        with pytest.raises(MigrationFailed) as failed:
            migrate(empty, versions=history, limits=IMPATIENT)
    said = str(failed.value)
    assert said.startswith(f"Migration 0002 did not get the lock that it needs: {by}")
    assert "\n" not in said
    assert current_revision(empty) == "0001"


def _holder(url: str) -> str:
    ((pid,),) = fetch(
        url,
        "SELECT pid FROM pg_stat_activity "
        "WHERE state = 'idle in transaction' AND datname = current_database()",
    )
    return f"process {pid} (client backend, user procession) holds it"


def test_on_postgres_others_never_queue_behind_a_waiting_migration(
    empty_database: Callable[[str], str], history: Path
) -> None:
    """A reader that comes after the migration waits at most as long as the lock's limit."""
    url = empty_database("postgres")
    migrate(url, to="0001", versions=history)
    waiting = threading.Thread(target=_fail_to_migrate, args=(url, history))
    slowest = 0.0
    with held(url, LOCKS["postgres"]), psycopg.connect(url, autocommit=True) as reader:
        waiting.start()
        while waiting.is_alive():
            asked = time.monotonic()
            reader.execute("SELECT count(*) FROM processes")
            slowest = max(slowest, time.monotonic() - asked)
            time.sleep(0.01)
    assert 0.3 < slowest < 2


def _fail_to_migrate(url: str, history: Path) -> None:
    with pytest.raises(MigrationFailed):
        migrate(url, versions=history, limits=IMPATIENT)


def test_on_postgres_no_index_waits_for_who_watches(
    empty_database: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CREATE INDEX CONCURRENTLY waits for the end of every transaction that has a snapshot."""
    (tmp_path / "0001_indexes.py").write_text(
        '''"""Indexes, one after the other."""
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.execute("CREATE TABLE shelf (book int)")
    with op.get_context().autocommit_block():
        for number in range(50):
            op.execute(f"CREATE INDEX CONCURRENTLY book_{number} ON shelf (book)")
'''
    )
    monkeypatch.setattr("procession.kit.migrating._LOOK_S", 0.0)
    url = empty_database("postgres")
    migrating = threading.Thread(target=lambda: migrate(url, versions=tmp_path), daemon=True)
    migrating.start()
    migrating.join(20)
    assert not migrating.is_alive()
    assert current_revision(url) == "0001"


def test_on_postgres_nothing_is_left_behind_on_the_session(
    empty_database: Callable[[str], str], tmp_path: Path
) -> None:
    """Inside a migration's transaction the limits hold; outside of it they are what they were."""
    (tmp_path / "0001_looks.py").write_text(
        '''"""Looks."""
import logging
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0001", None
def look():
    names = ("lock_timeout", "statement_timeout", "client_connection_check_interval")
    found = [op.get_bind().execute(sa.text(f"SHOW {name}")).scalar() for name in names]
    logging.getLogger("procession.migrations").info("%s", " ".join(found))
def upgrade():
    look()
    with op.get_context().autocommit_block():
        look()
    look()
'''
    )
    told: list[str] = []
    migrate(empty_database("postgres"), tell=told.append, versions=tmp_path)
    assert told[1:-1] == ["0001: 4s 1min 1s", "0001: 0 0 0", "0001: 4s 1min 1s"]


def test_on_postgres_a_statement_that_takes_too_long_is_undone(
    empty_database: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "0001_sleeps.py").write_text(
        '''"""Sleeps."""
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.execute("CREATE TABLE bed (x int)")
    op.execute("SELECT pg_sleep(20)")
'''
    )
    url = empty_database("postgres")
    with pytest.raises(MigrationFailed, match="due to statement timeout"):
        migrate(url, versions=tmp_path, limits=Limits(statement_s=0.3))
    assert current_revision(url) is None
    assert fetch(url, "SELECT to_regclass('bed')") == [(None,)]


def test_on_sqlite_a_migration_that_breaks_references_is_undone(
    empty_database: Callable[[str], str], history: Path
) -> None:
    (history / "0002_example.py").write_text(
        '''"""Forgets the organization."""
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.execute("DELETE FROM organizations")
'''
    )
    url = empty_database("sqlite")
    fill(url, 10)
    with pytest.raises(MigrationFailed, match="would break references"):
        migrate(url, versions=history)
    assert current_revision(url) == "0001"
    assert fetch(url, "SELECT count(*) FROM organizations") == [(1,)]


# --- A newer database ---

#: Every command that opens the database, and its exit code then.
COMMANDS = {
    "serve": 1,
    "work": 1,
    "migrate": 1,
    "bootstrap --org Mill --email ann@mill.test": 1,
    "member --org 1 --email ann@mill.test": 1,
    "demo": 1,
    "doctor": 1,
    "keys rotate": 1,
    "reindex": 1,
    "hold list --org 1": 1,
    "retention preview --org 1": 1,
    "archive status --org 1": 1,
    "activity export --org 1": 1,
    "org list": 1,
    "sessions end --email ann@mill.test": 1,
    "token list": 1,
    "token create --email ann@mill.test": 1,
    "token revoke 1": 1,
    "sso show --org 1": 1,
    "receive-mail --recipient bot+1-launch@mill.test": 75,
}


def test_a_newer_database_is_refused_by_every_command(
    empty: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    migrate(empty)
    with engine_for(empty).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    monkeypatch.setenv("PROCESSION_DATABASE_URL", empty)
    monkeypatch.setenv("PROCESSION_PORT", str(free_port()))
    for words, code in COMMANDS.items():
        assert main(words.split()) == code, words
        said = capsys.readouterr()
        assert said.out == "", words
        named, sentence = said.err.splitlines()
        assert named.startswith("Database: "), words
        assert sentence == (
            "procession: The database is at schema 9999, newer than this version knows "
            f"({newest_revision()}). Install the newer version of Procession again, or restore the "
            "backup that was made before upgrading."
        ), words
    assert current_revision(empty) == "9999"


def test_every_command_is_tried_on_a_newer_database() -> None:
    with pytest.raises(SystemExit), redirect_stdout(StringIO()) as said:
        main(["--help"])
    commands = set(re.findall(r"^    ([a-z-]+)(?: |$)", said.getvalue(), re.MULTILINE))
    # They look at no database: files of the package, settings, the mail server.
    assert commands - {"examples", "config", "mail"} == {words.split()[0] for words in COMMANDS}


# --- Commands that migrate by themselves ---


def test_an_older_demo_is_migrated_and_it_is_said(
    empty_database: Callable[[str], str],
    history: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = empty_database("sqlite")
    migrate(url, to="0001", versions=history)
    monkeypatch.setattr("procession.cli.migrating.newest_revision", lambda: "0002")
    monkeypatch.setattr(
        "procession.kit.migrating.migrate",
        lambda url, **options: migrate(url, versions=history, **options),
    )
    migrate_first(Settings(database_url=url))
    first, second, *_, last = capsys.readouterr().err.splitlines()
    assert first == "Migrating the database from schema 0001 to 0002."
    assert second.startswith("0002: Processes know their initial")
    assert last.startswith("0002: done in ")
    migrate_first(Settings(database_url=url))
    assert capsys.readouterr().err == ""
