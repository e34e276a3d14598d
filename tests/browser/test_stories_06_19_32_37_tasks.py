"""Stories 6, 19, 32 and 37: tasks are filled in, completed, decided, reopened, and done by all."""

import re
from pathlib import Path
from typing import Any

from factories import complete, launch, made, make_oneoff, make_template, read, tasks_of, verbs_of
from forms import asked
from stage import Stage, expect


def task_named(told: Stage, process: Any, title: str) -> Any:
    (found,) = (each for each in tasks_of(told.cast.olga, process) if each["title"] == title)
    return found


def test_story_06_s_completes_a_task_with_a_required_field(told: Stage, tmp_path: Path) -> None:
    captures = [
        asked("Total", required=True),
        asked("Counted by", "dropdown"),
        asked("Checked", "multiselect"),
        asked("On", "date"),
        asked("Receipts", "file", required=True),
    ]
    steps = [
        {"title": "Count the till", "assignees": [told.cast.mia.user_id], "captures": captures},
        {"title": "Close the shop", "assignees": [told.cast.mia.user_id]},
    ]
    template = make_template(told.cast.olga, steps)
    process = launch(told.cast.olga, template, name="Close March")
    page = told.page("S")
    page.goto(f"/app/processes/{process['id']}")
    page.evaluate("window.isTheSamePage = true")
    page.get_by_role("link", name="Count the till").click()
    panel = page.get_by_role("region", name="Count the till")
    expect(panel.get_by_role("heading", name="Count the till")).to_be_focused()
    assert re.search(rf"/app/processes/{process['id']}/tasks/[0-9a-f]{{32}}$", page.url)
    button = panel.get_by_role("button", name="Complete")
    expect(button).to_be_disabled()
    expect(panel.get_by_text("Fill in “Total”, “Receipts” first.")).to_be_visible()

    # Files are sent as they are chosen, and the others are not waited for.
    receipts = [tmp_path / name for name in ("march.txt", "april.txt")]
    for receipt in receipts:
        receipt.write_text("12.50")
    panel.get_by_label("Receipts: a file").set_input_files(receipts)
    for receipt in receipts:
        expect(panel.get_by_role("checkbox", name=receipt.name)).to_be_checked()
    expect(panel.get_by_text("Fill in “Total” first.")).to_be_visible()

    panel.get_by_label("Total").fill("1,204.50")
    expect(button).to_be_enabled()
    panel.get_by_label("Total").press("Tab")
    panel.get_by_label("Counted by").select_option("Gold")
    expect(panel.get_by_text("Saved", exact=True)).to_have_count(2)
    panel.get_by_label("Silver").check()
    panel.get_by_label("On").fill("2027-03-04")
    panel.get_by_label("On").press("Enter")
    expect(panel.get_by_text("Saved", exact=True)).to_have_count(4)
    task = task_named(told, process, "Count the till")
    assert task["status"] == "in-progress"
    values = {str(each) for each in task["taskdata"].values()}
    assert {"1,204.50", "2027-03-04"} <= values, task["taskdata"]
    # With a comment a file goes along.
    panel.get_by_label("Write a comment").fill("The till of March")
    panel.get_by_label("File to attach").set_input_files(receipts[0])
    panel.get_by_role("button", name="Comment").click()
    remark = panel.get_by_role("listitem").filter(has_text="The till of March")
    expect(remark.get_by_role("link", name="march.txt")).to_be_visible()
    expect(panel.get_by_label("Write a comment")).to_have_value("")
    button.click()

    expect(page.get_by_role("status").first).to_contain_text("Completed “Count the till”.")
    expect(panel.get_by_role("button", name="Reopen")).to_be_visible()
    expect(page.get_by_text("1 of 2 tasks done")).to_be_visible()
    panel.get_by_role("link", name="Next task").click()
    following = page.get_by_role("region", name="Close the shop")
    expect(following.get_by_role("button", name="Complete")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(following).to_have_count(0)
    expect(page.get_by_role("link", name="Close the shop")).to_be_focused()
    assert page.evaluate("window.isTheSamePage"), "the page was loaded anew"


def test_story_06_what_is_refused_stays_as_it_was_typed(told: Stage) -> None:
    step = {"title": "Count", "captures": [asked("Amount", field_validation=["numeric"])]}
    process = launch(told.cast.olga, make_template(told.cast.olga, [step]))
    (task,) = tasks_of(told.cast.olga, process)
    page = told.page("A")
    page.goto(f"/app/tasks/{task['id']}")
    amount = page.get_by_label("Amount")
    amount.fill("a lot")
    amount.press("Enter")
    note = page.locator(".fill-note")
    expect(note).to_contain_text("Amount")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(amount).to_have_value("a lot")
    amount.fill("12")
    note.get_by_role("button", name="Retry").click()
    expect(note).to_have_text("Saved")
    assert list(task_named(told, process, "Count")["taskdata"].values()) == ["12"]


def test_story_19_s_approves_and_another_rejects(told: Stage) -> None:
    cast = told.cast
    steps = [
        {"id": "Write", "title": "Write the offer", "assignees": [cast.mia.user_id]},
        {"id": "Look", "title": "Look at the offer", "step_type": "approval"},
    ]
    again = {
        "automated_alias": "Write it again",
        "conditions": [{"conditionable_type": "Step", "conditionable_id": "Look",
                        "operation": "rejected", "statement": None}],
        "then_actions": [{"action_type": "status", "action_verb": "reopen",
                          "target_step_id": "Write"}],
    }  # fmt: skip
    template = make_template(cast.olga, steps, automated_actions=[again])
    one = launch(cast.olga, template, name="Offer for Ann")
    other = launch(cast.olga, template, name="Offer for Bo")
    for process in (one, other):
        complete(cast.mia, task_named(told, process, "Write the offer"))
    page = told.page("S")
    look = task_named(told, one, "Look at the offer")
    page.goto(f"/app/processes/{one['id']}/tasks/{look['id']}")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved by")).to_be_visible()

    page = told.page("A")
    look = task_named(told, other, "Look at the offer")
    page.goto(f"/app/processes/{other['id']}/tasks/{look['id']}")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Rejected by")).to_be_visible()
    expect(page.get_by_text("1 of 2 tasks done")).to_be_visible()
    assert task_named(told, other, "Write the offer")["status"] == "in-progress"
    assert task_named(told, one, "Write the offer")["status"] == "completed"


def test_story_32_s_reopens_a_completed_task(told: Stage) -> None:
    process = told.finished("Close March")
    task = task_named(told, process, "Count the till")
    made(told.cast.olga.delete(f"/completed-tasks/{task['id']}"), 200)
    whole = made(told.cast.olga.get(f"/tasks/{task['id']}?with=form_fields"), 200)
    (field,) = whole["form_fields"]["data"]
    seven = {"taskdata": {field["id"]: "7"}}
    made(told.cast.olga.put(f"/tasks/{task['id']}", seven), 200)
    complete(told.cast.mia, task)
    assert read(told.cast.olga, process)["status"] == "complete"
    page = told.page("S")
    page.goto(f"/app/processes/{process['id']}")
    page.get_by_role("link", name="Count the till").click()
    panel = page.get_by_role("region", name="Count the till")
    expect(panel.get_by_label("Total")).to_have_count(0)
    expect(panel.get_by_text("7", exact=True)).to_be_visible()

    panel.get_by_role("button", name="Reopen").click()

    expect(page.get_by_role("status").first).to_contain_text("Reopened “Count the till”.")
    expect(panel.get_by_label("Total")).to_have_value("7")
    expect(panel.get_by_role("button", name="Complete")).to_be_enabled()
    assert read(told.cast.olga, process)["status"] == "active"
    assert "re-opened" in verbs_of(told.cast.olga, process)


def test_story_37_everyone_completes_their_part(told: Stage) -> None:
    cast = told.cast
    people = [cast.mia.user_id, cast.leo.user_id, cast.olga.user_id]
    task = make_oneoff(
        cast.olga, title="Read the rules", owners={"users": people}, everyone_must_complete=True
    )
    for done, role in enumerate(("S", "L")):
        page = told.page(role)
        page.goto(f"/app/tasks/{task['id']}")
        expect(page.get_by_text(f"{done} of 3", exact=True)).to_be_visible()
        page.get_by_role("button", name="Complete your part").click()
        expect(page.get_by_text(f"{done + 1} of 3", exact=True)).to_be_visible()
        expect(page.get_by_text("Your part is done. It waits for the others.")).to_be_visible()
        mine = page.get_by_role("listitem").filter(has_text="(you)")
        expect(mine).to_contain_text("Done")
        assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["status"] == "in-progress"
    page = told.page("A")
    page.goto(f"/app/tasks/{task['id']}")
    page.get_by_role("button", name="Complete your part").click()
    expect(page.get_by_text("3 of 3", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["status"] == "completed"
