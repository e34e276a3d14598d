"""Part 40, section 9: what a guest sees and changes by their link, and what they never learn."""

from typing import Any

import pytest

from cast import GUS, Cast, Guest
from factories import complete, launch, made, make_oneoff, make_template, tasks_of

INCLUDES = (
    "run,run.checklist,step,form_fields,ko_form_fields,ko-form-fields,threads,comments,issues,"
    "threads_count,assets,activities,tags,folders,roles,member_watchers.watcher,"
    "guest_watchers.watcher,summary,selected_text_comment"
)
FIELD = {"label": "Colour", "field_type": "text", "required": False}


class Scene:
    """A process with one task of gus, and a word that is nobody's business in everything else."""

    def __init__(self, cast: Cast, *, is_public: bool = False) -> None:
        olga = cast.olga
        self.cast = cast
        self.other_guest = f"pat-{cast.organization_id}@guests.test"
        kickoff = {"label": "Budget", "field_type": "text", "required": False}
        tag = made(olga.post("/tags", {"title": "hush-tag"}))["id"]
        folder = made(olga.post("/folders", {"name": "hush-folder", "folder_type": "run"}))["id"]
        key = {"key": "hush", "applies_to": "task", "field_type": "text", "label": "hush-label"}
        made(olga.post("/custom-field-keys", key))
        steps = [
            {"title": "Sign", "guests": [GUS], "captures": [FIELD], "summary": "Read it"},
            {"title": "hush-title", "assignees": [cast.mia.user_id], "guests": [self.other_guest],
             "captures": [{**FIELD, "label": "hush-question"}], "summary": "hush-summary"},
            {"title": "hush-secret", "top_secret": True, "guests": [self.other_guest]},
        ]  # fmt: skip
        template = make_template(
            olga, steps, title="hush-template", summary="hush-blueprint", prerun=[kickoff]
        )
        self.process = launch(
            olga, template, name="Ann joins", summary="hush-process", is_public=is_public,
            prerun={"Budget": "hush-budget"}, tags=[tag], folders=[folder],
        )  # fmt: skip
        self.mine, self.other, self.secret = tasks_of(olga, self.process)
        path = f"/tasks/{self.mine['id']}"
        changes = {"webhook": "https://hush-hook.test/x", "tags": [tag]}
        made(olga.put(path, changes), 200)
        made(olga.put(f"{path}/custom-fields", {"custom_fields": {"hush": "hush-value"}}), 200)
        filed = {"folder_id": folder, "subject_type": "Task", "subject_id": self.mine["id"]}
        made(olga.post("/folders/add-object", filed))
        said = {"content": "hush-comment", "state": "hide-for-guests"}
        made(olga.post(f"{path}/comment", said))
        made(olga.post(f"/tasks/{self.other['id']}/comment", {"content": "hush-elsewhere"}))
        made(olga.put(f"/tasks/{self.other['id']}", {"taskdata": {"hush-question": "hush-x"}}), 200)
        self.gus: Guest = cast.guest_of(self.mine)
        self.mails = [
            made(olga.get(f"/users/{person.user_id}"), 200)["email"]
            for person in (cast.olga, cast.mia, cast.leo)
        ]

    def check(self, answer: Any, *but: str) -> Any:
        """`but`: words that may be said here."""
        assert answer.status_code == 200, answer.text
        text = answer.text
        for word in but:
            text = text.replace(word, "")
        assert "hush" not in text.lower()
        for address in (*self.mails, self.other_guest):
            assert address not in text
        return answer.json()["data"]


def test_9_what_a_guest_never_learns(cast: Cast) -> None:
    scene = Scene(cast)
    gus, mine = scene.gus, f"/tasks/{scene.mine['id']}"
    (listed,) = scene.check(gus.get(f"/tasks?with={INCLUDES}&status=all"))
    shown = scene.check(gus.get(f"{mine}?with={INCLUDES}"))
    for task in (listed, shown):
        assert (task["custom_fields"], task["webhook"], task["step"]) == (None, None, None)
        assert task["owners"]["taskUrls"] == []
        for name in ("tags", "folders", "threads", "activities"):
            assert task[name] == {"data": []}, name
        assert set(task["run"]["data"]) == {"id", "name", "status", "progress"}
        assert task["run"]["data"]["progress"]["total"] == 1
        assert [field["label"] for field in task["form_fields"]["data"]] == ["Colour"]
    for body in ({"taskdata": {"Colour": "Red"}}, {"owners": {"guests": ["jo@guests.test"]}}):
        scene.check(gus.put(f"{mine}?with={INCLUDES}", body))
    done = scene.check(gus.post(f"/completed-tasks?with={INCLUDES}", {"task_id": scene.mine["id"]}))
    assert done["tasks_changed_by_rules"] == {"data": []}
    # It stays readable by the link.
    assert scene.check(gus.get(mine))["status"] == "completed"
    for task in (scene.other, scene.secret):
        path = f"/tasks/{task['id']}"
        for refused in (
            gus.get(path), gus.put(path, {"status": "completed"}),
            gus.post("/completed-tasks", {"task_id": task["id"]}),
            gus.post(f"{path}/comment", {"content": "x"}),
        ):  # fmt: skip
            assert refused.status_code == 404, refused.text
            assert "hush" not in refused.text


