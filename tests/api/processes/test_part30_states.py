"""Part 30, 10.5: what every route that names a process does while it is archived, and once it is
gone. A route that is new must be written down here too.

Wait: editing and deleting comments, files (45), watchers (60).
"""

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa

from backdoor import guest_task, stored
from cast import GUS, Cast, Guest
from factories import (
    activity_of,
    complete,
    launch,
    made,
    make_oneoff,
    make_template,
    tasks_of,
    without_ages,
)
from procession.kit.caller import Role
from procession.kit.db import Statement, any_of, metadata
from procession.kit.http import PAGE
from procession.web.routes import ALL_ROUTES

ARCHIVED = "Cannot update archived processes."
FIELD = {"label": "Client", "field_type": "text", "required": False}
TALK = {"content": "x"}
TITLED = {"title": "Other"}
VALUES = {"custom_fields": {"floor": "9"}}
NAMED = {"run_id": "{run}"}
ALONE = {"title": "x", "task_type": "task", "deadline": "2031-01-01", "owners": {}}
CONNECTOR = "/processes/micro-functions/organizations/{org}"

#: Routes with `{run}` or `{task}` that are no writes inside of a process.
ELSEWHERE = {
    "DELETE /runs/{run}", "PUT /runs/{run}/activate", "PATCH /runs/{run}/activate",
    "DELETE /runs/{run}/delete", "POST /runs/{run}/export",
}  # fmt: skip

