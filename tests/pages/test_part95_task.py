"""Part 95, 3.3: one task on its page, without a browser: what it shows, saves and refuses."""

import re
from typing import Any

import pytest

from browsers import Browser, check_page, leads_to, signed_in
from cast import Cast
from factories import complete, launch, let_all_launch, made, make_oneoff, make_template, tasks_of
from forms import asked
from robots import with_password


@pytest.fixture
def mia(cast: Cast) -> Browser:
    return signed_in(cast, with_password(cast, cast.mia))


def launched(cast: Cast, *captures: Any, **step: Any) -> Any:
    """A task of Mia's that asks for these."""
    sent = {"title": "Count", "assignees": [cast.mia.user_id], "captures": list(captures), **step}
    template = make_template(cast.olga, [sent])
    let_all_launch(cast.olga, template)
    (task,) = tasks_of(cast.olga, launch(cast.mia, template))
    return task


def now(cast: Cast, task: Any) -> Any:
    return made(cast.olga.get(f"/tasks/{task['id']}"), 200)


def sent_of(page: Any, task: Any, **more: str) -> dict[str, str]:
    (token,) = set(re.findall(r'name="form_token" value="([^"]+)"', page.text))
    return {"form_token": token, "next": f"/app/tasks/{task['id']}", **more}


def test_95_3_3_mails_lead_to_the_page_of_a_task(cast: Cast, mia: Browser) -> None:
    task = launched(cast, asked("Total", required=True))
    address = f"/app/tasks/{task['id']}"
    stranger = Browser(cast)
    assert leads_to(stranger.get(address)) == f"/app/sign-in?next=%2Fapp%2Ftasks%2F{task['id']}"
    page = mia.get(address)
    check_page(page)
    assert "Fill in “Total” first." in page.text
    assert mia.get("/app/tasks/x").status_code == 404
    secret = make_oneoff(cast.olga, title="Of Olga alone", top_secret=True)
    assert mia.get(f"/app/tasks/{secret['id']}").status_code == 404
    assert mia.get(f"/app/processes/{'0' * 32}/tasks/{task['id']}").status_code == 404


def test_95_without_scripts_a_form_is_saved_and_completed_as_a_whole(
    cast: Cast, mia: Browser
) -> None:
    task = launched(
        cast, asked("Total", required=True), asked("Kind", "dropdown"),
        asked("Notes", "multiselect"), asked("Coins", "table"),
        asked("At", "date", collect_time=True), asked("File", "file"),
        asked("Who", "assignees_form"),
        asked("Story", "textarea", use_wysiwyg_editor=True),
    )  # fmt: skip
    page = mia.get(f"/app/tasks/{task['id']}")
    names = re.findall(r'name="(answers\[[^"]+)"', page.text)
    total, kind, notes, *rest = list(dict.fromkeys(names))
    coins, at, file, who, story = rest[0], *rest[2:]
    wanted = {
        total: "12", kind: "Gold", notes: "Silver", coins: "Penny", at: "2027-03-04T10:30",
        file: "https://files.test/a.pdf", who: "gus@guests.test", story: "One\nTwo <3",
    }  # fmt: skip
    path = f"/app/tasks/{task['id']}/answers"
    assert leads_to(mia.post(path, sent_of(page, task, **wanted))) == f"/app/tasks/{task['id']}"
    values = list(now(cast, task)["taskdata"].values())
    assert values[0] == "12"
    assert values[1]["text"] == "Gold"
    assert [each["text"] for each in values[2]] == ["Silver"]
    assert values[3][0] == ["Penny"]
    assert values[4] == "2027-03-04T10:30:00Z"
    assert values[5][0]["url"] == "https://files.test/a.pdf"
    assert values[6]["guests"] == ["gus@guests.test"]
    assert values[7] == "<p>One</p><p>Two &lt;3</p>"
    assert now(cast, task)["status"] == "in-progress"
    # Sent again as it stands there, it changes nothing.
    before = now(cast, task)
    mia.post(path, sent_of(page, task, **wanted))
    assert now(cast, task) == before

    cleared = mia.post(path, sent_of(page, task, **{total: "", "then": "complete"}))
    assert cleared.status_code == 422
    assert "Total is required" in cleared.text
    assert now(cast, task) == before
    leads_to(mia.post(path, sent_of(page, task, then="complete")))
    assert now(cast, task)["status"] == "completed"
    told = mia.get(f"/app/tasks/{task['id']}").text
    assert "Completed “Count”." in told
    assert f'action="/app/tasks/{task["id"]}/reopen"' in told


