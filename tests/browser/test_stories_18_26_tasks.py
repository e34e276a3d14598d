"""Stories 18 and 26: archived tasks, and one-off tasks from the first to the last."""

import re

from factories import made, make_oneoff, tasks_of
from stage import Stage, expect


def test_story_18_s_looks_at_the_archived_tasks(told: Stage) -> None:
    process = told.launched("Close March")
    first, *_ = [task["title"] for task in tasks_of(told.cast.olga, process)]
    hers = {"users": [told.cast.mia.user_id]}
    desk = make_oneoff(told.cast.mia, title="Order a desk", owners=hers)
    make_oneoff(told.cast.mia, title="Order a chair", owners=hers)
    made(told.cast.olga.delete(f"/runs/{process['id']}"), 200)
    assert told.cast.mia.delete(f"/tasks/{desk['id']}").status_code == 204
    page = told.page("S")
    page.goto("/app/tasks")
    expect(page.get_by_role("link", name="Order a chair")).to_be_visible()
    expect(page.get_by_role("link", name="Order a desk")).to_have_count(0)

    page.get_by_role("link", name="Archived", exact=True).click()
    expect(page.get_by_role("link", name="Order a desk")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Everyone")).click()

    expect(page).to_have_url(re.compile(r"assignee=everyone&status=archived"))
    tasks = page.get_by_role("list", name="Tasks").get_by_role("listitem")
    of_process = tasks.filter(has_text=first)
    expect(of_process).to_contain_text("Close March")
    expect(of_process).to_contain_text("Archived")
    expect(tasks.filter(has_text="Order a desk")).to_contain_text("One-off")
    expect(page.get_by_role("link", name="Order a chair")).to_have_count(0)
    # What is archived is not pressed; a task of a process comes back with it alone.
    expect(page.get_by_role("button", name=re.compile("^(Complete|Reopen|Decide)"))).to_have_count(
        0
    )
    of_process.get_by_role("button", name=re.compile("What to do")).click()
    expect(page.get_by_role("button", name="Restore", exact=True)).to_have_count(0)
    page.keyboard.press("Escape")
    tasks.filter(has_text="Order a desk").get_by_role("button", name=re.compile("What")).click()
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("“Order a desk” is back where it was.")
    expect(page.get_by_role("link", name="Order a desk")).to_have_count(0)


def test_story_26_s_creates_archives_and_restores_a_oneoff_task(told: Stage) -> None:
    page = told.page("S")
    page.goto("/app/tasks")
    page.keyboard.press("Control+Alt+T")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Title")).to_be_focused()
    # What is missing is said beside it, and nothing that was typed is lost.
    dialog.get_by_label("Title").fill("Order a desk")
    dialog.get_by_label("Description").fill("Oak, **not** pine.")
    dialog.get_by_label("Guests, by e-mail").fill("nobody at all")
    dialog.get_by_role("button", name="Create task").click()
    expect(dialog.locator(".problem").first).to_be_visible()
    expect(dialog.get_by_label("Description")).to_have_value("Oak, **not** pine.")
    dialog.get_by_label("Guests, by e-mail").fill("")
    dialog.get_by_role("button", name="Create task").click()

    expect(page.get_by_role("status").first).to_contain_text("Created “Order a desk”.")
    expect(dialog).to_have_count(0)
    row = page.get_by_role("list", name="Tasks").get_by_role("listitem")
    expect(row).to_contain_text("Order a desk")
    found = told.cast.mia.get("/me/tasks?with=summary").json()["data"]
    assert [task["summary"] for task in found] == ["Oak, <strong>not</strong> pine."]
    assert found[0]["owners"]["users"] == [told.cast.mia.user_id]

    row.get_by_role("button", name="What to do with Order a desk").click()
    page.get_by_role("link", name="Edit").click()
    dialog.get_by_label("Title").fill("Order two desks")
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Order two desks")
    changed = told.cast.mia.get(f"/tasks/{found[0]['id']}").json()["data"]
    assert changed["summary"] == found[0]["summary"]
    assert changed["deadline"] == found[0]["deadline"]

    def archive() -> None:
        row.get_by_role("button", name="What to do with Order two desks").click()
        page.get_by_role("button", name="Archive", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("Archived “Order two desks”.")
        expect(row).to_have_count(0)

    archive()
    page.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("Order two desks")
    archive()
    page.goto("/app/archive?tab=tasks")
    expect(page.get_by_role("row", name=re.compile("Order two desks"))).to_be_visible()
    page.get_by_role("button", name="What to do with Order two desks").click()
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("Order two desks"))).to_have_count(0)
    page.goto("/app/tasks")
    expect(row).to_contain_text("Order two desks")


