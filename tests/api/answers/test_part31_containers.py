"""Part 31, section 2, row 18: in what answers may come, the same wherever they are taken."""

from collections.abc import Callable
from typing import Any

import pytest

from cast import Cast
from factories import launch, made, make_oneoff, read, tasks_of
from forms import asked, field_ids, template_with
from public_forms import Visitor

#: Of a form with the fields A and B: what is sent, and what is kept of it by label.
GOOD: dict[str, tuple[Callable[[str, str], Any], dict[str, Any]]] = {
    "object": (lambda a, b: {a: "1", b: "2"}, {"A": "1", "B": "2"}),
    "null": (lambda a, b: None, {}),
    "empty list": (lambda a, b: [], {}),
    "empty object": (lambda a, b: {}, {}),
    "one-key objects": (lambda a, b: [{a: "1"}, {b: "2"}], {"A": "1", "B": "2"}),
    "one pair": (lambda a, b: [{a: "1"}], {"A": "1"}),
    "field_id": (lambda a, b: [{"field_id": a, "value": "1"}], {"A": "1"}),
    "id": (lambda a, b: [{"id": a, "value": "1"}, {"id": b, "value": 2}], {"A": "1", "B": 2}),
    "timeline_id": (lambda a, b: [{"timeline_id": b, "value": "2"}], {"B": "2"}),
    "label in an entry": (lambda a, b: [{"id": "a", "value": "1"}], {"A": "1"}),
    "spaces around a key": (lambda a, b: {f" {a} ": "1"}, {"A": "1"}),
    "labels": (lambda a, b: {"A": "1", "b": "2"}, {"A": "1", "B": "2"}),
}
#: What is refused, and at which path below the container ("": the container).
BAD: dict[str, tuple[Callable[[str, str], Any], str]] = {
    "string": (lambda a, b: "x", ""),
    "number": (lambda a, b: 5, ""),
    "true": (lambda a, b: True, ""),
    "false": (lambda a, b: False, ""),
    "list of scalars": (lambda a, b: [1], ""),
    "mixed list": (lambda a, b: [{a: "1"}, "y"], ""),
    "two keys in an entry": (lambda a, b: [{a: "1", b: "2"}], ""),
    "list of lists": (lambda a, b: [[a, "1"]], ""),
    "empty entry": (lambda a, b: [{}], ""),
    "wrapped value": (lambda a, b: {b: "2", a: {"value": "1"}}, "A"),
    "twice in a list": (lambda a, b: [{a: "1"}, {"A": "2"}], "A"),
    "twice by spaces": (lambda a, b: {a: "1", f" {a}": "2"}, "A"),
    "unknown key": (lambda a, b: {a: "1", "Nope": "2"}, "Nope"),
}


class Surface:
    """One way in: `send` gives the answer, `kept` what is stored after it, by label."""

    def __init__(self, cast: Cast, name: str) -> None:
        self.cast, self.name = cast, name
        step: dict[str, Any] = {"title": "S", "captures": [asked("A"), asked("B")]}
        is_kickoff = name in ("launch prerun", "update prerun", "public form")
        form = [asked("A"), asked("B")] if is_kickoff else []
        steps = 1 if is_kickoff else [step]
        self.template = template_with(cast.olga, steps, form, is_public_kickoff=True)
        self.ids = field_ids(cast.olga, self.template)
        self.made: Any = None
        self.at = "prerun" if is_kickoff else "taskdata"
        if name == "launch taskdata":
            (only,) = made(cast.olga.get(f"/checklists/{self.template['id']}/steps"), 200)
            self.step_id = only["id"]
            self.at = f"tasks.{self.step_id}.taskdata"
        elif name == "public form":
            self.visitor = Visitor(cast, self.template["id"]).come_in()
        elif name == "one-off taskdata":
            self.task = make_oneoff(cast.olga, form_fields=[asked("A"), asked("B")])
            shown = made(cast.olga.get(f"/tasks/{self.task['id']}?with=form_fields"), 200)
            self.ids = {each["label"]: each["id"] for each in shown["form_fields"]["data"]}
        elif not name.startswith("launch"):
            self.made = launch(cast.olga, self.template)

    def send(self, container: Any) -> Any:
        by, template = self.cast.olga, {"checklist_id": self.template["id"]}
        match self.name:
            case "launch prerun":
                answer = by.post("/runs", {**template, "prerun": container})
            case "launch taskdata":
                overrides = {self.step_id: {"taskdata": container}}
                answer = by.post("/runs", {**template, "tasks": overrides})
            case "public form":
                answer = self.visitor.send(prerun=container)
            case "update prerun":
                answer = by.put(f"/runs/{self.made['id']}", {"prerun": container})
            case "one-off taskdata":
                answer = by.put(f"/tasks/{self.task['id']}", {"taskdata": container})
            case _:
                (task,) = tasks_of(by, self.made)
                path = f"/runs/{self.made['id']}/tasks/{task['id']}"
                answer = by.put(path, {"taskdata": container})
        if answer.ok and self.name in ("launch prerun", "launch taskdata", "public form"):
            self.made = answer.json()["data"]
        return answer

    def kept(self) -> dict[str, Any]:
        by = self.cast.olga
        if self.name == "one-off taskdata":
            stored = made(by.get(f"/tasks/{self.task['id']}"), 200)["taskdata"]
        elif self.at == "prerun":
            stored = read(by, self.made)["prerun"]
        else:
            stored = tasks_of(by, self.made)[0]["taskdata"]
        labels = {field_id: label for label, field_id in self.ids.items()}
        return {labels[field_id]: value for field_id, value in stored.items()}

    def clear(self) -> None:
        if self.name in ("update prerun", "one-off taskdata", "update taskdata"):
            assert self.send({self.ids["A"]: None, self.ids["B"]: None}).status_code == 200

    def path(self, below: str) -> str:
        return f"{self.at}.{self.ids.get(below, below)}" if below else self.at


