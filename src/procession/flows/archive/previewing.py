"""What retention would do: at an instant, template by template, or process by process."""

from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any

from procession.core.archive import Verb
from procession.core.retention import Rule
from procession.core.times import Instant, optional_wire_time, wire_time
from procession.domains.archive import store as operations
from procession.domains.archive.types import Counts, Operation
from procession.domains.archive.wire import reasons_out
from procession.domains.retention import store
from procession.domains.retention.content import changed_rule
from procession.domains.retention.types import Backlog, Retention, Rules
from procession.domains.retention.wire import PreviewLineOut, PreviewOut, RuleChangesIn, enabled_out
from procession.flows.archive.judging import Candidate, Judge
from procession.flows.archive.retaining import require_may_rule
from procession.kit.caller import Caller
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, reading


@dataclass
class Tally:
    """How many a pass would change, how many it would pass over, and since when."""

    changes: dict[Verb, int] = field(default_factory=dict)
    skipped: Counts = field(default_factory=dict)
    oldest_due_at: Instant | None = None

    def add(self, candidate: Candidate) -> None:
        since, reason = candidate.due
        if reason is not None:
            self.skipped[reason] = self.skipped.get(reason, 0) + 1
            return
        self.changes[candidate.verb] = self.changes.get(candidate.verb, 0) + 1
        if self.oldest_due_at is None or since < self.oldest_due_at:
            self.oldest_due_at = since

    @property
    def backlog(self) -> Backlog:
        return Backlog(
            due=sum(self.changes.values()),
            oldest_due_at=self.oldest_due_at,
            skipped=self.skipped,
        )


@dataclass
class Line:
    """Of the processes of one template."""

    template_id: str
    title: str
    rule: Rule
    is_inherited: bool
    tally: Tally = field(default_factory=Tally)


@dataclass
class Preview:
    at: Instant
    may_delete: bool
    total: Tally
    lines: list[Line]


def preview(caller: Caller, at: Instant | None) -> Preview:
    """One pass at that instant over what there is now, without ceiling and approval. None: now.

    What is only written down counts as what is switched on: that is what it is written down for.
    """
    require_may_rule(caller)
    with reading(caller) as work:
        return _preview(work, store.get_rules(work), at, only_on=False)


def preview_change(caller: Caller, sent: RuleChangesIn) -> Preview:
    """One pass now, as if the organization's rule had been changed so: by what is switched on."""
    require_may_rule(caller)
    with reading(caller) as work:
        rule = changed_rule(store.get_retention(work).rule, sent)
        return _preview(work, store.get_rules(work).with_default(rule), None, only_on=True)


def _preview(work: Work, rules: Rules, at: Instant | None, *, only_on: bool) -> Preview:
    may_delete = store.get_retention(work).deletion_allowed_at is not None
    when = work.now if at is None else at
    total, lines = Tally(), dict[str, Line]()
    judge = Judge(work, rules, when, only_on=only_on, may_delete=may_delete or not only_on)
    for each in judge.find_due():
        total.add(each)
        line = lines.get(each.facts.template_id)
        if line is None:
            line = lines[each.facts.template_id] = _line(rules, each)
        line.tally.add(each)
    in_order = sorted(lines.values(), key=lambda line: (line.title.lower(), line.template_id))
    return Preview(when, may_delete, total, in_order)


def _line(rules: Rules, candidate: Candidate) -> Line:
    template_id = candidate.facts.template_id
    is_inherited = template_id not in rules.own
    title = candidate.facts.template_title
    return Line(template_id, title, rules.of(template_id), is_inherited)


def preview_out(found: Preview) -> PreviewOut:
    return PreviewOut(
        **_counts(found.total),
        at=wire_time(found.at),
        deletion_allowed=found.may_delete,
        checklists=[_line_out(line) for line in found.lines],
    )


def _line_out(line: Line) -> PreviewLineOut:
    return PreviewLineOut(
        **_counts(line.tally),
        checklist_id=line.template_id,
        checklist_title=line.title,
        inherited=line.is_inherited,
        enabled=enabled_out(line.rule),
    )


def _counts(tally: Tally) -> dict[str, Any]:
    return {
        "would_archive": tally.changes.get(Verb.ARCHIVE, 0),
        "would_delete": tally.changes.get(Verb.DELETE, 0),
        "skipped": reasons_out(tally.skipped),
        "oldest_due_at": optional_wire_time(tally.oldest_due_at),
    }


def list_candidates(
    caller: Caller, request: PageRequest, verb: Verb | None, template_id: str, reason: str
) -> Page[Candidate]:
    """What a pass would change now, and what it would pass over; due longest first. Empty: any."""
    require_may_rule(caller)
    with reading(caller) as work:
        found = [
            each
            for each in Judge(work, store.get_rules(work), work.now, only_on=False).find_due()
            if (verb is None or each.verb is verb)
            and (not template_id or each.facts.template_id == template_id)
            and (not reason or each.due.reason == reason)
        ]
    wanted = nsmallest(
        request.offset + request.size,
        found,
        key=lambda each: (each.due.due_at, each.verb, each.facts.id),
    )
    return Page(wanted[request.offset :], len(found), request)


def get_retention(caller: Caller) -> tuple[Retention, Backlog, Operation | None]:
    """With what is due now by rules that are switched on, and the last sweep."""
    require_may_rule(caller)
    with reading(caller) as work:
        last = operations.find_last_sweep(work)
        return store.get_retention(work), backlog_of(work).backlog, last


def count_due_to_delete(work: Work, when: Instant) -> int:
    """How many of what there is now the clock would delete by then, by rules that are on. Nothing
    while rules may not delete at all."""
    state = store.get_retention(work)
    if state.deletion_allowed_at is None:
        return 0
    due = Judge(work, store.get_rules(work), when, only_on=True).find_due()
    return sum(each.verb is Verb.DELETE and each.due.reason is None for each in due)


def backlog_of(work: Work) -> Tally:
    state = store.get_retention(work)
    may_delete = state.deletion_allowed_at is not None
    judge = Judge(work, store.get_rules(work), work.now, only_on=True, may_delete=may_delete)
    tally = Tally()
    for each in judge.find_due():
        tally.add(each)
    return tally
