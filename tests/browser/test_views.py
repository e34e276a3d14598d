"""Every view: axe in both themes, no sideways scroll, by deep links, and without scripts."""

from typing import Any

import pytest

from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from forms import asked
from robots import PASSWORD, with_password
from stage import Stage, expect, findings, findings_in_colours, scrolls_sideways, unseen_focus

LONG = "Überaus langer Name, Donaudampfschifffahrtsgesellschaftskapitän 🥐 مرحبا " * 2


def views(told: Stage) -> list[str]:
    """Addresses of every page of the application, with something to show on each."""
    process = told.finished("Close March")
    told.launched("Close April")
    launch(told.cast.mia, name=LONG.strip())
    shelved = told.launched("Close May")
    made(told.cast.olga.delete(f"/runs/{shelved['id']}"), 200)
    path = f"/runs/{process['id']}"
    made(told.cast.mia.post(f"{path}/comment", {"content": LONG}))
    issue = made(told.cast.mia.post(f"{path}/problem", {"content": "The till is locked"}))
    asking, task = everything_asked(told)
    (done, *_) = tasks_of(told.cast.olga, process)
    return [
        "/app/home",
        "/app/keys",
        "/app/favorites",
        "/app/tasks?assignee=everyone&status=all",
        "/app/tasks?assignee=everyone&group=process&state=overdue",
        "/app/tasks/filters",
        "/app/tasks/new",
        "/app/tracker",
        "/app/tracker?view=table",
        "/app/tracker?tab=archived",
        "/app/tracker?q=nothing+has+this+name",
        "/app/archive",
        "/app/archive?tab=templates",
        "/app/archive?tab=tasks",
        "/app/archive?tab=files",
        "/app/archive/filter",
        "/app/archive/operations",
        "/app/tracker/filter",
        "/app/tracker/columns",
        "/app/presets?next=/app/tracker",
        f"/app/processes/{process['id']}/print",
        f"/app/processes/{process['id']}",
        f"/app/processes/{shelved['id']}",
        f"/app/processes/{shelved['id']}/delete",
        f"/app/processes/{process['id']}/archive",
        f"/app/processes/{process['id']}/comments",
        f"/app/processes/{process['id']}/comments/{issue['id']}",
        f"/app/processes/{process['id']}/comments/{issue['id']}/delete",
        f"/app/processes/{process['id']}/comments/{issue['id']}/resolve",
        f"/app/processes/{process['id']}/namable",
        "/app/templates",
        "/app/templates?show=favorites",
        "/app/templates?q=nothing+has+this+title",
        "/app/templates/new",
        "/app/launch",
        f"/app/templates/{told.template['id']}",
        f"/app/templates/{told.template['id']}/launch",
        f"/app/templates/{told.template['id']}/archive",
        *editor_of(told),
        "/app/people/members",
        f"/app/people/members/{told.cast.mia.user_id}",
        f"/app/people/members/{told.cast.mia.user_id}/deactivate",
        "/app/people/members/invite",
        "/app/people/members?q=nobody+has+this+name",
        "/app/people/guests",
        "/app/people/groups",
        "/app/people/groups/new",
        "/app/settings/profile",
        "/app/settings/tokens",
        f"/app/processes/{asking['id']}/tasks/{task['id']}",
        f"/app/processes/{process['id']}/tasks/{done['id']}",
        f"/app/tasks/{task['id']}",
        f"/app/templates/{told.template['id']}/tags",
        f"/app/templates/{told.template['id']}/folder",
        f"/app/processes/{process['id']}/folders",
        "/app/folders",
        "/app/folders/new",
        "/app/settings/archive",
        *of_administrators(told, shelved),
        "/app/search?q=close",
        "/app/search?q=nothing+has+this+name&active=1",
        "/app/notifications",
        "/app/settings/notifications",
        f"/app/processes/{process['id']}/watch",
        "/app/activity",
        "/app/activity?verb=archived&kind=Process",
        f"/app/tasks/{task['id']}/people",
        f"/app/tasks/{task['id']}/history",
        f"/app/tasks/{task['id']}/hide",
        f"/app/processes/{asking['id']}/add-task",
        f"/app/processes/{asking['id']}?hidden=1",
        "/app/_components",
    ]


def of_administrators(told: Stage, process: Any) -> list[str]:
    """Settings of the organization, with a hold on a process and something sent by a webhook."""
    wanted = {"reason": LONG, "reference": "A 7", "scope": {"type": "run", "id": process["id"]}}
    hold = f"/app/settings/holds/{made(told.cast.olga.post('/holds', wanted))['id']}"
    complete(told.cast.olga, make_oneoff(told.cast.olga, webhook="https://hooks.test/?id=17"))
    (delivery, *_) = made(told.cast.olga.get("/webhook-deliveries"), 200)
    webhooks = "/app/settings/webhooks"
    return [
        "/app/settings/organization", "/app/settings/holds", "/app/settings/holds/new",
        f"/app/settings/holds/new?on=/app/processes/{process['id']}", hold, f"{hold}/release",
        webhooks, f"{webhooks}/deliveries", f"{webhooks}/deliveries/{delivery['id']}",
    ]  # fmt: skip


