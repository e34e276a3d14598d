"""Endpoints of folders, and of what lies in them."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from procession.core.sorting import Sorting
from procession.domains.organizing.actions import folders
from procession.domains.organizing.types import FOLDER_SORTING, FolderFilter, FolderView
from procession.domains.organizing.wire.folders import (
    FolderChangesIn,
    FolderIn,
    FolderObjectIn,
    FolderObjectOut,
    FolderOut,
    folder_object_out,
    folder_out,
)
from procession.flows.organizing import annotating, filing
from procession.kit.http import Answer, Request, Routes, item, listing
from procession.kit.paging import PageQuery, Search, sort_keys

routes = Routes("Folders")

FOLDERS = "/organizations/{org}/folders"
FOLDER = f"{FOLDERS}/{{folder}}"


class FoldersQuery(PageQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = FOLDER_SORTING

    folder_type: Annotated[
        str | None, Meta(description="checklist (of templates), or run (of processes and tasks).")
    ] = None
    q: Search = None
    pagination: Annotated[bool | None, Meta(description="`false`: all rows on one page.")] = None


@routes.get(
    FOLDERS, policy="visible", answers=FolderOut, query=FoldersQuery, is_list=True, raises=(422,)
)
def list_folders(request: Request) -> Answer:
    """List folders of one kind; with `with=children` those at the top, each with its tree."""
    query: FoldersQuery = request.query
    if query.pagination is False:
        query.without_pagination = True
    wanted = FolderFilter(
        kind=folders.read_kind(query.folder_type),
        q=query.q or "",
        as_tree="children" in query.includes,
        sort=tuple(sort_keys(query)),
    )
    page = folders.list_folders(request.caller, request.page(query), wanted)
    return listing(request, page, _shown(request, page.rows))


@routes.get(FOLDER, policy="visible", answers=FolderOut)
def get(request: Request) -> Answer:
    """Read a folder."""
    return item(_out(request, request.id("folder")))


@routes.post(
    FOLDERS,
    policy="can_change_folders",
    answers=FolderOut,
    status=201,
    body=FolderIn,
    raises=(403, 422),
)
def create(request: Request) -> Answer:
    """Create a folder, last among those beside it."""
    made = folders.create_folder(request.caller, request.body)
    return item(_shown(request, [made])[0], 201)


@routes.put(
    FOLDER,
    policy="can_change_folders",
    answers=FolderOut,
    body=FolderChangesIn,
    raises=(403, 422),
)
def update(request: Request) -> Answer:
    """Rename a folder, or move it with all that is inside."""
    shown = folders.update_folder(request.caller, request.id("folder"), request.body)
    return item(_out(request, shown.folder.id))


@routes.delete(
    FOLDER, policy="can_change_folders", answers=FolderOut, reads_body=False, raises=(403,)
)
def delete(request: Request) -> Answer:
    """Delete a folder. What was in it is kept, and folders inside move up."""
    return item(folder_out(filing.delete_folder(request.caller, request.id("folder"))))


@routes.get(
    f"{FOLDER}/objects",
    policy="visible",
    answers=FolderObjectOut,
    query=PageQuery,
    is_list=True,
    raises=(422,),
)
def list_objects(request: Request) -> Answer:
    """List the processes and tasks in a folder that the caller may see."""
    page, views = filing.list_objects(
        request.caller, request.id("folder"), request.page(request.query)
    )
    return listing(request, page, [_object_out(view) for view in views])


@routes.post(
    f"{FOLDERS}/add-object",
    policy="can_change_folders",
    answers=FolderObjectOut,
    status=201,
    also_status=200,
    body=FolderObjectIn,
    raises=(403, 422),
)
def add_object(request: Request) -> Answer:
    """Put a process or task into a folder. Repeating it answers 200 with the same."""
    view, is_new = filing.file_object(request.caller, request.body)
    return item(_object_out(view), 201 if is_new else 200)


@routes.delete(
    "/organizations/{org}/folders-objects/{object}",
    policy="can_change_folders",
    answers=FolderObjectOut,
    reads_body=False,
    raises=(403, 422),
)
def remove_object(request: Request) -> Answer:
    """Take a process or task out of a folder, by the number of its being there."""
    return item(_object_out(filing.unfile_object(request.caller, request.number("object"))))


def _out(request: Request, folder_id: str) -> FolderOut:
    as_tree = "children" in request.includes
    return _shown(request, [folders.get_folder(request.caller, folder_id, as_tree=as_tree)])[0]


def _shown(request: Request, views: Sequence[FolderView]) -> list[FolderOut]:
    """With the custom fields of all of them, and of those inside."""
    ids = [folder_id for view in views for folder_id in view.ids()]
    values = annotating.values_of(request.caller, ids)
    return [folder_out(view, values) for view in views]


def _object_out(view: filing.FiledView) -> FolderObjectOut:
    subject: dict[str, Any] = {
        "id": view.filed.subject_id,
        "name": view.name,
        "status": view.status,
    }
    return folder_object_out(view.filed, subject)
