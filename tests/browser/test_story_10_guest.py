"""Story 10: G opens the mailed link on a phone and completes the task."""

import re
from pathlib import Path

import pytest

from factories import launch, made, make_template, tasks_of
from forms import asked
from letters import announce
from stage import THEMES, Stage, expect, findings, scrolls_sideways

GINA = "gina@guests.test"


@pytest.mark.parametrize("has_scripts", [True, False], ids=["", "without scripts"])
def test_story_10_g_completes_a_task_by_the_mailed_link_on_a_phone(
    told: Stage, tmp_path: Path, *, has_scripts: bool
) -> None:
    cast = told.cast
    papers = {"title": "Send your papers", "guests": [GINA], "captures": [
        asked("Name of the bank", "text", id="Bank", required=True, position=1),
        asked("Statement", "file", id="Statement", required=True, position=2),
        asked("Anything else", "textarea", id="Else", position=3)]}  # fmt: skip
    secret = {"title": "Rate the client", "assignees": [cast.olga.user_id]}
    template = make_template(cast.olga, [papers, secret], title="Open an account")
    process = launch(cast.olga, template, name="Account of Gina")
    letter = next(each for each in announce(cast) if each.to == GINA)
    link = re.search(r"/[0-9a-f]{32}/guest/[^\s/?]+", letter.text)
    assert link is not None
    page = told.page("nobody", width=375) if has_scripts else told.without_scripts("nobody")
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(link[0])
    expect(page.get_by_role("heading", name="Your tasks")).to_be_visible()
    assert "Rate the client" not in page.content()
    page.get_by_role("link", name="Send your papers").click()
    expect(page.get_by_role("heading", name="Send your papers")).to_be_visible()
    if has_scripts:
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            assert findings(page) == []
        assert not scrolls_sideways(page)

    # What is missing is told, and what was typed stays.
    page.get_by_label("Anything else").fill("Call me after six.")
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("alert")).to_contain_text("Name of the bank")
    expect(page.get_by_label("Anything else")).to_have_value("Call me after six.")

    statement = tmp_path / "statement.txt"
    statement.write_text("All is well.")
    page.get_by_label("Name of the bank").fill("Fern Bank")
    page.get_by_label("Statement: a file").set_input_files(statement)
    page.get_by_role("button", name="Complete").click()

    expect(page.get_by_text("Done. Thank you.")).to_be_visible()
    expect(page.get_by_text("Fern Bank")).to_be_visible()
    expect(page.get_by_text("statement.txt")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    task, other = tasks_of(cast.olga, process)
    assert task["status"] == "completed"
    assert "statement.txt" in str(task["taskdata"])
    # Nothing else of the organization is theirs to see.
    assert page.goto(f"{link[0]}/tasks/{other['id']}").status == 404
    own = told.page("nobody")
    assert "sign-in" in own.goto("/app/tracker").url


def test_95_311_a_bad_link_tells_nothing_and_a_closed_task_says_so(told: Stage) -> None:
    cast = told.cast
    template = make_template(cast.olga, [{"title": "Send your papers", "guests": [GINA]}])
    process = launch(cast.olga, template, name="Account of Gina")
    url = tasks_of(cast.olga, process)[0]["owners"]["taskUrls"][0]
    link = url[url.index(f"/{cast.organization_id}/guest/") :].split("/tasks")[0]
    page = told.page("nobody", width=375)
    address = f"{link}/tasks/{tasks_of(cast.olga, process)[0]['id']}"
    page.goto(address)
    expect(page.get_by_role("button", name="Complete")).to_be_visible()
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    page.reload()
    expect(page.get_by_role("button", name="Complete")).to_have_count(0)
    assert page.goto(f"{link[:-3]}xyz").status == 401
    expect(page.get_by_text("This link is good no longer")).to_be_visible()
