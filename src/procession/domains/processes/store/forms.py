"""Processes as far as their forms matter, also where only their tasks are shown."""

from collections.abc import Collection

import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.processes.types import FormSource
from procession.kit.db import Statement, any_of
from procession.kit.work import Work

_SOURCES = Statement(
    sa.select(*[processes.c[name] for name in FormSource.__struct_fields__]).where(
        processes.c.organization_id == ORGANIZATION_ID, any_of(processes.c.id, "process_ids")
    )
)


def form_sources(work: Work, process_ids: Collection[str]) -> dict[str, FormSource]:
    """By process. Whether the caller may see what is shown of them is for who asks to know."""
    if not process_ids:
        return {}
    rows = work.all(_SOURCES, FormSource, process_ids=list(process_ids))
    return {row.id: row for row in rows}


_LARGEST = 2**31 - 1
_NUMBERED = Statement(
    sa.select(processes.c.id).where(
        processes.c.organization_id == ORGANIZATION_ID,
        processes.c.number == sa.bindparam("number", type_=sa.Integer),
    )
)


def find_id_of_number(work: Work, number: int) -> str | None:
    """Id of the process that has this number, whoever may see it."""
    if number > _LARGEST:
        return None
    found: str | None = work.value(_NUMBERED, number=number)
    return found
