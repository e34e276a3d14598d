"""Files in answers, and what guests do with files (contract 45, 6 to 8; 31, 3)."""

from typing import Any

import sqlalchemy as sa

from cast import Cast, Guest, Person
from factories import complete, launch, make_template, tasks_of
from procession.domains.files.tables import files
from procession.kit.db import Statement
from public_forms import Visitor, open_form
from sent import FILE_FIELD, PDF, make_asking_template, send_file, upload
from wire import check_problem

TOKEN = Statement(
    sa.select(files.c.link_token).where(
        files.c.organization_id == sa.bindparam("organization_id"),
        files.c.id == sa.bindparam("file_id"),
    )
)


def asking(cast: Cast, **fields: Any) -> tuple[Any, Any, str]:
    """A process, its one task, and the id of the file field there."""
    steps = [{"title": "Hand in", "captures": [{**FILE_FIELD, **fields}]}]
    process = launch(cast.olga, make_template(cast.olga, steps))
    (task,) = tasks_of(cast.olga, process)
    return process, task, field_of(cast.olga, task)


def field_of(by: Person, task: Any) -> str:
    shown = by.get(f"/tasks/{task['id']}?with=form_fields").json()["data"]
    return str(shown["form_fields"]["data"][0]["id"])


def place_of(process: Any, field: str) -> dict[str, Any]:
    return {"subject_type": "Run", "subject_id": process["id"], "uploaded_from": field}


def answer(by: Person, task: Any, field: str, value: Any) -> Any:
    return by.put(f"/tasks/{task['id']}", {"taskdata": {field: value}})


def value_of(by: Person, task: Any, field: str) -> Any:
    return by.get(f"/tasks/{task['id']}").json()["data"]["taskdata"].get(field)


def test_part45_39_an_upload_is_attached_by_writing_the_answer(cast: Cast) -> None:
    process, task, field = asking(cast)
    file = upload(cast.mia, **place_of(process, field))
    assert value_of(cast.mia, task, field) is None
    assert answer(cast.mia, task, field, [file]).status_code == 200
    (entry,) = value_of(cast.mia, task, field)
    kept = ("id", "filename", "version", "uploaded_from", "uploaded_at", "source", "subject",
            "url", "full_url", "step_id", "mimetype", "size")  # fmt: skip
    assert {key: entry[key] for key in kept} == {key: file[key] for key in kept}
    before = cast.mia.get(f"/tasks/{task['id']}").json()["data"]["last_updated"]
    assert answer(cast.mia, task, field, [entry]).status_code == 200
    assert cast.mia.get(f"/tasks/{task['id']}").json()["data"]["last_updated"] == before
    assert answer(cast.mia, task, field, {"id": file["id"]}).status_code == 200
    assert value_of(cast.mia, task, field) == [entry]


def test_part45_40_an_answer_names_only_files_that_the_writer_may_read(cast: Cast) -> None:
    process, task, field = asking(cast)
    other = upload(cast.olga, **place_of(process, "note"))
    cast.olga.delete(f"/assets/{other['id']}")
    for wrong in ("0" * 32, "no-id", 7, other["id"]):
        problem = check_problem(answer(cast.mia, task, field, [{"id": wrong}]), 422)
        assert f"taskdata.{field}" in problem["errors"]
    assert value_of(cast.mia, task, field) is None


