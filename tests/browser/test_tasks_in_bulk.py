"""Part 95, 3.2: many tasks at once, with an undo, and with reasons where some stay as they are."""

import re

from factories import made, make_oneoff
from stage import Stage, expect


def test_95_3_2_many_tasks_are_completed_handed_on_and_taken_back(told: Stage) -> None:
    hers = {"users": [told.cast.mia.user_id]}
    made(told.cast.leo.client.put("/me", {"first_name": "Leo", "last_name": "Park"}), 200)
    field = {"field_type": "text", "label": "Float", "required": True}
    titles = ["One", "Two", "Three", "Four"]
    for title in titles:
        form = {"form_fields": [field]} if title == "Four" else {}
        make_oneoff(told.cast.mia, title=title, owners=hers, **form)
    page = told.page("S")
    page.goto("/app/tasks")
    rows = page.get_by_role("list", name="Tasks").get_by_role("listitem")
    dialog = page.get_by_role("dialog")
    expect(rows).to_have_count(4)
    bar = page.get_by_role("form", name="Those that are selected")
    expect(bar).to_be_hidden()
    # From one to another with Shift: newest first, so Three, Two, One.
    page.get_by_label("Select Three").check()
    page.get_by_label("Select One").click(modifiers=["Shift"])
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Complete").click()

    expect(page.get_by_role("status").filter(has_text="Completed 3 tasks.")).to_be_visible()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(4)

    # One asks for answers: it stays, and it is said why.
    page.get_by_label("Select all on this page").check()
    expect(bar).to_contain_text("4 selected")
    bar.get_by_role("button", name="Complete").click()
    expect(dialog).to_contain_text("3 completed, 1 not")
    expect(dialog).to_contain_text("1 with questions to answer first")
    dialog.get_by_role("link", name="Back to the list").click()
    expect(dialog).to_have_count(0)
    expect(rows).to_have_count(1)

    page.get_by_label("Select Four").check()
    bar.get_by_role("button", name="Assign").click()
    dialog.get_by_label("Leo Park").check()
    dialog.get_by_role("button", name="Assign 1 task").click()
    expect(page.get_by_role("status").filter(has_text="Changed 1 task.")).to_be_visible()
    expect(page.get_by_text("All done.")).to_be_visible()
    (four,) = made(told.cast.leo.get("/me/tasks"), 200)
    assert (four["title"], four["owners"]["users"]) == ("Four", [told.cast.leo.user_id])


def test_95_3_2_many_tasks_get_a_deadline_a_tag_and_are_archived(told: Stage) -> None:
    made(told.cast.olga.post("/tags", {"title": "Books"}))
    hers = {"users": [told.cast.mia.user_id]}
    for title in ("One", "Two"):
        make_oneoff(told.cast.mia, title=title, owners=hers)
    page = told.page("S")
    page.goto("/app/tasks")
    rows = page.get_by_role("list", name="Tasks").get_by_role("listitem")
    dialog = page.get_by_role("dialog")
    bar = page.get_by_role("form", name="Those that are selected")
    page.get_by_label("Select all on this page").check()
    bar.get_by_role("button", name="Tag").click()
    dialog.get_by_label("Books").check()
    dialog.get_by_role("button", name="Tag 2 tasks").click()
    expect(rows.filter(has_text="Books")).to_have_count(2)

    page.get_by_label("Select all on this page").check()
    bar.get_by_role("button", name="Deadline").click()
    dialog.get_by_label("Deadline").fill("2026-01-05T09:00")
    dialog.get_by_role("button", name="Set the deadline of 2 tasks").click()
    expect(rows.filter(has_text="Overdue")).to_have_count(2)
    found = made(told.cast.mia.get("/me/tasks"), 200)
    assert {task["deadline"] for task in found} == {"2026-01-05T09:00:00Z"}

    page.get_by_label("Select all on this page").check()
    bar.get_by_role("button", name="Archive").click()
    dialog.get_by_role("button", name="Archive 2 tasks").click()
    expect(page.get_by_role("status").filter(has_text="Archived 2 tasks.")).to_be_visible()
    expect(page.get_by_text("All done.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text=re.compile("Books.*Overdue", re.DOTALL))).to_have_count(2)
