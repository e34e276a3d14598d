"""Endpoints of the milestones of a template: `stages` on the wire (contract 20, 7)."""

from procession.domains.templates.actions import milestones, reading
from procession.domains.templates.actions.milestones import StageView
from procession.domains.templates.wire.steps import (
    StageChangesIn,
    StageIn,
    StageOut,
    stage_out,
    stages_out,
)
from procession.kit.http import Answer, Request, Routes, item, listing, nothing
from procession.kit.paging import Page, PageQuery

routes = Routes("Milestones")

STAGES = "/organizations/{org}/checklists/{checklist}/stages"
STAGE = f"{STAGES}/{{stage}}"


@routes.get(STAGES, policy="visible", answers=StageOut, query=PageQuery, is_list=True)
def list_stages(request: Request) -> Answer:
    """List the milestones of a template in their order; all unless paging is asked for."""
    template_id = reading.get_id(request.caller, request.path["checklist"])
    view = reading.get_template(request.caller, template_id)
    found = stages_out(view.content, template_id=template_id)
    wanted = request.page(request.query, default=max(len(found), 1))
    rows = found[wanted.offset : wanted.offset + wanted.size]
    return listing(request, Page(rows, len(found), wanted), rows)


@routes.post(
    STAGES, policy="can_edit", answers=StageOut, status=201, body=StageIn, raises=(403, 422)
)
def create(request: Request) -> Answer:
    """Add a milestone. The steps that are named move into it."""
    view = milestones.add_stage(request.caller, request.id("checklist"), request.body)
    return item(_out(view), 201)


@routes.put(STAGE, policy="can_edit", answers=StageOut, body=StageChangesIn, raises=(403, 422))
def update(request: Request) -> Answer:
    """Change a milestone. Only the keys that are sent change; `step_ids` names all its steps."""
    view = milestones.update_stage(
        request.caller, request.id("checklist"), request.id("stage"), request.body
    )
    return item(_out(view))


@routes.delete(STAGE, policy="can_edit", status=204, reads_body=False, raises=(403,))
def delete(request: Request) -> Answer:
    """Delete a milestone. Its steps stay."""
    milestones.delete_stage(request.caller, request.id("checklist"), request.id("stage"))
    return nothing()


def _out(view: StageView) -> StageOut:
    return stage_out(view.stage, view.position, view.content, template_id=view.template_id)
