"""Mails that wait to be sent, as the tests read them: nothing sends them on the tests' servers.

Nothing works out there what is to be told of a change, either: whoever asks for the mails that
come of one lets `announce` do it, as the worker would.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cast import Cast, Person
from procession.kit.db import Statement, decode
from procession.kit.journal import notices
from procession.kit.mail import mails
from procession.kit.server import Server
from procession.worker.news import Announcer, Notice

_MAILS = Statement(
    sa.select(
        mails.c.address, mails.c.subject, mails.c.text, mails.c.html, mails.c.reply_to,
        mails.c.unsubscribe,
    )
    .where(mails.c.organization_id == sa.bindparam("organization_id"))
    .order_by(mails.c.id)
)  # fmt: skip
_NOTICES = Statement(
    sa.select(*[notices.c[name] for name in Notice.__struct_fields__])
    .where(notices.c.organization_id == sa.bindparam("organization_id"))
    .order_by(notices.c.id)
)


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    unsubscribe: str = ""


def mails_of(cast: Cast, address: str | None = None) -> list[Letter]:
    """Of the organization, the oldest first."""
    connection = cast.server.storage.database.connection()
    rows = connection.fetch(_MAILS, {"organization_id": cast.organization_id})
    letters = [Letter(to, subject, *(each or "" for each in rest)) for to, subject, *rest in rows]
    return [letter for letter in letters if address is None or letter.to == address]


def announce(cast: Cast, server: Server | None = None) -> list[Letter]:
    """Tell what has happened in the organization; the mails that come of it.

    `server`: with other settings than the one that runs.
    """
    before = len(mails_of(cast))
    connection = cast.server.storage.database.connection()
    rows = connection.fetch(_NOTICES, {"organization_id": cast.organization_id})
    announcer = Announcer(server or cast.server.storage)
    for notice in decode(rows, Notice):
        announcer.announce(notice)
    return mails_of(cast)[before:]


def told(cast: Cast) -> list[tuple[str, str]]:
    """As `announce`: who was written to, by name, and the subject; sorted."""
    names = {address_of(person): name for name, person in _people(cast).items()}
    return sorted((names.get(letter.to, letter.to), letter.subject) for letter in announce(cast))


def address_of(person: Person) -> str:
    return str(person.get("/me").json()["data"]["email"])


def bells_of(person: Person, query: str = "") -> list[dict[str, Any]]:
    """The newest first."""
    answer = person.get(f"/me/notifications{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def _people(cast: Cast) -> dict[str, Person]:
    return {"olga": cast.olga, "mia": cast.mia, "leo": cast.leo}
