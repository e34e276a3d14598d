"""Changes to templates."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from procession.domains.templates.store.selecting import THIS
from procession.domains.templates.tables import (
    template_grants,
    template_steps,
    templates,
)
from procession.domains.templates.types import (
    Step,
)
from procession.kit.db import Statement
from procession.kit.work import Work


def _inserting(table: sa.Table, names: Sequence[str]) -> Statement:
    return Statement(table.insert().values({name: sa.bindparam(name) for name in names}))


INSERT_GRANT = _inserting(template_grants, [column.name for column in template_grants.c])
_NEW_TEMPLATE = (
    "organization_id", "id", "number", "version", "title", "summary", "guidance", "icon", "alias",
    "webhook", "type", "status", "owner_id", "created_by", "can_add_tasks", "is_system",
    "created_at", "updated_at",
)  # fmt: skip
_INSERT_TEMPLATE = _inserting(templates, _NEW_TEMPLATE)
_INSERT_STEP = _inserting(template_steps, [column.name for column in template_steps.c])


class NewTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A template about to be stored; counters and times are the store's."""

    id: str
    number: int
    title: str
    summary: str | None = None
    guidance: str | None = None
    icon: str | None = None
    alias: str
    webhook: str | None = None
    type: str
    status: str = "started"
    owner_id: int
    created_by: int
    can_add_tasks: bool = True
    is_system: bool = False


def add_template(work: Work, new: NewTemplate) -> None:
    work.run(
        _INSERT_TEMPLATE,
        **msgspec.structs.asdict(new),
        version=1,
        created_at=work.now,
        updated_at=work.now,
    )


def add_steps(work: Work, version: int, steps: Sequence[Step]) -> None:
    organization_id = work.caller.organization_id
    work.run_many(
        _INSERT_STEP,
        [
            {**msgspec.structs.asdict(step), "organization_id": organization_id, "version": version}
            for step in steps
        ],
    )


_SET_ARCHIVED = Statement(
    templates.update()
    .where(*THIS, templates.c.archived_at.is_(None))
    .values(
        archived_at=sa.bindparam("now"),
        archived_by=sa.bindparam("archived_by"),
        updated_at=sa.bindparam("now"),
    )
)
_CLEAR_ARCHIVED = Statement(
    templates.update()
    .where(*THIS, templates.c.archived_at.is_not(None))
    .values(archived_at=None, archived_by=None, updated_at=sa.bindparam("now"))
)
_DELETE = Statement(templates.delete().where(*THIS))
_COUNT_LAUNCH = Statement(
    templates.update()
    .where(*THIS)
    .values(launched_count=templates.c.launched_count + 1, version_is_frozen=True)
)


def set_archived(work: Work, template_id: str) -> bool:
    return bool(
        work.run(
            _SET_ARCHIVED,
            template_id=template_id,
            archived_by=work.caller.person_id,
        )
    )


def clear_archived(work: Work, template_id: str) -> bool:
    return bool(work.run(_CLEAR_ARCHIVED, template_id=template_id))


def delete_template(work: Work, template_id: str) -> None:
    """Steps, grants and stars go with it by their foreign keys; processes stay."""
    work.run(_DELETE, template_id=template_id)


def count_launch(work: Work, template_id: str) -> None:
    """A launch freezes the version it used: the next edit starts another."""
    work.run(_COUNT_LAUNCH, template_id=template_id)
