"""Part 30, 3.1 and 3.4: what a launch wants differently from its template, step by step."""

from typing import Any

import pytest

from cast import GUS, Cast
from factories import activity_of, launch, made, make_template, read, tasks_of
from robots import email_of


class Ordered:
    """A template of three steps, each of mia's."""

    def __init__(self, cast: Cast, **fields: Any) -> None:
        self.cast = cast
        steps = [{"title": title, "assignees": [cast.mia.user_id], **fields} for title in "ABC"]
        self.template = make_template(cast.olga, steps)
        path = f"/checklists/{self.template['id']}/steps"
        self.ids = {step["title"]: step["id"] for step in made(cast.olga.get(path), 200)}

    def launched(self, tasks: Any = None, **fields: Any) -> list[Any]:
        process = launch(self.cast.olga, self.template, tasks=tasks, **fields)
        return tasks_of(self.cast.olga, process)

    def refused(self, tasks: Any, **fields: Any) -> dict[str, list[str]]:
        body = {"checklist_id": self.template["id"], "name": "x", "tasks": tasks, **fields}
        before = len(self.cast.olga.get("/runs").json()["data"])
        answer = self.cast.olga.post("/runs", body)
        assert answer.status_code == 422, answer.text
        assert len(self.cast.olga.get("/runs").json()["data"]) == before
        return dict(answer.json()["errors"])


def test_30_3_4_a_task_at_another_place(cast: Cast) -> None:
    ordered = Ordered(cast)
    a, b, c = ordered.ids.values()

    def titles(tasks: Any) -> str:
        found = ordered.launched(tasks)
        assert [task["position"] for task in found] == [1, 2, 3]
        return "".join(task["title"] for task in found)

    assert titles({c: {"position": 1}}) == "CAB"
    assert titles({a: {"position": "3"}}) == "BCA"
    assert titles({a: {"position": 99}}) == "BCA"
    assert titles({c: {"position": 1}, b: {"position": 2}}) == "CBA"
    assert titles({a: {"position": None}}) == "ABC"
    assert ordered.refused({a: {"position": 0}}).keys() == {f"tasks.{a}.position"}


def test_30_3_4_how_many_may_be_assigned(cast: Cast) -> None:
    ordered = Ordered(cast, max_assignable=1)
    a = ordered.ids["A"]
    two = {"users": [cast.mia.user_id, cast.leo.user_id]}
    problems = ordered.refused({a: {"owners": two}})
    assert problems == {f"tasks.{a}.owners": ["At most 1 people can be assigned to A."]}
    (task, *_) = ordered.launched({a: {"owners": two, "max_assignable": "2"}})
    assert task["max_assignable"] == 2
    assert len(task["owners"]["users"]) == 2
    (task, *_) = ordered.launched({a: {"owners": two, "max_assignable": 0}})
    assert task["max_assignable"] == 0
    # The owner who joins a task of guests only is nobody that the launcher named.
    (task, *_) = ordered.launched({a: {"owners": {"guests": [GUS]}}})
    assert (task["owners"]["users"], task["owners"]["guests"]) == ([cast.olga.user_id], [GUS])
    assert ordered.ids["A"] in str(ordered.refused({a: {"max_assignable": -1}}))


def test_30_3_4_dates_and_where_clients_put_the_deadline(cast: Cast) -> None:
    ordered = Ordered(cast)
    a = ordered.ids["A"]
    tuesday, wednesday = "2031-05-13", "2031-05-14 10:00"

    def dates(override: Any) -> tuple[str, str]:
        task = ordered.launched({a: override})[0]
        return task["deadline"], task["started_at"]

    due, _ = dates({"taskdata": {"deadline": wednesday}})
    assert due == "2031-05-14T10:00:00Z"
    due, started = dates({"deadline": "2031-05-15T09:00:00+02:00", "started_at": tuesday,
                          "taskdata": {"deadline": wednesday}})  # fmt: skip
    assert (due, started) == ("2031-05-15T07:00:00Z", "2031-05-13T00:00:00Z")
    for wrong in ("tomorrow", 1893456000, ["2031-05-13"]):
        problems = ordered.refused({a: {"taskdata": {"deadline": wrong}}})
        assert problems == {f"tasks.{a}.taskdata.deadline": ["The deadline is not a valid date."]}
    assert ordered.refused({a: {"deadline": "soon"}}).keys() == {f"tasks.{a}.deadline"}


