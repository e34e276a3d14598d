"""Many tasks at a time."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from procession.domains.files.tables import files
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.db import Statement, any_of
from procession.kit.work import Work


class _Files(msgspec.Struct, array_like=True, frozen=True):
    count: int
    size: int


_FILES = Statement(
    sa.select(
        sa.func.count(), sa.cast(sa.func.coalesce(sa.func.sum(files.c.size), 0), sa.BigInteger)
    ).where(files.c.organization_id == ORGANIZATION_ID, any_of(files.c.task_id, "task_ids"))
)


def count_files(work: Work, task_ids: Sequence[str]) -> dict[str, int]:
    """Of these tasks, and how large they are together."""
    found = work.all(_FILES, _Files, task_ids=list(task_ids))[0]
    return {"files": found.count, "bytes": found.size}
