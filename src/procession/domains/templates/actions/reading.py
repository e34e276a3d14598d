"""Reading templates."""

from collections.abc import Sequence
from dataclasses import dataclass

from procession.domains.templates import store
from procession.domains.templates.types import Grant, Step, Template, TemplateFilter
from procession.kit import ids
from procession.kit.caller import Caller
from procession.kit.errors import NotFound
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, looking, reading


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
        return _views(work, [template], with_steps=with_steps)[0]


def get_id(caller: Caller, name: str) -> str:
    """The id in a path, which for reading may be the template's alias (contract 20, 1)."""
    template_id = ids.find_id(name) or store.find_id_by_alias(looking(caller), name)
    if template_id is None:
        raise NotFound
    return template_id


def list_templates(
    caller: Caller, request: PageRequest, wanted: TemplateFilter, *, with_steps: bool = False
) -> tuple[Page[Template], list[TemplateView]]:
    with reading(caller) as work:
        page = store.list_visible(work, request, wanted)
        check_everything_fits(page)
        return page, _views(work, page.rows, with_steps=with_steps)


def _views(work: Work, found: Sequence[Template], *, with_steps: bool) -> list[TemplateView]:
    """One statement for the grants of them all, and one for their steps."""
    grants = store.grants_of(work, [template.id for template in found])
    if not with_steps:
        return [TemplateView(template, grants[template.id]) for template in found]
    steps = store.steps_of(work, [(template.id, template.version) for template in found])
    return [
        TemplateView(template, grants[template.id], steps[template.id, template.version])
        for template in found
    ]
