"""Endpoints that copy templates and carry them in and out (contract 20, 3.8 and 4)."""

import msgspec

from procession.api.templates.templates import TEMPLATE, template_view_out
from procession.domains.templates.actions import reading
from procession.domains.templates.wire.templates import CloneIn, TemplateOut
from procession.flows.templates import cloning
from procession.kit.http import Answer, Request, Routes, item, plain

routes = Routes("Templates")


class ExportQuery(msgspec.Struct, kw_only=True):
    """Nothing to choose: a document is always whole."""

    @property
    def includes(self) -> frozenset[str]:
        return frozenset(("steps", "stages", "tags"))


@routes.get(
    f"{TEMPLATE}/export", policy="visible", answers=TemplateOut, query=ExportQuery, is_plain=True
)
def export(request: Request) -> Answer:
    """Export a template as one document, which the creation of templates imports."""
    view = reading.get_template(request.caller, request.id("checklist"))
    document = template_view_out(request, view)
    name = f'attachment; filename="{view.template.alias}.json"'
    return plain(document).with_header("Content-Disposition", name)


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
