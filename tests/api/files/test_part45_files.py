"""Files: taking them in, giving them out, taking them away (contract 45, 6 to 8). Row 34 is in
conventions/test_part00_caps.py."""

import re
from typing import Any

import pytest
import requests

from cast import Cast, Person
from factories import launch, make_oneoff, tasks_of, verbs_of
from procession.kit.file_store import store_of
from procession.kit.object_store import read_key
from sent import PDF, PNG, make_asking_template, send_file, upload
from wire import check_problem

_KEYS = {
    "id", "filename", "version", "uploaded_from", "uploaded_at", "step_id", "source", "system",
    "uploaded_to_s3", "subject", "checklist_id", "mimetype", "size", "url", "full_url",
    "uploaded_by", "uploaded_by_guest",
}  # fmt: skip


@pytest.fixture
def process(cast: Cast) -> Any:
    return launch(cast.olga, make_asking_template(cast.olga))


def in_field(by: Person, process: Any) -> dict[str, Any]:
    """The fields of an upload for the one field of its one task."""
    (task,) = tasks_of(by, process)
    shown = by.get(f"/tasks/{task['id']}?with=form_fields").json()["data"]
    (field,) = shown["form_fields"]["data"]
    return {"subject_type": "Run", "subject_id": process["id"], "uploaded_from": field["id"]}


def of_process(process: Any, **fields: Any) -> dict[str, Any]:
    return {"subject_type": "Run", "subject_id": process["id"], "uploaded_from": "note", **fields}


def fetch(by: Person, file: Any, end: str = "/dl", **options: Any) -> requests.Response:
    return by.get(f"/file/{file['id']}{end}", **options)


def test_part45_31_an_upload_answers_the_whole_asset_and_both_names_of_the_part_work(
    cast: Cast, process: Any
) -> None:
    for part in ("name", "file"):
        answer = send_file(cast.mia, part=part, **in_field(cast.olga, process))
        assert answer.status_code == 200, answer.text
        file = answer.json()["data"]
        assert file.keys() >= _KEYS
        assert re.fullmatch(r"[0-9a-f]{32}", file["id"])
        assert (file["filename"], file["source"], file["size"]) == ("permit.pdf", "local", len(PDF))
        assert (file["mimetype"], file["uploaded_to_s3"]) == ("application/pdf", True)
        assert file["subject"] == {"id": process["id"], "type": "Run"}
        assert file["uploaded_by"] == cast.mia.user_id
        assert file["url"] == f"organizations/{cast.organization_id}/file/{file['id']}/dl"
        assert file["full_url"] == f"{cast.server.base_url}/api/{file['url']}"
        read = cast.mia.get(f"/assets/{file['id']}")
        assert read.json()["data"] == file


@pytest.mark.parametrize("path", ["/file", "/assets", "/files", "/upload"])
def test_part45_32_every_path_of_uploads_does_the_same(cast: Cast, process: Any, path: str) -> None:
    file = upload(cast.mia, path=path, **of_process(process))
    assert fetch(cast.mia, file).content == PDF


def test_part45_33_the_subject_is_one_that_the_caller_sees(cast: Cast, process: Any) -> None:
    assert upload(cast.mia, **of_process(process, subject_type="run"))
    stranger = cast.stranger()
    elsewhere = launch(Person(stranger.user_id, "", stranger.client, found_in(stranger)))
    for fields in (
        of_process(process, subject_type="Step"),
        of_process(process, subject_type=None),
        of_process(process, subject_id="0" * 32),
        of_process(process, subject_id="no id"),
        of_process(elsewhere),
        of_process(process, uploaded_from=None),
    ):
        check_problem(send_file(cast.mia, **fields), 422)
    listed = cast.olga.get(f"/assets?subject_type=Run&subject_id={process['id']}").json()
    assert listed["meta"]["pagination"]["total"] == 1


def found_in(person: Person) -> str:
    return str(person.client.get("/me/organizations").json()["data"][0]["id"])


