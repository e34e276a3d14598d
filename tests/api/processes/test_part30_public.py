"""Part 30, 13.1: what anybody with the public link reads, and what nobody does."""

import re
import secrets
from typing import Any

import pytest

from backdoor import change, set_answers
from cast import GUS, Cast
from factories import complete, launch, made, make_template, tasks_of
from forms import aliases, asked, field_ids, template_with
from procession.domains.tasks.tables import tasks

_KEYS = {
    "name", "summary", "status", "progress", "checklist_title", "started_at", "completed_at",
    "due_date", "stages", "tasks", "ko_form_fields",
}  # fmt: skip
_TASK_KEYS = {
    "title", "summary", "status", "position", "deadline", "completed_at", "stage_id", "owners",
    "completed_by", "form_fields", "comments",
}  # fmt: skip
_ANSWER_KEYS = {
    "id", "alias", "label", "field_type", "guidance", "position", "required", "options", "columns",
    "collect_time", "prefix", "suffix", "value",
}  # fmt: skip


def set_task(cast: Cast, task: Any, **columns: Any) -> None:
    its_row = (tasks.c.organization_id == cast.organization_id) & (tasks.c.id == task["id"])
    change(cast, tasks.update().where(its_row).values(columns))


class Shared:
    """A public process with everything in it that somebody may not want to be public."""

    def __init__(self, cast: Cast, **fields: Any) -> None:
        self.cast = cast
        made(cast.olga.put("/me", {"first_name": "Olga", "last_name": "Owner"}), 200)
        self.group = cast.group(cast.mia)
        steps = [
            {
                "title": "Open", "guests": [GUS], "assignees": [cast.olga.user_id],
                "groups": [self.group], "stage_id": "one",
                "captures": [asked("A"), asked("Mail", "email"), asked("People", "assignees_form"),
                             asked("Files", "file")],
            },
            {"title": "Secret", "top_secret": True, "captures": [asked("Pay")]},
            {"title": "Hidden", "captures": [asked("Past")]},
        ]  # fmt: skip
        kickoff = [asked("Client"), asked("Salary"), asked("Reply", "email")]
        self.template = template_with(
            cast.olga, steps, kickoff, stages=[{"id": "one", "name": "First milestone"}]
        )
        self.ids = field_ids(cast.olga, self.template)
        self.aliases = aliases(cast.olga, self.template)
        self.process = launch(cast.olga, self.template, is_public=True, summary="<p>Notes</p>")
        self.open, self.secret, self.hidden = tasks_of(cast.olga, self.process)
        set_task(cast, self.hidden, state="auto-skipped")
        self.path = self.process["public_url"].removeprefix(cast.server.base_url)
        kick = {"Client": "Acme", "Salary": "plenty", "Reply": "me@x.test"}
        set_answers(cast, self.process, {self.ids[name]: value for name, value in kick.items()})
        of_task = {
            "A": "Answer",
            "Mail": "you@x.test",
            "People": {"users": [cast.olga.user_id], "guests": [GUS], "groups": [self.group]},
            "Files": [
                {"id": "f" * 32, "filename": "a.pdf", "source": "local", "full_url": "https://k/1"},
                {"filename": "b.pdf", "source": "url", "url": "https://x.test/b.pdf"},
            ],
        }
        set_answers(cast, self.open, {self.ids[name]: value for name, value in of_task.items()})
        set_answers(cast, self.secret, {self.ids["Pay"]: "heaps"})
        set_answers(cast, self.hidden, {self.ids["Past"]: "bygones"})
        title = "Call {Client} {Salary} {Pay}{Past} {Reply} {People}."
        for label, alias in self.aliases.items():
            title = title.replace(f"{{{label}}}", f"{{{{{alias}}}}}")
        set_task(cast, self.open, title=title)
        talk = f"/tasks/{self.open['id']}/comment"
        made(cast.olga.post(talk, {"content": "Hello all", "state": "open"}))
        made(cast.olga.post(talk, {"content": "Just us", "state": "hide-for-guests"}))

    def read(self, *hidden: str) -> Any:
        sent = {"publicly_hidden_fields": list(hidden)}
        made(self.cast.olga.put(f"/runs/{self.process['id']}", sent), 200)
        answer = self.cast.nobody.get(self.path)
        assert answer.headers["X-Robots-Tag"] == "noindex"
        self.check_nobody_is_told(answer.text)
        return made(answer, 200)

    def check_nobody_is_told(self, text: str) -> None:
        """Whatever is hidden or not."""
        ids = {self.cast.olga.user_id, self.cast.mia.user_id}
        numbers = {int(found) for found in re.findall(r'[:\[,]"?(\d+)"?[,\]}]', text)}
        assert not (ids - {0, 1, 2, 3, 4, 100}) & numbers
        for word in (
            "@",
            "Secret",
            "heaps",
            "Hidden",
            "bygones",
            "custom_fields",
            "Just us",
            "https://k/1",
        ):
            assert word not in text, word
        assert self.process["id"] not in text


