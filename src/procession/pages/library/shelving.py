"""Archive a template, bring it back, and delete it for ever (contract 95, 4)."""

from procession.domains.templates import policy
from procession.domains.templates.actions import archiving
from procession.domains.templates.actions.reading import get_template
from procession.domains.templates.types import Template
from procession.flows.telling import addresses
from procession.flows.templates import purging
from procession.flows.templates.pointing import what_points_to
from procession.kit.errors import Forbidden, NotFound
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.forms import ActionForm, DeleteForm, NextQuery
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")


@routes.get(
    addresses.ARCHIVE_TEMPLATE, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_to_archive(here: Here) -> Answer:
    """Say what archiving a template stops, and what goes on."""
    found = what_points_to(here.caller, here.request.id("template"))
    return app_page(
        here,
        "library/archive.html",
        title="Archive a template",
        next=safe_target(here.request.query.next or addresses.TEMPLATES),
        template=found.template,
        found=found,
    )


@routes.post(addresses.ARCHIVE_TEMPLATE, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def archive(here: Here) -> Answer:
    """Archive a template; processes launched from it go on."""
    sent: ActionForm = here.request.body
    template = archiving.archive_template(here.caller, here.request.id("template"))
    is_ours = template.archived_by == here.caller.person_id
    kind = "undone" if sent.undoes else "archived" if is_ours else "already-archived"
    toast = _toast(kind, template)._replace(by=template.archived_by_name or "Procession")
    return back_to(here, sent.next, toast)


@routes.post(addresses.RESTORE_TEMPLATE, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def restore(here: Here) -> Answer:
    """Bring an archived template back: it can be launched again."""
    sent: ActionForm = here.request.body
    template = archiving.unarchive_template(here.caller, here.request.id("template"))
    return back_to(here, sent.next, _toast("undone" if sent.undoes else "restored", template))


@routes.get(
    addresses.DELETE_TEMPLATE, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_to_delete(here: Here) -> Answer:
    """Say what deleting an archived template for ever destroys, and that its processes stay."""
    return _ask_to_delete(here, here.request.query.next)


@routes.post(addresses.DELETE_TEMPLATE, door=PAGE, policy="visible", body=DeleteForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete an archived template for ever."""
    sent: DeleteForm = here.request.body
    if not sent.understood:
        return _ask_to_delete(here, sent.next, problem="Tick the box first: nothing was deleted.")
    template_id = here.request.id("template")
    template = get_template(here.caller, template_id, archived_too=True).template
    purging.purge_template(here.caller, template_id)
    # Not back to its own page, which is gone, too.
    is_gone = sent.next is None or template_id in sent.next
    wanted = addresses.TEMPLATES if is_gone else sent.next
    return back_to(here, wanted, _toast("deleted", template))


def _ask_to_delete(here: Here, wanted: str | None, problem: str | None = None) -> Answer:
    if not policy.can_purge(here.caller):
        raise Forbidden("Only administrators can delete a template for ever.")
    found = what_points_to(here.caller, here.request.id("template"))
    if found.template.archived_at is None:
        raise NotFound("Only what is archived can be deleted for ever. Archive it first.")
    return app_page(
        here,
        "library/delete.html",
        200 if problem is None else 422,
        title="Delete for ever",
        next=safe_target(wanted or addresses.ARCHIVE),
        template=found.template,
        found=found,
        problem=problem,
    )


def _toast(kind: str, template: Template) -> Toast:
    return Toast(kind, "templates", template.id, template.title)
