"""Telling people what has happened: work out a notice, write its mails and bells, forget it.

Everything is read first, outside of any transaction that writes; then mails and notifications are
written together with the notice's end. So nothing is claimed: of two workers that worked out the
same notice, one writes.
"""

from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
import structlog

from procession.core.times import HOUR, MINUTE, SECOND
from procession.flows.announcing.announcing import worked_out, write
from procession.flows.reaching.bots import as_bot
from procession.kit.db import BigNumber, Statement, away_errors, decode
from procession.kit.errors import NotFound
from procession.kit.journal import notices
from procession.kit.leasing import recalling
from procession.kit.reading import stored_reader
from procession.kit.server import Server
from procession.kit.work import News, reading, writing

_log = structlog.get_logger("procession.news")

#: Pauses before the second, third... attempt; after the last the notice is kept as failed.
_PAUSES = (10 * SECOND, MINUTE, 10 * MINUTE, HOUR)


_read_news = stored_reader(News)


class Notice(msgspec.Struct, array_like=True, frozen=True):
    id: int
    organization_id: str
    #: JSON: `kit.work.News`.
    payload: str
    #: That failed.
    attempt_count: int


_NOW = sa.bindparam("now", type_=sa.BigInteger)
_NEXT = Statement(
    sa.select(*[notices.c[name] for name in Notice.__struct_fields__])
    .where(notices.c.due_at <= _NOW, notices.c.failed_at.is_(None))
    .order_by(notices.c.due_at, notices.c.id)
    .limit(1)
)
#: As it was when it was worked out.
_THIS = (
    notices.c.organization_id == sa.bindparam("organization_id", type_=sa.String(32)),
    notices.c.id == sa.bindparam("id_of_row", type_=BigNumber),
    notices.c.attempt_count == sa.bindparam("attempts", type_=sa.Integer),
)
_DONE = Statement(notices.delete().where(*_THIS))
_ERROR = sa.bindparam("error", type_=sa.Text)
_AGAIN = Statement(
    notices.update()
    .where(*_THIS)
    .values(
        due_at=sa.bindparam("again_at", type_=sa.BigInteger),
        attempt_count=notices.c.attempt_count + 1,
        last_error=_ERROR,
    )
)
_FAILED = Statement(notices.update().where(*_THIS).values(failed_at=_NOW, last_error=_ERROR))
_RECALL = recalling(notices, notices.c.failed_at.is_(None), max(_PAUSES))


@dataclass(frozen=True)
class Announcer:
    """`announce_one` is the whole worker step."""

    server: Server

    def announce_one(self) -> bool:
        """Tell what is due longest; False when nothing is. Nothing is written when nothing is."""
        notice = self._find_due()
        if notice is None:
            return False
        try:
            self.announce(notice)
        except away_errors():
            raise
        except Exception as error:
            _log.exception("notice failed", id=notice.id, organization=notice.organization_id)
            self._postpone(notice, error)
        return True

    def recall(self) -> bool:
        """Let nothing wait for a clock that was ahead; always "nothing more", they go at once."""
        with self.server.database.writing(survives_power_cut=False) as connection:
            connection.execute(_RECALL, {"now": self.server.now_for_all(connection)})
        return False

    def _find_due(self) -> Notice | None:
        connection = self.server.database.connection()
        now = self.server.now_for_all(connection)
        found = decode(connection.fetch(_NEXT, {"now": now}), Notice)
        return found[0] if found else None

    def announce(self, notice: Notice) -> None:
        """Whoever has told it already, it is told once."""
        try:
            bot = as_bot(self.server, notice.organization_id)
        except NotFound:  # The organization has gone, and takes what is told of it along.
            with self.server.database.writing() as connection:
                connection.execute(_DONE, _place(notice))
            return
        with reading(bot) as work:
            announcement = worked_out(work, _read_news(notice.payload))
        with writing(bot) as work:
            if work.run(_DONE, **_place(notice)):
                write(work, announcement)

    def _postpone(self, notice: Notice, error: Exception) -> None:
        place = {**_place(notice), "error": type(error).__name__}
        with self.server.database.writing() as connection:
            now = self.server.now_for_all(connection)
            if notice.attempt_count >= len(_PAUSES):
                connection.execute(_FAILED, {**place, "now": now})
            else:
                again_at = now + _PAUSES[notice.attempt_count]
                connection.execute(_AGAIN, {**place, "again_at": again_at})


def _place(notice: Notice) -> dict[str, object]:
    return {
        "organization_id": notice.organization_id,
        "id_of_row": notice.id,
        "attempts": notice.attempt_count,
    }
