"""Endpoints that change a template itself: its attributes, its state and the marks on it."""

from procession.api.templates.templates import (
    TEMPLATE,
    tag_template,
    template_again,
    template_view_out,
)
from procession.domains.templates.actions import marking, publishing, reading
from procession.domains.templates.wire.attributes import (
    PinIn,
    StarIn,
    StatusIn,
    TemplateChangesIn,
    TemplatePutIn,
)
from procession.domains.templates.wire.templates import (
    DifferenceOut,
    TemplateOut,
    VersionOut,
    difference_out,
    version_out,
)
from procession.flows.templates import starring, updating, versions
from procession.kit.http import Answer, Request, Routes, item, listing
from procession.kit.paging import Page, PageQuery

routes = Routes("Templates")


@routes.put(
    TEMPLATE,
    policy="can_edit",
    answers=TemplateOut,
    body=TemplatePutIn,
    patch=TemplateChangesIn,
    raises=(403, 422),
)
def update(request: Request) -> Answer:
    """Change a template: only the keys that are sent. Its parts have endpoints of their own."""
    updated = updating.update_template(request.caller, request.id("checklist"), request.body)
    out = template_view_out(request, updated.view)
    answer = item(out, warnings=updated.warnings, dropped=updated.dropped)
    return tag_template(answer, updated.view.template)


@routes.put(
    f"{TEMPLATE}/publish",
    policy="can_publish",
    answers=TemplateOut,
    reads_body=False,
    raises=(403,),
)
def publish(request: Request) -> Answer:
    """Publish a template: where drafts are on, readers and launches get the draft from now on."""
    template = publishing.publish_template(request.caller, request.id("checklist"))
    return item(template_again(request, template))


@routes.put(
    f"{TEMPLATE}/status", policy="visible", answers=TemplateOut, body=StatusIn, raises=(422,)
)
def set_status(request: Request) -> Answer:
    """Label how far the author is. Nothing depends on it."""
    template = marking.set_status(request.caller, request.id("checklist"), request.body)
    return item(template_again(request, template))


@routes.put(f"{TEMPLATE}/star", policy="visible", answers=TemplateOut, body=StarIn, raises=(422,))
def set_star(request: Request) -> Answer:
    """Star a template for oneself, or take the star away."""
    template = starring.set_star(request.caller, request.id("checklist"), request.body)
    return item(template_again(request, template))


@routes.put(f"{TEMPLATE}/pin", policy="can_pin", answers=TemplateOut, body=PinIn, raises=(403, 422))
def set_pinned(request: Request) -> Answer:
    """Pin a template for everybody, or unpin it."""
    template = marking.set_pinned(request.caller, request.id("checklist"), request.body)
    return item(template_again(request, template))


@routes.get(
    f"{TEMPLATE}/versions",
    policy="can_edit",
    answers=VersionOut,
    query=PageQuery,
    is_list=True,
    raises=(403,),
)
def list_versions(request: Request) -> Answer:
    """List the versions that launches and publishing have frozen, the newest first."""
    query: PageQuery = request.query
    found = reading.list_versions(request.caller, request.id("checklist"))
    is_paged = query.page or query.per_page or query.limit
    wanted = request.page(query, default=10 if is_paged else max(len(found), 1))
    rows = found[wanted.offset : wanted.offset + wanted.size]
    page = Page(rows, len(found), wanted)
    return listing(request, page, [version_out(version) for version in rows])


@routes.get(f"{TEMPLATE}/versions/{{version}}", policy="visible", answers=TemplateOut)
def get_version(request: Request) -> Answer:
    """Read a template as it was when one of its versions was frozen."""
    view = reading.get_template(
        request.caller, request.id("checklist"), version=request.number("version")
    )
    return item(template_view_out(request, view))


@routes.get(
    f"{TEMPLATE}/versions/{{version}}/diff",
    policy="can_edit",
    answers=list[DifferenceOut],
    raises=(403,),
)
def compare_version(request: Request) -> Answer:
    """Tell what is other in what is edited now than in a version, in the order of reading."""
    compared = versions.compare_version(
        request.caller, request.id("checklist"), request.number("version")
    )
    return item([difference_out(each) for each in compared.differences])


@routes.put(
    f"{TEMPLATE}/versions/{{version}}/restore",
    policy="can_edit",
    answers=TemplateOut,
    reads_body=False,
    raises=(403,),
)
def restore_version(request: Request) -> Answer:
    """Make a version what is edited; what was edited so far is frozen as a version of its own.

    Processes and what is published stay as they are. What cannot come back is in `meta.warnings`.
    """
    restored = versions.restore_version(
        request.caller, request.id("checklist"), request.number("version")
    )
    return item(template_again(request, restored.template), warnings=restored.warnings)
