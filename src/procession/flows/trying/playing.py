"""What happens in a process that is tried: each event by the use case that people's verbs call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET

from procession.core.times import Instant
from procession.domains.comments.types import Place, ThreadLabel
from procession.domains.comments.wire import ThreadIn
from procession.domains.processes.wire import ProcessChangesIn
from procession.domains.tasks import store as tasks
from procession.domains.tasks.store import RuledTask
from procession.domains.tasks.types import TaskType
from procession.domains.tasks.wire import TaskChangesIn, TaskCommentIn
from procession.domains.templates.types import Content
from procession.flows.discussing.saying import comment
from procession.flows.processes.updating import update_process
from procession.flows.tasks import hiding
from procession.flows.tasks.completing import Completion, complete_task, reopen_task
from procession.flows.tasks.expiring import DueTask, expire
from procession.flows.tasks.updating import update_task
from procession.flows.trying.rehearsing import Rehearsal
from procession.flows.trying.wire import TryEventIn
from procession.kit.errors import Invalid, invalid
from procession.kit.ids import find_id
from procession.kit.work import looking

DECISIONS = {"complete": None, "approve": True, "reject": False, "acknowledge": None}
#: Each with the id of a step.
OF_STEPS = (
    *DECISIONS, "expire", "reopen", "hide", "show", "assign", "report", "resolve",
)  # fmt: skip
WORDS = (*OF_STEPS, "set", "clock")
_EXPIRING = (TaskType.EXPIRING, TaskType.EXPIRING_EMAIL)
_REPORTED = ThreadIn(content="Reported while trying.")
_RESOLVED = ThreadIn(content="Resolved while trying.")


@dataclass(frozen=True)
class Playing:
    rehearsal: Rehearsal
    process_id: str
    #: Of the tasks, by step.
    task_ids: Mapping[str, str]
    content: Content

    # --- What time brings ---

    def next_expiry(self, until: Instant, done: set[str]) -> RuledTask | None:
        """The next task that the clock would complete until then, of those not `done`."""
        due = [
            task
            for task in self._tasks()
            if task.task_type in _EXPIRING
            and task.state in ("not-started", "in-progress")
            and task.deadline_at is not None
            and task.deadline_at < until
            and task.id not in done
        ]
        return min(due, key=lambda task: (task.deadline_at or 0, task.number), default=None)

    def expire(self, task: RuledTask) -> bool:
        """Just after its deadline. False: it does not count yet, or is not to be."""
        rehearsal = self.rehearsal
        rehearsal.now = max(rehearsal.now, (task.deadline_at or 0) + 1)
        expire(rehearsal.caller.server, DueTask(rehearsal.caller.organization_id, task.id))
        return self.task(task.step_id).state == "completed"

    def task(self, step_id: str) -> RuledTask:
        return next(task for task in self._tasks() if task.step_id == step_id)

    def _tasks(self) -> list[RuledTask]:
        work = looking(self.rehearsal.caller)
        return tasks.list_ruled(work, self.process_id, list(self.task_ids))

    # --- What people do ---

    def play(self, event: TryEventIn, word: str, step_id: str) -> None:
        """Raises what the use case refuses it with. `step_id`: of a word that has one."""
        caller = self.rehearsal.caller
        task_id = self.task_ids.get(step_id, "")
        if word in DECISIONS:
            self._complete(event, word, task_id)
        elif word == "reopen":
            reopen_task(caller, task_id, self.process_id)
        elif word == "hide":
            hiding.hide_task(caller, self.process_id, task_id, TaskCommentIn())
        elif word == "show":
            hiding.show_task(caller, self.process_id, task_id, TaskCommentIn())
        elif word == "assign":
            owners = UNSET if event.owners is None else event.owners
            update_task(caller, task_id, TaskChangesIn(owners=owners), self.process_id)
        elif word == "report":
            comment(caller, Place(task_id=task_id), _REPORTED, ThreadLabel.PROBLEM)
        elif word == "resolve":
            comment(caller, Place(task_id=task_id), _RESOLVED, ThreadLabel.RESOLVE)
        elif word == "set":
            self._answer(event.set or {})

    def _complete(self, event: TryEventIn, word: str, task_id: str) -> None:
        """Where everyone has to complete it, everyone does."""
        caller, decision = self.rehearsal.caller, DECISIONS[word]
        before = self._of_id(task_id)
        if word == "acknowledge" and before.task_type not in _EXPIRING:
            raise invalid("acknowledge", "Only steps that expire are acknowledged.")
        if event.taskdata is None:
            wanted = Completion(task_id, is_approved=decision)
            task = complete_task(caller, wanted, self.process_id).task
        else:
            changes = TaskChangesIn(
                taskdata=event.taskdata, status="completed", is_approved=decision
            )
            task = update_task(caller, task_id, changes, self.process_id).task
        for user in task.users if task.everyone_must_complete else ():
            # A rule may have reopened it since.
            now = self._of_id(task_id)
            if now.state == "completed" or now.last_completed_at != before.last_completed_at:
                return
            wanted = Completion(task_id, is_approved=decision, override_user=user)
            complete_task(caller, wanted, self.process_id)

    def _of_id(self, task_id: str) -> RuledTask:
        return next(task for task in self._tasks() if task.id == task_id)

    def _answer(self, sent: Mapping[str, Any]) -> None:
        caller = self.rehearsal.caller
        of_steps = fields_of_steps(self.content)
        kickoff: dict[str, Any] = {}
        forms: dict[str, dict[str, Any]] = {}
        for key, value in sent.items():
            step_id = of_steps.get(key.strip().lower())
            form = kickoff if step_id is None else forms.setdefault(step_id, {})
            form[key] = value
        if kickoff:
            update_process(caller, self.process_id, ProcessChangesIn(prerun=kickoff))
        for step_id, answers in forms.items():
            task_id = self.task_ids[step_id]
            update_task(caller, task_id, TaskChangesIn(taskdata=answers), self.process_id)


def fields_of_steps(content: Content) -> dict[str, str]:
    """The step of each field that is in one's form, by the field's id and its alias."""
    return {
        name.lower(): step.id
        for step in content.steps
        for field in step.fields
        for name in (field.alias, field.id)
    }


def check_events(events: list[TryEventIn], content: Content) -> None:
    """Each says one thing, of a step or fields of this template. Raises Invalid with all that is
    wrong."""
    problems: dict[str, list[str]] = {}
    steps = {step.id for step in content.steps}
    named = (name for field in content.all_fields() for name in (field.id, field.alias))
    fields = {name.lower() for name in named}
    for place, event in enumerate(events):
        words = words_of(event)
        if len(words) != 1:
            problems[f"events.{place}"] = ["An event needs exactly one of " + ", ".join(WORDS)]
            continue
        (word,) = words
        path = f"events.{place}.{word}"
        if word in OF_STEPS and find_id(getattr(event, word)) not in steps:
            problems[path] = [f"The selected {path} is invalid."]
        for key in event.set or () if word == "set" else ():
            if key.strip().lower() not in fields:
                problems[f"{path}.{key}"] = [f"The selected {path}.{key} is invalid."]
        if word == "assign" and event.owners is None:
            problems[f"events.{place}.owners"] = [f"The events.{place}.owners field is required."]
    if problems:
        raise Invalid(problems)


def words_of(event: TryEventIn) -> list[str]:
    return [word for word in WORDS if getattr(event, word) is not None]