#: What members call, and what they send. `{task}` is open, `{done}` completed, `{hidden}` hidden,
#: `{extra}` a one-off task inside, `{alone}` one outside, `{shelved}` one inside, archived before.
WRITES: list[tuple[str, Any]] = [
    ("PUT|PATCH /runs/{run}", {"name": "Other"}),
    ("PUT /runs/{run}", {"starred": True}),
    ("PUT /runs/{run}", {"summary": None}),
    ("PUT /runs/{run}", {"owner_id": "{mia}"}),
    ("PUT /runs/{run}", {"users": ["{mia}"]}),
    ("PUT /runs/{run}", {"is_public": True}),
    ("PUT /runs/{run}", {"tags": ["{tag}"]}),
    ("PUT /runs/{run}", {"folders": []}),
    ("PUT|PATCH /runs/{run}", {"prerun": {"{client}": "Bob"}}),
    ("POST|DELETE /runs/{run}/complete-prerun", None),
    ("POST /runs/{run}/rules/wake", {}),
    ("POST /runs/{run}/rules/preview", {"complete": "{task}"}),
    ("PUT|PATCH /runs/{run}/permissions", {"process_read": {"all_members": False}}),
    ("PUT|PATCH /runs/{run}/custom-fields", VALUES),
    ("PATCH /runs/{run}/custom-fields/{key}", {"value": "9"}),
    ("DELETE /runs/{run}/custom-fields/{key}", None),
    ("POST /tasks", {**ALONE, **NAMED}),
    ("PUT|PATCH /tasks/{alone}", NAMED),
    ("PUT|PATCH /tasks/{extra}", {"run_id": None}),
    ("PUT|PATCH /tasks/{task}", TITLED),
    ("PUT|PATCH /tasks/{task}", {"taskdata": {"{capture}": "x"}}),
    ("PUT|PATCH /tasks/{task}", {"owners": {"users": ["{mia}"]}}),
    ("PUT|PATCH /tasks/{task}", {"deadline": None}),
    ("PUT|PATCH /tasks/{task}", {"status": "completed"}),
    ("PUT|PATCH /tasks/{hidden}", {"status": "in-progress"}),
    ("PUT|PATCH /runs/{run}/tasks", {"tasks": {"{task}": TITLED}}),
    ("PUT|PATCH /runs/{run}/tasks/{task}", TITLED),
    ("PUT|PATCH /runs/{run}/tasks/{task}", {"status": "auto-skipped"}),
    ("PUT|PATCH /runs/{run}/tasks/{task}/hide", None),
    ("PUT|PATCH /runs/{run}/tasks/{hidden}/show", None),
    ("PUT|PATCH /runs/{run}/tasks/{task}/show", None),
    ("POST /tasks/{task}/clone", None),
    ("POST /tasks/{extra}/clone", None),
    ("POST /tasks/{task}/remind", None),
    ("POST /runs/{run}/completed-tasks", {"task_id": "{task}"}),
    ("POST /completed-tasks", {"task_id": "{task}"}),
    ("POST|DELETE /runs/{run}/completed-tasks/{done}", None),
    ("POST|DELETE /completed-tasks/{done}", None),
    ("DELETE /tasks/{extra}", None),
    ("PUT|PATCH /tasks/{shelved}/restore", None),
    ("DELETE /tasks/{shelved}/delete", None),
    ("PUT|PATCH /form-field/value", {"id": "{unique}", "form_value": "x"}),
    ("PUT|PATCH /form-field/value", {"id": "{capture}", "task_id": "{task}", "form_value": "x"}),
    ("PUT|PATCH /form-field/value", {"id": "{capture}", **NAMED, "form_value": "x"}),
    ("PUT|PATCH /form-field/value", {"id": "{client}", **NAMED, "form_value": "x"}),
    ("PUT|PATCH /form-field/value", {"id": "{ko_unique}", "form_value": "x"}),
    ("POST /tasks/{task}/captures", {"id": "{capture}", "value": "x"}),
    ("POST /tasks/{task}/captures", [{"id": "{capture}", "value": "x"}]),
    ("PUT|PATCH /runs/{run}/tasks/{task}/custom-fields", VALUES),
    ("PATCH /runs/{run}/tasks/{task}/custom-fields/{key}", {"value": "9"}),
    ("DELETE /runs/{run}/tasks/{task}/custom-fields/{key}", None),
    ("PUT|PATCH /tasks/{task}/custom-fields", VALUES),
    ("PATCH /tasks/{task}/custom-fields/{key}", {"value": "9"}),
    ("DELETE /tasks/{task}/custom-fields/{key}", None),
    (f"PUT|PATCH {CONNECTOR}/tasks/{{task}}/edit-deadline", {"deadline": "2031-01-01"}),
    (f"PUT|PATCH {CONNECTOR}/tasks/{{task}}/remove-guest/{{email}}", None),
    (f"PUT|PATCH {CONNECTOR}/tasks/{{task}}/remove-assignee/{{user}}", None),
    ("POST /runs/{run}/comment", TALK),
    ("POST /runs/{run}/problem", TALK),
    ("POST /runs/{run}/resolved-threads", {"thread_id": "{issue}", **TALK}),
    ("PUT|PATCH /runs/{run}/comment/{issue}", TALK),
    ("PUT|PATCH /runs/{run}/comment/{issue}/reactions", {"reactions": ["like"]}),
    ("DELETE /runs/{run}/comment/{issue}", None),
    ("DELETE /runs/{run}/resolved-threads/{issue}", None),
    ("POST /tasks/{task}/comment", TALK),
    ("POST /tasks/{task}/bot-comment", TALK),
    ("PUT|PATCH /tasks/{task}/comment/{problem}", TALK),
    ("PUT|PATCH /tasks/{task}/comment/{problem}/reactions", {"reactions": ["like"]}),
    ("DELETE /tasks/{task}/comment/{problem}", None),
    ("DELETE /tasks/{task}/resolved-threads/{problem}", None),
    ("POST /tasks/{done}/problem", TALK),
    ("POST /tasks/{task}/problem", TALK),
    ("POST /tasks/{task}/resolved-threads", {"thread_id": "{problem}", **TALK}),
    ("POST /checklists/tags", {"tag_id": "{tag}", "subject_id": "{run}", "subject_type": "Run"}),
    ("POST /checklists/tags", {"tag_id": "{tag}", "subject_id": "{task}", "subject_type": "Task"}),
    ("DELETE /checklists/tags/{association}", None),
    ("POST /folders/add-object",
     {"folder_id": "{other_folder}", "subject_id": "{task}", "subject_type": "Task"}),
    ("POST /folders/add-object",
     {"folder_id": "{other_folder}", "subject_id": "{run}", "subject_type": "Run"}),
    ("DELETE /folders-objects/{object}", None),
]  # fmt: skip

