"""Part 95, 4: the archive with its filters, and operations with their undo, without scripts."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from browsers import Browser, check_page, leads_to, signed_in
from cast import Cast
from factories import launch, let_all_launch, made, make_link, make_oneoff, make_template
from robots import with_password


@pytest.fixture
def olga(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.olga))


def shown(browser: Browser, address: str) -> list[str]:
    """Names of the rows."""
    page = browser.get(address)
    check_page(page)
    rows = re.findall(r'<th scope="row"[^>]*>(?:<a[^>]*>)?(.*?)<', page.text)
    return [row.strip() for row in rows]


def token(browser: Browser) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', browser.get("/app/home").text)
    assert found is not None
    return found[1]


def archived(cast: Cast, name: str, template: Any = None, by: Any = None) -> Any:
    process = launch(cast.mia, template, name=name)
    made((by or cast.olga).delete(f"/runs/{process['id']}"), 200)
    return process


def test_95_4_processes_are_found_by_template_person_and_day(cast: Cast, olga: Browser) -> None:
    template = make_template(cast.olga, 1, title="Closing")
    let_all_launch(cast.olga, template)
    archived(cast, "Of Mia", template, by=cast.mia)
    archived(cast, "Of Olga")
    assert shown(olga, "/app/archive") == ["Of Olga", "Of Mia"]
    assert shown(olga, "/app/archive?sort=oldest") == ["Of Mia", "Of Olga"]
    assert shown(olga, f"/app/archive?by={cast.mia.user_id}") == ["Of Mia"]
    assert shown(olga, f"/app/archive?template={template['id']}") == ["Of Mia"]
    assert shown(olga, f"/app/archive?owner={cast.mia.user_id}&q=olga") == ["Of Olga"]
    assert shown(olga, "/app/archive?by=automatic") == []
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date()
    assert shown(olga, f"/app/archive?from={tomorrow}") == []
    assert len(shown(olga, f"/app/archive?to={tomorrow}")) == 2
    chips = olga.get(f"/app/archive?by={cast.mia.user_id}&to={tomorrow}&template=x").text
    assert f"Archived on {tomorrow} or before" in chips
    assert chips.count('class="chip"') == 2
    check_page(olga.get("/app/archive/filter?tab=templates"))


def test_95_4_templates_tasks_and_files_have_their_tabs(cast: Cast, olga: Browser) -> None:
    for title in ("B", "A"):
        template = make_template(cast.olga, 1, title=title)
        made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    task = make_oneoff(cast.mia, title="Order a desk")
    assert cast.mia.delete(f"/tasks/{task['id']}").status_code == 204
    file = make_link(cast.olga, launch(cast.olga))
    assert cast.olga.delete(f"/assets/{file['id']}").status_code == 204
    assert shown(olga, "/app/archive?tab=templates") == ["A", "B"]
    assert shown(olga, "/app/archive?tab=templates&sort=oldest") == ["B", "A"]
    assert shown(olga, "/app/archive?tab=templates&sort=-name") == ["B", "A"]
    assert shown(olga, "/app/archive?tab=tasks") == ["Order a desk"]
    assert shown(olga, "/app/archive?tab=files") == ["plan.pdf"]
    mia = signed_in(cast, with_password(cast, cast.mia))
    assert "Files" not in mia.get("/app/archive").text
    assert shown(mia, "/app/archive?tab=files") == []

    # The dialogs say what is lost, and want a second act.
    for kind, thing in (("tasks", task), ("files", file)):
        address = f"/app/{kind}/{thing['id']}/delete"
        assert "for ever" in olga.get(address).text
        sent = {"form_token": token(olga), "next": f"/app/archive?tab={kind}"}
        assert olga.post(address, sent).status_code == 422
        assert shown(olga, f"/app/archive?tab={kind}") != []
        assert leads_to(olga.post(address, {**sent, "understood": "1"})).endswith(kind)
        assert shown(olga, f"/app/archive?tab={kind}") == []
    assert mia.get(f"/app/files/{file['id']}/delete").status_code == 403


def test_95_4_many_are_deleted_for_ever_by_a_typed_number(cast: Cast, olga: Browser) -> None:
    ids = [archived(cast, name)["id"] for name in ("One", "Two")]
    sent = {"form_token": token(olga), "next": "/app/archive", "object": "run", "verb": "delete"}
    preview = leads_to(olga.post("/app/archive/selections", {**sent, "ids[]": ids}))
    asked = olga.get(preview)
    check_page(asked)
    assert "Delete 2 processes for ever" in asked.text
    assert "Nobody can bring them back" in asked.text
    (secret,) = re.findall(r'name="token" value="([^"]+)"', asked.text)
    confirming = {"form_token": sent["form_token"], "next": "/app/archive", "token": secret}
    refused = olga.post("/app/archive/operations", {**confirming, "confirm": "3"})
    assert (refused.status_code, "Type the number first" in refused.text) == (422, True)
    done = olga.post("/app/archive/operations", {**confirming, "confirm": "2"})
    assert leads_to(done) == "/app/archive"
    assert shown(olga, "/app/archive") == []


def test_70_2_operations_are_listed_and_taken_back(cast: Cast, olga: Browser) -> None:
    ids = [launch(cast.mia, name=name)["id"] for name in ("One", "Two")]
    mia = signed_in(cast, with_password(cast, cast.mia))
    sent = {"form_token": token(mia), "next": "/app/tracker", "object": "run", "verb": "archive"}
    preview = leads_to(mia.post("/app/archive/selections", {**sent, "ids[]": ids}))
    (secret,) = re.findall(r'name="token" value="([^"]+)"', mia.get(preview).text)
    sent = {"form_token": sent["form_token"], "next": "/app/archive/operations", "token": secret}
    mia.post("/app/archive/operations", sent)
    assert shown(mia, "/app/archive/operations") == ["Archived 2 processes"]
    assert shown(mia, "/app/archive/operations/1") == sorted(["One", "Two"], key=_by(ids))
    undo = "/app/archive/operations/1/undo"
    mia.post(undo, {"form_token": token(mia), "next": "/app/archive/operations"})
    assert shown(mia, "/app/archive/operations") == ["Restored 2 processes", "Archived 2 processes"]
    # Administrators see all, and who asked for them; others only their own.
    assert shown(olga, "/app/archive/operations")[1] == "Archived 2 processes"
    leo = signed_in(cast, with_password(cast, cast.leo))
    assert leo.get("/app/archive/operations").status_code == 403
    assert olga.get("/app/archive/operations/99").status_code == 404


def _by(ids: list[str]) -> Any:
    return lambda name: ids[["One", "Two"].index(name)]