def test_part45_35_what_it_is_called_and_what_it_is_decide_whether_it_is_taken(
    cast: Cast, process: Any
) -> None:
    taken = {"a.PDF": PDF, "b.png": PNG, "Zürich 東京.pdf": PDF, r"C:\scans\c.pdf": PDF,
             "../../etc/d.pdf": PDF, "e.csv": b"a,b\n1,2\n", "f.jpg": PNG}  # fmt: skip
    for name, content in taken.items():
        file = upload(cast.mia, content, name, **of_process(process))
        assert file["filename"] == re.split(r"[/\\]", name)[-1]
    bomb = b"PK\x03\x04" + b"\0" * 100
    refused = {"a.exe": b"MZ\0\0", "b.html": b"<html>", "c.svg": b"<svg>", "d": PDF, "e.pdf": PNG,
               "f.txt": b"<!DOCTYPE html><script>", "g.pdf": b"MZ\x90\0\3", "h.png": bomb,
               "i.txt": b"#!/bin/sh\n", "j.xml": b"<?xml version='1.0'?><svg xmlns='x'/>",
               "k.pdf": b"", "..": PDF, f"{'l' * 300}.pdf": PDF, "m\u202efdp.pdf": PDF,
               "n.docx": b"MZ\0\0"}  # fmt: skip
    for name, content in refused.items():
        problem = check_problem(send_file(cast.mia, content, name, **of_process(process)), 422)
        assert "name" in problem["errors"], name
    listed = cast.olga.get(f"/assets?subject_type=Run&subject_id={process['id']}").json()
    assert listed["meta"]["pagination"]["total"] == len(taken)


def test_part45_36_the_step_and_the_template_of_a_process_s_file_are_found(
    cast: Cast, process: Any
) -> None:
    (task,) = tasks_of(cast.olga, process)
    file = upload(cast.mia, **in_field(cast.olga, process))
    assert (file["step_id"], file["checklist_id"]) == (task["step_id"], process["checklist_id"])


def test_part45_37_a_process_is_no_template_of_itself_and_a_task_has_no_step(
    cast: Cast, process: Any
) -> None:
    for wrong in (process["id"], "1" * 32):
        check_problem(send_file(cast.mia, **of_process(process, checklist_id=wrong)), 422)
    task = make_oneoff(cast.mia)
    file = upload(
        cast.mia, subject_type="Task", subject_id=task["id"], uploaded_from="a", step_id="2" * 32
    )
    assert (file["step_id"], file["subject"]["type"]) == (None, "Task")


def test_part45_38_the_same_name_in_the_same_place_is_the_next_version(
    cast: Cast, process: Any
) -> None:
    places = [of_process(process), of_process(process), of_process(process, uploaded_from="b")]
    assert [upload(cast.mia, **place)["version"] for place in places] == [1, 2, 1]
    assert upload(cast.mia, name="other.pdf", **of_process(process))["version"] == 1


def test_45_41_and_60_48_a_download_has_the_same_bytes_is_for_keeping_and_is_told(
    cast: Cast, process: Any
) -> None:
    content = PDF + bytes(range(256)) * 1000
    file = upload(cast.mia, content, 'Zürich "東京".pdf', **of_process(process))
    for path in (f"/file/{file['id']}/dl", f"/download-files/{file['id']}"):
        answer = cast.mia.get(path, allow_redirects=False)
        assert (answer.status_code, answer.content) == (200, content)
        headers = answer.headers
        assert headers["Content-Type"] == "application/octet-stream"
        assert headers["Content-Length"] == str(len(content))
        assert headers["Content-Disposition"].startswith('attachment; filename="Z_rich __')
        assert "filename*=UTF-8''Z%C3%BCrich%20%22%E6%9D%B1" in headers["Content-Disposition"]
        assert (headers["X-Content-Type-Options"], headers["Content-Security-Policy"]) == (
            "nosniff",
            "sandbox",
        )
        head = cast.mia.call("HEAD", path)
        assert (head.content, head.headers["Content-Length"]) == (b"", str(len(content)))
    for path in (f"/file/{file['id']}", f"/assets/{file['id']}", f"/runs/{process['id']}"):
        assert cast.mia.get(path).status_code == 200
    told = verbs_of(cast.olga, process)
    assert (told.count("uploaded"), told.count("emitted")) == (1, 2)


