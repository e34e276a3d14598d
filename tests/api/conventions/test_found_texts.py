"""Texts that people type, through the API (rulings 18 and 19; found C8, C9, C11)."""

from typing import Any

import pytest

from cast import Cast
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from forms import asked, field_ids, template_with
from wire import check_problem

JOHN = "Ask <john@example.com>, a<b, cp <from> <to>"
INVISIBLE = ["  ", "\u200b", "\u2800", "\u0301", "\t\n\u00a0", "\ufeff\u202e"]
PICTURE = "data:image/png;base64," + "A" * 100_000
LARGE = "data:image/png;base64," + "A" * 400_000


def escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def test_ruling_18_what_was_typed_is_still_there(cast: Cast) -> None:
    template = template_with(
        cast.olga, [{"title": JOHN, "summary": JOHN}],
        [asked("Client"), asked("Notes", "textarea")],
        title=JOHN, summary=f"<p>{JOHN}</p>",
    )  # fmt: skip
    assert template["title"] == JOHN
    assert template["summary"] == f"<p>{escaped(JOHN)}</p>"
    ids = field_ids(cast.olga, template)
    answers = {ids["Client"]: JOHN, ids["Notes"]: JOHN}
    process = launch(cast.olga, template, name=JOHN, prerun=answers)
    assert process["name"] == JOHN
    (task,) = tasks_of(cast.olga, process)
    shown = made(cast.olga.get(f"/tasks/{task['id']}?with=summary"), 200)
    assert shown["title"] == JOHN
    assert make_oneoff(cast.olga, title=JOHN)["title"] == JOHN
    comment = made(cast.olga.post(f"/tasks/{task['id']}/comment", {"content": JOHN}))
    assert comment["content"] == escaped(JOHN)
    assert made(cast.olga.put(f"/runs/{process['id']}", {"name": f"<b>{JOHN}</b>"}), 200)[
        "name"
    ] == JOHN  # fmt: skip


def test_ruling_19_pasted_pictures(cast: Cast) -> None:
    shown = f'<p><img src="{PICTURE}"></p>'
    template = make_template(cast.olga, [{"title": "S", "summary": shown}], guidance=shown)
    assert template["guidance"] == shown
    process = launch(cast.olga, template, summary=shown)
    assert process["summary"] == shown
    (task,) = tasks_of(cast.olga, process)
    said = made(cast.olga.post(f"/tasks/{task['id']}/comment", {"content": shown}))
    assert said["content"] == shown
    large = f'<img src="{LARGE}">'
    sentence = "may not hold pictures of more than 256 KB."
    for path, body in (
        (f"/tasks/{task['id']}/comment", {"content": large}),
        ("/runs", {"checklist_id": template["id"], "name": "R", "summary": large}),
        (f"/checklists/{template['id']}/steps", {"title": "S", "summary": large}),
    ):
        errors = check_problem(cast.olga.post(path, body), 422)["errors"]
        assert [texts[0].endswith(sentence) for texts in errors.values()] == [True]
    only_other = (
        '<p>x</p><img src="data:image/svg+xml;base64,AAAA"><a href="data:text/html,x">y</a>'
    )
    kept = made(cast.olga.put(f"/runs/{process['id']}", {"summary": only_other}), 200)["summary"]
    assert "data:" not in kept
    text = "x" * (65_535 - len('<p><img src="data:"></p>'))
    body = {"summary": text + shown}
    assert made(cast.olga.put(f"/runs/{process['id']}", body), 200)["summary"] == text + shown
    body = {"summary": text + "x" + shown}
    assert check_problem(cast.olga.put(f"/runs/{process['id']}", body), 422)


def test_ruling_19_pictures_and_emptiness_in_answers(cast: Cast) -> None:
    rich = asked("Text", "textarea", required=True, use_wysiwyg_editor=True)
    plain = asked("Line", required=True)
    template = template_with(cast.olga, [{"title": "S", "captures": [rich, plain]}])
    ids = field_ids(cast.olga, template)
    (task,) = tasks_of(cast.olga, launch(cast.olga, template))
    path = f"/tasks/{task['id']}"

    def put(text: str, line: str) -> Any:
        return cast.olga.put(path, {"taskdata": {ids["Text"]: text, ids["Line"]: line}})

    too_large = check_problem(put(f'<img src="{LARGE}">', "x"), 422)["errors"]
    assert list(too_large) == [f"taskdata.{ids['Text']}"]
    for text in INVISIBLE:
        made(put(f"<p>{text}<br></p>", text), 200)
        answer = cast.olga.post("/completed-tasks", {"task_id": task["id"]})
        told = check_problem(answer, 422)["errors"]
        assert set(told) == {f"taskdata.{ids['Text']}", f"taskdata.{ids['Line']}"}
    made(put(f'<p><img src="{PICTURE}"></p>', "e\u0301\x07"), 200)
    assert made(cast.olga.get(path), 200)["taskdata"][ids["Line"]] == "\u00e9"
    complete(cast.olga, task)


