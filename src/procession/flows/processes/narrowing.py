"""What lists of processes are narrowed by, with what each thing is called: for people to choose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from procession.domains.organizing import store as organizing
from procession.domains.organizing.types import Folder, FolderKind, TagFilter
from procession.domains.people import store as people
from procession.domains.people.types import GroupFilter
from procession.domains.processes.types import ProcessFilter
from procession.domains.templates import store as templates
from procession.domains.templates.types import TemplateFilter
from procession.kit.caller import Caller
from procession.kit.paging import PageRequest
from procession.kit.work import reading

#: More than anybody looks through; a longer list is for the search.
MOST_CHOICES = 500
_FIRST = PageRequest(1, MOST_CHOICES)

#: Id or number, and what it is called.
Choice = tuple[str, str]


@dataclass(frozen=True)
class Choices:
    """All that the caller may narrow by, each by its name; folders by the path to them."""

    templates: Sequence[Choice] = ()
    tags: Sequence[Choice] = ()
    folders: Sequence[Choice] = ()
    people: Sequence[Choice] = ()
    groups: Sequence[Choice] = ()


@dataclass(frozen=True)
class Called:
    """What the things that a filter names are called, by id; what is not there has no name."""

    templates: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


def list_choices(caller: Caller) -> Choices:
    """Of templates those that are archived are left out."""
    with reading(caller) as work:
        launched = templates.list_visible(work, _FIRST, TemplateFilter(sort=(("title", False),)))
        tags = organizing.list_tags(work, _FIRST, TagFilter(sort=(("title", False),)))
        folders = organizing.list_folders(work)
        members = people.list_members(work)
        groups = people.list_groups(work, _FIRST, GroupFilter(sort=(("name", False),)))
    return Choices(
        templates=[(each.id, each.title) for each in launched.rows],
        tags=[(each.id, each.title) for each in tags.rows],
        folders=_indented(each for each in folders if each.kind == FolderKind.PROCESSES),
        people=sorted(
            ((str(each.id), each.full_name or each.email) for each in members if not each.is_bot),
            key=lambda choice: choice[1].casefold(),
        ),
        groups=[(each.id, each.name) for each in groups.rows],
    )


def _indented(folders: Iterable[Folder]) -> list[Choice]:
    """Each below the one that it lies in: `Books / 2027`."""
    known = {each.id: each for each in folders}

    def path(folder: Folder) -> str:
        above = known.get(folder.parent_id or "")
        return folder.name if above is None else f"{path(above)} / {folder.name}"

    named = [(each.id, path(each)) for each in known.values()]
    return sorted(named, key=lambda choice: choice[1].casefold())


def name_choices(caller: Caller, wanted: ProcessFilter) -> Called:
    """A statement for each kind of thing that the filter names; none where it names nothing."""
    users = {*wanted.owners, *wanted.owned_by, *wanted.assignees, *wanted.started_by}
    if not (users or wanted.groups or wanted.tags or wanted.folder_ids or wanted.template_ids):
        return Called()
    with reading(caller) as work:
        kind = FolderKind.PROCESSES.value
        launched = templates.visible_among(work, wanted.template_ids)
        return Called(
            templates={each.id: each.title for each in launched.values()},
            tags=organizing.titles_of_tags(work, wanted.tags),
            folders=organizing.names_of_folders(work, wanted.folder_ids, kind),
            people=people.names_of_users(work, users),
            groups=people.names_of_groups(work, wanted.groups),
        )
