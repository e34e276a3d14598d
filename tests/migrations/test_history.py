"""The schema's history: what has been released stays as it is, and stands on nothing of today."""

import ast
import hashlib
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from procession.kit.schema import VERSIONS, newest_revision

#: Migrations that people's databases have been through, by their SHA-256. At each release the new
#: ones are added; no line here ever changes.
FROZEN = {
    "0001_first_tables.py": "2087f91343bcbb544b03c001d321743370a22b838e72f7ed65107c94c74f1b6b",
}
MIGRATIONS = sorted(VERSIONS.glob("[0-9]*.py"))


@pytest.mark.parametrize("name", FROZEN)
def test_what_has_been_released_is_frozen(name: str) -> None:
    found = hashlib.sha256((VERSIONS / name).read_bytes()).hexdigest()
    assert found == FROZEN[name], (
        f"{name} has changed, but databases of users have been through it as it was, and will "
        "never run it again. Take the change back, and make a migration of its own for it "
        "(docs/decisions/0017-migrations.md)."
    )


@pytest.mark.parametrize("path", [*MIGRATIONS, VERSIONS.parent / "env.py"], ids=lambda p: p.name)
def test_migrations_stand_on_libraries_alone(path: Path) -> None:
    """What they import of the application would be another thing a year later."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            imported.add(str(node.module))
    tops = {name.partition(".")[0] for name in imported}
    assert tops <= {"alembic", "sqlalchemy", *sys.stdlib_module_names}


def test_migrations_are_numbered_by_their_revisions() -> None:
    """What `kit.schema` takes for the newest is Alembic's head, and no number is missing."""
    script = ScriptDirectory(str(VERSIONS.parent))
    assert script.get_heads() == [newest_revision()]
    numbers = [path.name.partition("_")[0] for path in MIGRATIONS]
    assert numbers == [f"{number:04}" for number in range(1, len(MIGRATIONS) + 1)]
    assert sorted(each.revision for each in script.walk_revisions()) == numbers


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.name)
def test_a_migration_begins_with_the_line_that_is_shown_while_it_runs(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text()))
    assert said
    assert len(said.splitlines()[0]) <= 100
