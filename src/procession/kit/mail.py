"""Mail: the one way out. A mail is a row written with the change it tells of, and sent later.

Nobody waits for a mail server, and what was rolled back is never mailed. Sent mails stay as a log
of who was written to about what; their text, which may hold a link that lets somebody in, does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    count_column,
    entry_columns,
    instant_column,
    organization_column,
    partial_index,
    text_column,
)
from procession.kit.content import NO_CONTENT
from procession.kit.db import Statement, any_of, metadata
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
    # The same for programs that show HTML; null: the text alone. Goes with the text.
    text_column("html", nullable=True),
    # The address that answers go to, and where one click ends mails of this kind.
    text_column("reply_to", nullable=True),
    text_column("unsubscribe", nullable=True),
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
    info=NO_CONTENT,
)

_INSERT = Statement(
    mails.insert().values(
        {
            name: sa.bindparam(name)
            for name in (
                "organization_id",
                "address",
                "subject",
                "text",
                "html",
                "reply_to",
                "unsubscribe",
                "created_at",
                "due_at",
            )
        }
    )
)


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    text: str
    #: What it says, laid out; "": it has its text alone.
    html: str = ""
    #: Where answers go; "": to whoever the mails come from.
    reply_to: str = ""
    #: Where one click ends mails of this kind; "": they cannot be ended.
    unsubscribe: str = ""


#: Addresses that a mail server has refused for good: nothing but what somebody asks for is sent
#: there, until one such mail arrives.
refused_addresses = sa.Table(
    "refused_addresses",
    metadata,
    organization_column(),
    # Lower-cased.
    text_column("address_key"),
    instant_column("refused_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "address_key"),
    info=NO_CONTENT,
)
_REFUSED = Statement(
    sa.select(refused_addresses.c.address_key).where(
        refused_addresses.c.organization_id == sa.bindparam("organization_id"),
        any_of(refused_addresses.c.address_key, "keys"),
    )
)


def deliverable(work: Work, written: Sequence[Mail]) -> list[Mail]:
    """Without those to addresses that were refused for good."""
    if not written:
        return []
    keys = sorted({mail.to.lower() for mail in written})
    refused = {row.key for row in work.all(_REFUSED, _Key, keys=keys)}
    return [mail for mail in written if mail.to.lower() not in refused]


class _Key(msgspec.Struct, array_like=True):
    key: str


def post(work: Work, mail: Mail) -> None:
    """Written in the transaction of the change; the worker sends it after the commit."""
    post_all(work, [mail])


def post_all(work: Work, written: Sequence[Mail]) -> None:
    """Many at once, in their order."""
    work.run_many(_INSERT, [_row(work, mail) for mail in written])


def _row(work: Work, mail: Mail) -> dict[str, Any]:
    return {
        "organization_id": work.caller.organization_id,
        "address": mail.to,
        # A subject is one line, whatever names went into it.
        "subject": " ".join(mail.subject.split()),
        "text": mail.text,
        "html": mail.html or None,
        "reply_to": mail.reply_to or None,
        "unsubscribe": mail.unsubscribe or None,
        "created_at": work.now,
        "due_at": AT_ONCE,
    }
