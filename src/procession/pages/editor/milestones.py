"""The milestones of a template, and its publishing (contract 95, 3.8; 20, 3.9 and 7)."""

from typing import Any

from procession.domains.templates.actions import milestones
from procession.domains.templates.actions.publishing import publish_template
from procession.domains.templates.wire.steps import StageChangesIn, StageIn
from procession.flows.telling import addresses
from procession.kit.errors import Invalid
from procession.kit.http import PAGE, Answer, Routes
from procession.pages.editor.bodies import MilestoneForm, sent_of, wanted
from procession.pages.editor.showing import Refused, show_about
from procession.pages.forms import ActionForm
from procession.pages.framing import Here, back_to, for_members

routes = Routes("Pages")


@routes.post(
    addresses.EDIT_MILESTONES, door=PAGE, policy="can_edit", body=MilestoneForm, status=303
)
@for_members
def add(here: Here) -> Answer:
    """Add a milestone to a template; steps are put into it where they are edited."""
    sent = {"name": "", **sent_of(here.request.body, "name")}
    try:
        milestones.add_stage(here.caller, here.request.id("template"), wanted(sent, StageIn))
    except Invalid as wrong:
        return _refused(here, wrong, "", sent)
    return back_to(here, here.request.body.next)


@routes.post(addresses.EDIT_MILESTONE, door=PAGE, policy="can_edit", body=MilestoneForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Rename a milestone, or put it in another place."""
    sent = sent_of(here.request.body, "name", "position")
    milestone_id = here.request.id("stage")
    try:
        changes = wanted(sent, StageChangesIn)
        milestones.update_stage(here.caller, here.request.id("template"), milestone_id, changes)
    except Invalid as wrong:
        return _refused(here, wrong, milestone_id, sent)
    return back_to(here, here.request.body.next)


@routes.post(addresses.DELETE_MILESTONE, door=PAGE, policy="can_edit", body=ActionForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete a milestone; its steps stay."""
    milestones.delete_stage(here.caller, here.request.id("template"), here.request.id("stage"))
    return back_to(here, here.request.body.next)


@routes.post(
    addresses.PUBLISH_TEMPLATE, door=PAGE, policy="can_publish", body=ActionForm, status=303
)
@for_members
def publish(here: Here) -> Answer:
    """Publish what editors see: readers and launches get it from now on."""
    publish_template(here.caller, here.request.id("template"))
    return back_to(here, here.request.body.next)


def _refused(here: Here, wrong: Invalid, about: str, typed: dict[str, Any]) -> Answer:
    here = here.at(addresses.EDIT_TEMPLATE.format(template=here.request.id("template")))
    return show_about(here, Refused.of(wrong, about, typed))
