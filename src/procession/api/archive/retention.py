"""Retention: rules by which the clock archives and deletes, and what they would do."""

from typing import Annotated

import msgspec
from msgspec import Meta

from procession.core.archive import Reason, Verb
from procession.core.retention import VERBS, Period, Unit
from procession.core.times import Instant, moment_of, optional_wire_time, wire_time
from procession.domains.archive.types import Operation
from procession.domains.archive.wire import reasons_out
from procession.domains.retention.types import Backlog
from procession.domains.retention.wire import (
    BacklogOut,
    CandidateOut,
    ConfirmedIn,
    DeletionIn,
    DormantTemplateOut,
    LastSweepOut,
    LaunchingScheduleOut,
    LaunchingTemplateOut,
    PreviewOut,
    RetentionOut,
    RuleChangesIn,
    TemplateRuleOut,
    retention_out,
    template_rule_out,
)
from procession.flows.archive import approving, dormant, previewing, retaining
from procession.flows.archive.dormant import Resting
from procession.flows.archive.judging import Candidate
from procession.flows.archive.retaining import TemplateRule
from procession.kit.caller import Caller
from procession.kit.errors import invalid, raise_if_any
from procession.kit.http import LONG, Answer, Request, Routes, item, listing
from procession.kit.ids import find_id
from procession.kit.paging import PageQuery

routes = Routes("Archive")

RETENTION = "/organizations/{org}/retention"
OF_TEMPLATE = "/organizations/{org}/checklists/{checklist}/retention"
LEFT = f"{RETENTION}/templates/{{checklist}}"


class PreviewQuery(msgspec.Struct, kw_only=True):
    at: Annotated[
        str | None,
        Meta(description="An instant, or a day: its start in the organization's timezone."),
    ] = None


class CandidatesQuery(PageQuery, kw_only=True):
    verb: Annotated[str | None, Meta(description="archive or delete.")] = None
    checklist_id: Annotated[str | None, Meta(description="Of processes of one template.")] = None
    reason: Annotated[str | None, Meta(description="One reason to be passed over.")] = None


@routes.get(RETENTION, policy="can_rule", answers=RetentionOut, raises=(403,), place=LONG)
def get_retention(request: Request) -> Answer:
    """Read the organization's rule of retention, and what is due by it and by templates' rules."""
    return item(_retention_out(request.caller))


def _retention_out(caller: Caller) -> RetentionOut:
    retention, backlog, last = previewing.get_retention(caller)
    return retention_out(retention, _backlog_out(backlog, last))


def _backlog_out(backlog: Backlog, last: Operation | None) -> BacklogOut:
    return BacklogOut(
        due=backlog.due,
        oldest_due_at=optional_wire_time(backlog.oldest_due_at),
        skipped=reasons_out(backlog.skipped),
        last_sweep=None
        if last is None
        else LastSweepOut(
            number=last.number,
            at=wire_time(last.requested_at),
            done=last.done,
            skipped=reasons_out(last.skips),
        ),
    )


@routes.put(
    RETENTION,
    policy="can_rule",
    answers=RetentionOut,
    body=RuleChangesIn,
    raises=(403, 422),
    place=LONG,
)
def set_retention(request: Request) -> Answer:
    """Change the organization's rule: only the keys that are sent.

    What makes the next passes archive or delete more needs `confirm`, with how many.
    """
    retaining.set_default(request.caller, request.body)
    return item(_retention_out(request.caller))


@routes.put(
    f"{RETENTION}/deletion",
    policy="can_rule",
    answers=RetentionOut,
    body=DeletionIn,
    raises=(403, 422),
    place=LONG,
)
def set_deletion(request: Request) -> Answer:
    """Allow rules to delete for ever, or forbid it. Allowed, they begin to after 24 hours."""
    sent: DeletionIn = request.body
    retaining.set_deletion(request.caller, is_allowed=sent.allowed, confirm=sent.confirm)
    return item(_retention_out(request.caller))


@routes.get(
    f"{RETENTION}/preview",
    policy="can_rule",
    answers=PreviewOut,
    query=PreviewQuery,
    raises=(403, 422),
    place=LONG,
)
def preview(request: Request) -> Answer:
    """See what one pass would do now, or at an instant to come, without ceiling and approval."""
    query: PreviewQuery = request.query
    at = None if query.at is None else _moment(query.at, request.caller.timezone)
    return item(previewing.preview_out(previewing.preview(request.caller, at)))


def _moment(text: str, zone: str) -> Instant:
    try:
        return moment_of(text, zone)
    except (ValueError, OverflowError):
        raise invalid("at", "The at is not a valid date.") from None


@routes.get(
    f"{RETENTION}/candidates",
    policy="can_rule",
    answers=CandidateOut,
    query=CandidatesQuery,
    is_list=True,
    raises=(403, 422),
    place=LONG,
)
def list_candidates(request: Request) -> Answer:
    """List what a pass would change now, and what it would pass over; due longest first."""
    query: CandidatesQuery = request.query
    problems: dict[str, list[str]] = {}
    for name, value, words in (
        ("verb", query.verb, tuple(VERBS)),
        ("reason", query.reason, tuple(Reason)),
    ):
        if value is not None and value not in words:
            problems[name] = [f"The selected {name} is invalid. It can be: {', '.join(words)}."]
    if query.checklist_id is not None and find_id(query.checklist_id) is None:
        problems["checklist_id"] = ["The selected checklist id is invalid."]
    retaining.require_may_rule(request.caller)
    raise_if_any(problems)
    page = previewing.list_candidates(
        request.caller,
        request.page(query),
        None if query.verb is None else Verb(query.verb),
        (query.checklist_id or "").lower(),
        query.reason or "",
    )
    return listing(request, page, [_candidate_out(each) for each in page.rows])


