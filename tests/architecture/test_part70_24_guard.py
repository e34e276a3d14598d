"""Part 70, row 24: nothing that holds content is destroyed by who has not asked for holds.

The machinery refuses at run time (`kit/content.py`, `kit/destroying.py`). Here is looked at what it
rests on: that every table says what it holds, and that nobody goes around it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from homes import import_everything, named_statements
from procession.domains.files.tables import file_removals
from procession.domains.processes.tables import processes
from procession.domains.tasks.tables import tasks
from procession.domains.templates.tables import template_versions
from procession.kit.content import (
    Exempt,
    Removable,
    Unguarded,
    content_columns,
    destroyed_by,
    is_declared,
)
from procession.kit.db import SQLITE_DIALECT, Statement, metadata
from procession.kit.destroying import Clearance, Destroying

SOURCE = Path(__file__).parents[2] / "src" / "procession"
#: Rows that go with a parent which holds no content: they are what is known of the parent itself.
GO_WITH_WHAT_THEY_ARE_ABOUT = {
    ("custom_values", "tags"): "a tag's own values",
    ("custom_values", "folders"): "a folder's own values",
    ("custom_values", "memberships"): "a member's own values; 10, 4.7 refuses no deletion",
    ("custom_values", "guest_links"): "a guest's own values; 10, 5.6 refuses no deletion",
}


def tables() -> list[sa.Table]:
    import_everything()
    return list(metadata.sorted_tables)


def test_part70_24_every_table_says_whether_it_holds_content() -> None:
    assert [table.name for table in tables() if not is_declared(table)] == []
    for table in tables():
        assert set(content_columns(table)) <= set(table.c.keys()), table.name


def test_part70_24_whose_deletion_takes_content_along_is_guarded_too() -> None:
    found = {
        (child.name, key.referred_table.name)
        for child in tables()
        if "delete" in destroyed_by(child)
        for key in child.foreign_key_constraints
        if key.ondelete == "CASCADE" and "delete" not in destroyed_by(key.referred_table)
    }
    assert found == set(GO_WITH_WHAT_THEY_ARE_ABOUT)


_GONE = processes.delete().where(processes.c.id == "x")


@pytest.mark.parametrize(
    "expression",
    [
        _GONE,
        tasks.delete(),
        tasks.update().values(answers=None),
        tasks.update().values(summary=""),
        template_versions.update().values({template_versions.c.steps: "[]"}),
        file_removals.insert(),
        sa.Table("brand_new", sa.MetaData(), sa.Column("id", sa.Integer)).delete(),
        sa.text("DELETE FROM processes"),
        sa.text("TRUNCATE tasks"),
    ],
    ids=str,
)
def test_part70_24_a_path_that_does_not_ask_cannot_be_made(expression: Any) -> None:
    with pytest.raises(Unguarded):
        Statement(expression)


def test_part70_24_nor_can_one_that_hides_in_another_statement() -> None:
    gone = _GONE.returning(processes.c.id).cte("gone")
    with pytest.raises(Unguarded):
        Statement(sa.select(gone.c.id)).compiled_for(SQLITE_DIALECT)


def test_part70_24_edits_are_no_destruction() -> None:
    new = sa.bindparam("new_answers", type_=sa.Text)
    Statement(tasks.update().values(answers=new, archived_at=None))


def test_part70_24_what_destroys_runs_with_an_answer_of_this_transaction_for_this_thing() -> None:
    destroying, work = Destroying(_GONE), object()
    with pytest.raises(Unguarded):
        destroying.compiled_for(SQLITE_DIALECT)
    with pytest.raises(Unguarded):
        destroying.compiled_for_one(SQLITE_DIALECT)
    for clearance, subject in (
        (Clearance(object(), {"x"}), "x"),
        (Clearance(work, {"x"}), "y"),
        (Clearance(work, ()), "x"),
    ):
        with pytest.raises(Unguarded):
            destroying.cleared(clearance, work, subject)
    cleared = destroying.cleared(Clearance(work, {"x"}), work, "x")
    assert "DELETE FROM processes" in cleared.compiled_for(SQLITE_DIALECT).sql


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = str(path.relative_to(SOURCE))
        if not name.startswith("migrations"):
            yield name, ast.parse(path.read_text())


def _called(tree: ast.AST, name: str) -> int:
    """How often a function or method of this name is called."""
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return sum(name in (getattr(each, "attr", ""), getattr(each, "id", "")) for each in called)


def test_part70_24_only_who_asked_gives_an_answer() -> None:
    for name, makers in (
        ("Clearance", {"domains/holds/actions/asking.py"}),
        ("guarded", {"kit/destroying.py"}),
        ("cleared", {"kit/work.py"}),
    ):
        assert {where for where, tree in _modules() if _called(tree, name)} == makers


def test_part70_24_nobody_speaks_to_the_driver_but_the_kit() -> None:
    around = {
        where
        for where, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "raw"
    }
    assert {where for where in around if not where.startswith("kit/")} == set()


def test_part70_24_every_statement_that_destroys_is_known() -> None:
    """Those that modules hold; others are made by the same two classes."""
    found = {
        where
        for where, statement in named_statements().items()
        if isinstance(statement.expression, sa.Delete)
        and "delete" in destroyed_by(statement.expression.table)  # type: ignore[arg-type]
        and not isinstance(statement, Destroying)
    }
    assert found == {"domains.custom_fields.store.values._CLEAR"}


def test_part70_24_each_exception_is_made_once() -> None:
    sources = [ast.dump(tree) for where, tree in _modules() if where != "kit/content.py"]
    for each in (*Exempt, *Removable):
        uses = sum(source.count(f"attr='{each.name}'") for source in sources)
        assert (each.name, uses) == (each.name, 1), each
        assert each.value
