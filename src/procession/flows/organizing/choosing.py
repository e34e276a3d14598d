"""What something may be sorted by, and what it is sorted by now: for who is about to change it."""

from collections.abc import Sequence
from dataclasses import dataclass

from procession.domains.organizing import policy
from procession.domains.organizing import store as organizing
from procession.domains.organizing.actions import folders
from procession.domains.organizing.types import (
    FolderKind,
    FolderView,
    SubjectKind,
    Tag,
    TagFilter,
)
from procession.domains.processes import store as processes
from procession.domains.templates import policy as template_policy
from procession.domains.templates import store as templates
from procession.domains.templates.actions.editing import NO_EDIT
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.paging import PageRequest
from procession.kit.work import Work, reading

_MOST = PageRequest(1, 1_000)


@dataclass(frozen=True)
class TagChoice:
    """A thing, every tag there is, and those on it: by id."""

    name: str
    tags: Sequence[Tag]
    chosen: frozenset[str]


@dataclass(frozen=True)
class FolderChoice:
    """A thing, the tree of its kind, and the folders that it lies in: by id."""

    name: str
    tree: Sequence[FolderView]
    chosen: frozenset[str]


def tags_to_choose(caller: Caller, kind: SubjectKind, subject_id: str) -> TagChoice:
    """For a template or a process that the caller may tag."""
    with reading(caller) as work:
        name, _ = _named(work, kind, subject_id, is_allowed=policy.can_tag(caller))
        on_it = organizing.links_of(work, [subject_id]).get(subject_id, ())
        return TagChoice(
            name,
            organizing.list_tags(work, _MOST, TagFilter()).rows,
            frozenset(link.tag_id for link in on_it),
        )


def folders_to_choose(caller: Caller, kind: SubjectKind, subject_id: str) -> FolderChoice:
    """For a template, which lies in one or none, or a process, which may lie in several."""
    with reading(caller) as work:
        is_allowed = kind is SubjectKind.TEMPLATE or policy.can_change_folders(caller)
        name, folder_id = _named(work, kind, subject_id, is_allowed=is_allowed)
        if kind is SubjectKind.TEMPLATE:
            tree, chosen = FolderKind.TEMPLATES, {folder_id} if folder_id else set()
        else:
            lies_in = organizing.objects_of(work, [subject_id]).get(subject_id, ())
            tree, chosen = FolderKind.PROCESSES, {each.folder_id for each in lies_in}
        return FolderChoice(name, folders.tree_of(work, tree), frozenset(chosen))


def trees_of_folders(caller: Caller) -> tuple[Sequence[FolderView], Sequence[FolderView]]:
    """Of templates, and of processes."""
    with reading(caller) as work:
        of_templates = folders.tree_of(work, FolderKind.TEMPLATES)
        return of_templates, folders.tree_of(work, FolderKind.PROCESSES)


def _named(
    work: Work, kind: SubjectKind, subject_id: str, *, is_allowed: bool
) -> tuple[str, str | None]:
    """What it is called, and the folder that a template lies in."""
    if kind is SubjectKind.TEMPLATE:
        template = templates.get_visible(work, subject_id)
        if not is_allowed or not template_policy.can_edit(work.caller, template):
            raise Forbidden(NO_EDIT)
        return template.title, template.folder_id
    process = processes.get_visible(work, subject_id)
    if not is_allowed:
        raise Forbidden
    return process.name, None
