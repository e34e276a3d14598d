"""What stays of a template that was deleted for ever: versions that processes were launched from.

Rows of versions are locked first by whoever takes away a template or a process. So of two who do
it at once, the second sees what the first took, and no version is left that nothing needs.
"""

import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.templates.store.selecting import TEMPLATE_ID, THIS
from procession.domains.templates.tables import template_versions, templates
from procession.kit.db import Statement
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

_LOCK = Statement(
    sa.select(template_versions.c.version)
    .where(*_OF_TEMPLATE)
    .order_by(template_versions.c.version)
    .with_for_update()
)
_DELETE_UNUSED = Statement(template_versions.delete().where(*_OF_TEMPLATE, ~_IS_LAUNCHED))
_DELETE_LEFTOVER = Statement(
    template_versions.delete().where(*_OF_TEMPLATE, ~_IS_LAUNCHED, ~_HAS_TEMPLATE)
)
_UNCOUNT_LAUNCH = Statement(
    templates.update()
    .where(*THIS, templates.c.launched_count > 0)
    .values(launched_count=templates.c.launched_count - 1)
)


def lock_versions(work: Work, template_id: str) -> None:
    work.run_later(_LOCK, template_id=template_id)


def delete_unused_versions(work: Work, template_id: str) -> None:
    """Of a template that is being deleted: those that no process was launched from."""
    work.run(_DELETE_UNUSED, template_id=template_id)


def delete_leftover(work: Work, template_id: str) -> None:
    """Versions that outlived their template and now their last process, too."""
    work.run_later(_DELETE_LEFTOVER, template_id=template_id)


def uncount_launch(work: Work, template_id: str) -> None:
    """One of the template's processes is gone for ever; nothing happens without a template."""
    work.run_later(_UNCOUNT_LAUNCH, template_id=template_id)
