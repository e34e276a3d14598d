"""Reading templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from procession.domains.templates import policy, store
from procession.domains.templates.actions.editing import NO_EDIT
from procession.domains.templates.types import (
    Content,
    Face,
    FrozenVersion,
    Grant,
    Template,
    TemplateFilter,
)
from procession.kit import ids
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, looking, reading


@dataclass(frozen=True)
class TemplateView:
    """A template and what one version of it consists of, as the caller may see it."""

    template: Template
    content: Content
    grants: list[Grant]


def get_template(
    caller: Caller,
    template_id: str,
    *,
    archived_too: bool = False,
    published: bool = False,
    version: int | None = None,
) -> TemplateView:
    """An archived template is not found unless asked for (contract 20, 3.2).

    `published`: what readers see, also for who may see the draft. `version`: one that is frozen.
    """
    with reading(caller) as work:
        template = store.get_visible(work, template_id)
        if template.archived_at is not None and not archived_too:
            raise NotFound(kind="Template")
        if version is not None:
            return _frozen_view(work, template, version)
        views = view(work, [template], published=published)
        if not views:
            raise NotFound(kind="Template")
        return views[0]


def _frozen_view(work: Work, template: Template, version: int) -> TemplateView:
    # A number that no version has yet may be larger than any that the database takes.
    is_known = version <= template.version
    face = store.find_face(work, template.id, version) if is_known else None
    if face is None or not policy.can_read_version(work.caller, template, version):
        raise NotFound(kind="Version")
    return TemplateView(
        template=store.with_face(template, version, face),
        content=store.get_content(work, template.id, version),
        grants=store.list_grants(work, template.id),
    )


def list_versions(caller: Caller, template_id: str) -> list[FrozenVersion]:
    """Those that a launch or publishing froze, the newest first."""
    with reading(caller) as work:
        template = store.get_visible(work, template_id)
        if template.archived_at is not None:
            raise NotFound(kind="Template")
        if not policy.can_edit(caller, template):
            raise Forbidden(NO_EDIT)
        return store.list_frozen(work, template_id)


def get_id(caller: Caller, name: str) -> str:
    """The id in a path, which for reading may be the template's alias (contract 20, 1)."""
    template_id = ids.find_id(name) or store.find_id_by_alias(looking(caller), name)
    if template_id is None:
        raise NotFound(kind="Template")
    return template_id


def list_templates(
    caller: Caller, request: PageRequest, wanted: TemplateFilter
) -> tuple[Page[Template], list[TemplateView]]:
    with reading(caller) as work:
        page = store.list_visible(work, request, wanted)
        check_everything_fits(page)
        return page, view(work, page.rows)


def view(work: Work, found: Sequence[Template], *, published: bool = False) -> list[TemplateView]:
    """One statement for the grants of them all, one for their contents.

    Without those that only have a draft that the caller may not see.
    """
    versions = {}
    for template in found:
        version = policy.version_shown(work.caller, template, published=published)
        if version is not None:
            versions[template.id] = version
    contents = store.contents_of(work, versions.items())
    faces = store.faces_of(
        work,
        [
            (each.id, versions[each.id])
            for each in found
            if versions.get(each.id, each.version) != each.version
        ],
    )
    grants = store.grants_of(work, list(versions))
    return [
        TemplateView(
            template=at_version(template, versions[template.id], faces),
            content=contents[template.id, versions[template.id]],
            grants=grants[template.id],
        )
        for template in found
        if template.id in versions
    ]


def at_version(template: Template, version: int, faces: Mapping[tuple[str, int], Face]) -> Template:
    """The template with the texts that another version has; itself for the one being edited."""
    if version == template.version:
        return template
    return store.with_face(template, version, faces[template.id, version])
