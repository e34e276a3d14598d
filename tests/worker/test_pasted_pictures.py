"""Pictures that stand in stored texts as `data:` are made files by the worker (ruling 19)."""

import json
from base64 import b64encode
from typing import Any

import pytest
import sqlalchemy as sa

from cast import Cast
from factories import launch, made, make_oneoff, make_template, read, read_template
from files_shown import shown_in
from procession.domains.comments.tables import threads
from procession.domains.processes.tables import processes
from procession.domains.snippets.tables import snippets
from procession.domains.tasks.tables import tasks
from procession.domains.templates.tables import template_versions, templates
from procession.flows.files import turning
from procession.flows.files.turning import PastedPictures
from procession.kit.db import Statement
from procession.kit.file_store import store_of
from sent import PNG

_URI = "data:image/png;base64," + b64encode(PNG).decode()
_TEXT = f'<p>Old <img src="{_URI}" alt="a > b"></p>'


def put(cast: Cast, table: sa.Table, ids: dict[str, Any], **texts: str) -> None:
    """As an earlier release has stored it."""
    is_it = [table.c.organization_id == cast.organization_id]
    is_it += [table.c[name] == value for name, value in ids.items()]
    with cast.server.storage.database.writing() as connection:
        assert connection.execute(Statement(table.update().where(*is_it).values(texts)), {}) > 0


def turn_all(cast: Cast) -> int:
    step, count = PastedPictures(cast.server.storage), 0
    while step.turn_some():
        count += 1
    return count


def count_activity(cast: Cast) -> int:
    return int(cast.olga.get("/activity-feeds").json()["meta"]["pagination"]["total"])


def test_ruling_19_pictures_that_were_stored_before_become_files_and_nobody_is_told(
    cast: Cast,
) -> None:
    template = make_template(cast.olga, [{"title": "Knead", "summary": "SOON"}], guidance="SOON")
    process, task = launch(cast.olga, summary="SOON"), make_oneoff(cast.olga, summary="SOON")
    thread = made(cast.olga.post(f"/tasks/{task['id']}/comment", {"content": "SOON"}))
    snippet = made(cast.olga.post("/text-templates", {"title": "Hygiene", "content": "SOON"}))
    (steps,) = _column(cast, template_versions.c.steps, template["id"])
    put(cast, templates, {"id": template["id"]}, guidance=_TEXT)
    put(
        cast, template_versions, {"template_id": template["id"]},
        steps=steps.replace("SOON", json.dumps(_TEXT)[1:-1]),
    )  # fmt: skip
    put(cast, processes, {"id": process["id"]}, summary=_TEXT)
    put(cast, tasks, {"id": task["id"]}, summary=_TEXT)
    put(cast, threads, {"id": thread["id"]}, content=_TEXT)
    put(cast, snippets, {"id": snippet["id"]}, content=_TEXT)
    told, before = count_activity(cast), read(cast.olga, process)
    assert turn_all(cast) >= 6
    shown = read_template(cast.olga, template, "?with=steps")
    (step,) = shown["steps"]["data"] if isinstance(shown["steps"], dict) else shown["steps"]
    after = read(cast.olga, process)
    thread = made(cast.olga.get(f"/tasks/{task['id']}?with=threads"), 200)["threads"]["data"][0]
    subjects = {
        shown_in(shown["guidance"]): ("Checklist", template["id"]),
        shown_in(step["summary"]): ("Checklist", template["id"]),
        shown_in(after["summary"]): ("Run", process["id"]),
        shown_in(thread["content"]): ("Task", task["id"]),
        shown_in(_column(cast, snippets.c.content)[0]): ("Organization", cast.organization_id),
        shown_in(_column(cast, tasks.c.summary)[0]): ("Task", task["id"]),
    }
    assert len(subjects) == 6
    for file_id, (kind, subject_id) in subjects.items():
        file = made(cast.olga.get(f"/assets/{file_id}"), 200)
        assert file["subject"] == {"type": kind, "id": subject_id}
        assert cast.olga.get(f"/file/{file_id}").content == PNG
    assert after["last_updated"] == before["last_updated"]
    assert count_activity(cast) == told
    turn_all(cast)
    assert read(cast.olga, process)["summary"] == after["summary"]


def _column(cast: Cast, column: sa.Column[Any], template_id: str | None = None) -> list[str]:
    table = column.table
    wanted = sa.select(column).where(table.c.organization_id == cast.organization_id)
    if template_id is not None:
        wanted = wanted.where(table.c.template_id == template_id)
    connection = cast.server.storage.database.connection()
    return [row[0] for row in connection.fetch(Statement(wanted), {})]


def test_ruling_19_a_worker_that_dies_between_bytes_and_rows_leaves_nothing_half_done(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_all(cast)  # What others have left here.
    task = make_oneoff(cast.olga, summary="SOON")
    put(cast, tasks, {"id": task["id"]}, summary=_TEXT)
    objects = store_of(cast.server.storage.settings)
    before = sum(1 for _ in objects.walk())
    with monkeypatch.context() as dying:
        dying.setattr(turning, "add_pictures", _die)
        with pytest.raises(RuntimeError):
            turn_all(cast)
    assert _column(cast, tasks.c.summary) == [_TEXT]
    turn_all(cast)
    shown_in(_column(cast, tasks.c.summary)[0])
    assert sum(1 for _ in objects.walk()) == before + 1


def _die(*_: object) -> None:
    raise RuntimeError("killed")


def test_ruling_19_what_somebody_writes_meanwhile_is_not_overwritten(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = make_oneoff(cast.olga, summary="SOON")
    put(cast, tasks, {"id": task["id"]}, summary=_TEXT)
    objects = store_of(cast.server.storage.settings)
    write = type(objects).write

    def write_slowly(*sent: Any) -> None:
        write(*sent)
        put(cast, tasks, {"id": task["id"]}, summary="Newer")

    with monkeypatch.context() as slow:
        slow.setattr(type(objects), "write", write_slowly)
        turn_all(cast)
    assert _column(cast, tasks.c.summary) == ["Newer"]
    assert cast.olga.get(f"/assets?subject_type=Task&subject_id={task['id']}").json()["data"] == []
