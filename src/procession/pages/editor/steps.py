"""The steps of a template: add, change, order, copy and delete them."""

from typing import Any

from msgspec import UNSET

from procession.domains.templates.actions import steps
from procession.domains.templates.types import Step
from procession.domains.templates.wire.steps import StepChangesIn, StepIn, StepPlaceIn
from procession.flows.telling import addresses
from procession.flows.templates.steps import add_step, clone_step, update_step
from procession.kit.errors import InUse, Invalid, NotFound
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.ids import find_id
from procession.pages.editor.bodies import NewStepForm, OrderForm, StepForm, sent_of, wanted
from procession.pages.editor.people import read_directory, with_person, without_person
from procession.pages.editor.showing import (
    Refused,
    address_of,
    read,
    show_about,
    show_form,
    step_of,
)
from procession.pages.forms import ActionForm, NextQuery
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

#: What is sent as it stands in the form.
_PLAIN = (
    "title", "summary", "step_type", "stage_id", "assign_run_starter",
    "can_complete_only_assignees", "everyone_must_complete", "prevent_guest_comment",
    "is_soft_start_date", "webhook",
)  # fmt: skip


@routes.post(addresses.EDIT_STEPS, door=PAGE, policy="can_edit", body=NewStepForm, status=303)
@for_members
def add(here: Here) -> Answer:
    """Add a step to a template; one between others is opened, to be named."""
    sent: NewStepForm = here.request.body
    template_id = here.request.id("template")
    is_between = sent.position is not None
    title = sent.title or ("New step" if is_between else "")
    try:
        new = {"title": title} | ({"position": sent.position} if is_between else {})
        added, _ = add_step(here.caller, template_id, wanted(new, StepIn))
    except Invalid as wrong:
        here = here.at(addresses.EDIT_TEMPLATE.format(template=template_id))
        return show_about(here, Refused.of(wrong, "", {"title": title}))
    return back_to(here, address_of(template_id, added.step.id) if is_between else sent.next)


@routes.post(addresses.EDIT_STEP, door=PAGE, policy="can_edit", body=StepForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Change a step of a template: only what is sent."""
    sent: StepForm = here.request.body
    template_id, step_id = here.request.id("template"), here.request.id("step")
    step = step_of(read(here), step_id)
    typed = sent_of(sent, *_PLAIN, "deadline", "start_date", "max_assignable") | (
        {"assign": sent.assign} if sent.assign else {}
    )
    try:
        changes = wanted(_changes(here, step, sent), StepChangesIn)
        update_step(here.caller, template_id, step_id, changes, needs_title=False)
    except Invalid as wrong:
        return show_form(here, step_id, Refused.of(wrong, step_id, typed))
    return back_to(here, sent.next)


def _changes(here: Here, step: Step, sent: StepForm) -> dict[str, Any]:
    changes = sent_of(sent, *_PLAIN)
    if sent.max_assignable is not UNSET:
        changes["max_assignable"] = str(sent.max_assignable).strip() or None
    for name in ("deadline", "start_date"):
        group = getattr(sent, name)
        if group is not UNSET:
            has_value = isinstance(group, dict) and str(group.get("value", "")).strip()
            changes[name] = group if has_value else None
    if sent.assign:
        changes |= with_person(step, *read_directory(here.caller).find(sent.assign))
    if sent.unassign:
        changes |= without_person(step, sent.unassign)
    return changes


@routes.post(addresses.ORDER_STEPS, door=PAGE, policy="can_edit", body=OrderForm, status=303)
@for_members
def order(here: Here) -> Answer:
    """Put a step of a template in another place."""
    sent: OrderForm = here.request.body
    step_id = find_id(sent.part or "")
    if step_id is None:
        raise NotFound(kind="Step")
    place = StepPlaceIn(position=max(sent.position or 1, 1))
    steps.move_step(here.caller, here.request.id("template"), step_id, place)
    return back_to(here, sent.next)


@routes.post(addresses.COPY_STEP, door=PAGE, policy="can_edit", body=ActionForm, status=303)
@for_members
def copy(here: Here) -> Answer:
    """Copy a step of a template to directly after it, and open the copy."""
    template_id = here.request.id("template")
    added = clone_step(here.caller, template_id, here.request.id("step"))
    return back_to(here, address_of(template_id, added.step.id))


@routes.get(addresses.DELETE_STEP, door=PAGE, policy="can_edit", query=NextQuery, content_type=HTML)
@for_members
def ask_to_delete(here: Here) -> Answer:
    """Say what deleting a step of a template takes along."""
    view = read(here)
    step = step_of(view, here.request.id("step"))
    return app_page(
        here,
        "editor/delete_step.html",
        title="Delete a step",
        next=safe_target(here.request.query.next),
        edited=view.template,
        step=step,
    )


@routes.post(addresses.DELETE_STEP, door=PAGE, policy="can_edit", body=ActionForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete a step of a template, unless a rule or another step's deadline needs it."""
    template_id, step_id = here.request.id("template"), here.request.id("step")
    step = step_of(read(here), step_id)
    try:
        steps.delete_step(here.caller, template_id, step_id)
    except InUse as used:
        here = here.at(address_of(template_id, step_id))
        names = tuple(each.title for each in used.dependants)
        sentence = f"“{step.title}” stays, because this needs it:"
        return show_form(here, step_id, Refused(sentence=sentence, needed_by=names))
    toast = Toast("left-out", "templates", template_id, step.title)
    return back_to(here, addresses.EDIT_TEMPLATE.format(template=template_id), toast)
