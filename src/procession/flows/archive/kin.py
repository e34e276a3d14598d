"""Families in selections: who comes along, and who stays because somebody below does (contract 70,
5)."""

from collections.abc import Collection, Mapping, Sequence

from procession.core.archive import Reason, Verb
from procession.core.families import above, of_the_same_act
from procession.domains.archive.types import TO_CHANGE, Kind, Verdict
from procession.domains.processes import store
from procession.flows.archive.kinds import MANY
from procession.kit.work import Work


def along_with(work: Work, verb: Verb, ids: Sequence[str]) -> set[str]:
    """Who is below these processes, and comes along: what is archived comes back with what the
    same act archived."""
    family = store.families_of(work, ids)
    chosen = set(ids)
    if verb is Verb.ACTIVATE:
        return of_the_same_act(family, chosen) - chosen
    return {member.id for member in family} - chosen


def judge_together(
    work: Work, verb: Verb, ids: Sequence[str], chosen: Collection[str] = ()
) -> dict[str, Verdict]:
    """As each alone, but nobody is deleted whose family is not. `chosen`: those that were named by
    who selects; of others, that there are such is known."""
    many = MANY[Kind.RUN]
    found = {
        each: Verdict(Reason.HIDDEN)
        if verdict.reason == Reason.NOT_FOUND and each not in chosen
        else verdict
        for each, verdict in many.judge(work, verb, ids).items()
    }
    if verb is not Verb.DELETE:
        return found
    family = store.families_of(work, ids)
    others = [member.id for member in family if member.id not in found]
    all_of_them: Mapping[str, Verdict] = found | many.judge(work, verb, others)
    stays = [each for each, verdict in all_of_them.items() if verdict != TO_CHANGE]
    for each in above(family, stays):
        if found.get(each) == TO_CHANGE:
            found[each] = Verdict(Reason.FAMILY_HELD)
    return found
