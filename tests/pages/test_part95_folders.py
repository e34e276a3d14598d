"""Part 95, 3.7: folders and tags as pages change them, and who may."""

import re

import pytest

from browsers import Browser, check_page, leads_to, signed_in
from cast import Cast
from factories import launch, let_all_launch, made, make_template
from page_counter import page_counter
from robots import with_password


@pytest.fixture
def mia(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.mia))


def test_95_3_7_a_folder_is_made_changed_and_deleted(cast: Cast, mia: Browser) -> None:
    form = mia.get("/app/folders/new?kind=run&next=/app/folders")
    check_page(form)
    wrong = mia.press(form, action="/app/folders/new", name="x" * 33)
    assert wrong.status_code == 422
    assert "x" * 33 in wrong.text
    assert 'id="folder-name-problem"' in wrong.text
    after = mia.press(form, action="/app/folders/new", name="Spring")
    assert leads_to(after) == "/app/folders"
    (spring,) = made(cast.olga.get("/folders?folder_type=run"), 200)
    inner = made(cast.olga.post(
        "/folders", {"name": "May", "folder_type": "run", "parent_id": spring["id"]}
    ))  # fmt: skip
    path = f"/app/folders/{spring['id']}"
    # Not into itself, nor into what lies in it.
    shown = mia.get(path)
    assert inner["id"] not in shown.text
    circle = mia.press(shown, action=path, name="Spring", parent=inner["id"])
    assert circle.status_code == 422
    assert "cannot be moved into itself" in circle.text
    leads_to(mia.press(shown, action=path, name="Spring 2027"))
    process = launch(cast.mia, name="Rye", folders=[spring["id"]])
    ask = mia.get(f"{path}/delete")
    check_page(ask)
    assert "1 process or task will lie in no folder" in ask.text
    assert "1 folder inside of it takes its place" in ask.text
    leads_to(mia.press(ask, action=f"{path}/delete"))
    (left,) = made(cast.olga.get("/folders?folder_type=run"), 200)
    assert (left["name"], left["parent_id"]) == ("May", None)
    kept = made(cast.mia.get(f"/runs/{process['id']}?with=folders"), 200)
    assert kept["folders"]["data"] == []


def test_95_3_7_what_is_sent_becomes_all_tags_and_folders(cast: Cast, mia: Browser) -> None:
    one, two = (made(cast.olga.post("/tags", {"title": each}))["id"] for each in ("One", "Two"))
    spring = made(cast.olga.post("/folders", {"name": "Spring", "folder_type": "run"}))["id"]
    process = launch(cast.mia, name="Rye", tags=[one], folders=[spring])
    path = f"/app/processes/{process['id']}"
    for way, name, value in (("tags", "tags[]", two), ("folders", "folders[]", "")):
        form = mia.get(f"{path}/{way}?next={path}")
        check_page(form)
        assert leads_to(mia.press(form, action=f"{path}/{way}", **{name: value})) == path
    now = made(cast.mia.get(f"/runs/{process['id']}?with=tags,folders"), 200)
    assert [each["title"] for each in now["tags"]["data"]] == ["Two"]
    assert now["folders"]["data"] == []
    unknown = mia.press(mia.get(f"{path}/tags"), action=f"{path}/tags", **{"tags[]": "0" * 32})
    assert unknown.status_code == 422
    # Members do not make tags; the administrator's dialog does.
    assert "And a new one" not in mia.get(f"{path}/tags").text
    olga = signed_in(cast, with_password(cast, cast.olga))
    form = olga.get(f"{path}/tags")
    leads_to(olga.press(form, action=f"{path}/tags", **{"tags[]": two}, new="Three"))
    now = made(cast.mia.get(f"/runs/{process['id']}?with=tags"), 200)
    assert sorted(each["title"] for each in now["tags"]["data"]) == ["Three", "Two"]


def test_95_8_light_members_sort_nothing(cast: Cast) -> None:
    leo = signed_in(cast, with_password(cast, cast.leo))
    folder = made(cast.olga.post("/folders", {"name": "Spring"}))["id"]
    template = make_template(cast.olga, [{"title": "Do", "assignees": [cast.leo.user_id]}])
    let_all_launch(cast.olga, template)
    process = launch(cast.mia, template, name="Rye")
    assert "/folders" not in re.sub(r"data-address.*", "", leo.get("/app/tracker").text)
    for path in (f"processes/{process['id']}/tags", f"processes/{process['id']}/folders",
                 "folders/new", f"folders/{folder}", f"folders/{folder}/delete"):  # fmt: skip
        assert leo.get(f"/app/{path}").status_code == 403, path
    token = re.search(r'name="form_token" value="([^"]+)"', leo.get("/app/tracker").text)
    assert token
    for path in (f"processes/{process['id']}/tags", f"processes/{process['id']}/folders",
                 f"folders/{folder}/delete"):  # fmt: skip
        assert leo.post(f"/app/{path}", {"form_token": token[1]}).status_code == 403, path


def test_95_dialogs_of_sorting_cost_few_statements(
    cast: Cast, mia: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = page_counter(cast, monkeypatch)
    template = make_template(cast.mia, 1)
    process = launch(cast.mia, template)
    made(cast.olga.post("/folders", {"name": "A"}))
    made(cast.olga.post("/tags", {"title": "A"}))
    pages = [
        f"/app/{kind}/{each['id']}/{way}"
        for kind, each in (("templates", template), ("processes", process))
        for way in ("tags", "folder" if kind == "templates" else "folders")
    ]
    pages.append("/app/folders")
    few = {page: ask(page, mia.secret or "") for page in pages}
    for place in range(4):
        made(cast.olga.post("/folders", {"name": f"B{place}"}))
        made(cast.olga.post("/tags", {"title": f"B{place}"}))
    assert {page: ask(page, mia.secret or "") for page in pages} == few
    assert max(few.values()) <= 12, few
