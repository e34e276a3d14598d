"""Stories 16, 17 and 33: a template is archived while it runs, comes back, and is duplicated."""

from typing import Any

from factories import made, make_template
from stage import Stage, expect


def open_menu(page: Any, name: str) -> None:
    page.get_by_role("button", name=f"What to do with {name}").first.click()


def form_of(told: Stage) -> str:
    organization, template = told.cast.organization_id, told.template["id"]
    return f"/public/library/{organization}/blueprint/{template}/kick-off"


def test_story_16_and_17_a_archives_a_template_while_processes_run(told: Stage) -> None:
    folder = made(told.cast.olga.post("/folders", {"name": "Books"}))["id"]
    changes = {"title": "Month-end close", "is_public_kickoff": True, "folder_id": folder}
    made(told.cast.olga.put(f"/checklists/{told.template['id']}", changes), 200)
    running = [told.launched("Close March"), told.launched("Close April")]
    page, visitor = told.page("A"), told.page("nobody")
    assert visitor.goto(form_of(told)).status == 200
    page.goto("/app/templates")
    row = page.get_by_role("row", name="Month-end close")

    open_menu(page, "Month-end close")
    page.get_by_role("link", name="Archive …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 running processes of it go on")
    expect(dialog).to_contain_text("Its public form")
    dialog.get_by_role("button", name="Archive").click()

    toast = page.get_by_role("status")
    expect(toast).to_contain_text("Archived “Month-end close”.")
    expect(row).to_have_count(0)
    toast.get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()
    open_menu(page, "Month-end close")
    page.get_by_role("link", name="Archive …").click()
    dialog.get_by_role("button", name="Archive").click()
    expect(row).to_have_count(0)
    for process in running:
        assert made(told.cast.mia.get(f"/runs/{process['id']}"), 200)["status"] == "active"
    closed = visitor.goto(form_of(told))
    assert closed.status == 404
    expect(visitor.get_by_text("not available")).to_be_visible()
    others = told.page("S")
    others.goto(f"/app/templates/{told.template['id']}/launch")
    expect(others.get_by_text("archived")).to_be_visible()
    page.get_by_role("link", name="Archived", exact=True).click()
    expect(row).to_be_visible()

    # Story 17.
    open_menu(page, "Month-end close")
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("“Month-end close” is back where it was.")
    page.get_by_role("link", name="Books").click()
    expect(row).to_be_visible()
    assert visitor.goto(form_of(told)).status == 200
    others.goto("/app/launch")
    others.get_by_role("link", name="Month-end close").click()
    others.get_by_label("Month").fill("May")
    others.get_by_role("button", name="Launch", exact=True).click()
    expect(others.get_by_role("status")).to_contain_text("Launched")


def test_95_3_7_s_archives_several_templates_at_once(told: Stage) -> None:
    for title in ("Bake rye", "Bake oats"):
        make_template(told.cast.mia, 1, title=title)
    page = told.page("S")
    page.goto("/app/templates")
    # What one may only launch has no box.
    expect(page.get_by_label("Select Month-end close")).to_have_count(0)
    page.get_by_label("Select Bake rye").check()
    page.get_by_label("Select Bake oats").check()
    page.get_by_role("button", name="Archive", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 templates")
    dialog.get_by_role("button", name="Archive").click()
    expect(page.get_by_role("status").filter(has_text="Archived 2 templates")).to_be_visible()
    expect(page.get_by_role("row", name="Bake")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row", name="Bake")).to_have_count(2)


def test_95_4_a_deletes_an_archived_template_for_ever(told: Stage) -> None:
    process = told.launched("Close March")
    page = told.page("A")
    address = f"/app/templates/{told.template['id']}"
    made(told.cast.olga.delete(f"/checklists/{told.template['id']}"), 200)
    assert told.page("S").goto(f"{address}/delete").status == 403
    page.goto(address)
    expect(page.get_by_role("note")).to_contain_text("Archived on")
    open_menu(page, "Month-end close")
    page.get_by_role("link", name="Delete for ever").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Processes that were launched from it stay as they are")
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Delete for ever").click()

    expect(page.get_by_role("status")).to_contain_text("Deleted “Month-end close” for ever.")
    assert page.goto(address).status == 404
    assert made(told.cast.mia.get(f"/runs/{process['id']}"), 200)["name"] == "Close March"


def test_story_33_s_duplicates_a_template(told: Stage) -> None:
    path = f"/checklists/{told.template['id']}"
    step = made(told.cast.olga.get(f"{path}/steps"), 200)[0]
    stage = made(told.cast.olga.post(f"{path}/stages", {"name": "Counting"}))
    made(
        told.cast.olga.put(
            f"{path}/steps/{step['id']}", {"title": "Count the till", "stage_id": stage["id"]}
        ),
        200,
    )
    lets = {"checklist_duplicate": {"all_members": True}}
    made(told.cast.olga.put(f"{path}/permissions", lets), 200)
    page = told.page("S")
    page.goto(f"/app/templates/{told.template['id']}")
    texts = page.get_by_role("main").locator(".panel").all_inner_texts()

    open_menu(page, "Month-end close")
    page.get_by_role("button", name="Duplicate").click()

    expect(page.get_by_role("heading", name="COPY OF - Month-end close")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Made “COPY OF - Month-end close”.")
    assert page.get_by_role("main").locator(".panel").all_inner_texts() == texts
    for said in ("Counting", "Count the till", "Total", "“Approve the total” is rejected, show"):
        assert said in "".join(texts)
    copy_id = page.url.rsplit("/", 1)[1]
    made(told.cast.mia.put(f"/checklists/{copy_id}", {"title": "Year-end close"}), 200)
    page.goto("/app/templates")
    expect(page.get_by_role("row", name="Month-end close")).to_be_visible()
    expect(page.get_by_role("row", name="Year-end close")).to_be_visible()
