"""Pictures that are pasted into texts become files of what the texts belong to (ruling 19)."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from cast import Cast, Person
from factories import launch, made, make_oneoff, make_template, read_template, tasks_of
from files_shown import ADDRESS, shown_in
from procession.kit.file_store import store_of
from sent import PNG
from worker.test_files import path_of, work_off

PASTED = "data:image/png;base64," + b64encode(PNG).decode()
TEXT = f'<p>Look: <img src="{PASTED}" alt="a > b"></p>'


def kept_as(by: Person, file_id: str) -> dict[str, Any]:
    file = by.get(f"/assets/{file_id}").json()["data"]
    assert (file["mimetype"], file["size"]) == ("image/png", len(PNG))
    assert file["uploaded_by"] == by.user_id
    answer = by.get(f"/file/{file_id}")
    assert answer.content == PNG
    assert answer.headers["Content-Type"] == "image/png"
    return dict(file["subject"])


def in_template(cast: Cast) -> tuple[Any, dict[str, str]]:
    template = make_template(cast.olga, summary=TEXT)
    return template["summary"], {"id": template["id"], "type": "Checklist"}


def in_step(cast: Cast) -> tuple[Any, dict[str, str]]:
    template = make_template(cast.olga, 1)
    path = f"/checklists/{template['id']}/steps"
    step = made(cast.olga.post(path, {"title": "Knead", "summary": TEXT}))
    return step["summary"], {"id": template["id"], "type": "Checklist"}


def in_process(cast: Cast) -> tuple[Any, dict[str, str]]:
    process = launch(cast.olga, summary=TEXT)
    return process["summary"], {"id": process["id"], "type": "Run"}


def in_changed_process(cast: Cast) -> tuple[Any, dict[str, str]]:
    process = launch(cast.olga)
    answer = cast.olga.put(f"/runs/{process['id']}", {"summary": TEXT})
    return answer.json()["data"]["summary"], {"id": process["id"], "type": "Run"}


def in_oneoff(cast: Cast) -> tuple[Any, dict[str, str]]:
    task = make_oneoff(cast.olga, summary=TEXT)
    return task["summary"], {"id": task["id"], "type": "Task"}


def in_comment(cast: Cast) -> tuple[Any, dict[str, str]]:
    task = make_oneoff(cast.olga)
    thread = made(cast.olga.post(f"/tasks/{task['id']}/comment", {"content": TEXT}))
    return thread["content"], {"id": task["id"], "type": "Task"}


def in_snippet(cast: Cast) -> tuple[Any, dict[str, str]]:
    path = "/text-templates"
    snippet = made(cast.olga.post(path, {"title": "Hygiene", "content": TEXT}))
    return snippet["content"], {"id": cast.organization_id, "type": "Organization"}


@pytest.mark.parametrize(
    "written",
    [in_template, in_step, in_process, in_changed_process, in_oneoff, in_comment, in_snippet],
    ids=lambda each: each.__name__,
)
def test_ruling_19_a_pasted_picture_becomes_a_file_of_what_its_text_belongs_to(
    cast: Cast, written: Callable[[Cast], tuple[Any, dict[str, str]]]
) -> None:
    text, subject = written(cast)
    assert kept_as(cast.olga, shown_in(text)) == subject


def test_ruling_19_what_only_looks_like_a_picture_stays_as_it_was_sent(cast: Cast) -> None:
    lie = "data:image/png;base64," + b64encode(b"not a picture").decode()
    for text in (f'<img src="{lie}">', f"Write src={PASTED} here", f'<i data-src="{PASTED}">x</i>'):
        task = make_oneoff(cast.olga, summary=text)
        assert "/file/" not in task["summary"]
    assert cast.olga.get("/assets?subject_type=Organization").json()["data"] == []


def test_ruling_19_a_refused_change_and_a_repeated_one_leave_no_bytes(cast: Cast) -> None:
    task = make_oneoff(cast.olga)
    before = count_bytes(cast)
    path = f"/tasks/{task['id']}/comment"
    assert cast.olga.post(path, {"content": TEXT, "label": "nonsense"}).status_code == 422
    assert cast.olga.post("/tasks/" + "a" * 32 + "/comment", {"content": TEXT}).status_code == 404
    assert count_bytes(cast) == before
    for _ in range(2):
        kept = cast.olga.post(path, {"content": TEXT}, headers={"Idempotency-Key": task["id"]})
        assert kept.status_code == 201
    assert count_bytes(cast) == before + 1
    assert kept_as(cast.olga, shown_in(kept.json()["data"]["content"]))["type"] == "Task"


def count_bytes(cast: Cast) -> int:
    return sum(1 for _ in store_of(cast.server.storage.settings).walk())


def task_of(cast: Cast, process: Any) -> Any:
    (task,) = tasks_of(cast.olga, process)
    return made(cast.olga.get(f"/tasks/{task['id']}?with=summary"), 200)


def test_ruling_19_whoever_reads_a_text_sees_its_pictures_and_nobody_else(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Knead", "summary": TEXT}])
    path = f"/checklists/{template['id']}/permissions"
    nobody = {"all_members": False, "users": [], "groups": []}
    rights = dict.fromkeys(("checklist_read", "process_launch", "process_read"), nobody)
    made(cast.olga.put(path, rights), 200)
    process = launch(cast.olga, template)
    task = task_of(cast, process)
    file_id = shown_in(task["summary"])
    # A light member sees neither the template nor the process until a task of it is theirs.
    assert cast.leo.get(f"/file/{file_id}").status_code == 404
    owners = {"users": [cast.leo.user_id], "guests": ["gus@guest.test"]}
    assert cast.olga.put(f"/tasks/{task['id']}", {"owners": owners}).status_code == 200
    assert cast.leo.get(f"/file/{file_id}").content == PNG


def test_ruling_19_a_deleted_comment_takes_its_pictures_along(cast: Cast) -> None:
    task = make_oneoff(cast.olga, summary=TEXT)
    own = shown_in(task["summary"])
    path = f"/tasks/{task['id']}/comment"
    other = f'<img src="/api/organizations/{cast.organization_id}/file/{own}">'
    thread = made(cast.olga.post(path, {"content": TEXT + other}))
    pasted = next(each for each in ADDRESS.findall(thread["content"]) if each != own)
    assert cast.olga.delete(f"{path}/{thread['id']}").status_code == 200
    assert cast.olga.get(f"/file/{pasted}").status_code == 404
    work_off(cast)
    assert not path_of(cast, pasted).exists()
    assert cast.olga.get(f"/file/{own}").content == PNG


def test_ruling_19_a_document_carries_the_pictures_and_an_import_makes_files_of_them(
    cast: Cast,
) -> None:
    template = make_template(cast.olga, [{"title": "Knead", "summary": TEXT}], guidance=TEXT)
    document = cast.olga.get(f"/checklists/{template['id']}/export").json()
    assert PASTED in document["guidance"]
    assert PASTED in document["steps"]["data"][0]["summary"]
    imported = made(cast.olga.post("/checklists", document))
    copy = read_template(cast.olga, imported, "?with=steps")
    assert shown_in(copy["guidance"]) != shown_in(template["guidance"])
    assert kept_as(cast.olga, shown_in(copy["guidance"]))["id"] == imported["id"]


def test_ruling_19_a_copy_has_pictures_of_its_own(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Knead", "summary": TEXT}], guidance=TEXT)
    copy = made(cast.olga.post(f"/checklists/{template['id']}/clone", {}))
    task = make_oneoff(cast.olga, summary=TEXT)
    copied = made(cast.olga.post(f"/tasks/{task['id']}/clone", {}))
    cast.olga.delete(f"/checklists/{template['id']}")
    assert cast.olga.delete(f"/checklists/{template['id']}/delete").status_code < 300
    assert cast.olga.delete(f"/tasks/{task['id']}/delete").status_code == 204
    work_off(cast)
    assert not path_of(cast, shown_in(template["guidance"])).exists()
    assert not path_of(cast, shown_in(task["summary"])).exists()
    assert kept_as(cast.olga, shown_in(copy["guidance"]))["id"] == copy["id"]
    assert kept_as(cast.olga, shown_in(copied["summary"]))["id"] == copied["id"]


def test_ruling_19_processes_keep_the_pictures_of_a_template_that_is_gone(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Knead", "summary": TEXT}])
    task = task_of(cast, launch(cast.olga, template))
    cast.olga.delete(f"/checklists/{template['id']}")
    assert cast.olga.delete(f"/checklists/{template['id']}/delete").status_code < 300
    work_off(cast)
    assert cast.olga.get(f"/file/{shown_in(task['summary'])}").content == PNG


def test_ruling_19_strangers_get_the_pictures_in_the_text(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Knead", "summary": TEXT}], is_public=True)
    process = launch(cast.olga, template, is_public=True)
    shown = cast.nobody.get(process["public_url"].removeprefix(cast.server.base_url))
    assert PASTED in made(shown, 200)["tasks"][0]["summary"]
