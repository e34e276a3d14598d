"""Random histories by random people, beside a small model of what the contract allows."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cast import Cast, Person, assemble
from factories import (
    launch,
    let_all_launch,
    made,
    make_oneoff,
    make_template,
    read,
    tasks_of,
    verbs_of,
)
from many import OPERATIONS, SELECTIONS
from ruled import answer, do, rule, when
from server import RunningServer

PEOPLE = ("olga", "mia", "leo", "stan")
OF_PROCESS = (
    "archive", "activate", "purge", "rename", "answer kick-off", "reopen kick-off",
    "complete kick-off", "issue",
)  # fmt: skip
OF_TASK = (
    "complete", "reopen", "hide", "show", "answer", "reassign", "retitle", "clone", "archive task",
    "restore task",
)  # fmt: skip
#: Of contract 70: by an operation, with its family, and on hold.
OF_ARCHIVE = (
    "archive many", "activate many", "delete many", "undo", "archive family", "activate family",
    "delete family", "hold", "release",
)  # fmt: skip
VERBS = OF_PROCESS + OF_TASK + OF_ARCHIVE
#: What chance would seldom put in a row.
STORIES = (
    ("archive many", "undo"),
    ("archive many", "activate", "archive", "undo"),
    ("hold", "archive", "purge", "release"),
    ("hold", "archive family", "delete family"),
    ("archive many", "hold", "delete many", "undo"),
    ("archive family", "activate many", "archive many", "activate family", "undo"),
)  # fmt: skip
#: Done by the administrator and standard members alone; leo is light.
_NOT_FOR_LEO = (
    "archive", "activate", "rename", "answer kick-off", "reopen kick-off", "complete kick-off",
    "hide", "show", "reassign", "retitle", "clone", "archive family", "activate family",
)  # fmt: skip
#: Done by the administrator alone, or refused before anything is looked at.
_FOR_OLGA = ("delete many", "hold", "release")
#: What may archive it or bring it back.
_MOVING = ("archive", "activate", "undo", *OF_ARCHIVE[:3], *OF_ARCHIVE[4:6])
#: The state that each takes, and the one that it leaves.
_MOVES = {"archive": ("live", "archived"), "activate": ("archived", "live"),
          "delete": ("archived", "gone")}  # fmt: skip
#: What tells of a change that counts here; the rest are `updated` entries and comments.
_TOLD = (
    "created", "archived", "unarchived", "deleted", "completed", "re-opened", "uncompleted",
    "owners-updated",
)  # fmt: skip
ONEOFF = 2


@dataclass
class TaskModel:
    """What a task must be."""

    is_done: bool = False
    is_hidden: bool = False
    is_archived: bool = False
    has_second_owner: bool = False
    title_count: int = 0
    #: The first answer or a reopening makes it so.
    is_begun: bool = False
    answer: str | None = None

    @property
    def counts(self) -> bool:
        return not (self.is_hidden or self.is_archived)

    @property
    def status(self) -> str:
        if self.is_hidden:
            return "auto-skipped"
        if self.is_done:
            return "completed"
        return "in-progress" if self.is_begun else "not-started"


@dataclass
class Model:
    """What one process with two step tasks and one one-off task must be.

    It has two rules. While it is archived none is evaluated, and restoring it evaluates none
    (contract 50, 4.9): `fired` counts what happened to it while it was live.
    """

    state: str = "live"  # live, archived or gone
    tasks: list[TaskModel] = field(default_factory=lambda: [TaskModel() for _ in range(3)])
    clone_count: int = 0
    has_issue: bool = False
    kickoff_is_open: bool = False
    kickoff_answer: str = "Acme"
    verbs: list[str] = field(default_factory=list)
    #: When the first task is completed; when the kick-off answer says !!.
    fired: list[int] = field(default_factory=lambda: [0, 0])
    #: None: no hold was ever placed; else whether the last one is active.
    is_held: bool | None = None
    #: Who asked for the last operation that archived it; None: there was none.
    operated_by: str | None = None
    #: It is archived, and by that operation.
    is_by_operation: bool = False

    def status_of(self, who: str, verb: str, task: int) -> int:
        """The status code that must come back, before `apply`."""
        if who == "stan":
            return 404
        if verb in OF_ARCHIVE and "family" not in verb:
            return self._status_of_archive(who, verb)
        if self.state == "gone":
            return 404
        if verb in ("purge", "delete family"):
            if who != "olga":
                return 403
            return 422 if self.state == "live" else 409 if self.is_held else 200
        if who == "leo" and verb in _NOT_FOR_LEO:
            return 403
        # The one-off is olga's; mia neither made it nor owns its process, leo neither.
        if verb in ("archive task", "restore task") and who != "olga":
            return 403
        if verb in ("archive", "activate", "archive family", "activate family"):
            return 200
        if self.state == "archived":
            return 422
        if verb in OF_PROCESS:
            return 201 if verb == "issue" else 200
        return self._status_of_task(verb, task)

    def _status_of_archive(self, who: str, verb: str) -> int:
        """Of what is no call of the process itself."""
        if who == "leo" or (who == "mia" and verb in _FOR_OLGA):
            return 403
        if verb == "hold":
            return 422 if self.state == "gone" else 201
        if verb == "release":
            return 404 if self.is_held is None else 200
        if verb == "undo":
            is_theirs = who in ("olga", self.operated_by)
            return 200 if self.operated_by is not None and is_theirs else 404
        return 200

    def _status_of_task(self, verb: str, number: int) -> int:
        task = self.tasks[number]
        if self.has_issue:
            return 422
        if verb == "archive task":
            return 204
        if verb == "restore task":
            return 200
        if task.is_archived:
            return 422
        if verb in ("hide", "show"):
            return 422 if number == ONEOFF or task.is_done else 200
        if verb == "complete":
            return 422 if task.is_hidden else 200
        if verb in ("answer", "retitle", "reassign"):
            return 422 if task.is_done else 200
        return 201 if verb == "clone" else 200

    def is_complete(self) -> bool:
        counted = [task.is_done for task in self.tasks if task.counts]
        return bool(counted) and all(counted) and not (self.clone_count or self.kickoff_is_open)

    def apply(self, who: str, verb: str, number: int) -> None:
        """Only called for what succeeded."""
        was_complete = self.is_complete()
        if verb in OF_ARCHIVE:
            self._apply_to_archive(who, verb)
        elif verb in OF_PROCESS:
            self._apply_to_process(verb)
        else:
            self._apply_to_task(verb, self.tasks[number])
        if self.is_complete() != was_complete:
            self.verbs.append("completed" if self.is_complete() else "uncompleted")

    def _apply_to_archive(self, who: str, verb: str) -> None:
        word = verb.partition(" ")[0]
        if verb in ("hold", "release"):
            self.is_held = verb == "hold"
        elif verb == "undo":
            if self.is_by_operation:
                self._move("activate")
        elif (
            not (word == "delete" and self.is_held) and self._move(word) and verb == "archive many"
        ):
            self.operated_by, self.is_by_operation = who, True

    def _move(self, word: str) -> bool:
        """Whether it was where this takes it from."""
        before, after = _MOVES[word]
        if self.state != before:
            return False
        self.state = after
        told = {"archive": "archived", "activate": "unarchived", "delete": "deleted"}
        self.verbs.append(told[word])
        self.is_by_operation = False
        return True

    def _apply_to_process(self, verb: str) -> None:
        if verb in ("archive", "activate", "purge"):
            self._move("delete" if verb == "purge" else verb)
        elif verb == "issue":
            self.has_issue = not self.has_issue
        elif verb == "answer kick-off":
            self.kickoff_answer += "!"
            self.fired[1] = int("!!" in self.kickoff_answer)
        elif verb in ("reopen kick-off", "complete kick-off"):
            is_open = verb == "reopen kick-off"
            if self.kickoff_is_open != is_open:
                self.kickoff_is_open = is_open
                self.verbs.append("re-opened" if is_open else "completed")

    def _apply_to_task(self, verb: str, task: TaskModel) -> None:
        if verb in ("complete", "reopen"):
            if task.is_done != (verb == "complete"):
                task.is_done = verb == "complete"
                self.fired[0] += task.is_done and task is self.tasks[0]
                task.is_begun = task.is_begun or verb == "reopen"
                self.verbs.append("completed" if task.is_done else "re-opened")
        elif verb in ("archive task", "restore task"):
            oneoff, is_archived = self.tasks[ONEOFF], verb == "archive task"
            if oneoff.is_archived != is_archived:
                oneoff.is_archived = is_archived
                self.verbs.append("archived" if is_archived else "unarchived")
        elif verb in ("hide", "show"):
            task.is_hidden = verb == "hide"
        elif verb == "answer":
            task.answer = f"{task.answer or ''}x"
            task.is_begun = True
        elif verb == "reassign":
            task.has_second_owner = not task.has_second_owner
            self.verbs.append("owners-updated")
        elif verb == "retitle":
            task.title_count += 1
        elif verb == "clone":
            self.clone_count += 1
            self.verbs += ["created", "owners-updated"]


@dataclass
class Subject:
    """The real process, and who acts on it."""

    process: Any
    tasks: list[Any]
    people: dict[str, Person]
    #: The kick-off field, and those of the three tasks.
    fields: list[str]
    issue: str | None = None
    hold: str | None = None
    #: Number of the last operation that archived it; one that nobody has.
    operation: int = 1_000_000
    #: Everything of it when it was archived.
    as_archived: Any = None

    def act(self, model: Model, who: str, verb: str, number: int) -> int:
        person, run = self.people[who], f"/runs/{self.process['id']}"
        task_id = self.tasks[number]["id"]
        task, oneoff = f"/tasks/{task_id}", f"/tasks/{self.tasks[ONEOFF]['id']}"
        wanted = model.tasks[number]
        calls: dict[str, Callable[[], Any]] = {
            "archive": lambda: person.delete(run),
            "activate": lambda: person.put(f"{run}/activate"),
            "purge": lambda: person.delete(f"{run}/delete"),
            "rename": lambda: person.put(run, {"name": f"{who} was here"}),
            "answer kick-off": lambda: person.put(
                run, {"prerun": {self.fields[0]: f"{model.kickoff_answer}!"}}
            ),
            "reopen kick-off": lambda: person.delete(f"{run}/complete-prerun"),
            "complete kick-off": lambda: person.post(f"{run}/complete-prerun"),
            "issue": lambda: self._toggle_issue(person, run),
            "complete": lambda: person.post(f"{run}/completed-tasks", {"task_id": task_id}),
            "reopen": lambda: person.delete(f"{run}/completed-tasks/{task_id}"),
            "hide": lambda: person.put(f"{run}{task}/hide"),
            "show": lambda: person.put(f"{run}{task}/show"),
            "answer": lambda: person.put(
                task, {"taskdata": {self.fields[1 + number]: f"{wanted.answer or ''}x"}}
            ),
            "reassign": lambda: person.put(f"{run}{task}", {"owners": self._other_owners(wanted)}),
            "retitle": lambda: person.put(
                f"{run}{task}", {"title": f"Title {wanted.title_count + 1}"}
            ),
            "clone": lambda: person.post(f"{task}/clone"),
            "archive task": lambda: person.delete(oneoff),
            "restore task": lambda: person.put(f"{oneoff}/restore"),
            "archive many": lambda: self._operate(person, "archive"),
            "activate many": lambda: self._operate(person, "activate"),
            "delete many": lambda: self._operate(person, "delete"),
            "undo": lambda: person.post(f"{OPERATIONS}/{self.operation}/undo"),
            "archive family": lambda: person.delete(f"{run}?with_children=true"),
            "activate family": lambda: person.put(f"{run}/activate?with_children=true"),
            "delete family": lambda: person.delete(f"{run}/delete?with_children=true&confirm=1"),
            "hold": lambda: self._hold(person),
            "release": lambda: self._release(person),
        }
        status = int(calls[verb]().status_code)
        self._compare_restored(verb)
        return status

    def _toggle_issue(self, person: Person, run: str) -> Any:
        if self.issue is None:
            answer = person.post(f"{run}/problem", {"content": "It burns"})
            if answer.status_code == 201:
                self.issue = answer.json()["data"]["id"]
            return answer
        body = {"thread_id": self.issue, "content": "It is out"}
        answer = person.post(f"{run}/resolved-threads", body)
        if answer.status_code == 201:
            self.issue = None
        return answer

    def _operate(self, person: Person, verb: str) -> Any:
        """On it alone; the answer of the first call that is refused."""
        answer = person.post(SELECTIONS, {"verb": verb, "ids": [self.process["id"]]})
        if answer.status_code != 201:
            return answer
        selection = answer.json()["data"]
        body = {"token": selection["token"], "confirm": selection["will_change"]}
        answer = person.post(OPERATIONS, body)
        if verb == "archive" and answer.ok and answer.json()["data"]["done"]:
            self.operation = answer.json()["data"]["number"]
        return answer

    def _hold(self, person: Person) -> Any:
        """One at a time: the one before is released."""
        body = {"reason": "A case", "scope": {"type": "run", "id": self.process["id"]}}
        answer = person.post("/holds", body)
        if answer.status_code == 201:
            if self.hold is not None:
                self._release(self.people["olga"])
            self.hold = answer.json()["data"]["id"]
        return answer

    def _release(self, person: Person) -> Any:
        return person.put(f"/holds/{self.hold or '0' * 32}/release", {"reason": "Over"})

    def _other_owners(self, task: TaskModel) -> dict[str, list[int]]:
        """leo always stays."""
        mia = [] if task.has_second_owner else [self.people["mia"].user_id]
        return {"users": [self.people["leo"].user_id, *mia]}

    def _compare_restored(self, verb: str) -> None:
        """An archived process comes back exactly as it was, however it went and came."""
        if verb not in _MOVING:
            return
        found = self.people["olga"].get(f"/runs/{self.process['id']}")
        if found.status_code == 404:
            return
        is_archived = found.json()["data"]["archived_at"] is not None
        if is_archived and self.as_archived is None:
            self.as_archived = self._everything()
        elif not is_archived and self.as_archived is not None:
            assert self._everything() == self.as_archived
            self.as_archived = None

    def _everything(self) -> Any:
        """All of it, but for the marks of the archive itself."""
        olga = self.people["olga"]
        names = "tags,folders,threads,issues,form_fields,ko_form_fields,stages,permissions"
        run = read(olga, self.process, f"?with={names}")
        path = f"/runs/{self.process['id']}/tasks"
        query = "?with=summary,form_fields,threads&without_pagination=true&archived=true"
        tasks = made(olga.get(f"{path}{query}"), 200)
        for key in ("status", "archived_at", "archived_by", "archived_via", "archived_operation",
                    "archived_by_name", "held", "last_updated", "last_activated_at"):  # fmt: skip
            run.pop(key)
        run["permissions"] = None
        run["rules"] = [{**rule, "is_active": None} for rule in self.rules()]
        for task in tasks:
            for key in ("archived_at", "archived_by", "archived_via", "archived_operation",
                        "archived_by_name", "held", "run_status", "is_completable"):  # fmt: skip
                task.pop(key)
        return run, tasks

    def rules(self) -> Any:
        """What it remembers of them, with what they saw and caused."""
        return made(self.people["olga"].get(f"/runs/{self.process['id']}/rules"), 200)

    def check(self, model: Model) -> None:
        olga, path = self.people["olga"], f"/runs/{self.process['id']}"
        found = olga.get(path)
        assert found.status_code == (404 if model.state == "gone" else 200)
        told = [verb for verb in verbs_of(olga, self.process) if verb in _TOLD]
        assert told == ["created", "created", "owners-updated", *model.verbs]
        if model.state == "gone":
            return
        seen = found.json()["data"]
        done = "complete" if model.is_complete() else "active"
        lifecycle = "issue" if model.has_issue else done
        assert seen["lifecycle_status"] == lifecycle
        assert seen["status"] == ("archived" if model.state == "archived" else lifecycle)
        assert (seen["completed_at"] is not None) == model.is_complete()
        assert seen["prerun"] == {self.fields[0]: model.kickoff_answer}
        assert seen["prerun_status"] == ("incomplete" if model.kickoff_is_open else "complete")
        rules = self.rules()
        assert [each["fired_count"] for each in rules] == model.fired
        is_done = model.tasks[0].is_done and not model.tasks[0].is_hidden
        assert [each["last_result"] for each in rules] == [is_done, bool(model.fired[1])]
        self._check_tasks(model, seen)

    def _check_tasks(self, model: Model, seen: Any) -> None:
        query = "?without_pagination=true&archived=true"
        path = f"/runs/{self.process['id']}/tasks{query}"
        tasks = {task["id"]: task for task in made(self.people["olga"].get(path), 200)}
        assert len(tasks) == 3 + model.clone_count
        for number, (task, wanted) in enumerate(zip(self.tasks, model.tasks, strict=True)):
            found = tasks[task["id"]]
            title = f"Title {wanted.title_count}" if wanted.title_count else task["title"]
            assert (found["status"], found["title"]) == (wanted.status, title)
            answers = {} if wanted.answer is None else {self.fields[1 + number]: wanted.answer}
            assert found["taskdata"] == answers
            assert len(found["owners"]["users"]) == (2 if wanted.has_second_owner else 1)
        counted = [task for task in model.tasks if task.counts]
        assert seen["whole_progress"]["total"] == len(counted) + model.clone_count
        assert seen["whole_progress"]["complete"] == sum(task.is_done for task in counted)


def new_subject(cast: Cast) -> Subject:
    """Everybody but stan may read it; leo is assigned to all of its tasks."""
    question = {"label": "Which", "field_type": "text", "required": False}
    form = {"form_fields": [question], "owners": {"users": [cast.leo.user_id]}}
    step = {"assignees": [cast.leo.user_id], "captures": [question]}
    told = do("emit_webhook", "A", webhook_url="https://hooks.test/rules", alias_name="Told")
    template = make_template(
        cast.olga,
        [{"id": "A", "title": "A", **step}, {"id": "B", "title": "B", **step}],
        prerun=[{"id": "c", "label": "Client", "field_type": "text", "required": True}],
        automated_actions=[
            rule(when("A"), told),
            rule(answer("c", "contains", "!!"), told),
        ],
    )
    let_all_launch(cast.olga, template)
    client = template["prerun"][0]["id"]
    process = launch(cast.olga, template, prerun={client: "Acme"})
    oneoff = make_oneoff(cast.olga, run_id=process["id"], **form)
    tasks = [*tasks_of(cast.olga, process)[:2], oneoff]
    shown = [made(cast.olga.get(f"/tasks/{task['id']}?with=form_fields"), 200) for task in tasks]
    fields = [task["form_fields"]["data"][0]["id"] for task in shown]
    people = {"olga": cast.olga, "mia": cast.mia, "leo": cast.leo, "stan": cast.stranger()}
    return Subject(process, tasks, people, [client, *fields])


def test_random_histories_are_as_the_model_says(server: RunningServer) -> None:
    cast = assemble(server)
    steps = st.tuples(
        st.sampled_from(PEOPLE[:1] * 3 + PEOPLE), st.sampled_from(VERBS), st.integers(0, 2)
    )
    one = steps.map(lambda step: [step])
    story = st.sampled_from(STORIES).map(lambda verbs: [("olga", verb, 0) for verb in verbs])
    parts = st.one_of(one, one, one, one, one, story)

    @settings(
        max_examples=64,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(parts, min_size=4, max_size=12))
    def check(history: list[list[tuple[str, str, int]]]) -> None:
        subject, model = new_subject(cast), Model()
        for who, verb, task in itertools.chain.from_iterable(history):
            expected = model.status_of(who, verb, task)
            assert subject.act(model, who, verb, task) == expected, (who, verb, task, model)
            if expected < 300:
                model.apply(who, verb, task)
        subject.check(model)

    check()