def test_30_49_everything_that_is_public(cast: Cast) -> None:
    shared = Shared(cast)
    shown = shared.read()
    assert set(shown) == _KEYS
    assert (shown["summary"], shown["status"]) == ("<p>Notes</p>", "active")
    assert shown["progress"] == {"complete": 0, "total": 1, "percent": 0}
    (stage,) = shown["stages"]
    assert (stage["name"], stage["position"]) == ("First milestone", 1)
    (task,) = shown["tasks"]
    assert set(task) == _TASK_KEYS
    assert task["stage_id"] == stage["id"]
    group = made(cast.olga.get(f"/groups/{shared.group}"), 200)["name"]
    assert task["owners"] == ["Olga Owner", "Guest", group]
    assert task["completed_by"] is None
    assert task["title"] == f"Call Acme plenty   Olga Owner, {group}."
    assert [comment["content"] for comment in task["comments"]] == ["Hello all"]
    assert task["comments"][0]["author"] == "Olga Owner"
    values = {each["label"]: each["value"] for each in task["form_fields"]}
    assert all(set(each) == _ANSWER_KEYS for each in task["form_fields"])
    assert values == {
        "A": "Answer",
        "People": f"Olga Owner, {group}",
        "Files": [
            {"filename": "a.pdf", "url": None},
            {"filename": "b.pdf", "url": "https://x.test/b.pdf"},
        ],
    }
    kickoff = {each["label"]: each["value"] for each in shown["ko_form_fields"]}
    assert kickoff == {"Client": "Acme", "Salary": "plenty"}


def test_guests_are_told_by_the_names_they_gave(cast: Cast) -> None:
    shared = Shared(cast)
    made(cast.olga.put(f"/guests/{GUS}", {"first_name": "Gus", "last_name": "Guest"}))
    complete(cast.guest_of(shared.open), shared.open)
    (task,) = shared.read()["tasks"]
    assert "Gus Guest" in task["owners"]
    assert (task["completed_by"], task["status"]) == ("Gus Guest", "completed")
    assert "Gus Guest" in task["title"]


def test_30_49_what_is_hidden_is_not_there(cast: Cast) -> None:
    shared = Shared(cast)
    (task,) = shared.read("comments")["tasks"]
    assert set(task) == _TASK_KEYS - {"comments"}
    (task,) = shared.read("assignees")["tasks"]
    assert set(task) == _TASK_KEYS - {"owners", "completed_by"}
    shown = shared.read("form_fields")
    assert set(shown) == _KEYS - {"ko_form_fields"}
    (task,) = shown["tasks"]
    assert set(task) == _TASK_KEYS - {"form_fields"}
    for answer in ("Acme", "plenty", "Answer"):
        assert answer not in str(shown)
    assert task["title"] == "Call     ."


def test_30_49_single_fields_can_be_hidden(cast: Cast) -> None:
    shared = Shared(cast)
    shown = shared.read(shared.ids["Salary"], shared.ids["A"], "comments")
    assert [each["label"] for each in shown["ko_form_fields"]] == ["Client"]
    (task,) = shown["tasks"]
    assert [each["label"] for each in task["form_fields"]] == ["People", "Files"]
    assert "plenty" not in str(shown)
    assert task["title"].startswith("Call Acme ")


def test_what_can_be_hidden_is_checked(cast: Cast) -> None:
    shared = Shared(cast)
    path = f"/runs/{shared.process['id']}"
    other = field_ids(cast.olga, template_with(cast.olga, [], [asked("Other")]))["Other"]
    for wrong in ("nonsense", secrets.token_hex(16), other, "owners"):
        sent = {"publicly_hidden_fields": ["comments", wrong, shared.ids["A"]]}
        answer = cast.olga.put(path, sent)
        assert answer.status_code == 422, wrong
        assert list(answer.json()["errors"]) == ["publicly_hidden_fields.1"]
        answer = cast.olga.post("/runs", {"checklist_id": shared.template["id"], **sent})
        assert answer.status_code == 422, wrong
        assert list(answer.json()["errors"]) == ["publicly_hidden_fields.1"]
    sent = {"publicly_hidden_fields": [shared.ids["Pay"], shared.ids["Client"]]}
    launched = launch(cast.olga, shared.template, **sent)
    assert launched["publicly_hidden_fields"] == sent["publicly_hidden_fields"]
    # What is sent back as it was read is no change, whatever it is.
    made(cast.olga.put(f"/runs/{launched['id']}", launched), 200)


def test_due_dates_say_nothing_about_secret_tasks(cast: Cast) -> None:
    steps = [
        {"title": "Open", "deadline": {"value": 9, "unit": "days", "option": "from"}},
        {"title": "Secret", "top_secret": True,
         "deadline": {"value": 1, "unit": "days", "option": "from"}},
    ]  # fmt: skip
    process = launch(cast.olga, make_template(cast.olga, steps), is_public=True)
    shown = made(cast.nobody.get(process["public_url"].removeprefix(cast.server.base_url)), 200)
    assert shown["due_date"] == shown["tasks"][0]["deadline"]
    assert shown["due_date"] != process["due_date"]


@pytest.mark.parametrize("key", ["x", "f" * 32, "\u0660" * 32, "'; --"])
def test_what_is_no_key_leads_nowhere(cast: Cast, key: str) -> None:
    assert cast.nobody.get(f"/public/runs/{key}").status_code == 404
