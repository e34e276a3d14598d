"""Part 30, rows 1 to 24, 53 to 58: archive, activate and permanent delete.

Every write (13), what is as before (7) and what is gone (19), route by route and with everything in
it: test_part30_states.py. Expiring tasks (16): tests/worker/test_expiry.py. Rows that wait for
later issues: 9 (deleting comments), the asset and watcher parts of 7, 13, 14, 19 and 58, reminders,
rules and webhooks of 15, and 24 (watchers).
"""

import re
from typing import Any

import pytest
import requests

from cast import GUS, Cast, Person
from factories import (
    activity_of,
    complete,
    launch,
    let_all_launch,
    made,
    make_oneoff,
    make_template,
    read,
    tasks_of,
    verbs_of,
    without_ages,
)
from procession.kit.caller import Role
from wire import check_problem


def archive(by: Person, process: Any) -> Any:
    return made(by.delete(f"/runs/{process['id']}"), 200)


def activate(by: Person, process: Any) -> Any:
    return made(by.put(f"/runs/{process['id']}/activate"), 200)


def open_issue(by: Person, process: Any) -> Any:
    return made(by.post(f"/runs/{process['id']}/problem", {"content": "Wrong person"}))


def guest_code_of(by: Person, process: Any) -> str:
    for task in tasks_of(by, process):
        for url in task["owners"]["taskUrls"]:
            return str(url.split("/guest/")[1].split("/")[0])
    raise AssertionError("no guest is assigned")


def test_30_1_archiving_a_live_process_answers_200_with_the_archived_process(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga))
    answer = cast.olga.delete(f"/runs/{process['id']}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    data = answer.json()["data"]
    assert (data["id"], data["name"]) == (process["id"], process["name"])
    assert (data["status"], data["lifecycle_status"]) == ("archived", "active")
    assert data["archived_by"] == cast.olga.user_id
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", data["archived_at"])


@pytest.mark.parametrize("mount", ["", "/api"])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [(None, None), (b"{}", "application/json"), (b"garbage {", "application/json"),
     (b"", "application/json"), (b"<a/>", "application/xml"), (b"null", None)],
)  # fmt: skip
def test_30_2_the_body_of_an_archive_is_never_read(
    cast: Cast, mount: str, body: bytes | None, content_type: str | None
) -> None:
    process = launch(cast.olga)
    headers = {"Content-Type": content_type} if content_type else {}
    path = mount + cast.olga.path(f"/runs/{process['id']}")
    answer = cast.olga.client.delete(path, data=body, headers=headers)
    assert answer.json()["data"]["status"] == "archived"
    restored = cast.olga.client.call("PUT", f"{path}/activate", data=body, headers=headers)
    assert restored.json()["data"]["status"] == "active"


@pytest.mark.parametrize(
    ("method", "route"), [("DELETE", ""), ("PUT", "/activate"), ("DELETE", "/delete")]
)
def test_30_3_refusals_are_json_with_a_message(cast: Cast, method: str, route: str) -> None:
    """429: test_part00_limits.py."""
    process = launch(
        cast.olga, make_template(cast.olga, [{"title": "A", "assignees": [cast.leo.user_id]}])
    )
    path = f"/runs/{process['id']}{route}"
    html = {"Accept": "text/html"}
    check_problem(cast.nobody.call(method, cast.olga.path(path), headers=html), 401)
    check_problem(cast.leo.call(method, path, headers=html), 403)
    for unknown in ("0" * 32, "nonsense"):
        check_problem(cast.olga.call(method, f"/runs/{unknown}{route}", headers=html), 404)
    check_problem(cast.stranger().call(method, path), 404)
    refused = cast.olga.post(path, headers=html)
    check_problem(refused, 405)
    assert method in refused.headers["Allow"]
    if route == "/delete":
        check_problem(cast.olga.call(method, path, headers=html), 422)
    assert read(cast.olga, process) == process


def test_30_4_archiving_again_changes_and_tells_nothing(cast: Cast) -> None:
    process = launch(cast.olga)
    first = archive(cast.olga, process)
    before = activity_of(cast.olga, process)
    second = archive(cast.mia, process)
    assert second == first | {"starred": second["starred"]}
    assert activity_of(cast.olga, process) == before


