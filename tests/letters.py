"""Mails that wait to be sent, as the tests read them: nothing sends them on the tests' servers."""

from dataclasses import dataclass

import sqlalchemy as sa

from cast import Cast
from procession.kit.db import Statement
from procession.kit.mail import mails

_MAILS = Statement(
    sa.select(mails.c.address, mails.c.subject, mails.c.text)
    .where(mails.c.organization_id == sa.bindparam("organization_id"))
    .order_by(mails.c.id)
)


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str


def mails_of(cast: Cast, address: str | None = None) -> list[Letter]:
    """Of the organization, the oldest first."""
    connection = cast.server.storage.database.connection()
    rows = connection.fetch(_MAILS, {"organization_id": cast.organization_id})
    letters = [Letter(to, subject, text or "") for to, subject, text in rows]
    return [letter for letter in letters if address is None or letter.to == address]
