"""What an organization put on things: tags and folders of whatever is shown on one page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET, UnsetType

from procession.domains.custom_fields import store as custom_fields
from procession.domains.custom_fields.types import Values
from procession.domains.holds import store as holds
from procession.domains.holds.types import Covering, Subjects
from procession.domains.holds.wire import covering_hold_out
from procession.domains.organizing import store as organizing
from procession.domains.organizing.actions import folders
from procession.domains.organizing.types import Folder, FolderObject, FolderView, TagLink
from procession.domains.organizing.wire.folders import folder_out
from procession.domains.organizing.wire.tags import (
    AssociationOut,
    associations_out,
    tags_by_subject,
)
from procession.domains.templates.actions.reading import TemplateView
from procession.kit.caller import Caller
from procession.kit.work import Work, looking, reading


@dataclass(frozen=True)
class Notes:
    """By the ids of what they are on."""

    tags: Mapping[str, Sequence[TagLink]] = field(default_factory=dict)
    filed: Mapping[str, Sequence[FolderObject]] = field(default_factory=dict)
    folders: Mapping[str, FolderView] = field(default_factory=dict)
    #: Of custom fields. None: the caller learns of none.
    values: Mapping[str, Values] | None = field(default_factory=dict)
    #: The whole tree, for what folders lie in.
    tree: Mapping[str, Folder] = field(default_factory=dict)
    #: Those that are on hold. None: not for the caller; unset: nothing is said of it.
    held: Mapping[str, Sequence[Covering]] | UnsetType | None = UNSET

    def is_held(self, thing_id: str) -> bool | UnsetType | None:
        """`held` of one thing."""
        if self.held is None or self.held is UNSET:
            return self.held
        return thing_id in self.held

    def holds_of(self, thing_id: str) -> dict[str, Any]:
        """The include `holds`, for who may place one."""
        found = self.held.get(thing_id, ()) if isinstance(self.held, Mapping) else ()
        return {"data": [covering_hold_out(each) for each in found]}

    def values_of(self, record_id: str) -> Values | None:
        """`custom_fields` of one thing."""
        return None if self.values is None else self.values.get(record_id, {})

    def tags_of(self, subject_id: str) -> dict[str, Any]:
        """The include `tags`."""
        return associations_out(self.tags.get(subject_id))

    @property
    def tags_of_steps(self) -> dict[str, list[AssociationOut]]:
        """Bare lists, by step."""
        return tags_by_subject(self.tags)

    def folders_of(self, subject_id: str) -> dict[str, Any]:
        """The include `folders`: each with the number that takes the thing out of it."""
        shown = []
        for filed in self.filed.get(subject_id, ()):
            out = folder_out(self.folders[filed.folder_id], self.values)
            out.folder_object_id = filed.id
            shown.append(out)
        return {"data": shown}

    def folder(self, folder_id: str | None, *, with_ancestors: bool = False) -> Any:
        """The include `folder` of a template; null where it lies in none."""
        shown = self.folders.get(folder_id or "")
        if shown is None:
            return None
        out = folder_out(shown, self.values)
        if with_ancestors:
            above = reversed(folders.ancestors(self.tree, shown.folder))
            views = [FolderView(each, _name_of_parent(self.tree, each), 0) for each in above]
            out.ancestors = [folder_out(view) for view in views]
            for parent in out.ancestors:
                # What lies in them is not counted: they only show the way.
                parent.total = UNSET
        return {"data": out}


#: Of what carries nothing.
NO_NOTES = Notes()


def note(
    work: Work, subject_ids: Collection[str], *, tags: bool = False, folders: bool = False
) -> Notes:
    """On processes and tasks: the same few statements however many there are."""
    filed = organizing.objects_of(work, subject_ids) if folders else {}
    views, tree = _folders(work, [one.folder_id for on_it in filed.values() for one in on_it])
    described = [*subject_ids, *views]
    return Notes(
        tags=organizing.links_of(work, subject_ids) if tags else {},
        filed=filed,
        folders=views,
        tree=tree,
        values=None if work.caller.is_guest else custom_fields.shown_values_of(work, described),
        held=_held(work, Subjects(processes=subject_ids, tasks=subject_ids)),
    )


def _held(work: Work, subjects: Subjects) -> Mapping[str, Sequence[Covering]] | UnsetType | None:
    """As far as a refusal would tell it; nothing is asked where there is no hold at all."""
    caller = work.caller
    if caller.is_guest:
        return UNSET
    if caller.is_light:
        return None
    return holds.covering(work, subjects) if caller.has_holds else {}


def note_on_templates(
    work: Work, views: Sequence[TemplateView], includes: Collection[str]
) -> Notes:
    """On templates and their steps, as far as the includes show them."""
    template_ids = [view.template.id for view in views]
    shows_tags = not {"tags", "steps"}.isdisjoint(includes)
    in_folders = [view.template.folder_id for view in views if view.template.folder_id]
    found, tree = _folders(work, in_folders if "folder" in includes else [])
    return Notes(
        tags=organizing.links_of_templates(work, template_ids) if shows_tags else {},
        folders=found,
        tree=tree,
        values=custom_fields.values_of_templates(work, template_ids)
        | custom_fields.values_of(work, list(found)),
        held=_held(work, Subjects(templates=template_ids)),
    )


def templates_noted(
    caller: Caller, views: Sequence[TemplateView], includes: Collection[str]
) -> Notes:
    with reading(caller) as work:
        return note_on_templates(work, views, includes)


def template_noted(caller: Caller, template_id: str) -> Notes:
    """On one template, its steps and fields: for answers that show a part of it."""
    with reading(caller) as work:
        return Notes(
            tags=organizing.links_of_templates(work, [template_id]),
            values=custom_fields.values_of_templates(work, [template_id]),
        )


def values_of(caller: Caller, record_ids: Sequence[str]) -> dict[str, Values]:
    """Custom fields of things that are shown, by their ids."""
    return custom_fields.shown_values_of(looking(caller), record_ids)


def _folders(
    work: Work, folder_ids: Collection[str]
) -> tuple[dict[str, FolderView], Mapping[str, Folder]]:
    return folders.views_among(work, folder_ids)


def _name_of_parent(tree: Mapping[str, Folder], folder: Folder) -> str | None:
    parent = tree.get(folder.parent_id or "")
    return None if parent is None else parent.name
