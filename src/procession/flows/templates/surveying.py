"""Templates as a library shows them, and one of them to read: with what everything is called."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from procession.core.archive import ArchivedShown
from procession.domains.organizing import store as organizing
from procession.domains.organizing.actions import folders
from procession.domains.organizing.types import (
    Folder,
    FolderKind,
    FolderView,
    Tag,
    TagFilter,
    TagLink,
)
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.actions.reading import TemplateView, at_version, view
from procession.domains.templates.content.embedding import templates_in
from procession.domains.templates.content.texts import rich_texts, rich_texts_of_face
from procession.domains.templates.types import Content, Template, TemplateFilter
from procession.flows.processes.surveying import Names
from procession.flows.reaching.snippets import template_expanded
from procession.kit.caller import Caller
from procession.kit.errors import NotFound
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, reading

#: Nobody chooses among more.
_MOST = PageRequest(1, 1_000)


@dataclass(frozen=True)
class Row:
    """A template in a library, as the caller may see it."""

    template: Template
    steps_count: int
    running_count: int
    tags: Sequence[TagLink]


@dataclass(frozen=True)
class Library:
    """A page of templates, and what they may be narrowed to."""

    page: Page[Template]
    rows: Sequence[Row]
    names: Names
    #: The tree of folders for templates, with how much lies in each.
    folders: Sequence[FolderView]
    tags: Sequence[Tag]


@dataclass(frozen=True)
class TemplateReading:
    """One template with all that it consists of, to read."""

    view: TemplateView
    names: Names
    #: By what carries them: the template, or a step.
    tags: Mapping[str, Sequence[TagLink]]
    #: From the top of the tree to the folder that it lies in.
    folders: Sequence[Folder]
    running_count: int
    #: Titles of the templates that it embeds or launches, by id; those that the caller may see.
    linked: Mapping[str, str] = field(default_factory=dict)
    job_titles: Mapping[str, str] = field(default_factory=dict)


def survey_templates(caller: Caller, request: PageRequest, wanted: TemplateFilter) -> Library:
    with reading(caller) as work:
        page = templates.list_visible(work, request, wanted)
        shown = _as_seen(work, page.rows)
        ids = [template.id for template, _ in shown]
        running = processes.running_by_template(work, ids)
        tags = organizing.links_of(work, ids)
        return Library(
            page=page,
            rows=[
                Row(template, len(content.steps), running.get(template.id, 0),
                    tags.get(template.id, ()))
                for template, content in shown
            ],
            names=Names(people.names_of_users(work, {each.owner_id for each, _ in shown})),
            folders=folders.tree_of(work, FolderKind.TEMPLATES),
            tags=organizing.list_tags(work, _MOST, TagFilter()).rows,
        )  # fmt: skip


def list_launchable(caller: Caller, request: PageRequest, q: str) -> Page[Template]:
    """What the caller may launch a process from, as they see it; those launched most come first."""
    wanted = TemplateFilter(
        q=q,
        archived=ArchivedShown.HIDDEN,
        is_launchable=True,
        sort=(("started_processes", True), ("title", False)),
    )
    with reading(caller) as work:
        page = templates.list_visible(work, request, wanted)
        return Page([each for each, _ in _as_seen(work, page.rows)], page.total, request)


def read_template(caller: Caller, template_id: str) -> TemplateReading:
    """Archived or not. What a snippet says stands in its place."""
    with reading(caller) as work:
        shown = view(work, [templates.get_visible(work, template_id)])
        if not shown:
            raise NotFound(kind="Template")
        template, content = template_expanded(work, shown[0].template, shown[0].content)
        tree = organizing.list_folders(work) if template.folder_id else ()
        return TemplateReading(
            view=TemplateView(template, content, shown[0].grants),
            names=names_in(work, [template], content),
            tags=organizing.links_of_templates(work, [template.id]),
            folders=_way_to(tree, template.folder_id),
            running_count=processes.running_by_template(work, [template.id]).get(template.id, 0),
            linked=_titles_of_linked(work, template, content),
            job_titles=_job_titles(work, content),
        )


def names_in(work: Work, owned: Iterable[Template], content: Content) -> Names:
    """Of everybody that steps and rules name, and of the templates' owners."""
    named = [step.assignees for step in content.steps]
    named += [
        action.assignees
        for rule in content.rules
        for action in rule.actions
        if action.assignees is not None
    ]
    users = {user for each in named for user in each.users}
    return Names(
        people.names_of_users(work, users | {each.owner_id for each in owned}),
        people.names_of_guests(work, {guest for each in named for guest in each.guests}),
        people.names_of_groups(work, {group for each in named for group in each.groups}),
    )


def _as_seen(work: Work, found: Sequence[Template]) -> list[tuple[Template, Content]]:
    """Each at the version that the caller sees; two statements for all of them."""
    versions = {
        template.id: version
        for template in found
        if (version := policy.version_shown(work.caller, template)) is not None
    }
    contents = templates.contents_of(work, versions.items())
    others = [(each.id, versions[each.id]) for each in found
              if versions.get(each.id, each.version) != each.version]  # fmt: skip
    faces = templates.faces_of(work, others)
    return [
        (at_version(each, versions[each.id], faces), contents[each.id, versions[each.id]])
        for each in found
        if each.id in versions
    ]


def _way_to(tree: Iterable[Folder], folder_id: str | None) -> list[Folder]:
    known = {folder.id: folder for folder in tree}
    folder = known.get(folder_id or "")
    if folder is None:
        return []
    return [*reversed(folders.ancestors(known, folder)), folder]


def _titles_of_linked(work: Work, template: Template, content: Content) -> dict[str, str]:
    face = templates.face_of(template)
    texts = [*rich_texts_of_face(face), *rich_texts(content)]
    embedded: Collection[str] = {each for text in texts for each in templates_in(text)}
    launched = {step.sub_process.template_id for step in content.steps if step.sub_process}
    found = templates.visible_among(work, {*embedded, *launched}).values()
    return {each.id: title_shown(work, each) for each in found if each.archived_at is None}


def title_shown(work: Work, template: Template) -> str:
    """Where drafts are on, readers see the published one."""
    is_draft = policy.version_shown(work.caller, template) == template.version
    return template.title if is_draft else template.published_title or template.title


def _job_titles(work: Work, content: Content) -> dict[str, str]:
    wanted = {title for step in content.steps for title in step.roles}
    if not wanted:
        return {}
    return {each.id: each.name for each in people.list_job_titles(work, _MOST).rows}