#: What guests call below their code.
GUEST_WRITES: list[tuple[str, Any]] = [
    ("PUT|PATCH /guests/{guest}/tasks/{task}", {"taskdata": {"{capture}": "x"}}),
    ("PUT|PATCH /guests/{guest}/tasks/{task}", {"status": "completed"}),
    ("POST /guests/{guest}/tasks/{task}/comment", TALK),
    ("POST /guests/{guest}/tasks/{task}/problem", TALK),
    ("PUT|PATCH /guests/{guest}/tasks/{task}/comment/{own}", TALK),
    ("PUT|PATCH /guests/{guest}/tasks/{task}/comment/{own}/reactions", {"reactions": ["like"]}),
    ("DELETE /guests/{guest}/tasks/{task}/comment/{own}", None),
    ("POST /guests/{guest}/completed-tasks", {"task_id": "{task}"}),
    ("DELETE /guests/{guest}/completed-tasks/{task}", None),
    ("POST /guests/{guest}/form-field/value",
     {"id": "{capture}", "task_id": "{task}", "form_value": "x"}),
    ("POST /guests/{guest}/form-field/value", {"id": "{unique}", "form_value": "x"}),
]  # fmt: skip

READS = [
    "/runs/{run}", "/runs/{run}/tasks", "/runs/{run}/form-fields", "/runs/{run}/export",
    "/runs/{run}/family",
    "/runs/{run}/custom-fields", "/runs/{run}/rules", "/runs/{run}/tasks/{task}", "/tasks/{task}",
    "/runs/{run}/tasks/{task}/custom-fields", "/tasks/{task}/custom-fields",
    "/runs/{run}/comments", "/runs/{run}/threads", "/runs/{run}/comment/{issue}",
    "/tasks/{task}/comments", "/tasks/{task}/threads", "/tasks/{task}/comment/{problem}",
    "/tasks/{task}/comment/{problem}/mail",
]  # fmt: skip


def apart(writes: list[tuple[str, Any]]) -> list[tuple[str, str, Any]]:
    """Method, path and body of each call."""
    return [
        (method, path, body)
        for call, body in writes
        for methods, _, path in [call.partition(" ")]
        for method in methods.split("|")
    ]


def test_every_route_of_a_process_is_here() -> None:
    ours = {"done", "hidden", "extra", "alone", "shelved"}
    said = {"issue", "problem", "own"}

    def as_route(path: str) -> str:
        path = re.sub(r"\{(\w+)\}", lambda m: "{task}" if m[1] in ours else m[0], path)
        return re.sub(r"\{(\w+)\}", lambda m: "{thread}" if m[1] in said else m[0], path)

    written = {(method, as_route(path)) for method, path, _ in apart([*WRITES, *GUEST_WRITES])} | {
        ("GET", as_route(path)) for path in READS
    }
    for route in ALL_ROUTES:
        path = route.path.removeprefix("/organizations/{org}")
        inside = "{run}" in path or "{task}" in path
        if inside and route.door != PAGE and f"{route.method} {path}" not in ELSEWHERE and (
            route.method != "GET" or "{guest}" not in path
        ):  # fmt: skip
            assert (route.method, path) in written


