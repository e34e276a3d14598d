"""Part 60, 5: tags, and what carries them (rows 29 to 35, 7, 42)."""

from typing import Any

import pytest

from backdoor import set_template
from cast import Cast, Person
from factories import (
    activity_of,
    launch,
    let_all_launch,
    made,
    make_oneoff,
    make_template,
    read,
    tasks_of,
)
from wire import check_problem

UNKNOWN = "0" * 32


def make_tag(by: Person, title: str = "Urgent", **fields: Any) -> Any:
    return made(by.post("/tags", {"title": title, **fields}))


def attach(by: Person, tag: Any, kind: str, subject_id: str, **more: Any) -> Any:
    body = {"tag_id": tag["id"], "subject_type": kind, "subject_id": subject_id, **more}
    return by.post("/checklists/tags", body)


def titles(by: Person, query: str = "") -> list[str]:
    return [tag["title"] for tag in made(by.get(f"/tags{query}"), 200)]


# --- The list ---


def test_60_29_tags_are_made_once(cast: Cast) -> None:
    tag = make_tag(cast.olga, " Urgent ", color="#ff5733")
    assert tag == {
        "id": tag["id"], "title": "Urgent", "color": "#ff5733", "type": "private",
        "auto_generated": False, "created_at": tag["created_at"], "deleted_at": None,
        "custom_fields": {},
    }  # fmt: skip
    assert made(cast.leo.get(f"/tags/{tag['id']}"), 200) == tag
    again = check_problem(cast.olga.post("/tags", {"title": "Urgent"}), 422)
    assert again["errors"] == {"title": ["The title has already been taken."]}
    assert make_tag(cast.olga, "urgent")["color"] is None
    assert cast.olga.put(f"/tags/{tag['id']}", {"title": "urgent"}).status_code == 422


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, "title"),
        ({"title": " "}, "title"),
        ({"title": "x" * 31}, "title"),
        ({"title": "x", "color": "red"}, "color"),
        ({"title": "x", "color": "#ff57331"}, "color"),
        ({"title": "x", "color": "#zzzzzz"}, "color"),
        ({"title": {"a": 1}}, "title"),
        ({"title": "a\x00b"}, "title"),
    ],
)
def test_60_29_what_no_tag_can_be(cast: Cast, body: Any, key: str) -> None:
    problem = check_problem(cast.olga.post("/tags", body), 422)
    assert list(problem["errors"]) == [key]
    assert titles(cast.olga) == []


def test_60_30_a_tag_changes_and_goes(cast: Cast) -> None:
    tag = make_tag(cast.olga)
    path = f"/tags/{tag['id']}"
    assert made(cast.olga.put(path, {"color": "#00ff00"}), 200)["color"] == "#00ff00"
    assert made(cast.olga.patch(path, {"title": "Late"}), 200)["title"] == "Late"
    whole = made(cast.olga.get(path), 200)
    echoed = cast.olga.put(path, whole)
    assert (echoed.json()["data"], "X-Ignored-Fields" in echoed.headers) == (whole, False)
    assert made(cast.olga.put(path, {"color": None}), 200)["color"] is None
    assert cast.olga.delete(path).status_code == 204
    assert cast.olga.delete(path).status_code == 204
    assert cast.olga.delete("/tags/nonsense").status_code == 204
    check_problem(cast.olga.get(path), 404)
    check_problem(cast.olga.put(path, {"title": "x"}), 404)
    feed = made(cast.olga.get("/activity-feeds?type=Tag"), 200)
    assert [(entry["verb"][0], entry["field"] and entry["field"][0]) for entry in feed] == [
        ("deleted", None), ("updated", "color"), ("updated", "title"), ("updated", "color"),
        ("created", None),
    ]  # fmt: skip
    seen = made(cast.mia.get("/activity-feeds?type=Tag"), 200)
    assert len(seen) == len(feed)


def test_60_31_machine_titles_are_left_out(cast: Cast) -> None:
    for title in ("b", "A", "from:mail", "task:1", "step:2", "From:me"):
        make_tag(cast.olga, title)
    plain = ["A", "b", "From:me"]
    machines = ["from:mail", "step:2", "task:1"]
    assert titles(cast.leo) == plain
    assert sorted(titles(cast.leo, "?all=true")) == sorted(plain + machines)
    assert titles(cast.leo, "?all=True&q=TASK") == ["task:1"]
    assert titles(cast.leo, "?auto_generated=true") == machines
    assert titles(cast.leo, "?auto_generated=false&all=true") == plain
    assert titles(cast.leo, "?status=active&sort=-title") == plain[::-1]
    assert titles(cast.leo, "?sort=-created_at") == ["From:me", "A", "b"]
    page = cast.leo.get("/tags?per_page=1000").json()["meta"]["pagination"]
    assert page["per_page"] == 100


