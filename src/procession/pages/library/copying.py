"""Duplicate a template: everything of it under a title of its own (contract 95, 3.7)."""

from procession.domains.templates.actions.reading import get_template
from procession.domains.templates.wire.templates import CloneIn
from procession.flows.telling import addresses
from procession.flows.templates import cloning
from procession.kit.http import PAGE, Answer, Routes
from procession.pages.forms import ActionForm
from procession.pages.framing import Here, back_to, for_members
from procession.pages.toasts import Toast

routes = Routes("Pages")


@routes.post(addresses.DUPLICATE_TEMPLATE, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def duplicate(here: Here) -> Answer:
    """Copy a template, and open the copy."""
    template_id, sent = here.request.id("template"), CloneIn()
    # Pasted pictures come along; they are read before the copy is written.
    pictures = cloning.bring_pictures(here.caller, template_id, sent)
    copy_id, _ = cloning.clone_template(here.caller, template_id, sent, pictures)
    copy = get_template(here.caller, copy_id).template
    toast = Toast("duplicated", "templates", copy.id, copy.title)
    return back_to(here, addresses.TEMPLATE.format(template=copy.id), toast)