SURFACES = ("launch prerun", "launch taskdata", "public form", "update prerun",
            "update taskdata", "one-off taskdata")  # fmt: skip


@pytest.mark.parametrize("name", SURFACES)
def test_31_2_1_containers_that_are_read(cast: Cast, name: str) -> None:
    surface = Surface(cast, name)
    for word, (container, expected) in GOOD.items():
        answer = surface.send(container(surface.ids["A"], surface.ids["B"]))
        assert answer.ok, (word, answer.text)
        assert surface.kept() == expected, word
        surface.clear()


@pytest.mark.parametrize("name", SURFACES)
def test_31_2_1_containers_that_are_refused(cast: Cast, name: str) -> None:
    surface = Surface(cast, name)
    count = len(made(cast.olga.get("/runs"), 200))
    for word, (container, below) in BAD.items():
        answer = surface.send(container(surface.ids["A"], surface.ids["B"]))
        assert answer.status_code == 422, (word, answer.text)
        assert list(answer.json()["errors"]) == [surface.path(below)], word
        if surface.made is not None:
            assert surface.kept() == {}, word
    assert len(made(cast.olga.get("/runs"), 200)) == count
    if surface.at == "prerun":
        sentence = "prerun must be one object keyed by kick-off field id."
        assert surface.send("x").json()["errors"] == {"prerun": [sentence]}


def test_31_2_1_prerun_data_is_prerun_where_that_is_absent(cast: Cast) -> None:
    surface = Surface(cast, "update prerun")
    path, (a, b) = f"/runs/{surface.made['id']}", surface.ids.values()
    both = {"prerun": {a: "1"}, "prerun_data": {a: "no", b: "no"}}
    made(cast.olga.put(path, both), 200)
    assert surface.kept() == {"A": "1"}
    answer = cast.olga.put(path, {"prerun_data": [{b: "2"}]})
    assert "X-Ignored-Fields" not in answer.headers
    assert surface.kept() == {"A": "1", "B": "2"}


def test_31_2_2_two_fields_of_one_name(cast: Cast) -> None:
    template = template_with(cast.olga, 1, [asked("Same"), asked("Same"), asked("same")])
    first, _, third = (field["id"] for field in template["prerun"])
    body = {"checklist_id": template["id"]}
    answer = cast.olga.post("/runs", {**body, "prerun": {"Same": "x"}})
    sentence = 'Ambiguous field "Same": use the field id.'
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"prerun.Same": [sentence]}
    # The exact label comes before one that differs by case.
    sent = {"same": "x", first: "y"}
    assert launch(cast.olga, template, prerun=sent)["prerun"] == {third: "x", first: "y"}
    alias = template["prerun"][0]["alias"]
    assert launch(cast.olga, template, prerun={alias.upper(): "z"})["prerun"] == {first: "z"}