def test_60_35_statistics_count_what_the_caller_sees(cast: Cast) -> None:
    tag = make_tag(cast.olga)
    live, gone = make_template(cast.olga), make_template(cast.olga)
    started, ended = launch(cast.olga, live), launch(cast.olga, live)
    for kind, things in (("Checklist", (live, gone)), ("Run", (started, ended))):
        for thing in things:
            made(attach(cast.olga, tag, kind, thing["id"]))
    made(cast.olga.delete(f"/checklists/{gone['id']}"), 200)
    made(cast.olga.delete(f"/runs/{ended['id']}"), 200)
    nobody = {"process_read": {"all_members": False}}
    made(cast.olga.put(f"/runs/{started['id']}/permissions", nobody), 200)
    path = f"/tags/{tag['id']}?with=statistics"
    assert made(cast.olga.get(path), 200)["statistics"]["data"] == {
        "active_template": 1, "archived_template": 1, "active_process": 1, "archived_process": 1,
    }  # fmt: skip
    (listed,) = made(cast.mia.get("/tags?with=statistics"), 200)
    assert listed["statistics"]["data"] == {
        "active_template": 1, "archived_template": 1, "active_process": 0, "archived_process": 1,
    }  # fmt: skip
    assert "statistics" not in made(cast.olga.get(f"/tags/{tag['id']}"), 200)


# --- On things ---


def test_60_32_tags_go_on_and_off(cast: Cast) -> None:
    tag = make_tag(cast.olga, color="#102030")
    template = make_template(cast.olga, 1)
    process = launch(cast.olga, template)
    (task,) = tasks_of(cast.olga, process)
    for kind, path, thing in (
        ("Checklist", "/checklists", template),
        ("Run", "/runs", process),
        ("Task", "/tasks", task),
    ):
        link = made(attach(cast.olga, tag, kind, thing["id"]))
        assert link == {
            "id": link["id"], "tag_id": tag["id"], "subject_id": thing["id"],
            "subject_type": kind, "title": "Urgent", "color": "#102030",
            "auto_generated": False, "type": "private", "created_at": link["created_at"],
        }  # fmt: skip
        assert type(link["id"]) is int
        shown = made(cast.mia.get(f"{path}/{thing['id']}?with=tags"), 200)
        assert shown["tags"] == {"data": [link]}
        again = attach(cast.olga, tag, kind, thing["id"], tag_type="private")
        assert (again.status_code, again.json()["data"]) == (200, link)
        off = cast.olga.delete(f"/checklists/tags/{link['id']}")
        assert (off.status_code, off.json()["data"]) == (200, link)
        check_problem(cast.olga.delete(f"/checklists/tags/{link['id']}"), 404)
        shown = made(cast.mia.get(f"{path}/{thing['id']}?with=tags"), 200)
        assert shown["tags"] == {"data": []}


def test_60_7_repeating_an_attach_tells_nothing(cast: Cast) -> None:
    tag, process = make_tag(cast.olga), launch(cast.olga, make_template(cast.olga))
    before = len(activity_of(cast.olga, process))
    for _ in range(2):
        assert attach(cast.olga, tag, "Run", process["id"]).ok
    (entry,) = activity_of(cast.olga, process)[:-before]
    assert (entry["verb"], entry["type"], entry["auditable_type"], entry["parentable_id"]) == (
        ["linked"], ["Tag"], "Tag", process["id"],
    )  # fmt: skip
    assert entry["description"] == ['put the tag "Urgent" on the process "Ann joins"']


def test_step_tags_go_with_their_tasks(cast: Cast) -> None:
    tag, template = make_tag(cast.olga), make_template(cast.olga, 2)
    path = f"/checklists/{template['id']}"
    first, second = made(cast.olga.get(f"{path}/steps"), 200)
    check_problem(attach(cast.leo, tag, "Step", first["id"]), 403)
    check_problem(attach(cast.mia, tag, "Step", first["id"]), 403)
    link = made(attach(cast.olga, tag, "Step", first["id"]))
    assert attach(cast.olga, tag, "step", UNKNOWN).json()["errors"] == {
        "subject_id": ["Subject not found"]
    }
    first, second = made(cast.olga.get(f"{path}/steps"), 200)
    assert (first["tags"], second["tags"]) == ([link], [])
    whole = made(cast.olga.get(f"{path}?with=steps,tags"), 200)
    assert whole["steps"]["data"][0]["tags"] == [link]
    assert whole["tags"] == {"data": []}
    process = launch(cast.olga, template)
    tagged, plain = made(cast.olga.get(f"/runs/{process['id']}/tasks?with=tags,step"), 200)
    assert [on["tag_id"] for on in tagged["tags"]["data"]] == [tag["id"]]
    assert plain["tags"] == {"data": []}
    assert tagged["step"]["data"]["tags"] == [link]
    clone = made(cast.olga.post(f"{path}/clone"))
    copied, _ = made(cast.olga.get(f"/checklists/{clone['id']}/steps"), 200)
    assert [on["tag_id"] for on in copied["tags"]] == [tag["id"]]
    made(cast.olga.delete(f"/checklists/tags/{link['id']}"), 200)
    assert made(cast.olga.get(f"{path}/steps"), 200)[0]["tags"] == []


