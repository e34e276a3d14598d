"""What the clock does by rules of retention: a pass over an organization at a time, in the open.

A pass makes at most one operation a verb, of what is due longest, within all ceilings. The items of
a sweep are frozen as those of any operation; whether each is still due is asked again when its turn
comes, under its lock (`judging.why_not_swept`).
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import msgspec

from procession.core.archive import Reason, Verb
from procession.core.retention import VERBS, Rule, Wanted, within_ceilings
from procession.core.times import DAY, MINUTE, Instant
from procession.domains.accounts import store as accounts
from procession.domains.archive import store
from procession.domains.archive.types import (
    TO_CHANGE,
    Kind,
    Operation,
    OperationKind,
    Selection,
    SweptBy,
    Verdict,
)
from procession.domains.people import store as people
from procession.domains.retention import store as retention
from procession.domains.retention.types import Rules
from procession.flows.archive.judging import Candidate, Judge
from procession.flows.archive.operating import begin
from procession.flows.archive.previewing import Tally
from procession.flows.archive.selecting import PORTION, Found
from procession.flows.reaching.bots import as_bot
from procession.flows.telling import letters
from procession.kit.ids import new_id
from procession.kit.mail import post
from procession.kit.server import Server
from procession.kit.work import Work, reading, writing

#: Passes over one organization are at least so far apart: "at least hourly".
_BETWEEN = 50 * MINUTE
#: What nobody approved of is offered again after so long.
_OFFERED_AGAIN = 30 * DAY
_encode = msgspec.json.Encoder().encode


def sweep_one(server: Server) -> bool:
    """A pass over one organization; False when none is due for one."""
    now = server.clock()
    connection = server.database.connection()
    for organization_id in retention.list_to_pass(connection, now, now - _BETWEEN):
        if pass_over(server, organization_id):
            return True
    return False


def pass_over(server: Server, organization_id: str) -> bool:
    """False when another worker was faster. One that dies in the middle is followed by the next
    pass: what it has not begun is still due."""
    bot = as_bot(server, organization_id)
    with writing(bot) as work:
        passed_at = retention.lock_retention(work).passed_at
        if passed_at is not None and work.now - _BETWEEN < passed_at <= work.now:
            return False
        retention.set_columns(work, {"passed_at": work.now})
    with reading(bot) as work:
        found = _look(work)
    with writing(bot) as work:
        retention.lock_retention(work)
        retention.set_columns(work, {"backlog": _encode(found.tally.backlog).decode()})
        for verb, group in _chosen(work, found).items():
            _begin(work, verb, group, found)
    return True


class _Pass(NamedTuple):
    """What a pass has found, at one instant."""

    rules: Rules
    tally: Tally
    #: Of each template as many as its ceiling lets through.
    wanted: list[Wanted]
    #: Those that are passed over, with why; as many of each verb as the ceiling.
    passed_over: dict[Verb, dict[str, Reason]]
    #: When it was looked.
    at: Instant


def _look(work: Work) -> _Pass:
    rules, state = retention.get_rules(work), retention.get_retention(work)
    judge = Judge(work, rules, work.now, only_on=True, may_delete=state.deletes_at(work.now))
    tally, wanted = Tally(), list[Wanted]()
    passed_over: dict[Verb, dict[str, Reason]] = {verb: {} for verb in VERBS}

    def fit(candidates: Iterator[Candidate]) -> Iterator[Wanted]:
        for verb, facts, due in candidates:
            tally.add(Candidate(verb, facts, due))
            if due.reason is None:
                yield Wanted(due.due_at, verb, facts.id, facts.template_id)
            elif len(passed_over[verb]) < rules.default.ceiling_per_pass:
                passed_over[verb][facts.id] = due.reason

    of_template = groupby(judge.find_due(), key=lambda each: (each.verb, each.facts.template_id))
    for (_, template_id), candidates in of_template:
        most = min(rules.default.ceiling_per_pass, rules.of(template_id).ceiling_per_pass)
        wanted += _oldest(fit(candidates), most)
    return _Pass(rules, tally, wanted, passed_over, work.now)


def _oldest(found: Iterator[Wanted], most: int) -> list[Wanted]:
    """Sorted now and then, so that no more than a few ceilings are in memory."""
    kept: list[Wanted] = []
    for each in found:
        kept.append(each)
        if len(kept) >= 2 * most + 1000:
            kept = sorted(kept)[:most]
    return sorted(kept)[:most]


# --- What is begun ---


def _chosen(work: Work, found: _Pass) -> dict[Verb, list[Wanted]]:
    """Of each verb either what needs approval or what does not, whichever is due longer: a verb has
    one operation a pass, and the other ones come with the next."""
    unfinished = store.list_unfinished_sweeps(work)
    left: list[Wanted] = []
    for verb in VERBS:
        of_verb = [each for each in unfinished if each.verb == verb]
        if any(not each.awaits_approval for each in of_verb):
            continue
        groups: dict[bool, list[Wanted]] = {True: [], False: []}
        for each in found.wanted:
            if each.verb is verb:
                groups[_needs_approval(found.rules, each)].append(each)
        if of_verb or _is_given_up(work, verb):
            groups[True] = []
        left += min((group for group in groups.values() if group), key=min, default=[])
    own = {template_id: rule.ceiling_per_pass for template_id, rule in found.rules.own.items()}
    taken = within_ceilings(left, found.rules.default.ceiling_per_pass, own)
    chosen: dict[Verb, list[Wanted]] = {}
    for each in taken:
        chosen.setdefault(each.verb, []).append(each)
    return chosen


def _needs_approval(rules: Rules, wanted: Wanted) -> bool:
    return rules.of(wanted.template_id).approval.needed_for(wanted.verb)


def _is_given_up(work: Work, verb: Verb) -> bool:
    """Nobody approved of the last one, and it is not to be offered again yet."""
    last = store.find_last_given_up(work, verb)
    if last is None or last.finished_at is None:
        return False
    offered_at = retention.get_retention(work).offered_at
    is_offered = offered_at is not None and offered_at >= last.finished_at
    return not is_offered and work.now < last.finished_at + _OFFERED_AGAIN


def _begin(work: Work, verb: Verb, wanted: Sequence[Wanted], found: _Pass) -> None:
    needs_approval = _needs_approval(found.rules, wanted[0])
    selection = _frozen(work, verb, wanted, found.passed_over[verb])
    swept_by = _swept_by(work, found.rules, wanted)
    before = work.caller
    operation = begin(
        work, selection, None, OperationKind.SWEEP, swept_by=swept_by, needs_approval=needs_approval
    )
    store.set_columns(work, operation.number, {"requested_at": found.at})
    work.act_as(before)
    if needs_approval:
        _ask_for_approval(work, operation, selection)


def _frozen(
    work: Work, verb: Verb, wanted: Sequence[Wanted], passed_over: dict[str, Reason]
) -> Selection:
    verdicts = {each.id: TO_CHANGE for each in wanted}
    verdicts |= {each: Verdict(reason) for each, reason in passed_over.items()}
    items = sorted(verdicts.items())
    selection_id = new_id()
    found = Found(verb, Kind.RUN)
    found.count_along(work, found.add(items), whole=False)
    row: dict[str, Any] = {
        "id": selection_id,
        "token_digest": None,
        "verb": verb.value,
        "kind": Kind.RUN.value,
        "with_children": False,
        "filter": None,
        "wanted": None,
        "undoes": None,
        "made_by": work.caller.person_id,
        "is_made_by_bot": True,
        "created_at": work.now,
        "operation": None,
        **found.columns(work),
    }
    for start in range(0, len(items), PORTION):
        store.add_items(work, selection_id, items[start : start + PORTION])
    store.add_selection(work, row)
    return store.get_selection(work, selection_id)


def _swept_by(work: Work, rules: Rules, wanted: Sequence[Wanted]) -> SweptBy:
    templates = sorted({each.template_id for each in wanted})
    own = [template_id for template_id in templates if template_id in rules.own]
    swept_by = SweptBy(default=len(own) < len(templates), checklists=own)
    return msgspec.structs.replace(swept_by, authors=authors_of(work, swept_by))


def authors_of(work: Work, swept_by: SweptBy) -> list[int]:
    """Who wrote those rules of them that ask for four eyes, as they are now."""
    found: set[int] = set()
    state = retention.get_retention(work)
    if swept_by.default and state.rule.four_eyes and state.written_by is not None:
        found.add(state.written_by)
    for template_id in swept_by.checklists:
        own = retention.find_own(work, template_id)
        if own is not None and _asks_for_four_eyes(own.rule):
            found.add(own.written_by)
    return sorted(found)


def _asks_for_four_eyes(rule: Rule) -> bool:
    return rule.four_eyes


def _ask_for_approval(work: Work, operation: Operation, selection: Selection) -> None:
    """One mail to each administrator."""
    organization = accounts.get_face(work).name
    for admin in people.other_active_admins(work, work.caller.person_id):
        letter = letters.sweep_waits(
            admin, organization, operation.verb, selection.will_change, operation.number
        )
        post(work, letter)
