"""The command `procession serve`: checks what can be wrong, then becomes the server.

It imports little, because whoever starts a server waits for it.
"""

import errno
import os
import signal
import socket
import sys
from typing import NoReturn

from procession.kit.database_address import shown_address
from procession.kit.environment import OF_FILE
from procession.kit.schema import require_newest_schema
from procession.kit.setting_values import host_and_port
from procession.kit.settings import SETTINGS, Settings


class CannotListen(Exception):
    """The address of the settings is not free, or not one of this machine."""


def name_database(settings: Settings) -> None:
    """On standard error: what a command prints may be read by a program."""
    print(f"Database: {shown_address(settings.database_url)}", file=sys.stderr, flush=True)


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


def free_listener(address: str) -> socket.socket:
    """Bound to where `/metrics` shall be."""
    host, port = host_and_port(address)
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except OSError as refused:
        raise CannotListen(
            f"Metrics cannot be at {address}: {os.strerror(refused.errno or 0)}. "
            "See PROCESSION_METRICS_ADDRESS."
        ) from None


def serve(settings: Settings, *, with_worker: bool) -> NoReturn:
    require_free_port(settings, "procession serve")
    if settings.metrics_address:
        free_listener(settings.metrics_address).close()
    _refuse_unknown_pooler(settings)
    require_newest_schema(settings.database_url)
    become_server(settings, with_worker=with_worker)


def _refuse_unknown_pooler(settings: Settings) -> None:
    if settings.database_url.startswith("postgres"):
        from procession.kit.postgres import refuse_unknown_pooler  # noqa: PLC0415

        refuse_unknown_pooler(settings)


#: What the server's program is told by this one; it reads all else from the environment itself.
_HANDED_ON = ("database_url", "host", "port", "workers")


def become_server(settings: Settings, *, with_worker: bool) -> NoReturn:
    """This process goes on as another program, `procession.web`.

    The first server process only watches over the others, and shall not keep in memory what the
    command line needed.
    """
    told = {SETTINGS[name].variable: str(getattr(settings, name)) for name in _HANDED_ON}
    words = [sys.executable, "-m", "procession.web", *([] if with_worker else ["--no-worker"])]
    # What a file said is told already; of both, only one may be there.
    handed_on = {f"{name}{OF_FILE}" for name in told}
    environment = {name: text for name, text in os.environ.items() if name not in handed_on}
    sys.stdout.flush()
    # Whoever stops it now is heard by the other program, when it knows how to end.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    os.execve(sys.executable, words, {**environment, **told})  # noqa: S606 - nothing a user wrote