def test_20_8_4_a_step_is_written_with_its_tags(cast: Cast) -> None:
    tag, other = make_tag(cast.olga), make_tag(cast.olga, "Other")
    plain = {"title": "Plain", "position": 2}
    template = make_template(cast.olga, [plain, {"title": "T", "tags": [tag["id"]], "position": 1}])
    path = f"/checklists/{template['id']}/steps"

    def on_steps() -> list[list[str]]:
        steps = made(cast.olga.get(path), 200)
        return [[on["title"] for on in step["tags"]] for step in steps]

    assert on_steps() == [["Urgent"], []]
    first = made(cast.olga.get(path), 200)[0]
    copy = made(cast.olga.post(f"{path}/{first['id']}/clone"))
    assert [on["tag_id"] for on in copy["tags"]] == [tag["id"]]
    added = made(cast.olga.post(path, {"title": "N", "tags": [other["id"]]}))
    assert [on["title"] for on in added["tags"]] == ["Other"]
    assert on_steps() == [["Urgent"], ["Urgent"], [], ["Other"]]
    made(cast.olga.put(f"{path}/{first['id']}", first), 200)
    assert on_steps()[0] == ["Urgent"]
    changed = made(cast.olga.patch(f"{path}/{first['id']}", {"tags": [other["id"]]}), 200)
    assert [on["title"] for on in changed["tags"]] == ["Other"]
    made(cast.olga.patch(f"{path}/{first['id']}", {"tags": []}), 200)
    assert on_steps()[0] == []
    for body in ({"title": "x", "tags": [UNKNOWN]}, {"title": "x", "tags": [{"id": 1}, None]}):
        check_problem(cast.olga.post(path, body), 422)
        check_problem(cast.olga.put(f"{path}/{first['id']}", body), 422)


def test_60_33_what_cannot_be_tagged(cast: Cast) -> None:
    tag, template = make_tag(cast.olga), make_template(cast.olga)
    process = launch(cast.olga, template)
    on_process = made(attach(cast.olga, tag, "Run", process["id"]))
    on_template = made(attach(cast.olga, tag, "Checklist", template["id"]))
    (task, *_) = tasks_of(cast.olga, process)
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    for kind, thing, word in (
        ("Run", process, "processes"), ("Task", task, "processes"),
        ("Checklist", template, "templates"),
    ):  # fmt: skip
        problem = check_problem(attach(cast.olga, tag, kind, thing["id"]), 422)
        assert (problem["message"], problem["code"]) == (
            f"Cannot update archived {word}.", "ARCHIVED",
        )  # fmt: skip
    for link in (on_process, on_template):
        problem = check_problem(cast.olga.delete(f"/checklists/tags/{link['id']}"), 422)
        assert problem["code"] == "ARCHIVED"
    for subject_id in (UNKNOWN, "nonsense"):
        problem = check_problem(attach(cast.olga, tag, "Run", subject_id), 422)
        assert problem["message"] == "Subject not found"
    unknown = {"id": UNKNOWN}
    problem = check_problem(attach(cast.olga, unknown, "Cow", UNKNOWN, tag_type="public"), 422)
    assert set(problem["errors"]) == {"tag_id", "subject_type", "tag_type"}
    # Archiving kept both, and bringing back shows them.
    made(cast.olga.put(f"/runs/{process['id']}/activate"), 200)
    made(cast.olga.put(f"/checklists/{template['id']}/restore"), 200)
    assert read(cast.olga, process, "?with=tags")["tags"]["data"] == [on_process]


def test_60_34_associations_are_known_by_their_number(cast: Cast) -> None:
    tag, process = make_tag(cast.olga), launch(cast.olga, make_template(cast.olga))
    made(attach(cast.olga, tag, "Run", process["id"]))
    for name in (tag["id"], "0", "-1", "1e3", "99999999999999"):
        check_problem(cast.olga.delete(f"/checklists/tags/{name}"), 404)
    assert len(read(cast.olga, process, "?with=tags")["tags"]["data"]) == 1