def test_95_3_3_what_is_refused_is_shown_as_it_was_typed(cast: Cast, mia: Browser) -> None:
    task = launched(cast, asked("Total", field_validation=["numeric"]), asked("Note"))
    page = mia.get(f"/app/tasks/{task['id']}")
    total, note = dict.fromkeys(re.findall(r'name="(answers\[[^"]+)"', page.text))
    wanted = sent_of(page, task, **{total: "a <b> lot", note: "Kept"})
    answer = mia.post(f"/app/tasks/{task['id']}/answers", wanted)
    assert answer.status_code == 422
    assert 'value="a &lt;b&gt; lot"' in answer.text
    assert 'value="Kept"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert now(cast, task)["taskdata"] == {}


def test_95_3_3_a_default_stands_there_and_is_stored_at_completion(
    cast: Cast, mia: Browser
) -> None:
    field = asked("Total", required=True, default_value="100", default_value_enabled=True)
    task = launched(cast, field)
    page = mia.get(f"/app/tasks/{task['id']}")
    assert 'value="100"' in page.text
    assert "Fill in" not in page.text
    leads_to(mia.post(f"/app/tasks/{task['id']}/answers", sent_of(page, task, then="complete")))
    assert list(now(cast, task)["taskdata"].values()) == ["100"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("task", ["Complete"]), ("approval", ["Approve", "Reject"]), ("expiring", ["Acknowledge"]),
     ("email", ["Send"]), ("expiring_email", ["Send now"])],
)  # fmt: skip
def test_95_3_3_the_main_buttons_go_by_the_type(
    cast: Cast, mia: Browser, kind: str, words: list[str]
) -> None:
    task = make_oneoff(cast.mia, task_type=kind)
    page = mia.get(f"/app/tasks/{task['id']}").text
    assert re.findall(r'name="then".*?</svg>(.*?)</button>', page) == words


def test_95_3_3_who_may_not_is_told_why(cast: Cast, mia: Browser) -> None:
    task = make_oneoff(
        cast.olga, owners={"users": [cast.leo.user_id]}, can_complete_only_assignees=True
    )
    page = mia.get(f"/app/tasks/{task['id']}").text
    assert "Only the people assigned to it can complete it." in page
    assert 'id="task-form"' not in page
    issue = launched(cast)
    made(cast.olga.post(f"/tasks/{issue['id']}/comment", {"content": "No", "label": "problem"}))
    assert "It has an open issue." in mia.get(f"/app/tasks/{issue['id']}").text
    frozen = launched(cast)
    about = {"content": "No", "label": "problem"}
    made(cast.olga.post(f"/runs/{frozen['run_id']}/comment", about))
    page = mia.get(f"/app/tasks/{frozen['id']}").text
    assert "The process has an open issue." in page


def test_95_3_6_a_task_of_an_archived_process_is_read_only(cast: Cast, mia: Browser) -> None:
    task = launched(cast, asked("Total"))
    complete(cast.mia, task)
    made(cast.olga.delete(f"/runs/{task['run_id']}"), 200)
    page = mia.get(f"/app/processes/{task['run_id']}/tasks/{task['id']}")
    check_page(page)
    assert "Reopen" not in page.text
    alone = mia.get(f"/app/tasks/{task['id']}").text
    assert "Archived on" in alone
    assert f'action="/app/processes/{task["run_id"]}/restore"' in alone
    answer = mia.post(f"/app/tasks/{task['id']}/reopen", sent_of(page, task))
    assert answer.status_code == 422
    assert now(cast, task)["status"] == "completed"
    # A one-off task has its own banner; only who may restore it is offered that.
    oneoff = make_oneoff(cast.olga, owners={"users": [cast.mia.user_id]})
    assert cast.olga.delete(f"/tasks/{oneoff['id']}").status_code == 204
    banner = mia.get(f"/app/tasks/{oneoff['id']}").text
    assert re.search(r"Archived on <time.*</time> by ", banner)
    assert f"/app/tasks/{oneoff['id']}/restore" not in banner


def test_95_3_6_people_whom_an_answer_names_are_called_by_their_names(
    cast: Cast, mia: Browser
) -> None:
    made(cast.leo.client.put("/me", {"first_name": "Leo", "last_name": "Lang"}), 200)
    task = launched(cast, asked("Mentor", "assignees_form"))
    (field,) = made(cast.mia.get(f"/tasks/{task['id']}?with=form_fields"), 200)["form_fields"][
        "data"
    ]
    named = {field["id"]: {"users": [cast.leo.user_id], "guests": [], "groups": []}}
    made(cast.mia.put(f"/tasks/{task['id']}", {"taskdata": named}), 200)
    page = mia.get(f"/app/processes/{task['run_id']}")
    check_page(page)
    assert '<span class="answer-line">Leo Lang</span>' in page.text
