"""JSON shape of the rows of the system log (contract 60, 8)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from procession.core.times import wire_time
from procession.domains.system_log.types import LogRow
from procession.kit.reading import read_stored


class LogRowOut(msgspec.Struct, kw_only=True):
    """Something that the server did, or that was done to it."""

    id: int
    event: str
    category: str
    severity: str
    message: str
    #: Null: the server by itself.
    actor: dict[str, Any] | None
    subject: dict[str, str] | None
    detail: Any
    created_at: str


def log_row_out(row: LogRow, emails: Mapping[str, str]) -> LogRowOut:
    """`emails`: addresses of actors, by `u:7` or `e:3`."""
    subject = None
    if row.subject_kind is not None:
        subject = {"type": row.subject_kind, "id": row.subject_id or ""}
    return LogRowOut(
        id=row.id,
        event=row.event,
        category=row.category,
        severity=row.severity,
        message=row.message,
        actor=_actor(row.actor, emails),
        subject=subject,
        detail=read_stored(row.detail),
        created_at=wire_time(row.created_at),
    )


def _actor(person: str | None, emails: Mapping[str, str]) -> dict[str, Any] | None:
    if person is None:
        return None
    kind = "guest" if person.startswith("e:") else "user"
    return {"type": kind, "id": int(person[2:]), "email": emails.get(person)}
