"""Changes to templates."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.organizing.tables import folders
from procession.domains.people.access import ARCHIVING, ORGANIZATION_ID, UNARCHIVING, marks_of
from procession.domains.templates.store.selecting import THIS
from procession.domains.templates.store.versions import add_version, freeze_version, set_content
from procession.domains.templates.tables import template_grants, templates
from procession.domains.templates.types import Content, Face, Template
from procession.kit.db import Statement, changing
from procession.kit.destroying import Clearance, Destroying
from procession.kit.folding import with_folds
from procession.kit.searching import with_searched
from procession.kit.work import Work


def _inserting(table: sa.Table, names: Sequence[str]) -> Statement:
    return Statement(table.insert().values({name: sa.bindparam(name) for name in names}))


INSERT_GRANT = _inserting(template_grants, [column.name for column in template_grants.c])


class NewTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A template about to be stored; counters and times are the store's."""

    id: str
    number: int
    title: str
    type: str
    summary: str | None = None
    guidance: str | None = None
    explanation_video: str | None = None
    icon: str | None = None
    kickoff_title: str | None = None
    kickoff_description: str | None = None
    process_name_format: str | None = None
    alias: str
    webhook: str | None = None
    status: str = "started"
    owner_id: int
    created_by: int
    has_draft: bool = False
    only_owner_publishes: bool = False
    folder_id: str | None = None
    process_folder_id: str | None = None
    launcher_may_change_folder: bool = True
    launcher_must_choose_folder: bool = False
    launcher_must_tag: bool = False
    names_processes: bool = False
    launcher_may_change_name: bool = False
    can_add_tasks: bool = True
    is_public: bool = False
    has_been_public: bool = False
    public_cover: str | None = None
    has_public_form: bool = False
    public_form_user_id: int | None = None
    is_featured: bool = False
    is_pinned: bool = False
    is_system: bool = False


_INSERT_TEMPLATE = _inserting(
    templates,
    [
        *NewTemplate.__struct_fields__,
        *("title_folded", "title_text", "summary_text"),
        *("organization_id", "version", "created_at", "updated_at"),
    ],
)


def add_template(work: Work, new: NewTemplate, content: Content = Content()) -> None:  # noqa: B008
    work.run(
        _INSERT_TEMPLATE,
        **with_searched(work, templates, with_folds(templates, msgspec.structs.asdict(new))),
        version=1,
        created_at=work.now,
        updated_at=work.now,
    )
    add_version(work, new.id, 1, content)


# --- Editing ---

_UPDATES: dict[tuple[str, ...], Statement] = {}


def _update(names: tuple[str, ...]) -> Statement:
    """Columns by name; who changed the template and when always go with them."""
    if names not in _UPDATES:
        values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in names}
        _UPDATES[names] = Statement(
            changing(templates)
            .where(*THIS)
            .values(updated_at=sa.bindparam("now"), updated_by=sa.bindparam("caller_id"), **values)
        )
    return _UPDATES[names]


def save(
    work: Work, template: Template, changes: Mapping[str, Any], was: Content, now: Content
) -> Template:
    """The template after an edit: columns that `changes` names, and the content `now`.

    The version being edited is written in place unless it is frozen: then the edit starts another.
    `changes` holds only what is different. Texts of a version (`Face`) are part of it, other
    columns are not.
    """
    columns = dict(changes)
    is_other_content = now != was or not set(Face.__struct_fields__).isdisjoint(columns)
    if is_other_content and template.version_is_frozen:
        columns |= {"version": template.version + 1, "version_is_frozen": False}
        add_version(work, template.id, template.version + 1, now)
    elif now != was:
        set_content(work, template.id, template.version, was, now)
    return set_columns(work, template, columns)


def set_columns(work: Work, template: Template, changes: Mapping[str, Any]) -> Template:
    """Columns that are no part of a version; with none it only tells who changed it, and when."""
    columns = with_searched(work, templates, with_folds(templates, changes))
    new = {f"new_{name}": value for name, value in columns.items()}
    work.run(_update(tuple(sorted(columns))), template_id=template.id, **new)
    return msgspec.structs.replace(
        template, updated_at=work.now, updated_by=work.caller.person_id, **changes
    )


