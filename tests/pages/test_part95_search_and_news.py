"""Part 95, 3.14 to 3.16: the activity, searching, and what people are told, without a script."""

import re
from typing import Any

import pytest

from browsers import Browser, check_page, leads_to, signed_in
from cast import Cast
from factories import launch, made, make_template, tasks_of
from letters import announce
from robots import with_password


@pytest.fixture
def mia(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.mia))


def _texts(pattern: str, text: str) -> list[str]:
    found = re.findall(pattern, text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


def hits_of(text: str) -> list[str]:
    return _texts(r'<li data-row class="hit[^"]*">(.*?)</li>', text)


# --- Search ---


def test_95_3_15_what_is_archived_stands_below_with_its_badge(cast: Cast, mia: Browser) -> None:
    old = launch(cast.mia, name="Zebra crossing")
    launch(cast.mia, name="Another zebra")
    made(cast.mia.delete(f"/runs/{old['id']}"), 200)
    page = mia.get("/app/search?q=zebra")
    check_page(page)
    assert hits_of(page.text) == [
        "Another zebra MISC On time", "Zebra crossing MISC Archived",
    ]  # fmt: skip
    active = mia.get("/app/search?q=zebra&active=1")
    assert hits_of(active.text) == ["Another zebra MISC On time"]
    none = mia.get("/app/search?q=crossing&active=1")
    check_page(none)
    assert "Nothing for “crossing”." in none.text
    assert 'href="/app/search?q=crossing"' in none.text


def test_95_3_15_every_kind_has_its_tab_and_its_pages(cast: Cast, mia: Browser) -> None:
    template = make_template(cast.olga, [{"title": "Quagga step"}], title="Quagga template")
    for number in range(27):
        launch(cast.olga, template, name=f"Quagga {number:02}")
    olga = signed_in(cast, with_password(cast, cast.olga))
    page = olga.get("/app/search?q=quagga").text
    assert "Templates (1)" in page
    assert "Processes (27)" in page
    assert "All 27 processes" in page
    one = olga.get("/app/search?q=quagga&on=processes")
    check_page(one)
    assert len(hits_of(one.text)) == 25
    assert "Next" in one.text
    assert len(hits_of(olga.get("/app/search?q=quagga&on=processes&page=2").text)) == 2
    steps = hits_of(olga.get("/app/search?q=quagga&on=steps").text)
    assert steps == ["Quagga step Step 1"]
    me = made(cast.mia.client.get("/me"), 200)
    people = olga.get(f"/app/search?q={me['email']}&on=people").text
    assert f'href="/app/people/members/{cast.mia.user_id}"' in people
    check_page(olga.get(f"/app/people/members/{cast.mia.user_id}"))
    # Who may see none of it finds none of it.
    leo = signed_in(cast, with_password(cast, cast.leo))
    assert hits_of(leo.get("/app/search?q=quagga&on=processes").text) == []
    for odd in ("%25%27%22--", "a" * 500, "", "%00"):
        check_page(mia.get(f"/app/search?q={odd}"))


def test_95_3_15_while_typing_only_the_hits_come(cast: Cast, mia: Browser) -> None:
    for number in range(6):
        launch(cast.mia, name=f"Okapi {number}")
    part = {"HX-Request-Type": "partial", "HX-Target": "div#hits"}
    answer = mia.get("/app/search?q=okapi", headers=part)
    assert "<main" not in answer.text
    assert len(hits_of(answer.text)) == 4
    assert "All results" in answer.text


# --- The bell ---


def told(cast: Cast, text: str) -> Any:
    """A comment that names Mia, and the process it is on."""
    process = launch(cast.olga, name="Ring the bell")
    content = {"content": f"@[{cast.mia.user_id}] {text}"}
    made(cast.olga.post(f"/runs/{process['id']}/comment", content))
    return process


def test_95_3_16_the_bell_counts_and_reading_ends_it(cast: Cast, mia: Browser) -> None:
    process = told(cast, "look")
    told(cast, "and here")
    announce(cast)
    page = mia.get("/app/home")
    assert 'aria-label="Notifications, 2 unread"' in page.text
    news = mia.get("/app/notifications")
    check_page(news)
    address = f"/app/processes/{process['id']}#comments"
    assert f'href="{address}"' in news.text
    (first, second) = re.findall(r'action="(/app/notifications/\d+/read)"', news.text)
    assert leads_to(mia.press(news, action=second, next=address)) == address
    assert 'aria-label="Notifications, 1 unread"' in mia.get("/app/home").text
    assert first in mia.get("/app/notifications?tab=unread").text
    mia.press(news, action="/app/notifications/read-all")
    assert 'aria-label="Notifications"' in mia.get("/app/home").text
    empty = mia.get("/app/notifications?tab=unread")
    check_page(empty)
    assert "You have read everything." in empty.text
    olga = signed_in(cast, with_password(cast, cast.olga))
    sent = {"form_token": _token(olga.get("/app/home").text)}
    assert olga.post(first, sent).status_code == 404, "it is of somebody else"


def _token(text: str) -> str:
    (token, *_) = re.findall(r'name="form_token" value="([^"]+)"', text)
    return str(token)


# --- Activity ---


def entries_of(text: str) -> list[str]:
    return _texts(r'<li class="happening">(.*?)</li>', text)


def test_95_3_14_the_activity_is_narrowed_by_all_that_it_shows(cast: Cast) -> None:
    olga = signed_in(cast, with_password(cast, cast.olga))
    me = made(cast.mia.client.get("/me"), 200)
    process = launch(cast.mia, name="Close the shop")
    other = launch(cast.olga, name="Open the shop")
    for each in (process, other):
        made(cast.mia.delete(f"/runs/{each['id']}"), 200)
    made(cast.olga.put(f"/runs/{other['id']}/activate"), 200)
    day = made(cast.mia.get(f"/runs/{process['id']}"), 200)["archived_at"][:10]
    page = olga.get(f"/app/activity?verb=archived&after={day}&before={day}")
    check_page(page)
    shown = entries_of(page.text)
    assert len(shown) == 2
    assert all(f"{me['full_name']} archived the process" in each for each in shown)
    assert f'href="/app/processes/{process["id"]}"' in page.text
    assert entries_of(olga.get("/app/activity?verb=archived&before=2020-01-01").text) == []
    assert "Nothing of that kind happened." in olga.get("/app/activity?q=nothing+at+all").text
    restored = entries_of(olga.get("/app/activity?verb=unarchived").text)
    assert len(restored) == 1
    assert len(entries_of(olga.get(f"/app/activity?by={me['email']}&verb=archived").text)) == 2
    link = f"/app/activity?of=run&id={process['id']}"
    assert link.replace("&", "&amp;") in olga.get(f"/app/processes/{process['id']}").text
    one = olga.get(link)
    assert all("Close the shop" in each for each in entries_of(one.text))
    assert cast.olga.delete(f"/runs/{process['id']}/delete").status_code == 200
    gone = olga.get("/app/activity?verb=deleted").text
    assert "Close the shop" in gone
    assert f'href="/app/processes/{process["id"]}"' not in gone
    for odd in ("verb=x", "after=x", "of=run&id=x", "of=thing", "source=x", "kind=x&page=-1"):
        check_page(olga.get(f"/app/activity?{odd}"))


def test_95_3_14_others_see_what_they_may_see(cast: Cast, mia: Browser) -> None:
    process = launch(cast.olga, name="Secret plan")
    leo = signed_in(cast, with_password(cast, cast.leo))
    assert "Secret plan" not in leo.get("/app/activity").text
    assert leo.get(f"/app/activity?of=run&id={process['id']}").status_code == 403


# --- What one is told of ---


def test_95_3_13_one_chooses_what_one_is_told_of(cast: Cast, mia: Browser) -> None:
    page = mia.get("/app/settings/notifications")
    check_page(page)
    sent = {
        "form_token": _token(page.text), "mails": "1", "switches[]": "mentions", "days[]": "Sunday",
    }  # fmt: skip
    assert leads_to(mia.post("/app/settings/notifications", sent)) == "/app/settings/notifications"
    me = made(
        cast.mia.client.get(f"/organizations/{cast.organization_id}/me?with=preferences"), 200
    )
    chosen = me["preferences"]["data"] if "data" in me["preferences"] else me["preferences"]
    assert chosen["mail_enabled"] is True
    assert chosen["digest_enabled"] is False
    assert chosen["cadence_days"] == ["Sunday"]
    assert [name for name, is_on in chosen["notifications"].items() if is_on] == ["mentions"]


@pytest.mark.parametrize("kind", ["processes", "tasks", "templates"])
def test_95_3_16_one_watches_a_thing_as_often_as_one_likes(
    cast: Cast, mia: Browser, kind: str
) -> None:
    template = make_template(cast.mia, 1, title="Open the shop")
    process = launch(cast.mia, template, name="Open the shop")
    (task,) = tasks_of(cast.mia, process)
    thing = {"processes": process, "tasks": task, "templates": template}[kind]
    address = f"/app/{kind}/{thing['id']}/watch"
    page = mia.get(address)
    check_page(page)
    assert 'name="how" value="" checked' in page.text
    mia.press(page, action=address, how="electric")
    (watcher,) = made(cast.mia.get("/watchers"), 200)
    assert (watcher["object_id"], watcher["frequency"]) == (thing["id"], "electric")
    settings = mia.get("/app/settings/notifications")
    check_page(settings)
    name = thing.get("name") or thing["title"]
    assert f"Stop watching {name}" in settings.text
    change = f"/app/settings/notifications/watching/{watcher['id']}"
    mia.post(change, {"form_token": _token(settings.text), "how": "chilled"})
    assert made(cast.mia.get("/watchers"), 200)[0]["frequency"] == "chilled"
    leo = signed_in(cast, with_password(cast, cast.leo))
    assert leo.post(change, {"form_token": _token(leo.get("/app/home").text)}).status_code == 404
    mia.post(address, {"form_token": _token(page.text), "how": ""})
    assert made(cast.mia.get("/watchers"), 200) == []
    assert "You are told of" in mia.get("/app/home").text
