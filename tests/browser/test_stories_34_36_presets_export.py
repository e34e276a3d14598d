"""Story 34: S exports a process and prints it. Story 36: S saves a Tracker preset."""

import csv
import io
import re
from typing import Any

from factories import complete, fill, launch, made, tasks_of
from stage import Stage, expect


def test_story_34_s_exports_a_process_to_csv_and_prints_it(told: Stage) -> None:
    process = told.launched("Close March")
    first, *_ = tasks_of(told.cast.olga, process)
    fill(told.cast.olga, first, "Total", "1,204")
    complete(told.cast.olga, first)
    said = {"content": "<p>" + "Two coins are missing. " * 40 + "The end.</p>"}
    made(told.cast.mia.post(f"/tasks/{first['id']}/comment", said))
    page = told.page("S")
    page.goto("/app/tracker")
    page.get_by_role("button", name="What to do with Close March").click()
    with page.expect_download() as begun:
        page.get_by_role("link", name="Export as CSV").click()
    assert begun.value.suggested_filename == "Close March.csv"
    text = begun.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    # The step that a rule hides is in it, too.
    for each in ("Count the till", "Explain the difference", "March", "1,204"):
        assert each in text, each
    assert any("Two coins are missing." in str(row) for row in rows)

    page.get_by_role("link", name="Print").click()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print")
    sheet = page.get_by_role("article")
    for each in ("Close March", "Count the till", "1,204", "Tell the bank", "The end."):
        expect(sheet.get_by_text(each, exact=False).first).to_be_visible()
    expect(page.get_by_role("navigation", name="Places")).to_be_hidden()
    assert _cut(page) == []


def _cut(page: Any) -> list[str]:
    """Whatever of the paper is not seen whole."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll(".paper *")]
                .filter((each) => getComputedStyle(each).overflow !== "visible"
                    && (each.scrollHeight > each.clientHeight + 1
                        || each.scrollWidth > each.clientWidth + 1)
                    && !each.classList.contains("unseen"))
                .map((each) => each.className)"""
        )
    )


def test_story_36_s_saves_a_tracker_preset(told: Stage) -> None:
    tag = made(told.cast.olga.post("/tags", {"title": "Books"}))["id"]
    launch(told.cast.mia, name="Tagged", tags=[tag])
    launch(told.cast.mia, name="Not tagged")
    page = told.page("S")
    page.goto(f"/app/tracker?tag={tag}&sort=name")
    dialog = page.get_by_role("dialog")
    opening = page.get_by_role("link", name="Presets", exact=True)
    opening.click()
    dialog.get_by_label("Name of a new preset").fill("The books")
    dialog.get_by_role("button", name="Save what is shown now").click()
    expect(
        page.get_by_role("status").filter(has_text="Saved the preset “The books”.")
    ).to_have_count(1)

    page.goto("/app/tracker")
    cards = page.get_by_role("article")
    expect(cards).to_have_count(2)
    opening.click()
    dialog.get_by_role("link", name="The books").click()
    expect(cards).to_have_count(1)
    expect(page).to_have_url(re.compile(rf"\?tag={tag}&sort=name$"))

    # It is made another one, and deleted.
    page.goto("/app/tracker?tab=untagged")
    opening.click()
    dialog.locator("summary").click()
    dialog.get_by_label("Name", exact=True).fill("Without tags")
    dialog.get_by_label("Make it what is shown now").check()
    dialog.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("status").filter(has_text="“Without tags”")).to_have_count(1)
    expect(page.locator(".card-name")).to_have_text(["Not tagged"])
    (kept,) = made(told.cast.mia.get("/presets?object=runs"), 200)
    assert (kept["name"], kept["filter"]) == ("Without tags", {"tab": "untagged"})
    opening.click()
    dialog.locator("summary").click()
    dialog.get_by_role("button", name="Delete the preset").click()
    expect(page.get_by_role("status").filter(has_text="Deleted the preset")).to_have_count(1)
    assert made(told.cast.mia.get("/presets?object=runs"), 200) == []
