"""Part 95, 3.2: the list of tasks, what it is narrowed to, and what is done in it."""

import re
from typing import Any

import pytest

from browsers import Browser, check_page, leads_to, signed_in
from cast import Cast
from factories import complete, launch, let_all_launch, made, make_oneoff, make_template, tasks_of
from robots import with_password

LATE = "2026-01-05 09:00:00"


@pytest.fixture
def mia(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.mia))


def titles(page: Any) -> list[str]:
    return re.findall(r'class="task-title"[^>]*>(.*?)</a>', page.text)


def chips(page: Any) -> list[str]:
    return re.findall(r'class="chip" href="[^"]*"><span>(.*?)</span>', page.text)


def of(*people: Any, **more: Any) -> dict[str, Any]:
    return {"owners": {"users": [person.user_id for person in people]}, **more}


def test_95_3_2_usually_the_list_holds_ones_own_tasks_that_are_to_do(
    cast: Cast, mia: Browser
) -> None:
    make_oneoff(cast.olga, title="First", **of(cast.mia))
    make_oneoff(cast.olga, title="By a group", owners={"groups": [cast.group(cast.mia)]})
    make_oneoff(cast.olga, title="Of Leo", **of(cast.leo))
    done = make_oneoff(cast.olga, title="Done", **of(cast.mia))
    complete(cast.olga, done)
    page = mia.get("/app/tasks")
    check_page(page)
    assert titles(page) == ["By a group", "First"]
    # So many are open, the rail says.
    assert re.search(r'class="rail-count">2<', page.text)
    assert re.search(r'class="rail-count">2<', mia.get("/app/tracker").text)
    assert titles(mia.get("/app/tasks?assignee=everyone")) == ["Of Leo", "By a group", "First"]
    assert titles(mia.get("/app/tasks?status=completed")) == ["Done"]
    assert titles(mia.get(f"/app/tasks?assignee={cast.leo.user_id}")) == ["Of Leo"]


def test_95_3_2_a_row_says_all_that_matters_of_a_task(cast: Cast, mia: Browser) -> None:
    tag = made(cast.olga.post("/tags", {"title": "Urgent"}))["id"]
    template = make_template(cast.olga, [{"title": "Sign {{run_name}}"}], title="Joining")
    let_all_launch(cast.olga, template)
    process = launch(cast.mia, template, name="Ann joins")
    (task,) = tasks_of(cast.olga, process)
    changes = {
        "deadline": LATE,
        "everyone_must_complete": True,
        "can_complete_only_assignees": True,
        "tags": [tag],
        **of(cast.mia, cast.leo),
    }
    made(cast.olga.put(f"/tasks/{task['id']}", changes), 200)
    complete(cast.leo, task)
    # With what is said by itself of the part that is done.
    made(cast.olga.post(f"/tasks/{task['id']}/comment", {"content": "<p>Soon?</p>"}))
    page = mia.get("/app/tasks").text
    for said in ("Overdue", "Ann joins", "· Joining", "Urgent", "1 of 2", "2 comments"):
        assert said in page, said
    assert "Only its assignees can complete it" in page
    issue = {"content": "<p>No pen.</p>", "label": "problem"}
    made(cast.olga.post(f"/tasks/{task['id']}/comment", issue))
    page = mia.get("/app/tasks").text
    assert "Problem" in page
    assert "It has an open issue: that has to be resolved first" in page
    assert f'action="/app/tasks/{task["id"]}/complete"' not in page


def test_95_3_2_filters_add_up_and_each_can_be_taken_off(cast: Cast, mia: Browser) -> None:
    tag = made(cast.olga.post("/tags", {"title": "Urgent"}))["id"]
    template = make_template(cast.olga, [{"title": "Sign"}], title="Joining")
    let_all_launch(cast.olga, template)
    process = launch(cast.mia, template, name="Ann joins")
    (sign,) = tasks_of(cast.olga, process)
    made(cast.olga.put(f"/tasks/{sign['id']}", {"deadline": LATE, "tags": [tag]}), 200)
    made(cast.olga.put(f"/tasks/{sign['id']}", of(cast.leo)), 200)
    make_oneoff(cast.olga, title="Tagged only", tags=[tag])
    make_oneoff(cast.olga, title="Late only", deadline=LATE)
    asked = (
        f"/app/tasks?assignee={cast.leo.user_id}&state=overdue&tag=Urgent"
        f"&template={template['id']}&q=ann&due_from=2026-01-01&due_to=2026-02-01"
    )
    page = mia.get(asked)
    assert titles(page) == ["Sign"]
    assert len(chips(page)) == 7
    ways = re.findall(r'class="chip" href="([^"]*)"><span>', page.text)
    for way in ways:
        fewer = mia.get(way.replace("&amp;", "&"))
        assert titles(fewer) == ["Sign"]
        assert len(chips(fewer)) == 6
    assert titles(mia.get(f"{asked}&due_to=2026-01-04")) == []
    assert titles(mia.get("/app/tasks?assignee=everyone&state=overdue")) == ["Late only", "Sign"]
    assert titles(mia.get("/app/tasks?assignee=nobody&tag=Urgent")) == ["Tagged only"]
    # The form of the filters says all that it holds; the address says what was chosen.
    sent = mia.get("/app/tasks?assignee=everyone&guest=&state=&tag=Urgent&folder=")
    assert leads_to(sent) == "/app/tasks?assignee=everyone&tag=Urgent"


