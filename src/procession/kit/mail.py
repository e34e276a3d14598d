"""Mail: the one way out. A mail is a row written with the change it tells of, and sent later.

Nobody waits for a mail server, and what was rolled back is never mailed. Sent mails stay as a log
of who was written to about what; their text, which may hold a link that lets somebody in, does not.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from procession.kit.columns import (
    count_column,
    entry_columns,
    instant_column,
    partial_index,
    text_column,
)
from procession.kit.db import Statement, metadata
from procession.kit.leasing import AT_ONCE
from procession.kit.work import Work

mails = sa.Table(
    "mails",
    metadata,
    *entry_columns(),
    text_column("address"),
    text_column("subject"),
    # Null once it was sent.
    text_column("text", nullable=True),
    instant_column("created_at"),
    # When the next attempt may start (`kit.leasing`); null when there is none to come.
    instant_column("due_at", nullable=True),
    count_column("attempt_count"),
    text_column("last_error", nullable=True),
    instant_column("failed_at", nullable=True),
    instant_column("sent_at", nullable=True),
    partial_index(
        None,
        "due_at",
        "id",
        where=sa.text("due_at IS NOT NULL"),
    ),
)

_INSERT = Statement(
    mails.insert().values(
        {
            name: sa.bindparam(name)
            for name in ("organization_id", "address", "subject", "text", "created_at", "due_at")
        }
    )
)


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    text: str


def post(work: Work, mail: Mail) -> None:
    """Written in the transaction of the change; the worker sends it after the commit."""
    work.run(
        _INSERT,
        address=mail.to,
        # A subject is one line, whatever names went into it.
        subject=" ".join(mail.subject.split()),
        text=mail.text,
        created_at=work.now,
        due_at=AT_ONCE,
    )
