"""Endpoints that copy templates and carry them in and out (contract 20, 3.8 and 4)."""

from procession.domains.templates.actions import reading
from procession.domains.templates.api.templates import TEMPLATE, template_view_out
from procession.domains.templates.wire.templates import CloneIn, TemplateOut
from procession.flows import cloning
from procession.kit.http import Answer, Request, Routes, item

routes = Routes("Templates")


@routes.post(
    f"{TEMPLATE}/clone",
    policy="can_duplicate",
    answers=TemplateOut,
    status=201,
    body=CloneIn,
    raises=(403, 422),
)
def clone(request: Request) -> Answer:
    """Copy a template, from this organization or from another one of the caller's."""
    template_id, warnings = cloning.clone_template(
        request.caller, request.id("checklist"), request.body
    )
    view = reading.get_template(request.caller, template_id)
    return item(template_view_out(request, view), 201, warnings=warnings)
