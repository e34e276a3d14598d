"""One process that answers: what `web.server` starts, with the descriptors that it hands on."""

import signal
import socket

import structlog

from procession.flows.access import beginning
from procession.flows.access.opening import open_to_answer, warn_of_skew
from procession.flows.telling import addresses
from procession.kit.log import configure_logging
from procession.kit.meters import meters
from procession.kit.server import Server
from procession.kit.settings import Settings
from procession.web.app import Application
from procession.web.door.door import Door
from procession.web.door.limits import limits_of
from procession.web.living import signs_into

_log = structlog.get_logger("procession.web")
#: Threads that read, and as many that write, which serve each database best (design, stack.md).
_THREADS_ON_SQLITE = 2
_THREADS_ON_POSTGRES = 4
#: Connections that the system keeps while nobody accepts them.
_BACKLOG = 2048


def serve(
    settings: Settings, bound: int, lifeline: int, sign: int, *, is_first: bool = False
) -> None:
    """Until the lifeline ends. The first sign says that requests are answered from now on.

    `bound`: the descriptor of the address's socket.
    """
    show_life = signs_into(sign)
    listener = socket.socket(fileno=bound)
    configure_logging(settings.log_level)
    server = open_to_answer(settings)
    warn_of_skew(server)
    if is_first:
        _offer_beginning(server)
    application = Application(server)
    counted = meters()

    def show_life_and_count() -> None:
        show_life()
        if counted is not None:
            counted.note_unfinished(door.unfinished)

    door = Door(
        listener,
        application,
        limits_of(settings),
        threads=threads_for(settings),
        cors_origins=settings.cors_origins,
        lifeline=lifeline,
        end_thread=server.database.close,
        show_life=show_life_and_count,
        note_refusal=application.gate.log.note_refusal,
    )
    signal.signal(signal.SIGTERM, lambda *_: door.stop())
    listener.listen(_BACKLOG)
    show_life()
    door.run()
    application.gate.log.flush()


def _offer_beginning(server: Server) -> None:
    """A server without an organization says where the first one is made. One that cannot write at
    the moment starts all the same."""
    try:
        code = beginning.offer(server)
    except Exception as wrong:
        _log.warning("no code for the first organization", error=type(wrong).__name__)
        return
    if code is not None:
        link = addresses.begin_link(server.settings.public_url or server.settings.local_url, code)
        print("There is no organization yet. Make the first one within 15 minutes at")
        print(link, flush=True)


def threads_for(settings: Settings) -> int:
    if settings.threads:
        return settings.threads
    is_sqlite = settings.database_url.startswith("sqlite")
    return _THREADS_ON_SQLITE if is_sqlite else _THREADS_ON_POSTGRES
