"""Reading templates with what others know about them, and reading those that are public."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from procession.domains.people import store as people
from procession.domains.people.types import Member
from procession.domains.templates import store as templates
from procession.domains.templates.actions.reading import TemplateView, view
from procession.domains.templates.content.embedding import content_without, face_without
from procession.domains.templates.types import Template
from procession.flows.processes.showing import as_public
from procession.flows.templates.expanding import public_views_expanded
from procession.kit.caller import Caller
from procession.kit.errors import NotFound
from procession.kit.ids import find_id
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, looking, reading


def owners_of(caller: Caller, user_ids: Collection[int]) -> dict[int, Member]:
    """By id. Who is no member any more is missing."""
    found = people.members_among(looking(caller), user_ids)
    return {member.id: member for member in found}


def get_public_template(caller: Caller, organization_id: str, name: str) -> TemplateView:
    """By id or alias, for anybody, while it is public and not archived (contract 20, 3.13)."""
    with reading(caller) as work:
        _act_for_anybody(work, organization_id)
        template = templates.find_public(work, name)
        if template is None:
            raise NotFound
        return _for_anybody(work, view(work, [template], published=True))[0]


def list_public_templates(
    caller: Caller, organization_id: str, request: PageRequest
) -> tuple[Page[Template], list[TemplateView]]:
    """Empty for an organization that does not exist, too: whether it does is nobody's business."""
    with reading(caller) as work:
        _act_for_anybody(work, organization_id)
        page = templates.list_public(work, request)
        check_everything_fits(page)
        views = view(work, page.rows, published=True)
        return page, _for_anybody(work, views)


def _for_anybody(work: Work, views: Sequence[TemplateView]) -> list[TemplateView]:
    """With the snippets that are public (50, 8)."""
    return [_without_embedded(work, each) for each in public_views_expanded(work, views)]


def _without_embedded(work: Work, shown: TemplateView) -> TemplateView:
    """Nobody sends back what the public view shows: tokens of other templates need not stay."""
    template = shown.template
    face = face_without(templates.face_of(template), None)
    return replace(
        shown,
        template=templates.with_face(template, template.version, face),
        content=content_without(shown.content, None, work.now),
    )


def _act_for_anybody(work: Work, organization_id: str) -> None:
    found = find_id(organization_id)
    if found is None:
        raise NotFound
    work.act_as(as_public(work.caller, found))
