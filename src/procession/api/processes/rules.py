"""The rules of a process: why it is as it is, and what a completion would set off."""

from procession.api.processes.shaping import PROCESS
from procession.api.tasks.shaping import view_out
from procession.domains.templates.wire.firings import ExplainedRuleOut, PreviewIn, PreviewOut
from procession.flows.rules.explaining import explain_rules
from procession.flows.trying.previewing import preview_completion
from procession.kit.http import Answer, Request, Routes, item, listing
from procession.kit.paging import Page, PageQuery, PageRequest

routes = Routes("Rules")


@routes.get(
    f"{PROCESS}/rules", policy="visible", answers=ExplainedRuleOut, query=PageQuery, is_list=True
)
def explain(request: Request) -> Answer:
    """Say of each rule of a process what its conditions see now, and what it has done.

    They are those of the version that it was launched from, in the order of their evaluation; all
    unless paging is asked. Entries are the newest of the feed.
    """
    query: PageQuery = request.query
    rules = explain_rules(request.caller, request.id("run"))
    is_paged = query.page or query.per_page or query.limit
    wanted: PageRequest = request.page(query, default=10 if is_paged else max(len(rules), 1))
    page = Page(rules[wanted.offset : wanted.offset + wanted.size], len(rules), wanted)
    return listing(request, page, page.rows)


@routes.post(
    f"{PROCESS}/rules/preview",
    policy="can_complete",
    answers=PreviewOut,
    body=PreviewIn,
    raises=(403, 422),
)
def preview(request: Request) -> Answer:
    """Say what completing a task would set off now. Nothing is kept.

    It is refused like the completion itself.
    """
    found = preview_completion(request.caller, request.id("run"), request.body)
    others = [view_out(request, each, with_summary=True) for each in found.others]
    return item(PreviewOut(tasks_changed_by_rules={"data": others}, fired=found.fired))
