"""What the rules of retention make due: facts from the database, judged by `core.retention`.

A preview, candidates, what a change adds and a pass all come through `find_due`, at an instant; a
sweep asks the same of single processes, under their locks.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from procession.core.archive import Reason, Verb
from procession.core.retention import (
    VERBS,
    Due,
    Relative,
    Rule,
    asks_family,
    cutoff,
    due,
    with_family,
)
from procession.core.times import Instant
from procession.domains.accounts import store as accounts
from procession.domains.holds.types import Scope
from procession.domains.retention import store
from procession.domains.retention.types import Began, Keeping, Rules
from procession.kit.work import Work

#: Read and judged together.
_PORTION = 500


class Candidate(NamedTuple):
    """A process whose time has come, by its rule."""

    verb: Verb
    facts: Keeping
    due: Due


class Judge:
    """All rules at one instant.

    `only_on`: only verbs that are switched on; without it what is written down counts as well.
    """

    def __init__(
        self, work: Work, rules: Rules, now: Instant, *, only_on: bool, may_delete: bool = True
    ) -> None:
        self._work = work
        self._rules = rules
        self._now = now
        self._zone = accounts.get_timezone(work)
        self._only_on = only_on
        self._verbs = VERBS if may_delete else (Verb.ARCHIVE,)

    def find_due(self) -> Iterator[Candidate]:
        """Of every template, by verb, oldest first."""
        for verb in self._verbs:
            for oldest in store.list_oldest(self._work, verb):
                before = self._before(self._rules.of(oldest.template_id), verb)
                if before is not None and oldest.at <= before:
                    yield from self._of_template(verb, oldest.template_id, before)

    def _before(self, rule: Rule, verb: Verb) -> Instant | None:
        """What began no later may be due; None: the rule has nothing for this verb."""
        period = rule.after(verb)
        if period is None or not self._is_on(rule, verb):
            return None
        return cutoff(period, self._now, self._zone)

    def _is_on(self, rule: Rule, verb: Verb) -> bool:
        return verb in self._verbs and (not self._only_on or rule.enabled.has(verb))

    def _of_template(self, verb: Verb, template_id: str, before: Instant) -> Iterator[Candidate]:
        last: Keeping | None = None
        while True:
            rows = store.list_due(
                self._work, verb, Began(template_id, before), behind=last, most=_PORTION
            )
            judged = self.judge(verb, with_holds(self._work, rows))
            for facts in rows:
                if facts.id in judged:
                    yield Candidate(verb, facts, judged[facts.id])
            if len(rows) < _PORTION:
                return
            last = rows[-1]

    def has_changed(self, template_id: str, verb: Verb, since: Instant) -> bool:
        """Whether the rule says something else, or is off, since then."""
        if not self._is_on(self._rules.of(template_id), verb):
            return True
        own = store.find_own(self._work, template_id)
        written_at = store.get_retention(self._work).written_at if own is None else own.written_at
        return written_at is not None and written_at > since

    def judge(self, verb: Verb, processes: Sequence[Keeping]) -> dict[str, Due]:
        """Those of them whose time has come, by id."""
        found: dict[str, Due] = {}
        for facts in processes:
            verdict = self._alone(verb, facts)
            if verdict is not None:
                found[facts.id] = verdict
        asking = [
            facts
            for facts in processes
            if facts.id in found
            and found[facts.id].reason is None
            and asks_family(self._rules.of(facts.template_id), verb)
        ]
        families = relatives_of(self._work, asking)
        for facts in asking:
            relatives = [self._relative(verb, each) for each in families[facts.id]]
            found[facts.id] = with_family(verb, found[facts.id], relatives)
        return found

    def _alone(self, verb: Verb, facts: Keeping) -> Due | None:
        rule = self._rules.of(facts.template_id)
        if not self._is_on(rule, verb):
            return None
        return due(rule, verb, facts, self._now, self._zone)

    def _relative(self, verb: Verb, facts: Keeping) -> Relative:
        alone = self._alone(verb, facts)
        is_due = alone is not None and alone.reason is None
        return Relative(facts.archived_at is not None, facts.is_held, is_due)


def why_not_swept(
    work: Work, verb: Verb, ids: Sequence[str], swept_at: Instant
) -> dict[str, Reason]:
    """Of processes that a sweep was to change, those that it shall not any more; all are locked.

    Asked as of the instant of the sweep: what was due then is, unless somebody has touched it or
    its rule since.
    """
    rules, state = store.get_rules(work), store.get_retention(work)
    may_delete = state.deletes_at(work.now)
    judge = Judge(work, rules, swept_at, only_on=True, may_delete=may_delete)
    found = {each.id: each for each in store.facts_of(work, ids, lock=True)}
    work.read_clock()
    judged = judge.judge(verb, with_holds(work, [*found.values()]))
    reasons: dict[str, Reason] = {}
    for each in ids:
        if each not in found:
            reasons[each] = Reason.NOT_FOUND
        elif each in judged:
            reason = judged[each].reason
            if reason is not None:
                reasons[each] = reason
        elif (found[each].archived_at is None) is (verb is Verb.ARCHIVE):
            is_new = judge.has_changed(found[each].template_id, verb, swept_at)
            reasons[each] = Reason.RULE_CHANGED if is_new else Reason.CHANGED_SINCE
    return reasons


def with_holds(work: Work, processes: Sequence[Keeping]) -> Sequence[Keeping]:
    """The one place where holds come to what retention knows of processes: whether one covers each
    of them, its template or everything, and when the last one that did was released."""
    covers = {(each.scope_type, each.scope_id): each for each in store.list_covers(work)}
    if not covers or not processes:
        return processes
    everything = (Scope.ORGANIZATION.value, work.caller.organization_id)
    found = []
    for facts in processes:
        names = (
            (Scope.RUN.value, facts.id),
            (Scope.CHECKLIST.value, facts.template_id),
            everything,
        )
        covering = [covers[name] for name in names if name in covers]
        released = [each.released_at for each in covering if each.released_at is not None]
        found.append(
            msgspec.structs.replace(
                facts,
                is_held=any(each.active_count for each in covering),
                released_at=max(released, default=None),
            )
        )
    return found


def relatives_of(work: Work, processes: Sequence[Keeping]) -> Mapping[str, Sequence[Keeping]]:
    """The other members of each one's family: of all that its topmost parent leads to.

    A parent that is gone leads to nothing.
    """
    known = {facts.id: facts for facts in processes}
    _climb(work, known)
    _descend(work, known)
    roots = {each: _root_of(each, known) for each in known}
    members: dict[str, list[str]] = {}
    for each, root in roots.items():
        members.setdefault(root, []).append(each)
    whole = {facts.id: facts for facts in with_holds(work, [*known.values()])}
    return {
        facts.id: [whole[each] for each in members[roots[facts.id]] if each != facts.id]
        for facts in processes
    }


def _climb(work: Work, known: dict[str, Keeping]) -> None:
    asked: set[str] = set()
    while True:
        above = {facts.parent_id for facts in known.values() if facts.parent_id is not None}
        wanted = sorted(above - known.keys() - asked)
        if not wanted:
            return
        asked.update(wanted)
        known.update((facts.id, facts) for facts in store.facts_of(work, wanted))


def _descend(work: Work, known: dict[str, Keeping]) -> None:
    level = [*known]
    while level:
        children = store.list_children(work, level)
        level = [facts.id for facts in children if facts.id not in known]
        known.update((facts.id, facts) for facts in children)


def _root_of(process_id: str, known: Mapping[str, Keeping]) -> str:
    """Of parents that go in a circle, which only SQL can make, the smallest id."""
    path = [process_id]
    while (parent := known[path[-1]].parent_id) is not None and parent in known:
        if parent in path:
            return min(path[path.index(parent) :])
        path.append(parent)
    return path[-1]
