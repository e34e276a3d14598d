"""Mails that were sent to templates' addresses: each is remembered once."""

import sqlalchemy as sa

from procession.core.times import HOUR
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import received_mails
from procession.kit.db import Statement
from procession.kit.work import Work

_INSERT = Statement(
    received_mails.insert().from_select(
        [column.name for column in received_mails.c],
        sa.select(
            ORGANIZATION_ID,
            sa.bindparam("key", type_=sa.Text),
            sa.bindparam("sender", type_=sa.Text),
            sa.bindparam("process_id", type_=sa.String(32)),
            sa.bindparam("now", type_=sa.BigInteger),
        ).suffix_with("ON CONFLICT DO NOTHING"),
    )
)
_SET_PROCESS = Statement(
    received_mails.update()
    .where(
        received_mails.c.organization_id == ORGANIZATION_ID,
        received_mails.c.key == sa.bindparam("key_of_row", type_=sa.Text),
    )
    .values(process_id=sa.bindparam("process_id", type_=sa.String(32)))
)
_REFUSED = sa.and_(
    received_mails.c.organization_id == ORGANIZATION_ID,
    received_mails.c.received_at > sa.bindparam("since", type_=sa.BigInteger),
    received_mails.c.process_id.is_(None),
)
_COUNT_REFUSED = Statement(sa.select(sa.func.count()).where(_REFUSED))
_COUNT_REFUSED_FROM = Statement(
    sa.select(sa.func.count()).where(
        _REFUSED, received_mails.c.sender == sa.bindparam("sender", type_=sa.Text)
    )
)


def remember_mail(work: Work, key: str, sender: str) -> bool:
    """False when this mail came before. Two who remember the same wait for each other."""
    return bool(work.run(_INSERT, key=key, sender=sender, process_id=None))


def set_launched(work: Work, key: str, process_id: str) -> None:
    work.run(_SET_PROCESS, key_of_row=key, process_id=process_id)


def count_refused(work: Work) -> int:
    """Of the organization's mails within the last hour."""
    return int(work.value(_COUNT_REFUSED, since=work.now - HOUR))


def count_refused_from(work: Work, sender: str) -> int:
    return int(work.value(_COUNT_REFUSED_FROM, since=work.now - HOUR, sender=sender))
