"""Story 1: S archives a finished process from its Tracker card."""

from datetime import UTC, datetime

from factories import activity_of, made, read
from stage import Stage, expect


def test_story_01_and_02_by_the_keyboard_alone(told: Stage) -> None:
    told.finished("Close March")
    page = told.page("S")
    page.goto("/app/tracker")
    button = page.get_by_role("button", name="What to do with Close March")
    for _ in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            break
    shown = button.evaluate("element => getComputedStyle(element).outlineStyle")
    assert shown == "solid", "the focus is not seen"
    page.keyboard.press("Enter")
    archive = page.get_by_role("button", name="Archive", exact=True)
    for _ in range(10):
        page.keyboard.press("Tab")
        if archive.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    card = page.get_by_role("article", name="Close March")
    expect(card).to_have_count(0)

    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")

    expect(card).to_be_visible()


def test_story_01_s_archives_a_finished_process_from_its_card(told: Stage) -> None:
    process = told.finished("Close March")
    other = told.launched("Close April")
    page = told.page("S")
    page.goto("/app/tracker")
    page.evaluate("window.isTheSamePage = true")
    card = page.get_by_role("article", name="Close March")
    expect(card).to_be_visible()
    expect(card.get_by_text("Completed")).to_be_visible()

    card.get_by_role("button", name="What to do with Close March").click()
    page.get_by_role("button", name="Archive", exact=True).click()

    expect(card).to_have_count(0)
    expect(page.get_by_role("article", name=other["name"])).to_be_visible()
    toast = page.get_by_role("status")
    expect(toast).to_contain_text("Archived “Close March”.")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()
    assert page.evaluate("window.isTheSamePage"), "the page was loaded anew"
    page.get_by_role("link", name="Archived", exact=True).click()
    archived = page.get_by_role("article", name="Close March")
    expect(archived).to_contain_text("Archived on")
    me = made(told.person("S").client.get("/me"), 200)
    expect(archived).to_contain_text(f"by {me['full_name']}")
    today = datetime.now(UTC)
    expect(archived).to_contain_text(f"{today.day} {today:%b} {today.year}")
    assert read(told.cast.mia, process)["archived_at"]
    assert activity_of(told.cast.mia, process)[0]["verb"][0] == "archived"
