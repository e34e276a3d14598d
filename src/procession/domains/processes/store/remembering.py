"""What processes remember of their rules."""

from collections.abc import Mapping

import msgspec
import sqlalchemy as sa

from procession.core.rules.model import Memory
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.store.selecting import PROCESS_ID
from procession.domains.processes.tables import rule_memories
from procession.kit.db import Statement
from procession.kit.reading import stored_reader
from procession.kit.work import Work

_SELECT = Statement(
    sa.select(rule_memories.c.memories).where(
        rule_memories.c.organization_id == ORGANIZATION_ID,
        rule_memories.c.process_id == PROCESS_ID,
    )
)
_SET = Statement(
    rule_memories.insert().from_select(
        ["organization_id", "process_id", "memories"],
        sa.select(ORGANIZATION_ID, PROCESS_ID, sa.bindparam("memories", type_=sa.Text))
        .where(sa.true())
        .suffix_with(
            "ON CONFLICT (organization_id, process_id) DO UPDATE SET memories = excluded.memories"
        ),
    )
)
_read = stored_reader(dict[str, Memory])
_write = msgspec.json.Encoder().encode


def get_memories(work: Work, process_id: str) -> dict[str, Memory]:
    """By rule; a rule that was never evaluated is not in it."""
    stored = work.value(_SELECT, process_id=process_id)
    return {} if stored is None else _read(stored)


def set_memories(work: Work, process_id: str, memories: Mapping[str, Memory]) -> None:
    """All of them, under the lock of the process."""
    work.run(_SET, process_id=process_id, memories=_write(memories).decode())
