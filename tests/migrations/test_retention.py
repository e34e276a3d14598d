"""The two settings of auto-archive become the default rule of retention, and keep their values."""

import json
from collections.abc import Callable

import sqlalchemy as sa

from procession.core.retention import Period, Rule, Switches
from procession.domains.retention.types import read_rule
from procession.kit.migrating import engine_for, migrate

BEFORE, AFTER = "0024", "0025"
SETTINGS = {
    "a": {"auto_archive": True, "auto_archive_processes_after": {"unit": "days", "value": 30}},
    "b": {"auto_archive": True, "country": "NL"},
    "c": {"auto_archive_processes_after": {"unit": "weeks", "value": 4}},
    "d": {"description": 'We say "auto_archive" and mean nothing by it.'},
    "e": {},
}


def test_70_16_settings_become_rules(
    database_kind: str, empty_database: Callable[[str], str]
) -> None:
    url = empty_database(database_kind)
    migrate(url, to=BEFORE)
    engine = engine_for(url)
    with engine.begin() as connection:
        for name, settings in SETTINGS.items():
            connection.execute(
                sa.text(
                    "INSERT INTO organizations (id, name, timezone, settings, created_at, "
                    "updated_at) VALUES (:id, 'Some', 'UTC', :settings, 1, 1)"
                ),
                {"id": name * 32, "settings": json.dumps(settings, separators=(",", ":"))},
            )
    for _ in range(2):
        migrate(url, to=AFTER)
    with engine.connect() as connection:
        found = connection.execute(
            sa.text("SELECT organization_id, rule, is_on FROM retention ORDER BY organization_id")
        ).all()
    rules = {row[0][0]: (read_rule(row[1]), bool(row[2])) for row in found}
    on = Switches(archive=True)
    assert rules == {
        "a": (Rule(archive_after=Period("days", 30), enabled=on), True),
        "b": (Rule(enabled=on), True),
        "c": (Rule(archive_after=Period("weeks", 4)), False),
    }
