"""Stories 14 and 15: archiving a process with open tasks, and what comes back with it."""

from typing import Any

from factories import fill, launch, let_all_launch, made, make_template, tasks_of
from forms import asked
from stage import Stage, expect

LATE = "2026-01-05 09:00:00"


def test_stories_14_and_15_open_tasks_go_and_come_back(told: Stage) -> None:
    cast = told.cast
    made(cast.leo.client.put("/me", {"first_name": "Priya", "last_name": "Nair"}), 200)
    of_guest = {"title": "Tell the bank", "guests": ["gus@guests.test"]}
    total = asked("Total", "text", id="Total", alias="total")
    of_leo = {"title": "Count the till", "assignees": [cast.leo.user_id], "captures": [total]}
    template = make_template(cast.olga, [of_leo, of_guest], title="Close")
    let_all_launch(cast.olga, template)
    process = launch(cast.mia, template, name="Close March")
    first, second = tasks_of(cast.olga, process)
    fill(cast.leo, first, "Total", "Seven")
    made(cast.olga.put(f"/tasks/{first['id']}", {"deadline": LATE}), 200)
    of_gus = second["owners"]["taskUrls"][0].split(cast.server.base_url)[-1]
    before = _whole(cast, process)
    assert "Seven" in str(before)
    theirs, guest = told.page("L"), told.page("nobody")
    theirs.goto("/app/home")
    expect(theirs.get_by_role("main")).to_contain_text("Count the till")
    guest.goto(of_gus)
    expect(guest.get_by_role("main")).to_contain_text("Tell the bank")

    page = told.page("S")
    page.goto("/app/tracker")
    page.get_by_role("button", name="What to do with Close March").click()
    page.get_by_role("link", name="Archive …").click()
    dialog = page.get_by_role("dialog")
    # A task of a guest alone has whoever launched it beside them.
    expect(dialog).to_contain_text("2 open tasks of 3 people will be hidden until it is restored")
    expect(dialog.get_by_role("listitem")).to_contain_text(["Count the till", "Tell the bank"])
    expect(dialog).to_contain_text("Priya Nair")
    dialog.get_by_role("button", name="Archive").click()
    expect(page.get_by_role("article", name="Close March")).to_have_count(0)

    theirs.goto("/app/home")
    expect(theirs.get_by_role("heading", name="Home")).to_be_visible()
    expect(theirs.get_by_role("main")).not_to_contain_text("Count the till")
    guest.goto(of_gus)
    expect(guest.get_by_role("main")).not_to_contain_text("Tell the bank")

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("article", name="Close March")).to_be_visible()
    assert _whole(cast, process) == before
    theirs.goto("/app/home")
    mine = theirs.get_by_role("listitem").filter(has_text="Count the till")
    expect(mine).to_contain_text("Overdue")
    guest.goto(of_gus)
    expect(guest.get_by_role("main")).to_contain_text("Tell the bank")


def _whole(cast: Any, process: Any) -> list[Any]:
    """Who has each task, until when, how it stands, and what was answered so far."""
    query = "?with=form_fields&without_pagination=true"
    listed = made(cast.olga.get(f"/runs/{process['id']}/tasks{query}"), 200)
    return [
        (
            task["id"],
            task["owners"]["users"],
            task["owners"]["guests"],
            task["deadline"],
            task["status"],
            task.get("taskdata"),
        )
        for task in listed
    ]
