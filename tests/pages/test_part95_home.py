"""Part 95, 3.1 and 3.6: what is one's own to do, and answers as they were entered."""

import re

import pytest

from browsers import Browser, check_page, signed_in
from cast import Cast
from factories import launch, let_all_launch, made, make_oneoff, make_template, tasks_of
from robots import with_password


@pytest.fixture
def mia(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.mia))


def test_95_3_1_home_shows_what_is_ones_own_to_do_by_deadline(cast: Cast, mia: Browser) -> None:
    hers, others = {"users": [cast.mia.user_id]}, {"users": [cast.leo.user_id]}
    make_oneoff(cast.olga, title="Later", owners=hers, deadline="2031-05-15 00:00:00")
    make_oneoff(cast.olga, title="Sooner", owners=hers, deadline="2030-05-15 00:00:00")
    make_oneoff(cast.olga, title="Of Leo", owners=others, deadline="2030-05-15 00:00:00")
    shown = mia.get("/app/home")
    check_page(shown)
    assert re.findall(r'class="task-title"[^>]*>(.*?)</a>', shown.text) == ["Sooner", "Later"]
    assert "with a problem" not in shown.text


def test_95_3_1_home_shows_ones_processes_with_a_problem(cast: Cast, mia: Browser) -> None:
    process = launch(cast.mia, name="Ann joins")
    launch(cast.mia, name="Bo joins")
    about = {"content": "No shoes", "label": "problem"}
    made(cast.mia.post(f"/runs/{process['id']}/comment", about))
    shown = mia.get("/app/home").text
    assert "Yours with a problem" in shown
    assert "Ann joins" in shown
    assert "Bo joins" not in shown


def test_95_3_1_home_says_so_where_there_is_nothing_to_do(mia: Browser) -> None:
    assert "Nothing is yours to do at the moment." in mia.get("/app/home").text


def test_95_3_6_a_table_is_shown_as_rows(cast: Cast, mia: Browser) -> None:
    columns = [{"id": 1, "label": "Part"}, {"id": 2, "label": "Price"}]
    field = {"field_type": "table", "label": "Quotes", "required": False, "columns": columns}
    template = make_template(cast.olga, 1)
    let_all_launch(cast.olga, template)
    (step,) = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    asked = made(cast.olga.post(f"/checklists/{template['id']}/steps/{step['id']}/captures", field))
    process = launch(cast.mia, template)
    (task,) = tasks_of(cast.mia, process)
    rows = {"taskdata": {asked["id"]: [["Bolt <b>", "Nut"], ["1", ""]]}}
    made(cast.olga.put(f"/tasks/{task['id']}", rows), 200)
    shown = mia.get(f"/app/processes/{process['id']}").text
    (table,) = re.findall(r'<table class="cells">(.*?)</table>', shown, re.DOTALL)
    assert re.findall(r'dir="auto">(.*?)</t', table) == [
        "Part", "Price", "Bolt &lt;b&gt;", "1", "Nut", "",
    ]  # fmt: skip


def test_95_3_16_favorites_are_on_one_page_unless_they_are_archived(
    cast: Cast, mia: Browser
) -> None:
    assert "You have no favorites." in mia.get("/app/favorites").text
    template = make_template(cast.mia, 1, title="Bake bread")
    process = launch(cast.mia, template, name="Bread of Monday")
    launch(cast.mia, template, name="Bread of Tuesday")
    made(cast.mia.put(f"/runs/{process['id']}", {"starred": True}), 200)
    star = {"title": "Bake bread", "starred": True}
    made(cast.mia.put(f"/checklists/{template['id']}", star), 200)
    shown = mia.get("/app/favorites")
    check_page(shown)
    assert re.findall(r'class="card-link"[^>]*>(.*?)</a>', shown.text) == ["Bread of Monday"]
    assert f'href="/app/templates/{template["id"]}"' in shown.text
    made(cast.mia.delete(f"/runs/{process['id']}"), 200)
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    assert "You have no favorites." in mia.get("/app/favorites").text
    made(cast.mia.put(f"/runs/{process['id']}/activate"), 200)
    assert "Bread of Monday" in mia.get("/app/favorites").text
