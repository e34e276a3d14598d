"""Databases that are at an older schema, and a history of the suite's own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from migrations.releases import Release, Upgraded
from postgres import Cluster
from procession.kit.migrating import migrate
from procession.kit.schema import VERSIONS

EXAMPLE = Path(__file__).parent / "example_migration.py"


@pytest.fixture(scope="session")
def empty_database(scratch: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Makes an empty database, that was never migrated: `empty_database("sqlite")`."""
    counter = iter(range(1_000_000))

    def make(kind: str) -> str:
        number = next(counter)
        if kind == "sqlite":
            folder = scratch / f"empty{number}"
            folder.mkdir()
            return f"sqlite:///{folder}/procession.db"
        cluster: Cluster = request.getfixturevalue("postgres")
        return cluster.create_database(f"empty{number}")

    return make


@pytest.fixture
def empty(database_kind: str, empty_database: Callable[[str], str]) -> str:
    return empty_database(database_kind)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """The frozen 0001, and after it the example of `example_migration.py`."""
    first = VERSIONS / "0001_first_tables.py"
    shutil.copyfile(first, tmp_path / first.name)
    shutil.copyfile(EXAMPLE, tmp_path / "0002_example.py")
    return tmp_path


@pytest.fixture(scope="session")
def upgraded_on(
    scratch: Path, empty_database: Callable[[str], str], request: pytest.FixtureRequest
) -> Callable[[Release, str], Upgraded]:
    made: dict[tuple[Path, str], Upgraded] = {}
    counter = iter(range(1_000_000))

    def copy_of(kind: str, url: str) -> str:
        number = next(counter)
        if kind == "sqlite":
            target = scratch / f"upgraded{number}.db"
            shutil.copyfile(url.removeprefix("sqlite:///"), target)
            return f"sqlite:///{target}"
        cluster: Cluster = request.getfixturevalue("postgres")
        name = url.removeprefix("postgresql:///").partition("?")[0]
        return cluster.create_database(f"upgraded{number}", name)

    def get(release: Release, kind: str) -> Upgraded:
        if (release.folder, kind) not in made:
            url = empty_database(kind)
            release.restore(url)
            migrate(url)
            made[release.folder, kind] = Upgraded(release, url, lambda: copy_of(kind, url))
        return made[release.folder, kind]

    return get
