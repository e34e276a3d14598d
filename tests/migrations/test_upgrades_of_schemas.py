"""Who runs what stands between two releases upgrades, too, and loses no row.

`test_upgrades.py` begins at 0.1.0, which had none of the tables that came afterwards. Here they
are: the database of 0.1.0 is brought to a later schema, and on its way there the rows of
`upgrades/schema_*/rows.json` are put into the tables that were new then. **A migration that changes
what these rows say is named in `CHANGED`; a migration that makes tables adds a folder with rows of
them.** `SCHEMAS` are those from which an upgrade is killed, and goes on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from migrations.killing import kill_when_told
from migrations.releases import RELEASES, SCHEMA_NUMBERS, Rows, ask, put, read_rows, rows_of
from procession.core.times import wire_time
from procession.kit.migrating import migrate
from procession.kit.schema import VERSIONS, current_revision, newest_revision
from server import running_server

#: Of the search: made anew from `search_texts`, and another table on each database.
_INDEX = re.compile("search_terms.*")


@dataclass(frozen=True)
class Schema:
    """A schema that people had, with rows in the tables that were new in it or before."""

    number: str

    def __str__(self) -> str:
        return self.number

    def restore(self, url: str) -> Rows:
        """Make the empty database at `url` one of this schema; everything that it then holds.

        On the way there each schema's rows are put in, and the next ones keep them.
        """
        RELEASES[0].restore(url)
        before: Rows = {}
        for number in (each for each in SCHEMA_NUMBERS if each <= self.number):
            migrate(url, to=number)
            assert differing(before, read_rows(url)) == [], number
            put(url, rows_of(number))
            before = read_rows(url)
        return before


SCHEMAS = [Schema("0020"), Schema("0025")]
#: By table and columns: what a later migration says otherwise on purpose, and why.
CHANGED: dict[tuple[str, str], str] = {}


@dataclass(frozen=True)
class Kept:
    schema: Schema
    url: str
    before: Rows


@pytest.fixture(scope="module")
def kept_on(empty_database: Callable[[str], str]) -> Callable[[Schema, str], Kept]:
    """Of each schema and kind of database one; it was killed on its way, and went on."""
    made: dict[tuple[Schema, str], Kept] = {}

    def get(schema: Schema, kind: str) -> Kept:
        if (schema, kind) not in made:
            url = empty_database(kind)
            made[schema, kind] = Kept(schema, url, schema.restore(url))
            _upgrade_by_fits_and_starts(url)
        return made[schema, kind]

    return get


@pytest.fixture(params=SCHEMAS, ids=str)
def kept(
    request: pytest.FixtureRequest,
    database_kind: str,
    kept_on: Callable[[Schema, str], Kept],
) -> Kept:
    return kept_on(request.param, database_kind)


def _upgrade_by_fits_and_starts(url: str) -> None:
    """Killed when it begins the next migration, and when it begins the last."""
    begun = current_revision(url)
    after = [each for each in _numbers() if begun is None or each > begun]
    for number in dict.fromkeys((*after[:1], *after[-1:])):
        kill_when_told(url, VERSIONS, f"{number}: ")
    migrate(url)


def _numbers() -> list[str]:
    return sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))


def test_every_table_of_the_schema_has_a_row(kept: Kept) -> None:
    empty = {table for table, rows in kept.before.items() if not rows}
    assert {table for table in empty if not _INDEX.fullmatch(table)} == set()


def test_every_row_is_there_after_kills_and_upgrade(kept: Kept) -> None:
    assert current_revision(kept.url) == newest_revision()
    assert differing(kept.before, read_rows(kept.url)) == []


def differing(before: Rows, after: Rows) -> list[str]:
    """Tables that lost a row, or have one that says something else."""
    found = []
    for table, rows in before.items():
        if not rows or _INDEX.fullmatch(table) or (table, "*") in CHANGED:
            continue
        columns = [name for name in rows[0] if (table, name) not in CHANGED]
        was, now = (
            sorted(repr([row[name] for name in columns]) for row in each)
            for each in (rows, after.get(table, ()))
        )
        if was != now:
            found.append(table)
    return found


#: What a list must hold, by an administrator of 0.1.0, from which schema on.
SHOWN: dict[str, dict[str, tuple[str, Any]]] = {
    "0020": {
        "recurring-jobs": ("timezone", "Europe/Berlin"),
        "text-templates": ("title", "Hygiene"),
        "presets": ("name", "Überfällig"),
        "archive/operations": ("comment", "Spring cleaning"),
        "webhook-endpoints": ("url", "https://hooks.test/w"),
        "me/notifications": ("text", "A task is yours: Wägen"),
        "system-logs": ("message", "No answer from hooks.test"),
    },
    "0025": {
        "archive/operations?kind=family": ("number", 2),
        "archive/operations?kind=sweep": ("approved_by", 2),
        "holds?active=true": ("reason", "Prüfung durch das Finanzamt"),
        "holds?active=false": ("release_reason", "Settled"),
        "retention/templates/b7cbc913fedd502129aa60b577949b84": ("ceiling_per_pass", 50),
        "retention": ("deletion_allowed", True),
        "runs/6743cbf644c3e95fce18dcc763f01554": ("former_parent_id", f"{'0' * 31}a"),
        "runs/b8951dfa82b2636cc0be1879010a45b1": ("parent_id", "f54b30b0fa297b53da3284220b3c47f3"),
        "runs/121059d972d7e1e5487eb7cfb78b76c5": ("held", True),
        "tasks/347e44abecc4e9d32b47135e46809d2b": ("held", True),
    },
}


def test_people_find_what_they_had(kept: Kept) -> None:
    release = RELEASES[0]
    since = (lists for number, lists in SHOWN.items() if number <= kept.schema.number)
    shown = {path: held for lists in since for path, held in lists.items()}
    environment = release.story["environment"]
    with running_server("schema", kept.url, **environment) as running:
        running.clock.stop_at(wire_time(release.now))
        for path, (key, value) in shown.items():
            address = f"/organizations/{release.known['org']}/{path}"
            answer = ask(release, running.base_url, "admin", address)
            assert answer.status_code == 200, f"{path}: {answer.text}"
            found = answer.json()["data"]
            listed = found if isinstance(found, list) else [found]
            assert value in [each[key] for each in listed], f"{path}: {answer.text}"


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_newest_migrations_are_killed_and_run_again(
    kind: str, empty_database: Callable[[str], str]
) -> None:
    """The three newest, each when it has begun; what was there before is there afterwards."""
    before_them, *newest = _numbers()[-4:]
    url = empty_database(kind)
    RELEASES[0].restore(url)
    migrate(url, to=before_them)
    rows = read_rows(url)
    for number in newest:
        kill_when_told(url, VERSIONS, f"{number}: ")
    migrate(url)
    assert current_revision(url) == newest_revision()
    assert differing(rows, read_rows(url)) == []