def test_9_what_a_guest_of_a_public_process_reads(cast: Cast) -> None:
    scene = Scene(cast, is_public=True)
    path = f"/tasks/{scene.other['id']}?with={INCLUDES}"
    may = ("hush-title", "hush-summary", "hush-question", "hush-x")
    shown = scene.check(scene.gus.get(path), *may)
    assert shown["owners"] == {"users": [], "guests": [], "groups": [], "taskUrls": []}
    assert shown["threads"] == shown["issues"] == {"data": []}
    assert scene.gus.get(f"/tasks/{scene.secret['id']}").status_code == 404
    complete(cast.mia, scene.other)
    shown = scene.check(scene.gus.get(path), *may)
    assert (shown["status"], shown["completer_guest"]) == ("completed", None)


def test_9_other_tasks_that_move_along_are_not_told(cast: Cast) -> None:
    """Completing theirs moves a deadline of somebody else's task."""
    olga = cast.olga
    template = make_template(olga, [{"title": "Sign", "guests": [GUS]}, {"title": "Pay"}])
    path = f"/checklists/{template['id']}/steps"
    first, second = made(olga.get(path), 200)
    deadline = {"value": 2, "unit": "days", "option": "from", "step": first["id"]}
    made(olga.put(f"{path}/{second['id']}", {"title": "Pay", "deadline": deadline}), 200)
    mine, other = tasks_of(olga, launch(olga, template))
    done = made(cast.guest_of(mine).post("/completed-tasks", {"task_id": mine["id"]}), 200)
    assert done["tasks_changed_by_rules"] == {"data": []}
    assert made(olga.get(f"/tasks/{other['id']}"), 200)["deadline"] != other["deadline"]


def test_9_everybody_assigned_together_is_seen(cast: Cast) -> None:
    group = cast.group(cast.leo)
    people = {"users": [cast.mia.user_id], "guests": [GUS, "pat@guests.test"], "groups": [group]}
    task = make_oneoff(cast.olga, owners=people)
    gus = next(
        Guest(0, "", cast.nobody, cast.organization_id, link.split("/guest/")[1].split("/")[0])
        for address, link in zip(task["owners"]["guests"], task["owners"]["taskUrls"], strict=True)
        if address == GUS
    )
    seen = made(gus.get(f"/tasks/{task['id']}"), 200)["owners"]
    assert {key: seen[key] for key in people} == {key: task["owners"][key] for key in people}
    assert seen["taskUrls"] == []


def test_9_whose_name_stands_in_the_path(cast: Cast) -> None:
    """A code is the credential; an address or number only beside a member's token."""
    task = make_oneoff(cast.olga, owners={"guests": [GUS]})
    gus, olga = cast.guest_of(task), cast.olga
    number = made(olga.get(f"/guests/{GUS}"), 200)["id"]
    for name in (GUS, number, gus.code):
        assert [t["id"] for t in made(olga.get(f"/guests/{name}/tasks"), 200)] == [task["id"]]
    stranger = cast.nobody
    for name in (GUS, number, "x" * 40, gus.code.swapcase()):
        path = f"/organizations/{cast.organization_id}/guests/{name}"
        assert stranger.get(f"{path}/tasks").status_code == 401, name
        assert stranger.get(f"{path}/tasks/{task['id']}").status_code == 401, name
        body = {"task_id": task["id"]}
        assert stranger.call("POST", f"{path}/completed-tasks", json=body).status_code == 401, name
    assert made(olga.get(f"/tasks/{task['id']}"), 200)["status"] == "not-started"


@pytest.mark.parametrize("is_public", [False, True], ids=["private", "public"])
def test_9_what_a_guest_may_not_change(cast: Cast, is_public: bool) -> None:
    scene = Scene(cast, is_public=is_public)
    olga, path = cast.olga, f"/tasks/{scene.mine['id']}"
    before = made(olga.get(f"{path}?with=tags"), 200)
    sent = {
        "title": "Mine", "summary": "Mine", "deadline": "2031-01-01", "started_at": "2031-01-01",
        "task_type": "approval", "position": 3, "max_assignable": 1, "webhook": "https://a.test",
        "top_secret": True, "everyone_must_complete": True, "can_complete_only_assignees": True,
        "prevent_guest_comment": True, "tags": [], "run_id": None, "is_approved": True,
        "status": "auto-skipped", "owners": {"users": [], "groups": []},
    }  # fmt: skip
    made(scene.gus.put(path, sent), 200)
    assert made(olga.get(f"{path}?with=tags"), 200) == before
    for verb in ("delete", "restore", "clone", "remind"):
        for method in ("DELETE", "PUT", "POST"):
            answer = scene.gus.call(method, f"{path}/{verb}", json={})
            assert answer.status_code in (403, 404, 405), (method, verb)
    refused = scene.gus.delete(f"/completed-tasks/{scene.mine['id']}")
    assert refused.status_code == 403
