"""Templates with rules in one request, and reading what became of their processes."""

from typing import Any, ClassVar

from cast import Person
from factories import launch, made, make_template, tasks_of
from forms import asked


def text(label: str) -> Any:
    return field(label, "text")


def field(label: str, kind: str, **more: Any) -> Any:
    """A field whose id in the document, and alias, is its label."""
    return asked(label, kind, id=label, alias=label, **more)


def when(step: str, operation: str = "completed", statement: Any = None, **more: Any) -> Any:
    return {
        "conditionable_type": "Step", "conditionable_id": step, "operation": operation,
        "statement": statement, **more,
    }  # fmt: skip


def answer(name: str, operation: str, statement: Any = None, **more: Any) -> Any:
    """Of the kick-off form; `type="Capture"`: of a step's."""
    return {
        "conditionable_type": more.pop("type", "Prerun"), "conditionable_id": name,
        "operation": operation, "statement": statement, **more,
    }  # fmt: skip


_TYPES = {
    "show": "visibility", "hide": "visibility", "reopen": "status", "deadline": "deadline",
    "emit_webhook": "webhook",
}  # fmt: skip


def do(verb: str, step: str, **more: Any) -> Any:
    kind = _TYPES.get(verb, "assignment")
    return {"action_type": kind, "action_verb": verb, "target_step_id": step, **more}


def rule(conditions: Any, *actions: Any, name: str = "Rule") -> Any:
    listed = conditions if isinstance(conditions, list) else [conditions]
    return {"automated_alias": name, "conditions": listed, "then_actions": list(actions)}


def ruled(by: Person, steps: Any, rules: list[Any], kickoff: list[Any] = [], **more: Any) -> Any:  # noqa: B006
    """`steps`: titles, `A B C`, or their bodies by title."""
    bodies = {title: {} for title in steps.split()} if isinstance(steps, str) else steps
    sent = [{"id": title, "title": title, **body} for title, body in bodies.items()]
    return make_template(by, sent, prerun=kickoff, automated_actions=rules, **more)


class Running:
    """A process, by the titles of its tasks and the labels of its fields.

    What is done to it is noted in `happened`, as events that the template can be tried with.
    """

    #: Since somebody cleared it.
    launched: ClassVar[list["Running"]] = []

    def __init__(self, by: Person, template: Any, prerun: Any = None, **more: Any) -> None:
        self.by, self.template = by, template
        if prerun is not None:
            more["prerun"] = prerun
        self.process = launch(by, template, **more)
        tasks = tasks_of(by, self.process)
        self.ids = {task["title"]: task["id"] for task in tasks}
        self.steps = {task["title"]: task["step_id"] for task in tasks}
        self.start = {
            "prerun": more.get("prerun"),
            "name": more.get("name", self.process["name"]),
            "started_at": self.process["started_at"],
        }
        self.happened: list[dict[str, Any]] = []
        self.launched.append(self)

    @property
    def path(self) -> str:
        return f"/runs/{self.process['id']}"

    def tasks(self) -> dict[str, Any]:
        return {task["title"]: task for task in tasks_of(self.by, self.process)}

    def hidden(self) -> str:
        """Titles of hidden tasks, `B C`."""
        found = self.tasks().items()
        return " ".join(title for title, task in found if task["status"] == "auto-skipped")

    def states(self) -> dict[str, str]:
        return {title: task["status"] for title, task in self.tasks().items()}

    def owners(self, title: str) -> Any:
        """Users, and `g` for each group, `e` for each guest."""
        owners = made(self.by.get(f"/tasks/{self.ids[title]}"), 200)["owners"]
        return [
            *sorted(owners["users"]),
            *["g" for _ in owners["groups"]],
            *["e" for _ in owners["guests"]],
        ]

    def due(self, title: str) -> Any:
        return made(self.by.get(f"/tasks/{self.ids[title]}"), 200)["deadline"]

    def complete(self, title: str, **more: Any) -> list[str]:
        """Titles of `tasks_changed_by_rules`."""
        body = {"task_id": self.ids[title], **more}
        answered = made(self.by.post(f"{self.path}/completed-tasks", body), 200)
        word = _DECISIONS[more.get("is_approved")]
        if title in self.steps:  # Those that were added are in no draft that could be tried.
            self.happened.append({word: self.steps[title], "at": answered["last_updated"]})
        return changed(answered)

    def reopen(self, title: str) -> list[str]:
        path = f"{self.path}/completed-tasks/{self.ids[title]}"
        answered = made(self.by.delete(path), 200)
        self.happened.append({"reopen": self.steps[title], "at": answered["last_updated"]})
        return changed(answered)

    def put(self, title: str, **body: Any) -> list[str]:
        answered = made(self.by.put(f"{self.path}/tasks/{self.ids[title]}", body), 200)
        event = {"set": body["taskdata"]} if "taskdata" in body else {}
        if body.get("status") == "completed":
            word = _DECISIONS[body.get("is_approved")]
            event = {word: self.steps[title], "taskdata": body.get("taskdata")}
        self.happened.append({**event, "at": answered["last_updated"]})
        return changed(answered)

    def turn(self, title: str, word: str) -> list[str]:
        """`word`: hide or show, by hand."""
        path = f"{self.path}/tasks/{self.ids[title]}/{word}"
        answered = made(self.by.put(path, {}), 200)
        self.happened.append({word: self.steps[title], "at": answered["last_updated"]})
        return changed(answered)

    def kick_off(self, **answers: Any) -> Any:
        answered = made(self.by.put(self.path, {"prerun": answers}), 200)
        self.happened.append({"set": answers, "at": answered["last_updated"]})
        return answered

    def read(self) -> Any:
        return made(self.by.get(self.path), 200)

    # --- Tried ---

    def tried(self) -> Any:
        """What `try` says of the same launch and the same events."""
        path = f"/checklists/{self.template['id']}/automated-actions/try"
        return made(self.by.post(path, {**self.start, "events": self.happened}), 200)

    def check_tried(self) -> None:
        """It ends as this process has."""
        tried, run = self.tried(), self.read()
        assert not [each for each in tried["timeline"] if "refused" in each], tried["timeline"]
        ends = [_end(each) for each in tasks_of(self.by, self.process)]
        found = [_end(each) for each in tried["steps"]]
        assert found == ends, f"{found}\n{ends}\n{tried['timeline']}"
        shown = {key: run[key] for key in ("name", "status", "progress")}
        assert tried["process"] == shown, (tried["process"], shown)


_DECISIONS = {None: "complete", True: "approve", False: "reject"}


def _end(task: Any) -> tuple[Any, ...]:
    people = {name: sorted(task["owners"][name]) for name in ("users", "guests", "groups")}
    return task["step_id"], task["title"], task["status"], people, task["deadline"]


def changed(answered: Any) -> list[str]:
    return [task["title"] for task in answered["tasks_changed_by_rules"]["data"]]
