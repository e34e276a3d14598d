"""5.2, row 4: SQLite's disk is full, cannot be written, or its file is gone."""

import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from backdoor import stored
from cast import Cast, assemble
from factories import made, make_template
from misbehaving import family
from server import RunningServer, running_server
from wire import check_problem


@pytest.fixture(scope="module")
def alone(new_database: Callable[[str], str]) -> Iterator[RunningServer]:
    with running_server("sqlite", new_database("sqlite")) as running:
        yield running


def path_of(running: RunningServer) -> Path:
    return Path(running.settings.database_url.removeprefix("sqlite:///"))


def write_many(cast: Cast, count: int) -> list[requests.Response]:
    """Large ones: whatever room there is left is gone soon."""
    return [cast.olga.post("/runs", {"name": "x", "summary": "y" * 9000}) for _ in range(count)]


def check_refused(cast: Cast, before: dict[str, int], answers: list[requests.Response]) -> int:
    """How many were written after all; the others left nothing."""
    for answer in answers:
        if answer.status_code != 201:
            check_problem(answer, 503, "UNAVAILABLE")
            assert answer.headers["Retry-After"]
    for _ in range(5):
        assert cast.olga.again().get("/runs").status_code == 200
    written = sum(answer.status_code == 201 for answer in answers)
    assert stored(cast)["processes"] == before["processes"] + written
    return written


def test_11_4_a_full_disk_refuses_writes_until_there_is_room(
    tmp_path: Path, new_database: Callable[[str], str]
) -> None:
    """A disk of 8 MB, which takes a mount: without root it cannot be tried."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if subprocess.run(words, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        original = Path(new_database("sqlite").removeprefix("sqlite:///"))
        (disk / "p.db").write_bytes(original.read_bytes())
        with running_server("sqlite", f"sqlite:///{disk}/p.db") as running:
            cast = assemble(running)
            before = stored(cast)
            fill(disk / "filler")

            written = check_refused(cast, before, write_many(cast, 40))

            assert written < 40
            (disk / "filler").unlink()
            assert Counter(each.status_code for each in write_many(cast, 10)) == {201: 10}
            assert check_file(running) == "ok"
            running.storage.database.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(file: Path) -> None:
    """All but a few pages."""
    with file.open("wb", buffering=0) as filler:
        for size in (100_000, 4096):
            try:
                while True:
                    filler.write(b"x" * size)
            except OSError:
                continue
    room = os.stat(file).st_size - 8192
    os.truncate(file, room)


def check_file(running: RunningServer) -> str:
    raw = running.storage.database.connection()
    return str(raw.raw.execute("PRAGMA integrity_check").fetchone()[0])  # type: ignore[attr-defined]


@contextmanager
def files_no_larger_than(running: RunningServer, size: int) -> Iterator[None]:
    """The system refuses what is written beyond: to SQLite an error of the device."""
    everybody = family(running.process.pid)
    limits = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in everybody]
    for pid in everybody:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid, limit in zip(everybody, limits, strict=True):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


def test_11_4_a_device_that_fails_refuses_writes_until_it_works(alone: RunningServer) -> None:
    cast = assemble(alone)
    made(cast.olga.post("/runs", {"name": "before"}))
    before = stored(cast)

    with files_no_larger_than(alone, 4096):
        written = check_refused(cast, before, write_many(cast, 10))

    assert written == 0
    assert Counter(each.status_code for each in write_many(cast, 4)) == {201: 4}
    assert check_file(alone) == "ok"


@pytest.mark.parametrize("key", [None, "kept-key"])
def test_11_4_a_launch_of_many_statements_is_whole_or_not_at_all(
    alone: RunningServer, key: str | None
) -> None:
    cast = assemble(alone)
    template = make_template(cast.olga, 5)
    before = stored(cast)
    headers = {"Idempotency-Key": key} if key else {}
    body = {"checklist_id": template["id"], "name": "Whole"}

    with files_no_larger_than(alone, 4096):
        check_problem(cast.olga.post("/runs", body, headers=headers), 503)

    assert stored(cast) == before
    made(cast.olga.post("/runs", body, headers=headers))


def test_11_4_a_file_that_was_moved_away_is_missed_and_found_again(alone: RunningServer) -> None:
    cast, path = assemble(alone), path_of(alone)
    before = stored(cast)
    elsewhere = path.with_suffix(".away")
    path.rename(elsewhere)
    try:
        for _ in range(6):
            answer = cast.olga.again().post("/runs", {"name": "nowhere"})
            check_problem(answer, 503, "UNAVAILABLE")
            assert answer.headers["Retry-After"]
            check_problem(cast.olga.again().get("/runs"), 503)
            check_problem(cast.nobody.get("/health"), 503)
        assert not path.exists()
    finally:
        elsewhere.rename(path)

    assert stored(cast) == before
    assert Counter(each.status_code for each in write_many(cast, 6)) == {201: 6}
    assert cast.nobody.get("/health").status_code == 200


def test_11_4_another_file_in_its_place_is_not_written_to(
    new_database: Callable[[str], str],
) -> None:
    """The old one's journal lies beside it: opened together they would be damaged."""
    with running_server("sqlite", new_database("sqlite")) as running:
        cast, path = assemble(running), path_of(running)
        other = path_of_url(new_database("sqlite"))
        content = other.read_bytes()
        other.rename(path)

        for _ in range(4):
            check_problem(cast.olga.again().post("/runs", {"name": "other"}), 503)

        assert path.read_bytes() == content


def path_of_url(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def test_11_4_no_command_makes_a_new_file_for_one_that_is_missing(tmp_path: Path) -> None:
    """Only migrating does."""
    missing = tmp_path / "missing.db"
    environment = {**os.environ, "PROCESSION_DATABASE_URL": f"sqlite:///{missing}"}
    for words in (["serve"], ["work"], ["token", "list"]):
        done = subprocess.run(
            [sys.executable, "-m", "procession.cli", *words],
            env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 1, done.stdout
        assert "procession migrate" in done.stderr
        assert not missing.exists()