@pytest.mark.parametrize("status", ["active", "problem", "issue", "complete"])
def test_30_5_activating_brings_the_status_back(cast: Cast, status: str) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    (task,) = tasks_of(cast.olga, process)
    if status == "problem":
        made(cast.olga.post(f"/tasks/{task['id']}/problem", {"content": "No key"}))
    if status == "issue":
        open_issue(cast.olga, process)
    if status == "complete":
        complete(cast.olga, task)
    assert read(cast.olga, process)["status"] == status
    archived = archive(cast.mia, process)
    assert (archived["status"], archived["lifecycle_status"]) == ("archived", status)
    restored = activate(cast.mia, process)
    assert (restored["status"], restored["archived_at"], restored["archived_by"]) == (
        status,
        None,
        None,
    )
    assert restored["last_activated_at"] is not None


def test_30_6_activating_a_live_process_changes_nothing(cast: Cast) -> None:
    process = launch(cast.olga)
    before = read(cast.olga, process)
    headers = {"Content-Type": "application/json"}
    answer = cast.olga.call("PUT", f"/runs/{process['id']}/activate", data=b"", headers=headers)
    assert made(answer, 200) == before
    assert verbs_of(cast.olga, process) == ["created"]


def _everything(cast: Cast, process: Any) -> dict[str, Any]:
    """All that is readable about a process, by each of its people."""
    includes = "tasks,tasks.threads,threads,issues,permissions,next_task,tasks_meta,checklist"
    seen: dict[str, Any] = {}
    for name, person in (("olga", cast.olga), ("mia", cast.mia), ("leo", cast.leo)):
        seen[name] = read(person, process, f"?with={includes}")
        seen[f"tasks of {name}"] = tasks_of(person, process)
        path = f"/runs/{process['id']}/tasks?archived=only&with=threads"
        seen[f"archived tasks of {name}"] = made(person.get(path), 200)
    return dict(without_ages(seen))


def _busy_process(cast: Cast) -> Any:
    """One with something of everything in it."""
    steps = [
        {"title": "Contract", "assignees": [cast.leo.user_id], "guests": [GUS]},
        {"title": "Secret pay", "top_secret": True, "assignees": [cast.mia.user_id]},
        {"title": "Approve", "step_type": "approval", "deadline": {"value": 0, "unit": "minutes"}},
        {"title": "Desk"},
    ]
    process = launch(
        cast.olga,
        make_template(cast.olga, steps),
        summary="<p>Notes</p>",
        users=[cast.mia.user_id],
        starred=True,
        is_public=True,
    )
    first, _, approval, desk = tasks_of(cast.olga, process)
    complete(cast.olga, first)
    complete(cast.olga, approval, is_approved=False)
    made(cast.mia.post(f"/tasks/{desk['id']}/comment", {"content": "Which floor?"}))
    made(cast.mia.post(f"/tasks/{desk['id']}/problem", {"content": "No desk"}))
    made(cast.olga.post(f"/runs/{process['id']}/comment", {"content": "Hurry"}))
    for title in ("Plant", "Lamp"):
        make_oneoff(cast.olga, run_id=process["id"], title=title)
    lamp = tasks_of(cast.olga, process)[-1]
    assert cast.olga.delete(f"/tasks/{lamp['id']}").status_code == 204
    return process


def test_30_7_after_archive_and_activate_everything_is_as_before(cast: Cast) -> None:
    process = _busy_process(cast)
    before = _everything(cast, process)
    archive(cast.mia, process)
    activate(cast.mia, process)
    after = _everything(cast, process)
    for seen in (before, after):
        for name in ("olga", "mia", "leo"):
            for changing in ("last_updated", "last_activated_at"):
                del seen[name][changing]
    assert after == before


def test_30_8_a_task_archived_before_stays_archived(cast: Cast) -> None:
    process = _busy_process(cast)
    archive(cast.olga, process)
    activate(cast.olga, process)
    titles = [task["title"] for task in tasks_of(cast.olga, process)]
    archived = made(cast.olga.get(f"/runs/{process['id']}/tasks?archived=only"), 200)
    assert "Plant" in titles
    assert "Lamp" not in titles
    assert [task["title"] for task in archived] == ["Lamp"]


