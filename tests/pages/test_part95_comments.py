"""Part 95, 3.3 and 3.6: what is said about processes and tasks, without a script."""

import re
from html import unescape
from typing import Any

import pytest

from browsers import Browser, check_page, leads_to, signed_in
from cast import Cast
from factories import launch, let_all_launch, made, make_template, tasks_of
from robots import with_password


@pytest.fixture
def mia(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.mia))


#: Boxes that are there and not ticked.
UNTICKED = {"is_issue": "", "is_open": ""}


def full_name(person: Any) -> str:
    return str(made(person.client.get("/me"), 200)["full_name"])


def threads(cast: Cast, path: str) -> list[Any]:
    return list(made(cast.olga.get(f"{path}/comments?per_page=100"), 200))


def say(browser: Browser, base: str, text: str, **ticked: str) -> Any:
    page = browser.get(f"{base}/comments")
    check_page(page)
    return browser.press(page, action=f"{base}/comments", text=text, **{**UNTICKED, **ticked})


def box_of(page: Any) -> str:
    (typed,) = re.findall(r"<textarea[^>]*>\n?(.*?)</textarea>", page.text, re.DOTALL)
    return unescape(typed)


def test_95_3_6_a_comment_is_posted_and_comes_back_to_its_page(cast: Cast, mia: Browser) -> None:
    process = launch(cast.mia)
    base = f"/app/processes/{process['id']}"
    page = mia.get(base)
    sent = mia.press(
        page, action=f"{base}/comments", text="Two **coins**\nhttps://a.test <b>", **UNTICKED
    )
    assert leads_to(sent) == base
    (thread,) = threads(cast, f"/runs/{process['id']}")
    assert thread["label"] == "comment"
    assert thread["state"] == "hide-for-guests"
    shown = mia.get(base)
    check_page(shown)
    assert '<p>Two <strong>coins</strong><br><a href="https://a.test"' in shown.text
    assert "&lt;b&gt;" in shown.text


def test_95_3_3_a_comment_is_edited_as_it_was_typed(cast: Cast, mia: Browser) -> None:
    process = launch(cast.mia)
    base = f"/app/processes/{process['id']}"
    typed = f"- one\n- two\n\n@{full_name(cast.leo)}, *look*: https://a.test/?a=1&b=2"
    say(mia, base, typed)
    (thread,) = threads(cast, f"/runs/{process['id']}")
    assert thread["sent_to"] == [cast.leo.user_id]
    address = f"{base}/comments/{thread['id']}"
    page = mia.get(address)
    check_page(page)
    assert box_of(page) == typed
    sent = mia.press(page, action=address, text=f"{typed}\nThree")
    assert leads_to(sent) == base
    (changed,) = threads(cast, f"/runs/{process['id']}")
    assert changed["content"].endswith("<br>Three</p>")
    assert ", edited" in mia.get(base).text


@pytest.mark.parametrize(
    "content", ["<table><tbody><tr><td>1</td></tr></tbody></table>", "<h2>A</h2>"]
)
def test_95_3_3_what_cannot_be_typed_is_edited_as_html(
    cast: Cast, mia: Browser, content: str
) -> None:
    process = launch(cast.mia)
    thread = made(cast.mia.post(f"/runs/{process['id']}/comment", {"content": content}))
    address = f"/app/processes/{process['id']}/comments/{thread['id']}"
    page = mia.get(address)
    assert box_of(page) == content
    mia.press(page, action=address, text=box_of(page))
    (kept,) = threads(cast, f"/runs/{process['id']}")
    assert kept["original_content"] == content


def test_95_1_two_who_change_one_comment_are_shown_both(cast: Cast, mia: Browser) -> None:
    process = launch(cast.mia)
    path = f"/runs/{process['id']}/comment"
    thread = made(cast.mia.post(path, {"content": "First"}))
    address = f"/app/processes/{process['id']}/comments/{thread['id']}"
    page = mia.get(address)
    made(cast.olga.put(f"{path}/{thread['id']}", {"content": "Theirs"}), 200)
    answer = mia.press(page, action=address, text="Mine")
    check_page(answer, 422)
    assert "Theirs" in answer.text
    assert box_of(answer) == "Mine"
    assert (
        leads_to(mia.press(answer, action=address, text="Mine"))
        == f"/app/processes/{process['id']}"
    )


def test_95_1_a_refused_comment_is_not_lost(cast: Cast, mia: Browser) -> None:
    process = launch(cast.mia)
    base = f"/app/processes/{process['id']}"
    page = mia.get(base)
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    answer = mia.press(page, action=f"{base}/comments", text="Typed for an hour", is_issue="1")
    check_page(answer, 422)
    assert "Typed for an hour" in answer.text
    assert not threads(cast, f"/runs/{process['id']}")
    blank = launch(cast.mia, name="Another")
    answer = say(mia, f"/app/processes/{blank['id']}", " ")
    check_page(answer, 422)
    assert "The content field is required." in answer.text


def test_95_3_3_whose_words_they_are_not_is_refused(cast: Cast) -> None:
    process = launch(cast.olga)
    path = f"/runs/{process['id']}/comment"
    thread = made(cast.olga.post(path, {"content": f"Hers, @[{cast.leo.user_id}]"}))
    leo = signed_in(cast, with_password(cast, cast.leo))
    base = f"/app/processes/{process['id']}"
    shown = leo.get(base)
    check_page(shown)
    assert "Edit …" not in shown.text
    for verb in ("", "/delete"):
        address = f"{base}/comments/{thread['id']}{verb}"
        assert leo.get(address).status_code == 403
        sent = {"form_token": _token(shown), "text": "Mine now"}
        assert leo.post(address, sent).status_code == 403
    assert threads(cast, f"/runs/{process['id']}")[0]["content"].startswith("Hers")


