"""Stories 28 and 29: a member is invited and joins; another leaves, and their work moves."""

import re
from typing import Any

import pytest

from factories import complete, made, read, tasks_of
from letters import mails_of
from robots import PASSWORD
from stage import Stage, expect


@pytest.mark.parametrize("role", ["Light", "Standard"])
def test_story_28_a_invites_a_member_who_joins(told: Stage, role: str) -> None:
    told.finished("Close March")
    page = told.page("A")
    page.goto("/app/people/members")
    page.get_by_role("link", name="Invite a member").click()
    dialog = page.get_by_role("dialog")
    email = f"nina-{told.cast.organization_id}@cast.test"
    dialog.get_by_label("E-mail").fill(email)
    dialog.get_by_label("First name").fill("Nina")
    dialog.get_by_label("Last name").fill("Roth")
    dialog.get_by_role("radio", name=role).check()
    dialog.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_role("status")).to_contain_text("Invited Nina Roth.")
    row = page.get_by_role("row", name="Nina Roth")
    expect(row).to_contain_text("Invited")
    expect(row).to_contain_text(role)

    nina = told.page("nobody", width=375)
    (letter,) = mails_of(told.cast, email)
    link = re.search(r"/app/invitations/\S+", letter.text)
    assert link is not None
    nina.goto(link[0])
    nina.get_by_label("Password", exact=True).fill(PASSWORD)
    nina.get_by_label("The same password again").fill(PASSWORD)
    nina.get_by_role("button", name="Join").click()

    expect(nina.get_by_role("heading", name="Home", exact=True)).to_be_visible()
    nina.goto("/app/tracker")
    expect(nina.get_by_role("heading", name="Tracker")).to_be_visible()
    menus = nina.get_by_role("button", name="What to do with")
    nina.get_by_role("button", name="Menu").click()
    places = nina.get_by_role("navigation", name="Places")
    expect(places.get_by_role("link", name="Settings")).to_be_visible()
    expect(places.get_by_role("link", name="People")).to_have_count(int(role == "Standard"))
    if role == "Light":
        expect(menus).to_have_count(0)
        assert nina.goto("/app/people/members").status == 403
    page.reload()
    expect(row).to_contain_text("Active")


def test_story_29_a_deactivates_a_member_and_reassigns_the_work(told: Stage) -> None:
    mia = told.cast.mia
    made(mia.client.put("/me", {"first_name": "Mia", "last_name": "Moreau"}), 200)
    made(told.cast.leo.client.put("/me", {"first_name": "Leo", "last_name": "Lind"}), 200)
    process = told.launched("Close March")
    done = told.launched("Close February")
    complete(mia, tasks_of(mia, done)[0])
    theirs = told.page("S")
    theirs.goto("/app/tracker")
    page = told.page("A")
    page.goto("/app/people/members")
    row = page.get_by_role("row", name="Mia Moreau")
    mine = made(told.cast.olga.get(f"/tasks?owners={mia.user_id}&status=active"), 200)
    expect(row.locator("[data-word='Open tasks']")).to_have_text(str(len(mine)))

    row.get_by_role("button", name="What to do with Mia Moreau").click()
    page.get_by_role("link", name="Deactivate …").click()
    dialog = page.get_by_role("dialog")
    has = re.compile(rf"They have {len(mine)} open tasks, 1 template step, 2 processes")
    expect(dialog).to_contain_text(has)
    dialog.get_by_label("Who takes over").select_option(label="Leo Lind")
    dialog.get_by_role("button", name="Deactivate").click()

    told_of = "Deactivated Mia Moreau. Leo Lind has their work now."
    expect(page.get_by_role("status")).to_contain_text(told_of)
    expect(row).to_have_count(0)
    owners = [task["owners"]["users"] for task in tasks_of(told.cast.olga, process)]
    assert owners[0] == [told.cast.leo.user_id]
    assert not any(mia.user_id in users for users in owners)
    template = made(told.cast.olga.get(f"/checklists/{told.template['id']}?with=steps"), 200)
    assert template["steps"]["data"][0]["assignees"] == [told.cast.leo.user_id]
    assert read(told.cast.olga, process)["owner_id"] == told.cast.leo.user_id
    # Signed out at once, and not let in again.
    theirs.goto("/app/tracker")
    expect(theirs.get_by_role("heading", name="Sign in")).to_be_visible()
    # History keeps the name.
    assert tasks_of(told.cast.olga, done)[0]["completer_id"] == mia.user_id
    page.goto("/app/people/members?tab=deactivated")
    expect(row).to_contain_text("Deactivated")
    row.get_by_role("button", name="What to do with Mia Moreau").click()
    page.get_by_role("button", name="Reactivate").click()
    expect(page.get_by_role("status")).to_contain_text("Mia Moreau is a member again.")


def test_95_312_the_last_administrator_is_protected_with_the_reason(told: Stage) -> None:
    page = told.page("A")
    page.goto(f"/app/people/members/{told.cast.olga.user_id}")
    page.get_by_role("radio", name="Light").check()
    page.get_by_role("button", name="Save the role").click()
    expect(page.get_by_role("alert")).to_contain_text("default administrator")
    me: Any = made(told.cast.olga.client.get("/me"), 200)
    assert me["role"] == "admin"