def test_30_10_who_may_archive_and_activate(cast: Cast) -> None:
    steps = [{"title": "A", "assignees": [cast.leo.user_id]}]
    process = launch(cast.olga, make_template(cast.olga, steps))
    path = f"/runs/{process['id']}"
    for answer in (cast.leo.delete(path), cast.leo.put(f"{path}/activate")):
        assert answer.status_code == 403
        assert answer.json()["message"] == "Your role cannot archive processes."
    for outsider in (cast.stranger(), cast.add_light()):
        assert outsider.delete(path).status_code == 404
        assert outsider.put(f"{path}/activate").status_code == 404
    assert archive(cast.mia, process)["status"] == "archived"
    assert activate(cast.mia, process)["status"] == "active"


def test_30_11_where_an_archived_process_is_listed(cast: Cast) -> None:
    live, gone = launch(cast.olga, name="live"), launch(cast.olga, name="gone")
    archive(cast.olga, gone)

    def names(query: str) -> list[str]:
        return sorted(process["name"] for process in made(cast.mia.get(f"/runs{query}"), 200))

    assert names("") == ["live"]
    assert names("?archived=false") == ["live"]
    assert names("?archived=true") == names("?archived=1") == ["gone", "live"]
    assert names("?archived=only") == names("?status=archived") == ["gone"]
    assert names("?status=archived,active") == ["gone", "live"]
    assert names("?archived=only&status=active") == ["gone"]
    assert names("?archived=only&status=complete") == []
    assert read(cast.mia, gone)["status"] == "archived"
    assert read(cast.mia, live)["status"] == "active"


def test_30_12_where_the_tasks_of_an_archived_process_are_listed(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 2))
    mine = make_oneoff(cast.olga, owners={"users": [cast.olga.user_id]})
    archived_at = archive(cast.olga, process)["archived_at"]

    def ids(path: str) -> set[str]:
        return {task["id"] for task in made(cast.olga.get(path), 200)}

    inside = {task["id"] for task in tasks_of(cast.olga, process)}
    assert len(inside) == 2
    for path in ("/tasks", "/me/tasks", f"/users/{cast.olga.user_id}/tasks"):
        assert ids(path) == {mine["id"]}
        assert ids(f"{path}?archived=only") == inside
        assert ids(f"{path}?archived=true") == inside | {mine["id"]}
    assert {task["archived_at"] for task in tasks_of(cast.olga, process)} == {archived_at}
    assert {task["run_status"] for task in tasks_of(cast.olga, process)} == {"archived"}


def test_30_13_a_launch_below_an_archived_process_is_refused(cast: Cast) -> None:
    parent = launch(cast.olga)
    child = launch(cast.olga, parent_id=parent["id"])
    archive(cast.olga, parent)
    assert read(cast.olga, child)["status"] == "active"
    answer = cast.olga.post("/runs", {"name": "Late", "parent_id": parent["id"]})
    assert answer.status_code == 422
    assert "parent_id" in answer.json()["errors"]


def test_30_14_guests_and_the_public_find_nothing_while_archived(cast: Cast) -> None:
    steps = [{"title": "Sign", "guests": [GUS]}]
    process = launch(cast.olga, make_template(cast.olga, steps), is_public=True)
    (task,) = tasks_of(cast.olga, process)
    code = guest_code_of(cast.olga, process)
    public = read(cast.olga, process)["public_url"].removeprefix(cast.server.base_url)
    guest = f"/organizations/{cast.organization_id}/guests/{code}"

    def statuses() -> list[int]:
        nobody = cast.nobody
        return [
            nobody.get(f"{guest}/tasks/{task['id']}").status_code,
            nobody.get(public).status_code,
            nobody.post(f"{guest}/tasks/{task['id']}/comment", {"content": "Hi"}).status_code,
        ]

    assert statuses() == [200, 200, 201]
    archive(cast.olga, process)
    assert statuses() == [404, 404, 404]
    assert cast.nobody.get(f"{guest}/tasks?status=all&archived=only").json()["data"] == []
    refused = cast.nobody.post(f"{guest}/completed-tasks", {"task_id": task["id"]})
    assert refused.status_code == 404
    activate(cast.olga, process)
    assert statuses() == [200, 200, 201]
    done = cast.nobody.post(f"{guest}/completed-tasks", {"task_id": task["id"]})
    assert made(done, 200)["completer_guest"] == GUS