def test_part45_44_a_deleted_file_keeps_its_place_and_is_no_answer(cast: Cast) -> None:
    process, task, field = asking(cast, required=True)
    file = upload(cast.mia, **place_of(process, field))
    answer(cast.mia, task, field, [file])
    assert cast.mia.delete(f"/file/{file['id']}").status_code == 200
    check_problem(cast.mia.get(f"/file/{file['id']}/dl"), 404)
    (entry,) = value_of(cast.mia, task, field)
    assert (entry["id"], entry["deleted"]) == (file["id"], True)
    refused = cast.mia.post(f"/runs/{process['id']}/completed-tasks", {"task_id": task["id"]})
    check_problem(refused, 422)
    again = upload(cast.mia, name="again.pdf", **place_of(process, field))
    assert answer(cast.mia, task, field, [entry, again]).status_code == 200
    assert [each.get("deleted") for each in value_of(cast.mia, task, field)] == [True, None]
    complete(cast.mia, task)
    check_problem(cast.mia.delete(f"/file/{again['id']}"), 422)
    assert cast.olga.delete(f"/file/{again['id']}").status_code == 200
    assert value_of(cast.mia, task, field)[1]["deleted"] is True


def test_part45_49_a_link_is_an_entry_and_only_an_address_of_the_web(cast: Cast) -> None:
    _, task, field = asking(cast)
    link = {"filename": "plan.pdf", "url": "https://files.test/p", "source": "url"}
    assert answer(cast.mia, task, field, [link]).status_code == 200
    assert link.items() <= value_of(cast.mia, task, field)[0].items()
    named = {"name": "other.pdf", "url": "https://files.test/q"}
    assert answer(cast.mia, task, field, [named]).status_code == 200
    assert value_of(cast.mia, task, field)[0]["filename"] == "other.pdf"
    check_problem(answer(cast.mia, task, field, [{"url": "javascript:alert(1)"}]), 422)


def test_part45_a_kickoff_form_is_answered_with_a_file_of_its_template(cast: Cast) -> None:
    template = make_asking_template(cast.olga)
    field = template["prerun"][0]["id"]
    place = {"subject_type": "Checklist", "subject_id": template["id"], "uploaded_from": "ko_field"}
    file = upload(cast.olga, **place)
    process = launch(cast.olga, template, prerun={field: [file]}, users=[cast.leo.user_id])
    shown = cast.olga.get(f"/runs/{process['id']}").json()["data"]
    assert shown["prerun"][field][0]["id"] == file["id"]
    # Who reads the process reads the files of its form.
    assert cast.leo.get(f"/file/{file['id']}/dl").content == PDF
    # It stays with the process when the template goes.
    cast.olga.delete(f"/checklists/{template['id']}")
    assert cast.olga.delete(f"/checklists/{template['id']}/delete").status_code == 200
    assert cast.leo.get(f"/file/{file['id']}/dl").content == PDF
    assert cast.olga.delete(f"/file/{file['id']}").status_code == 200
    shown = cast.olga.get(f"/runs/{process['id']}").json()["data"]
    assert shown["prerun"][field][0]["deleted"] is True


def test_part45_48_guests_upload_to_their_open_tasks_and_delete_what_they_uploaded(
    cast: Cast,
) -> None:
    ask = {"captures": [FILE_FIELD]}
    steps = [{"title": "Sign", "guests": ["gus@guests.test"], **ask}, {"title": "Other", **ask}]
    process = launch(cast.olga, make_template(cast.olga, steps))
    task, other = tasks_of(cast.olga, process)
    gus: Guest = cast.guest_of(task)
    field, not_his = field_of(cast.olga, task), field_of(cast.olga, other)
    his, hers = (
        upload(gus, **place_of(process, field)),
        upload(cast.mia, **place_of(process, field)),
    )
    secret = upload(cast.mia, **place_of(process, not_his))
    assert (his["uploaded_by_guest"], his["uploaded_by"]) == ("gus@guests.test", None)
    assert gus.get(f"/file/{hers['id']}/dl").content == PDF
    check_problem(gus.get(f"/file/{secret['id']}/dl"), 404)
    check_problem(send_file(gus, **place_of(process, not_his)), 403)
    check_problem(gus.delete(f"/file/{hers['id']}"), 403)
    entry = gus.put(f"/tasks/{task['id']}", {"taskdata": {field: [his]}})
    assert entry.status_code == 200, entry.text
    assert gus.delete(f"/file/{his['id']}").status_code == 200
    late = upload(gus, **place_of(process, field))
    complete(cast.olga, task)
    check_problem(gus.delete(f"/file/{late['id']}"), 422)
    check_problem(send_file(gus, **place_of(process, field)), 403)
    cast.olga.delete(f"/runs/{process['id']}")
    check_problem(gus.get(f"/file/{hers['id']}/dl"), 404)


