"""Part 95 and design/web.md: what every page of the application keeps to."""

import gzip
import re
import secrets
from pathlib import Path
from typing import Any

import pytest

from browsers import Browser, check_page, leads_to, signed_in
from cast import GUS, Cast
from factories import (
    complete,
    launch,
    let_all_launch,
    made,
    make_oneoff,
    make_template,
    tasks_of,
)
from page_counter import page_counter
from procession.domains.notifications.types import NotificationKind
from procession.pages import assets
from robots import with_password

TEMPLATES = Path(assets.__file__).parent / "templates"
#: Of whole pages: at 10,000 processes each statement costs.
MOST_STATEMENTS = 12


@pytest.fixture
def mia(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.mia))


def finished(cast: Cast) -> Any:
    template = make_template(cast.olga, 1, title=secrets.token_hex(4))
    let_all_launch(cast.olga, template)
    process = launch(cast.mia, template)
    for task in tasks_of(cast.olga, process):
        complete(cast.olga, task)
    return process


# --- Who comes in ---


@pytest.mark.parametrize("address", ["/app/tracker?tab=archived", "/app/archive", "/app/home"])
def test_95_1_who_is_not_signed_in_signs_in_and_comes_back(cast: Cast, address: str) -> None:
    stranger = Browser(cast)
    wanted = leads_to(stranger.get(address))
    assert wanted.startswith("/app/sign-in?next=%2Fapp%2F")
    part = stranger.get(address, headers={"HX-Request-Type": "partial", "HX-Target": "main#main"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, wanted)


def test_95_1_a_process_of_strangers_is_not_there(cast: Cast, mia: Browser) -> None:
    stan = cast.stranger()
    theirs = made(stan.client.post(f"/organizations/{_own(stan)}/runs", {"name": "Secret"}))
    answer = mia.get(f"/app/processes/{theirs['id']}")
    assert answer.status_code == 404
    assert "Secret" not in answer.text
    assert mia.get("/app/processes/x").status_code == 404


def _own(person: Any) -> str:
    (mine,) = made(person.client.get("/me/organizations"), 200)
    return str(mine["id"])


@pytest.mark.parametrize("path", ["archive", "restore", "delete"])
def test_95_4_what_the_server_refuses_is_refused_on_pages(cast: Cast, path: str) -> None:
    """And is not offered: tests/browser."""
    process = finished(cast)
    leo = signed_in(cast, with_password(cast, cast.leo))
    shown = leo.get("/app/home")
    sent = {"form_token": _token(shown.text), "understood": "1"}
    answer = leo.post(f"/app/processes/{process['id']}/{path}", sent)
    # He has no part in it, so for him it is not there.
    assert answer.status_code in (403, 404), answer.text
    assert made(cast.olga.get(f"/runs/{process['id']}"), 200)["archived_at"] is None


def _token(text: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', text)
    assert found is not None
    return found[1]


# --- Forms ---


def test_95_every_form_that_changes_something_holds_the_token() -> None:
    forms = 0
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        for form in re.findall(r"<form[^>]*>.*?</form>", text, re.DOTALL):
            if 'method="post"' in form:
                forms += 1
                assert "token(" in form, path.name
    assert forms > 10


def test_95_a_form_without_the_token_changes_nothing(cast: Cast, mia: Browser) -> None:
    process = finished(cast)
    archive = f"/app/processes/{process['id']}/archive"
    assert mia.post(archive, {}).status_code == 403
    assert mia.post(archive, {"form_token": "x"}).status_code == 403
    assert made(cast.mia.get(f"/runs/{process['id']}"), 200)["archived_at"] is None


@pytest.mark.parametrize(
    "wanted", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)", ""]
)
def test_95_a_form_leads_to_pages_of_ours_alone(cast: Cast, mia: Browser, wanted: str) -> None:
    process = finished(cast)
    sent = {"form_token": _token(mia.get("/app/tracker").text), "next": wanted}
    answer = mia.post(f"/app/processes/{process['id']}/archive", sent)
    assert leads_to(answer) == "/app/home"


def test_95_4_what_was_done_is_told_once_with_its_undo(cast: Cast, mia: Browser) -> None:
    process = finished(cast)
    sent = {"form_token": _token(mia.get("/app/tracker").text), "next": "/app/tracker"}
    assert leads_to(mia.post(f"/app/processes/{process['id']}/archive", sent)) == "/app/tracker"
    page = mia.get("/app/tracker")
    assert "Archived “Ann joins”." in page.text
    assert f'action="/app/processes/{process["id"]}/restore"' in page.text
    assert "Archived “" not in mia.get("/app/tracker").text


def test_95_4_the_second_to_archive_is_told_who_was_first(cast: Cast, mia: Browser) -> None:
    process = finished(cast)
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    olga = made(cast.olga.client.get("/me"), 200)["full_name"]
    sent = {"form_token": _token(mia.get("/app/tracker").text), "next": "/app/tracker"}
    mia.post(f"/app/processes/{process['id']}/archive", sent)
    assert f"“Ann joins” was archived already, by {olga}." in mia.get("/app/tracker").text


@pytest.mark.parametrize(
    "toast", ["archived:processes:x:Name", "robbed:processes:" + "0" * 32 + ":Name", "::::", "%00"]
)
def test_95_a_toast_of_somebody_else_says_nothing(mia: Browser, toast: str) -> None:
    mia.session.cookies.set("procession-toast", toast)
    page = mia.get("/app/tracker")
    assert page.status_code == 200
    assert "undo-toast" not in page.text


def test_95_hostile_names_stay_text(cast: Cast, mia: Browser) -> None:
    name = "<b onclick=alert(1)>\"'{{4321*1234}}</b><script>alert(1)</script> & Co"
    process = launch(cast.mia, name=name)
    for address in ("/app/tracker", f"/app/processes/{process['id']}"):
        page = mia.get(address)
        check_page(page)
        assert "alert(1)</script>" not in page.text
        assert "5332114" not in page.text


def test_ruling_36_pictures_from_elsewhere_are_links(cast: Cast, mia: Browser) -> None:
    process = launch(cast.mia, name="Ann joins")
    said = '<p>Look: <img src="https://pictures.test/a.png?b=1&amp;c=2"></p>'
    made(cast.mia.post(f"/runs/{process['id']}/comment", {"content": said}))
    page = mia.get(f"/app/processes/{process['id']}").text
    assert 'href="https://pictures.test/a.png?b=1&amp;c=2"' in page
    assert "Picture at pictures.test</a>" in page
    assert "<img" not in page


# --- Whole pages and parts ---


def test_95_who_asks_for_a_part_gets_no_more(cast: Cast, mia: Browser) -> None:
    launch(cast.mia, name="Ann joins")
    whole = mia.get("/app/tracker").text
    asking = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main"}
    part = mia.get("/app/tracker", headers=asking).text
    assert "<html" in whole
    assert "<html" not in part
    main = re.compile(r'<main id="main".*?</main>', re.DOTALL)
    assert main.findall(part) == main.findall(whole)


@pytest.mark.parametrize("address", ["/app/home", "/app/tasks", "/app/tracker", "/app/archive"])
def test_95_pages_of_the_application_keep_to_the_policy(mia: Browser, address: str) -> None:
    check_page(mia.get(address))


def test_95_files_of_pages_are_kept_for_ever(mia: Browser) -> None:
    for asset in assets.by_name().values():
        answer = mia.get(asset.address)
        assert answer.status_code == 200
        assert answer.content == asset.content
        assert answer.headers["Content-Type"] == asset.content_type
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert mia.get("/app/assets/procession.0000.css").status_code == 404
    assert mia.get("/app/assets/..%2flayout.py").status_code == 404


# --- Weight and cost ---


def test_95_pages_are_light() -> None:
    def packed(*files: assets.Asset) -> int:
        return sum(len(gzip.compress(file.content)) for file in files)

    assert packed(assets.script(), assets.htmx()) <= 60 * 1024
    assert packed(assets.style()) <= 25 * 1024
    assert packed(assets.sprite()) <= 8 * 1024


def test_95_there_are_only_icons_that_are_used() -> None:
    pages = [*TEMPLATES.rglob("*.html"), *TEMPLATES.parent.rglob("*.py")]
    texts = "".join(path.read_text() for path in pages)
    unused = [
        path.stem
        for path in (assets.FOLDER / "icons").glob("*.svg")
        if f'"{path.stem}"' not in texts
    ]
    assert unused == []


def test_95_3_16_each_kind_of_news_has_its_icon() -> None:
    source = (TEMPLATES / "components" / "news.html").read_text()
    named = dict(re.findall(r'"(\w+)": "([\w-]+)"', source))
    assert named.keys() == {kind.value for kind in NotificationKind}
    icons = {path.stem for path in (assets.FOLDER / "icons").glob("*.svg")}
    assert set(named.values()) <= icons


def test_95_colours_stand_in_one_place() -> None:
    for path in (assets.FOLDER / "css").glob("*.css"):
        text = path.read_text()
        assert "!important" not in text, path.name
        literal = re.findall(r"oklch\(|rgb\(|hsl\(|#[0-9a-fA-F]{3,8}\b", text)
        assert path.name == "tokens.css" or not literal, path.name
        assert not re.search(r"(margin|padding|border)-(left|right|top|bottom)", text), path.name


def test_95_a_page_costs_few_statements_however_much_it_shows(
    cast: Cast, mia: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in this process, where the server's own connection can be watched."""
    ask = page_counter(cast, monkeypatch)
    process = finished(cast)
    launch(cast.mia, name="Bo joins")
    (task,) = tasks_of(cast.mia, process)
    pages = ["/app/home", "/app/favorites", "/app/tracker?view=board",
             "/app/tracker?view=table", "/app/archive",
             "/app/archive?tab=templates", "/app/archive?tab=tasks", "/app/archive?tab=files",
             "/app/archive/operations", "/app/archive/filter", "/app/tracker/filter",
             "/app/tracker/columns", "/app/presets?next=/app/tracker",
             f"/app/processes/{process['id']}/print",
             f"/app/tracker?view=table&template={process['checklist_id']}"
             "&columns=due,tags,assignees",
             "/app/tasks", "/app/tasks?assignee=everyone&status=all", "/app/tasks?status=archived",
             "/app/people/members", "/app/people/guests", "/app/people/groups",
             "/app/settings/profile", "/app/settings/tokens",
             f"/app/processes/{process['id']}", f"/app/tasks/{task['id']}",
             f"/app/processes/{process['id']}/tasks/{task['id']}",
             "/app/notifications", "/app/settings/notifications", "/app/activity",
             "/app/search?q=close&on=processes",
             f"/app/processes/{process['id']}?hidden=1", f"/app/tasks/{task['id']}/people",
             f"/app/tasks/{task['id']}/history"]  # fmt: skip
    secret = mia.secret or ""
    few = {page: ask(page, secret) for page in pages}
    for _ in range(3):
        finished(cast)
    many = {page: ask(page, secret) for page in pages}
    assert many == few
    assert max(few.values()) <= MOST_STATEMENTS, few


def test_95_pages_of_administrators_and_guests_cost_few_statements(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = page_counter(cast, monkeypatch)
    olga = signed_in(cast, with_password(cast, cast.olga)).secret or ""
    step = {"title": "Send it", "guests": [GUS], "assignees": [cast.mia.user_id]}
    template = make_template(cast.olga, [step, step])
    (task, _) = tasks_of(cast.olga, launch(cast.olga, template))
    made(cast.olga.post("/holds", {"reason": "Audit", "scope": {"type": "organization"}}))
    complete(cast.olga, make_oneoff(cast.olga, webhook="https://hooks.test/"))
    (delivery,) = made(cast.olga.get("/webhook-deliveries"), 200)
    link = f"/{cast.organization_id}/guest/{cast.guest_of(task).code}"
    pages = [f"/app/people/members/{cast.mia.user_id}", "/app/settings/archive",
             "/app/settings/organization", "/app/settings/holds", "/app/settings/webhooks",
             "/app/settings/webhooks/deliveries",
             f"/app/settings/webhooks/deliveries/{delivery['id']}",
             link, f"{link}/tasks/{task['id']}"]  # fmt: skip
    few = {page: ask(page, olga) for page in pages}
    for _ in range(3):
        launch(cast.olga, template)
        made(cast.olga.post("/holds", {"reason": "More", "scope": {"type": "organization"}}))
        complete(cast.olga, make_oneoff(cast.olga, webhook="https://hooks.test/more"))
    assert {page: ask(page, olga) for page in pages} == few
    # These two cost more than they should: not more than that.
    dear = {"/app/settings/archive": 16, link: 17}
    over = {page: few[page] for page in pages if few[page] > dear.get(page, MOST_STATEMENTS)}
    assert over == {}