def test_tags_show_nothing_that_is_not_the_callers(cast: Cast) -> None:
    tag, template = make_tag(cast.olga), make_template(cast.olga)
    nobody = {"all_members": False}
    closed = dict.fromkeys(("checklist_read", "process_read"), nobody)
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", closed), 200)
    process = launch(cast.olga, template)
    on_template = made(attach(cast.olga, tag, "Checklist", template["id"]))
    on_process = made(attach(cast.olga, tag, "Run", process["id"]))
    for kind, thing in (("Checklist", template), ("Run", process)):
        problem = check_problem(attach(cast.mia, tag, kind, thing["id"]), 422)
        assert problem["message"] == "Subject not found"
    for link in (on_template, on_process):
        for person in (cast.mia, cast.leo, cast.stranger()):
            check_problem(person.delete(f"/checklists/tags/{link['id']}"), 404)
    stan = cast.stranger()
    check_problem(stan.get(f"/tags/{tag['id']}"), 404)
    feed = made(cast.mia.get("/activity-feeds?type=Tag&verb=linked"), 200)
    assert feed == []


def test_60_42_light_members_tag_nothing(cast: Cast) -> None:
    tag, process = make_tag(cast.olga), launch(cast.olga, make_template(cast.olga))
    link = made(attach(cast.olga, tag, "Run", process["id"]))
    made(cast.olga.put(f"/runs/{process['id']}", {"users": [cast.leo.user_id]}), 200)
    check_problem(attach(cast.leo, tag, "Run", process["id"]), 403)
    check_problem(cast.leo.delete(f"/checklists/tags/{link['id']}"), 403)
    for person in (cast.mia, cast.leo):
        check_problem(person.post("/tags", {"title": "x"}), 403)
        check_problem(person.put(f"/tags/{tag['id']}", {"title": "x"}), 403)
        check_problem(person.delete(f"/tags/{tag['id']}"), 403)


def test_deleting_for_ever_takes_the_tags_off(cast: Cast) -> None:
    tag, template = make_tag(cast.olga), make_template(cast.olga, 1)
    process = launch(cast.olga, template)
    (task,) = tasks_of(cast.olga, process)
    oneoff = make_oneoff(cast.olga, tags=[tag["id"]])
    links = [
        made(attach(cast.olga, tag, "Run", process["id"])),
        made(attach(cast.olga, tag, "Task", task["id"])),
        made(attach(cast.olga, tag, "Checklist", template["id"])),
        *made(cast.olga.get(f"/tasks/{oneoff['id']}?with=tags"), 200)["tags"]["data"],
    ]
    assert len(links) == 4
    for path in (
        f"/runs/{process['id']}",
        f"/checklists/{template['id']}",
        f"/tasks/{oneoff['id']}",
    ):
        assert cast.olga.delete(path).ok
        assert cast.olga.delete(f"{path}/delete").ok
    for link in links:
        check_problem(cast.olga.delete(f"/checklists/tags/{link['id']}"), 404)
    uses = made(cast.olga.get(f"/tags/{tag['id']}?with=statistics"), 200)["statistics"]["data"]
    assert set(uses.values()) == {0}


# --- Lists ---


def test_30_43_lists_by_tag(cast: Cast) -> None:
    urgent, late = make_tag(cast.olga), make_tag(cast.olga, "Late, very")
    both, one, none = [launch(cast.olga, name=name) for name in ("Both", "One", "None")]
    for process, tags in ((both, (urgent, late)), (one, (urgent,))):
        for tag in tags:
            made(attach(cast.olga, tag, "Run", process["id"]))

    def names(query: str) -> set[str]:
        return {row["name"] for row in made(cast.mia.get(f"/runs?{query}"), 200)}

    assert names(f"tag={urgent['id']}") == {"Both", "One"}
    assert names(f"tag={urgent['id']},{late['id']}") == {"Both"}
    assert names(f"tag=Urgent&tag_ids[]={late['id']}") == {"Both"}
    assert names(f"tag_ids={urgent['id']},{UNKNOWN}") == set()
    assert names("tag=urgent") == set()
    assert names("untagged=true") == {"None"}
    assert names("untagged=0") == {"Both", "One"}
    assert names("tag=" + ",".join(str(number) for number in range(2_000))) == set()
    listed = made(cast.mia.get("/runs?with=tags&tag=Urgent&sort=name"), 200)
    assert [[on["tag_id"] for on in row["tags"]["data"]] for row in listed] == [
        [urgent["id"], late["id"]], [urgent["id"]],
    ]  # fmt: skip
    assert none["name"] == "None"


