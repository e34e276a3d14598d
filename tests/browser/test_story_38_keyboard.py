"""Story 38: S works by keyboard only."""

from typing import Any

from factories import made
from robots import PASSWORD, with_password
from stage import Stage, expect, findings


def tab_to(page: Any, wanted: Any, key: str = "Tab") -> None:
    for _ in range(60):
        page.keyboard.press(key)
        if wanted.evaluate("element => element === document.activeElement"):
            return
    expect(wanted).to_be_focused()


def test_story_38_s_works_by_keyboard_only(told: Stage) -> None:
    page = told.page("nobody")
    page.goto("/app/tasks")
    _sign_in(page, with_password(told.cast, told.cast.mia))
    _create_a_task(page)
    _complete_it(page)
    (task,) = made(told.cast.mia.get("/me/tasks?status=complete"), 200)
    assert task["title"] == "Count the till"
    _archive_it_and_take_that_back(page)
    assert findings(page) == []


def _sign_in(page: Any, email: str) -> None:
    tab_to(page, page.get_by_label("E-mail"))
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tasks")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def _create_a_task(page: Any) -> None:
    """In a dialog, which the server refuses once."""
    title = page.get_by_role("dialog").get_by_label("Title")
    page.keyboard.press("Control+Alt+t")
    expect(title).to_be_focused()
    page.keyboard.type(" ")
    page.keyboard.press("Control+Enter")
    expect(title).to_have_attribute("aria-invalid", "true")
    expect(title).to_be_focused()
    page.keyboard.type("Count the till")
    tab_to(page, page.get_by_role("dialog").get_by_label("Description"))
    page.keyboard.type("Twice")
    page.keyboard.press("Control+Enter")
    created = page.get_by_role("status").filter(has_text="Created “Count the till”.")
    expect(created).to_have_count(1)
    expect(page.get_by_role("main")).to_be_focused()


def _complete_it(page: Any) -> None:
    row = page.get_by_role("link", name="Count the till")
    page.keyboard.press("j")
    expect(row).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(row).to_be_focused()
    page.keyboard.press("Enter")
    complete = page.get_by_role("button", name="Complete")
    expect(complete).to_be_enabled()
    assert findings(page) == []
    tab_to(page, complete)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Completed by")).to_be_visible()


def _archive_it_and_take_that_back(page: Any) -> None:
    tab_to(page, page.get_by_role("navigation").get_by_role("link", name="Tasks"), "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Completed", exact=True))
    page.keyboard.press("Enter")
    row = page.get_by_role("link", name="Count the till")
    expect(row).to_be_visible()
    page.keyboard.press("j")
    expect(row).to_be_focused()
    page.keyboard.press("e")
    expect(row).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row).to_be_visible()
