"""Endpoints of rules, which the wire calls automated actions (contract 50, 2)."""

from collections.abc import Sequence

from procession.api.templates.templates import TEMPLATE
from procession.domains.templates.actions import automating, reading
from procession.domains.templates.types import Rule
from procession.domains.templates.wire.firings import FindingOut
from procession.domains.templates.wire.rules import RuleIn, RuleOrderIn, RuleOut, rule_out
from procession.flows.rules.checking import check_rules
from procession.flows.templates import rules as flow
from procession.flows.trying.trying import try_rules
from procession.flows.trying.wire import TriedOut, TryIn
from procession.kit.http import LONG, Answer, Request, Routes, item, listing
from procession.kit.paging import Page, PageQuery, PageRequest

routes = Routes("Rules")

RULES = f"{TEMPLATE}/automated-actions"
RULE = f"{RULES}/{{rule}}"


@routes.get(RULES, policy="visible", answers=RuleOut, query=PageQuery, is_list=True)
def list_rules(request: Request) -> Answer:
    """List the rules of a template in the order of their evaluation; all unless paging is asked."""
    query: PageQuery = request.query
    view = reading.get_template(request.caller, request.id("checklist"))
    is_paged = query.page or query.per_page or query.limit
    wanted = request.page(query, default=10 if is_paged else max(len(view.content.rules), 1))
    return _listed(request, view.content.rules, wanted)


@routes.post(RULES, policy="can_edit", answers=RuleOut, status=201, body=RuleIn, raises=(403, 422))
def create(request: Request) -> Answer:
    """Add a rule to a template. Processes that are running keep the rules they have."""
    rule, position, warnings = flow.create_rule(
        request.caller, request.id("checklist"), request.body
    )
    return item(rule_out(rule, position), 201, warnings=warnings)


@routes.put(
    f"{RULES}/reorder",
    policy="can_edit",
    answers=RuleOut,
    body=RuleOrderIn,
    is_list=True,
    raises=(403, 422),
)
def reorder(request: Request) -> Answer:
    """Change the order in which the rules of a template are evaluated."""
    rules = automating.reorder_rules(request.caller, request.id("checklist"), request.body)
    return _listed(request, rules, PageRequest(1, max(len(rules), 1)))


@routes.put(RULE, policy="can_edit", answers=RuleOut, body=RuleIn, raises=(403, 422))
def update(request: Request) -> Answer:
    """Change a rule. Only the keys that are sent change; a list is replaced as a whole."""
    rule, position, warnings = flow.update_rule(
        request.caller, request.id("checklist"), request.id("rule"), request.body
    )
    return item(rule_out(rule, position), warnings=warnings)


@routes.delete(RULE, policy="can_edit", answers=RuleOut, reads_body=False, raises=(403,))
def delete(request: Request) -> Answer:
    """Delete a rule for ever; the answer holds it once more."""
    rule, position = automating.delete_rule(
        request.caller, request.id("checklist"), request.id("rule")
    )
    return item(rule_out(rule, position))


@routes.post(
    f"{RULES}/try",
    policy="can_edit",
    answers=TriedOut,
    body=TryIn,
    place=LONG,
    raises=(403, 422),
)
def try_out(request: Request) -> Answer:
    """Launch the draft of a template and let events happen to it, and keep nothing of it.

    The answer shows how it ends, and on the way which rules fired, and why. An event that a process
    would refuse says so in `refused`, and the rest goes on. At most 200 events and two seconds.
    """
    return item(try_rules(request.caller, request.id("checklist"), request.body))


@routes.get(
    f"{RULES}/check",
    policy="can_edit",
    answers=FindingOut,
    query=PageQuery,
    is_list=True,
    raises=(403,),
)
def check(request: Request) -> Answer:
    """Say what is wrong with a template's rules for certain; where it cannot be known, nothing.

    All findings unless paging is asked.
    """
    query: PageQuery = request.query
    found = check_rules(request.caller, request.id("checklist"))
    is_paged = query.page or query.per_page or query.limit
    wanted = request.page(query, default=10 if is_paged else max(len(found), 1))
    page = Page(found[wanted.offset : wanted.offset + wanted.size], len(found), wanted)
    return listing(request, page, page.rows)


def _listed(request: Request, rules: Sequence[Rule], wanted: PageRequest) -> Answer:
    shown = [rule_out(rule, position) for position, rule in enumerate(rules, start=1)]
    page = Page(shown[wanted.offset : wanted.offset + wanted.size], len(shown), wanted)
    return listing(request, page, page.rows)
