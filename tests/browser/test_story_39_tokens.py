"""Story 39: A creates an access token and uses it; revoked, it is good no longer."""

from server import Client
from stage import Stage, expect


def test_story_39_a_creates_an_access_token_and_uses_it(told: Stage) -> None:
    page = told.page("A")
    page.goto("/app/settings")
    page.get_by_role("navigation", name="Settings").get_by_role(
        "link", name="Access tokens"
    ).click()
    expect(page.get_by_role("heading", name="Access tokens")).to_be_visible()
    page.get_by_label("What is it for?").fill("Nightly report")
    page.get_by_role("button", name="Create token").click()

    shown = page.get_by_label("The token", exact=True)
    expect(shown).to_be_visible()
    text = shown.input_value()
    program = Client(told.cast.server.base_url, text)
    assert program.get("/me").json()["data"]["id"] == told.cast.olga.user_id
    page.reload()
    row = page.get_by_role("row", name="Nightly report")
    expect(row).to_contain_text("Everything")
    assert text not in page.content(), "it is shown once"

    row.get_by_role("button", name="Revoke Nightly report").click()
    expect(page.get_by_role("status")).to_contain_text("Revoked “Nightly report”.")
    expect(row).to_have_count(0)
    assert program.get("/me").status_code == 401


def test_95_313_a_token_may_be_good_for_some_of_it(told: Stage) -> None:
    page = told.page("A")
    page.goto("/app/settings/tokens")
    page.get_by_label("What is it for?").fill("Audit")
    page.get_by_role("radio", name="Only some of it").check()
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_text("Tick what it may do.")).to_be_visible()
    expect(page.get_by_label("What is it for?")).to_have_value("Audit")

    page.get_by_role("checkbox", name="Reading activity").check()
    page.get_by_role("button", name="Create token").click()

    text = page.get_by_label("The token", exact=True).input_value()
    auditor = Client(told.cast.server.base_url, text)
    organization = told.cast.organization_id
    assert auditor.get(f"/organizations/{organization}/activity-feeds").status_code == 200
    assert auditor.get(f"/organizations/{organization}/runs").status_code == 403
