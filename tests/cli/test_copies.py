"""A copy taken while the server runs, the database first and then the folder, is whole."""

import shutil
import sqlite3
import subprocess
import threading
from pathlib import Path

import pytest

from cast import Cast
from cli.test_doctor import doctor
from factories import make_oneoff
from postgres import Cluster
from procession.domains.files.actions import clearing
from procession.flows.access.opening import open_migrated
from procession.kit.file_store import store_of
from procession.kit.settings import Settings
from sent import upload

_AT_LEAST = 5


class Load:
    """People who upload all the time, each with a connection of their own."""

    def __init__(self, cast: Cast, people: int = 2) -> None:
        self._cast = cast
        self._task = make_oneoff(cast.olga)["id"]
        self._stop = threading.Event()
        self.ids: list[str] = []
        self._threads = [threading.Thread(target=self._work) for _ in range(people)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        by = self._cast.olga.again()
        while not self._stop.is_set():
            self.ids.append(upload(by, subject_type="Task", subject_id=self._task)["id"])

    def wait_for_more(self) -> int:
        """How many there are when some more have been uploaded."""
        wanted = len(self.ids) + _AT_LEAST
        while len(self.ids) < wanted and all(thread.is_alive() for thread in self._threads):
            self._stop.wait(0.01)
        return len(self.ids)


def copy_database(cast: Cast, to: Path, request: pytest.FixtureRequest) -> str:
    """As docs/how-to/back-up-and-move.md says; the address of what was restored from it."""
    url = cast.server.settings.database_url
    if url.startswith("sqlite:///"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as running:
            running.backup(sqlite3.connect(to))
        return f"sqlite:///{to}"
    cluster: Cluster = request.getfixturevalue("postgres")
    if not (cluster.binaries / "pg_dump").exists():
        pytest.skip("pg_dump is not there")
    dump = [str(cluster.binaries / "pg_dump"), "--format=custom", f"--file={to}", url]
    subprocess.run(dump, check=True)
    restored = cluster.create_database("restored_copy", template="template0")
    into = [str(cluster.binaries / "pg_restore"), "--no-owner", f"--dbname={restored}", str(to)]
    subprocess.run(into, check=True)
    return restored


def test_part45_a_copy_taken_under_load_misses_no_file(
    cast: Cast, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    running = Path(cast.server.settings.files_address)
    with Load(cast) as load:
        before = load.wait_for_more()
        url = copy_database(cast, tmp_path / "copy", request)
        load.wait_for_more()
        shutil.copytree(running, tmp_path / "files", ignore=shutil.ignore_patterns("*.part"))
        load.wait_for_more()
    settings = Settings(database_url=url, files=str(tmp_path / "files"))
    _, said = doctor(DATABASE_URL=url, FILES=settings.files)
    assert said["files"].startswith(f"ok {settings.files}; ")
    restored = open_migrated(settings)
    # Other tests take bytes away on purpose.
    objects = store_of(cast.server.settings)
    taken = {each.id for each in clearing.missing(cast.server.storage, objects)}
    missing = {each.id for each in clearing.missing(restored, store_of(settings))}
    assert missing <= taken
    known = {each.key.rpartition("/")[2] for each in store_of(settings).walk()}
    assert set(load.ids[:before]) <= known
    restored.database.close()
