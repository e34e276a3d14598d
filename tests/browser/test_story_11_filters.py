"""Story 11: S filters the Tracker by tag, template and assignee."""

import re

from factories import launch, let_all_launch, made, make_template
from stage import Stage, expect


def test_story_11_s_filters_by_tag_template_and_assignee(told: Stage) -> None:
    cast = told.cast
    books = made(cast.olga.post("/tags", {"title": "Books"}))["id"]
    made(cast.leo.client.put("/me", {"first_name": "Priya", "last_name": "Nair"}), 200)
    other = make_template(
        cast.olga, [{"title": "Bake", "assignees": [cast.leo.user_id]}], title="Bakery"
    )
    let_all_launch(cast.olga, other)
    launch(cast.mia, other, name="Bread with the tag", tags=[books])
    launch(cast.mia, other, name="Bread without a tag")
    launch(cast.mia, name="Neither", tags=[books])
    page = told.page("S")
    page.goto("/app/tracker")
    expect(page.get_by_role("article")).to_have_count(3)

    page.get_by_role("link", name="Filter", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Template").select_option(label="Bakery")
    dialog.get_by_label("Assigned to").select_option(label="Priya Nair")
    dialog.get_by_label("Books").check()
    dialog.get_by_role("button", name="Show processes").click()

    expect(dialog).to_have_count(0)
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("article", name="Bread with the tag")).to_be_visible()
    expect(page).to_have_url(re.compile(r"template=[0-9a-f]{32}"))
    chips = page.locator(".chip")
    expect(chips).to_contain_text(["Template: Bakery", "Tag: Books", "Assigned to Priya Nair"])
    page.reload()
    expect(page.get_by_role("article")).to_have_count(1)
    shared = told.page("A")
    shared.goto(page.url)
    expect(shared.get_by_role("article")).to_have_count(1)
    expect(shared.locator(".chip")).to_have_count(4)

    # Each goes alone; a sort stays; and all of them at once.
    chips.filter(has_text="Tag: Books").click()
    expect(page.get_by_role("article")).to_have_count(2)
    page.get_by_role("button", name="Sort: Newest").click()
    page.get_by_role("link", name="Oldest").click()
    expect(page.locator(".card-name").first).to_have_text("Bread with the tag")
    page.get_by_role("link", name="Clear all").click()
    expect(page.get_by_role("article")).to_have_count(3)
    expect(page).to_have_url(re.compile(r"/app/tracker\?sort=oldest$"))


def test_story_11_tabs_hold_favorites_and_what_is_untagged(told: Stage) -> None:
    tag = made(told.cast.olga.post("/tags", {"title": "Books"}))["id"]
    launch(told.cast.mia, name="Tagged", tags=[tag])
    launch(told.cast.mia, name="Untagged one")
    page = told.page("S")
    page.goto("/app/tracker?tab=untagged")
    expect(page.locator(".card-name")).to_have_text(["Untagged one"])
    page.get_by_role("button", name="What to do with Untagged one").click()
    page.get_by_role("button", name="Add to favorites").click()
    expect(page.get_by_role("article")).to_contain_text("Favorite")
    tabs = page.get_by_role("navigation", name="Which processes")
    favorites = tabs.get_by_role("link", name="Favorites", exact=True)
    favorites.click()
    expect(favorites).to_have_attribute("aria-current", "page")
    expect(page.locator(".card-name")).to_have_text(["Untagged one"])
    expect(page).to_have_url(re.compile(r"\?tab=favorites$"))
    page.get_by_role("button", name="What to do with Untagged one").click()
    page.get_by_role("button", name="Remove from favorites").click()
    expect(page.get_by_text("You have no favorites.")).to_be_visible()

    page.goto("/app/tracker?q=nobody&status=delayed")
    empty = page.locator(".empty")
    expect(empty).to_contain_text("Name holds “nobody”, Overdue")
    empty.get_by_role("link", name="Clear the filter").click()
    expect(page.get_by_role("article")).to_have_count(2)
