"""The system log of an organization: what its administrators want to know of the server's doings.

A row is written in the transaction of what it tells of. It never holds a token, a password, a code
that lets somebody in, nor what was sent (contract 60, 8). Rows go after 90 days.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.times import DAY, Instant
from procession.kit.columns import belongs_to, entry_columns, folded_column, instant_column
from procession.kit.columns import text_column as text
from procession.kit.content import NO_CONTENT
from procession.kit.db import Connection, Statement, metadata
from procession.kit.folding import index_of_unfolded, with_folds
from procession.kit.work import Work

KEPT = 90 * DAY

system_log = sa.Table(
    "system_log",
    metadata,
    *entry_columns(),
    instant_column("created_at"),
    text("event"),
    text("category"),
    text("severity"),
    text("message"),
    folded_column("message"),
    # `u:7`, `e:3`, or null: the server by itself.
    text("actor", nullable=True),
    text("subject_kind", nullable=True),
    text("subject_id", nullable=True),
    # A JSON object.
    text("detail"),
    belongs_to("organizations", "organization_id"),
    sa.Index(None, "organization_id", "created_at", "id"),
    sa.Index(None, "created_at"),
    info=NO_CONTENT,
)
index_of_unfolded(system_log)


class Category(StrEnum):
    WEBHOOK = "webhook"
    EMAIL = "email"
    BILLING = "billing"
    SECURITY = "security"
    PROCESS = "process"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


_COLUMNS = (
    "organization_id", "created_at", "event", "category", "severity", "message",
    "message_folded", "actor", "subject_kind", "subject_id", "detail",
)  # fmt: skip
_INSERT = Statement(system_log.insert().values({name: sa.bindparam(name) for name in _COLUMNS}))
_write = msgspec.json.Encoder(order="sorted").encode


def log(
    work: Work,
    event: str,
    category: Category,
    message: str,
    *,
    severity: Severity = Severity.INFO,
    subject: tuple[str, str] | None = None,
    **detail: Any,
) -> None:
    """In the caller's name. `subject`: kind and id of what it is about, in the contract's words."""
    kind, subject_id = subject or (None, None)
    work.run(_INSERT, **_row(work, message, detail), event=event, category=category.value,
             severity=severity.value, subject_kind=kind, subject_id=subject_id)  # fmt: skip


def log_by_server(
    connection: Connection,
    organization_id: str,
    now: Instant,
    *,
    event: str,
    category: Category,
    message: str,
    severity: Severity = Severity.INFO,
    **detail: Any,
) -> None:
    """By the server itself, where no caller is at work: its mails."""
    row = {
        **with_folds(system_log, {"message": message}),
        "organization_id": organization_id,
        "created_at": now,
        "event": event,
        "category": category.value,
        "severity": severity.value,
        "actor": None,
        "subject_kind": None,
        "subject_id": None,
        "detail": _write(detail).decode(),
    }
    connection.execute(_INSERT, row)


def _row(work: Work, message: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **with_folds(system_log, {"message": message}),
        "created_at": work.now,
        "actor": work.caller.person if work.caller.person_id else None,
        "detail": _write(detail).decode(),
    }