def _candidate_out(candidate: Candidate) -> CandidateOut:
    facts = candidate.facts
    return CandidateOut(
        verb=candidate.verb.value,
        id=facts.id,
        increment_id=facts.number,
        name=facts.name,
        checklist_id=facts.template_id,
        checklist_title=facts.template_title,
        status=facts.lifecycle,
        completed_at=optional_wire_time(facts.completed_at),
        archived_at=optional_wire_time(facts.archived_at),
        due_at=wire_time(candidate.due.due_at),
        reason=candidate.due.reason,
    )


@routes.put(
    f"{RETENTION}/offer",
    policy="can_rule",
    answers=RetentionOut,
    reads_body=False,
    raises=(403,),
    place=LONG,
)
def offer(request: Request) -> Answer:
    """Let the next pass offer again what lapsed or was refused, before its 30 days are over."""
    approving.offer_again(request.caller)
    return item(_retention_out(request.caller))


# --- Templates that rest ---

#: Months.
_A_YEAR = 12
#: Of a period.
_MOST_UNITS = 1200


class DormantQuery(PageQuery, kw_only=True):
    unit: Annotated[
        str | None, Meta(description="days, weeks or months: where it is left out, months.")
    ] = None
    value: Annotated[
        int | None, Meta(description="Not launched for so many, 1 to 1200: else 12.")
    ] = None


@routes.get(
    f"{RETENTION}/dormant-templates",
    policy="can_rule",
    answers=DormantTemplateOut,
    query=DormantQuery,
    is_list=True,
    raises=(403, 422),
    place=LONG,
)
def list_dormant(request: Request) -> Answer:
    """List live templates that nobody launched for a chosen time; those that rest longest first.

    They are only proposed: no rule archives them. Each names the schedules and the templates that
    may launch it yet.
    """
    query: DormantQuery = request.query
    retaining.require_may_rule(request.caller)
    unit = Unit.MONTHS.value if query.unit is None else query.unit
    value = _A_YEAR if query.value is None else query.value
    if unit not in tuple(Unit):
        raise invalid("unit", f"The selected unit is invalid. It can be: {', '.join(Unit)}.")
    if not 1 <= value <= _MOST_UNITS:
        raise invalid("value", f"The value must be between 1 and {_MOST_UNITS}.")
    period = Period(unit, value)
    page = dormant.list_dormant(request.caller, period, request.page(query))
    return listing(request, page, [_dormant_out(each) for each in page.rows])


def _dormant_out(found: Resting) -> DormantTemplateOut:
    template = found.template
    return DormantTemplateOut(
        id=template.id,
        title=template.title,
        owner_id=template.owner_id,
        created_at=wire_time(template.created_at),
        last_launched_at=optional_wire_time(template.launched_at),
        schedules=[
            LaunchingScheduleOut(
                id=each.id,
                is_active=each.is_active,
                next_run_at=optional_wire_time(each.next_run_at),
            )
            for each in found.schedules
        ],
        launched_by=[
            LaunchingTemplateOut(id=each.id, title=each.title) for each in found.launched_by
        ],
    )


# --- Templates ---


def _template_rule_out(found: TemplateRule) -> TemplateRuleOut:
    own, default = found.own, found.default
    return template_rule_out(
        found.template_id,
        found.rule,
        default.written_by if own is None else own.written_by,
        default.written_at if own is None else own.written_at,
        is_own=own is not None,
    )


@routes.get(OF_TEMPLATE, policy="can_rule_template", answers=TemplateRuleOut, raises=(403,))
def get_of_template(request: Request) -> Answer:
    """Read the rule that a template's processes follow: its own, or the organization's."""
    return item(
        _template_rule_out(retaining.get_of_template(request.caller, request.id("checklist")))
    )


@routes.put(
    OF_TEMPLATE,
    policy="can_rule_template",
    answers=TemplateRuleOut,
    body=RuleChangesIn,
    raises=(403, 422),
    place=LONG,
)
def set_of_template(request: Request) -> Answer:
    """Give a template a rule of its own, or change it. Editors may only lengthen archiving."""
    found = retaining.set_of_template(request.caller, request.id("checklist"), request.body)
    return item(_template_rule_out(found))


@routes.delete(
    OF_TEMPLATE,
    policy="can_rule_template",
    answers=TemplateRuleOut,
    body=ConfirmedIn,
    raises=(403, 422),
    place=LONG,
)
def clear_of_template(request: Request) -> Answer:
    """Take a template's own rule away: its processes follow the organization's again."""
    sent: ConfirmedIn = request.body
    found = retaining.clear_of_template(request.caller, request.id("checklist"), sent.confirm)
    return item(_template_rule_out(found))


@routes.get(LEFT, policy="can_rule", answers=TemplateRuleOut, raises=(403,))
def get_left(request: Request) -> Answer:
    """Read the rule of a template that may be gone: its processes keep it."""
    return item(_template_rule_out(retaining.get_left(request.caller, request.id("checklist"))))


@routes.put(
    LEFT,
    policy="can_rule",
    answers=TemplateRuleOut,
    body=RuleChangesIn,
    raises=(403, 422),
    place=LONG,
)
def set_left(request: Request) -> Answer:
    """Change the rule that processes of a template follow which may be gone."""
    found = retaining.set_left(request.caller, request.id("checklist"), request.body)
    return item(_template_rule_out(found))
