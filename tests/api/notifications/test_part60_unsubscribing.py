"""Mails end by one click, of people or of their mail programs (issue 16; RFC 8058)."""

import re

import requests

from cast import GUS, Cast
from factories import made, make_oneoff
from letters import announce


def _path(cast: Cast, link: str) -> str:
    return cast.server.base_url + "/public/" + link.partition("/public/")[2]


def test_16_one_click_ends_mails_of_one_kind_and_looking_ends_none(cast: Cast) -> None:
    owners = {"users": [cast.mia.user_id], "guests": [GUS]}
    task = make_oneoff(cast.olga, owners=owners)
    links = {letter.to: _path(cast, letter.unsubscribe) for letter in announce(cast)}
    page = requests.get(next(iter(links.values())), headers={"Sec-Fetch-Mode": "navigate"})
    assert page.status_code == 200
    assert "Which mails shall end?" in page.text
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for link in links.values():
        for _ in range(2):
            answer = requests.post(link, headers=form, data="List-Unsubscribe=One-Click")
            assert answer.status_code == 204
        assert requests.post(link[:-1] + "?").status_code in (404, 405)
    wanted = made(cast.mia.get("/me?with=preferences"), 200)["preferences"]["data"]
    assert wanted["notifications"]["task_assigned"] is False
    assert wanted["mail_enabled"] is True
    made(cast.olga.delete(f"/completed-tasks/{task['id']}"), 200)
    make_oneoff(cast.olga, owners=owners)
    assert announce(cast) == []
    made(cast.olga.put(f"/tasks/{task['id']}", {"deadline": "2031-06-01T09:00:00Z"}), 200)
    assert [letter.to for letter in announce(cast)] != [GUS]


def test_16_a_person_can_end_all_mails_and_keeps_the_bell(cast: Cast) -> None:
    owners = {"users": [cast.mia.user_id], "guests": []}
    task = make_oneoff(cast.olga, owners=owners)
    (letter,) = announce(cast)
    browser = requests.Session()
    url = _path(cast, letter.unsubscribe).replace("/public/", "/app/")
    token = re.findall(r'name="form_token" value="([^"]+)"', browser.get(url).text)[0]
    origin = {"Origin": cast.server.base_url}
    sent = {"form_token": token, "which": "everything"}
    assert "No more of these mails" in browser.post(url, data=sent, headers=origin).text
    wanted = made(cast.mia.get("/me?with=preferences"), 200)["preferences"]["data"]
    assert wanted["mail_enabled"] is False
    made(cast.olga.post(f"/tasks/{task['id']}/comment", {"content": "Look"}))
    assert announce(cast) == []
    assert made(cast.olga.post(f"/tasks/{task['id']}/remind"), 200) == {"sent": 0}
    assert len(made(cast.mia.get("/me/notifications"), 200)) == 2
    made(cast.mia.put("/me", {"mail_enabled": True}), 200)
    assert made(cast.olga.post(f"/tasks/{task['id']}/remind"), 200) == {"sent": 1}
