"""Story 8: A builds a template from scratch. All of it saves by itself."""

from typing import Any

from factories import made
from stage import Stage, expect

STEPS = ["Count the till", "Compare with the bank", "Explain differences", "Approve", "File it"]


def edited(told: Stage, title: str = "New template", **more: Any) -> tuple[Any, Any]:
    """An empty template, and its editor in A's browser."""
    body = {"title": title, "type": "procedure", **more}
    template = made(told.cast.olga.post("/checklists", body))
    page = told.page("A")
    page.goto(f"/app/templates/{template['id']}/edit")
    return template, page


def saved(page: Any) -> None:
    expect(page.locator("[data-saving]")).to_have_text("Saved")


def test_story_08_a_builds_a_template_from_scratch(told: Stage) -> None:
    template, page = edited(told)
    outline = page.get_by_role("navigation", name="Parts of this template")
    title = page.get_by_label("Title of the template")
    title.fill("Month-end close")
    title.press("Enter")
    saved(page)

    for name in STEPS:
        page.get_by_label("Title of a new step").fill(name)
        page.keyboard.press("Enter")
        expect(outline.get_by_role("link", name=name)).to_be_visible()
        expect(page.get_by_label("Title of a new step")).to_be_focused()

    _assign_and_date(told, page)

    for label, kind in [("Total", "Short text"), ("Counted on", "Date")]:
        _add_field(page, label, kind)
    _add_field(page, "Difference", "One of several", "None\nSmall\nLarge")
    page.get_by_role("form", name="Field Difference").get_by_label("Required").check()
    saved(page)

    page.reload()
    _check_shown(told, page)
    steps = made(told.cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    assert [each["title"] for each in steps] == STEPS
    assert steps[0]["assignees"] == [told.cast.mia.user_id]


def _assign_and_date(told: Stage, page: Any) -> None:
    outline = page.get_by_role("navigation", name="Parts of this template")
    me = made(told.cast.mia.client.get("/me"), 200)
    outline.get_by_role("link", name=STEPS[0]).click()
    page.get_by_label("Assign somebody").fill(me["full_name"])
    page.keyboard.press("Enter")
    part = page.get_by_role("region", name="Who does it")
    expect(part.get_by_text(me["full_name"], exact=True)).to_be_visible()
    page.get_by_label("Assign somebody").fill("gus@guests.test")
    page.keyboard.press("Enter")
    expect(part.get_by_text("gus@guests.test", exact=True)).to_be_visible()
    page.get_by_label("How much", exact=True).fill("3")
    page.get_by_label("How much", exact=True).press("Enter")
    saved(page)


def _add_field(page: Any, label: str, kind: str, options: str = "") -> None:
    form = page.locator("form.field-add")
    form.get_by_label("Label").fill(label)
    form.get_by_label("Type").select_option(label=kind)
    if options:
        form.get_by_label("Options, one a line").fill(options)
    form.get_by_role("button", name="Add").click()
    expect(page.get_by_role("form", name=f"Field {label}")).to_be_visible()


def _check_shown(told: Stage, page: Any) -> None:
    expect(page.get_by_label("Title of the template")).to_have_value("Month-end close")
    rows = page.get_by_role("navigation", name="Parts of this template").locator("ol li")
    expect(rows).to_have_count(len(STEPS))
    expect(page.get_by_label("How much", exact=True)).to_have_value("3")
    expect(page.locator(".assigned-one")).to_have_count(2)
    field = page.get_by_role("form", name="Field Difference")
    expect(field.get_by_label("Required")).to_be_checked()
    expect(field.get_by_label("Options, one a line")).to_have_value("None\nSmall\nLarge")


def test_95_3_8_steps_are_moved_copied_and_deleted(told: Stage) -> None:
    template, page = edited(told)
    for name in STEPS[:3]:
        made(told.cast.olga.post(f"/checklists/{template['id']}/steps", {"title": name}))
    page.reload()
    outline = page.get_by_role("navigation", name="Parts of this template")
    titles = outline.locator("ol .outline-title")
    expect(titles).to_have_text(STEPS[:3])

    def do(step: str, verb: str) -> None:
        outline.get_by_role("button", name=f"What to do with {step}", exact=True).click()
        page.locator(".menu:popover-open").get_by_text(verb, exact=True).click()

    do(STEPS[2], "Move up")
    expect(titles).to_have_text([STEPS[0], STEPS[2], STEPS[1]])

    # Dragged, which the menu does, too.
    row, first = outline.locator("ol li").nth(2), outline.locator("ol li").nth(0)
    row.hover()
    row.locator("[data-handle]").hover()
    page.mouse.down()
    box = first.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 4, steps=6)
    page.mouse.up()
    expect(titles).to_have_text([STEPS[1], STEPS[0], STEPS[2]])
    page.reload()
    expect(titles).to_have_text([STEPS[1], STEPS[0], STEPS[2]])

    do(STEPS[1], "Add a step below")
    page.get_by_label("Title", exact=True).fill("Between")
    page.get_by_label("Title", exact=True).press("Enter")
    saved(page)
    expect(titles).to_have_text([STEPS[1], "Between", STEPS[0], STEPS[2]])
    do("Between", "Duplicate")
    expect(titles).to_have_count(5)
    do(STEPS[0], "Delete …")
    page.get_by_role("button", name="Delete this step").click()
    expect(page.get_by_role("status").filter(has_text=f"Deleted “{STEPS[0]}”")).to_be_visible()
    expect(titles).to_have_count(4)


def test_95_3_8_a_step_that_a_rule_needs_stays_and_the_rule_is_named(told: Stage) -> None:
    page = told.page("A")
    explain = made(told.cast.olga.get(f"/checklists/{told.template['id']}/steps"), 200)[3]["id"]
    page.goto(f"/app/templates/{told.template['id']}/edit/steps/{explain}/delete")
    page.get_by_role("button", name="Delete this step").click()
    expect(page.get_by_role("alert")).to_contain_text("Explain only a difference")


def test_95_1_what_is_refused_stays_typed_and_says_why(told: Stage) -> None:
    _, page = edited(told)
    title = page.get_by_label("Title of the template")
    title.fill("")
    title.press("Tab")
    expect(page.locator("[data-saving]")).to_have_text("Not saved")
    expect(page.locator("#title-problem")).to_contain_text("required")
    expect(title).to_have_value("")
    title.fill("Another")
    title.press("Tab")
    saved(page)
    expect(page.locator("#title-problem")).to_be_hidden()


def test_95_1_offline_nothing_typed_is_lost(told: Stage) -> None:
    template, page = edited(told)
    context = told.contexts["A"]
    context.set_offline(True)
    title = page.get_by_label("Title of the template")
    title.fill("Typed in a tunnel")
    title.press("Tab")
    expect(page.locator("[data-saving]")).to_contain_text("Not saved")
    context.set_offline(False)
    saved(page)
    body = made(told.cast.olga.get(f"/checklists/{template['id']}"), 200)
    assert body["title"] == "Typed in a tunnel"
