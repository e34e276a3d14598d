"""Many templates."""

from collections.abc import Collection, Sequence
from typing import Any

from procession.core.archive import Reason, Verb
from procession.domains.activity import store as activity
from procession.domains.archive.types import TO_CHANGE, Verdict
from procession.domains.holds.actions.asking import HoldGate
from procession.domains.holds.store import held_among
from procession.domains.holds.types import Subjects
from procession.domains.schedules import store as schedules
from procession.domains.templates import policy, store
from procession.domains.templates.actions import archiving
from procession.domains.templates.actions.unembedding import lock_with_references
from procession.domains.templates.types import Template, TemplateFilter
from procession.flows.archive.verdicts import fit_among, without
from procession.flows.templates.purging import purge
from procession.kit.work import Work

#: What mentions one of more templates is not looked for: each takes a look through all texts.
_MOST_LOOKED_THROUGH = 20


class Templates:
    """See `kinds.Many`."""

    filter = TemplateFilter

    def most(self, verb: Verb) -> int:
        # Whoever deletes one holds those that embed it.
        return 1 if verb is Verb.DELETE else 10

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
        return without(verdicts, held_among(work, Subjects(templates=fit_among(verdicts))))

    def change(self, work: Work, verb: Verb, ids: Sequence[str]) -> dict[str, Verdict]:
        gate = HoldGate(work) if verb is Verb.DELETE else None
        if gate is not None:
            for each in ids:
                lock_with_references(work, each)
        found = _held(work, ids)
        verdicts = _judged(work, verb, ids, found)
        if gate is not None:
            asked = gate.ask(Subjects(templates=fit_among(verdicts)))
            verdicts = without(verdicts, asked.held)
        for each, verdict in verdicts.items():
            if verdict != TO_CHANGE:
                continue
            if verb is Verb.ARCHIVE:
                archiving.archive(work, found[each])
            elif verb is Verb.ACTIVATE:
                archiving.unarchive(work, found[each])
            elif gate is not None:
                purge(work, gate, each)
        return verdicts

    def as_left(
        self, work: Work, verb: Verb, undoes: int, done: dict[str, int], *, hold: bool
    ) -> Collection[str]:
        found = _held(work, list(done)) if hold else store.visible_among(work, list(done))
        if verb is Verb.ACTIVATE:
            return {
                each
                for each, template in found.items()
                if template.archived_at is not None and template.archived_operation == undoes
            }
        touched = activity.last_touched(work, list(done))
        return {
            each
            for each, template in found.items()
            if template.archived_at is None and touched.get(each, 0) <= done[each]
        }

    def described(self, work: Work, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {
            each: {
                "increment_id": template.number,
                "name": template.title,
                "status": template.status,
                "checklist_title": None,
                "completed_at": None,
                "archived_at": template.archived_at,
            }
            for each, template in store.visible_among(work, ids).items()
        }

    def along(self, work: Work, verb: Verb, ids: Sequence[str], *, whole: bool) -> dict[str, int]:
        processes, live = store.count_processes(work, ids)
        found = {"processes": processes, "live_processes": live}
        if whole:
            found["schedules"] = schedules.count_of(work, ids)
            if len(ids) <= _MOST_LOOKED_THROUGH:
                found["references"] = sum(
                    len({*store.templates_mentioning(work, each)} - {each}) for each in ids
                )
        return found


def _held(work: Work, ids: Sequence[str]) -> dict[str, Template]:
    """In the order of their ids, as whoever locks several takes them."""
    store.lock_templates(work, ids)
    return store.visible_among(work, ids)


def _judged(
    work: Work, verb: Verb, ids: Sequence[str], found: dict[str, Template]
) -> dict[str, Verdict]:
    return {
        each: Verdict(
            policy.why_not(work.caller, verb, found[each]) if each in found else Reason.NOT_FOUND
        )
        for each in ids
    }
