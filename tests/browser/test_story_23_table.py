"""Story 23: S switches the Tracker to table format and sorts."""

import re
from typing import Any

from factories import fill, launch, made, tasks_of
from stage import Stage, expect


def names(page: Any) -> Any:
    return page.locator("tbody th")


def closings(told: Stage) -> None:
    """C is due never; A and B have answers in both forms."""
    month = told.template["prerun"][0]["id"]
    due = {"Close B": "2031-03-01 09:00:00", "Close A": "2031-01-01 09:00:00"}
    for name, answer, total in [
        ("Close A", "7", "b"),
        ("Close B", "10", ""),
        ("Close C", "9", "a"),
    ]:
        process = launch(told.cast.mia, told.template, name=name, prerun={month: answer})
        first = tasks_of(told.cast.olga, process)[0]
        if total:
            fill(told.cast.olga, first, "Total", total)
        if name in due:
            made(told.cast.olga.put(f"/tasks/{first['id']}", {"deadline": due[name]}), 200)


def test_story_23_s_chooses_columns_and_sorts_by_due_and_by_a_field(told: Stage) -> None:
    closings(told)
    page = told.page("S")
    page.goto("/app/tracker")
    page.get_by_role("link", name="Table", exact=True).click()
    expect(names(page)).to_have_count(3)
    page.get_by_role("link", name="Due", exact=True).click()
    heads = page.get_by_role("columnheader")
    expect(heads.filter(has_text="Due")).to_have_attribute("aria-sort", "ascending")
    expect(names(page)).to_have_text(["Close A", "Close B", "Close C"])

    # The questions of a template are columns, once it is chosen.
    page.goto(f"/app/tracker?view=table&template={told.template['id']}")
    page.get_by_role("link", name="Columns", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="Progress").uncheck()
    dialog.get_by_role("checkbox", name="Month").check()
    dialog.get_by_role("checkbox", name="Total").check()
    dialog.get_by_role("button", name="Move Owner up").click()
    dialog.get_by_role("button", name="Show these columns").click()
    expect(heads.filter(has_text="Month")).to_be_visible()
    shown = ["Name", "Template", "State", "Due", "Owner", "Next", "Started", "Month", "Total"]
    assert [text.strip() for text in heads.all_inner_texts()][1:10] == shown
    page.get_by_role("link", name="Month", exact=True).click()
    expect(names(page)).to_have_text(["Close A", "Close C", "Close B"])
    page.get_by_role("link", name="Month", exact=True).click()
    expect(names(page)).to_have_text(["Close B", "Close C", "Close A"])
    page.get_by_role("link", name="Total", exact=True).click()
    # Without an answer it stands at the end.
    expect(names(page)).to_have_text(["Close C", "Close A", "Close B"])
    expect(page).to_have_url(re.compile(r"sort=f%3A[0-9a-f]{32}"))


def test_story_23_the_choice_survives_leaving_and_the_way_back(told: Stage) -> None:
    closings(told)
    launch(told.cast.mia, name="Of no template")
    page = told.page("S")
    page.goto(f"/app/tracker?view=table&template={told.template['id']}&sort=-name")
    expect(names(page)).to_have_text(["Close C", "Close B", "Close A"])
    page.get_by_role("link", name="Close C").click()
    expect(page.get_by_role("heading", name="Close C")).to_be_visible()
    page.go_back()
    expect(names(page)).to_have_text(["Close C", "Close B", "Close A"])
    page.get_by_role("link", name="Home", exact=True).click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.get_by_role("navigation", name="Places").get_by_role("link", name="Tracker").click()
    expect(names(page)).to_have_text(["Close C", "Close B", "Close A"])
    expect(page).to_have_url(re.compile(r"view=table&template=[0-9a-f]{32}&sort=-name$"))
    page.get_by_role("link", name="Board", exact=True).click()
    expect(page.get_by_role("article")).to_have_count(3)
    page.goto("/app/tracker")
    expect(page.get_by_role("article")).to_have_count(4)
