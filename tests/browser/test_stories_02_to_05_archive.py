"""Stories 2 to 5: undo, restore, an archived process by its link, and deleting for ever."""

import re
from typing import Any

import pytest

from factories import made, read, tasks_of, verbs_of, without_ages
from stage import Stage, expect

EVERYTHING = (
    "?with=tasks,tasks.form_fields,tasks.threads,ko_form_fields,threads,tags,folders,stages"
    "&form_fields_values=true"
)
#: What an archived and restored process may tell of it.
_MARKS = ("last_updated", "updated_at", "last_activated_at", "version", "row_version")


def whole(told: Stage, process: Any) -> Any:
    seen = without_ages(read(told.cast.olga, process, EVERYTHING))
    return {key: value for key, value in seen.items() if key not in _MARKS}


def names_on(page: Any) -> list[str]:
    return [str(name) for name in page.locator(".card-name").all_inner_texts()]


def archive_by_menu(page: Any, name: str) -> None:
    page.get_by_role("button", name=f"What to do with {name}").click()
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(f"Archived “{name}”.")


def test_story_02_s_presses_undo(told: Stage) -> None:
    tag = made(told.cast.olga.post("/tags", {"title": "Books"}))["id"]
    folder = made(told.cast.olga.post("/folders", {"name": "2027", "folder_type": "run"}))["id"]
    told.launched("Close January")
    process = told.finished("Close February", tags=[tag], folders=[folder])
    told.launched("Close March")
    page = told.page("S")
    page.goto("/app/tracker")
    before, order = whole(told, process), names_on(page)
    archive_by_menu(page, "Close February")
    assert names_on(page) == [name for name in order if name != "Close February"]

    # It works after the page was left, too.
    mine = page.get_by_role("link", name="Mine", exact=True)
    mine.click()
    expect(mine).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("status")).to_contain_text("“Close February” is as before")
    # Undoing leads nowhere else.
    expect(page).to_have_url(re.compile(r"tab=mine$"))
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.get_by_role("article", name="Close February")).to_be_visible()
    assert names_on(page) == order
    assert whole(told, process) == before
    assert verbs_of(told.cast.mia, process)[-2:] == ["archived", "unarchived"]


def test_story_03_s_finds_an_archived_process_and_restores_it(told: Stage) -> None:
    process = told.launched("Close May")
    first, *_ = tasks_of(told.cast.olga, process)
    path = f"/tasks/{first['id']}/comment"
    made(told.cast.mia.post(path, {"content": "<p>Two coins are missing.</p>"}))
    before = whole(told, process)
    made(told.cast.mia.delete(f"/runs/{process['id']}"), 200)
    page = told.page("S")
    page.goto("/app/tracker")
    page.get_by_role("link", name="Archived", exact=True).click()
    card = page.get_by_role("article", name="Close May")
    expect(card).to_contain_text("Archived on")

    card.get_by_role("button", name="What to do with Close May").click()
    page.get_by_role("button", name="Restore", exact=True).click()

    expect(page.get_by_role("status")).to_contain_text("“Close May” is back where it was.")
    expect(card).to_have_count(0)
    page.get_by_role("link", name="All", exact=True).click()
    expect(card).to_be_visible()
    assert whole(told, process) == before
    card.get_by_role("link", name="Close May").click()
    expect(page.get_by_text("Two coins are missing.")).to_be_visible()


@pytest.mark.parametrize("role", ["S", "L"])
def test_story_04_a_direct_link_to_an_archived_process(told: Stage, role: str) -> None:
    process = told.launched("Close June")
    made(told.cast.olga.delete(f"/runs/{process['id']}"), 200)
    olga = made(told.cast.olga.client.get("/me"), 200)["full_name"]
    page = told.page(role)

    page.goto(f"/app/processes/{process['id']}")

    banner = page.get_by_role("note")
    expect(banner).to_contain_text("Archived on")
    expect(banner).to_contain_text(f"by {olga}")
    expect(page.get_by_role("heading", name="Close June")).to_be_visible()
    expect(page.get_by_role("heading", name="Count the till")).to_be_visible()
    main = page.get_by_role("main")
    assert main.locator("input:not([type=hidden]), textarea, select").count() == 0
    restore = main.get_by_role("button", name="Restore")
    if role == "L":
        expect(restore).to_have_count(0)
        assert main.get_by_role("button").count() == 0
        return
    restore.first.click()
    expect(banner).to_have_count(0)
    assert read(told.cast.mia, process)["archived_at"] is None


def test_story_05_a_deletes_an_archived_process_for_ever(told: Stage) -> None:
    process = told.finished("Close July")
    made(told.cast.mia.post(f"/runs/{process['id']}/comment", {"content": "<p>Done.</p>"}))
    address = f"/app/processes/{process['id']}"
    page = told.page("A")
    page.goto("/app/tracker")
    page.get_by_role("button", name="What to do with Close July").click()
    expect(page.get_by_role("link", name="Delete for ever")).to_have_count(0)
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_role("article", name="Close July")).to_have_count(0)
    others = told.page("S")
    others.goto("/app/archive")
    others.get_by_role("button", name="What to do with Close July").click()
    expect(others.get_by_role("button", name="Restore", exact=True)).to_be_visible()
    expect(others.get_by_text("Delete for ever")).to_have_count(0)
    assert others.goto(f"{address}/delete").status == 403

    page.get_by_role("link", name="Archive", exact=True).click()
    page.get_by_role("button", name="What to do with Close July").click()
    page.get_by_role("link", name="Delete for ever").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Delete Close July for ever")
    expect(dialog).to_contain_text("destroys 3 tasks with their answers, 1 comment and 0 files")
    dialog.get_by_role("button", name="Delete for ever").click()
    assert read(told.cast.olga, process)["archived_at"], "the box was not ticked"
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Delete for ever").click()

    expect(page.get_by_role("status")).to_contain_text("Deleted “Close July” for ever.")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="Close July")).to_have_count(0)
    found = told.cast.olga.get("/search?search=July&on=process").json()
    assert "Close July" not in str(found)
    assert page.goto(address).status == 404
    expect(page.get_by_role("heading")).to_contain_text("did not work")