def test_templates_and_tasks_by_tag(cast: Cast) -> None:
    urgent, late = make_tag(cast.olga), make_tag(cast.olga, "Late")
    first = make_template(cast.olga, title="First")
    second = make_template(cast.olga, title="Second")
    make_template(cast.olga, title="Third")
    made(attach(cast.olga, urgent, "Checklist", first["id"]))
    made(attach(cast.olga, late, "Checklist", second["id"]))

    def found(path: str, query: str) -> set[str]:
        return {row["title"] for row in made(cast.mia.get(f"{path}?{query}"), 200)}

    assert found("/checklists", f"tag={urgent['id']}") == {"First"}
    assert found("/checklists", f"tag={urgent['id']},Late") == {"First", "Second"}
    assert found("/checklists", "tag=nothing") == set()
    make_oneoff(cast.olga, title="Desk", tags=[urgent["id"]])
    make_oneoff(cast.olga, title="Chair", tags=f"{urgent['id']}, {late['id']}")
    make_oneoff(cast.olga, title="Lamp")
    assert found("/tasks", "tag=Late") == {"Chair"}
    assert found("/tasks", f"tag=Late,{urgent['id']}") == {"Desk", "Chair"}
    problem = check_problem(
        cast.olga.post("/tasks", {"title": "x", "task_type": "task", "deadline": "2031-01-01",
                                  "owners": {}, "tags": [UNKNOWN]}), 422,
    )  # fmt: skip
    assert list(problem["errors"]) == ["tags.0"]


# --- At a launch, and after ---


def test_30_32_a_launch_attaches_tags(cast: Cast) -> None:
    tag, template = make_tag(cast.olga), make_template(cast.olga, 1)
    process = launch(cast.olga, template, tags=[tag["id"], tag["id"].upper()])
    assert [on["tag_id"] for on in read(cast.olga, process, "?with=tags")["tags"]["data"]] == [
        tag["id"]
    ]
    assert len(activity_of(cast.olga, process)) == 1
    body = {"checklist_id": template["id"], "tags": [tag["id"], UNKNOWN]}
    problem = check_problem(cast.olga.post("/runs", body), 422)
    assert problem["errors"] == {"tags.1": ["The selected tag is invalid."]}
    assert len(made(cast.olga.get("/runs"), 200)) == 1


def test_30_3_3_a_template_may_demand_tags(cast: Cast) -> None:
    tag, template = make_tag(cast.olga), make_template(cast.olga, 1)
    set_template(cast, template["id"], launcher_must_tag=True)
    body = {"checklist_id": template["id"], "name": "P"}
    problem = check_problem(cast.olga.post("/runs", body), 422)
    assert problem["errors"] == {"tags": ["Add at least one tag to launch this process."]}
    launch(cast.olga, template, tags=[tag["id"]])


def test_30_6_an_update_replaces_tags(cast: Cast) -> None:
    urgent, late = make_tag(cast.olga), make_tag(cast.olga, "Late")
    process = launch(cast.olga, tags=[urgent["id"]])
    path = f"/runs/{process['id']}"

    def tags() -> list[str]:
        return [on["title"] for on in read(cast.mia, process, "?with=tags")["tags"]["data"]]

    made(cast.mia.put(path, {"tags": [late["id"]]}), 200)
    assert tags() == ["Late"]
    whole = read(cast.mia, process, "?with=tags,folders")
    assert made(cast.mia.put(path, whole), 200)["last_updated"] == whole["last_updated"]
    assert tags() == ["Late"]
    check_problem(cast.mia.put(path, {"tags": [UNKNOWN]}), 422)
    made(cast.olga.put(path, {"users": [cast.leo.user_id]}), 200)
    check_problem(cast.leo.put(path, {"tags": []}), 403)
    assert tags() == ["Late"]
    made(cast.mia.put(path, {"tags": []}), 200)
    assert tags() == []
    told = [entry["description"][0] for entry in activity_of(cast.olga, process)]
    assert told[0] == 'took the tag "Late" off the process "Ann joins"'


def test_20_23_a_clone_carries_the_tags(cast: Cast) -> None:
    tag, template = make_tag(cast.olga), make_template(cast.olga)
    made(attach(cast.olga, tag, "Checklist", template["id"]))
    let_all_launch(cast.olga, template)
    copy = made(cast.olga.post(f"/checklists/{template['id']}/clone?with=tags"))
    assert [on["tag_id"] for on in copy["tags"]["data"]] == [tag["id"]]
