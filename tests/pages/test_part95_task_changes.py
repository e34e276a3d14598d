"""Part 95, 3.3 and 3.6: who may change a task on its page, and add one; without a browser."""

import re
from typing import Any

import pytest

from browsers import Browser, check_page, leads_to, signed_in
from cast import Cast
from factories import launch, let_all_launch, made, make_oneoff, make_template, tasks_of
from robots import with_password


def launched(cast: Cast) -> Any:
    """The first of two tasks, which Mia and Leo have."""
    people = [cast.mia.user_id, cast.leo.user_id]
    steps = [{"title": "Count", "assignees": people}, {"title": "Close", "assignees": people}]
    template = make_template(cast.olga, steps)
    let_all_launch(cast.olga, template)
    return tasks_of(cast.olga, launch(cast.mia, template))[0]


def token(page: Any) -> dict[str, str]:
    found = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert found is not None
    return {"form_token": found[1]}


def now(cast: Cast, task: Any) -> Any:
    return made(cast.olga.get(f"/tasks/{task['id']}"), 200)


def test_95_8_light_members_change_no_people_dates_or_hiding(cast: Cast) -> None:
    task = launched(cast)
    leo = signed_in(cast, with_password(cast, cast.leo))
    page = leo.get(f"/app/tasks/{task['id']}")
    check_page(page)
    for words in ("Assign …", "Hide …", "Take ", 'name="deadline"'):
        assert words not in page.text, words
    before = now(cast, task)
    base, sent = f"/app/tasks/{task['id']}", token(page)
    assert leo.get(f"{base}/people").status_code == 403
    assert leo.post(f"{base}/people", {**sent, "add": str(cast.olga.user_id)}).status_code == 403
    assert leo.post(f"{base}/deadline", {**sent, "deadline": "2031-05-15T14:30"}).status_code == 403
    assert leo.get(f"{base}/hide").status_code == 403
    assert leo.post(f"{base}/hide", sent).status_code == 403
    assert now(cast, task) == before


@pytest.mark.parametrize("way", ["people", "history", "hide"])
def test_95_1_what_is_not_ones_own_to_see_is_not_there(cast: Cast, way: str) -> None:
    task = make_oneoff(cast.olga, top_secret=True)
    mia = signed_in(cast, with_password(cast, cast.mia))
    assert mia.get(f"/app/tasks/{task['id']}/{way}").status_code == 404


def test_95_3_3_a_guest_and_a_group_are_assigned_and_taken_off(cast: Cast) -> None:
    task, group = launched(cast), cast.group()
    mia = signed_in(cast, with_password(cast, cast.mia))
    base = f"/app/tasks/{task['id']}"
    asked = mia.get(f"{base}/people?q=gus%40guests.test")
    check_page(asked)
    assert 'value="gus@guests.test"' in asked.text
    for word in ("gus@guests.test", group):
        leads_to(mia.post(f"{base}/people", {**token(asked), "add": word, "next": base}))
    owners = now(cast, task)["owners"]
    assert (owners["guests"], owners["groups"]) == (["gus@guests.test"], [group])
    shown = mia.get(base).text
    assert "(guest)" in shown
    for word in ("gus@guests.test", group):
        leads_to(mia.post(f"{base}/people", {**token(asked), "remove": word, "next": base}))
    owners = now(cast, task)["owners"]
    assert (owners["guests"], owners["groups"]) == ([], [])
    refused = mia.post(f"{base}/people", {**token(asked), "add": "no address"})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text


def test_95_3_6_what_is_wrong_with_an_added_task_stands_beside_it(cast: Cast) -> None:
    task = launched(cast)
    mia = signed_in(cast, with_password(cast, cast.mia))
    address = f"/app/processes/{task['run_id']}/add-task"
    page = mia.get(address)
    check_page(page)
    typed = {**token(page), "title": "", "deadline": "soon", "people": "gus@guests.test, x"}
    refused = mia.post(address, typed)
    assert refused.status_code == 422
    assert "Say what is to be done." in refused.text
    assert "Say by when" in refused.text
    assert 'value="gus@guests.test, x"' in refused.text
    assert len(tasks_of(cast.olga, {"id": task["run_id"]})) == 2
    nobody = Browser(cast)
    assert leads_to(nobody.get(address)).startswith("/app/sign-in")
    made(cast.olga.delete(f"/runs/{task['run_id']}"), 200)
    assert mia.get(address).status_code == 403