def test_95_3_2_all_that_can_be_filtered_by_is_offered(cast: Cast, mia: Browser) -> None:
    made(cast.olga.post("/tags", {"title": "Urgent"}))
    made(cast.olga.post("/folders", {"name": "Berlin", "folder_type": "run"}))
    template = make_template(cast.olga, 1, title="Joining")
    let_all_launch(cast.olga, template)
    cast.group(cast.mia)
    page = mia.get("/app/tasks/filters?status=all&sort=delayed&tag=Urgent")
    check_page(page)
    for said in ("Urgent", "Berlin", "Joining", "Nobody", 'label="Groups"', 'label="Members"'):
        assert said in page.text, said
    assert '<option value="Urgent" selected>' in page.text
    assert '<input type="hidden" name="sort" value="delayed">' in page.text


def test_95_3_2_the_list_is_sorted_grouped_and_paged(cast: Cast, mia: Browser) -> None:
    process = launch(cast.mia, name="Ann joins")
    for number in range(27):
        inside = {"run_id": process["id"]} if number % 2 else {}
        day = f"2031-05-{28 - number:02}"
        make_oneoff(
            cast.olga, title=f"T{number}", deadline=f"{day} 09:00:00", **of(cast.mia), **inside
        )
    first = mia.get("/app/tasks")
    assert titles(first) == [f"T{number}" for number in range(26, 1, -1)]
    assert "1 to 25 of 27" in first.text
    assert titles(mia.get("/app/tasks?page=2")) == ["T1", "T0"]
    assert len(titles(mia.get("/app/tasks?size=50"))) == 27
    assert titles(mia.get("/app/tasks?sort=delayed"))[:2] == ["T26", "T25"]
    grouped = mia.get("/app/tasks?group=process&size=50")
    heads = re.findall(r'class="group-head"><span dir="auto">(.*?)</span>', grouped.text)
    assert heads == ["One-off tasks", "Ann joins"]
    by_day = mia.get("/app/tasks?group=deadline").text
    assert re.findall(r'class="group-head"><span dir="auto">(.*?)</span>', by_day) == ["Later"]


def test_95_3_2_a_task_is_completed_where_it_is_listed(cast: Cast, mia: Browser) -> None:
    task = make_oneoff(cast.olga, title="Order a desk", **of(cast.mia))
    page = mia.get("/app/tasks?sort=delayed")
    action = f"/app/tasks/{task['id']}/complete"
    assert leads_to(mia.press(page, action=action)) == "/app/tasks?sort=delayed"
    after = mia.get("/app/tasks")
    assert "Completed “Order a desk”." in after.text
    assert titles(after) == []
    assert "All done." in after.text
    mia.press(after, action=f"/app/tasks/{task['id']}/reopen")
    back = mia.get("/app/tasks")
    assert "“Order a desk” is as before" in back.text
    assert titles(back) == ["Order a desk"]


def test_95_3_2_an_approval_is_decided_where_it_is_listed(cast: Cast, mia: Browser) -> None:
    task = make_oneoff(cast.olga, title="Buy it", task_type="approval", **of(cast.mia))
    page = mia.get("/app/tasks")
    mia.press(page, action=f"/app/tasks/{task['id']}/complete", then="reject")
    assert "Rejected “Buy it”." in mia.get("/app/tasks").text
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["is_approved"] is False


def test_95_3_2_what_asks_for_answers_stays_open_and_says_so(cast: Cast, mia: Browser) -> None:
    field = {"field_type": "text", "label": "Float", "required": True}
    task = make_oneoff(cast.olga, title="Count", form_fields=[field], **of(cast.mia))
    page = mia.get("/app/tasks")
    mia.press(page, action=f"/app/tasks/{task['id']}/complete")
    after = mia.get("/app/tasks")
    assert "“Count” has questions to answer first." in after.text
    assert f'href="/app/tasks/{task["id"]}">Open</a>' in after.text
    assert titles(after) == ["Count"]


def test_95_3_2_everyone_does_their_part(cast: Cast, mia: Browser) -> None:
    task = make_oneoff(
        cast.olga, title="Read it", everyone_must_complete=True, **of(cast.mia, cast.leo)
    )
    page = mia.get("/app/tasks")
    assert "0 of 2" in page.text
    mia.press(page, action=f"/app/tasks/{task['id']}/complete")
    after = mia.get("/app/tasks").text
    assert "Your part of “Read it” is done: 1 of 2." in after
    assert "Your part is done" in after
    assert f'action="/app/tasks/{task["id"]}/complete"' not in after


