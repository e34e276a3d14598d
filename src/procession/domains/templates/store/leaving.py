"""What stays of a template that was deleted for ever: versions that processes were launched from.

Rows of versions are locked first by whoever takes away a template or a process. So of two who do
it at once, the second sees what the first took, and no version is left that nothing needs.
"""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.templates.store.selecting import TEMPLATE_ID, THIS
from procession.domains.templates.tables import template_versions, templates
from procession.kit.db import Connection, Statement, any_of
from procession.kit.destroying import Clearance, Destroying
from procession.kit.work import Work

_OF_TEMPLATE = (
    template_versions.c.organization_id == ORGANIZATION_ID,
    template_versions.c.template_id == TEMPLATE_ID,
)
_IS_LAUNCHED = sa.exists().where(
    processes.c.organization_id == template_versions.c.organization_id,
    processes.c.template_id == template_versions.c.template_id,
    processes.c.template_version == template_versions.c.version,
)
_HAS_TEMPLATE = sa.exists().where(
    templates.c.organization_id == template_versions.c.organization_id,
    templates.c.id == template_versions.c.template_id,
)

_IS_THERE = Statement(sa.select(sa.literal(1)).where(*THIS))

_LOCK = Statement(
    sa.select(template_versions.c.version)
    .where(*_OF_TEMPLATE)
    .order_by(template_versions.c.version)
    .with_for_update()
)
_DELETE_UNUSED = Destroying(template_versions.delete().where(*_OF_TEMPLATE, ~_IS_LAUNCHED))
_DELETE_LEFTOVER = Destroying(
    template_versions.delete().where(*_OF_TEMPLATE, ~_IS_LAUNCHED, ~_HAS_TEMPLATE)
)
_UNCOUNT_LAUNCH = Statement(
    templates.update()
    .where(*THIS, templates.c.launched_count > 0)
    .values(launched_count=templates.c.launched_count - 1)
)


class _Processes(msgspec.Struct, array_like=True, frozen=True):
    every: int
    live: int


_PROCESSES = Statement(
    sa.select(sa.func.count(), sa.func.count().filter(processes.c.archived_at.is_(None))).where(
        processes.c.organization_id == ORGANIZATION_ID,
        any_of(processes.c.template_id, "template_ids"),
    )
)


def count_processes(work: Work, template_ids: Collection[str]) -> tuple[int, int]:
    """That were launched from these templates: all, and those that are live."""
    found = work.all(_PROCESSES, _Processes, template_ids=list(template_ids))[0]
    return found.every, found.live


_LAUNCHED_FROM = Statement(
    sa.select(processes.c.template_id)
    .distinct()
    .where(
        processes.c.organization_id == ORGANIZATION_ID,
        any_of(processes.c.template_id, "template_ids"),
    )
)


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


def launched_from_among(work: Work, template_ids: Collection[str]) -> set[str]:
    """Those that some process was launched from, whether they are there or not."""
    found = work.all(_LAUNCHED_FROM, _Id, template_ids=list(template_ids))
    return {row.id for row in found}


_NAMES_FIELD = Statement(
    sa.select(template_versions.c.version)
    .where(
        template_versions.c.organization_id == ORGANIZATION_ID,
        template_versions.c.kickoff.like(sa.bindparam("pattern", type_=sa.Text)),
    )
    .limit(1)
)


def is_kickoff_field(work: Work, field_id: str) -> bool:
    """Some version has it in its kick-off form. `field_id`: 32 letters and digits."""
    return work.value(_NAMES_FIELD, pattern=f'%"{field_id}"%') is not None


def is_there(connection: Connection, organization_id: str, template_id: str) -> bool:
    """Or only versions of it are left."""
    bound = {"organization_id": organization_id, "template_id": template_id}
    return bool(connection.fetch(_IS_THERE, bound))


def lock_versions(work: Work, template_id: str) -> None:
    work.run_later(_LOCK, template_id=template_id)


def delete_unused_versions(work: Work, clearance: Clearance, template_id: str) -> None:
    """Of a template that is being deleted: those that no process was launched from."""
    work.destroy(clearance, template_id, _DELETE_UNUSED, template_id=template_id)


def delete_leftover(work: Work, clearance: Clearance, process_id: str, template_id: str) -> None:
    """Versions that outlived their template and now their last process, too, which this is: a
    hold on the template covers it."""
    work.destroy_later(clearance, process_id, _DELETE_LEFTOVER, template_id=template_id)


def uncount_launch(work: Work, template_id: str) -> None:
    """One of the template's processes is gone for ever; nothing happens without a template."""
    work.run_later(_UNCOUNT_LAUNCH, template_id=template_id)