@pytest.mark.parametrize("blank", INVISIBLE)
def test_ruling_19_signs_that_nobody_sees_are_no_text(cast: Cast, blank: str) -> None:
    template = make_template(cast.olga, 1)
    process = launch(cast.olga, template, name=blank)
    assert process["name"].startswith(template["title"])
    (task,) = tasks_of(cast.olga, process)
    for method, path, body, field in (
        ("POST", "/checklists", {"title": blank, "type": "procedure"}, "title"),
        ("POST", f"/checklists/{template['id']}/steps", {"title": blank}, "title"),
        ("PUT", f"/checklists/{template['id']}", {"title": blank}, "title"),
        ("PUT", f"/runs/{process['id']}", {"name": blank}, "name"),
        ("POST", "/groups", {"name": blank, "members": []}, "name"),
        ("POST", "/tags", {"title": blank}, "title"),
        ("POST", "/folders", {"name": blank}, "name"),
        ("POST", f"/tasks/{task['id']}/comment", {"content": blank}, "content"),
        ("POST", f"/tasks/{task['id']}/comment", {"content": f"<p>{blank}<br></p>"}, "content"),
        ("PUT", "", {"name": blank}, "name"),
    ):
        errors = check_problem(cast.olga.call(method, path, json=body), 422)["errors"]
        assert list(errors) == [field], (path, errors)
        assert "required" in errors[field][0]
    kept = made(cast.olga.put(f"/runs/{process['id']}", {"summary": f"<p>{blank}</p>"}), 200)
    assert kept["summary"] is None


@pytest.mark.parametrize("blank", INVISIBLE)
def test_found_c8_blank_is_null_where_there_may_be_none(cast: Cast, blank: str) -> None:
    organization = made(cast.olga.put("", {"industry": blank, "address1": blank}), 200)
    assert (organization["industry"], organization["address1"]) == (None, None)
    member = made(cast.mia.put(f"/users/{cast.mia.user_id}", {"phone": blank}), 200)
    assert member["phone"] is None
    template = make_template(cast.olga, 1)
    body = {"title": "T", "icon": blank, "folder_id": blank}
    changed = made(cast.olga.put(f"/checklists/{template['id']}", body), 200)
    assert (changed["icon"], changed["folder_id"]) == (None, None)
    task = make_oneoff(cast.olga, webhook=blank)
    assert task["webhook"] is None
    assert made(cast.olga.put(f"/tasks/{task['id']}", {"webhook": blank}), 200)["webhook"] is None
    guest = {"email": "gus@guests.test", "first_name": blank, "phone_1": blank}
    made(cast.olga.post("/guests", guest))
    shown = made(cast.olga.get("/guests/gus@guests.test"), 200)
    assert shown["first_name"] is None


def test_ruling_19_texts_are_stored_in_one_form(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Cafe\u0301\x07", "summary": "a\x1bb\r\nc"}])
    (task,) = tasks_of(cast.olga, launch(cast.olga, template, name="Cafe\u0301\x08"))
    assert task["title"] == "Caf\u00e9"
    shown = made(cast.olga.get(f"/tasks/{task['id']}?with=run,summary"), 200)
    assert shown["run"]["data"]["name"] == "Caf\u00e9"
    assert shown["summary"] == "ab\nc"


def test_found_c9_unknown_keys_are_named_whole(cast: Cast) -> None:
    sent = dict.fromkeys(("\u043a\u043b\u044e\u0447", "k\u00e9", "k,ey", "100%", "a b", "plain"), 1)
    answer = cast.olga.post("/tags", {"title": "T", **sent})
    assert answer.headers["X-Ignored-Fields"].split(",") == [
        "%D0%BA%D0%BB%D1%8E%D1%87", "k%C3%A9", "k%2Cey", "100%25", "a%20b", "plain",
    ]  # fmt: skip
    names = [f"\u043a\u043b\u044e\u0447-{number}" for number in range(300)]
    answer = cast.olga.post("/tags", {"title": "U", **dict.fromkeys(names, 1)})
    listed = answer.headers["X-Ignored-Fields"]
    assert 1900 < len(listed) <= 2000
    assert all(name.startswith("%D0%BA%D0%BB%D1%8E%D1%87-") for name in listed.split(","))
    assert listed.rsplit("-", 1)[1] == str(listed.count(","))


@pytest.mark.parametrize("number", [1e16, 1e20, 10**20, -1e17, 1.5, 1e-7, 0])
def test_found_c11_large_numbers_are_numbers(cast: Cast, number: float) -> None:
    field = asked("Sum", field_validation=["numeric"])
    template = template_with(cast.olga, 1, [field])
    ids = field_ids(cast.olga, template)
    process = launch(cast.olga, template, prerun={ids["Sum"]: number})
    assert process["id"]
