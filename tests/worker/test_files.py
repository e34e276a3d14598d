"""Bytes go when their files go; those without a record go after a day (contract 45, 7 and 8)."""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from cast import Cast
from factories import launch, make_oneoff, make_template
from procession.domains.files.actions import clearing
from procession.domains.files.tables import file_removals
from procession.kit.db import Statement
from procession.kit.file_store import store_of
from procession.kit.object_store import Kept, StoreAway, key_of
from sent import upload

_DAYS_AGO = 2 * 86_400
MAKE_DUE = Statement(
    file_removals.update()
    .where(file_removals.c.organization_id == sa.bindparam("organization_id"))
    .values(due_at=0)
)


def path_of(cast: Cast, file_id: str) -> Path:
    folder = Path(cast.server.storage.settings.files_address)
    return folder / key_of(cast.organization_id, file_id)


def work_off(cast: Cast) -> None:
    while clearing.remove_some(cast.server.storage):
        pass


def test_deleting_a_file_removes_its_bytes_as_soon_as_the_store_lets_them_go(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = make_oneoff(cast.olga)
    file = upload(cast.olga, subject_type="Task", subject_id=task["id"])
    path = path_of(cast, file["id"])
    assert path.is_file()
    assert cast.olga.delete(f"/file/{file['id']}").status_code == 200
    objects = store_of(cast.server.storage.settings)
    with monkeypatch.context() as away:
        away.setattr(type(objects), "remove", _refuse)
        clearing.remove_some(cast.server.storage)
    assert path.is_file()
    with cast.server.storage.database.writing() as connection:
        connection.execute(MAKE_DUE, {"organization_id": cast.organization_id})
    work_off(cast)
    assert not path.exists()


def _refuse(*_: object) -> None:
    raise StoreAway


def test_what_is_deleted_for_ever_takes_the_bytes_of_its_files_along(cast: Cast) -> None:
    template = make_template(cast.olga)
    process, task = launch(cast.olga, template), make_oneoff(cast.olga)
    of = {"Run": process["id"], "Checklist": template["id"], "Task": task["id"]}
    paths = [
        path_of(
            cast, upload(cast.olga, subject_type=kind, subject_id=each, uploaded_from="a")["id"]
        )
        for kind, each in of.items()
    ]
    assert all(path.is_file() for path in paths)
    assert cast.olga.delete(f"/tasks/{task['id']}/delete").status_code == 204
    for kind in ("runs", "checklists"):
        each = process["id"] if kind == "runs" else template["id"]
        cast.olga.delete(f"/{kind}/{each}")
        assert cast.olga.delete(f"/{kind}/{each}/delete").status_code < 300
    work_off(cast)
    assert not any(path.exists() for path in paths)


def test_bytes_without_a_record_are_swept_after_a_day_and_no_others(cast: Cast) -> None:
    task = make_oneoff(cast.olga)
    kept = path_of(cast, upload(cast.olga, subject_type="Task", subject_id=task["id"])["id"])
    old, fresh = (path_of(cast, digit * 32) for digit in "ab")
    part = kept.with_name(f"{'c' * 32}.0000.part")
    for path in (old, fresh, part):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"stray")
    for path in (old, part, kept):
        then = path.stat().st_mtime - _DAYS_AGO
        os.utime(path, (then, then))
    clearing.sweep(cast.server.storage)
    assert [path.exists() for path in (kept, fresh, old, part)] == [True, True, False, False]
    fresh.unlink()


def test_what_is_missing_or_astray_is_found(cast: Cast) -> None:
    task = make_oneoff(cast.olga)
    file = upload(cast.olga, subject_type="Task", subject_id=task["id"])
    storage = cast.server.storage
    objects = store_of(storage.settings)
    stray = path_of(cast, "d" * 32)
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"stray")
    path_of(cast, file["id"]).write_bytes(b"shorter")
    assert file["id"] in {each.id for each in clearing.missing(storage, objects)}
    found: list[Kept] = list(clearing.strays(storage, objects))
    assert key_of(cast.organization_id, "d" * 32) in {each.key for each in found}
    stray.unlink()