def test_30_3_4_an_address_of_a_member_is_the_member(cast: Cast) -> None:
    ordered = Ordered(cast)
    leo = email_of(cast.leo)
    (task, *_) = ordered.launched({ordered.ids["A"]: {"owners": {"guests": [leo.upper(), GUS]}}})
    assert (task["owners"]["users"], task["owners"]["guests"]) == ([cast.leo.user_id], [GUS])


def test_30_3_1_a_list_of_objects_with_one_key_each(cast: Cast) -> None:
    ordered = Ordered(cast)
    a, b, _ = ordered.ids.values()
    owners = {"users": [cast.leo.user_id]}
    found = ordered.launched([{a: {"owners": owners}}, {b.upper(): {"position": 1}}])
    assert [task["title"] for task in found] == ["B", "A", "C"]
    assert found[1]["owners"]["users"] == [cast.leo.user_id]
    assert [task["title"] for task in ordered.launched([])] == ["A", "B", "C"]
    no_maps: list[Any] = [[1], ["x"], [{a: {}, b: {}}], "x", 7]
    for wrong in no_maps:
        assert ordered.refused(wrong).keys() == {"tasks"}


def test_30_3_1_unknown_steps_are_named_with_the_valid_ones(cast: Cast) -> None:
    ordered = Ordered(cast)
    problems = ordered.refused({"nope": {}, ordered.ids["A"]: {"position": -1}})
    assert problems.keys() == {"tasks.nope", f"tasks.{ordered.ids['A']}.position"}
    assert f"A ({ordered.ids['A']}), B (" in problems["tasks.nope"][0]
    twice: dict[str, Any] = {ordered.ids["A"]: {}, ordered.ids["A"].upper(): {}}
    assert ordered.refused(twice).keys() == {f"tasks.{ordered.ids['A'].upper()}"}


@pytest.mark.parametrize("word", [True, 1, "1", "true", "TRUE"])
def test_30_3_1_spellings_of_yes(cast: Cast, word: Any) -> None:
    process = launch(cast.olga, starred=word, is_public=word, assign_someone_else=word)
    assert process["starred"] is process["is_public"] is process["assign_someone_else"] is True


@pytest.mark.parametrize("word", [False, 0, "0", "false", None])
def test_30_3_1_spellings_of_no(cast: Cast, word: Any) -> None:
    process = launch(cast.olga, starred=word, is_public=word, assign_someone_else=word)
    assert process["starred"] is process["is_public"] is process["assign_someone_else"] is False


def test_30_3_1_null_is_as_good_as_absent(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    keys = ("name", "summary", "owner_id", "user_id", "starred", "is_public", "parent_id", "prerun",
            "publicly_hidden_fields", "assign_someone_else", "tasks", "roles", "users", "groups",
            "tags", "folders")  # fmt: skip
    process = launch(cast.olga, template, **dict.fromkeys(keys))
    assert process["name"].startswith("Onboarding - ")
    assert process["owner_id"] == process["started_by"] == cast.olga.user_id


def test_30_3_1_a_launch_in_the_name_of_another(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    process = launch(cast.olga, template, user_id=str(cast.mia.user_id), starred=True)
    assert process["started_by"] == process["owner_id"] == cast.mia.user_id
    assert process["starred"] is False
    assert read(cast.mia, process)["starred"] is True
    assert tasks_of(cast.olga, process)[0]["owners"]["users"] == [cast.mia.user_id]
    mine = cast.mia.post("/runs", {"name": "x", "user_id": cast.mia.user_id})
    assert mine.status_code == 201
    theirs = cast.mia.post("/runs", {"name": "x", "user_id": cast.olga.user_id})
    assert theirs.status_code == 403


def test_30_2_1_what_started_a_process(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    assert process["launched_via"] == "api"
    assert "created" in activity_of(cast.olga, process)[0]["verb"]


def test_30_3_1_a_parent_must_be_live(cast: Cast) -> None:
    parent = launch(cast.olga)
    child = launch(cast.olga, parent_id=parent["id"])
    assert child["parent_id"] == parent["id"]
    made(cast.olga.delete(f"/runs/{parent['id']}"), 200)
    answer = cast.olga.post("/runs", {"name": "x", "parent_id": parent["id"]})
    assert answer.status_code == 422
    assert answer.json()["errors"].keys() == {"parent_id"}