_SET_ARCHIVED = Statement(
    changing(templates)
    .where(*THIS, templates.c.archived_at.is_(None))
    .values(
        archived_at=sa.bindparam("now"),
        updated_at=sa.bindparam("now"),
        **ARCHIVING,
    )
    .returning(templates.c.id, templates.c.archived_by_name)
)
#: Back to its folder where that is still there.
_OWN_FOLDER = (
    sa.select(folders.c.id)
    .where(
        folders.c.organization_id == templates.c.organization_id,
        folders.c.id == templates.c.folder_id,
    )
    .scalar_subquery()
)
_CLEAR_ARCHIVED = Statement(
    changing(templates)
    .where(*THIS, templates.c.archived_at.is_not(None))
    .values(
        archived_at=None,
        **UNARCHIVING,
        folder_id=_OWN_FOLDER,
        updated_at=sa.bindparam("now"),
    )
)
#: Held while the template goes back into it.
_HOLD_OWN_FOLDER = Statement(
    sa.select(folders.c.id)
    .where(
        folders.c.organization_id == ORGANIZATION_ID,
        folders.c.id.in_(sa.select(templates.c.folder_id).where(*THIS)),
    )
    .with_for_update(read=True)
)
_FOLDER_ID = sa.bindparam("gone_id", type_=sa.String(32))
_FORGET_FOLDER = Statement(
    changing(templates)
    .where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.folder_id == _FOLDER_ID,
        templates.c.archived_at.is_(None),
    )
    .values(folder_id=None, updated_at=sa.bindparam("now"))
)
_FORGET_PROCESS_FOLDER = Statement(
    changing(templates)
    .where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.process_folder_id == _FOLDER_ID,
    )
    .values(process_folder_id=None)
)
_DELETE = Destroying(templates.delete().where(*THIS))
_COUNT_LAUNCH = Statement(
    templates.update().where(*THIS).values(launched_count=templates.c.launched_count + 1)
)
_COUNT_LAUNCH_AND_FREEZE = Statement(
    templates.update()
    .where(*THIS)
    .values(launched_count=templates.c.launched_count + 1, version_is_frozen=True)
)


class Archived(msgspec.Struct, array_like=True, frozen=True):
    """A template that was archived just now, and what the caller is called, who did it."""

    id: str
    by_name: str | None


def set_archived(work: Work, template_id: str) -> Archived | None:
    """None when it was archived already."""
    return work.first(_SET_ARCHIVED, Archived, template_id=template_id, **marks_of(work))


def clear_archived(work: Work, template_id: str) -> bool:
    """Also forgets its folder when that is gone."""
    work.value(_HOLD_OWN_FOLDER, template_id=template_id)
    return bool(work.run(_CLEAR_ARCHIVED, template_id=template_id))


def forget_folder(work: Work, folder_id: str) -> None:
    """A folder was deleted: live templates lie in none, archived ones learn of it when restored.

    No template files its processes there any more.
    """
    work.run(_FORGET_FOLDER, gone_id=folder_id)
    work.run(_FORGET_PROCESS_FOLDER, gone_id=folder_id)


def delete_template(work: Work, clearance: Clearance, template_id: str) -> None:
    """Grants and stars go with it by their foreign keys; processes keep the versions they show."""
    work.destroy(clearance, template_id, _DELETE, template_id=template_id)


def count_launch(work: Work, template: Template, version: int) -> bool:
    """A launch freezes the version it used: the next edit starts another.

    False when the template has been deleted meanwhile.
    """
    if version != template.version or template.version_is_frozen:
        return bool(work.run(_COUNT_LAUNCH, template_id=template.id))
    is_there = bool(work.run(_COUNT_LAUNCH_AND_FREEZE, template_id=template.id))
    freeze_version(work, template)
    return is_there
