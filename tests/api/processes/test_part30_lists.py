"""Part 30, section 4: the list of processes, parameter by parameter."""

from typing import Any

import pytest

from cast import GUS, Cast
from factories import (
    complete,
    launch,
    made,
    make_oneoff,
    make_template,
    tasks_of,
    without_ages,
)
from forms import asked, field_ids, template_with
from wire import check_pagination, check_problem, ids


def listed(cast: Cast, query: str) -> set[str]:
    return set(ids(cast.olga.get(f"/runs?without_pagination=true&{query}")))


@pytest.fixture
def runs(cast: Cast) -> dict[str, str]:
    """Processes by a word; mia, her group, gus and a group of leo have their parts."""
    group, other = cast.group(cast.mia), cast.group(cast.leo)
    steps: dict[str, list[Any]] = {
        "mia": [{"title": "A", "assignees": [cast.mia.user_id]}, {"title": "B"}],
        "group": [{"title": "A", "groups": [group]}],
        "gus": [{"title": "A", "guests": [GUS]}],
        "plain": [{"title": "A"}],
    }
    made_runs = {
        word: launch(cast.olga, make_template(cast.olga, each), name=word)["id"]
        for word, each in steps.items()
    }
    made_runs["named"] = launch(cast.olga, name="named", groups=[other])["id"]
    made_runs["owned"] = launch(cast.olga, name="owned", owner_id=cast.mia.user_id)["id"]
    return {**made_runs, "the group": group, "the other": other}


def test_30_4_owners_own_it_or_have_a_task_by_a_group_too(cast: Cast, runs: dict[str, str]) -> None:
    expected = {runs["mia"], runs["group"], runs["owned"]}
    assert listed(cast, f"owners={cast.mia.user_id}") == expected
    assert listed(cast, "owners=nobody") == set()


def test_30_4_groups_are_named_or_assigned(cast: Cast, runs: dict[str, str]) -> None:
    assert listed(cast, f"groups={runs['the group']}") == {runs["group"]}
    assert listed(cast, f"groups={runs['the other'].upper()}") == {runs["named"]}
    both = f"groups={runs['the group']},{runs['the other']}"
    assert listed(cast, both) == {runs["group"], runs["named"]}
    assert listed(cast, "groups=nonsense") == set()


def test_30_4_guests_are_named_by_address(cast: Cast, runs: dict[str, str]) -> None:
    assert listed(cast, f"guests={GUS.upper()}") == {runs["gus"]}
    assert listed(cast, "guests=other@guests.test") == set()


def test_30_4_task_status_is_of_the_people_asked_for(cast: Cast, runs: dict[str, str]) -> None:
    mine, plain = tasks_of(cast.olga, {"id": runs["mia"]})
    complete(cast.olga, plain)
    assert runs["mia"] in listed(cast, "task_status=completed")
    owner = f"owners={cast.mia.user_id}"
    assert listed(cast, f"task_status=completed&{owner}") == set()
    complete(cast.olga, mine)
    assert listed(cast, f"task_status=completed&{owner}") == {runs["mia"]}
    assert listed(cast, f"task_status=all&{owner}") == listed(cast, owner)
    made(cast.olga.delete(f"/completed-tasks/{mine['id']}"), 200)
    assert listed(cast, f"task_status=in-progress&{owner}") == {runs["mia"]}
    assert "task_status" in check_problem(cast.olga.get("/runs?task_status=bogus"), 422)["errors"]


def test_30_4_me_is_who_works_on_it_and_not_who_may_read_it(
    cast: Cast, runs: dict[str, str]
) -> None:
    found = set(ids(cast.mia.get("/runs?me=true")))
    assert found == {runs["mia"], runs["group"], runs["owned"]}


