"""The index that search looks into: filled by the worker, made anew, and rid of what nobody has
(decision 0048)."""

from typing import Any

import pytest
import sqlalchemy as sa

from cast import Cast, Person
from factories import launch, made, make_template
from procession.cli.operations import reindex
from procession.kit.db import Statement, metadata
from procession.kit.searching import UnusedTexts, search_texts, searched_columns
from procession.worker.sweep import index_left_texts

_COUNT = Statement(
    sa.select(sa.func.count()).where(
        search_texts.c.organization_id == sa.bindparam("organization_id"),
        search_texts.c.folded == sa.bindparam("folded"),
    )
)


def found(by: Person, text: str, on: str = "process") -> Any:
    answer = by.get(f"/search?search={text}&on={on}")
    assert answer.status_code == 200, answer.text
    hits = answer.json()[on]
    return [hit["name"] for hit in hits["data"]], hits["meta"].get("indexing", False)


def run(cast: Cast, *statements: Any) -> None:
    with cast.server.storage.database.writing() as connection:
        for each in statements:
            connection.execute(Statement(each), {})


def count(cast: Cast, folded: str) -> int:
    connection = cast.server.storage.database.connection()
    values = {"organization_id": cast.organization_id, "folded": folded}
    return int(connection.fetch(_COUNT, values)[0][0])


def index_all(cast: Cast) -> None:
    while index_left_texts(cast.server.storage):
        pass


def test_60_4_what_was_there_before_is_indexed_by_the_worker(cast: Cast) -> None:
    """As an upgrade leaves it."""
    launch(cast.olga, make_template(cast.olga, [{"title": "Old step"}]), name="Old process")
    tables = [table for table in metadata.sorted_tables if searched_columns(table)]
    nothing = [
        table.update().values({column.name: None for column in searched_columns(table)})
        for table in tables
    ]
    run(cast, *nothing, search_texts.delete())
    launch(cast.olga, name="New process")
    assert found(cast.olga, "process") == (["New process"], True)
    index_all(cast)
    assert found(cast.olga, "process") == (["New process", "Old process"], False)
    assert found(cast.olga, "step", "task") == (["Old step"], False)
    assert found(cast.olga, "step", "step") == (["Old step"], False)


def test_60_4_what_others_change_by_hand_is_indexed_anew(cast: Cast) -> None:
    launch(cast.olga, name="As launched")
    processes = metadata.tables["processes"]
    run(cast, processes.update().values(name="By hand", updated_at=processes.c.updated_at + 1))
    assert found(cast.olga, "hand") == ([], True)
    index_all(cast)
    assert found(cast.olga, "hand") == (["By hand"], False)
    assert found(cast.olga, "launched") == ([], False)


def test_60_4_everything_can_be_indexed_anew(cast: Cast) -> None:
    """Ended half way, and begun again."""
    launch(cast.olga, make_template(cast.olga, 2), name="Täglich")
    run(cast, search_texts.update().values(folded="broken", terms="broken"))
    assert found(cast.olga, "taglich") == ([], False)
    settings, told = cast.server.settings, []

    def stop(_: str, __: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(settings, stop)
    reindex(settings, lambda table, done: told.append((table, done)))
    assert found(cast.olga, "taglich") == (["Täglich"], False)
    assert found(cast.olga, "step", "task")[0] == ["Step 2", "Step 1"]
    assert {"processes", "tasks", "templates"} <= {name for name, _ in told}
    assert count(cast, "broken") == 0


def test_60_4_a_text_goes_with_the_last_row_that_has_it(cast: Cast) -> None:
    for _ in range(2):
        process = launch(cast.olga, name="Shared secret")
    other = launch(cast.olga, name="Lonely secret")
    for gone in (process, other):
        made(cast.olga.delete(f"/runs/{gone['id']}"), 200)
        assert cast.olga.delete(f"/runs/{gone['id']}/delete").status_code in (200, 204)
    unused = UnusedTexts(cast.server.storage.database)
    while unused.forget_some():
        pass
    assert (count(cast, "shared secret"), count(cast, "lonely secret")) == (1, 0)
    assert found(cast.olga, "secret") == (["Shared secret"], False)
