"""Many tasks at once: changed together, or one after the other by one verb (contract 60, 9)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import structs

from procession.core.rules.model import Event, Reassigned
from procession.domains.holds.actions.asking import note_refusal
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_tasks_open_to_change
from procession.domains.processes.actions.progressing import refresh
from procession.domains.processes.types import Process
from procession.domains.tasks import policy
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.tasks.wire import TaskChangesIn, TaskCommentIn, TaskRowIn, TaskRowsIn
from procession.flows.reaching.tasks import Reached, require_open_to_change
from procession.flows.rules.cascading import about_task, follow
from procession.flows.tasks import completing, hiding, oneoffs
from procession.flows.tasks.checking_changes import check_changes, check_rights
from procession.flows.tasks.reading_changes import read_changes
from procession.flows.tasks.reassigning import reassign_task, reassignment
from procession.flows.tasks.updating import set_columns
from procession.kit.binding import bind_whole
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Held, Invalid, NotFound, Refusal, invalid
from procession.kit.ids import find_id
from procession.kit.work import Work, looking, writing

MOST = 1_000
_TOO_MANY = f"At most {MOST} can be changed at once."


def update_tasks(
    caller: Caller, process_id: str, sent: TaskRowsIn
) -> tuple[list[Task], dict[str, str]]:
    """Those that can be changed are, with one cascade; why others were not, by their ids."""
    if len(sent.tasks) > MOST:
        raise invalid("tasks", _TOO_MANY)
    with writing(caller) as work:
        process = processes.get_visible(work, process_id, lock=True)
        require_tasks_open_to_change(process)
        if not sent.notify:
            work.keep_quiet()
        changed: dict[str, None] = {}
        errors: dict[str, str] = {}
        events: list[Event] = []
        for name, row in sent.tasks.items():
            try:
                with work.attempt():
                    task, told, also = _change(work, process, name, row)
            except Refusal as refusal:
                errors[name] = refusal.message
                continue
            events += told
            changed |= dict.fromkeys([task.id, *also])
        changed |= dict.fromkeys(follow(work, process, events))
        refresh(work, process)
        seen = tasks.visible_among(work, set(changed))
        return [seen[task_id] for task_id in changed if task_id in seen], errors


def _change(
    work: Work, process: Process, name: str, row: Any
) -> tuple[Task, list[Event], list[str]]:
    """One row: the task, what rules hear of, and others that changed along with it."""
    task_id = find_id(name)
    if task_id is None:
        raise NotFound("Task not found")
    task = tasks.find_visible(work, task_id)
    if task is None or task.process_id != process.id:
        raise NotFound("Task not found")
    if not policy.can_change(work.caller, task):
        raise Forbidden
    wanted = bind_whole(row if isinstance(row, dict) else {}, TaskRowIn)
    reached = Reached(task, process)
    people = reassignment(task, wanted.owners)
    sent = TaskChangesIn(**structs.asdict(wanted))
    changes = read_changes(work, reached, sent, people)
    check_rights(work.caller, task, changes, may_reassign=False)
    require_open_to_change(reached)
    if changes.is_none:
        return task, [], []
    check_changes(work, reached, changes)
    also = set_columns(work, reached, changes.columns) if changes.columns else []
    told: list[Event] = []
    if changes.people.is_change and reassign_task(work, reached, changes.people):
        told = about_task(Reassigned, task)
    return task, told, also


# --- One verb ---

Results = list[tuple[str, Refusal | None]]


def act_on_tasks(
    caller: Caller, ids: Sequence[str], verb: str, *, is_approved: bool | None = None
) -> Results:
    """Each ends in the use case of the single call, in a transaction of its own."""

    def complete(task_id: str) -> None:
        completing.complete_task(caller, completing.Completion(task_id, is_approved))

    def turn(task_id: str, *, hides: bool) -> None:
        task = tasks.get_visible(looking(caller), task_id)
        if task.process_id is None:
            raise Invalid(hiding.visibility_problems(task))
        act = hiding.hide_task if hides else hiding.show_task
        act(caller, task.process_id, task_id, TaskCommentIn())

    verbs: dict[str, Callable[[str], object]] = {
        "complete": complete,
        "reopen": lambda task_id: completing.reopen_task(caller, task_id),
        "hide": lambda task_id: turn(task_id, hides=True),
        "show": lambda task_id: turn(task_id, hides=False),
        "archive": lambda task_id: oneoffs.archive_oneoff(caller, task_id),
        "restore": lambda task_id: oneoffs.unarchive_oneoff(caller, task_id),
        "delete": lambda task_id: oneoffs.purge_oneoff(caller, task_id),
    }
    return each_by_itself(caller, ids, verb, verbs, kind="Task")


def each_by_itself(
    caller: Caller,
    ids: Sequence[str],
    verb: str,
    verbs: Mapping[str, Callable[[str], object]],
    *,
    kind: str | None,
) -> Results:
    """What became of each, in the order of the ids; None where it was done."""
    if verb not in verbs:
        raise invalid("verb", f"The selected verb is invalid. It can be: {', '.join(verbs)}.")
    if len(ids) > MOST:
        raise invalid("ids", _TOO_MANY)
    found: Results = []
    for name in ids:
        try:
            thing_id = find_id(name)
            if thing_id is None:
                raise NotFound(kind=kind)
            verbs[verb](thing_id)
        except NotFound as refusal:
            found.append((name, refusal.for_member()))
        except Refusal as refusal:
            if isinstance(refusal, Held):
                note_refusal(caller, refusal)
            found.append((name, refusal))
        else:
            found.append((name, None))
    return found
