"""Many one-off tasks, by their own marks."""

from collections.abc import Collection, Sequence
from typing import Any

from procession.core.archive import Reason, Verb
from procession.domains.activity import store as activity
from procession.domains.archive.types import Verdict
from procession.domains.comments import store as comments
from procession.domains.holds.actions.asking import HoldGate
from procession.domains.holds.store import held_among
from procession.domains.holds.types import Subjects
from procession.domains.processes import store as processes
from procession.domains.processes.actions.progressing import refresh
from procession.domains.tasks import policy, store
from procession.domains.tasks.actions import archiving
from procession.domains.tasks.types import Task, TaskFilter
from procession.flows.archive.verdicts import fit_among, without
from procession.flows.tasks.oneoffs import purge_reached
from procession.kit.work import Work

_NO_ONEOFF = "Only one-off tasks can be archived; archive the process instead."


class Tasks:
    """See `kinds.Many`."""

    filter = TaskFilter

    def most(self, verb: Verb) -> int:
        return 10

    def matching(self, work: Work, wanted: Any, after: str, most: int) -> list[str]:
        return store.ids_behind(work, wanted, after, most)

    def count(self, work: Work, wanted: Any) -> int:
        return store.count_visible(work, wanted)

    def judge(
        self, work: Work, verb: Verb, ids: Sequence[str], *, are_found: bool = False
    ) -> dict[str, Verdict]:
        verdicts = _judged(work, verb, ids, store.visible_among(work, ids))
        if verb is not Verb.DELETE:
            return verdicts
        return without(verdicts, held_among(work, Subjects(tasks=fit_among(verdicts))))

    def change(self, work: Work, verb: Verb, ids: Sequence[str]) -> dict[str, Verdict]:
        """Each task under the lock of its process, as single calls take it."""
        gate = HoldGate(work) if verb is Verb.DELETE else None
        found = _held(work, ids)
        verdicts = _judged(work, verb, ids, found)
        if gate is not None:
            asked = gate.ask(Subjects(tasks=fit_among(verdicts)))
            verdicts = without(verdicts, asked.held)
        fit = [found[each] for each in fit_among(verdicts)]
        for task in fit:
            if gate is not None:
                purge_reached(work, asked.clearance, task)
            elif verb is Verb.ARCHIVE:
                archiving.archive(work, task)
            else:
                archiving.unarchive(work, task)
        for process_id in sorted({task.process_id for task in fit if task.process_id}):
            refresh(work, processes.lock_any(work, process_id))
        return verdicts

    def as_left(
        self, work: Work, verb: Verb, undoes: int, done: dict[str, int], *, hold: bool
    ) -> Collection[str]:
        found = _held(work, list(done)) if hold else store.visible_among(work, list(done))
        if verb is Verb.ACTIVATE:
            return {
                each
                for each, task in found.items()
                if task.archived_at is not None and task.archived_operation == undoes
            }
        touched = activity.last_touched(work, list(done))
        return {
            each
            for each, task in found.items()
            if task.archived_at is None and touched.get(each, 0) <= done[each]
        }

    def described(self, work: Work, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {
            each: {
                "increment_id": task.number,
                "name": task.title,
                "status": task.state,
                "checklist_title": None,
                "completed_at": task.completed_at,
                "archived_at": task.archived_at,
            }
            for each, task in store.visible_among(work, ids).items()
        }

    def along(self, work: Work, verb: Verb, ids: Sequence[str], *, whole: bool) -> dict[str, int]:
        found = store.visible_among(work, ids).values()
        open_tasks = sum(task.is_open for task in found)
        counts = {"tasks": len(ids), "open_tasks": open_tasks}
        if whole:
            counts |= {
                "people": len({user for task in found for user in task.users}),
                "guests": len({guest for task in found for guest in task.guests}),
                "comments": comments.count_on(work, ids),
                **store.count_files(work, ids),
            }
        return counts


def _held(work: Work, ids: Sequence[str]) -> dict[str, Task]:
    """As they are under the locks; one that was moved meanwhile is left out."""
    before = store.visible_among(work, ids)
    held = {task.process_id for task in before.values()}
    processes.lock_all(work, [each for each in held if each is not None])
    store.lock_all_standalone(work, [task.id for task in before.values() if not task.process_id])
    found = store.visible_among(work, list(before))
    return {
        each: task for each, task in found.items() if task.process_id == before[each].process_id
    }


def _judged(
    work: Work, verb: Verb, ids: Sequence[str], found: dict[str, Task]
) -> dict[str, Verdict]:
    return {each: _verdict(work, verb, found.get(each)) for each in ids}


def _verdict(work: Work, verb: Verb, task: Task | None) -> Verdict:
    if task is None:
        return Verdict(Reason.NOT_FOUND)
    if not task.is_oneoff:
        return Verdict(Reason.NOT_ALLOWED, _NO_ONEOFF)
    return Verdict(policy.why_not(work.caller, verb, task))