def test_30_18_permanent_delete_needs_an_admin_and_an_archived_process(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga))
    path = f"/runs/{process['id']}/delete"
    assert cast.mia.delete(path).status_code == 403
    live = cast.olga.delete(path)
    assert live.status_code == 422
    assert live.json()["message"] == "Archive this process before deleting it permanently."
    assert cast.olga.delete(f"/runs/{'0' * 32}/delete").status_code == 404
    archive(cast.olga, process)
    assert cast.stranger().delete(path).status_code == 404
    gone = cast.olga.delete(path)
    assert (gone.status_code, gone.content) == (200, b"")
    assert gone.headers["Content-Length"] == "0"
    assert cast.olga.delete(path).status_code == 404
    assert cast.olga.delete(f"/runs/{process['id']}").status_code == 404
    assert cast.olga.put(f"/runs/{process['id']}/activate").status_code == 404


def test_30_19_permanent_delete_takes_everything_but_the_record(cast: Cast) -> None:
    process = _busy_process(cast)
    child = launch(cast.olga, parent_id=process["id"])
    standalone = make_oneoff(cast.olga)
    everything = tasks_of(cast.olga, process)
    told = activity_of(cast.olga, process)
    archive(cast.olga, process)
    assert cast.olga.delete(f"/runs/{process['id']}/delete").status_code == 200
    assert cast.olga.get(f"/runs/{process['id']}").status_code == 404
    assert cast.olga.get(f"/runs/{process['id']}/tasks").status_code == 404
    for task in everything:
        assert cast.olga.get(f"/tasks/{task['id']}").status_code == 404
    ids = {task["id"] for task in made(cast.olga.get("/tasks?archived=true&status=all"), 200)}
    assert ids == {standalone["id"]}
    assert read(cast.olga, child)["parent_id"] is None
    kept = activity_of(cast.olga, process)
    for entry in [*kept, *told]:
        # What it is about as it is now, which is nothing any more.
        del entry["audit"], entry["parent"]
    assert kept[2:] == told
    assert [entry["verb"][0] for entry in kept[:2]] == ["deleted", "archived"]
    assert process["name"] in kept[0]["description"][0]
    assert f"#{process['increment_id']}" in kept[0]["description"][0]
    numbers = [entry["process_entry"] for entry in reversed(kept)]
    assert numbers == list(range(1, len(kept) + 1))


def test_30_23_archiving_touches_no_task_however_many_there_are(cast: Cast) -> None:
    """The time is measured by `make bench`; here: what it would have to touch stays untouched."""
    process = launch(cast.olga, make_template(cast.olga, 50))
    before = [task["last_updated"] for task in tasks_of(cast.olga, process)]
    archive(cast.olga, process)
    assert [task["last_updated"] for task in tasks_of(cast.olga, process)] == before


def test_30_53_a_process_outlives_its_template(cast: Cast) -> None:
    template = make_template(cast.olga)
    process = launch(cast.olga, template)
    archive(cast.olga, process)
    assert cast.olga.delete(f"/checklists/{template['id']}").status_code == 200
    assert cast.olga.delete(f"/checklists/{template['id']}/delete").status_code == 200
    restored = activate(cast.olga, process)
    assert (restored["checklist_id"], restored["checklist_title"]) == (template["id"], "Onboarding")
    assert len(tasks_of(cast.olga, process)) == 3
    assert read(cast.olga, process, "?with=checklist")["checklist"] is None


