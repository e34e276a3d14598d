"""Endpoints of tags, and of tags on things."""

from typing import Annotated, ClassVar

from msgspec import Meta

from procession.core.sorting import Sorting
from procession.domains.organizing.actions import tags
from procession.domains.organizing.types import TAG_SORTING, Tag, TagFilter
from procession.domains.organizing.wire.tags import (
    AssociationIn,
    AssociationOut,
    TagChangesIn,
    TagIn,
    TagOut,
    association_out,
    tag_out,
)
from procession.flows.organizing import annotating, tagging
from procession.kit.http import Answer, Request, Routes, item, listing, nothing
from procession.kit.ids import find_id
from procession.kit.paging import PageQuery, Search, sort_keys

routes = Routes("Tags")

TAGS = "/organizations/{org}/tags"
TAG = f"{TAGS}/{{tag}}"
ASSOCIATIONS = "/organizations/{org}/checklists/tags"


class TagsQuery(PageQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = TAG_SORTING

    q: Search = None
    all: Annotated[
        bool | None, Meta(description="Also those whose titles begin with from:, task: or step:.")
    ] = None
    auto_generated: Annotated[
        bool | None, Meta(description="Only those that machines made up, or only others.")
    ] = None
    status: Annotated[str | None, Meta(description="Without effect; old clients send it.")] = None


@routes.get(TAGS, policy="visible", answers=TagOut, query=TagsQuery, is_list=True)
def list_tags(request: Request) -> Answer:
    """List the tags of an organization."""
    query: TagsQuery = request.query
    is_machine_made = query.auto_generated
    if is_machine_made is None and not query.all:
        is_machine_made = False
    wanted = TagFilter(
        q=query.q or "", is_machine_made=is_machine_made, sort=tuple(sort_keys(query))
    )
    page, uses = tags.list_tags(
        request.caller,
        request.page(query, cap=100),
        wanted,
        with_uses="statistics" in query.includes,
    )
    values = annotating.values_of(request.caller, [tag.id for tag in page.rows])
    return listing(request, page, [tag_out(tag, uses.get(tag.id), values) for tag in page.rows])


@routes.get(TAG, policy="visible", answers=TagOut)
def get(request: Request) -> Answer:
    """Read a tag."""
    return item(_out(request, request.id("tag")))


@routes.post(
    TAGS, policy="can_change_tags", answers=TagOut, status=201, body=TagIn, raises=(403, 422)
)
def create(request: Request) -> Answer:
    """Create a tag."""
    return item(_after(request, tags.create_tag(request.caller, request.body)), 201)


@routes.put(TAG, policy="can_change_tags", answers=TagOut, body=TagChangesIn, raises=(403, 422))
def update(request: Request) -> Answer:
    """Change the title or colour of a tag, wherever it is."""
    return item(_after(request, tags.update_tag(request.caller, request.id("tag"), request.body)))


@routes.delete(TAG, policy="can_change_tags", status=204, reads_body=False, raises=(403,))
def delete(request: Request) -> Answer:
    """Delete a tag for ever, and take it off everything. One that is gone is answered alike."""
    tags.delete_tag(request.caller, find_id(request.path["tag"]))
    return nothing()


@routes.post(
    ASSOCIATIONS,
    policy="can_tag",
    answers=AssociationOut,
    status=201,
    also_status=200,
    body=AssociationIn,
    raises=(403, 422),
)
def attach(request: Request) -> Answer:
    """Put a tag on a template, process, task or step. Repeating it answers 200 with the same."""
    link, is_new = tagging.attach_tag(request.caller, request.body)
    return item(association_out(link), 201 if is_new else 200)


@routes.delete(
    f"{ASSOCIATIONS}/{{association}}",
    policy="can_tag",
    answers=AssociationOut,
    reads_body=False,
    raises=(403, 422),
)
def detach(request: Request) -> Answer:
    """Take a tag off what carries it, by the number of their association."""
    link = tagging.detach_tag(request.caller, request.number("association"))
    return item(association_out(link))


def _out(request: Request, tag_id: str) -> TagOut:
    tag, use = tags.get_tag(request.caller, tag_id)
    values = annotating.values_of(request.caller, [tag.id])
    return tag_out(tag, use if "statistics" in request.includes else None, values)


def _after(request: Request, tag: Tag) -> TagOut:
    """The tag after a change, with what was asked for."""
    return _out(request, tag.id)
