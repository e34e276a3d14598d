"""No route costs more statements where there are more rows: every GET there is, and main writes.

The routes are those the server has, so a new one cannot be forgotten: it is asked here, or its
path holds a name that `Names` does not know, and then this test fails.
"""

import secrets
from typing import Any

import msgspec
import pytest

from cast import Cast, assemble
from counter import Counter
from factories import (
    complete,
    launch,
    made,
    make_oneoff,
    make_rule,
    make_template,
    tasks_of,
)
from procession.web.routes import ALL_ROUTES
from sent import upload

#: Answered without looking at rows of any organization, or about one invitation or form.
APART = {
    "/.well-known/jwks.json", "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration", "/health", "/openapi.json", "/docs/index", "/docs",
    "/invitations/{token}", "/organizations/{org}/users/{user}/invitation",
    "/public/{org}/kickoff/{template}", "/app/assets/{name}",
    # A file, in which every member is asked for with one statement: what each of them sees.
    "/organizations/{org}/rights",
    # A file, too: each process is read by itself, some of them in one transaction.
    "/organizations/{org}/runs/export",
}  # fmt: skip
#: Everything that can be asked for beside a row.
INCLUDES = (
    "tasks,tasks.threads,tasks.form_fields,next_task,tasks_meta,threads,issues,checklist,tags,"
    "folders,folder,run,run.checklist,step,steps,permissions,groups,users,guests,stats,"
    "activities,form_fields,ko_form_fields,stages,country,organizations,preferences,assets,summary"
)
PATHS = sorted(
    route.path
    for route in ALL_ROUTES
    if route.method == "GET" and route.door != "page" and route.path not in APART
)


def seed(cast: Cast, count: int) -> dict[str, str]:
    """`count` of everything, and the names that paths need."""
    olga = cast.olga
    snippets = [made(olga.post("/snippets", {"title": "S", "content": "s"})) for _ in range(count)]
    steps: list[Any] = [
        {
            "title": f"Sign {number}", "guests": [f"g{number}@guests.test"],
            "summary": f"{{{{snippet:{snippets[number]['id']}}}}}",
        }
        for number in range(count)
    ]  # fmt: skip
    template = make_template(olga, steps)
    step = template_step = made(olga.get(f"/checklists/{template['id']}/steps"), 200)[0]
    below = f"/checklists/{template['id']}"
    field: dict[str, Any] = {"field_type": "text", "label": "Who", "required": False}
    captures = [made(olga.post(f"{below}/steps/{step['id']}/captures", field))]
    captures += [
        made(olga.post(f"{below}/steps/{step['id']}/captures", field)) for _ in range(count)
    ]
    preruns = [made(olga.post(f"{below}/preruns", field)) for _ in range(count)]
    made(olga.put(below, {"title": template["title"], "is_public": True}), 200)
    for _ in range(count):
        make_rule(olga, template)
    names = {"org": cast.organization_id, "checklist": template["id"], "step": step["id"]}
    names |= {"capture": captures[0]["id"], "field": preruns[0]["id"]}
    for _ in range(count):
        body = {"checklist_id": template["id"], "cron": "0 9 * * *"}
        names["schedule"] = str(made(olga.post("/recurring-jobs", body))["id"])
    names["snippet"] = snippets[0]["id"]
    for number in range(count):
        mark = secrets.token_hex(4)
        names["tag"] = made(olga.post("/tags", {"title": mark}))["id"]
        names["folder"] = made(olga.post("/folders", {"name": mark, "folder_type": "run"}))["id"]
        key = {"key": f"k_{mark}", "applies_to": "process", "field_type": "text", "label": mark}
        names["key"] = made(olga.post("/custom-field-keys", key))["id"]
        address = f"{mark}@guests.test"
        member = cast.add_light().user_id
        group = {"name": mark, "guests": [address], "members": [member, cast.mia.user_id]}
        names["group"] = made(olga.post("/groups", group))["id"]
        run = launch(olga, template, tags=[names["tag"]], folders=[names["folder"]])
        task = tasks_of(olga, run)[0]
        make_oneoff(olga, owners={"users": [olga.user_id], "guests": ["g0@guests.test"]})
        complete(olga, make_oneoff(olga, webhook=f"https://{mark}.test/"))
        watched = {"object_type": "task", "object_id": task["id"]}
        made(olga.post("/users/me/add-watcher", watched))
        names["list"] = made(olga.post("/lists", {"title": mark, "columns": ["A"]}))["id"]
        made(olga.post("/roles", {"name": f"Title {number}"}))
        if number == 0:
            names |= {"run": run["id"], "task": task["id"]}
            names["guest"] = cast.guest_of(task).code
            public = made(olga.put(f"/runs/{run['id']}", {"is_public": True}), 200)
            names["public_key"] = public["public_url"].rsplit("/", 1)[-1]
    places = {
        "/tasks/": f"/tasks/{names['task']}",
        "/runs/": f"/runs/{names['run']}",
        "/checklists/": below,
        "/steps/": f"{below}/steps/{names['step']}",
    }
    for _ in range(count):
        for word, place in places.items():
            said = olga.post(f"{place}/comment", {"content": "x", "label": "comment"})
            names[f"thread of {word}"] = made(said)["id"]
        about = {"subject_type": "Run", "subject_id": names["run"], "uploaded_from": "note"}
        names["file"] = upload(olga, **about)["id"]
    for number in range(count):
        names |= _seed_apart(cast, names["run"], number)
    assert template_step["id"] == names["step"]
    names["delivery"] = made(olga.get("/webhook-deliveries"), 200)[0]["id"]
    return {**names, "user": str(olga.user_id), "version": "1"}


