"""Many processes: as a selection finds them, and as an operation changes them."""

from collections.abc import Collection, Sequence
from typing import Any

from procession.core.archive import Reason, Verb
from procession.domains.activity import store as activity
from procession.domains.archive.types import Verdict
from procession.domains.holds.actions.asking import HoldGate
from procession.domains.holds.store import held_among
from procession.domains.holds.types import Subjects
from procession.domains.processes import policy, store
from procession.domains.processes.actions.archiving import archive_all, unarchive_all
from procession.domains.processes.types import ProcessFilter, ShelvedProcess
from procession.flows.archive.verdicts import fit_among, without
from procession.flows.processes.purging import purge
from procession.kit.destroying import Clearance
from procession.kit.work import Work


class Processes:
    """See `kinds.Many`."""

    filter = ProcessFilter

    def most(self, verb: Verb) -> int:
        return 5 if verb is Verb.DELETE else 25

    def matching(self, work: Work, wanted: Any, after: str, most: int) -> list[str]:
        return store.ids_behind(work, wanted, after, most)

    def count(self, work: Work, wanted: Any) -> int:
        return store.count_visible(work, wanted)

    def judge(
        self, work: Work, verb: Verb, ids: Sequence[str], *, are_found: bool = False
    ) -> dict[str, Verdict]:
        if are_found:
            # The right is the caller's, the state was asked for.
            reason = policy.why_not(work.caller, verb, is_archived=verb is not Verb.ARCHIVE)
            verdicts = dict.fromkeys(ids, Verdict(reason))
        else:
            verdicts = _judged(work, verb, ids, store.shelved_among(work, ids))
        if verb is not Verb.DELETE:
            return verdicts
        return without(verdicts, held_among(work, Subjects(processes=fit_among(verdicts))))

    def change(self, work: Work, verb: Verb, ids: Sequence[str]) -> dict[str, Verdict]:
        gate = HoldGate(work) if verb is Verb.DELETE else None
        found = store.shelved_among(work, ids, lock=True)
        verdicts = _judged(work, verb, ids, found)
        if gate is not None:
            asked = gate.ask(Subjects(processes=fit_among(verdicts)))
            verdicts = without(verdicts, asked.held)
            _purge_all(work, asked.clearance, [found[each] for each in fit_among(verdicts)])
            return verdicts
        fit = [found[each] for each in fit_among(verdicts)]
        if verb is Verb.ARCHIVE:
            archive_all(work, fit)
        else:
            unarchive_all(work, fit)
        return verdicts

    def as_left(
        self, work: Work, verb: Verb, undoes: int, done: dict[str, int], *, hold: bool
    ) -> Collection[str]:
        found = store.shelved_among(work, list(done), lock=hold)
        if verb is Verb.ACTIVATE:
            return {each for each, process in found.items() if process.archived_operation == undoes}
        touched = activity.last_touched(work, list(done))
        return {
            each
            for each, process in found.items()
            if process.activated_at == done[each] and touched.get(each, 0) <= done[each]
        }

    def described(self, work: Work, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {
            each: {
                "increment_id": process.number,
                "name": process.name,
                "status": process.status,
                "checklist_title": process.template_title,
                "completed_at": process.completed_at,
                "archived_at": process.archived_at,
            }
            for each, process in store.shelved_among(work, ids).items()
        }

    def along(self, work: Work, verb: Verb, ids: Sequence[str], *, whole: bool) -> dict[str, int]:
        tasks, open_tasks = store.count_tasks(work, ids)
        found = {"tasks": tasks, "open_tasks": open_tasks}
        if whole:
            found |= store.count_along(work, ids) | store.count_files(work, ids)
            if verb is not Verb.ACTIVATE:
                del found["expiring_now"]
        return found


def _judged(
    work: Work, verb: Verb, ids: Sequence[str], found: dict[str, ShelvedProcess]
) -> dict[str, Verdict]:
    return {
        each: Verdict(
            policy.why_not(work.caller, verb, is_archived=found[each].archived_at is not None)
            if each in found
            else Reason.NOT_FOUND
        )
        for each in ids
    }


def _purge_all(work: Work, clearance: Clearance, fit: Sequence[ShelvedProcess]) -> None:
    """All of them are held; now their templates one after the other, as all who purge do."""
    whole = store.visible_among(work, [process.id for process in fit])
    for process in sorted(whole.values(), key=lambda each: (each.template_id, each.id)):
        purge(work, clearance, process)