def test_found_b9_a_process_comes_back_when_all_around_it_is_gone(cast: Cast) -> None:
    """30, 10.2: the template, its owner, starter, people, group, guest, parent, folder and tag."""
    ann, bob = cast.add(Role.STANDARD), cast.add(Role.STANDARD)
    group = cast.group(bob)
    steps = [
        {"title": "Ann's", "assignees": [ann.user_id]},
        {"title": "All", "assignees": [ann.user_id, bob.user_id], "everyone_must_complete": True},
        {"title": "Movers", "groups": [group], "assign_run_starter": False},
        {"title": "Gus", "guests": [GUS]},
        {"title": "Done", "assignees": [bob.user_id]},
    ]
    template = make_template(cast.olga, steps)
    let_all_launch(cast.olga, template)
    folder = made(cast.olga.post("/folders", {"name": "F", "folder_type": "run"}))["id"]
    tag = made(cast.olga.post("/tags", {"title": "Urgent"}))["id"]
    parent = launch(cast.olga)
    process = launch(
        ann,
        template,
        owner_id=bob.user_id,
        users=[bob.user_id],
        groups=[group],
        parent_id=parent["id"],
        folders=[folder],
        tags=[tag],
    )
    complete(bob, tasks_of(bob, process)[4])
    archive(cast.olga, process)
    for path in (f"/runs/{parent['id']}", f"/checklists/{template['id']}"):
        assert cast.olga.delete(path).status_code == 200
        assert cast.olga.delete(f"{path}/delete").status_code == 200
    for path in (
        f"/users/{ann.user_id}/disable", f"/users/{ann.user_id}/delete",
        f"/users/{bob.user_id}/disable", f"/users/{bob.user_id}/delete",
        f"/groups/{group}", f"/guests/{GUS}", f"/folders/{folder}", f"/tags/{tag}",
    ):  # fmt: skip
        assert cast.olga.delete(path).status_code in (200, 204), path

    restored = activate(cast.olga, process)

    assert (restored["status"], restored["owner_id"]) == ("active", cast.olga.user_id)
    assert restored["started_by"] == ann.user_id
    assert (restored["checklist_title"], restored["users"]) == ("Onboarding", [])
    back = tasks_of(cast.olga, process)
    # The group had nobody in it any more when it was deleted, so its task was nobody's before.
    mine: list[int] = [cast.olga.user_id]
    assert [task["owners"]["users"] for task in back[:4]] == [mine, mine, [], mine]
    assert all(task["owners"]["guests"] == task["owners"]["groups"] == [] for task in back)
    assert (back[4]["status"], back[4]["completer_id"]) == ("completed", bob.user_id)
    for task in back[:4]:
        complete(cast.olga, task)
    assert read(cast.olga, process)["status"] == "complete"


@pytest.mark.parametrize("name", ["x", "0" * 31, "0" * 33, "g" * 32, "%00", "-1"])
def test_30_54_a_malformed_id_is_not_found(cast: Cast, name: str) -> None:
    for answer in (cast.olga.get(f"/runs/{name}"), cast.olga.delete(f"/runs/{name}/delete")):
        assert answer.status_code == 404
        assert isinstance(answer.json()["message"], str)


def test_30_56_an_offered_upgrade_is_passed_over(cast: Cast) -> None:
    process = launch(cast.olga)
    headers = {
        "Connection": "Upgrade, HTTP2-Settings",
        "Upgrade": "h2c",
        "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    }
    # By a client that shows the version of HTTP.
    answer = requests.delete(
        f"{cast.server.base_url}{cast.olga.path('/runs')}/{process['id']}",
        headers={**headers, "Authorization": f"Bearer {cast.olga.token}"},
        timeout=30,
    )
    assert (answer.status_code, answer.raw.version) == (200, 11)


def test_30_57_a_tasks_archive_mark_is_its_own_or_its_processs(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    oneoff = make_oneoff(cast.olga, run_id=process["id"])
    cast.olga.delete(f"/tasks/{oneoff['id']}")
    own_mark = made(cast.olga.get(f"/tasks/{oneoff['id']}"), 200)["archived_at"]
    (task,) = tasks_of(cast.olga, process)
    archived_at = archive(cast.olga, process)["archived_at"]

    def marks() -> list[Any]:
        return [
            made(cast.olga.get(f"/tasks/{each['id']}"), 200)["archived_at"]
            for each in (task, oneoff)
        ]

    assert marks() == [archived_at, own_mark]
    activate(cast.olga, process)
    assert marks() == [None, own_mark]


def test_30_58_star_and_public_key_survive_and_favourites_omit_it_meanwhile(cast: Cast) -> None:
    process = launch(cast.olga, starred=True, is_public=True)
    url = read(cast.olga, process)["public_url"]

    def favourites() -> list[str]:
        return [each["id"] for each in made(cast.olga.get("/runs?starred=true"), 200)]

    assert favourites() == [process["id"]]
    archive(cast.olga, process)
    assert favourites() == []
    activate(cast.olga, process)
    assert favourites() == [process["id"]]
    assert read(cast.olga, process)["public_url"] == url


def test_the_clock_of_an_archived_process_stands_still(cast: Cast) -> None:
    steps = [{"title": "Late", "deadline": {"value": 0, "unit": "minutes"}}]
    process = launch(cast.olga, make_template(cast.olga, steps))
    late = read(cast.olga, process)
    assert (late["late_tasks"], late["due_date_passed"]) == (1, True)
    archived = archive(cast.olga, process)
    assert (archived["late_tasks"], archived["due_date_passed"]) == (1, True)
    assert activate(cast.olga, process)["due_date"] == late["due_date"]
