"""Stories 20 and 21: an issue on a task, and somebody who is named in a comment."""

import re

from factories import launch, made, read, tasks_of
from letters import announce
from stage import Stage, expect, findings


def test_story_20_s_reports_an_issue_on_a_task(told: Stage) -> None:
    process = told.launched("Close March")
    task = next(
        each for each in tasks_of(told.cast.mia, process) if each["title"] == "Count the till"
    )
    page = told.page("S")
    page.goto(f"/app/tasks/{task['id']}")
    done = page.get_by_role("button", name="Complete", exact=True)
    expect(done).to_be_enabled()
    page.get_by_label("Write a comment").fill("The till is **locked**.")
    page.get_by_label("Report an issue").check()
    page.get_by_role("button", name="Comment", exact=True).click()

    issue = page.get_by_role("listitem").filter(has_text="The till is locked.")
    expect(issue.get_by_text("Issue", exact=True)).to_be_visible()
    expect(page.get_by_label("Write a comment")).to_have_value("")
    expect(page.get_by_label("Report an issue")).not_to_be_checked()
    expect(done).to_be_disabled()
    tracker = told.page("A")
    tracker.goto("/app/tracker")
    card = tracker.get_by_role("article", name="Close March")
    expect(card.get_by_text("Problem", exact=True)).to_be_visible()

    issue.get_by_role("link", name="Resolve").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The till is locked.")
    assert findings(page) == []
    dialog.get_by_label("What was done about it").fill("Found the key.")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#toasts")).to_contain_text("Resolved an issue of “Count the till”.")
    expect(page.get_by_role("listitem").filter(has_text="Found the key.")).to_be_visible()
    expect(issue.get_by_text("Resolved issue")).to_be_visible()
    tracker.reload()
    expect(card.get_by_text("Problem", exact=True)).to_have_count(0)
    expect(done).to_be_enabled()
    done.click()
    expect(page.get_by_text("Completed by")).to_be_visible()


def test_story_21_s_mentions_a_colleague(told: Stage) -> None:
    process = launch(told.cast.mia, name="Close April")
    leo = made(told.cast.leo.client.get("/me"), 200)["full_name"]
    page = told.page("S")
    page.goto(f"/app/processes/{process['id']}")
    box = page.get_by_label("Write a comment")
    box.press_sequentially(f"Can you look, @{leo[:2]}")
    option = page.get_by_role("option", name=leo)
    expect(option).to_contain_text("Will be able to read this")
    box.press("Enter")
    expect(box).to_have_value(f"Can you look, @{leo} ")
    box.press_sequentially("?")
    # It is kept while they look at something else.
    page.reload()
    expect(box).to_have_value(f"Can you look, @{leo} ?")
    box.press("Control+Enter")

    expect(page.get_by_role("status")).to_contain_text(f"{leo} can read “Close April” from now on.")
    remark = page.get_by_role("listitem").filter(has_text="Can you look")
    expect(remark.locator("strong", has_text=leo)).to_be_visible()
    expect(box).to_have_value("")
    assert read(told.cast.leo, process)["name"] == "Close April"
    announce(told.cast)
    colleague = told.page("L")
    colleague.goto("/app/home")
    colleague.get_by_role("button", name="Notifications, 1 unread").click()
    news = colleague.get_by_role("link", name="Close April")
    expect(news).to_be_visible()
    assert findings(colleague) == []
    news.click()
    expect(colleague.get_by_role("heading", name="Close April")).to_be_visible()
    expect(colleague.get_by_text("Can you look")).to_be_visible()
    expect(colleague.get_by_role("button", name="Notifications", exact=True)).to_be_visible()
    expect(news).to_be_hidden()


def test_95_3_3_what_others_say_shows_and_a_draft_stays(told: Stage) -> None:
    process = told.launched("Close May")
    page = told.page("S")
    page.clock.install()
    page.goto(f"/app/processes/{process['id']}")
    box = page.get_by_label("Write a comment")
    box.fill("Half a sentence")
    made(told.cast.olga.post(f"/runs/{process['id']}/comment", {"content": "From Olga"}))
    page.get_by_role("heading", name="Close May").click()
    page.clock.run_for(70_000)
    expect(page.get_by_text("From Olga")).to_be_visible()
    expect(box).to_have_value("Half a sentence")


def test_95_3_3_one_changes_and_deletes_ones_own_words(told: Stage) -> None:
    process = told.launched("Close June")
    page = told.page("S")
    page.goto(f"/app/processes/{process['id']}")
    page.get_by_label("Write a comment").fill("Four coins are missing")
    page.get_by_role("button", name="Comment", exact=True).dblclick()
    remark = page.get_by_role("listitem").filter(has_text="coins are missing")
    expect(remark).to_have_count(1)

    remark.get_by_role("button", name="What to do with the comment").click()
    page.get_by_role("link", name="Edit").click()
    edited = page.get_by_role("dialog").get_by_label("Comment", exact=True)
    expect(edited).to_be_focused()
    edited.fill("Two coins are missing")
    page.keyboard.press("Control+Enter")
    expect(remark).to_contain_text(re.compile(r"Two coins are missing"))
    expect(remark).to_have_count(1)

    remark.get_by_role("button", name="What to do with the comment").click()
    page.get_by_role("link", name="Delete for ever").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete for ever").click()
    expect(remark).to_have_count(0)
