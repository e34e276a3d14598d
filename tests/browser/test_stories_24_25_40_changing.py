"""Stories 24, 25 and 40: tasks change hands and dates, some are added, connections are lost."""

import re
from typing import Any

from factories import activity_of, launch, made, make_template, read_template, tasks_of
from forms import asked
from stage import Stage, expect


def test_story_24_s_reassigns_a_task_and_changes_its_deadline(told: Stage) -> None:
    cast = told.cast
    for person, first, last in ((cast.leo, "Priya", "Nair"), (cast.mia, "Tomas", "Lind")):
        made(person.client.put("/me", {"first_name": first, "last_name": last}), 200)
    process = told.launched("Close March")
    task = tasks_of(cast.olga, process)[0]
    page = told.page("S")
    page.goto(f"/app/processes/{process['id']}/tasks/{task['id']}")
    panel = page.get_by_role("region", name="Count the till")
    panel.get_by_role("link", name="Assign …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name, group or e-mail address").fill("priya")
    assign = dialog.get_by_role("button", name="Assign Priya Nair")
    expect(assign).to_be_visible()
    # Still typing when it is pressed: what is found then comes when the dialog has closed.
    found_late: list[Any] = []

    def hold(route: Any) -> None:
        found_late.append(route)

    page.route(re.compile("q=priya[+]n"), hold)
    with page.expect_request(re.compile("q=priya[+]n")):
        dialog.get_by_label("Name, group or e-mail address").fill("priya n")
    assign.click()
    expect(dialog).to_have_count(0)
    with page.expect_response(re.compile("q=priya[+]n")):
        found_late[0].continue_()
    expect(page.get_by_role("status").first).to_contain_text("Priya Nair has “Count the till” now.")
    panel.get_by_role("button", name="Take Tomas Lind off").click()
    expect(panel.get_by_role("button", name="Take Tomas Lind off")).to_have_count(0)
    panel.get_by_label("Due, time in").fill("2031-05-15T14:30")
    panel.get_by_role("button", name="Change").click()
    expect(page.get_by_role("status").first).to_contain_text("15 May 2031")

    changed = made(cast.olga.get(f"/tasks/{task['id']}"), 200)
    assert changed["owners"]["users"] == [cast.leo.user_id]
    assert changed["deadline"] == "2031-05-15T14:30:00Z"
    theirs = told.page("L")
    theirs.goto("/app/tasks")
    expect(theirs.get_by_role("link", name="Count the till")).to_be_visible()
    page.goto("/app/tasks")
    expect(page.get_by_role("heading", name="Tasks", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Count the till")).to_have_count(0)
    page.goto(f"/app/tasks/{task['id']}/history")
    entries = page.get_by_role("list", name="What happened")
    expect(entries).to_contain_text(re.compile("changed the deadline.*→.*15 May 2031", re.DOTALL))
    expect(entries).to_contain_text(re.compile("Tomas Lind, Priya Nair.*→.*Priya Nair", re.DOTALL))


def test_story_25_s_adds_a_task_to_a_running_process_and_hides_another(told: Stage) -> None:
    cast = told.cast
    process = told.launched("Close March")
    before = read_template(cast.olga, told.template)
    page = told.page("S")
    page.goto(f"/app/processes/{process['id']}")
    page.get_by_role("link", name="Add task …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What is to be done").fill("Call the bank")
    dialog.get_by_label("Due").fill("2031-05-15T14:30")
    dialog.get_by_label("Place").select_option(label="Before “Approve the total”")
    dialog.get_by_role("button", name="Add the task").click()
    expect(dialog).to_have_count(0)
    row = page.get_by_role("listitem").filter(has_text="Call the bank")
    expect(row).to_contain_text("Added")
    titles = [str(each) for each in page.locator(".step-title").all_inner_texts()]
    assert titles[:3] == ["Count the till", "Call the bank", "Approve the total"]
    assert read_template(cast.olga, told.template) == before
    (added,) = (each for each in tasks_of(cast.olga, process) if each["is_oneoff_task"])
    assert added["owners"]["users"] == [cast.mia.user_id]

    page.get_by_role("link", name="Count the till").click()
    page.get_by_role("link", name="Hide …").click()
    page.get_by_role("dialog").get_by_label("Why").fill("Nothing was sold")
    page.get_by_role("dialog").get_by_role("button", name="Hide").click()
    expect(page.get_by_role("status").first).to_contain_text("Hid “Count the till”.")
    expect(page.get_by_role("link", name="Count the till")).to_have_count(0)
    page.get_by_role("link", name="Show hidden tasks").click()
    hidden = page.get_by_role("list", name="Hidden tasks")
    expect(hidden.get_by_role("link", name="Count the till")).to_be_visible()
    hidden.get_by_role("link", name="Count the till").click()
    panel = page.get_by_role("region", name="Count the till")
    expect(panel).to_contain_text("Hidden: nobody has to do it.")
    panel.get_by_role("link", name="Show again …").click()
    page.get_by_role("dialog").get_by_role("button", name="Show").click()
    expect(panel.get_by_role("button", name="Complete")).to_be_visible()


def test_story_40_s_loses_the_connection_while_filling_a_form(told: Stage) -> None:
    captures = [asked("Total", required=True), asked("Notes", "textarea")]
    steps = [{"title": "Count", "assignees": [told.cast.mia.user_id], "captures": captures}]
    process = launch(told.cast.olga, make_template(told.cast.olga, steps))
    (task,) = tasks_of(told.cast.olga, process)
    page = told.page("S")
    page.goto(f"/app/tasks/{task['id']}")
    page.context.set_offline(True)
    banner = page.get_by_text("You are offline. What you type is kept here")
    expect(banner).to_be_visible()
    page.get_by_label("Total").fill("12")
    page.get_by_label("Total").press("Enter")
    expect(page.get_by_text("Not saved yet: there is no connection.")).to_be_visible()
    page.get_by_label("Notes").fill("Two coins are missing")
    page.get_by_label("Notes").press("Tab")
    expect(page.get_by_text("Not saved yet: there is no connection.")).to_have_count(2)
    # What is pressed meanwhile does nothing, and loses nothing.
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_label("Total")).to_have_value("12")
    assert of(told, task)["taskdata"] == {}

    page.context.set_offline(False)

    expect(banner).to_be_hidden()
    expect(page.get_by_text("Saved", exact=True)).to_have_count(2)
    assert sorted(of(told, task)["taskdata"].values()) == ["12", "Two coins are missing"]
    assert of(told, task)["status"] == "in-progress"
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    told_of = [each["event"] if "event" in each else each["description"][0]
               for each in activity_of(told.cast.olga, process)]  # fmt: skip
    answered = [each for each in told_of if "answer" in each]
    assert len(answered) == 2, told_of


def test_95_1_what_somebody_else_changed_meanwhile_is_shown(told: Stage) -> None:
    steps = [{"title": "Count", "captures": [asked("Total")]}]
    process = launch(told.cast.olga, make_template(told.cast.olga, steps))
    (task,) = tasks_of(told.cast.olga, process)
    page = told.page("A")
    page.goto(f"/app/tasks/{task['id']}")
    (field,) = of(told, task, "?with=form_fields")["form_fields"]["data"]
    made(told.cast.olga.put(f"/tasks/{task['id']}", {"taskdata": {field["id"]: "7"}}), 200)
    total = page.get_by_label("Total")
    total.fill("8")
    total.press("Enter")
    expect(page.get_by_text("Somebody has changed this since: it is “7” now.")).to_be_visible()
    expect(total).to_have_value("8")
    assert list(of(told, task)["taskdata"].values()) == ["7"]
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert list(of(told, task)["taskdata"].values()) == ["8"]
    total.fill("9")
    total.press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def of(told: Stage, task: Any, query: str = "") -> Any:
    return made(told.cast.olga.get(f"/tasks/{task['id']}{query}"), 200)
