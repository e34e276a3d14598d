"""What the command line does, as functions."""

import errno
import os
import socket
import sqlite3
import sys
from collections.abc import Iterator
from typing import NoReturn

import psycopg
from sqlalchemy.exc import DBAPIError

from procession.core.times import optional_wire_time
from procession.domains.accounts.actions import tokens
from procession.domains.people.actions.finding import find_user
from procession.flows import founding
from procession.flows.founding import Founded
from procession.flows.opening import open_migrated, open_server
from procession.kit.caller import Role
from procession.kit.errors import invalid
from procession.kit.migrating import migrate
from procession.kit.settings import SETTINGS, Settings
from procession.kit.work import writing
from procession.worker.loop import run as run_worker

#: What a database says when it is away, is none, or may not be written; a missing folder too.
DATABASE_ERRORS = (sqlite3.DatabaseError, psycopg.DatabaseError, DBAPIError, OSError)


def migrate_database(settings: Settings, _: object = None) -> int:
    print(f"The database is at schema {migrate(settings.database_url)}.")
    return 0


class CannotListen(Exception):
    """The address of the settings is not free, or not one of this machine."""


def require_free_port(settings: Settings, command: str) -> None:
    """Said before anything is done. The server itself would share the port with whoever has it."""
    host, port = settings.host, settings.port
    try:
        kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen()
    except OSError as refused:
        if refused.errno == errno.EADDRINUSE:
            raise CannotListen(
                f"Port {port} is taken by another program. Choose a free one, "
                f"for example: PROCESSION_PORT={port + 1} {command}"
            ) from None
        raise CannotListen(
            f"Cannot listen on {host}, port {port}: {refused.strerror}. "
            "See PROCESSION_HOST and PROCESSION_PORT."
        ) from None


def local_address(settings: Settings) -> str:
    """Where somebody on this machine reaches the server, whatever its public address is."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def serve(settings: Settings, *, with_worker: bool) -> NoReturn:
    require_free_port(settings, "procession serve")
    open_server(settings).database.close()
    become_server(settings, with_worker=with_worker)


#: What the server's program is told by this one; it reads all else from the environment itself.
_HANDED_ON = ("database_url", "host", "port", "workers")


def become_server(settings: Settings, *, with_worker: bool) -> NoReturn:
    """This process goes on as another program, `procession.web`.

    The first server process only watches over the others, and shall not keep in memory what the
    command line needed.
    """
    told = {SETTINGS[name].variable: str(getattr(settings, name)) for name in _HANDED_ON}
    words = [sys.executable, "-m", "procession.web", *([] if with_worker else ["--no-worker"])]
    sys.stdout.flush()
    os.execve(sys.executable, words, {**os.environ, **told})  # noqa: S606 - nothing a user wrote


def work(settings: Settings, _: object = None) -> int:
    run_worker(open_server(settings))
    return 0


def bootstrap(
    settings: Settings, *, name: str, email: str, token: str | None, timezone: str
) -> Founded:
    """Migrates first: bootstrapping is the first thing a newcomer does."""
    migrate(settings.database_url)
    return founding.found_organization(
        open_migrated(settings), name=name, email=email, token=token, timezone=timezone
    )


def add_member(
    settings: Settings, *, organization_id: str, email: str, role: Role, token: str | None
) -> Founded:
    return founding.add_member(
        open_server(settings), organization_id, email=email, role=role, token=token
    )


def create_token(settings: Settings, email: str, name: str, days: int | None) -> str:
    with writing(founding.operator(open_server(settings), "")) as work:
        user = find_user(work, email)
        if user is None:
            raise invalid("email", f"There is no user with the address {email}.")
        lifetime_s = None if days is None else days * 86_400
        return tokens.issue_token(work, user.id, name, lifetime_s=lifetime_s)


def token_lines(settings: Settings) -> Iterator[str]:
    yield f"{'id':>6}  {'user':<32} {'name':<20} {'created':<20} {'expires':<20} revoked"
    for token in tokens.list_tokens(founding.operator(open_server(settings), "")):
        times = [token.created_at, token.expires_at, token.revoked_at]
        created, expires, revoked = (optional_wire_time(time) or "-" for time in times)
        shown = f"{token.id:>6}  {token.email:<32} {token.name:<20}"
        yield f"{shown} {created:<20} {expires:<20} {revoked}"


def revoke_token(settings: Settings, token_id: int) -> bool:
    return tokens.revoke_token(founding.operator(open_server(settings), ""), token_id)