def editor_of(told: Stage) -> list[str]:
    """Every part of the editor of T; a step has a long name and fields of several kinds."""
    template = f"/checklists/{told.template['id']}"
    fields = [asked(LONG[:60], "radio"), asked("Rows", "table"), asked("Why")]
    body = {"title": LONG.strip(), "captures": fields}
    step = made(told.cast.olga.post(f"{template}/steps", body))
    edit = f"/app/templates/{told.template['id']}/edit"
    of_step = f"{edit}/steps/{step['id']}"
    return [edit, f"{edit}/kickoff", of_step, f"{of_step}/delete", f"{edit}/rules"]


def everything_asked(told: Stage) -> tuple[Any, Any]:
    """A process, and a task of it that asks a question of each type, of everyone."""
    kinds = ["text", "textarea", "email", "date", "radio", "dropdown", "multiselect", "file",
             "table", "assignees_form"]  # fmt: skip
    captures = [asked(f"{kind}: {LONG.strip()}"[:200], kind, required=True) for kind in kinds]
    captures.append(asked("Rich", "textarea", use_wysiwyg_editor=True, guidance="<p>Look</p>"))
    people = [told.cast.mia.user_id, told.cast.olga.user_id]
    step = {"title": LONG.strip(), "captures": captures, "assignees": people}
    template = make_template(told.cast.olga, [{**step, "everyone_must_complete": True}])
    process = launch(told.cast.olga, template, name="Everything")
    (task,) = tasks_of(told.cast.olga, process)
    return process, task


def test_95_5_6_every_view_is_for_everyone_and_fits_on_a_phone(told: Stage) -> None:
    """axe in both themes, the focus is seen, and no sideways scroll.

    How a page looks does not depend on the database: PostgreSQL is asked whether it shows.
    """
    name = {"first_name": "Ines", "last_name": "Carvalho"}
    made(told.cast.olga.client.put("/me", name), 200)
    page = told.page("A")
    found: list[str] = []
    for address in views(told):
        answer = page.goto(address)
        if answer.status != 200:
            found.append(f"{address}: {answer.status}")
        elif told.cast.server.name == "sqlite":
            found += looked_at(page, address)
    assert not found, "\n".join(found)


def looked_at(page: Any, address: str) -> list[str]:
    """What is wrong with a view, which is left wide and light as it came."""
    wrong = findings(page)
    page.emulate_media(color_scheme="dark")
    wrong += [f"dark: {each}" for each in findings_in_colours(page)]
    wrong += unseen_focus(page)
    for width in (375, 320):
        page.set_viewport_size({"width": width, "height": 700})
        if scrolls_sideways(page):
            wrong.append(f"{address} scrolls sideways at {width}")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    return wrong


def test_95_1_a_link_leads_there_after_signing_in(told: Stage) -> None:
    process = told.launched("Close April")
    email = with_password(told.cast, told.cast.mia)
    page = told.page("nobody", width=375)
    wanted = f"/app/processes/{process['id']}"
    page.goto(wanted)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    assert findings(page) == []
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Close April")).to_be_visible()
    assert page.url.endswith(wanted)
    # The drawer.
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("navigation", name="Places").get_by_role("link", name="Tracker").click()
    expect(page.get_by_role("heading", name="Tracker")).to_be_visible()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_95_2_a_theme_is_chosen_and_kept(told: Stage, theme: str) -> None:
    page = told.page("S")
    page.goto("/app/tracker")
    page.get_by_role("button", name="You:").click()
    page.get_by_role("button", name=theme.capitalize(), exact=True).click()
    page.wait_for_load_state()
    page.goto("/app/home")
    assert page.locator("html").get_attribute("data-theme") == theme
    chosen = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert chosen == theme


def test_95_4_archiving_works_with_scripts_off(told: Stage) -> None:
    told.finished("Close March")
    page = told.without_scripts("S")
    page.goto("/app/tracker")
    card = page.get_by_role("article", name="Close March")
    card.get_by_role("button", name="What to do with Close March").click()
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(card).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(card).to_be_visible()


def test_95_1_filter_and_page_are_in_the_address(told: Stage) -> None:
    told.launched("Close March")
    told.launched("Buy an oven")
    page = told.page("S")
    page.goto("/app/tracker")
    page.get_by_label("Filter by name").fill("oven")
    expect(page.get_by_role("article")).to_have_count(1)
    assert "q=oven" in page.url
    other: Any = told.page("S")
    other.goto(page.url)
    expect(other.get_by_role("article")).to_have_count(1)
    other.get_by_role("link", name="Remove this filter").click()
    expect(other.get_by_role("article")).to_have_count(2)
    other.go_back()
    expect(other.get_by_role("article")).to_have_count(1)


def test_95_2_a_toast_waits_for_who_is_at_it(told: Stage) -> None:
    told.finished("Close March")
    page = told.page("S")
    page.clock.install()
    page.goto("/app/tracker")
    page.get_by_role("button", name="What to do with Close March").click()
    page.get_by_role("button", name="Archive", exact=True).click()
    undo = page.get_by_role("button", name="Undo")
    undo.focus()
    page.clock.run_for(60_000)
    expect(undo).to_be_visible()
    assert page.get_by_role("navigation", name="Places").count() == 1
    page.get_by_role("link", name="Home").focus()
    page.clock.run_for(11_000)
    expect(undo).to_have_count(0)