def _address(path: str, names: dict[str, str]) -> str:
    """Each place has its own threads; the last word of the path that is one counts."""
    threads = [names[f"thread of {word}"] for word in _PLACES if word in path]
    return path.format(**names, thread=threads[-1] if threads else "")


_PLACES = ("/tasks/", "/runs/", "/checklists/", "/steps/")


def _asked(path: str) -> str:
    """What cannot be left out."""
    return "&search=sign" if path.endswith("/search") else ""


def _seed_apart(cast: Cast, run_id: str, number: int) -> dict[str, str]:
    """What a member keeps for themselves, and what was done to many at once."""
    olga = cast.olga
    preset = {"name": f"Late {number}", "object": "runs", "filter": {}}
    kept = made(olga.post("/presets", preset))
    made(olga.put(f"/me/preferences/shown-{number}", {"value": number}), 200)
    token = made(olga.post("/archive/selections", {"verb": "archive", "ids": [run_id]}))["token"]
    begun = made(olga.post("/archive/operations", {"token": token}), 200)
    made(olga.post(f"/archive/operations/{begun['number']}/undo"), 200)
    other = make_template(olga, 1)["id"]
    sent = {"reason": "R", "scope": {"type": "checklist", "id": other}}
    return {
        "hold": str(made(olga.post("/holds", sent))["id"]),
        "preset": str(kept["id"]),
        "preference": f"shown-{number}",
        "selection": token,
        "operation": str(begun["number"]),
    }


def costs(cast: Cast, names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    found = {}
    with monkeypatch.context() as patch:
        counter = Counter(cast, patch)
        query = f"per_page=100&with={INCLUDES}"
        for path in PATHS:
            # Twice: the first may find that somebody is here, or fill a memory of this process.
            for _ in range(2):
                found[path] = counter.cost("GET", _address(path, names), query + _asked(path))
        run = f"/organizations/{names['org']}/runs/{names['run']}"
        found |= writes(counter, names)
        found["archive"] = counter.cost("DELETE", run)
        found["activate"] = counter.cost("PUT", f"{run}/activate")
        task = f'{{"task_id": "{names["task"]}"}}'.encode()
        found["complete"] = counter.cost("POST", f"{run}/completed-tasks", body=task)
        found["reopen"] = counter.cost("DELETE", f"{run}/completed-tasks/{names['task']}")
        body = f'{{"checklist_id": "{names["checklist"]}", "name": "x"}}'.encode()
        found["launch"] = counter.cost("POST", f"/organizations/{names['org']}/runs", body=body)
    return found


def writes(counter: Counter, names: dict[str, str]) -> dict[str, int]:
    """What people change all day, of a task and a process that have everything."""
    org = f"/organizations/{names['org']}"
    run, task = f"{org}/runs/{names['run']}", f"{org}/tasks/{names['task']}"
    people = {"users": [int(names["user"])], "groups": [names["group"]]}
    oneoff = {
        "title": "Desk", "task_type": "task", "deadline": "2031-05-15", "owners": people,
        "run_id": names["run"], "position": 1, "tags": [names["tag"]],
        "form_fields": [{"field_type": "text", "label": "Who", "required": False}],
    }  # fmt: skip
    calls: dict[str, tuple[str, str, Any]] = {
        "answer": ("PUT", task, {"taskdata": {names["capture"]: "Ann"}}),
        "answer again": ("PUT", task, {"taskdata": {names["capture"]: "Bo"}}),
        "rename": ("PUT", task, {"title": "Sign {{who}}", "summary": "<p>{{who}}</p>"}),
        "date": ("PUT", task, {"deadline": "2031-05-15"}),
        "reassign": ("PUT", task, {"owners": people}),
        "tag": ("PUT", task, {"tags": [names["tag"]]}),
        "hide": ("PUT", f"{run}/tasks/{names['task']}/hide", {}),
        "show": ("PUT", f"{run}/tasks/{names['task']}/show", {}),
        "kick-off": ("PUT", run, {"prerun": {names["field"]: "Ann"}}),
        "rename process": ("PUT", run, {"name": "Ann joins"}),
        "value": (
            "PUT", f"{org}/form-field/value",
            {"id": names["capture"], "task_id": names["task"], "form_value": "Cy"},
        ),
        "create": ("POST", f"{org}/tasks", {**oneoff, "run_id": None}),
        "create in process": ("POST", f"{org}/tasks", oneoff),
        "clone": ("POST", f"{task}/clone", {}),
        "comment": ("POST", f"{task}/comment", {"content": "x"}),
    }  # fmt: skip
    return {
        name: counter.cost(method, path, body=msgspec.json.encode(body))
        for name, (method, path, body) in calls.items()
    }


def test_no_route_runs_more_statements_for_more_rows(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = costs(cast, seed(cast, 2), monkeypatch)
    larger = assemble(cast.server)
    many = costs(larger, seed(larger, 20), monkeypatch)
    assert many == few
    assert max(few.values()) <= 46
