"""Story 9: A adds a show/hide rule, and it works in a process that is launched."""

from typing import Any

from factories import launch, made, make_template
from forms import asked
from stage import Stage, expect


def size_asked(told: Stage) -> Any:
    """A template whose first step asks for a size; nothing follows from it yet."""
    size = asked("Size", "radio", options=["Small", "Large"])
    steps = [
        {"title": "Measure", "assignees": [told.cast.olga.user_id], "captures": [size]},
        {"title": "Order a crane"},
        {"title": "Deliver"},
    ]
    return make_template(told.cast.olga, steps, title="Deliver a stove")


def test_story_09_a_adds_a_rule_and_it_works(told: Stage) -> None:
    template = size_asked(told)
    page = told.page("A")
    page.goto(f"/app/templates/{template['id']}/edit")
    page.get_by_role("link", name="Rules").click()
    form = page.get_by_role("form", name="Add a rule")
    form.get_by_label("What it looks at").first.select_option(label="Size")
    form.get_by_role("combobox", name="With what").first.select_option("Large")
    form.get_by_role("checkbox", name="Order a crane").check()
    form.get_by_role("button", name="Add this rule").click()
    sentence = "If the answer to “Size” is “Large”, show “Order a crane”."
    expect(page.get_by_text(sentence)).to_be_visible()
    # What is shown stays shown, unless a rule hides it: the second one does.
    otherwise = "If the answer to “Size” is not “Large”, hide “Order a crane”."
    expect(page.get_by_text(otherwise)).to_be_visible()

    _try_it(page)

    process = launch(told.cast.olga, template, name="A stove for Ann")
    page.goto(f"/app/processes/{process['id']}")
    page.get_by_role("link", name="Measure").click()
    panel = page.get_by_role("region", name="Measure")
    crane = page.get_by_role("link", name="Order a crane")
    expect(panel.get_by_label("Large")).to_be_visible()
    expect(crane).to_have_count(0)
    panel.get_by_label("Large").check()
    expect(crane).to_be_visible()
    panel.get_by_label("Small").check()
    expect(crane).to_have_count(0)


def _try_it(page: Any) -> None:
    """Before anybody is affected."""
    tried = page.get_by_role("region", name="Try them")
    for answer, word in [("Small", "Hidden"), ("Large", "Shown")]:
        tried.get_by_label("Size").select_option(answer)
        tried.get_by_role("button", name="Try", exact=True).click()
        crane = tried.get_by_role("listitem").filter(has_text="Order a crane")
        expect(crane).to_contain_text(word)


def test_95_3_8_a_rule_is_changed_checked_and_deleted(told: Stage) -> None:
    template = size_asked(told)
    step = made(told.cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    size = step[0]["captures"][0]["id"]
    condition = {"conditionable_type": "Capture", "conditionable_id": size, "operation": "equals"}
    action = {"action_type": "visibility", "action_verb": "show"}
    body = {
        "automated_alias": "Only large",
        "conditions": [{**condition, "statement": "Gigantic"}],
        "then_actions": [{**action, "target_step_id": step[1]["id"]}],
    }
    made(told.cast.olga.post(f"/checklists/{template['id']}/automated-actions", body))
    page = told.page("A")
    page.goto(f"/app/templates/{template['id']}/edit/rules")
    expect(page.get_by_text('compares with "Gigantic", which is no option')).to_be_visible()

    page.get_by_role("link", name="Change Only large").click()
    form = page.get_by_role("form", name="Change this rule")
    form.get_by_role("combobox", name="With what").first.select_option("Large")
    form.get_by_label("What happens").select_option("hide")
    form.get_by_role("button", name="Save this rule").click()
    sentence = "If the answer to “Size” is “Large”, hide “Order a crane”."
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_text("which is no option")).to_have_count(0)

    page.get_by_role("link", name="Delete Only large").click()
    page.get_by_role("button", name="Delete this rule").click()
    expect(page.get_by_role("status").filter(has_text="Deleted “Only large”")).to_be_visible()
    expect(page.get_by_text(sentence)).to_have_count(0)


def test_95_3_8_a_rule_that_says_nothing_is_refused_beside_its_form(told: Stage) -> None:
    template = size_asked(told)
    page = told.page("A")
    page.goto(f"/app/templates/{template['id']}/edit/rules")
    form = page.get_by_role("form", name="Add a rule")
    form.get_by_label("What it looks at").first.select_option(label="Size")
    form.get_by_role("button", name="Add this rule").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one step")
    expect(form.get_by_label("What it looks at").first.locator("option:checked")).to_have_text(
        "Size"
    )
    page.reload()
    expect(page.get_by_role("form", name="Add a rule")).to_be_visible()
