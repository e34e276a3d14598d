"""Ruling 30: who comes by a browser's navigation gets a page, whatever else asks gets JSON."""

import re

import pytest

from browsers import Browser, check_page, leads_to
from cast import GUS, Cast
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from procession.web.navigating import RESERVED
from procession.web.routes import API_ROUTES
from wire import check_problem

NAVIGATIONS = [
    {"Sec-Fetch-Mode": "navigate", "Accept": "*/*"},
    {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
    {"Accept": "Text/HTML"},
]
PROGRAMS = [
    {"Accept": None},
    {"Accept": "*/*"},
    {"Accept": "application/json"},
    {"Accept": "*/*, text/html"},
    {"Accept": "text/html", "Authorization": "Bearer nonsense"},
    {"Sec-Fetch-Mode": "cors", "Accept": "*/*"},
]
NOWHERE = ["/nonsense", "/ME", "/acme/guest", "/a/b/c?d=e", "/favicon.ico", "/%00", "/%ff/x"]
IN_THE_API = ["/me/x", "/organizations", "/scim/v2", "/public/nothing", "/docs/nothing", "/metrics",
              "/api/nonsense", "/api", "/.well-known/x", "/processes/x"]  # fmt: skip


@pytest.mark.parametrize("headers", NAVIGATIONS)
def test_ruling_30_a_wrong_address_is_a_page_for_people(
    cast: Cast, headers: dict[str, str]
) -> None:
    for path in NOWHERE:
        answer = Browser(cast).get(path, headers=headers)
        check_page(answer, 404)
        assert 'href="/app/sign-in"' in answer.text
        assert 'href="/docs"' in answer.text
        head = cast.nobody.call("HEAD", path, headers=headers)
        assert head.headers["Content-Type"] == answer.headers["Content-Type"]
    for path in IN_THE_API:
        check_problem(Browser(cast).get(path, headers=headers), 404, "ENDPOINT_NOT_FOUND")
    assert leads_to(Browser(cast).get("/", headers=headers)) == "/app/sign-in"


@pytest.mark.parametrize("headers", PROGRAMS)
def test_ruling_30_a_wrong_address_is_json_for_programs(
    cast: Cast, headers: dict[str, str | None]
) -> None:
    for path in [*NOWHERE, *IN_THE_API]:
        check_problem(cast.nobody.get(path, headers=headers), 404, "ENDPOINT_NOT_FOUND")


def test_ruling_30_what_a_form_led_to_may_be_loaded_again(cast: Cast) -> None:
    again = Browser(cast).get("/app/sign-out", headers=NAVIGATIONS[1])
    check_page(again, 405)
    assert "POST" in again.headers["Allow"]
    check_problem(cast.nobody.get("/app/sign-out"), 405)
    check_problem(Browser(cast).get("/oauth/token", headers=NAVIGATIONS[1]), 405)
    posted = cast.nobody.post("/nonsense", headers=NAVIGATIONS[1])
    check_problem(posted, 404, "ENDPOINT_NOT_FOUND")


def test_ruling_30_the_api_keeps_its_first_segments() -> None:
    assert {route.path.split("/")[1] for route in API_ROUTES} <= RESERVED
    assert {"app", "metrics", "version"} <= RESERVED


# --- Links that people have been given ---


@pytest.mark.parametrize("headers", NAVIGATIONS)
def test_ruling_30_a_guests_link_shows_what_waits(cast: Cast, headers: dict[str, str]) -> None:
    made(cast.olga.put("", {"timezone": "Asia/Kathmandu"}), 200)
    first = make_oneoff(
        cast.olga, title="Sign <b>here</b> & go", deadline="2031-05-15T18:30:00Z",
        owners={"guests": [GUS]},
    )  # fmt: skip
    done = make_oneoff(cast.olga, title="Was done", owners={"guests": [GUS]})
    complete(cast.olga, done)
    make_oneoff(cast.olga, title="Somebody else's")
    link = first["owners"]["taskUrls"][0].removeprefix(cast.server.base_url)
    code = link.split("/guest/")[1].split("/")[0]
    org = cast.organization_id
    for path in (link, f"/{org}/guest/{code}", f"/guest-all-task/{org}/{code}"):
        shown = Browser(cast).get(path, headers=headers)
        check_page(shown)
        assert shown.headers["X-Robots-Tag"] == "noindex"
        assert "Cast &amp; Co" in shown.text
        assert "Sign" in shown.text
        assert "<b>here" not in shown.text
        assert "Friday, 16 May 2031, 00:15 (Asia/Kathmandu)" in shown.text
        is_of_one = path == link
        assert ("One task waits" in shown.text) != is_of_one
        assert ("Was done" in shown.text) != is_of_one
        for other in ("Somebody else", "2031-05"):
            assert other not in shown.text
        for program in PROGRAMS:
            asked = cast.nobody.get(path, headers=program)
            check_problem(asked, 404, "ENDPOINT_NOT_FOUND")


def test_ruling_30_a_guests_link_that_is_good_no_longer_says_so(cast: Cast) -> None:
    task = make_oneoff(cast.olga, owners={"guests": [GUS]})
    code = task["owners"]["taskUrls"][0].split("/guest/")[1].split("/")[0]
    org = cast.organization_id
    for wrong in (f"/{org}/guest/{'0' * 40}", f"/{'0' * 32}/guest/{code}", f"/acme/guest/{code}"):
        answer = Browser(cast).get(wrong, headers=NAVIGATIONS[0])
        check_page(answer, 401)
        assert "good no longer" in answer.text
    complete(cast.olga, task)
    made(cast.olga.delete(f"/guests/{GUS}/disable"), 200)
    shut_out = Browser(cast).get(f"/{org}/guest/{code}", headers=NAVIGATIONS[0])
    check_page(shut_out, 403)
    assert "disabled" in shut_out.text


def test_ruling_30_nothing_waits(cast: Cast) -> None:
    task = make_oneoff(cast.olga, owners={"guests": [GUS]})
    link = task["owners"]["taskUrls"][0].removeprefix(cast.server.base_url)
    complete(cast.olga, task)
    ended = Browser(cast).get(link, headers=NAVIGATIONS[0])
    check_page(ended)
    assert "Done. Thank you." in ended.text
    shown = Browser(cast).get(link.split("/tasks/")[0], headers=NAVIGATIONS[0])
    check_page(shown)
    assert "Nothing waits" in shown.text


def test_ruling_30_a_public_process_is_a_page_and_stays_json(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "One & <i>only</i>"}, {"title": "Two"}])
    process = launch(cast.olga, template, name="Move <in>", is_public=True)
    first, _ = tasks_of(cast.olga, process)
    complete(cast.olga, first)
    path = process["public_url"].removeprefix(cast.server.base_url)

    for headers in NAVIGATIONS:
        shown = Browser(cast).get(path, headers=headers)
        check_page(shown)
        assert shown.headers["X-Robots-Tag"] == "noindex"
        assert "Cast &amp; Co" in shown.text
        assert "1 of 2 tasks done" in shown.text
        assert re.search(r"Done \w+day, \d+ \w+ 20\d\d, \d\d:\d\d \(UTC\)", shown.text)
        assert "<i>only" not in shown.text
        assert not re.search(r"\d{4}-\d{2}-\d{2}T", shown.text)
    for program in PROGRAMS:
        answer = cast.nobody.get(path, headers=program)
        assert answer.json()["data"]["progress"]["complete"] == 1
        assert answer.headers["Content-Type"] == "application/json"

    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    gone = Browser(cast).get(path, headers=NAVIGATIONS[0])
    check_page(gone, 404)
    assert "no public process" in gone.text
    check_problem(cast.nobody.get(path), 404)