class Scene:
    """A process with something to write to in every way, and how to call it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        steps = [
            {"title": "Sign", "captures": [FIELD], "guests": [GUS],
             "assignees": [cast.olga.user_id, cast.mia.user_id]},
            {"title": "Done"}, {"title": "Hidden"},
        ]  # fmt: skip
        by = cast.olga
        template = make_template(by, steps, prerun=[FIELD], can_add_oot=True)
        client = template["prerun"][0]["id"]
        self.process = launch(by, template, prerun={client: "Ann"}, summary="<p>S</p>")
        run = self.process["id"]
        task, done, hidden = tasks_of(by, self.process)
        self.guest = cast.guest_of(task)
        complete(by, done)
        made(by.put(f"/runs/{run}/tasks/{hidden['id']}/hide"), 200)
        extra, shelved = (make_oneoff(by, run_id=run) for _ in range(2))
        assert by.delete(f"/tasks/{shelved['id']}").status_code == 204
        forms = made(by.get(f"/runs/{run}/form-fields"), 200)
        (field,), (kickoff,) = forms["form_fields"], forms["ko_form_fields"]
        for kind in ("process", "task"):
            key = {"key": "floor", "applies_to": kind, "field_type": "text"}
            made(by.post("/custom-field-keys", key))
        for path in (f"/runs/{run}", f"/tasks/{task['id']}"):
            value = {"custom_fields": {"floor": "3"}}
            made(by.put(f"{path}/custom-fields", value), 200)
        self.ids: dict[str, Any] = {
            "org": cast.organization_id, "run": run, "task": task["id"], "done": done["id"],
            "hidden": hidden["id"], "extra": extra["id"], "shelved": shelved["id"],
            "alone": make_oneoff(by)["id"], "capture": field["id"], "client": client,
            "unique": field["unique_id"], "ko_unique": kickoff["unique_id"], "key": "floor",
            "user": cast.mia.user_id, "mia": cast.mia.user_id, "email": GUS,
            "guest": self.guest.code, "tag": self.tag(), **self.sorted_in(),
            "problem": made(by.post(f"/tasks/{task['id']}/problem", TALK))["id"],
        }  # fmt: skip
        said = self.guest.post(f"/tasks/{task['id']}/comment", TALK)
        self.ids |= {
            "own": made(said)["id"], "issue": made(by.post(f"/runs/{run}/problem", TALK))["id"],
        }  # fmt: skip

    def tag(self) -> str:
        title = f"tag {len(made(self.cast.olga.get('/tags'), 200))}"
        return str(made(self.cast.olga.post("/tags", {"title": title}))["id"])

    def sorted_in(self) -> dict[str, Any]:
        """A tag and a folder that the process has."""
        by, subject = self.cast.olga, {"subject_id": self.process["id"], "subject_type": "Run"}
        folders = [
            made(by.post("/folders", {"name": name, "folder_type": "run"}))["id"] for name in "FG"
        ]
        return {
            "association": made(by.post("/checklists/tags", {"tag_id": self.tag(), **subject}))[
                "id"
            ],
            "object": made(by.post("/folders/add-object", {"folder_id": folders[0], **subject}))[
                "id"
            ],
            "other_folder": folders[1],
        }

    def call(self, method: str, path: str, body: Any, by: Any = None) -> Any:
        caller = by or self.cast.olga
        sent = re.sub(r'"\{(mia)\}"', lambda m: str(self.ids[m[1]]), json.dumps(body))
        sent = re.sub(r"\{(\w+)\}", lambda m: str(self.ids[m[1]]), sent)
        path = path if path.startswith("/processes") else f"/organizations/{{org}}{path}"
        return caller.client.call(
            method, path.format(**self.ids), json=None if body is None else json.loads(sent)
        )

    def archive(self) -> None:
        made(self.cast.olga.delete(f"/runs/{self.process['id']}"), 200)

    def everything(self) -> Any:
        """All that can be read of it, and how many rows there are of everything."""
        includes = "?with=tasks,threads,issues,tags,folders,permissions,form_fields,ko_form_fields"
        reads = [self.call("GET", path, None).json() for path in READS]
        whole = self.call("GET", f"/runs/{{run}}{includes}", None).json()
        every = self.call("GET", "/runs/{run}/tasks?archived=true&with=threads", None).json()
        alone = self.call("GET", "/tasks/{alone}", None).json()
        return without_ages([*reads, whole, every, alone, stored(self.cast)])

    def asked(self, answer: Any) -> str:
        asked = answer.request
        return f"{asked.method} {asked.path_url} {asked.body}: {answer.status_code} {answer.text}"


@pytest.fixture
def scene(cast: Cast) -> Scene:
    return Scene(cast)


def test_30_13_every_write_inside_an_archived_process_is_refused(scene: Scene) -> None:
    scene.archive()
    before = scene.everything()
    assert [
        scene.asked(answer)
        for method, path, body in apart(WRITES)
        if (answer := scene.call(method, path, body)).status_code != 422
        or (answer.json()["code"], answer.json()["message"]) != ("ARCHIVED", ARCHIVED)
    ] == []
    assert scene.everything() == before


def test_30_10_5_guests_find_nothing_of_an_archived_process(scene: Scene) -> None:
    scene.archive()
    before = scene.everything()
    assert [
        scene.asked(answer)
        for method, path, body in apart(GUEST_WRITES)
        if (answer := scene.call(method, path, body, scene.guest)).status_code != 404
        or answer.json()["message"] != "This process has been archived."
    ] == []
    assert scene.everything() == before


def test_30_10_5_what_is_archived_can_be_read(scene: Scene) -> None:
    scene.archive()
    for path in READS:
        assert scene.call("GET", path, None).status_code == 200
    assert scene.call("POST", "/runs/{run}/export", None).status_code == 200
    assert activity_of(scene.cast.olga, scene.process)


def status_when_gone(path: str, body: Any) -> int:
    """Not found; but a value that is named in a body is one that does not exist (31, 10.1), and so
    is a subject (10.5)."""
    is_value = path.endswith("/form-field/value") and "unique" in json.dumps(body)
    return 422 if is_value or "subject_id" in (body or {}) else 404


def test_30_10_5_of_what_is_gone_nothing_is_found(scene: Scene) -> None:
    scene.archive()
    assert scene.call("DELETE", "/runs/{run}/delete", None).status_code == 200
    before = stored(scene.cast)
    for path in READS:
        assert scene.call("GET", path, None).status_code == 404, path
    calls = [
        *((None, call) for call in apart(WRITES)),
        *((scene.guest, call) for call in apart(GUEST_WRITES)),
    ]
    for by, (method, path, body) in calls:
        answer = scene.call(method, path, body, by)
        assert answer.status_code == status_when_gone(path, body), scene.asked(answer)
        if "subject_id" in (body or {}):
            assert answer.json()["message"] == "Subject not found"
    assert stored(scene.cast) == before


def test_30_10_5_the_same_link_works_again(scene: Scene) -> None:
    scene.archive()
    made(scene.cast.olga.put(f"/runs/{scene.process['id']}/activate"), 200)
    assert scene.call("GET", "/guests/{guest}/tasks/{task}", None, scene.guest).status_code == 200
    # Only who worked in it is told that there is something.
    scene.archive()
    _, code = guest_task(scene.cast, "other@guests.test")
    stranger = Guest(0, "", scene.cast.nobody, scene.cast.organization_id, code)
    answer = stranger.get(f"/tasks/{scene.ids['task']}")
    assert (answer.status_code, answer.json()["message"]) == (404, "Resource not found")


def without_marks(seen: Any) -> Any:
    """Without what archiving and restoring change of the process itself (30, row 7)."""
    if isinstance(seen, dict):
        marks = {"process_last_modified"}
        if "lifecycle_status" in seen:
            marks |= {"last_updated", "last_activated_at"}
        return {key: without_marks(value) for key, value in seen.items() if key not in marks}
    return [without_marks(each) for each in seen] if isinstance(seen, list) else seen


def test_30_7_all_is_as_before(scene: Scene) -> None:
    cast, run = scene.cast, scene.process["id"]
    answer = {"id": scene.ids["unique"], "form_value": "x"}
    resolved = {"thread_id": scene.ids["issue"], **TALK}
    made(cast.olga.post(f"/runs/{run}/resolved-threads", resolved))
    made(cast.olga.put("/form-field/value", answer), 200)
    made(cast.olga.put(f"/runs/{run}", {"starred": True, "is_public": True}), 200)
    public = read_public(scene)
    *before, rows = without_marks(scene.everything())
    archived = made(cast.mia.delete(f"/runs/{run}"), 200)
    restored = made(cast.mia.put(f"/runs/{run}/activate"), 200)
    *after, rows_after = without_marks(scene.everything())
    assert after == before
    assert before[0]["data"]["starred"] is True
    assert read_public(scene) == public
    changed = {name for name in rows if rows[name] != rows_after[name]}
    # Two things happened, and they are on their way to who listens, and to who starred it; the bell
    # of who watches it has told.
    assert changed <= {"activity", "notifications", "outbox", "process_sums", "watched_news"}
    assert rows_after["activity"] == rows["activity"] + 2
    assert restored["last_activated_at"] >= archived["archived_at"]


def read_public(scene: Scene) -> Any:
    url = made(scene.cast.olga.get(f"/runs/{scene.process['id']}"), 200)["public_url"]
    found = scene.cast.nobody.get(url.removeprefix(scene.cast.server.base_url))
    return without_ages(made(found, 200))


#: What tells of things, and outlives them.
_OUTLIVING = {"activity", "outbox", "mails"}


def test_30_19_no_row_of_it_is_left(scene: Scene) -> None:
    inside = [scene.ids[name] for name in ("run", "task", "done", "hidden", "extra", "shelved")]
    places = [
        column
        for table in metadata.sorted_tables
        if table.name not in _OUTLIVING
        for column in table.c
        if isinstance(column.type, sa.String)
        and (column.name in ("process_id", "task_id", "subject_id")
             or (column.name == "id" and table.name in ("processes", "tasks")))
    ]  # fmt: skip
    connection = scene.cast.server.storage.database.connection()

    def rows() -> dict[str, int]:
        found = {}
        for column in places:
            chosen = sa.select(sa.func.count()).select_from(column.table)
            counted = Statement(chosen.where(any_of(column, "ids")))
            found[str(column)] = connection.fetch(counted, {"ids": inside})[0][0]
        return found

    held = {place for place, count in rows().items() if count}
    assert {"processes.id", "tasks.id", "threads.process_id"} <= held
    scene.archive()
    assert scene.call("DELETE", "/runs/{run}/delete", None).status_code == 200
    assert {place for place, count in rows().items() if count} == set()
    # What it was sorted by, and its people, stay.
    tags = {tag["id"] for tag in made(scene.cast.olga.get("/tags"), 200)}
    assert scene.ids["tag"] in tags
    assert made(scene.cast.olga.get(f"/guests/{GUS}"), 200)["email"] == GUS
    assert scene.call("GET", "/tasks/{alone}", None).status_code == 200


def test_30_10_2_who_leaves_hands_over_archived_work_too(scene: Scene) -> None:
    cast, run = scene.cast, scene.process["id"]
    made(cast.olga.put(f"/runs/{run}", {"owner_id": cast.mia.user_id}), 200)
    scene.archive()
    archived_at = made(cast.olga.get(f"/runs/{run}"), 200)["archived_at"]
    heir = cast.add(Role.STANDARD).user_id
    path = f"/users/{cast.mia.user_id}/disable?with_reassignment=true&to={heir}"
    made(cast.olga.delete(path), 200)
    shown = made(cast.olga.get(f"/runs/{run}"), 200)
    assert (shown["owner_id"], shown["archived_at"]) == (heir, archived_at)
    made(cast.olga.put(f"/runs/{run}/activate"), 200)
    task = made(cast.olga.get(f"/tasks/{scene.ids['task']}"), 200)
    assert sorted(task["owners"]["users"]) == sorted([cast.olga.user_id, heir])


def test_30_10_2_tags_and_folders_may_go_meanwhile(scene: Scene) -> None:
    by, run = scene.cast.olga, f"/runs/{scene.process['id']}?with=tags,folders"
    (tag,), (folder,) = (made(by.get(run), 200)[name]["data"] for name in ("tags", "folders"))
    scene.archive()
    assert by.delete(f"/tags/{tag['tag_id']}").ok
    assert by.delete(f"/folders/{folder['id']}").ok
    path = f"/runs/{scene.process['id']}/activate?with=tags,folders"
    for shown in (made(by.get(run), 200), made(by.put(path), 200)):
        assert (shown["tags"], shown["folders"]) == ({"data": []}, {"data": []})


#: Of an open issue of the process: what else may be written meanwhile (2.2).
FREE = ("comment", "problem", "resolved-threads", "tags", "folders")
FROZEN = "This process has an open issue. Resolve it before changing its tasks."


def touches_tasks(path: str, body: Any) -> bool:
    if "'subject_type': 'Task'" in str(body) or "/rules/" in path:
        return True
    is_kickoff = "{client}" in str(body) or "ko_unique" in str(body)
    is_of_process = path.startswith("/runs/{run}") and "task" not in path
    return not (is_kickoff or is_of_process or any(word in path for word in FREE))


def test_30_2_2_an_open_issue_freezes_every_way_to_change_tasks(scene: Scene) -> None:
    before = scene.everything()
    writes = [write for write in apart(WRITES) if touches_tasks(write[1], write[2])]
    assert len(writes) > 40
    assert [
        scene.asked(answer)
        for method, path, body in writes
        if (answer := scene.call(method, path, body)).status_code != 422
        or answer.json()["message"] != FROZEN
    ] == []
    assert scene.everything() == before
    for method, path, body in apart(WRITES):
        is_free = not touches_tasks(path, body) and "permissions" not in path
        if is_free and "resolved" not in path:
            answer = scene.call(method, path, body)
            assert FROZEN not in answer.text, scene.asked(answer)
