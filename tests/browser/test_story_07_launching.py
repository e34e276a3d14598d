"""Story 7: S launches T with the kick-off form, from + Create; and who launches what."""

import re

from factories import let_all_launch, made, make_template, read, tasks_of
from stage import Stage, expect


def test_story_07_s_launches_t_with_the_kick_off_form(told: Stage) -> None:
    make_template(told.cast.olga, 1, title="Of Olga alone")
    page = told.page("S")
    page.goto("/app/home")
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("link", name="Process", exact=True).click()
    expect(page.get_by_role("link", name="Of Olga alone")).to_have_count(0)
    page.get_by_role("link", name="Month-end close").click()
    month = page.get_by_label("Month")
    expect(month).to_be_visible()
    name = page.get_by_label("Name of the process")
    name.fill("Close of March")

    # What a browser lets pass is refused by the server, and nothing that was typed is lost.
    month.fill("   ")
    page.get_by_role("button", name="Launch", exact=True).click()
    expect(month).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Month is required", exact=True)).to_be_visible()
    expect(name).to_have_value("Close of March")
    assert made(told.cast.mia.get("/runs"), 200) == []
    month.fill("March 2027")
    page.get_by_role("button", name="Launch", exact=True).dblclick()

    expect(page.get_by_role("heading", name="Close of March")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Launched “Close of March”.")
    expect(page).to_have_url(re.compile(r"/app/processes/[0-9a-f]{32}$"))
    main = page.get_by_role("main")
    expect(main).to_contain_text("March 2027")
    (process,) = made(told.cast.mia.get("/runs"), 200)
    month_id = told.template["prerun"][0]["id"]
    assert read(told.cast.mia, process)["prerun"] == {month_id: "March 2027"}
    assert process["launched_via"] == "manual"
    assert [task["title"] for task in tasks_of(told.cast.mia, process)
            if task["status"] != "auto-skipped"] == [
        "Count the till", "Approve the total", "Tell the bank"]  # fmt: skip
    mia = made(told.cast.mia.client.get("/me"), 200)["full_name"]
    count = main.get_by_role("listitem").filter(has_text="Count the till")
    expect(count.get_by_role("img", name=mia)).to_be_visible()


def test_95_3_9_launch_another_keeps_the_form_open(told: Stage) -> None:
    let_all_launch(told.cast.olga, told.template)
    page = told.page("S")
    page.goto("/app/home")
    page.keyboard.press("Control+Alt+KeyP")
    page.get_by_role("link", name="Month-end close").click()
    page.get_by_label("Month").fill("April")
    page.get_by_role("button", name="Launch, then another").click()
    toast = page.get_by_role("status")
    expect(toast).to_contain_text("Launched")
    expect(page.get_by_label("Month")).to_have_value("")
    toast.get_by_role("link", name="Open").click()
    expect(page.get_by_role("main")).to_contain_text("April")
