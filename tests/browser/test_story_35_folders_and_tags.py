"""Story 35: S organizes with folders and tags."""

from typing import Any

from factories import launch, made, make_template
from stage import Stage, expect


def choose(page: Any, name: str, item: str) -> Any:
    """Open a dialog by the menu of a thing."""
    page.get_by_role("button", name=f"What to do with {name}").first.click()
    page.get_by_role("link", name=item).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_be_visible()
    return dialog


def test_story_35_s_organizes_templates_with_folders_and_tags(told: Stage) -> None:
    mia = told.cast.mia
    make_template(mia, 1, title="Order flour")
    make_template(mia, 1, title="Bake rye")
    made(told.cast.olga.post("/tags", {"title": "Urgent"}))
    page = told.page("S")
    page.goto("/app/templates")

    # A folder, and one inside of it.
    page.get_by_role("link", name="New folder …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Bakery")
    dialog.get_by_role("button", name="Make the folder").click()
    toast = page.get_by_role("status")
    expect(toast).to_contain_text("Made the folder “Bakery”.")
    folders = page.get_by_role("navigation", name="Folders")
    folders.get_by_role("link", name="Bakery").click()
    expect(page.get_by_role("heading", name="Bakery")).to_be_visible()
    dialog = choose(page, "Bakery", "New folder inside …")
    dialog.get_by_label("Name").fill("Bread")
    dialog.get_by_role("button", name="Make the folder").click()
    expect(folders.get_by_role("link", name="Bread")).to_be_visible()

    # Templates are moved and tagged, and found by both.
    page.goto("/app/templates")
    dialog = choose(page, "Bake rye", "Move …")
    bread = dialog.get_by_role("option", name="Bread").get_attribute("value")
    dialog.get_by_label("Folder").select_option(bread)
    dialog.get_by_role("button", name="Move").click()
    expect(toast).to_contain_text("“Bake rye” lies where you put it.")
    dialog = choose(page, "Order flour", "Tags …")
    dialog.get_by_label("Urgent").check()
    dialog.get_by_role("button", name="Save the tags").click()
    row = page.get_by_role("row", name="Order flour")
    row.get_by_role("link", name="Urgent").click()
    expect(page.get_by_role("row", name="Bake rye")).to_have_count(0)
    expect(row).to_be_visible()
    folders.get_by_role("link", name="Bread").click()
    expect(page.get_by_role("row", name="Bake rye")).to_be_visible()
    expect(row).to_have_count(0)

    # The folder goes, what lay in it stays.
    dialog = choose(page, "Bread", "Delete …")
    expect(dialog).to_contain_text("1 template will lie in no folder")
    dialog.get_by_role("button", name="Delete the folder").click()
    expect(toast).to_contain_text("Deleted the folder “Bread”.")
    expect(folders.get_by_role("link", name="Bread")).to_have_count(0)
    expect(page.get_by_role("row", name="Bake rye")).to_be_visible()


def test_story_35_s_organizes_processes_with_folders_and_tags(told: Stage) -> None:
    launch(told.cast.mia, name="Rye of May")
    launch(told.cast.mia, name="Rye of June")
    made(told.cast.olga.post("/tags", {"title": "Urgent"}))
    page = told.page("S")
    toast = page.get_by_role("status")
    page.goto("/app/tracker")
    dialog = choose(page, "Rye of May", "Folders …")
    dialog.get_by_label("And a new one").fill("Spring")
    dialog.get_by_role("button", name="Move").click()
    expect(toast).to_contain_text("“Rye of May” lies where you put it.")
    dialog = choose(page, "Rye of June", "Tags …")
    dialog.get_by_label("Urgent").check()
    dialog.get_by_role("button", name="Save the tags").click()
    expect(toast).to_contain_text("“Rye of June” has the tags that you chose.")
    page.goto("/app/folders")
    page.get_by_role("link", name="Spring").click()
    expect(page.get_by_role("article", name="Rye of May")).to_be_visible()
    expect(page.get_by_role("article", name="Rye of June")).to_have_count(0)
    (urgent,) = made(told.cast.olga.get("/tags"), 200)
    page.goto(f"/app/tracker?tag={urgent['id']}")
    expect(page.get_by_role("article", name="Rye of June")).to_be_visible()
    expect(page.get_by_role("article", name="Rye of May")).to_have_count(0)
    page.goto("/app/folders")
    dialog = choose(page, "Spring", "Delete …")
    dialog.get_by_role("button", name="Delete the folder").click()
    expect(page.get_by_role("link", name="Spring")).to_have_count(0)
    page.goto("/app/tracker")
    expect(page.get_by_role("article", name="Rye of May")).to_be_visible()
