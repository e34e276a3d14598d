"""Endpoints that copy templates and carry them in and out (contract 20, 3.8 and 4)."""

from dataclasses import replace

import msgspec

from procession.api.templates.templates import TEMPLATE, template_view_out
from procession.domains.schedules.wire import document_schedule_out
from procession.domains.templates.actions import reading
from procession.domains.templates.wire.templates import CloneIn, TemplateOut
from procession.flows.files.unpasting import Copies, with_pictures_inside
from procession.flows.templates import cloning
from procession.flows.templates.schedules import list_for_document
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
    """Export a template as one document, which the creation of templates imports.

    Pictures that were pasted into its texts are in it.
    """
    view = reading.get_template(request.caller, request.id("checklist"))
    document = template_view_out(request, view)
    schedules = list_for_document(request.caller, view.template.id, view.content)
    document.schedules = {"data": [document_schedule_out(*each) for each in schedules]}
    name = f'attachment; filename="{view.template.alias}.json"'
    answer = plain(document).with_header("Content-Disposition", name)
    return replace(answer, body=with_pictures_inside(request.caller.server, answer.body))


def _bring(request: Request) -> Copies:
    return cloning.bring_pictures(request.caller, request.id("checklist"), request.body)


@routes.post(
    f"{TEMPLATE}/clone",
    policy="can_duplicate",
    answers=TemplateOut,
    status=201,
    body=CloneIn,
    raises=(403, 422),
    brings=_bring,
)
def clone(request: Request) -> Answer:
    """Copy a template, from this organization or from another one of the caller's."""
    # Of a call that cannot be read nothing was brought: it only tells all that is wrong with it.
    pictures = request.brought or Copies(request.caller, ())
    template_id, warnings = cloning.clone_template(
        request.caller, request.id("checklist"), request.body, pictures
    )
    view = reading.get_template(request.caller, template_id)
    return item(template_view_out(request, view), 201, warnings=warnings)
