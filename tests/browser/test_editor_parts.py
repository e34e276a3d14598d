"""Contract 95, 3.8: milestones, the rules about a step, and publishing, in the editor."""

from factories import made, make_rule, make_template
from stage import Stage, expect


def test_95_3_8_milestones_gather_steps_and_go_without_them(told: Stage) -> None:
    template = make_template(told.cast.olga, 3)
    page = told.page("A")
    page.goto(f"/app/templates/{template['id']}/edit")
    for name in ("First week", "Later"):
        page.get_by_label("Name of a new milestone").fill(name)
        page.keyboard.press("Enter")
        expect(page.get_by_role("form", name=f"Milestone {name}")).to_be_visible()
    outline = page.get_by_role("navigation", name="Parts of this template")
    outline.get_by_role("link", name="Step 1").click()
    page.get_by_label("Milestone", exact=True).select_option("First week")
    expect(page.locator("[data-saving]")).to_have_text("Saved")
    page.get_by_role("link", name="About").click()
    expect(outline.get_by_text("First week", exact=True)).to_be_visible()
    page.get_by_role("button", name="What to do with First week").click()
    page.get_by_role("button", name="Delete; its steps stay").click()
    expect(page.get_by_role("form", name="Milestone First week")).to_have_count(0)
    stages = made(told.cast.olga.get(f"/checklists/{template['id']}/stages"), 200)
    assert [each["name"] for each in stages] == ["Later"]
    steps = made(told.cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    assert [each["stage_id"] for each in steps] == [None, None, None]


def test_95_3_8_a_step_shows_its_rules_and_a_draft_is_published(told: Stage) -> None:
    template = make_template(told.cast.olga, 2)
    make_rule(told.cast.olga, template)
    path = f"/checklists/{template['id']}"
    made(told.cast.olga.patch(path, {"dual_version_enabled": True}), 200)
    page = told.page("A")
    page.goto(f"/app/templates/{template['id']}/edit")
    page.get_by_role("link", name="Step 2").click()
    about = page.get_by_role("region", name="Rules about it")
    expect(about).to_contain_text("If “Step 1” is completed, show “Step 2”.")
    page.get_by_role("button", name="Publish this draft").click()
    expect(page.get_by_role("button", name="Publish this draft")).to_have_count(0)
    assert made(told.cast.olga.get(path), 200)["status"] == "published"
