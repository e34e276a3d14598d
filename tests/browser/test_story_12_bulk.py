"""Story 12: S archives 20 selected processes at once; story 13: L meets none of it."""

import re
from typing import Any

from factories import launch, made
from stage import Stage, expect


def test_story_12_s_archives_20_selected_processes_at_once(told: Stage) -> None:
    for number in range(1, 20):
        launch(told.cast.mia, name=f"Close shop {number}")
    told.launched("Close shop 20")
    launch(told.cast.mia, name="Stays")
    page = told.page("S")
    page.goto("/app/tracker")
    cards = page.get_by_role("article")
    expect(cards).to_have_count(21)

    # From one to another, then one out again.
    page.get_by_role("checkbox", name="Select Stays").check()
    page.get_by_role("checkbox", name="Select Close shop 1", exact=True).click(modifiers=["Shift"])
    expect(page.get_by_text("21 selected")).to_be_visible()
    page.get_by_role("checkbox", name="Select Stays").uncheck()
    expect(page.get_by_text("20 selected")).to_be_visible()
    page.get_by_role("button", name="Archive", exact=True).click()

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Archive 20 processes")
    expect(dialog).to_contain_text("3 open tasks will be hidden until they are restored")
    expect(dialog).to_contain_text("and 12 more")
    dialog.get_by_role("button", name="Archive 20 processes").click()

    expect(cards).to_have_count(1)
    expect(dialog).to_have_count(0)
    toast = page.get_by_role("status").filter(has_text="Archived 20 processes.")
    expect(toast).to_have_count(1)
    archived = made(told.cast.mia.get("/runs?archived=only&per_page=50"), 200)
    assert len(archived) == 20
    assert {each["archived_via"] for each in archived} == {"operation"}

    toast.get_by_role("button", name="Undo").click()

    expect(cards).to_have_count(21)
    expect(page.get_by_role("status").filter(has_text="Undone: 20 processes are")).to_have_count(1)
    assert made(told.cast.mia.get("/runs?archived=only"), 200) == []


def test_story_12_by_keys_and_what_stays_is_told(told: Stage) -> None:
    launch(told.cast.mia, name="First")
    other = launch(told.cast.mia, name="Second")
    page = told.page("S")
    page.goto("/app/tracker?view=table")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Second")).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("2 selected")).to_be_visible()
    # Somebody else is quicker with one of them.
    made(told.cast.olga.delete(f"/runs/{other['id']}"), 200)
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Archive 1 process")
    expect(dialog).to_contain_text("Passed over: 1 archived already")
    page.keyboard.press("Enter")
    toast = page.get_by_role("status").filter(has_text="Archived 1 of 2 processes.")
    toast.get_by_role("link", name="Details").click()
    expect(page.get_by_role("heading", name="Archived 1 of 2 processes")).to_be_visible()
    expect(page.get_by_role("row", name="Second")).to_contain_text("Passed over: archived already")


def test_story_12_all_that_the_list_finds(told: Stage) -> None:
    for number in range(26):
        launch(told.cast.mia, name=f"Close shop {number}")
    launch(told.cast.mia, name="Open shop")
    page = told.page("S")
    page.goto("/app/tracker?q=close")
    page.get_by_role("checkbox", name="Select Close shop 25").check()
    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(page.get_by_text("24 selected")).to_be_visible()
    page.get_by_role("button", name="Archive all 26").click()
    page.get_by_role("dialog").get_by_role("button", name="Archive 26 processes").click()
    expect(page.get_by_role("status").filter(has_text="Archived 26 processes.")).to_have_count(1)
    (done,) = made(told.cast.mia.get("/archive/operations"), 200)
    assert (done["done"], done["filter"]) == (26, {"q": "close"})
    page.get_by_role("link", name="Clear the filter").click()
    expect(page.locator(".card-name")).to_have_text(["Open shop"])


def test_story_12_with_scripts_off(told: Stage) -> None:
    launch(told.cast.mia, name="First")
    launch(told.cast.mia, name="Second")
    page = told.without_scripts("S")
    page.goto("/app/tracker?view=table")
    page.get_by_role("checkbox", name="Select First").check()
    page.get_by_role("button", name="Archive", exact=True).click()
    page.get_by_role("button", name="Archive 1 process").click()
    expect(page.get_by_role("row", name="First")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row", name="First")).to_be_visible()


def test_story_13_l_never_meets_archive_controls(told: Stage) -> None:
    process = told.finished("Close March")
    shelved = told.finished("Close May")
    made(told.cast.olga.delete(f"/runs/{shelved['id']}"), 200)
    page = told.page("L")
    places = ["/app/tracker", "/app/tracker?tab=archived", "/app/archive",
              f"/app/processes/{process['id']}", f"/app/processes/{shelved['id']}"]  # fmt: skip
    for address in places:
        page.goto(address)
        main = page.get_by_role("main")
        expect(main.get_by_role("heading").first).to_be_visible()
        assert _controls(main) == [], address
    for path in ("archive", "delete"):
        answer = page.goto(f"/app/processes/{process['id']}/{path}")
        assert answer.status == 403
        expect(page.get_by_role("alert")).to_contain_text("dministrator")
    answer = page.goto("/app/archive/operations/1")
    assert answer.status == 403


def _controls(main: Any) -> list[str]:
    """Whatever would archive, restore or delete; also inside of menus that are closed."""
    texts = main.locator("button, a, input[type=checkbox]").all_text_contents()
    words = re.compile(r"\b(archive|restore|delete|select)\b", re.IGNORECASE)
    return [text.strip() for text in texts if words.search(text)]
