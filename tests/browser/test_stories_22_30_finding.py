"""Stories 22 and 30: what is archived is found again, and who archived it."""

import re
from datetime import UTC, datetime

import pytest

from factories import launch, made, tasks_of
from stage import Stage, expect, findings


@pytest.mark.parametrize("word", ["walrus", "Count the till", "nutmeg"])
def test_story_22_a_word_of_an_archived_process_is_found(told: Stage, word: str) -> None:
    """Of its name, a task, or a comment."""
    process = told.launched("Walrus audit")
    task = next(
        each for each in tasks_of(told.cast.mia, process) if each["title"] == "Count the till"
    )
    made(told.cast.mia.post(f"/tasks/{task['id']}/comment", {"content": "Weigh the nutmeg"}))
    made(told.cast.mia.delete(f"/runs/{process['id']}"), 200)
    still = launch(told.cast.mia, name="Walrus, nutmeg: Count the till again")
    page = told.page("S")
    page.goto("/app/home")
    page.keyboard.press("/")
    page.keyboard.type(word)
    hits = page.get_by_role("group", name="What was found")
    expect(hits.get_by_role("link", name="All results")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=re.compile("^Search:"))).to_be_visible()
    kind = "Tasks" if word == "nutmeg" else "Processes"
    found = page.get_by_role("region", name=kind).get_by_role("listitem")
    expect(found.last).to_contain_text("Walrus audit")
    expect(found.last).to_contain_text("Archived")
    expect(page.get_by_role("listitem").filter(has_text=still["name"]).first).to_be_visible()
    if kind == "Processes":
        expect(found.first).to_contain_text(still["name"])
    assert findings(page) == []
    page.get_by_role("link", name="Active only").click()
    expect(page.get_by_role("main").get_by_text("Walrus audit")).to_have_count(0)
    page.get_by_role("link", name="With archived").click()
    found.filter(has_text="Walrus audit").get_by_role("link").click()
    title = "Walrus audit" if kind == "Processes" else "Count the till"
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    main = page.get_by_role("main")
    expect(main.get_by_text("Archived").first).to_be_visible()
    assert main.locator("textarea, input:not([type=hidden])").count() == 0, "it is read-only"


def test_95_3_15_hits_show_while_typing_and_the_arrows_go_through_them(told: Stage) -> None:
    launch(told.cast.mia, name="Okapi census")
    page = told.page("S", width=375)
    page.goto("/app/tracker")
    box = page.get_by_label("Search", exact=True)
    box.fill("okapi")
    hit = page.get_by_role("group", name="What was found").get_by_role("link", name="Okapi census")
    expect(hit).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(hit).to_be_focused()
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(hit).to_be_hidden()
    expect(box).to_be_focused()
    box.fill("okapi c")
    expect(hit).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Okapi census")).to_be_visible()


def test_story_30_a_reads_who_archived_what(told: Stage) -> None:
    process = told.finished("Close March")
    made(told.cast.mia.delete(f"/runs/{process['id']}"), 200)
    told.launched("Close April")
    name = made(told.cast.mia.client.get("/me"), 200)["full_name"]
    page = told.page("A")
    page.goto("/app/home")
    page.get_by_role("link", name="Activity").click()
    expect(page.get_by_role("listitem").filter(has_text="Close April").first).to_be_visible()
    page.get_by_label("What was done").select_option("Archived")
    page.get_by_label("From").fill(f"{datetime.now(UTC):%Y-%m-%d}")

    entries = page.locator(".happening")
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text(f"{name} archived the process Close March")
    expect(entries.get_by_role("time")).to_have_attribute("title", re.compile(r"\d\d:\d\d"))
    assert "verb=archived" in page.url
    assert findings(page) == []
    page.get_by_label("Until").fill("2020-01-01")
    expect(entries).to_have_count(0)
    page.get_by_role("link", name="Until 2020-01-01").click()
    entries.get_by_role("link", name="Close March").click()
    expect(page.get_by_role("note")).to_contain_text(f"by {name}")
