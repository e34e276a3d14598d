"""Reading templates."""

from collections.abc import Sequence
from dataclasses import dataclass

from procession.domains.templates import store
from procession.domains.templates.types import Grant, Step, Template
from procession.kit.caller import Caller
from procession.kit.errors import NotFound
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import reading


@dataclass(frozen=True)
class TemplateView:
    """A template with what was asked for beside it; None: not asked for."""

    template: Template
    grants: list[Grant]
    steps: list[Step] | None = None


def get_template(
    caller: Caller, template_id: str, *, with_steps: bool = False, archived_too: bool = False
) -> TemplateView:
    """An archived template is not found unless asked for (contract 20, 3.2)."""
    with reading(caller) as work:
        template = store.get_visible(work, template_id)
        if template.archived_at is not None and not archived_too:
            raise NotFound
        grants = store.list_grants(work, template_id)
        steps = store.list_steps(work, template_id, template.version) if with_steps else None
        return TemplateView(template, grants, steps)


def list_templates(
    caller: Caller,
    request: PageRequest,
    *,
    q: str = "",
    archived: str = "live",
    sort: Sequence[tuple[str, bool]] = (),
    with_steps: bool = False,
) -> tuple[Page[Template], list[TemplateView]]:
    """`archived`: live, all or only."""
    with reading(caller) as work:
        page = store.list_visible(work, request, q=q, archived=archived, sort=sort)
        check_everything_fits(page)
        views = [
            TemplateView(
                template,
                store.list_grants(work, template.id),
                store.list_steps(work, template.id, template.version) if with_steps else None,
            )
            for template in page.rows
        ]
        return page, views
