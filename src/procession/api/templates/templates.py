"""Endpoints of templates."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from msgspec import Meta

from procession.api.comments.including import INCLUDES, include_threads
from procession.api.included_files import files_shown
from procession.api.included_watchers import include_watchers
from procession.core.archive import ArchivedShown, archived_shown
from procession.core.sorting import Sorting
from procession.domains.people.types import Member
from procession.domains.people.wire import user_out
from procession.domains.templates.actions import archiving, reading
from procession.domains.templates.types import STATUSES, Template, TemplateFilter, TemplateType
from procession.domains.templates.types.template import TEMPLATE_SORTING
from procession.domains.templates.wire.originals import note_template
from procession.domains.templates.wire.steps import stages_out
from procession.domains.templates.wire.templates import (
    PermissionsIn,
    TemplateArchivedOut,
    TemplateIn,
    TemplateOut,
    permissions_out,
    template_out,
)
from procession.flows.discussing import showing as discussing
from procession.flows.files.including import files_of_templates
from procession.flows.organizing import annotating
from procession.flows.organizing.annotating import Notes
from procession.flows.templates import authoring, granting, purging
from procession.flows.templates.expanding import views_expanded
from procession.flows.templates.showing import owners_of
from procession.flows.webhooks.including import INCLUDES as WATCHER_INCLUDES
from procession.flows.webhooks.including import watchers_of_templates
from procession.kit.caller import Caller
from procession.kit.http import Answer, Request, Routes, item, listing, plain, tagged
from procession.kit.paging import (
    FOLDERS,
    MEMBERS,
    STRICT,
    TAGS,
    Archived,
    ArchiveQuery,
    IncludeQuery,
    Search,
    Strict,
    sort_keys,
)
from procession.kit.querying import query_id

routes = Routes("Templates")

TEMPLATES = "/organizations/{org}/checklists"
TEMPLATE = f"{TEMPLATES}/{{checklist}}"


EntireTree = Annotated[
    bool | None,
    Meta(
        description="With `with=folder`: also the folders that it lies in.",
        extra={STRICT: Strict(narrows=False)},
    ),
]


class TemplateQuery(IncludeQuery, kw_only=True):
    entire_folder_tree: EntireTree = None
    archived: Annotated[
        bool | None, Meta(description="Find the template when it is archived, too.")
    ] = None


class OneTemplateQuery(TemplateQuery, kw_only=True):
    state: Annotated[
        str | None, Meta(description="`published`: what readers see, where drafts are on.")
    ] = None
    version: Annotated[
        int | None, Meta(description="A version that a launch or publishing has frozen.")
    ] = None


class TemplatesQuery(ArchiveQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = TEMPLATE_SORTING

    q: Search = None
    archived: Archived = None
    status: Annotated[
        str | None,
        Meta(
            description="One of: started, in-progress, finishing, published, draft (not "
            "published), active, archived, all. Any other word finds nothing.",
            extra={STRICT: Strict((*STATUSES, "draft", "active", "archived", "all"))},
        ),
    ] = None
    type: Annotated[
        list[str],
        Meta(
            description="procedure, form or document.",
            extra={STRICT: Strict(tuple(TemplateType))},
        ),
    ] = []
    starred: Annotated[bool | None, Meta(description="Only the caller's favourites, or not.")] = (
        None
    )
    owner_id: Annotated[
        list[str],
        Meta(description="Ids of their owners.", extra={STRICT: Strict(names=MEMBERS)}),
    ] = []
    folder: Annotated[
        list[str],
        Meta(
            description="Ids of folders they lie in; `none`: those in no folder.",
            extra={STRICT: Strict(("none",), FOLDERS)},
        ),
    ] = []
    folder_id: Annotated[
        list[str],
        Meta(
            description="Another name of `folder`.",
            extra={STRICT: Strict(("none",), FOLDERS)},
        ),
    ] = []
    tag: Annotated[
        list[str],
        Meta(
            description="Ids or titles of tags, any of which is on it.",
            extra={STRICT: Strict(names=TAGS)},
        ),
    ] = []
    entire_folder_tree: EntireTree = None
    public: Annotated[bool | None, Meta(description="Only those anybody may read, or not.")] = None
    published: Annotated[
        bool | None, Meta(description="Only those shown as they were published, or not.")
    ] = None


@routes.get(TEMPLATES, policy="visible", answers=TemplateOut, query=TemplatesQuery, is_list=True)
def list_templates(request: Request) -> Answer:
    """List the templates the caller may see."""
    query: TemplatesQuery = request.query
    page, views = reading.list_templates(
        request.caller,
        request.page(query),
        template_filter(query, request.caller),
    )
    return listing(request, page, template_views_out(request, views))


def template_filter(query: TemplatesQuery, caller: Caller) -> TemplateFilter:
    """Raises Invalid for what is no moment."""
    zone = caller.timezone
    status = (query.status or "").lower()
    archived = archived_shown(query.archived)
    in_folders = [*query.folder, *query.folder_id]
    if status == "archived":
        status, archived = "", ArchivedShown.ONLY
    if query.names_archived:
        archived = ArchivedShown.ONLY
    if status in ("active", "all"):
        status = ""
    return TemplateFilter(
        q=query.q or "",
        archived=archived,
        status=status,
        types=tuple(query.type),
        owner_ids=tuple(query_id(word) for word in query.owner_id),
        is_starred=query.starred,
        is_public=query.public,
        is_published=query.published,
        sort=tuple(sort_keys(query)),
        folder_ids=tuple(word.lower() for word in in_folders if word.lower() != "none"),
        without_folder="none" in {word.lower() for word in in_folders},
        tags=tuple(query.tag),
        since=query.since(zone),
        until=query.until(zone),
        archived_by=query.by(may_ask_for_held=caller.is_admin),
    )


@routes.post(
    TEMPLATES,
    policy="can_create",
    answers=TemplateOut,
    status=201,
    body=TemplateIn,
    raises=(403, 422),
)
def create(request: Request) -> Answer:
    """Create a template, or import one: a body with steps or rules is a document (20, 4)."""
    made = authoring.create_template(request.caller, request.body)
    view = _view(request, made.template_id)
    return item(template_view_out(request, view), 201, warnings=made.warnings)


@routes.get(TEMPLATE, policy="visible", answers=TemplateOut, query=OneTemplateQuery)
def get(request: Request) -> Answer:
    """Read a template, by id or alias. An archived one is found only with `archived=1`."""
    query: OneTemplateQuery = request.query
    view = reading.get_template(
        request.caller,
        reading.get_id(request.caller, request.path["checklist"]),
        archived_too=bool(query.archived),
        published=(query.state or "").lower() == "published",
        version=query.version,
    )
    return tag_template(item(template_view_out(request, view)), view.template)


@routes.delete(
    TEMPLATE,
    policy="can_edit",
    answers=TemplateArchivedOut,
    reads_body=False,
    raises=(403,),
    is_plain=True,
)
def archive(request: Request) -> Answer:
    """Archive a template. Its processes go on."""
    template = archiving.archive_template(request.caller, request.id("checklist"))
    return plain(
        TemplateArchivedOut(message="Template archived.", data=template_again(request, template))
    )


def restore(request: Request) -> Answer:
    """Bring an archived template back."""
    template = archiving.unarchive_template(request.caller, request.id("checklist"))
    return item(template_again(request, template))


for _word in ("restore", "activate", "unarchive"):
    routes.put(
        f"{TEMPLATE}/{_word}",
        policy="can_edit",
        answers=TemplateOut,
        reads_body=False,
        raises=(403,),
        is_alias=_word != "restore",
    )(restore)


@routes.delete(
    f"{TEMPLATE}/delete",
    policy="can_purge",
    answers=TemplateArchivedOut,
    reads_body=False,
    raises=(403, 409, 422),
    is_plain=True,
)
def purge(request: Request) -> Answer:
    """Delete an archived template for ever. Its processes stay readable."""
    references = purging.purge_template(request.caller, request.id("checklist"))
    return plain(TemplateArchivedOut(message="Template deleted.", deleted_references=references))


@routes.get(f"{TEMPLATE}/permissions", policy="visible", answers=dict, query=TemplateQuery)
def get_permissions(request: Request) -> Answer:
    """Read who may do what with a template."""
    view = _view(request, request.id("checklist"), archived_too=bool(request.query.archived))
    return item(permissions_out(view.template, view.grants, request.caller))


@routes.put(
    f"{TEMPLATE}/permissions",
    policy="can_edit",
    answers=dict,
    body=PermissionsIn,
    raises=(403, 422),
)
def set_permissions(request: Request) -> Answer:
    """Replace some of the five lists of who may do what."""
    template, grants = granting.set_template_permissions(
        request.caller, request.id("checklist"), request.body
    )
    return item(permissions_out(template, grants, request.caller))


def _view(
    request: Request, template_id: str, *, archived_too: bool = False
) -> reading.TemplateView:
    return reading.get_template(request.caller, template_id, archived_too=archived_too)


def tag_template(answer: Answer, template: Template) -> Answer:
    """Launches are counted beside its own changes: they are in what is read, and in nobody's
    way."""
    return tagged(answer, template.row_version, template.launched_count)


def template_again(request: Request, template: Template) -> TemplateOut:
    """The template after a change, as its readers see it."""
    return template_view_out(
        request, reading.get_template(request.caller, template.id, archived_too=True)
    )


def template_view_out(request: Request, view: reading.TemplateView) -> TemplateOut:
    return template_views_out(request, [view])[0]


def template_views_out(
    request: Request, views: Sequence[reading.TemplateView]
) -> list[TemplateOut]:
    """A page of them: what is beside them is looked up for all at once."""
    shown = views_expanded(request.caller, views)
    owners: dict[int, Member] = {}
    if "owner" in request.includes:
        owners = owners_of(request.caller, {view.template.owner_id for view in views})
    notes = annotating.templates_noted(request.caller, views, request.includes)
    found = [
        note_template(_one_out(request, now, owners, notes), view.template, view.content)
        for now, view in zip(shown, views, strict=True)
    ]
    if "assets" in request.includes:
        files = files_of_templates(request.caller, [out.id for out in found])
        for out in found:
            out.assets = files_shown(request, files[out.id])
    if request.includes & WATCHER_INCLUDES:
        ids = [out.id for out in found]
        watchers = watchers_of_templates(request.caller, ids, request.includes)
        for out in found:
            include_watchers(request, watchers[out.id], out)
    if request.includes & INCLUDES:
        threads = discussing.of_templates(request.caller, [out.id for out in found])
        for out in found:
            include_threads(request, threads[out.id], out)
    return found


def _one_out(
    request: Request, view: reading.TemplateView, owners: Mapping[int, Member], notes: Notes
) -> TemplateOut:
    includes = request.includes
    template = view.template
    out = template_out(
        template,
        view.content,
        view.grants,
        request.caller,
        with_steps="steps" in includes,
        with_permissions="permissions" in includes,
        step_tags=notes.tags_of_steps,
        custom_fields=notes.values,
    )
    out.held = notes.is_held(template.id)
    if "holds" in includes and request.caller.is_admin:
        out.holds = notes.holds_of(template.id)
    if "tags" in includes:
        out.tags = notes.tags_of(template.id)
    if "folder" in includes:
        whole = bool(getattr(request.query, "entire_folder_tree", None))
        out.folder = notes.folder(template.folder_id, with_ancestors=whole)
    if "owner" in includes:
        owner = owners.get(view.template.owner_id)
        out.owner = None if owner is None else {"data": user_out(owner, request.now)}
    if "stages" in includes:
        out.stages = {"data": stages_out(view.content, template_id=view.template.id)}
    if "linked_tasks" in includes:
        # No such things are kept here.
        out.linked_tasks = {"data": []}
    return out