def _token(page: Any) -> str:
    (token, *_) = re.findall(r'name="form_token" value="([^"]+)"', page.text)
    return str(token)


def test_95_3_3_a_comment_is_deleted_after_a_second_look(cast: Cast, mia: Browser) -> None:
    process = launch(cast.mia)
    thread = made(cast.mia.post(f"/runs/{process['id']}/comment", {"content": "Wrong"}))
    base = f"/app/processes/{process['id']}"
    page = mia.get(f"{base}/comments/{thread['id']}/delete")
    check_page(page)
    assert "Wrong" in page.text
    sent = mia.press(page, action=f"{base}/comments/{thread['id']}/delete")
    assert leads_to(sent) == base
    assert not threads(cast, f"/runs/{process['id']}")
    assert "Deleted a comment on" in mia.get(base).text


def test_95_3_3_an_issue_is_resolved_and_opened_again(cast: Cast, mia: Browser) -> None:
    template = make_template(cast.olga, 1)
    let_all_launch(cast.olga, template)
    process = launch(cast.mia, template)
    (task,) = tasks_of(cast.mia, process)
    base = f"/app/tasks/{task['id']}"
    say(mia, base, "The till is locked", is_issue="1")
    (issue,) = threads(cast, f"/tasks/{task['id']}")
    assert issue["label"] == "problem"
    resolve = f"{base}/comments/{issue['id']}/resolve"
    page = mia.get(resolve)
    check_page(page)
    assert "The till is locked" in page.text
    empty = mia.press(page, action=resolve, text="")
    check_page(empty, 422)
    mia.press(page, action=resolve, text="Found the key")
    problem, answer = threads(cast, f"/tasks/{task['id']}")
    assert problem["resolve_id"] == answer["id"]
    shown = mia.get(f"{base}/comments")
    assert "Resolved issue" in shown.text
    reopen = f"{base}/comments/{issue['id']}/reopen"
    mia.press(shown, action=reopen)
    (problem,) = threads(cast, f"/tasks/{task['id']}")
    assert problem["resolve_id"] is None


def test_95_3_6_an_issue_on_the_process_has_a_banner_and_a_list(cast: Cast, mia: Browser) -> None:
    template = make_template(cast.olga, 1)
    let_all_launch(cast.olga, template)
    process = launch(cast.mia, template)
    (task,) = tasks_of(cast.mia, process)
    base = f"/app/processes/{process['id']}"
    say(mia, base, "Just a word")
    assert 'role="note"' not in mia.get(base).text
    say(mia, base, "No flour left", is_issue="1")
    shown = mia.get(base)
    assert "An open issue stops this process" in shown.text
    assert f'href="{base}?comments=issues"' in shown.text
    on_task = mia.get(f"/app/tasks/{task['id']}").text
    assert "An open issue stops this process" in on_task
    assert f'href="{base}?comments=issues#comments"' in on_task
    issues = mia.get(f"{base}?comments=issues")
    assert "No flour left" in issues.text
    assert "Just a word" not in issues.text


def test_95_3_3_who_is_named_and_let_read_by_it(cast: Cast, mia: Browser) -> None:
    template = make_template(cast.olga, 1)
    let_all_launch(cast.olga, template)
    process = launch(cast.mia, template)
    base = f"/app/processes/{process['id']}"
    leo = full_name(cast.leo)
    part = {"HX-Request-Type": "partial", "HX-Target": "div#namable"}
    offered = mia.get(f"{base}/namable?q={leo[:3]}", headers=part).text
    assert f'data-written="{leo}"' in offered
    assert "Will be able to read this" in offered
    assert full_name(cast.mia) not in offered
    assert cast.leo.get(f"/runs/{process['id']}").status_code == 404
    say(mia, base, f"Look, @{leo}.")
    assert f"Posted. {leo} can read “Ann joins” from now on." in mia.get(base).text
    assert made(cast.leo.get(f"/runs/{process['id']}"), 200)["name"] == "Ann joins"
    (thread,) = threads(cast, f"/runs/{process['id']}")
    assert thread["original_content"] == f"Look, @[{cast.leo.user_id}]."
    again = mia.get(f"{base}/namable?q={leo[:3]}", headers=part).text
    assert "Will be able to read this" not in again


def test_95_3_3_two_of_one_name_are_told_apart_by_their_addresses(cast: Cast, mia: Browser) -> None:
    for person in (cast.leo, cast.olga):
        name = {"first_name": "Kim", "last_name": "Novak"}
        made(person.client.put("/me", name), 200)
    process = launch(cast.mia)
    address = made(cast.leo.client.get("/me"), 200)["email"]
    say(mia, f"/app/processes/{process['id']}", f"Not @Kim Novak, but @{address}!")
    (thread,) = threads(cast, f"/runs/{process['id']}")
    assert thread["original_content"] == f"Not @Kim Novak, but @[{cast.leo.user_id}]!"


def test_95_3_3_only_the_newest_of_many_are_shown_at_first(cast: Cast, mia: Browser) -> None:
    process = launch(cast.mia)
    for number in range(53):
        made(cast.mia.post(f"/runs/{process['id']}/comment", {"content": f"Word {number:02}."}))
    base = f"/app/processes/{process['id']}"
    shown = mia.get(base)
    assert "Show 3 older comments" in shown.text
    assert "Word 02." not in shown.text
    assert "Word 02." in mia.get(f"{base}?comments=all").text