def test_part45_42_what_is_shown_has_its_own_type_and_ranges(cast: Cast, process: Any) -> None:
    picture = upload(cast.mia, PNG, "a.png", **of_process(process))
    packed = upload(cast.mia, b"PK\x05\x06" + b"\0" * 18, "b.zip", **of_process(process))
    shown, kept = (fetch(cast.mia, each, "") for each in (picture, packed))
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["Content-Disposition"].startswith("inline;")
    assert shown.headers["ETag"] == f'"{picture["id"]}"'
    assert kept.headers["Content-Disposition"].startswith("attachment;")
    for asked, status, part in (
        ("bytes=0-3", 206, PNG[:4]),
        ("bytes=-5", 206, PNG[-5:]),
        ("bytes=4-", 206, PNG[4:]),
        ("bytes=4-99999", 206, PNG[4:]),
        ("bytes=99999-", 416, b""),
        ("bytes=0-1,3-4", 200, PNG),
        ("lines=1-2", 200, PNG),
    ):
        answer = fetch(cast.mia, picture, "", headers={"Range": asked})
        assert (answer.status_code, answer.content) == (status, part), asked
        if status == 206:
            start = PNG.index(part)
            place = f"bytes {start}-{start + len(part) - 1}/{len(PNG)}"
            assert answer.headers["Content-Range"] == place
    known = fetch(cast.mia, picture, "", headers={"If-None-Match": f'"{picture["id"]}"'})
    assert (known.status_code, known.content) == (304, b"")
    other = {"Range": "bytes=0-3", "If-Range": '"other"'}
    assert fetch(cast.mia, picture, "", headers=other).content == PNG


def test_part45_43_what_is_not_there_is_told_in_json(cast: Cast, process: Any) -> None:
    file = upload(cast.mia, **of_process(process))
    assert cast.mia.delete(f"/file/{file['id']}").status_code == 200
    for missing in (file["id"], "3" * 32, "no-id"):
        answer = cast.mia.get(f"/file/{missing}/dl", headers={"Accept": "application/json"})
        check_problem(answer, 404)
    check_problem(cast.mia.delete(f"/file/{file['id']}"), 404)


def test_part45_45_an_archived_file_is_hidden_until_it_is_restored(
    cast: Cast, process: Any
) -> None:
    file = upload(cast.mia, **of_process(process))
    asset = f"/assets/{file['id']}"
    assert [cast.mia.delete(asset).status_code for _ in range(2)] == [204, 204]
    check_problem(fetch(cast.mia, file), 404)
    check_problem(cast.mia.get(asset), 404)
    check_problem(cast.mia.get("/assets?archived=only"), 403)
    (listed,) = cast.olga.get("/assets?archived=only").json()["data"]
    assert (listed["id"], listed["archived_at"] is not None) == (file["id"], True)
    assert cast.mia.post(f"{asset}/restore").json()["data"] == file
    assert fetch(cast.mia, file).content == PDF
    check_problem(cast.olga.delete(f"{asset}/delete"), 422)
    cast.olga.delete(asset)
    assert cast.olga.delete(f"{asset}/delete").status_code == 204
    check_problem(cast.olga.post(f"{asset}/restore"), 404)


def test_part45_46_the_logo_of_the_organization_stays(cast: Cast, process: Any) -> None:
    file = upload(cast.olga, PNG, "logo.png", **of_process(process))
    cast.olga.client.put(f"/organizations/{cast.organization_id}", {"org_logo": file["full_url"]})
    for path in (f"/file/{file['id']}", f"/assets/{file['id']}"):
        problem = check_problem(cast.olga.delete(path), 422)
        assert problem["errors"]["file"] == ["Organization logo cannot be deleted."]
    assert fetch(cast.olga, file).content == PNG
    cast.olga.client.put(f"/organizations/{cast.organization_id}", {"org_logo": None})
    assert cast.olga.delete(f"/file/{file['id']}").status_code == 200


