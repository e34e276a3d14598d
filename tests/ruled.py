"""Templates with rules in one request, and reading what became of their processes."""

from typing import Any

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
    """A process, by the titles of its tasks and the labels of its fields."""

    def __init__(self, by: Person, template: Any, prerun: Any = None, **more: Any) -> None:
        self.by, self.template = by, template
        if prerun is not None:
            more["prerun"] = prerun
        self.process = launch(by, template, **more)
        self.ids = {task["title"]: task["id"] for task in tasks_of(by, self.process)}

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
        return changed(made(self.by.post(f"{self.path}/completed-tasks", body), 200))

    def reopen(self, title: str) -> list[str]:
        path = f"{self.path}/completed-tasks/{self.ids[title]}"
        return changed(made(self.by.delete(path), 200))

    def put(self, title: str, **body: Any) -> list[str]:
        return changed(made(self.by.put(f"{self.path}/tasks/{self.ids[title]}", body), 200))

    def turn(self, title: str, word: str) -> list[str]:
        """`word`: hide or show, by hand."""
        path = f"{self.path}/tasks/{self.ids[title]}/{word}"
        return changed(made(self.by.put(path, {}), 200))

    def kick_off(self, **answers: Any) -> Any:
        return made(self.by.put(self.path, {"prerun": answers}), 200)

    def read(self) -> Any:
        return made(self.by.get(self.path), 200)


def changed(answered: Any) -> list[str]:
    return [task["title"] for task in answered["tasks_changed_by_rules"]["data"]]