def test_95_3_1_a_task_is_completed_on_home_with_undo(told: Stage) -> None:
    hers = {"users": [told.cast.mia.user_id]}
    make_oneoff(told.cast.mia, title="Order a desk", owners=hers)
    page = told.page("S")
    page.goto("/app/home")
    page.evaluate("window.isTheSamePage = true")
    rail = page.get_by_role("navigation", name="Places")
    expect(rail.get_by_role("link", name="Tasks")).to_contain_text("1 open")
    page.get_by_role("button", name="Complete Order a desk").click()
    expect(page.get_by_role("status")).to_contain_text("Completed “Order a desk”.")
    expect(page.get_by_role("link", name="Order a desk")).to_have_count(0)
    expect(rail.get_by_role("link", name="Tasks")).not_to_contain_text("open")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Order a desk")).to_be_visible()
    assert page.evaluate("window.isTheSamePage"), "the page was loaded anew"


def test_95_3_2_filters_are_chosen_in_one_form_and_stay_in_the_address(told: Stage) -> None:
    hers = {"users": [told.cast.mia.user_id]}
    tag = made(told.cast.olga.post("/tags", {"title": "Books"}))["id"]
    make_oneoff(told.cast.mia, title="Order a desk", owners=hers, tags=[tag])
    make_oneoff(told.cast.mia, title="Order a chair", owners=hers)
    page = told.page("S")
    page.goto("/app/tasks")
    page.get_by_role("link", name="Filter", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Tag").select_option("Books")
    dialog.get_by_role("button", name="Show tasks").click()
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/app/tasks\?.*tag=Books$"))
    expect(page.get_by_role("link", name="Order a chair")).to_have_count(0)
    expect(page.get_by_role("link", name="Order a desk")).to_be_visible()
    page.get_by_role("button", name="View").click()
    page.get_by_role("link", name="Deadline").click()
    expect(page).to_have_url(re.compile(r"tag=Books&group=deadline$"))
    page.get_by_role("link", name="Remove this filter").click()
    expect(page.get_by_role("link", name="Order a chair")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="Order a chair")).to_have_count(0)


def test_95_3_2_a_list_of_tasks_is_kept_as_a_preset(told: Stage) -> None:
    others = {"users": [told.cast.leo.user_id]}
    make_oneoff(told.cast.mia, title="Order a desk", owners=others, deadline="2026-01-05 09:00:00")
    make_oneoff(told.cast.mia, title="Order a chair", owners=others)
    page = told.page("S")
    page.goto("/app/tasks?assignee=everyone&state=overdue&group=process")
    dialog = page.get_by_role("dialog")
    page.get_by_role("link", name="Presets").click()
    dialog.get_by_label("Name").last.fill("Late of all")
    dialog.get_by_role("button", name=re.compile("^Save")).last.click()
    expect(page.get_by_role("status").filter(has_text="Saved the preset")).to_be_visible()
    page.goto("/app/tasks")
    page.get_by_role("link", name="Presets").click()
    dialog.get_by_role("link", name="Late of all").click()
    expect(page).to_have_url(re.compile(r"assignee=everyone&state=overdue&group=process$"))
    expect(page.get_by_role("link", name="Order a desk")).to_be_visible()
    expect(page.get_by_role("link", name="Order a chair")).to_have_count(0)