def test_95_3_2_who_may_not_complete_a_task_gets_no_mark_to_press(cast: Cast, mia: Browser) -> None:
    task = make_oneoff(cast.olga, title="Secret", can_complete_only_assignees=True, **of(cast.leo))
    page = mia.get("/app/tasks?assignee=everyone")
    assert titles(page) == ["Secret"]
    action = f"/app/tasks/{task['id']}/complete"
    assert action not in page.text
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert token is not None
    assert mia.post(action, {"form_token": token[1]}).status_code == 403


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("/app/tasks", "All done. Nothing is yours to do at the moment."),
        ("/app/tasks?assignee=everyone&status=all", "There are no tasks yet."),
        ("/app/tasks?assignee=everyone&status=archived", "No task is archived."),
        (
            "/app/tasks?tag=Urgent&state=overdue",
            "No task under “To do” matches: overdue, tagged “Urgent”.",
        ),
    ],
)
def test_95_7_an_empty_list_says_why(mia: Browser, asked: str, said: str) -> None:
    page = mia.get(asked)
    check_page(page)
    assert said in page.text


def test_95_7_the_filter_that_hides_most_is_named(cast: Cast, mia: Browser) -> None:
    make_oneoff(cast.olga, title="Late", deadline=LATE, **of(cast.mia))
    page = mia.get("/app/tasks?tag=Urgent&state=overdue")
    assert titles(page) == []
    assert "Without: tagged “Urgent”" in page.text


def test_95_8_light_members_see_tasks_of_their_own_processes(cast: Cast) -> None:
    leo = signed_in(cast, with_password(cast, cast.leo))
    make_oneoff(cast.olga, title="Of Mia", **of(cast.mia))
    make_oneoff(cast.olga, title="Of Leo", **of(cast.leo))
    assert titles(leo.get("/app/tasks?assignee=everyone&status=all")) == ["Of Leo"]


def test_95_3_2_a_task_is_copied_reminded_of_and_hidden_from_its_menu(
    cast: Cast, mia: Browser
) -> None:
    template = make_template(cast.olga, [{"title": "Sign", "assignees": [cast.leo.user_id]}])
    let_all_launch(cast.olga, template)
    (inside,) = tasks_of(cast.mia, launch(cast.mia, template))
    page = mia.get("/app/tasks?assignee=everyone")
    mia.press(page, action=f"/app/tasks/{inside['id']}/remind")
    assert "Reminded 1 person of “Sign”." in mia.get("/app/tracker").text
    mia.press(page, action=f"/app/tasks/{inside['id']}/duplicate")
    copied = mia.get("/app/tasks?assignee=everyone")
    assert "Created “Sign - Copy”." in copied.text
    assert titles(copied) == ["Sign - Copy", "Sign"]
    mia.press(page, action=f"/app/tasks/{inside['id']}/hide")
    hidden = mia.get("/app/tasks?assignee=everyone")
    assert titles(hidden) == ["Sign - Copy"]
    mia.press(hidden, action=f"/app/tasks/{inside['id']}/show")
    assert titles(mia.get("/app/tasks?assignee=everyone")) == ["Sign - Copy", "Sign"]


def test_95_1_what_somebody_else_changed_meanwhile_is_not_overwritten_unasked(
    cast: Cast, mia: Browser
) -> None:
    task = make_oneoff(cast.mia, title="Sign", **of(cast.mia))
    address = f"/app/tasks/{task['id']}/edit"
    page = mia.get(address)
    check_page(page)
    made(cast.olga.put(f"/tasks/{task['id']}", {"title": "Sign here"}), 200)
    refused = mia.press(page, action=address, title="Sign there")
    assert refused.status_code == 422
    assert "Somebody has changed this task meanwhile." in refused.text
    assert 'value="Sign there"' in refused.text
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["title"] == "Sign here"
    leads_to(mia.press(refused, action=address))
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["title"] == "Sign there"


def test_95_8_who_may_not_change_a_task_is_told_so(cast: Cast) -> None:
    leo = signed_in(cast, with_password(cast, cast.leo))
    task = make_oneoff(cast.olga, title="Sign", **of(cast.leo))
    page = leo.get("/app/tasks")
    for path in ("edit", "duplicate", "hide"):
        assert f"/app/tasks/{task['id']}/{path}" not in page.text
    assert leo.get(f"/app/tasks/{task['id']}/edit").status_code == 403
    # One's own can be changed.
    own = made(cast.leo.post("/tasks", {**OWN, **of(cast.leo)}))
    assert f"/app/tasks/{own['id']}/edit" in leo.get("/app/tasks").text
    assert leo.get(f"/app/tasks/{own['id']}/edit").status_code == 200


OWN = {"title": "Own", "task_type": "task", "deadline": "2031-05-15 14:30:00"}
