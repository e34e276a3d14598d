"""Endpoints of the steps of a template (contract 20, 8.4)."""

from procession.api.comments.including import INCLUDES, include_threads
from procession.core.folding import occurs
from procession.core.times import wire_time
from procession.domains.templates.actions import reading, steps
from procession.domains.templates.actions.steps import StepView
from procession.domains.templates.wire.originals import note_steps
from procession.domains.templates.wire.steps import (
    StepChangesIn,
    StepDeadlineOut,
    StepIn,
    StepOut,
    StepPlaceIn,
    StepsIn,
    WhoCompletesIn,
    step_out,
    steps_out,
)
from procession.flows.discussing import showing as discussing
from procession.flows.launching import foreseeing
from procession.flows.organizing import annotating
from procession.flows.templates.expanding import step_expanded, views_expanded
from procession.flows.templates.steps import add_step, clone_step, update_step, update_steps
from procession.kit.http import Answer, Request, Routes, item, listing, nothing, tagged
from procession.kit.paging import Page, PageQuery, Search

routes = Routes("Steps")

STEPS = "/organizations/{org}/checklists/{checklist}/steps"
STEP = f"{STEPS}/{{step}}"
#: A path of its own that a connector calls.
STEP_TYPE = (
    "/processes/micro-functions/organizations/{org}/blueprints/{checklist}/steps/{step}"
    "/edit-step-type"
)


class StepsQuery(PageQuery, kw_only=True):
    q: Search = None


@routes.get(STEPS, policy="visible", answers=StepOut, query=StepsQuery, is_list=True)
def list_steps(request: Request) -> Answer:
    """List the steps of a template; all of them unless paging is asked for."""
    query: StepsQuery = request.query
    template_id = reading.get_id(request.caller, request.path["checklist"])
    view = reading.get_template(request.caller, template_id)
    notes = annotating.template_noted(request.caller, template_id)
    shown = views_expanded(request.caller, [view])[0]
    found = steps_out(
        shown.content,
        template_id=view.template.id,
        tags=notes.tags_of_steps,
        custom_fields=notes.values,
    )
    note_steps(found, view.content.steps)
    if query.q:
        found = [step for step in found if occurs(query.q, step.title)]
    is_paged = query.page or query.per_page or query.limit
    wanted = request.page(query, default=10 if is_paged else max(len(found), 1))
    rows = found[wanted.offset : wanted.offset + wanted.size]
    return listing(request, Page(rows, len(found), wanted), _with_threads(request, rows))


@routes.get(STEP, policy="visible", answers=StepOut)
def get(request: Request) -> Answer:
    """Read a step of a template."""
    template_id = reading.get_id(request.caller, request.path["checklist"])
    view = steps.get_step(request.caller, template_id, request.id("step"))
    return tagged(item(_out(request, view)), view.row_version or 0)


@routes.post(STEPS, policy="can_edit", answers=StepOut, status=201, body=StepIn, raises=(403, 422))
def create(request: Request) -> Answer:
    """Add a step to a template, in the position that is sent or as the last one."""
    view, found = add_step(request.caller, request.id("checklist"), request.body)
    return item(_out(request, view), 201, warnings=found.warnings, dropped=found.dropped)


@routes.put(STEP, policy="can_edit", answers=StepOut, body=StepChangesIn, raises=(403, 422))
def update(request: Request) -> Answer:
    """Change a step. Only the keys that are sent change.

    PUT needs the title, unless the body holds nothing but a position.
    """
    view = update_step(
        request.caller,
        request.id("checklist"),
        request.id("step"),
        request.body,
        needs_title=request.method == "PUT",
    )
    return item(_out(request, view))


@routes.put(f"{STEPS}-bulk", policy="can_edit", answers=list[StepOut], body=StepsIn,
            raises=(403, 422))  # fmt: skip
def update_many(request: Request) -> Answer:
    """Change deadlines and assignees of several steps, or of none when anything is wrong."""
    views = update_steps(request.caller, request.id("checklist"), request.body)
    return item([_out(request, view) for view in views])


@routes.delete(STEP, policy="can_edit", status=204, reads_body=False, raises=(403,))
def delete(request: Request) -> Answer:
    """Delete a step, unless a rule or another step's deadline depends on it."""
    steps.delete_step(request.caller, request.id("checklist"), request.id("step"))
    return nothing()


@routes.post(
    f"{STEP}/clone",
    policy="can_edit",
    answers=StepOut,
    status=201,
    reads_body=False,
    raises=(403, 422),
)
def clone(request: Request) -> Answer:
    """Copy a step, with its form, to directly after it."""
    view = clone_step(request.caller, request.id("checklist"), request.id("step"))
    return item(_out(request, view), 201)


@routes.put(
    f"{STEP}/reorder", policy="can_edit", answers=StepOut, body=StepPlaceIn, raises=(403, 422)
)
def reorder(request: Request) -> Answer:
    """Move a step to another position; the others shift."""
    view = steps.move_step(
        request.caller, request.id("checklist"), request.id("step"), request.body
    )
    return item(_out(request, view))


@routes.put(STEP_TYPE, policy="can_edit", answers=StepOut, body=WhoCompletesIn, raises=(403, 422))
def edit_step_type(request: Request) -> Answer:
    """Say whether `all` assignees of a step must complete its task, or `any` of them may."""
    view = steps.set_who_completes(
        request.caller, request.id("checklist"), request.id("step"), request.body
    )
    return item(_out(request, view))


@routes.get(
    "/organizations/{org}/checklists/{checklist}/steps-deadlines",
    policy="can_launch",
    answers=StepDeadlineOut,
    query=PageQuery,
    is_list=True,
    raises=(403,),
)
def list_deadlines(request: Request) -> Answer:
    """Say when the tasks would be due if a process were launched now."""
    planned = foreseeing.foresee_deadlines(request.caller, request.id("checklist"))
    rows = [
        StepDeadlineOut(
            step_id=step.id,
            step_title=step.title,
            position=task.position,
            deadline_time=wire_time(task.deadline_at),
            start_time=wire_time(task.started_at),
        )
        for step, task in planned
    ]
    wanted = request.page(request.query, default=max(len(rows), 1))
    found = rows[wanted.offset : wanted.offset + wanted.size]
    return listing(request, Page(found, len(rows), wanted), found)


def _out(request: Request, view: StepView) -> StepOut:
    notes = annotating.template_noted(request.caller, view.template_id)
    out = step_out(
        step_expanded(request.caller, view.step),
        view.position,
        template_id=view.template_id,
        tags=notes.tags_of_steps.get(view.step.id, ()),
        custom_fields=notes.values,
    )
    note_steps([out], [view.step])
    return _with_threads(request, [out])[0]


def _with_threads(request: Request, rows: list[StepOut]) -> list[StepOut]:
    """Of one template: what was said about its steps is looked up for all at once."""
    if rows and request.includes & INCLUDES:
        found = discussing.of_steps(request.caller, rows[0].checklist_id)
        for row in rows:
            include_threads(request, found.get(row.id, []), row)
    return rows
