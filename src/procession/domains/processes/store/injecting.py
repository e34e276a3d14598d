"""Templates whose tasks were added to a process while it was under way."""

import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.store.selecting import PROCESS_ID
from procession.domains.processes.tables import process_injections
from procession.kit.db import Statement
from procession.kit.work import Work

_OF_PROCESS = (
    process_injections.c.organization_id == ORGANIZATION_ID,
    process_injections.c.process_id == PROCESS_ID,
)
_IS_INJECTED = Statement(
    sa.select(
        sa.exists().where(
            *_OF_PROCESS,
            process_injections.c.template_id == sa.bindparam("added_id", type_=sa.String(32)),
        )
    )
)
_ADD = Statement(
    process_injections.insert().values(
        {column.name: sa.bindparam(column.name) for column in process_injections.c}
    )
)
#: Versions of templates count from 1, those of one process alone are negative.
_LAUNCHED = Statement(
    sa.select(sa.func.max(process_injections.c.version_before)).where(*_OF_PROCESS)
)


def is_injected(work: Work, process_id: str, template_id: str) -> bool:
    return bool(work.value(_IS_INJECTED, process_id=process_id, added_id=template_id))


def add_injection(
    work: Work,
    process_id: str,
    *,
    template_id: str,
    template_version: int,
    task_id: str,
    version_before: int,
) -> None:
    """The process is locked; `version_before`: what it ran until now."""
    work.run(
        _ADD,
        organization_id=work.caller.organization_id,
        process_id=process_id,
        template_id=template_id,
        template_version=template_version,
        task_id=task_id,
        version_before=version_before,
    )


def launched_version(work: Work, process_id: str, version: int) -> int:
    """The version of its template that a process was launched from; `version`: what it runs."""
    return version if version > 0 else int(work.value(_LAUNCHED, process_id=process_id))