def test_part45_47_who_does_not_see_the_process_sees_none_of_its_files(
    cast: Cast, process: Any
) -> None:
    file = upload(cast.mia, **of_process(process))
    for person in (cast.leo, cast.stranger()):
        for path in (f"/assets/{file['id']}", f"/file/{file['id']}", f"/file/{file['id']}/dl"):
            check_problem(person.get(path), 404)
        check_problem(person.delete(f"/file/{file['id']}"), 404)
    assert cast.leo.get("/assets").json()["data"] == []
    assert len(cast.mia.get("/assets").json()["data"]) == 1


def test_part45_49_a_link_is_recorded_and_never_fetched(cast: Cast, process: Any) -> None:
    sent = of_process(process, source="url", url="https://files.test/a b".replace(" ", "_"))
    made = cast.mia.post("/file", {**sent, "filename": "plan.pdf"})
    assert made.status_code == 200, made.text
    link = made.json()["data"]
    assert (link["source"], link["uploaded_to_s3"], link["url"]) == ("url", False, sent["url"])
    followed = fetch(cast.mia, link, allow_redirects=False)
    assert (followed.status_code, followed.headers["Location"]) == (302, sent["url"])
    for wrong in ("javascript:alert(1)", "ftp://a.test/b", "https://", None):
        check_problem(cast.mia.post("/file", {**sent, "url": wrong, "filename": "x.pdf"}), 422)


def test_part45_archived_processes_take_no_files_and_give_theirs_out(
    cast: Cast, process: Any
) -> None:
    file = upload(cast.mia, **of_process(process))
    cast.olga.delete(f"/runs/{process['id']}")
    for refused in (
        send_file(cast.mia, **of_process(process)),
        cast.mia.delete(f"/file/{file['id']}"),
        cast.mia.delete(f"/assets/{file['id']}"),
    ):
        problem = check_problem(refused, 422, "ARCHIVED")
        assert problem["message"] == "Cannot update archived processes."
    assert fetch(cast.mia, file).content == PDF
    assert cast.olga.put(f"/runs/{process['id']}/activate").status_code == 200
    assert cast.mia.get(f"/assets/{file['id']}").json()["data"] == file


def test_part45_who_may_delete_is_the_uploader_or_may_edit_the_subject(
    cast: Cast, process: Any
) -> None:
    task = make_oneoff(cast.olga, owners={"users": [cast.leo.user_id]})
    place = {"subject_type": "Task", "subject_id": task["id"]}
    of_olga, of_leo = upload(cast.olga, **place), upload(cast.leo, **place)
    check_problem(cast.leo.delete(f"/file/{of_olga['id']}"), 403)
    check_problem(cast.leo.post(f"/assets/{of_olga['id']}/renew-link"), 403)
    assert cast.leo.delete(f"/file/{of_leo['id']}").status_code == 200
    assert cast.mia.delete(f"/file/{of_olga['id']}").status_code == 200


def test_part00_55_a_repeated_upload_with_its_key_is_one_file(cast: Cast, process: Any) -> None:
    """However its form is put together: each attempt has other marks between the parts."""

    def send(content: bytes) -> requests.Response:
        sent = {"name": ("permit.pdf", content, "application/x-lie")}
        key = {"Idempotency-Key": process["id"]}
        fields = of_process(process)
        return cast.olga.call("POST", "/file", data=fields, files=sent, headers=key)

    first, again = send(PDF), send(PDF)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    files = cast.olga.get(f"/assets?subject_type=Run&subject_id={process['id']}").json()["data"]
    assert [file["id"] for file in files] == [first.json()["data"]["id"]]
    assert fetch(cast.olga, files[0]).content == PDF
    assert send(PDF + b"%").status_code == 422
    kept = [each for each in store_of(cast.server.storage.settings).walk() if read_key(each.key)]
    known = {each.key.rpartition("/")[2] for each in kept if cast.organization_id in each.key}
    assert known == {files[0]["id"]}