def test_30_40_statuses(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    active, done, troubled, frozen, late = (
        launch(cast.olga, template, name=name) for name in ("a", "c", "p", "i", "l")
    )
    complete(cast.olga, tasks_of(cast.olga, done)[0])
    problem = {"content": "Broken", "label": "problem"}
    task = tasks_of(cast.olga, troubled)[0]
    made(cast.olga.post(f"/tasks/{task['id']}/comment", problem))
    made(cast.olga.post(f"/runs/{frozen['id']}/comment", problem))
    make_oneoff(cast.olga, run_id=late["id"], deadline="2020-01-01 00:00:00")
    found = {word: listed(cast, f"status={word}") for word in (
        "active", "complete", "completed", "problem", "issue", "delayed", "draft", "all",
    )}  # fmt: skip
    assert found["active"] == {active["id"], late["id"]}
    assert found["complete"] == found["completed"] == {done["id"]}
    assert found["problem"] == {troubled["id"], frozen["id"]}
    assert found["issue"] == {frozen["id"]}
    assert found["delayed"] == {late["id"]}
    assert found["draft"] == set()
    assert len(found["all"]) == 5
    assert listed(cast, "status=active,issue") == {active["id"], late["id"], frozen["id"]}
    assert "status" in check_problem(cast.olga.get("/runs?status=bogus"), 422)["errors"]


def test_30_41_pages(cast: Cast) -> None:
    for number in range(7):
        launch(cast.olga, name=f"Run {number}")
    for page, more in ((1, True), (2, True), (3, False)):
        found = check_pagination(cast.olga.get(f"/runs?limit=3&page={page}"))
        assert (found["total"], found["has_more_pages"]) == (7, more)
    assert check_pagination(cast.olga.get("/runs?per_page=5000"))["per_page"] == 1000


def test_30_42_orders(cast: Cast) -> None:
    first, second, third = (launch(cast.olga, name=name)["id"] for name in ("b", "C", "a"))
    made(cast.olga.put(f"/runs/{first}", {"summary": "changed"}), 200)

    def order(key: str) -> list[str]:
        return ids(cast.olga.get(f"/runs?sort={key}"))

    assert order("-updated_at")[0] == order("-last_updated")[0] == first
    assert order("name") == [third, first, second]
    assert order("-name") == [second, first, third]
    assert order("created_at") == order("oldest") == [first, second, third]
    assert order("bogus") == order("newest") == [third, second, first]
    for key in ("started_at", "completed_at", "archived_at", "due_date", "status", "most_delayed"):
        assert set(order(key)) == set(order(f"-{key}")) == {first, second, third}


def test_30_43_tags_are_all_carried(cast: Cast) -> None:
    one, two = (made(cast.olga.post("/tags", {"title": title}))["id"] for title in ("1st", "2nd"))
    both = launch(cast.olga, tags=[one, two])["id"]
    launch(cast.olga, tags=[one])
    without = launch(cast.olga)["id"]
    assert listed(cast, f"tag={one},{two}") == listed(cast, f"tag=1st&tag_ids={two}") == {both}
    assert listed(cast, "untagged=true") == {without}


def test_30_4_text_and_numbers(cast: Cast) -> None:
    run = launch(cast.olga, name="50% of_it")
    launch(cast.olga, name="other")
    assert listed(cast, "q=0%25%20OF_") == {run["id"]}
    assert run["id"] in listed(cast, f"q={run['increment_id']}")
    assert listed(cast, "q=5_%25") == set()


def test_30_4_the_one_half_of_a_kickoff_filter_asks_for_nothing(cast: Cast) -> None:
    run = launch(cast.olga)["id"]
    assert listed(cast, f"kickoff_field={'a' * 32}") == {run}
    assert listed(cast, "kickoff_value=x") == {run}
    assert listed(cast, f"kickoff_field={'a' * 32}&kickoff_value=x") == set()
    assert listed(cast, "kickoff_field='%22]&kickoff_value=x") == set()


#: By type: what is answered, words that find it, and words that do not.
_ANSWERS: dict[str, tuple[Any, list[str], list[str]]] = {
    "text": ('Ärger & "Söhne" 50%', ["ärger", "arger", "ÄRGER & \"s", "50%"], ["5_%", "x"]),
    "textarea": ("first line\nsecond", ["LINE\nsec"], ["line sec"]),
    "email": ("ann@acme.test", ["@ACME"], ["bob"]),
    "date": ("2026-03-04", ["2026-03"], ["2027"]),
    "radio": ("Größe L", ["GRÖßE"], ["Silver"]),
    "dropdown": ({"id": 7, "text": 'The "best"'}, ['"BEST"', "the"], ["7", "text", "id", "{"]),
    "multiselect": (
        [{"id": 7, "text": 'The "best"', "selected": True}, {"id": 8, "text": "Größe L",
         "selected": False}], ["best"], ["7", "größe", "selected", "true", "text"],
    ),
    "table": ([["Nut", "Bolt"], [3, None]], ["BOLT", "3"], ["[", "null", ","]),
    "file": ("https://files.test/plan.pdf?key=abc", ["plan.pdf"], ["filename", "source"]),
    "assignees_form": ({"guests": [GUS]}, [GUS.upper()], ["users", "guests\""]),
}  # fmt: skip
_CHOICE = [{"id": 7, "text": 'The "best"'}, {"id": 8, "text": "Größe L"}]


def test_30_4_what_kickoff_answers_say(cast: Cast) -> None:
    kickoff = [
        asked(kind, kind, **({"options": _CHOICE} if kind in ("radio", "dropdown", "multiselect")
                             else {})) for kind in _ANSWERS
    ]  # fmt: skip
    template = template_with(cast.olga, 1, [*kickoff, asked("number")])
    field = field_ids(cast.olga, template)
    said = {field[kind]: answer for kind, (answer, _, _) in _ANSWERS.items()}
    run = launch(cast.olga, template, prerun={**said, field["number"]: 12345})
    launch(cast.olga, template)

    def found(label: str, word: str) -> list[str]:
        query = {"kickoff_field": field[label], "kickoff_value": word}
        return ids(cast.olga.get("/runs", params=query))

    assert found("number", "234") == [run["id"]]
    assert found("number", "54") == []
    for label, (_, hits, misses) in _ANSWERS.items():
        assert {word for word in hits if found(label, word) != [run["id"]]} == set(), label
        assert {word for word in misses if found(label, word) != []} == set(), label
    assert found("text", "") == ids(cast.olga.get("/runs"))


def test_00_4_4_a_search_knows_every_alphabet(cast: Cast) -> None:
    by, run = cast.olga, launch(cast.olga, name="Ärger mit Öl")
    task = make_oneoff(by, title="Écran ŁÓDŹ")
    tag = made(by.post("/tags", {"title": "Straße Ж"}))
    guest = {"email": "zoe@guests.test", "first_name": "Zoë", "last_name": "Øre"}
    made(by.post("/guests", guest))
    for path, word, expected in (
        ("/runs", "ÄRGER mit ö", run["id"]), ("/runs", "Ärger", run["id"]),
        ("/tasks", "écran łódź", task["id"]), ("/tags", "STRAßE ж", tag["id"]),
    ):  # fmt: skip
        assert ids(by.get(path, params={"q": word})) == [expected], word
        assert ids(by.get(path, params={"q": f"{word}x"})) == []
    (found,) = made(by.get("/guests", params={"q": "ZOË øre"}), 200)
    assert found["email"] == guest["email"]


def test_40_8_to_15_parameters_of_tasks(cast: Cast) -> None:
    title = made(cast.olga.post("/roles", {"name": "Bookkeeper"}))["id"]
    steps = [{"title": "Books", "roles": [title]}, {"title": "Else"}]
    template = make_template(cast.olga, steps)
    run = launch(cast.olga, template)
    books, _ = tasks_of(cast.olga, run)
    alone = make_oneoff(cast.olga, title="Alone", owners={"users": [cast.mia.user_id]})

    def found(path: str) -> set[str]:
        return set(ids(cast.olga.get(path)))

    assert found(f"/tasks?roles={title}") == {books["id"]}
    assert found(f"/tasks?roles={title}&assignee={cast.mia.user_id}") == {books["id"], alone["id"]}
    assert found(f"/tasks?roles={'f' * 32}") == found("/tasks?roles=x") == set()
    assert found(f"/runs/{run['id']}/tasks?roles={title}") == {books["id"]}
    assert len(found(f"/tasks?checklist_id={template['id'].upper()}")) == 2
    assert found("/tasks?is_oneoff=true") == {alone["id"]}
    # What a list does not know is ignored there (contract 40, 3.2).
    assert len(found(f"/runs/{run['id']}/tasks?is_oneoff=true&assignee=7&checklist_id=x")) == 2


def test_40_3_2_custom_fields_of_tasks(cast: Cast) -> None:
    key = {"key": "floor", "applies_to": "task", "field_type": "number", "label": "Floor"}
    answer = cast.olga.post("/custom-field-keys", key)
    assert answer.status_code == 201, answer.text
    task, other = make_oneoff(cast.olga), make_oneoff(cast.olga)
    for each, value in ((task, 3), (other, 4)):
        made(
            cast.olga.put(
                f"/tasks/{each['id']}/custom-fields", {"custom_fields": {"floor": value}}
            ),
            200,
        )
    query = "custom_field_key=floor&custom_field_value"
    assert ids(cast.olga.get(f"/tasks?{query}=3")) == [task["id"]]
    assert ids(cast.olga.get(f"/tasks?{query}=5")) == []
    assert len(ids(cast.olga.get("/tasks?custom_field_key=floor"))) == 2


#: Includes of a process, and keys that what they hold must have (contract 30, 2.4).
_INCLUDES = {
    "tasks": {"id", "title", "threads", "form_fields"},
    "next_task": {"id", "increment_id", "title", "alias", "owners", "deadline"},
    "tasks_meta": {"id", "increment_id", "alias", "title", "status", "position", "deadline",
                   "completed_at", "task_type", "is_oneoff_task", "stage_id", "problem"},
    "tags": {"id", "tag_id", "title", "color", "type", "auto_generated"},
    "folders": {"id", "name", "folder_object_id"},
    "form_fields": {"unique_id", "value"}, "ko_form_fields": {"unique_id", "value"},
    "stages": {"id", "name", "position", "task_ids"},
    "threads": {"id", "content"}, "issues": {"id", "content"},
    "assets": set(), "member_watchers": set(), "guest_watchers": set(),
    "selected_text_comment": set(),
}  # fmt: skip


@pytest.mark.parametrize("is_archived", [False, True])
def test_30_2_4_every_include_by_get_and_in_the_list(cast: Cast, is_archived: bool) -> None:
    by = cast.olga
    tag = made(by.post("/tags", {"title": "T"}))["id"]
    folder = made(by.post("/folders", {"name": "F", "folder_type": "run"}))["id"]
    template = template_with(by, [{"title": "S", "captures": [asked("A")]}], [asked("Client")])
    stage = made(by.post(f"/checklists/{template['id']}/stages", {"name": "Begin"}))
    (step,) = made(by.get(f"/checklists/{template['id']}/steps"), 200)
    path = f"/checklists/{template['id']}/steps/{step['id']}"
    made(by.put(path, {"title": "S", "stage_id": stage["id"]}), 200)
    run = launch(by, template, tags=[tag], folders=[folder])
    (task,) = tasks_of(by, run)
    made(by.post(f"/tasks/{task['id']}/comment", {"content": "Hello"}))
    answer = {"id": field_ids(by, template)["A"], "task_id": task["id"], "form_value": "x"}
    made(by.put("/form-field/value", answer), 200)
    made(by.post(f"/runs/{run['id']}/problem", {"content": "Broken"}))
    if is_archived:
        made(by.delete(f"/runs/{run['id']}"), 200)
    names = ",".join([*_INCLUDES, "checklist", "permissions", "prerun", "tasks.threads",
                      "tasks.form_fields", "member_watchers.watcher", "nonsense"])  # fmt: skip
    query = f"with={names}&form_fields_values=true"
    shown = made(by.get(f"/runs/{run['id']}?{query}"), 200)
    (listed,) = made(by.get(f"/runs?archived=true&{query}"), 200)
    assert without_ages(listed) == without_ages(shown)
    plain = made(by.get(f"/runs/{run['id']}"), 200)
    beside = {*_INCLUDES, "checklist", "permissions", "form_fields_values"}
    assert set(shown) - set(plain) == beside
    for name, keys in _INCLUDES.items():
        assert set(shown[name]) == {"data"}
        if keys:
            (entry,) = shown[name]["data"]
            assert keys <= set(entry), name
        else:
            assert shown[name]["data"] == []
    exact = {name: set(shown[name]["data"][0]) for name in ("next_task", "tasks_meta")}
    assert exact == {name: _INCLUDES[name] for name in exact}
    (tagged,), (filed,) = shown["tags"]["data"], shown["folders"]["data"]
    assert (type(tagged["id"]), tagged["tag_id"]) == (int, tag)
    assert (type(filed["folder_object_id"]), filed["id"]) == (int, folder)
    assert shown["stages"]["data"][0]["task_ids"] == [task["id"]]
    assert shown["checklist"]["data"]["id"] == template["id"]
    assert shown["form_fields_values"] == {answer["id"]: "x"}
    assert shown["permissions"]["data"]["can"] == dict.fromkeys(
        ("update", "archive", "delete", "export"), True
    )
    assert shown["prerun"] == plain["prerun"] == {}
