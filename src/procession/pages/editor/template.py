"""What a template says of itself: its title, its status and its descriptions."""

from procession.domains.templates.wire.attributes import TemplateChangesIn
from procession.flows.telling import addresses
from procession.flows.templates.updating import update_template
from procession.kit.errors import Invalid
from procession.kit.http import PAGE, Answer, Routes
from procession.pages.editor.bodies import TemplateForm, sent_of, wanted
from procession.pages.editor.showing import KICKOFF, Refused, read, show_about, show_form
from procession.pages.framing import Here, back_to, for_members

routes = Routes("Pages")


@routes.post(addresses.EDIT_TEMPLATE, door=PAGE, policy="can_edit", body=TemplateForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Change what a template says of itself: only what is sent."""
    sent = sent_of(here.request.body, "title", "status", "summary")
    about = "head" if "summary" not in sent else ""
    template_id = here.request.id("template")
    try:
        update_template(here.caller, template_id, wanted(sent, TemplateChangesIn))
    except Invalid as wrong:
        return show_about(here, Refused.of(wrong, about, sent))
    return back_to(here, here.request.body.next)


@routes.post(addresses.EDIT_KICKOFF, door=PAGE, policy="can_edit", body=TemplateForm, status=303)
@for_members
def change_kickoff_form(here: Here) -> Answer:
    """Change what stands above the kick-off form of a template."""
    sent = sent_of(here.request.body, "kickoff_title", "kickoff_description")
    read(here)
    try:
        changes = wanted(sent, TemplateChangesIn)
        update_template(here.caller, here.request.id("template"), changes)
    except Invalid as wrong:
        return show_form(here, KICKOFF, Refused.of(wrong, KICKOFF, sent))
    return back_to(here, here.request.body.next)
