"""Random histories by random people, beside a small model of what the contract allows."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from backdoor import check_sums
from cast import Cast, Person, assemble
from factories import launch, let_all_launch, make_oneoff, make_template, tasks_of, verbs_of
from server import RunningServer

PEOPLE = ("olga", "mia", "leo", "stan")
VERBS = (
    "archive", "activate", "purge", "complete", "reopen", "archive task", "restore task", "rename",
)  # fmt: skip


@dataclass
class Model:
    """What one process with two step tasks and one one-off task must be."""

    state: str = "live"  # live, archived or gone
    done: list[bool] = field(default_factory=lambda: [False, False, False])
    oneoff_archived: bool = False
    verbs: list[str] = field(default_factory=list)

    def status_of(self, who: str, verb: str, task: int) -> int:
        """The status code that must come back, before `apply`."""
        if who == "stan" or self.state == "gone":
            return 404
        if verb == "purge":
            return 403 if who != "olga" else 422 if self.state == "live" else 200
        if verb in ("archive", "activate"):
            return 403 if who == "leo" else 200
        if verb == "rename":
            return 403 if who == "leo" else 422 if self.state == "archived" else 200
        if verb in ("archive task", "restore task"):
            # The one-off is olga's; mia neither made it nor owns its process, leo neither.
            if who != "olga":
                return 403
            return 422 if self.state == "archived" else 204 if verb == "archive task" else 200
        return 422 if self.state == "archived" or (task == 2 and self.oneoff_archived) else 200

    def is_complete(self) -> bool:
        shown = self.done[:2] if self.oneoff_archived else self.done
        return all(shown)

    def apply(self, verb: str, task: int) -> None:
        """Only called for what succeeded."""
        was_complete = self.is_complete()
        if verb in ("archive", "activate"):
            new = {"archive": "archived", "activate": "live"}[verb]
            if new != self.state:
                self.verbs.append("archived" if new == "archived" else "unarchived")
            self.state = new
        elif verb == "purge":
            self.state = "gone"
            self.verbs.append("deleted")
        elif verb in ("complete", "reopen"):
            if self.done[task] != (verb == "complete"):
                self.done[task] = verb == "complete"
                self.verbs.append("completed" if verb == "complete" else "re-opened")
        elif verb in ("archive task", "restore task") and self.oneoff_archived != (
            verb == "archive task"
        ):
            self.oneoff_archived = verb == "archive task"
            self.verbs.append("archived" if self.oneoff_archived else "unarchived")
        if self.is_complete() != was_complete:
            self.verbs.append("completed" if self.is_complete() else "uncompleted")


@dataclass
class Subject:
    """The real process, and who acts on it."""

    process: Any
    tasks: list[Any]
    people: dict[str, Person]

    def act(self, who: str, verb: str, task: int) -> int:
        person, run = self.people[who], f"/runs/{self.process['id']}"
        oneoff = f"/tasks/{self.tasks[2]['id']}"
        task_id = self.tasks[task]["id"]
        answer = {
            "archive": lambda: person.delete(run),
            "activate": lambda: person.put(f"{run}/activate"),
            "purge": lambda: person.delete(f"{run}/delete"),
            "rename": lambda: person.put(run, {"name": f"{who} was here"}),
            "complete": lambda: person.post(f"{run}/completed-tasks", {"task_id": task_id}),
            "reopen": lambda: person.delete(f"{run}/completed-tasks/{task_id}"),
            "archive task": lambda: person.delete(oneoff),
            "restore task": lambda: person.put(f"{oneoff}/restore"),
        }[verb]()
        return answer.status_code

    def check(self, model: Model) -> None:
        olga, path = self.people["olga"], f"/runs/{self.process['id']}"
        found = olga.get(path)
        assert found.status_code == (404 if model.state == "gone" else 200)
        told = [verb for verb in verbs_of(olga, self.process) if verb != "updated"]
        assert told == ["created", "created", *model.verbs]
        if model.state == "gone":
            return
        lifecycle = "complete" if model.is_complete() else "active"
        seen = found.json()["data"]
        assert seen["lifecycle_status"] == lifecycle
        assert seen["status"] == ("archived" if model.state == "archived" else lifecycle)
        tasks = {task["id"]: task for task in tasks_of(olga, self.process)}
        shown = 2 if model.oneoff_archived else 3
        assert len(tasks) == shown
        for task, done in list(zip(self.tasks, model.done, strict=True))[:shown]:
            assert (tasks[task["id"]]["status"] == "completed") == done
        assert seen["whole_progress"]["complete"] == sum(model.done[:shown])


def new_subject(cast: Cast) -> Subject:
    """Everybody but stan may read it; leo is assigned to all of its tasks."""
    assigned = {"assignees": [cast.leo.user_id]}
    template = make_template(cast.olga, [{"title": "A", **assigned}, {"title": "B", **assigned}])
    let_all_launch(cast.olga, template)
    process = launch(cast.olga, template)
    oneoff = make_oneoff(cast.olga, run_id=process["id"], owners={"users": [cast.leo.user_id]})
    people = {"olga": cast.olga, "mia": cast.mia, "leo": cast.leo, "stan": cast.stranger()}
    return Subject(process, [*tasks_of(cast.olga, process)[:2], oneoff], people)


def test_random_histories_are_as_the_model_says(server: RunningServer) -> None:
    cast = assemble(server)
    steps = st.tuples(
        st.sampled_from(PEOPLE[:1] * 3 + PEOPLE), st.sampled_from(VERBS), st.integers(0, 2)
    )

    @settings(
        max_examples=80,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(steps, min_size=4, max_size=14))
    def check(history: list[tuple[str, str, int]]) -> None:
        subject, model = new_subject(cast), Model()
        for who, verb, task in history:
            expected = model.status_of(who, verb, task)
            assert subject.act(who, verb, task) == expected, (who, verb, task, model)
            check_sums(cast)
            if expected < 300:
                model.apply(verb, task)
        subject.check(model)

    check()
