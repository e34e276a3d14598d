"""Part 95, 3.3, 3.9 to 3.11, and part 45, 7: files that pages send and open, without a script."""

from typing import Any

import requests

from browsers import Browser, Form, check_page, leads_to, signed_in
from cast import Cast
from factories import launch, let_all_launch, made, make_template, tasks_of
from robots import with_password
from sent import FILE_FIELD, PDF, PNG, make_asking_template


def send(
    browser: Browser, page: requests.Response, action: str, files: dict[str, Any], **filled: str
) -> requests.Response:
    """As a browser without scripts sends a form with files."""
    pairs = Form(page.text, action).pairs
    fields = [each for each in pairs if each[0] not in filled and not each[0].startswith("file")]
    fields += filled.items()
    return browser.session.post(
        browser.base_url + action,
        data=fields,
        files=files or {"nothing": ("", b"", "x/y")},
        headers={"Origin": browser.base_url},
        allow_redirects=False,
        timeout=30,
    )


def answers_of(cast: Cast, task: Any) -> list[Any]:
    values = list(made(cast.olga.get(f"/tasks/{task['id']}"), 200)["taskdata"].values())
    return list(values[0]) if values else []


def test_95_3_3_files_are_added_to_a_field_opened_and_taken_out(cast: Cast) -> None:
    template = make_asking_template(cast.olga)
    let_all_launch(cast.olga, template)
    process = launch(cast.olga, template)
    (task,) = tasks_of(cast.olga, process)
    mia = signed_in(cast, with_password(cast, cast.mia))
    address, action = f"/app/tasks/{task['id']}", f"/app/tasks/{task['id']}/files"
    page = mia.get(address)
    check_page(page)
    (part,) = {name for name in Form(page.text, action).fields if name.startswith("file-")}
    for name, content in (("a.pdf", PDF), ("b.png", PNG)):
        answer = send(mia, mia.get(address), action, {part: (name, content, "x/y")})
        assert leads_to(answer) == address
    first, second = answers_of(cast, task)
    assert (first["filename"], second["filename"]) == ("a.pdf", "b.png")
    assert first["subject"] == {"id": task["id"], "type": "Task"}
    assert first["uploaded_from"] == part.removeprefix("file-")

    refused = send(mia, mia.get(address), action, {part: ("a.exe", b"MZ", "x/y")})
    assert refused.status_code == 422
    assert "must be a file of one of these types" in refused.text
    assert len(answers_of(cast, task)) == 2

    shown = mia.get(address)
    assert f'href="/app/files/{first["id"]}"' in shown.text
    given = mia.get(f"/app/files/{second['id']}")
    assert given.content == PNG
    assert given.headers["Content-Type"] == "image/png"
    assert given.headers["Content-Security-Policy"] == "sandbox"
    # Who sees the task sees its files, and nobody else.
    stranger = Browser(cast)
    assert leads_to(stranger.get(f"/app/files/{first['id']}")).startswith("/app/sign-in")
    assert mia.get(f"/app/files/{'0' * 32}").status_code == 404

    (name,) = {name for name in Form(shown.text, action).fields if name.endswith("[]")}
    kept = {name: f"{second['id']} b.png"}
    leads_to(send(mia, shown, action, {}, **kept))
    assert [each["id"] for each in answers_of(cast, task)] == [second["id"]]

    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    frozen = send(mia, shown, action, {part: ("c.pdf", PDF, "x/y")})
    assert frozen.status_code == 422
    assert len(answers_of(cast, task)) == 1


def test_95_3_3_a_comment_takes_a_file_that_guests_can_open(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Look", "guests": ["gina@guests.test"]}])
    process = launch(cast.olga, template)
    (task,) = tasks_of(cast.olga, process)
    olga = signed_in(cast, with_password(cast, cast.olga))
    page = olga.get(f"/app/tasks/{task['id']}")
    base = f"/app/tasks/{task['id']}/comments"
    fields = {"text": "See this", "is_open": "1"}
    fields["form_token"] = Form(page.text, base).fields["form_token"]
    attach = f"/app/tasks/{task['id']}/attach"
    for name, content in (("b.png", PNG), ("a.pdf", PDF)):
        leads_to(send(olga, page, attach, {"file": (name, content, "x/y")}, **fields))
    refused = send(olga, page, attach, {"file": ("a.exe", b"MZ", "x/y")}, **fields)
    assert refused.status_code == 422
    assert "See this" in refused.text
    threads = made(cast.olga.get(f"/tasks/{task['id']}/comments"), 200)
    assert len(threads) == 2
    assets = made(cast.olga.get(f"/assets?subject_type=Task&subject_id={task['id']}"), 200)
    assert {each["filename"] for each in assets} == {"a.pdf", "b.png"}
    shown = olga.get(f"/app/tasks/{task['id']}").text
    for each in assets:
        word = "src" if each["filename"] == "b.png" else "href"
        assert f'{word}="/app/files/{each["id"]}"' in shown
        assert olga.get(f"/app/files/{each['id']}").status_code == 200

    url = task["owners"]["taskUrls"][0]
    link = url[url.index(f"/{cast.organization_id}/guest/") :].split("/tasks")[0]
    gina = Browser(cast)
    seen = gina.get(f"{link}/tasks/{task['id']}", headers={"Sec-Fetch-Mode": "navigate"})
    check_page(seen)
    code = link.rpartition("/")[2]
    for each in assets:
        path = f"/api/organizations/{cast.organization_id}/guests/{code}/file/{each['id']}"
        assert f'="{path}"' in seen.text
        assert gina.get(path).status_code == 200


def test_95_3_9_a_kickoff_form_takes_files_and_launches_once(cast: Cast) -> None:
    text = {"label": "Name", "field_type": "text", "required": True}
    template = make_template(cast.olga, 1, prerun=[{**FILE_FIELD, "required": True}, text])
    let_all_launch(cast.olga, template)
    mia = signed_in(cast, with_password(cast, cast.mia))
    action = f"/app/templates/{template['id']}/launch"
    page = mia.get(action)
    check_page(page)
    scan, name = (each["id"] for each in template["prerun"])
    files = {f"file-{scan}": ("a.pdf", PDF, "x/y")}
    refused = send(mia, page, action, files)
    assert refused.status_code == 422
    # What arrived is not asked for again.
    assert "a.pdf" in refused.text
    sent = send(mia, refused, action, {}, **{f"prerun[{name}]": "Anna"})
    (process_id,) = {leads_to(sent).rpartition("/")[2]}
    ((entry,),) = [
        each["value"] for each in made(cast.olga.get(f"/runs/{process_id}/form-fields"), 200)[
            "ko_form_fields"
        ] if each["id"] == scan
    ]  # fmt: skip
    assert entry["filename"] == "a.pdf"
    assert "full_url" in entry

    again = mia.get(action)
    twice = [send(mia, again, action, files, **{f"prerun[{name}]": "Ben"}) for _ in range(2)]
    assert len({leads_to(each) for each in twice}) == 1
