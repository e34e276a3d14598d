"""Templates that their people made public, read without any account (contract 20, 3.13)."""

from procession.domains.templates.wire.public import PublicTemplateOut, public_template_out
from procession.flows.templates import showing
from procession.kit.http import PUBLIC, Answer, Request, Routes, item, listing
from procession.kit.paging import PageQuery

routes = Routes("Templates")

PUBLIC_TEMPLATES = "/public/{org}/checklists"


@routes.get(
    PUBLIC_TEMPLATES,
    door=PUBLIC,
    policy="visible",
    answers=PublicTemplateOut,
    query=PageQuery,
    is_list=True,
)
def list_public(request: Request) -> Answer:
    """List the public templates of an organization, featured ones first."""
    page, views = showing.list_public_templates(
        request.caller, request.path["org"], request.page(request.query)
    )
    rows = [public_template_out(view.template, view.content) for view in views]
    return listing(request, page, rows).with_header("X-Robots-Tag", "noindex")


@routes.get(
    f"{PUBLIC_TEMPLATES}/{{checklist}}", door=PUBLIC, policy="visible", answers=PublicTemplateOut
)
def get_public(request: Request) -> Answer:
    """Read a public template, by id or alias."""
    view = showing.get_public_template(
        request.caller, request.path["org"], request.path["checklist"]
    )
    out = public_template_out(view.template, view.content)
    return item(out).with_header("X-Robots-Tag", "noindex")
