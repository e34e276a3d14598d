"""Story 27: a visitor fills in the public kick-off form, by a link that was mailed to them."""

import json
from urllib.parse import quote

from factories import made
from letters import mails_of
from public_forms import code_in, new_address, open_form
from stage import Stage, expect, findings, scrolls_sideways


def test_story_27_a_visitor_submits_the_public_kickoff_form(told: Stage) -> None:
    template = open_form(told.cast.olga, title="Become a client", prerun=[
        {"label": "Client name", "field_type": "text", "required": True},
        {"label": "Plan", "field_type": "dropdown", "required": False,
         "options": [{"id": 1, "text": "Basic"}, {"id": 2, "text": "Gold"}]},
    ])  # fmt: skip
    form = f"/public/library/{told.cast.organization_id}/blueprint/{template['id']}/kick-off"
    page = told.page("nobody", width=375)
    page.goto(form)
    expect(page.get_by_role("heading", name="Become a client")).to_be_visible()
    email = new_address()
    page.get_by_label("Your e-mail address").fill(email)
    assert findings(page) == []
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("status")).to_contain_text("We have sent a link")

    alias = template["prerun"][0]["alias"]
    beforehand = quote(json.dumps({alias: "Fern & Sons"}))
    code = code_in(mails_of(told.cast, email)[-1])
    page.goto(f"{form}?guest_code={code}&ko_fields={beforehand}")
    name = page.get_by_label("Client name")
    expect(name).to_have_value("Fern & Sons")
    assert findings(page) == []
    assert not scrolls_sideways(page)
    page.get_by_label("Plan").select_option("Gold")
    page.get_by_role("button", name="Send", exact=True).click()

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(page.get_by_text("Fern & Sons")).to_be_visible()
    (process,) = made(told.cast.olga.get(f"/runs?checklist_id={template['id']}"), 200)
    own = told.page("A")
    own.goto("/app/tracker")
    own.get_by_role("link", name=process["name"]).click()
    answers = own.get_by_role("region", name="Kick-off form")
    expect(answers).to_contain_text("Fern & Sons")
    expect(answers).to_contain_text("Gold")