def test_part45_50_the_public_link_opens_one_file_until_it_is_renewed(cast: Cast) -> None:
    process, _, field = asking(cast)
    file, other = (upload(cast.mia, **place_of(process, field)) for _ in range(2))
    token = link_token(cast, file["id"])
    path = f"/organizations/{cast.organization_id}/file/{file['id']}"
    cast.olga.delete(f"/runs/{process['id']}")
    for end in ("", "/dl"):
        assert cast.nobody.get(f"{path}{end}?token={token}").content == PDF
        wrong = ("x" if token[0] != "x" else "y") + token[1:]
        check_problem(cast.nobody.get(f"{path}{end}?token={wrong}"), 404)
        check_problem(cast.nobody.get(f"{path}{end}"), 401)
    elsewhere = path.replace(file["id"], other["id"])
    check_problem(cast.nobody.get(f"{elsewhere}?token={token}"), 404)
    renewed = cast.mia.post(f"/assets/{file['id']}/renew-link")
    assert renewed.status_code == 200, renewed.text
    assert token not in renewed.text
    check_problem(cast.nobody.get(f"{path}?token={token}"), 404)
    assert cast.nobody.get(f"{path}?token={link_token(cast, file['id'])}").content == PDF


def link_token(cast: Cast, file_id: str) -> str:
    """As webhooks are given it; no answer of the API holds it."""
    bound = {"organization_id": cast.organization_id, "file_id": file_id}
    rows = cast.server.storage.database.connection().fetch(TOKEN, bound)
    return str(rows[0][0])


def test_part45_6_files_come_beside_what_they_belong_to(cast: Cast) -> None:
    process, task, field = asking(cast)
    of_field, of_process = (
        upload(cast.mia, **place_of(process, each)) for each in (field, "inline")
    )
    place = {"subject_type": "Checklist", "subject_id": process["checklist_id"]}
    of_template = upload(cast.olga, uploaded_from="ko_field", **place)
    for path, expected in (
        (f"/runs/{process['id']}", [of_field, of_process]),
        (f"/tasks/{task['id']}", [of_field]),
        (f"/checklists/{process['checklist_id']}", [of_template]),
    ):
        shown = cast.olga.get(f"{path}?with=assets").json()["data"]
        assert shown["assets"]["data"] == expected, path


def test_part30_3_7_a_public_form_takes_files_before_it_is_sent(cast: Cast) -> None:
    template = open_form(cast.olga, prerun=[FILE_FIELD])
    visitor = Visitor(cast, template["id"]).come_in()
    path, sent = f"{visitor.path}/file", {"files": {"name": ("scan.pdf", PDF)}}
    check_problem(cast.nobody.call("POST", path, **sent), 401)
    program = {"files": {"name": ("a.exe", b"MZ\0\0")}}
    query = f"?guest_code={visitor.code}"
    check_problem(cast.nobody.call("POST", path + query, **program), 422)
    answered = cast.nobody.call("POST", path + query, **sent)
    assert answered.status_code == 200, answered.text
    file = answered.json()["data"]
    assert (file["subject"]["type"], file["uploaded_from"]) == ("Checklist", "ko_field")
    assert file["uploaded_by_guest"] == visitor.email
    field = template["prerun"][0]["id"]
    launched = visitor.launch(prerun={field: [file]})
    shown = cast.olga.get(f"/runs/{launched['id']}").json()["data"]
    assert shown["prerun"][field][0]["id"] == file["id"]
    assert visitor.as_guest("GET", f"/file/{file['id']}/dl").content == PDF
