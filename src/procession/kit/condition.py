"""How the whole server is doing, in numbers: for the doctor and for `/metrics`."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from procession.core.times import SECOND
from procession.kit.database_address import sqlite_file
from procession.kit.db import Connection, Statement
from procession.kit.journal import outbox
from procession.kit.mail import mails
from procession.kit.server import Server
from procession.kit.settings import Settings

_EVENTS = Statement(
    sa.select(
        sa.func.count().filter(outbox.c.failed_at.is_(None)),
        sa.func.count().filter(outbox.c.failed_at.is_not(None)),
        sa.func.min(outbox.c.created_at).filter(outbox.c.failed_at.is_(None)),
    )
)
_MAILS = Statement(
    sa.select(
        sa.func.count().filter(mails.c.due_at.is_not(None)),
        sa.func.count().filter(mails.c.failed_at.is_not(None)),
        sa.func.min(mails.c.created_at).filter(mails.c.due_at.is_not(None)),
    ).where(sa.or_(mails.c.due_at.is_not(None), mails.c.failed_at.is_not(None)))
)
_SIZE_ON_POSTGRES = Statement(sa.select(sa.func.pg_database_size(sa.func.current_database())))


@dataclass(frozen=True)
class Waiting:
    """Events or mails on their way."""

    count: int
    failed: int
    #: Age in seconds of the one that was written first; 0 while none waits.
    oldest_s: int


def events_waiting(server: Server, connection: Connection) -> Waiting:
    return _waiting(server, connection.fetch(_EVENTS, {})[0])


def mails_waiting(server: Server, connection: Connection) -> Waiting:
    return _waiting(server, connection.fetch(_MAILS, {})[0])


def _waiting(server: Server, row: tuple[int, int, int | None]) -> Waiting:
    count, failed, first = row
    # Dated by the node that wrote it, whose clock may be ahead.
    age = 0 if first is None else max(server.clock() - first, 0)
    return Waiting(count, failed, age // SECOND)


def database_bytes(server: Server, connection: Connection) -> int:
    """With SQLite's journal beside its file."""
    path = sqlite_file(server.settings.database_url)
    if path is None:
        return int(connection.fetch(_SIZE_ON_POSTGRES, {})[0][0])
    return sum(_size(Path(f"{path}{end}")) for end in ("", "-wal"))


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


@dataclass(frozen=True)
class Disk:
    """One that this machine writes to."""

    purpose: str
    folder: Path
    free: int


def disks(settings: Settings) -> list[Disk]:
    """Of SQLite's file and of bodies on their way. PostgreSQL's is another machine's, mostly."""
    folders = {"temporary": Path(tempfile.gettempdir())}
    path = sqlite_file(settings.database_url)
    if path is not None:
        folders = {"database": path.absolute().parent, **folders}
    return [Disk(name, each, shutil.disk_usage(each).free) for name, each in folders.items()]
