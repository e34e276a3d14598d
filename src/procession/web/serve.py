"""One process that answers: what `web.server` starts, with the descriptors that it hands on."""

import os
import signal
import socket
import sys

from procession.flows.access.opening import open_to_answer, warn_of_skew
from procession.kit.log import configure_logging
from procession.kit.meters import meters
from procession.kit.settings import read_settings
from procession.web.app import Application
from procession.web.door.door import Door
from procession.web.door.limits import limits_of
from procession.web.living import end_with_parent, signs_into
from procession.web.server import threads_for

#: Connections that the system keeps while nobody accepts them.
_BACKLOG = 2048


def serve(listener: socket.socket, lifeline: int, sign: int) -> None:
    """Until the lifeline ends. The first sign says that requests are answered from now on."""
    show_life = signs_into(sign)
    settings = read_settings(os.environ)
    configure_logging(settings.log_level)
    server = open_to_answer(settings)
    warn_of_skew(server)
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


if __name__ == "__main__":
    end_with_parent()
    _listener, _lifeline, _sign = map(int, sys.argv[1:])
    serve(socket.socket(fileno=_listener), _lifeline, _sign)
    # Threads that wait for their database or somebody outside are not waited for.
    sys.stdout.flush()
    os._exit(0)
